#pragma once

#include "base/States.h"
#include "gate/wish/Blueprint.h"
#include "identity/Session.h"
#include "proof/GateView.h"

#include <QObject>

namespace pimgate {

/// One line of the proof: what was done, what was expected, what happened, and how much that proves.
struct ProofLine
{
    enum class Moment { Blocked, Requested, Approved, Active, Ended } moment = Moment::Blocked;
    enum class State { ToCome, Working, Passed, Failed, Skipped } state = State::ToCome;
    QDateTime at; ///< UTC, the tenant's clock
    QString who, done, expected, happened;
    int errorCode = 0; ///< AADSTS number when a sign-in was refused
    QString recordId;  ///< request id, sign-in log id
    ProofLabel label = ProofLabel::Simulated;
    Verdict verdict; ///< the evaluator's word on the same person and moment: must agree with what happened
    bool agrees = true;
};

struct ProofWish
{
    Blueprint blueprint;
    QString user;     ///< UPN of an eligible person
    QString approver; ///< UPN, empty: the first approver who is a user and not the person himself
    QString justification;
    QString ticket;
    std::optional<IsoDuration> duration; ///< empty: the longest allowed where time can be passed, else five minutes
    /// The lines of a run that ended Pending: it is taken up at the first one that is not finished.
    QList<ProofLine> earlier = {};
};

struct ProofResult
{
    enum class State { Passed, Failed, Pending } state = State::Failed;
    QList<ProofLine> lines;
    QString how; ///< pending: how to go on; failed: what to look at
};

/// Lets time pass in the demo tenant; nowhere else.
class TimeMachine
{
public:
    TimeMachine(Http &http, const Cloud &cloud) : m_http(http), m_cloud(cloud) {}
    bool available() const { return m_cloud.isDemo() && !m_cloud.controlKey.isEmpty(); }
    Task<Outcome> advance(std::chrono::seconds tenantTime, std::stop_token stop = {});

private:
    Http &m_http;
    Cloud m_cloud;
};

/// Signs in to the application as one person, over HTTP, and says who stopped him. On a real tenant a person does it in a
/// private window and the sign-in log tells.
struct SignInAttempt
{
    bool admitted = false;
    int errorCode = 0; ///< 50105, 53003, 50057…
    QString text;
    QString recordId; ///< of auditLogs/signIns, where it could be read
};

/// Loopback only: signs in to the application as a browser would that already holds the person's session
/// (login_hint, prompt=none), and does not go on to the application itself.
/// OIDC: GET {login}/{tenant}/oauth2/v2.0/authorize; others: GET {login}/{tenant}/api/signin/{appId}.
/// An error is for no answer or one that says neither yes nor no; a refusal is a result.
Task<Result<SignInAttempt>> signInToApplication(Http &http, Cloud cloud, Application application, QString upn,
                                                std::stop_token stop = {});

/// The proof of the last page: blocked, requested, approved, active, ended; every actor with his own session.
class ProofRun : public QObject
{
    Q_OBJECT
public:
    /// @param admin the operator's Graph service, for the snapshot and the sign-in log.
    /// @param sessionFor makes a session for one actor (HttpBrowser on loopback, system browser elsewhere).
    using SessionFor = std::function<std::unique_ptr<Session>(const QString &upn)>;
    ProofRun(GraphService &admin, SessionFor sessionFor, QObject *parent = nullptr);

    /// The five lines as the evaluator foresees them: Simulated, nothing sent.
    static QList<ProofLine> foresee(const ProofWish &wish, const Snapshot &snapshot);
    /// Plays them. Pauses between moments while paused. Emits each line as it changes. Must outlive the task.
    /// A refusal that belongs to the proof ends it Failed or Pending; an error is for what has nothing to do with it
    /// (no network, stopped, a wish that cannot be used).
    Task<Result<ProofResult>> play(ProofWish wish, SnapshotPtr snapshot, std::stop_token stop = {});
    void setPaused(bool paused);
    /// Seconds of local time to rest after each moment so that people can look; 0 in tests.
    void setRest(std::chrono::milliseconds rest) { m_rest = rest; }

Q_SIGNALS:
    void lineChanged(int index, const pimgate::ProofLine &line);
    void viewChanged(const pimgate::GateView &view);

private:
    struct Play;
    using PlayPtr = std::shared_ptr<Play>;
    Task<Outcome> prepare(PlayPtr play);
    Task<Outcome> refresh(PlayPtr play);
    Task<Outcome> blocked(PlayPtr play);
    Task<Outcome> requested(PlayPtr play);
    Task<Outcome> approved(PlayPtr play);
    Task<Outcome> active(PlayPtr play);
    Task<Outcome> ended(PlayPtr play);
    Task<Outcome> moment(PlayPtr play, int index);
    Task<Outcome> untilActive(PlayPtr play, int index);
    Task<Outcome> decideAs(PlayPtr play, Principal approver);
    Task<Result<std::optional<Principal>>> findApprover(PlayPtr play);
    Task<Result<SignInAttempt>> attempt(PlayPtr play, int index);
    Task<Result<SignInAttempt>> attemptUntil(PlayPtr play, int index, bool admitted);
    Task<Result<SignInAttempt>> observe(PlayPtr play, int index, QDateTime since);
    Task<Outcome> letTimePass(PlayPtr play, int index);
    Task<bool> breathe(std::stop_token stop);

    void begin(const PlayPtr &play, int index, const QString &happened = {});
    void pass(const PlayPtr &play, int index, const QString &happened, ProofLine::State state = ProofLine::State::Passed);
    void judge(const PlayPtr &play, int index);
    void show(const PlayPtr &play, int index);
    void showDue(const PlayPtr &play);
    Outcome fail(const PlayPtr &play, int index, const QString &happened, const QString &how);
    Outcome fail(const PlayPtr &play, int index, const Error &error);
    Outcome pend(const PlayPtr &play, int index, const QString &happened, const QString &how);

    GraphService &m_admin;
    SessionFor m_sessionFor;
    std::chrono::milliseconds m_rest{0};
    bool m_paused = false;
};

} // namespace pimgate
