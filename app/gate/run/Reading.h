#pragma once

#include "gate/run/Plan.h"
#include "gate/steps/Step.h"
#include "graph/Directory.h"

#include <memory>
#include <vector>

namespace pimgate {

/// Reads the whole tenant as far as a gate is concerned, and says which rows differ from a blueprint: every step's part, who
/// everybody is, the findings and the refusals. Reads only. It keeps the four steps.
class Reading
{
public:
    Reading(GraphService &graph, Interlock &interlock);

    Step &step(StepId id) { return *m_steps[size_t(id) - 1]; }
    /// @param known an earlier read of the same run, or null: who everybody is is not asked again.
    Task<Result<Plan>> inspect(Blueprint blueprint, Ids ids, SnapshotPtr known, std::stop_token stop);
    /// A blueprint that nobody has built yet: names that it leaves open come from the application's own.
    Task<Result<Plan>> plan(Blueprint blueprint, std::stop_token stop);
    /// Break-glass accounts as people: a group by whoever is in it, because What-If asks about people.
    Task<Result<QStringList>> breakGlassPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop);

private:
    Task<Outcome> readPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop);
    Task<> readStanding(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop);
    Task<> readPaths(SnapshotPtr snapshot, std::stop_token stop);
    Task<Outcome> readParts(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop);

    GraphService &m_graph;
    Directory m_directory;
    std::vector<std::unique_ptr<Step>> m_steps;
};

} // namespace pimgate
