#include "demo/store/Seed.h"
#include "demo/store/Tenants.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

struct PersonSeed
{
    QString name;
    QString nickname;
    QString title;
    QStringList roles = {}; ///< template ids, in the tenant itself
};

struct TenantSeed
{
    QString name;
    QString domain;
    QString country;
    QList<PersonSeed> people;
};

/// What the wizard needs (contract 2.4), without Global Administrator: a relationship with that role cannot be extended.
QStringList technicianRoles()
{
    return {roles::privilegedRoleAdministrator(),    roles::groupsAdministrator(), roles::cloudApplicationAdministrator(),
            roles::conditionalAccessAdministrator(), roles::securityReader(),      roles::reportsReader()};
}

TenantSeed partnerSeed()
{
    return {u"Northwind MSP (demo)"_s,
            u"northwind-msp.demo"_s,
            u"AT"_s,
            {{u"Nora Berger"_s, u"nora.berger"_s, u"Head of Managed Services"_s, {roles::globalAdministrator()}},
             {u"Felix Gruber"_s, u"felix.gruber"_s, u"Technician"_s},
             {u"Paul Leitner"_s, u"paul.leitner"_s, u"Bookkeeper"_s}}};
}

TenantSeed smallCustomerSeed()
{
    return {u"Litware (demo)"_s,
            u"litware.demo"_s,
            u"DE"_s,
            {{u"Hanna Keller"_s, u"hanna.keller"_s, u"Managing Director"_s, {roles::globalAdministrator()}},
             {u"Timo Brandt"_s, u"timo.brandt"_s, u"Workshop Lead"_s}}};
}

/// Fills one of the other tenants with rows shaped like those of the home tenant.
class OtherTenantSeeder
{
public:
    OtherTenantSeeder(const Store &home, Store &store, TenantSeed seed) : m_home(home), m_store(store), m_seed(std::move(seed)) {}

    void fill()
    {
        addOrganization();
        for (const auto &role : m_home.rows(u"roleDefinitions"_s))
            m_store.put(u"roleDefinitions"_s, role);
        for (const auto &person : m_seed.people)
            addPerson(person);
        for (const auto &row : m_home.rows(u"securityDefaults"_s))
            m_store.put(u"securityDefaults"_s, row);
        addFirstParty();
    }

    QString person(const QString &nickname) const { return m_store.id(u"user"_s, nickname + u'@' + m_seed.domain); }

    QString addGroup(const QString &name, const QStringList &members)
    {
        auto row = m_home
                       .rows(u"groups"_s,
                             [](const QJsonObject &group) {
                                 return group["groupTypes"_L1].toArray().isEmpty() && !group["mailEnabled"_L1].toBool();
                             })
                       .first();
        const auto groupId = m_store.newId(u"group"_s, name);
        row.insert(u"id"_s, groupId);
        row.insert(u"displayName"_s, name);
        row.insert(u"description"_s, u"Delegated administration"_s);
        row.insert(u"mailNickname"_s, name.toLower().remove(u' ').remove(u'-'));
        row.insert(u"onPremisesSyncEnabled"_s, QJsonValue());
        m_store.put(u"groups"_s, row);
        for (const auto &member : members)
            m_store.addMember(groupId, person(member));
        return groupId;
    }

private:
    QString daysAgo(int days) const { return DemoClock::text(m_store.now().addDays(-days)); }

    QString initialDomain() const { return m_seed.domain.section(u'.', 0, 0).remove(u'-') + u"demo.onmicrosoft.com"_s; }

