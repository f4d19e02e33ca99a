#include "gate/judge/Evaluator.h"

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
    return !id.isEmpty() && std::any_of(members.begin(), members.end(), [&](const Principal &p) { return p.id == id; });
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

/// In the gate's group only through another group: counts for Conditional Access, not for assignment (pitfall P7).
bool nestedMember(const Person &person, const Snapshot &snapshot)
{
    if (!person.activeMember && person.groups.contains(groupId(snapshot)))
        return true;
    return std::any_of(snapshot.members.begin(), snapshot.members.end(),
                       [&](const Principal &p) { return p.isGroup() && person.groups.contains(p.id); });
}

struct LockAnswer
{
    Lock lock = Lock::Unknown;
    QString reason;
};

LockAnswer assignmentLock(const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    if (!applicationKnown(snapshot))
        return {Lock::Unknown, EvaluatorText::tr("the application could not be read")};
    if (!snapshot.application->enabled)
        return {Lock::Shut, EvaluatorText::tr("sign-in to the application is switched off")};
    if (!snapshot.application->assignmentRequired)
        return {Lock::Off, EvaluatorText::tr("not required")};
    if (isAssigned(snapshot, person.who.id))
        return {Lock::Open, EvaluatorText::tr("assigned directly")};

    for (const AppAssignment &assignment : snapshot.assignments) {
        if (assignment.principalId == groupId(snapshot) || !person.groups.contains(assignment.principalId))
            continue;
        if (!person.directGroups)
            return {Lock::Unknown, EvaluatorText::tr("in another assigned group, directly or not")};
        if (person.directGroups->contains(assignment.principalId))
            return {Lock::Open, EvaluatorText::tr("another group is assigned")};
    }
    if (!isAssigned(snapshot, groupId(snapshot)))
        return {Lock::Shut, EvaluatorText::tr("the group is not assigned")};
    if (!member)
        return {Lock::Unknown, EvaluatorText::tr("the group's members could not be read")};
    if (*member)
        return {Lock::Open, EvaluatorText::tr("the group is assigned")};
    if (nestedMember(person, snapshot))
        return {Lock::Shut, EvaluatorText::tr("a nested group does not count")};
    return {Lock::Shut, EvaluatorText::tr("not assigned")};
}

bool hasFurtherConditions(const CaPolicy &policy)
{
    const QJsonObject conditions = policy.raw.value(QLatin1String("conditions")).toObject();
    for (const char *name : {"locations", "platforms", "devices", "authenticationFlows"})
        if (conditions.value(QLatin1String(name)).isObject())
            return true;
    for (const char *name : {"signInRiskLevels", "userRiskLevels"})
        if (!conditions.value(QLatin1String(name)).toArray().isEmpty())
            return true;
    return false;
}

bool targets(const CaPolicy &policy, const QString &appId)
{
    return !policy.excludeApplications.contains(appId) &&
           (policy.includeApplications.contains(appId) || policy.includeApplications.contains(QLatin1String("All")));
}

/// What one blocking policy says about the person, its state left aside: Shut, Open or Unknown.
LockAnswer blockOf(const CaPolicy &policy, const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    const QString gate = groupId(snapshot);
    const QString &id = person.who.id;
    const auto in = [&](const QStringList &groups) {
        return std::any_of(groups.begin(), groups.end(),
                           [&](const QString &g) { return g != gate && person.groups.contains(g); });
    };
    const bool inGate = !gate.isEmpty() && (member.value_or(false) || nestedMember(person, snapshot));

    if (!id.isEmpty() && policy.excludeUsers.contains(id))
        return {Lock::Open, EvaluatorText::tr("excluded from the policy")};
    if (inGate && policy.excludeGroups.contains(gate))
        return {Lock::Open, EvaluatorText::tr("the group is excluded")};
    if (in(policy.excludeGroups))
        return {Lock::Open, EvaluatorText::tr("another excluded group")};
    if (!member && policy.excludeGroups.contains(gate))
        return {Lock::Unknown, EvaluatorText::tr("the group's members could not be read")};

    const bool included = policy.includeUsers.contains(QLatin1String("All")) ||
                          (!id.isEmpty() && policy.includeUsers.contains(id)) || in(policy.includeGroups) ||
                          (inGate && policy.includeGroups.contains(gate)) ||
                          (person.who.guest && policy.includeUsers.contains(QLatin1String("GuestsOrExternalUsers")));
    if (!included && policy.includeRoles.isEmpty())
        return {Lock::Open, EvaluatorText::tr("the policy is not about this person")};
    if (!included || !policy.excludeRoles.isEmpty())
        return {Lock::Unknown, EvaluatorText::tr("the policy depends on directory roles")};
    if (hasFurtherConditions(policy))
        return {Lock::Unknown, EvaluatorText::tr("the policy has further conditions")};
    return {Lock::Shut, EvaluatorText::tr("blocked by %1").arg(policy.displayName)};
}

