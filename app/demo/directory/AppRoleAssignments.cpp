#include "demo/directory/Applications.h"
#include "demo/directory/Directory.h"
#include "demo/login/Keys.h"
#include "demo/pim/PimAccess.h"
#include "demo/store/Seed.h"

#include <QUuid>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

QList<QJsonObject> assignmentsBy(const Store &store, QLatin1String member, const QString &value)
{
    return store.rows(assignmentsTable,
                      [&](const QJsonObject &row) { return row[member].toString().compare(value, Qt::CaseInsensitive) == 0; });
}

/// The assignment of the path when it belongs to the service principal, group or user of the path.
const QJsonObject *addressedAssignment(const Store &store, const Request &request)
{
    const auto *row = store.find(assignmentsTable, request.param(u"assignment"_s));
    if (!row)
        return nullptr;
    const bool ofPrincipal = request.path.startsWith(u"/servicePrincipals"_s, Qt::CaseInsensitive);
    const auto *holder = ofPrincipal ? addressedPrincipal(store, request) : addressedObject(store, request);
    return holder && row->value(ofPrincipal ? "resourceId"_L1 : "principalId"_L1) == holder->value("id"_L1) ? row : nullptr;
}

/// The application in question: named by the path, by the assignment of the path, or by the body.
const QJsonObject *resourceInQuestion(const Store &store, const Request &request)
{
    if (request.path.startsWith(u"/servicePrincipals"_s, Qt::CaseInsensitive))
        return addressedPrincipal(store, request);
    const auto *assignment = store.find(assignmentsTable, request.param(u"assignment"_s));
    return store.find(principalsTable,
                      (assignment ? assignment->value("resourceId"_L1) : request.body["resourceId"_L1]).toString());
}

/// One of the roles of contract 5.3, or an owner of the application.
std::optional<Response> grantsAccess(Store &store, const Request &request)
{
    const std::set<QString> anyOf{
        roles::cloudApplicationAdministrator(),   roles::applicationAdministrator(), roles::userAdministrator(),
        roles::identityGovernanceAdministrator(), roles::directoryWriters(),         roles::hybridIdentityAdministrator(),
        roles::privilegedRoleAdministrator()};
    const auto *sp = resourceInQuestion(store, request);
    return sp ? ownsOrHolds(store, request, *sp, anyOf) : requireRole(request, anyOf);
}

// ------------------------------------------------------------------------------------------------------ reading

Response listAssignedTo(Store &store, const Request &request)
{
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(principalAddress(request));
    if (request.query.contains(u"$filter"_s) && !request.eventual())
        return graphError(400, u"Request_UnsupportedQuery"_s,
                          u"Unsupported or invalid query filter clause specified for property 'principalId' of resource "
                          "'AppRoleAssignment'."_s);
    return collection(request, assignmentsBy(store, "resourceId"_L1, sp->value("id"_L1).toString()), u"appRoleAssignments"_s);
}

Response listAssignmentsOf(Store &store, const Request &request)
{
    const auto *object = addressedObject(store, request);
    if (!object)
        return notFound(request.param(u"id"_s));
    return collection(request, assignmentsBy(store, "principalId"_L1, object->value("id"_L1).toString()),
                      u"appRoleAssignments"_s);
}

Response getAssignment(Store &store, const Request &request)
{
    const auto *row = addressedAssignment(store, request);
    return row ? entity(request, *row, u"appRoleAssignments"_s) : notFound(request.param(u"assignment"_s));
}

// ----------------------------------------------------------------------------------------------------- assigning

bool allows(const QJsonValue &role, const QString &memberType)
{
    return role["isEnabled"_L1].toBool() && role["allowedMemberTypes"_L1].toArray().contains(memberType);
}

/// The default access role exists only where the application defines no role for users (contract 5.3).
bool roleExists(const QJsonObject &sp, const QString &roleId, const QString &memberType)
{
    const auto appRoles = sp["appRoles"_L1].toArray();
    if (roleId == defaultAppRole())
        return std::none_of(appRoles.begin(), appRoles.end(), [](const QJsonValue &role) { return allows(role, u"User"_s); });
    return std::any_of(appRoles.begin(), appRoles.end(), [&](const QJsonValue &role) {
        return allows(role, memberType) && role["id"_L1].toString().compare(roleId, Qt::CaseInsensitive) == 0;
    });
}

std::optional<Response> refuseAssignmentBody(const Request &request)
{
    for (const auto &name : {u"principalId"_s, u"resourceId"_s, u"appRoleId"_s}) {
        if (QUuid(request.body[name].toString()).isNull() && request.body[name].toString() != defaultAppRole())
            return badRequest(u"Invalid value specified for property '%1' of resource 'AppRoleAssignment'."_s.arg(name));
    }
    return {};
}

std::optional<Response> refuseAssignment(const Store &store, const QJsonObject &sp, const QString &principalId,
                                         const QString &roleId)
{
    const auto kind = store.kindOf(principalId);
    if (kind.isEmpty())
        return notFound(principalId); // also while a new group is on its way to this service (contract 14)
    if (kind == u"group" && !store.find(groupsTable, principalId)->value("securityEnabled"_L1).toBool())
        return badRequest(u"Only security enabled groups can be assigned to applications."_s);
    if (kind == u"group" && !hasPremiumLicence(store))
        return graphError(403, u"Authorization_RequestDenied"_s,
                          u"Groups are not available for assignment due to your Active Directory plan level."_s);
    if (!roleExists(sp, roleId, kind == u"servicePrincipal" ? u"Application"_s : u"User"_s))
        return badRequest(u"Permission being assigned was not found on application '%1'."_s.arg(sp["appId"_L1].toString()));
    for (const auto &row : assignmentsBy(store, "resourceId"_L1, sp["id"_L1].toString())) {
        if (row["principalId"_L1].toString() == principalId && row["appRoleId"_L1].toString() == roleId)
            return graphError(400, u"Request_BadRequest"_s, u"Permission being assigned already exists on the object"_s,
                              {QJsonObject{{u"code"_s, u"InvalidUpdate"_s},
                                           {u"message"_s, u"Permission being assigned already exists on the object"_s}}});
    }
    return {};
}

