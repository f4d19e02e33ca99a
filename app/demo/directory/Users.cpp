#include "demo/directory/DeletedItems.h"
#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/directory/UserControl.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

Response listUsers(Store &store, const Request &request)
{
    if (hasScopeOf(request, scopes::userReadAll))
        return collection(request, store, usersTable, u"users"_s);
    auto rows = store.rows(usersTable);
    for (auto &row : rows)
        row = seen(row, sightOf(request, u"user"_s, row["id"_L1].toString()));
    return collection(request, rows, u"users"_s);
}

Response getUser(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    return entity(request, seen(*user, sightOf(request, u"user"_s, user->value("id"_L1).toString())), u"users"_s);
}

Response patchUser(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    for (const auto &refusal : {refuseSynced(*user), refuseUserBody(request.body)}) {
        if (refusal)
            return *refusal;
    }
    const bool was = user->value("accountEnabled"_L1).toBool();
    const bool enabled = request.body["accountEnabled"_L1].toBool(was);
    if (enabled == was)
        return Response::noContent();
    const auto userId = user->value("id"_L1).toString();
    store.patch(usersTable, userId, {{u"accountEnabled"_s, enabled}});
    store.audit({enabled ? u"Enable account"_s : u"Disable account"_s,
                 u"Core Directory"_s,
                 u"UserManagement"_s,
                 u"Update"_s,
                 request.caller.oid,
                 {userId},
                 {QJsonObject{{u"displayName"_s, u"AccountEnabled"_s},
                              {u"oldValue"_s, was ? u"[true]"_s : u"[false]"_s},
                              {u"newValue"_s, enabled ? u"[true]"_s : u"[false]"_s}}}});
    return Response::noContent();
}

Response deleteUser(Store &store, const Request &request)
{
    const auto *found = store.user(request.param(u"id"_s));
    if (!found)
        return notFound(request.param(u"id"_s));
    const auto user = *found;
    store.audit({u"Delete user"_s,
                 u"Core Directory"_s,
                 u"UserManagement"_s,
                 u"Delete"_s,
                 request.caller.oid,
                 {user["id"_L1].toString()}});
    deleteUserAndRest(store, user);
    return Response::noContent();
}

Response revokeSessions(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    const auto userId = user->value("id"_L1).toString();
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

/// One row per subscription that the user's assignedLicenses name.
Response listLicences(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    QList<QJsonObject> rows;
    for (const auto &licence : user->value("assignedLicenses"_L1).toArray()) {
        const auto skuId = licence["skuId"_L1].toString();
        const auto *sku = store.findBy(u"subscribedSkus"_s, u"skuId"_s, skuId);
        if (!sku)
            continue;
        rows.append({{u"id"_s, store.id(u"licenseDetails"_s, user->value("id"_L1).toString() + skuId)},
                     {u"skuId"_s, skuId},
                     {u"skuPartNumber"_s, sku->value("skuPartNumber"_L1)},
                     {u"servicePlans"_s, sku->value("servicePlans"_L1)}});
    }
    return collection(request, rows, u"users('%1')/licenseDetails"_s.arg(user->value("id"_L1).toString()));
}

} // namespace

void addUserRoutes(Router &router)
{
    const auto user = u"/users/{id}"_s;
    const auto revoke = u"User.RevokeSessions.All User.ReadWrite.All Directory.ReadWrite.All"_s;
    const auto readsLicences = u"LicenseAssignment.Read.All User.Read.All User.ReadWrite.All Directory.Read.All "
                               "Directory.ReadWrite.All"_s;
    const auto endsSessions = isSelfOrHolds({roles::userAdministrator(), roles::privilegedRoleAdministrator(),
                                             roles::privilegedAuthenticationAdministrator(), roles::directoryWriters()});
    addOperations(
        router, {
                    {"GET", u"/users"_s, {.scopes = {scopes::userRead}}, listUsers},
                    {"GET", user, {.scopes = {scopes::userRead}, .ownScopes = scopes::ownUser}, getUser},
                    {"PATCH", user, {.scopes = {scopes::userSwitch, scopes::userReadAll}, .person = controlsUser}, patchUser},
                    {"DELETE", user, {.scopes = {scopes::userWrite}, .person = controlsUser}, deleteUser},
                    {"POST", user + u"/revokeSignInSessions"_s, {.scopes = {revoke}, .person = endsSessions}, revokeSessions},
                    {"GET", user + u"/licenseDetails"_s, {.scopes = {readsLicences}, .ownScopes = scopes::ownUser}, listLicences},
                });
}

} // namespace pimgate::demo
