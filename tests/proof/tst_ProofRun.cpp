#include "ProofBench.h"
#include "graph/Applications.h"
#include "graph/Audit.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "graph/ManagementPolicies.h"
#include "proof/ProofForecast.h"

#include <QElapsedTimer>
#include <QTimer>

using namespace pimgate;
using namespace pimgate::test;

class tst_ProofRun : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fiveMoments_data();
    void fiveMoments();
    void pendingAndTakenUp();
    void openGateFailsAndActiveIsTold();
    void wishesThatCannotBe();
    void stopAndPause();
    void theWrongPersonsBrowserIsNoticed();
    void whatMustNotCount_data();
    void whatMustNotCount();
    void nobodyApprovesForThemself();
    void patienceWithTheSignInHost();
    void aRealTenantByItsLog();
    void whatTheLogMustNotProve_data();
    void whatTheLogMustNotProve();
    void patienceWithTheLog_data();
    void patienceWithTheLog();
    void theApproverIsElsewhere_data();
    void theApproverIsElsewhere();
};

namespace {

using Moment = ProofLine::Moment;
using State = ProofLine::State;

/// What goes wrong, and before which moment: in the tenant, behind the back of the program.
struct Trouble
{
    const char *name;
    bool approval;
    int before; ///< index of the moment; 0: before the play
    void (*make)(Gate &gate);
    // As it must be told, written down by hand:
    int moment;
    State state;
    const char *happened, *how;
    bool agrees;
};

void signInOff(Gate &gate)
{
    const QString path = QStringLiteral("/servicePrincipals/") + gate.snapshot->application->id;
    const QJsonObject off{{QStringLiteral("accountEnabled"), false}};
    QVERIFY(QCoro::waitFor(gate.graph->patch(path, off)));
}

void require(Gate &gate, bool required)
{
    Applications applications(*gate.graph);
    const QString service = gate.snapshot->application->id;
    QVERIFY(QCoro::waitFor(applications.requireAssignment(service, required)));
}

void reportOnly(Gate &gate)
{
    ConditionalAccess policies(*gate.graph);
    const QString id = gate.snapshot->policy->id;
    QVERIFY(QCoro::waitFor(policies.setState(id, CaPolicy::State::ReportOnly)));
}

void bothLocksOff(Gate &gate)
{
    require(gate, false);
    reportOnly(gate);
}

void writeRule(Gate &gate, const PolicyRule &rule)
{
    ManagementPolicies policies(*gate.graph);
    const QString group = gate.snapshot->group->id;
    const auto now = QCoro::waitFor(policies.forMembers(group));
    QVERIFY(now);
    const QList<PolicyRule> rules{rule};
    QVERIFY(QCoro::waitFor(policies.write(now->policyId, rules)));
}

void approvalOff(Gate &gate)
{
    writeRule(gate, Rules::approval({}, false));
}

void approvalOn(Gate &gate)
{
    Directory directory(*gate.graph);
    const QStringList lena{mail("lena.fischer")};
    const auto found = QCoro::waitFor(directory.resolve(lena));
    QVERIFY(found);
    writeRule(gate, Rules::approval({found->value(lena.first())}, true));
}

/// Another policy than the gate's own; its id.
QString blockAda(Gate &gate)
{
    QJsonObject body = gate.snapshot->policy->raw;
    const QString ada = gate.snapshot->principals.value(mail("ada.lindqvist")).id;
    const QJsonObject conditions{{QStringLiteral("users"), QJsonObject{{QStringLiteral("includeUsers"), QJsonArray{ada}}}},
                                 {QStringLiteral("applications"), QJsonObject{{QStringLiteral("includeApplications"),
                                                                               QJsonArray{gate.snapshot->application->appId}}}},
                                 {QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}}};
    const QJsonObject wanted{
        {QStringLiteral("displayName"), QStringLiteral("Block Ada")},
        {QStringLiteral("state"), QStringLiteral("enabled")},
        {QStringLiteral("conditions"), conditions},
        {QStringLiteral("grantControls"), QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                                      {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("block")}}}}};
    const auto made = QCoro::waitFor(gate.graph->post(QStringLiteral("/identity/conditionalAccess/policies"), wanted));
    return made ? made->value(QLatin1String("id")).toString() : QString();
}

