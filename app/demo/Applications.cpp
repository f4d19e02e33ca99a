#include "demo/Keys.h"
#include "demo/Router.h"
#include "demo/Seed.h"

#include <QUuid>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const auto principalsTable = u"servicePrincipals"_s;
const auto registrationsTable = u"applications"_s;
const auto assignmentsTable = u"appRoleAssignments"_s;

std::optional<Response> needApplicationRead(const Request &request)
{
    return requireScope(request,
                        {"Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"});
}

/// By id or by appId, as the template has it.
const QJsonObject *addressedPrincipal(const Store &store, const Request &request)
{
    return request.params.contains(u"appId"_s) ? store.findBy(principalsTable, u"appId"_s, request.param(u"appId"_s))
                                               : store.find(principalsTable, request.param(u"id"_s));
}

QString address(const Request &request)
{
    return request.params.contains(u"appId"_s) ? request.param(u"appId"_s) : request.param(u"id"_s);
}

Response listPrincipals(Store &store, const Request &request)
{
    if (auto refusal = needApplicationRead(request))
        return *refusal;
    return collection(request, store, principalsTable, u"servicePrincipals"_s);
}

Response getPrincipal(Store &store, const Request &request)
{
    if (auto refusal = needApplicationRead(request))
        return *refusal;
    const auto *row = addressedPrincipal(store, request);
    return row ? entity(request, *row, u"servicePrincipals"_s) : notFound(address(request));
}

std::optional<Response> refusePrincipalBody(const QJsonObject &body)
{
    static const QHash<QString, QJsonValue::Type> writable{{u"appRoleAssignmentRequired"_s, QJsonValue::Bool},
                                                           {u"accountEnabled"_s, QJsonValue::Bool},
                                                           {u"tags"_s, QJsonValue::Array},
                                                           {u"loginUrl"_s, QJsonValue::String},
                                                           {u"notes"_s, QJsonValue::String},
                                                           {u"preferredSingleSignOnMode"_s, QJsonValue::String},
                                                           {u"replyUrls"_s, QJsonValue::Array},
                                                           {u"notificationEmailAddresses"_s, QJsonValue::Array},
                                                           {u"homepage"_s, QJsonValue::String}};
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (it.key().startsWith(u'@'))
            continue;
        if (!writable.contains(it.key()))
            return badRequest(u"Property '%1' is read-only and cannot be set."_s.arg(it.key()));
        const bool clears = it.value().isNull() && writable.value(it.key()) == QJsonValue::String;
        if (!clears && it.value().type() != writable.value(it.key()))
            return badRequest(u"Invalid value specified for property '%1' of resource 'ServicePrincipal'."_s.arg(it.key()));
    }
    return {};
}

QString quoted(const QJsonValue &value)
{
    const auto text = value.isBool() ? QString::fromLatin1(value.toBool() ? "true" : "false") : value.toString();
    return value.isBool() ? u"[%1]"_s.arg(text) : u"[\"%1\"]"_s.arg(text);
}

Response patchPrincipal(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Application.ReadWrite.All", "Directory.ReadWrite.All"}))
        return *refusal;
    const auto *row = addressedPrincipal(store, request);
    if (!row)
        return notFound(address(request));
    if (auto refusal = requireRole(request, {roles::cloudApplicationAdministrator(), roles::applicationAdministrator()}))
        return *refusal;
    if (row->value("appOwnerOrganizationId"_L1).toString() == microsoftTenantId())
        return insufficientPrivileges();
    if (auto refusal = refusePrincipalBody(request.body))
        return *refusal;
    QJsonObject changes;
    QJsonArray modified;
    for (auto it = request.body.begin(); it != request.body.end(); ++it) {
        if (it.key().startsWith(u'@') || it.value() == row->value(it.key()))
            continue;
        changes.insert(it.key(), it.value());
        const auto name = it.key().left(1).toUpper() + it.key().mid(1);
        modified.append(QJsonObject{
            {u"displayName"_s, name}, {u"oldValue"_s, quoted(row->value(it.key()))}, {u"newValue"_s, quoted(it.value())}});
    }
    if (!changes.isEmpty()) {
        const auto spId = row->value("id"_L1).toString();
        store.patch(principalsTable, spId, changes);
        store.audit({u"Update service principal"_s,
                     u"Core Directory"_s,
                     u"ApplicationManagement"_s,
                     u"Update"_s,
                     request.caller.oid,
                     {spId},
                     modified});
    }
    return Response::noContent();
}

