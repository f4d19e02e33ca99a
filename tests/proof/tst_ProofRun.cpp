#include "ProofBench.h"
#include "graph/Applications.h"
#include "graph/Audit.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "graph/ManagementPolicies.h"
#include "graph/PrivilegedAccess.h"
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
    void restAndPause();
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
    void whatBreaks_data();
    void whatBreaks();
    void whoApproves_data();
    void whoApproves();
    void askedOtherwise_data();
    void askedOtherwise();
    void endsOtherwise_data();
    void endsOtherwise();
    void takenUpAfterTheEnd();
    void anotherAssignedGroup_data();
    void anotherAssignedGroup();
    void timeThatCannotBeMadeToPass();
    void aSilentLog_data();
    void aSilentLog();
    void tickets();
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

void removePolicy(Gate &gate)
{
    ConditionalAccess policies(*gate.graph);
    const QString id = gate.snapshot->policy->id;
    QVERIFY(QCoro::waitFor(policies.remove(id)));
}

void ask(Gate &gate, const char *name)
{
    const Gate::Actor actor = gate.actor(name);
    PrivilegedAccess access(*actor.graph);
    const QString group = gate.snapshot->group->id, why = QStringLiteral("By hand");
    const IsoDuration duration(std::chrono::minutes(30));
    const auto asked = QCoro::waitFor(access.activate(group, actor.id, duration, why, {}, {}));
    QVERIFY2(asked, asked ? "" : qPrintable(asked.error().text()));
}

void adaAsks(Gate &gate)
{
    ask(gate, "ada.lindqvist");
}

/// Of the one request that waits.
void answer(Gate &gate, const char *name, bool approve)
{
    const Gate::Actor actor = gate.actor(name);
    PrivilegedAccess access(*actor.graph);
    const QString group = gate.snapshot->group->id, why = QStringLiteral("By hand");
    const auto waiting = QCoro::waitFor(access.waitingForMe(group));
    QVERIFY(waiting && waiting->size() == 1);
    const QString approvalId = waiting->first().approvalId;
    const auto approval = QCoro::waitFor(access.approval(approvalId));
    QVERIFY(approval && approval->stages.size() == 1);
    const QString stage = approval->stages.first().id;
    QVERIFY(QCoro::waitFor(access.decide(approvalId, stage, approve, why)));
}

