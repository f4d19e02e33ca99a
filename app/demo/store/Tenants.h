#pragma once

#include "demo/store/Store.h"

#include <QJsonObject>
#include <QString>

#include <memory>
#include <set>
#include <vector>

namespace pimgate::demo {

class Router;

/// Somebody at the door of a tenant: an own user or guest, or a partner's technician with delegated administration.
struct Identity
{
    Store *tenant = nullptr; ///< whose tokens are asked for; null: nobody knows this account
    QString oid;             ///< as the tokens say; a partner's technician keeps the id of his own tenant
    QString homeTid;         ///< where the account lives
    QJsonObject user;        ///< the row in `tenant`, or the one at home where `tenant` has none
    bool delegated = false;  ///< no user object in `tenant`: its roles come from a relationship (contract 16.2)
    int error = 0;           ///< AADSTS number when this account cannot enter this tenant
    QString message = {};
};

/// The tenants of the demo, each with a store of its own: Contoso (the home of everything else), the partner "Northwind
/// MSP" whose technicians hold delegated roles (GDAP) in its customers, and one small customer more.
class Tenants
{
public:
    Tenants(Store &home, const DemoClock *clock) : m_home(home), m_clock(clock) {}

    /// Makes the other tenants anew, in the shape of what the home tenant has.
    void fill();

    Store &home() const { return m_home; }
    std::vector<Store *> all() const;
    /// By tenant id or verified domain; null when there is none. Not for "common" and "organizations".
    Store *find(const QString &idOrDomain) const;
    /// "common" and "organizations": the account decides.
    static bool isAny(const QString &alias)
    {
        return alias == QLatin1String("common") || alias == QLatin1String("organizations");
    }
    bool knows(const QString &alias) const { return isAny(alias) || find(alias); }

    /// Who this account is at this authority. An account is a user name, an object id or a guest's own mail address.
    Identity identify(const QString &alias, const QString &account) const;
    /// Template ids of the roles that a user of another tenant holds in this one now, through a relationship.
    std::set<QString> delegatedRoles(const Store &customer, const QString &homeTid, const QString &oid) const;
    /// The roles of an identity or caller in a tenant: assigned there, or delegated.
    std::set<QString> rolesOf(const Store &tenant, const QString &homeTid, const QString &oid) const;

    /// UPN of the technician with the most roles in the home tenant.
    static QString partnerAdmin() { return QStringLiteral("nora.berger@northwind-msp.demo"); }
    /// {name, tenant, domain} of each.
    QJsonArray list() const;

private:
    Store &m_home;
    const DemoClock *m_clock;
    std::vector<std::unique_ptr<Store>> m_others;
};

/// Contracts and delegated administration, as the partner's tenant shows them.
void addPartnerRoutes(Router &router);

/// The partner and the small customer, filled in the shape of the home tenant (TenantsSeed.cpp).
std::vector<std::unique_ptr<Store>> makeOtherTenants(const Store &home, const DemoClock *clock);

} // namespace pimgate::demo
