#include "gate/judge/VerdictWords.h"
#include "proof/GateView.h"

#include <QTest>

using namespace pimgate;
using Lock = Verdict::Lock;

namespace {

const auto groupId = QStringLiteral("group-1");
const auto appId = QStringLiteral("app-1");

Principal user(const QString &id, const QString &name)
{
    Principal principal;
    principal.type = Principal::Type::User;
    principal.id = id;
    principal.displayName = name;
    principal.userName = id + QStringLiteral("@contoso.demo");
    return principal;
}

AppAssignment assignmentOf(const QString &principalId, Principal::Type type)
{
    AppAssignment assignment;
    assignment.id = QStringLiteral("assignment-") + principalId;
    assignment.principalId = principalId;
    assignment.principalType = type;
    return assignment;
}

struct World
{
    bool assigned = true, member = true, excluded = true;
    CaPolicy::State state = CaPolicy::State::Enabled;
};

Snapshot snapshotOf(const World &world)
{
    Snapshot snapshot;
    snapshot.readAt = QDateTime::fromString(QStringLiteral("2026-05-12T12:00:00Z"), Qt::ISODate);
    Group group;
    group.id = groupId;
    group.displayName = QStringLiteral("PIM-NinjaOne-Admins");
    snapshot.group = group;
    Application application;
    application.id = QStringLiteral("sp-1");
    application.appId = appId;
    application.displayName = QStringLiteral("NinjaOne");
    application.assignmentRequired = true;
    snapshot.application = application;
    if (world.assigned)
        snapshot.assignments << assignmentOf(groupId, Principal::Type::Group);
    if (world.member) {
        snapshot.members << user(QStringLiteral("ada"), QStringLiteral("Ada Lindqvist"));
        PimSchedule active;
        active.principalId = QStringLiteral("ada");
        active.accessId = QStringLiteral("member");
        active.activated = true;
        active.end = snapshot.readAt.addSecs(3 * 3600 + 41 * 60 + 8);
        snapshot.active << active;
    }
    CaPolicy policy;
    policy.id = QStringLiteral("policy-1");
    policy.displayName = QStringLiteral("PIM only: NinjaOne");
    policy.state = world.state;
    policy.includeUsers << QStringLiteral("All");
    policy.includeApplications << appId;
    policy.builtInControls << QStringLiteral("block");
    if (world.excluded)
        policy.excludeGroups << groupId;
    snapshot.policy = policy;
    snapshot.userCount = 214;
    return snapshot;
}

Person ada()
{
    Person person;
    person.who = user(QStringLiteral("ada"), QStringLiteral("Ada Lindqvist"));
    return person;
}

} // namespace

class tst_Evaluator : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theTable_data();
    void theTable();
    void sentences();
    void unknownIsNotShut();
    void assignmentNotRequired();
    void directAssignmentAndExclusion();
    void breakGlassIsNotBlockedAndNotAssigned();
    void nestedMembersCountForThePolicyOnly();
    void otherAssignedGroup();
    void disabledAccountNeverSignsIn();
    void anotherPolicyBlocks();
    void policyThatIsNotAboutIt();
    void whoCanSignIn();
    void theViewFollowsTheVerdict();
    void expiredActivationDoesNotCount();
    void durations();
};

