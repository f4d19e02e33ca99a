#pragma once

#include "demo/pim/PimSpan.h"
#include "demo/store/Store.h"

#include <optional>

/// Inside of PIM for groups: what requests, activations, approvals and the readable sets share.
namespace pimgate::demo::pim {

inline const QString kGroups = QStringLiteral("groups");
inline const QString kPimBase = QStringLiteral("/identityGovernance/privilegedAccess/group/");

/// The two halves of PIM for groups share one shape.
struct Half
{
    bool eligibility;
    QString word() const { return eligibility ? QStringLiteral("eligibility") : QStringLiteral("assignment"); }
    QString requests() const { return word() + QStringLiteral("ScheduleRequests"); }
    QString schedules() const { return word() + QStringLiteral("Schedules"); }
    QString instances() const { return word() + QStringLiteral("ScheduleInstances"); }
    QString family() const
    {
        return eligibility ? QStringLiteral("PrivilegedEligibilitySchedule") : QStringLiteral("PrivilegedAssignmentSchedule");
    }
    QString context(const QString &set) const { return QStringLiteral("identityGovernance/privilegedAccess/group/") + set; }
};
inline constexpr Half kEligibility{true};
inline constexpr Half kAssignment{false};

QString textIn(const QJsonObject &row, const char *member);
/// A name that is there and not only blanks.
bool hasText(const QJsonObject &object, const char *member);
bool same(const QString &a, const QString &b);

ScheduleSpan spanOf(const QJsonObject &schedule);
bool isOver(const QJsonObject &schedule, const QDateTime &now);
bool isCurrent(const QJsonObject &schedule, const QDateTime &now);
bool concerns(const QJsonObject &row, const QString &groupId, const QString &principalId, const QString &access);
QList<QJsonObject> schedulesOf(const Store &store, const Half &half, const QString &groupId, const QString &principalId,
                               const QString &access);
/// The eligibility a person may activate: his own, or that of a group he is in.
std::optional<QJsonObject> eligibilityFor(const Store &store, const QString &userId, const QString &groupId,
                                          const QString &access);
bool isPlainMember(const Store &store, const QString &groupId, const QString &principalId, const QString &access);
/// False for an account that is switched off: it cannot activate, however eligible.
bool isEnabled(const Store &store, const QString &principalId);
bool isActivated(const QJsonObject &schedule);
QString requesterOf(const QJsonObject &request);
/// False: was there already.
bool joinGroup(Store &store, const QJsonObject &schedule);
void leaveGroup(Store &store, const QJsonObject &schedule);

/// Takes a schedule away; its person leaves the group unless another schedule or an older membership keeps him in.
/// The last owner cannot leave: then the schedule stays, and PIM tries again for thirty days (contract 6).
void endSchedule(Store &store, const Half &half, const QJsonObject &schedule);
/// Stores the request and its schedule, and starts the schedule when it is due.
QJsonObject grant(Store &store, const Half &half, QJsonObject row, const QJsonObject &scheduleInfo, const ScheduleSpan &span);
/// The request and schedule of a grant become Provisioned, and its person joins the group.
void startSchedule(Store &store, const Half &half, const QJsonObject &schedule);
void failRequest(Store &store, const Half &half, const QString &requestId);
/// Starts what is due and ends what is over.
void settleSchedules(Store &store, const Half &half, const QDateTime &now);

} // namespace pimgate::demo::pim
