#include "demo/store/Seeder.h"

#include <QFile>
#include <QJsonDocument>

#include <algorithm>

static void initResources()
{
    Q_INIT_RESOURCE(demo_seed); // a static library's resources are not registered by themselves
}

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

Seeder::Seeder(Store &store) : m_store(store)
{
    initResources();
    QFile file(u":/demo/demo-seed.json"_s);
    if (file.open(QIODevice::ReadOnly))
        m_seed = QJsonDocument::fromJson(file.readAll()).object();
    m_tenant = m_seed["tenant"_L1].toObject();
}

void Seeder::fill(int extraUsers, int extraApplications)
{
    addTenant();
    addRoleDefinitions();
    for (const auto &user : m_seed["users"_L1].toArray())
        addUser(user.toObject());
    addInventedUsers(extraUsers);
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
        return row["accountEnabled"_L1].toBool() && !isInvented(row["userPrincipalName"_L1].toString());
    });
    std::sort(people.begin(), people.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return a["displayName"_L1].toString() < b["displayName"_L1].toString();
    });
    return people;
}

} // namespace pimgate::demo
