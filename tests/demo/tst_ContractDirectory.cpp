#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <QDateTime>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

namespace {

const auto zeros = u"00000000-0000-0000-0000-000000000000"_s;
const auto nobody = u"00000000-1111-2222-3333-444444444444"_s;
const auto badRequestCode = u"Request_BadRequest"_s;
const auto emergency = u"bg1@contosodemo.onmicrosoft.com"_s;

QStringList each(const QJsonArray &rows, const char *member)
{
    QStringList list;
    for (const auto &row : rows)
        list.append(row[QLatin1String(member)].toString());
    return list;
}

QJsonObject with(QJsonObject body, const QJsonObject &more)
{
    for (auto it = more.begin(); it != more.end(); ++it)
        body.insert(it.key(), it.value());
    return body;
}

} // namespace

/// The directory's sections of the contract, row by row: 2 tenant, 3 users, 4 groups, 5 applications, 12 logs.
class tst_ContractDirectory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void organizationByScope();
    void licences();
    void rolesActiveAndEligible();
    void securityDefaults();
    void authorizationPolicy();

    void usersByScope();
    void byIdsEachTypeByItsScope();

    void newGroupRefused_data();
    void newGroupRefused();
    void nicknames_data();
    void nicknames();
    void newGroupShowsTheDefaultSet();
    void boundObjects_data();
    void boundObjects();
    void creatorAndOwners();
    void roleAssignable();
    void groupChangeRefused_data();
    void groupChangeRefused();
    void members();
    void nesting_data();
    void nesting();
    void lastOwner();
    void removingAMemberEndsHisActivation();
    void deleteAndRestore();
    void goneAtOnce();
    void goneAfterThirtyDays();

    void applicationChange_data();
    void applicationChange();
    void assignmentRefused_data();
    void assignmentRefused();
    void assignments();
    void provisioningJobs();

    void audits_data();
    void audits();
    void auditFilters_data();
    void auditFilters();
    void auditsAreLateAndForgotten();

private:
    QString groupId(const char *name) const;
    QString spId(const char *name) const;
    QString reference(const QString &oid, const char *collection = "directoryObjects") const;
    QJsonObject groupBody(const QString &name) const;
    QJsonObject assignmentBody(const QString &principal, const QString &sp, const QString &role = zeros) const;
    QString fill(QString text) const; ///< {desk}, {ada}... by what they stand for
    void wait(const char *duration);
    DemoClient signedIn(const QString &upn, const QString &scopes = u".default"_s) const;
    void manners(const QJsonObject &body) const { QCOMPARE(m_admin->control("POST", u"directory"_s, body).status, 204); }

    bool m_clockMoved = false;
    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin; ///< Mira, with the minimum role set of contract 2.4 and Privileged Role Administrator
};

/// One tenant for all, as good as new each time; only a clock that was put forward cannot be put back.
void tst_ContractDirectory::init()
{
    if (!m_tenant) {
        auto tenant = DemoTenant::start({});
        QVERIFY(tenant);
        m_tenant = std::move(*tenant);
        m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    } else {
        QCOMPARE(m_admin->control("POST", u"reset"_s).status, 204);
    }
    QCOMPARE(m_admin->signIn(u"mira.kovac@contoso.demo"_s), QString());
}

void tst_ContractDirectory::cleanup()
{
    if (m_clockMoved)
        m_tenant.reset();
    m_clockMoved = false;
}

void tst_ContractDirectory::wait(const char *duration)
{
    m_clockMoved = true;
    QCOMPARE(m_admin->advance(QLatin1String(duration)).status, 200);
}

QString tst_ContractDirectory::groupId(const char *name) const
{
    return m_admin->get(u"/groups?$filter=displayName eq '%1'"_s.arg(QLatin1String(name))).first()["id"_L1].toString();
}

QString tst_ContractDirectory::spId(const char *name) const
{
    return m_admin->get(u"/servicePrincipals?$filter=displayName eq '%1'"_s.arg(QLatin1String(name))).first()["id"_L1].toString();
}

QString tst_ContractDirectory::reference(const QString &oid, const char *collection) const
{
    return u"%1/v1.0/%2/%3"_s.arg(m_tenant->origin(), QLatin1String(collection), oid);
}

QJsonObject tst_ContractDirectory::groupBody(const QString &name) const
{
    return {{u"displayName"_s, name},
            {u"mailNickname"_s, QString(name).remove(u' ')},
            {u"mailEnabled"_s, false},
            {u"securityEnabled"_s, true}};
}

QJsonObject tst_ContractDirectory::assignmentBody(const QString &principal, const QString &sp, const QString &role) const
{
    return {{u"principalId"_s, principal}, {u"resourceId"_s, sp}, {u"appRoleId"_s, role}};
}

QString tst_ContractDirectory::fill(QString text) const
{
    if (text.contains(u"{ada}"))
        text.replace(u"{ada}"_s, idOf(*m_admin, "ada.lindqvist"));
    if (text.contains(u"{desk}"))
        text.replace(u"{desk}"_s, groupId("Service Desk"));
    if (text.contains(u"{ninja}"))
        text.replace(u"{ninja}"_s, spId("NinjaOne"));
    return text.replace(u"{origin}"_s, m_tenant->origin()).replace(u"{nobody}"_s, nobody);
}

DemoClient tst_ContractDirectory::signedIn(const QString &upn, const QString &scopes) const
{
    DemoClient client(m_tenant->cloudFile());
    const auto problem = client.signIn(upn, {}, scopes);
    if (!problem.isEmpty())
        qWarning() << problem;
    return client;
}

// ------------------------------------------------------------------------------------------------------------ 2 tenant

void tst_ContractDirectory::organizationByScope()
{
    const auto path = u"/organization?$select=id,displayName,verifiedDomains,tenantType,countryLetterCode,assignedPlans"_s;
    const auto few = signedIn(upn("sam.porter"), u"User.Read"_s).get(path).first();
    QCOMPARE(few["displayName"_L1].toString(), u"Contoso (demo)"_s);
    QCOMPARE(few["verifiedDomains"_L1].toArray().size(), 2);
    QVERIFY(few["tenantType"_L1].isNull());
    QVERIFY(few["assignedPlans"_L1].toArray().isEmpty());
    const auto whole = signedIn(upn("sam.porter"), u"Organization.Read.All"_s).get(path).first();
    QCOMPARE(whole["tenantType"_L1].toString(), u"AAD"_s);
    QCOMPARE(whole["countryLetterCode"_L1].toString(), u"DE"_s);
    const auto tenant = m_tenant->cloudFile()["tenant"_L1].toString();
    QCOMPARE(m_admin->get(u"/organization/"_s + tenant).text("id"), tenant);
    QCOMPARE(m_admin->get(u"/organization/"_s + nobody).status, 404);
}

void tst_ContractDirectory::licences()
{
    const auto sku = m_admin->get(u"/subscribedSkus"_s).first();
    QCOMPARE(sku["id"_L1].toString(), m_tenant->cloudFile()["tenant"_L1].toString() + u"_84a661c4-e949-4bd2-a560-ed7766fcaf2b"_s);
    QCOMPARE(m_admin->get(u"/subscribedSkus/"_s + sku["id"_L1].toString()).text("skuPartNumber"), u"AAD_PREMIUM_P2"_s);
    for (const auto *option : {"$top=1", "$orderby=skuPartNumber", "$expand=x", "$count=true"})
        QCOMPARE(m_admin->nonsense("GET", u"/subscribedSkus?"_s + QLatin1String(option)).status, 400);
    // Every seat in use has somebody on it.
    const auto people = m_admin->get(u"/users?$top=999&$select=id,assignedLicenses"_s).value();
    int seats = 0;
    for (const auto &user : people)
        seats += int(user["assignedLicenses"_L1].toArray().size());
    QCOMPARE(seats, sku["consumedUnits"_L1].toInt());
    const auto mine = m_admin->get(u"/me/licenseDetails"_s).first();
    QCOMPARE(mine["skuPartNumber"_L1].toString(), u"AAD_PREMIUM_P2"_s);
    QVERIFY(each(mine["servicePlans"_L1].toArray(), "servicePlanName").contains(u"AAD_PREMIUM_P2"_s));
    QCOMPARE(m_admin->get(u"/users/%1/licenseDetails"_s.arg(emergency)).value().size(), 0);

    manners({{u"licence"_s, u"P1"_s}});
    QCOMPARE(each(m_admin->get(u"/subscribedSkus"_s).first()["servicePlans"_L1].toArray(), "servicePlanId"),
             QStringList{u"41781fb2-bc02-4b7c-bd55-b576c07bb09d"_s});
    manners({{u"licence"_s, u"governance"_s}});
    QVERIFY(each(m_admin->get(u"/subscribedSkus"_s).first()["servicePlans"_L1].toArray(), "servicePlanId")
                .contains(u"e866a266-3cff-43a3-acca-0c90a7e00c8b"_s));
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"licence"_s, u"P9"_s}}).status, 400);
}

