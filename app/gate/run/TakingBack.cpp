#include "gate/run/TakingBack.h"

#include "gate/judge/OpenableWords.h"
#include "gate/run/Paths.h"
#include "graph/ConditionalAccess.h"
#include "graph/GraphService.h"
#include "graph/PrivilegedAccess.h"

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

QList<ChangeRecord> TakingBack::inUndoOrder(QList<ChangeRecord> records)
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

/// What the tenant shows of a row that is to go. What is not there any more is no change by somebody: others tidy up, too.
Task<Result<Seen>> TakingBack::lookNow(Change change, std::stop_token stop)
{
    const Ids ids = m_run.record.ids;
    const bool nothingToSee = ids.groupId.isEmpty() && change.step != StepId::ConditionalAccess && change.step != StepId::Sso;
    if (nothingToSee || (change.step == StepId::ConditionalAccess && ids.policyId.isEmpty()))
        co_return Seen();
    const auto seen = co_await m_run.look(change, stop);
    if (!seen && seen.error().is(Error::Kind::NotFound))
        co_return Seen();
    co_return seen;
}

/// A replica that lags behind the run's own write shows what was before, too: that is looked at twice (P12).
Task<Result<Seen>> TakingBack::lookSince(Change change, std::stop_token stop)
{
    const auto seen = co_await lookNow(change, stop);
    if (!isBack(change, seen))
        co_return seen;
    const std::chrono::seconds pause = 5s;
    co_await m_run.clock().sleep(pause, stop);
    co_return co_await lookNow(change, stop);
}

/// What shuts the gate again does so like any closing act: with somebody who can open it, and a policy with evidence.
Task<Result<TakeAwayPermit>> TakingBack::mayShutAgain(Change change, std::stop_token stop)
{
    const auto plan = co_await m_run.inspectAgain(stop);
    if (!plan)
        co_return failure(plan.error());
    m_run.setPlan(*plan);
    Change closing = change; // as it will stand
    closing.kind = Change::Kind::Closing;
    const QList<Change> rows{closing};
    Paths paths(m_run);
    const auto permit = co_await paths.mayTakeAway(rows, stop);
    if (!permit)
        co_return failure(permit.error());
    if (!permit->given())
        co_return failure(Error::Kind::Unsafe,
                          RunnerText::tr("%1 is left open. %2").arg(change.what, noPathSentence(*m_run.openable)),
                          mendSentence(*m_run.openable));
    if (armsAgain(change)) {
        const auto asked = co_await m_closing.askWhatIf(stop);
        if (!asked)
            co_return failure(asked.error());
    }
    co_return *permit;
}

Task<Outcome> TakingBack::giveBack(Change change, std::stop_token stop)
{
    TakeAwayPermit permit = TakeAwayPermit::none();
    if (change.is(ChangeKey::Kind::Required) && change.shutsWhenTakenBack() && m_gateGoes) {
        permit = Paths::asBeforeTheGate();
    } else if (change.shutsWhenTakenBack()) {
        const auto may = co_await mayShutAgain(change, stop);
        if (!may)
            co_return failure(may.error());
        permit = *may;
    }
    const QDateTime until = m_run.clock().now().addSecs(360);
    while (true) {
        const Ids ids = m_run.record.ids;
        const auto back = co_await m_run.stepOf(change).takeBack(change, ids, permit, stop);
        // PIM's own rule: the first five minutes cannot be ended early (P26).
        const bool tooEarly = !back && isFloor(back.error());
        if (!tooEarly || m_how.noWait || m_run.clock().now() > until)
            co_return back;
        m_run.report(change, Progress::State::Waiting,
                     RunnerText::tr("PIM's own rule: the first five minutes cannot be ended early"),
                     RunnerText::tr("at most 5 minutes"));
        const std::chrono::seconds pause = 10s;
        const bool goesOn = co_await m_run.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(runStopped());
    }
}

