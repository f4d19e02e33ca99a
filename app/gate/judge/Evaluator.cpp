#include "gate/judge/Evaluator.h"

#include "gate/judge/PolicyMeets.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace pimgate {

namespace {

struct EvaluatorText
{
    Q_DECLARE_TR_FUNCTIONS(Evaluator)
};

using Lock = Verdict::Lock;

bool unread(const Snapshot &snapshot, std::initializer_list<const char *> parts)
{
    return std::any_of(parts.begin(), parts.end(),
                       [&](const char *part) { return snapshot.unread.contains(QLatin1String(part)); });
}

bool applicationKnown(const Snapshot &snapshot)
{
    return snapshot.application && !unread(snapshot, {"application", "assignments"});
}

bool policyKnown(const Snapshot &snapshot)
{
    return !unread(snapshot, {"policy", "policies", "conditionalAccess"});
}

bool isAssigned(const Snapshot &snapshot, const QString &principalId)
{
    return !principalId.isEmpty() && std::any_of(snapshot.assignments.begin(), snapshot.assignments.end(),
                                                 [&](const AppAssignment &a) { return a.principalId == principalId; });
}

QString groupId(const Snapshot &snapshot)
{
    return snapshot.group ? snapshot.group->id : QString();
}

bool isMember(const QList<Principal> &members, const QString &id)
{
    return std::any_of(members.begin(), members.end(), [&](const Principal &p) { return p.id == id; });
}

/// Membership as the directory shows it: the locks read the directory, not PIM. Empty: could not be read.
std::optional<bool> directMember(const Person &person, const Snapshot &snapshot)
{
    if (person.activeMember)
        return person.activeMember;
    if (person.who.id.isEmpty() || !snapshot.group)
        return false;
    if (isMember(snapshot.members, person.who.id))
        return true;
    if (!unread(snapshot, {"members"}))
        return false;
    if (unread(snapshot, {"active"}))
        return {};
    return activation(snapshot, person.who.id) != nullptr;
}

using AssignmentReason = Verdict::AssignmentReason;
using PolicyReason = Verdict::PolicyReason;

struct AssignmentAnswer
{
    Lock lock;
    AssignmentReason reason;
};

struct PolicyAnswer
{
    Lock lock;
    PolicyReason reason;
    QString blockedBy = {};
};

AssignmentAnswer assignmentLock(const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    if (!applicationKnown(snapshot))
        return {Lock::Unknown, AssignmentReason::Unread};
    if (!snapshot.application->enabled)
        return {Lock::Shut, AssignmentReason::SignInOff};
    if (!snapshot.application->assignmentRequired)
        return {Lock::Off, AssignmentReason::NotRequired};
    if (isAssigned(snapshot, person.who.id))
        return {Lock::Open, AssignmentReason::AssignedDirectly};

    bool perhaps = false;
    for (const AppAssignment &assignment : snapshot.assignments) {
        if (assignment.principalId == groupId(snapshot) || !person.groups.contains(assignment.principalId))
            continue;
        perhaps = perhaps || !person.directGroups;
        if (person.directGroups && person.directGroups->contains(assignment.principalId))
            return {Lock::Open, AssignmentReason::AnotherGroup};
    }
    if (member.value_or(false) && isAssigned(snapshot, groupId(snapshot)))
        return {Lock::Open, AssignmentReason::GroupAssigned};
    if (perhaps)
        return {Lock::Unknown, AssignmentReason::PerhapsAnotherGroup};
    if (!isAssigned(snapshot, groupId(snapshot)))
        return {Lock::Shut, AssignmentReason::GroupNotAssigned};
    if (!member)
        return {Lock::Unknown, AssignmentReason::MembersUnread};
    if (nestedMember(person, snapshot))
        return {Lock::Shut, AssignmentReason::NestedGroup};
    return {Lock::Shut, AssignmentReason::NotAssigned};
}

/// The strictest of the other policies that are on, at this application: Shut before Unknown before Open.
PolicyAnswer strictestOther(const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    PolicyAnswer strictest{Lock::Open, PolicyReason::NotAboutPerson};
    for (const CaPolicy &policy : snapshot.foreignPolicies()) {
        const Demand demand = demandOf(policy);
        const bool on = policy.state == CaPolicy::State::Enabled, perhaps = policy.state == CaPolicy::State::Unknown;
        if ((!on && !perhaps) || demand == Demand::CanBeMet)
            continue;
        const Truth about = snapshot.application ? aboutApplication(policy, snapshot.application->appId) : Truth::Yes;
        const Meeting meeting = meetingOf(policy, person, member, snapshot);
        if (about == Truth::No || meeting.lock == Lock::Open)
            continue;
        if (on && demand == Demand::Blocks && about == Truth::Yes && meeting.lock == Lock::Shut)
            return {Lock::Shut, PolicyReason::Blocks, policy.displayName};
        const PolicyReason reason = perhaps                      ? PolicyReason::StateUnknown
                                    : demand == Demand::NotKnown ? PolicyReason::FurtherDemands
                                    : meeting.lock == Lock::Shut ? PolicyReason::FurtherConditions
                                                                 : meeting.reason;
        strictest = {Lock::Unknown, reason, policy.displayName};
    }
    return strictest;
}

/// The gate's own policy.
PolicyAnswer ownPolicy(const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    if (!snapshot.policy)
        return {Lock::Off, PolicyReason::NoPolicy};
    const CaPolicy &policy = *snapshot.policy;
    if (snapshot.application && aboutApplication(policy, snapshot.application->appId) == Truth::No)
        return {Lock::Off, PolicyReason::AnotherApplication};
    if (demandOf(policy) != Demand::Blocks)
        return {Lock::Off, PolicyReason::DoesNotBlock};
    const Meeting block = meetingOf(policy, person, member, snapshot);
    switch (policy.state) {
    case CaPolicy::State::Enabled:
        return {block.lock, block.reason, block.lock == Lock::Shut ? policy.displayName : QString()};
    case CaPolicy::State::ReportOnly:
        if (block.lock == Lock::Unknown)
            return {Lock::ReportOnly, block.reason};
        return {Lock::ReportOnly, block.lock == Lock::Shut ? PolicyReason::WouldBlock : PolicyReason::WouldLetThrough};
    case CaPolicy::State::Disabled:
        return {Lock::Off, PolicyReason::Off};
    case CaPolicy::State::Unknown:
        break;
    }
    return {Lock::Unknown, PolicyReason::StateUnknown};
}

PolicyAnswer policyLock(const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    if (!policyKnown(snapshot))
        return {Lock::Unknown, PolicyReason::Unread};
    const PolicyAnswer other = strictestOther(person, member, snapshot);
    if (other.lock == Lock::Shut)
        return other;
    const PolicyAnswer own = ownPolicy(person, member, snapshot);
    return own.lock == Lock::Shut || other.lock == Lock::Open ? own : other;
}

/// The gate's own policy is on, blocks, and is about this application.
bool armed(const Snapshot &snapshot)
{
    return policyKnown(snapshot) && snapshot.policy && snapshot.policy->state == CaPolicy::State::Enabled &&
           demandOf(*snapshot.policy) == Demand::Blocks &&
           (!snapshot.application || aboutApplication(*snapshot.policy, snapshot.application->appId) != Truth::No);
}

bool passes(Lock lock)
{
    return lock == Lock::Open || lock == Lock::Off || lock == Lock::ReportOnly;
}

/// Nobody else is a member or assigned, as far as the snapshot knows.
bool aloneAsFarAsKnown(const Person &person, const Snapshot &snapshot)
{
    return std::all_of(snapshot.members.begin(), snapshot.members.end(),
                       [&](const Principal &p) { return p.id == person.who.id; }) &&
           std::all_of(snapshot.assignments.begin(), snapshot.assignments.end(), [&](const AppAssignment &a) {
               return a.principalId == groupId(snapshot) || a.principalId == person.who.id;
           });
}

std::optional<std::chrono::seconds> timeLeft(const Person &person, const Snapshot &snapshot)
{
    const PimSchedule *active = activation(snapshot, person.who.id);
    const QDateTime until = person.memberUntil.isValid() ? person.memberUntil : active ? active->end : QDateTime();
    if (!snapshot.readAt.isValid() || until <= snapshot.readAt) // no end is earlier than any time
        return {};
    return std::chrono::seconds(snapshot.readAt.secsTo(until));
}

int errorFor(const Person &person, const Verdict &verdict, const Snapshot &snapshot)
{
    if (!person.who.enabled)
        return 50057;
    if (verdict.assignment == Lock::Shut)
        return snapshot.application->enabled ? 50105 : 7000112;
    // With the first lock unknown nobody can say which refusal comes.
    return verdict.policy == Lock::Shut && verdict.assignment != Lock::Unknown ? 53003 : 0;
}

} // namespace

