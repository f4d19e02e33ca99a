#include "proof/ProofLedger.h"

#include <QLocale>

namespace pimgate {
namespace proofledger {

/// What a person need not hear about the proof: it has nothing to do with the gate.
bool isOutside(const Error &error)
{
    return error.is(Error::Kind::Cancelled) || error.is(Error::Kind::Network) || error.is(Error::Kind::Server) ||
           error.is(Error::Kind::Throttled) || error.is(Error::Kind::Input);
}

/// The evaluator's word and what happened must not contradict each other. Which lock answers first is not assumed
/// (pitfall P21); what the evaluator could not know it does not claim.
bool agrees(const Verdict &verdict, const SignInAttempt &attempt)
{
    const bool shut = verdict.assignment == Verdict::Lock::Shut || verdict.policy == Verdict::Lock::Shut;
    const bool unknown = verdict.assignment == Verdict::Lock::Unknown || verdict.policy == Verdict::Lock::Unknown;
    if (unknown && !shut)
        return true;
    if (verdict.letIn != attempt.admitted)
        return false;
    if (attempt.errorCode == SignInAttempt::notAssigned)
        return verdict.assignment == Verdict::Lock::Shut;
    if (attempt.errorCode == SignInAttempt::blockedByPolicy)
        return verdict.policy == Verdict::Lock::Shut;
    return true;
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

void ProofLedger::begin(Moment moment, const QString &happened)
{
    settle(moment, ProofLine::State::Working, happened);
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

void ProofLedger::pass(Moment moment, const QString &happened)
{
    ProofLine &passed = line(moment);
    if (!passed.agrees) {
        fail(moment, happened, tr("The evaluator says otherwise: %1").arg(passed.verdict.sentence));
        return;
    }
    // A record of the sign-in log has its own time.
    const QDateTime recorded = proven(passed) && m_played == ProofLabel::Observed ? passed.at : QDateTime();
    settle(moment, ProofLine::State::Passed, happened);
    if (recorded.isValid())
        passed.at = recorded;
    passed.label = proven(passed) ? m_played : ProofLabel::Simulated;
    show(moment);
}

void ProofLedger::skip(Moment moment, const QString &happened)
{
    settle(moment, ProofLine::State::Skipped, happened);
    line(moment).label = ProofLabel::Simulated;
    show(moment);
}

void ProofLedger::fail(Moment moment, const QString &happened, const QString &how)
{
    settle(moment, ProofLine::State::Failed, happened);
    if (proven(line(moment)))
        line(moment).label = m_played;
    m_over = true;
    m_result.state = ProofResult::State::Failed;
    m_result.how = how;
    show(moment);
}

Outcome ProofLedger::fail(Moment moment, const Error &error)
{
    if (proofledger::isOutside(error))
        return failure(error);
    fail(moment, error.message, error.next.isEmpty() ? error.text() : error.next);
    return {};
}

void ProofLedger::pend(Moment moment, const QString &happened, const QString &how)
{
    settle(moment, ProofLine::State::Working, happened);
    m_over = true;
    m_result.state = ProofResult::State::Pending;
    m_result.how = how;
    show(moment);
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

void ProofLedger::settle(Moment moment, ProofLine::State state, const QString &happened)
{
    ProofLine &settled = line(moment);
    settled.state = state;
    settled.happened = happened;
    settled.at = m_clock.now();
}

/// What the program did itself has happened; what somebody else did has once there is a record of it.
bool ProofLedger::proven(const ProofLine &line) const
{
    return m_played == ProofLabel::PlayedInDemo || !line.recordId.isEmpty();
}

QString clockTime(const QDateTime &utc)
{
    const QDateTime local = utc.toLocalTime();
    return QLocale().toString(local.time(), QStringLiteral("HH:mm:ss")) + QLatin1Char(' ') + local.timeZoneAbbreviation();
}

} // namespace pimgate
