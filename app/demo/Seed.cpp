#include "demo/Seed.h"

#include "demo/Keys.h"

#include <QFile>
#include <QHash>
#include <QJsonDocument>
#include <QUuid>

#include <algorithm>

static void initResources()
{
    Q_INIT_RESOURCE(demo_seed); // a static library's resources are not registered by themselves
}

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

struct RoleName
{
    QString id;
    QString name;
};

QList<RoleName> builtInRoles()
{
    return {{roles::globalAdministrator(), u"Global Administrator"_s},
            {roles::privilegedRoleAdministrator(), u"Privileged Role Administrator"_s},
            {roles::conditionalAccessAdministrator(), u"Conditional Access Administrator"_s},
            {roles::securityAdministrator(), u"Security Administrator"_s},
            {roles::applicationAdministrator(), u"Application Administrator"_s},
            {roles::cloudApplicationAdministrator(), u"Cloud Application Administrator"_s},
            {roles::groupsAdministrator(), u"Groups Administrator"_s},
            {roles::userAdministrator(), u"User Administrator"_s},
            {roles::identityGovernanceAdministrator(), u"Identity Governance Administrator"_s},
            {roles::directoryWriters(), u"Directory Writers"_s},
            {roles::directoryReaders(), u"Directory Readers"_s},
            {roles::globalReader(), u"Global Reader"_s},
            {roles::securityReader(), u"Security Reader"_s},
            {roles::reportsReader(), u"Reports Reader"_s},
            {roles::privilegedAuthenticationAdministrator(), u"Privileged Authentication Administrator"_s}};
}

/// Puts the seed file's rows into the store; names become ids here.
class Seeder
{
public:
    explicit Seeder(Store &store) : m_store(store)
    {
        initResources();
        QFile file(u":/demo/demo-seed.json"_s);
        if (file.open(QIODevice::ReadOnly))
            m_seed = QJsonDocument::fromJson(file.readAll()).object();
        m_tenant = m_seed["tenant"_L1].toObject();
    }

    void fill(int extraUsers, int extraApplications)
    {
        addTenant();
        addRoleDefinitions();
        for (const auto &user : m_seed["users"_L1].toArray())
            addUser(user.toObject());
        for (int n = 1; n <= extraUsers; ++n)
            addUser(inventedUser(n));
        for (const auto &group : m_seed["groups"_L1].toArray())
            addGroup(group.toObject());
        for (const auto &group : m_seed["groups"_L1].toArray())
            linkGroup(group.toObject());
        for (const auto &application : m_seed["applications"_L1].toArray())
            addApplication(application.toObject());
        for (int n = 1; n <= extraApplications; ++n)
            addApplication(inventedApplication(n));
        addConsent();
        addPolicies();
        for (const auto &entry : m_seed["signIns"_L1].toArray())
            addSignIns(entry.toObject());
    }

private:
    QString daysAgo(int days) const { return DemoClock::text(m_store.now().addDays(-days)); }

