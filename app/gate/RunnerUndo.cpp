#include "gate/RunnerExecution.h"

#include <algorithm>

namespace pimgate {

namespace {

using namespace std::chrono_literals;

/// Closing acts first, then the last made first (graph-contract 13).
QList<ChangeRecord> inUndoOrder(QList<ChangeRecord> records)
{
    records.removeIf([](const ChangeRecord &record) {
        return record.outcome == QLatin1String("already") || record.outcome == QLatin1String("undone");
    });
    std::stable_sort(records.begin(), records.end(), [](const ChangeRecord &a, const ChangeRecord &b) {
        if (a.change.closing() != b.change.closing())
            return a.change.closing();
        return a.sequence > b.sequence;
    });
    return records;
}

QList<Change> changesOf(const QList<ChangeRecord> &records)
{
    QList<Change> changes;
    for (const ChangeRecord &record : records)
        changes << record.change;
    return changes;
}

QString endOfTakingBack(const Outcome &outcome)
{
    if (outcome)
        return QStringLiteral("undone");
    return outcome.error().is(Error::Kind::Cancelled) ? QStringLiteral("stopped") : QStringLiteral("failed");
}

bool contains(const QList<ChangeRecord> &records, const char *key)
{
    return std::any_of(records.cbegin(), records.cend(),
                       [key](const ChangeRecord &record) { return record.change.key == QLatin1String(key); });
}

} // namespace

Task<Result<QList<ChangeRecord>>> Runner::undoPlan(QString runId)
{
    const auto records = co_await m_history.changes(runId);
    if (!records)
        co_return failure(records.error());
    co_return inUndoOrder(*records);
}

Task<Outcome> Runner::takeBackOne(ExecutionPtr run, Change change, bool noWait, std::stop_token stop)
{
    const QDateTime until = m_graph.clock().now().addSecs(360);
    while (true) {
        const Ids ids = run->record.ids;
        const auto back = co_await step(change.step).takeBack(change, ids, stop);
        // PIM's own rule: the first five minutes cannot be ended early (P26).
        const bool tooEarly = !back && back.error().code == QLatin1String("ActiveDurationTooShort");
        if (!tooEarly || noWait || m_graph.clock().now() > until)
            co_return back;
        report(change, Progress::State::Waiting, RunnerText::tr("PIM's own rule: the first five minutes cannot be ended early"),
               RunnerText::tr("at most 5 minutes"));
        const std::chrono::seconds pause = 10s;
        const bool goesOn = co_await m_graph.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(runnerwords::stopped());
    }
}

Task<Outcome> Runner::takeBackAll(ExecutionPtr run, QList<ChangeRecord> records, bool noWait, std::stop_token stop)
{
    const QList<Change> changes = changesOf(records);
    const auto permitted = co_await permit(changes, stop);
    if (!permitted)
        co_return permitted;
    const bool groupGoes = contains(records, "group");
    Outcome outcome;
    for (const ChangeRecord &record : std::as_const(records)) {
        Change change = record.change;
        change.sentence = change.what + QLatin1String(": ") + change.undo;            // what the progress says
        const bool goesWithGroup = groupGoes && change.key == QLatin1String("rules"); // the rules go with the group
        if (!change.undoable || goesWithGroup)
            continue;
        if (stop.stop_requested())
            co_return failure(runnerwords::stopped());
        report(change, Progress::State::Sending);
        const auto back = co_await takeBackOne(run, change, noWait, stop);
        if (!back) {
            report(change, Progress::State::Failed);
            if (back.error().is(Error::Kind::Cancelled))
                co_return back;
            run->notDone << RunnerText::tr("%1 was not taken back: %2").arg(change.what, back.error().text());
            const bool floor = back.error().code == QLatin1String("ActiveDurationTooShort");
            if (!floor && outcome)
                outcome = back;
            if (change.closing() && !floor) // what shuts people out comes first; if that fails, leave the rest standing
                co_return back;
            continue;
        }
        report(change, Progress::State::Done);
        if (record.sequence > 0) {
            const QString runId = run->record.id, undone = QStringLiteral("undone");
            const QDateTime now = m_graph.clock().now();
            const auto noted = co_await m_history.finish(runId, record.sequence, undone, {}, {}, now);
            if (!noted)
                co_return noted;
        }
    }
    co_return outcome;
}

Task<Outcome> Runner::recoverIds(ExecutionPtr run, QList<ChangeRecord> records, std::stop_token stop)
{
    // Cut off between a write and its answer: what the run made is found by its marks, group first (the policy names it).
    for (const char *key : {"group", "policy"})
        for (const ChangeRecord &record : std::as_const(records)) {
            const Change change = record.change;
            const Ids ids = run->record.ids;
            if (change.key != QLatin1String(key) || runnerwords::isMade(change, ids))
                continue;
            const auto seen = co_await step(change.step).look(change, ids, stop);
            if (!seen)
                co_return failure(seen.error());
            // A group of that name without our mark is somebody else's; a policy has an id here only if it bears the mark.
            const bool ours = seen->state == Seen::State::Done || change.key == QLatin1String("policy");
            if (!ours)
                continue;
            const QString id = seen->id;
            const auto kept = co_await keepIds(run, change, id);
            if (!kept)
                co_return kept;
        }
    co_return {};
}

QStringList Runner::residueOf(const QList<Change> &changes)
{
    const auto has = [&changes](const char *key) {
        return std::any_of(changes.cbegin(), changes.cend(),
                           [key](const Change &change) { return change.key == QLatin1String(key); });
    };
    QStringList residue;
    for (const Change &change : changes)
        if (!change.undoable)
            residue << change.what + QLatin1String(": ") + change.undo;
    if (has("group")) // graph-contract 13: soft-deleted for 30 days; request history and audit stay
        residue << RunnerText::tr(
            "Microsoft keeps the deleted group and policy for 30 days, and PIM's request history and the audit log.");
    else if (has("rules")) // no off-boarding (P9)
        residue << RunnerText::tr("PIM keeps managing the group until the group is deleted.");
    return residue;
}

Task<Result<RunResult>> Runner::undo(QString runId, bool noWait, std::stop_token stop)
{
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    const auto records = co_await undoPlan(runId);
    if (!records)
        co_return failure(records.error());
    const QList<ChangeRecord> list = *records;
    auto outcome = co_await recoverIds(run, list, stop);
    if (outcome) {
        const auto back = co_await takeBackAll(run, list, noWait, stop);
        outcome = back;
    }
    run->record.state = endOfTakingBack(outcome);
    run->record.ended = m_graph.clock().now();
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!noted)
        co_return failure(noted.error());
    RunResult result;
    result.runId = runId;
    result.state = record.state;
    result.notDone = run->notDone;
    co_return result;
}