struct PrincipalWords
{
    QString type;     ///< principalType
    QString added;    ///< activityDisplayName
    QString removed;  ///< activityDisplayName
    QString category; ///< of the log
};

PrincipalWords wordsFor(const QString &kind)
{
    if (kind == u"group")
        return {u"Group"_s, u"Add app role assignment to group"_s, u"Remove app role assignment from group"_s,
                u"GroupManagement"_s};
    if (kind == u"user")
        return {u"User"_s, u"Add app role assignment grant to user"_s, u"Remove app role assignment from user"_s,
                u"UserManagement"_s};
    return {u"ServicePrincipal"_s, u"Add app role assignment to service principal"_s,
            u"Remove app role assignment from service principal"_s, u"ApplicationManagement"_s};
}

Response assign(Store &store, const Request &request, const QJsonObject &sp)
{
    const auto principalId = request.body["principalId"_L1].toString().toLower();
    const auto roleId = request.body["appRoleId"_L1].toString().toLower();
    if (auto refusal = refuseAssignment(store, sp, principalId, roleId))
        return *refusal;
    const auto spId = sp["id"_L1].toString();
    const auto words = wordsFor(store.kindOf(principalId));
    const auto guid = store.newId(u"appRoleAssignment"_s, spId + principalId + roleId);
    const QJsonObject row{{u"id"_s, QString::fromLatin1(base64Url(QUuid(guid).toRfc4122()))},
                          {u"deletedDateTime"_s, QJsonValue()},
                          {u"appRoleId"_s, roleId},
                          {u"createdDateTime"_s, store.nowText()},
                          {u"principalDisplayName"_s, store.directoryObject(principalId)->value("displayName"_L1)},
                          {u"principalId"_s, principalId},
                          {u"principalType"_s, words.type},
                          {u"resourceDisplayName"_s, sp["displayName"_L1]},
                          {u"resourceId"_s, spId}};
    store.put(assignmentsTable, row);
    store.audit({words.added, u"Core Directory"_s, words.category, u"Assign"_s, request.caller.oid, {spId, principalId}});
    auto answer = entity(request, row, u"appRoleAssignments"_s);
    answer.status = 201;
    return answer;
}

Response assignToApplication(Store &store, const Request &request)
{
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(principalAddress(request));
    if (auto refusal = refuseAssignmentBody(request))
        return *refusal;
    if (request.body["resourceId"_L1].toString().compare(sp->value("id"_L1).toString(), Qt::CaseInsensitive) != 0)
        return badRequest(u"The resourceId does not match the service principal of the request."_s);
    return assign(store, request, *sp);
}

Response assignToHolder(Store &store, const Request &request)
{
    if (auto refusal = refuseAssignmentBody(request))
        return *refusal;
    const auto *holder = addressedObject(store, request);
    if (!holder)
        return notFound(request.param(u"id"_s));
    if (request.body["principalId"_L1].toString().compare(holder->value("id"_L1).toString(), Qt::CaseInsensitive) != 0)
        return badRequest(u"The principalId does not match the object of the request."_s);
    const auto *sp = store.find(principalsTable, request.body["resourceId"_L1].toString());
    return sp ? assign(store, request, *sp) : notFound(request.body["resourceId"_L1].toString());
}

Response removeAssignment(Store &store, const Request &request)
{
    const auto *row = addressedAssignment(store, request);
    if (!row)
        return notFound(request.param(u"assignment"_s));
    const auto type = row->value("principalType"_L1).toString();
    const auto words = wordsFor(type.left(1).toLower() + type.mid(1));
    store.audit({words.removed,
                 u"Core Directory"_s,
                 words.category,
                 u"Unassign"_s,
                 request.caller.oid,
                 {row->value("resourceId"_L1).toString(), row->value("principalId"_L1).toString()}});
    store.remove(assignmentsTable, request.param(u"assignment"_s));
    return Response::noContent();
}

} // namespace

void addAppRoleAssignmentRoutes(Router &router)
{
    const Permission read{.scopes = {scopes::applicationRead}};
    const Permission readOf{
        .scopes = {u"AppRoleAssignment.ReadWrite.All User.Read.All "_s + scopes::groupRead + u' ' + scopes::applicationRead},
        .ownScopes = scopes::ownUser};
    const Permission grant{.scopes = {u"AppRoleAssignment.ReadWrite.All Directory.ReadWrite.All"_s, scopes::applicationRead},
                           .person = grantsAccess};
    const auto one = u"/{assignment}"_s;
    for (const auto &principal : principalPaths()) {
        const auto assignedTo = principal + u"/appRoleAssignedTo"_s;
        addOperations(router, {{"GET", assignedTo, read, listAssignedTo},
                               {"POST", assignedTo, grant, assignToApplication},
                               {"GET", assignedTo + one, read, getAssignment},
                               {"DELETE", assignedTo + one, grant, removeAssignment}});
    }
    for (const auto &holder : {u"/groups/{id}"_s, u"/users/{id}"_s}) {
        const auto assignments = holder + u"/appRoleAssignments"_s;
        addOperations(router, {{"GET", assignments, readOf, listAssignmentsOf},
                               {"POST", assignments, grant, assignToHolder},
                               {"GET", assignments + one, readOf, getAssignment},
                               {"DELETE", assignments + one, grant, removeAssignment}});
    }
}

} // namespace pimgate::demo
