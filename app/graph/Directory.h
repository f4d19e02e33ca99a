#pragma once

#include "base/Task.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

class Directory
{
public:
    explicit Directory(GraphService &graph) : m_graph(graph) {}

    /// Object id of whoever is signed in; a partner's person has no object in this tenant.
    QString signedIn() const;

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
    /// disabled; a second one only for those that are no users: who is directly in them, GET /groups/{id}/members
    /// (User.Read.All, Group.Read.All). One that cannot be read is named in the answer.
    Task<Result<Standing>> standing(QStringList ids, std::stop_token stop = {});
    /// ids of the groups a principal is in, nested ones included: GET /users/{id}/transitiveMemberOf.
    Task<Result<QStringList>> groupsOf(QString userId, std::stop_token stop = {});
    /// Groups and active directory roles of users, by GET /users/{id}/transitiveMemberOf of all in one $batch; whoever could
    /// not be read whole is missing (User.Read.All, Group.Read.All, RoleManagement.Read.Directory for roles).
    Task<Result<QHash<QString, Memberships>>> memberships(QStringList userIds, std::stop_token stop = {});
    /// ids of what a user is in directly: GET /users/{id}/memberOf.
    Task<Result<QStringList>> directGroupsOf(QString userId, std::stop_token stop = {});

private:
    Task<std::optional<Principal>> deleted(QString reference, std::stop_token stop);

    GraphService &m_graph;
};

} // namespace pimgate
