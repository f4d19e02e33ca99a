#pragma once

#include "gate/run/Execution.h"

namespace pimgate {

/// The one who says whether what takes access away may be sent: before every closing row, and before every row whose undo
/// shuts the gate again.
class Paths
{
public:
    explicit Paths(Execution &run) : m_run(run) {}

    /// Judges the tenant as these rows will leave it, from a read that is not older than five seconds; reads again where it is.
    /// The permit is not given where nobody certainly can open the gate: the execution's `openable` then says why.
    /// @param closing what is still to be made, or made again, that takes access away.
    Task<Result<TakeAwayPermit>> mayTakeAway(QList<Change> closing, std::stop_token stop);

    /// Whether the gate is shut now, somebody can open it, and nobody could once these rows of step 3 are made: then they take
    /// the last way in, though they only add. The execution's `openable` then says why.
    bool takeLastPath(const QList<Change> &opening);
    /// For an assignment that was required before the gate was there, once the gate is gone: whoever could get in then, can.
    static TakeAwayPermit asBeforeTheGate();

private:
    Execution &m_run;
};

} // namespace pimgate