    void addTenant()
    {
        const auto domain = [](const QString &name, bool isInitial) {
            return QJsonObject{{u"name"_s, name},
                               {u"type"_s, u"Managed"_s},
                               {u"isDefault"_s, !isInitial},
                               {u"isInitial"_s, isInitial},
                               {u"capabilities"_s, u"Email, OfficeCommunicationsOnline"_s}};
        };
        const auto name = m_tenant["domain"_L1].toString();
        const auto initial = m_tenant["initialDomain"_L1].toString();
        QJsonArray plans;
        QJsonArray skuPlans;
        for (const auto &[planId, planName] : {std::pair{u"41781fb2-bc02-4b7c-bd55-b576c07bb09d"_s, u"AAD_PREMIUM"_s},
                                               std::pair{u"eec0eb4f-6444-4f95-aba0-50c24d67f998"_s, u"AAD_PREMIUM_P2"_s}}) {
            plans.append(QJsonObject{{u"assignedDateTime"_s, daysAgo(400)},
                                     {u"capabilityStatus"_s, u"Enabled"_s},
                                     {u"service"_s, u"AADPremiumService"_s},
                                     {u"servicePlanId"_s, planId}});
            skuPlans.append(QJsonObject{{u"servicePlanId"_s, planId},
                                        {u"servicePlanName"_s, planName},
                                        {u"provisioningStatus"_s, u"Success"_s},
                                        {u"appliesTo"_s, u"User"_s}});
        }
        m_store.put(u"organization"_s, {{u"id"_s, m_store.tenantId()},
                                        {u"displayName"_s, m_tenant["displayName"_L1]},
                                        {u"createdDateTime"_s, daysAgo(1200)},
                                        {u"tenantType"_s, u"AAD"_s},
                                        {u"countryLetterCode"_s, m_tenant["country"_L1]},
                                        {u"onPremisesSyncEnabled"_s, QJsonValue()},
                                        {u"verifiedDomains"_s, QJsonArray{domain(name, false), domain(initial, true)}},
                                        {u"assignedPlans"_s, plans}});
        for (const auto &each : {name, initial})
            m_store.put(u"domains"_s, {{u"id"_s, each},
                                       {u"authenticationType"_s, u"Managed"_s},
                                       {u"isAdminManaged"_s, true},
                                       {u"isDefault"_s, each == name},
                                       {u"isInitial"_s, each == initial},
                                       {u"isRoot"_s, true},
                                       {u"isVerified"_s, true}});
        const auto sku = u"84a661c4-e949-4bd2-a560-ed7766fcaf2b"_s;
        m_store.put(
            u"subscribedSkus"_s,
            {{u"id"_s, m_store.tenantId() + u'_' + sku},
             {u"accountId"_s, m_store.tenantId()},
             {u"accountName"_s, m_tenant["displayName"_L1]},
             {u"appliesTo"_s, u"User"_s},
             {u"capabilityStatus"_s, u"Enabled"_s},
             {u"consumedUnits"_s, 36},
             {u"prepaidUnits"_s, QJsonObject{{u"enabled"_s, 50}, {u"suspended"_s, 0}, {u"warning"_s, 0}, {u"lockedOut"_s, 0}}},
             {u"servicePlans"_s, skuPlans},
             {u"skuId"_s, sku},
             {u"skuPartNumber"_s, u"AAD_PREMIUM_P2"_s},
             {u"subscriptionIds"_s, QJsonArray{m_store.id(u"subscription"_s, sku)}}});
    }

    void addRoleDefinitions()
    {
        for (const auto &role : builtInRoles()) {
            m_roleIds.insert(role.name, role.id);
            m_store.put(u"roleDefinitions"_s, {{u"id"_s, role.id},
                                               {u"templateId"_s, role.id},
                                               {u"displayName"_s, role.name},
                                               {u"description"_s, role.name},
                                               {u"isBuiltIn"_s, true},
                                               {u"isEnabled"_s, true},
                                               {u"resourceScopes"_s, QJsonArray{u"/"_s}},
                                               {u"version"_s, u"1"_s}});
        }
    }

