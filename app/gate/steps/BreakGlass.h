#pragma once

#include "gate/Snapshot.h"
#include "gate/wish/Blueprint.h"

namespace pimgate {

/// Object ids of the emergency accounts and groups that the blueprint names, as far as they were found; accounts first.
QStringList breakGlassIds(const Blueprint &blueprint, const Snapshot &snapshot);
QStringList breakGlassAccounts(const Blueprint &blueprint, const Snapshot &snapshot);
QStringList breakGlassGroups(const Blueprint &blueprint, const Snapshot &snapshot);

} // namespace pimgate