    void addOrganization()
    {
        auto row = m_home.rows(u"organization"_s).first();
        auto domains = row["verifiedDomains"_L1].toArray();
        for (auto &&each : domains) {
            auto domain = each.toObject();
            domain.insert(u"name"_s, domain["isInitial"_L1].toBool() ? initialDomain() : m_seed.domain);
            each = domain;
        }
        row.insert(u"id"_s, m_store.tenantId());
        row.insert(u"displayName"_s, m_seed.name);
        row.insert(u"countryLetterCode"_s, m_seed.country);
        row.insert(u"verifiedDomains"_s, domains);
        m_store.put(u"organization"_s, row);
        for (auto domain : m_home.rows(u"domains"_s)) {
            domain.insert(u"id"_s, domain["isInitial"_L1].toBool() ? initialDomain() : m_seed.domain);
            m_store.put(u"domains"_s, domain);
        }
        for (auto sku : m_home.rows(u"subscribedSkus"_s)) {
            sku.insert(u"id"_s, m_store.tenantId() + u'_' + sku["skuId"_L1].toString());
            sku.insert(u"accountId"_s, m_store.tenantId());
            sku.insert(u"accountName"_s, m_seed.name);
            sku.insert(u"consumedUnits"_s, int(m_seed.people.size()));
            sku.insert(u"subscriptionIds"_s, QJsonArray{m_store.id(u"subscription"_s, sku["skuId"_L1].toString())});
            m_store.put(u"subscribedSkus"_s, sku);
        }
    }

    void addPerson(const PersonSeed &person)
    {
        auto row = m_home
                       .rows(u"users"_s,
                             [](const QJsonObject &user) {
                                 return user["userType"_L1].toString() == u"Member" && user["accountEnabled"_L1].toBool() &&
                                        user["jobTitle"_L1].isString() && user["onPremisesSyncEnabled"_L1].isNull();
                             })
                       .first();
        const auto upn = person.nickname + u'@' + m_seed.domain;
        const auto userId = m_store.newId(u"user"_s, upn);
        row.insert(u"id"_s, userId);
        row.insert(u"displayName"_s, person.name);
        row.insert(u"givenName"_s, person.name.section(u' ', 0, 0));
        row.insert(u"surname"_s, person.name.section(u' ', 1));
        row.insert(u"userPrincipalName"_s, upn);
        row.insert(u"mail"_s, upn);
        row.insert(u"mailNickname"_s, person.nickname);
        row.insert(u"jobTitle"_s, person.title);
        row.insert(u"department"_s, QJsonValue());
        m_store.put(u"users"_s, row);
        for (const auto &role : person.roles)
            m_store.put(u"roleAssignments"_s, {{u"id"_s, m_store.newId(u"roleAssignment"_s, userId + role)},
                                               {u"principalId"_s, userId},
                                               {u"roleDefinitionId"_s, role},
                                               {u"directoryScopeId"_s, u"/"_s}});
    }

    /// Microsoft's own applications are in every tenant, under other object ids; the wizard's client with consent.
    void addFirstParty()
    {
        QString clientId, graphId;
        for (auto row : m_home.rows(u"servicePrincipals"_s, [](const QJsonObject &each) {
                 return each["appOwnerOrganizationId"_L1].toString() == microsoftTenantId();
             })) {
            const auto appId = row["appId"_L1].toString();
            const auto spId = m_store.newId(u"servicePrincipal"_s, appId);
            row.insert(u"id"_s, spId);
            m_store.put(u"servicePrincipals"_s, row);
            clientId = appId == defaultClientId() ? spId : clientId;
            graphId = appId == graphAppId() ? spId : graphId;
        }
        const QStringList scopes = consentedScopes() + QStringList{u"DelegatedAdminRelationship.Read.All"_s};
        m_store.put(u"oauth2PermissionGrants"_s, {{u"id"_s, m_store.newId(u"oauth2PermissionGrant"_s, defaultClientId())},
                                                  {u"clientId"_s, clientId},
                                                  {u"consentType"_s, u"AllPrincipals"_s},
                                                  {u"principalId"_s, QJsonValue()},
                                                  {u"resourceId"_s, graphId},
                                                  {u"scope"_s, scopes.join(u' ')}});
    }

    const Store &m_home;
    Store &m_store;
    TenantSeed m_seed;
};

