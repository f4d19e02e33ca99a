#pragma once

#include "demo/pim/PimRequestForm.h"

/// Extension before the end and renewal after it: done by an administrator, or asked for by the person concerned.
namespace pimgate::demo::pim {

/// The schedule that somebody gave, not one that was activated.
std::optional<QJsonObject> assignedSchedule(const Store &store, const Half &half, const Draft &draft);
/// Whether such a schedule ran out, and nothing has taken its place.
bool hasExpired(const Store &store, const Half &half, const Draft &draft);

/// selfExtend and selfRenew: waits for an administrator, or for the approvers where the policy asks for them.
Response askExtension(Store &store, const Request &request, const Half &half, const Draft &draft);

/// The schedule runs as the request says; where that begins later, a new schedule takes its place (contract 7.4).
QJsonObject extendSchedule(Store &store, const Half &half, QJsonObject row, const QJsonObject &schedule,
                           const ScheduleSpan &span);
/// An administrator extended or renewed: what its person had asked for is answered by that.
void answerPendingExtension(Store &store, const Half &half, const QJsonObject &done);
/// The approvers said yes to an extension or a renewal. False: there is nothing to extend any more.
bool grantExtension(Store &store, const QJsonObject &row);

} // namespace pimgate::demo::pim