void addMember(Gate &gate)
{
    const QString path = QStringLiteral("/groups/%1/members/$ref").arg(gate.snapshot->group->id);
    const QString ada = gate.person("ada.lindqvist").id;
    const QJsonObject body{
        {QStringLiteral("@odata.id"), QString(gate.cloud.graph.toString() + QStringLiteral("/v1.0/directoryObjects/") + ada)}};
    const auto added = QCoro::waitFor(gate.graph->post(path, body));
    QVERIFY2(added, added ? "" : qPrintable(added.error().text()));
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
    Trouble{"the policy is gone", false, 3, removePolicy, 3, State::Passed, "let in; the second lock is not enforced", "", true},
    Trouble{"a member outside PIM", false, 0, addMember, 0, State::Failed, "already an active member, without an end", "End ",
            false},
    Trouble{"active by somebody else's hand", false, 1, adaAsks, 1, State::Failed, "already active",
            "Wait for the end of the activation", true},
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

namespace {

/// One request that goes wrong, from the end of the moment before on.
struct Break
{
    const char *name;
    bool approval;
    int before; ///< index of the moment; 0: before the play
    const char *method, *path, *trouble;
    int moment; ///< that fails; Nothing of the play is told, Passed: nothing comes of it
    const char *happened = "";
};

constexpr int Nothing = -1, Passed = -2;
constexpr const char *once = R"({"status":403})", *second = R"({"status":403,"skip":1})",
                     *gone = R"({"drop":"before","times":99})", *ill = R"({"status":503,"times":99})";
constexpr const char *requestPath = "assignmentScheduleRequests/", *membersPath = "/members", *signInPath = "/api/signin/",
                     *listPath = "assignmentScheduleRequests/filterByCurrentUser", *approvalPath = "assignmentApprovals/",
                     *batch = "batch";

constexpr std::array breaks{
    Break{"the person", true, 0, "GET", "/users/ada", once, Nothing},
    Break{"the person's groups", true, 0, "GET", "transitiveMemberOf", once, Nothing},
    Break{"the members, at first", true, 0, "GET", membersPath, once, Nothing},
    Break{"who is active", true, 0, "GET", "assignmentScheduleInstances", once, Nothing},
    Break{"the application", true, 0, "GET", "servicePrincipals\\(appId='[^/]*$", once, Nothing},
    Break{"its assignments", true, 0, "GET", "appRoleAssignedTo", once, Nothing},
    Break{"the policies", true, 0, "GET", "conditionalAccess/policies", once, Nothing},
    Break{"the sign-in host is gone", true, 0, "GET", signInPath, gone, Nothing},
    Break{"the sign-in host is ill", true, 0, "GET", signInPath, ill, 0, "The sign-in host's answer"},
    Break{"the members, once blocked", true, 0, "GET", membersPath, second, Nothing},
    Break{"the members, once asked for", true, 1, "GET", membersPath, once, Nothing},
    Break{"asking is refused", true, 1, "POST", "assignmentScheduleRequests", once, 1},
    Break{"asking is not answered", true, 1, "POST", "assignmentScheduleRequests", gone, Nothing},
    Break{"the request, once asked for", false, 1, "GET", requestPath, once, 1},
    Break{"the request, before it is approved", true, 2, "GET", requestPath, once, Passed},
    Break{"the request, once approved", true, 2, "GET", "assignmentScheduleRequests/[0-9a-f-]+$", second, 2},
    Break{"the approvers", true, 2, "POST", batch, once, 2},
    Break{"the approvers are not answered", true, 2, "POST", batch, gone, Nothing},
    Break{"what waits for the approver", true, 2, "GET", listPath, once, 2},
    Break{"what waits for the approver is not answered", true, 2, "GET", listPath, gone, Nothing},
    Break{"what waits for the approver shows late", true, 2, "GET", listPath, R"({"emptyPage":true})", Passed},
    Break{"the approval", true, 2, "GET", approvalPath, once, 2},
    Break{"approving", true, 2, "PATCH", approvalPath, once, 2},
    Break{"the members, once approved", true, 2, "GET", membersPath, once, Nothing},
    Break{"the sign-in host is ill, once active", false, 3, "GET", signInPath, ill, 3, "The sign-in host's answer"},
    Break{"the members, once active", false, 3, "GET", membersPath, once, 3},
    Break{"the sign-in host is ill, after the end", false, 4, "GET", signInPath, ill, 4, "The sign-in host's answer"},
};

} // namespace

void tst_ProofRun::whatBreaks_data()
{
    QTest::addColumn<int>("row");
    for (int row = 0; row < int(breaks.size()); ++row)
        QTest::newRow(breaks[row].name) << row;
}

/// What has nothing to do with the gate is nobody's failed moment; what PIM or the sign-in host refuses is.
void tst_ProofRun::whatBreaks()
{
    QFETCH(int, row);
    const Break &one = breaks[row];
    Gate gate(QStringLiteral("NinjaOne"), one.approval);
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    bool made = false;
    const auto disturb = [&] {
        made = true;
        gate.disturb(one.method, QLatin1String(one.path), one.trouble);
    };
    if (one.before == 0)
        disturb();
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (!made && index == one.before - 1 && line.finished())
            disturb();
    });
    const auto result = gate.play(gate.wish);
    QVERIFY(made);
    if (one.moment == Nothing) {
        QVERIFY2(!result, result ? story(*result).constData() : "");
        return;
    }
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    if (one.moment == Passed) {
        QVERIFY2(result->state == ProofResult::State::Passed, story(*result).constData());
        return;
    }
    QVERIFY2(result->state == ProofResult::State::Failed, story(*result).constData());
    const ProofLine &line = result->lines[one.moment];
    QVERIFY2(line.state == State::Failed && line.happening == ProofLine::Happening::Error, story(*result).constData());
    QVERIFY2(happenedIn(line).startsWith(QLatin1String(one.happened)), story(*result).constData());
}

