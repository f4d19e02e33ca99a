#include "demo/PimReading.h"

#include "demo/PimAccess.h"
#include "demo/PimApprovals.h"

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

// --- what clients see ---------------------------------------------------------------------------------------------

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

/// The group of a filter, or all groups of its principal.
std::set<QString> groupsAsked(const Store &store, const QString &filter)
{
    const QString groupId = requiredValue(filter, QStringLiteral("groupId"));
    return groupId.isEmpty() ? store.directGroupsOf(requiredValue(filter, QStringLiteral("principalId")))
                             : std::set<QString>{groupId};
}

/// Somebody in an eligible group sees that group's eligibility as his own, of memberType Group.
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

} // namespace

QJsonObject withExpanded(const Store &store, const Request &request, QJsonObject row)
{
    for (const QString &word : request.option(QStringLiteral("$expand")).split(QLatin1Char(','), Qt::SkipEmptyParts))
        row.insert(QLatin1Char('+') + word.trimmed(), navigation(store, row, word.trimmed()));
    return row;
}

namespace {

Response shownRows(const Store &store, const Request &request, const QList<QJsonObject> &rows, const QString &context)
{
    QList<QJsonObject> shown;
    for (const QJsonObject &row : rows)
        shown << withExpanded(store, request, row);
    return collection(request, shown, context);
}

// --- reading ------------------------------------------------------------------------------------------------------

/// A filter with groupId or principalId is required; who may look depends on which.
std::optional<Response> deniedList(const Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return denied;
    const QString filter = request.option(QStringLiteral("$filter"));
    const QString groupId = requiredValue(filter, QStringLiteral("groupId"));
    const QString principalId = requiredValue(filter, QStringLiteral("principalId"));
    if (groupId.isEmpty() && principalId.isEmpty())
        return pimError(QStringLiteral("InvalidFilter"), QStringLiteral("The filter must name groupId or principalId."));
    if (!groupId.isEmpty()) {
        if (auto refused = requirePimGroup(store, groupId))
            return refused;
    }
    if (same(principalId, request.caller.oid))
        return {};
    return requirePimRole(store, request, groupId, PimNeed::Read);
}

Response listRequests(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    return shownRows(store, request, store.rows(half.requests()), half.context(half.requests()));
}

Response listSchedules(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    return shownRows(store, request, store.rows(half.schedules()), half.context(half.schedules()));
}

Response listInstances(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    const QString filter = request.option(QStringLiteral("$filter"));
    QList<QJsonObject> rows = currentInstances(store, half);
    if (half.eligibility)
        rows << inherited(store, requiredValue(filter, QStringLiteral("principalId")), rows);
    else
        rows << plainInstances(store, groupsAsked(store, filter), rows);
    return shownRows(store, request, rows, half.context(half.instances()));
}

Response myRequests(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return *denied;
    const QString on = request.param(QStringLiteral("on")).toLower();
    const QString &oid = request.caller.oid;
    const QList<QJsonObject> rows = store.rows(half.requests(), [&](const QJsonObject &row) {
        if (on == QLatin1String("approver"))
            return mayApprove(store, row, oid);
        return on == QLatin1String("createdby") ? isRequester(row, oid) : same(textIn(row, "principalId"), oid);
    });
    return shownRows(store, request, rows, half.context(half.requests()));
}

QList<QJsonObject> ownRows(const Store &store, const QString &oid, QList<QJsonObject> rows, bool throughGroups)
{
    const QList<QJsonObject> viaGroups = throughGroups ? inherited(store, oid, rows) : QList<QJsonObject>();
    rows.removeIf([&](const QJsonObject &row) { return !same(textIn(row, "principalId"), oid); });
    return rows + viaGroups;
}

Response mySchedules(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return *denied;
    const QList<QJsonObject> rows = ownRows(store, request.caller.oid, store.rows(half.schedules()), half.eligibility);
    return shownRows(store, request, rows, half.context(half.schedules()));
}

Response myInstances(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return *denied;
    const QList<QJsonObject> rows = ownRows(store, request.caller.oid, currentInstances(store, half), half.eligibility);
    return shownRows(store, request, rows, half.context(half.instances()));
}

/// One row of a set by id, for whom it concerns or who may read the group.
std::optional<QJsonObject> readable(const Store &store, const Request &request, const Half &half, const QString &set,
                                    std::optional<Response> *refused)
{
    *refused = requirePimScope(request, half.family(), PimNeed::Read);
    if (*refused)
        return {};
    const QString id = request.param(QStringLiteral("id"));
    std::optional<QJsonObject> row;
    if (set == half.instances()) {
        for (const QJsonObject &instance : currentInstances(store, half))
            if (same(textIn(instance, "id"), id))
                row = instance;
    } else if (const QJsonObject *found = store.find(set, id)) {
        row = *found;
    }
    if (!row) {
        *refused = pimNotFound();
        return {};
    }
    const QString &oid = request.caller.oid;
    if (!same(textIn(*row, "principalId"), oid) && !isRequester(*row, oid) && !mayApprove(store, *row, oid))
        *refused = requirePimRole(store, request, textIn(*row, "groupId"), PimNeed::Read);
    return *refused ? std::nullopt : row;
}

Response readOne(const Store &store, const Request &request, const Half &half, const QString &set)
{
    std::optional<Response> refused;
    const auto row = readable(store, request, half, set, &refused);
    return refused ? *refused : entity(request, withExpanded(store, request, *row), half.context(set));
}

Response readNavigation(const Store &store, const Request &request, const Half &half, const QString &set, const QString &name)
{
    std::optional<Response> refused;
    const auto row = readable(store, request, half, set, &refused);
    if (refused)
        return *refused;
    const QJsonValue target = navigation(store, *row, name);
    return target.isObject() ? entity(request, target.toObject(), half.context(set) + QLatin1Char('/') + name) : pimNotFound();
}

} // namespace

void addReadingRoutes(Router &router, const Half &half)
{
    const QString requests = kPimBase + half.requests();
    const auto at = [&](const char *method, const QString &path, Response (*handler)(Store &, const Request &, const Half &)) {
        router.add(method, path, [=](Store &store, const Request &request) { return handler(store, request, half); });
    };
    const QString mine = QStringLiteral("/filterByCurrentUser(on='{on}')");
    at("GET", requests, listRequests);
    at("GET", requests + mine, myRequests);
    at("GET", kPimBase + half.schedules(), listSchedules);
    at("GET", kPimBase + half.schedules() + mine, mySchedules);
    at("GET", kPimBase + half.instances(), listInstances);
    at("GET", kPimBase + half.instances() + mine, myInstances);
    for (const QString &set : {half.requests(), half.schedules(), half.instances()}) {
        const QString one = kPimBase + set + QStringLiteral("/{id}");
        router.add("GET", one, [=](Store &store, const Request &request) { return readOne(store, request, half, set); });
        QStringList names{QStringLiteral("group"), QStringLiteral("principal")};
        if (set == half.requests())
            names << QStringLiteral("targetSchedule");
        if (!half.eligibility)
            names << QStringLiteral("activatedUsing");
        for (const QString &name : std::as_const(names))
            router.add("GET", one + QLatin1Char('/') + name,
                       [=](Store &store, const Request &request) { return readNavigation(store, request, half, set, name); });
    }
}

} // namespace pimgate::demo::pim