    void addUser(const QJsonObject &seed)
    {
        const auto upn = seed["userPrincipalName"_L1].toString();
        const auto userId = m_store.newId(u"user"_s, upn);
        m_ids.insert(upn, userId);
        const auto name = seed["displayName"_L1].toString();
        const auto words = name.split(u' ');
        const bool person = seed["jobTitle"_L1].isString();
        auto nickname = upn.section(u'@', 0, 0);
        nickname.remove(u'#');
        m_store.put(u"users"_s, {{u"id"_s, userId},
                                 {u"displayName"_s, name},
                                 {u"givenName"_s, person ? QJsonValue(words.first()) : QJsonValue()},
                                 {u"surname"_s, person && words.size() > 1 ? QJsonValue(words.mid(1).join(u' ')) : QJsonValue()},
                                 {u"userPrincipalName"_s, upn},
                                 {u"mail"_s, seed.contains("mail"_L1) ? seed["mail"_L1] : QJsonValue(upn)},
                                 {u"mailNickname"_s, nickname},
                                 {u"jobTitle"_s, seed["jobTitle"_L1]},
                                 {u"department"_s, seed["department"_L1]},
                                 {u"officeLocation"_s, QJsonValue()},
                                 {u"mobilePhone"_s, QJsonValue()},
                                 {u"preferredLanguage"_s, QJsonValue()},
                                 {u"businessPhones"_s, QJsonArray()},
                                 {u"userType"_s, seed["userType"_L1].toString(u"Member"_s)},
                                 {u"accountEnabled"_s, seed["accountEnabled"_L1].toBool(true)},
                                 {u"onPremisesSyncEnabled"_s, QJsonValue()},
                                 {u"createdDateTime"_s, daysAgo(700)},
                                 {u"signInSessionsValidFromDateTime"_s, daysAgo(700)}});
        for (const auto &role : seed["roles"_L1].toArray()) {
            const auto roleId = m_roleIds.value(role.toString());
            m_store.put(u"roleAssignments"_s, {{u"id"_s, m_store.newId(u"roleAssignment"_s, userId + roleId)},
                                               {u"principalId"_s, userId},
                                               {u"roleDefinitionId"_s, roleId},
                                               {u"directoryScopeId"_s, u"/"_s}});
        }
    }

    static QJsonObject inventedUser(int n)
    {
        const auto number = u"%1"_s.arg(n, 5, 10, QLatin1Char('0'));
        return {{u"displayName"_s, u"User %1"_s.arg(number)},
                {u"userPrincipalName"_s, u"user%1@contoso.demo"_s.arg(number)},
                {u"jobTitle"_s, u"Employee"_s},
                {u"department"_s, u"Department %1"_s.arg(n % 20)}};
    }

    static QJsonObject inventedApplication(int n)
    {
        const auto number = u"%1"_s.arg(n, 4, 10, QLatin1Char('0'));
        return {{u"displayName"_s, u"Business application %1"_s.arg(number)},
                {u"signOn"_s, u"oidc"_s},
                {u"tags"_s, QJsonArray{u"WindowsAzureActiveDirectoryIntegratedApp"_s}},
                {u"redirectUris"_s, QJsonArray{u"https://app%1.contoso.demo/signin-oidc"_s.arg(number)}}};
    }

    QString idOf(const QString &name) const { return m_ids.value(name); }

    void addGroup(const QJsonObject &seed)
    {
        const auto name = seed["displayName"_L1].toString();
        const auto groupId = m_store.newId(u"group"_s, name);
        m_ids.insert(u"group:"_s + name, groupId);
        auto nickname = name.toLower();
        nickname.remove(u' ');
        const QJsonValue null;
        QJsonObject row{{u"id"_s, groupId},
                        {u"displayName"_s, name},
                        {u"description"_s, seed["description"_L1]},
                        {u"mailNickname"_s, nickname},
                        {u"mailEnabled"_s, seed["mailEnabled"_L1].toBool(false)},
                        {u"mail"_s, seed["mail"_L1]},
                        {u"securityEnabled"_s, true},
                        {u"groupTypes"_s, seed["groupTypes"_L1].toArray()},
                        {u"visibility"_s, seed["visibility"_L1]},
                        {u"isAssignableToRole"_s, null},
                        {u"membershipRule"_s, seed["membershipRule"_L1]},
                        {u"membershipRuleProcessingState"_s, seed["membershipRuleProcessingState"_L1]},
                        {u"onPremisesSyncEnabled"_s, seed["onPremisesSyncEnabled"_L1]},
                        {u"proxyAddresses"_s, QJsonArray()},
                        {u"createdDateTime"_s, daysAgo(600)},
                        {u"renewedDateTime"_s, daysAgo(600)},
                        {u"deletedDateTime"_s, null}};
        for (const auto *member :
             {"mail", "visibility", "membershipRule", "membershipRuleProcessingState", "onPremisesSyncEnabled"}) {
            if (row.value(QLatin1String(member)).isUndefined())
                row.insert(QLatin1String(member), null);
        }
        m_store.put(u"groups"_s, row);
    }

