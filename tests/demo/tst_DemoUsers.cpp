#include "demo/DirectoryBench.h"

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString kAll = u"User.ReadWrite.All"_s;
const QString kBin = u"/directory/deletedItems/"_s;
const QJsonObject kOff{{u"accountEnabled"_s, false}};
const QJsonObject kOn{{u"accountEnabled"_s, true}};

} // namespace

/// What an administrator does to people: disable, enable, delete, restore; who may, and what becomes of their access.
class tst_DemoUsers : public DirectoryBench
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start(); }
    void cleanup() { end(); }

    void whoMay_data();
    void whoMay();
    void refusesBodies_data();
    void refusesBodies();
    void disabledCannotSignIn();
    void tokensEndWithTheAccount();
    void auditTellsWho();
    void deletedAndRestored();
    void restoredOnlyToWhatIsThere();
    void goneAfterThirtyDays();

private:
    DemoClient administrator(const char *role, const QString &scopes = kAll + u" Group.ReadWrite.All"_s) const
    {
        const auto person = upn("rosa.jimenez");
        manners({{u"roles"_s, QJsonObject{{person, QJsonArray{QLatin1String(role)}}}}});
        if (m_admin->consent(kAll + u" User.EnableDisableAccount.All"_s).status != 204)
            qWarning("no consent");
        return signedIn(person, scopes);
    }
    QString signInProblem(const char *name) const { return DemoClient(m_tenant->cloudFile()).signIn(upn(name)); }
    QString user(const char *name) const { return idOf(*m_admin, name); }
};

void tst_DemoUsers::whoMay_data()
{
    QTest::addColumn<QByteArray>("role");
    QTest::addColumn<QString>("scopes");
    QTest::addColumn<QString>("whom");
    QTest::addColumn<bool>("may");
    const auto row = [](const char *role, const QString &scopes, const char *whom, bool may) {
        QTest::newRow(qPrintable(u"%1, %2, %3"_s.arg(QLatin1String(role), scopes, QLatin1String(whom))))
            << QByteArray(role) << scopes << upn(whom) << may;
    };
    row("User Administrator", kAll, "sam.porter", true);
    row("User Administrator", kAll, "valeria.conti", true); // Groups Administrator: no weight
    row("User Administrator", kAll, "olga.ivanova", false); // Security Reader
    row("User Administrator", kAll, "mira.kovac", false);   // Privileged Role Administrator
    row("User Administrator", kAll, "jonas.weber", false);  // in a role-assignable group
    row("User Administrator", kAll, "priya.raman", false);  // owns one
    row("Privileged Authentication Administrator", kAll, "olga.ivanova", true);
    row("Privileged Authentication Administrator", kAll, "jonas.weber", true);
    row("Global Administrator", kAll, "olga.ivanova", true);
    row("Groups Administrator", kAll, "sam.porter", false);
    row("Privileged Role Administrator", kAll, "sam.porter", false);
    row("User Administrator", u"User.Read.All"_s, "sam.porter", false);
    row("Global Administrator", u"User.Read.All"_s, "sam.porter", false);
}

/// Disable, enable, delete and restore ask for the same rights.
void tst_DemoUsers::whoMay()
{
    QFETCH(QByteArray, role);
    QFETCH(QString, scopes);
    QFETCH(QString, whom);
    QFETCH(bool, may);
    const auto strong = newGroup(*m_admin, u"Strong"_s, true);
    QVERIFY(!strong.isEmpty());
    QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(strong), {{u"@odata.id"_s, reference(user("jonas.weber"))}}).status,
             204);
    QCOMPARE(m_admin->post(u"/groups/%1/owners/$ref"_s.arg(strong), {{u"@odata.id"_s, reference(user("priya.raman"))}}).status,
             204);
    const auto target = m_admin->get(u"/users/"_s + whom).text("id");
    const auto before = state();
    const auto actor = administrator(role.constData(), scopes);
    const auto path = u"/users/"_s + target;
    const auto holds = [&](const Answer &answer, int good) {
        return may ? answer.status == good : answer.status == 403 && answer.code() == u"Authorization_RequestDenied";
    };
    QVERIFY(holds(actor.patch(path, kOff), 204));
    QVERIFY(holds(actor.patch(path, kOn), 204));
    QVERIFY(holds(actor.remove(path), 204));
    if (!may)
        QCOMPARE(m_admin->get(path).status, 200);
    const auto helper = signedIn(u"bg1@contosodemo.onmicrosoft.com"_s, kAll);
    if (!may)
        QCOMPARE(helper.remove(path).status, 204);
    QVERIFY(holds(actor.send("POST", kBin + target + u"/restore"_s), 200));
    QVERIFY(state() != before);
}

