#pragma once

#include "gate/run/Closing.h"

namespace pimgate {

/// Takes rows back: closing acts first, then the last made first. Touches nothing that somebody has changed since, unless
/// asked to.
class TakingBack
{
public:
    TakingBack(Execution &run, Closing &closing, TakeBack how) : m_run(run), m_closing(closing), m_how(how) {}

    /// Notes that the run is being taken back, so that whoever goes on after a kill does not build it again; then does it.
    Task<Result<RunResult>> takeBack(QList<ChangeRecord> records, std::stop_token stop);

    /// Those that there is something to take back of, in that order.
    static QList<ChangeRecord> inUndoOrder(QList<ChangeRecord> records);
    /// What stays after such an undo or removal.
    static QStringList residueOf(const QList<Change> &changes);
    /// What the tenant shows of a gate, as rows to take back.
    static QList<Change> standingRows(const Plan &plan);

private:
    Task<Outcome> recoverIds(QList<ChangeRecord> records, std::stop_token stop);
    Task<Outcome> takeBackAll(QList<ChangeRecord> records, std::stop_token stop);
    Task<Outcome> takeBackOne(ChangeRecord record, std::stop_token stop);
    Task<Outcome> giveBack(Change change, std::stop_token stop);
    Task<Result<TakeAwayPermit>> mayShutAgain(Change change, std::stop_token stop);
    Task<Outcome> awaitBack(Change change, std::stop_token stop);
    Task<Result<Seen>> lookNow(Change change, std::stop_token stop);
    Task<Result<Seen>> lookSince(Change change, std::stop_token stop);
    Task<Result<QString>> othersInGroup(QList<ChangeRecord> records, std::stop_token stop);
    Task<Outcome> noteUndone(ChangeRecord record);
    Task<Outcome> noteGoneWithGroup(QList<ChangeRecord> records);

    Execution &m_run;
    Closing &m_closing;
    TakeBack m_how;
    bool m_gateGoes = false;   ///< the run itself assigned the group, and takes that back, too
    bool m_policyLeft = false; ///< somebody has switched it since, so the policy itself is left, too
};

} // namespace pimgate