namespace {

void disable(Gate &gate, const QList<const char *> &names)
{
    QJsonArray acts;
    for (const char *name : names)
        acts << QJsonObject{{QStringLiteral("after"), 0},
                            {QStringLiteral("method"), QStringLiteral("PATCH")},
                            {QStringLiteral("path"), QString(QStringLiteral("/users/") + gate.person(name).id)},
                            {QStringLiteral("body"), QJsonObject{{QStringLiteral("accountEnabled"), false}}}};
    gate.control("second-admin", QJsonDocument(acts));
    for (const char *name : names)
        QVERIFY(gate.person(name).isUser()); // he acts at a request
    QVERIFY(!gate.person(names.first()).enabled);
}

/// He has all rights; approves after so many of Graph's requests, once the approval is asked for.
void secondAdminApproves(Gate &gate, int after)
{
    const Gate::Actor ada = gate.actor("ada.lindqvist");
    PrivilegedAccess own(*ada.graph);
    const QString path =
        QStringLiteral("/identityGovernance/privilegedAccess/group/assignmentScheduleRequests?$filter=groupId%20eq%20'%1'")
            .arg(gate.snapshot->group->id);
    const auto requests = QCoro::waitFor(gate.graph->list(path));
    QVERIFY(requests);
    QString approvalId;
    for (const QJsonValue &request : *requests)
        if (request[QLatin1String("status")].toString() == QLatin1String("PendingApproval"))
            approvalId = request[QLatin1String("approvalId")].toString();
    const Gate::Actor lena = gate.actor("lena.fischer");
    PrivilegedAccess access(*lena.graph);
    const auto approval = QCoro::waitFor(access.approval(approvalId));
    QVERIFY(approval && approval->stages.size() == 1);
    const QJsonObject act{
        {QStringLiteral("after"), after},
        {QStringLiteral("method"), QStringLiteral("PATCH")},
        {QStringLiteral("path"), QStringLiteral("/identityGovernance/privilegedAccess/group/assignmentApprovals/%1/stages/%2")
                                     .arg(approvalId, approval->stages.first().id)},
        {QStringLiteral("body"), QJsonObject{{QStringLiteral("reviewResult"), QStringLiteral("Approve")},
                                             {QStringLiteral("justification"), QStringLiteral("Quicker")}}}};
    gate.control("second-admin", QJsonDocument(QJsonArray{act}));
}

struct Approves
{
    const char *name;
    QStringList approvers;
    std::function<void(Gate &)> before = [](Gate &) {};  ///< the play
    std::function<void(Gate &)> waiting = [](Gate &) {}; ///< once the approval is waited for
    QString named = {};
    ProofResult::State ends = ProofResult::State::Passed;
    QStringList who = {};
};

const QList<Approves> &approves()
{
    using R = ProofResult::State;
    const QString ada = mail("ada.lindqvist"), lena = mail("lena.fischer"), valeria = mail("valeria.conti");
    const QString leads = QStringLiteral("group:Service leads"), kaseya = QStringLiteral("group:Kaseya technicians");
    const auto nothing = [](Gate &) {};
    static const QList<Approves> all{
        {"one of a group",
         {leads},
         nothing,
         nothing,
         {},
         R::Passed,
         {QStringLiteral("Lena Fischer"), QStringLiteral("Omar Haddad")}},
        {"one of a group, not the person",
         {QStringLiteral("group:Remote monitoring users")},
         nothing,
         nothing,
         {},
         R::Passed,
         {QStringLiteral("Jonas Weber"), QStringLiteral("Priya Raman"), QStringLiteral("Hiro Tanaka")}},
        {"the person or one of a group",
         {ada, leads},
         nothing,
         nothing,
         {},
         R::Passed,
         {QStringLiteral("Lena Fischer"), QStringLiteral("Omar Haddad")}},
        {"not who is disabled",
         {lena, mail("omar.haddad")},
         [](Gate &gate) { disable(gate, {"lena.fischer"}); },
         nothing,
         {},
         R::Passed,
         {QStringLiteral("Omar Haddad")}},
        {"nobody of a group",
         {kaseya},
         [](Gate &gate) {
             disable(gate, {"pedro.santos", "yusuf.demir"});
         },
         nothing,
         {},
         R::Pending,
         {QStringLiteral("Kaseya technicians")}},
        {"nobody, where the rules were not read",
         {lena},
         [](Gate &gate) { gate.snapshot->rules.reset(); },
         nothing,
         {},
         R::Pending,
         {QString()}},
        {"a group that cannot be read",
         {leads},
         [](Gate &gate) {
             gate.disturb("GET", QStringLiteral("/groups/%1/members").arg(gate.named(QStringLiteral("group:Service leads")).id),
                          second);
         },
         nothing,
         {},
         R::Failed,
         {QStringLiteral("Service leads")}},
        {"whoever is named", {lena, valeria}, nothing, nothing, valeria, R::Passed, {QStringLiteral("Valeria Conti")}},
        {"another was quicker than the look",
         {lena, valeria},
         nothing,
         [](Gate &gate) { secondAdminApproves(gate, 3); },
         lena,
         R::Passed,
         {QStringLiteral("Lena Fischer")}},
        {"another was quicker than the answer",
         {lena, valeria},
         nothing,
         [](Gate &gate) { secondAdminApproves(gate, 4); },
         lena,
         R::Passed,
         {QStringLiteral("Lena Fischer")}},
    };
    return all;
}

} // namespace

