#pragma once

#include "gate/run/Execution.h"

#include <chrono>

namespace pimgate {

/// Makes the rows that give access, side by side where data allows; and one row of any kind: look, note, send, read back,
/// note. Each key is sent at most once per run.
class Opening
{
public:
    explicit Opening(Execution &run) : m_run(run) {}

    Task<Outcome> makeAll(QList<Change> changes, std::stop_token stop);
    Task<Outcome> makeOne(Change change, TakeAwayPermit permit, std::stop_token stop);

private:
    Task<Outcome> makeWhenDue(Change change, std::stop_token stop);
    Task<Result<Made>> send(Change change, Seen seen, TakeAwayPermit permit, std::stop_token stop);
    Task<Result<Seen>> readBack(Change change, std::chrono::seconds window, std::stop_token stop);
    Task<Outcome> awaitMade(Change change, std::stop_token stop);
    Task<Result<Seen>> settleEarlier(Change change, Seen seen, std::stop_token stop);
    Task<Result<QDateTime>> lastUnsettled(Change change);
    Task<Result<Seen>> shownAfter(Change change, Result<Made> made, std::stop_token stop);
    Task<Outcome> conclude(Change change, int sequence, Result<Made> made, Result<Seen> back);

    Execution &m_run;
    QHash<ChangeKey, std::shared_ptr<Task<Outcome>>> m_underWay; ///< side by side
    std::optional<Error> m_failure;                              ///< the first; nothing new begins after it
};

} // namespace pimgate
