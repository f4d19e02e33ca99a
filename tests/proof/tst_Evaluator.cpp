#include "gate/judge/VerdictWords.h"
#include "proof/GateView.h"

#include <QJsonArray>
#include <QTest>

using namespace pimgate;
using Lock = Verdict::Lock;
using Alter = void (*)(Snapshot &, Person &);
using AlterSnapshot = void (*)(Snapshot &);
Q_DECLARE_METATYPE(Alter)
Q_DECLARE_METATYPE(AlterSnapshot)

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

void unreadable(Snapshot &snapshot, std::initializer_list<const char *> parts)
{
    for (const char *part : parts)
        snapshot.unread.insert(QLatin1String(part), Error{});
}

/// Another policy that blocks everybody at the application.
CaPolicy &blocksToo(Snapshot &snapshot)
{
    CaPolicy other;
    other.id = QStringLiteral("policy-2");
    other.displayName = QStringLiteral("Block admins");
    other.state = CaPolicy::State::Enabled;
    other.includeUsers = {QStringLiteral("All")};
    other.includeApplications = {appId};
    other.builtInControls = {QStringLiteral("block")};
    snapshot.otherPolicies << other;
    return snapshot.otherPolicies.last();
}

void condition(CaPolicy &policy, const char *name, const QJsonValue &value)
{
    policy.raw = {{QStringLiteral("conditions"), QJsonObject{{QLatin1String(name), value}}}};
}

/// All that a verdict says, in one line.
QString told(const Verdict &verdict)
{
    QStringList says{nameOf(verdict.assignment) + QLatin1Char(' ') + nameOf(verdict.assignmentReason),
                     nameOf(verdict.policy) + QLatin1Char(' ') + nameOf(verdict.policyReason),
                     verdict.letIn ? QStringLiteral("in") : QStringLiteral("out %1").arg(verdict.expectedError)};
    if (verdict.enforced)
        says << QStringLiteral("enforced");
    if (verdict.member)
        says << QStringLiteral("member");
    if (verdict.alone)
        says << QStringLiteral("alone");
    if (verdict.left)
        says << QStringLiteral("for %1 s").arg(verdict.left->count());
    if (!verdict.blockedBy.isEmpty())
        says << QLatin1String("by ") + verdict.blockedBy;
    if (verdict.everyone)
        says << QStringLiteral("everyone");
    if (verdict.application.isEmpty())
        says << QStringLiteral("nowhere");
    return says.join(QLatin1String(", "));
}

QJsonObject somewhere()
{
    return {{QStringLiteral("includeLocations"), QJsonArray{QStringLiteral("place-1")}}};
}

} // namespace

class tst_Evaluator : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theTable_data();
    void theTable();
    void oneThingIsOtherwise_data();
    void oneThingIsOtherwise();
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
    void howMany_data();
    void howMany();
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