// ------------------------------------------------------------------------------------------- app role assignments

QList<QJsonObject> assignmentsBy(const Store &store, QLatin1String member, const QString &value)
{
    return store.rows(assignmentsTable,
                      [&](const QJsonObject &row) { return row[member].toString().compare(value, Qt::CaseInsensitive) == 0; });
}

Response listAssignedTo(Store &store, const Request &request)
{
    if (auto refusal = needApplicationRead(request))
        return *refusal;
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(address(request));
    if (request.query.contains(u"$filter"_s) && !request.eventual())
        return graphError(400, u"Request_UnsupportedQuery"_s,
                          u"Unsupported or invalid query filter clause specified for property 'principalId' of resource "
                          "'AppRoleAssignment'."_s);
    return collection(request, assignmentsBy(store, "resourceId"_L1, sp->value("id"_L1).toString()), u"appRoleAssignments"_s);
}

Response listAssignments(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"AppRoleAssignment.ReadWrite.All", "Application.Read.All", "Group.Read.All",
                                              "Group.ReadWrite.All", "User.Read.All", "Directory.Read.All"}))
        return *refusal;
    const auto *user = store.user(request.param(u"id"_s));
    const auto *object = user ? user : store.find(u"groups"_s, request.param(u"id"_s));
    if (!object)
        return notFound(request.param(u"id"_s));
    return collection(request, assignmentsBy(store, "principalId"_L1, object->value("id"_L1).toString()),
                      u"appRoleAssignments"_s);
}

bool allowsUsers(const QJsonObject &role)
{
    return role["isEnabled"_L1].toBool() && role["allowedMemberTypes"_L1].toArray().contains(u"User"_s);
}

/// The default access role exists only where the application defines no role for users (contract 5.3).
bool roleExists(const QJsonObject &sp, const QString &roleId)
{
    const auto appRoles = sp["appRoles"_L1].toArray();
    const auto open = [](const QJsonValue &role) { return allowsUsers(role.toObject()); };
    if (roleId == defaultAppRole())
        return std::none_of(appRoles.begin(), appRoles.end(), open);
    return std::any_of(appRoles.begin(), appRoles.end(), [&](const QJsonValue &role) {
        return allowsUsers(role.toObject()) && role["id"_L1].toString() == roleId;
    });
}

std::optional<Response> needAssignmentWrite(const Request &request)
{
    const bool directory = request.caller.hasScope(u"Directory.ReadWrite.All"_s);
    const bool pair = request.caller.hasScope(u"AppRoleAssignment.ReadWrite.All"_s) && !needApplicationRead(request);
    if (!directory && !pair)
        return insufficientPrivileges();
    return requireRole(request, {roles::cloudApplicationAdministrator(), roles::applicationAdministrator(),
                                 roles::userAdministrator(), roles::identityGovernanceAdministrator(), roles::directoryWriters(),
                                 roles::privilegedRoleAdministrator()});
}

