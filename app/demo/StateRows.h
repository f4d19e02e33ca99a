#pragma once

#include "demo/store/StateArchive.h"
#include "demo/store/Store.h"

namespace pimgate::demo {

/// Holds the rows of a tenant's state against what the tenant relies on: known tables, members of the types that Graph
/// gives them, what every row of a table has, moments that are moments, and settings that could have been set.
void checkRows(const QJsonObject &state, const QString &tenantId, const QString &path, StateFault &fault);

} // namespace pimgate::demo
