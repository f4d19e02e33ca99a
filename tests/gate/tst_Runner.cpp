// The runner against the demo tenant: what it sends and in which order, and what stands in the tenant when it is cut
// off at any write.
#include "gate/GateBench.h"
#include "gate/ShownRequests.h"

using namespace pimgate;
using namespace pimgate::test;

namespace {

const auto ninja = "NinjaOne";
const QString ninjaGroup = QStringLiteral("PIM-NinjaOne-Admins");

/// A pristine run of the same wish: what every disturbed one must come to.
QString undisturbed(const QJsonObject &wish)
{
    GateBench bench;
    const auto done = bench.apply(wish);
    return done && done->state == RunState::Verified ? bench.comparable() : QString();
}

Change rowOf(const Plan &plan, const QString &key)
{
    for (const Change &row : plan.rows)
        if (row.key.toString() == key)
            return row;
    return {};
}

} // namespace

#define SAME(bench, wanted) QVERIFY2((bench).comparable() == (wanted), difference(wanted, (bench).comparable()).constData())

class tst_Runner : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void closesInOrder();
    void againWritesNothing();
    void reportOnly();
    void killedAtEveryWrite_data();
    void killedAtEveryWrite();
    void stoppedWhileAWriteIsOnItsWay_data();
    void stoppedWhileAWriteIsOnItsWay();
    void slowReplication();
    void resumeWhileTheGroupIsNotVisible();
    void goingOnWhileALostCreationIsNotVisible_data();
    void goingOnWhileALostCreationIsNotVisible();
    void whatNeverShowsIsNotSentAgain_data();
    void whatNeverShowsIsNotSentAgain();
    void resumeMakesOnlyWhatWasConfirmed();
    void provisionalRules();
    void rulesThatCameOutOtherwiseShowInTheReadBack();
    void lostExclusionsComeBackOneAfterAnother();
    void changedBehindTheBack_data();
    void changedBehindTheBack();
    void nobodyEligible();
    void whatIfBreaks();
    void whatIfBlocksBreakGlass();
    void breakGlassGroupIsAskedByItsMembers();
    void undoRestores();
    void undoAsksAboutWhatChangedSince_data();
    void undoAsksAboutWhatChangedSince();
    void undoToleratesWhatOthersRemoved();
    void undoIsReadBack_data();
    void undoIsReadBack();
    void undoArmsAgainWithEvidence_data();
    void undoArmsAgainWithEvidence();
    void aRemovalThatWasCutOffGoesOnAsOne();
    void undoCutOffAtEveryWrite_data();
    void undoCutOffAtEveryWrite();
    void undoOfARunCutOffAfterItsWrites();
    void kaseyaCutOffWhileClosing_data();
    void kaseyaCutOffWhileClosing();
    void undoLeavesAForeignGroup();
    void undoWithoutWaiting();
    void removeOnAnotherMachine();
    void removeLeavesAForeignPolicy();
    void existingGroup();
    void kaseya();
    void appRoleRequired();
};