void tst_ContractDirectory::rolesActiveAndEligible()
{
    const auto valeria = signedIn(upn("valeria.conti"));
    const auto base = u"/roleManagement/directory/"_s;
    const auto mine = u"/filterByCurrentUser(on='principal')?$expand=roleDefinition"_s;
    const auto active = valeria.get(base + u"roleAssignmentScheduleInstances"_s + mine);
    QCOMPARE(active.value().size(), 1);
    QCOMPARE(active.first()["assignmentType"_L1].toString(), u"Assigned"_s);
    QCOMPARE(active.first()["roleDefinition"_L1]["templateId"_L1].toString(), u"fdd7a751-b60b-444a-984c-02652fe8fa1c"_s);
    const auto eligible = valeria.get(base + u"roleEligibilityScheduleInstances"_s + mine);
    QCOMPARE(eligible.value().size(), 1);
    QCOMPARE(eligible.first()["roleDefinition"_L1]["displayName"_L1].toString(), u"Cloud Application Administrator"_s);
    const auto one = valeria.get(base + u"roleEligibilityScheduleInstances/"_s + eligible.first()["id"_L1].toString());
    QCOMPARE(one.text("roleDefinitionId"), u"158c047a-c907-4556-b7ef-446551a6b5f7"_s);
    // An eligible role is no role yet: contract 2.4 lists active ones.
    const auto cast = valeria.get(u"/me/transitiveMemberOf/microsoft.graph.directoryRole"_s).value();
    QCOMPARE(each(cast, "displayName"), QStringList{u"Groups Administrator"_s});
    QCOMPARE(valeria.patch(u"/servicePrincipals/"_s + spId("NinjaOne"), {{u"notes"_s, u"x"_s}}).status, 403);
    const auto role = valeria.get(u"/directoryRoles/"_s + cast.first()["id"_L1].toString());
    QCOMPARE(role.text("roleTemplateId"), u"fdd7a751-b60b-444a-984c-02652fe8fa1c"_s);
    QVERIFY(each(valeria.get(u"/directoryRoles/%1/members"_s.arg(role.text("id"))).value(), "userPrincipalName")
                .contains(upn("valeria.conti")));
    QCOMPARE(valeria.get(u"/directoryRoles/"_s + nobody).status, 404);
    QCOMPARE(valeria.nonsense("GET", base + u"roleAssignmentScheduleInstances/filterByCurrentUser(on='approver')"_s).status, 400);

    manners({{u"licence"_s, u"P1"_s}}); // contract 2.4: the instances need P2, roleAssignments do not
    QCOMPARE(valeria.get(base + u"roleEligibilityScheduleInstances"_s + mine).code(), u"AadPremiumLicenseRequired"_s);
    QCOMPARE(
        valeria.get(base + u"roleAssignments?$filter=principalId eq '%1'"_s.arg(idOf(*m_admin, "valeria.conti"))).value().size(),
        1);
}

void tst_ContractDirectory::securityDefaults()
{
    const auto path = u"/policies/identitySecurityDefaultsEnforcementPolicy"_s;
    manners({{u"consented"_s, u"Policy.ReadWrite.SecurityDefaults"_s}});
    const auto mira = signedIn(upn("mira.kovac"), u"Policy.Read.All Policy.ReadWrite.SecurityDefaults"_s);
    const auto shown = mira.get(path);
    QCOMPARE(shown.text("id"), u"00000000-0000-0000-0000-000000000005"_s);
    QCOMPARE(shown.text("displayName"), u"Security Defaults"_s);
    QCOMPARE(shown.json()["isEnabled"_L1].toBool(true), false);
    QCOMPARE(mira.patch(path, {{u"isEnabled"_s, true}}).status, 204);
    QCOMPARE(mira.get(path).json()["isEnabled"_L1].toBool(), true);
    QCOMPARE(mira.nonsense("PATCH", path, QJsonObject{{u"isEnabled"_s, u"no"_s}}).status, 400);
    QCOMPARE(mira.patch(path, {{u"isEnabled"_s, true}, {u"displayName"_s, u"x"_s}}).status, 400);
}

void tst_ContractDirectory::authorizationPolicy()
{
    const auto path = u"/policies/authorizationPolicy"_s;
    const auto creates = [&] {
        return m_admin->get(path).json()["defaultUserRolePermissions"_L1]["allowedToCreateSecurityGroups"_L1].toBool();
    };
    const auto sam = signedIn(upn("sam.porter"));
    QCOMPARE(creates(), true);
    QCOMPARE(sam.post(u"/groups"_s, groupBody(u"Mine"_s)).status, 201);
    manners({{u"membersCreateGroups"_s, false}});
    QCOMPARE(creates(), false);
    QCOMPARE(sam.post(u"/groups"_s, groupBody(u"Mine too"_s)).code(), u"Authorization_RequestDenied"_s);
    QCOMPARE(signedIn(upn("valeria.conti")).post(u"/groups"_s, groupBody(u"Hers"_s)).status, 201);
}

// ------------------------------------------------------------------------------------------------------------- 3 users

void tst_ContractDirectory::usersByScope()
{
    const auto path = u"/users/ada.lindqvist@contoso.demo?$select=id,displayName,givenName,surname,mail,userPrincipalName,"
                      "jobTitle,accountEnabled,userType"_s;
    const auto basic = signedIn(upn("sam.porter"), u"User.ReadBasic.All"_s).get(path).json();
    for (const auto *open : {"id", "displayName", "givenName", "surname", "mail", "userPrincipalName"})
        QVERIFY2(!basic[QLatin1String(open)].toString().isEmpty(), open);
    for (const auto *shut : {"jobTitle", "accountEnabled", "userType"})
        QVERIFY2(basic[QLatin1String(shut)].isNull(), shut);
    const auto whole = signedIn(upn("sam.porter"), u"User.Read.All"_s).get(path).json();
    QCOMPARE(whole["userType"_L1].toString(), u"Member"_s);
    QCOMPARE(whole["accountEnabled"_L1].toBool(), true);
    const auto own = signedIn(upn("sam.porter"), u"User.Read User.ReadBasic.All"_s);
    QCOMPARE(own.get(u"/me?$select=userType"_s).text("userType"), u"Member"_s);
    const auto listed = own.get(u"/users?$select=id,userType&$filter=startswith(displayName,'Ada')"_s);
    QCOMPARE(listed.value().size(), 1);
    QVERIFY(listed.first()["userType"_L1].isNull());
    // What is not shown selects nothing either.
    QCOMPARE(own.get(u"/users?$filter=userType eq 'Guest'"_s).value().size(), 0);
}

