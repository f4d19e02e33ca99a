#pragma once

#include "gate/steps/Step.h"
#include "graph/Directory.h"
#include "graph/Groups.h"

namespace pimgate {

/// Step 1: the security group whose active members get in.
class GroupStep : public Step
{
public:
    explicit GroupStep(GraphService &graph);
    StepId id() const override { return StepId::Group; }
    QStringList permissions(const Change &change) const override;
    Task<Outcome> inspect(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop) override;
    QList<Change> rows(const Blueprint &blueprint, const Snapshot &snapshot) const override;
    QList<GraphRequest> requests(const Change &change, const Ids &ids, const Seen &seen) const override;
    Task<Result<Seen>> look(Change change, Ids ids, std::stop_token stop) override;

protected:
    Task<Result<Made>> write(Change change, Ids ids, Seen seen, std::stop_token stop) override;
    Task<Outcome> writeBack(Change change, Ids ids, std::stop_token stop) override;

private:
    Task<Result<QList<Group>>> candidates(Blueprint blueprint, Ids ids, std::stop_token stop);
    Task<Result<Made>> yieldToRival(Group made, std::stop_token stop);

    Groups m_groups;
    Directory m_directory;
};

} // namespace pimgate
