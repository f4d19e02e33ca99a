#include "demo/Directory.h"
#include "demo/Seed.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

Response listUsers(Store &store, const Request &request)
{
    if (auto refusal = needUserRead(request))
        return *refusal;
    return collection(request, store, usersTable, u"users"_s);
}

Response getUser(Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const bool self = user && user->value("id"_L1).toString() == request.caller.oid;
    const bool own = self && request.caller.hasScope(u"User.Read"_s);
    if (!own) {
        if (auto refusal = needUserRead(request))
            return *refusal;
    }
    return user ? entity(request, *user, u"users"_s) : notFound(wanted);
}

Response memberOf(Store &store, const Request &request, bool transitive, const QString &cast)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const auto *object = user ? user : store.directoryObject(wanted);
    if (!object)
        return notFound(wanted);
    const auto oid = object->value("id"_L1).toString();
    const bool own = oid == request.caller.oid && request.caller.hasScope(u"User.Read"_s);
    if (!own) {
        if (auto refusal = requireScope(request, {"Directory.Read.All", "GroupMember.Read.All", "Group.Read.All",
                                                  "Group.ReadWrite.All", "User.Read.All"}))
            return *refusal;
    }
    QList<QJsonObject> rows;
    if (cast != u"directoryRole")
        rows = objectsOf(store, transitive ? store.transitiveGroupsOf(oid) : store.directGroupsOf(oid));
    if (cast != u"group") {
        for (const auto &role : store.activeRolesOf(oid))
            rows.append(directoryRole(store, role));
    }
    return collection(request, rows, u"directoryObjects"_s);
}

Response checkMemberGroups(Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const auto *object = user ? user : store.directoryObject(wanted);
    if (!object)
        return notFound(wanted);
    const auto ids = request.body["groupIds"_L1].toArray();
    if (ids.isEmpty() || ids.size() > 20)
        return badRequest(u"groupIds must hold 1 to 20 ids."_s);
    const auto groups = store.transitiveGroupsOf(object->value("id"_L1).toString());
    QJsonArray found;
    for (const auto &each : ids) {
        if (groups.contains(each.toString().toLower()))
            found.append(each.toString().toLower());
    }
    return Response::ok(
        QJsonObject{{u"@odata.context"_s, request.origin + u"/v1.0/$metadata#Collection(Edm.String)"_s}, {u"value"_s, found}});
}

Response getMemberGroups(Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const auto *object = user ? user : store.directoryObject(wanted);
    if (!object)
        return notFound(wanted);
    QJsonArray found;
    for (const auto &group : store.transitiveGroupsOf(object->value("id"_L1).toString())) {
        if (!request.body["securityEnabledOnly"_L1].toBool() ||
            store.find(groupsTable, group)->value("securityEnabled"_L1).toBool())
            found.append(group);
    }
    return Response::ok(
        QJsonObject{{u"@odata.context"_s, request.origin + u"/v1.0/$metadata#Collection(Edm.String)"_s}, {u"value"_s, found}});
}