/// Design section 7: 8 rows by three states of the policy, written down here by hand and not computed.
void tst_Evaluator::theTable_data()
{
    QTest::addColumn<bool>("assigned");
    QTest::addColumn<bool>("member");
    QTest::addColumn<bool>("excluded");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("second");
    QTest::addColumn<bool>("letIn");
    QTest::addColumn<int>("error");

    struct Row
    {
        bool a, m, x;
        Lock first, second;
        bool letIn;
        int error;
        bool letInNotEnforced;
        int errorNotEnforced;
    };
    const Row rows[] = {
        {true, true, true, Lock::Open, Lock::Open, true, 0, true, 0},
        {true, true, false, Lock::Open, Lock::Shut, false, 53003, true, 0},
        {true, false, true, Lock::Shut, Lock::Shut, false, 50105, false, 50105},
        {true, false, false, Lock::Shut, Lock::Shut, false, 50105, false, 50105},
        {false, true, true, Lock::Shut, Lock::Open, false, 50105, false, 50105},
        {false, true, false, Lock::Shut, Lock::Shut, false, 50105, false, 50105},
        {false, false, true, Lock::Shut, Lock::Shut, false, 50105, false, 50105},
        {false, false, false, Lock::Shut, Lock::Shut, false, 50105, false, 50105},
    };
    for (const Row &row : rows) {
        const auto name = [&](const char *state) {
            return QStringLiteral("A%1 M%2 X%3 %4").arg(row.a).arg(row.m).arg(row.x).arg(QLatin1String(state)).toLatin1();
        };
        QTest::newRow(name("on")) << row.a << row.m << row.x << int(CaPolicy::State::Enabled) << int(row.first) << int(row.second)
                                  << row.letIn << row.error;
        QTest::newRow(name("report-only")) << row.a << row.m << row.x << int(CaPolicy::State::ReportOnly) << int(row.first)
                                           << int(Lock::ReportOnly) << row.letInNotEnforced << row.errorNotEnforced;
        QTest::newRow(name("off")) << row.a << row.m << row.x << int(CaPolicy::State::Disabled) << int(row.first)
                                   << int(Lock::Off) << row.letInNotEnforced << row.errorNotEnforced;
    }
}

void tst_Evaluator::theTable()
{
    QFETCH(bool, assigned);
    QFETCH(bool, member);
    QFETCH(bool, excluded);
    QFETCH(int, state);
    QFETCH(int, first);
    QFETCH(int, second);
    QFETCH(bool, letIn);
    QFETCH(int, error);

    const Verdict verdict = evaluate(ada(), snapshotOf({assigned, member, excluded, CaPolicy::State(state)}));
    QCOMPARE(int(verdict.assignment), first);
    QCOMPARE(int(verdict.policy), second);
    QCOMPARE(verdict.letIn, letIn);
    QCOMPARE(verdict.expectedError, error);
    QCOMPARE(verdict.member, member);
    const bool on = CaPolicy::State(state) == CaPolicy::State::Enabled;
    QCOMPARE(verdict.enforced, on);
    QVERIFY(!sentenceOf(verdict).isEmpty());
    QVERIFY(!assignmentWords(verdict).isEmpty() && !policyWords(verdict).isEmpty());
    // A lock that is not armed must say so wherever somebody could take it for shut.
    QCOMPARE(sentenceOf(verdict).contains(QStringLiteral("Not enforced")), !on);
}

void tst_Evaluator::sentences()
{
    QCOMPARE(sentenceOf(evaluate(ada(), snapshotOf({}))),
             QStringLiteral("The gate is open for Ada Lindqvist, for 3 h 41 min more. For everyone else it is shut."));
    QCOMPARE(sentenceOf(evaluate(everyone(), snapshotOf({}))),
             QStringLiteral("The gate is shut for everyone who is not activated."));
    World reportOnly;
    reportOnly.state = CaPolicy::State::ReportOnly;
    QCOMPARE(sentenceOf(evaluate(ada(), snapshotOf(reportOnly))),
             QStringLiteral("Ada Lindqvist is let in. Not enforced: the policy is still in report-only."));
    World lost;
    lost.excluded = false;
    QCOMPARE(sentenceOf(evaluate(ada(), snapshotOf(lost))),
             QStringLiteral("Ada Lindqvist is active and still stopped at Conditional Access: blocked by PIM only: NinjaOne."));
    // Somebody else who is active: the second half would be a lie.
    Snapshot two = snapshotOf({});
    two.members << user(QStringLiteral("omar"), QStringLiteral("Omar Haddad"));
    QVERIFY(!sentenceOf(evaluate(ada(), two)).contains(QStringLiteral("everyone else")));
}