void tst_ContractDirectory::byIdsEachTypeByItsScope()
{
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto desk = groupId("Service Desk");
    const QJsonObject body{{u"ids"_s, QJsonArray{ada, desk, nobody}}, {u"types"_s, QJsonArray{u"user"_s, u"group"_s}}};
    const auto path = u"/directoryObjects/getByIds"_s;
    const auto row = [&](const QString &scopes, const QString &wanted) {
        for (const auto &object : signedIn(upn("sam.porter"), scopes).post(path, body).value()) {
            if (object["id"_L1].toString() == wanted)
                return object.toObject();
        }
        return QJsonObject();
    };
    const QJsonObject bareGroup{{u"@odata.type"_s, u"#microsoft.graph.group"_s}, {u"id"_s, desk}};
    QCOMPARE(row(u"User.ReadBasic.All"_s, ada)["displayName"_L1].toString(), u"Ada Lindqvist"_s);
    QCOMPARE(row(u"User.ReadBasic.All"_s, desk), bareGroup);
    const QJsonObject bareUser{{u"@odata.type"_s, u"#microsoft.graph.user"_s}, {u"id"_s, ada}};
    QCOMPARE(row(u"Group.Read.All"_s, ada), bareUser);
    QCOMPARE(row(u"Directory.Read.All"_s, desk)["displayName"_L1].toString(), u"Service Desk"_s);
    QCOMPARE(m_admin->post(path, body).value().size(), 2); // the unknown one is left out
    QCOMPARE(m_admin->post(path, {{u"ids"_s, QJsonArray{ada, desk}}, {u"types"_s, QJsonArray{u"group"_s}}}).value().size(), 1);
    // Members of a group, seen with a scope for groups alone (contract 4.2).
    const auto members = signedIn(upn("sam.porter"), u"GroupMember.Read.All"_s).get(u"/groups/%1/members"_s.arg(desk)).value();
    QVERIFY(members.size() > 3);
    QCOMPARE(members.first().toObject().keys(), (QStringList{u"@odata.type"_s, u"id"_s}));
    QJsonArray many;
    for (int i = 0; i < 1001; ++i)
        many.append(ada);
    QCOMPARE(m_admin->nonsense("POST", path, QJsonObject{{u"ids"_s, many}}).status, 400);
    many.removeLast();
    QCOMPARE(m_admin->post(path, {{u"ids"_s, many}}).value().size(), 1);
}

// ------------------------------------------------------------------------------------------------------------ 4 groups

void tst_ContractDirectory::newGroupRefused_data()
{
    QTest::addColumn<QJsonObject>("change"); // a null leaves the member out
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("target");
    const auto invalid = [](const char *property) {
        return u"Invalid value specified for property '%1' of resource 'Group'."_s.arg(QLatin1String(property));
    };
    const auto missing = [](const char *property) {
        return u"A value must be provided for property '%1'."_s.arg(QLatin1String(property));
    };
    const auto row = [](const char *name, const QJsonObject &change, const QString &message, const char *detail,
                        const char *target) {
        QTest::newRow(name) << change << message << QString::fromLatin1(detail) << QString::fromLatin1(target);
    };
    const QJsonValue out;
    row("contract 4.1: no displayName", {{u"displayName"_s, out}}, missing("displayName"), "InvalidValue", "displayName");
    row("contract 4.1: long displayName", {{u"displayName"_s, QString(257, u'x')}}, invalid("displayName"), "InvalidValue",
        "displayName");
    row("contract 4.1: no mailNickname", {{u"mailNickname"_s, out}}, missing("mailNickname"), "InvalidValue", "mailNickname");
    row("contract 4.1: long mailNickname", {{u"mailNickname"_s, QString(65, u'x')}}, invalid("mailNickname"), "InvalidValue",
        "mailNickname");
    row("contract 4.1: taken mailNickname", {{u"mailNickname"_s, u"Sales"_s}},
        u"Another object with the same value for property mailNickname already exists."_s, "ObjectConflict", "mailNickname");
    row("contract 4.1: no mailEnabled", {{u"mailEnabled"_s, out}}, missing("mailEnabled"), "InvalidValue", "mailEnabled");
    row("contract 4.1: mailEnabled", {{u"mailEnabled"_s, true}}, invalid("mailEnabled"), "InvalidValue", "mailEnabled");
    row("contract 4.1: no securityEnabled", {{u"securityEnabled"_s, out}}, missing("securityEnabled"), "InvalidValue",
        "securityEnabled");
    row("contract 4.1: not securityEnabled", {{u"securityEnabled"_s, false}}, invalid("securityEnabled"), "InvalidValue",
        "securityEnabled");
    row("contract 4.1: empty description", {{u"description"_s, u""_s}}, invalid("description"), "InvalidValue", "description");
    row("contract 4.1: long description", {{u"description"_s, QString(1025, u'x')}}, invalid("description"), "InvalidValue",
        "description");
    row("contract 4.1: visibility of a security group", {{u"visibility"_s, u"Private"_s}}, invalid("visibility"), "InvalidValue",
        "visibility");
    row("contract 4.1: unknown visibility", {{u"visibility"_s, u"Secret"_s}}, invalid("visibility"), "InvalidValue",
        "visibility");
    row("contract 4.1: unknown type", {{u"groupTypes"_s, QJsonArray{u"Static"_s}}}, invalid("groupTypes"), "InvalidValue",
        "groupTypes");
    row("contract 4.1: dynamic without a rule", {{u"groupTypes"_s, QJsonArray{u"DynamicMembership"_s}}},
        invalid("membershipRule"), "InvalidValue", "membershipRule");
    row("contract 4.1: role-assignable and dynamic",
        {{u"isAssignableToRole"_s, true},
         {u"groupTypes"_s, QJsonArray{u"DynamicMembership"_s}},
         {u"membershipRule"_s, u"user.userType -eq \"Member\""_s}},
        invalid("isAssignableToRole"), "InvalidValue", "isAssignableToRole");
    row("contract 4.1: role-assignable and public", {{u"isAssignableToRole"_s, true}, {u"visibility"_s, u"Public"_s}},
        invalid("visibility"), "InvalidValue", "visibility");
}

void tst_ContractDirectory::newGroupRefused()
{
    QFETCH(QJsonObject, change);
    auto body = groupBody(u"G"_s);
    for (auto it = change.begin(); it != change.end(); ++it) {
        if (it.value().isNull())
            body.remove(it.key());
        else
            body.insert(it.key(), it.value());
    }
    const auto before = m_admin->control("GET", u"state?times=0"_s).body;
    const auto answer = m_admin->post(u"/groups"_s, body);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), badRequestCode);
    QTEST(answer.message(), "message");
    const auto detail = answer.json()["error"_L1]["details"_L1][0];
    QTEST(detail["code"_L1].toString(), "detail");
    QTEST(detail["target"_L1].toString(), "target");
    QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, before);
}

void tst_ContractDirectory::nicknames_data()
{
    QTest::addColumn<QString>("nickname");
    QTest::addColumn<int>("status");
    for (const QChar forbidden : u"@()\\[]\";:.<>, "_s)
        QTest::newRow(qPrintable(u"contract 4.1: without %1"_s.arg(forbidden))) << QString(u"a"_s + forbidden + u'b') << 400;
    QTest::newRow("contract 4.1: ASCII only") << u"grün"_s << 400;
    QTest::newRow("contract 4.1: not empty") << u""_s << 400;
    QTest::newRow("contract 4.1: 64 long") << QString(64, u'n') << 201;
    QTest::newRow("contract 4.1: the rest of ASCII") << u"a-b_c!#$%&'*+/=?^`{|}~1"_s << 201;
}

void tst_ContractDirectory::nicknames()
{
    QFETCH(QString, nickname);
    QFETCH(int, status);
    const auto answer = m_admin->post(u"/groups"_s, with(groupBody(u"N"_s), {{u"mailNickname"_s, nickname}}));
    QCOMPARE(answer.status, status);
    const auto checked =
        m_admin->post(u"/directoryObjects/validateProperties"_s, {{u"entityType"_s, u"Group"_s}, {u"mailNickname"_s, nickname}});
    if (!nickname.isEmpty())
        QCOMPARE(checked.status, status == 201 ? 204 : 422);
}

