#pragma once

#include "gate/run/History.h"
#include "proof/ProofLine.h"

#include <QJsonObject>

#include <optional>

namespace pimgate {

/// Facts by their stable names (base/Names.h). What an earlier version kept in words is read and written as such.
QJsonObject toJson(const Verdict &verdict);
QJsonObject toJson(const ProofLine &line);
QJsonObject toJson(const ProofResult &proof);
/// Members it does not know are passed over; a missing or misnamed one is a Storage error that says which.
Result<ProofResult> proofFrom(const QJsonObject &json);

/// The proof of one run as history keeps it (RunRecord::result["proof"]).
struct KeptProof
{
    QString user; ///< UPN of the person who activated: only the same person can take a pending proof up
    ProofResult proof;
};
/// Empty when nothing was played; a Storage error when it was and cannot be read.
Result<std::optional<KeptProof>> keptProof(const RunRecord &run);
/// Puts the newest proof into the run, in place of an earlier one.
Task<Outcome> keepProof(History &history, QString runId, KeptProof proof);
/// The newest run of this tenant and application that was not taken back; empty when there is none.
Task<Result<std::optional<RunRecord>>> provableRun(History &history, QString tenantId, QString appId);

} // namespace pimgate