/// Some other policy, on, that blocks the person at this application.
LockAnswer otherBlock(const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    for (const CaPolicy &policy : snapshot.otherPolicies) {
        if (policy.state != CaPolicy::State::Enabled || !policy.builtInControls.contains(QLatin1String("block")))
            continue;
        if (snapshot.application && !targets(policy, snapshot.application->appId))
            continue;
        const LockAnswer answer = blockOf(policy, person, member, snapshot);
        if (answer.lock == Lock::Shut)
            return answer;
    }
    return {Lock::Open, {}};
}

LockAnswer policyLock(const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    if (!policyKnown(snapshot))
        return {Lock::Unknown, EvaluatorText::tr("Conditional Access could not be read")};
    const LockAnswer other = otherBlock(person, member, snapshot);
    if (other.lock == Lock::Shut)
        return other;
    if (!snapshot.policy)
        return {Lock::Off, EvaluatorText::tr("no policy")};

    const CaPolicy &policy = *snapshot.policy;
    if (snapshot.application && !targets(policy, snapshot.application->appId))
        return {Lock::Off, EvaluatorText::tr("the policy is about another application")};
    if (!policy.builtInControls.contains(QLatin1String("block")))
        return {Lock::Off, EvaluatorText::tr("the policy does not block")};
    const LockAnswer block = blockOf(policy, person, member, snapshot);
    switch (policy.state) {
    case CaPolicy::State::Enabled:
        return block;
    case CaPolicy::State::ReportOnly:
        if (block.lock == Lock::Unknown)
            return {Lock::ReportOnly, block.reason};
        return {Lock::ReportOnly,
                block.lock == Lock::Shut ? EvaluatorText::tr("would block") : EvaluatorText::tr("would let through")};
    case CaPolicy::State::Disabled:
        return {Lock::Off, EvaluatorText::tr("the policy is off")};
    case CaPolicy::State::Unknown:
        break;
    }
    return {Lock::Unknown, EvaluatorText::tr("the policy's state is not known")};
}

/// The gate's own policy is on, blocks, and is about this application.
bool armed(const Snapshot &snapshot)
{
    return policyKnown(snapshot) && snapshot.policy && snapshot.policy->state == CaPolicy::State::Enabled &&
           snapshot.policy->builtInControls.contains(QLatin1String("block")) &&
           (!snapshot.application || targets(*snapshot.policy, snapshot.application->appId));
}

bool passes(Lock lock)
{
    return lock == Lock::Open || lock == Lock::Off || lock == Lock::ReportOnly;
}

QString notEnforcedWords(const Verdict &verdict, const Snapshot &snapshot)
{
    if (verdict.policy == Lock::ReportOnly)
        return EvaluatorText::tr("Not enforced: the policy is still in report-only.");
    if (!snapshot.policy)
        return EvaluatorText::tr("Not enforced: there is no policy.");
    return EvaluatorText::tr("Not enforced: %1.").arg(verdict.policyReason);
}

QString letInSentence(const Person &person, const Verdict &verdict, const Snapshot &snapshot)
{
    const bool anyone = person.who.id.isEmpty();
    const QString name = person.who.displayName;
    const QString application = snapshot.application->displayName;
    if (verdict.assignment == Lock::Off && !verdict.enforced)
        return (anyone ? EvaluatorText::tr("Everyone is let in for now.")
                       : EvaluatorText::tr("%1 is let in for now.").arg(name)) +
               QLatin1Char(' ') + notEnforcedWords(verdict, snapshot);
    if (!verdict.enforced)
        return (anyone ? EvaluatorText::tr("Everyone is let in.") : EvaluatorText::tr("%1 is let in.").arg(name)) +
               QLatin1Char(' ') + notEnforcedWords(verdict, snapshot);
    if (anyone)
        return EvaluatorText::tr("The gate is open for everyone.");
    if (!verdict.member)
        return EvaluatorText::tr("%1 is let in without activating: a standing path into %2.").arg(name, application);

    const PimSchedule *active = activation(snapshot, person.who.id);
    const QDateTime until = person.memberUntil.isValid() ? person.memberUntil : active ? active->end : QDateTime();
    QString sentence = EvaluatorText::tr("The gate is open for %1.").arg(name);
    if (until.isValid() && snapshot.readAt.isValid() && until > snapshot.readAt) {
        const std::chrono::seconds left(snapshot.readAt.secsTo(until));
        sentence = EvaluatorText::tr("The gate is open for %1, for %2 more.").arg(name, shortDuration(left));
    }
    const bool aloneAsFarAsKnown =
        std::all_of(snapshot.members.begin(), snapshot.members.end(),
                    [&](const Principal &p) { return p.id == person.who.id; }) &&
        std::all_of(snapshot.assignments.begin(), snapshot.assignments.end(),
                    [&](const AppAssignment &a) { return a.principalId == groupId(snapshot) || a.principalId == person.who.id; });
    if (aloneAsFarAsKnown && verdict.assignment == Lock::Open)
        sentence += QLatin1Char(' ') + EvaluatorText::tr("For everyone else it is shut.");
    return sentence;
}