void tst_ContractDirectory::newGroupShowsTheDefaultSet()
{
    const auto made = m_admin->post(u"/groups"_s, groupBody(u"Shown"_s));
    QCOMPARE(made.status, 201);
    for (const auto *member : {"id",
                               "displayName",
                               "description",
                               "groupTypes",
                               "mail",
                               "mailEnabled",
                               "mailNickname",
                               "securityEnabled",
                               "visibility",
                               "createdDateTime",
                               "renewedDateTime",
                               "deletedDateTime",
                               "theme",
                               "proxyAddresses",
                               "classification",
                               "expirationDateTime",
                               "membershipRule",
                               "securityIdentifier",
                               "isAssignableToRole",
                               "resourceProvisioningOptions",
                               "onPremisesSyncEnabled",
                               "preferredLanguage",
                               "preferredDataLocation",
                               "membershipRuleProcessingState"})
        QVERIFY2(made.json().contains(QLatin1String(member)), member);
    QVERIFY(made.text("securityIdentifier").startsWith(u"S-1-12-1-"));
    QVERIFY(!made.json().contains("_creator"_L1));
    QCOMPARE(made.header("Location"), reference(made.text("id"), "groups").toUtf8());
    const auto twin = m_admin->post(u"/groups"_s, groupBody(u"Shown"_s)); // names are not unique
    QVERIFY(twin.text("id") != made.text("id"));
    QVERIFY(twin.text("securityIdentifier") != made.text("securityIdentifier"));
    const auto unique = with(groupBody(u"U"_s), {{u"uniqueName"_s, u"u-1"_s}});
    QCOMPARE(m_admin->post(u"/groups"_s, unique).status, 201);
    QCOMPARE(m_admin->post(u"/groups"_s, unique).code(), u"Request_MultipleObjectsWithSameKeyValue"_s);
}

void tst_ContractDirectory::boundObjects_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const QString none;
    QTest::newRow("contract 4.1: users") << u"{origin}/v1.0/users/{ada}"_s << 201 << none;
    QTest::newRow("contract 4.1: by name") << u"{origin}/v1.0/users/ada.lindqvist@contoso.demo"_s << 201 << none;
    QTest::newRow("contract 4.1: directoryObjects") << u"{origin}/v1.0/directoryObjects/{ada}"_s << 201 << none;
    QTest::newRow("contract 4.1: with a key in parentheses") << u"{origin}/v1.0/directoryObjects('{ada}')"_s << 201 << none;
    QTest::newRow("contract 4.1: servicePrincipals") << u"{origin}/v1.0/servicePrincipals/{ninja}"_s << 201 << none;
    QTest::newRow("contract 4.1: unknown") << u"{origin}/v1.0/users/{nobody}"_s << 404 << u"Request_ResourceNotFound"_s;
    QTest::newRow("contract 4.1: another kind") << u"{origin}/v1.0/users/{desk}"_s << 404 << u"Request_ResourceNotFound"_s;
    QTest::newRow("contract 4.1: a group owns nothing") << u"{origin}/v1.0/groups/{desk}"_s << 400 << badRequestCode;
    QTest::newRow("contract 17: another host") << u"https://graph.microsoft.com/v1.0/users/{ada}"_s << 400 << badRequestCode;
    QTest::newRow("contract 4.1: no reference") << u"{ada}"_s << 400 << badRequestCode;
}

void tst_ContractDirectory::boundObjects()
{
    QFETCH(QString, url);
    const auto bound = QJsonArray{fill(url)};
    const auto answer = m_admin->post(u"/groups"_s, with(groupBody(u"B"_s), {{u"owners@odata.bind"_s, bound}}));
    QTEST(answer.status, "status");
    QTEST(answer.code(), "code");
    if (answer.status == 201)
        QCOMPARE(m_admin->get(u"/groups/%1/owners"_s.arg(answer.text("id"))).value().size(), 1);
}

void tst_ContractDirectory::creatorAndOwners()
{
    const auto people = m_admin->get(u"/users?$top=22&$select=id"_s).value();
    QJsonArray urls;
    for (const auto &person : people)
        urls.append(reference(person["id"_L1].toString()));
    QJsonArray twenty = urls;
    while (twenty.size() > 20)
        twenty.removeLast();
    const auto made = m_admin->post(u"/groups"_s, with(groupBody(u"Twenty"_s), {{u"members@odata.bind"_s, twenty}}));
    QCOMPARE(made.status, 201);
    QCOMPARE(m_admin->get(u"/groups/%1/members"_s.arg(made.text("id"))).value().size(), 20);
    QCOMPARE(m_admin
                 ->post(u"/groups"_s, with(groupBody(u"More"_s), {{u"members@odata.bind"_s, twenty},
                                                                  {u"owners@odata.bind"_s, QJsonArray{urls.at(21)}}}))
                 .status,
             400); // 20 relationships in one request, together
    QCOMPARE(
        m_admin->post(u"/groups"_s, with(groupBody(u"Twice"_s), {{u"members@odata.bind"_s, QJsonArray{urls.at(0), urls.at(0)}}}))
            .status,
        400);
    QCOMPARE(m_admin->get(u"/groups/%1/owners"_s.arg(made.text("id"))).value().size(), 0); // an administrator made it
    const auto sam = signedIn(upn("sam.porter"));
    const auto lena = idOf(*m_admin, "lena.fischer");
    const auto his =
        sam.post(u"/groups"_s, with(groupBody(u"His"_s), {{u"owners@odata.bind"_s, QJsonArray{reference(lena)}}})).text("id");
    auto owners = each(m_admin->get(u"/groups/%1/owners"_s.arg(his)).value(), "id");
    QCOMPARE(owners.size(), 2);
    QVERIFY(owners.contains(lena) && owners.contains(idOf(*m_admin, "sam.porter")));
}

void tst_ContractDirectory::roleAssignable()
{
    const auto made = m_admin->post(u"/groups"_s, with(groupBody(u"R"_s), {{u"isAssignableToRole"_s, true}}));
    QCOMPARE(made.status, 201);
    QCOMPARE(made.text("visibility"), u"Private"_s);
    const auto group = made.text("id");
    const auto inner = m_admin->post(u"/groups"_s, groupBody(u"Inner"_s)).text("id");
    const auto nested = m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(inner)}});
    QCOMPARE(nested.status, 400);
    QCOMPARE(m_admin
                 ->post(u"/groups"_s, with(groupBody(u"R2"_s), {{u"isAssignableToRole"_s, true},
                                                                {u"members@odata.bind"_s, QJsonArray{reference(inner)}}}))
                 .status,
             400);
    QCOMPARE(m_admin->patch(u"/groups/"_s + group, {{u"isAssignableToRole"_s, false}}).status, 400);
    QCOMPARE(m_admin->patch(u"/groups/"_s + inner, {{u"isAssignableToRole"_s, true}}).status, 400);
}

void tst_ContractDirectory::groupChangeRefused_data()
{
    QTest::addColumn<QByteArray>("group");
    QTest::addColumn<QJsonObject>("body");
    const auto row = [](const char *name, const char *group, const QJsonObject &body) {
        QTest::newRow(name) << QByteArray(group) << body;
    };
    row("contract 4.1: isAssignableToRole is immutable", "Service Desk", {{u"isAssignableToRole"_s, true}});
    row("contract 4.1: uniqueName is immutable", "Service Desk", {{u"uniqueName"_s, u"x"_s}});
    row("contract 4.1: nickname", "Service Desk", {{u"mailNickname"_s, u"a b"_s}});
    row("contract 4.1: nickname of another", "Service Desk", {{u"mailNickname"_s, u"sales"_s}});
    row("contract 4.1: no name", "Service Desk", {{u"displayName"_s, u""_s}});
    row("contract 4.1: empty description", "Service Desk", {{u"description"_s, u""_s}});
    row("contract 4.1: visibility", "Service Desk", {{u"visibility"_s, u"Public"_s}});
    row("contract 4.1: not a security group any more", "Service Desk", {{u"securityEnabled"_s, false}});
    row("contract 4.1: mail", "Service Desk", {{u"mailEnabled"_s, true}});
    row("contract 4.1: rule of a group that has none", "Service Desk", {{u"membershipRule"_s, u"x"_s}});
    row("contract 4.3: owners are not bound by PATCH", "Service Desk",
        {{u"owners@odata.bind"_s, QJsonArray{u"{origin}/v1.0/users/{ada}"_s}}});
    row("contract 4.3: member twice, with a name that would be fine", "Service Desk",
        {{u"displayName"_s, u"New name"_s}, {u"members@odata.bind"_s, QJsonArray{u"{origin}/v1.0/users/{ada}"_s}}});
    row("contract 4.3: members of a dynamic group", "All staff",
        {{u"members@odata.bind"_s, QJsonArray{u"{origin}/v1.0/users/{ninja}"_s}}});
    row("contract 4.2: synced", "Print operators", {{u"description"_s, u"x"_s}});
}

