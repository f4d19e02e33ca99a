#pragma once

#include "base/States.h"
#include "base/Task.h"
#include "gate/wish/Blueprint.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

/// One check before step 1.
struct Check
{
    /// "account", "roles" (all there) or "roles:1", "roles:2", "roles:4" (missing for that step), "permissions", "licence",
    /// "accessReviews", "breakGlass", "securityDefaults", "application", "signInLog", "clock"
    QString key;
    PageState state = PageState::NotChecked; ///< Verified reads "ok"
    QString title, found, who, advice;
    QList<Principal> people; ///< break-glass candidates
};

class Readiness
{
public:
    explicit Readiness(GraphService &graph) : m_graph(graph) {}
    /// All checks, side by side; reads only. A check that cannot be read says why and is never red.
    Task<Result<QList<Check>>> check(Blueprint blueprint, std::stop_token stop = {});

private:
    GraphService &m_graph;
};

} // namespace pimgate
