#pragma once

#include "gate/judge/Drift.h"
#include "gate/run/History.h"
#include "gate/steps/Interlock.h"
#include "gate/steps/Step.h"

#include <QObject>

#include <chrono>
#include <memory>

namespace pimgate {

/// What is wanted beside what the tenant has: the rows a person confirms.
struct Plan
{
    Blueprint blueprint;
    SnapshotPtr snapshot;
    QList<Change> rows; ///< all, in the order of writing; open() gives those to make
    QList<Finding> findings;
    QList<Error> refusals; ///< why it must not be applied as it is, each with its place in the blueprint

    QList<Change> toMake() const { return open(rows); }
    QList<Change> ofStep(StepId step) const;
};

/// Progress of one change in words; state as the pages show it.
struct Progress
{
    enum class State { Waiting, Sending, ReadingBack, Done, Already, Failed, Differs } state = State::Waiting;
    ChangeKey key;
    QString sentence;
    QString wait;    ///< why it waits: "Microsoft is copying the group"
    QString typical; ///< "usually under 2 minutes"
    QDateTime since;
};

struct RunResult
{
    QString runId;
    RunState state = RunState::Running;
    Plan after; ///< one fresh inspect and plan at the end
    std::optional<ArmingEvidence> evidence;
    QStringList notDone;      ///< undo and remove: what it could not take back, with the reason
    QStringList changedSince; ///< undo and remove: left alone, because somebody has changed it since; with what it is now
};

/// How changes are taken back.
struct TakeBack
{
    bool noWait = false;     ///< what PIM's five minutes still hold is left, and named in notDone
    bool changedToo = false; ///< also what somebody has changed since
};

/// Executes a confirmed list of changes: opening acts side by side where data allows, closing acts one by one and only
/// after every opening act was read back and one eligible assignment is provisioned. Each key is sent at most once.
class Runner : public QObject
{
    Q_OBJECT
public:
    Runner(GraphService &graph, History &history, QObject *parent = nullptr);
    ~Runner() override;

    /// Reads only. Also checks what must be refused before anything is sent (application, principals, approvers).
    Task<Result<Plan>> plan(Blueprint blueprint, std::stop_token stop = {});
    /// A run record for a wizard or an apply; nothing is sent to the tenant.
    Task<Result<RunRecord>> begin(Plan plan);
    /// Asks for the permissions that the rows need before it writes anything.
    /// @param confirmed the rows the person agreed to, taken from the plan.
    Task<Result<RunResult>> execute(QString runId, Plan plan, QList<Change> confirmed, std::stop_token stop = {});
    /// The rows confirmed in this run minus what the tenant already shows; never a row that nobody agreed to. An undo or a
    /// removal that was cut off goes on as such.
    Task<Result<RunResult>> resume(QString runId, std::stop_token stop = {});
    /// Says beforehand what undo of a run would take back, and what it cannot.
    Task<Result<QList<ChangeRecord>>> undoPlan(QString runId);
    /// What stays after such an undo or removal: to be said before it begins.
    static QStringList residueOf(const QList<Change> &changes);
    /// Takes the closing acts back first, and waits for PIM's five-minute floor. Touches nothing that the run did not make or
    /// that somebody has changed since. Ends "undone", or "partlyUndone" where something was left for that reason.
    Task<Result<RunResult>> undo(QString runId, TakeBack how = {}, std::stop_token stop = {});
    /// The gate taken down from what the tenant shows; the rows it would take back, for confirmation.
    Task<Result<QList<Change>>> removalPlan(Plan plan);
    Task<Result<RunResult>> remove(Plan plan, QList<Change> confirmed, TakeBack how = {}, std::stop_token stop = {});

