#include "demo/directory/DeletedItems.h"
#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/directory/GroupForm.h"
#include "demo/directory/UserControl.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const auto anyObjectRead = scopes::userRead + u' ' + scopes::groupRead + u' ' + scopes::applicationRead;

/// Each object as far as the token's scopes for its type go (contract 3).
Response getByIds(Store &store, const Request &request)
{
    const auto ids = request.body["ids"_L1].toArray();
    if (ids.isEmpty() || ids.size() > 1000)
        return badRequest(u"ids must hold 1 to 1000 ids."_s);
    const auto types = request.body["types"_L1].toArray();
    std::set<QString> wanted;
    for (const auto &each : ids) {
        const auto kind = store.kindOf(each.toString());
        if (types.isEmpty() || types.contains(u"directoryObject"_s) || types.contains(kind))
            wanted.insert(each.toString().toLower());
    }
    return collection(request, objectsSeen(store, request, wanted), u"directoryObjects"_s, 1000, 1000);
}

Response getDirectoryObject(Store &store, const Request &request)
{
    const auto objects = objectsSeen(store, request, {request.param(u"id"_s).toLower()});
    return objects.isEmpty() ? notFound(request.param(u"id"_s)) : entity(request, objects.first(), u"directoryObjects"_s);
}

/// What asks DELETE /users/{id} or DELETE /groups/{id}, whichever it is.
std::optional<Response> deletesObject(Store &store, const Request &request)
{
    const auto kind = store.kindOf(request.param(u"id"_s));
    if (kind == u"group") {
        if (!hasScopeOf(request, scopes::groupWrite))
            return insufficientPrivileges();
        return deletesGroup(store, request);
    }
    if (!hasScopeOf(request, scopes::userWrite))
        return insufficientPrivileges();
    return kind == u"user" ? controlsUser(store, request) : std::nullopt;
}

Response deleteObject(Store &store, const Request &request)
{
    const auto *found = store.directoryObject(request.param(u"id"_s));
    const auto kind = store.kindOf(request.param(u"id"_s));
    if (!found)
        return notFound(request.param(u"id"_s));
    if (kind == u"servicePrincipal")
        return insufficientPrivileges(); // applications are not removed in this tenant
    const auto object = *found;
    if (auto refusal = refuseSynced(object); refusal && kind == u"group")
        return *refusal;
    const bool group = kind == u"group";
    store.audit({group ? u"Delete group"_s : u"Delete user"_s,
                 u"Core Directory"_s,
                 group ? u"GroupManagement"_s : u"UserManagement"_s,
                 u"Delete"_s,
                 request.caller.oid,
                 {object["id"_L1].toString()}});
    group ? deleteGroupAndRest(store, object) : deleteUserAndRest(store, object);
    return Response::noContent();
}

/// The naming policy of Microsoft 365 groups: this tenant has none, so only the nickname can be wrong (contract 4.1).
Response validateProperties(Store &store, const Request &request)
{
    if (request.body["entityType"_L1].toString() != u"Group")
        return badRequest(u"The value of entityType is not supported."_s);
    const auto nickname = request.body["mailNickname"_L1].toString();
    const bool clash = nicknameTaken(store, nickname, {});
    if (nickname.isEmpty() || (isNickname(nickname) && !clash))
        return Response::noContent();
    return graphError(422, u"Request_BadRequest"_s, u"One or more properties contain invalid values."_s,
                      {QJsonObject{{u"code"_s, clash ? u"ObjectConflict"_s : u"InvalidValue"_s},
                                   {u"message"_s, u"The value of mailNickname cannot be used."_s},
                                   {u"target"_s, u"mailNickname"_s}}});
}

} // namespace

void addDirectoryObjectRoutes(Router &router)
{
    const auto object = u"/directoryObjects/{id}"_s;
    addOperations(router,
                  {
                      {"POST", u"/directoryObjects/getByIds"_s, {.scopes = {anyObjectRead}}, getByIds},
                      {"POST", u"/directoryObjects/validateProperties"_s, {.scopes = {scopes::groupRead}}, validateProperties},
                      {"GET", object, {.scopes = {anyObjectRead}}, getDirectoryObject},
                      {"DELETE", object, {.person = deletesObject}, deleteObject},
                  });
}

} // namespace pimgate::demo
