#pragma once

#include "gate/run/Opening.h"
#include "gate/run/Paths.h"

namespace pimgate {

/// Makes the rows that take access away, one by one, and only when everything that gives access stands, somebody can open the
/// gate and What-If says whom the policy would block.
class Closing
{
public:
    Closing(Execution &run, Opening &opening) : m_run(run), m_opening(opening), m_paths(run) {}

    Task<Outcome> close(QList<Change> changes, std::stop_token stop);
    /// Fills the run's evidence, complete or with what is wrong: no answer is no evidence, and the gate then stays open.
    Task<Outcome> askWhatIf(std::stop_token stop);

private:
    Task<Outcome> mayClose(QList<Change> changes, std::stop_token stop);
    Task<Outcome> yieldToRival(std::stop_token stop);

    Execution &m_run;
    Opening &m_opening;
    Paths m_paths;
};

} // namespace pimgate
