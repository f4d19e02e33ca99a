#pragma once

#include "gate/Snapshot.h"
#include "proof/ProofLine.h"

namespace pimgate {

/// The five lines as the evaluator foresees them: Simulated, nothing sent.
QList<ProofLine> forecast(const ProofWish &wish, const Snapshot &snapshot);

/// By object id, UPN or as the blueprint names him; empty when the snapshot does not know him.
std::optional<Principal> personNamed(const QString &reference, const Snapshot &snapshot);
/// As the tenant's rules say; before there are any, as the blueprint does.
bool approvalNeeded(const Blueprint &blueprint, const Snapshot &snapshot);
IsoDuration longestActivation(const Blueprint &blueprint, const Snapshot &snapshot);

} // namespace pimgate