/// Ada is an active member of a gate that is armed; one thing is otherwise. Written down by hand.
void tst_Evaluator::oneThingIsOtherwise_data()
{
    QTest::addColumn<Alter>("alter");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const char *says, Alter alter) {
        QTest::newRow(name) << alter << QString::fromLatin1(says);
    };
    const auto asItWas = "open groupAssigned, open groupExcluded, in, enforced, member, alone, for 13268 s";
    const auto notAMember = "shut notAssigned, shut blocks, out 50105, enforced, by PIM only: NinjaOne";
    const auto stopped = "open groupAssigned, shut blocks, out 53003, enforced, member, by PIM only: NinjaOne";
    const auto ofNoConcern = "open groupAssigned, open notAboutPerson, in, enforced, member, alone, for 13268 s";
    row("nothing", asItWas, [](Snapshot &, Person &) {});

    // What was not read.
    row("no application", "unknown unread, open groupExcluded, out 0, enforced, member, nowhere",
        [](Snapshot &s, Person &) { s.application.reset(); });
    row("no application, and a policy about another", "unknown unread, open groupExcluded, out 0, enforced, member, nowhere",
        [](Snapshot &s, Person &) {
            s.policy->includeApplications = QStringList{QStringLiteral("app-2")};
            s.application.reset();
        });
    row("the application was not read", "unknown unread, open groupExcluded, out 0, enforced, member",
        [](Snapshot &s, Person &) { unreadable(s, {"application"}); });
    row("assignments were not read", "unknown unread, open groupExcluded, out 0, enforced, member",
        [](Snapshot &s, Person &) { unreadable(s, {"assignments"}); });
    row("assignments were not read, and blocked", "unknown unread, shut blocks, out 0, enforced, member, by PIM only: NinjaOne",
        [](Snapshot &s, Person &) {
            unreadable(s, {"assignments"});
            s.policy->excludeGroups.clear();
        });
    row("the policy was not read", "open groupAssigned, unknown unread, out 0, member",
        [](Snapshot &s, Person &) { unreadable(s, {"policy"}); });
    row("policies were not read", "open groupAssigned, unknown unread, out 0, member",
        [](Snapshot &s, Person &) { unreadable(s, {"policies"}); });
    row("Conditional Access was not read", "open groupAssigned, unknown unread, out 0, member",
        [](Snapshot &s, Person &) { unreadable(s, {"conditionalAccess"}); });
    row("the licence was not read", asItWas, [](Snapshot &s, Person &) { unreadable(s, {"licences"}); });
    row("members and activations were not read", "unknown membersUnread, unknown membersUnread, out 0, enforced",
        [](Snapshot &s, Person &) {
            unreadable(s, {"members", "active"});
            s.members.clear();
        });
    row("members and activations were not read, and the group is not left out",
        "unknown membersUnread, shut blocks, out 0, enforced, by PIM only: NinjaOne", [](Snapshot &s, Person &) {
            unreadable(s, {"members", "active"});
            s.members.clear();
            s.policy->excludeGroups.clear();
        });
    row("members and activations were not read, of somebody without an id",
        "shut notAssigned, shut blocks, out 50105, enforced, by PIM only: NinjaOne, everyone", [](Snapshot &s, Person &p) {
            unreadable(s, {"members", "active"});
            s.members.clear();
            p.who.id.clear();
        });

    // PIM stands in for members that were not read.
    row("active, says PIM", asItWas, [](Snapshot &s, Person &) {
        unreadable(s, {"members"});
        s.members.clear();
    });
    row("active as an owner", notAMember, [](Snapshot &s, Person &) {
        unreadable(s, {"members"});
        s.members.clear();
        s.active.first().accessId = QStringLiteral("owner");
    });
    row("somebody else is active", notAMember, [](Snapshot &s, Person &) {
        unreadable(s, {"members"});
        s.members.clear();
        s.active.first().principalId = QStringLiteral("omar");
    });
    row("active without an end", "open groupAssigned, open groupExcluded, in, enforced, member, alone",
        [](Snapshot &s, Person &) {
            unreadable(s, {"members"});
            s.members.clear();
            s.active.first().end = QDateTime();
        });
    row("active until now", notAMember, [](Snapshot &s, Person &) {
        unreadable(s, {"members"});
        s.members.clear();
        s.active.first().end = s.readAt;
    });
    row("active, and it is not known when that was", "open groupAssigned, open groupExcluded, in, enforced, member, alone",
        [](Snapshot &s, Person &) {
            unreadable(s, {"members"});
            s.members.clear();
            s.readAt = QDateTime();
        });

    // Membership and how long it lasts.
    row("a member for good", "open groupAssigned, open groupExcluded, in, enforced, member, alone",
        [](Snapshot &s, Person &) { s.active.clear(); });
    row("a member for a minute more", "open groupAssigned, open groupExcluded, in, enforced, member, alone, for 60 s",
        [](Snapshot &s, Person &p) { p.memberUntil = s.readAt.addSecs(60); });
    row("a member until now", "open groupAssigned, open groupExcluded, in, enforced, member, alone",
        [](Snapshot &s, Person &p) { p.memberUntil = s.readAt; });
    row("once active", "open groupAssigned, open groupExcluded, in, enforced, member, alone", [](Snapshot &s, Person &p) {
        s.members.clear();
        s.active.clear();
        p.activeMember = true;
    });
    row("after it ends", notAMember, [](Snapshot &, Person &p) { p.activeMember = false; });
    row("after it ends, the directory being late", notAMember, [](Snapshot &, Person &p) {
        p.activeMember = false;
        p.groups = QStringList{groupId};
    });
    row("in it through another group", "shut nestedGroup, open groupExcluded, out 50105, enforced", [](Snapshot &s, Person &p) {
        s.members.clear();
        p.groups = QStringList{groupId};
    });
    row("a group in it that she is not in", notAMember, [](Snapshot &s, Person &p) {
        s.members = {Principal{Principal::Type::Group, QStringLiteral("group-2"), {}, {}, {}}};
        p.groups = QStringList{QStringLiteral("group-3")};
    });
    row("somebody else is a member", "open groupAssigned, open groupExcluded, in, enforced, member, for 13268 s",
        [](Snapshot &s, Person &) { s.members << user(QStringLiteral("omar"), QStringLiteral("Omar Haddad")); });
    row("somebody else is assigned", "open groupAssigned, open groupExcluded, in, enforced, member, for 13268 s",
        [](Snapshot &s, Person &) { s.assignments << assignmentOf(QStringLiteral("omar"), Principal::Type::User); });

    // The first lock.
    row("sign-in is switched off", "shut signInOff, open groupExcluded, out 7000112, enforced, member",
        [](Snapshot &s, Person &) { s.application->enabled = false; });
    row("assignment is not required", "off notRequired, open groupExcluded, in, enforced, member, for 13268 s",
        [](Snapshot &s, Person &) { s.application->assignmentRequired = false; });
    row("the group is not assigned", "shut groupNotAssigned, open groupExcluded, out 50105, enforced, member",
        [](Snapshot &s, Person &) { s.assignments.clear(); });
    row("assigned directly", "open assignedDirectly, open groupExcluded, in, enforced, member, alone, for 13268 s",
        [](Snapshot &s, Person &) { s.assignments << assignmentOf(QStringLiteral("ada"), Principal::Type::User); });
    row("a standing path, of somebody PIM calls active", "open assignedDirectly, open personExcluded, in, enforced",
        [](Snapshot &s, Person &) {
            s.members.clear();
            s.assignments << assignmentOf(QStringLiteral("ada"), Principal::Type::User);
            s.policy->excludeUsers = QStringList{QStringLiteral("ada")};
        });
    row("an assignment of nobody", "shut notAssigned, shut blocks, out 50105, enforced, by PIM only: NinjaOne, everyone",
        [](Snapshot &s, Person &p) {
            s.assignments << assignmentOf(QString(), Principal::Type::User);
            p = everyone();
        });
    row("no group, and an assignment of nobody", "shut groupNotAssigned, shut blocks, out 50105, enforced, by PIM only: NinjaOne",
        [](Snapshot &s, Person &) {
            s.assignments << assignmentOf(QString(), Principal::Type::Group);
            s.group.reset();
        });
    row("perhaps in another assigned group", "unknown perhapsAnotherGroup, shut blocks, out 0, enforced, by PIM only: NinjaOne",
        [](Snapshot &s, Person &p) {
            s.members.clear();
            s.assignments << assignmentOf(QStringLiteral("group-4"), Principal::Type::Group);
            p.groups = QStringList{QStringLiteral("group-4")};
        });
    row("in another assigned group", "open anotherGroup, shut blocks, out 53003, enforced, by PIM only: NinjaOne",
        [](Snapshot &s, Person &p) {
            s.members.clear();
            s.assignments << assignmentOf(QStringLiteral("group-4"), Principal::Type::Group);
            p.groups = QStringList{QStringLiteral("group-4")};
            p.directGroups = p.groups;
        });
    row("the account is disabled", "open groupAssigned, open groupExcluded, out 50057, enforced, member",
        [](Snapshot &, Person &p) { p.who.enabled = false; });

    // The second lock: what the policy is about.
    row("no policy", "open groupAssigned, off noPolicy, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) { s.policy.reset(); });
    row("it asks for MFA", "open groupAssigned, off doesNotBlock, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) { s.policy->builtInControls = QStringList{QStringLiteral("mfa")}; });
    row("another application", "open groupAssigned, off anotherApplication, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) { s.policy->includeApplications = QStringList{QStringLiteral("app-2")}; });
    row("all applications", asItWas,
        [](Snapshot &s, Person &) { s.policy->includeApplications = QStringList{QStringLiteral("All")}; });
    row("all applications but this", "open groupAssigned, off anotherApplication, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) {
            s.policy->includeApplications = QStringList{QStringLiteral("All")};
            s.policy->excludeApplications = QStringList{appId};
        });
    row("report-only", "open groupAssigned, reportOnly wouldLetThrough, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) { s.policy->state = CaPolicy::State::ReportOnly; });
    row("report-only, and would block", "open groupAssigned, reportOnly wouldBlock, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) {
            s.policy->state = CaPolicy::State::ReportOnly;
            s.policy->excludeGroups.clear();
        });
    row("report-only, and nobody knows", "open groupAssigned, reportOnly furtherConditions, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) {
            s.policy->state = CaPolicy::State::ReportOnly;
            s.policy->excludeGroups.clear();
            condition(*s.policy, "locations", somewhere());
        });
    row("switched off", "open groupAssigned, off off, in, member, alone, for 13268 s",
        [](Snapshot &s, Person &) { s.policy->state = CaPolicy::State::Disabled; });
    row("in a state nobody knows", "open groupAssigned, unknown stateUnknown, out 0, member",
        [](Snapshot &s, Person &) { s.policy->state = CaPolicy::State::Unknown; });

    // The second lock: whom it is about.
    row("leaves nobody out", stopped, [](Snapshot &s, Person &) { s.policy->excludeGroups.clear(); });
    row("leaves the person out", "open groupAssigned, open personExcluded, in, enforced, member, alone, for 13268 s",
        [](Snapshot &s, Person &) {
            s.policy->excludeGroups.clear();
            s.policy->excludeUsers = QStringList{QStringLiteral("ada")};
        });
    row("leaves a nameless one out", "shut notAssigned, shut blocks, out 50105, enforced, by PIM only: NinjaOne, everyone",
        [](Snapshot &s, Person &p) {
            s.policy->excludeUsers = QStringList{QString()};
            p = everyone();
        });
    row("leaves a nameless group out, without a group",
        "shut groupNotAssigned, shut blocks, out 50105, enforced, member, by PIM only: NinjaOne", [](Snapshot &s, Person &p) {
            s.group.reset();
            s.policy->excludeGroups = QStringList{QString()};
            p.activeMember = true;
        });
    row("leaves another group out", "open groupAssigned, open anotherGroupExcluded, in, enforced, member, alone, for 13268 s",
        [](Snapshot &s, Person &p) {
            s.policy->excludeGroups = QStringList{QStringLiteral("group-3")};
            p.groups = QStringList{QStringLiteral("group-3")};
        });
    row("leaves a group out that she is not in", stopped, [](Snapshot &s, Person &p) {
        s.policy->excludeGroups = QStringList{QStringLiteral("group-3")};
        p.groups = QStringList{QStringLiteral("group-5")};
    });
    row("about her", stopped, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers = QStringList{QStringLiteral("ada")};
    });
    row("about somebody else", ofNoConcern, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers = QStringList{QStringLiteral("omar")};
    });
    row("about a nameless one", "shut notAssigned, open notAboutPerson, out 50105, enforced, everyone",
        [](Snapshot &s, Person &p) {
            s.policy->includeUsers = QStringList{QString()};
            p = everyone();
        });
    row("about a group of hers", stopped, [](Snapshot &s, Person &p) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers.clear();
        s.policy->includeGroups = QStringList{QStringLiteral("group-3")};
        p.groups = s.policy->includeGroups;
    });
    row("about another group", ofNoConcern, [](Snapshot &s, Person &p) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers.clear();
        s.policy->includeGroups = QStringList{QStringLiteral("group-3")};
        p.groups = QStringList{QStringLiteral("group-5")};
    });
    row("about the gate's group", stopped, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers.clear();
        s.policy->includeGroups = QStringList{groupId};
    });
    row("about the gate's group, and not in it", "shut notAssigned, open notAboutPerson, out 50105, enforced",
        [](Snapshot &s, Person &p) {
            s.policy->excludeGroups.clear();
            s.policy->includeUsers.clear();
            s.policy->includeGroups = QStringList{groupId};
            p.activeMember = false;
        });
    row("about guests, and she is one", stopped, [](Snapshot &s, Person &p) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers = QStringList{QStringLiteral("GuestsOrExternalUsers")};
        p.who.guest = true;
    });
    row("about guests", ofNoConcern, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers = QStringList{QStringLiteral("GuestsOrExternalUsers")};
    });
    row("about somebody else, and she is a guest", ofNoConcern, [](Snapshot &s, Person &p) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers = QStringList{QStringLiteral("omar")};
        p.who.guest = true;
    });
    row("about a role", "open groupAssigned, unknown directoryRoles, out 0, enforced, member", [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        s.policy->includeUsers.clear();
        s.policy->includeRoles = QStringList{QStringLiteral("role-1")};
    });
    row("about everybody and a role", stopped, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        s.policy->includeRoles = QStringList{QStringLiteral("role-1")};
    });
    row("leaves a role out", "open groupAssigned, unknown directoryRoles, out 0, enforced, member", [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        s.policy->excludeRoles = QStringList{QStringLiteral("role-1")};
    });
    const auto perhaps = "open groupAssigned, unknown furtherConditions, out 0, enforced, member";
    row("in some places", perhaps, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        condition(*s.policy, "locations", somewhere());
    });
    row("at some risk", "open groupAssigned, open onlyAtRisk, in, enforced, member, alone, for 13268 s",
        [](Snapshot &s, Person &) {
            s.policy->excludeGroups.clear();
            condition(*s.policy, "signInRiskLevels", QJsonArray{QStringLiteral("high")});
        });
    row("in places that Graph leaves empty", stopped, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        condition(*s.policy, "locations", QJsonValue::Null);
    });
    row("at risks that Graph leaves empty", stopped, [](Snapshot &s, Person &) {
        s.policy->excludeGroups.clear();
        condition(*s.policy, "signInRiskLevels", QJsonArray());
    });

    // Other policies.
    row("another blocks", "open groupAssigned, shut blocks, out 53003, enforced, member, by Block admins",
        [](Snapshot &s, Person &) { blocksToo(s); });
    row("another blocks, and no application", "unknown unread, shut blocks, out 0, enforced, member, by Block admins, nowhere",
        [](Snapshot &s, Person &) {
            blocksToo(s).includeApplications = QStringList{QStringLiteral("app-2")};
            s.application.reset();
        });
    row("another is off", asItWas, [](Snapshot &s, Person &) { blocksToo(s).state = CaPolicy::State::Disabled; });
    row("another asks for MFA", asItWas,
        [](Snapshot &s, Person &) { blocksToo(s).builtInControls = QStringList{QStringLiteral("mfa")}; });
    row("another is about another application", asItWas,
        [](Snapshot &s, Person &) { blocksToo(s).includeApplications = QStringList{QStringLiteral("app-2")}; });
    row("another is about somebody else", asItWas,
        [](Snapshot &s, Person &) { blocksToo(s).includeUsers = QStringList{QStringLiteral("omar")}; });
    row("another is about somebody else, and one more blocks",
        "open groupAssigned, shut blocks, out 53003, enforced, member, by Block admins", [](Snapshot &s, Person &) {
            blocksToo(s).includeUsers = QStringList{QStringLiteral("omar")};
            blocksToo(s);
        });
    row("another is in a state nobody knows",
        "open groupAssigned, unknown stateUnknown, out 0, enforced, member, by Block admins",
        [](Snapshot &s, Person &) { blocksToo(s).state = CaPolicy::State::Unknown; });
    row("another of the same name blocks", "open groupAssigned, shut blocks, out 53003, enforced, member, by Block admins",
        [](Snapshot &s, Person &) {
            blocksToo(s);
            s.sameNamePolicies = std::exchange(s.otherPolicies, {});
        });
    row("another asks who is where", "open groupAssigned, unknown furtherConditions, out 0, enforced, member, by Block admins",
        [](Snapshot &s, Person &) { condition(blocksToo(s), "locations", somewhere()); });
}