void anotherPolicyBlocks(Gate &gate)
{
    QVERIFY(!blockAda(gate).isEmpty());
}

void slowDirectory(Gate &gate)
{
    gate.control("replication", QJsonDocument(QJsonObject{{QStringLiteral("delay"), QStringLiteral("PT20M")}}));
}

constexpr std::array troubles{
    Trouble{"a refusal that is not the gate's is no block", false, 0, signInOff, 0, State::Failed,
            "refused for another reason: ", "This is not the gate: mend it first.", true},
    Trouble{"a refusal that is not the gate's, once active", false, 3, signInOff, 3, State::Failed,
            "blocked: ", "This is not the gate: ", true},
    Trouble{"a refusal that is not the gate's, after the end", false, 4, signInOff, 4, State::Failed,
            "refused for another reason: ", "This is not the gate: mend it first.", true},
    Trouble{"let in from the start", false, 0, bothLocksOff, 0, State::Failed, "let in", "Ada Lindqvist is let in for now.",
            true},
    Trouble{"still let in after the end", false, 4, bothLocksOff, 4, State::Failed, "still let in",
            "Ada Lindqvist is let in for now.", true},
    Trouble{"the second lock was opened meanwhile", false, 3, reportOnly, 3, State::Passed,
            "let in; the second lock is not enforced", "", true},
    Trouble{"not held for approval", true, 0, approvalOff, 1, State::Failed, "not held for approval (Provisioned)",
            "Read step 3 again: approval is not asked.", false},
    Trouble{"held although nobody has to approve", false, 0, approvalOn, 1, State::Failed, "waits for approval",
            "The rules ask for approval although none was expected.", false},
    Trouble{"another policy blocks", false, 3, anotherPolicyBlocks, 3, State::Failed,
            "blocked: ", "Ada Lindqvist is active and still stopped at Conditional Access: blocked by Block Ada.", true},
    Trouble{"the membership never shows", false, 0, slowDirectory, 1, State::Failed, "still not active after 5 min",
            "Look at the request in PIM; play the proof again when it is provisioned and has ended.", true},
};

} // namespace

void tst_ProofRun::whatMustNotCount_data()
{
    QTest::addColumn<int>("row");
    for (int row = 0; row < int(troubles.size()); ++row)
        QTest::newRow(troubles[row].name) << row;
}

void tst_ProofRun::whatMustNotCount()
{
    QFETCH(int, row);
    const Trouble &trouble = troubles[row];
    Gate gate(QStringLiteral("NinjaOne"), trouble.approval);
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    if (trouble.before == 0)
        trouble.make(gate);
    bool made = trouble.before == 0;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (made || index != trouble.before - 1 || !line.finished())
            return;
        made = true;
        trouble.make(gate);
    });
    bool again = false;
    connect(&gate.proof(), &ProofRun::lineChanged, this,
            [&](int, const ProofLine &line) { again = again || line.happening == ProofLine::Happening::AnswersAsBefore; });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY(made);
    QVERIFY2(!again || trouble.make != signInOff, "waiting does not mend what is not the gate's");
    for (int before = 0; before < trouble.moment; ++before)
        QVERIFY2(result->lines[before].finished(), story(*result).constData());
    const ProofLine &line = result->lines[trouble.moment];
    QVERIFY2(line.state == trouble.state && happenedIn(line).startsWith(QLatin1String(trouble.happened)),
             story(*result).constData());
    const QString how = QLatin1String(trouble.how);
    QVERIFY2(how.isEmpty() ? howOf(*result).isEmpty() : howOf(*result).startsWith(how), story(*result).constData());
    QVERIFY2(line.agrees == trouble.agrees, story(*result).constData());
    if (trouble.state != State::Failed)
        return;
    QVERIFY2(result->state == ProofResult::State::Failed, story(*result).constData());
    for (int after = trouble.moment + 1; after < 5; ++after)
        QVERIFY2(!result->lines[after].finished(), story(*result).constData());
}

