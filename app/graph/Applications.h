#pragma once

#include "graph/Directory.h"

namespace pimgate {

inline constexpr auto defaultAccessRole = "00000000-0000-0000-0000-000000000000";

struct AppRole
{
    QString id;
    QString displayName;
    QString value;
};

/// An enterprise application (service principal) with what matters for the gate.
struct Application
{
    QString id; ///< of the service principal
    QString appId;
    QString displayName;
    bool enabled = true;
    bool assignmentRequired = false;
    bool firstParty = false;
    bool publicClient = false; ///< cannot be targeted by Conditional Access (graph-contract 10.5)
    bool registeredHere = false;
    enum class Sso { None, Saml, Oidc, Password } sso = Sso::None;
    QString identifier;
    QStringList replyUrls;
    QDateTime certificateEnds; ///< invalid: none
    QString signInUrl;         ///< loginUrl or homepage
    QList<AppRole> roles;      ///< enabled roles that a user or group may hold
    /// Empty when the gate can be built for it, else why it must be refused and what to do.
    Error refusal() const;
    bool refused() const { return !refusal().message.isEmpty(); }
};

struct AppAssignment
{
    QString id;
    QString principalId;
    QString principalName;
    Principal::Type principalType = Principal::Type::Unknown;
    QString appRoleId;
    QString resourceId;
};

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
