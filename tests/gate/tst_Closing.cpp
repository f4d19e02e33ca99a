// Between the rows that open and those that close something happens: what may still be closed, and what is asked for it.
#include "gate/GateBench.h"
#include "gate/judge/OpenableWords.h"

#include <QSqlDatabase>
#include <QSqlQuery>

using namespace pimgate;
using namespace pimgate::test;

namespace {

const auto ninja = "NinjaOne";
const QString ninjaGroup = QStringLiteral("PIM-NinjaOne-Admins");

/// A gate that stands open, with the rows that would close it.
struct OpenBench : GateBench
{
    Result<RunResult> open(const QJsonObject &wished)
    {
        const auto blueprint = Blueprint::parse(QJsonDocument(wished).toJson());
        return blueprint ? open(*blueprint) : failure(blueprint.error());
    }
    Result<RunResult> open(const Blueprint &blueprint)
    {
        const auto planned = QCoro::waitFor(runner->plan(blueprint));
        if (!planned)
            return failure(planned.error());
        shown = *planned;
        QList<Change> opening;
        for (const Change &row : shown.toMake())
            (row.closing() ? closing : opening) << row;
        const auto begun = QCoro::waitFor(runner->begin(shown));
        if (!begun)
            return failure(begun.error());
        run = begun->id;
        const auto opened = QCoro::waitFor(runner->execute(run, shown, opening));
        policyId = policy(ninja)[QLatin1String("id")].toString();
        faultless = writes().size();
        return opened;
    }
    Result<RunResult> close(std::stop_token stop = {}) { return QCoro::waitFor(runner->execute(run, shown, closing, stop)); }
    QString policyPath() const { return QStringLiteral("/identity/conditionalAccess/policies/") + policyId; }
    QString groupId() const { return row("groups", "displayName", ninjaGroup)[QLatin1String("id")].toString(); }
    QString servicePrincipalPath() const
    {
        return QStringLiteral("/servicePrincipals/") + application(ninja)[QLatin1String("id")].toString();
    }
    /// A policy of that name beside ours, which an empty name stands for; it blocks nobody.
    QString rival(const QString &name, const QString &description) const
    {
        const QJsonObject ours = policy(ninja);
        QJsonObject body;
        for (const char *member : {"state", "conditions", "grantControls"})
            body.insert(QLatin1String(member), ours[QLatin1String(member)]);
        body.insert(QStringLiteral("state"), QStringLiteral("enabledForReportingButNotEnforced"));
        body.insert(QStringLiteral("displayName"), name.isEmpty() ? ours[QLatin1String("displayName")] : QJsonValue(name));
        body.insert(QStringLiteral("description"), description);
        return client->post(QStringLiteral("/identity/conditionalAccess/policies"), body).text("id");
    }
    /// The tenant as it would be had this policy been made so many seconds after ours, and with an id before or after it.
    void made(const QString &policy, int seconds, const QString &newId) const
    {
        QJsonObject all = QJsonDocument::fromJson(client->control("GET", QStringLiteral("state")).body).object();
        QJsonArray policies = all[QLatin1String("conditionalAccessPolicies")].toArray();
        QDateTime ours;
        for (const auto &one : policies)
            if (one[QLatin1String("id")] == policyId)
                ours = QDateTime::fromString(one[QLatin1String("createdDateTime")].toString(), Qt::ISODate);
        for (auto one : policies) {
            QJsonObject changed = one.toObject();
            if (changed[QLatin1String("id")] != policy)
                continue;
            changed.insert(QStringLiteral("createdDateTime"), ours.addSecs(seconds).toString(Qt::ISODate));
            changed.insert(QStringLiteral("id"), newId);
            one = changed;
        }
        all.insert(QStringLiteral("conditionalAccessPolicies"), policies);
        const auto answer =
            demotest::exchange("POST", QUrl(tenant->origin() + QStringLiteral("/demo/state")), QJsonDocument(all).toJson(),
                               {{"X-Demo-Key", tenant->controlKey().toUtf8()}, {"Content-Type", "application/json"}});
        QVERIFY2(answer.status == 204, answer.body.constData());
    }
    /// Where in all that was sent What-If was asked.
    QList<qsizetype> whatIfs() const
    {
        QList<qsizetype> places;
        const QList<QJsonObject> all = exchanges("?api=graph");
        for (qsizetype i = 0; i < all.size(); ++i)
            if (all[i][QLatin1String("path")].toString().endsWith(QLatin1String("/evaluate")))
                places << i;
        return places;
    }
    qsizetype lastOf(const char *method) const
    {
        const QList<QJsonObject> all = exchanges("?api=graph");
        qsizetype last = -1;
        for (qsizetype i = 0; i < all.size(); ++i)
            if (all[i][QLatin1String("method")] == QLatin1String(method))
                last = i;
        return last;
    }

