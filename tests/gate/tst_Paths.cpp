// Nothing that takes access away is sent while nobody, by name, can open the gate: each lack alone, in both states of the
// policy, and behind the runner's back.
#include "gate/GateBench.h"
#include "gate/judge/OpenableWords.h"

using namespace pimgate;
using namespace pimgate::test;
using demotest::upn;

namespace {

/// Changes what is wanted, or the tenant before the run.
using Spoil = void (*)(GateBench &, QJsonObject &wish);

void put(QJsonObject &wish, const char *part, const char *member, const QJsonValue &value)
{
    QJsonObject whole = wish[QLatin1String(part)].toObject();
    whole.insert(QLatin1String(member), value);
    wish.insert(QLatin1String(part), whole);
}

void eligible(QJsonObject &wish, const QJsonArray &people)
{
    QJsonArray list;
    for (const auto &one : people)
        list << QJsonObject{{QStringLiteral("principal"), one}};
    put(wish, "pim", "eligible", list);
}

void approvers(QJsonObject &wish, const QJsonArray &people)
{
    put(wish, "pim", "activation",
        QJsonObject{{QStringLiteral("maximumDuration"), QStringLiteral("PT2H")}, {QStringLiteral("approvers"), people}});
}

void block(GateBench &bench, const QJsonObject &users)
{
    const QString appId = bench.application("NinjaOne")[QLatin1String("appId")].toString();
    const QJsonObject conditions{
        {QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
        {QStringLiteral("applications"), QJsonObject{{QStringLiteral("includeApplications"), QJsonArray{appId}}}},
        {QStringLiteral("users"), users}};
    const auto made =
        bench.client->post(QStringLiteral("/identity/conditionalAccess/policies"),
                           {{QStringLiteral("displayName"), QStringLiteral("Somebody's block")},
                            {QStringLiteral("state"), QStringLiteral("enabled")},
                            {QStringLiteral("conditions"), conditions},
                            {QStringLiteral("grantControls"),
                             QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                         {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("block")}}}}});
    QCOMPARE(made.status, 201);
}

QString groupOf(GateBench &bench, const char *name, const QStringList &members)
{
    const QString made = demotest::newGroup(*bench.client, QLatin1String(name));
    for (const QString &member : members)
        bench.client->post(
            QStringLiteral("/groups/%1/members/$ref").arg(made),
            {{QStringLiteral("@odata.id"), bench.cloud.graphUrl(QStringLiteral("/directoryObjects/") + member).toString()}});
    return made;
}

const QStringList closingKinds{QStringLiteral("required"), QStringLiteral("unassign"), QStringLiteral("policy:enabled")};

} // namespace

class tst_Paths : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void nobodyCanOpen_data();
    void nobodyCanOpen();
    void somebodyCan();
    void disabledWhileItRuns();
    void rulesThatTakeTheLastWayIn();
    void lockedOutIsNotVerified();
};