void tst_DemoUsers::refusesBodies_data()
{
    QTest::addColumn<QJsonObject>("body");
    QTest::addColumn<QString>("says");
    QTest::newRow("no boolean") << QJsonObject{{u"accountEnabled"_s, u"no"_s}} << u"'accountEnabled'"_s;
    QTest::newRow("null") << QJsonObject{{u"accountEnabled"_s, QJsonValue()}} << u"'accountEnabled'"_s;
    QTest::newRow("unknown") << QJsonObject{{u"accountEnable"_s, false}} << u"'accountEnable'"_s;
    QTest::newRow("another member") << QJsonObject{{u"accountEnabled"_s, false}, {u"displayName"_s, u"x"_s}}
                                    << u"'displayName'"_s;
}

void tst_DemoUsers::refusesBodies()
{
    QFETCH(QJsonObject, body);
    QFETCH(QString, says);
    auto actor = administrator("User Administrator");
    actor.sendsNonsense = true;
    const auto before = state();
    const auto refused = actor.patch(u"/users/"_s + upn("sam.porter"), body);
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.code(), kBadRequest);
    QVERIFY2(refused.message().contains(says), qPrintable(refused.message()));
    QCOMPARE(actor.patch(u"/users/"_s + kNobody, kOff).code(), u"Request_ResourceNotFound"_s);
    QCOMPARE(state(), before);
}

void tst_DemoUsers::disabledCannotSignIn()
{
    // The least that is enough: to switch accounts and to see them.
    const auto actor = administrator("User Administrator", u"User.EnableDisableAccount.All User.Read.All"_s);
    const auto before = state();
    const auto path = u"/users/"_s + upn("ada.lindqvist");
    QCOMPARE(actor.patch(path, kOff).status, 204);
    QVERIFY(!m_admin->get(path + u"?$select=accountEnabled"_s).json()["accountEnabled"_L1].toBool(true));
    QVERIFY2(signInProblem("ada.lindqvist").contains(u"AADSTS50057"), qPrintable(signInProblem("ada.lindqvist")));
    // Still in her groups.
    QVERIFY(memberIds(*m_admin, groupId("Service Desk")).contains(user("ada.lindqvist")));
    QCOMPARE(actor.patch(path, kOn).status, 204);
    QCOMPARE(signInProblem("ada.lindqvist"), QString());
    QVERIFY(state() != before); // the log
    // Seeing is needed too.
    const auto blind = administrator("User Administrator", u"User.EnableDisableAccount.All"_s);
    QCOMPARE(blind.patch(path, kOff).status, 403);
}

/// A client that understands revocation hears of it at once, whether the account was disabled or deleted.
void tst_DemoUsers::tokensEndWithTheAccount()
{
    const auto actor = administrator("User Administrator");
    const auto ada = signedIn(upn("ada.lindqvist"));
    const auto path = u"/users/"_s + user("ada.lindqvist");
    QCOMPARE(ada.get(u"/me"_s).status, 200);
    QCOMPARE(actor.patch(path, kOff).status, 204);
    QCOMPARE(ada.get(u"/me"_s).status, 401);
    QVERIFY(ada.get(u"/me"_s).header("WWW-Authenticate").contains("insufficient_claims"));
    QCOMPARE(actor.patch(path, kOn).status, 204);
    QCOMPARE(ada.get(u"/me"_s).status, 200);
    QCOMPARE(actor.remove(path).status, 204);
    QCOMPARE(ada.get(u"/me"_s).status, 401);
    QVERIFY2(signInProblem("ada.lindqvist").contains(u"AADSTS50034"), qPrintable(signInProblem("ada.lindqvist")));
}

