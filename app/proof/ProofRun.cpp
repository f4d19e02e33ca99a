#include "proof/ProofRun.h"

#include "identity/Permissions.h"
#include "proof/ProofForecast.h"

#include <QCoroTimer>
#include <QTimer>

#include <algorithm>

namespace pimgate {

using namespace std::chrono_literals;

namespace proofrun {

/// How long PIM, the directory and the sign-in host may lag (pitfall P13), in the tenant's time.
constexpr auto patience = 5min;

bool ticketNeeded(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return snapshot.rules ? snapshot.rules->enabledOnActivation().contains(QLatin1String("Ticketing"))
                          : blueprint.activation.ticket.value_or(false);
}

QDateTime activationEnd(const Snapshot &snapshot, const QString &personId)
{
    QDateTime end;
    for (const PimSchedule &schedule : snapshot.active)
        if (schedule.principalId == personId && schedule.accessId != QLatin1String("owner"))
            end = schedule.end;
    return end;
}

bool isAbout(const CaPolicy &policy, const QString &appId)
{
    return policy.includeApplications.contains(appId) || policy.includeApplications.contains(QLatin1String("All"));
}

/// Our own policy, if it is still there, and whatever else is about the application.
void takePolicies(Snapshot &snapshot, const QList<CaPolicy> &policies)
{
    const QString own = snapshot.policy ? snapshot.policy->id : QString();
    snapshot.policy.reset();
    snapshot.otherPolicies.clear();
    for (const CaPolicy &policy : policies) {
        if (policy.id == own)
            snapshot.policy = policy;
        else if (isAbout(policy, snapshot.application->appId))
            snapshot.otherPolicies << policy;
    }
}

} // namespace proofrun

/// Everything one play knows; shared by its moments.
struct ProofRun::Play
{
    ProofWish wish;
    SnapshotPtr snapshot; ///< the newest one
    Person person;
    QString requestId;
    LedgerPtr ledger;
    std::stop_token stop;

