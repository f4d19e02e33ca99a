#include "demo/login/OAuthScopes.h"

#include "demo/login/OAuthText.h"
#include "demo/store/Seed.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString grantTable = u"oauth2PermissionGrants"_s;

const QStringList &openIdScopes()
{
    static const QStringList names{u"openid"_s, u"profile"_s, u"email"_s, u"offline_access"_s};
    return names;
}

/// Graph's delegated permissions that a person meets here; contract 2.5 says which are for administrators only.
const QList<PermissionText> &graphPermissions()
{
    static const QList<PermissionText> list{
        {u"openid"_s, u"Sign you in"_s, false},
        {u"profile"_s, u"View your basic profile"_s, false},
        {u"email"_s, u"View your email address"_s, false},
        {u"offline_access"_s, u"Maintain access to data you have given it access to"_s, false},
        {u"User.Read"_s, u"Sign you in and read your profile"_s, false},
        {u"User.ReadWrite"_s, u"Read and update your profile"_s, false},
        {u"User.ReadBasic.All"_s, u"Read all users' basic profiles"_s, false},
        {u"User.Read.All"_s, u"Read all users' full profiles"_s, true},
        {u"User.ReadWrite.All"_s, u"Read and write all users' full profiles"_s, true},
        {u"User.EnableDisableAccount.All"_s, u"Enable and disable user accounts"_s, true},
        {u"User.RevokeSessions.All"_s, u"Revoke all sign-in sessions for a user"_s, true},
        {u"People.Read"_s, u"Read your relevant people list"_s, false},
        {u"Mail.Read"_s, u"Read your mail"_s, false},
        {u"Mail.Send"_s, u"Send mail as you"_s, false},
        {u"Calendars.Read"_s, u"Read your calendars"_s, false},
        {u"Contacts.Read"_s, u"Read your contacts"_s, false},
        {u"Files.Read"_s, u"Read your files"_s, false},
        {u"Files.ReadWrite"_s, u"Have full access to your files"_s, false},
        {u"Group.Read.All"_s, u"Read all groups"_s, true},
        {u"Group.ReadWrite.All"_s, u"Read and write all groups"_s, true},
        {u"Group.Create"_s, u"Create groups"_s, true},
        {u"GroupMember.Read.All"_s, u"Read group memberships"_s, true},
        {u"GroupMember.ReadWrite.All"_s, u"Read and write group memberships"_s, true},
        {u"Application.Read.All"_s, u"Read applications"_s, true},
        {u"Application.ReadWrite.All"_s, u"Read and write all applications"_s, true},
        {u"AppRoleAssignment.ReadWrite.All"_s, u"Manage app permission grants and app role assignments"_s, true},
        {u"DelegatedPermissionGrant.Read.All"_s, u"Read delegated permission grants"_s, true},
        {u"DelegatedPermissionGrant.ReadWrite.All"_s, u"Manage all delegated permission grants"_s, true},
        {u"PrivilegedEligibilitySchedule.Read.AzureADGroup"_s, u"Read eligible assignments of groups"_s, true},
        {u"PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"_s, u"Read and change eligible assignments of groups"_s, true},
        {u"PrivilegedAssignmentSchedule.Read.AzureADGroup"_s, u"Read active assignments of groups"_s, true},
        {u"PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"_s, u"Read and change active assignments of groups"_s, true},
        {u"PrivilegedAccess.Read.AzureADGroup"_s, u"Read privileged access to groups"_s, true},
        {u"PrivilegedAccess.ReadWrite.AzureADGroup"_s, u"Read and change privileged access to groups"_s, true},
        {u"RoleManagementPolicy.Read.AzureADGroup"_s, u"Read the activation rules of groups"_s, true},
        {u"RoleManagementPolicy.ReadWrite.AzureADGroup"_s, u"Read and change the activation rules of groups"_s, true},
        {u"RoleManagement.Read.Directory"_s, u"Read directory roles"_s, true},
        {u"RoleManagement.ReadWrite.Directory"_s, u"Read and change directory roles"_s, true},
        {u"RoleManagement.Read.All"_s, u"Read role management data"_s, true},
        {u"RoleEligibilitySchedule.Read.Directory"_s, u"Read eligible directory roles"_s, true},
        {u"RoleEligibilitySchedule.ReadWrite.Directory"_s, u"Read and change eligible directory roles"_s, true},
        {u"RoleAssignmentSchedule.Read.Directory"_s, u"Read active directory roles"_s, true},
        {u"RoleAssignmentSchedule.ReadWrite.Directory"_s, u"Read and change active directory roles"_s, true},
        {u"Policy.Read.All"_s, u"Read the organization's policies"_s, true},
        {u"Policy.Read.ConditionalAccess"_s, u"Read Conditional Access policies"_s, true},
        {u"Policy.ReadWrite.ConditionalAccess"_s, u"Read and write Conditional Access policies"_s, true},
        {u"Policy.ReadWrite.SecurityDefaults"_s, u"Read and write security defaults"_s, true},
        {u"AuthenticationContext.Read.All"_s, u"Read authentication contexts"_s, true},
        {u"AuthenticationContext.ReadWrite.All"_s, u"Read and write authentication contexts"_s, true},
        {u"AccessReview.Read.All"_s, u"Read access reviews"_s, true},
        {u"AccessReview.ReadWrite.All"_s, u"Manage access reviews"_s, true},
        {u"AuditLog.Read.All"_s, u"Read audit log data"_s, true},
        {u"Reports.Read.All"_s, u"Read usage reports"_s, true},
        {u"Directory.Read.All"_s, u"Read directory data"_s, true},
        {u"Directory.ReadWrite.All"_s, u"Read and write directory data"_s, true},
        {u"Directory.AccessAsUser.All"_s, u"Access the directory as you"_s, true},
        {u"Domain.Read.All"_s, u"Read domains"_s, true},
        {u"Organization.Read.All"_s, u"Read organization information"_s, true},
        {u"LicenseAssignment.Read.All"_s, u"Read licence assignments"_s, true},
        {u"Synchronization.Read.All"_s, u"Read provisioning jobs"_s, true},
        {u"DelegatedAdminRelationship.Read.All"_s, u"Read delegated administration relationships"_s, true},
        {u"DelegatedAdminRelationship.ReadWrite.All"_s, u"Manage delegated administration relationships"_s, true},
        {u"UserAuthenticationMethod.Read"_s, u"Read your authentication methods"_s, true},
        {u"UserAuthenticationMethod.Read.All"_s, u"Read all users' authentication methods"_s, true},
    };
    return list;
}

