#pragma once

#include "gate/judge/Openable.h"
#include "gate/run/Progress.h"
#include "gate/steps/Step.h"
#include "graph/GraphService.h"

#include <QCoreApplication>
#include <QElapsedTimer>

namespace pimgate {

class Reading;

struct RunnerText
{
    Q_DECLARE_TR_FUNCTIONS(Runner)
};

/// One run while it is carried out: what it knows, and the verbs that opening, closing and taking back share. Lives as long
/// as the task that carries it out.
class Execution
{
public:
    Execution(GraphService &graph, History &history, Interlock &interlock, Reading &reading, TellProgress tell);

    RunRecord record;
    std::optional<ArmingEvidence> evidence;
    std::optional<Openable> openable;       ///< as it was judged last before something that takes access away
    QHash<ChangeKey, ChangeRecord> earlier; ///< what this run did to it before it was taken up again
    QStringList notDone;
    QStringList changedSince;

    GraphService &graph() { return m_graph; }
    Clock &clock() { return m_graph.clock(); }
    History &history() { return m_history; }
    Interlock &interlock() { return m_interlock; }
    Reading &reading() { return m_reading; }
    Step &stepOf(const Change &change);
    const Plan &plan() const { return m_plan; }
    /// What was just read.
    void setPlan(Plan plan);
    /// Milliseconds since it was read.
    qint64 planAge() const;

    void report(const Change &change, Progress::State state, const QString &wait = {}, const QString &typical = {});
    Task<Outcome> permit(QList<Change> changes, std::stop_token stop);
    /// Ids are learned once and kept at once: whoever goes on after a kill finds what was made.
    Task<Outcome> keepIds(Change change, QString id);
    Task<Result<Seen>> look(Change change, std::stop_token stop);
    /// A look taken while something else is waited for; good for some seconds, so that a round trip is not made twice.
    Task<> lookAhead(Change change, std::stop_token stop);
    Task<Result<Seen>> lookBefore(Change change, std::stop_token stop);
    const Seen *seenAhead(const ChangeKey &key) const;
    /// What a run that was kept wants, beside what the tenant has now.
    Task<Result<Plan>> inspectAgain(std::stop_token stop);

private:
    struct Look
    {
        Seen seen;
        QElapsedTimer age;
    };
    GraphService &m_graph;
    History &m_history;
    Interlock &m_interlock;
    Reading &m_reading;
    TellProgress m_tell;
    Plan m_plan;
    QElapsedTimer m_planAge;
    QHash<ChangeKey, Look> m_looks;
};

Error runStopped();
Error changedMeanwhile(const Change &change, const Seen &seen);
/// What the run has made already: its id is known, whether or not a look shows it yet.
bool isMade(const Change &change, const Ids &ids);

} // namespace pimgate
