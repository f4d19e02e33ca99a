#include "demo/DemoClient.h"
#include "demo/DemoTenant.h"

#include <QTest>

#include <map>
#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

namespace {

const auto denied = u"Authorization_RequestDenied"_s;
const auto zeros = u"00000000-0000-0000-0000-000000000000"_s;

/// One call as the contract writes it; {names} in path and body are filled in when it is made.
struct Call
{
    const char *method;
    QString path;
    QString body = {};
};

const QStringList groupRoles{u"Groups Administrator"_s, u"User Administrator"_s, u"Identity Governance Administrator"_s,
                             u"Directory Writers"_s, u"Global Administrator"_s};
const QStringList applicationRoles{u"Cloud Application Administrator"_s, u"Application Administrator"_s,
                                   u"Global Administrator"_s};
const QStringList assignmentRoles{
    u"Cloud Application Administrator"_s,   u"Application Administrator"_s, u"User Administrator"_s,
    u"Identity Governance Administrator"_s, u"Directory Writers"_s,         u"Hybrid Identity Administrator"_s,
    u"Privileged Role Administrator"_s,     u"Global Administrator"_s};
const QStringList groupReaders{u"GroupMember.Read.All"_s, u"Group.Read.All"_s, u"Directory.Read.All"_s};

} // namespace

/// Who may call what: every route of users, groups, applications, roles, tenant and logs, typed from the contract's
/// sections 2 to 5 and 12. Each with a token that lacks the scope, with the scope but not the role, and with both.
class tst_ContractPermissions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void asks_data();
    void asks();
    void ownMembershipsAreIdsAndNulls();
    void everyRoleSparesTheOthers();

private:
    void row(const QString &name, const Call &call, const QString &scopes, const QString &role, int status,
             const QString &code = {}, const QString &actor = u"sam.porter@contoso.demo"_s);
    /// A row for each way to be let in, and for each way not to be.
    void operation(const char *section, const Call &call, const QStringList &anyScope, const QStringList &anyRole, int status);
    void readRows();
    void ownRows();
    void tenantRows();
    void groupRows();
    void roleAssignableRows();
    void applicationRows();

    const DemoClient &signedIn(const QString &actor, const QString &scopes);
    QString filled(QString text, const QString &actorId);
    QString make(const QString &what, const QString &actorId);
    QString newGroup(const QJsonObject &more = {});

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin; ///< Global Administrator
    std::map<QString, DemoClient> m_clients;
    QHash<QString, QString> m_ids; ///< what the {names} stand for
    int m_made = 0;
};

void tst_ContractPermissions::initTestCase()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    const auto more = u"User.ReadWrite.All Directory.ReadWrite.All Domain.Read.All Policy.ReadWrite.SecurityDefaults"_s;
    QCOMPARE(m_admin->consent(more).status, 204);
    QCOMPARE(m_admin->signIn(u"bg1@contosodemo.onmicrosoft.com"_s), QString());
}

void tst_ContractPermissions::cleanupTestCase()
{
    m_admin.reset();
    m_tenant.reset();
}

// ---------------------------------------------------------------------------------------------------------- the rows

void tst_ContractPermissions::row(const QString &name, const Call &call, const QString &scopes, const QString &role, int status,
                                  const QString &code, const QString &actor)
{
    QTest::newRow(u"%1 %2 [%3|%4] -> %5"_s.arg(name, call.path, scopes, role).arg(status).toUtf8().constData())
        << QByteArray(call.method) << call.path << call.body << scopes << role << actor << status << code;
}

void tst_ContractPermissions::operation(const char *section, const Call &call, const QStringList &anyScope,
                                        const QStringList &anyRole, int status)
{
    const auto name = QLatin1String(section) + u' ' + QLatin1String(call.method);
    row(name, call, u"AuthenticationContext.Read.All"_s, u"Global Administrator"_s, 403, denied);
    if (!anyRole.isEmpty())
        row(name, call, anyScope.first(), {}, 403, denied);
    for (const auto &role : anyRole)
        row(name, call, anyScope.first(), role, status);
    for (const auto &scopes : anyRole.isEmpty() ? anyScope : anyScope.mid(1))
        row(name, call, scopes, anyRole.value(0), status);
    for (const auto &part : anyScope.first().split(u' ')) { // where two scopes are asked for, one alone is not enough
        if (part != anyScope.first())
            row(name + u" half"_s, call, part, anyRole.value(0), 403, denied);
    }
}