void tst_DemoUsers::auditTellsWho()
{
    const auto actor = administrator("User Administrator");
    const auto sam = user("sam.porter");
    QCOMPARE(actor.patch(u"/users/"_s + sam, kOff).status, 204);
    QCOMPARE(actor.patch(u"/users/"_s + sam, kOff).status, 204); // nothing changed
    QCOMPARE(actor.patch(u"/users/"_s + sam, kOn).status, 204);
    const auto rows = m_admin
                          ->get(u"/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '%1')"
                                "&$orderby=activityDateTime desc&$top=10"_s.arg(sam))
                          .value();
    auto names = each(rows, "activityDisplayName");
    names.sort();
    QCOMPARE(names, (QStringList{u"Disable account"_s, u"Enable account"_s}));
    for (const auto &row : rows) {
        QCOMPARE(row["initiatedBy"_L1]["user"_L1]["userPrincipalName"_L1].toString(), upn("rosa.jimenez"));
        QCOMPARE(row["targetResources"_L1][0]["modifiedProperties"_L1][0]["displayName"_L1].toString(), u"AccountEnabled"_s);
    }
}

/// Deleted, a person is nowhere; restored, he is where a hand had put him, and not where PIM had.
void tst_DemoUsers::deletedAndRestored()
{
    const auto actor = administrator("Global Administrator");
    const auto gate = newGroup(*m_admin, u"PIM-Gate"_s);
    const auto valeria = user("valeria.conti");
    const auto mine = newGroup(*m_admin, u"Valeria's"_s);
    QCOMPARE(m_admin->post(u"/groups/%1/owners/$ref"_s.arg(mine), {{u"@odata.id"_s, reference(valeria)}}).status, 204);
    QCOMPARE(m_admin
                 ->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(spId("NinjaOne")),
                        assignmentBody(valeria, spId("NinjaOne"),
                                       [&] {
                                           return m_admin->get(u"/servicePrincipals/"_s + spId("NinjaOne"))
                                               .json()["appRoles"_L1][0]["id"_L1]
                                               .toString(kZeros);
                                       }()))
                 .status,
             201);
    const auto access = [&] {
        const auto owners = each(m_admin->get(u"/groups/%1/owners"_s.arg(mine)).value(), "id");
        const auto assigned = each(
            m_admin->get(u"/servicePrincipals/%1/appRoleAssignedTo?$top=999"_s.arg(spId("NinjaOne"))).value(), "principalId");
        const auto roles =
            m_admin->get(u"/roleManagement/directory/roleAssignments?$filter=principalId eq '%1'"_s.arg(valeria)).value();
        return QList<bool>{memberIds(*m_admin, groupId("Service Desk")).contains(valeria), owners.contains(valeria),
                           assigned.contains(valeria), !roles.isEmpty()};
    };
    QCOMPARE(access(), (QList<bool>{true, true, true, true}));
    const auto before = QJsonDocument::fromJson(state()).object();
    QCOMPARE(
        askPim(*m_admin, "eligibility", "adminAssign", gate, valeria, lasting("P90D"), {{u"justification"_s, u"Ticket 4711"_s}})
            .status,
        201);
    const auto activated = askPim(signedIn(upn("valeria.conti")), "assignment", "selfActivate", gate, valeria, lasting("PT1H"),
                                  {{u"justification"_s, u"Ticket 4712"_s}});
    QCOMPARE(activated.status, 201);
    QVERIFY(memberIds(*m_admin, gate).contains(valeria));

    QCOMPARE(actor.remove(u"/users/"_s + valeria).status, 204);
    QCOMPARE(m_admin->get(u"/users/"_s + valeria).status, 404);
    QCOMPARE(access(), (QList<bool>{false, false, false, false}));
    QVERIFY(!memberIds(*m_admin, gate).contains(valeria));
    for (const char *set :
         {"eligibilitySchedules", "eligibilityScheduleInstances", "assignmentSchedules", "assignmentScheduleInstances"})
        QCOMPARE(m_admin->get(kPim + QLatin1String(set) + u"?$filter=groupId eq '%1'"_s.arg(gate)).value().size(), 0);
    const auto item = actor.get(kBin + valeria + u"?$select=id,deletedDateTime"_s);
    QCOMPARE(item.status, 200);
    QVERIFY(!item.text("deletedDateTime").isEmpty());
    QVERIFY(!item.body.contains("\"_"));
    QCOMPARE(each(actor.get(kBin + u"microsoft.graph.user"_s).value(), "id"), QStringList{valeria});

    const auto restored = actor.send("POST", kBin + valeria + u"/restore"_s);
    QCOMPARE(restored.status, 200);
    QCOMPARE(restored.text("id"), valeria);
    QCOMPARE(actor.get(kBin + valeria).status, 404);
    QCOMPARE(access(), (QList<bool>{true, true, true, true}));
    QVERIFY(!memberIds(*m_admin, gate).contains(valeria)); // the activation ended
    const auto after = QJsonDocument::fromJson(state()).object();
    for (const auto &table :
         {u"users"_s, u"groupMembers"_s, u"groupOwners"_s, u"appRoleAssignments"_s, u"roleAssignments"_s, u"roleEligibilities"_s})
        QCOMPARE(after[table], before[table]);
    QCOMPARE(signInProblem("valeria.conti"), QString());
}