/// The first of those who may approve is the one who asks.
void tst_ProofRun::nobodyApprovesForThemself()
{
    Gate gate(QStringLiteral("NinjaOne"), true, {mail("ada.lindqvist"), mail("omar.haddad")});
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    const auto result = gate.play(gate.wish);
    QVERIFY2(result && result->state == ProofResult::State::Passed, result ? story(*result).constData() : "");
    QCOMPARE(result->lines[2].who, QStringLiteral("Omar Haddad"));
    QCOMPARE(gate.actors, (QStringList{mail("ada.lindqvist"), mail("omar.haddad")}));
}

/// The directory shows the member late, and PIM the instance (pitfalls P13, P27).
void tst_ProofRun::patienceWithTheSignInHost()
{
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    gate.control("replication", QJsonDocument(QJsonObject{{QStringLiteral("delay"), QStringLiteral("PT2M")}}));
    bool waited = false;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        waited = waited || (index == 1 && happenedIn(line) == QLatin1String("Microsoft is making the membership"));
    });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result && result->state == ProofResult::State::Passed, result ? story(*result).constData() : "");
    QVERIFY(waited);
}

namespace {

/// The person reads what the line asks for, opens the application, and the log tells later.
struct Visits
{
    Gate &gate;
    QList<int> made = {};
    std::function<void(int index)> before = [](int) {};
    std::function<void(int index)> after = [](int) {};

    void follow(int index, const ProofLine &line)
    {
        gate.bringToken();
        if (line.state != State::Working || !happenedIn(line).contains(QLatin1String("in a new private window")))
            return;
        if (made.contains(index) && !again.removeOne(index))
            return;
        made << index;
        before(index);
        (void)gate.visit("ada.lindqvist", *gate.snapshot->application);
        after(index);
    }
    QList<int> again = {}; ///< moments that are to be visited once more
};

} // namespace

/// No browser of ours, no clock of ours: everything a real tenant tells comes by its log.
void tst_ProofRun::aRealTenantByItsLog()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    gate.callItReal();
    gate.control("logs", QJsonDocument(QJsonObject{{QStringLiteral("signInDelay"), QStringLiteral("PT3M")}}));
    Visits visits{gate};
    QList<GateView> views;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) { visits.follow(index, line); });
    connect(&gate.proof(), &ProofRun::viewChanged, this, [&](const GateView &view) { views << view; });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == ProofResult::State::Passed, story(*result).constData());
    QCOMPARE(visits.made, (QList<int>{0, 3, 4}));
    const QStringList happened{QStringLiteral("blocked: not assigned"), QStringLiteral("waits for approval"),
                               QStringLiteral("active until"), QStringLiteral("let in by both locks"),
                               QStringLiteral("blocked again: not assigned")};
    const QList<int> codes{50105, 0, 0, 0, 50105};
    Audit audit(*gate.graph);
    const QString appId = gate.snapshot->application->appId;
    const QDateTime built = gate.snapshot->readAt;
    const auto records = QCoro::waitFor(audit.signIns(appId, built));
    QVERIFY(records && records->size() == 3);
    for (int index = 0; index < 5; ++index) {
        const ProofLine &line = result->lines[index];
        QVERIFY2(line.state == State::Passed && line.label == ProofLabel::Observed && line.agrees, story(*result).constData());
        QVERIFY2(happenedIn(line).startsWith(happened[index]), story(*result).constData());
        QCOMPARE(line.errorCode, codes[index]);
    }
    // Newest first; every line has the time of its record, not of the reading.
    for (const int index : {0, 3, 4}) {
        const SignInRecord &record = records->at(index == 4 ? 0 : index == 3 ? 1 : 2);
        QCOMPARE(result->lines[index].recordId, record.id);
        QCOMPARE(result->lines[index].at, record.at);
    }
    // Five minutes where nobody can make time pass.
    QVERIFY(result->lines[3].at.secsTo(result->lines[4].at) < 20 * 60);
    for (const GateView &view : views)
        QVERIFY(!view.demo && !view.sentence.startsWith(QLatin1String("Demo: ")));
}