void tst_ContractPermissions::asks_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("scopes");
    QTest::addColumn<QString>("role");
    QTest::addColumn<QString>("actor");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    readRows();
    ownRows();
    tenantRows();
    groupRows();
    roleAssignableRows();
    applicationRows();
}

void tst_ContractPermissions::readRows()
{
    const QStringList users{u"User.ReadBasic.All"_s, u"User.Read.All"_s, u"Directory.Read.All"_s};
    operation("contract 3:", {"GET", u"/users"_s}, users, {}, 200);
    operation("contract 3:", {"GET", u"/users/{ada}"_s}, users, {}, 200);
    operation("contract 3:", {"POST", u"/directoryObjects/getByIds"_s, u"{\"ids\":[\"{ada}\"],\"types\":[\"user\"]}"_s},
              {u"User.ReadBasic.All"_s, u"Directory.Read.All"_s}, {}, 200);
    operation("contract 3:", {"GET", u"/directoryObjects/{ada}"_s}, {u"User.ReadBasic.All"_s, u"Directory.Read.All"_s}, {}, 200);
    operation("contract 2.3:", {"GET", u"/users/{ada}/licenseDetails"_s}, {u"User.Read.All"_s, u"Directory.Read.All"_s}, {}, 200);

    for (const auto *path : {"/groups", "/groups/{desk}", "/groups/{desk}/members", "/groups/{desk}/members/microsoft.graph.user",
                             "/groups/{desk}/members/$ref", "/groups/{desk}/owners", "/groups/{desk}/owners/$ref",
                             "/groups/{desk}/transitiveMembers", "/groups/{desk}/memberOf", "/groups/{desk}/transitiveMemberOf"})
        operation("contract 4.2:", {"GET", QLatin1String(path)}, groupReaders, {}, 200);
    operation("contract 4.1:",
              {"POST", u"/directoryObjects/validateProperties"_s, u"{\"entityType\":\"Group\",\"mailNickname\":\"free\"}"_s},
              {u"Group.Read.All"_s, u"Directory.Read.All"_s}, {}, 204);
    for (const auto *root : {"/groups/{desk}", "/users/{ada}", "/directoryObjects/{ada}"}) {
        operation("contract 1.6:", {"POST", QLatin1String(root) + u"/checkMemberGroups"_s, u"{\"groupIds\":[\"{desk}\"]}"_s},
                  groupReaders, {}, 200);
        if (QLatin1String(root) != "/groups/{desk}"_L1) // Microsoft's description does not have it
            operation(
                "contract 1.6:", {"POST", QLatin1String(root) + u"/getMemberGroups"_s, u"{\"securityEnabledOnly\":false}"_s},
                groupReaders, {}, 200);
    }
    operation("contract 1.6:", {"POST", u"/users/{ada}/getMemberObjects"_s, u"{\"securityEnabledOnly\":false}"_s}, groupReaders,
              {}, 200);
    operation("contract 1.6:", {"POST", u"/directoryObjects/{ada}/checkMemberObjects"_s, u"{\"ids\":[\"{desk}\"]}"_s},
              groupReaders, {}, 200);
    operation("contract 1.6:", {"POST", u"/directoryObjects/{ada}/getMemberObjects"_s, u"{\"securityEnabledOnly\":false}"_s},
              groupReaders, {}, 200);

    const QStringList applications{u"Application.Read.All"_s, u"Directory.Read.All"_s};
    for (const auto *path :
         {"/servicePrincipals", "/servicePrincipals/{ninja}", "/servicePrincipals(appId='{ninjaApp}')",
          "/servicePrincipals/{ninja}/owners", "/servicePrincipals/{ninja}/appRoleAssignedTo",
          "/servicePrincipals(appId='{ninjaApp}')/appRoleAssignedTo", "/servicePrincipals/{kaseya}/appRoleAssignedTo/{standing}",
          "/applications", "/applications(appId='{ninjaApp}')"})
        operation("contract 5.1:", {"GET", QLatin1String(path)}, applications, {}, 200);
    operation("contract 5.3:", {"GET", u"/groups/{desk}/appRoleAssignments"_s}, {u"Group.Read.All"_s, u"Directory.Read.All"_s},
              {}, 200);
    operation("contract 5.3:", {"GET", u"/users/{ada}/appRoleAssignments"_s}, {u"User.Read.All"_s, u"Directory.Read.All"_s}, {},
              200);
    const QStringList grants{u"DelegatedPermissionGrant.Read.All"_s, u"Directory.Read.All"_s};
    operation("contract 2.5:", {"GET", u"/oauth2PermissionGrants"_s}, grants, {}, 200);
    operation("contract 2.5:", {"GET", u"/servicePrincipals/{ninja}/oauth2PermissionGrants"_s}, grants, {}, 200);
    operation("contract 5.5:", {"GET", u"/servicePrincipals/{ninja}/synchronization/jobs"_s}, {u"Synchronization.Read.All"_s},
              {u"Application Administrator"_s, u"Cloud Application Administrator"_s, u"Hybrid Identity Administrator"_s,
               u"Global Administrator"_s},
              200);
}

