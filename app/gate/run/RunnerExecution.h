#pragma once

#include "gate/run/Runner.h"

#include <QCoreApplication>
#include <QElapsedTimer>

namespace pimgate {

/// What one execution carries with it; inside of the runner's files only.
struct Runner::Execution
{
    RunRecord record;
    Plan plan;
    std::optional<ArmingEvidence> evidence;
    QHash<ChangeKey, ChangeRecord> earlier; ///< what this run did to it before it was taken up again
    QStringList notDone;
    QStringList changedSince;
    bool policyLeft = false; ///< taking back: somebody has switched it since, so the policy itself is left, too
    QHash<ChangeKey, std::shared_ptr<Task<Outcome>>> opening; ///< while they run side by side
    std::optional<Error> failure;                             ///< the first; nothing new begins after it
    /// Looks taken while something else was waited for: good for some seconds, so that a round trip is not made twice.
    struct Look
    {
        Seen seen;
        QElapsedTimer age;
    };
    QHash<ChangeKey, Look> looks;
};

struct RunnerText
{
    Q_DECLARE_TR_FUNCTIONS(Runner)
};

namespace runnerwords {

Error stopped();
Error changedMeanwhile(const Change &change, const Seen &seen);
/// What the run has made already: its id is known, whether or not a look shows it yet.
bool isMade(const Change &change, const Ids &ids);

} // namespace runnerwords

} // namespace pimgate
