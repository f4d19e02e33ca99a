#include "demo/directory/Directory.h"
#include "demo/pim/PimAccess.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const auto roleBase = u"/roleManagement/directory/"_s;

QList<QJsonObject> withExpansions(const Store &store, const Request &request, QList<QJsonObject> rows)
{
    const auto expand = request.option(u"$expand"_s);
    for (auto &row : rows) {
        if (expand.contains(u"roleDefinition")) {
            if (const auto *role = store.find(u"roleDefinitions"_s, row["roleDefinitionId"_L1].toString()))
                row.insert(u"+roleDefinition"_s, *role);
        }
        if (expand.contains(u"principal")) {
            const auto principal = objectsSeen(store, request, {row["principalId"_L1].toString()});
            if (!principal.isEmpty())
                row.insert(u"+principal"_s, principal.first());
        }
    }
    return rows;
}

/// A set of roleManagement/directory and the table behind it.
struct RoleSet
{
    QString path;
    QString table;
    bool instances; ///< as PIM shows the assignments: needs Entra ID P2
    QString context() const { return u"roleManagement/directory/"_s + path; }
};

QJsonObject roleInstanceOf(const Store &store, const RoleSet &set, const QJsonObject &assignment, const QString &principalId)
{
    const auto assignmentId = assignment["id"_L1].toString();
    const bool direct = assignment["principalId"_L1].toString() == principalId;
    QJsonObject row{{u"id"_s, store.id(u"roleInstance"_s, assignmentId)},
                    {u"principalId"_s, principalId},
                    {u"roleDefinitionId"_s, assignment["roleDefinitionId"_L1]},
                    {u"directoryScopeId"_s, u"/"_s},
                    {u"appScopeId"_s, QJsonValue()},
                    {u"startDateTime"_s, assignment.contains("_start"_L1) ? assignment["_start"_L1] : QJsonValue()},
                    {u"endDateTime"_s, assignment.contains("_end"_L1) ? assignment["_end"_L1] : QJsonValue()},
                    {u"memberType"_s, direct ? u"Direct"_s : u"Group"_s}};
    if (set.table == u"roleAssignments") {
        row.insert(u"assignmentType"_s, u"Assigned"_s);
        row.insert(u"roleAssignmentOriginId"_s, assignmentId);
        row.insert(u"roleAssignmentScheduleId"_s, assignmentId);
    } else {
        row.insert(u"roleEligibilityScheduleId"_s, assignmentId);
    }
    return row;
}

QList<QJsonObject> rowsOf(const Store &store, const RoleSet &set)
{
    auto rows = store.rows(set.table);
    if (set.instances) {
        for (auto &row : rows)
            row = roleInstanceOf(store, set, row, row["principalId"_L1].toString());
    }
    return rows;
}

/// What one person holds, himself or through a group.
QList<QJsonObject> instancesOf(const Store &store, const RoleSet &set, const QString &oid)
{
    auto holders = store.transitiveGroupsOf(oid);
    holders.insert(oid);
    QList<QJsonObject> rows;
    for (const auto &assignment : store.rows(set.table)) {
        if (holders.contains(assignment["principalId"_L1].toString()))
            rows.append(roleInstanceOf(store, set, assignment, oid));
    }
    return rows;
}

/// What PIM shows of directory roles needs Entra ID P2 or Governance (contract 2.4).
std::optional<Response> needRolePimLicence(Store &store, const Request &)
{
    if (hasServicePlan(store, {"eec0eb4f-6444-4f95-aba0-50c24d67f998", "e866a266-3cff-43a3-acca-0c90a7e00c8b"}))
        return {};
    return pimError(u"AadPremiumLicenseRequired"_s,
                    u"The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."_s);
}