    Plan shown;
    QList<Change> closing;
    QString policyId;
    qsizetype faultless = 0; ///< writes until then
};

using Meanwhile = void (*)(OpenBench &);

} // namespace

Q_DECLARE_METATYPE(Meanwhile)

/// Nothing that closes has left, and the gate is as open as it was.
#define STANDS_OPEN(bench)                                                                                                       \
    do {                                                                                                                         \
        QVERIFY(!(bench).kinds().contains(QStringLiteral("required")));                                                          \
        QVERIFY(!(bench).kinds().contains(QStringLiteral("policy:enabled")));                                                    \
        QVERIFY(!(bench).application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());                               \
    } while (false)

class tst_Closing : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nothingHappens();
    void itStaysOpen_data();
    void itStaysOpen();
    void somebodyMustOpenIt_data();
    void somebodyMustOpenIt();
    void theLaterOfTwoGoes_data();
    void theLaterOfTwoGoes();
    void theLaterOfTwoMayNotGo();
    void theLaterOfTwoIsNotNotedAsGone();
    void anArmedOneStays();
    void stoppedWhileMicrosoftIsAsked();
    void breakGlassThatCannotBeRead();
    void breakGlassThatIsNobody_data();
    void breakGlassThatIsNobody();
    void aRefusedActIsTheLast();
    void evidenceThatHasBecomeOld_data();
    void evidenceThatHasBecomeOld();
};

void tst_Closing::nothingHappens()
{
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    STANDS_OPEN(bench);
    QCOMPARE(bench.whatIfs().size(), 0);
    // One look ahead that fails is no reason: it is looked at again when it is due.
    bench.faults({GateBench::fault("GET", "/conditionalAccess/policies/", {{QStringLiteral("status"), 403}})});
    ENDS(bench.close(), "verified");
    QVERIFY(bench.faultsUsed());
    QCOMPARE(bench.whatIfs().size(), 4); // each of them once
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabled"));
}

void tst_Closing::itStaysOpen_data()
{
    QTest::addColumn<Meanwhile>("meanwhile");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, Error::Kind kind, const char *says, Meanwhile meanwhile) {
        QTest::newRow(name) << meanwhile << int(kind) << QString::fromUtf8(says);
    };
    row("the tenant does not let itself be read", Error::Kind::Denied, "", [](OpenBench &bench) {
        bench.faults({GateBench::fault("GET", "/conditionalAccess/policies(\\?|$)",
                                       {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 99}})});
    });
    row("the group is not assigned any more", Error::Kind::Differs, "is not there yet", [](OpenBench &bench) {
        const QString app = bench.application(ninja)[QLatin1String("id")].toString();
        const QString assignment = bench.rows("appRoleAssignments", "resourceId", app).first()[QLatin1String("id")].toString();
        QCOMPARE(bench.client->remove(bench.servicePrincipalPath() + QLatin1String("/appRoleAssignedTo/") + assignment).status,
                 204);
    });
    row("the policy is gone", Error::Kind::Differs, "is not there yet",
        [](OpenBench &bench) { QCOMPARE(bench.client->remove(bench.policyPath()).status, 204); });
    row("the policy is about another application, too", Error::Kind::Input, "is another one", [](OpenBench &bench) {
        const QJsonObject both{
            {QStringLiteral("includeApplications"), QJsonArray{bench.application(ninja)[QLatin1String("appId")],
                                                               bench.application("KaseyaOne")[QLatin1String("appId")]}}};
        const QJsonObject body{{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("applications"), both}}}};
        QCOMPARE(bench.client->patch(bench.policyPath(), body).status, 204);
    });
    row("security defaults come on", Error::Kind::Input, "Security defaults are on", [](OpenBench &bench) {
        const QString scope = QStringLiteral("Policy.ReadWrite.SecurityDefaults");
        demotest::DemoClient person(bench.tenant->cloudFile());
        person.consent(scope);
        person.signIn(QStringLiteral("bg1@contosodemo.onmicrosoft.com"), {}, scope + QStringLiteral(" Policy.Read.All"));
        QCOMPARE(person
                     .patch(QStringLiteral("/policies/identitySecurityDefaultsEnforcementPolicy"),
                            {{QStringLiteral("isEnabled"), true}})
                     .status,
                 204);
    });
    row("the policy is switched off", Error::Kind::Changed, "The tenant changed meanwhile: State of the policy",
        [](OpenBench &bench) {
            QCOMPARE(bench.client->patch(bench.policyPath(), {{QStringLiteral("state"), QStringLiteral("disabled")}}).status,
                     204);
        });
}