const QJsonObject *principalOf(const Store &store, const QString &appId)
{
    return store.findBy(u"servicePrincipals"_s, u"appId"_s, appId);
}

/// An application of the tenant by appId, "api://appId" or one of its names.
const QJsonObject *resourceNamed(const Store &store, const QString &name, QList<QJsonObject> &holder)
{
    const auto appId = name.startsWith(u"api://") ? name.mid(6) : name;
    if (const auto *row = principalOf(store, appId))
        return row;
    holder = store.rows(u"servicePrincipals"_s, [&](const QJsonObject &row) {
        const auto names = strings(row["servicePrincipalNames"_L1]);
        return names.contains(name, Qt::CaseInsensitive) || names.contains(name + u'/', Qt::CaseInsensitive);
    });
    return holder.isEmpty() ? nullptr : &holder.first();
}

struct NamedScope
{
    QString resource; ///< empty: Graph's
    QString name;
};

NamedScope splitScope(const QString &text, const QString &origin)
{
    if (!text.contains(u'/'))
        return {{}, text};
    const auto resource = text.section(u'/', 0, -2);
    for (const auto &graph : {origin, u"https://graph.microsoft.com"_s, graphAppId()}) {
        if (resource.compare(graph, Qt::CaseInsensitive) == 0)
            return {{}, text.section(u'/', -1)};
    }
    return {resource, text.section(u'/', -1)};
}

QStringList publishedScopes(const Store &store, const QString &appId)
{
    QStringList names;
    const auto *registration = store.findBy(u"applications"_s, u"appId"_s, appId);
    const auto published = registration ? registration->value("api"_L1)["oauth2PermissionScopes"_L1].toArray() : QJsonArray();
    for (const auto &scope : published)
        names.append(scope["value"_L1].toString());
    return names;
}