void tst_ContractDirectory::groupChangeRefused()
{
    QFETCH(QByteArray, group);
    QFETCH(QJsonObject, body);
    const auto text = fill(QString::fromUtf8(QJsonDocument(body).toJson()));
    const auto before = m_admin->control("GET", u"state?times=0"_s).body;
    const auto answer =
        m_admin->patch(u"/groups/"_s + groupId(group.constData()), QJsonDocument::fromJson(text.toUtf8()).object());
    QVERIFY2(answer.status == 400 || answer.status == 404, qPrintable(QString::number(answer.status)));
    QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, before);
}

void tst_ContractDirectory::members()
{
    const auto group = m_admin->post(u"/groups"_s, groupBody(u"People"_s)).text("id");
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto links = u"/groups/%1/members/$ref"_s.arg(group);
    QCOMPARE(m_admin->post(links, {{u"@odata.id"_s, reference(ada)}}).status, 204);
    const auto twice = m_admin->post(links, {{u"@odata.id"_s, reference(ada, "users")}});
    QCOMPARE(twice.code(), badRequestCode);
    QCOMPARE(twice.message(),
             u"One or more added object references already exist for the following modified properties: 'members'."_s);
    QCOMPARE(each(m_admin->get(links).value(), "@odata.id"), QStringList{reference(ada)});
    QCOMPARE(m_admin->post(links, {{u"@odata.id"_s, reference(nobody)}}).code(), u"Request_ResourceNotFound"_s);
    QCOMPARE(m_admin->nonsense("POST", links, QJsonObject{{u"id"_s, ada}}).status, 400);
    QCOMPARE(
        m_admin->patch(u"/groups/"_s + group, {{u"members@odata.bind"_s, QJsonArray{reference(idOf(*m_admin, "jonas.weber"))}}})
            .status,
        204);
    QCOMPARE(memberIds(*m_admin, group).size(), 2);
    QCOMPARE(m_admin->get(u"/groups/%1/members/microsoft.graph.servicePrincipal"_s.arg(group)).value().size(), 0);
    const auto one = u"/groups/%1/members/%2/$ref"_s.arg(group, ada);
    QCOMPARE(m_admin->remove(one).status, 204);
    QCOMPARE(m_admin->remove(one).code(), u"Request_ResourceNotFound"_s);
    // Neither dynamic nor synced groups can be changed here.
    for (const auto *fixed : {"All staff", "Print operators"}) {
        const auto id = groupId(fixed);
        const auto member = memberIds(*m_admin, id).first();
        QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(id), {{u"@odata.id"_s, reference(spId("NinjaOne"))}}).status,
                 400);
        QCOMPARE(m_admin->remove(u"/groups/%1/members/%2/$ref"_s.arg(id, member)).status, 400);
        QVERIFY(memberIds(*m_admin, id).contains(member));
    }
}

void tst_ContractDirectory::nesting_data()
{
    QTest::addColumn<QByteArray>("outer");
    QTest::addColumn<QByteArray>("inner");
    QTest::addColumn<int>("status");
    QTest::newRow("contract 5.3: a security group in a security group")
        << QByteArray("People") << QByteArray("Service Desk") << 204;
    QTest::newRow("contract 6: a dynamic group in a security group") << QByteArray("People") << QByteArray("All staff") << 204;
    QTest::newRow("contract 4.1: none in a role-assignable group") << QByteArray("Role") << QByteArray("Service Desk") << 400;
    QTest::newRow("none in a Microsoft 365 group") << QByteArray("Sales") << QByteArray("Service Desk") << 400;
    QTest::newRow("no Microsoft 365 group inside") << QByteArray("People") << QByteArray("Sales") << 400;
    QTest::newRow("not in itself") << QByteArray("People") << QByteArray("People") << 400;
}

void tst_ContractDirectory::nesting()
{
    QFETCH(QByteArray, outer);
    QFETCH(QByteArray, inner);
    QCOMPARE(m_admin->post(u"/groups"_s, groupBody(u"People"_s)).status, 201);
    QCOMPARE(m_admin->post(u"/groups"_s, with(groupBody(u"Role"_s), {{u"isAssignableToRole"_s, true}})).status, 201);
    const auto innerId = groupId(inner.constData());
    const auto outerId = groupId(outer.constData());
    const auto answer = m_admin->post(u"/groups/%1/members/$ref"_s.arg(outerId), {{u"@odata.id"_s, reference(innerId)}});
    QTEST(answer.status, "status");
    QCOMPARE(memberIds(*m_admin, outerId).contains(innerId), answer.status == 204);
}

void tst_ContractDirectory::lastOwner()
{
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto jonas = idOf(*m_admin, "jonas.weber");
    const auto ninja = spId("NinjaOne");
    const auto group =
        m_admin
            ->post(u"/groups"_s, with(groupBody(u"Owned"_s),
                                      {{u"owners@odata.bind"_s, QJsonArray{reference(ada), reference(jonas), reference(ninja)}}}))
            .text("id");
    const auto owner = [&](const QString &oid) { return u"/groups/%1/owners/%2/$ref"_s.arg(group, oid); };
    QCOMPARE(m_admin->remove(owner(ada)).status, 204);
    QCOMPARE(m_admin->remove(owner(jonas)).status, 400); // a service principal alone is not enough
    QCOMPARE(m_admin->remove(owner(ninja)).status, 204);
    const auto last = m_admin->remove(owner(jonas));
    QCOMPARE(last.code(), badRequestCode);
    QCOMPARE(last.message(), u"The group must have at least one owner, hence this owner cannot be removed."_s);
    QCOMPARE(m_admin->post(u"/groups/%1/owners/$ref"_s.arg(group), {{u"@odata.id"_s, reference(ada)}}).status, 204);
    QCOMPARE(m_admin->remove(owner(jonas)).status, 204);
}

void tst_ContractDirectory::removingAMemberEndsHisActivation()
{
    const auto group = newGroup(*m_admin, u"PIM"_s, true);
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", group, ada, lasting("P30D")).status, 201);
    const auto client = signedIn(upn("ada.lindqvist"));
    QCOMPARE(askPim(client, "assignment", "selfActivate", group, ada, lasting("PT1H"), {{u"justification"_s, u"work"_s}}).status,
             201);
    const auto active = [&] {
        return m_admin->get(kPim + u"assignmentScheduleInstances?$filter=groupId eq '%1'"_s.arg(group)).value().size();
    };
    QVERIFY(memberIds(*m_admin, group).contains(ada)); // contract 4.3: an ordinary member
    QCOMPARE(active(), 1);
    QCOMPARE(m_admin->remove(u"/groups/%1/members/%2/$ref"_s.arg(group, ada)).status, 204);
    QCOMPARE(active(), 0);
    QVERIFY(!memberIds(*m_admin, group).contains(ada));
    QCOMPARE(m_admin->get(kPim + u"eligibilityScheduleInstances?$filter=groupId eq '%1'"_s.arg(group)).value().size(), 1);
}