void tst_ProofRun::whoApproves_data()
{
    QTest::addColumn<int>("row");
    for (int row = 0; row < int(approves().size()); ++row)
        QTest::newRow(approves().at(row).name) << row;
}

void tst_ProofRun::whoApproves()
{
    QFETCH(int, row);
    const Approves &one = approves().at(row);
    Gate gate(QStringLiteral("NinjaOne"), true, one.approvers);
    READY(gate);
    one.before(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    gate.wish.approver = one.named;
    bool waits = false;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (waits || index != 2 || line.state != State::Working)
            return;
        waits = true;
        one.waiting(gate);
    });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == one.ends, story(*result).constData());
    QVERIFY2(one.who.contains(result->lines[2].who), story(*result).constData());
    if (one.ends == ProofResult::State::Pending)
        QCOMPARE(result->how, ProofResult::How::NobodyApproves);
}

void tst_ProofRun::askedOtherwise_data()
{
    QTest::addColumn<bool>("approval");
    QTest::addColumn<int>("before");
    QTest::addColumn<bool>("earlier");
    QTest::addColumn<bool>("outside");
    QTest::addColumn<State>("state");
    QTest::addColumn<QString>("happened");
    QTest::newRow("asked by the person himself")
        << true << 1 << false << false << State::Passed << QStringLiteral("waits for approval since an earlier request");
    QTest::newRow("active since an earlier play")
        << false << 0 << true << false << State::Passed << QStringLiteral("active until");
    QTest::newRow("approved since an earlier play")
        << true << 0 << true << false << State::Failed << QStringLiteral("already active");
    QTest::newRow("a member outside PIM") << false << 0 << true << true << State::Failed
                                          << QStringLiteral("still not active after");
}

/// The request or the activation is there already.
void tst_ProofRun::askedOtherwise()
{
    QFETCH(bool, approval);
    QFETCH(int, before);
    QFETCH(bool, earlier);
    QFETCH(bool, outside);
    QFETCH(State, state);
    QFETCH(QString, happened);
    Gate gate(QStringLiteral("NinjaOne"), approval, {mail("lena.fischer")});
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    const auto make = [&] {
        outside ? addMember(gate) : adaAsks(gate);
        if (approval && earlier)
            answer(gate, "lena.fischer", true);
    };
    if (earlier) {
        gate.wish.earlier = forecast(gate.wish, *gate.snapshot);
        gate.wish.earlier[0].state = State::Passed;
        make();
    }
    bool made = earlier;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (made || index != before - 1 || !line.finished())
            return;
        made = true;
        make();
    });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    const ProofLine &line = result->lines[1];
    QVERIFY2(line.state == state && happenedIn(line).startsWith(happened), story(*result).constData());
    const auto ends = state == State::Passed ? ProofResult::State::Passed : ProofResult::State::Failed;
    QVERIFY2(result->state == ends, story(*result).constData());
    // Nothing is asked about a request that nobody knows.
    QVERIFY(!gate.control("exchanges").contains("assignmentScheduleRequests/\""));
}

void tst_ProofRun::endsOtherwise_data()
{
    QTest::addColumn<QString>("status");
    QTest::newRow("denied") << QStringLiteral("Denied");
    QTest::newRow("taken back") << QStringLiteral("Canceled");
    QTest::newRow("not answered") << QStringLiteral("TimedOut");
}

/// What others do with the request, while it waits.
void tst_ProofRun::endsOtherwise()
{
    QFETCH(QString, status);
    Gate gate(QStringLiteral("NinjaOne"), true, {mail("lena.fischer")});
    READY(gate);
    QString requestId;
    bool made = false;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (index == 1 && line.state == State::Passed)
            requestId = line.recordId;
        if (made || index != 2 || line.state != State::Working)
            return;
        made = true;
        if (status == QLatin1String("Denied")) {
            answer(gate, "lena.fischer", false);
        } else if (status == QLatin1String("Canceled")) {
            const Gate::Actor ada = gate.actor("ada.lindqvist");
            PrivilegedAccess access(*ada.graph);
            QVERIFY(QCoro::waitFor(access.cancelRequest(requestId)));
        } else {
            gate.advance(std::chrono::hours(25));
        }
    });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->lines[2].state == State::Failed, story(*result).constData());
    QCOMPARE(happenedIn(result->lines[2]), QStringLiteral("ended as %1").arg(status));
    QCOMPARE(result->how, ProofResult::How::AskAgain);
}