void tst_Closing::itStaysOpen()
{
    QFETCH(Meanwhile, meanwhile);
    QFETCH(int, kind);
    QFETCH(QString, says);
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    meanwhile(bench);
    const auto done = bench.close();
    bench.faults({});
    QVERIFY(!done);
    QCOMPARE(int(done.error().kind), kind);
    QVERIFY2(done.error().message.contains(says), qPrintable(done.error().message));
    STANDS_OPEN(bench);
}

void tst_Closing::somebodyMustOpenIt_data()
{
    QTest::addColumn<QString>("eligible"); // by hand, nobody by the blueprint
    QTest::addColumn<bool>("pending");
    QTest::addColumn<bool>("going");
    QTest::addColumn<bool>("closes");
    const QString sam = QStringLiteral("sam.porter");
    QTest::newRow("nobody is eligible") << QString() << false << false << false;
    QTest::newRow("somebody is") << sam << false << false << true;
    QTest::newRow("somebody is not yet") << sam << true << false << false;
    QTest::newRow("somebody is, and shall not be") << sam << false << true << false;
}

/// A gate of a wizard that has not come to people yet.
void tst_Closing::somebodyMustOpenIt()
{
    QFETCH(QString, eligible);
    QFETCH(bool, pending);
    QFETCH(bool, going);
    QFETCH(bool, closes);
    OpenBench bench;
    GATE_READY(bench);
    const QString group = demotest::newGroup(*bench.client, QStringLiteral("Own group"));
    if (pending)
        bench.client->control("POST", QStringLiteral("pim"), {{QStringLiteral("provisioning"), QStringLiteral("P1D")}});
    if (!eligible.isEmpty())
        QCOMPARE(demotest::askPim(*bench.client, "eligibility", "adminAssign", group, bench.id(qPrintable(eligible)),
                                  demotest::lasting("P20D"))
                     .status,
                 201);
    QJsonObject wish = bench.wish(ninja, true);
    wish.insert(QStringLiteral("group"), QJsonObject{{QStringLiteral("existing"), group}});
    auto blueprint = Blueprint::parse(QJsonDocument(wish).toJson());
    QVERIFY(blueprint);
    blueprint->eligible.clear();
    blueprint->removeOtherEligibles = going;
    const auto opened = bench.open(*blueprint);
    QVERIFY2(opened, told(opened).constData());
    const auto done = bench.close();
    if (closes) {
        ENDS(done, "verified");
        return;
    }
    QVERIFY2(done && done->nobodyCanOpen(), told(done).constData());
    const QString why = noPathSentence(*done->openable);
    QVERIFY2(why.contains(pending ? QStringLiteral("Sam Porter (the eligibility is not in force yet)")
                                  : QStringLiteral("nobody is eligible")),
             qPrintable(why));
    STANDS_OPEN(bench);
    QCOMPARE(bench.writes().size(), bench.faultless);
}