void tst_Runner::closesInOrder()
{
    GateBench bench;
    GATE_READY(bench);
    const auto plan = bench.plan(bench.wish(ninja, true));
    QVERIFY(plan);
    const ShownRequests shown(bench, *plan, plan->toMake());
    const auto done = bench.execute(*plan);
    ENDS(done, "verified");
    SENT_AS_SHOWN(shown, bench.run);
    const QStringList kinds = bench.kinds();
    QCOMPARE(kinds.count(QStringLiteral("group")), 1);
    QCOMPARE(kinds.count(QStringLiteral("assign")), 1);
    QCOMPARE(kinds.count(QStringLiteral("rules")), 1);
    QCOMPARE(kinds.count(QStringLiteral("eligible")), 2);
    QCOMPARE(kinds.count(QStringLiteral("policy")), 1);
    QCOMPARE(kinds.size(), 8);
    QCOMPARE(kinds.first(), QStringLiteral("group"));
    QVERIFY(kinds.indexOf(QStringLiteral("rules")) < kinds.indexOf(QStringLiteral("eligible")));
    // Closing acts last and one by one.
    QCOMPARE(kinds.mid(6), (QStringList{QStringLiteral("required"), QStringLiteral("policy:enabled")}));
    for (const Call &call : bench.writes()) {
        if (GateBench::kindOf(call) == QLatin1String("policy"))
            QCOMPARE(call.body[QLatin1String("state")].toString(), QStringLiteral("enabledForReportingButNotEnforced"));
        if (GateBench::kindOf(call) == QLatin1String("policy:enabled"))
            QCOMPARE(call.body.toObject().keys(), QStringList{QStringLiteral("state")});
    }
    QVERIFY(done->evidence && done->evidence->complete() && done->evidence->lines.size() == 4);
    QVERIFY(done->after.toMake().isEmpty());
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabled"));
    QVERIFY(bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
}

void tst_Runner::againWritesNothing()
{
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    const qsizetype before = bench.writes().size();
    const auto plan = bench.plan(bench.wish(ninja, true));
    QVERIFY(plan);
    QVERIFY(plan->toMake().isEmpty());
    ENDS(bench.execute(*plan), "verified");
    QCOMPARE(bench.writes().size(), before);
}

void tst_Runner::reportOnly()
{
    GateBench bench;
    GATE_READY(bench);
    const auto done = bench.apply(bench.wish(ninja, false));
    ENDS(done, "verified");
    QCOMPARE(bench.kinds().last(), QStringLiteral("required"));
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabledForReportingButNotEnforced"));
    QVERIFY(!bench.kinds().contains(QStringLiteral("policy:enabled")));
}

void tst_Runner::killedAtEveryWrite_data()
{
    QTest::addColumn<int>("write");
    QTest::addColumn<QString>("drop");
    QTest::addColumn<bool>("again");
    for (int write = 0; write < 8; ++write) {
        QTest::addRow("before %d", write) << write << QStringLiteral("before") << (write % 2 == 0);
        QTest::addRow("after %d", write) << write << QStringLiteral("after") << (write % 2 == 1);
    }
}

/// The line drops at one write, and the program ends there: without what it has not noted, it goes on later.
void tst_Runner::killedAtEveryWrite()
{
    QFETCH(int, write);
    QFETCH(QString, drop);
    QFETCH(bool, again);
    GateBench bench;
    GATE_READY(bench);
    const QJsonObject wish = bench.wish(ninja, true);
    static const QString wanted = undisturbed(wish);
    QVERIFY(!wanted.isEmpty());
    bench.faults({GateBench::atWrite(write, {{QStringLiteral("drop"), drop}})});
    const auto first = bench.apply(wish);
    QVERIFY(bench.faultsUsed());
    bench.faults({});
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    // An answer that got lost after the act is settled by looking; one lost before it is an error and not sent again.
    QCOMPARE(bool(first), drop == QLatin1String("after"));
    if (!first) {
        bench.restart();
        const auto second = again ? bench.apply(wish) : QCoro::waitFor(bench.runner->resume(bench.run));
        ENDS(second, "verified");
    }
    SAME(bench, wanted);
}

void tst_Runner::stoppedWhileAWriteIsOnItsWay_data()
{
    QTest::addColumn<int>("write");
    for (int write = 0; write < 8; ++write)
        QTest::addRow("%d", write) << write;
}

/// The tenant has acted, the answer is under way, and the run is stopped.
void tst_Runner::stoppedWhileAWriteIsOnItsWay()
{
    QFETCH(int, write);
    GateBench bench;
    GATE_READY(bench);
    const QJsonObject wish = bench.wish(ninja, true);
    static const QString wanted = undisturbed(wish);
    bench.faults({GateBench::atWrite(write, {{QStringLiteral("delayMs"), 700}})});
    std::stop_source stop;
    whenFaultsAreUsed(bench, [&stop] { stop.request_stop(); });
    const auto first = bench.apply(wish, stop.get_token());
    QVERIFY(!first);
    QCOMPARE(first.error().kind, Error::Kind::Cancelled);
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    const auto record = QCoro::waitFor(bench.history->run(bench.run));
    QCOMPARE(record->state, RunState::Stopped);
    bench.restart();
    const auto second = write % 2 ? bench.apply(wish) : QCoro::waitFor(bench.runner->resume(bench.run));
    ENDS(second, "verified");
    SAME(bench, wanted);
}

void tst_Runner::slowReplication()
{
    GateBench bench;
    GATE_READY(bench);
    const QJsonObject wish = bench.wish(ninja, true);
    // Everything written stays unseen for 90 seconds (P12).
    const QJsonObject slow{{QStringLiteral("invisibleFor"), QStringLiteral("PT90S")}, {QStringLiteral("times"), 100}};
    bench.faults({GateBench::atWrite(0, slow)});
    const auto done = bench.apply(wish);
    ENDS(done, "verified");
    const QStringList kinds = bench.kinds();
    QCOMPARE(kinds.count(QStringLiteral("group")), 1);
    QCOMPARE(kinds.count(QStringLiteral("policy")), 1);
    QCOMPARE(kinds.count(QStringLiteral("eligible")), 2);
    QVERIFY(!kinds.contains(QStringLiteral("policy:disabled")));
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabled"));
}

void tst_Runner::resumeWhileTheGroupIsNotVisible()
{
    GateBench bench;
    GATE_READY(bench);
    bench.faults({GateBench::fault("POST", "/groups$", {{QStringLiteral("invisibleFor"), QStringLiteral("PT90S")}})});
    std::stop_source stop;
    QObject::connect(bench.runner.get(), &Runner::progressed, bench.runner.get(), [&](const Progress &progress) {
        if (progress.key.kind == ChangeKey::Kind::Group && progress.state == Progress::State::ReadingBack)
            stop.request_stop();
    });
    const auto first = bench.apply(bench.wish(ninja, true), stop.get_token());
    QVERIFY(!first);
    bench.restart();
    ENDS(QCoro::waitFor(bench.runner->resume(bench.run)), "verified");
    QCOMPARE(bench.kinds().count(QStringLiteral("group")), 1);
}

void tst_Runner::goingOnWhileALostCreationIsNotVisible_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("resume");
    for (const char *path : {"/groups$", "/conditionalAccess/policies$"})
        for (const bool resume : {true, false})
            QTest::addRow("%s, %s", path, resume ? "resumed" : "applied again") << QString::fromLatin1(path) << resume;
}

/// The answer to a creation got lost with the program, and no replica shows what was made for a minute (P12).
void tst_Runner::goingOnWhileALostCreationIsNotVisible()
{
    QFETCH(QString, path);
    QFETCH(bool, resume);
    GateBench bench;
    GATE_READY(bench);
    const QJsonObject wish = bench.wish(ninja, true);
    bench.faults({GateBench::fault(
        "POST", path.toLatin1().constData(),
        {{QStringLiteral("drop"), QStringLiteral("after")}, {QStringLiteral("invisibleFor"), QStringLiteral("PT60S")}})});
    std::stop_source stop;
    const QString key = path.contains(QLatin1String("groups")) ? QStringLiteral("group") : QStringLiteral("policy");
    QObject::connect(bench.runner.get(), &Runner::progressed, bench.runner.get(), [&](const Progress &progress) {
        if (progress.key.toString() == key && progress.state == Progress::State::ReadingBack)
            stop.request_stop();
    });
    QVERIFY(!bench.apply(wish, stop.get_token()));
    QVERIFY(bench.faultsUsed());
    bench.restart();
    auto second = resume ? QCoro::waitFor(bench.runner->resume(bench.run)) : bench.apply(wish);
    if (!resume && !second) { // it came to light meanwhile, as somebody else's for this run: the rows are shown anew
        QCOMPARE(second.error().kind, Error::Kind::Changed);
        second = bench.apply(wish);
    }
    ENDS(second, "verified");
    QCOMPARE(bench.kinds().count(key), 1);
    QCOMPARE(bench.rows("groups", "displayName", ninjaGroup).size(), 1);
}

void tst_Runner::whatNeverShowsIsNotSentAgain_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("kind");
    const auto row = [](const char *kind, const char *method, const char *path) {
        QTest::newRow(kind) << QString::fromLatin1(method) << QString::fromLatin1(path) << QString::fromLatin1(kind);
    };
    row("group", "POST", "/groups$");
    row("assign", "POST", "/appRoleAssignedTo$");
    row("rules", "PATCH", "/roleManagementPolicies/");
    row("eligible", "POST", "/eligibilityScheduleRequests$");
    row("policy", "POST", "/conditionalAccess/policies$");
    row("required", "PATCH", "/servicePrincipals/");
    row("policy:enabled", "PATCH", "/conditionalAccess/policies/");
}