/// Reads back that the row is no longer as it was made. What is given again has a new id or new days: its own step looks for it.
Task<Outcome> TakingBack::awaitBack(Change change, std::stop_token stop)
{
    if (change.is(ChangeKey::Kind::Unassign) || change.is(ChangeKey::Kind::Uneligible))
        co_return {};
    m_run.report(change, Progress::State::ReadingBack);
    const QDateTime until = m_run.clock().now().addSecs(180);
    for (std::chrono::seconds pause = 1s;; pause = std::min<std::chrono::seconds>(pause * 2, 10s)) {
        const auto seen = co_await lookNow(change, stop);
        if (!seen)
            co_return failure(seen.error());
        if (seen->state != Seen::State::Done)
            co_return {};
        if (m_run.clock().now() >= until)
            co_return failure(Error::Kind::Differs, RunnerText::tr("%1: Microsoft still says “%2”.").arg(change.what, seen->now),
                              RunnerText::tr("Look again in some minutes, then undo the rest."));
        m_run.report(change, Progress::State::ReadingBack, RunnerText::tr("Microsoft still shows it as it was"),
                     RunnerText::tr("usually some seconds"));
        const bool goesOn = co_await m_run.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(runStopped());
    }
}

/// Who else came to depend on the group since: deleting it would take that away, too. Empty: nobody.
Task<Result<QString>> TakingBack::othersInGroup(QList<ChangeRecord> records, std::stop_token stop)
{
    if (!m_run.changedSince.isEmpty())
        co_return RunnerText::tr("what was left alone belongs to it");
    PrivilegedAccess access(m_run.graph());
    const QString groupId = m_run.record.ids.groupId;
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
Task<Outcome> TakingBack::takeBackOne(ChangeRecord record, std::stop_token stop)
{
    Change change = record.change;
    change.sentence = change.what + QLatin1String(": ") + change.undo; // what the progress says
    m_run.report(change, Progress::State::Sending);
    const auto seen = co_await lookSince(change, stop);
    if (!seen)
        co_return failure(seen.error());
    if (seen->state == Seen::State::Other && !m_how.changedToo) {
        m_run.report(change, Progress::State::Differs);
        m_run.changedSince << RunnerText::tr("%1 was changed since: it is now “%2”.").arg(change.what, seen->now);
        // A group must not go from under a policy that may still shut people out.
        if (change.step == StepId::ConditionalAccess &&
            seen->evidence.value(QStringLiteral("state")) != QLatin1String("disabled"))
            co_return failure(Error::Kind::Changed,
                              RunnerText::tr("The policy was changed since, so everything is left standing."),
                              RunnerText::tr("Look at it in the Entra admin center, then undo what was changed too."));
        m_policyLeft = m_policyLeft || change.step == StepId::ConditionalAccess;
        co_return {};
    }
    Outcome back;
    if (!isBack(change, seen)) {
        const auto given = co_await giveBack(change, stop);
        back = given;
    }
    if (back) {
        const auto shown = co_await awaitBack(change, stop);
        back = shown;
    }
    if (!back) {
        m_run.report(change, Progress::State::Failed);
        if (back.error().is(Error::Kind::Cancelled))
            co_return back;
        m_run.notDone << RunnerText::tr("%1 was not taken back: %2").arg(change.what, back.error().text());
        co_return isFloor(back.error()) ? Outcome() : back;
    }
    m_run.report(change, Progress::State::Done);
    co_return co_await noteUndone(record);
}

Task<Outcome> TakingBack::noteUndone(ChangeRecord record)
{
    const QString runId = m_run.record.id;
    const QDateTime now = m_run.clock().now();
    co_return co_await m_run.history().finish(runId, record.sequence, ChangeOutcome::Undone, {}, {}, now);
}

Task<Outcome> TakingBack::noteGoneWithGroup(QList<ChangeRecord> records)
{
    for (const ChangeRecord &record : std::as_const(records)) {
        if (!record.change.is(ChangeKey::Kind::Rules))
            continue;
        const auto noted = co_await noteUndone(record);
        if (!noted)
            co_return noted;
    }
    co_return {};
}

Task<Outcome> TakingBack::takeBackAll(QList<ChangeRecord> records, std::stop_token stop)
{
    const QList<Change> changes = changesOf(records);
    const auto permitted = co_await m_run.permit(changes, stop);
    if (!permitted)
        co_return permitted;
    const auto everything = co_await m_run.history().changes(m_run.record.id); // those taken back already are the run's own, too
    if (!everything)
        co_return failure(everything.error());
    m_gateGoes = contains(*everything, ChangeKey{ChangeKey::Kind::Assignment}) && m_run.changedSince.isEmpty();
    const bool groupGoes = contains(records, ChangeKey{ChangeKey::Kind::Group});
    Outcome outcome;
    for (const ChangeRecord &record : std::as_const(records)) {
        const Change change = record.change;
        if (!change.undoable || (groupGoes && change.is(ChangeKey::Kind::Rules))) // the rules go with the group
            continue;
        if (stop.stop_requested())
            co_return failure(runStopped());
        if (change.is(ChangeKey::Kind::Policy) && m_policyLeft) {
            m_run.changedSince << RunnerText::tr("%1 stays: its state was left alone.").arg(change.what);
            continue;
        }
        if (change.is(ChangeKey::Kind::Group) && !m_how.changedToo && !m_run.record.ids.groupId.isEmpty()) {
            const auto others = co_await othersInGroup(*everything, stop);
            if (!others)
                co_return failure(others.error());
            if (!others->isEmpty()) {
                m_run.report(change, Progress::State::Differs);
                m_run.changedSince << RunnerText::tr("%1 stays: %2.").arg(change.what, *others);
                continue;
            }
        }
        auto back = co_await takeBackOne(record, stop);
        if (back && change.is(ChangeKey::Kind::Group) && m_run.changedSince.isEmpty()) {
            const auto gone = co_await noteGoneWithGroup(records);
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

Task<Outcome> TakingBack::recoverIds(QList<ChangeRecord> records, std::stop_token stop)
{
    // Cut off between a write and its answer: what the run made is found by its marks, group first (the policy names it).
    for (const auto kind : {ChangeKey::Kind::Group, ChangeKey::Kind::Policy})
        for (const ChangeRecord &record : std::as_const(records)) {
            const Change change = record.change;
            const Ids ids = m_run.record.ids;
            if (!change.is(kind) || isMade(change, ids))
                continue;
            const auto seen = co_await m_run.look(change, stop);
            if (!seen)
                co_return failure(seen.error());
            // A group of that name without our mark is somebody else's; a policy has an id here only if it bears the mark.
            const bool ours = seen->state == Seen::State::Done || change.is(ChangeKey::Kind::Policy);
            if (!ours)
                continue;
            const QString id = seen->id;
            const auto kept = co_await m_run.keepIds(change, id);
            if (!kept)
                co_return kept;
        }
    co_return {};
}

QStringList TakingBack::residueOf(const QList<Change> &changes)
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

Task<Result<RunResult>> TakingBack::takeBack(QList<ChangeRecord> records, std::stop_token stop)
{
    m_run.record.state = RunState::Undoing;
    const RunRecord begun = m_run.record;
    const auto noted = co_await m_run.history().update(begun);
    if (!noted)
        co_return failure(noted.error());
    auto outcome = co_await recoverIds(records, stop);
    if (outcome) {
        const auto back = co_await takeBackAll(records, stop);
        outcome = back;
    }
    const bool somethingLeft = !m_run.changedSince.isEmpty();
    if (!outcome && outcome.error().is(Error::Kind::Changed) && somethingLeft)
        outcome = Outcome(); // said in changedSince
    m_run.record.state = !outcome ? RunState::Undoing : somethingLeft ? RunState::PartlyUndone : RunState::Undone;
    m_run.record.ended = m_run.clock().now();
    const RunRecord record = m_run.record;
    const auto ended = co_await m_run.history().update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!ended)
        co_return failure(ended.error());
    RunResult result;
    result.runId = record.id;
    result.state = record.state;
    result.notDone = m_run.notDone;
    result.changedSince = m_run.changedSince;
    co_return result;
}

QList<Change> TakingBack::standingRows(const Plan &plan)
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
    return standing;
}

} // namespace pimgate
