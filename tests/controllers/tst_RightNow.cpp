#include "ControllerBench.h"

#include <functional>

using namespace pimgate;
using namespace pimgate::test;

using Lock = Verdict::Lock;

/// The foot of the side list never says shut of a lock that lets in, nor open of one that cannot be read.
class tst_RightNow : public QObject
{
    Q_OBJECT

    using Edit = std::function<void(Snapshot &)>;

    Bench m_bench;

    /// The gate as it is once closed.
    static void close(Snapshot &snapshot)
    {
        snapshot.group.emplace().id = QStringLiteral("g1");
        snapshot.application->enabled = snapshot.application->assignmentRequired = true;
        AppAssignment ours;
        ours.id = QStringLiteral("a1");
        ours.principalId = QStringLiteral("g1");
        ours.principalType = Principal::Type::Group;
        snapshot.assignments = {ours};
        CaPolicy policy;
        policy.id = QStringLiteral("p1");
        policy.state = CaPolicy::State::Enabled;
        policy.includeUsers = {QStringLiteral("All")};
        policy.excludeGroups = {QStringLiteral("g1")};
        policy.includeApplications = {snapshot.application->appId};
        policy.builtInControls = {QStringLiteral("block")};
        snapshot.policy = policy;
        snapshot.otherPolicies.clear();
        snapshot.unread.clear();
    }

private Q_SLOTS:
    void initTestCase() { ENTER(m_bench); }

    void everyState_data()
    {
        QTest::addColumn<Edit>("change");
        QTest::addColumn<Lock>("assignment");
        QTest::addColumn<QString>("assignmentText");
        QTest::addColumn<Lock>("policy");
        QTest::addColumn<QString>("policyText");
        const QString onlyTheGroup = QStringLiteral("Assignment: only the group"), on = QStringLiteral("Conditional Access: on");
        const auto assignment = [&](const char *name, Lock lock, const char *text, const Edit &change) {
            QTest::newRow(name) << change << lock << QString::fromUtf8(text) << Lock::Shut << on;
        };
        const auto policy = [&](const char *name, Lock lock, const char *text, const Edit &change) {
            QTest::newRow(name) << change << Lock::Shut << onlyTheGroup << lock << QString::fromUtf8(text);
        };
        const auto could = [](const char *part) {
            return [part](Snapshot &now) { now.unread.insert(QLatin1String(part), Error()); };
        };

        policy("closed", Lock::Shut, "Conditional Access: on", [](Snapshot &) {});
        assignment("assignment is not required", Lock::Open, "Assignment: not required",
                   [](Snapshot &now) { now.application->assignmentRequired = false; });
        assignment("one more is assigned", Lock::Shut, "Assignment: 1 besides the group", [](Snapshot &now) {
            AppAssignment more = now.assignments.first();
            more.principalId = QStringLiteral("u1");
            now.assignments << more;
        });
        assignment("nobody is assigned", Lock::Shut, "Assignment: nobody", [](Snapshot &now) { now.assignments.clear(); });
        assignment("a disabled application", Lock::Shut, "Assignment: sign-in is switched off",
                   [](Snapshot &now) { now.application->enabled = now.application->assignmentRequired = false; });
        assignment("assignments could not be read", Lock::Unknown, "Assignment: not known", could("assignments"));
        assignment("the application could not be read", Lock::Unknown, "Assignment: not known", could("application"));

        policy("no policy", Lock::Open, "Conditional Access: no policy", [](Snapshot &now) { now.policy.reset(); });
        policy("another policy blocks", Lock::Shut, "Conditional Access: another policy blocks", [](Snapshot &now) {
            now.otherPolicies = {*now.policy};
            now.policy.reset();
        });
        policy("report-only", Lock::ReportOnly, "Conditional Access: report-only",
               [](Snapshot &now) { now.policy->state = CaPolicy::State::ReportOnly; });
        policy("switched off", Lock::Off, "Conditional Access: off",
               [](Snapshot &now) { now.policy->state = CaPolicy::State::Disabled; });
        policy("aimed at another application", Lock::Off, "Conditional Access: blocks nobody",
               [](Snapshot &now) { now.policy->includeApplications = {QStringLiteral("another")}; });
        policy("the application is left out", Lock::Off, "Conditional Access: blocks nobody",
               [](Snapshot &now) { now.policy->excludeApplications = {now.application->appId}; });
        policy("it asks for MFA and does not block", Lock::Off, "Conditional Access: blocks nobody",
               [](Snapshot &now) { now.policy->builtInControls = {QStringLiteral("mfa")}; });
        policy("it is about somebody only", Lock::Open, "Conditional Access: not for everyone",
               [](Snapshot &now) { now.policy->includeUsers = {QStringLiteral("u1")}; });
        policy("a state that is not known", Lock::Unknown, "Conditional Access: not known",
               [](Snapshot &now) { now.policy->state = CaPolicy::State::Unknown; });
        policy("the policy could not be read", Lock::Unknown, "Conditional Access: not known", could("policy"));
        policy("policies could not be read", Lock::Unknown, "Conditional Access: not known", could("policies"));
    }
    void everyState()
    {
        QFETCH(Edit, change);
        Plan plan = *m_bench.workspace.plan();
        plan.snapshot = std::make_shared<Snapshot>(*plan.snapshot);
        close(*plan.snapshot);
        change(*plan.snapshot);
        m_bench.workspace.setPlan(plan);
        const Workspace::RightNow now = m_bench.workspace.rightNow();
        QTEST(now.assignmentText, "assignmentText");
        QTEST(now.assignment, "assignment");
        QTEST(now.policyText, "policyText");
        QTEST(now.policy, "policy");
    }
};

QTEST_GUILESS_MAIN(tst_RightNow)
#include "tst_RightNow.moc"