namespace {

/// What happens in the tenant before the person opens the application, or after, while the log is still silent.
struct LogTrouble
{
    const char *name;
    void (*before)(Gate &gate);
    void (*after)(Gate &gate);
    const char *happened, *how;
    int errorCode;
    bool agrees;
};

void nothing(Gate &) {}

void assignmentOff(Gate &gate)
{
    require(gate, false);
}

constexpr std::array logTroubles{
    LogTrouble{"let in", bothLocksOff, nothing, "let in", "Ada Lindqvist is let in for now.", 0, true},
    LogTrouble{"refused, but not by the gate", signInOff, nothing,
               "refused for another reason: ", "This is not the gate: mend it first.", 7000112, true},
    LogTrouble{"refused by a lock that the evaluator finds off", nothing, assignmentOff, "blocked: not assigned",
               "The evaluator says otherwise: Ada Lindqvist is stopped at Conditional Access", 50105, false},
    LogTrouble{"refused where the evaluator lets in", nothing, bothLocksOff, "blocked: not assigned",
               "The evaluator says otherwise: Ada Lindqvist is let in for now.", 50105, false},
    LogTrouble{"refused by the other lock", assignmentOff, reportOnly, "blocked: Conditional Access",
               "The evaluator says otherwise: Ada Lindqvist is let in for now.", 53003, false},
};

} // namespace

void tst_ProofRun::whatTheLogMustNotProve_data()
{
    QTest::addColumn<int>("row");
    for (int row = 0; row < int(logTroubles.size()); ++row)
        QTest::newRow(logTroubles[row].name) << row;
}

void tst_ProofRun::whatTheLogMustNotProve()
{
    QFETCH(int, row);
    const LogTrouble &trouble = logTroubles[row];
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    gate.callItReal();
    gate.control("logs", QJsonDocument(QJsonObject{{QStringLiteral("signInDelay"), QStringLiteral("PT3M")}}));
    Visits visits{gate};
    visits.before = [&](int) { trouble.before(gate); };
    visits.after = [&](int) { trouble.after(gate); };
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) { visits.follow(index, line); });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QCOMPARE(visits.made, QList<int>{0});
    const ProofLine &line = result->lines[0];
    QVERIFY2(result->state == ProofResult::State::Failed && line.state == State::Failed, story(*result).constData());
    QVERIFY2(happenedIn(line).startsWith(QLatin1String(trouble.happened)), story(*result).constData());
    QVERIFY2(howOf(*result).startsWith(QLatin1String(trouble.how)), story(*result).constData());
    QCOMPARE(line.errorCode, trouble.errorCode);
    QCOMPARE(line.agrees, trouble.agrees);
    QVERIFY(!line.recordId.isEmpty());
    QCOMPARE(line.label, ProofLabel::Observed);
    QVERIFY2(!result->lines[1].finished(), story(*result).constData());
}

void tst_ProofRun::patienceWithTheLog_data()
{
    QTest::addColumn<bool>("hostBehind");
    QTest::newRow("the sign-in host was behind") << true;
    QTest::newRow("what Graph says was behind") << false;
}

/// Once more, when Graph and log contradict each other.
void tst_ProofRun::patienceWithTheLog()
{
    QFETCH(bool, hostBehind);
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    gate.callItReal();
    gate.control("logs", QJsonDocument(QJsonObject{{QStringLiteral("signInDelay"), QStringLiteral("PT1M")}}));
    Visits visits{gate};
    visits.again = {3};
    QString policy;
    const auto block = [&] { policy = blockAda(gate); };
    const auto unblock = [&] {
        ConditionalAccess policies(*gate.graph);
        QVERIFY(QCoro::waitFor(policies.remove(policy)));
    };
    visits.before = [&](int index) {
        if (index != 3)
            return;
        if (hostBehind && visits.made.count(3) == 1)
            block(); // the person is refused…
        if (!hostBehind && visits.made.count(3) == 2)
            unblock();
    };
    visits.after = [&](int index) {
        if (index != 3 || visits.made.count(3) != 1)
            return;
        if (hostBehind)
            unblock(); // …and Graph knows better when the log tells it
        else
            block();
    };
    bool waited = false;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        waited = waited || (index == 3 && happenedIn(line) == QLatin1String("Microsoft still answers as before"));
        if (index == 3 && visits.made.count(3) == 1 && !waited)
            return; // the person comes back when he is told to
        visits.follow(index, line);
    });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result && result->state == ProofResult::State::Passed, result ? story(*result).constData() : "");
    QVERIFY(waited);
    QCOMPARE(visits.made, (QList<int>{0, 3, 3, 4}));
}