/// What a person may see and do of himself with User.Read alone.
void tst_ContractPermissions::ownRows()
{
    const auto own = u"User.Read"_s;
    for (const auto *path : {"/me", "/users/{me}", "/users/sam.porter@contoso.demo", "/me/memberOf", "/me/transitiveMemberOf",
                             "/me/transitiveMemberOf/microsoft.graph.directoryRole", "/me/memberOf/microsoft.graph.group",
                             "/me/licenseDetails", "/me/appRoleAssignments", "/organization"})
        row(u"contract 2.1/2.4: own GET"_s, {"GET", QLatin1String(path)}, own, {}, 200);
    row(u"contract 2.4: own POST"_s, {"POST", u"/me/checkMemberGroups"_s, u"{\"groupIds\":[\"{desk}\"]}"_s}, own, {}, 200);
    row(u"contract 2.4: own POST"_s, {"POST", u"/me/getMemberGroups"_s, u"{\"securityEnabledOnly\":false}"_s}, own, {}, 200);
    row(u"contract 2.4: own POST"_s, {"POST", u"/me/getMemberObjects"_s, u"{\"securityEnabledOnly\":false}"_s}, own, {}, 200);
    for (const auto *path : {"/users", "/users/{ada}", "/users/{ada}/memberOf", "/users/{ada}/transitiveMemberOf",
                             "/users/{ada}/licenseDetails", "/users/{ada}/appRoleAssignments", "/groups", "/servicePrincipals",
                             "/subscribedSkus", "/directoryRoles", "/auditLogs/directoryAudits"})
        row(u"contract 3: others GET"_s, {"GET", QLatin1String(path)}, own, u"Global Administrator"_s, 403, denied);
    row(u"contract 2.1: no User.Read"_s, {"GET", u"/me"_s}, u"Policy.Read.All"_s, {}, 403, denied);

    const auto revoke = u"User.RevokeSessions.All"_s;
    row(u"contract 3: own"_s, {"POST", u"/users/{me}/revokeSignInSessions"_s}, own, {}, 403, denied);
    row(u"contract 3: own"_s, {"POST", u"/users/{me}/revokeSignInSessions"_s}, revoke, {}, 200);
    row(u"contract 3: others"_s, {"POST", u"/users/{ada}/revokeSignInSessions"_s}, revoke, {}, 403, denied);
    row(u"contract 3: others"_s, {"POST", u"/users/{ada}/revokeSignInSessions"_s}, revoke, u"User Administrator"_s, 200);
    row(u"contract 3: others"_s, {"POST", u"/users/{ada}/revokeSignInSessions"_s}, u"User.ReadWrite.All"_s,
        u"Global Administrator"_s, 200);
    row(u"contract 3: delete"_s, {"DELETE", u"/users/{marta}"_s}, u"User.Read.All"_s, u"Global Administrator"_s, 403, denied);
    row(u"contract 3: delete"_s, {"DELETE", u"/users/{marta}"_s}, u"User.ReadWrite.All"_s, u"Groups Administrator"_s, 403,
        denied);
    row(u"contract 3: delete"_s, {"DELETE", u"/directoryObjects/{marta}"_s}, u"User.ReadWrite.All"_s, {}, 403, denied);
    row(u"contract 3: delete"_s, {"DELETE", u"/users/{marta}"_s}, u"User.ReadWrite.All"_s, u"User Administrator"_s, 204);
    row(u"contract 3: deleted"_s, {"GET", u"/directory/deletedItems/{marta}"_s}, u"Group.Read.All"_s, {}, 403, denied);
    row(u"contract 3: deleted"_s, {"GET", u"/directory/deletedItems/{marta}"_s}, u"User.Read.All"_s, {}, 200);
    row(u"contract 3: deleted"_s, {"GET", u"/directory/deletedItems/microsoft.graph.user"_s}, u"User.Read.All"_s, {}, 200);
    row(u"contract 3: restore"_s, {"POST", u"/directory/deletedItems/{marta}/restore"_s}, u"User.ReadWrite.All"_s, {}, 403,
        denied);
    row(u"contract 3: restore"_s, {"POST", u"/directory/deletedItems/{marta}/restore"_s}, u"User.ReadWrite.All"_s,
        u"User Administrator"_s, 200);
}

