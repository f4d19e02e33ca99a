#pragma once

#include "base/Error.h"
#include "base/Task.h"
#include "gate/steps/Step.h"
#include "gate/wish/Blueprint.h"

#include <QDateTime>
#include <QThread>

#include <memory>

namespace pimgate {

enum class RunState {
    Running,
    Verified,
    Drift,
    ReportOnly, ///< switching the policy on was asked for, and the evidence for it was not complete
    Failed,
    Stopped,
    Undoing, ///< also one that broke off: whoever goes on takes back
    Undone,
    PartlyUndone ///< something was left, because somebody changed it since
};
template <>
struct Names<RunState>
{
    static constexpr std::array values{"running", "verified", "drift",  "reportOnly",  "failed",
                                       "stopped", "undoing",  "undone", "partlyUndone"};
};

/// What became of one change of a run.
enum class ChangeOutcome {
    Unknown, ///< intent only: sent or not is not known
    Done,    ///< made, and read back as asked
    Already, ///< the tenant showed it before anything was sent
    Failed,
    Differs, ///< accepted and never shown
    Undone
};
template <>
struct Names<ChangeOutcome>
{
    static constexpr std::array values{"", "done", "already", "failed", "differs", "undone"};
};

/// One run as history keeps it.
struct RunRecord
{
    QString id; ///< eight hex digits
    QDateTime started, ended;
    QString cloud, tenantId, tenantName, operatorName;
    bool demo = false;
    QString application; ///< display name
    QJsonObject blueprint;
    RunState state = RunState::Running;
    Ids ids;
    QJsonObject result; ///< evidence, read-back rows, verdict: what the report needs
};

/// One change of a run: noted before it is sent (intent) and after (outcome).
struct ChangeRecord
{
    int sequence = 0;
    Change change;
    ChangeOutcome outcome = ChangeOutcome::Unknown;
    QString note; ///< error text, or what the tenant said
    QJsonObject evidence;
    QDateTime intended, finished;
};

/// What runs did, in SQLite (WAL, full sync) on a thread of its own. Every write is durable before the Task ends.
class History : public QObject
{
    Q_OBJECT
public:
    /// @param dataDir folder for history.sqlite; created. ":memory:" for look-arounds that never write.
    explicit History(const QString &dataDir, QObject *parent = nullptr);
    ~History() override;

    /// Opens and checks the file; a damaged, read-only or newer one is a Storage error that says what to do.
    Task<Outcome> open();
    /// A fresh run with an id of eight hex digits.
    Task<Result<RunRecord>> begin(RunRecord run);
    Task<Outcome> update(RunRecord run); ///< ids, state, ended, result
    Task<Result<int>> intend(QString run, Change change, QDateTime at);
    Task<Outcome> finish(QString run, int sequence, ChangeOutcome outcome, QString note, QJsonObject evidence, QDateTime at);
    Task<Result<RunRecord>> run(QString id);                ///< Input error naming the known runs when there is no such run
    Task<Result<QList<RunRecord>>> runs();                  ///< newest first
    Task<Result<QList<ChangeRecord>>> changes(QString run); ///< in the order of intent
    /// Small settings kept per tenant ("breakGlass").
    Task<Outcome> remember(QString tenantId, QString name, QJsonValue value);
    Task<Result<QJsonValue>> recall(QString tenantId, QString name);

private:
    class Worker;
    QThread m_thread;
    Worker *m_worker = nullptr;
};

QJsonObject toJson(const Change &change);
/// Empty when it is no change of this program: nothing is guessed, because it decides what is taken back.
std::optional<Change> changeFrom(const QJsonObject &json);

} // namespace pimgate
