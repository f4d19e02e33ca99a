#include "gate/run/RunnerExecution.h"

#include <algorithm>

namespace pimgate {

namespace {

using namespace std::chrono_literals;

bool isFloor(const Error &error)
{
    return error.code == QLatin1String("ActiveDurationTooShort");
}

bool armsAgain(const Change &change)
{
    return change.is(ChangeKey::Kind::State) &&
           change.original.value(QStringLiteral("state")) == CaPolicy::stateName(CaPolicy::State::Enabled);
}

/// What opens comes before what leaves things as they are, and what shuts again comes last.
int rank(const Change &change)
{
    const bool requiresAgain = change.is(ChangeKey::Kind::Required) && !change.closing();
    return change.closing() ? 0 : armsAgain(change) || requiresAgain ? 2 : 1;
}

/// Closing acts first, then the last made first (graph-contract 13).
QList<ChangeRecord> inUndoOrder(QList<ChangeRecord> records)
{
    records.removeIf([](const ChangeRecord &record) {
        return record.outcome == ChangeOutcome::Already || record.outcome == ChangeOutcome::Undone;
    });
    std::stable_sort(records.begin(), records.end(), [](const ChangeRecord &a, const ChangeRecord &b) {
        const int mine = rank(a.change), theirs = rank(b.change);
        return mine != theirs ? mine < theirs : a.sequence > b.sequence;
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

/// The values of before stand there: somebody has put them back, or an undo that was cut off.
bool isBack(const Change &change, const Result<Seen> &seen)
{
    return seen && seen->state == Seen::State::AsBefore && !change.original.isEmpty();
}

bool contains(const QList<ChangeRecord> &records, const ChangeKey &key)
{
    return std::any_of(records.cbegin(), records.cend(), [&key](const ChangeRecord &record) { return record.change.key == key; });
}

} // namespace

Task<Result<QList<ChangeRecord>>> Runner::undoPlan(QString runId)
{
    const auto records = co_await m_history.changes(runId);
    if (!records)
        co_return failure(records.error());
    co_return inUndoOrder(*records);
}

/// What the tenant shows of a row that is to go. What is not there any more is no change by somebody: others tidy up, too.
Task<Result<Seen>> Runner::lookNow(ExecutionPtr run, Change change, std::stop_token stop)
{
    const Ids ids = run->record.ids;
    const bool nothingToSee = ids.groupId.isEmpty() && change.step != StepId::ConditionalAccess && change.step != StepId::Sso;
    if (nothingToSee || (change.step == StepId::ConditionalAccess && ids.policyId.isEmpty()))
        co_return Seen();
    const auto seen = co_await step(change.step).look(change, ids, stop);
    if (!seen && seen.error().is(Error::Kind::NotFound))
        co_return Seen();
    co_return seen;
}

/// A replica that lags behind the run's own write shows what was before, too: that is looked at twice (P12).
Task<Result<Seen>> Runner::lookSince(ExecutionPtr run, Change change, std::stop_token stop)
{
    const auto seen = co_await lookNow(run, change, stop);
    if (!isBack(change, seen))
        co_return seen;
    const std::chrono::seconds pause = 5s;
    co_await m_graph.clock().sleep(pause, stop);
    co_return co_await lookNow(run, change, stop);
}

/// A gate that was armed before the run loosened it is armed again with evidence, like any other.
Task<Outcome> Runner::mayArmAgain(ExecutionPtr run, std::stop_token stop)
{
    const auto plan = co_await inspectAgain(run, stop);
    if (!plan)
        co_return failure(plan.error());
    run->plan = *plan;
    if (!run->plan.snapshot->eligibleProvisioned())
        co_return failure(Error::Kind::Unsafe, RunnerText::tr("The policy is not switched on again: nobody could open the gate."),
                          RunnerText::tr("Make at least one person eligible first."));
    co_return co_await askWhatIf(run, stop);
}

Task<Outcome> Runner::giveBack(ExecutionPtr run, Change change, TakeBack how, std::stop_token stop)
{
    if (armsAgain(change)) {
        const auto may = co_await mayArmAgain(run, stop);
        if (!may)
            co_return may;
    }
    const QDateTime until = m_graph.clock().now().addSecs(360);
    while (true) {
        const Ids ids = run->record.ids;
        const auto back = co_await step(change.step).takeBack(change, ids, stop);
        // PIM's own rule: the first five minutes cannot be ended early (P26).
        const bool tooEarly = !back && isFloor(back.error());
        if (!tooEarly || how.noWait || m_graph.clock().now() > until)
            co_return back;
        report(change, Progress::State::Waiting, RunnerText::tr("PIM's own rule: the first five minutes cannot be ended early"),
               RunnerText::tr("at most 5 minutes"));
        const std::chrono::seconds pause = 10s;
        const bool goesOn = co_await m_graph.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(runnerwords::stopped());
    }
}

/// Reads back that the row is no longer as it was made. What is given again has a new id or new days: its own step looks for it.
Task<Outcome> Runner::awaitBack(ExecutionPtr run, Change change, std::stop_token stop)
{
    if (change.is(ChangeKey::Kind::Unassign) || change.is(ChangeKey::Kind::Uneligible))
        co_return {};
    report(change, Progress::State::ReadingBack);
    const QDateTime until = m_graph.clock().now().addSecs(180);
    for (std::chrono::seconds pause = 1s;; pause = std::min<std::chrono::seconds>(pause * 2, 10s)) {
        const auto seen = co_await lookNow(run, change, stop);
        if (!seen)
            co_return failure(seen.error());
        if (seen->state != Seen::State::Done)
            co_return {};
        if (m_graph.clock().now() >= until)
            co_return failure(Error::Kind::Differs, RunnerText::tr("%1: Microsoft still says “%2”.").arg(change.what, seen->now),
                              RunnerText::tr("Look again in some minutes, then undo the rest."));
        report(change, Progress::State::ReadingBack, RunnerText::tr("Microsoft still shows it as it was"),
               RunnerText::tr("usually some seconds"));
        const bool goesOn = co_await m_graph.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(runnerwords::stopped());
    }
}

/// Who else came to depend on the group since: deleting it would take that away, too. Empty: nobody.
Task<Result<QString>> Runner::othersInGroup(ExecutionPtr run, QList<ChangeRecord> records, std::stop_token stop)
{
    if (!run->changedSince.isEmpty())
        co_return RunnerText::tr("what was left alone belongs to it");
    PrivilegedAccess access(m_graph);
    const QString groupId = run->record.ids.groupId;
    const auto eligible = co_await access.eligible(groupId, stop);
    if (!eligible && eligible.error().is(Error::Kind::NotFound))
        co_return QString();
    if (!eligible)
        co_return failure(eligible.error());
    int others = 0;
    for (const PimSchedule &schedule : *eligible)
        others += !contains(records, ChangeKey{ChangeKey::Kind::Eligible, schedule.principalId});
    co_return others == 0 ? QString() : RunnerText::tr("%n more person(s) became eligible for it", nullptr, others);
}

/// Takes one row back, or leaves it and says why in the execution. Fails where the rest must be left standing.
Task<Outcome> Runner::takeBackOne(ExecutionPtr run, ChangeRecord record, TakeBack how, std::stop_token stop)
{
    Change change = record.change;
    change.sentence = change.what + QLatin1String(": ") + change.undo; // what the progress says
    report(change, Progress::State::Sending);
    const auto seen = co_await lookSince(run, change, stop);
    if (!seen)
        co_return failure(seen.error());
    if (seen->state == Seen::State::Other && !how.changedToo) {
        report(change, Progress::State::Differs);
        run->changedSince << RunnerText::tr("%1 was changed since: it is now “%2”.").arg(change.what, seen->now);
        // A group must not go from under a policy that may still shut people out.
        if (change.step == StepId::ConditionalAccess &&
            seen->evidence.value(QStringLiteral("state")) != QLatin1String("disabled"))
            co_return failure(Error::Kind::Changed,
                              RunnerText::tr("The policy was changed since, so everything is left standing."),
                              RunnerText::tr("Look at it in the Entra admin center, then undo what was changed too."));
        run->policyLeft = run->policyLeft || change.step == StepId::ConditionalAccess;
        co_return {};
    }
    Outcome back;
    if (!isBack(change, seen)) {
        const auto given = co_await giveBack(run, change, how, stop);
        back = given;
    }
    if (back) {
        const auto shown = co_await awaitBack(run, change, stop);
        back = shown;
    }
    if (!back) {
        report(change, Progress::State::Failed);
        if (back.error().is(Error::Kind::Cancelled))
            co_return back;
        run->notDone << RunnerText::tr("%1 was not taken back: %2").arg(change.what, back.error().text());
        co_return isFloor(back.error()) ? Outcome() : back;
    }
    report(change, Progress::State::Done);
    co_return co_await noteUndone(run, record);
}

Task<Outcome> Runner::noteUndone(ExecutionPtr run, ChangeRecord record)
{
    const QString runId = run->record.id;
    const QDateTime now = m_graph.clock().now();
    co_return co_await m_history.finish(runId, record.sequence, ChangeOutcome::Undone, {}, {}, now);
}

Task<Outcome> Runner::noteGoneWithGroup(ExecutionPtr run, QList<ChangeRecord> records)
{
    for (const ChangeRecord &record : std::as_const(records)) {
        if (!record.change.is(ChangeKey::Kind::Rules))
            continue;
        const auto noted = co_await noteUndone(run, record);
        if (!noted)
            co_return noted;
    }
    co_return {};
}

Task<Outcome> Runner::takeBackAll(ExecutionPtr run, QList<ChangeRecord> records, TakeBack how, std::stop_token stop)
{
    const QList<Change> changes = changesOf(records);
    const auto permitted = co_await permit(changes, stop);
    if (!permitted)
        co_return permitted;
    const auto everything = co_await m_history.changes(run->record.id); // those taken back already are the run's own, too
    if (!everything)
        co_return failure(everything.error());
    const bool groupGoes = contains(records, ChangeKey{ChangeKey::Kind::Group});
    Outcome outcome;
    for (const ChangeRecord &record : std::as_const(records)) {
        const Change change = record.change;
        if (!change.undoable || (groupGoes && change.is(ChangeKey::Kind::Rules))) // the rules go with the group
            continue;
        if (stop.stop_requested())
            co_return failure(runnerwords::stopped());
        if (change.is(ChangeKey::Kind::Policy) && run->policyLeft) {
            run->changedSince << RunnerText::tr("%1 stays: its state was left alone.").arg(change.what);
            continue;
        }
        if (change.is(ChangeKey::Kind::Group) && !how.changedToo && !run->record.ids.groupId.isEmpty()) {
            const auto others = co_await othersInGroup(run, *everything, stop);
            if (!others)
                co_return failure(others.error());
            if (!others->isEmpty()) {
                report(change, Progress::State::Differs);
                run->changedSince << RunnerText::tr("%1 stays: %2.").arg(change.what, *others);
                continue;
            }
        }
        auto back = co_await takeBackOne(run, record, how, stop);
        if (back && change.is(ChangeKey::Kind::Group) && run->changedSince.isEmpty()) {
            const auto gone = co_await noteGoneWithGroup(run, records);
            back = gone;
        }
        if (back)
            continue;
        // What shuts people out comes first; if that fails, the rest is left standing.
        const bool shuts = change.closing() || change.step == StepId::ConditionalAccess;
        if (shuts || back.error().is(Error::Kind::Cancelled))
            co_return back;
        if (outcome)
            outcome = back;
    }
    co_return outcome;
}

Task<Outcome> Runner::recoverIds(ExecutionPtr run, QList<ChangeRecord> records, std::stop_token stop)
{
    // Cut off between a write and its answer: what the run made is found by its marks, group first (the policy names it).
    for (const auto kind : {ChangeKey::Kind::Group, ChangeKey::Kind::Policy})
        for (const ChangeRecord &record : std::as_const(records)) {
            const Change change = record.change;
            const Ids ids = run->record.ids;
            if (!change.is(kind) || runnerwords::isMade(change, ids))
                continue;
            const auto seen = co_await step(change.step).look(change, ids, stop);
            if (!seen)
                co_return failure(seen.error());
            // A group of that name without our mark is somebody else's; a policy has an id here only if it bears the mark.
            const bool ours = seen->state == Seen::State::Done || change.is(ChangeKey::Kind::Policy);
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
    const auto has = [&changes](ChangeKey::Kind kind) {
        return std::any_of(changes.cbegin(), changes.cend(), [kind](const Change &change) { return change.is(kind); });
    };
    QStringList residue;
    for (const Change &change : changes)
        if (!change.undoable)
            residue << change.what + QLatin1String(": ") + change.undo;
    if (has(ChangeKey::Kind::Group)) // graph-contract 13: soft-deleted for 30 days; request history and audit stay
        residue << RunnerText::tr(
            "Microsoft keeps the deleted group and policy for 30 days, and PIM's request history and the audit log.");
    else if (has(ChangeKey::Kind::Rules)) // no off-boarding (P9)
        residue << RunnerText::tr("PIM keeps managing the group until the group is deleted.");
    return residue;
}

/// Notes that the run is being taken back, so that whoever goes on after a kill does not build it again; then does it.
Task<Result<RunResult>> Runner::takeBack(ExecutionPtr run, QList<ChangeRecord> records, TakeBack how, std::stop_token stop)
{
    run->record.state = RunState::Undoing;
    const RunRecord begun = run->record;
    const auto noted = co_await m_history.update(begun);
    if (!noted)
        co_return failure(noted.error());
    auto outcome = co_await recoverIds(run, records, stop);
    if (outcome) {
        const auto back = co_await takeBackAll(run, records, how, stop);
        outcome = back;
    }
    const bool somethingLeft = !run->changedSince.isEmpty();
    if (!outcome && outcome.error().is(Error::Kind::Changed) && somethingLeft)
        outcome = Outcome(); // said in changedSince
    run->record.state = !outcome ? RunState::Undoing : somethingLeft ? RunState::PartlyUndone : RunState::Undone;
    run->record.ended = m_graph.clock().now();
    const RunRecord record = run->record;
    const auto ended = co_await m_history.update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!ended)
        co_return failure(ended.error());
    RunResult result;
    result.runId = record.id;
    result.state = record.state;
    result.notDone = run->notDone;
    result.changedSince = run->changedSince;
    co_return result;
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
    QList<Change> standing;
    for (Change row : std::as_const(plan.rows)) {
        const bool ours = plan.snapshot->group && plan.snapshot->group->mailNickname.startsWith(QLatin1String(groupMark));
        if (!row.done || !row.undoable || (row.is(ChangeKey::Kind::Group) && !ours) || row.is(ChangeKey::Kind::Rules))
            continue;
        // A policy of the same name and shape that somebody else made is loosened, not deleted.
        if (row.is(ChangeKey::Kind::Policy) && !plan.snapshot->policy->description.startsWith(QLatin1String(policyMark)))
            continue;
        if (row.is(ChangeKey::Kind::Required))
            row.original = {{QStringLiteral("required"), false}};
        if (row.is(ChangeKey::Kind::State))
            row.original = {{QStringLiteral("state"), CaPolicy::stateName(CaPolicy::State::ReportOnly)}};
        if (row.is(ChangeKey::Kind::Eligible))
            row.original = {};
        row.seen = row.original; // what it goes back to
        standing << row;
    }
    std::stable_sort(standing.begin(), standing.end(),
                     [](const Change &a, const Change &b) { return a.closing() && !b.closing(); });
    const auto opening = std::find_if(standing.begin(), standing.end(), [](const Change &row) { return !row.closing(); });
    std::reverse(standing.begin(), opening);
    std::reverse(opening, standing.end());
    co_return standing;
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
    const QList<ChangeRecord> ordered = inUndoOrder(records);
    co_return co_await takeBack(run, ordered, how, stop);
}

} // namespace pimgate
