#pragma once

#include "demo/odata/Router.h"
#include "demo/pim/PimSchedules.h"

namespace pimgate::demo::pim {

/// A row with what $expand asks for.
QJsonObject withExpanded(const Store &store, const Request &request, QJsonObject row);

/// Lists, own lists and single rows of requests, schedules and instances.
void addReadingRoutes(Router &router, const Half &half);

} // namespace pimgate::demo::pim
