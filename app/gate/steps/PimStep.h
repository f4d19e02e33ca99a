#pragma once

#include "gate/steps/Step.h"
#include "graph/Directory.h"
#include "graph/Groups.h"
#include "graph/ManagementPolicies.h"
#include "graph/PrivilegedAccess.h"

namespace pimgate {

/// Step 3: the activation rules first, so that nobody ever activates under default rules, then the eligible people.
class PimStep : public Step
{
public:
    explicit PimStep(GraphService &graph);
    StepId id() const override { return StepId::Pim; }
    /// Needs the group, or its id, in the snapshot. Reads who is in it, too.
    QStringList permissions(const Change &change) const override;
    Task<Outcome> inspect(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop) override;
    QList<Change> rows(const Blueprint &blueprint, const Snapshot &snapshot) const override;
    QList<GraphRequest> requests(const Change &change, const Ids &ids, const Seen &seen) const override;
    Seen seenIn(const Snapshot &snapshot, const Change &change) const override;
    Task<Result<Seen>> look(Change change, Ids ids, std::stop_token stop) override;

protected:
    Task<Result<Made>> write(Change change, Ids ids, Seen seen, std::stop_token stop) override;
    Task<Outcome> writeBack(Change change, Ids ids, std::stop_token stop) override;

private:
    /// @param there, shown the member policy as it was read just before.
    Task<Outcome> writeRulesOver(Change change, ManagementPolicy there, std::stop_token stop);
    Task<Result<Made>> writeRules(Change change, Ids ids, ManagementPolicy shown, std::stop_token stop);
    Task<Outcome> giveBack(Change change, Ids ids, std::stop_token stop);
    Task<Outcome> onboardWithFirstPerson(Change change, Ids ids, std::stop_token stop);

    PrivilegedAccess m_access;
    Groups m_groups;
    Directory m_directory;
    ManagementPolicies m_policies;
};

} // namespace pimgate