/// resourceId and principalId have been held against the path already.
Response assign(Store &store, const Request &request, const QJsonObject &sp)
{
    const auto principalId = request.body["principalId"_L1].toString().toLower();
    const auto roleId = request.body["appRoleId"_L1].toString().toLower();
    const auto kind = store.kindOf(principalId);
    if (kind.isEmpty())
        return notFound(principalId);
    const auto *principal = store.directoryObject(principalId);
    if (kind == u"group" && !principal->value("securityEnabled"_L1).toBool())
        return badRequest(u"Only security enabled groups can be assigned to applications."_s);
    const auto appId = sp["appId"_L1].toString();
    if (kind == u"servicePrincipal" || !roleExists(sp, roleId))
        return badRequest(u"Permission being assigned was not found on application '%1'."_s.arg(appId));
    const auto spId = sp["id"_L1].toString();
    for (const auto &row : assignmentsBy(store, "resourceId"_L1, spId)) {
        if (row["principalId"_L1].toString() == principalId && row["appRoleId"_L1].toString() == roleId)
            return graphError(400, u"Request_BadRequest"_s, u"Permission being assigned already exists on the object"_s,
                              {QJsonObject{{u"code"_s, u"InvalidUpdate"_s},
                                           {u"message"_s, u"Permission being assigned already exists on the object"_s}}});
    }
    const auto guid = store.newId(u"appRoleAssignment"_s, spId + principalId + roleId);
    const QJsonObject row{{u"id"_s, QString::fromLatin1(base64Url(QUuid(guid).toRfc4122()))},
                          {u"deletedDateTime"_s, QJsonValue()},
                          {u"appRoleId"_s, roleId},
                          {u"createdDateTime"_s, store.nowText()},
                          {u"principalDisplayName"_s, principal->value("displayName"_L1)},
                          {u"principalId"_s, principalId},
                          {u"principalType"_s, kind == u"group" ? u"Group"_s : u"User"_s},
                          {u"resourceDisplayName"_s, sp["displayName"_L1]},
                          {u"resourceId"_s, spId}};
    store.put(assignmentsTable, row);
    store.audit({kind == u"group" ? u"Add app role assignment to group"_s : u"Add app role assignment grant to user"_s,
                 u"Core Directory"_s,
                 kind == u"group" ? u"GroupManagement"_s : u"UserManagement"_s,
                 u"Assign"_s,
                 request.caller.oid,
                 {spId, principalId}});
    auto body = row;
    body.insert(u"@odata.context"_s, request.origin + u"/v1.0/$metadata#appRoleAssignments/$entity"_s);
    return Response::created(body);
}

std::optional<Response> refuseAssignmentBody(const Request &request)
{
    for (const auto &name : {u"principalId"_s, u"resourceId"_s, u"appRoleId"_s}) {
        if (QUuid(request.body[name].toString()).isNull() && request.body[name].toString() != defaultAppRole())
            return badRequest(u"Invalid value specified for property '%1' of resource 'AppRoleAssignment'."_s.arg(name));
    }
    return {};
}

Response assignToPrincipal(Store &store, const Request &request)
{
    if (auto refusal = needAssignmentWrite(request))
        return *refusal;
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(address(request));
    if (auto refusal = refuseAssignmentBody(request))
        return *refusal;
    if (request.body["resourceId"_L1].toString().compare(sp->value("id"_L1).toString(), Qt::CaseInsensitive) != 0)
        return badRequest(u"The resourceId does not match the service principal of the request."_s);
    return assign(store, request, *sp);
}

Response assignFromGroup(Store &store, const Request &request)
{
    if (auto refusal = needAssignmentWrite(request))
        return *refusal;
    if (auto refusal = refuseAssignmentBody(request))
        return *refusal;
    const auto *group = store.find(u"groups"_s, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    if (request.body["principalId"_L1].toString().compare(request.param(u"id"_s), Qt::CaseInsensitive) != 0)
        return badRequest(u"The principalId does not match the group of the request."_s);
    const auto *sp = store.find(principalsTable, request.body["resourceId"_L1].toString());
    return sp ? assign(store, request, *sp) : notFound(request.body["resourceId"_L1].toString());
}

/// The assignment of the path when it belongs to the service principal or group of the path.
const QJsonObject *addressedAssignment(const Store &store, const Request &request)
{
    const auto *row = store.find(assignmentsTable, request.param(u"assignment"_s));
    if (!row)
        return nullptr;
    if (request.path.startsWith(u"/groups/"_s, Qt::CaseInsensitive))
        return row->value("principalId"_L1).toString() == request.param(u"id"_s).toLower() ? row : nullptr;
    const auto *sp = addressedPrincipal(store, request);
    return sp && row->value("resourceId"_L1) == sp->value("id"_L1) ? row : nullptr;
}

Response getAssignment(Store &store, const Request &request)
{
    if (auto refusal = needApplicationRead(request))
        return *refusal;
    const auto *row = addressedAssignment(store, request);
    return row ? entity(request, *row, u"appRoleAssignments"_s) : notFound(request.param(u"assignment"_s));
}

Response removeAssignment(Store &store, const Request &request)
{
    if (auto refusal = needAssignmentWrite(request))
        return *refusal;
    const auto *row = addressedAssignment(store, request);
    if (!row)
        return notFound(request.param(u"assignment"_s));
    const bool group = row->value("principalType"_L1).toString() == u"Group";
    store.audit({group ? u"Remove app role assignment from group"_s : u"Remove app role assignment from user"_s,
                 u"Core Directory"_s,
                 group ? u"GroupManagement"_s : u"UserManagement"_s,
                 u"Unassign"_s,
                 request.caller.oid,
                 {row->value("resourceId"_L1).toString(), row->value("principalId"_L1).toString()}});
    store.remove(assignmentsTable, request.param(u"assignment"_s));
    return Response::noContent();
}

// --------------------------------------------------------------------------------------------------- the rest

Response listGrants(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"DelegatedPermissionGrant.Read.All", "Directory.Read.All"}))
        return *refusal;
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(address(request));
    const auto spId = sp->value("id"_L1);
    return collection(request,
                      store.rows(u"oauth2PermissionGrants"_s, [&](const QJsonObject &row) { return row["clientId"_L1] == spId; }),
                      u"oauth2PermissionGrants"_s);
}