const PimSchedule *activation(const Snapshot &snapshot, const QString &id)
{
    const auto found = std::find_if(snapshot.active.begin(), snapshot.active.end(), [&](const PimSchedule &s) {
        return s.principalId == id && s.accessId != QLatin1String("owner") && (!s.end.isValid() || s.end > snapshot.readAt);
    });
    return found == snapshot.active.end() ? nullptr : &*found;
}

Verdict evaluate(const Person &person, const Snapshot &snapshot)
{
    const std::optional<bool> member = directMember(person, snapshot);
    const AssignmentAnswer first = assignmentLock(person, member, snapshot);
    const PolicyAnswer second = policyLock(person, member, snapshot);

    Verdict verdict;
    verdict.assignment = first.lock;
    verdict.assignmentReason = first.reason;
    verdict.policy = second.lock;
    verdict.policyReason = second.reason;
    verdict.blockedBy = second.blockedBy;
    verdict.member = member.value_or(false);
    verdict.enforced = armed(snapshot);
    verdict.letIn = person.who.enabled && passes(first.lock) && passes(second.lock);
    verdict.expectedError = errorFor(person, verdict, snapshot);
    verdict.everyone = person.who.id.isEmpty();
    verdict.who = person.who.displayName;
    verdict.accountEnabled = person.who.enabled;
    verdict.application = snapshot.application ? snapshot.application->displayName : QString();
    if (verdict.letIn && verdict.member) {
        verdict.left = timeLeft(person, snapshot);
        verdict.alone = first.lock == Lock::Open && aloneAsFarAsKnown(person, snapshot);
    }
    return verdict;
}