void tst_Closing::theLaterOfTwoGoes_data()
{
    QTest::addColumn<QString>("name"); // empty: as ours
    QTest::addColumn<QString>("description");
    QTest::addColumn<int>("seconds"); // after ours
    QTest::addColumn<QString>("id");
    QTest::addColumn<bool>("goes");
    const QString mark = QLatin1String(policyMark) + QStringLiteral("deadbeef"), same;
    const QString first = QStringLiteral("00000000-0000-4000-8000-000000000001");
    const QString last = QStringLiteral("ffffffff-ffff-4fff-bfff-ffffffffffff");
    QTest::newRow("older") << same << mark << -2 << last << true;
    QTest::newRow("younger") << same << mark << 2 << first << false;
    QTest::newRow("of the same second, first by its id") << same << mark << 0 << first << true;
    QTest::newRow("of the same second, last by its id") << same << mark << 0 << last << false;
    QTest::newRow("older, of another name") << QStringLiteral("PIM only: else") << mark << -2 << first << false;
    QTest::newRow("older, of the security team") << same << QStringLiteral("Ours") << -2 << first << false;
}

/// Two operators made the same policy side by side.
void tst_Closing::theLaterOfTwoGoes()
{
    QFETCH(QString, name);
    QFETCH(QString, description);
    QFETCH(int, seconds);
    QFETCH(QString, id);
    QFETCH(bool, goes);
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    const QString rival = bench.rival(name, description);
    QVERIFY(!rival.isEmpty());
    bench.made(rival, seconds, id);
    const auto done = bench.close();
    QVERIFY(!bench.row("conditionalAccessPolicies", "id", id).isEmpty());
    QCOMPARE(bench.row("conditionalAccessPolicies", "id", bench.policyId).isEmpty(), goes);
    if (!goes) {
        ENDS(done, "verified");
        return;
    }
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Changed);
    QVERIFY2(done.error().message.contains(QLatin1String("so ours was removed again")), qPrintable(done.error().message));
    STANDS_OPEN(bench);
    const auto record = QCoro::waitFor(bench.history->run(bench.run));
    QCOMPARE(record->ids.policyId, QString());
}

void tst_Closing::theLaterOfTwoMayNotGo()
{
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    const QString rival = bench.rival({}, QLatin1String(policyMark) + QStringLiteral("deadbeef"));
    bench.made(rival, -2, rival);
    // A description that somebody has put right is not ours any more, whatever the name.
    const QString mine = bench.policy(ninja)[QLatin1String("description")].toString();
    const auto describe = [&bench](const QString &text) {
        return bench.client->patch(bench.policyPath(), {{QStringLiteral("description"), text}}).status;
    };
    bench.faults({GateBench::fault("DELETE", "/conditionalAccess/policies/",
                                   {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 99}})});
    const auto refused = bench.close();
    bench.faults({});
    QVERIFY(!refused);
    QCOMPARE(refused.error().status, 403);
    STANDS_OPEN(bench);
    QCOMPARE(describe(mine + QStringLiteral(", kept by the security team")), 204);
    ENDS(bench.close(), "verified");
    QVERIFY(!bench.row("conditionalAccessPolicies", "id", bench.policyId).isEmpty());
}

void tst_Closing::theLaterOfTwoIsNotNotedAsGone()
{
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    const QString rival = bench.rival({}, QLatin1String(policyMark) + QStringLiteral("deadbeef"));
    bench.made(rival, -2, rival);
    bench.faults({GateBench::fault("DELETE", "/conditionalAccess/policies/", {{QStringLiteral("delayMs"), 400}})});
    whenFaultsAreUsed(bench, [&bench] { // the disk says no from here on
        QSqlDatabase file = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("spoiler"));
        file.setDatabaseName(bench.folders.back()->path() + QStringLiteral("/history.sqlite"));
        QVERIFY(file.open());
        QSqlQuery spoil(file);
        QVERIFY(spoil.exec(QStringLiteral("CREATE TRIGGER spoiled BEFORE UPDATE ON run BEGIN SELECT RAISE(ABORT, 'full'); END")));
    });
    const auto done = bench.close();
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Storage);
    STANDS_OPEN(bench);
}

