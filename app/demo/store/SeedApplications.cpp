#include "demo/login/Keys.h"
#include "demo/store/Seeder.h"

#include <QUuid>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

void Seeder::addApplication(const QJsonObject &seed)
{
    const auto name = seed["displayName"_L1].toString();
    const bool firstParty = seed["firstParty"_L1].toBool();
    const auto spId = m_store.newId(u"servicePrincipal"_s, name);
    const auto appId = seed["appId"_L1].toString(m_store.id(u"appId"_s, name));
    const auto signOn = seed["signOn"_L1].toString();
    m_ids.insert(u"app:"_s + name, spId);
    const auto days = seed["certificateDays"_L1].toInt();
    const bool saml = signOn == u"saml";
    const auto accessRoles = appRoles(name, seed["appRoles"_L1].toArray());
    QJsonArray names{appId};
    if (seed.contains("identifier"_L1))
        names.prepend(seed["identifier"_L1]);
    const auto text = [&](QLatin1String member) { return seed.contains(member) ? seed[member] : QJsonValue(QJsonValue::Null); };
    const auto addressList = seed.contains("replyUrls"_L1) ? seed["replyUrls"_L1] : seed["redirectUris"_L1];
    m_store.put(u"servicePrincipals"_s,
                {{u"id"_s, spId},
                 {u"appId"_s, appId},
                 {u"displayName"_s, name},
                 {u"appDisplayName"_s, name},
                 {u"accountEnabled"_s, seed["accountEnabled"_L1].toBool(true)},
                 {u"appOwnerOrganizationId"_s, firstParty ? microsoftTenantId() : m_store.tenantId()},
                 {u"appRoleAssignmentRequired"_s, false},
                 {u"appRoles"_s, accessRoles},
                 // An application registered in the tenant for OpenID Connect reports no mode (contract 5.1).
                 {u"preferredSingleSignOnMode"_s, saml || signOn == u"notSupported" ? QJsonValue(signOn) : QJsonValue()},
                 {u"loginUrl"_s, text("loginUrl"_L1)},
                 {u"logoutUrl"_s, QJsonValue()},
                 {u"homepage"_s, text("homepage"_L1)},
                 {u"replyUrls"_s, addressList.toArray()},
                 {u"samlSingleSignOnSettings"_s, saml ? QJsonValue(QJsonObject{{u"relayState"_s, u""_s}}) : QJsonValue()},
                 {u"servicePrincipalNames"_s, names},
                 {u"servicePrincipalType"_s, u"Application"_s},
                 {u"signInAudience"_s, firstParty ? u"AzureADMultipleOrgs"_s : u"AzureADMyOrg"_s},
                 {u"tags"_s, seed["tags"_L1].toArray()},
                 {u"notificationEmailAddresses"_s, seed["notificationEmailAddresses"_L1].toArray()},
                 {u"preferredTokenSigningKeyThumbprint"_s,
                  days > 0 ? QJsonValue(m_store.id(u"thumbprint"_s, name).remove(u'-').toUpper() + u"5FB317DF"_s) : QJsonValue()},
                 {u"keyCredentials"_s, days > 0 ? signingCertificate(name, days) : QJsonArray()},
                 {u"passwordCredentials"_s, QJsonArray()},
                 {u"notes"_s, QJsonValue()},
                 {u"applicationTemplateId"_s, QJsonValue()},
                 {u"verifiedPublisher"_s, QJsonObject{{u"displayName"_s, QJsonValue()},
                                                      {u"verifiedPublisherId"_s, QJsonValue()},
                                                      {u"addedDateTime"_s, QJsonValue()}}},
                 {u"isDisabled"_s, QJsonValue()},
                 {u"disabledByMicrosoftStatus"_s, QJsonValue()},
                 {u"deletedDateTime"_s, QJsonValue()}});
    if (!firstParty)
        addRegistration(seed, name, appId, accessRoles);
    for (const auto &assignment : seed["assignments"_L1].toArray())
        assign(spId, name, assignment.toObject());
    for (const auto &owner : seed["owners"_L1].toArray())
        m_store.addOwner(spId, idOf(owner.toString()));
    if (seed["provisioned"_L1].toBool())
        addProvisioning(spId, name);
}

/// A SCIM job that runs (contract 5.5).
void Seeder::addProvisioning(const QString &spId, const QString &name)
{
    const QJsonArray none;
    m_store.put(u"synchronizationJobs"_s, {{u"id"_s, u"scim."_s + m_store.id(u"synchronizationJob"_s, name).remove(u'-')},
                                           {u"_servicePrincipalId"_s, spId},
                                           {u"templateId"_s, u"scim"_s},
                                           {u"schedule"_s, QJsonObject{{u"state"_s, u"Active"_s}, {u"interval"_s, u"PT40M"_s}}},
                                           {u"status"_s, QJsonObject{{u"code"_s, u"Active"_s},
                                                                     {u"countSuccessiveCompleteFailures"_s, 0},
                                                                     {u"escrowsPruned"_s, false},
                                                                     {u"quarantine"_s, QJsonValue()},
                                                                     {u"progress"_s, none},
                                                                     {u"synchronizedEntryCountByType"_s, none},
                                                                     {u"troubleshootingUrl"_s, u""_s}}},
                                           {u"synchronizationJobSettings"_s, none}});
}