void tst_ContractDirectory::deleteAndRestore()
{
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto jonas = idOf(*m_admin, "jonas.weber");
    const auto ninja = spId("NinjaOne");
    const auto group = newGroup(*m_admin, u"Passing"_s, true);
    QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(jonas)}}).status, 204);
    QCOMPARE(m_admin->post(u"/groups/%1/owners/$ref"_s.arg(group), {{u"@odata.id"_s, reference(jonas)}}).status, 204);
    QCOMPARE(m_admin->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja), assignmentBody(group, ninja)).status, 201);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", group, ada, lasting("P30D")).status, 201);
    const auto client = signedIn(upn("ada.lindqvist"));
    QCOMPARE(askPim(client, "assignment", "selfActivate", group, ada, lasting("PT1H"), {{u"justification"_s, u"work"_s}}).status,
             201);

    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(m_admin->get(u"/groups/"_s + group).status, 404);
    QCOMPARE(m_admin->get(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja)).value().size(), 0);
    const auto item = u"/directory/deletedItems/"_s + group;
    const auto kept = m_admin->get(item);
    QCOMPARE(kept.status, 200);
    QCOMPARE(kept.text("displayName"), u"Passing"_s);
    QVERIFY(!kept.text("deletedDateTime").isEmpty());
    QCOMPARE(each(m_admin->get(u"/directory/deletedItems/microsoft.graph.group"_s).value(), "id"), QStringList{group});
    QCOMPARE(m_admin->get(u"/directory/deletedItems/microsoft.graph.user"_s).value().size(), 0);

    QCOMPARE(m_admin->send("POST", item + u"/restore"_s).text("id"), group);
    QCOMPARE(m_admin->get(item).status, 404);
    QVERIFY(m_admin->get(u"/groups/"_s + group).json()["deletedDateTime"_L1].isNull());
    QCOMPARE(memberIds(*m_admin, group), QStringList{jonas}); // whoever was active through PIM does not come back
    QCOMPARE(each(m_admin->get(u"/groups/%1/owners"_s.arg(group)).value(), "id"), QStringList{jonas});
    QCOMPARE(m_admin->get(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja)).value().size(), 0);
    for (const auto *set : {"eligibilitySchedules", "assignmentSchedules"})
        QCOMPARE(m_admin->get(kPim + u"%1?$filter=groupId eq '%2'"_s.arg(QLatin1String(set), group)).value().size(), 0);

    QCOMPARE(m_admin->remove(u"/directoryObjects/"_s + group).status, 204);
    QCOMPARE(m_admin->remove(item).status, 204);
    QCOMPARE(m_admin->remove(item).status, 404);
    QCOMPARE(m_admin->send("POST", item + u"/restore"_s).status, 404);
}

void tst_ContractDirectory::goneAtOnce()
{
    manners({{u"securityGroupsAreGoneAtOnce"_s, true}}); // contract 4.4: as older documents have it
    const auto group = newGroup(*m_admin, u"Gone"_s);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).code(), u"Request_ResourceNotFound"_s);
    const auto sales = groupId("Sales"); // a Microsoft 365 group can always be restored
    QCOMPARE(m_admin->remove(u"/groups/"_s + sales).status, 204);
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + sales).status, 200);
    QCOMPARE(m_admin->control("POST", u"directory"_s, {{u"securityGroupsAreGoneAtOnce"_s, u"yes"_s}}).status, 400);
}

void tst_ContractDirectory::goneAfterThirtyDays()
{
    const auto group = newGroup(*m_admin, u"Old"_s);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    wait("P29D");
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).status, 200);
    wait("P2D");
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(m_admin->get(u"/directory/deletedItems/"_s + group).status, 404);
}

// ------------------------------------------------------------------------------------------------------ 5 applications

void tst_ContractDirectory::applicationChange_data()
{
    QTest::addColumn<QJsonObject>("body");
    QTest::addColumn<QString>("refusal"); // empty: 204, and read back
    const QString none;
    const auto readOnly = [](const char *name) {
        return u"Property '%1' is read-only and cannot be set."_s.arg(QLatin1String(name));
    };
    QTest::newRow("contract 5.2: assignment required") << QJsonObject{{u"appRoleAssignmentRequired"_s, true}} << none;
    QTest::newRow("contract 5.2: tags replace") << QJsonObject{{u"tags"_s, QJsonArray{u"HideApp"_s}}} << none;
    QTest::newRow("contract 5.2: disabled") << QJsonObject{{u"accountEnabled"_s, false}} << none;
    QTest::newRow("contract 5.2: loginUrl") << QJsonObject{{u"loginUrl"_s, u"https://ninja.example"_s}} << none;
    QTest::newRow("contract 5.2: notes") << QJsonObject{{u"notes"_s, u"gated"_s}} << none;
    for (const auto *mode : {"password", "saml", "notSupported", "oidc"})
        QTest::newRow(mode) << QJsonObject{{u"preferredSingleSignOnMode"_s, QLatin1String(mode)}} << none;
    QTest::newRow("contract 5.1: unknown mode")
        << QJsonObject{{u"preferredSingleSignOnMode"_s, u"magic"_s}}
        << u"Invalid value specified for property 'preferredSingleSignOnMode' of resource 'ServicePrincipal'."_s;
    for (const auto *fixed : {"appId", "appDisplayName", "appOwnerOrganizationId", "servicePrincipalType", "signInAudience"})
        QTest::newRow(fixed) << QJsonObject{{QLatin1String(fixed), nobody}} << readOnly(fixed);
}

void tst_ContractDirectory::applicationChange()
{
    QFETCH(QJsonObject, body);
    QFETCH(QString, refusal);
    const auto path = u"/servicePrincipals/"_s + spId("NinjaOne");
    const auto before = m_admin->control("GET", u"state?times=0"_s).body;
    const auto answer = m_admin->patch(path, body);
    QCOMPARE(answer.status, refusal.isEmpty() ? 204 : 400);
    QCOMPARE(answer.message(), refusal);
    const auto name = body.keys().first();
    if (refusal.isEmpty())
        QCOMPARE(m_admin->get(path).json()[name], body[name]);
    else
        QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, before);
}

void tst_ContractDirectory::assignmentRefused_data()
{
    QTest::addColumn<QString>("licence");
    QTest::addColumn<QString>("principal");
    QTest::addColumn<QByteArray>("application");
    QTest::addColumn<QString>("role"); // "user", "disabled": roles of KaseyaOne
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    const QByteArray ninja("NinjaOne");
    const QByteArray kaseya("KaseyaOne");
    const auto missing = u"Permission being assigned was not found on application '"_s;
    const auto row = [](const char *name, const char *licence, const char *principal, const QByteArray &application,
                        const QString &role, int status, const QString &code, const QString &message) {
        QTest::newRow(name) << QString::fromLatin1(licence) << QString::fromLatin1(principal) << application << role << status
                            << code << message;
    };
    const QString none;
    row("contract 5.3: default role, no user roles", "P2", "group", ninja, zeros, 201, none, none);
    row("contract 5.3: a user", "P2", "user", ninja, zeros, 201, none, none);
    row("contract 5.3: a user needs no licence", "none", "user", ninja, zeros, 201, none, none);
    row("contract 5.3: a group needs P1", "none", "group", ninja, zeros, 403, u"Authorization_RequestDenied"_s, none);
    row("contract 5.3: P1 is enough", "P1", "group", ninja, zeros, 201, none, none);
    row("contract 5.3: one of the roles", "P2", "group", kaseya, u"user"_s, 201, none, none);
    row("contract 5.3: zeros where there are roles", "P2", "group", kaseya, zeros, 400, badRequestCode, missing);
    row("contract 5.3: a role that is off", "P2", "group", kaseya, u"disabled"_s, 400, badRequestCode, missing);
    row("contract 5.3: a role of nobody", "P2", "group", kaseya, nobody, 400, badRequestCode, missing);
    row("contract 5.3: unknown principal", "P2", "nobody", ninja, zeros, 404, u"Request_ResourceNotFound"_s,
        u"Resource '%1' does not exist or one of its queried reference-property objects are not present."_s.arg(nobody));
    row("contract 5.3: not a security group", "P2", "mail", ninja, zeros, 400, badRequestCode, none);
    row("contract 5.3: Microsoft 365 with security", "P2", "unified", ninja, zeros, 201, none, none);
}