void tst_ProofRun::theApproverIsElsewhere_data()
{
    QTest::addColumn<QString>("comes");
    QTest::addColumn<QString>("happened");
    QTest::addColumn<QString>("how");
    QTest::newRow("nobody signs in") << mail("nobody.here") << QStringLiteral("waits for Lena Fischer")
                                     << QStringLiteral("Lena Fischer approves in the Entra admin center");
    QTest::newRow("somebody else does") << mail("omar.haddad") << mail("omar.haddad") << QString();
}

/// In a real tenant an approver who does not sign in here does it elsewhere: the approval stays open.
void tst_ProofRun::theApproverIsElsewhere()
{
    QFETCH(QString, comes);
    QFETCH(QString, happened);
    QFETCH(QString, how);
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    gate.callItReal();
    gate.whoComes.insert(mail("lena.fischer"), comes);
    Visits visits{gate};
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) { visits.follow(index, line); });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == ProofResult::State::Pending, story(*result).constData());
    const ProofLine &line = result->lines[2];
    QVERIFY2(line.state == State::Working && happenedIn(line).contains(happened), story(*result).constData());
    QVERIFY2(howOf(*result).contains(how), story(*result).constData());
    QCOMPARE(line.label, ProofLabel::Simulated);
}

void tst_ProofRun::fiveMoments_data()
{
    QTest::addColumn<QString>("application");
    QTest::addColumn<bool>("approval");
    QTest::newRow("SAML, approval") << QStringLiteral("NinjaOne") << true;
    QTest::newRow("OIDC, no approval") << QStringLiteral("N-able N-central") << false;
}

void tst_ProofRun::fiveMoments()
{
    QFETCH(QString, application);
    QFETCH(bool, approval);
    Gate gate(application, approval);
    READY(gate);
    QCOMPARE(gate.snapshot->application->sso,
             application.startsWith(QLatin1String("Ninja")) ? Application::Sso::Saml : Application::Sso::Oidc);

    const QList<ProofLine> foreseen = forecast(gate.wish, *gate.snapshot);
    QCOMPARE(foreseen.size(), 5);
    for (const ProofLine &line : foreseen) {
        QCOMPARE(line.state, ProofLine::State::ToCome);
        QCOMPARE(line.label, ProofLabel::Simulated);
    }
    QCOMPARE(happenedIn(foreseen[0]), QStringLiteral("foreseen: blocked"));
    QCOMPARE(happenedIn(foreseen[3]), QStringLiteral("foreseen: let in"));

    QList<GateView> views;
    connect(&gate.proof(), &ProofRun::viewChanged, this, [&](const GateView &view) { views << view; });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == ProofResult::State::Passed, story(*result).constData());
    const QList<ProofLine> &lines = result->lines;
    QCOMPARE(lines.size(), 5);
    for (const ProofLine &line : lines) {
        const bool skipped = line.moment == ProofLine::Moment::Approved && !approval;
        QCOMPARE(line.state, skipped ? ProofLine::State::Skipped : ProofLine::State::Passed);
        QCOMPARE(line.label, skipped ? ProofLabel::Simulated : ProofLabel::PlayedInDemo);
        QVERIFY2(line.agrees, story(*result).constData());
        QVERIFY(line.at.isValid());
        QVERIFY2(skipped || !line.recordId.isEmpty(), story(*result).constData());
    }
    QCOMPARE(lines[0].errorCode, 50105);
    QCOMPARE(lines[0].verdict.expectedError, 50105);
    QCOMPARE(lines[3].errorCode, 0);
    QVERIFY(lines[3].verdict.letIn && lines[3].verdict.enforced);
    QCOMPARE(lines[4].errorCode, 50105);
    QVERIFY(lines[0].recordId != lines[4].recordId);
    // The end came when the activation was over, by the tenant's clock, and not before.
    QVERIFY(lines[3].at.secsTo(lines[4].at) > 3 * 3600);
    QVERIFY(lines[3].at.secsTo(lines[4].at) < 5 * 3600);
    // Every actor has a session of his own.
    QCOMPARE(gate.actors.size(), approval ? 2 : 1);
    QCOMPARE(gate.actors.first(), mail("ada.lindqvist"));
    if (approval)
        QVERIFY(gate.actors.last() != gate.actors.first());
    QVERIFY(!views.isEmpty());
    QVERIFY(std::any_of(views.begin(), views.end(), [](const GateView &view) { return view.letIn && view.member; }));
    QVERIFY(!views.last().letIn);
    for (const GateView &view : views)
        QVERIFY(view.demo && view.sentence.startsWith(QLatin1String("Demo: ")));
}

