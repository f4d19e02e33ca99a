#pragma once

#include "gate/steps/Step.h"
#include "graph/Applications.h"

namespace pimgate {

/// Step 2: the application, the group's app role assignment, and (when the gate closes) assignment required.
class SsoStep : public Step
{
public:
    explicit SsoStep(GraphService &graph);
    StepId id() const override { return StepId::Sso; }
    QStringList permissions(const Change &change) const override;
    Task<Outcome> inspect(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop) override;
    QList<Change> rows(const Blueprint &blueprint, const Snapshot &snapshot) const override;
    QList<GraphRequest> requests(const Change &change, const Ids &ids, const Seen &seen) const override;
    Task<Result<Seen>> look(Change change, Ids ids, std::stop_token stop) override;

    /// The app role that the group gets; empty when the application's roles leave it open or know no such role.
    static std::optional<AppRole> roleFor(const Blueprint &blueprint, const Application &application);

protected:
    Task<Result<Made>> write(Change change, Ids ids, Seen seen, std::stop_token stop) override;
    Task<Outcome> writeBack(Change change, Ids ids, std::stop_token stop) override;

private:
    Applications m_applications;
};

} // namespace pimgate
