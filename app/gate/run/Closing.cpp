
#include "gate/run/Closing.h"

#include "gate/run/Reading.h"
#include "graph/GraphService.h"

#include <algorithm>

namespace pimgate {

namespace {

bool arms(const Change &change)
{
    return change.is(ChangeKey::Kind::State); // of the closing rows, which alone come here
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

std::optional<ArmingEvidence::Path> pathOf(const std::optional<Openable> &openable)
{
    const Openable::Candidate *path = openable ? openable->path() : nullptr;
    if (!path)
        return {};
    return ArmingEvidence::Path{path->who.displayName, path->who.id, path->approvers, path->until};
}

} // namespace

Task<Outcome> Closing::mayClose(QList<Change> changes, std::stop_token stop)
{
    const Blueprint blueprint = m_run.plan().blueprint;
    const Ids ids = m_run.record.ids;
    const SnapshotPtr known = m_run.plan().snapshot;
    const auto fresh = co_await m_run.reading().inspect(blueprint, ids, known, stop);
    if (!fresh)
        co_return failure(fresh.error());
    m_run.setPlan(*fresh);
    const auto alone = co_await yieldToRival(stop);
    if (!alone)
        co_return alone;
    for (const Change &row : fresh->toMake())
        if (!row.closing())
            co_return failure(Error::Kind::Differs, RunnerText::tr("The gate stays open: %1 is not there yet.").arg(row.what),
                              RunnerText::tr("Make the rows that give access first."));
    if (!fresh->refusals.isEmpty()) // security defaults came on, the policy became another one...
        co_return failure(fresh->refusals.first());
    const auto path = co_await m_paths.mayTakeAway(changes, stop);
    if (!path)
        co_return failure(path.error());
    if (!path->given())
        co_return {};
    if (std::none_of(changes.cbegin(), changes.cend(), arms))
        co_return {};
    auto asked = askWhatIf(stop);
    std::vector<Task<>> looks;
    for (const Change &change : std::as_const(changes))
        looks.push_back(m_run.lookAhead(change, stop));
    const auto answered = co_await asked;
    for (const Task<> &look : looks)
        co_await look;
    if (!answered)
        co_return answered;
    for (const Change &change : std::as_const(changes)) {
        const Seen *seen = m_run.seenAhead(change.key);
        if (seen && seen->state == Seen::State::Other)
            co_return failure(changedMeanwhile(change, *seen));
    }
    co_return {};
}

/// Two operators may have made the same policy side by side, both in report-only: the later one's goes again, and so there
/// is one gate to close.
Task<Outcome> Closing::yieldToRival(std::stop_token stop)
{
    const Snapshot &snapshot = *m_run.plan().snapshot;
    if (!snapshot.policy || snapshot.policy->description != QLatin1String(policyMark) + m_run.record.id)
        co_return {};
    const CaPolicy mine = *snapshot.policy;
    const bool rivalled =
        std::any_of(snapshot.otherPolicies.cbegin(), snapshot.otherPolicies.cend(), [&mine](const CaPolicy &other) {
            return other.displayName == mine.displayName && other.description.startsWith(QLatin1String(policyMark)) &&
                   isOlder(other, mine);
        });
    if (!rivalled || mine.state == CaPolicy::State::Enabled)
        co_return {};
    const auto gone = co_await m_run.interlock().remove(mine.id, stop);
    if (!gone)
        co_return gone;
    m_run.record.ids.policyId.clear();
    const RunRecord record = m_run.record;
    const auto noted = co_await m_run.history().update(record);
    if (!noted)
        co_return noted;
    co_return failure(
        Error::Kind::Changed,
        RunnerText::tr("Somebody else made a policy named %1 at the same time, so ours was removed again.").arg(mine.displayName),
        RunnerText::tr("Read again: the rows then go on with that policy."));
}

Task<Outcome> Closing::askWhatIf(std::stop_token stop)
{
    const Blueprint blueprint = m_run.plan().blueprint;
    const SnapshotPtr snapshot = m_run.plan().snapshot;
    const QString policyId = m_run.record.ids.policyId;
    const auto without = [&](const QString &problem) { return ArmingEvidence{{}, policyId, m_run.clock().now(), problem}; };
    const auto breakGlass = co_await m_run.reading().breakGlassPeople(blueprint, snapshot, stop);
    if (!breakGlass)
        co_return failure(breakGlass.error());
    if (breakGlass->isEmpty() && !blueprint.policy.breakGlass.isEmpty()) {
        m_run.evidence = without(RunnerText::tr("The break-glass group has no members, so it protects nobody."));
        co_return {};
    }
    const QStringList breakGlassIds = *breakGlass;
    const auto evidence = co_await m_run.interlock().gather(policyId, snapshot, breakGlassIds, stop);
    if (evidence)
        m_run.evidence = *evidence;
    else if (evidence.error().is(Error::Kind::Cancelled))
        co_return failure(evidence.error());
    else
        m_run.evidence = without(RunnerText::tr("Microsoft's What-If did not answer: %1").arg(evidence.error().text()));
    m_run.evidence->path = pathOf(m_run.openable);
    co_return {};
}

Task<Outcome> Closing::close(QList<Change> changes, std::stop_token stop)
{
    const auto may = co_await mayClose(changes, stop);
    if (!may)
        co_return may;
    while (!changes.isEmpty()) {
        // No closing act leaves without evidence, nor while nobody can open the gate: the run ends there (interface.md).
        const Change change = changes.first();
        // Taking many assignments away may take longer than evidence holds.
        const bool old = m_run.evidence && m_run.evidence->complete() && isOld(*m_run.evidence, m_run.clock().now());
        if (arms(change) && (!m_run.evidence || old)) {
            const auto again = co_await askWhatIf(stop);
            if (!again)
                co_return again;
        }
        if (m_run.evidence && !m_run.evidence->complete())
            co_return {};
        const auto permit = co_await m_paths.mayTakeAway(changes, stop);
        if (!permit)
            co_return failure(permit.error());
        if (!permit->given())
            co_return {};
        const TakeAwayPermit given = *permit;
        const auto made = co_await m_opening.makeOne(change, given, stop);
        if (!made)
            co_return made;
        changes.removeFirst();
    }
    co_return {};
}

} // namespace pimgate
