#pragma once

#include "proof/ProofApprover.h"
#include "proof/ProofPlay.h"

#include <QObject>

namespace pimgate {

/// The proof of the last page: blocked, requested, approved, active, ended; every actor with his own session.
class ProofRun : public QObject
{
    Q_OBJECT
public:
    /// @param admin the operator's Graph service, for the snapshot and the sign-in log.
    ProofRun(GraphService &admin, SessionFor sessionFor, QObject *parent = nullptr);

    /// Plays the five lines of the forecast. Pauses between moments while paused. Emits each line as it changes. Must outlive
    /// the task. A refusal that belongs to the proof ends it Failed or Pending; an error is for what has nothing to do with it
    /// (no network, stopped, a wish that cannot be used).
    Task<Result<ProofResult>> play(ProofWish wish, SnapshotPtr snapshot, std::stop_token stop = {});
    void setPaused(bool paused) { m_paused = paused; }
    /// Seconds of local time to rest after each moment so that people can look; 0 in tests.
    void setRest(std::chrono::milliseconds rest) { m_rest = rest; }

Q_SIGNALS:
    void lineChanged(int index, const pimgate::ProofLine &line);
    void viewChanged(const pimgate::GateView &view);

private:
    using Moment = ProofLine::Moment;
    using Happening = ProofLine::Happening;
    using How = ProofResult::How;
    Task<Outcome> blocked(PlayPtr play);
    Task<Outcome> requested(PlayPtr play);
    Task<Outcome> refused(PlayPtr play, Error error);
    Task<Outcome> approved(PlayPtr play);
    Task<Outcome> active(PlayPtr play);
    Task<Outcome> ended(PlayPtr play);
    Task<Outcome> moment(PlayPtr play, Moment moment);
    Task<Outcome> untilActive(PlayPtr play, Moment moment);
    Task<Result<SignInAttempt>> attempt(PlayPtr play, Moment moment);
    Task<Result<SignInAttempt>> attemptUntil(PlayPtr play, Moment moment, bool admitted);
    Task<bool> breathe(std::stop_token stop);

    GraphService &m_admin;
    SessionFor m_sessionFor;
    std::unique_ptr<ApplicationDoor> m_door;
    ProofApprover m_approver;
    std::chrono::milliseconds m_rest{0};
    bool m_paused = false;
};

} // namespace pimgate
