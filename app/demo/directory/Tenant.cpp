#include "demo/Manners.h"
#include "demo/directory/Directory.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

// ------------------------------------------------------------------------------------- organization and licences

const auto organizationRead = u"Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"_s;
const auto licenceRead = u"LicenseAssignment.Read.All "_s + organizationRead;

/// User.Read shows three members of it (contract 2.2).
QJsonObject organizationSeen(const Request &request, QJsonObject row)
{
    static const QStringList open{u"id"_s, u"displayName"_s, u"verifiedDomains"_s};
    if (hasScopeOf(request, organizationRead))
        return row;
    for (const auto &member : row.keys()) {
        if (!open.contains(member))
            row.insert(member, row[member].isArray() ? QJsonValue(QJsonArray()) : QJsonValue());
    }
    return row;
}

Response listOrganization(Store &store, const Request &request)
{
    return collection(request, {organizationSeen(request, store.rows(u"organization"_s).first())}, u"organization"_s);
}

Response getOrganization(Store &store, const Request &request)
{
    const auto *row = store.find(u"organization"_s, request.param(u"id"_s));
    return row ? entity(request, organizationSeen(request, *row), u"organization"_s) : notFound(request.param(u"id"_s));
}

std::optional<Response> refuseButSelect(const Request &request)
{
    for (auto it = request.query.begin(); it != request.query.end(); ++it) {
        if (it.key().startsWith(u'$') && it.key() != u"$select")
            return badRequest(u"The query parameter '%1' is not supported."_s.arg(it.key()));
    }
    return {};
}

Response listSkus(Store &store, const Request &request)
{
    if (auto refusal = refuseButSelect(request))
        return *refusal;
    return collection(request, store.rows(u"subscribedSkus"_s), u"subscribedSkus"_s);
}

Response getSku(Store &store, const Request &request)
{
    if (auto refusal = refuseButSelect(request))
        return *refusal;
    const auto *row = store.find(u"subscribedSkus"_s, request.param(u"id"_s));
    return row ? entity(request, *row, u"subscribedSkus"_s) : notFound(request.param(u"id"_s));
}

// ------------------------------------------------------------------------------------------------------ policies

Response getSecurityDefaults(Store &store, const Request &request)
{
    return entity(request, store.rows(u"securityDefaults"_s).first(), u"policies/identitySecurityDefaultsEnforcementPolicy"_s);
}

Response patchSecurityDefaults(Store &store, const Request &request)
{
    if (request.body.size() != 1 || !request.body["isEnabled"_L1].isBool())
        return badRequest(u"isEnabled must be true or false, and nothing else can be set."_s);
    const auto policy = store.rows(u"securityDefaults"_s).first();
    if (policy["isEnabled"_L1] == request.body["isEnabled"_L1])
        return Response::noContent();
    const auto policyId = policy["id"_L1].toString();
    store.patch(u"securityDefaults"_s, policyId, {{u"isEnabled"_s, request.body["isEnabled"_L1]}});
    store.audit({request.body["isEnabled"_L1].toBool() ? u"Enable Security Defaults"_s : u"Disable Security Defaults"_s,
                 u"Core Directory"_s,
                 u"Policy"_s,
                 u"Update"_s,
                 request.caller.oid,
                 {policyId}});
    return Response::noContent();
}

/// What people without a role may do; whether they create groups, the tenant's manners say.
Response getAuthorizationPolicy(Store &store, const Request &request)
{
    const QJsonObject permissions{
        {u"allowedToCreateApps"_s, true},
        {u"allowedToCreateSecurityGroups"_s, directoryManners(store).membersCreateGroups},
        {u"allowedToCreateTenants"_s, true},
        {u"allowedToReadBitlockerKeysForOwnedDevice"_s, true},
        {u"allowedToReadOtherUsers"_s, true},
        {u"permissionGrantPoliciesAssigned"_s, QJsonArray{u"ManagePermissionGrantsForSelf.microsoft-user-default-legacy"_s}}};
    return entity(request,
                  {{u"id"_s, u"authorizationPolicy"_s},
                   {u"displayName"_s, u"Authorization Policy"_s},
                   {u"description"_s, u"Used to manage authorization related settings across the company."_s},
                   {u"allowInvitesFrom"_s, u"everyone"_s},
                   {u"allowedToSignUpEmailBasedSubscriptions"_s, true},
                   {u"allowedToUseSSPR"_s, true},
                   {u"allowEmailVerifiedUsersToJoinOrganization"_s, false},
                   {u"allowUserConsentForRiskyApps"_s, QJsonValue()},
                   {u"blockMsolPowerShell"_s, false},
                   {u"guestUserRoleId"_s, u"10dae51f-b6af-4016-8d66-8efc2a5ba9a5"_s},
                   {u"defaultUserRolePermissions"_s, permissions}},
                  u"policies/authorizationPolicy"_s);
}

Response listOf(Store &store, const Request &request, const QString &table)
{
    return collection(request, store.rows(table), table);
}

} // namespace

void addTenantRoutes(Router &router)
{
    const auto defaults = u"/policies/identitySecurityDefaultsEnforcementPolicy"_s;
    const Permission readOrganization{.scopes = {u"User.Read "_s + organizationRead}};
    const Permission readLicences{.scopes = {licenceRead}};
    const Permission readPolicies{.scopes = {u"Policy.Read.All"_s}};
    const Permission changeDefaults{.scopes = {u"Policy.Read.All"_s, u"Policy.ReadWrite.SecurityDefaults"_s},
                                    .person = holds({roles::conditionalAccessAdministrator(), roles::securityAdministrator()})};
    addOperations(router,
                  {
                      {"GET", u"/organization"_s, readOrganization, listOrganization},
                      {"GET", u"/organization/{id}"_s, readOrganization, getOrganization},
                      {"GET", u"/subscribedSkus"_s, readLicences, listSkus},
                      {"GET", u"/subscribedSkus/{id}"_s, readLicences, getSku},
                      {"GET",
                       u"/domains"_s,
                       {.scopes = {u"Domain.Read.All Domain.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"_s}},
                       [](Store &store, const Request &request) { return listOf(store, request, u"domains"_s); }},
                      {"GET", defaults, readPolicies, getSecurityDefaults},
                      {"PATCH", defaults, changeDefaults, patchSecurityDefaults},
                      {"GET", u"/policies/authorizationPolicy"_s, readPolicies, getAuthorizationPolicy},
                      {"GET",
                       u"/oauth2PermissionGrants"_s,
                       {.scopes = {u"DelegatedPermissionGrant.Read.All DelegatedPermissionGrant.ReadWrite.All Directory.Read.All "
                                   "Directory.ReadWrite.All"_s}},
                       [](Store &store, const Request &request) { return listOf(store, request, u"oauth2PermissionGrants"_s); }},
                  });
}

} // namespace pimgate::demo