Response revokeSessions(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    if (auto refusal = requireScope(request, {"User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}))
        return *refusal;
    const auto userId = user->value("id"_L1).toString();
    if (userId != request.caller.oid) {
        if (auto refusal = requireRole(request, {roles::userAdministrator(), roles::privilegedRoleAdministrator(),
                                                 roles::privilegedAuthenticationAdministrator()}))
            return *refusal;
    }
    store.patch(usersTable, userId,
                {{u"_sessionGeneration"_s, user->value("_sessionGeneration"_L1).toInt() + 1},
                 {u"signInSessionsValidFromDateTime"_s, store.nowText()}});
    store.audit({u"Update StsRefreshTokenValidFrom Timestamp"_s,
                 u"Core Directory"_s,
                 u"UserManagement"_s,
                 u"Update"_s,
                 request.caller.oid,
                 {userId}});
    return Response::ok(
        QJsonObject{{u"@odata.context"_s, request.origin + u"/v1.0/$metadata#Edm.Boolean"_s}, {u"value"_s, true}});
}

Response deleteUser(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    if (auto refusal = requireScope(request, {"User.ReadWrite.All", "Directory.ReadWrite.All"}))
        return *refusal;
    if (auto refusal = requireRole(request, {roles::userAdministrator()}))
        return *refusal;
    const auto userId = user->value("id"_L1).toString();
    auto deleted = typed(*user, u"user"_s);
    deleted.insert(u"deletedDateTime"_s, store.nowText());
    store.audit({u"Delete user"_s, u"Core Directory"_s, u"UserManagement"_s, u"Delete"_s, request.caller.oid, {userId}});
    store.remove(usersTable, userId);
    store.put(deletedTable, deleted);
    for (const auto &group : store.rows(groupsTable)) {
        store.removeMember(group["id"_L1].toString(), userId);
        store.removeOwner(group["id"_L1].toString(), userId);
    }
    return Response::noContent();
}

Response getByIds(Store &store, const Request &request)
{
    const auto ids = request.body["ids"_L1].toArray();
    if (ids.isEmpty() || ids.size() > 1000)
        return badRequest(u"ids must hold 1 to 1000 ids."_s);
    if (auto refusal = requireScope(request, {"User.ReadBasic.All", "User.Read.All", "Group.Read.All", "Group.ReadWrite.All",
                                              "GroupMember.Read.All", "Application.Read.All", "Application.ReadWrite.All",
                                              "Directory.Read.All"}))
        return *refusal;
    const auto types = request.body["types"_L1].toArray();
    std::set<QString> wanted;
    for (const auto &each : ids) {
        const auto kind = store.kindOf(each.toString());
        if (types.isEmpty() || types.contains(u"directoryObject"_s) || types.contains(kind))
            wanted.insert(each.toString().toLower());
    }
    return collection(request, objectsOf(store, wanted), u"directoryObjects"_s, 1000, 1000);
}

Response getDirectoryObject(Store &store, const Request &request)
{
    if (auto refusal = needUserRead(request); refusal && needGroupRead(request))
        return *refusal;
    const auto kind = store.kindOf(request.param(u"id"_s));
    if (kind.isEmpty())
        return notFound(request.param(u"id"_s));
    return entity(request, typed(*store.directoryObject(request.param(u"id"_s)), kind), u"directoryObjects"_s);
}

} // namespace

void addUserRoutes(Router &router)
{
    router.add("GET", u"/users"_s, listUsers);
    router.add("GET", u"/users/{id}"_s, getUser);
    router.add("DELETE", u"/users/{id}"_s, deleteUser);
    router.add("POST", u"/users/{id}/revokeSignInSessions"_s, revokeSessions);
    router.add("POST", u"/directoryObjects/getByIds"_s, getByIds);
    router.add("GET", u"/directoryObjects/{id}"_s, getDirectoryObject);
    for (const auto &root : {u"/users/{id}"_s, u"/groups/{id}"_s}) {
        for (const auto &[nav, transitive] : {std::pair{u"/memberOf"_s, false}, std::pair{u"/transitiveMemberOf"_s, true}}) {
            for (const auto &cast : {u""_s, u"directoryRole"_s, u"group"_s}) {
                router.add("GET", root + nav + (cast.isEmpty() ? u""_s : u"/graph."_s + cast),
                           [transitive = transitive, cast](Store &store, const Request &request) {
                               return memberOf(store, request, transitive, cast);
                           });
            }
        }
    }
    for (const auto &root : {u"/users/{id}"_s, u"/groups/{id}"_s, u"/directoryObjects/{id}"_s}) {
        router.add("POST", root + u"/checkMemberGroups"_s, checkMemberGroups);
        router.add("POST", root + u"/getMemberGroups"_s, getMemberGroups);
    }
}

} // namespace pimgate::demo