void tst_ContractPermissions::tenantRows()
{
    const QStringList organization{u"User.Read"_s, u"Organization.Read.All"_s, u"Directory.Read.All"_s};
    operation("contract 2.2:", {"GET", u"/organization"_s}, organization, {}, 200);
    operation("contract 2.2:", {"GET", u"/organization/{tenant}"_s}, organization, {}, 200);
    const QStringList licences{u"LicenseAssignment.Read.All"_s, u"Organization.Read.All"_s, u"Directory.Read.All"_s};
    operation("contract 2.3:", {"GET", u"/subscribedSkus"_s}, licences, {}, 200);
    operation("contract 2.3:", {"GET", u"/subscribedSkus/{sku}"_s}, licences, {}, 200);
    operation("contract 2.2:", {"GET", u"/domains"_s}, {u"Domain.Read.All"_s, u"Directory.Read.All"_s}, {}, 200);

    const QStringList roleReaders{u"RoleManagement.Read.Directory"_s, u"Directory.Read.All"_s};
    for (const auto *path :
         {"/directoryRoles", "/directoryRoles/{globalAdministrators}", "/directoryRoles/{globalAdministrators}/members",
          "/roleManagement/directory/roleDefinitions",
          "/roleManagement/directory/roleDefinitions/62e90394-69f5-4237-9190-012177145e10",
          "/roleManagement/directory/roleAssignments", "/users/{ada}/transitiveMemberOf/microsoft.graph.directoryRole"})
        operation("contract 2.4:", {"GET", QLatin1String(path)}, roleReaders, {}, 200);
    const auto mine = u"/filterByCurrentUser(on='principal')"_s;
    for (const auto &path : {u"roleAssignmentScheduleInstances"_s, u"roleAssignmentScheduleInstances"_s + mine})
        operation("contract 2.4:", {"GET", u"/roleManagement/directory/"_s + path},
                  {u"RoleManagement.Read.Directory"_s, u"RoleAssignmentSchedule.Read.Directory"_s}, {}, 200);
    for (const auto &path : {u"roleEligibilityScheduleInstances"_s, u"roleEligibilityScheduleInstances"_s + mine})
        operation("contract 2.4:", {"GET", u"/roleManagement/directory/"_s + path},
                  {u"RoleManagement.Read.Directory"_s, u"RoleEligibilitySchedule.Read.Directory"_s}, {}, 200);
    row(u"contract 2.4: the other's scope"_s, {"GET", u"/roleManagement/directory/roleEligibilityScheduleInstances"_s},
        u"RoleAssignmentSchedule.Read.Directory"_s, {}, 403, denied);

    const auto defaults = u"/policies/identitySecurityDefaultsEnforcementPolicy"_s;
    operation("contract 2.6:", {"GET", defaults}, {u"Policy.Read.All"_s}, {}, 200);
    operation("contract 2.6:", {"PATCH", defaults, u"{\"isEnabled\":false}"_s},
              {u"Policy.Read.All Policy.ReadWrite.SecurityDefaults"_s},
              {u"Conditional Access Administrator"_s, u"Security Administrator"_s, u"Global Administrator"_s}, 204);
    operation("contract 2.6:", {"GET", u"/policies/authorizationPolicy"_s}, {u"Policy.Read.All"_s}, {}, 200);

    operation(
        "contract 12:", {"GET", u"/auditLogs/directoryAudits"_s}, {u"AuditLog.Read.All Directory.Read.All"_s},
        {u"Reports Reader"_s, u"Security Reader"_s, u"Security Administrator"_s, u"Global Reader"_s, u"Global Administrator"_s},
        200);
    operation("contract 12:", {"GET", u"/auditLogs/directoryAudits/{audit}"_s}, {u"AuditLog.Read.All Directory.Read.All"_s},
              {u"Reports Reader"_s}, 200);
}