    void linkGroup(const QJsonObject &seed)
    {
        const auto groupId = idOf(u"group:"_s + seed["displayName"_L1].toString());
        for (const auto &member : seed["members"_L1].toArray())
            m_store.addMember(groupId, idOf(member.toString()));
        for (const auto &owner : seed["owners"_L1].toArray())
            m_store.addOwner(groupId, idOf(owner.toString()));
    }

    QJsonArray appRoles(const QString &application, const QJsonArray &seed)
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

    QJsonArray signingCertificate(const QString &name, int days)
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

    void addApplication(const QJsonObject &seed)
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
        const auto text = [&](QLatin1String member) {
            return seed.contains(member) ? seed[member] : QJsonValue(QJsonValue::Null);
        };
        const auto addressList = seed.contains("replyUrls"_L1) ? seed["replyUrls"_L1] : seed["redirectUris"_L1];
        m_store.put(
            u"servicePrincipals"_s,
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
    }

    void addRegistration(const QJsonObject &seed, const QString &name, const QString &appId, const QJsonArray &accessRoles)
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
                     {u"tags"_s, QJsonArray()}});
    }

    void assign(const QString &spId, const QString &application, const QJsonObject &seed)
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

    void addConsent()
    {
        m_store.put(u"oauth2PermissionGrants"_s, {{u"id"_s, m_store.newId(u"oauth2PermissionGrant"_s, defaultClientId())},
                                                  {u"clientId"_s, idOf(u"app:Microsoft Graph Command Line Tools"_s)},
                                                  {u"consentType"_s, u"AllPrincipals"_s},
                                                  {u"principalId"_s, QJsonValue()},
                                                  {u"resourceId"_s, idOf(u"app:Microsoft Graph"_s)},
                                                  {u"scope"_s, consentedScopes().join(u' ')}});
    }

    void addPolicies()
    {
        m_store.put(u"securityDefaults"_s, {{u"id"_s, u"00000000-0000-0000-0000-000000000005"_s},
                                            {u"displayName"_s, u"Security Defaults"_s},
                                            {u"description"_s, u"Security defaults is a set of basic identity security "
                                                               "mechanisms recommended by Microsoft."_s},
                                            {u"isEnabled"_s, false}});
        const QJsonArray none;
        m_store.put(u"conditionalAccessPolicies"_s,
                    {{u"id"_s, m_store.newId(u"conditionalAccessPolicy"_s, u"Require MFA for admins"_s)},
                     {u"templateId"_s, QJsonValue()},
                     {u"displayName"_s, u"Require MFA for admins"_s},
                     {u"createdDateTime"_s, daysAgo(380)},
                     {u"modifiedDateTime"_s, QJsonValue()},
                     {u"state"_s, u"enabled"_s},
                     {u"sessionControls"_s, QJsonValue()},
                     {u"conditions"_s,
                      QJsonObject{{u"userRiskLevels"_s, none},
                                  {u"signInRiskLevels"_s, none},
                                  {u"servicePrincipalRiskLevels"_s, none},
                                  {u"clientAppTypes"_s, QJsonArray{u"all"_s}},
                                  {u"platforms"_s, QJsonValue()},
                                  {u"locations"_s, QJsonValue()},
                                  {u"devices"_s, QJsonValue()},
                                  {u"clientApplications"_s, QJsonValue()},
                                  {u"applications"_s, QJsonObject{{u"includeApplications"_s, QJsonArray{u"All"_s}},
                                                                  {u"excludeApplications"_s, none},
                                                                  {u"includeUserActions"_s, none},
                                                                  {u"includeAuthenticationContextClassReferences"_s, none}}},
                                  {u"users"_s, QJsonObject{{u"includeUsers"_s, none},
                                                           {u"excludeUsers"_s, breakGlassIds()},
                                                           {u"includeGroups"_s, none},
                                                           {u"excludeGroups"_s, none},
                                                           {u"includeRoles"_s, QJsonArray{roles::globalAdministrator(),
                                                                                          roles::privilegedRoleAdministrator()}},
                                                           {u"excludeRoles"_s, none}}}}},
                     {u"grantControls"_s, QJsonObject{{u"operator"_s, u"OR"_s},
                                                      {u"builtInControls"_s, QJsonArray{u"mfa"_s}},
                                                      {u"customAuthenticationFactors"_s, none},
                                                      {u"termsOfUse"_s, none},
                                                      {u"authenticationStrength"_s, QJsonValue()}}}});
        m_store.put(u"authenticationContexts"_s, {{u"id"_s, u"c1"_s},
                                                  {u"displayName"_s, u"Privileged access"_s},
                                                  {u"description"_s, u"Asks for a fresh second factor."_s},
                                                  {u"isAvailable"_s, true}});
        m_store.put(
            u"authenticationContexts"_s,
            {{u"id"_s, u"c2"_s}, {u"displayName"_s, u"Not published"_s}, {u"description"_s, u""_s}, {u"isAvailable"_s, false}});
        m_store.put(u"namedLocations"_s,
                    {{u"@odata.type"_s, u"#microsoft.graph.ipNamedLocation"_s},
                     {u"id"_s, m_store.newId(u"namedLocation"_s, u"Head office"_s)},
                     {u"displayName"_s, u"Head office"_s},
                     {u"createdDateTime"_s, daysAgo(380)},
                     {u"modifiedDateTime"_s, daysAgo(380)},
                     {u"isTrusted"_s, true},
                     {u"ipRanges"_s, QJsonArray{QJsonObject{{u"@odata.type"_s, u"#microsoft.graph.iPv4CidrRange"_s},
                                                            {u"cidrAddress"_s, u"203.0.113.0/24"_s}}}}});
    }

    QJsonArray breakGlassIds() const
    {
        const auto domain = m_tenant["initialDomain"_L1].toString();
        return {idOf(u"bg1@"_s + domain), idOf(u"bg2@"_s + domain)};
    }

    void addSignIns(const QJsonObject &seed)
    {
        const auto *user = m_store.user(seed["user"_L1].toString());
        const auto *sp = m_store.find(u"servicePrincipals"_s, idOf(u"app:"_s + seed["application"_L1].toString()));
        const int count = seed["count"_L1].toInt();
        const auto userId = user->value("id"_L1).toString();
        for (int i = 0; i < count; ++i) {
            // Spread over four weeks, at working hours that differ from person to person.
            const auto minutes = (qint64(i) * 28 * 24 * 60) / count + 45 + userId.left(4).toInt(nullptr, 16) % 180;
            addSignIn(*user, *sp, m_store.now().addSecs(-60 * minutes), i);
        }
    }

    void addSignIn(const QJsonObject &user, const QJsonObject &sp, const QDateTime &moment, int n)
    {
        const auto appId = sp["appId"_L1].toString();
        const auto upn = user["userPrincipalName"_L1].toString();
        const auto rowId = m_store.newId(u"signIn"_s, u"%1|%2|%3"_s.arg(upn, appId).arg(n));
        const QJsonObject place{{u"city"_s, u"Berlin"_s}, {u"state"_s, u"Berlin"_s}, {u"countryOrRegion"_s, u"DE"_s}};
        m_store.put(u"signIns"_s, {{u"id"_s, rowId},
                                   {u"createdDateTime"_s, DemoClock::text(moment)},
                                   {u"userDisplayName"_s, user["displayName"_L1]},
                                   {u"userPrincipalName"_s, upn},
                                   {u"userId"_s, user["id"_L1]},
                                   {u"appId"_s, appId},
                                   {u"appDisplayName"_s, sp["displayName"_L1]},
                                   {u"ipAddress"_s, u"203.0.113.%1"_s.arg(10 + n % 40)},
                                   {u"clientAppUsed"_s, u"Browser"_s},
                                   {u"correlationId"_s, m_store.id(u"correlation"_s, rowId)},
                                   {u"conditionalAccessStatus"_s, u"notApplied"_s},
                                   {u"isInteractive"_s, true},
                                   {u"riskDetail"_s, u"none"_s},
                                   {u"riskLevelAggregated"_s, u"none"_s},
                                   {u"riskState"_s, u"none"_s},
                                   {u"resourceDisplayName"_s, sp["displayName"_L1]},
                                   {u"resourceId"_s, appId},
                                   {u"status"_s, QJsonObject{{u"errorCode"_s, 0},
                                                             {u"failureReason"_s, u"Other."_s},
                                                             {u"additionalDetails"_s, QJsonValue()}}},
                                   {u"deviceDetail"_s, QJsonObject{{u"deviceId"_s, u""_s},
                                                                   {u"displayName"_s, u""_s},
                                                                   {u"operatingSystem"_s, u"Windows10"_s},
                                                                   {u"browser"_s, u"Edge 126.0.0"_s}}},
                                   {u"location"_s, place},
                                   {u"appliedConditionalAccessPolicies"_s, QJsonArray()}});
    }

    Store &m_store;
    QJsonObject m_seed;
    QJsonObject m_tenant;
    QHash<QString, QString> m_ids; ///< UPN, "group:name", "app:name", "role:app/value"
    QHash<QString, QString> m_roleIds;
};

} // namespace

