#pragma once

#include "base/Task.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

class Applications
{
public:
    explicit Applications(GraphService &graph) : m_graph(graph) {}

    /// Enterprise applications whose name contains the text; an empty text lists the first 50 (Application.Read.All).
    Task<Result<QList<Application>>> search(QString text, std::stop_token stop = {});
    /// GET /servicePrincipals(appId='…') and /applications(appId='…') side by side. An Input error when it is not in this tenant.
    Task<Result<Application>> byAppId(QString appId, std::stop_token stop = {});
    /// The appId behind an exact display name; none or several is an Input error that names the candidates.
    Task<Result<QString>> idNamed(QString displayName, std::stop_token stop = {});
    /// By exact display name; none or several is an Input error that names the candidates.
    Task<Result<Application>> named(QString displayName, std::stop_token stop = {});
    /// GET /servicePrincipals(appId='…')/appRoleAssignedTo, all pages.
    Task<Result<QList<AppAssignment>>> assignments(QString appId, std::stop_token stop = {});
    /// POST /servicePrincipals/{id}/appRoleAssignedTo (AppRoleAssignment.ReadWrite.All).
    Task<Result<AppAssignment>> assign(QString servicePrincipalId, QString principalId, QString appRoleId,
                                       std::stop_token stop = {});
    static GraphRequest assignRequest(const QString &servicePrincipalId, const QString &principalId, const QString &appRoleId);
    Task<Outcome> unassign(QString servicePrincipalId, QString assignmentId, std::stop_token stop = {});
    static GraphRequest unassignRequest(const QString &servicePrincipalId, const QString &assignmentId);
    /// PATCH /servicePrincipals/{id} appRoleAssignmentRequired (Application.ReadWrite.All).
    Task<Outcome> requireAssignment(QString servicePrincipalId, bool required, std::stop_token stop = {});
    static GraphRequest requireRequest(const QString &servicePrincipalId, bool required);

private:
    GraphService &m_graph;
};

} // namespace pimgate
