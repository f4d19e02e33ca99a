#include "demo/directory/Applications.h"

#include "demo/directory/Directory.h"
#include "demo/store/Seed.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

bool isFirstParty(const QJsonObject &principal)
{
    return principal["appOwnerOrganizationId"_L1].toString() == microsoftTenantId();
}

const QJsonObject *addressedPrincipal(const Store &store, const Request &request)
{
    return request.params.contains(u"appId"_s) ? store.findBy(principalsTable, u"appId"_s, request.param(u"appId"_s))
                                               : store.find(principalsTable, request.param(u"id"_s));
}

QString principalAddress(const Request &request)
{
    return request.params.contains(u"appId"_s) ? request.param(u"appId"_s) : request.param(u"id"_s);
}

QStringList principalPaths()
{
    return {u"/servicePrincipals/{id}"_s, u"/servicePrincipals(appId='{appId}')"_s};
}

std::optional<Response> ownsOrHolds(const Store &store, const Request &request, const QJsonObject &principal,
                                    const std::set<QString> &anyOf)
{
    if (store.owners(principal["id"_L1].toString()).contains(request.caller.oid.toLower()))
        return {};
    return requireRole(request, anyOf);
}

namespace {

Response listPrincipals(Store &store, const Request &request)
{
    return collection(request, store, principalsTable, u"servicePrincipals"_s);
}

Response getPrincipal(Store &store, const Request &request)
{
    const auto *row = addressedPrincipal(store, request);
    return row ? entity(request, *row, u"servicePrincipals"_s) : notFound(principalAddress(request));
}

// ---------------------------------------------------------------------------------------------------- changing

/// Locked for everybody: what Microsoft publishes (contract 5.2).
std::optional<Response> changesPrincipal(Store &store, const Request &request)
{
    const auto *row = addressedPrincipal(store, request);
    if (!row)
        return {};
    if (isFirstParty(*row))
        return insufficientPrivileges();
    return ownsOrHolds(store, request, *row, {roles::cloudApplicationAdministrator(), roles::applicationAdministrator()});
}

const QHash<QString, QJsonValue::Type> &writableMembers()
{
    static const QHash<QString, QJsonValue::Type> writable{{u"appRoleAssignmentRequired"_s, QJsonValue::Bool},
                                                           {u"accountEnabled"_s, QJsonValue::Bool},
                                                           {u"appRoles"_s, QJsonValue::Array},
                                                           {u"tags"_s, QJsonValue::Array},
                                                           {u"replyUrls"_s, QJsonValue::Array},
                                                           {u"notificationEmailAddresses"_s, QJsonValue::Array},
                                                           {u"description"_s, QJsonValue::String},
                                                           {u"homepage"_s, QJsonValue::String},
                                                           {u"loginUrl"_s, QJsonValue::String},
                                                           {u"logoutUrl"_s, QJsonValue::String},
                                                           {u"notes"_s, QJsonValue::String},
                                                           {u"preferredSingleSignOnMode"_s, QJsonValue::String}};
    return writable;
}

const QStringList &readOnlyMembers()
{
    static const QStringList fixed{u"id"_s,
                                   u"appId"_s,
                                   u"appDisplayName"_s,
                                   u"appDescription"_s,
                                   u"displayName"_s,
                                   u"appOwnerOrganizationId"_s,
                                   u"applicationTemplateId"_s,
                                   u"createdByAppId"_s,
                                   u"deletedDateTime"_s,
                                   u"disabledByMicrosoftStatus"_s,
                                   u"isDisabled"_s,
                                   u"servicePrincipalType"_s,
                                   u"signInAudience"_s,
                                   u"verifiedPublisher"_s,
                                   u"oauth2PermissionScopes"_s,
                                   u"servicePrincipalNames"_s,
                                   u"keyCredentials"_s,
                                   u"passwordCredentials"_s,
                                   u"preferredTokenSigningKeyThumbprint"_s,
                                   u"samlSingleSignOnSettings"_s};
    return fixed;
}

bool isAppRole(const QJsonValue &value)
{
    const auto role = value.toObject();
    return !role["id"_L1].toString().isEmpty() && !role["displayName"_L1].toString().isEmpty() &&
           !role["allowedMemberTypes"_L1].toArray().isEmpty() && role["isEnabled"_L1].isBool();
}

bool isValueFor(const QString &member, const QJsonValue &value)
{
    const auto type = writableMembers().value(member);
    if (value.isNull())
        return type == QJsonValue::String;
    if (value.type() != type)
        return false;
    static const QStringList modes{u"password"_s, u"saml"_s, u"notSupported"_s, u"oidc"_s};
    if (member == u"preferredSingleSignOnMode")
        return modes.contains(value.toString());
    const auto list = value.toArray();
    return std::all_of(list.begin(), list.end(),
                       [&](const QJsonValue &each) { return member == u"appRoles" ? isAppRole(each) : each.isString(); });
}

std::optional<Response> refusePrincipalBody(const QJsonObject &body)
{
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (it.key().startsWith(u'@'))
            continue;
        if (readOnlyMembers().contains(it.key()))
            return badRequest(u"Property '%1' is read-only and cannot be set."_s.arg(it.key()));
        if (!writableMembers().contains(it.key()))
            return badRequest(u"Property '%1' does not exist on type 'microsoft.graph.servicePrincipal' or is not present in "
                              "the API version specified."_s.arg(it.key()));
        if (!isValueFor(it.key(), it.value()))
            return badRequest(u"Invalid value specified for property '%1' of resource 'ServicePrincipal'."_s.arg(it.key()));
    }
    return {};
}