/// What is enforced already is never removed for an older one.
void tst_Closing::anArmedOneStays()
{
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    ENDS(bench.close(), "verified");
    const QString rival = bench.rival({}, QLatin1String(policyMark) + QStringLiteral("deadbeef"));
    bench.made(rival, -2, rival);
    QCOMPARE(bench.client->patch(bench.servicePrincipalPath(), {{QStringLiteral("appRoleAssignmentRequired"), false}}).status,
             204);
    ENDS(QCoro::waitFor(bench.runner->resume(bench.run)), "verified");
    QVERIFY(bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
    QCOMPARE(bench.row("conditionalAccessPolicies", "id", bench.policyId)[QLatin1String("state")].toString(),
             QStringLiteral("enabled"));
}

void tst_Closing::stoppedWhileMicrosoftIsAsked()
{
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    bench.faults({GateBench::fault("POST", "/evaluate$", {{QStringLiteral("delayMs"), 400}})});
    std::stop_source stop;
    whenFaultsAreUsed(bench, [&stop] { stop.request_stop(); });
    const auto done = bench.close(stop.get_token());
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Cancelled);
    STANDS_OPEN(bench);
    const auto record = QCoro::waitFor(bench.history->run(bench.run));
    QVERIFY(!record->result.contains(QStringLiteral("evidence"))); // no answer is no evidence against anybody
}

void tst_Closing::breakGlassThatCannotBeRead()
{
    OpenBench bench;
    GATE_READY(bench);
    const QString group = demotest::newGroup(*bench.client, QStringLiteral("Emergency access"));
    QJsonObject wish = bench.wish(ninja, true), policy = wish[QLatin1String("conditionalAccess")].toObject();
    policy.insert(QStringLiteral("breakGlass"), QJsonArray{QStringLiteral("group:Emergency access")});
    wish.insert(QStringLiteral("conditionalAccess"), policy);
    ENDS(bench.open(wish), "verified");
    bench.faults({GateBench::fault("GET", qPrintable(QStringLiteral("/groups/%1/members").arg(group)),
                                   {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 99}})});
    const auto done = bench.close();
    QVERIFY(!done);
    QCOMPARE(done.error().status, 403);
    STANDS_OPEN(bench);
}

void tst_Closing::breakGlassThatIsNobody_data()
{
    QTest::addColumn<bool>("refused");
    QTest::newRow("refused in writing") << true;
    QTest::newRow("an empty group") << false;
}

void tst_Closing::breakGlassThatIsNobody()
{
    QFETCH(bool, refused);
    OpenBench bench;
    GATE_READY(bench);
    demotest::newGroup(*bench.client, QStringLiteral("Emergency access"));
    QJsonObject wish = bench.wish(ninja, true), policy = wish[QLatin1String("conditionalAccess")].toObject();
    policy.insert(QStringLiteral("breakGlass"), refused ? QJsonArray() : QJsonArray{QStringLiteral("group:Emergency access")});
    if (refused)
        policy.insert(QStringLiteral("breakGlassRefusal"),
                      QJsonObject{{QStringLiteral("by"), QStringLiteral("Mira Kovac")},
                                  {QStringLiteral("reason"), QStringLiteral("There are none in this tenant.")}});
    wish.insert(QStringLiteral("conditionalAccess"), policy);
    ENDS(bench.open(wish), "verified");
    const auto done = bench.close();
    if (refused) {
        ENDS(done, "verified");
        QCOMPARE(bench.whatIfs().size(), 3);
        return;
    }
    ENDS(done, "reportOnly");
    QVERIFY2(done->evidence->problem.contains(QLatin1String("protects nobody")), qPrintable(done->evidence->problem));
    STANDS_OPEN(bench);
}

void tst_Closing::aRefusedActIsTheLast()
{
    OpenBench bench;
    GATE_READY(bench);
    ENDS(bench.open(bench.wish(ninja, true)), "verified");
    bench.faults(
        {GateBench::fault("PATCH", "/servicePrincipals/", {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 99}})});
    const auto done = bench.close();
    QVERIFY(!done);
    QCOMPARE(done.error().status, 403);
    QVERIFY(!bench.kinds().contains(QStringLiteral("policy:enabled")));
}