    bool takenUp() const { return !wish.earlier.isEmpty(); }
    const QString &groupId() const { return snapshot->group->id; }
    const QString &appId() const { return snapshot->application->appId; }
};

ProofRun::ProofRun(GraphService &admin, SessionFor sessionFor, QObject *parent)
    : QObject(parent), m_admin(admin), m_sessionFor(std::move(sessionFor)), m_door(ApplicationDoor::to(admin)),
      m_approver(admin, m_sessionFor, *m_door)
{
}

Task<Result<ProofResult>> ProofRun::play(ProofWish wish, SnapshotPtr snapshot, std::stop_token stop)
{
    const auto play = std::make_shared<Play>();
    play->wish = std::move(wish);
    play->snapshot = std::make_shared<Snapshot>(*snapshot);
    play->stop = stop;
    const auto prepared = co_await prepare(play);
    if (!prepared)
        co_return failure(prepared.error());

    ProofLedger &ledger = *play->ledger;
    for (const Moment next : ProofLedger::moments) {
        if (ledger.over() || ledger.line(next).finished())
            continue;
        const bool goOn = co_await breathe(stop);
        if (!goOn)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
        const auto played = co_await moment(play, next);
        if (!played)
            co_return failure(played.error());
    }
    ledger.finish();
    co_return ledger.result();
}

/// Local time, not the tenant's: this is for the people who look.
Task<bool> ProofRun::breathe(std::stop_token stop)
{
    std::chrono::milliseconds left = m_rest;
    while ((left > 0ms || m_paused) && !stop.stop_requested()) {
        QTimer timer;
        timer.setSingleShot(true);
        timer.start(std::min<std::chrono::milliseconds>(m_paused ? 50ms : left, 50ms));
        co_await timer;
        if (!m_paused)
            left -= 50ms;
    }
    co_return !stop.stop_requested();
}

Task<Outcome> ProofRun::prepare(PlayPtr play)
{
    const Snapshot &snapshot = *play->snapshot;
    if (!snapshot.application || !snapshot.group)
        co_return failure(Error::Kind::Input, tr("There is no gate to test yet."), tr("Make steps 1 to 4 first."));

    Directory directory(m_admin);
    std::optional<Principal> person = personNamed(play->wish.user, snapshot);
    if (!person) {
        const QStringList references{play->wish.user};
        const auto found = co_await directory.resolve(references, play->stop);
        if (!found)
            co_return failure(found.error());
        person = found->value(play->wish.user);
    }
    if (!person->isUser())
        co_return failure(Error::Kind::Input, tr("%1 is not a person.").arg(play->wish.user), tr("Choose an eligible person."));
    play->person.who = *person;

    const auto complete = completeWish(play->wish, snapshot);
    if (!complete)
        co_return complete;

    const auto groups = co_await directory.groupsOf(person->id, play->stop);
    if (!groups)
        co_return failure(groups.error());
    play->person.groups = *groups;
    play->person.groups.removeAll(play->groupId());
    const auto direct = co_await directory.directGroupsOf(person->id, play->stop);
    if (direct)
        play->person.directGroups = *direct;

    play->ledger = openLedger(play->wish, snapshot);
    if (play->ledger->line(Moment::Requested).finished())
        play->requestId = play->ledger->line(Moment::Requested).recordId;
    const auto fresh = co_await refresh(play);
    if (!fresh)
        co_return fresh;
    for (const Moment each : ProofLedger::moments)
        play->ledger->show(each);
    co_return Outcome();
}

/// What nobody said: duration, reason and ticket. An error when it cannot be asked for like that.
Outcome ProofRun::completeWish(ProofWish &wish, const Snapshot &snapshot) const
{
    const IsoDuration longest = longestActivation(wish.blueprint, snapshot);
    wish.duration = wish.duration.value_or(m_door->usualDuration(longest));
    if (wish.duration->value() < shortestActivation)
        return failure(Error::Kind::Input, tr("An activation lasts at least 5 minutes: PIM's own rule."));
    if (*wish.duration > longest)
        return failure(Error::Kind::Input, tr("The longest activation allowed here is %1.").arg(longest.human()));
    if (wish.justification.isEmpty())
        wish.justification = tr("Test of the gate");
    if (!wish.ticket.isEmpty() || !proofrun::ticketNeeded(wish.blueprint, snapshot))
        return {};
    wish.ticket = m_door->usualTicket();
    if (wish.ticket.isEmpty())
        return failure(Error::Kind::Input, tr("The activation asks for a ticket number."), tr("Give one for the test."));
    return {};
}

LedgerPtr ProofRun::openLedger(const ProofWish &wish, const Snapshot &snapshot)
{
    const auto ledger = std::make_shared<ProofLedger>(m_admin.clock(), m_door->label(), forecast(wish, snapshot),
                                                      approvalNeeded(wish.blueprint, snapshot));
    ledger->takeUp(wish.earlier);
    connect(ledger.get(), &ProofLedger::lineChanged, this, &ProofRun::lineChanged);
    connect(ledger.get(), &ProofLedger::viewChanged, this, &ProofRun::viewChanged);
    return ledger;
}

/// The parts of the tenant that the two locks read, once more.
Task<Outcome> ProofRun::refresh(PlayPtr play)
{
    const SnapshotPtr next = std::make_shared<Snapshot>(*play->snapshot);
    Groups groups(m_admin);
    Applications applications(m_admin);
    PrivilegedAccess access(m_admin);
    ConditionalAccess policies(m_admin);
    const QString groupId = play->groupId();
    const QString appId = play->appId();

    auto membersAsked = groups.members(groupId, play->stop);
    auto activeAsked = access.activeNow(groupId, play->stop);
    auto applicationAsked = applications.byAppId(appId, play->stop);
    auto assignmentsAsked = applications.assignments(appId, play->stop);
    auto policiesAsked = policies.list(play->stop);
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
    proofrun::takePolicies(*next, *policyList);
    for (const char *part : {"members", "active", "application", "assignments", "policy", "policies", "conditionalAccess"})
        next->unread.remove(QLatin1String(part));
    play->snapshot = next;
    play->person.memberUntil = proofrun::activationEnd(*next, play->person.who.id);
    play->ledger->read(next, play->person);
    co_return Outcome();
}

Task<Outcome> ProofRun::moment(PlayPtr play, Moment moment)
{
    switch (moment) {
    case Moment::Blocked:
        return blocked(play);
    case Moment::Requested:
        return requested(play);
    case Moment::Approved:
        return approved(play);
    case Moment::Active:
        return active(play);
    case Moment::Ended:
        break;
    }
    return ended(play);
}

Task<Outcome> ProofRun::blocked(PlayPtr play)
{
    ProofLedger &ledger = *play->ledger;
    ledger.judge(Moment::Blocked);
    if (ledger.line(Moment::Blocked).verdict.member) {
        const QString until = ledger.activeUntil().isValid() ? tr("already active until %1").arg(clockTime(ledger.activeUntil()))
                                                             : tr("already an active member, without an end");
        const QString how =
            tr("End %1's activation in PIM or wait for its end, then play the proof again.").arg(play->person.who.displayName);
        ledger.fail(Moment::Blocked, until, how);
        co_return Outcome();
    }
    ledger.begin(Moment::Blocked);
    const auto tried = co_await attempt(play, Moment::Blocked);
    if (!tried)
        co_return ledger.fail(Moment::Blocked, tried.error());
    const auto fresh = co_await refresh(play);
    if (!fresh)
        co_return fresh;
    if (ledger.over())
        co_return Outcome();

    ledger.judge(Moment::Blocked, *tried);
    if (tried->admitted)
        ledger.fail(Moment::Blocked, tr("let in"), ledger.line(Moment::Blocked).verdict.sentence);
    else if (!tried->refusedByLock())
        ledger.fail(Moment::Blocked, tr("refused for another reason: %1").arg(tried->text),
                    tr("This is not the gate: mend it first."));
    else
        ledger.pass(Moment::Blocked, tried->errorCode == SignInAttempt::notAssigned ? tr("blocked: not assigned")
                                                                                    : tr("blocked: Conditional Access"));
    co_return Outcome();
}

Task<Outcome> ProofRun::requested(PlayPtr play)
{
    ProofLedger &ledger = *play->ledger;
    ledger.begin(Moment::Requested);
    const Principal who = play->person.who;
    const std::unique_ptr<Session> session = m_sessionFor(who.userName);
    session->setScopes(Permissions::toActivate());
    const Who asks{who.userName, who.id};
    const auto account = co_await session->signIn(asks, play->stop);
    if (!account)
        co_return ledger.fail(Moment::Requested, account.error());

    // A token without MFA is stepped up inside GraphService: exactly that new token is used (graph-contract 7.8).
    GraphService own(*session);
    PrivilegedAccess access(own);
    const ProofWish wish = play->wish;
    const QString groupId = play->groupId();
    const QString ticketSystem = wish.ticket.isEmpty() ? QString() : tr("Ticket system");
    const auto request =
        co_await access.activate(groupId, who.id, *wish.duration, wish.justification, wish.ticket, ticketSystem, play->stop);
    const auto fresh = co_await refresh(play);
    if (!fresh)
        co_return fresh;
    ledger.judge(Moment::Requested);
    if (!request && request.error().code == QLatin1String("PendingRoleAssignmentRequest")) {
        ledger.pass(Moment::Requested, tr("waits for approval since an earlier request"));
        co_return Outcome();
    }
    const bool exists = !request && request.error().code == QLatin1String("RoleAssignmentExists");
    if (exists && play->takenUp() && !ledger.approval())
        co_return co_await untilActive(play, Moment::Requested); // asked before the run was left
    if (exists) {
        const QString how =
            tr("Wait for the end of the activation, or end it in PIM (not before five minutes), then play the proof again.");
        ledger.fail(Moment::Requested, tr("already active"), how);
        co_return Outcome();
    }
    if (!request)
        co_return ledger.fail(Moment::Requested, request.error());

    // HTTP 201 is not "active": the status decides (pitfall P27).
    play->requestId = request->id;
    ledger.line(Moment::Requested).recordId = request->id;
    const bool waits = request->state() == PimRequest::State::Waiting;
    if (!waits && !ledger.approval())
        co_return co_await untilActive(play, Moment::Requested);
    if (waits && ledger.approval())
        ledger.pass(Moment::Requested, tr("waits for approval"));
    else if (waits)
        ledger.fail(Moment::Requested, tr("waits for approval"), tr("The rules ask for approval although none was expected."));
    else
        ledger.fail(Moment::Requested, tr("not held for approval (%1)").arg(request->status),
                    tr("Read step 3 again: approval is not asked."));
    co_return Outcome();
}

Task<Outcome> ProofRun::approved(PlayPtr play)
{
    ProofLedger &ledger = *play->ledger;
    if (!ledger.approval()) {
        ledger.judge(Moment::Approved);
        ledger.skip(Moment::Approved, tr("No approval needed"));
        co_return Outcome();
    }
    ledger.begin(Moment::Approved);
    if (play->takenUp() && !play->requestId.isEmpty()) {
        // Taken up again: somebody may have approved meanwhile.
        PrivilegedAccess access(m_admin);
        const auto request = co_await access.request(play->requestId, play->stop);
        if (request && request->state() != PimRequest::State::Waiting)
            co_return co_await untilActive(play, Moment::Approved);
    }
    const auto approver = co_await m_approver.find(play->wish.approver, play->ledger, play->stop);
    if (!approver)
        co_return ledger.fail(Moment::Approved, approver.error());
    if (!*approver) {
        const QString how =
            tr("Nobody is named who can approve for %1. Approve the request in the Entra admin center (ID Governance, "
               "Privileged Identity Management, Approve requests) within 24 hours, then go on with the test.")
                .arg(play->person.who.displayName);
        ledger.pend(Moment::Approved, tr("waits for approval"), how);
        co_return Outcome();
    }
    const Principal who = **approver;
    ledger.line(Moment::Approved).who = who.displayName;
    if (who.id == play->person.who.id) {
        const QString how = tr("Nobody approves an own request. Name another approver, then go on with the test.");
        ledger.pend(Moment::Approved, tr("waits for approval"), how);
        co_return Outcome();
    }
    const auto decided = co_await m_approver.decideAs(who, play->requestId, play->ledger, play->stop);
    if (!decided)
        co_return failure(decided.error());
    if (ledger.over())
        co_return Outcome();
    play->requestId = *decided;
    co_return co_await untilActive(play, Moment::Approved);
}

/// Request provisioned, PIM shows the instance, the directory shows the member (pitfalls P13, P27).
Task<Outcome> ProofRun::untilActive(PlayPtr play, Moment moment)
{
    ProofLedger &ledger = *play->ledger;
    PrivilegedAccess access(m_admin);
    const QDateTime until = m_admin.clock().now().addDuration(proofrun::patience);
    for (;;) {
        if (!play->requestId.isEmpty()) {
            const auto request = co_await access.request(play->requestId, play->stop);
            if (!request)
                co_return ledger.fail(moment, request.error());
            const PimRequest::State state = request->state();
            if (state == PimRequest::State::Denied || state == PimRequest::State::Failed || state == PimRequest::State::Ended) {
                ledger.fail(moment, tr("ended as %1").arg(request->status),
                            tr("Ask again when the reason is known, then play the proof again."));
                co_return Outcome();
            }
        }
        const auto fresh = co_await refresh(play);
        if (!fresh)
            co_return fresh;
        ledger.judge(moment);
        if (ledger.line(moment).verdict.member && ledger.activeUntil().isValid())
            break;
        if (m_admin.clock().now() > until) {
            ledger.fail(moment, tr("still not active after %1").arg(shortDuration(proofrun::patience)),
                        tr("Look at the request in PIM; play the proof again when it is provisioned and has ended."));
            co_return Outcome();
        }
        ledger.begin(moment, tr("Microsoft is making the membership"));
        const bool slept = co_await m_admin.clock().sleep(3s, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
    ledger.pass(moment, tr("active until %1").arg(clockTime(ledger.activeUntil())));
    ledger.showDue();
    co_return Outcome();
}

Task<Outcome> ProofRun::active(PlayPtr play)
{
    ProofLedger &ledger = *play->ledger;
    ledger.begin(Moment::Active);
    const auto tried = co_await attemptUntil(play, Moment::Active, true);
    if (!tried)
        co_return ledger.fail(Moment::Active, tried.error());
    if (ledger.over())
        co_return Outcome();
    const Verdict verdict = ledger.line(Moment::Active).verdict;
    if (!tried->admitted) {
        const QString how = tried->refusedByLock() ? verdict.sentence : tr("This is not the gate: %1").arg(tried->text);
        ledger.fail(Moment::Active, tr("blocked: %1").arg(tried->text), how);
        co_return Outcome();
    }
    const bool both = verdict.assignment == Verdict::Lock::Open && verdict.policy == Verdict::Lock::Open;
    ledger.pass(Moment::Active, both ? tr("let in by both locks") : tr("let in; the second lock is not enforced"));
    co_return Outcome();
}

Task<Outcome> ProofRun::ended(PlayPtr play)
{
    ProofLedger &ledger = *play->ledger;
    const bool due = ledger.activeUntil().isValid();
    ledger.begin(Moment::Ended, due ? tr("due %1").arg(clockTime(ledger.activeUntil())) : QString());
    ledger.showDue();
    if (due) { // else taken up after the end: nothing to wait for
        const auto passed = co_await m_door->passTime(play->ledger, Moment::Ended, play->stop);
        if (!passed)
            co_return passed;
    }
    const auto tried = co_await attemptUntil(play, Moment::Ended, false);
    if (!tried)
        co_return ledger.fail(Moment::Ended, tried.error());
    if (ledger.over())
        co_return Outcome();
    if (tried->admitted)
        ledger.fail(Moment::Ended, tr("still let in"), ledger.line(Moment::Ended).verdict.sentence);
    else if (!tried->refusedByLock())
        ledger.fail(Moment::Ended, tr("refused for another reason: %1").arg(tried->text),
                    tr("This is not the gate: mend it first."));
    else
        ledger.pass(Moment::Ended, tried->errorCode == SignInAttempt::notAssigned ? tr("blocked again: not assigned")
                                                                                  : tr("blocked again: Conditional Access"));
    co_return Outcome();
}

/// Activation is seconds, its effect is not (pitfall P13): looks again while the answer is the old one.
Task<Result<SignInAttempt>> ProofRun::attemptUntil(PlayPtr play, Moment moment, bool admitted)
{
    ProofLedger &ledger = *play->ledger;
    const QDateTime started = m_admin.clock().now();
    std::optional<QDateTime> until;
    for (;;) {
        const auto tried = co_await attempt(play, moment);
        if (!tried)
            co_return failure(tried.error());
        const auto fresh = co_await refresh(play);
        if (!fresh)
            co_return failure(fresh.error());
        if (ledger.over())
            co_return *tried;
        ledger.judge(moment, *tried);
        const bool other = !tried->admitted && !tried->refusedByLock();
        if (other || (tried->admitted == admitted && ledger.line(moment).agrees))
            co_return *tried;
        // Counted from the first answer: time may have been made to jump just before.
        if (!until)
            until = std::max(started, m_admin.clock().now()).addDuration(proofrun::patience);
        if (m_admin.clock().now() > *until)
            co_return *tried;
        ledger.begin(moment, tr("Microsoft still answers as before"));
        const bool slept = co_await m_admin.clock().sleep(10s, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
}

Task<Result<SignInAttempt>> ProofRun::attempt(PlayPtr play, Moment moment)
{
    const auto tried = co_await m_door->attempt(play->ledger, moment, play->stop);
    if (!tried || play->ledger->over())
        co_return tried;
    ProofLine &line = play->ledger->line(moment);
    line.recordId = tried->recordId;
    line.errorCode = tried->errorCode;
    if (tried->at.isValid())
        line.at = tried->at;
    co_return tried;
}

} // namespace pimgate