    GraphService &graph() { return m_graph; }
    History &history() { return m_history; }
    Interlock &interlock() { return *m_interlock; }

Q_SIGNALS:
    void progressed(const pimgate::Progress &progress);

private:
    struct Execution;
    using ExecutionPtr = std::shared_ptr<Execution>;
    Step &step(StepId id);
    /// @param known an earlier read of the same run, or null: who everybody is is not asked again.
    Task<Result<Plan>> inspect(Blueprint blueprint, Ids ids, SnapshotPtr known, std::stop_token stop);
    /// What a run that was kept wants, beside what the tenant has now.
    Task<Result<Plan>> inspectAgain(ExecutionPtr run, std::stop_token stop);
    Task<Outcome> readPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop);
    Task<Outcome> readParts(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop);
    Task<Result<ExecutionPtr>> executionOf(QString runId);
    Task<Outcome> permit(QList<Change> changes, std::stop_token stop);
    Task<Outcome> makeOpening(ExecutionPtr run, QList<Change> changes, std::stop_token stop);
    Task<Outcome> makeWhenDue(ExecutionPtr run, Change change, std::stop_token stop);
    Task<Outcome> makeOne(ExecutionPtr run, Change change, std::stop_token stop);
    Task<> lookAhead(ExecutionPtr run, Change change, std::stop_token stop);
    Task<Result<Seen>> lookBefore(ExecutionPtr run, Change change, std::stop_token stop);
    Task<Result<Made>> send(ExecutionPtr run, Change change, Seen seen, std::stop_token stop);
    Task<Result<Seen>> readBack(ExecutionPtr run, Change change, std::chrono::seconds window, std::stop_token stop);
    Task<Outcome> awaitMade(ExecutionPtr run, Change change, std::stop_token stop);
    Task<Result<Seen>> settleEarlier(ExecutionPtr run, Change change, Seen seen, std::stop_token stop);
    Task<Result<QDateTime>> lastUnsettled(ExecutionPtr run, Change change);
    Task<Result<Seen>> shownAfter(ExecutionPtr run, Change change, Result<Made> made, std::stop_token stop);
    Task<Outcome> conclude(ExecutionPtr run, Change change, int sequence, Result<Made> made, Result<Seen> back);
    Task<Result<QStringList>> breakGlassPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop);
    Task<Outcome> recoverIds(ExecutionPtr run, QList<ChangeRecord> records, std::stop_token stop);
    Task<Outcome> mayClose(ExecutionPtr run, QList<Change> changes, std::stop_token stop);
    Task<Outcome> yieldToRival(ExecutionPtr run, std::stop_token stop);
    Task<Outcome> askWhatIf(ExecutionPtr run, std::stop_token stop);
    Task<Outcome> close(ExecutionPtr run, QList<Change> changes, std::stop_token stop);
    Task<Result<RunResult>> finish(ExecutionPtr run, Outcome outcome, std::stop_token stop);
    Task<Result<RunResult>> takeBack(ExecutionPtr run, QList<ChangeRecord> records, TakeBack how, std::stop_token stop);
    Task<Outcome> takeBackAll(ExecutionPtr run, QList<ChangeRecord> records, TakeBack how, std::stop_token stop);
    Task<Outcome> takeBackOne(ExecutionPtr run, ChangeRecord record, TakeBack how, std::stop_token stop);
    Task<Result<Seen>> lookNow(ExecutionPtr run, Change change, std::stop_token stop);
    Task<Result<Seen>> lookSince(ExecutionPtr run, Change change, std::stop_token stop);
    Task<Outcome> awaitBack(ExecutionPtr run, Change change, std::stop_token stop);
    Task<Result<QString>> othersInGroup(ExecutionPtr run, QList<ChangeRecord> records, std::stop_token stop);
    Task<Outcome> noteUndone(ExecutionPtr run, ChangeRecord record);
    Task<Outcome> noteGoneWithGroup(ExecutionPtr run, QList<ChangeRecord> records);
    Task<Outcome> giveBack(ExecutionPtr run, Change change, TakeBack how, std::stop_token stop);
    Task<Outcome> mayArmAgain(ExecutionPtr run, std::stop_token stop);
    Task<Outcome> keepIds(ExecutionPtr run, Change change, QString id);
    void report(const Change &change, Progress::State state, const QString &wait = {}, const QString &typical = {});

    GraphService &m_graph;
    History &m_history;
    std::unique_ptr<ConditionalAccess> m_policies;
    std::unique_ptr<Directory> m_directory;
    std::unique_ptr<Interlock> m_interlock;
    std::vector<std::unique_ptr<Step>> m_steps;
};

} // namespace pimgate