void tst_Runner::whatNeverShowsIsNotSentAgain()
{
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(QString, kind);
    GateBench bench(2000);
    GATE_READY(bench);
    bench.faults({GateBench::fault(qPrintable(method), qPrintable(path),
                                   {{QStringLiteral("invisibleFor"), QStringLiteral("P9D")}, {QStringLiteral("times"), 99}})});
    const auto first = bench.apply(bench.wish(ninja, true));
    QVERIFY(!first);
    QCOMPARE(first.error().kind, Error::Kind::Differs);
    QVERIFY2(first.error().next.contains(QLatin1String("a second time")), qPrintable(first.error().next));
    bench.faults({});
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    const qsizetype sent = bench.kinds().count(kind);
    QCOMPARE(sent, kind == QLatin1String("eligible") ? 2 : 1);
    bench.restart();
    const auto again = QCoro::waitFor(bench.runner->resume(bench.run));
    QVERIFY(!again);
    QCOMPARE(bench.kinds().count(kind), sent);
    QVERIFY(!bench.kinds().contains(QStringLiteral("policy:disabled")));
    // Once it shows, the run goes on as if nothing had been.
    bench.client->advance(QStringLiteral("P10D"));
    bench.client->signIn(demotest::upn("mira.kovac"));
    const auto last = QCoro::waitFor(bench.runner->resume(bench.run));
    ENDS(last, "verified");
    QCOMPARE(bench.kinds().count(kind), sent);
}

void tst_Runner::resumeMakesOnlyWhatWasConfirmed()
{
    GateBench bench;
    GATE_READY(bench);
    const auto plan = bench.plan(bench.wish(ninja, true));
    QVERIFY(plan);
    const auto begun = QCoro::waitFor(bench.runner->begin(*plan));
    const QList<Change> onlyTheGroup{rowOf(*plan, QStringLiteral("group"))};
    bench.faults({GateBench::fault("POST", "/groups$", {{QStringLiteral("drop"), QStringLiteral("before")}})});
    QVERIFY(!QCoro::waitFor(bench.runner->execute(begun->id, *plan, onlyTheGroup)));
    bench.restart();
    QVERIFY(QCoro::waitFor(bench.runner->resume(begun->id)));
    // Nobody agreed to more than the group.
    QCOMPARE(bench.kinds(), (QStringList{QStringLiteral("group"), QStringLiteral("group")}));
    QVERIFY(!bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
}

/// PIM does not take rules before somebody is eligible: one person first, and that person is not sent twice.
void tst_Runner::provisionalRules()
{
    GateBench bench;
    GATE_READY(bench);
    bench.client->control("POST", QStringLiteral("pim"), {{QStringLiteral("policyNeedsOnboarding"), true}});
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    int people = 0;
    for (const Call &call : bench.writes())
        people += GateBench::kindOf(call) == QLatin1String("eligible") && call.status == 201;
    QCOMPARE(people, 2);
}

/// What is read back is compared with what was asked, however gladly the rules were accepted: here the tenant answers the
/// write and has something else by then.
void tst_Runner::rulesThatCameOutOtherwiseShowInTheReadBack()
{
    GateBench bench;
    GATE_READY(bench);
    const auto plan = bench.plan(bench.wish(ninja, true));
    QVERIFY(plan);
    bench.faults({GateBench::fault("PATCH", "/roleManagementPolicies/", {{QStringLiteral("delayMs"), 1000}})});
    int changed = 0;
    whenFaultsAreUsed(bench, [&] {
        const QString group = bench.row("groups", "displayName", ninjaGroup)[QLatin1String("id")].toString();
        const QJsonObject longer{{QStringLiteral("maximumDuration"), QStringLiteral("PT7H")}};
        changed = demotest::changeRules(*bench.client, group, {{QStringLiteral("Expiration_EndUser_Assignment"), longer}}).status;
    });
    const auto done = bench.execute(*plan);
    QCOMPARE(changed, 200);
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Differs);
    QVERIFY(!bench.kinds().contains(QStringLiteral("eligible"))); // nobody ever activates under other rules
    QCOMPARE(bench.kinds().count(QStringLiteral("rules")), 2);    // ours, and the one behind the back
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
}

/// Each adds to what the policy leaves out by then: side by side one would take the other's away again.
void tst_Runner::lostExclusionsComeBackOneAfterAnother()
{
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, false)), "verified");
    const QJsonObject made = bench.policy(ninja);
    QJsonObject users = made[QLatin1String("conditions")][QLatin1String("users")].toObject();
    users.insert(QStringLiteral("excludeUsers"), QJsonArray());
    users.insert(QStringLiteral("excludeGroups"), QJsonArray());
    QCOMPARE(bench.client
                 ->patch(QStringLiteral("/identity/conditionalAccess/policies/") + made[QLatin1String("id")].toString(),
                         {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), users}}}})
                 .status,
             204);
    const auto plan = bench.plan(bench.wish(ninja, false));
    QVERIFY(plan);
    QCOMPARE(plan->toMake().size(), 2);
    const ShownRequests shown(bench, *plan, plan->toMake());
    ENDS(bench.execute(*plan), "verified");
    QCOMPARE(bench.policy(ninja)[QLatin1String("conditions")], made[QLatin1String("conditions")]);
    SENT_AS_SHOWN(shown, bench.run);
}

void tst_Runner::changedBehindTheBack_data()
{
    QTest::addColumn<QString>("row");
    for (const char *row : {"group", "rules", "eligible", "policy", "state"})
        QTest::newRow(row) << QString::fromLatin1(row);
}