void tst_ContractPermissions::groupRows()
{
    const auto write = u"Group.ReadWrite.All"_s;
    const auto all = u"Directory.ReadWrite.All"_s;
    const auto body = u"{\"displayName\":\"Made\",\"mailNickname\":\"made\",\"mailEnabled\":false,\"securityEnabled\":true}"_s;
    operation("contract 4.1: member", {"POST", u"/groups"_s, body}, {write, all}, {}, 201);
    row(u"contract 4.1: reading is not enough"_s, {"POST", u"/groups"_s, body}, u"Group.Read.All"_s, u"Global Administrator"_s,
        403, denied);
    row(u"contract 4.1: guest"_s, {"POST", u"/groups"_s, body}, write, {}, 403, denied,
        u"tom.okafor_northwind-it.com#EXT#@contosodemo.onmicrosoft.com"_s);

    const QStringList scopes{write, all};
    const auto reference = u"{\"@odata.id\":\"{origin}/v1.0/directoryObjects/{ada}\"}"_s;
    operation("contract 4.3:", {"PATCH", u"/groups/{new}"_s, u"{\"description\":\"x\"}"_s}, scopes, groupRoles, 204);
    operation("contract 4.3:", {"POST", u"/groups/{new}/members/$ref"_s, reference}, scopes, groupRoles, 204);
    operation("contract 4.3:", {"DELETE", u"/groups/{peopled}/members/{jonas}/$ref"_s}, scopes, groupRoles, 204);
    operation("contract 4.3:", {"POST", u"/groups/{new}/owners/$ref"_s, reference}, scopes, groupRoles, 204);
    operation("contract 4.3:", {"DELETE", u"/groups/{peopled}/owners/{jonas}/$ref"_s}, scopes, groupRoles, 204);
    operation("contract 4.4:", {"DELETE", u"/groups/{new}"_s}, scopes, groupRoles, 204);
    operation("contract 4.4:", {"DELETE", u"/directoryObjects/{new}"_s}, scopes, groupRoles, 204);
    operation("contract 4.4:", {"POST", u"/directory/deletedItems/{deleted}/restore"_s}, scopes, groupRoles, 200);
    operation("contract 4.4:", {"DELETE", u"/directory/deletedItems/{deleted}"_s}, scopes, groupRoles, 204);
    operation("contract 4.4:", {"GET", u"/directory/deletedItems/{deleted}"_s}, {write, u"Group.Read.All"_s}, {}, 200);
    operation("contract 4.4:", {"GET", u"/directory/deletedItems/microsoft.graph.group"_s}, {write, u"Group.Read.All"_s}, {},
              200);
    row(u"contract 4.3: members alone"_s, {"POST", u"/groups/{new}/members/$ref"_s, reference}, u"GroupMember.ReadWrite.All"_s,
        u"Groups Administrator"_s, 204);
    row(u"contract 4.3: not owners"_s, {"POST", u"/groups/{new}/owners/$ref"_s, reference}, u"GroupMember.ReadWrite.All"_s,
        u"Groups Administrator"_s, 403, denied);
    row(u"contract 4.3: PRA has no say over other groups"_s, {"PATCH", u"/groups/{new}"_s, u"{\"description\":\"x\"}"_s}, write,
        u"Privileged Role Administrator"_s, 403, denied);

    row(u"contract 2.4: owner"_s, {"PATCH", u"/groups/{owned}"_s, u"{\"description\":\"x\"}"_s}, write, {}, 204);
    row(u"contract 2.4: owner"_s, {"POST", u"/groups/{owned}/members/$ref"_s, reference}, write, {}, 204);
    row(u"contract 2.4: owner"_s, {"POST", u"/groups/{owned}/owners/$ref"_s, reference}, write, {}, 204);
    row(u"contract 2.4: owner"_s, {"DELETE", u"/groups/{owned}"_s}, write, {}, 204);
    row(u"contract 2.4: owner"_s, {"POST", u"/directory/deletedItems/{ownedDeleted}/restore"_s}, write, {}, 200);
}

