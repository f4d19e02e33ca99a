#include "gate/run/Execution.h"

#include "gate/run/Reading.h"
#include "graph/GraphService.h"

namespace pimgate {

Execution::Execution(GraphService &graph, History &history, Interlock &interlock, Reading &reading, TellProgress tell)
    : m_graph(graph), m_history(history), m_interlock(interlock), m_reading(reading), m_tell(std::move(tell))
{
}

Step &Execution::stepOf(const Change &change)
{
    return m_reading.step(change.step);
}

void Execution::report(const Change &change, Progress::State state, const QString &wait, const QString &typical)
{
    Progress progress;
    progress.state = state;
    progress.key = change.key;
    progress.sentence = change.sentence;
    progress.wait = wait;
    progress.typical = typical;
    progress.since = clock().now();
    m_tell(progress);
}

void Execution::setPlan(Plan plan)
{
    m_plan = std::move(plan);
    m_planAge.start();
}

qint64 Execution::planAge() const
{
    return m_planAge.isValid() ? m_planAge.elapsed() : std::numeric_limits<qint64>::max();
}

/// Consent that is missing is found while the tenant is untouched, and in one question for all rows.
Task<Outcome> Execution::permit(QList<Change> changes, std::stop_token stop)
{
    QStringList scopes;
    for (const Change &change : std::as_const(changes))
        scopes += stepOf(change).permissions(change);
    scopes.removeDuplicates();
    co_return co_await m_graph.session().permit(scopes, stop);
}

Task<Outcome> Execution::keepIds(Change change, QString id)
{
    if (id.isEmpty())
        co_return {};
    if (change.is(ChangeKey::Kind::Group))
        record.ids.groupId = id;
    else if (change.is(ChangeKey::Kind::Policy))
        record.ids.policyId = id;
    else
        co_return {};
    const RunRecord now = record;
    co_return co_await m_history.update(now);
}

Task<Result<Seen>> Execution::look(Change change, std::stop_token stop)
{
    const Ids ids = record.ids;
    co_return co_await stepOf(change).look(change, ids, stop);
}

Task<> Execution::lookAhead(Change change, std::stop_token stop)
{
    const auto seen = co_await look(change, stop);
    if (!seen)
        co_return;
    QElapsedTimer age;
    age.start();
    m_looks.insert(change.key, Look{*seen, age});
}

Task<Result<Seen>> Execution::lookBefore(Change change, std::stop_token stop)
{
    constexpr qint64 goodFor = 5000; // ms of this computer's time
    const auto ahead = m_looks.constFind(change.key);
    if (ahead != m_looks.constEnd() && ahead->age.elapsed() < goodFor) {
        const Seen seen = ahead->seen;
        m_looks.erase(ahead);
        co_return seen;
    }
    co_return co_await look(change, stop);
}

const Seen *Execution::seenAhead(const ChangeKey &key) const
{
    const auto ahead = m_looks.constFind(key);
    return ahead == m_looks.constEnd() ? nullptr : &ahead->seen;
}

Task<Result<Plan>> Execution::inspectAgain(std::stop_token stop)
{
    const Blueprint wanted = Blueprint::ofRun(record.blueprint);
    const Ids ids = record.ids;
    const SnapshotPtr nothing;
    co_return co_await m_reading.inspect(wanted, ids, nothing, stop);
}

Error changedMeanwhile(const Change &change, const Seen &seen)
{
    Error error;
    error.kind = Error::Kind::Changed;
    error.message = RunnerText::tr("The tenant changed meanwhile: %1 is now “%2”.").arg(change.what, seen.now);
    error.next = RunnerText::tr("Read again and look at the new rows.");
    return error;
}

bool isMade(const Change &change, const Ids &ids)
{
    return (change.is(ChangeKey::Kind::Group) && !ids.groupId.isEmpty()) ||
           (change.is(ChangeKey::Kind::Policy) && !ids.policyId.isEmpty());
}

Error runStopped()
{
    Error error;
    error.kind = Error::Kind::Cancelled;
    error.message = RunnerText::tr("Stopped. What was made stays and is not made twice.");
    error.next = RunnerText::tr("Resume the run, or undo it.");
    return error;
}

} // namespace pimgate
