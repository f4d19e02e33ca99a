#include "demo/pim/PimSchedules.h"

#include "base/IsoDuration.h"
#include "demo/pim/PimAudit.h"
#include "demo/pim/PimManners.h"

namespace pimgate::demo::pim {

QString textIn(const QJsonObject &row, const char *member)
{
    return row.value(QLatin1String(member)).toString();
}

bool hasText(const QJsonObject &object, const char *member)
{
    return !textIn(object, member).trimmed().isEmpty();
}

bool same(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

ScheduleSpan spanOf(const QJsonObject &schedule)
{
    const QJsonObject info = schedule.value(QLatin1String("scheduleInfo")).toObject();
    const QDateTime start = DemoClock::parse(info.value(QLatin1String("startDateTime")).toString());
    ScheduleSpan span = readSchedule(info, start);
    span.start = start;
    return span;
}

bool isOver(const QJsonObject &schedule, const QDateTime &now)
{
    const ScheduleSpan span = spanOf(schedule);
    return span.end && *span.end <= now;
}

bool isCurrent(const QJsonObject &schedule, const QDateTime &now)
{
    const bool stays = hasText(schedule, "_retryUntilDateTime"); // the last owner, who could not leave
    return textIn(schedule, "status") == QLatin1String("Provisioned") && (stays || !isOver(schedule, now));
}

bool concerns(const QJsonObject &row, const QString &groupId, const QString &principalId, const QString &access)
{
    return same(textIn(row, "groupId"), groupId) && same(textIn(row, "principalId"), principalId) &&
           textIn(row, "accessId") == access;
}

QList<QJsonObject> schedulesOf(const Store &store, const Half &half, const QString &groupId, const QString &principalId,
                               const QString &access)
{
    return store.rows(half.schedules(), [&](const QJsonObject &row) { return concerns(row, groupId, principalId, access); });
}

std::optional<QJsonObject> eligibilityFor(const Store &store, const QString &userId, const QString &groupId,
                                          const QString &access)
{
    std::set<QString> holders = store.transitiveGroupsOf(userId);
    holders.insert(userId);
    const QList<QJsonObject> found = store.rows(kEligibility.schedules(), [&](const QJsonObject &row) {
        return holders.contains(textIn(row, "principalId")) && concerns(row, groupId, textIn(row, "principalId"), access) &&
               isCurrent(row, store.now());
    });
    return found.isEmpty() ? std::nullopt : std::optional(found.first());
}

bool isPlainMember(const Store &store, const QString &groupId, const QString &principalId, const QString &access)
{
    const std::set<QString> people = access == QLatin1String("owner") ? store.owners(groupId) : store.members(groupId);
    return people.contains(principalId);
}

bool isEnabled(const Store &store, const QString &principalId)
{
    const QJsonObject *user = store.find(QStringLiteral("users"), principalId);
    return user && user->value(QLatin1String("accountEnabled")).toBool(true);
}

bool isActivated(const QJsonObject &schedule)
{
    return textIn(schedule, "assignmentType") == QLatin1String("Activated");
}

QString requesterOf(const QJsonObject &request)
{
    const QJsonObject user = request.value(QLatin1String("createdBy")).toObject().value(QLatin1String("user")).toObject();
    return textIn(user, "id");
}

bool joinGroup(Store &store, const QJsonObject &schedule)
{
    const QString groupId = textIn(schedule, "groupId"), principalId = textIn(schedule, "principalId");
    return textIn(schedule, "accessId") == QLatin1String("owner") ? store.addOwner(groupId, principalId)
                                                                  : store.addMember(groupId, principalId);
}

void leaveGroup(Store &store, const QJsonObject &schedule)
{
    const QString groupId = textIn(schedule, "groupId"), principalId = textIn(schedule, "principalId");
    if (textIn(schedule, "accessId") == QLatin1String("owner"))
        store.removeOwner(groupId, principalId);
    else
        store.removeMember(groupId, principalId);
}

namespace {

bool isLastOwner(const Store &store, const QJsonObject &schedule)
{
    const QString principalId = textIn(schedule, "principalId");
    return textIn(schedule, "accessId") == QLatin1String("owner") && store.kindOf(principalId) == QLatin1String("user") &&
           store.owners(textIn(schedule, "groupId")) == std::set<QString>{principalId};
}

/// Another schedule that keeps the person of this one in the group.
std::optional<QJsonObject> keeperBeside(const Store &store, const Half &half, const QJsonObject &schedule)
{
    for (const QJsonObject &other :
         schedulesOf(store, half, textIn(schedule, "groupId"), textIn(schedule, "principalId"), textIn(schedule, "accessId")))
        if (!same(textIn(other, "id"), textIn(schedule, "id")) && isCurrent(other, store.now()))
            return other;
    return {};
}

void tryAgainFor30Days(Store &store, const Half &half, const QJsonObject &schedule)
{
    if (hasText(schedule, "_retryUntilDateTime"))
        return;
    const QDateTime due = isOver(schedule, store.now()) ? *spanOf(schedule).end : store.now();
    store.patch(half.schedules(), textIn(schedule, "id"),
                {{QStringLiteral("_retryUntilDateTime"), DemoClock::text(due.addDays(30))}});
}

} // namespace

void endSchedule(Store &store, const Half &half, const QJsonObject &schedule)
{
    const QString scheduleId = textIn(schedule, "id");
    if (textIn(schedule, "status") != QLatin1String("Provisioned")) // it never started
        store.patch(half.requests(), textIn(schedule, "createdUsing"), {{QStringLiteral("status"), QStringLiteral("Canceled")}});
    if (!half.eligibility && schedule.value(QLatin1String("_joined")).toBool()) {
        if (const auto keeper = keeperBeside(store, half, schedule)) {
            store.patch(half.schedules(), textIn(*keeper, "id"),
                        {{QStringLiteral("_joined"), true}}); // the last one takes him out
        } else if (isLastOwner(store, schedule)) {
            tryAgainFor30Days(store, half, schedule);
            return;
        } else {
            leaveGroup(store, schedule);
        }
    }
    store.remove(half.schedules(), scheduleId);
}

void startSchedule(Store &store, const Half &half, const QJsonObject &schedule)
{
    QJsonObject changes{{QStringLiteral("status"), QStringLiteral("Provisioned")}};
    if (!half.eligibility)
        changes.insert(QStringLiteral("_joined"), joinGroup(store, schedule));
    store.patch(half.schedules(), textIn(schedule, "id"), changes);
    const QString requestId = textIn(schedule, "createdUsing");
    store.patch(
        half.requests(), requestId,
        {{QStringLiteral("status"), QStringLiteral("Provisioned")}, {QStringLiteral("completedDateTime"), store.nowText()}});
    if (const QJsonObject *found = store.find(half.requests(), requestId)) {
        const QJsonObject request = *found;
        const QString span = spanWord(request.value(QLatin1String("scheduleInfo")).toObject());
        auditPim(store, activityOf(half, textIn(request, "action"), "completed", span), requesterOf(request), request);
    }
}

void failRequest(Store &store, const Half &half, const QString &requestId)
{
    store.patch(half.requests(), requestId,
                {{QStringLiteral("status"), QStringLiteral("Failed")}, {QStringLiteral("completedDateTime"), store.nowText()}});
}

namespace {

QJsonObject newSchedule(Store &store, const Half &half, const QJsonObject &request, const QJsonObject &scheduleInfo)
{
    const QString groupId = textIn(request, "groupId"), access = textIn(request, "accessId");
    const QString naturalKey = groupId + QLatin1Char('|') + textIn(request, "principalId") + QLatin1Char('|') + access;
    const QString guid = store.newId(half.schedules(), naturalKey);
    QJsonObject schedule{{QStringLiteral("id"), QStringLiteral("%1_%2_%3").arg(groupId, access, guid)},
                         {QStringLiteral("principalId"), request.value(QLatin1String("principalId"))},
                         {QStringLiteral("groupId"), groupId},
                         {QStringLiteral("accessId"), access},
                         {QStringLiteral("memberType"), QStringLiteral("Direct")},
                         {QStringLiteral("createdUsing"), request.value(QLatin1String("id"))},
                         {QStringLiteral("createdDateTime"), store.nowText()},
                         {QStringLiteral("modifiedDateTime"), QStringLiteral("0001-01-01T08:00:00Z")},
                         {QStringLiteral("status"), QStringLiteral("Granted")},
                         {QStringLiteral("scheduleInfo"), scheduleInfo}};
    if (!half.eligibility) {
        const bool activated = textIn(request, "action") == QLatin1String("selfActivate");
        schedule.insert(QStringLiteral("assignmentType"), activated ? QStringLiteral("Activated") : QStringLiteral("Assigned"));
        if (activated)
            schedule.insert(QStringLiteral("_activatedUsing"), request.value(QLatin1String("_activatedUsing")));
    }
    return schedule;
}

/// A new grant takes the place of what had expired: that can no longer be renewed.
void forgetExpired(Store &store, const Half &half, const QJsonObject &request)
{
    const QList<QJsonObject> expired = store.rows(half.requests(), [&](const QJsonObject &row) {
        return row.value(QLatin1String("_expired")).toBool() &&
               concerns(row, textIn(request, "groupId"), textIn(request, "principalId"), textIn(request, "accessId"));
    });
    for (const QJsonObject &row : expired)
        store.patch(half.requests(), textIn(row, "id"), {{QStringLiteral("_expired"), false}});
}

} // namespace

QJsonObject grant(Store &store, const Half &half, QJsonObject row, const QJsonObject &scheduleInfo, const ScheduleSpan &span)
{
    const PimManners manners = pimManners(store);
    const auto provisioning = IsoDuration::parse(manners.provisioning);
    const bool later = span.start > store.now();
    const QString waits = !later                    ? QStringLiteral("PendingProvisioning")
                          : manners.scheduleCreated ? QStringLiteral("ScheduleCreated")
                                                    : QStringLiteral("Granted");
    QJsonObject schedule = newSchedule(store, half, row, scheduleInfo);
    schedule.insert(QStringLiteral("status"), waits);
    if (!later && provisioning)
        schedule.insert(QStringLiteral("_dueDateTime"), DemoClock::text(store.now().addSecs(provisioning->value().count())));
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    row.insert(QStringLiteral("targetScheduleId"), schedule.value(QLatin1String("id")));
    row.insert(QStringLiteral("status"), waits);
    forgetExpired(store, half, row);
    store.put(half.requests(), row);
    store.put(half.schedules(), schedule);
    if (later || provisioning)
        return row; // settlePim starts it
    startSchedule(store, half, schedule);
    return *store.find(half.requests(), textIn(row, "id"));
}

} // namespace pimgate::demo::pim
