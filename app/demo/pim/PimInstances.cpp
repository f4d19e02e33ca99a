#include "demo/pim/PimInstances.h"

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

QJsonObject instanceOf(const Store &store, const Half &half, const QJsonObject &schedule)
{
    const ScheduleSpan span = spanOf(schedule);
    const QString groupId = textIn(schedule, "groupId"), access = textIn(schedule, "accessId");
    QJsonObject instance{{QStringLiteral("id"),
                          QStringLiteral("%1_%2_%3").arg(groupId, access, store.id(half.instances(), textIn(schedule, "id")))},
                         {QStringLiteral("principalId"), schedule.value(QLatin1String("principalId"))},
                         {QStringLiteral("groupId"), groupId},
                         {QStringLiteral("accessId"), access},
                         {QStringLiteral("memberType"), schedule.value(QLatin1String("memberType"))},
                         {QStringLiteral("startDateTime"), DemoClock::text(span.start)},
                         {QStringLiteral("endDateTime"), span.end ? QJsonValue(DemoClock::text(*span.end)) : QJsonValue()},
                         {half.word() + QStringLiteral("ScheduleId"), schedule.value(QLatin1String("id"))}};
    for (const auto &member : {QStringLiteral("assignmentType"), QStringLiteral("_activatedUsing")})
        if (schedule.contains(member))
            instance.insert(member, schedule.value(member));
    return instance;
}

/// A member nobody put there through PIM: shown as assigned, without begin and end.
QJsonObject plainInstance(const Store &store, const QString &groupId, const QString &principalId, const QString &access)
{
    const auto idFor = [&](const QString &kind) {
        return QStringLiteral("%1_%2_%3")
            .arg(groupId.toLower(), access, store.id(kind, groupId.toLower() + principalId + access));
    };
    return {{QStringLiteral("id"), idFor(QStringLiteral("plainInstance"))},
            {QStringLiteral("principalId"), principalId},
            {QStringLiteral("groupId"), groupId.toLower()},
            {QStringLiteral("accessId"), access},
            {QStringLiteral("memberType"), QStringLiteral("Direct")},
            {QStringLiteral("assignmentType"), QStringLiteral("Assigned")},
            {QStringLiteral("startDateTime"), QJsonValue::Null},
            {QStringLiteral("endDateTime"), QJsonValue::Null},
            {QStringLiteral("assignmentScheduleId"), idFor(QStringLiteral("plainSchedule"))}};
}

QJsonValue shortObject(const Store &store, const QString &oid)
{
    const QJsonObject *row = store.directoryObject(oid);
    if (!row)
        return QJsonValue::Null;
    QJsonObject shown{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.") + store.kindOf(oid)}};
    for (const auto &member : {QStringLiteral("id"), QStringLiteral("displayName"), QStringLiteral("userPrincipalName"),
                               QStringLiteral("description"), QStringLiteral("isAssignableToRole")})
        if (row->contains(member))
            shown.insert(member, row->value(member));
    return shown;
}

QJsonObject withoutHidden(const QJsonObject &row)
{
    QJsonObject shown;
    for (auto it = row.begin(); it != row.end(); ++it)
        if (!it.key().startsWith(QLatin1Char('_')))
            shown.insert(it.key(), it.value());
    return shown;
}

} // namespace

QList<QJsonObject> plainInstances(const Store &store, const std::set<QString> &groups, const QList<QJsonObject> &known)
{
    QList<QJsonObject> rows;
    for (const QString &groupId : groups) {
        for (const auto &access : {QStringLiteral("member"), QStringLiteral("owner")}) {
            const std::set<QString> people = access == QLatin1String("owner") ? store.owners(groupId) : store.members(groupId);
            for (const QString &person : people)
                if (std::none_of(known.begin(), known.end(),
                                 [&](const QJsonObject &row) { return concerns(row, groupId, person, access); }))
                    rows << plainInstance(store, groupId, person, access);
        }
    }
    return rows;
}

QList<QJsonObject> inherited(const Store &store, const QString &principalId, const QList<QJsonObject> &rows)
{
    const std::set<QString> groups = store.transitiveGroupsOf(principalId);
    QList<QJsonObject> mine;
    for (QJsonObject row : rows) {
        if (!groups.contains(textIn(row, "principalId")))
            continue;
        row.insert(QStringLiteral("principalId"), principalId);
        row.insert(QStringLiteral("memberType"), QStringLiteral("Group"));
        mine << row;
    }
    return mine;
}

QList<QJsonObject> currentInstances(const Store &store, const Half &half)
{
    QList<QJsonObject> rows;
    for (const QJsonObject &schedule : store.rows(half.schedules()))
        if (isCurrent(schedule, store.now()))
            rows << instanceOf(store, half, schedule);
    return rows;
}

QStringList navigationsOf(const Half &half, const QString &set)
{
    QStringList names{QStringLiteral("group"), QStringLiteral("principal")};
    if (set == half.requests())
        names << QStringLiteral("targetSchedule");
    if (!half.eligibility)
        names << QStringLiteral("activatedUsing");
    return names;
}

QJsonValue navigation(const Store &store, const QJsonObject &row, const QString &name)
{
    if (name == QLatin1String("group"))
        return shortObject(store, textIn(row, "groupId"));
    if (name == QLatin1String("principal"))
        return shortObject(store, textIn(row, "principalId"));
    // Metadata types targetSchedule as an eligibility schedule even on assignment requests.
    const bool target = name == QLatin1String("targetSchedule");
    const QJsonObject *schedule =
        store.find(kEligibility.schedules(), target ? textIn(row, "targetScheduleId") : textIn(row, "_activatedUsing"));
    if (!schedule)
        return QJsonValue::Null;
    const bool ofInstance = row.contains(QLatin1String("assignmentScheduleId"));
    return withoutHidden(ofInstance ? instanceOf(store, kEligibility, *schedule) : *schedule);
}

} // namespace pimgate::demo::pim
