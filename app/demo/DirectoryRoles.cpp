#include "demo/Directory.h"
#include "demo/Seed.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

std::optional<Response> needRoleRead(const Request &request)
{
    return requireScope(request, {"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory",
                                  "RoleEligibilitySchedule.Read.Directory", "RoleAssignmentSchedule.Read.Directory",
                                  "Directory.Read.All"});
}

QList<QJsonObject> withExpansions(const Store &store, const Request &request, QList<QJsonObject> rows)
{
    const auto expand = request.option(u"$expand"_s);
    for (auto &row : rows) {
        if (expand.contains(u"roleDefinition")) {
            if (const auto *role = store.find(u"roleDefinitions"_s, row["roleDefinitionId"_L1].toString()))
                row.insert(u"+roleDefinition"_s, *role);
        }
        if (expand.contains(u"principal")) {
            const auto oid = row["principalId"_L1].toString();
            if (const auto *principal = store.directoryObject(oid))
                row.insert(u"+principal"_s, typed(*principal, store.kindOf(oid)));
        }
    }
    return rows;
}

/// The active assignments as PIM shows them; only of one person when an id is given.
QList<QJsonObject> roleInstances(const Store &store, const QString &oid, const QString &table)
{
    auto holders = store.transitiveGroupsOf(oid);
    holders.insert(oid);
    QList<QJsonObject> rows;
    for (const auto &assignment : store.rows(table)) {
        const auto holder = assignment["principalId"_L1].toString();
        if (!oid.isEmpty() && !holders.contains(holder))
            continue;
        const auto assignmentId = assignment["id"_L1].toString();
        QJsonObject row{{u"id"_s, store.id(u"roleInstance"_s, assignmentId)},
                        {u"principalId"_s, oid.isEmpty() ? holder : oid},
                        {u"roleDefinitionId"_s, assignment["roleDefinitionId"_L1]},
                        {u"directoryScopeId"_s, u"/"_s},
                        {u"appScopeId"_s, QJsonValue()},
                        {u"startDateTime"_s, assignment.contains("_start"_L1) ? assignment["_start"_L1] : QJsonValue()},
                        {u"endDateTime"_s, assignment.contains("_end"_L1) ? assignment["_end"_L1] : QJsonValue()},
                        {u"memberType"_s, holder == oid || oid.isEmpty() ? u"Direct"_s : u"Group"_s}};
        if (table == u"roleAssignments") {
            row.insert(u"assignmentType"_s, u"Assigned"_s);
            row.insert(u"roleAssignmentOriginId"_s, assignmentId);
            row.insert(u"roleAssignmentScheduleId"_s, assignmentId);
        } else {
            row.insert(u"roleEligibilityScheduleId"_s, assignmentId);
        }
        rows.append(row);
    }
    return rows;
}

} // namespace

void addRoleRoutes(Router &router)
{
    const auto base = u"/roleManagement/directory/"_s;
    for (const auto &[path, table] : {std::pair{u"roleAssignmentScheduleInstances"_s, u"roleAssignments"_s},
                                      std::pair{u"roleEligibilityScheduleInstances"_s, u"roleEligibilities"_s}}) {
        router.add("GET", base + path, [path, table](Store &store, const Request &request) {
            if (auto refusal = needRoleRead(request))
                return *refusal;
            const auto rows = withExpansions(store, request, roleInstances(store, {}, table));
            return collection(request, rows, u"roleManagement/directory/"_s + path);
        });
        router.add("GET", base + path + u"/filterByCurrentUser(on='{on}')"_s,
                   [path, table](Store &store, const Request &request) {
                       if (auto refusal = needRoleRead(request))
                           return *refusal;
                       if (request.param(u"on"_s) != u"principal")
                           return badRequest(u"The value of 'on' is not supported."_s);
                       const auto mine = roleInstances(store, request.caller.oid, table);
                       return collection(request, withExpansions(store, request, mine), u"roleManagement/directory/"_s + path);
                   });
    }
    for (const auto &table : {u"roleAssignments"_s, u"roleDefinitions"_s}) {
        router.add("GET", base + table, [table](Store &store, const Request &request) {
            if (auto refusal = needRoleRead(request))
                return *refusal;
            return collection(request, withExpansions(store, request, store.rows(table)), u"roleManagement/directory/"_s + table);
        });
        router.add("GET", base + table + u"/{id}"_s, [table](Store &store, const Request &request) {
            if (auto refusal = needRoleRead(request))
                return *refusal;
            const auto *row = store.find(table, request.param(u"id"_s));
            if (!row)
                return notFound(request.param(u"id"_s));
            return entity(request, withExpansions(store, request, {*row}).first(), u"roleManagement/directory/"_s + table);
        });
    }
    router.add("GET", u"/directoryRoles"_s, [](Store &store, const Request &request) {
        if (auto refusal = needRoleRead(request))
            return *refusal;
        std::set<QString> held;
        for (const auto &assignment : store.rows(u"roleAssignments"_s))
            held.insert(assignment["roleDefinitionId"_L1].toString());
        QList<QJsonObject> rows;
        for (const auto &role : held) {
            rows.append(directoryRole(store, role));
            rows.last().remove(u"@odata.type"_s);
        }
        return collection(request, rows, u"directoryRoles"_s);
    });
    router.add("GET", u"/directoryRoles/{id}/members"_s, [](Store &store, const Request &request) {
        if (auto refusal = needRoleRead(request))
            return *refusal;
        std::set<QString> holders;
        for (const auto &assignment : store.rows(u"roleAssignments"_s)) {
            const auto role = assignment["roleDefinitionId"_L1].toString();
            if (store.id(u"directoryRole"_s, role) == request.param(u"id"_s).toLower())
                holders.insert(assignment["principalId"_L1].toString());
        }
        return collection(request, objectsOf(store, holders), u"directoryObjects"_s);
    });
}

} // namespace pimgate::demo