void tst_ContractDirectory::assignmentRefused()
{
    QFETCH(QString, licence);
    QFETCH(QString, principal);
    QFETCH(QByteArray, application);
    QFETCH(QString, role);
    QFETCH(QString, message);
    const auto sp = spId(application.constData());
    if (role == u"user" || role == u"disabled") {
        auto roles = m_admin->get(u"/servicePrincipals/"_s + sp).json()["appRoles"_L1].toArray();
        auto second = roles.at(1).toObject();
        second.insert(u"isEnabled"_s, false);
        roles.replace(1, second);
        QCOMPARE(m_admin->patch(u"/servicePrincipals/"_s + sp, {{u"appRoles"_s, roles}}).status, 204);
        role = roles.at(role == u"user" ? 0 : 1)["id"_L1].toString();
    }
    const QJsonObject unified{{u"groupTypes"_s, QJsonArray{u"Unified"_s}}, {u"mailEnabled"_s, true}};
    auto id = nobody;
    if (principal == u"group")
        id = newGroup(*m_admin, u"Assigned"_s);
    else if (principal == u"user")
        id = idOf(*m_admin, "marta.rossi");
    else if (principal == u"mail")
        id = m_admin->post(u"/groups"_s, with(with(groupBody(u"Mail"_s), unified), {{u"securityEnabled"_s, false}})).text("id");
    else if (principal == u"unified")
        id = m_admin->post(u"/groups"_s, with(groupBody(u"Team"_s), unified)).text("id");
    QVERIFY(!id.isEmpty());
    manners({{u"licence"_s, licence}});
    const auto before = m_admin->control("GET", u"state?times=0"_s).body;
    const auto answer = m_admin->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(sp), assignmentBody(id, sp, role));
    QTEST(answer.status, "status");
    QTEST(answer.code(), "code");
    QVERIFY2(answer.message().startsWith(message), qPrintable(answer.message()));
    if (answer.status != 201)
        QCOMPARE(m_admin->control("GET", u"state?times=0"_s).body, before);
}

void tst_ContractDirectory::assignments()
{
    const auto group = newGroup(*m_admin, u"Both ways"_s);
    const auto ninja = spId("NinjaOne");
    const auto body = assignmentBody(group, ninja);
    const auto assignedTo = u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja);
    const auto ofGroup = u"/groups/%1/appRoleAssignments"_s.arg(group);
    const auto made = m_admin->post(ofGroup, body);
    QCOMPARE(made.status, 201);
    QCOMPARE(made.text("principalDisplayName"), u"Both ways"_s);
    QCOMPARE(made.text("principalType"), u"Group"_s);
    QVERIFY(made.json()["deletedDateTime"_L1].isNull());
    const auto id = made.text("id");
    QCOMPARE(m_admin->get(assignedTo + u'/' + id).text("principalId"), group);
    QCOMPARE(m_admin->get(ofGroup + u'/' + id).text("resourceId"), ninja);
    const auto again = m_admin->post(assignedTo, body);
    QCOMPARE(again.message(), u"Permission being assigned already exists on the object"_s);
    QCOMPARE(again.json()["error"_L1]["details"_L1][0]["code"_L1].toString(), u"InvalidUpdate"_s);
    QCOMPARE(m_admin->post(assignedTo, assignmentBody(group, spId("KaseyaOne"))).status, 400); // resourceId is not the path's
    QCOMPARE(m_admin->post(ofGroup, assignmentBody(groupId("Service Desk"), ninja)).status, 400);
    QCOMPARE(m_admin->get(assignedTo + u"?$filter=principalId eq "_s + group).code(), u"Request_UnsupportedQuery"_s);
    QCOMPARE(m_admin->get(ofGroup + u"?$filter=resourceId eq "_s + ninja).value().size(), 1);
    QCOMPARE(m_admin->nonsense("PATCH", assignedTo + u'/' + id, body).status, 405);
    QCOMPARE(m_admin->remove(u"/servicePrincipals/%1/appRoleAssignedTo/%2"_s.arg(spId("KaseyaOne"), id)).status, 404);
    QCOMPARE(m_admin->remove(ofGroup + u'/' + id).status, 204);
    QCOMPARE(m_admin->remove(assignedTo + u'/' + id).status, 404);
    const auto jonas = idOf(*m_admin, "jonas.weber"); // the third route; Microsoft's description does not have its POST
    const auto ofUser = u"/users/%1/appRoleAssignments"_s.arg(jonas);
    const auto direct = m_admin->nonsense("POST", ofUser, assignmentBody(jonas, ninja));
    QCOMPARE(direct.status, 201);
    QCOMPARE(direct.text("principalType"), u"User"_s);
    QVERIFY(each(m_admin->get(ofUser).value(), "id").contains(direct.text("id")));
    QCOMPARE(m_admin->nonsense("DELETE", ofUser + u'/' + direct.text("id")).status, 204);
    const auto owned = m_admin->get(u"/servicePrincipals/%1/owners"_s.arg(spId("Inforcer"))).value();
    QCOMPARE(each(owned, "userPrincipalName"), QStringList{upn("priya.raman")});
}

void tst_ContractDirectory::provisioningJobs()
{
    const auto jobs = [&](const char *name) {
        return m_admin->get(u"/servicePrincipals/%1/synchronization/jobs"_s.arg(spId(name))).value();
    };
    QCOMPARE(jobs("NinjaOne").size(), 0); // contract 5.5: no provisioning
    const auto job = jobs("Informer").first();
    QCOMPARE(job["schedule"_L1]["state"_L1].toString(), u"Active"_s);
    QVERIFY(!job["id"_L1].toString().isEmpty() && !job["templateId"_L1].toString().isEmpty());
    QVERIFY(job["status"_L1]["quarantine"_L1].isNull());
}

// -------------------------------------------------------------------------------------------------------------- 12 logs

void tst_ContractDirectory::audits_data()
{
    QTest::addColumn<QByteArray>("change");
    QTest::addColumn<QString>("activity");
    QTest::addColumn<QString>("category");
    const auto groups = u"GroupManagement"_s;
    QTest::newRow("contract 12: group made") << QByteArray("make") << u"Add group"_s << groups;
    QTest::newRow("contract 12: group changed") << QByteArray("rename") << u"Update group"_s << groups;
    QTest::newRow("contract 12: member added") << QByteArray("add") << u"Add member to group"_s << groups;
    QTest::newRow("contract 12: member bound") << QByteArray("bind") << u"Add member to group"_s << groups;
    QTest::newRow("contract 12: member removed") << QByteArray("take") << u"Remove member from group"_s << groups;
    QTest::newRow("contract 12: owner added") << QByteArray("own") << u"Add owner to group"_s << groups;
    QTest::newRow("contract 12: owner removed") << QByteArray("disown") << u"Remove owner from group"_s << groups;
    QTest::newRow("contract 12: group deleted") << QByteArray("delete") << u"Delete group"_s << groups;
    QTest::newRow("contract 12: group restored") << QByteArray("restore") << u"Restore Group"_s << groups;
    QTest::newRow("contract 12: group purged") << QByteArray("purge") << u"Hard Delete group"_s << groups;
    QTest::newRow("contract 12: assigned") << QByteArray("assign") << u"Add app role assignment to group"_s << groups;
    QTest::newRow("contract 12: unassigned") << QByteArray("unassign") << u"Remove app role assignment from group"_s << groups;
    QTest::newRow("contract 12: application")
        << QByteArray("require") << u"Update service principal"_s << u"ApplicationManagement"_s;
    QTest::newRow("contract 12: sessions") << QByteArray("revoke") << u"Update StsRefreshTokenValidFrom Timestamp"_s
                                           << u"UserManagement"_s;
}

