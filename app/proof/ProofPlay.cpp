#include "proof/ProofPlay.h"

#include "graph/Applications.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "graph/Groups.h"
#include "graph/PrivilegedAccess.h"
#include "proof/ProofForecast.h"

#include <QCoreApplication>

namespace pimgate {
namespace proofplay {

struct PlayText
{
    Q_DECLARE_TR_FUNCTIONS(ProofPlay)
};

bool ticketNeeded(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return snapshot.rules ? snapshot.rules->enabledOnActivation().contains(QLatin1String("Ticketing"))
                          : blueprint.activation.ticket.value_or(false);
}

QDateTime activationEnd(const Snapshot &snapshot, const QString &personId)
{
    const PimSchedule *active = activation(snapshot, personId);
    return active ? active->end : QDateTime();
}

/// Our own policy, if it is still there, and all others.
void takePolicies(Snapshot &snapshot, const QList<CaPolicy> &policies)
{
    const QString own = snapshot.policy ? snapshot.policy->id : QString();
    snapshot.policy.reset();
    snapshot.otherPolicies.clear();
    for (const CaPolicy &policy : policies) {
        if (policy.id == own)
            snapshot.policy = policy;
        else
            snapshot.otherPolicies << policy;
    }
}

} // namespace proofplay

ProofPlay::ProofPlay(GraphService &admin, const ApplicationDoor &door, ProofWish asked, SnapshotPtr known,
                     std::stop_token stopping)
    : wish(std::move(asked)), snapshot(std::make_shared<Snapshot>(*known)), stop(std::move(stopping)), m_admin(admin),
      m_door(door)
{
}

Task<Outcome> ProofPlay::prepare()
{
    if (!snapshot->application || !snapshot->group)
        co_return failure(Error::Kind::Input, proofplay::PlayText::tr("There is no gate to test yet."),
                          proofplay::PlayText::tr("Make steps 1 to 4 first."));
    const auto found = co_await findPerson();
    if (!found)
        co_return failure(found.error());
    person.who = *found;
    const auto complete = completeWish();
    if (!complete)
        co_return complete;

    Directory directory(m_admin);
    const auto groups = co_await directory.groupsOf(person.who.id, stop);
    if (!groups)
        co_return failure(groups.error());
    person.groups = *groups;
    person.groups.removeAll(groupId());
    const auto direct = co_await directory.directGroupsOf(person.who.id, stop);
    if (direct)
        person.directGroups = *direct;
    openLedger();
    co_return co_await refresh();
}

Task<Result<Principal>> ProofPlay::findPerson()
{
    Directory directory(m_admin);
    const QStringList references{wish.user};
    const auto found = co_await directory.resolve(references, stop);
    if (!found)
        co_return failure(found.error());
    const Principal one = found->value(wish.user);
    if (!one.isUser())
        co_return failure(Error::Kind::Input, proofplay::PlayText::tr("%1 is not a person.").arg(wish.user),
                          proofplay::PlayText::tr("Choose an eligible person."));
    co_return one;
}

/// What nobody said: duration, reason and ticket. An error when it cannot be asked for like that.
Outcome ProofPlay::completeWish()
{
    using proofplay::PlayText;
    const IsoDuration longest = longestActivation(wish.blueprint, *snapshot);
    wish.duration = wish.duration.value_or(m_door.usualDuration(longest));
    if (wish.duration->value() < shortestActivation)
        return failure(Error::Kind::Input, PlayText::tr("An activation lasts at least 5 minutes: PIM's own rule."));
    if (*wish.duration > longest)
        return failure(Error::Kind::Input, PlayText::tr("The longest activation allowed here is %1.").arg(longest.human()));
    if (wish.justification.isEmpty())
        wish.justification = QStringLiteral("Test of the gate"); // kept by the tenant, whatever language is spoken here
    if (!wish.ticket.isEmpty() || !proofplay::ticketNeeded(wish.blueprint, *snapshot))
        return {};
    wish.ticket = m_door.usualTicket();
    if (wish.ticket.isEmpty())
        return failure(Error::Kind::Input, PlayText::tr("The activation asks for a ticket number."),
                       PlayText::tr("Give one for the test."));
    return {};
}

void ProofPlay::openLedger()
{
    ledger = std::make_shared<ProofLedger>(m_admin.clock(), m_door.label(), forecast(wish, *snapshot),
                                           approvalNeeded(wish.blueprint, *snapshot));
    ledger->takeUp(wish.earlier);
    requestId = ledger->line(ProofLine::Moment::Requested).recordId;
}

Task<Outcome> ProofPlay::refresh()
{
    const SnapshotPtr next = std::make_shared<Snapshot>(*snapshot);
    Groups groups(m_admin);
    Applications applications(m_admin);
    PrivilegedAccess access(m_admin);
    ConditionalAccess policies(m_admin);
    const QString group = groupId();
    const QString app = appId();

    auto membersAsked = groups.members(group, stop);
    auto activeAsked = access.activeNow(group, stop);
    auto applicationAsked = applications.byAppId(app, stop);
    auto assignmentsAsked = applications.assignments(app, stop);
    auto policiesAsked = policies.list(stop);
    const auto members = co_await membersAsked;
    const auto active = co_await activeAsked;
    const auto application = co_await applicationAsked;
    const auto assignments = co_await assignmentsAsked;
    const auto policyList = co_await policiesAsked;

    if (!members)
        co_return failure(members.error());
    if (!active)
        co_return failure(active.error());
    if (!application)
        co_return failure(application.error());
    if (!assignments)
        co_return failure(assignments.error());
    if (!policyList)
        co_return failure(policyList.error());

    next->readAt = m_admin.clock().now();
    next->members = *members;
    next->active = *active;
    next->application = *application;
    next->assignments = *assignments;
    proofplay::takePolicies(*next, *policyList);
    for (const char *part : {"members", "active", "application", "assignments", "policy", "policies", "conditionalAccess"})
        next->unread.remove(QLatin1String(part));
    snapshot = next;
    person.memberUntil = proofplay::activationEnd(*next, person.who.id);
    ledger->read(next, person);
    co_return Outcome();
}

} // namespace pimgate
