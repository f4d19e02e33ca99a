#include "gate/run/Opening.h"

#include "graph/GraphService.h"

#include <algorithm>

namespace pimgate {

namespace {

using namespace std::chrono_literals;

/// Microsoft has not copied a new object to the service that was asked (graph-contract 14): the write did not happen.
bool isNotCopiedYet(const Error &error)
{
    static const QStringList codes = {QStringLiteral("SubjectNotFound"),
                                      QStringLiteral("ResourceNotFound"),
                                      QStringLiteral("Request_ResourceNotFound"),
                                      QStringLiteral("RoleNotFound"),
                                      QStringLiteral("1040"),
                                      QStringLiteral("1054"),
                                      QStringLiteral("ServicePrincipalNotFound")};
    return codes.contains(error.code);
}

/// The tenant refuses because it has that already: an earlier request of ours that no look showed yet (P12), or the first
/// eligible person who brought the group under PIM.
bool isThereAlready(const Error &error)
{
    static const QStringList codes = {QStringLiteral("RoleAssignmentExists"), QStringLiteral("PendingRoleAssignmentRequest"),
                                      QStringLiteral("ObjectConflict"), QStringLiteral("AlreadyExists")};
    return codes.contains(error.code);
}

/// Nothing in the tenant keeps a second one of the same name away.
bool couldBeTwice(const Change &change)
{
    return change.is(ChangeKey::Kind::Group) || change.is(ChangeKey::Kind::Policy);
}

Error notShown(const Change &change, const QString &now)
{
    Error error;
    error.kind = Error::Kind::Differs;
    error.code = QLatin1String(notShownCode);
    error.message =
        RunnerText::tr("%1: Microsoft accepted it and still says “%2”, asked was “%3”.").arg(change.what, now, change.after);
    error.next = RunnerText::tr("Read again in some minutes; this run does not send it a second time.");
    return error;
}

std::chrono::seconds copyWindow(const Change &change)
{
    return change.is(ChangeKey::Kind::Assignment) ? 300s : 180s;
}

/// Sent, and whether it was done is not known: only a look can tell.
bool isUnknownOutcome(const Error &error)
{
    return error.is(Error::Kind::Network) || error.is(Error::Kind::Server) || error.is(Error::Kind::Protocol) ||
           isThereAlready(error);
}

} // namespace

Task<Outcome> Opening::makeAll(QList<Change> changes, std::stop_token stop)
{
    for (const Change &change : changes) // rows come in the order of writing: what a row waits for stands before it
        m_underWay.insert(change.key, std::make_shared<Task<Outcome>>(makeWhenDue(change, stop)));
    // QCoro 0.8 moves the result out to the first who awaits it: the outcome is kept in the execution, not taken from the tasks.
    for (const Change &change : changes) {
        const std::shared_ptr<Task<Outcome>> task = m_underWay.value(change.key);
        co_await *task;
    }
    m_underWay.clear();
    if (m_failure)
        co_return failure(*m_failure);
    co_return {};
}

Task<Outcome> Opening::makeWhenDue(Change change, std::stop_token stop)
{
    for (const ChangeKey &key : std::as_const(change.waitsFor)) {
        const std::shared_ptr<Task<Outcome>> task = m_underWay.value(key);
        if (!task)
            continue;
        co_await *task;
        // The group is there and the rules are still on their way: the look costs no time of its own now.
        if (key.kind == ChangeKey::Kind::Group && change.waitsFor.size() > 1 && !m_failure)
            co_await m_run.lookAhead(change, stop);
    }
    if (m_failure)
        co_return {};
    const TakeAwayPermit nothing = TakeAwayPermit::none();
    const auto made = co_await makeOne(change, nothing, stop);
    if (!made && !m_failure)
        m_failure = made.error();
    co_return {};
}

Task<Outcome> Opening::makeOne(Change change, TakeAwayPermit permit, std::stop_token stop)
{
    if (stop.stop_requested())
        co_return failure(runStopped());
    m_run.report(change, Progress::State::Sending);
    const auto looked = co_await m_run.lookBefore(change, stop);
    if (!looked)
        co_return failure(looked.error());
    if (looked->state == Seen::State::AsBefore && isMade(change, m_run.record.ids))
        co_return co_await awaitMade(change, stop);
    const Seen found = *looked;
    const auto seen = co_await settleEarlier(change, found, stop);
    if (!seen || seen->state == Seen::State::Other) {
        m_run.report(change, Progress::State::Differs);
        co_return failure(seen ? changedMeanwhile(change, *seen) : seen.error());
    }
    const QString runId = m_run.record.id;
    const QDateTime now = m_run.clock().now();
    const auto sequence = co_await m_run.history().intend(runId, change, now);
    if (!sequence)
        co_return failure(sequence.error());
    if (seen->state == Seen::State::Done) {
        const auto kept = co_await m_run.keepIds(change, seen->id);
        if (!kept)
            co_return kept;
        const auto noted =
            co_await m_run.history().finish(runId, *sequence, ChangeOutcome::Already, seen->now, seen->evidence, now);
        m_run.report(change, Progress::State::Already);
        co_return noted;
    }
    const Seen before = *seen;
    const auto made = co_await send(change, before, permit, stop);
    const auto back = co_await shownAfter(change, made, stop);
    const int number = *sequence;
    co_return co_await conclude(change, number, made, back);
}

/// A row that this run, or another one of this computer, has sent already: what was accepted and never shown is not sent
/// again, and what nobody knows the outcome of gets its time to show where it could come to be twice (P12).
Task<Result<Seen>> Opening::settleEarlier(Change change, Seen seen, std::stop_token stop)
{
    if (seen.state != Seen::State::AsBefore)
        co_return seen;
    if (m_run.earlier.value(change.key).outcome == ChangeOutcome::Differs)
        co_return failure(notShown(change, seen.now));
    if (!couldBeTwice(change))
        co_return seen;
    const auto unsettled = co_await lastUnsettled(change);
    if (!unsettled)
        co_return failure(unsettled.error());
    if (!unsettled->isValid())
        co_return seen;
    const std::chrono::seconds left = copyWindow(change) - std::chrono::seconds(unsettled->secsTo(m_run.clock().now()));
    if (left.count() <= 0)
        co_return seen;
    co_return co_await readBack(change, left, stop);
}

/// When such a row was last begun for this application without anybody knowing how it ended; invalid: never.
Task<Result<QDateTime>> Opening::lastUnsettled(Change change)
{
    const auto runs = co_await m_run.history().runs();
    if (!runs)
        co_return failure(runs.error());
    const QDateTime recent = m_run.clock().now().addSecs(-3600);
    QDateTime last;
    for (const RunRecord &record : *runs) {
        const bool ours = record.tenantId == m_run.record.tenantId && record.ids.appId == m_run.record.ids.appId;
        if (!ours || record.started < recent)
            continue;
        const auto changes = co_await m_run.history().changes(record.id);
        if (!changes)
            co_return failure(changes.error());
        for (const ChangeRecord &one : *changes)
            if (one.change.key == change.key && one.outcome == ChangeOutcome::Unknown && (!last.isValid() || one.intended > last))
                last = one.intended;
    }
    co_return last;
}

/// What the tenant shows after the write, however its answer came.
Task<Result<Seen>> Opening::shownAfter(Change change, Result<Made> made, std::stop_token stop)
{
    if (made && made->readBack)
        co_return Seen{Seen::State::Done, change.after, made->id, made->evidence};
    if (!made && !isUnknownOutcome(made.error()))
        co_return failure(made.error());
    std::chrono::seconds window = copyWindow(change);
    // Names are not unique: a group or policy whose answer got lost has its time to show before anybody sends again (P12).
    if (!made && !couldBeTwice(change) && !isThereAlready(made.error()))
        window = 30s;
    const auto shown = co_await readBack(change, window, stop);
    if (shown && shown->state != Seen::State::Done)
        co_return failure(made ? notShown(change, shown->now) : made.error()); // not there: the lost request did not act
    co_return shown;
}

Task<Outcome> Opening::conclude(Change change, int sequence, Result<Made> made, Result<Seen> back)
{
    if (made || back) {
        const QString id = made ? made->id : back->id;
        const auto kept = co_await m_run.keepIds(change, id);
        if (!kept)
            co_return kept;
    }
    const ChangeOutcome outcome = back                                               ? ChangeOutcome::Done
                                  : back.error().is(Error::Kind::Cancelled)          ? ChangeOutcome::Unknown
                                  : back.error().code == QLatin1String(notShownCode) ? ChangeOutcome::Differs
                                                                                     : ChangeOutcome::Failed;
    const QString note = !back ? back.error().text() : made && !made->note.isEmpty() ? made->note : back->now;
    const QJsonObject evidence = back ? back->evidence : QJsonObject();
    const QString runId = m_run.record.id;
    const QDateTime finished = m_run.clock().now();
    const auto noted = co_await m_run.history().finish(runId, sequence, outcome, note, evidence, finished);
    m_run.report(change, back ? Progress::State::Done : Progress::State::Failed);
    if (!back)
        co_return failure(back.error());
    co_return noted;
}

Task<Outcome> Opening::awaitMade(Change change, std::stop_token stop)
{
    const std::chrono::seconds window = 180s;
    const auto back = co_await readBack(change, window, stop);
    if (!back)
        co_return failure(back.error());
    const bool there = back->state == Seen::State::Done;
    m_run.report(change, there ? Progress::State::Already : Progress::State::Differs);
    if (!there)
        co_return failure(Error::Kind::Changed, RunnerText::tr("%1: what this run has made is gone.").arg(change.what),
                          RunnerText::tr("Undo the run, then begin a new one."));
    co_return {};
}

Task<Result<Made>> Opening::send(Change change, Seen seen, TakeAwayPermit permit, std::stop_token stop)
{
    // graph-contract 14: 2, 4, 8, 16, 30, 30… s; three minutes, five for an assignment to an application.
    const QDateTime until = m_run.clock().now().addSecs(copyWindow(change).count());
    for (std::chrono::seconds pause = 2s;; pause = std::min<std::chrono::seconds>(pause * 2, 30s)) {
        const Ids ids = m_run.record.ids;
        const auto made = co_await m_run.stepOf(change).make(change, ids, seen, permit, stop);
        if (made || !isNotCopiedYet(made.error()) || m_run.clock().now() >= until)
            co_return made;
        m_run.report(change, Progress::State::Waiting, RunnerText::tr("Microsoft is copying the group"),
                     RunnerText::tr("usually under 2 minutes"));
        const bool goesOn = co_await m_run.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(runStopped());
    }
}

Task<Result<Seen>> Opening::readBack(Change change, std::chrono::seconds window, std::stop_token stop)
{
    m_run.report(change, Progress::State::ReadingBack);
    if (change.is(ChangeKey::Kind::Group) && m_run.record.ids.groupId.isEmpty())
        window = std::max<std::chrono::seconds>(window, 30s);
    const QDateTime until = m_run.clock().now().addSecs(window.count());
    for (std::chrono::seconds pause = 1s;; pause = std::min<std::chrono::seconds>(pause * 2, 10s)) {
        auto seen = co_await m_run.look(change, stop);
        const bool decided = !seen || seen->state == Seen::State::Done;
        if (decided || m_run.clock().now() >= until)
            co_return seen;
        m_run.report(change, Progress::State::ReadingBack, RunnerText::tr("Microsoft does not show it yet"),
                     RunnerText::tr("usually some seconds"));
        const bool goesOn = co_await m_run.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(runStopped());
    }
}

} // namespace pimgate
