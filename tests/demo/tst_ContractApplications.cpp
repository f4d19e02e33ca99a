#include "demo/DirectoryBench.h"

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;

/// The contract on enterprise applications, row by row: section 5.
class tst_ContractApplications : public DirectoryBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }

    void applicationChange_data();
    void applicationChange();

    void assignmentRefused_data();
    void assignmentRefused();
    void assignments();

    void provisioningJobs();
};

// --------------------------------------------------------------------------------------------------------- 5.2 change

void tst_ContractApplications::applicationChange_data()
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
        QTest::newRow(fixed) << QJsonObject{{QLatin1String(fixed), kNobody}} << readOnly(fixed);
}

void tst_ContractApplications::applicationChange()
{
    QFETCH(QJsonObject, body);
    QFETCH(QString, refusal);
    const auto path = u"/servicePrincipals/"_s + spId("NinjaOne");
    const auto before = state();
    const auto answer = m_admin->patch(path, body);
    QCOMPARE(answer.status, refusal.isEmpty() ? 204 : 400);
    QCOMPARE(answer.message(), refusal);
    const auto name = body.keys().first();
    if (refusal.isEmpty())
        QCOMPARE(m_admin->get(path).json()[name], body[name]);
    else
        QCOMPARE(state(), before);
}

// --------------------------------------------------------------------------------------------------------- 5.3 assign

void tst_ContractApplications::assignmentRefused_data()
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
    row("contract 5.3: default role, no user roles", "P2", "group", ninja, kZeros, 201, none, none);
    row("contract 5.3: a user", "P2", "user", ninja, kZeros, 201, none, none);
    row("contract 5.3: a user needs no licence", "none", "user", ninja, kZeros, 201, none, none);
    row("contract 5.3: a group needs P1", "none", "group", ninja, kZeros, 403, u"Authorization_RequestDenied"_s, none);
    row("contract 5.3: P1 is enough", "P1", "group", ninja, kZeros, 201, none, none);
    row("contract 5.3: one of the roles", "P2", "group", kaseya, u"user"_s, 201, none, none);
    row("contract 5.3: kZeros where there are roles", "P2", "group", kaseya, kZeros, 400, kBadRequest, missing);
    row("contract 5.3: a role that is off", "P2", "group", kaseya, u"disabled"_s, 400, kBadRequest, missing);
    row("contract 5.3: a role of nobody", "P2", "group", kaseya, kNobody, 400, kBadRequest, missing);
    row("contract 5.3: unknown principal", "P2", "nobody", ninja, kZeros, 404, u"Request_ResourceNotFound"_s,
        u"Resource '%1' does not exist or one of its queried reference-property objects are not present."_s.arg(kNobody));
    row("contract 5.3: not a security group", "P2", "mail", ninja, kZeros, 400, kBadRequest, none);
    row("contract 5.3: Microsoft 365 with security", "P2", "unified", ninja, kZeros, 201, none, none);
}

void tst_ContractApplications::assignmentRefused()
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
    auto id = kNobody;
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
    const auto before = state();
    const auto answer = m_admin->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(sp), assignmentBody(id, sp, role));
    QTEST(answer.status, "status");
    QTEST(answer.code(), "code");
    QVERIFY2(answer.message().startsWith(message), qPrintable(answer.message()));
    if (answer.status != 201)
        QCOMPARE(state(), before);
}

void tst_ContractApplications::assignments()
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

// --------------------------------------------------------------------------------------------------- 5.5 provisioning

void tst_ContractApplications::provisioningJobs()
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

QTEST_GUILESS_MAIN(tst_ContractApplications)
#include "tst_ContractApplications.moc"