Refusal noSuchScope(const QString &resource, const QString &name)
{
    return {650053,
            u"The application asked for scope '%1' that doesn't exist on the resource '%2'. Contact the app vendor."_s.arg(
                name, resource)};
}

void addScope(const Store &store, const NamedScope &scope, AskedScopes &asked)
{
    QList<QJsonObject> holder;
    auto appId = graphAppId();
    auto name = scope.name;
    if (!scope.resource.isEmpty()) {
        const auto *resource = resourceNamed(store, scope.resource, holder);
        if (!resource) {
            asked.refusal = {500011, u"The resource principal named %1 was not found in the tenant. This can happen if the "
                                     "application has not been installed by the administrator of the tenant or consented to by "
                                     "any user in the tenant."_s.arg(scope.resource)};
            return;
        }
        appId = resource->value("appId"_L1).toString();
    }
    if (name.isEmpty() || name.contains(u':')) {
        asked.refusal = {
            70011, u"The provided value for the input parameter 'scope' is not valid. The scope '%1' is not valid."_s.arg(name)};
        return;
    }
    if (name != u".default") {
        const auto *known = appId == graphAppId() ? graphPermission(name) : nullptr;
        if (known)
            name = known->name;
        else if (!publishedScopes(store, appId).contains(name))
            asked.refusal = noSuchScope(appId, name);
    }
    auto found = std::find_if(asked.resources.begin(), asked.resources.end(),
                              [&](const ResourceScopes &each) { return each.appId == appId; });
    if (found == asked.resources.end())
        found = asked.resources.insert(asked.resources.end(), {appId, {}, {}});
    if (appId != graphAppId())
        found->prefix = scope.resource + u'/';
    if (!found->names.contains(name))
        found->names.append(name);
}

} // namespace

bool isOpenIdScope(const QString &name)
{
    return openIdScopes().contains(name, Qt::CaseInsensitive);
}

QStringList graphPermissionNames()
{
    QStringList names;
    for (const auto &permission : graphPermissions())
        names.append(permission.name);
    return names;
}

const PermissionText *graphPermission(const QString &name)
{
    const auto &list = graphPermissions();
    const auto found = std::find_if(
        list.begin(), list.end(), [&](const PermissionText &each) { return each.name.compare(name, Qt::CaseInsensitive) == 0; });
    return found == list.end() ? nullptr : &*found;
}

PermissionText permissionText(const Store &store, const QString &resourceAppId, const QString &name)
{
    if (const auto *known = resourceAppId == graphAppId() ? graphPermission(name) : nullptr)
        return *known;
    const auto *resource = principalOf(store, resourceAppId);
    const auto title = resource ? resource->value("displayName"_L1).toString() : resourceAppId;
    return {name, u"Access %1 as you"_s.arg(title), false};
}

AskedScopes readScopes(const Store &store, const QString &scope, const QString &origin)
{
    AskedScopes asked;
    for (const auto &each : words(scope)) {
        if (isOpenIdScope(each))
            asked.openId.append(each.toLower());
        else if (!asked.refusal)
            addScope(store, splitScope(each, origin), asked);
    }
    asked.openId.removeDuplicates();
    for (const auto &resource : asked.resources) {
        if (resource.names.contains(u".default"_s) && resource.names.size() > 1)
            asked.refusal = {70011, u"The provided value for the input parameter 'scope' is not valid. .default scope can't be "
                                    "combined with resource-specific scopes."_s};
    }
    return asked;
}

QStringList grantedScopes(const Store &store, const QString &clientAppId, const QString &resourceAppId, const QString &userId)
{
    const auto *client = principalOf(store, clientAppId);
    const auto *resource = principalOf(store, resourceAppId);
    if (!client || !resource)
        return {};
    const auto clientId = client->value("id"_L1).toString();
    const auto resourceId = resource->value("id"_L1).toString();
    QStringList granted;
    for (const auto &row : store.rows(grantTable, [&](const QJsonObject &each) {
             return each["clientId"_L1].toString() == clientId && each["resourceId"_L1].toString() == resourceId &&
                    (each["consentType"_L1].toString() == u"AllPrincipals" || each["principalId"_L1].toString() == userId);
         }))
        granted += words(row["scope"_L1].toString());
    granted.removeDuplicates();
    return granted;
}