void tst_Evaluator::unknownIsNotShut()
{
    Snapshot blind;
    const Verdict nothing = evaluate(ada(), blind);
    QCOMPARE(nothing.assignment, Lock::Unknown);
    QVERIFY(!nothing.letIn);
    QCOMPARE(nothing.expectedError, 0);
    QVERIFY(sentenceOf(nothing).startsWith(QStringLiteral("Not checked")));

    Snapshot noPolicies = snapshotOf({});
    noPolicies.unread.insert(QStringLiteral("policy"), Error{});
    const Verdict verdict = evaluate(ada(), noPolicies);
    QCOMPARE(verdict.assignment, Lock::Open);
    QCOMPARE(verdict.policy, Lock::Unknown);
    QVERIFY(!verdict.letIn);
    QVERIFY(!verdict.enforced);

    Snapshot noAssignments = snapshotOf({});
    noAssignments.unread.insert(QStringLiteral("assignments"), Error{});
    QCOMPARE(evaluate(ada(), noAssignments).assignment, Lock::Unknown);

    // PIM's own list stands in for members that could not be read.
    Snapshot noMembers = snapshotOf({});
    noMembers.members.clear();
    noMembers.unread.insert(QStringLiteral("members"), Error{});
    QVERIFY(evaluate(ada(), noMembers).letIn);
    noMembers.unread.insert(QStringLiteral("active"), Error{});
    QCOMPARE(evaluate(ada(), noMembers).assignment, Lock::Unknown);
    QCOMPARE(evaluate(ada(), noMembers).policy, Lock::Unknown);
}

void tst_Evaluator::assignmentNotRequired()
{
    Snapshot snapshot = snapshotOf({});
    snapshot.application->assignmentRequired = false;
    const Verdict member = evaluate(ada(), snapshot);
    QCOMPARE(member.assignment, Lock::Off);
    QVERIFY(member.letIn);
    const Verdict nobody = evaluate(everyone(), snapshot);
    QCOMPARE(nobody.assignment, Lock::Off);
    QVERIFY(!nobody.letIn);
    QCOMPARE(nobody.expectedError, 53003);

    snapshot.policy->state = CaPolicy::State::ReportOnly;
    QCOMPARE(sentenceOf(evaluate(everyone(), snapshot)),
             QStringLiteral("Everyone is let in for now. Not enforced: the policy is still in report-only."));
    snapshot.policy.reset();
    QCOMPARE(evaluate(everyone(), snapshot).policy, Lock::Off);
    QVERIFY(evaluate(everyone(), snapshot).letIn);
}

void tst_Evaluator::directAssignmentAndExclusion()
{
    World world;
    world.member = false;
    Snapshot snapshot = snapshotOf(world);
    snapshot.assignments << assignmentOf(QStringLiteral("ada"), Principal::Type::User);
    const Verdict assigned = evaluate(ada(), snapshot);
    QCOMPARE(assigned.assignment, Lock::Open);
    QCOMPARE(assigned.policy, Lock::Shut);
    QCOMPARE(assigned.expectedError, 53003);

    snapshot.policy->excludeUsers << QStringLiteral("ada");
    const Verdict both = evaluate(ada(), snapshot);
    QVERIFY(both.letIn);
    QVERIFY(!both.member);
    QVERIFY(sentenceOf(both).contains(QStringLiteral("standing path")));
}

void tst_Evaluator::breakGlassIsNotBlockedAndNotAssigned()
{
    Snapshot snapshot = snapshotOf({});
    snapshot.policy->excludeUsers << QStringLiteral("bg1");
    Person glass;
    glass.who = user(QStringLiteral("bg1"), QStringLiteral("Break-glass 1"));
    const Verdict verdict = evaluate(glass, snapshot);
    QCOMPARE(verdict.policy, Lock::Open);
    QCOMPARE(verdict.assignment, Lock::Shut);
    QVERIFY(!verdict.letIn);
    QCOMPARE(sentenceOf(verdict),
             QStringLiteral("Break-glass 1 would not be blocked by the policy. Not assigned to NinjaOne: intended."));
}