/// Nothing is left to wait for, and nobody is asked twice.
void tst_ProofRun::takenUpAfterTheEnd()
{
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    std::stop_source stop;
    QList<ProofLine> lines = forecast(gate.wish, *gate.snapshot);
    QList<ProofLine::Happening> ended;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        lines[index] = line;
        if (index == 3 && line.state == State::Passed)
            stop.request_stop();
        if (index == 4)
            ended << line.happening;
    });
    QVERIFY(!QCoro::waitFor(gate.proof().play(gate.wish, gate.snapshot, stop.get_token())));
    QVERIFY(lines[3].finished() && !lines[4].finished());
    gate.advance(std::chrono::hours(1));
    gate.wish.earlier = lines;
    ended.clear();
    const auto result = gate.play(gate.wish);
    QVERIFY2(result && result->state == ProofResult::State::Passed, result ? story(*result).constData() : "");
    QVERIFY(!ended.contains(ProofLine::Happening::Due) && !ended.contains(ProofLine::Happening::DueIn));
    QCOMPARE(result->lines[1].recordId, lines[1].recordId);
    QCOMPARE(gate.actors, QStringList{mail("ada.lindqvist")});
}

void tst_ProofRun::anotherAssignedGroup_data()
{
    QTest::addColumn<bool>("readable");
    QTest::newRow("of whose members he is known to be one") << true;
    QTest::newRow("directly or not") << false;
}

/// The second lock alone stops him; of the first the evaluator says what it knows.
void tst_ProofRun::anotherAssignedGroup()
{
    QFETCH(bool, readable);
    Gate gate(QStringLiteral("N-able N-central"), false);
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    Applications applications(*gate.graph);
    const QString service = gate.snapshot->application->id;
    const QString group = gate.named(QStringLiteral("group:Remote monitoring users")).id;
    const QString role = QStringLiteral("00000000-0000-0000-0000-000000000000");
    QVERIFY(QCoro::waitFor(applications.assign(service, group, role)));
    if (!readable)
        gate.disturb("GET", QStringLiteral("/memberOf"), once);
    const auto result = gate.play(gate.wish);
    QVERIFY2(result && result->state == ProofResult::State::Passed, result ? story(*result).constData() : "");
    QCOMPARE(result->lines[0].errorCode, 53003);
    QCOMPARE(result->lines[0].verdict.assignment, readable ? Verdict::Lock::Open : Verdict::Lock::Unknown);
}

/// The demo tenant takes no such key: that is nobody's failed moment.
void tst_ProofRun::timeThatCannotBeMadeToPass()
{
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    gate.callItReal();
    Cloud other = gate.cloud;
    other.controlKey = QStringLiteral("another");
    gate.elsewhere = std::make_unique<Session>(gate.http, other, std::make_unique<HttpBrowser>(gate.http, QString()));
    gate.elsewhereGraph = std::make_unique<GraphService>(*gate.elsewhere);
    gate.bringToken();
    const auto result = gate.play(gate.wish);
    QVERIFY2(!result, result ? story(*result).constData() : "");
    QCOMPARE(result.error().kind, Error::Kind::Protocol);
}

void tst_ProofRun::aSilentLog_data()
{
    QTest::addColumn<int>("moment");
    for (const int moment : {0, 3, 4})
        QTest::addRow("%d", moment) << moment;
}

/// Nothing is said of a moment that the log does not tell of.
void tst_ProofRun::aSilentLog()
{
    QFETCH(int, moment);
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    gate.callItReal();
    gate.wish.duration = IsoDuration(moment == 4 ? std::chrono::hours(0) + std::chrono::minutes(5) : std::chrono::hours(4));
    Visits visits{gate};
    bool made = false;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (index != moment) {
            visits.follow(index, line);
            return;
        }
        gate.bringToken();
        if (made || line.happening != ProofLine::Happening::OpensInPrivateWindow)
            return;
        made = true;
        gate.advance(std::chrono::minutes(80));
    });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == ProofResult::State::Pending, story(*result).constData());
    const ProofLine &line = result->lines[moment];
    QVERIFY2(line.state == State::Working && line.agrees && line.at.isValid(), story(*result).constData());
    QCOMPARE(line.happening, ProofLine::Happening::NoRecord);
}