QJsonObject unifiedRoles(const QStringList &roleIds)
{
    QJsonArray rows;
    for (const auto &role : roleIds)
        rows.append(QJsonObject{{u"roleDefinitionId"_s, role}});
    return {{u"unifiedRoles"_s, rows}};
}

/// A contract, and the relationship by which one group of the partner holds roles in the customer.
void addCustomer(Store &partner, const Store &customer, const TenantSeed &seed, const QString &group, const QStringList &roleIds)
{
    const auto daysAgo = [&](int days) { return DemoClock::text(partner.now().addDays(-days)); };
    partner.put(u"contracts"_s, {{u"id"_s, partner.newId(u"contract"_s, seed.domain)},
                                 {u"deletedDateTime"_s, QJsonValue()},
                                 {u"contractType"_s, u"ResellerPartner"_s},
                                 {u"customerId"_s, customer.tenantId()},
                                 {u"defaultDomainName"_s, seed.domain},
                                 {u"displayName"_s, seed.name}});
    // The id of a relationship is two GUIDs, of the relationship and of the partner.
    const auto relationship = partner.newId(u"delegatedAdminRelationship"_s, seed.domain) + u'-' + partner.tenantId();
    partner.put(u"delegatedAdminRelationships"_s,
                {{u"id"_s, relationship},
                 {u"displayName"_s, u"Managed services for "_s + seed.name},
                 {u"duration"_s, u"P730D"_s},
                 {u"autoExtendDuration"_s, u"P180D"_s},
                 {u"customer"_s, QJsonObject{{u"tenantId"_s, customer.tenantId()}, {u"displayName"_s, seed.name}}},
                 {u"accessDetails"_s, unifiedRoles(roleIds)},
                 {u"status"_s, u"active"_s},
                 {u"createdDateTime"_s, daysAgo(201)},
                 {u"lastModifiedDateTime"_s, daysAgo(200)},
                 {u"activatedDateTime"_s, daysAgo(200)},
                 {u"endDateTime"_s, daysAgo(200 - 730)}});
    partner.put(
        u"delegatedAdminAccessAssignments"_s,
        {{u"id"_s, partner.newId(u"delegatedAdminAccessAssignment"_s, seed.domain + group)},
         {u"_relationshipId"_s, relationship},
         {u"status"_s, u"active"_s},
         {u"createdDateTime"_s, daysAgo(200)},
         {u"lastModifiedDateTime"_s, daysAgo(200)},
         {u"accessContainer"_s, QJsonObject{{u"accessContainerId"_s, group}, {u"accessContainerType"_s, u"securityGroup"_s}}},
         {u"accessDetails"_s, unifiedRoles(roleIds)}});
}

} // namespace

std::vector<std::unique_ptr<Store>> makeOtherTenants(const Store &home, const DemoClock *clock)
{
    // Another seed gives another tenant id, and other ids for whatever has the same name.
    auto partner = std::make_unique<Store>(clock, home.seed() ^ 0x4e570000U);
    auto small = std::make_unique<Store>(clock, home.seed() ^ 0x4c570000U);
    OtherTenantSeeder partnerRows(home, *partner, partnerSeed());
    partnerRows.fill();
    OtherTenantSeeder(home, *small, smallCustomerSeed()).fill();
    const auto technicians = partnerRows.addGroup(u"GDAP Contoso technicians"_s, {u"nora.berger"_s});
    const auto readers = partnerRows.addGroup(u"GDAP readers"_s, {u"nora.berger"_s, u"felix.gruber"_s});
    const TenantSeed contoso{u"Contoso (demo)"_s, u"contoso.demo"_s, {}, {}};
    addCustomer(*partner, home, contoso, technicians, technicianRoles());
    addCustomer(*partner, *small, smallCustomerSeed(), readers, {roles::directoryReaders(), roles::globalReader()});
    std::vector<std::unique_ptr<Store>> others;
    others.push_back(std::move(partner));
    others.push_back(std::move(small));
    return others;
}

} // namespace pimgate::demo