void tst_Evaluator::nestedMembersCountForThePolicyOnly()
{
    Snapshot snapshot = snapshotOf({true, false, true});
    Principal nested;
    nested.type = Principal::Type::Group;
    nested.id = QStringLiteral("group-2");
    snapshot.members << nested;
    Person person = ada();
    person.groups << QStringLiteral("group-2");
    const Verdict verdict = evaluate(person, snapshot);
    QCOMPARE(verdict.policy, Lock::Open);
    QCOMPARE(verdict.assignment, Lock::Shut);
    QCOMPARE(verdict.expectedError, 50105);
    QVERIFY(assignmentWords(verdict).contains(QStringLiteral("nested")));

    // An excluded group other than the gate's, nested or not.
    Snapshot other = snapshotOf({true, true, false});
    other.policy->excludeGroups << QStringLiteral("group-3");
    Person inside = ada();
    inside.groups << QStringLiteral("group-3");
    QCOMPARE(evaluate(inside, other).policy, Lock::Open);
    QCOMPARE(evaluate(ada(), other).policy, Lock::Shut);
}

void tst_Evaluator::otherAssignedGroup()
{
    Snapshot snapshot = snapshotOf({true, false, true});
    snapshot.assignments << assignmentOf(QStringLiteral("group-4"), Principal::Type::Group);
    Person person = ada();
    QCOMPARE(evaluate(person, snapshot).assignment, Lock::Shut);
    person.groups << QStringLiteral("group-4");
    QCOMPARE(evaluate(person, snapshot).assignment, Lock::Unknown);
    person.directGroups = QStringList();
    QCOMPARE(evaluate(person, snapshot).assignment, Lock::Shut);
    person.directGroups = QStringList{QStringLiteral("group-4")};
    QCOMPARE(evaluate(person, snapshot).assignment, Lock::Open);
}

void tst_Evaluator::disabledAccountNeverSignsIn()
{
    Person person = ada();
    person.who.enabled = false;
    const Verdict verdict = evaluate(person, snapshotOf({}));
    QVERIFY(!verdict.letIn);
    QCOMPARE(verdict.expectedError, 50057);
    QVERIFY(sentenceOf(verdict).contains(QStringLiteral("disabled")));
}

void tst_Evaluator::anotherPolicyBlocks()
{
    Snapshot snapshot = snapshotOf({});
    CaPolicy other = *snapshot.policy;
    other.id = QStringLiteral("policy-2");
    other.displayName = QStringLiteral("Block admins");
    other.excludeGroups.clear();
    other.excludeUsers.clear();
    snapshot.otherPolicies << other;
    const Verdict verdict = evaluate(ada(), snapshot);
    QCOMPARE(verdict.policy, Lock::Shut);
    QCOMPARE(policyWords(verdict), QStringLiteral("blocked by Block admins"));
    snapshot.otherPolicies.first().state = CaPolicy::State::ReportOnly;
    QVERIFY(evaluate(ada(), snapshot).letIn);
}

void tst_Evaluator::policyThatIsNotAboutIt()
{
    Snapshot elsewhere = snapshotOf({});
    elsewhere.policy->includeApplications = {QStringLiteral("app-2")};
    QCOMPARE(evaluate(everyone(), elsewhere).policy, Lock::Off);
    QVERIFY(!evaluate(everyone(), elsewhere).enforced);

    Snapshot onlyMfa = snapshotOf({});
    onlyMfa.policy->builtInControls = {QStringLiteral("mfa")};
    QCOMPARE(evaluate(everyone(), onlyMfa).policy, Lock::Off);

    Snapshot some = snapshotOf({true, false, false});
    some.policy->includeUsers = {QStringLiteral("omar")};
    QCOMPARE(evaluate(ada(), some).policy, Lock::Open);
    some.policy->includeRoles = {QStringLiteral("role")};
    QCOMPARE(evaluate(ada(), some).policy, Lock::Unknown);
}

