#include "demo/store/Tenants.h"

#include "demo/odata/Router.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString relationshipTable = u"delegatedAdminRelationships"_s;
const QString accessTable = u"delegatedAdminAccessAssignments"_s;

QString tenantName(const Store &store)
{
    const auto rows = store.rows(u"organization"_s);
    return rows.isEmpty() ? QString() : rows.first()["displayName"_L1].toString();
}

/// A guest signs in with the address he was invited by, or with the name he has here.
const QJsonObject *userOrGuest(const Store &store, const QString &account)
{
    if (const auto *user = store.user(account))
        return user;
    const auto *invited = store.findBy(u"users"_s, u"mail"_s, account);
    return invited && invited->value("userType"_L1).toString() == u"Guest" ? invited : nullptr;
}

bool isActive(const Store &partner, const QJsonObject &relationship)
{
    return relationship["status"_L1].toString() == u"active" &&
           DemoClock::parse(relationship["endDateTime"_L1].toString()) > partner.now();
}

Identity unknownAccount(const QString &account)
{
    Identity identity;
    identity.error = 50034;
    identity.message = u"The user account %1 does not exist in the directory. To sign into this application, the account must "
                       "be added to the directory."_s.arg(account);
    return identity;
}

} // namespace

void Tenants::fill()
{
    m_others = makeOtherTenants(m_home, m_clock);
}

std::vector<Store *> Tenants::all() const
{
    std::vector<Store *> stores{&m_home};
    for (const auto &other : m_others)
        stores.push_back(other.get());
    return stores;
}

Store *Tenants::find(const QString &idOrDomain) const
{
    for (auto *store : all()) {
        if (idOrDomain.compare(store->tenantId(), Qt::CaseInsensitive) == 0 || store->find(u"domains"_s, idOrDomain))
            return store;
    }
    return nullptr;
}

Identity Tenants::identify(const QString &alias, const QString &account) const
{
    Store *resource = isAny(alias) ? nullptr : find(alias);
    if (resource) {
        if (const auto *user = userOrGuest(*resource, account))
            return {resource, user->value("id"_L1).toString(), resource->tenantId(), *user};
    }
    for (auto *home : all()) {
        const auto *user = home->user(account);
        if (!user || home == resource)
            continue;
        Identity identity{resource ? resource : home, user->value("id"_L1).toString(), home->tenantId(), *user};
        if (!resource)
            return identity;
        identity.delegated = true;
        if (delegatedRoles(*resource, identity.homeTid, identity.oid).empty()) {
            identity.error = 50020;
            identity.message = u"User account '%1' from identity provider 'https://sts.windows.net/%2/' does not exist in tenant "
                               "'%3' and cannot access the application in that tenant. The account needs to be added as an "
                               "external user in the tenant first. Sign out and sign in again with a different Azure Active "
                               "Directory user account."_s.arg(account, identity.homeTid, tenantName(*resource));
        }
        return identity;
    }
    return unknownAccount(account);
}

std::set<QString> Tenants::delegatedRoles(const Store &customer, const QString &homeTid, const QString &oid) const
{
    const auto *partner = find(homeTid);
    if (!partner || partner == &customer)
        return {};
    std::set<QString> roles;
    const auto groups = partner->transitiveGroupsOf(oid);
    for (const auto &access : partner->rows(accessTable)) {
        const auto *relationship = partner->find(relationshipTable, access["_relationshipId"_L1].toString());
        const bool here = relationship && isActive(*partner, *relationship) &&
                          relationship->value("customer"_L1)["tenantId"_L1].toString() == customer.tenantId();
        if (!here || access["status"_L1].toString() != u"active" ||
            !groups.contains(access["accessContainer"_L1]["accessContainerId"_L1].toString()))
            continue;
        for (const auto &role : access["accessDetails"_L1]["unifiedRoles"_L1].toArray())
            roles.insert(role["roleDefinitionId"_L1].toString());
    }
    return roles;
}

std::set<QString> Tenants::rolesOf(const Store &tenant, const QString &homeTid, const QString &oid) const
{
    auto held = tenant.activeRolesOf(oid);
    held.merge(delegatedRoles(tenant, homeTid, oid));
    return held;
}

QJsonArray Tenants::list() const
{
    QJsonArray tenants;
    for (const auto *store : all()) {
        for (const auto &domain : store->rows(u"domains"_s)) {
            if (domain["isDefault"_L1].toBool())
                tenants.append(QJsonObject{
                    {u"name"_s, tenantName(*store)}, {u"tenant"_s, store->tenantId()}, {u"domain"_s, domain["id"_L1]}});
        }
    }
    return tenants;
}

void addPartnerRoutes(Router &router)
{
    router.add("GET", u"/contracts"_s, [](Store &store, const Request &request) {
        if (auto refusal = requireScope(request, {"Directory.Read.All", "Directory.ReadWrite.All"}))
            return *refusal;
        return collection(request, store.rows(u"contracts"_s), u"contracts"_s);
    });
    router.add("GET", u"/tenantRelationships/delegatedAdminRelationships"_s, [](Store &store, const Request &request) {
        if (auto refusal =
                requireScope(request, {"DelegatedAdminRelationship.Read.All", "DelegatedAdminRelationship.ReadWrite.All"}))
            return *refusal;
        return collection(request, store.rows(relationshipTable), u"tenantRelationships/delegatedAdminRelationships"_s);
    });
}

} // namespace pimgate::demo
