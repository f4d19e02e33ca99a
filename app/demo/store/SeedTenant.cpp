#include "demo/directory/Directory.h"
#include "demo/store/Seeder.h"

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
            {roles::privilegedAuthenticationAdministrator(), u"Privileged Authentication Administrator"_s},
            {roles::hybridIdentityAdministrator(), u"Hybrid Identity Administrator"_s}};
}

} // namespace

void Seeder::addTenant()
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

void Seeder::addRoleDefinitions()
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

void Seeder::addPolicies()
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

QJsonArray Seeder::breakGlassIds() const
{
    const auto domain = m_tenant["initialDomain"_L1].toString();
    return {idOf(u"bg1@"_s + domain), idOf(u"bg2@"_s + domain)};
}

void Seeder::addSignIns(const QJsonObject &seed)
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

void Seeder::addSignIn(const QJsonObject &user, const QJsonObject &sp, const QDateTime &moment, int n)
{
    const auto appId = sp["appId"_L1].toString();
    const auto upn = user["userPrincipalName"_L1].toString();
    const auto rowId = m_store.newId(u"signIn"_s, u"%1|%2|%3"_s.arg(upn, appId).arg(n));
    const QJsonObject place{{u"city"_s, u"Berlin"_s}, {u"state"_s, u"Berlin"_s}, {u"countryOrRegion"_s, u"DE"_s}};
    m_store.put(u"signIns"_s,
                {{u"id"_s, rowId},
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
                 {u"status"_s,
                  QJsonObject{{u"errorCode"_s, 0}, {u"failureReason"_s, u"Other."_s}, {u"additionalDetails"_s, QJsonValue()}}},
                 {u"deviceDetail"_s, QJsonObject{{u"deviceId"_s, u""_s},
                                                 {u"displayName"_s, u""_s},
                                                 {u"operatingSystem"_s, u"Windows10"_s},
                                                 {u"browser"_s, u"Edge 126.0.0"_s}}},
                 {u"location"_s, place},
                 {u"appliedConditionalAccessPolicies"_s, QJsonArray()}});
}

} // namespace pimgate::demo
