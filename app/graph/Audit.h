#pragma once

#include "base/Task.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

class Audit
{
public:
    explicit Audit(GraphService &graph) : m_graph(graph) {}
    /// GET /auditLogs/signIns of one application since then, newest first, at most 20 pages (AuditLog.Read.All, P1).
    Task<Result<QList<SignInRecord>>> signIns(QString appId, QDateTime since, QString userId = {}, std::stop_token stop = {});
    /// Whether the log can be read at all: one record is enough to know.
    Task<Outcome> probe(std::stop_token stop = {});

private:
    GraphService &m_graph;
};

} // namespace pimgate