void tst_ContractPermissions::roleAssignableRows()
{
    const auto both = u"Group.ReadWrite.All RoleManagement.ReadWrite.Directory"_s;
    const auto body = u"{\"displayName\":\"R\",\"mailNickname\":\"r\",\"mailEnabled\":false,\"securityEnabled\":true,"
                      "\"isAssignableToRole\":true}"_s;
    const QStringList pra{u"Privileged Role Administrator"_s, u"Global Administrator"_s};
    const auto reference = u"{\"@odata.id\":\"{origin}/v1.0/directoryObjects/{ada}\"}"_s;
    operation("contract 4.1: role-assignable", {"POST", u"/groups"_s, body}, {both}, pra, 201);
    operation("contract 4.1: role-assignable", {"PATCH", u"/groups/{newRole}"_s, u"{\"description\":\"x\"}"_s}, {both}, pra, 204);
    operation("contract 4.1: role-assignable", {"POST", u"/groups/{newRole}/members/$ref"_s, reference}, {both}, pra, 204);
    operation("contract 4.4: role-assignable", {"DELETE", u"/groups/{newRole}"_s}, {both}, pra, 204);
    for (const auto *role :
         {"Groups Administrator", "User Administrator", "Directory Writers", "Identity Governance Administrator"}) {
        row(u"contract 4.1: role-assignable"_s, {"POST", u"/groups"_s, body}, both, QLatin1String(role), 403, denied);
        row(u"contract 4.3: role-assignable"_s, {"POST", u"/groups/{newRole}/members/$ref"_s, reference}, both,
            QLatin1String(role), 403, denied);
        row(u"contract 4.4: role-assignable"_s, {"DELETE", u"/groups/{newRole}"_s}, both, QLatin1String(role), 403, denied);
    }
    row(u"contract 4.3: its owner"_s, {"POST", u"/groups/{ownedRole}/members/$ref"_s, reference}, both, {}, 204);
    row(u"contract 4.4: its owner, not its creator"_s, {"DELETE", u"/groups/{ownedRole}"_s}, both, {}, 403, denied);
}

void tst_ContractPermissions::applicationRows()
{
    const auto write = u"Application.ReadWrite.All"_s;
    const auto change = u"{\"appRoleAssignmentRequired\":false}"_s;
    for (const auto *path : {"/servicePrincipals/{ninja}", "/servicePrincipals(appId='{ninjaApp}')"})
        operation("contract 5.2:", {"PATCH", QLatin1String(path), change}, {write, u"Directory.ReadWrite.All"_s},
                  applicationRoles, 204);
    const auto priya = u"priya.raman@contoso.demo"_s;
    row(u"contract 5.2: owner"_s, {"PATCH", u"/servicePrincipals/{inforcer}"_s, change}, write, {}, 204, {}, priya);
    row(u"contract 5.2: owner of another"_s, {"PATCH", u"/servicePrincipals/{ninja}"_s, change}, write, {}, 403, denied, priya);
    row(u"contract 5.2: owner without scope"_s, {"PATCH", u"/servicePrincipals/{inforcer}"_s, change}, u"Application.Read.All"_s,
        {}, 403, denied, priya);
    row(u"contract 5.2: first party"_s, {"PATCH", u"/servicePrincipals/{exchange}"_s, change}, write, u"Global Administrator"_s,
        403, denied);

    const auto both = u"AppRoleAssignment.ReadWrite.All Application.Read.All"_s;
    const auto directory = u"Directory.ReadWrite.All"_s;
    const auto body = u"{\"principalId\":\"{new}\",\"resourceId\":\"{ninja}\",\"appRoleId\":\"%1\"}"_s.arg(zeros);
    operation("contract 5.3:", {"POST", u"/servicePrincipals/{ninja}/appRoleAssignedTo"_s, body}, {both, directory},
              assignmentRoles, 201);
    operation("contract 5.3:", {"POST", u"/servicePrincipals(appId='{ninjaApp}')/appRoleAssignedTo"_s, body}, {both, directory},
              assignmentRoles.mid(0, 1), 201);
    operation("contract 5.3:", {"POST", u"/groups/{new}/appRoleAssignments"_s, body}, {both, directory},
              assignmentRoles.mid(0, 1), 201);
    operation("contract 5.3:", {"DELETE", u"/servicePrincipals/{ninja}/appRoleAssignedTo/{assignment}"_s}, {both, directory},
              assignmentRoles, 204);
    const auto inforcer = u"{\"principalId\":\"{new}\",\"resourceId\":\"{inforcer}\",\"appRoleId\":\"%1\"}"_s.arg(zeros);
    row(u"contract 5.3: owner"_s, {"POST", u"/servicePrincipals/{inforcer}/appRoleAssignedTo"_s, inforcer}, both, {}, 201, {},
        priya);
    row(u"contract 5.3: owner"_s, {"POST", u"/groups/{new}/appRoleAssignments"_s, inforcer}, both, {}, 201, {}, priya);
    row(u"contract 5.3: owner of another"_s, {"POST", u"/servicePrincipals/{ninja}/appRoleAssignedTo"_s, body}, both, {}, 403,
        denied, priya);
}