void tst_Runner::changedBehindTheBack()
{
    QFETCH(QString, row);
    GateBench bench;
    GATE_READY(bench);
    const bool late = row != QLatin1String("group") && row != QLatin1String("policy");
    QString key = row;
    if (late) { // there must be a gate already
        QJsonObject opened = bench.wish(ninja, false);
        QJsonObject pim = opened[QLatin1String("pim")].toObject();
        pim.insert(QStringLiteral("eligible"),
                   QJsonArray{QJsonObject{{QStringLiteral("principal"), demotest::upn("ada.lindqvist")}}});
        opened.insert(QStringLiteral("pim"), pim);
        ENDS(bench.apply(opened), "verified");
    }
    const QString group = late ? bench.row("groups", "displayName", ninjaGroup)[QLatin1String("id")].toString() : QString();
    QJsonObject wish = bench.wish(ninja, true);
    if (row == QLatin1String("rules")) {
        QJsonObject pim = wish[QLatin1String("pim")].toObject(), activation = pim[QLatin1String("activation")].toObject();
        activation.insert(QStringLiteral("maximumDuration"), QStringLiteral("PT1H"));
        pim.insert(QStringLiteral("activation"), activation);
        wish.insert(QStringLiteral("pim"), pim);
    }
    const auto plan = bench.plan(wish);
    QVERIFY(plan);
    if (row == QLatin1String("group")) {
        QVERIFY(!demotest::newGroup(*bench.client, ninjaGroup).isEmpty());
    } else if (row == QLatin1String("rules")) {
        const QJsonObject longer{{QStringLiteral("maximumDuration"), QStringLiteral("PT9H")}};
        QCOMPARE(demotest::changeRules(*bench.client, group, {{QStringLiteral("Expiration_EndUser_Assignment"), longer}}).status,
                 200);
    } else if (row == QLatin1String("eligible")) {
        key = QLatin1String("eligible:") + bench.id("jonas.weber");
        QCOMPARE(demotest::askPim(*bench.client, "eligibility", "adminAssign", group, bench.id("jonas.weber"),
                                  demotest::lasting("P10D"))
                     .status,
                 201);
    } else if (row == QLatin1String("policy")) {
        const QJsonObject body{
            {QStringLiteral("displayName"), plan->blueprint.policy.displayName},
            {QStringLiteral("state"), QStringLiteral("disabled")},
            {QStringLiteral("conditions"),
             QJsonObject{
                 {QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
                 {QStringLiteral("users"), QJsonObject{{QStringLiteral("includeUsers"), QJsonArray{bench.id("sam.porter")}}}},
                 {QStringLiteral("applications"), QJsonObject{{QStringLiteral("includeApplications"),
                                                               QJsonArray{bench.application(ninja)[QLatin1String("appId")]}}}}}},
            {QStringLiteral("grantControls"),
             QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                         {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("mfa")}}}}};
        QCOMPARE(bench.client->post(QStringLiteral("/identity/conditionalAccess/policies"), body).status, 201);
    } else {
        const QString id = bench.policy(ninja)[QLatin1String("id")].toString();
        QCOMPARE(bench.client
                     ->patch(QStringLiteral("/identity/conditionalAccess/policies/") + id,
                             {{QStringLiteral("state"), QStringLiteral("disabled")}})
                     .status,
                 204);
    }
    const qsizetype before = bench.writes().size();
    const auto begun = QCoro::waitFor(bench.runner->begin(*plan));
    QList<Change> one{rowOf(*plan, key)};
    QCOMPARE(one.first().key.toString(), key);
    if (row == QLatin1String("policy"))
        one.prepend(rowOf(*plan, QStringLiteral("group")));
    if (row == QLatin1String("state"))
        one.prepend(rowOf(*plan, QLatin1String("eligible:") + bench.id("jonas.weber")));
    const auto done = QCoro::waitFor(bench.runner->execute(begun->id, *plan, one));
    QVERIFY2(!done, told(done).constData());
    QCOMPARE(done.error().kind, Error::Kind::Changed);
    QCOMPARE(bench.writes().size(), before + one.size() - 1); // nothing was sent for the row
}

void tst_Runner::nobodyEligible()
{
    GateBench bench;
    GATE_READY(bench);
    const auto plan = bench.plan(bench.wish(ninja, true));
    QVERIFY(plan);
    QList<Change> some = plan->toMake();
    some.removeIf([](const Change &row) { return row.is(ChangeKey::Kind::Eligible); });
    const auto begun = QCoro::waitFor(bench.runner->begin(*plan));
    const auto done = QCoro::waitFor(bench.runner->execute(begun->id, *plan, some));
    QVERIFY(!done);
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    QVERIFY(!bench.kinds().contains(QStringLiteral("required")));
    QVERIFY(!bench.kinds().contains(QStringLiteral("policy:enabled")));
}

void tst_Runner::whatIfBreaks()
{
    GateBench bench;
    GATE_READY(bench);
    bench.faults({GateBench::fault("POST", "/conditionalAccess/evaluate$",
                                   {{QStringLiteral("status"), 500}, {QStringLiteral("times"), 100}})});
    const auto done = bench.apply(bench.wish(ninja, true));
    ENDS(done, "reportOnly");
    QVERIFY(done->evidence && !done->evidence->complete());
    QVERIFY(!bench.kinds().contains(QStringLiteral("required")));
    QVERIFY(!bench.kinds().contains(QStringLiteral("policy:enabled")));
    // Once Microsoft answers again, the same run goes on to its end.
    bench.faults({});
    ENDS(QCoro::waitFor(bench.runner->resume(bench.run)), "verified");
}

/// Somebody takes break-glass out after the last look and before What-If is asked.
void tst_Runner::whatIfBlocksBreakGlass()
{
    GateBench bench;
    GATE_READY(bench);
    const auto plan = bench.plan(bench.wish(ninja, true));
    QVERIFY(plan);
    const auto begun = QCoro::waitFor(bench.runner->begin(*plan));
    QList<Change> opening = plan->toMake(), closing = opening;
    opening.removeIf([](const Change &row) { return row.closing(); });
    closing.removeIf([](const Change &row) { return !row.closing(); });
    ENDS(QCoro::waitFor(bench.runner->execute(begun->id, *plan, opening)), "verified");
    bench.faults({GateBench::fault("GET", "/conditionalAccess/policies(\\?|$)", {{QStringLiteral("delayMs"), 800}})});
    qsizetype before = 0;
    whenFaultsAreUsed(bench, [&] {
        const QJsonObject policy = bench.policy(ninja);
        QJsonObject users = policy[QLatin1String("conditions")][QLatin1String("users")].toObject();
        users.insert(QStringLiteral("excludeUsers"), QJsonArray{});
        const QString path = QStringLiteral("/identity/conditionalAccess/policies/") + policy[QLatin1String("id")].toString();
        const QJsonObject body{{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), users}}}};
        QCOMPARE(bench.client->patch(path, body).status, 204);
        before = bench.writes().size();
    });
    const auto done = QCoro::waitFor(bench.runner->execute(begun->id, *plan, closing));
    QVERIFY(before > 0);
    ENDS(done, "reportOnly");
    QVERIFY2(done->evidence->problem.contains(QLatin1String("break-glass")), qPrintable(done->evidence->problem));
    QCOMPARE(bench.writes().size(), before);
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabledForReportingButNotEnforced"));
    QVERIFY(!bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
}