void expandDefault(const Store &store, const QString &clientAppId, const QString &userId, AskedScopes &asked)
{
    for (auto &resource : asked.resources) {
        if (!resource.names.contains(u".default"_s))
            continue;
        const auto granted = grantedScopes(store, clientAppId, resource.appId, userId);
        if (!granted.isEmpty())
            resource.names = granted;
        else if (resource.appId == clientAppId)
            resource.names.clear(); // a token for itself needs nobody's consent
        else if (resource.appId == graphAppId())
            resource.names = {u"User.Read"_s};
        else
            resource.names = publishedScopes(store, resource.appId);
        if (resource.names.isEmpty() && resource.appId != clientAppId)
            resource.names = {u"user_impersonation"_s}; // what a resource without a list of its own means by it
    }
}

QList<ResourceScopes> missingConsent(const Store &store, const QString &clientAppId, const QString &userId,
                                     const AskedScopes &asked)
{
    QList<ResourceScopes> missing;
    auto wanted = asked.resources;
    if (!asked.openId.isEmpty()) // they are Graph's (contract 2.5: consent lists them beside User.Read)
        wanted.prepend({graphAppId(), asked.openId, {}});
    for (const auto &resource : wanted) {
        const auto granted = grantedScopes(store, clientAppId, resource.appId, userId);
        QStringList names;
        std::copy_if(resource.names.begin(), resource.names.end(), std::back_inserter(names),
                     [&](const QString &name) { return !granted.contains(name, Qt::CaseInsensitive); });
        const auto known = std::find_if(missing.begin(), missing.end(),
                                        [&](const ResourceScopes &each) { return each.appId == resource.appId; });
        if (known != missing.end())
            known->names += names;
        else if (!names.isEmpty())
            missing.append({resource.appId, names, {}});
    }
    return missing;
}

bool mayConsentForAll(const std::set<QString> &roleIds)
{
    const auto holds = [&](const QString &role) { return roleIds.contains(role); };
    return holds(roles::globalAdministrator()) || holds(roles::privilegedRoleAdministrator()) ||
           holds(roles::applicationAdministrator()) || holds(roles::cloudApplicationAdministrator());
}

void grantConsent(Store &store, const QString &clientAppId, const QString &principalId, const QString &actor,
                  const QList<ResourceScopes> &scopes)
{
    const auto clientId = principalOf(store, clientAppId)->value("id"_L1).toString();
    for (const auto &each : scopes) {
        const auto resourceId = principalOf(store, each.appId)->value("id"_L1).toString();
        const auto known = store.rows(grantTable, [&](const QJsonObject &row) {
            return row["clientId"_L1].toString() == clientId && row["resourceId"_L1].toString() == resourceId &&
                   row["principalId"_L1].toString() == principalId;
        });
        auto names = known.isEmpty() ? QStringList() : words(known.first()["scope"_L1].toString());
        const auto before = names.join(u' ');
        names += each.names;
        names.removeDuplicates();
        if (names.join(u' ') == before)
            continue;
        if (known.isEmpty())
            store.put(grantTable, {{u"id"_s, store.newId(u"oauth2PermissionGrant"_s, clientId + resourceId + principalId)},
                                   {u"clientId"_s, clientId},
                                   {u"consentType"_s, principalId.isEmpty() ? u"AllPrincipals"_s : u"Principal"_s},
                                   {u"principalId"_s, principalId.isEmpty() ? QJsonValue() : QJsonValue(principalId)},
                                   {u"resourceId"_s, resourceId},
                                   {u"scope"_s, names.join(u' ')}});
        else
            store.patch(grantTable, known.first()["id"_L1].toString(), {{u"scope"_s, names.join(u' ')}});
        store.audit({u"Consent to application"_s,
                     u"Core Directory"_s,
                     u"ApplicationManagement"_s,
                     u"Assign"_s,
                     actor,
                     {clientId, resourceId},
                     {QJsonObject{{u"displayName"_s, u"ConsentAction.Permissions"_s},
                                  {u"oldValue"_s, u'"' + before + u'"'},
                                  {u"newValue"_s, u'"' + names.join(u' ') + u'"'}}}});
    }
}

} // namespace pimgate::demo
