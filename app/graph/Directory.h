#pragma once

#include "graph/GraphService.h"

#include <QSet>

namespace pimgate {

/// A user or group as pickers and plans show it.
struct Principal
{
    enum class Type { User, Group, ServicePrincipal, Unknown };
    Type type = Type::Unknown;
    QString id;
    QString displayName;
    QString userName; ///< UPN of a user
    QString jobTitle;
    bool enabled = true;
    bool guest = false;
    bool synced = false;  ///< from on-premises
    bool deleted = false; ///< found among the deleted objects, where Microsoft keeps it for 30 days
    bool isUser() const { return type == Type::User; }
    bool isGroup() const { return type == Type::Group; }
};

/// A directoryObject as Graph sends it. @param otherwise its type where the answer does not say.
Principal principalFrom(const QJsonObject &json, Principal::Type otherwise);

struct Organization
{
    QString id;
    QString displayName;
    QString defaultDomain;
    QStringList domains;
};

/// A customer of a partner, as the partner's own tenant lists it.
struct PartnerCustomer
{
    QString tenantId;
    QString displayName;
    QString defaultDomain;
};

struct Licences
{
    bool p1 = false, p2 = false, governance = false;
    int pimSeats = 0, pimSeatsUsed = 0; ///< of the SKUs that carry P2 or Governance
};

/// A directory role somebody holds now, or could activate.
struct RoleHeld
{
    QString templateId;
    QString displayName;
    bool active = true;
    QDateTime until; ///< invalid: no end
};

/// What became of people and groups since they were named, by object id.
struct Standing
{
    QHash<QString, Principal> people; ///< the users among them, disabled ones too
    QSet<QString> disabled, gone;
    QSet<QString> empty; ///< groups without a member
};

class Directory
{
public:
    explicit Directory(GraphService &graph) : m_graph(graph) {}

    /// Object id of whoever is signed in; a partner's person has no object in this tenant.
    QString signedIn() const { return m_graph.session().account().objectId; }

    /// GET /me (User.Read). A partner's person has no object in a customer's tenant (graph-contract 16.2): of him the sign-in
    /// alone tells, and his type is Unknown.
    Task<Result<Principal>> me(std::stop_token stop = {});
    /// GET /organization (User.Read).
    Task<Result<Organization>> organization(std::stop_token stop = {});
    /// GET /contracts in the partner's own tenant (Directory.Read.All); empty where it is no partner's.
    Task<Result<QList<PartnerCustomer>>> customers(std::stop_token stop = {});
    /// GET /subscribedSkus (Organization.Read.All).
    Task<Result<Licences>> licences(std::stop_token stop = {});
    /// GET /policies/identitySecurityDefaultsEnforcementPolicy (Policy.Read.All).
    Task<Result<bool>> securityDefaultsOn(std::stop_token stop = {});
    /// Roles of the signed-in person, active and eligible (RoleManagement.Read.Directory).
    Task<Result<QList<RoleHeld>>> myRoles(std::stop_token stop = {});
    /// Permanent active Global Administrators, cloud-only and enabled: candidates for break-glass (graph-contract 2.7).
    Task<Result<QList<Principal>>> breakGlassCandidates(std::stop_token stop = {});
    /// Number of enabled users, by GET /users/$count (User.Read.All).
    Task<Result<int>> userCount(std::stop_token stop = {});
    /// A few enabled members, whoever comes first: GET /users?$top=25 (User.ReadBasic.All).
    Task<Result<QList<Principal>>> some(std::stop_token stop = {});
    /// Search for pickers, users and (asked for) groups; at most 25 of each.
    Task<Result<QList<Principal>>> search(QString text, bool withGroups, std::stop_token stop = {});
    /// Resolves blueprint references (UPN, object id, "group:<displayName>") in one $batch. A reference that does not
    /// resolve, or a group name that is not unique (candidates named), is an Input error naming the reference. Who was
    /// deleted is no unknown one: found among the deleted objects and marked so.
    Task<Result<QHash<QString, Principal>>> resolve(QStringList references, std::stop_token stop = {});
    /// POST /directoryObjects/getByIds: those that exist now, the rest are missing from the answer (User.ReadBasic.All).
    Task<Result<QHash<QString, Principal>>> byIds(QStringList ids, std::stop_token stop = {});
    /// Whether they are still there and may sign in: GET /users/{id} of all in one $batch, for getByIds does not tell who is
    /// disabled; a second one only for those that are no users: GET /groups/{id}/members (User.Read.All, Group.Read.All).
    Task<Result<Standing>> standing(QStringList ids, std::stop_token stop = {});
    /// ids of the groups a principal is in, nested ones included: GET /users/{id}/transitiveMemberOf.
    Task<Result<QStringList>> groupsOf(QString userId, std::stop_token stop = {});
    /// ids of what a user is in directly: GET /users/{id}/memberOf.
    Task<Result<QStringList>> directGroupsOf(QString userId, std::stop_token stop = {});

private:
    Task<std::optional<Principal>> deleted(QString reference, std::stop_token stop);

    GraphService &m_graph;
};

} // namespace pimgate