void tst_Runner::breakGlassGroupIsAskedByItsMembers()
{
    GateBench bench;
    GATE_READY(bench);
    const QString group = demotest::newGroup(*bench.client, QStringLiteral("Emergency access"));
    const QString account = bench.client->get(QStringLiteral("/users/") + bench.breakGlass()).text("id");
    QJsonObject wish = bench.wish(ninja, true);
    QJsonObject policy = wish[QLatin1String("conditionalAccess")].toObject();
    policy.insert(QStringLiteral("breakGlass"), QJsonArray{QStringLiteral("group:Emergency access")});
    wish.insert(QStringLiteral("conditionalAccess"), policy);
    // An empty group protects nobody.
    const auto empty = bench.apply(wish);
    ENDS(empty, "reportOnly");
    const QJsonObject member{
        {QStringLiteral("@odata.id"), bench.cloud.graphUrl(QStringLiteral("/directoryObjects/") + account).toString()}};
    QCOMPARE(bench.client->post(QStringLiteral("/groups/%1/members/$ref").arg(group), member).status, 204);
    const auto done = QCoro::waitFor(bench.runner->resume(bench.run));
    ENDS(done, "verified");
    const auto asked = [&](const ArmingEvidence::Line &line) {
        return line.userId == account && line.role == ArmingRole::BreakGlass && !line.blocked;
    };
    QVERIFY(std::any_of(done->evidence->lines.cbegin(), done->evidence->lines.cend(), asked));
}

void tst_Runner::undoRestores()
{
    GateBench bench;
    GATE_READY(bench);
    const QString before = bench.comparable();
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    const qsizetype writes = bench.writes().size();
    const auto undone = QCoro::waitFor(bench.runner->undo(bench.run));
    ENDS(undone, "undone");
    QCOMPARE(undone->notDone, QStringList());
    const QStringList kinds = bench.kinds().mid(writes);
    QCOMPARE(kinds.mid(0, 2), (QStringList{QStringLiteral("policy:enabledForReportingButNotEnforced"),
                                           QStringLiteral("required")})); // what shuts people out goes first
    QVERIFY(kinds.last().startsWith(QLatin1String("DELETE /v1.0/groups/")));
    // Logs, PIM's history and what Microsoft keeps for 30 days stay.
    const QStringList stays{QStringLiteral("directoryAudits"),
                            QStringLiteral("deletedItems"),
                            QStringLiteral("deletedConditionalAccessPolicies"),
                            QStringLiteral("eligibilityScheduleRequests"),
                            QStringLiteral("roleManagementPolicies"),
                            QStringLiteral("signIns")};
    const auto rest = [&stays](const QString &state) {
        QStringList lines = state.split(QLatin1Char('\n'));
        lines.removeIf([&](const QString &line) { return stays.contains(line.section(QLatin1Char(' '), 0, 0)); });
        return lines.join(QLatin1Char('\n'));
    };
    QVERIFY2(rest(bench.comparable()) == rest(before), difference(rest(before), rest(bench.comparable())).constData());
    // Twice is once.
    const qsizetype after = bench.writes().size();
    ENDS(QCoro::waitFor(bench.runner->undo(bench.run)), "undone");
    QCOMPARE(bench.writes().size(), after);
}

void tst_Runner::undoAsksAboutWhatChangedSince_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *what, const char *says) {
        QTest::newRow(what) << QString::fromLatin1(what) << QString::fromUtf8(says);
    };
    row("policy re-targeted", "Policy was changed since");
    row("policy switched off", "State of the policy was changed since: it is now “off”");
    row("eligibility extended", "Ada Lindqvist was changed since");
    row("somebody else made eligible", "Group stays: 1 more person");
    row("group renamed", "Group was changed since: it is now “Renamed”");
    row("rules of an existing group", "Activation rules was changed since");
}

void tst_Runner::undoAsksAboutWhatChangedSince()
{
    QFETCH(QString, what);
    QFETCH(QString, says);
    const auto is = [&what](const char *row) { return what == QLatin1String(row); };
    GateBench bench;
    GATE_READY(bench);
    QJsonObject wish = bench.wish(ninja, true);
    QString group;
    if (is("rules of an existing group")) {
        group = demotest::newGroup(*bench.client, QStringLiteral("Own group"));
        wish.insert(QStringLiteral("group"), QJsonObject{{QStringLiteral("existing"), group}});
    }
    ENDS(bench.apply(wish), "verified");
    if (group.isEmpty())
        group = bench.row("groups", "displayName", ninjaGroup)[QLatin1String("id")].toString();
    const QString policyPath =
        QStringLiteral("/identity/conditionalAccess/policies/") + bench.policy(ninja)[QLatin1String("id")].toString();
    bench.client->advance(QStringLiteral("PT6M"));
    if (is("policy re-targeted")) {
        const QJsonObject both{
            {QStringLiteral("includeApplications"), QJsonArray{bench.application(ninja)[QLatin1String("appId")],
                                                               bench.application("KaseyaOne")[QLatin1String("appId")]}}};
        QCOMPARE(
            bench.client->patch(policyPath, {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("applications"), both}}}})
                .status,
            204);
    } else if (is("policy switched off")) {
        QCOMPARE(bench.client->patch(policyPath, {{QStringLiteral("state"), QStringLiteral("disabled")}}).status, 204);
    } else if (is("eligibility extended")) {
        QCOMPARE(demotest::askPim(*bench.client, "eligibility", "adminUpdate", group, bench.id("ada.lindqvist"),
                                  demotest::lasting("P300D"))
                     .status,
                 201);
        bench.client->advance(QStringLiteral("PT6M"));
    } else if (is("somebody else made eligible")) {
        QCOMPARE(demotest::askPim(*bench.client, "eligibility", "adminAssign", group, bench.id("sam.porter"),
                                  demotest::lasting("P20D"))
                     .status,
                 201);
        bench.client->advance(QStringLiteral("PT6M"));
    } else if (is("group renamed")) {
        QCOMPARE(
            bench.client->patch(QStringLiteral("/groups/") + group, {{QStringLiteral("displayName"), QStringLiteral("Renamed")}})
                .status,
            204);
    } else {
        QCOMPARE(demotest::changeRules(*bench.client, group,
                                       {{QStringLiteral("Expiration_EndUser_Assignment"),
                                         QJsonObject{{QStringLiteral("maximumDuration"), QStringLiteral("PT5H")}}}})
                     .status,
                 200);
    }
    const auto first = QCoro::waitFor(bench.runner->undo(bench.run));
    ENDS(first, "partlyUndone");
    // What belongs to it stays, too: the group; of a policy that was switched, the policy as well.
    const int left = is("policy switched off") ? 3 : is("eligibility extended") ? 2 : 1;
    QVERIFY2(first->changedSince.size() == left && first->changedSince.first().startsWith(says),
             qPrintable(first->changedSince.join(QLatin1Char('\n'))));
    // It stands as somebody made it, and nobody is shut out by what is left.
    QVERIFY(bench.policyState(ninja) != QLatin1String("enabled"));
    QVERIFY(!bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
    if (is("policy switched off"))
        QCOMPARE(bench.policyState(ninja), QStringLiteral("disabled"));
    QVERIFY2(!bench.row("groups", "id", group).isEmpty(), "what somebody has changed went with the group");
    if (is("rules of an existing group"))
        QCOMPARE(demotest::ruleOf(demotest::memberPolicy(*bench.client, group),
                                  "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")]
                     .toString(),
                 QStringLiteral("PT5H"));
    bench.restart();
    ENDS(QCoro::waitFor(bench.runner->undo(bench.run, TakeBack{false, true})), "undone");
    QVERIFY(bench.policy(ninja).isEmpty());
    if (is("rules of an existing group"))
        QCOMPARE(demotest::ruleOf(demotest::memberPolicy(*bench.client, group),
                                  "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")]
                     .toString(),
                 QStringLiteral("PT8H"));
    else
        QVERIFY(bench.row("groups", "id", group).isEmpty());
}

