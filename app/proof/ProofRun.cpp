#include "proof/ProofRun.h"

#include "graph/GraphService.h"
#include "graph/PrivilegedAccess.h"
#include "identity/Permissions.h"

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

void wantsRefusal(ProofLedger &ledger, ProofLine::Moment moment, const SignInAttempt &tried)
{
    if (tried.admitted)
        ledger.fail(moment, ProofLine::Happening::LetIn, ProofResult::How::SeeEvaluator);
    else if (!tried.refusedByLock())
        ledger.fail(moment, ProofLine::Happening::RefusedOtherwise, ProofResult::How::NotTheGate, tried.text);
    else
        ledger.pass(moment, lockOf(tried));
}

} // namespace proofrun

ProofRun::ProofRun(GraphService &admin, SessionFor sessionFor, QObject *parent)
    : QObject(parent), m_admin(admin), m_sessionFor(std::move(sessionFor)), m_door(ApplicationDoor::to(admin)),
      m_approver(admin, m_sessionFor, *m_door)
{
}

Task<Result<ProofResult>> ProofRun::play(ProofWish wish, SnapshotPtr snapshot, std::stop_token stop)
{
    const auto play = std::make_shared<ProofPlay>(m_admin, *m_door, std::move(wish), snapshot, stop);
    const auto prepared = co_await play->prepare();
    if (!prepared)
        co_return failure(prepared.error());

    ProofLedger &ledger = *play->ledger;
    connect(&ledger, &ProofLedger::lineChanged, this, &ProofRun::lineChanged);
    connect(&ledger, &ProofLedger::viewChanged, this, &ProofRun::viewChanged);
    for (const Moment each : ProofLedger::moments)
        ledger.show(each);
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
        timer.start(50ms);
        co_await timer;
        if (!m_paused)
            left -= 50ms;
    }
    co_return !stop.stop_requested();
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
    const auto fresh = co_await play->refresh();
    if (!fresh)
        co_return fresh;
    if (ledger.over())
        co_return Outcome();

    ledger.judge(Moment::Blocked, *tried);
    proofrun::wantsRefusal(ledger, Moment::Blocked, *tried);
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
    const auto fresh = co_await play->refresh();
    if (!fresh)
        co_return fresh;
    ledger.judge(Moment::Requested);
    if (!request)
        co_return co_await refused(play, request.error());

    // HTTP 201 is not "active": the status decides (pitfall P27).
    play->requestId = request->id;
    ledger.line(Moment::Requested).recordId = request->id;
    const bool waits = request->state() == PimRequest::State::Waiting;
    if (waits && !ledger.approval())
        ledger.fail(Moment::Requested, Happening::WaitsForApproval, How::NoApprovalExpected);
    else if (waits)
        ledger.pass(Moment::Requested, Happening::WaitsForApproval);
    else if (ledger.approval())
        ledger.fail(Moment::Requested, Happening::NotHeld, How::ApprovalExpected, request->status);
    else
        co_return co_await untilActive(play, Moment::Requested);
    co_return Outcome();
}

/// There is a request or an activation already: asked before the run was left, or by somebody else's hand.
Task<Outcome> ProofRun::refused(PlayPtr play, Error error)
{
    ProofLedger &ledger = *play->ledger;
    if (error.code == QLatin1String("PendingRoleAssignmentRequest")) {
        ledger.pass(Moment::Requested, Happening::WaitsSinceEarlier);
        co_return Outcome();
    }
    if (error.code != QLatin1String("RoleAssignmentExists"))
        co_return ledger.fail(Moment::Requested, error);
    if (play->takenUp() && !ledger.approval())
        co_return co_await untilActive(play, Moment::Requested);
    ledger.fail(Moment::Requested, Happening::RequestExists, How::WaitForEnd);
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
    if (!play->requestId.isEmpty()) {
        // Somebody may have answered meanwhile.
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
    const auto decided = co_await m_approver.decideAs(who, play->ledger, play->stop);
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
        const auto fresh = co_await play->refresh();
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
    const bool due = ledger.activeUntil().isValid(); // else taken up after the end
    ledger.begin(Moment::Ended, due ? Happening::Due : Happening::Nothing, ledger.activeUntil());
    ledger.showDue();
    const auto passed = co_await m_door->passTime(play->ledger, Moment::Ended, play->stop);
    if (!passed)
        co_return passed;
    const auto tried = co_await attemptUntil(play, Moment::Ended, false);
    if (!tried)
        co_return ledger.fail(Moment::Ended, tried.error());
    if (ledger.over())
        co_return Outcome();
    proofrun::wantsRefusal(ledger, Moment::Ended, *tried);
    co_return Outcome();
}

/// Activation is seconds, its effect is not (pitfall P13): looks again while the answer is the old one.
Task<Result<SignInAttempt>> ProofRun::attemptUntil(PlayPtr play, Moment moment, bool admitted)
{
    ProofLedger &ledger = *play->ledger;
    std::optional<QDateTime> until;
    for (;;) {
        const auto tried = co_await attempt(play, moment);
        if (!tried)
            co_return failure(tried.error());
        const auto fresh = co_await play->refresh();
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
            until = m_admin.clock().now().addDuration(proofPatience);
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
    line.at = tried->at;
    co_return tried;
}

} // namespace pimgate