void tst_Paths::nobodyCanOpen_data()
{
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("named");
    const auto row = [](const char *name, Spoil spoil, const char *named) {
        QTest::newRow(name) << spoil << QString::fromLatin1(named);
    };
    // break.md 1, field.md A
    row(
        "the only eligible person is disabled", [](GateBench &, QJsonObject &w) { eligible(w, {upn("bernd.vogt")}); },
        "Bernd Vogt (the account is disabled)");
    row(
        "an empty group is eligible",
        [](GateBench &b, QJsonObject &w) {
            groupOf(b, "Night shift", {});
            eligible(w, {QStringLiteral("group:Night shift")});
            put(w, "group", "roleAssignable", false);
        },
        "Night shift (nobody is in the group)");
    row(
        "a group of a disabled person is eligible",
        [](GateBench &b, QJsonObject &w) {
            groupOf(b, "Night shift", {b.id("bernd.vogt")});
            eligible(w, {QStringLiteral("group:Night shift")});
            put(w, "group", "roleAssignable", false);
        },
        "Bernd Vogt (the account is disabled)");
    row(
        "the only approver is disabled", [](GateBench &, QJsonObject &w) { approvers(w, {upn("bernd.vogt")}); },
        "Bernd Vogt (the account is disabled)");
    row(
        "an empty group approves",
        [](GateBench &b, QJsonObject &w) {
            groupOf(b, "Leads", {});
            approvers(w, {QStringLiteral("group:Leads")});
        },
        "Leads (nobody is in the group)");
    row(
        "a group that holds just the eligible person approves",
        [](GateBench &b, QJsonObject &w) {
            groupOf(b, "Leads", {b.id("ada.lindqvist")});
            eligible(w, {upn("ada.lindqvist")});
            approvers(w, {QStringLiteral("group:Leads")});
        },
        "Ada Lindqvist (nobody can approve an own request)");
    row(
        "another policy blocks everybody, activated people too", // break.md 5
        [](GateBench &b, QJsonObject &) {
            block(b, {{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}}});
        },
        "the policy Somebody's block blocks also whoever has activated");
}

/// What only opens is made, and there it ends: in report-only, too, because assignment would be required.
void tst_Paths::nobodyCanOpen()
{
    QFETCH(Spoil, spoil);
    QFETCH(QString, named);
    for (const bool enabled : {true, false}) {
        GateBench bench;
        QVERIFY2(bench.problem.isEmpty(), qPrintable(bench.problem));
        QJsonObject wish = bench.wish("NinjaOne", enabled);
        put(wish, "assignment", "otherAssignments", QStringLiteral("remove"));
        spoil(bench, wish);
        const QStringList before = bench.kinds();
        const auto ended = bench.apply(wish);
        QVERIFY2(ended, qPrintable(ended ? QString() : ended.error().text()));
        QVERIFY(ended->nobodyCanOpen());
        const QString sentence = noPathSentence(*ended->openable);
        QVERIFY2(sentence.contains(named), qPrintable(sentence));
        QCOMPARE(nameOf(ended->state), enabled ? QStringLiteral("reportOnly") : QStringLiteral("drift"));
        const QStringList sent = bench.kinds().mid(before.size());
        for (const QString &kind : closingKinds)
            QVERIFY2(!sent.contains(kind), qPrintable(sent.join(QLatin1Char(' '))));
        for (const char *kind : {"group", "assign", "rules", "eligible", "policy"})
            QVERIFY2(sent.contains(QLatin1String(kind)), qPrintable(sent.join(QLatin1Char(' '))));
        const QJsonObject ours = bench.row("conditionalAccessPolicies", "displayName", QStringLiteral("PIM only: NinjaOne"));
        QCOMPARE(ours[QLatin1String("state")].toString(), QStringLiteral("enabledForReportingButNotEnforced"));
    }
}

/// The same tenant without what stood in the way: it closes, so the table above is about what it says.
void tst_Paths::somebodyCan()
{
    for (const bool enabled : {true, false}) {
        GateBench bench;
        QJsonObject wish = bench.wish("NinjaOne", enabled);
        const auto ended = bench.apply(wish);
        QVERIFY2(ended, qPrintable(ended ? QString() : ended.error().text()));
        QVERIFY(!ended->nobodyCanOpen());
        QVERIFY(ended->openable && ended->openable->path());
        QVERIFY(bench.kinds().contains(QLatin1String("required")));
        QCOMPARE(bench.policyState("NinjaOne"),
                 enabled ? QStringLiteral("enabled") : QStringLiteral("enabledForReportingButNotEnforced"));
    }
}