Person everyone()
{
    Person person;
    person.who.type = Principal::Type::User;
    person.who.displayName = EvaluatorText::tr("Everyone");
    person.activeMember = false;
    return person;
}

std::optional<int> peopleWhoCanSignIn(const Snapshot &snapshot)
{
    if (!applicationKnown(snapshot) || !policyKnown(snapshot) || unread(snapshot, {"members"}))
        return {};
    const Verdict nobodySpecial = evaluate(everyone(), snapshot);
    if (nobodySpecial.letIn)
        return snapshot.userCount;

    // Whoever may pass the first lock is known by name; with it off, whoever the policy leaves out is.
    QHash<QString, Principal> candidates;
    const auto add = [&](const QString &id) {
        candidates.insert(id, snapshot.people.value(id, Principal{Principal::Type::User, id, id, {}, {}}));
    };
    for (const Principal &member : snapshot.members) {
        if (member.isGroup())
            return {};
        if (member.isUser())
            candidates.insert(member.id, member);
    }
    if (nobodySpecial.assignment == Lock::Off && snapshot.policy) {
        for (const QString &id : snapshot.policy->excludeUsers)
            add(id);
        for (const QString &id : snapshot.policy->excludeGroups)
            if (id != groupId(snapshot))
                return {};
    }
    for (const AppAssignment &assignment : snapshot.assignments) {
        if (assignment.principalType == Principal::Type::User)
            add(assignment.principalId);
        else if (assignment.principalType == Principal::Type::Group && assignment.principalId != groupId(snapshot) &&
                 nobodySpecial.assignment != Lock::Off)
            return {};
    }
    int count = 0;
    for (const Principal &candidate : std::as_const(candidates)) {
        Person person;
        person.who = candidate;
        const Verdict verdict = evaluate(person, snapshot);
        if (verdict.assignment == Lock::Unknown || verdict.policy == Lock::Unknown)
            return {};
        count += verdict.letIn ? 1 : 0;
    }
    return count;
}

} // namespace pimgate
