#pragma once

#include "gate/Snapshot.h"
#include "gate/wish/Blueprint.h"

namespace pimgate {

/// Why this blueprint must not be applied to this tenant, each with its place in the blueprint and what to do; empty when
/// it may. Pure; everything here is refused before a write leaves.
QList<Error> refusals(const Blueprint &blueprint, const Snapshot &snapshot);

} // namespace pimgate
