#include "proof/ProofLedger.h"

#include "proof/ProofWords.h"

namespace pimgate {
namespace proofledger {

/// What a person need not hear about the proof: it has nothing to do with the gate.
bool isOutside(const Error &error)
{
    return error.is(Error::Kind::Cancelled) || error.is(Error::Kind::Network) || error.is(Error::Kind::Server) ||
           error.is(Error::Kind::Throttled) || error.is(Error::Kind::Input);
}

using Lock = Verdict::Lock;

bool mayRefuse(Lock lock)
{
    return lock == Lock::Shut || lock == Lock::Unknown;
}

/// The evaluator's word and what happened must not contradict each other. Which lock answers first is not assumed
/// (pitfall P21); what the evaluator could not know it does not claim.
bool agrees(const Verdict &verdict, const SignInAttempt &attempt)
{
    const bool shut = verdict.assignment == Lock::Shut || verdict.policy == Lock::Shut;
    const bool unknown = verdict.assignment == Lock::Unknown || verdict.policy == Lock::Unknown;
    if (attempt.admitted)
        return verdict.letIn || (unknown && !shut);
    if (attempt.errorCode == SignInAttempt::notAssigned)
        return mayRefuse(verdict.assignment);
    if (attempt.errorCode == SignInAttempt::blockedByPolicy)
        return mayRefuse(verdict.policy);
    return !verdict.letIn;
}

} // namespace proofledger

ProofLedger::ProofLedger(Clock &clock, ProofLabel played, QList<ProofLine> foreseen, bool approval)
    : m_clock(clock), m_played(played), m_approval(approval)
{
    m_result.lines = std::move(foreseen);
}

void ProofLedger::read(SnapshotPtr snapshot, const Person &person)
{
    m_snapshot = std::move(snapshot);
    m_person = person;
}

void ProofLedger::takeUp(const QList<ProofLine> &earlier)
{
    for (int index = 0; index < std::min(earlier.size(), m_result.lines.size()) && earlier[index].finished(); ++index)
        m_result.lines[index] = earlier[index];
}

void ProofLedger::finish()
{
    if (!m_over)
        m_result.state = ProofResult::State::Passed;
}

void ProofLedger::begin(Moment moment, Happening happening, const QDateTime &when)
{
    settle(moment, ProofLine::State::Working, happening, {}, when);
    show(moment);
}

void ProofLedger::judge(Moment moment)
{
    ProofLine &judged = line(moment);
    judged.verdict = evaluate(m_person, *m_snapshot);
    const bool shouldBeMember =
        moment == Moment::Approved || moment == Moment::Active || (moment == Moment::Requested && !m_approval);
    judged.agrees = judged.verdict.member == shouldBeMember;
}

void ProofLedger::judge(Moment moment, const SignInAttempt &attempt)
{
    judge(moment);
    line(moment).agrees = proofledger::agrees(line(moment).verdict, attempt);
}

void ProofLedger::pass(Moment moment, Happening happening, const QDateTime &when)
{
    ProofLine &passed = line(moment);
    if (!passed.agrees) {
        fail(moment, happening, How::EvaluatorDisagrees, {}, when);
        return;
    }
    // A record of the sign-in log has its own time.
    const QDateTime recorded = proven(passed) && m_played == ProofLabel::Observed ? passed.at : QDateTime();
    settle(moment, ProofLine::State::Passed, happening, {}, when);
    if (recorded.isValid())
        passed.at = recorded;
    passed.label = proven(passed) ? m_played : ProofLabel::Simulated;
    show(moment);
}

void ProofLedger::skip(Moment moment, Happening happening)
{
    settle(moment, ProofLine::State::Skipped, happening, {}, {});
    line(moment).label = ProofLabel::Simulated;
    show(moment);
}

void ProofLedger::fail(Moment moment, Happening happening, How how, const QString &said, const QDateTime &when)
{
    settle(moment, ProofLine::State::Failed, happening, said, when);
    if (proven(line(moment)))
        line(moment).label = m_played;
    end(moment, ProofResult::State::Failed, how);
}

Outcome ProofLedger::fail(Moment moment, const Error &error)
{
    if (proofledger::isOutside(error))
        return failure(error);
    m_result.said = error.next.isEmpty() ? error.text() : error.next;
    fail(moment, Happening::Error, How::Error, error.message);
    return {};
}

void ProofLedger::pend(Moment moment, Happening happening, How how, const QDateTime &when)
{
    settle(moment, ProofLine::State::Working, happening, {}, when);
    end(moment, ProofResult::State::Pending, how);
}

void ProofLedger::pend(Moment moment, const Error &error)
{
    settle(moment, ProofLine::State::Working, Happening::Error, error.message, {});
    m_result.said = error.next;
    end(moment, ProofResult::State::Pending, How::Error);
}

void ProofLedger::show(Moment moment)
{
    const ProofLine &shown = line(moment);
    Q_EMIT lineChanged(int(moment), shown);
    if (shown.state == ProofLine::State::ToCome)
        return;
    GateView view = viewOf(shown.verdict, m_person, *m_snapshot, m_played == ProofLabel::PlayedInDemo);
    if (moment == Moment::Active && shown.state == ProofLine::State::Passed)
        view.applicationNote = tr("signed in %1").arg(clockTime(shown.at));
    Q_EMIT viewChanged(view);
}

void ProofLedger::showDue()
{
    if (!activeUntil().isValid())
        return;
    line(Moment::Ended).at = activeUntil();
    show(Moment::Ended);
}

void ProofLedger::settle(Moment moment, ProofLine::State state, Happening happening, const QString &said, const QDateTime &when)
{
    ProofLine &settled = line(moment);
    settled.state = state;
    settled.happening = happening;
    settled.said = said;
    settled.when = when;
    settled.at = m_clock.now();
}

void ProofLedger::end(Moment moment, ProofResult::State state, How how)
{
    m_over = true;
    m_result.state = state;
    m_result.how = how;
    show(moment);
}

/// What the program did itself has happened; what somebody else did has once there is a record of it.
bool ProofLedger::proven(const ProofLine &line) const
{
    return m_played == ProofLabel::PlayedInDemo || !line.recordId.isEmpty();
}

} // namespace pimgate