/// Whoever was fine when the plan was made is disabled before anything closes: nothing that was read earlier decides.
void tst_Paths::disabledWhileItRuns()
{
    GateBench bench;
    bench.client->consent(QStringLiteral("User.ReadWrite.All"));
    demotest::DemoClient other(bench.tenant->cloudFile());
    QCOMPARE(other.signIn(bench.breakGlass(), {}, QStringLiteral("User.ReadWrite.All")), QString());
    const auto plan = bench.plan(bench.wish("NinjaOne", true));
    QVERIFY(plan);
    const auto begun = QCoro::waitFor(bench.runner->begin(*plan));
    QVERIFY(begun);
    const QJsonObject off{{QStringLiteral("accountEnabled"), false}};
    const auto disable = [&](const Progress &progress) {
        if (progress.key == ChangeKey{ChangeKey::Kind::Policy} && progress.state == Progress::State::Done)
            for (const char *name : {"ada.lindqvist", "jonas.weber"})
                QCOMPARE(other.patch(QStringLiteral("/users/") + upn(name), off).status, 204);
    };
    connect(bench.runner.get(), &Runner::progressed, this, disable);
    const auto ended = QCoro::waitFor(bench.runner->execute(begun->id, *plan, plan->toMake()));
    QVERIFY2(ended, qPrintable(ended ? QString() : ended.error().text()));
    QVERIFY(ended->nobodyCanOpen());
    for (const QString &kind : closingKinds)
        QVERIFY(!bench.kinds().contains(kind));
    QCOMPARE(bench.policyState("NinjaOne"), QStringLiteral("enabledForReportingButNotEnforced"));
}

/// A gate that is armed keeps somebody who can open it: new rules under which nobody could are not written.
void tst_Paths::rulesThatTakeTheLastWayIn()
{
    GateBench bench;
    const auto built = bench.apply(bench.wish("NinjaOne", true));
    QVERIFY2(built && built->state == RunState::Verified, qPrintable(built ? nameOf(built->state) : built.error().text()));
    QJsonObject wish = bench.wish("NinjaOne", true);
    approvers(wish, {upn("bernd.vogt")});
    const QStringList before = bench.kinds();
    const auto ended = bench.apply(wish);
    QVERIFY2(ended, qPrintable(ended ? QString() : ended.error().text()));
    QVERIFY(ended->nobodyCanOpen());
    QCOMPARE(ended->state, RunState::Drift);
    QVERIFY2(noPathSentence(*ended->openable).contains(QStringLiteral("Bernd Vogt (the account is disabled)")),
             qPrintable(noPathSentence(*ended->openable)));
    QCOMPARE(bench.kinds(), before);
    approvers(wish, {upn("lena.fischer")}); // under which somebody can
    const auto mended = bench.apply(wish);
    QVERIFY2(mended && mended->state == RunState::Verified, qPrintable(mended ? nameOf(mended->state) : mended.error().text()));
}

/// Nothing to change, and nobody who can open it: that is not "verified".
void tst_Paths::lockedOutIsNotVerified()
{
    GateBench bench;
    bench.client->consent(QStringLiteral("User.ReadWrite.All"));
    demotest::DemoClient other(bench.tenant->cloudFile());
    QCOMPARE(other.signIn(bench.breakGlass(), {}, QStringLiteral("User.ReadWrite.All")), QString());
    const QJsonObject wish = bench.wish("NinjaOne", true);
    const auto built = bench.apply(wish);
    QVERIFY2(built && built->state == RunState::Verified, qPrintable(built ? nameOf(built->state) : built.error().text()));
    for (const char *name : {"ada.lindqvist", "jonas.weber"})
        QCOMPARE(other.patch(QStringLiteral("/users/") + upn(name), {{QStringLiteral("accountEnabled"), false}}).status, 204);
    const auto again = bench.apply(wish);
    QVERIFY2(again && again->state == RunState::Drift, qPrintable(again ? nameOf(again->state) : again.error().text()));
    QCOMPARE(bench.policyState("NinjaOne"), QStringLiteral("enabled")); // never opened by the program on its own
}

QTEST_GUILESS_MAIN(tst_Paths)
#include "tst_Paths.moc"