// ----------------------------------------------------------------------------------------------------- making the call

QString tst_ContractPermissions::newGroup(const QJsonObject &more)
{
    const auto name = u"Row %1"_s.arg(++m_made);
    QJsonObject body{{u"displayName"_s, name},
                     {u"mailNickname"_s, u"row%1"_s.arg(m_made)},
                     {u"mailEnabled"_s, false},
                     {u"securityEnabled"_s, true}};
    for (auto it = more.begin(); it != more.end(); ++it)
        body.insert(it.key(), it.value());
    return m_admin->post(u"/groups"_s, body).text("id");
}

/// The object that a {name} stands for, made when it has to be new.
QString tst_ContractPermissions::make(const QString &what, const QString &actorId)
{
    const auto reference = [&](const QString &oid) { return QJsonArray{m_tenant->origin() + u"/v1.0/users/"_s + oid}; };
    const auto person = [&](const char *name) {
        return m_admin->get(u"/users/%1@contoso.demo"_s.arg(QLatin1String(name))).text("id");
    };
    const auto found = [&](const QString &path, const char *member) {
        return m_admin->get(path).first()[QLatin1String(member)].toString();
    };
    const auto application = [&](const char *name, const char *member) {
        return found(u"/servicePrincipals?$filter=displayName eq '%1'"_s.arg(QLatin1String(name)), member);
    };
    if (what == u"me")
        return actorId;
    if (what == u"origin")
        return m_tenant->origin();
    if (what == u"ada")
        return person("ada.lindqvist");
    if (what == u"jonas")
        return person("jonas.weber");
    if (what == u"desk")
        return found(u"/groups?$filter=displayName eq 'Service Desk'"_s, "id");
    if (what == u"tenant")
        return m_tenant->cloudFile()["tenant"_L1].toString();
    if (what == u"sku")
        return found(u"/subscribedSkus"_s, "id");
    if (what == u"globalAdministrators")
        return found(u"/users/bg1@contosodemo.onmicrosoft.com/memberOf/microsoft.graph.directoryRole"_s, "id");
    if (what == u"audit") {
        newGroup(); // there is one at least
        return found(u"/auditLogs/directoryAudits"_s, "id");
    }
    if (what == u"ninja")
        return application("NinjaOne", "id");
    if (what == u"ninjaApp")
        return application("NinjaOne", "appId");
    if (what == u"inforcer")
        return application("Inforcer", "id");
    if (what == u"exchange")
        return application("Office 365 Exchange Online", "id");
    if (what == u"kaseya")
        return application("KaseyaOne", "id");
    if (what == u"standing")
        return found(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(application("KaseyaOne", "id")), "id");
    if (what == u"new")
        return newGroup();
    if (what == u"newRole")
        return newGroup({{u"isAssignableToRole"_s, true}});
    if (what == u"owned")
        return newGroup({{u"owners@odata.bind"_s, reference(actorId)}});
    if (what == u"ownedRole")
        return newGroup({{u"isAssignableToRole"_s, true}, {u"owners@odata.bind"_s, reference(actorId)}});
    if (what == u"peopled") {
        auto owners = reference(person("jonas.weber"));
        owners.append(reference(person("ada.lindqvist")).first());
        return newGroup({{u"members@odata.bind"_s, owners}, {u"owners@odata.bind"_s, owners}});
    }
    if (what == u"deleted" || what == u"ownedDeleted") {
        const auto group = make(what == u"deleted" ? u"new"_s : u"owned"_s, actorId);
        m_admin->remove(u"/groups/"_s + group);
        return group;
    }
    if (what == u"assignment") {
        const auto group = newGroup();
        const auto ninja = make(u"ninja"_s, actorId);
        return m_admin
            ->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja),
                   {{u"principalId"_s, group}, {u"resourceId"_s, ninja}, {u"appRoleId"_s, zeros}})
            .text("id");
    }
    if (what == u"marta") // deleted and restored by the rows
        return person("marta.rossi");
    return {};
}