void tst_Evaluator::whoCanSignIn()
{
    QCOMPARE(peopleWhoCanSignIn(snapshotOf({})), std::optional<int>(1));
    QCOMPARE(peopleWhoCanSignIn(snapshotOf({true, false, true})), std::optional<int>(0));

    Snapshot open = snapshotOf({true, false, true, CaPolicy::State::ReportOnly});
    open.application->assignmentRequired = false;
    QCOMPARE(peopleWhoCanSignIn(open), std::optional<int>(214));
    open.userCount.reset();
    QCOMPARE(peopleWhoCanSignIn(open), std::optional<int>());

    // Directly assigned, policy in report-only: a standing path that counts.
    Snapshot standing = snapshotOf({true, true, true, CaPolicy::State::ReportOnly});
    standing.assignments << assignmentOf(QStringLiteral("omar"), Principal::Type::User);
    QCOMPARE(peopleWhoCanSignIn(standing), std::optional<int>(2));
    // The members of another assigned group are not known here.
    standing.assignments << assignmentOf(QStringLiteral("group-4"), Principal::Type::Group);
    QCOMPARE(peopleWhoCanSignIn(standing), std::optional<int>());

    // Not required, policy on: whoever the policy leaves out.
    Snapshot policyOnly = snapshotOf({});
    policyOnly.application->assignmentRequired = false;
    policyOnly.policy->excludeUsers << QStringLiteral("bg1");
    QCOMPARE(peopleWhoCanSignIn(policyOnly), std::optional<int>(2));

    Snapshot blind = snapshotOf({});
    blind.unread.insert(QStringLiteral("policy"), Error{});
    QCOMPARE(peopleWhoCanSignIn(blind), std::optional<int>());
}

void tst_Evaluator::theViewFollowsTheVerdict()
{
    const Snapshot snapshot = snapshotOf({});
    const Verdict verdict = evaluate(ada(), snapshot);
    const GateView view = viewOf(verdict, ada(), snapshot, true);
    QCOMPARE(view.assignment, GateView::Face::Open);
    QCOMPARE(view.policy, GateView::Face::Open);
    QVERIFY(view.letIn && view.member && view.demo && !view.everyone);
    QVERIFY(view.sentence.startsWith(QStringLiteral("Demo: ")));
    QVERIFY(view.whoNote.startsWith(QStringLiteral("active member until ")));
    QCOMPARE(view.application, QStringLiteral("NinjaOne"));

    const Verdict shut = evaluate(everyone(), snapshot);
    const GateView closed = viewOf(shut, everyone(), snapshot, false);
    QVERIFY(closed.everyone && !closed.letIn && !closed.member);
    QCOMPARE(closed.assignment, GateView::Face::Shut);
    QCOMPARE(closed.policy, GateView::Face::Shut);
    QCOMPARE(closed.sentence, sentenceOf(shut));

    Snapshot blind;
    QCOMPARE(viewOf(evaluate(ada(), blind), ada(), blind, false).assignment, GateView::Face::Unknown);
}

void tst_Evaluator::expiredActivationDoesNotCount()
{
    Snapshot snapshot = snapshotOf({});
    snapshot.members.clear();
    snapshot.unread.insert(QStringLiteral("members"), Error{});
    snapshot.active.first().end = snapshot.readAt.addSecs(-1);
    QVERIFY(!evaluate(ada(), snapshot).letIn);
}

void tst_Evaluator::durations()
{
    using namespace std::chrono_literals;
    QCOMPARE(shortDuration(5min), QStringLiteral("5 min"));
    QCOMPARE(shortDuration(20s), QStringLiteral("1 min"));
    QCOMPARE(shortDuration(3h + 41min + 8s), QStringLiteral("3 h 41 min"));
    QVERIFY(shortDuration(50h).contains(QStringLiteral("2 h")));
}

QTEST_GUILESS_MAIN(tst_Evaluator)
#include "tst_Evaluator.moc"