void tst_Closing::evidenceThatHasBecomeOld_data()
{
    QTest::addColumn<bool>("enabled");
    QTest::addColumn<bool>("old");
    QTest::addColumn<QJsonObject>("trouble"); // that the second asking meets
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("rounds"); // of asking
    QTest::addColumn<QString>("ends");
    const QJsonObject none, refused{{QStringLiteral("status"), 403}, {QStringLiteral("times"), 99}};
    const QString members = QStringLiteral("/members"), evaluate = QStringLiteral("/evaluate$");
    QTest::newRow("it has not") << true << false << none << evaluate << 1 << QStringLiteral("verified");
    QTest::newRow("asked again") << true << true << none << evaluate << 2 << QStringLiteral("verified");
    QTest::newRow("no answer then") << true << true << refused << evaluate << 2 << QStringLiteral("reportOnly");
    QTest::newRow("whom to ask is not known then") << true << true << refused << members << 1 << QString();
    QTest::newRow("report-only") << false << true << none << evaluate << 0 << QStringLiteral("verified");
}

/// Taking many assignments away may take longer than the answer of What-If is good for.
void tst_Closing::evidenceThatHasBecomeOld()
{
    QFETCH(bool, enabled);
    QFETCH(bool, old);
    QFETCH(QJsonObject, trouble);
    QFETCH(QString, path);
    QFETCH(int, rounds);
    QFETCH(QString, ends);
    OpenBench bench;
    GATE_READY(bench);
    const QString group = demotest::newGroup(*bench.client, QStringLiteral("Emergency access"));
    const QString account = bench.client->get(QStringLiteral("/users/") + bench.breakGlass()).text("id");
    const QJsonObject member{
        {QStringLiteral("@odata.id"), bench.cloud.graphUrl(QStringLiteral("/directoryObjects/") + account).toString()}};
    QCOMPARE(bench.client->post(QStringLiteral("/groups/%1/members/$ref").arg(group), member).status, 204);
    QJsonObject wish = bench.wish("KaseyaOne", enabled), policy = wish[QLatin1String("conditionalAccess")].toObject();
    policy.insert(QStringLiteral("breakGlass"), QJsonArray{QStringLiteral("group:Emergency access")});
    wish.insert(QStringLiteral("conditionalAccess"), policy);
    wish.insert(QStringLiteral("assignment"), QJsonObject{{QStringLiteral("appRole"), QStringLiteral("Administrator")},
                                                          {QStringLiteral("otherAssignments"), QStringLiteral("remove")}});
    ENDS(bench.open(wish), "verified");
    const qsizetype asked = bench.whatIfs().size();
    // In the middle of it.
    bench.faults({GateBench::fault("DELETE", "/appRoleAssignedTo/", {{QStringLiteral("delayMs"), 300}})});
    whenFaultsAreUsed(bench, [&] {
        if (old)
            bench.client->advance(QStringLiteral("PT6M"));
        if (!trouble.isEmpty())
            bench.faults({GateBench::fault(
                "^(GET|POST)$",
                qPrintable(path.startsWith(QLatin1String("/members")) ? QStringLiteral("/groups/%1/members").arg(group) : path),
                trouble)});
    });
    const auto done = bench.close();
    QCOMPARE(bench.whatIfs().size(), asked + 4 * rounds);
    if (rounds == 2) // not before it is due
        QVERIFY(bench.whatIfs().at(asked + 4) > bench.lastOf("DELETE"));
    QCOMPARE(bench.kinds().count(QStringLiteral("unassign")), 4);
    QCOMPARE(bench.policyState("KaseyaOne") == QLatin1String("enabled"), enabled && ends == QLatin1String("verified"));
    if (ends.isEmpty()) {
        QVERIFY(!done);
        QCOMPARE(done.error().status, 403);
        return;
    }
    QVERIFY2(done, told(done).constData());
    QCOMPARE(nameOf(done->state), ends);
}

QTEST_GUILESS_MAIN(tst_Closing)
#include "tst_Closing.moc"
