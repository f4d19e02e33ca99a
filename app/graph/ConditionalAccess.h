#pragma once

#include "base/Task.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

/// Reads: Policy.Read.All. Writes are made by gate/steps/Interlock only, which calls create, setState and remove here:
/// Policy.ReadWrite.ConditionalAccess with Policy.Read.All and Application.Read.All (pitfall P22).
class ConditionalAccess
{
public:
    explicit ConditionalAccess(GraphService &graph) : m_graph(graph) {}

    Task<Result<QList<CaPolicy>>> list(std::stop_token stop = {});
    Task<Result<std::optional<CaPolicy>>> byId(QString id, std::stop_token stop = {});
    /// GET /identity/conditionalAccess/authenticationContextClassReferences.
    Task<Result<QList<AuthenticationContext>>> contexts(std::stop_token stop = {});
    /// POST /identity/conditionalAccess/evaluate; a read.
    Task<Result<QList<WhatIf>>> evaluate(QString userId, QString appId, std::stop_token stop = {});

    /// POST, always in report-only, whatever state is wanted.
    Task<Result<CaPolicy>> create(CaPolicy wanted, std::stop_token stop = {});
    static GraphRequest createRequest(const CaPolicy &wanted);
    /// PATCH that carries nothing but state.
    Task<Outcome> setState(QString id, CaPolicy::State state, std::stop_token stop = {});
    static GraphRequest stateRequest(const QString &id, CaPolicy::State state);
    /// PATCH of the users: whom the policy leaves out as it says, all else as the tenant sent it.
    Task<Outcome> leaveOut(CaPolicy policy, std::stop_token stop = {});
    static GraphRequest leaveOutRequest(const CaPolicy &policy);
    Task<Outcome> remove(QString id, std::stop_token stop = {});

private:
    GraphService &m_graph;
};

} // namespace pimgate
