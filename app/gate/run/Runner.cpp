#include "gate/run/Runner.h"

#include "gate/run/EvidenceJson.h"
#include "gate/run/Paths.h"
#include "gate/run/Reading.h"
#include "gate/run/TakingBack.h"
#include "gate/steps/ToCome.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"

#include <QJsonArray>

#include <algorithm>

namespace pimgate {

namespace {

void fillIds(Ids &ids, const Snapshot &snapshot)
{
    if (snapshot.application) {
        ids.appId = snapshot.application->appId;
        ids.servicePrincipalId = snapshot.application->id;
    }
    if (ids.groupId.isEmpty() && snapshot.group)
        ids.groupId = snapshot.group->id;
    if (ids.policyId.isEmpty() && snapshot.policy)
        ids.policyId = snapshot.policy->id;
}

const QString confirmedMember = QStringLiteral("confirmed");

/// The keys of all rows that a person agreed to in this run.
void noteConfirmed(RunRecord &record, const QList<Change> &confirmed)
{
    QJsonArray keys = record.result.value(confirmedMember).toArray();
    for (const Change &change : confirmed)
        if (!keys.contains(change.key.toString()))
            keys << change.key.toString();
    record.result.insert(confirmedMember, keys);
}

QJsonObject toJson(const Finding &finding)
{
    static const QStringList weights = {QStringLiteral("drift"), QStringLiteral("notEnforced"), QStringLiteral("notChecked"),
                                        QStringLiteral("note")};
    return {{QStringLiteral("key"), finding.key},
            {QStringLiteral("text"), finding.text},
            {QStringLiteral("weight"), weights.value(int(finding.weight))}};
}

} // namespace

Runner::Runner(GraphService &graph, History &history, QObject *parent)
    : QObject(parent), m_graph(graph), m_history(history), m_policies(std::make_unique<ConditionalAccess>(graph)),
      m_directory(std::make_unique<Directory>(graph)),
      m_interlock(std::make_unique<Interlock>(*m_policies, *m_directory, graph.clock(), graph.session().cloud().portal)),
      m_reading(std::make_unique<Reading>(graph, *m_interlock))
{
}

Runner::~Runner() = default;

Task<Result<Plan>> Runner::plan(Blueprint blueprint, std::stop_token stop)
{
    return m_reading->plan(std::move(blueprint), stop);
}

QList<GraphRequest> Runner::requests(const Plan &plan, const Change &row, const QString &runId) const
{
    const Step &due = m_reading->step(row.step);
    Ids ids = plan.snapshot->ids;
    if (!runId.isEmpty())
        ids.run = runId;
    fillIds(ids, *plan.snapshot);
    return due.requests(row, withPlaces(ids), due.seenIn(*plan.snapshot, row));
}

Task<Result<RunRecord>> Runner::begin(Plan plan)
{
    const Session &session = m_graph.session();
    RunRecord record;
    record.started = m_graph.clock().now();
    record.cloud = session.cloud().name;
    record.demo = session.cloud().isDemo();
    record.tenantId = session.account().tenantId;
    record.tenantName = plan.snapshot->organization.defaultDomain;
    record.operatorName = session.account().userName;
    record.application = plan.snapshot->application ? plan.snapshot->application->displayName : QString();
    record.blueprint = plan.blueprint.toJson();
    record.state = RunState::Running;
    fillIds(record.ids, *plan.snapshot);
    co_return co_await m_history.begin(record);
}

Task<Result<Runner::ExecutionPtr>> Runner::executionOf(QString runId)
{
    const auto record = co_await m_history.run(runId);
    if (!record)
        co_return failure(record.error());
    const auto tell = [this](const Progress &progress) { Q_EMIT progressed(progress); };
    const auto run = std::make_shared<Execution>(m_graph, m_history, *m_interlock, *m_reading, tell);
    run->record = *record;
    run->record.ids.run = record->id;
    const auto changes = co_await m_history.changes(runId);
    if (!changes)
        co_return failure(changes.error());
    for (const ChangeRecord &change : *changes)
        run->earlier.insert(change.change.key, change);
    const QString tenant = m_graph.session().account().tenantId;
    if (!tenant.isEmpty() && !record->tenantId.isEmpty() && tenant != record->tenantId)
        co_return failure(Error::Kind::Input,
                          RunnerText::tr("Run %1 belongs to %2, and you are signed in elsewhere.").arg(runId, record->tenantName),
                          RunnerText::tr("Sign in to that tenant."));
    co_return run;
}

Task<Result<RunResult>> Runner::execute(QString runId, Plan plan, QList<Change> confirmed, std::stop_token stop)
{
    if (!plan.refusals.isEmpty())
        co_return failure(plan.refusals.first());
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    run->setPlan(plan);
    run->record.blueprint = plan.blueprint.toJson();
    run->record.state = RunState::Running;
    run->record.ended = {};
    // What was learned first stays: a plan for another group must not be written to the run's own.
    const QString planned = plan.snapshot->group ? plan.snapshot->group->id : QString();
    if (!planned.isEmpty() && !run->record.ids.groupId.isEmpty() && planned != run->record.ids.groupId)
        co_return failure(Error::Kind::Changed, RunnerText::tr("Run %1 is about another group than the rows shown.").arg(runId),
                          RunnerText::tr("Undo the run, or begin a new one for this group."));
    fillIds(run->record.ids, *plan.snapshot);
    noteConfirmed(run->record, confirmed);
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!noted)
        co_return failure(noted.error());
    QList<Change> opening, closing;
    auto outcome = co_await run->permit(confirmed, stop);
    for (const Change &change : std::as_const(confirmed))
        (change.closing() ? closing : opening) << change;
    Opening making(*run);
    Paths paths(*run);
    if (outcome && paths.takeLastPath(opening))
        co_return co_await finish(run, outcome, stop);
    if (outcome) {
        const auto opened = co_await making.makeAll(opening, stop);
        outcome = opened;
    }
    if (outcome && !closing.isEmpty()) {
        Closing shutting(*run, making);
        const auto closed = co_await shutting.close(closing, stop);
        outcome = closed;
    }
    co_return co_await finish(run, outcome, stop);
}