void tst_Runner::undoToleratesWhatOthersRemoved()
{
    GateBench bench;
    GATE_READY(bench);
    const QString before = bench.comparable();
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    const QString app = bench.application(ninja)[QLatin1String("id")].toString();
    const QString group = bench.row("groups", "displayName", ninjaGroup)[QLatin1String("id")].toString();
    bench.client->advance(QStringLiteral("PT6M"));
    QCOMPARE(bench.client
                 ->remove(QStringLiteral("/identity/conditionalAccess/policies/") +
                          bench.policy(ninja)[QLatin1String("id")].toString())
                 .status,
             204);
    QCOMPARE(
        bench.client->patch(QStringLiteral("/servicePrincipals/") + app, {{QStringLiteral("appRoleAssignmentRequired"), false}})
            .status,
        204);
    const QString assignment = bench.rows("appRoleAssignments", "resourceId", app).first()[QLatin1String("id")].toString();
    QCOMPARE(bench.client->remove(QStringLiteral("/servicePrincipals/%1/appRoleAssignedTo/%2").arg(app, assignment)).status, 204);
    QCOMPARE(demotest::askPim(*bench.client, "eligibility", "adminRemove", group, bench.id("ada.lindqvist")).status, 201);
    const auto undone = QCoro::waitFor(bench.runner->undo(bench.run));
    ENDS(undone, "undone");
    QCOMPARE(undone->notDone + undone->changedSince, QStringList());
    QVERIFY(bench.row("groups", "id", group).isEmpty());
}

void tst_Runner::undoIsReadBack_data()
{
    QTest::addColumn<QString>("hidden");
    QTest::addColumn<bool>("shows");
    QTest::newRow("shows after a minute") << QStringLiteral("PT60S") << true;
    QTest::newRow("never shows") << QStringLiteral("P9D") << false;
}

/// What was taken back is said to be so when the tenant shows it.
void tst_Runner::undoIsReadBack()
{
    QFETCH(QString, hidden);
    QFETCH(bool, shows);
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    bench.client->advance(QStringLiteral("PT6M"));
    bench.faults({GateBench::atWrite(0, {{QStringLiteral("invisibleFor"), hidden}, {QStringLiteral("times"), 99}})});
    const auto undone = QCoro::waitFor(bench.runner->undo(bench.run));
    if (shows) {
        ENDS(undone, "undone");
        bench.client->advance(QStringLiteral("PT2M"));
        QVERIFY(bench.row("groups", "displayName", ninjaGroup).isEmpty());
        return;
    }
    // The first that shuts people out is not seen to be gone: the rest is left standing.
    QVERIFY(!undone);
    QCOMPARE(undone.error().kind, Error::Kind::Differs);
    QVERIFY(!undone.error().next.isEmpty());
    QVERIFY(!bench.row("groups", "displayName", ninjaGroup).isEmpty());
}

void tst_Runner::undoArmsAgainWithEvidence_data()
{
    QTest::addColumn<QString>("meanwhile");
    for (const char *meanwhile : {"", "break-glass taken out", "nobody eligible any more"})
        QTest::newRow(*meanwhile ? meanwhile : "as it was") << QString::fromLatin1(meanwhile);
}

/// A run loosened a gate that was armed. Taking that back shuts people out, so it is done like any closing.
void tst_Runner::undoArmsAgainWithEvidence()
{
    QFETCH(QString, meanwhile);
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    ENDS(bench.apply(bench.wish(ninja, false)), "verified");
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabledForReportingButNotEnforced"));
    const QString policyPath =
        QStringLiteral("/identity/conditionalAccess/policies/") + bench.policy(ninja)[QLatin1String("id")].toString();
    const QString group = bench.row("groups", "displayName", ninjaGroup)[QLatin1String("id")].toString();
    bench.client->advance(QStringLiteral("PT6M"));
    if (meanwhile == QLatin1String("break-glass taken out")) {
        QJsonObject users = bench.policy(ninja)[QLatin1String("conditions")][QLatin1String("users")].toObject();
        users.insert(QStringLiteral("excludeUsers"), QJsonArray{});
        QCOMPARE(bench.client->patch(policyPath, {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), users}}}})
                     .status,
                 204);
    } else if (!meanwhile.isEmpty()) {
        for (const char *name : {"ada.lindqvist", "jonas.weber"})
            QCOMPARE(demotest::askPim(*bench.client, "eligibility", "adminRemove", group, bench.id(name)).status, 201);
    }
    const qsizetype evaluated = bench.exchanges().size();
    const auto undone = QCoro::waitFor(bench.runner->undo(bench.run));
    if (!meanwhile.isEmpty()) {
        QVERIFY(!undone);
        QCOMPARE(undone.error().kind, Error::Kind::Unsafe);
        QCOMPARE(bench.policyState(ninja), QStringLiteral("enabledForReportingButNotEnforced"));
        return;
    }
    ENDS(undone, "undone");
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabled"));
    int asked = 0;
    for (const QJsonObject &exchange : bench.exchanges().mid(evaluated))
        asked += exchange[QLatin1String("path")].toString().endsWith(QLatin1String("/evaluate"));
    QVERIFY(asked >= 3);
}