QString quoted(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? u"[true]"_s : u"[false]"_s;
    return u"[\"%1\"]"_s.arg(value.toString());
}

Response patchPrincipal(Store &store, const Request &request)
{
    const auto *row = addressedPrincipal(store, request);
    if (!row)
        return notFound(principalAddress(request));
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

// --------------------------------------------------------------------------------------- what hangs on a principal

Response listPrincipalGrants(Store &store, const Request &request)
{
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(principalAddress(request));
    const auto spId = sp->value("id"_L1);
    return collection(request,
                      store.rows(u"oauth2PermissionGrants"_s, [&](const QJsonObject &row) { return row["clientId"_L1] == spId; }),
                      u"oauth2PermissionGrants"_s);
}

Response listSynchronizationJobs(Store &store, const Request &request)
{
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(principalAddress(request));
    const auto spId = sp->value("id"_L1);
    auto rows =
        store.rows(u"synchronizationJobs"_s, [&](const QJsonObject &row) { return row["_servicePrincipalId"_L1] == spId; });
    return collection(request, rows, u"synchronization/jobs"_s);
}

Response listPrincipalOwners(Store &store, const Request &request)
{
    const auto *sp = addressedPrincipal(store, request);
    if (!sp)
        return notFound(principalAddress(request));
    const auto owners = objectsSeen(store, request, store.owners(sp->value("id"_L1).toString()));
    return collection(request, owners, u"directoryObjects"_s);
}

// ------------------------------------------------------------------------------------------------ registrations

Response listRegistrations(Store &store, const Request &request)
{
    return collection(request, store, registrationsTable, u"applications"_s);
}

Response getRegistration(Store &store, const Request &request)
{
    const auto *row = request.params.contains(u"appId"_s)
                          ? store.findBy(registrationsTable, u"appId"_s, request.param(u"appId"_s))
                          : store.find(registrationsTable, request.param(u"id"_s));
    return row ? entity(request, *row, u"applications"_s) : notFound(principalAddress(request));
}

} // namespace

void addApplicationRoutes(Router &router, Store &)
{
    const Permission read{.scopes = {scopes::applicationRead}};
    const Permission change{.scopes = {scopes::applicationWrite}, .person = changesPrincipal};
    const Permission readGrants{.scopes = {u"DelegatedPermissionGrant.Read.All DelegatedPermissionGrant.ReadWrite.All "
                                           "Directory.Read.All Directory.ReadWrite.All"_s}};
    const Permission readJobs{.scopes = {u"Synchronization.Read.All Synchronization.ReadWrite.All"_s},
                              .person = holds({roles::applicationAdministrator(), roles::cloudApplicationAdministrator(),
                                               roles::hybridIdentityAdministrator()})};
    addOperations(router, {{"GET", u"/servicePrincipals"_s, read, listPrincipals},
                           {"GET", u"/applications"_s, read, listRegistrations},
                           {"GET", u"/applications/{id}"_s, read, getRegistration},
                           {"GET", u"/applications(appId='{appId}')"_s, read, getRegistration}});
    for (const auto &principal : principalPaths()) {
        addOperations(router, {{"GET", principal, read, getPrincipal},
                               {"PATCH", principal, change, patchPrincipal},
                               {"GET", principal + u"/owners"_s, read, listPrincipalOwners},
                               {"GET", principal + u"/oauth2PermissionGrants"_s, readGrants, listPrincipalGrants},
                               {"GET", principal + u"/synchronization/jobs"_s, readJobs, listSynchronizationJobs}});
    }
    addAppRoleAssignmentRoutes(router);
}

} // namespace pimgate::demo