void tst_DemoUsers::restoredOnlyToWhatIsThere()
{
    const auto actor = administrator("Global Administrator");
    const auto sam = user("sam.porter");
    const auto group = newGroup(*m_admin, u"Short-lived"_s);
    QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(sam)}}).status, 204);
    QCOMPARE(actor.remove(u"/users/"_s + sam).status, 204);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(actor.send("POST", kBin + sam + u"/restore"_s).status, 200);
    QVERIFY(!each(m_admin->get(u"/users/%1/memberOf"_s.arg(sam)).value(), "id").contains(group));
    QCOMPARE(m_admin->send("POST", kBin + group + u"/restore"_s).status, 200);
    QVERIFY(!memberIds(*m_admin, group).contains(sam));
    // The other way round: a group comes back without the people who are gone meanwhile.
    QCOMPARE(m_admin->post(u"/groups/%1/members/$ref"_s.arg(group), {{u"@odata.id"_s, reference(sam)}}).status, 204);
    QCOMPARE(m_admin->remove(u"/groups/"_s + group).status, 204);
    QCOMPARE(actor.remove(u"/users/"_s + sam).status, 204);
    QCOMPARE(m_admin->send("POST", kBin + group + u"/restore"_s).status, 200);
    QVERIFY(!state().contains(QByteArray("\"%1\":[\"%2\"]").replace("%1", group.toLatin1()).replace("%2", sam.toLatin1())));
}

void tst_DemoUsers::goneAfterThirtyDays()
{
    const auto sam = user("sam.porter");
    QCOMPARE(administrator("User Administrator").remove(u"/users/"_s + sam).status, 204);
    wait("P29D");
    const auto late = administrator("User Administrator");
    QCOMPARE(late.get(kBin + sam).status, 200);
    QCOMPARE(m_admin->advance(u"P1D"_s).status, 200);
    const auto later = administrator("User Administrator");
    QCOMPARE(later.send("POST", kBin + sam + u"/restore"_s).code(), u"Request_ResourceNotFound"_s);
}

QTEST_GUILESS_MAIN(tst_DemoUsers)
#include "tst_DemoUsers.moc"
