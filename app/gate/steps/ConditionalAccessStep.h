#pragma once

#include "gate/steps/Interlock.h"
#include "gate/steps/Step.h"
#include "graph/ConditionalAccess.h"
#include "graph/Directory.h"

namespace pimgate {

/// Step 4: the policy in report-only (opening), and its arming (closing). Every write goes through the interlock.
class ConditionalAccessStep : public Step
{
public:
    ConditionalAccessStep(GraphService &graph, Interlock &interlock);
    StepId id() const override { return StepId::ConditionalAccess; }
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
    ConditionalAccess m_policies;
    Directory m_directory;
    Interlock &m_interlock;
};

} // namespace pimgate
