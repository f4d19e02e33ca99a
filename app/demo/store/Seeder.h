#pragma once

#include "demo/store/Seed.h"

#include <QHash>
#include <QJsonArray>

namespace pimgate::demo {

/// Puts the seed file's rows into an empty store, and invented ones as many as are asked for; names become ids here.
class Seeder
{
public:
    explicit Seeder(Store &store);
    void fill(int extraUsers, int extraApplications);

private:
    QString daysAgo(int days) const { return DemoClock::text(m_store.now().addDays(-days)); }
    QString idOf(const QString &name) const { return m_ids.value(name); }

    // SeedTenant.cpp
    void addTenant();
    void addRoleDefinitions();
    void addPolicies();
    QJsonArray breakGlassIds() const;
    void addSignIns(const QJsonObject &seed);
    void addSignIn(const QJsonObject &user, const QJsonObject &sp, const QDateTime &moment, int n);

    // SeedPeople.cpp
    void addUser(const QJsonObject &seed);
    void addRoles(const QString &table, const QString &type, const QString &userId, const QJsonArray &names);
    QJsonArray licences() const;
    QJsonObject userRow(const QJsonObject &seed, const QString &userId) const;
    void addGroup(const QJsonObject &seed);
    void linkGroup(const QJsonObject &seed);

    // SeedApplications.cpp
    void addApplication(const QJsonObject &seed);
    void addRegistration(const QJsonObject &seed, const QString &name, const QString &appId, const QJsonArray &accessRoles);
    QJsonArray appRoles(const QString &application, const QJsonArray &seed);
    QJsonArray signingCertificate(const QString &name, int days);
    void assign(const QString &spId, const QString &application, const QJsonObject &seed);
    void addProvisioning(const QString &spId, const QString &name);
    void addConsent();

    // SeedScale.cpp
    void addInventedUsers(int count);

    Store &m_store;
    QJsonObject m_seed;
    QJsonObject m_tenant;
    QHash<QString, QString> m_ids; ///< UPN, "group:name", "app:name", "role:app/value"
    QHash<QString, QString> m_roleIds;
};

/// Person number n of a large tenant, in the form of the seed file.
QJsonObject inventedUser(int n);
/// Whether inventedUser() made that name.
bool isInvented(const QString &userPrincipalName);
/// Application number n of a large tenant, in the form of the seed file.
QJsonObject inventedApplication(int n);

} // namespace pimgate::demo