void tst_Runner::aRemovalThatWasCutOffGoesOnAsOne()
{
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    bench.client->advance(QStringLiteral("PT6M"));
    const auto plan = bench.plan(bench.wish(ninja, true));
    const auto rows = QCoro::waitFor(bench.runner->removalPlan(*plan));
    bench.faults({GateBench::fault("DELETE", "", {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 99}})});
    QVERIFY(!QCoro::waitFor(bench.runner->remove(*plan, *rows)));
    bench.faults({});
    QVERIFY(!bench.policy(ninja).isEmpty());
    bench.restart();
    const auto runs = QCoro::waitFor(bench.history->runs());
    QCOMPARE(runs->first().state, RunState::Undoing);
    const qsizetype before = bench.kinds().size();
    ENDS(QCoro::waitFor(bench.runner->resume(runs->first().id)), "undone");
    QVERIFY(bench.policy(ninja).isEmpty());
    QVERIFY(bench.row("groups", "displayName", ninjaGroup).isEmpty());
    QVERIFY(!bench.kinds().mid(before).contains(QStringLiteral("group"))); // it was not built again
}

void tst_Runner::undoCutOffAtEveryWrite_data()
{
    QTest::addColumn<int>("write");
    QTest::addColumn<QString>("drop");
    for (int write = 0; write < 7; ++write) {
        QTest::addRow("before %d", write) << write << QStringLiteral("before");
        QTest::addRow("after %d", write) << write << QStringLiteral("after");
    }
}

void tst_Runner::undoCutOffAtEveryWrite()
{
    QFETCH(int, write);
    QFETCH(QString, drop);
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    bench.client->advance(QStringLiteral("PT6M")); // the five-minute floor is another test's
    bench.faults({GateBench::atWrite(write, {{QStringLiteral("drop"), drop}})});
    QCoro::waitFor(bench.runner->undo(bench.run));
    QVERIFY(bench.faultsUsed());
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    bench.restart();
    ENDS(QCoro::waitFor(bench.runner->undo(bench.run)), "undone");
    QVERIFY(bench.policy(ninja).isEmpty());
    QVERIFY(bench.row("groups", "displayName", ninjaGroup).isEmpty());
    QVERIFY(!bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
    QVERIFY(bench.rows("appRoleAssignments", "resourceId", bench.application(ninja)[QLatin1String("id")].toString()).isEmpty());
}

/// The program ended between a write and its answer: undo finds what the run made by its marks.
void tst_Runner::undoOfARunCutOffAfterItsWrites()
{
    for (const char *path : {"/groups$", "/conditionalAccess/policies$"}) {
        GateBench bench;
        GATE_READY(bench);
        bench.faults({GateBench::fault("POST", path, {{QStringLiteral("drop"), QStringLiteral("after")}}),
                      GateBench::fault("GET", path, {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 0}})});
        std::stop_source stop;
        const QString key =
            QLatin1String(path).contains(QLatin1String("groups")) ? QStringLiteral("group") : QStringLiteral("policy");
        QObject::connect(bench.runner.get(), &Runner::progressed, bench.runner.get(), [&](const Progress &progress) {
            if (progress.key.toString() == key && progress.state == Progress::State::ReadingBack)
                stop.request_stop();
        });
        QVERIFY(!bench.apply(bench.wish(ninja, true), stop.get_token()));
        bench.restart();
        const auto undone = QCoro::waitFor(bench.runner->undo(bench.run));
        ENDS(undone, "undone");
        QVERIFY2(bench.row("groups", "displayName", ninjaGroup).isEmpty(), path);
        QVERIFY2(bench.policy(ninja).isEmpty(), path);
    }
}

void tst_Runner::undoLeavesAForeignGroup()
{
    GateBench bench;
    GATE_READY(bench);
    bench.faults({GateBench::fault("POST", "/groups$", {{QStringLiteral("drop"), QStringLiteral("before")}})});
    QVERIFY(!bench.apply(bench.wish(ninja, true)));
    const QString foreign = demotest::newGroup(*bench.client, ninjaGroup);
    ENDS(QCoro::waitFor(bench.runner->resume(bench.run)), "verified"); // takes the group of that name up
    QCoro::waitFor(bench.runner->undo(bench.run));
    QVERIFY(!bench.row("groups", "id", foreign).isEmpty());
}

