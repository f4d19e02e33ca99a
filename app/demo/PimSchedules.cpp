#include "demo/PimSchedules.h"

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

namespace {

bool isOver(const QJsonObject &schedule, const QDateTime &now)
{
    const ScheduleSpan span = spanOf(schedule);
    return span.end && *span.end <= now;
}

} // namespace

bool isCurrent(const QJsonObject &schedule, const QDateTime &now)
{
    return textIn(schedule, "status") == QLatin1String("Provisioned") && !isOver(schedule, now);
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

namespace {

bool joinGroup(Store &store, const QJsonObject &schedule)
{
    const QString groupId = textIn(schedule, "groupId"), principalId = textIn(schedule, "principalId");
    return textIn(schedule, "accessId") == QLatin1String("owner") ? store.addOwner(groupId, principalId)
                                                                  : store.addMember(groupId, principalId);
}

} // namespace

void leaveGroup(Store &store, const QJsonObject &schedule)
{
    const QString groupId = textIn(schedule, "groupId"), principalId = textIn(schedule, "principalId");
    if (textIn(schedule, "accessId") == QLatin1String("owner"))
        store.removeOwner(groupId, principalId);
    else
        store.removeMember(groupId, principalId);
}

void auditPim(Store &store, const QString &activity, const QString &operation, const QString &actor, const QJsonObject &row)
{
    Store::Audit entry;
    entry.activity = activity;
    entry.service = QStringLiteral("PIM");
    entry.operation = operation;
    entry.actor = actor;
    entry.targets = {textIn(row, "groupId"), textIn(row, "principalId")};
    entry.reason = textIn(row, "justification");
    store.audit(entry);
}

void endSchedule(Store &store, const Half &half, const QJsonObject &schedule)
{
    store.remove(half.schedules(), textIn(schedule, "id"));
    if (half.eligibility || !schedule.value(QLatin1String("_joined")).toBool())
        return;
    for (const QJsonObject &other :
         schedulesOf(store, half, textIn(schedule, "groupId"), textIn(schedule, "principalId"), textIn(schedule, "accessId"))) {
        if (!isCurrent(other, store.now()))
            continue;
        store.patch(half.schedules(), textIn(other, "id"), {{QStringLiteral("_joined"), true}}); // whoever is last takes him out
        return;
    }
    leaveGroup(store, schedule);
}

namespace {

void startSchedule(Store &store, const Half &half, const QJsonObject &schedule)
{
    QJsonObject changes{{QStringLiteral("status"), QStringLiteral("Provisioned")}};
    if (!half.eligibility)
        changes.insert(QStringLiteral("_joined"), joinGroup(store, schedule));
    store.patch(half.schedules(), textIn(schedule, "id"), changes);
    store.patch(
        half.requests(), textIn(schedule, "createdUsing"),
        {{QStringLiteral("status"), QStringLiteral("Provisioned")}, {QStringLiteral("completedDateTime"), store.nowText()}});
}

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

} // namespace

QJsonObject grant(Store &store, const Half &half, QJsonObject row, const QJsonObject &scheduleInfo, const ScheduleSpan &span)
{
    QJsonObject schedule = newSchedule(store, half, row, scheduleInfo);
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    row.insert(QStringLiteral("targetScheduleId"), schedule.value(QLatin1String("id")));
    row.insert(QStringLiteral("status"), QStringLiteral("Granted"));
    store.put(half.requests(), row);
    store.put(half.schedules(), schedule);
    if (span.start > store.now())
        return row; // settlePim starts it
    startSchedule(store, half, schedule);
    row.insert(QStringLiteral("status"), QStringLiteral("Provisioned"));
    row.insert(QStringLiteral("completedDateTime"), store.nowText());
    return row;
}

void settleSchedules(Store &store, const Half &half, const QDateTime &now)
{
    for (const QJsonObject &schedule : store.rows(half.schedules())) {
        const bool activated = textIn(schedule, "assignmentType") == QLatin1String("Activated");
        if (isOver(schedule, now)) {
            endSchedule(store, half, schedule);
            if (activated)
                auditPim(store, QStringLiteral("Remove member from role (PIM activation expired)"), QStringLiteral("Remove"), {},
                         schedule);
        } else if (textIn(schedule, "status") == QLatin1String("Granted") && spanOf(schedule).start <= now) {
            startSchedule(store, half, schedule);
        } else if (!half.eligibility && isCurrent(schedule, now) && store.find(kGroups, textIn(schedule, "groupId")) &&
                   joinGroup(store, schedule)) {
            leaveGroup(store, schedule); // he was taken out by hand: his activation ended with that
            store.remove(half.schedules(), textIn(schedule, "id"));
        }
    }
}

} // namespace pimgate::demo::pim