void fillStore(Store &store, int extraUsers, int extraApplications)
{
    Seeder(store).fill(extraUsers, extraApplications);
}

QStringList consentedScopes()
{
    return {u"openid"_s,
            u"profile"_s,
            u"offline_access"_s,
            u"email"_s,
            u"User.Read"_s,
            u"User.ReadBasic.All"_s,
            u"User.Read.All"_s,
            u"User.RevokeSessions.All"_s,
            u"Group.Read.All"_s,
            u"Group.ReadWrite.All"_s,
            u"GroupMember.Read.All"_s,
            u"GroupMember.ReadWrite.All"_s,
            u"Application.Read.All"_s,
            u"Application.ReadWrite.All"_s,
            u"AppRoleAssignment.ReadWrite.All"_s,
            u"DelegatedPermissionGrant.Read.All"_s,
            u"PrivilegedEligibilitySchedule.Read.AzureADGroup"_s,
            u"PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"_s,
            u"PrivilegedAssignmentSchedule.Read.AzureADGroup"_s,
            u"PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"_s,
            u"RoleManagementPolicy.Read.AzureADGroup"_s,
            u"RoleManagementPolicy.ReadWrite.AzureADGroup"_s,
            u"RoleManagement.Read.Directory"_s,
            u"RoleManagement.ReadWrite.Directory"_s,
            u"RoleEligibilitySchedule.Read.Directory"_s,
            u"RoleAssignmentSchedule.Read.Directory"_s,
            u"Policy.Read.All"_s,
            u"Policy.Read.ConditionalAccess"_s,
            u"Policy.ReadWrite.ConditionalAccess"_s,
            u"AuthenticationContext.Read.All"_s,
            u"AuthenticationContext.ReadWrite.All"_s,
            u"AccessReview.Read.All"_s,
            u"AccessReview.ReadWrite.All"_s,
            u"AuditLog.Read.All"_s,
            u"Directory.Read.All"_s,
            u"Organization.Read.All"_s,
            u"LicenseAssignment.Read.All"_s,
            u"Synchronization.Read.All"_s};
}

QList<QJsonObject> peopleToChoose(const Store &store)
{
    auto people = store.rows(u"users"_s, [](const QJsonObject &row) {
        const auto upn = row["userPrincipalName"_L1].toString();
        return row["accountEnabled"_L1].toBool() && !upn.startsWith(u"user0");
    });
    std::sort(people.begin(), people.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return a["displayName"_L1].toString() < b["displayName"_L1].toString();
    });
    return people;
}

} // namespace pimgate::demo