/// Rules that ask for a ticket get one in the demo tenant; elsewhere somebody has to give it.
void tst_ProofRun::tickets()
{
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    gate.wish.duration = IsoDuration(std::chrono::minutes(30));
    gate.wish.justification.clear();
    const QString number = QStringLiteral("ticketNumber");
    const auto plain = gate.play(gate.wish);
    QVERIFY2(plain && plain->state == ProofResult::State::Passed, plain ? story(*plain).constData() : "");
    QCOMPARE(plain->lines[1].justification, QStringLiteral("Test of the gate"));
    QVERIFY(!gate.control("exchanges").contains("ticketSystem\":\"T"));

    const PolicyRule asks = Rules::enablement({QStringLiteral("Justification"), QStringLiteral("Ticketing")});
    writeRule(gate, asks);
    gate.snapshot->rules->rules.insert(Rules::Enablement, asks);
    const auto demo = gate.play(gate.wish);
    QVERIFY2(demo && demo->state == ProofResult::State::Passed, demo ? story(*demo).constData() : "");
    QVERIFY(gate.control("exchanges").contains("DEMO-1"));
    QVERIFY(gate.control("exchanges").contains("Ticket system"));

    gate.run.reset();
    gate.callItReal();
    const auto missing = gate.play(gate.wish);
    QVERIFY(!missing);
    QCOMPARE(missing.error().kind, Error::Kind::Input);
    QVERIFY(missing.error().message.contains(QLatin1String("ticket number")));
    // As the blueprint has it, where the rules were not read.
    gate.snapshot->rules.reset();
    gate.wish.blueprint.activation.ticket = true;
    QCOMPARE(gate.play(gate.wish).error().kind, Error::Kind::Input);
    gate.wish.blueprint.activation.ticket = false;
    for (const bool given : {false, true}) {
        gate.wish.ticket = given ? QStringLiteral("INC-7") : QString();
        gate.wish.blueprint.activation.ticket = given;
        std::stop_source stop;
        const auto connection = connect(&gate.proof(), &ProofRun::lineChanged, this, [&] { stop.request_stop(); });
        const auto stopped = QCoro::waitFor(gate.proof().play(gate.wish, gate.snapshot, stop.get_token()));
        disconnect(connection);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().kind, Error::Kind::Cancelled);
    }
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

    wish = gate.wish;
    wish.user = QStringLiteral("group:Service leads");
    QVERIFY(gate.play(wish).error().message.contains(QLatin1String("is not a person")));
    wish = gate.wish;
    wish.approver = mail("nobody.here");
    QCOMPARE(gate.play(wish).error().kind, Error::Kind::Input);

    const SnapshotPtr noGroup = std::make_shared<Snapshot>(*gate.snapshot), noApplication = std::make_shared<Snapshot>(*noGroup);
    noGroup->group.reset();
    noApplication->application.reset();
    for (const SnapshotPtr &known : {noGroup, noApplication}) {
        const auto nothing = QCoro::waitFor(gate.proof().play(gate.wish, known));
        QVERIFY(!nothing);
        QVERIFY(nothing.error().message.contains(QLatin1String("no gate to test yet")));
    }
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
            [&](int, const ProofLine &line) { played += line.state == ProofLine::State::ToCome ? 0 : 1; });
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

/// A pause takes nothing from the rest.
void tst_ProofRun::restAndPause()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    std::stop_source stop;
    gate.proof().setPaused(true);
    gate.proof().setRest(std::chrono::milliseconds(300));
    QElapsedTimer rests;
    qint64 rested = -1;
    connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int, const ProofLine &line) {
        if (line.state != State::Working || stop.stop_requested())
            return;
        rested = rests.isValid() ? rests.elapsed() : -1;
        stop.request_stop();
    });
    QTimer::singleShot(800, this, [&] {
        rests.start();
        gate.proof().setPaused(false);
    });
    QVERIFY(!QCoro::waitFor(gate.proof().play(gate.wish, gate.snapshot, stop.get_token())));
    QVERIFY2(rested >= 240, qPrintable(QString::number(rested))); // the last slice of the pause may count
}

QTEST_GUILESS_MAIN(tst_ProofRun)
#include "tst_ProofRun.moc"