void tst_ProofRun::pendingAndTakenUp()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    ProofWish own = gate.wish;
    own.approver = own.user;
    const auto waits = gate.play(own);
    QVERIFY2(waits, waits ? "" : qPrintable(waits.error().text()));
    QVERIFY2(waits->state == ProofResult::State::Pending, story(*waits).constData());
    QCOMPARE(waits->lines[1].state, ProofLine::State::Passed);
    QCOMPARE(waits->lines[2].state, ProofLine::State::Working);
    QCOMPARE(waits->lines[2].label, ProofLabel::Simulated);
    QVERIFY(howOf(*waits).contains(QLatin1String("own request")));

    // Taken up with the lines of before: nothing is asked twice.
    ProofWish again = gate.wish;
    again.approver = mail("omar.haddad");
    again.earlier = waits->lines;
    const auto result = gate.play(again);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == ProofResult::State::Passed, story(*result).constData());
    QCOMPARE(result->lines[0].at, waits->lines[0].at);
    QCOMPARE(result->lines[2].who, QStringLiteral("Omar Haddad"));

    // Somebody who may not approve cannot be made to.
    ProofWish wrong = gate.wish;
    wrong.approver = mail("mira.kovac");
    const auto refused = gate.play(wrong);
    QVERIFY(refused);
    QVERIFY2(refused->state == ProofResult::State::Pending, story(*refused).constData());
    QVERIFY(happenedIn(refused->lines[2]).contains(QLatin1String("not asked")));
}

void tst_ProofRun::openGateFailsAndActiveIsTold()
{
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    Applications applications(*gate.graph);
    ConditionalAccess policies(*gate.graph);
    const QString service = gate.snapshot->application->id;
    const QString policy = gate.snapshot->policy->id;

    // The first lock off: the second one answers, and says which it is.
    QVERIFY(QCoro::waitFor(applications.requireAssignment(service, false)));
    std::stop_source stop;
    const auto connection = connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (index == 3 && line.state == ProofLine::State::Passed)
            stop.request_stop();
    });
    ProofLine first;
    const auto watch = connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (index == 0)
            first = line;
    });
    const auto stopped = QCoro::waitFor(gate.proof().play(gate.wish, gate.snapshot, stop.get_token()));
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().kind, Error::Kind::Cancelled);
    QCOMPARE(first.errorCode, 53003);
    QCOMPARE(first.state, ProofLine::State::Passed);
    QVERIFY(first.agrees);
    disconnect(connection);
    disconnect(watch);

    // Still active from before: told, not hidden and not ended behind anybody's back.
    const auto active = gate.play(gate.wish);
    QVERIFY2(active, active ? "" : qPrintable(active.error().text()));
    QVERIFY(active->state == ProofResult::State::Failed);
    QVERIFY2(happenedIn(active->lines[0]).startsWith(QLatin1String("already active until")), story(*active).constData());
    QVERIFY(howOf(*active).contains(QLatin1String("End ")));

    TimeMachine machine(gate.http, gate.cloud);
    QVERIFY(machine.available());
    QVERIFY(QCoro::waitFor(machine.advance(std::chrono::hours(5))));

    // Both locks off: the person walks in, and the proof says so.
    QVERIFY(QCoro::waitFor(policies.setState(policy, CaPolicy::State::ReportOnly)));
    const auto open = gate.play(gate.wish);
    QVERIFY2(open, open ? "" : qPrintable(open.error().text()));
    QVERIFY2(open->state == ProofResult::State::Failed, story(*open).constData());
    QCOMPARE(happenedIn(open->lines[0]), QStringLiteral("let in"));
    QVERIFY(open->lines[0].verdict.letIn);
    QVERIFY2(howOf(*open).contains(QLatin1String("Not enforced")), story(*open).constData());
    QCOMPARE(open->lines[1].state, ProofLine::State::ToCome);
}