Task<Result<RunResult>> Runner::resume(QString runId, std::stop_token stop)
{
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    if (run->record.state == RunState::Undoing)
        co_return co_await undo(runId, {}, stop);
    const auto plan = co_await run->inspectAgain(stop);
    if (!plan)
        co_return failure(plan.error());
    const Plan found = *plan;
    QList<Change> rest = found.toMake();
    // Nobody agreed to more than the rows confirmed then: a wizard's run may have been cut off in its first step.
    const QJsonArray agreed = run->record.result.value(confirmedMember).toArray();
    rest.removeIf([&agreed](const Change &row) { return !agreed.contains(row.key.toString()); });
    co_return co_await execute(runId, found, rest, stop);
}

Task<Result<RunResult>> Runner::finish(ExecutionPtr run, Outcome outcome, std::stop_token stop)
{
    run->record.ended = m_graph.clock().now();
    RunResult result;
    result.runId = run->record.id;
    result.evidence = run->evidence;
    result.openable = run->openable;
    if (outcome) {
        const Blueprint blueprint = run->plan().blueprint;
        const Ids ids = run->record.ids;
        const SnapshotPtr known = run->plan().snapshot;
        const auto after = co_await m_reading->inspect(blueprint, ids, known, stop);
        if (after)
            result.after = *after;
        else
            outcome = failure(after.error());
    }
    if (!outcome) {
        run->record.state = outcome.error().is(Error::Kind::Cancelled) ? RunState::Stopped : RunState::Failed;
    } else if (run->evidence && !run->evidence->complete()) {
        run->record.state = RunState::ReportOnly;
    } else if (result.nobodyCanOpen()) {
        const auto &policy = result.after.snapshot->policy;
        const bool on = policy && policy->state == CaPolicy::State::Enabled;
        run->record.state = run->plan().blueprint.policy.enabled && !on ? RunState::ReportOnly : RunState::Drift;
    } else {
        // What closes the gate waits for its own button: open closing rows are no drift of this run.
        const QList<Change> rest = result.after.toMake();
        const bool drifted = std::any_of(rest.cbegin(), rest.cend(), [](const Change &row) { return !row.closing(); });
        const QList<Finding> &found = result.after.findings;
        const bool lockedOut = std::any_of(found.cbegin(), found.cend(),
                                           [](const Finding &finding) { return finding.key == QLatin1String(lockedOutKey); });
        run->record.state = drifted || lockedOut ? RunState::Drift : RunState::Verified;
    }
    result.state = run->record.state;
    if (outcome) // rows that nobody has confirmed yet: the run can be taken up for them
        run->record.result.insert(QStringLiteral("left"), int(result.after.toMake().size()));
    QJsonArray findings;
    for (const Finding &finding : std::as_const(result.after.findings))
        findings << toJson(finding);
    if (outcome)
        run->record.result.insert(QStringLiteral("findings"), findings);
    if (run->evidence)
        run->record.result.insert(QStringLiteral("evidence"), toJson(*run->evidence));
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!noted)
        co_return failure(noted.error());
    co_return result;
}

Task<Result<QList<ChangeRecord>>> Runner::undoPlan(QString runId)
{
    const auto records = co_await m_history.changes(runId);
    if (!records)
        co_return failure(records.error());
    co_return TakingBack::inUndoOrder(*records);
}

QStringList Runner::residueOf(const QList<Change> &changes)
{
    return TakingBack::residueOf(changes);
}

Task<Result<RunResult>> Runner::takeBack(ExecutionPtr run, QList<ChangeRecord> records, TakeBack how, std::stop_token stop)
{
    Opening opening(*run);
    Closing closing(*run, opening);
    TakingBack back(*run, closing, how);
    co_return co_await back.takeBack(records, stop);
}

Task<Result<RunResult>> Runner::undo(QString runId, TakeBack how, std::stop_token stop)
{
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    const auto records = co_await undoPlan(runId);
    if (!records)
        co_return failure(records.error());
    const QList<ChangeRecord> list = *records;
    co_return co_await takeBack(run, list, how, stop);
}

Task<Result<QList<Change>>> Runner::removalPlan(Plan plan)
{
    co_return TakingBack::standingRows(plan);
}

Task<Result<RunResult>> Runner::remove(Plan plan, QList<Change> confirmed, TakeBack how, std::stop_token stop)
{
    const auto begun = co_await begin(plan);
    if (!begun)
        co_return failure(begun.error());
    const QString runId = begun->id;
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    QList<ChangeRecord> records;
    std::reverse(confirmed.begin(), confirmed.end()); // the last intended is the first taken back, also after a kill
    for (const Change &change : std::as_const(confirmed)) {
        const QDateTime now = m_graph.clock().now();
        const auto sequence = co_await m_history.intend(runId, change, now);
        if (!sequence)
            co_return failure(sequence.error());
        ChangeRecord intended;
        intended.sequence = *sequence;
        intended.change = change;
        records << intended;
    }
    const QList<ChangeRecord> ordered = TakingBack::inUndoOrder(records);
    co_return co_await takeBack(run, ordered, how, stop);
}

} // namespace pimgate