void Seeder::addRegistration(const QJsonObject &seed, const QString &name, const QString &appId, const QJsonArray &accessRoles)
{
    const bool isPublic = seed["publicClient"_L1].toBool();
    const auto addresses = (seed.contains("replyUrls"_L1) ? seed["replyUrls"_L1] : seed["redirectUris"_L1]).toArray();
    m_store.put(u"applications"_s,
                {{u"id"_s, m_store.newId(u"application"_s, name)},
                 {u"appId"_s, appId},
                 {u"displayName"_s, name},
                 {u"createdDateTime"_s, daysAgo(500)},
                 {u"signInAudience"_s, u"AzureADMyOrg"_s},
                 {u"isFallbackPublicClient"_s, isPublic},
                 {u"identifierUris"_s, seed.contains("identifier"_L1) ? QJsonArray{seed["identifier"_L1]} : QJsonArray()},
                 {u"publicClient"_s, QJsonObject{{u"redirectUris"_s, isPublic ? addresses : QJsonArray()}}},
                 {u"web"_s, QJsonObject{{u"homePageUrl"_s, QJsonValue()},
                                        {u"logoutUrl"_s, QJsonValue()},
                                        {u"redirectUris"_s, isPublic ? QJsonArray() : addresses},
                                        {u"implicitGrantSettings"_s, QJsonObject{{u"enableAccessTokenIssuance"_s, false},
                                                                                 {u"enableIdTokenIssuance"_s, true}}}}},
                 {u"spa"_s, QJsonObject{{u"redirectUris"_s, QJsonArray()}}},
                 {u"appRoles"_s, accessRoles},
                 {u"tags"_s, QJsonArray()},
                 {u"_secrets"_s, seed["secrets"_L1].toArray()}});
}

QJsonArray Seeder::appRoles(const QString &application, const QJsonArray &seed)
{
    QJsonArray appRoleRows;
    for (const auto &each : seed) {
        auto role = each.toObject();
        const auto roleId = m_store.newId(u"appRole"_s, application + u'/' + role["value"_L1].toString());
        m_ids.insert(u"role:"_s + application + u'/' + role["value"_L1].toString(), roleId);
        role.insert(u"id"_s, roleId);
        role.insert(u"isEnabled"_s, true);
        role.insert(u"allowedMemberTypes"_s, QJsonArray{u"User"_s});
        role.insert(u"origin"_s, u"Application"_s);
        appRoleRows.append(role);
    }
    return appRoleRows;
}

QJsonArray Seeder::signingCertificate(const QString &name, int days)
{
    QJsonArray keys;
    for (const auto &usage : {u"Verify"_s, u"Sign"_s})
        keys.append(QJsonObject{{u"customKeyIdentifier"_s, u"5FB317DFC2A1"_s},
                                {u"displayName"_s, u"CN=Microsoft Azure Federated SSO Certificate"_s},
                                {u"endDateTime"_s, DemoClock::text(m_store.now().addDays(days))},
                                {u"startDateTime"_s, DemoClock::text(m_store.now().addDays(days - 1096))},
                                {u"key"_s, QJsonValue()},
                                {u"keyId"_s, m_store.id(u"keyCredential"_s, name + usage)},
                                {u"type"_s, usage == u"Sign" ? u"X509CertAndPassword"_s : u"AsymmetricX509Cert"_s},
                                {u"usage"_s, usage}});
    return keys;
}

void Seeder::assign(const QString &spId, const QString &application, const QJsonObject &seed)
{
    const auto principal = idOf(seed["principal"_L1].toString());
    const auto role =
        seed.contains("role"_L1) ? idOf(u"role:"_s + application + u'/' + seed["role"_L1].toString()) : defaultAppRole();
    const auto kind = m_store.kindOf(principal);
    m_store.put(u"appRoleAssignments"_s,
                {{u"id"_s, QString::fromLatin1(
                               base64Url(QUuid(m_store.newId(u"appRoleAssignment"_s, spId + principal + role)).toRfc4122()))},
                 {u"deletedDateTime"_s, QJsonValue()},
                 {u"appRoleId"_s, role},
                 {u"createdDateTime"_s, daysAgo(300)},
                 {u"principalId"_s, principal},
                 {u"principalType"_s, kind == u"group" ? u"Group"_s : u"User"_s},
                 {u"principalDisplayName"_s, m_store.directoryObject(principal)->value("displayName"_L1)},
                 {u"resourceId"_s, spId},
                 {u"resourceDisplayName"_s, application}});
}

/// An administrator has consented for everybody: to what the wizard's client needs, and to signing in with OpenID Connect.
void Seeder::addConsent()
{
    const auto graph = idOf(u"app:Microsoft Graph"_s);
    const auto consent = [&](const QString &appId, const QString &spId, const QStringList &scopes) {
        m_store.put(u"oauth2PermissionGrants"_s, {{u"id"_s, m_store.newId(u"oauth2PermissionGrant"_s, appId)},
                                                  {u"clientId"_s, spId},
                                                  {u"consentType"_s, u"AllPrincipals"_s},
                                                  {u"principalId"_s, QJsonValue()},
                                                  {u"resourceId"_s, graph},
                                                  {u"scope"_s, scopes.join(u' ')}});
    };
    consent(defaultClientId(), idOf(u"app:Microsoft Graph Command Line Tools"_s), consentedScopes());
    const QStringList signIn{u"openid"_s, u"profile"_s, u"email"_s, u"offline_access"_s, u"User.Read"_s};
    for (const auto &row : m_store.rows(u"applications"_s)) {
        const auto appId = row["appId"_L1].toString();
        const auto *sp = m_store.findBy(u"servicePrincipals"_s, u"appId"_s, appId);
        if (sp && sp->value("preferredSingleSignOnMode"_L1).isNull())
            consent(appId, sp->value("id"_L1).toString(), signIn);
    }
}

} // namespace pimgate::demo