Response listSynchronizationJobs(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Synchronization.Read.All", "Synchronization.ReadWrite.All"}))
        return *refusal;
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(address(request));
    const auto spId = sp->value("id"_L1);
    auto rows =
        store.rows(u"synchronizationJobs"_s, [&](const QJsonObject &row) { return row["_servicePrincipalId"_L1] == spId; });
    return collection(request, rows, u"synchronization/jobs"_s);
}

Response listOwners(Store &store, const Request &request)
{
    if (auto refusal = needApplicationRead(request))
        return *refusal;
    if (!addressedPrincipal(store, request))
        return notFound(address(request));
    return collection(request, {}, u"directoryObjects"_s);
}

Response listRegistrations(Store &store, const Request &request)
{
    if (auto refusal = needApplicationRead(request))
        return *refusal;
    return collection(request, store, registrationsTable, u"applications"_s);
}

Response getRegistration(Store &store, const Request &request)
{
    if (auto refusal = needApplicationRead(request))
        return *refusal;
    const auto *row = request.params.contains(u"appId"_s)
                          ? store.findBy(registrationsTable, u"appId"_s, request.param(u"appId"_s))
                          : store.find(registrationsTable, request.param(u"id"_s));
    return row ? entity(request, *row, u"applications"_s) : notFound(address(request));
}

} // namespace

void addApplicationRoutes(Router &router, Store &)
{
    router.add("GET", u"/servicePrincipals"_s, listPrincipals);
    for (const auto &root : {u"/servicePrincipals/{id}"_s, u"/servicePrincipals(appId='{appId}')"_s}) {
        router.add("GET", root, getPrincipal);
        router.add("PATCH", root, patchPrincipal);
        router.add("GET", root + u"/appRoleAssignedTo"_s, listAssignedTo);
        router.add("POST", root + u"/appRoleAssignedTo"_s, assignToPrincipal);
        router.add("GET", root + u"/appRoleAssignedTo/{assignment}"_s, getAssignment);
        router.add("DELETE", root + u"/appRoleAssignedTo/{assignment}"_s, removeAssignment);
        router.add("GET", root + u"/oauth2PermissionGrants"_s, listGrants);
        router.add("GET", root + u"/synchronization/jobs"_s, listSynchronizationJobs);
        router.add("GET", root + u"/owners"_s, listOwners);
    }
    router.add("GET", u"/groups/{id}/appRoleAssignments"_s, listAssignments);
    router.add("GET", u"/users/{id}/appRoleAssignments"_s, listAssignments);
    router.add("POST", u"/groups/{id}/appRoleAssignments"_s, assignFromGroup);
    router.add("GET", u"/groups/{id}/appRoleAssignments/{assignment}"_s, getAssignment);
    router.add("DELETE", u"/groups/{id}/appRoleAssignments/{assignment}"_s, removeAssignment);
    router.add("GET", u"/applications"_s, listRegistrations);
    router.add("GET", u"/applications/{id}"_s, getRegistration);
    router.add("GET", u"/applications(appId='{appId}')"_s, getRegistration);
}

} // namespace pimgate::demo
