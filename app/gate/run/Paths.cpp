#include "gate/run/Paths.h"

#include "gate/run/Reading.h"

namespace pimgate {

namespace {

constexpr qint64 readHolds = 5000; // ms of this computer's time: the tenant's clock may jump

} // namespace

Task<Result<TakeAwayPermit>> Paths::mayTakeAway(QList<Change> closing, std::stop_token stop)
{
    if (m_run.planAge() > readHolds) {
        const Blueprint blueprint = m_run.plan().blueprint;
        const Ids ids = m_run.record.ids;
        const SnapshotPtr known = m_run.plan().snapshot;
        const auto fresh = co_await m_run.reading().inspect(blueprint, ids, known, stop);
        if (!fresh)
            co_return failure(fresh.error());
        m_run.setPlan(*fresh);
    }
    m_run.openable = openable(onceClosed(*m_run.plan().snapshot, closing));
    TakeAwayPermit permit;
    permit.m_given = m_run.openable->path() != nullptr;
    co_return permit;
}

bool Paths::takeLastPath(const QList<Change> &opening)
{
    const Snapshot &now = *m_run.plan().snapshot;
    if (!evaluate(everyone(), now).enforced || !openable(now).path())
        return false;
    const Openable after = openable(onceAsked(now, opening));
    if (after.path())
        return false;
    m_run.openable = after;
    return true;
}

TakeAwayPermit Paths::asBeforeTheGate()
{
    TakeAwayPermit permit;
    permit.m_given = true;
    return permit;
}

} // namespace pimgate
