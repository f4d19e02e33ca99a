#include "controllers/UnfinishedController.h"

#include "controllers/Customer.h"
#include "graph/Groups.h"

#include <QPointer>

#include <algorithm>

namespace pimgate {
namespace {

using Unfinished = std::optional<UnfinishedController::Run>;

bool isOf(const RunRecord &record, const Session &session)
{
    return record.tenantId == session.account().tenantId && record.cloud == session.cloud().name;
}

/// The newest of each application counts: a later run has taken the earlier one's place.
QList<RunRecord> candidates(const QList<RunRecord> &newestFirst, const Session &session)
{
    QList<RunRecord> unfinished;
    QStringList seen;
    for (const RunRecord &record : newestFirst) {
        if (!isOf(record, session) || seen.contains(record.ids.appId))
            continue;
        seen << record.ids.appId;
        if (UnfinishedController::isUnfinished(record))
            unfinished << record;
    }
    return unfinished;
}

/// By its id; or by its mark, where the answer that told the id got lost.
Task<bool> groupStands(Groups *groups, RunRecord record)
{
    if (!record.ids.groupId.isEmpty()) {
        const auto found = co_await groups->byId(record.ids.groupId);
        co_return found && found->has_value();
    }
    const QString mark = QLatin1String(groupMark) + record.id;
    const auto found = co_await groups->withNickname(mark);
    co_return found && found->has_value();
}

Task<Unfinished> unfinishedIn(History *history, Groups *groups, QList<RunRecord> records)
{
    for (const RunRecord &record : std::as_const(records)) {
        const auto changes = co_await history->changes(record.id);
        if (!changes || changes->isEmpty())
            continue;
        const bool stands = co_await groupStands(groups, record);
        if (!stands)
            continue;
        const auto isMade = [](const ChangeRecord &change) {
            return change.outcome == ChangeOutcome::Done || change.outcome == ChangeOutcome::Already;
        };
        co_return UnfinishedController::Run{record, int(std::count_if(changes->cbegin(), changes->cend(), isMade))};
    }
    co_return std::nullopt;
}

Task<Unfinished> newestUnfinished(Customer *customer, History *history)
{
    const QPointer<Session> session(&customer->session); // the window may close before history has answered
    const auto runs = co_await history->runs();
    if (!runs || !session)
        co_return std::nullopt;
    const QList<RunRecord> records = candidates(*runs, customer->session);
    Groups *groups = &customer->groups;
    co_return co_await unfinishedIn(history, groups, records);
}

PageId pageOf(const Plan &plan)
{
    const QList<Change> open = plan.toMake();
    if (open.isEmpty())
        return PageId::Proof;
    // What closes the gate is closed on step 4, whichever step decided it.
    const bool opens = std::any_of(open.cbegin(), open.cend(), [](const Change &row) { return !row.closing(); });
    if (!opens)
        return PageId::ConditionalAccess;
    const auto first = std::find_if(open.cbegin(), open.cend(), [](const Change &row) { return !row.closing(); });
    return PageId(int(PageId::Group) + int(first->step) - int(StepId::Group));
}

} // namespace

UnfinishedController::UnfinishedController(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&workspace, &Workspace::signedInChanged, this, &UnfinishedController::look);
    connect(&workspace, &Workspace::runChanged, this, &UnfinishedController::look);
    connect(&workspace, &Workspace::planChanged, this, &UnfinishedController::planRead);
}

bool UnfinishedController::isUnfinished(const RunRecord &record)
{
    switch (record.state) {
    case RunState::Running:
    case RunState::Stopped:
    case RunState::Failed:
    case RunState::Undoing:
        return true;
    case RunState::Verified:
    case RunState::Drift:
    case RunState::ReportOnly:
        return record.result.value(QLatin1String("left")).toInt() > 0;
    case RunState::Undone:
    case RunState::PartlyUndone:
        break;
    }
    return false;
}

void UnfinishedController::look()
{
    Customer *customer = m_workspace.customer();
    m_run.reset();
    Q_EMIT changed();
    if (!customer || !m_workspace.runId().isEmpty() || m_workspace.services().historyProblem())
        return;
    launch(this, newestUnfinished(customer, &m_workspace.services().history()), [this, customer](const Unfinished &found) {
        const bool still = customer == m_workspace.customer() && m_workspace.runId().isEmpty();
        if (!still || !found || m_left.contains(found->record.id))
            return;
        m_run = found;
        Q_EMIT changed();
    });
}

void UnfinishedController::takeUp()
{
    if (!m_run)
        return;
    const Run run = *m_run;
    m_workspace.setBlueprint(Blueprint::ofRun(run.record.blueprint));
    m_workspace.setRunId(run.record.id);
    if (run.takingBack())
        Q_EMIT takenUp(PageId::Report); // its button takes the rest back
    else
        m_takingUp = true;
}

void UnfinishedController::later()
{
    if (m_run)
        m_left << m_run->record.id;
    m_run.reset();
    Q_EMIT changed();
}

void UnfinishedController::planRead()
{
    if (!m_takingUp || m_workspace.stale() || !m_workspace.plan())
        return;
    m_takingUp = false;
    Q_EMIT takenUp(pageOf(*m_workspace.plan()));
}

} // namespace pimgate
