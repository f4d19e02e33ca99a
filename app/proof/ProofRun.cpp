#include "proof/ProofRun.h"

#include "graph/Applications.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "graph/Groups.h"
#include "graph/PrivilegedAccess.h"
#include "identity/Permissions.h"
#include "proof/ProofForecast.h"

#include <QCoroTimer>
#include <QTimer>

#include <algorithm>

namespace pimgate {

using namespace std::chrono_literals;

namespace proofrun {

ProofLine::Happening lockOf(const SignInAttempt &refused)
{
    return refused.errorCode == SignInAttempt::notAssigned ? ProofLine::Happening::BlockedByAssignment
                                                           : ProofLine::Happening::BlockedByPolicy;
}

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
        wish.justification = QStringLiteral("Test of the gate"); // kept by the tenant, whatever language is spoken here
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
        const QDateTime end = ledger.activeUntil();
        ledger.fail(Moment::Blocked, end.isValid() ? Happening::AlreadyActive : Happening::AlreadyActiveForGood,
                    How::EndActivation, {}, end);
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
        ledger.fail(Moment::Blocked, Happening::LetIn, How::SeeEvaluator);
    else if (!tried->refusedByLock())
        ledger.fail(Moment::Blocked, Happening::RefusedOtherwise, How::NotTheGate, tried->text);
    else
        ledger.pass(Moment::Blocked, proofrun::lockOf(*tried));
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
    const QString ticketSystem = wish.ticket.isEmpty() ? QString() : QStringLiteral("Ticket system");
    const auto request =
        co_await access.activate(groupId, who.id, *wish.duration, wish.justification, wish.ticket, ticketSystem, play->stop);
    const auto fresh = co_await refresh(play);
    if (!fresh)
        co_return fresh;
    ledger.judge(Moment::Requested);
    if (!request && request.error().code == QLatin1String("PendingRoleAssignmentRequest")) {
        ledger.pass(Moment::Requested, Happening::WaitsSinceEarlier);
        co_return Outcome();
    }
    const bool exists = !request && request.error().code == QLatin1String("RoleAssignmentExists");
    if (exists && play->takenUp() && !ledger.approval())
        co_return co_await untilActive(play, Moment::Requested); // asked before the run was left
    if (exists) {
        ledger.fail(Moment::Requested, Happening::RequestExists, How::WaitForEnd);
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
        ledger.pass(Moment::Requested, Happening::WaitsForApproval);
    else if (waits)
        ledger.fail(Moment::Requested, Happening::WaitsForApproval, How::NoApprovalExpected);
    else
        ledger.fail(Moment::Requested, Happening::NotHeld, How::ApprovalExpected, request->status);
    co_return Outcome();
}

Task<Outcome> ProofRun::approved(PlayPtr play)
{
    ProofLedger &ledger = *play->ledger;
    if (!ledger.approval()) {
        ledger.judge(Moment::Approved);
        ledger.skip(Moment::Approved, Happening::NoApprovalNeeded);
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
        ledger.pend(Moment::Approved, Happening::WaitsForApproval, How::NobodyApproves);
        co_return Outcome();
    }
    const Principal who = **approver;
    ledger.line(Moment::Approved).who = who.displayName;
    if (who.id == play->person.who.id) {
        ledger.pend(Moment::Approved, Happening::WaitsForApproval, How::OwnRequest);
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
    const QDateTime until = m_admin.clock().now().addDuration(proofPatience);
    for (;;) {
        if (!play->requestId.isEmpty()) {
            const auto request = co_await access.request(play->requestId, play->stop);
            if (!request)
                co_return ledger.fail(moment, request.error());
            const PimRequest::State state = request->state();
            if (state == PimRequest::State::Denied || state == PimRequest::State::Failed || state == PimRequest::State::Ended) {
                ledger.fail(moment, Happening::EndedAs, How::AskAgain, request->status);
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
            ledger.fail(moment, Happening::StillNotActive, How::LookAtRequest);
            co_return Outcome();
        }
        ledger.begin(moment, Happening::MakingMembership);
        const bool slept = co_await m_admin.clock().sleep(3s, play->stop);
        if (!slept)
            co_return failure(Error::Kind::Cancelled, tr("Stopped."));
    }
    ledger.pass(moment, Happening::ActiveUntil, ledger.activeUntil());
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
        ledger.fail(Moment::Active, Happening::BlockedOnceActive,
                    tried->refusedByLock() ? How::SeeEvaluator : How::NotTheGateSaid, tried->text);
        co_return Outcome();
    }
    const bool both = verdict.assignment == Verdict::Lock::Open && verdict.policy == Verdict::Lock::Open;
    ledger.pass(Moment::Active, both ? Happening::LetInByBoth : Happening::LetInByOne);
    co_return Outcome();
}

Task<Outcome> ProofRun::ended(PlayPtr play)
{
    ProofLedger &ledger = *play->ledger;
    const bool due = ledger.activeUntil().isValid();
    ledger.begin(Moment::Ended, due ? Happening::Due : Happening::Nothing, ledger.activeUntil());
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
        ledger.fail(Moment::Ended, Happening::LetIn, How::SeeEvaluator);
    else if (!tried->refusedByLock())
        ledger.fail(Moment::Ended, Happening::RefusedOtherwise, How::NotTheGate, tried->text);
    else
        ledger.pass(Moment::Ended, proofrun::lockOf(*tried));
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
            until = std::max(started, m_admin.clock().now()).addDuration(proofPatience);
        if (m_admin.clock().now() > *until)
            co_return *tried;
        ledger.begin(moment, Happening::AnswersAsBefore);
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
