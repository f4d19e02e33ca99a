#include "gate/run/RunnerExecution.h"
#include "gate/steps/ConditionalAccessStep.h"

#include <QSet>

#include <algorithm>

namespace pimgate {

namespace {

bool arms(const Change &change)
{
    return change.is(ChangeKey::Kind::State) && change.closing();
}

bool isOlder(const CaPolicy &a, const CaPolicy &b)
{
    return a.created != b.created ? a.created < b.created : a.id < b.id;
}

/// Some minutes before the interlock would refuse it.
bool isOld(const ArmingEvidence &evidence, const QDateTime &now)
{
    return evidence.at.addSecs(300) < now;
}

} // namespace

Task<Outcome> Runner::mayClose(ExecutionPtr run, QList<Change> changes, std::stop_token stop)
{
    const Blueprint blueprint = run->plan.blueprint;
    const Ids ids = run->record.ids;
    const SnapshotPtr known = run->plan.snapshot;
    const auto fresh = co_await inspect(blueprint, ids, known, stop);
    if (!fresh)
        co_return failure(fresh.error());
    run->plan = *fresh;
    const auto alone = co_await yieldToRival(run, stop);
    if (!alone)
        co_return alone;
    for (const Change &row : fresh->toMake())
        if (!row.closing())
            co_return failure(Error::Kind::Differs, RunnerText::tr("The gate stays open: %1 is not there yet.").arg(row.what),
                              RunnerText::tr("Make the rows that give access first."));
    if (!fresh->refusals.isEmpty()) // security defaults came on, the policy became another one...
        co_return failure(fresh->refusals.first());
    QSet<QString> going;
    for (const Change &change : std::as_const(changes))
        if (change.is(ChangeKey::Kind::Uneligible))
            going << change.targetId;
    const QList<PimSchedule> &eligible = fresh->snapshot->eligible;
    const bool somebodyOpens = std::any_of(eligible.cbegin(), eligible.cend(), [&going](const PimSchedule &schedule) {
        return schedule.provisioned() && !going.contains(schedule.principalId);
    });
    if (!somebodyOpens)
        co_return failure(Error::Kind::Unsafe,
                          RunnerText::tr("The gate stays open: nobody could open it, because nobody is eligible."),
                          RunnerText::tr("Make at least one person eligible in step 3."));
    if (std::none_of(changes.cbegin(), changes.cend(), arms))
        co_return {};
    auto asked = askWhatIf(run, stop);
    std::vector<Task<>> looks;
    for (const Change &change : std::as_const(changes))
        looks.push_back(lookAhead(run, change, stop));
    const auto answered = co_await asked;
    for (const Task<> &look : looks)
        co_await look;
    if (!answered)
        co_return answered;
    for (const Change &change : std::as_const(changes)) {
        const auto look = run->looks.constFind(change.key);
        if (look != run->looks.constEnd() && look->seen.state == Seen::State::Other)
            co_return failure(runnerwords::changedMeanwhile(change, look->seen));
    }
    co_return {};
}

/// Two operators may have made the same policy side by side, both in report-only: the later one's goes again, and so there
/// is one gate to close.
Task<Outcome> Runner::yieldToRival(ExecutionPtr run, std::stop_token stop)
{
    const Snapshot &snapshot = *run->plan.snapshot;
    if (!snapshot.policy || snapshot.policy->description != QLatin1String(policyMark) + run->record.id)
        co_return {};
    const CaPolicy mine = *snapshot.policy;
    const bool rivalled =
        std::any_of(snapshot.otherPolicies.cbegin(), snapshot.otherPolicies.cend(), [&mine](const CaPolicy &other) {
            return other.displayName == mine.displayName && other.description.startsWith(QLatin1String(policyMark)) &&
                   isOlder(other, mine);
        });
    if (!rivalled || mine.state == CaPolicy::State::Enabled)
        co_return {};
    const auto gone = co_await m_interlock->remove(mine.id, stop);
    if (!gone)
        co_return gone;
    run->record.ids.policyId.clear();
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!noted)
        co_return noted;
    co_return failure(
        Error::Kind::Changed,
        RunnerText::tr("Somebody else made a policy named %1 at the same time, so ours was removed again.").arg(mine.displayName),
        RunnerText::tr("Read again: the rows then go on with that policy."));
}

/// Fills the run's evidence, complete or with what is wrong: no answer is no evidence, and the gate then stays open
/// (interface.md).
Task<Outcome> Runner::askWhatIf(ExecutionPtr run, std::stop_token stop)
{
    const Blueprint blueprint = run->plan.blueprint;
    const SnapshotPtr snapshot = run->plan.snapshot;
    const QString policyId = run->record.ids.policyId;
    const auto without = [&](const QString &problem) { return ArmingEvidence{{}, policyId, m_graph.clock().now(), problem}; };
    const auto breakGlass = co_await breakGlassPeople(blueprint, snapshot, stop);
    if (!breakGlass)
        co_return failure(breakGlass.error());
    if (breakGlass->isEmpty() && !blueprint.policy.breakGlass.isEmpty()) {
        run->evidence = without(RunnerText::tr("The break-glass group has no members, so it protects nobody."));
        co_return {};
    }
    const QStringList breakGlassIds = *breakGlass;
    const auto evidence = co_await m_interlock->gather(policyId, snapshot, breakGlassIds, stop);
    if (!evidence && evidence.error().is(Error::Kind::Cancelled))
        co_return failure(evidence.error());
    run->evidence =
        evidence ? *evidence : without(RunnerText::tr("Microsoft's What-If did not answer: %1").arg(evidence.error().text()));
    co_return {};
}

Task<Result<QStringList>> Runner::breakGlassPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    // What-If asks about people: a break-glass group is asked about by whoever is in it.
    Groups groups(m_graph);
    QStringList people;
    const QStringList named = ConditionalAccessStep::breakGlassIds(blueprint, *snapshot);
    for (const QString &id : named) {
        if (!snapshot->people.value(id).isGroup()) {
            people << id;
            continue;
        }
        const auto members = co_await groups.members(id, stop);
        if (!members)
            co_return failure(members.error());
        for (const Principal &member : *members) {
            if (!member.isUser())
                continue;
            people << member.id;
            snapshot->people.insert(member.id, member);
        }
    }
    co_return people;
}

Task<Outcome> Runner::close(ExecutionPtr run, QList<Change> changes, std::stop_token stop)
{
    const auto may = co_await mayClose(run, changes, stop);
    if (!may)
        co_return may;
    if (run->evidence && !run->evidence->complete()) // no closing act leaves: the run ends report-only (interface.md)
        co_return {};
    for (const Change &change : std::as_const(changes)) {
        // Taking many assignments away may take longer than evidence holds.
        if (arms(change) && isOld(*run->evidence, m_graph.clock().now())) {
            const auto again = co_await askWhatIf(run, stop);
            if (!again)
                co_return again;
            if (!run->evidence->complete())
                co_return {};
        }
        const auto made = co_await makeOne(run, change, stop);
        if (!made)
            co_return made;
    }
    co_return {};
}

} // namespace pimgate
