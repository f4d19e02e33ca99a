#pragma once

#include "gate/Change.h"
#include "gate/Snapshot.h"
#include "gate/steps/RuleFacts.h"
#include "gate/wish/Blueprint.h"

#include <QCoreApplication>

namespace pimgate {

struct PimText
{
    Q_DECLARE_TR_FUNCTIONS(PimStep)
};

/// The rows of step 3, and how they are compared with what PIM shows.
namespace pimrows {

QList<PolicyRule> rulesIn(const QJsonObject &values);
RuleFacts factsIn(const QJsonObject &values);
/// Bodies of the rules in which the row differs from what it was shown with.
/// @param there what PIM has now: what else is enabled there stays.
QList<PolicyRule> rulesToWrite(const Change &change, const std::optional<ManagementPolicy> &there);
QString untilText(const PimSchedule &schedule);
bool lasts(const PimSchedule &schedule, IsoDuration duration);
/// The member schedule of one person, the direct one first.
const PimSchedule *scheduleOf(const QList<PimSchedule> &schedules, const QString &principalId);
/// Whether the schedule is the one that the row was shown with.
bool sameTimes(const QJsonObject &seen, const PimSchedule &schedule);

Change rulesRow(const Blueprint &blueprint, const Snapshot &snapshot);
Change eligibleRow(const Blueprint::Eligible &wish, const Principal &who, const Snapshot &snapshot);
Change uneligibleRow(const PimSchedule &schedule, const Snapshot &snapshot);

} // namespace pimrows

} // namespace pimgate