QString stoppedSentence(const Person &person, const Verdict &verdict, const Snapshot &snapshot)
{
    const bool anyone = person.who.id.isEmpty();
    const QString name = person.who.displayName;
    const bool first = verdict.assignment == Lock::Shut;
    const bool second = verdict.policy == Lock::Shut;
    if (first && second)
        return anyone ? EvaluatorText::tr("The gate is shut for everyone who is not activated.")
                      : EvaluatorText::tr("The gate is shut for %1: stopped at both locks.").arg(name);
    if (second && verdict.member)
        return EvaluatorText::tr("%1 is active and still stopped at Conditional Access: %2.").arg(name, verdict.policyReason);
    if (second)
        return anyone ? EvaluatorText::tr("Everyone is stopped at Conditional Access.")
                      : EvaluatorText::tr("%1 is stopped at Conditional Access: %2.").arg(name, verdict.policyReason);
    if (verdict.policy == Lock::Open && !verdict.member && !anyone)
        return EvaluatorText::tr("%1 would not be blocked by the policy. Not assigned to %2: intended.")
            .arg(name, snapshot.application->displayName);
    const QString stopped = anyone ? EvaluatorText::tr("Everyone who is not activated is stopped at assignment.")
                                   : EvaluatorText::tr("%1 is stopped at assignment: %2.").arg(name, verdict.assignmentReason);
    if (verdict.enforced || verdict.policy == Lock::Unknown)
        return stopped;
    return stopped + QLatin1Char(' ') + notEnforcedWords(verdict, snapshot);
}

QString sentenceFor(const Person &person, const Verdict &verdict, const Snapshot &snapshot)
{
    if (!person.who.enabled)
        return EvaluatorText::tr("The account of %1 is disabled: no sign-in, whatever the locks say.")
            .arg(person.who.displayName);
    if (verdict.letIn)
        return letInSentence(person, verdict, snapshot);
    if (verdict.assignment == Lock::Shut || verdict.policy == Lock::Shut)
        return stoppedSentence(person, verdict, snapshot);
    return EvaluatorText::tr("Not checked: %1.")
        .arg(verdict.assignment == Lock::Unknown ? verdict.assignmentReason : verdict.policyReason);
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
        return s.principalId == id && s.accessId != QLatin1String("owner") &&
               (!s.end.isValid() || !snapshot.readAt.isValid() || s.end > snapshot.readAt);
    });
    return found == snapshot.active.end() ? nullptr : &*found;
}

Verdict evaluate(const Person &person, const Snapshot &snapshot)
{
    const std::optional<bool> member = directMember(person, snapshot);
    const LockAnswer first = assignmentLock(person, member, snapshot);
    const LockAnswer second = policyLock(person, member, snapshot);

    Verdict verdict;
    verdict.assignment = first.lock;
    verdict.assignmentReason = first.reason;
    verdict.policy = second.lock;
    verdict.policyReason = second.reason;
    verdict.member = member.value_or(false);
    verdict.enforced = armed(snapshot);
    verdict.letIn = person.who.enabled && passes(first.lock) && passes(second.lock);
    verdict.expectedError = errorFor(person, verdict, snapshot);
    verdict.sentence = sentenceFor(person, verdict, snapshot);
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

QString shortDuration(std::chrono::seconds duration)
{
    const qint64 minutes = std::max<qint64>(1, duration.count() / 60);
    const qint64 hours = minutes / 60;
    if (hours >= 48)
        return EvaluatorText::tr("%n day(s)", nullptr, int(hours / 24)) + QLatin1Char(' ') +
               EvaluatorText::tr("%1 h").arg(hours % 24);
    if (hours > 0)
        return EvaluatorText::tr("%1 h %2 min").arg(hours).arg(minutes % 60);
    return EvaluatorText::tr("%1 min").arg(minutes);
}

} // namespace pimgate
