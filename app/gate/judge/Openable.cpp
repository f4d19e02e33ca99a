#include "gate/judge/Openable.h"

#include "gate/steps/PimRows.h"

#include <QJsonArray>

#include <algorithm>
#include <array>

namespace pimgate {

namespace {

using Answer = Openable::Answer;
using Lack = Openable::Lack;
using Context = Openable::Context;
using Candidate = Openable::Candidate;
using Lock = Verdict::Lock;

constexpr int mostNamed = 20;

/// Where people activate and approve: Microsoft's portals, and Graph for tools (pitfall P34).
constexpr std::array portals{"MicrosoftAdminPortals", "797f4846-ba00-4fd7-ba43-dac1f8f63013",
                             "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "00000003-0000-0000-c000-000000000000"};

/// One thing that must be so for somebody to get in.
struct Need
{
    Answer answer = Answer::Yes;
    Lack lack = Lack::None;
    QString about = {};
};

const Need passed;

Need no(Lack lack, const QString &about = {})
{
    return {Answer::No, lack, about};
}

Need notKnown(Lack lack, const QString &about = {})
{
    return {Answer::NotKnown, lack, about};
}

/// What certainly stands in the way comes before what is not known.
Need worst(std::initializer_list<Need> needs)
{
    for (const Answer answer : {Answer::No, Answer::NotKnown})
        for (const Need &need : needs)
            if (need.answer == answer)
                return need;
    return passed;
}

bool isUnread(const Snapshot &snapshot, const char *part)
{
    return snapshot.unread.contains(QLatin1String(part));
}

Person personOf(const Principal &who, bool member, const Snapshot &snapshot)
{
    Person person;
    person.who = who;
    person.activeMember = member;
    const auto placed = snapshot.memberships.constFind(who.id);
    person.groupsRead = placed != snapshot.memberships.constEnd();
    if (person.groupsRead) {
        person.groups = placed->groups;
        person.roles = placed->roles;
    }
    return person;
}

Need accountOf(const Principal &who, const Snapshot &snapshot)
{
    if (who.deleted || snapshot.standing.gone.contains(who.id))
        return no(Lack::AccountDeleted);
    if (!who.isUser())
        return no(Lack::NotAPerson);
    if (!who.enabledRead)
        return notKnown(Lack::AccountNotRead);
    if (!who.enabled)
        return no(Lack::AccountDisabled);
    return who.guest ? notKnown(Lack::Guest) : passed;
}

Need eligibilityOf(const PimSchedule &schedule, const Snapshot &snapshot)
{
    if (schedule.end.isValid() && schedule.end <= snapshot.readAt)
        return no(Lack::Ended);
    if (schedule.start.isValid() && schedule.start > snapshot.readAt)
        return no(Lack::NotYet);
    if (!schedule.provisioned())
        return no(Lack::NotProvisioned);
    return passed;
}

/// The assignment of the group, and each policy at the application, for the person as an active member.
Need applicationFor(const Principal &who, const Snapshot &snapshot)
{
    if (!snapshot.group)
        return no(Lack::GroupNotAssigned);
    const Verdict verdict = evaluate(personOf(who, true, snapshot), snapshot);
    if (verdict.assignment == Lock::Unknown)
        return notKnown(Lack::ApplicationNotRead);
    if (verdict.assignment == Lock::Shut)
        return no(snapshot.application->enabled ? Lack::GroupNotAssigned : Lack::ApplicationOff);
    if (verdict.policyReason == Verdict::PolicyReason::Unread)
        return notKnown(Lack::PolicyNotRead);
    if (verdict.policy == Lock::Shut)
        return no(Lack::PolicyBlocks, verdict.blockedBy);
    if (verdict.policy == Lock::Unknown)
        return notKnown(Lack::PolicyNotKnown,
                        verdict.blockedBy.isEmpty() && snapshot.policy ? snapshot.policy->displayName : verdict.blockedBy);
    return passed;
}

/// A role that was switched off comes in no token; whether the person then still gets in, nobody has documented.
Need roleOf(const Snapshot &snapshot)
{
    if (!snapshot.application || !snapshot.group || !snapshot.application->assignmentRequired)
        return passed;
    const auto isOn = [&](const AppAssignment &assignment) {
        const QList<AppRole> &roles = snapshot.application->roles;
        return assignment.principalId == snapshot.group->id &&
               (assignment.appRoleId == QLatin1String(defaultAccessRole) ||
                std::any_of(roles.cbegin(), roles.cend(), [&](const AppRole &role) { return role.id == assignment.appRoleId; }));
    };
    const bool on = std::any_of(snapshot.assignments.cbegin(), snapshot.assignments.cend(), isOn);
    return on ? passed : notKnown(Lack::RoleOff);
}

/// In force, or nobody can say that it is not.
bool mayBeOn(const CaPolicy &policy)
{
    return policy.state == CaPolicy::State::Enabled || policy.state == CaPolicy::State::Unknown;
}

/// The latest change of what decides an activation: the rules of PIM and the policies that are on.
QDateTime lastChange(const Snapshot &snapshot)
{
    QDateTime last = snapshot.rules ? snapshot.rules->changed : QDateTime();
    const auto later = [&last](const QDateTime &at) {
        if (at.isValid() && (!last.isValid() || at > last))
            last = at;
    };
    for (const CaPolicy &policy : snapshot.foreignPolicies()) {
        later(policy.created);
        later(policy.modified);
    }
    return last;
}

/// He has activated since anything changed that decides it: what no policy tells is shown.
bool hasShown(const Principal &who, const Snapshot &snapshot)
{
    const QDateTime at = snapshot.activated.value(who.id), changed = lastChange(snapshot);
    return at.isValid() && (!changed.isValid() || at > changed);
}

/// What a policy about activation comes to for the person, who is no member yet.
Need demandFor(const CaPolicy &policy, const Principal &who, const Snapshot &snapshot, Lack blocks, Lack asks)
{
    const Demand demand = demandOf(policy);
    const Meeting meeting = meetingOf(policy, personOf(who, false, snapshot), false, snapshot);
    if (meeting.lock == Lock::Open)
        return passed;
    if (demand == Demand::Blocks && meeting.lock == Lock::Shut && policy.state == CaPolicy::State::Enabled)
        return no(blocks, policy.displayName);
    return notKnown(asks, policy.displayName);
}

bool isTargeted(const Snapshot &snapshot, const QString &claim)
{
    const QList<CaPolicy> policies = snapshot.foreignPolicies();
    return std::any_of(policies.cbegin(), policies.cend(),
                       [&claim](const CaPolicy &policy) { return aboutContext(policy, claim); });
}

/// What PIM asks through an authentication context (pitfalls P15, P16).
Need contextFor(const Principal &who, const Snapshot &snapshot, Context &context)
{
    const QString claim = snapshot.rules->authenticationContext();
    if (claim.isEmpty())
        return passed;
    if (isUnread(snapshot, "policy") || isUnread(snapshot, "contexts"))
        return notKnown(Lack::ContextNotRead, claim);
    context = isTargeted(snapshot, claim) ? Context::AsksNothing : Context::MfaInstead;
    if (context == Context::MfaInstead)
        return passed;
    const bool published = std::any_of(snapshot.contexts.cbegin(), snapshot.contexts.cend(),
                                       [&](const AuthenticationContext &one) { return one.id == claim && one.available; });
    Need need = published ? passed : notKnown(Lack::ContextNotPublished, claim);
    for (const CaPolicy &policy : snapshot.foreignPolicies())
        if (mayBeOn(policy) && aboutContext(policy, claim))
            need = worst({demandFor(policy, who, snapshot, Lack::ContextBlocks, Lack::ContextAsks), need});
    if (need.answer != Answer::NotKnown || !hasShown(who, snapshot))
        return need;
    context = Context::Shown;
    return passed;
}

/// Whether somebody reaches the place where people activate and approve (pitfall P34).
Need roadFor(const Principal &who, const Snapshot &snapshot)
{
    if (isUnread(snapshot, "policy"))
        return notKnown(Lack::PolicyNotRead);
    Need need;
    for (const CaPolicy &policy : snapshot.foreignPolicies()) {
        if (!mayBeOn(policy) || demandOf(policy) == Demand::CanBeMet)
            continue;
        const bool all = policy.includeApplications.contains(QLatin1String("All"), Qt::CaseInsensitive);
        const bool part = std::any_of(portals.begin(), portals.end(), [&policy](const char *portal) {
            return policy.includeApplications.contains(QLatin1String(portal), Qt::CaseInsensitive) ||
                   policy.excludeApplications.contains(QLatin1String(portal), Qt::CaseInsensitive);
        });
        // Another road may be open where only one of them is shut.
        if (part)
            need = worst({need, demandFor(policy, who, snapshot, Lack::None, Lack::RoadNotKnown).answer == Answer::Yes
                                    ? passed
                                    : notKnown(Lack::RoadNotKnown, policy.displayName)});
        else if (all)
            need = worst({need, demandFor(policy, who, snapshot, Lack::RoadBlocked, Lack::RoadNotKnown)});
    }
    return need.answer == Answer::NotKnown && hasShown(who, snapshot) ? passed : need;
}

/// Sorts one who is asked to approve into those who can and those who cannot.
void addApprover(Candidate &candidate, const Principal &who, const Snapshot &snapshot)
{
    if (who.id == candidate.who.id) { // nobody approves for himself
        candidate.noApprovers << Candidate::NoApprover{who.displayName, Lack::OwnRequest};
        return;
    }
    const Need need = worst({accountOf(who, snapshot), roadFor(who, snapshot)});
    if (need.answer != Answer::Yes)
        candidate.noApprovers << Candidate::NoApprover{who.displayName, need.lack, need.about};
    else if (!candidate.approvers.contains(who.displayName))
        candidate.approvers << who.displayName;
}

/// Nobody is directly in a group: an empty one certainly lets nobody in.
Lack lackOfMembers(const QList<Principal> &members)
{
    return std::any_of(members.cbegin(), members.cend(), [](const Principal &one) { return one.isGroup(); }) ? Lack::OnlyNested
                                                                                                             : Lack::GroupEmpty;
}

/// A group that is asked: whoever is directly in it; of the gate's own group whoever is active in it now.
void addApprovingGroup(Candidate &candidate, const QString &id, const Snapshot &snapshot)
{
    const QString name = snapshot.nameOf(id);
    const auto cannot = [&](Lack lack) { candidate.noApprovers << Candidate::NoApprover{name, lack}; };
    const bool own = snapshot.group && snapshot.group->id == id;
    const bool read = own ? !isUnread(snapshot, "members") : snapshot.standing.members.contains(id);
    if (snapshot.standing.gone.contains(id))
        return cannot(Lack::AccountDeleted);
    if (!read)
        return cannot(Lack::AccountNotRead);
    const QList<Principal> members = own ? snapshot.members : snapshot.standing.members.value(id);
    bool somebody = false;
    for (const Principal &member : members)
        if (member.isUser()) {
            addApprover(candidate, member, snapshot);
            somebody = true;
        }
    if (!somebody)
        cannot(lackOfMembers(members));
    if (snapshot.standing.longer.contains(id))
        cannot(Lack::AccountNotRead);
}

bool isNotKnown(Lack lack)
{
    return lack == Lack::OnlyNested || lack == Lack::AccountNotRead || lack == Lack::Guest || lack == Lack::RoadNotKnown ||
           lack == Lack::PolicyNotRead;
}

Need approvalFor(Candidate &candidate, const Snapshot &snapshot)
{
    if (!snapshot.rules->approvalRequired())
        return passed;
    for (const QString &id : snapshot.rules->approverIds())
        if (const auto person = snapshot.standing.people.constFind(id); person != snapshot.standing.people.constEnd())
            addApprover(candidate, *person, snapshot);
        else
            addApprovingGroup(candidate, id, snapshot);
    if (!candidate.approvers.isEmpty())
        return passed;
    const bool perhaps = std::any_of(candidate.noApprovers.cbegin(), candidate.noApprovers.cend(),
                                     [](const Candidate::NoApprover &one) { return isNotKnown(one.lack); });
    return perhaps ? notKnown(Lack::ApproverNotKnown) : no(Lack::NobodyApproves);
}

Candidate judged(const Principal &who, const QString &group, const PimSchedule &schedule, const Snapshot &snapshot)
{
    Candidate candidate;
    candidate.who = who;
    if (candidate.who.displayName.isEmpty())
        candidate.who.displayName = snapshot.nameOf(who.id);
    candidate.group = group;
    candidate.from = schedule.start;
    candidate.until = schedule.end;
    const Need rules = snapshot.rules ? passed : notKnown(Lack::RulesNotRead);
    const Need approval = snapshot.rules ? approvalFor(candidate, snapshot) : passed;
    const Need context = snapshot.rules ? contextFor(who, snapshot, candidate.context) : passed;
    const Need need = worst({accountOf(who, snapshot), eligibilityOf(schedule, snapshot), rules, applicationFor(who, snapshot),
                             roleOf(snapshot), approval, context, roadFor(who, snapshot)});
    candidate.answer = need.answer;
    candidate.lack = need.lack;
    candidate.about = need.about;
    return candidate;
}

Candidate lacking(const Principal &who, const PimSchedule &schedule, const Need &need)
{
    Candidate candidate;
    candidate.who = who;
    candidate.from = schedule.start;
    candidate.until = schedule.end;
    candidate.answer = need.answer;
    candidate.lack = need.lack;
    return candidate;
}

Principal groupOf(const QString &id, const Snapshot &snapshot)
{
    return {.type = Principal::Type::Group, .id = id, .displayName = snapshot.nameOf(id), .userName = {}, .jobTitle = {}};
}

/// Whoever is directly in an eligible group, the first that can enough: a deeper nesting proves nothing.
void addMembers(Openable &openable, const PimSchedule &schedule, const Snapshot &snapshot)
{
    const Principal group = groupOf(schedule.principalId, snapshot);
    const auto members = snapshot.standing.members.constFind(schedule.principalId);
    if (members == snapshot.standing.members.constEnd()) {
        openable.people << lacking(group, schedule, notKnown(Lack::AccountNotRead));
        return;
    }
    int named = 0;
    QList<Candidate> perhaps;
    for (const Principal &member : *members) {
        if (!member.isUser())
            continue;
        const Candidate candidate = judged(member, group.displayName, schedule, snapshot);
        if (candidate.answer == Answer::Yes || named < mostNamed) {
            openable.people << candidate;
            ++named;
        } else {
            ++openable.notNamed;
        }
        if (candidate.answer == Answer::Yes)
            return;
    }
    if (named == 0)
        openable.people << lacking(
            group, schedule, lackOfMembers(*members) == Lack::OnlyNested ? notKnown(Lack::OnlyNested) : no(Lack::GroupEmpty));
    else if (snapshot.standing.longer.contains(schedule.principalId))
        openable.people << lacking(group, schedule, notKnown(Lack::AccountNotRead));
}

void addEligible(Openable &openable, const PimSchedule &schedule, const Snapshot &snapshot)
{
    const QString &id = schedule.principalId;
    const Standing &standing = snapshot.standing;
    if (snapshot.group && id == snapshot.group->id)
        openable.people << lacking(groupOf(id, snapshot), schedule, no(Lack::GroupIsTheGate));
    else if (standing.people.contains(id))
        openable.people << judged(standing.people.value(id), {}, schedule, snapshot);
    else if (standing.gone.contains(id))
        openable.people << lacking(snapshot.people.value(id, groupOf(id, snapshot)), schedule, no(Lack::AccountDeleted));
    else
        addMembers(openable, schedule, snapshot);
}

/// By days, for people made eligible together end seconds apart; of one day the first by name.
bool isBetter(const Candidate &a, const Candidate &b)
{
    const QDate mine = a.until.date(), other = b.until.date();
    if (mine == other)
        return a.who.displayName < b.who.displayName;
    return other.isValid() && (!mine.isValid() || mine > other);
}

Answer answerOf(const QList<Candidate> &people)
{
    for (const Answer answer : {Answer::Yes, Answer::NotKnown})
        if (std::any_of(people.cbegin(), people.cend(), [answer](const Candidate &one) { return one.answer == answer; }))
            return answer;
    return Answer::No;
}

/// It could stop somebody, and asks who is in which group or role.
bool asksForPlace(const CaPolicy &policy)
{
    const bool lists = !(policy.includeGroups + policy.excludeGroups + policy.includeRoles + policy.excludeRoles).isEmpty();
    const bool stops =
        demandOf(policy) != Demand::CanBeMet ||
        !policy.raw
             .value(QLatin1String(
                 "conditions"))[QLatin1String("applications")][QLatin1String("includeAuthenticationContextClassReferences")]
             .toArray()
             .isEmpty();
    return mayBeOn(policy) && lists && stops;
}

} // namespace

const Candidate *Openable::path() const
{
    const Candidate *best = nullptr;
    for (const Candidate &one : people)
        if (one.answer == Answer::Yes && (!best || isBetter(one, *best)))
            best = &one;
    return best;
}

Openable openable(const Snapshot &snapshot)
{
    Openable openable;
    if (snapshot.rules)
        openable.longest = snapshot.rules->maximumActivation();
    for (const PimSchedule &schedule : snapshot.eligible)
        addEligible(openable, schedule, snapshot);
    openable.answer = answerOf(openable.people);
    return openable;
}

Snapshot onceClosed(const Snapshot &snapshot, const QList<Change> &rows)
{
    Snapshot after = snapshot;
    for (const Change &row : rows) {
        if (row.done || !row.closing())
            continue;
        if (row.is(ChangeKey::Kind::Required) && after.application)
            after.application->assignmentRequired = true;
        if (row.is(ChangeKey::Kind::Unassign))
            after.assignments.removeIf([&row](const AppAssignment &one) { return one.id == row.targetId; });
        if (row.is(ChangeKey::Kind::Uneligible))
            after.eligible.removeIf([&row](const PimSchedule &one) { return one.principalId == row.targetId; });
        if (row.is(ChangeKey::Kind::State) && after.policy)
            after.policy->state = CaPolicy::State::Enabled;
    }
    return after;
}

Snapshot onceAsked(const Snapshot &snapshot, const QList<Change> &rows)
{
    Snapshot after = snapshot;
    for (const Change &row : rows) {
        if (row.done)
            continue;
        if (row.is(ChangeKey::Kind::Rules) && after.rules)
            for (const PolicyRule &rule : pimrows::rulesToWrite(row, after.rules))
                after.rules->rules.insert(rule.value(QLatin1String("id")).toString(), rule);
        if (row.is(ChangeKey::Kind::Eligible)) {
            after.eligible.removeIf([&row](const PimSchedule &one) { return one.principalId == row.targetId; });
            PimSchedule made;
            made.principalId = row.targetId;
            made.accessId = QStringLiteral("member");
            after.eligible << made;
        }
    }
    return after;
}

QStringList peopleToPlace(const Snapshot &snapshot)
{
    const QList<CaPolicy> policies = snapshot.foreignPolicies();
    if (std::none_of(policies.cbegin(), policies.cend(), asksForPlace))
        return {};
    QStringList ids;
    for (const Principal &person : snapshot.standing.people)
        ids << person.id;
    for (const QList<Principal> &members : snapshot.standing.members)
        for (qsizetype i = 0; i < std::min<qsizetype>(members.size(), mostNamed); ++i)
            if (members.at(i).isUser())
                ids << members.at(i).id;
    if (snapshot.rules && snapshot.group && snapshot.rules->approverIds().contains(snapshot.group->id))
        for (const Principal &member : snapshot.members)
            ids << member.id;
    ids.removeDuplicates();
    return ids;
}

bool activationsMatter(const Snapshot &snapshot)
{
    const QString claim = snapshot.rules ? snapshot.rules->authenticationContext() : QString();
    if (!claim.isEmpty() && isTargeted(snapshot, claim))
        return true;
    const QList<CaPolicy> policies = snapshot.foreignPolicies();
    return std::any_of(policies.cbegin(), policies.cend(), [](const CaPolicy &policy) {
        const bool wide = policy.includeApplications.contains(QLatin1String("All"), Qt::CaseInsensitive) ||
                          std::any_of(portals.begin(), portals.end(), [&policy](const char *portal) {
                              return policy.includeApplications.contains(QLatin1String(portal), Qt::CaseInsensitive);
                          });
        return mayBeOn(policy) && wide && demandOf(policy) == Demand::NotKnown;
    });
}

} // namespace pimgate