void addRoleSet(Router &router, const RoleSet &set, const Permission &read)
{
    addOperations(router, {{"GET", roleBase + set.path, read,
                            [set](Store &store, const Request &request) {
                                return collection(request, withExpansions(store, request, rowsOf(store, set)), set.context());
                            }},
                           {"GET", roleBase + set.path + u"/{id}"_s, read, [set](Store &store, const Request &request) {
                                const auto wanted = request.param(u"id"_s);
                                const auto rows = rowsOf(store, set);
                                const auto row = std::find_if(rows.begin(), rows.end(), [&](const QJsonObject &each) {
                                    return each["id"_L1].toString().compare(wanted, Qt::CaseInsensitive) == 0;
                                });
                                return row == rows.end()
                                           ? notFound(wanted)
                                           : entity(request, withExpansions(store, request, {*row}).first(), set.context());
                            }}});
    if (!set.instances)
        return;
    addOperations(router, {{"GET", roleBase + set.path + u"/filterByCurrentUser(on='{on}')"_s, read,
                            [set](Store &store, const Request &request) {
                                if (request.param(u"on"_s) != u"principal")
                                    return badRequest(u"The value of 'on' is not supported."_s);
                                const auto mine = instancesOf(store, set, request.caller.oid);
                                return collection(request, withExpansions(store, request, mine), set.context());
                            }}});
}

// ---------------------------------------------------------------------------------------------- activated roles

/// Roles that somebody holds; a role nobody ever held is only a template.
QList<QJsonObject> activatedRoles(const Store &store)
{
    std::set<QString> held;
    for (const auto &assignment : store.rows(u"roleAssignments"_s))
        held.insert(assignment["roleDefinitionId"_L1].toString());
    QList<QJsonObject> rows;
    for (const auto &role : held) {
        rows.append(directoryRole(store, role));
        rows.last().remove(u"@odata.type"_s);
    }
    return rows;
}

std::optional<QJsonObject> addressedRole(const Store &store, const Request &request)
{
    for (const auto &role : activatedRoles(store)) {
        if (role["id"_L1].toString() == request.param(u"id"_s).toLower())
            return role;
    }
    return {};
}

Response getDirectoryRole(Store &store, const Request &request)
{
    const auto role = addressedRole(store, request);
    return role ? entity(request, *role, u"directoryRoles"_s) : notFound(request.param(u"id"_s));
}

Response listRoleMembers(Store &store, const Request &request)
{
    const auto role = addressedRole(store, request);
    if (!role)
        return notFound(request.param(u"id"_s));
    std::set<QString> holders;
    for (const auto &assignment : store.rows(u"roleAssignments"_s)) {
        if (assignment["roleDefinitionId"_L1] == role->value("roleTemplateId"_L1))
            holders.insert(assignment["principalId"_L1].toString());
    }
    return collection(request, objectsSeen(store, request, holders), u"directoryObjects"_s);
}

} // namespace

void addRoleRoutes(Router &router)
{
    const Permission read{.scopes = {scopes::roleRead}};
    addRoleSet(router, {u"roleDefinitions"_s, u"roleDefinitions"_s, false}, read);
    addRoleSet(router, {u"roleAssignments"_s, u"roleAssignments"_s, false}, read);
    const auto roleScopes = u"RoleManagement.Read.Directory RoleManagement.Read.All RoleManagement.ReadWrite.Directory "_s;
    addRoleSet(router, {u"roleAssignmentScheduleInstances"_s, u"roleAssignments"_s, true},
               {.scopes = {roleScopes + u"RoleAssignmentSchedule.Read.Directory RoleAssignmentSchedule.ReadWrite.Directory"_s},
                .person = needRolePimLicence});
    addRoleSet(router, {u"roleEligibilityScheduleInstances"_s, u"roleEligibilities"_s, true},
               {.scopes = {roleScopes + u"RoleEligibilitySchedule.Read.Directory RoleEligibilitySchedule.ReadWrite.Directory"_s},
                .person = needRolePimLicence});
    addOperations(router, {{"GET", u"/directoryRoles"_s, read,
                            [](Store &store, const Request &request) {
                                return collection(request, activatedRoles(store), u"directoryRoles"_s);
                            }},
                           {"GET", u"/directoryRoles/{id}"_s, read, getDirectoryRole},
                           {"GET", u"/directoryRoles/{id}/members"_s, read, listRoleMembers}});
}

} // namespace pimgate::demo