void tst_Runner::undoWithoutWaiting()
{
    GateBench bench(1); // five minutes stay five minutes
    GATE_READY(bench);
    const QString group = demotest::newGroup(*bench.client, QStringLiteral("Own group"));
    QJsonObject wish = bench.wish(ninja, false);
    wish.insert(QStringLiteral("group"), QJsonObject{{QStringLiteral("existing"), group}});
    ENDS(bench.apply(wish), "verified");
    const auto undone = QCoro::waitFor(bench.runner->undo(bench.run, TakeBack{true}));
    ENDS(undone, "undone");
    QCOMPARE(undone->notDone.size(), 2);
    QVERIFY(undone->notDone.first().contains(QLatin1String("Jonas")) || undone->notDone.first().contains(QLatin1String("Ada")));
    QVERIFY(bench.policy(ninja).isEmpty());
    QVERIFY(!bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
    bench.client->advance(QStringLiteral("PT6M"));
    const auto rest = QCoro::waitFor(bench.runner->undo(bench.run, TakeBack{true}));
    ENDS(rest, "undone");
    QCOMPARE(rest->notDone, QStringList());
    QVERIFY(bench.rows("eligibilitySchedules", "groupId", group).isEmpty());
}

void tst_Runner::removeOnAnotherMachine()
{
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    bench.newMachine();
    const auto plan = bench.plan(bench.wish(ninja, true));
    QVERIFY(plan);
    const auto rows = QCoro::waitFor(bench.runner->removalPlan(*plan));
    QVERIFY(rows);
    QCOMPARE(rows->first().key.toString(), QStringLiteral("state"));
    const auto done = QCoro::waitFor(bench.runner->remove(*plan, *rows));
    ENDS(done, "undone");
    QVERIFY(bench.policy(ninja).isEmpty());
    QVERIFY(bench.row("groups", "displayName", ninjaGroup).isEmpty());
    QVERIFY(!bench.application(ninja)[QLatin1String("appRoleAssignmentRequired")].toBool());
}

void tst_Runner::removeLeavesAForeignPolicy()
{
    GateBench bench;
    GATE_READY(bench);
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    const QString id = bench.policy(ninja)[QLatin1String("id")].toString();
    bench.client->patch(QStringLiteral("/identity/conditionalAccess/policies/") + id,
                        {{QStringLiteral("description"), QStringLiteral("Kept by the security team")}});
    bench.newMachine();
    const auto plan = bench.plan(bench.wish(ninja, true));
    const auto rows = QCoro::waitFor(bench.runner->removalPlan(*plan));
    QVERIFY(QCoro::waitFor(bench.runner->remove(*plan, *rows)));
    // It is no longer enforced, so the group may go; it was not ours to delete.
    QCOMPARE(bench.policyState(ninja), QStringLiteral("enabledForReportingButNotEnforced"));
}

void tst_Runner::existingGroup()
{
    GateBench bench;
    GATE_READY(bench);
    const QString group = demotest::newGroup(*bench.client, QStringLiteral("Own group"));
    QJsonObject wish = bench.wish(ninja, true);
    wish.insert(QStringLiteral("group"), QJsonObject{{QStringLiteral("existing"), group}});
    ENDS(bench.apply(wish), "verified");
    QVERIFY(!bench.kinds().mid(1).contains(QStringLiteral("group"))); // the first is the test's own
    // P28: the owner policy is another one and stays as it was.
    const auto owner = bench.client
                           ->get(QStringLiteral("/policies/roleManagementPolicyAssignments?$filter=scopeId eq '%1' and scopeType "
                                                "eq 'Group' and roleDefinitionId eq 'owner'&$expand=policy($expand=rules)")
                                     .arg(group))
                           .first()[QLatin1String("policy")]
                           .toObject();
    QCOMPARE(demotest::ruleOf(owner, "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")].toString(),
             QStringLiteral("PT8H"));
    QCOMPARE(demotest::ruleOf(demotest::memberPolicy(*bench.client, group),
                              "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")]
                 .toString(),
             QStringLiteral("PT2H"));
    ENDS(QCoro::waitFor(bench.runner->undo(bench.run)), "undone");
    QVERIFY(!bench.row("groups", "id", group).isEmpty());
    QVERIFY(bench.rows("eligibilitySchedules", "groupId", group).isEmpty());
    QCOMPARE(demotest::ruleOf(demotest::memberPolicy(*bench.client, group),
                              "Expiration_EndUser_Assignment")[QLatin1String("maximumDuration")]
                 .toString(),
             QStringLiteral("PT8H"));
}

namespace {

QJsonObject kaseyaWish(const GateBench &bench)
{
    QJsonObject wish = bench.wish("KaseyaOne", true);
    wish.insert(QStringLiteral("assignment"), QJsonObject{{QStringLiteral("appRole"), QStringLiteral("Administrator")},
                                                          {QStringLiteral("otherAssignments"), QStringLiteral("remove")}});
    return wish;
}

} // namespace

void tst_Runner::kaseyaCutOffWhileClosing_data()
{
    QTest::addColumn<int>("write");
    QTest::addColumn<QString>("drop");
    for (int write = 6; write < 12; ++write) // required, four assignments, the policy
        for (const char *drop : {"before", "after"})
            QTest::addRow("%s %d", drop, write) << write << QString::fromLatin1(drop);
}

void tst_Runner::kaseyaCutOffWhileClosing()
{
    QFETCH(int, write);
    QFETCH(QString, drop);
    GateBench bench;
    GATE_READY(bench);
    static const QString wanted = undisturbed(kaseyaWish(bench));
    QVERIFY(!wanted.isEmpty());
    bench.faults({GateBench::atWrite(write, {{QStringLiteral("drop"), drop}})});
    const auto first = bench.apply(kaseyaWish(bench));
    QVERIFY(bench.faultsUsed());
    QCOMPARE(bench.lockedOut("KaseyaOne", QStringLiteral("PIM-KaseyaOne-Admins")), QString());
    if (!first) {
        bench.restart();
        ENDS(QCoro::waitFor(bench.runner->resume(bench.run)), "verified");
    }
    SAME(bench, wanted);
}

void tst_Runner::kaseya()
{
    GateBench bench;
    GATE_READY(bench);
    const QJsonObject wish = kaseyaWish(bench);
    const QString kaseya = bench.application("KaseyaOne")[QLatin1String("id")].toString();
    const QJsonArray before = bench.rows("appRoleAssignments", "resourceId", kaseya);
    QCOMPARE(before.size(), 4);
    ENDS(bench.apply(wish), "verified");
    const QStringList kinds = bench.kinds();
    QCOMPARE(kinds.count(QStringLiteral("unassign")), 4);
    QVERIFY(kinds.indexOf(QStringLiteral("required")) < kinds.indexOf(QStringLiteral("unassign")));
    QCOMPARE(kinds.last(), QStringLiteral("policy:enabled"));
    QCOMPARE(bench.rows("appRoleAssignments", "resourceId", kaseya).size(), 1);
    ENDS(QCoro::waitFor(bench.runner->undo(bench.run)), "undone");
    const QJsonArray after = bench.rows("appRoleAssignments", "resourceId", kaseya);
    QStringList had, has;
    for (const auto &one : before)
        had << one[QLatin1String("principalId")].toString() + one[QLatin1String("appRoleId")].toString();
    for (const auto &one : after)
        has << one[QLatin1String("principalId")].toString() + one[QLatin1String("appRoleId")].toString();
    had.sort();
    has.sort();
    QCOMPARE(has, had);
}

void tst_Runner::appRoleRequired()
{
    GateBench bench;
    GATE_READY(bench);
    const auto done = bench.apply(bench.wish("KaseyaOne", true));
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Input);
    QCOMPARE(done.error().where, QStringLiteral("assignment.appRole"));
    QCOMPARE(bench.writes().size(), 0);
}

QTEST_GUILESS_MAIN(tst_Runner)
#include "tst_Runner.moc"