void tst_ContractDirectory::audits()
{
    QFETCH(QByteArray, change);
    QFETCH(QString, activity);
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    const auto jonas = idOf(*m_admin, "jonas.weber");
    const auto ninja = spId("NinjaOne");
    const auto group = m_admin
                           ->post(u"/groups"_s, with(groupBody(u"Watched"_s),
                                                     {{u"members@odata.bind"_s, QJsonArray{reference(jonas)}},
                                                      {u"owners@odata.bind"_s, QJsonArray{reference(jonas), reference(ada)}}}))
                           .text("id");
    const auto path = u"/groups/"_s + group;
    const auto item = u"/directory/deletedItems/"_s + group;
    const auto assignedTo = u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(ninja);
    QString target = group;
    const auto state = [&] { return m_admin->get(u"/auditLogs/directoryAudits?$top=1000"_s).value(); };
    if (change == "restore" || change == "purge")
        QCOMPARE(m_admin->remove(path).status, 204);
    const auto assignment = change == "unassign" ? m_admin->post(assignedTo, assignmentBody(group, ninja)).text("id") : QString();
    const auto before = state().size();
    Answer answer;
    if (change == "make")
        answer = m_admin->post(u"/groups"_s, groupBody(u"Another"_s));
    else if (change == "rename")
        answer = m_admin->patch(path, {{u"displayName"_s, u"Renamed"_s}, {u"description"_s, u"x"_s}});
    else if (change == "add")
        answer = m_admin->post(path + u"/members/$ref"_s, {{u"@odata.id"_s, reference(ada)}});
    else if (change == "bind")
        answer = m_admin->patch(path, {{u"members@odata.bind"_s, QJsonArray{reference(ada)}}});
    else if (change == "take")
        answer = m_admin->remove(path + u"/members/%1/$ref"_s.arg(jonas));
    else if (change == "own")
        answer = m_admin->post(path + u"/owners/$ref"_s, {{u"@odata.id"_s, reference(ninja)}});
    else if (change == "disown")
        answer = m_admin->remove(path + u"/owners/%1/$ref"_s.arg(jonas));
    else if (change == "delete")
        answer = m_admin->remove(path);
    else if (change == "restore")
        answer = m_admin->send("POST", item + u"/restore"_s);
    else if (change == "purge")
        answer = m_admin->remove(item);
    else if (change == "assign")
        answer = m_admin->post(assignedTo, assignmentBody(group, ninja));
    else if (change == "unassign")
        answer = m_admin->remove(assignedTo + u'/' + assignment);
    else if (change == "require")
        answer = m_admin->patch(u"/servicePrincipals/"_s + ninja, {{u"appRoleAssignmentRequired"_s, true}});
    else
        answer = m_admin->send("POST", u"/users/mira.kovac@contoso.demo/revokeSignInSessions"_s);
    QVERIFY(answer.status >= 200 && answer.status < 300);
    if (change == "revoke")
        QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString()); // her own token has ended, too
    if (change == "make")
        target = answer.text("id");
    else if (change == "require")
        target = ninja;
    else if (change == "revoke")
        target = idOf(*m_admin, "mira.kovac");

    const auto after = state();
    QCOMPARE(after.size(), before + 1);
    const auto found = m_admin->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1') and "
                                    "activityDisplayName eq '%2'"_s.arg(target, activity));
    QVERIFY(found.value().size() >= 1);
    const auto entry = found.first();
    QTEST(entry["category"_L1].toString(), "category");
    QCOMPARE(entry["loggedByService"_L1].toString(), u"Core Directory"_s);
    QCOMPARE(entry["result"_L1].toString(), u"success"_s);
    QCOMPARE(entry["initiatedBy"_L1]["user"_L1]["userPrincipalName"_L1].toString(), upn("mira.kovac"));
    QVERIFY(entry["id"_L1].toString().startsWith(u"Directory_"));
    QVERIFY(each(entry["targetResources"_L1].toArray(), "id").contains(target));
}

void tst_ContractDirectory::auditFilters_data()
{
    QTest::addColumn<QString>("filter");
    QTest::addColumn<bool>("found");
    QTest::newRow("contract 12: who by id") << u"initiatedBy/user/id eq '{mira}'"_s << true;
    QTest::newRow("contract 12: who by id, somebody else") << u"initiatedBy/user/id eq '{ada}'"_s << false;
    QTest::newRow("contract 12: who by name") << u"initiatedBy/user/userPrincipalName eq 'mira.kovac@contoso.demo'"_s << true;
    QTest::newRow("contract 12: target by id") << u"targetResources/any(t:t/id eq '{group}')"_s << true;
    QTest::newRow("contract 12: target by name") << u"targetResources/any(t:t/displayName eq 'Found'')')"_s << true;
    QTest::newRow("contract 12: no such target") << u"targetResources/any(t:t/id eq '{nobody}')"_s << false;
    QTest::newRow("contract 12: service") << u"loggedByService eq 'Core Directory'"_s << true;
    QTest::newRow("contract 12: other service") << u"loggedByService eq 'PIM'"_s << false;
    QTest::newRow("contract 12: category") << u"category eq 'GroupManagement' and result eq 'success'"_s << true;
    QTest::newRow("contract 12: other category") << u"category eq 'Policy'"_s << false;
    QTest::newRow("contract 12: activity") << u"activityDisplayName eq 'Add group'"_s << true;
    QTest::newRow("contract 12: activity begins") << u"startswith(activityDisplayName,'Add')"_s << true;
    QTest::newRow("contract 12: since") << u"activityDateTime ge {before} and activityDateTime le {after}"_s << true;
    QTest::newRow("contract 12: later") << u"activityDateTime ge {after}"_s << false;
    QTest::newRow("contract 12: correlation") << u"correlationId eq '{correlation}'"_s << true;
}

void tst_ContractDirectory::auditFilters()
{
    QFETCH(QString, filter);
    const auto group = m_admin->post(u"/groups"_s, with(groupBody(u"F"_s), {{u"displayName"_s, u"Found')"_s}})).text("id");
    const auto now = QDateTime::currentDateTimeUtc();
    const auto all = m_admin->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1')"_s.arg(group));
    QCOMPARE(all.value().size(), 1);
    const auto correlation = all.first()["correlationId"_L1].toString();
    filter.replace(u"{mira}"_s, idOf(*m_admin, "mira.kovac")).replace(u"{group}"_s, group);
    filter.replace(u"{before}"_s, now.addSecs(-60).toString(Qt::ISODate));
    filter.replace(u"{after}"_s, now.addSecs(60).toString(Qt::ISODate)).replace(u"{correlation}"_s, correlation);
    const auto answer =
        m_admin->get(u"/auditLogs/directoryAudits?$filter=%1&$orderby=activityDateTime desc&$top=100"_s.arg(fill(filter)));
    QCOMPARE(answer.status, 200);
    QTEST(each(answer.value(), "correlationId").contains(correlation), "found");
}

void tst_ContractDirectory::auditsAreLateAndForgotten()
{
    QCOMPARE(m_admin->control("POST", u"logs"_s, {{u"auditDelay"_s, u"PT5M"_s}}).status, 204);
    const auto group = newGroup(*m_admin, u"Late"_s);
    const auto seen = [&] {
        return m_admin->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1')"_s.arg(group))
            .value()
            .size();
    };
    QCOMPARE(seen(), 0);
    wait("PT4M");
    QCOMPARE(seen(), 0);
    wait("PT2M");
    QCOMPARE(seen(), 1);
    QCOMPARE(m_admin->control("POST", u"logs"_s, {{u"auditDelay"_s, u"soon"_s}}).status, 400);

    wait("P8D"); // contract 12: 30 days with a premium licence, 7 without
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(seen(), 1);
    manners({{u"licence"_s, u"none"_s}});
    QCOMPARE(seen(), 0);
    QCOMPARE(m_admin->get(u"/auditLogs/signIns?$top=1"_s).code(), u"Authentication_RequestFromNonPremiumTenantOrB2CTenant"_s);
    manners({{u"licence"_s, u"P1"_s}});
    QCOMPARE(seen(), 1);
    wait("P23D");
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(seen(), 0);
}

QTEST_GUILESS_MAIN(tst_ContractDirectory)
#include "tst_ContractDirectory.moc"
