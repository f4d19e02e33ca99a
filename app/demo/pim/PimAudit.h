#pragma once

#include "demo/pim/PimSchedules.h"

namespace pimgate::demo::pim {

/// How long what a request names is meant to last: "permanent" or "timebound".
QString spanWord(const QJsonObject &scheduleInfo);

/// PIM's name for a step of a request in the audit log.
/// @param step "requested", "completed" or "canceled"
QString activityOf(const Half &half, const QString &action, const char *step, const QString &span = QStringLiteral("timebound"));

/// One row of the audit log. Without an actor PIM itself did it.
void auditPim(Store &store, const QString &activity, const QString &actor, const QJsonObject &row);

} // namespace pimgate::demo::pim