Task<Result<QList<Change>>> Runner::removalPlan(Plan plan)
{
    QList<Change> standing;
    for (Change row : std::as_const(plan.rows)) {
        const bool ours = plan.snapshot->group && plan.snapshot->group->mailNickname.startsWith(QLatin1String(groupMark));
        if (!row.done || !row.undoable || (row.key == QLatin1String("group") && !ours) || row.key == QLatin1String("rules"))
            continue;
        // A policy of the same name and shape that somebody else made is loosened, not deleted.
        if (row.key == QLatin1String("policy") && !plan.snapshot->policy->description.startsWith(QLatin1String(policyMark)))
            continue;
        if (row.key == QLatin1String("required"))
            row.original = {{QStringLiteral("required"), false}};
        if (row.key == QLatin1String("state"))
            row.original = {{QStringLiteral("state"), CaPolicy::stateName(CaPolicy::State::ReportOnly)}};
        if (row.key.startsWith(QLatin1String("eligible:")))
            row.original = {};
        standing << row;
    }
    std::stable_sort(standing.begin(), standing.end(),
                     [](const Change &a, const Change &b) { return a.closing() && !b.closing(); });
    const auto opening = std::find_if(standing.begin(), standing.end(), [](const Change &row) { return !row.closing(); });
    std::reverse(standing.begin(), opening);
    std::reverse(opening, standing.end());
    co_return standing;
}

Task<Result<RunResult>> Runner::remove(Plan plan, QList<Change> confirmed, bool noWait, std::stop_token stop)
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
    for (const Change &change : std::as_const(confirmed)) {
        const QDateTime now = m_graph.clock().now();
        const auto sequence = co_await m_history.intend(runId, change, now);
        if (!sequence)
            co_return failure(sequence.error());
        ChangeRecord record;
        record.sequence = *sequence;
        record.change = change;
        records << record;
    }
    const auto outcome = co_await takeBackAll(run, records, noWait, stop);
    run->record.state = endOfTakingBack(outcome);
    run->record.ended = m_graph.clock().now();
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!noted)
        co_return failure(noted.error());
    RunResult result;
    result.runId = runId;
    result.state = record.state;
    result.notDone = run->notDone;
    co_return result;
}

} // namespace pimgate
