#pragma once

#include "gate/run/Progress.h"
#include "gate/steps/Step.h"

#include <QObject>

#include <memory>
#include <stop_token>

namespace pimgate {

class Execution;
class Reading;

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
    /// What is sent for a row of the plan, with a place for every id that does not exist yet (ToCome).
    /// @param runId of the run that will send it, where it has begun.
    QList<GraphRequest> requests(const Plan &plan, const Change &row, const QString &runId = {}) const;
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
    using ExecutionPtr = std::shared_ptr<Execution>;
    Task<Result<ExecutionPtr>> executionOf(QString runId);
    Task<Result<RunResult>> finish(ExecutionPtr run, Outcome outcome, std::stop_token stop);
    Task<Result<RunResult>> takeBack(ExecutionPtr run, QList<ChangeRecord> records, TakeBack how, std::stop_token stop);

    GraphService &m_graph;
    History &m_history;
    std::unique_ptr<ConditionalAccess> m_policies;
    std::unique_ptr<Directory> m_directory;
    std::unique_ptr<Interlock> m_interlock;
    std::unique_ptr<Reading> m_reading;
};

} // namespace pimgate
