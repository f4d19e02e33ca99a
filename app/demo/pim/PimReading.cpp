#include "demo/pim/PimReading.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimApprovals.h"
#include "demo/pim/PimInstances.h"
#include "demo/pim/PimManners.h"

#include <QRegularExpression>

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

// --- what may be asked --------------------------------------------------------------------------------------------

Response invalidFilter(const QString &message)
{
    return pimError(QStringLiteral("InvalidFilter"), message);
}

/// Comparisons joined by "and", nothing else: a role is judged on the group that the filter names, so no other group's
/// rows may come in by an "or".
std::optional<Response> refusedFilter(const QString &filter)
{
    static const QStringList allowed{QStringLiteral("groupId"),
                                     QStringLiteral("principalId"),
                                     QStringLiteral("accessId"),
                                     QStringLiteral("status"),
                                     QStringLiteral("action"),
                                     QStringLiteral("targetScheduleId"),
                                     QStringLiteral("memberType"),
                                     QStringLiteral("assignmentType"),
                                     QStringLiteral("eligibilityScheduleId"),
                                     QStringLiteral("assignmentScheduleId")};
    static const QRegularExpression term(QStringLiteral("\\G\\s*(\\w+)\\s+(?:eq|ne)\\s+(?:'(?:[^']|'')*'|[\\w-]+)\\s*(and\\s|$)"),
                                         QRegularExpression::CaseInsensitiveOption);
    if (filter.trimmed().isEmpty())
        return {};
    qsizetype end = 0;
    for (auto it = term.globalMatch(filter); it.hasNext();) {
        const auto match = it.next();
        if (!allowed.contains(match.captured(1)))
            return invalidFilter(QStringLiteral("The filter cannot use the property '%1'.").arg(match.captured(1)));
        end = match.capturedEnd();
        if (match.captured(2).isEmpty())
            break;
    }
    return end == filter.size() ? std::nullopt : std::optional(invalidFilter(QStringLiteral("Invalid filter clause.")));
}

QStringList expanded(const Request &request)
{
    static const QRegularExpression options(QStringLiteral("\\([^)]*\\)"));
    QStringList names = request.option(QStringLiteral("$expand")).remove(options).split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (QString &name : names)
        name = name.trimmed();
    return names;
}

std::optional<Response> refusedExpand(const Request &request, const Half &half, const QString &set)
{
    const QStringList known = navigationsOf(half, set);
    for (const QString &name : expanded(request))
        if (!known.contains(name))
            return graphError(400, QStringLiteral("BadRequest"),
                              QStringLiteral("Parsing OData Select and Expand failed: Could not find a property named '%1' on "
                                             "type 'microsoft.graph.privilegedAccessGroup'.")
                                  .arg(name));
    return {};
}

/// `on` of filterByCurrentUser; schedules and instances know the principal only.
std::optional<Response> refusedOn(const Request &request, const Half &half, const QString &set)
{
    const QString on = request.param(QStringLiteral("on")).toLower();
    const bool more = set == half.requests() && (on == QLatin1String("approver") || on == QLatin1String("createdby"));
    if (on == QLatin1String("principal") || more)
        return {};
    return graphError(400, QStringLiteral("BadRequest"),
                      QStringLiteral("filterByCurrentUser does not take '%1' here.").arg(request.param(QStringLiteral("on"))));
}

/// The group of a filter, or all groups of its principal.
std::set<QString> groupsAsked(const Store &store, const QString &filter)
{
    const QString groupId = requiredValue(filter, QStringLiteral("groupId"));
    return groupId.isEmpty() ? store.directGroupsOf(requiredValue(filter, QStringLiteral("principalId")))
                             : std::set<QString>{groupId};
}

} // namespace

QJsonObject withExpanded(const Store &store, const Request &request, QJsonObject row)
{
    // $expand=group on instances is reported unreliable (contract 7): a tenant can be told to be so.
    const bool instance =
        row.contains(QLatin1String("assignmentScheduleId")) || row.contains(QLatin1String("eligibilityScheduleId"));
    const bool lacksGroup = instance && pimManners(store).instancesLackGroup;
    for (const QString &name : expanded(request))
        row.insert(QLatin1Char('+') + name,
                   lacksGroup && name == QLatin1String("group") ? QJsonValue() : navigation(store, row, name));
    return row;
}