void tst_Evaluator::oneThingIsOtherwise()
{
    QFETCH(Alter, alter);
    QFETCH(QString, says);
    Snapshot snapshot = snapshotOf({});
    Person person = ada();
    alter(snapshot, person);
    QCOMPARE(told(evaluate(person, snapshot)), says);
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

void tst_Evaluator::howMany_data()
{
    QTest::addColumn<AlterSnapshot>("alter");
    QTest::addColumn<int>("wanted"); // -1: not known
    const auto row = [](const char *name, int wanted, AlterSnapshot alter) { QTest::newRow(name) << alter << wanted; };
    row("Ada", 1, [](Snapshot &) {});
    row("nobody", 0, [](Snapshot &s) { s.members.clear(); });
    // Nobody is known by name, and still it is not known that nobody could.
    row("no application", -1, [](Snapshot &s) {
        s.members.clear();
        s.application.reset();
    });
    row("assignments were not read", -1, [](Snapshot &s) {
        s.members.clear();
        unreadable(s, {"assignments"});
    });
    row("Conditional Access was not read", -1, [](Snapshot &s) {
        s.members.clear();
        unreadable(s, {"conditionalAccess"});
    });
    row("members were not read", -1, [](Snapshot &s) {
        s.members.clear();
        unreadable(s, {"members"});
    });
    row("a group is in it", -1, [](Snapshot &s) {
        s.members << Principal{Principal::Type::Group, QStringLiteral("group-2"), {}, {}, {}};
    });
    row("a program is in it", 1, [](Snapshot &s) {
        s.members << Principal{Principal::Type::ServicePrincipal, QStringLiteral("sp-7"), {}, {}, {}};
    });
    row("a program is assigned", 1,
        [](Snapshot &s) { s.assignments << assignmentOf(QStringLiteral("sp-7"), Principal::Type::ServicePrincipal); });
    row("another group is assigned", -1,
        [](Snapshot &s) { s.assignments << assignmentOf(QStringLiteral("group-4"), Principal::Type::Group); });
    row("another group is assigned, which is not required", 1, [](Snapshot &s) {
        s.assignments << assignmentOf(QStringLiteral("group-4"), Principal::Type::Group);
        s.application->assignmentRequired = false;
    });
    row("another group is left out", 1, [](Snapshot &s) { s.policy->excludeGroups << QStringLiteral("group-3"); });
    row("another group is left out, and assignment is not required", -1, [](Snapshot &s) {
        s.policy->excludeGroups << QStringLiteral("group-3");
        s.application->assignmentRequired = false;
    });
    row("another policy blocks, and assignment is not required", 0, [](Snapshot &s) {
        static const QStringList leftOut{QStringLiteral("group-3")}; // outlives the policy
        blocksToo(s);
        s.policy->excludeGroups = leftOut;
        s.policy.reset();
        s.application->assignmentRequired = false;
    });
    row("it depends on where she is", -1, [](Snapshot &s) {
        s.policy->excludeGroups.clear();
        condition(*s.policy, "locations", somewhere());
    });
}

void tst_Evaluator::howMany()
{
    QFETCH(AlterSnapshot, alter);
    QFETCH(int, wanted);
    Snapshot snapshot = snapshotOf({});
    alter(snapshot);
    QCOMPARE(peopleWhoCanSignIn(snapshot).value_or(-1), wanted);
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