QString tst_ContractPermissions::filled(QString text, const QString &actorId)
{
    static const QRegularExpression name(u"\\{([A-Za-z]+)\\}"_s);
    static const QStringList fresh{u"me"_s,        u"audit"_s,   u"new"_s,     u"newRole"_s,      u"owned"_s,
                                   u"ownedRole"_s, u"peopled"_s, u"deleted"_s, u"ownedDeleted"_s, u"assignment"_s};
    if (!text.startsWith(u'{')) { // "{new}" in path and body of one row is one group
        for (const auto &each : fresh)
            m_ids.remove(each);
    }
    for (auto match = name.match(text); match.hasMatch(); match = name.match(text)) {
        const auto what = match.captured(1);
        if (!m_ids.contains(what))
            m_ids.insert(what, make(what, actorId));
        text.replace(match.captured(0), m_ids.value(what));
    }
    return text;
}

/// Roles are looked up with each call, so one token serves for all of them.
const DemoClient &tst_ContractPermissions::signedIn(const QString &actor, const QString &scopes)
{
    const auto key = actor + u' ' + scopes;
    const auto known = m_clients.find(key);
    if (known != m_clients.end())
        return known->second;
    auto &client = m_clients.emplace(key, m_tenant->cloudFile()).first->second;
    const auto problem = client.signIn(actor, {}, scopes);
    if (!problem.isEmpty())
        qWarning("%s", qPrintable(problem));
    return client;
}

void tst_ContractPermissions::asks()
{
    QFETCH(QByteArray, method);
    QFETCH(QString, path);
    QFETCH(QString, body);
    QFETCH(QString, scopes);
    QFETCH(QString, role);
    QFETCH(QString, actor);
    if (!m_ids.contains(actor))
        m_ids.insert(actor, m_admin->get(u"/users/"_s + QString::fromLatin1(QUrl::toPercentEncoding(actor))).text("id"));
    const auto actorId = m_ids.value(actor);
    const auto address = filled(path, actorId);
    const auto content = filled(body, actorId);
    const QJsonArray held = role.isEmpty() ? QJsonArray() : QJsonArray{role};
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"roles"_s, QJsonObject{{actor, held}}}}).status, 204);
    const auto &client = signedIn(actor, scopes);
    const bool mayChange = method != "GET";
    const auto before = mayChange ? m_admin->control("GET", u"state?times=0"_s).body : QByteArray();

    const auto answer = client.send(
        method, address, content.isEmpty() ? std::nullopt : std::optional(QJsonDocument::fromJson(content.toUtf8()).object()));
    if (path.endsWith(u"/revokeSignInSessions"))
        m_clients.clear(); // tokens may have ended with it
    QTEST(answer.status, "status");
    QTEST(answer.code(), "code");
    if (mayChange && answer.status == 403)
        QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, before); // a refusal changes nothing and leaves no trace
}

void tst_ContractPermissions::ownMembershipsAreIdsAndNulls()
{
    DemoClient mira(m_tenant->cloudFile());
    QCOMPARE(mira.signIn(u"mira.kovac@contoso.demo"_s, {}, u"User.Read"_s), QString());
    const auto mine = mira.get(u"/me/memberOf"_s).value(); // contract 2.4
    QVERIFY(mine.size() >= 6);
    for (const auto &each : mine) {
        QVERIFY(!each["id"_L1].toString().isEmpty());
        QVERIFY(each["@odata.type"_L1].toString().startsWith(u"#microsoft.graph."));
        QVERIFY(each["displayName"_L1].isNull());
    }
}

/// A role of one area opens no other.
void tst_ContractPermissions::everyRoleSparesTheOthers()
{
    const auto actor = u"sam.porter@contoso.demo"_s;
    for (const auto &role : {u"Reports Reader"_s, u"Security Reader"_s, u"Conditional Access Administrator"_s}) {
        m_admin->control("POST", u"directory"_s, {{u"roles"_s, QJsonObject{{actor, QJsonArray{role}}}}});
        DemoClient client(m_tenant->cloudFile());
        QCOMPARE(client.signIn(actor), QString());
        const auto group = newGroup();
        QCOMPARE(client.patch(u"/groups/"_s + group, {{u"description"_s, u"x"_s}}).code(), denied);
        QCOMPARE(client.patch(u"/servicePrincipals/"_s + make(u"ninja"_s, {}), {{u"notes"_s, u"x"_s}}).code(), denied);
    }
    m_admin->control("POST", u"directory"_s, {{u"roles"_s, QJsonObject{{actor, QJsonArray()}}}});
}

QTEST_GUILESS_MAIN(tst_ContractPermissions)
#include "tst_ContractPermissions.moc"