void tst_ProofRun::wishesThatCannotBe()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    ProofWish wish = gate.wish;
    wish.duration = IsoDuration(std::chrono::minutes(4));
    QCOMPARE(gate.play(wish).error().kind, Error::Kind::Input);
    wish.duration = IsoDuration(std::chrono::hours(5));
    QCOMPARE(gate.play(wish).error().kind, Error::Kind::Input);
    wish = gate.wish;
    wish.user = mail("nobody.here");
    QCOMPARE(gate.play(wish).error().kind, Error::Kind::Input);
    // Somebody who is not eligible: blocked first, and then his request is refused.
    wish.user = gate.tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("ordinary")].toString();
    const auto ordinary = gate.play(wish);
    QVERIFY2(ordinary, ordinary ? "" : qPrintable(ordinary.error().text()));
    QVERIFY(ordinary->state == ProofResult::State::Failed);
    QCOMPARE(ordinary->lines[0].state, ProofLine::State::Passed);
    QCOMPARE(ordinary->lines[1].state, ProofLine::State::Failed);

    const SnapshotPtr empty = std::make_shared<Snapshot>();
    QVERIFY(!QCoro::waitFor(gate.proof().play(gate.wish, empty)));
}

void tst_ProofRun::theWrongPersonsBrowserIsNoticed()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    gate.whoComes.insert(mail("lena.fischer"), mail("omar.haddad")); // an approver too, so he could approve
    const auto approving = gate.play(gate.wish);
    QVERIFY(approving);
    const ProofLine approved = approving->lines.at(2);
    QVERIFY2(approved.state == ProofLine::State::Failed && happenedIn(approved).contains(mail("omar.haddad")) &&
                 happenedIn(approved).contains(mail("lena.fischer")),
             story(*approving));
    for (const PimSchedule &active : gate.snapshot->active)
        QVERIFY(active.principalId != gate.snapshot->principals.value(mail("ada.lindqvist")).id);

    Gate other(QStringLiteral("NinjaOne"));
    READY(other);
    other.whoComes.insert(mail("ada.lindqvist"), mail("lena.fischer"));
    const auto asking = other.play(other.wish);
    QVERIFY(asking);
    const ProofLine requested = asking->lines.at(1);
    QVERIFY2(requested.state == ProofLine::State::Failed && happenedIn(requested).contains(mail("lena.fischer")), story(*asking));
    QVERIFY(!other.actors.contains(mail("omar.haddad"))); // nobody was asked to approve
}

void tst_ProofRun::stopAndPause()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    std::stop_source stop;
    gate.proof().setPaused(true);
    int played = 0;
    connect(&gate.proof(), &ProofRun::lineChanged, this,
            [&](int, const ProofLine &line) { played += line.state == ProofLine::State::Passed ? 1 : 0; });
    QElapsedTimer timer;
    timer.start();
    QTimer::singleShot(400, this, [&] { stop.request_stop(); });
    const auto result = QCoro::waitFor(gate.proof().play(gate.wish, gate.snapshot, stop.get_token()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::Cancelled);
    QCOMPARE(played, 0);
    QVERIFY(timer.elapsed() >= 400);
    QVERIFY(timer.elapsed() < 3000);
}

QTEST_GUILESS_MAIN(tst_ProofRun)
#include "tst_ProofRun.moc"