namespace {

Response shownRows(const Store &store, const Request &request, const Half &half, const QString &set,
                   const QList<QJsonObject> &rows)
{
    if (auto refused = refusedExpand(request, half, set))
        return *refused;
    QList<QJsonObject> shown;
    for (const QJsonObject &row : rows)
        shown << withExpanded(store, request, row);
    return collection(request, shown, half.context(set));
}

// --- reading ------------------------------------------------------------------------------------------------------

/// A filter with groupId or principalId is required; who may look depends on which.
std::optional<Response> deniedList(const Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return denied;
    const QString filter = request.option(QStringLiteral("$filter"));
    if (auto refused = refusedFilter(filter))
        return refused;
    const QString groupId = requiredValue(filter, QStringLiteral("groupId"));
    const QString principalId = requiredValue(filter, QStringLiteral("principalId"));
    if (groupId.isEmpty() && principalId.isEmpty())
        return invalidFilter(QStringLiteral("The filter must name groupId or principalId."));
    if (!groupId.isEmpty()) {
        if (auto refused = requirePimGroup(store, groupId))
            return refused;
    }
    if (same(principalId, request.caller.oid))
        return {};
    return requirePimRole(store, request, groupId, PimNeed::Read);
}

/// One's own rows: the scope is enough, and a filter may narrow them.
std::optional<Response> deniedMine(const Request &request, const Half &half, const QString &set)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return denied;
    if (auto refused = refusedOn(request, half, set))
        return refused;
    return refusedFilter(request.option(QStringLiteral("$filter")));
}

Response listRequests(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    return shownRows(store, request, half, half.requests(), store.rows(half.requests()));
}

Response listSchedules(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    return shownRows(store, request, half, half.schedules(), store.rows(half.schedules()));
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
    return shownRows(store, request, half, half.instances(), rows);
}

Response myRequests(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedMine(request, half, half.requests()))
        return *denied;
    const QString on = request.param(QStringLiteral("on")).toLower();
    const QString &oid = request.caller.oid;
    const QList<QJsonObject> rows = store.rows(half.requests(), [&](const QJsonObject &row) {
        if (on == QLatin1String("approver"))
            return mayApprove(store, row, oid) && !isRequester(row, oid);
        return on == QLatin1String("createdby") ? isRequester(row, oid) : same(textIn(row, "principalId"), oid);
    });
    return shownRows(store, request, half, half.requests(), rows);
}

QList<QJsonObject> ownRows(const Store &store, const QString &oid, QList<QJsonObject> rows, bool throughGroups)
{
    const QList<QJsonObject> viaGroups = throughGroups ? inherited(store, oid, rows) : QList<QJsonObject>();
    rows.removeIf([&](const QJsonObject &row) { return !same(textIn(row, "principalId"), oid); });
    return rows + viaGroups;
}

Response mySchedules(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedMine(request, half, half.schedules()))
        return *denied;
    const QList<QJsonObject> rows = ownRows(store, request.caller.oid, store.rows(half.schedules()), half.eligibility);
    return shownRows(store, request, half, half.schedules(), rows);
}

Response myInstances(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedMine(request, half, half.instances()))
        return *denied;
    const QList<QJsonObject> rows = ownRows(store, request.caller.oid, currentInstances(store, half), half.eligibility);
    return shownRows(store, request, half, half.instances(), rows);
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
    std::optional<Response> refused = refusedExpand(request, half, set);
    if (refused)
        return *refused;
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
        addPimRoute(router, method, path, [=](Store &store, const Request &request) { return handler(store, request, half); });
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
        addPimRoute(router, "GET", one, [=](Store &store, const Request &request) { return readOne(store, request, half, set); });
        for (const QString &name : navigationsOf(half, set))
            addPimRoute(router, "GET", one + QLatin1Char('/') + name,
                        [=](Store &store, const Request &request) { return readNavigation(store, request, half, set, name); });
    }
}

} // namespace pimgate::demo::pim
