#pragma once

#include "base/Task.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

/// Bodies of rules (graph-contract 8.3), each whole with @odata.type, id and target.
namespace Rules {
inline const QString MaximumActivation = QStringLiteral("Expiration_EndUser_Assignment");
inline const QString MaximumEligibility = QStringLiteral("Expiration_Admin_Eligibility");
inline const QString Enablement = QStringLiteral("Enablement_EndUser_Assignment");
inline const QString Approval = QStringLiteral("Approval_EndUser_Assignment");
inline const QString AuthenticationContext = QStringLiteral("AuthenticationContext_EndUser_Assignment");
inline const QString ActivationMail = QStringLiteral("Notification_Admin_EndUser_Assignment");
PolicyRule expiration(const QString &ruleId, IsoDuration maximum, bool required = true);
PolicyRule enablement(const QStringList &enabledRules);
/// approvers: users and groups; empty turns approval off.
PolicyRule approval(const QList<Principal> &approvers, bool required);
PolicyRule authenticationContext(const QString &claimValue); ///< empty: off
PolicyRule activationMail(const QStringList &addresses);
} // namespace Rules

class ManagementPolicies
{
public:
    explicit ManagementPolicies(GraphService &graph) : m_graph(graph) {}

    /// GET /policies/roleManagementPolicyAssignments with scopeId, scopeType and roleDefinitionId 'member', rules expanded;
    /// refuses an answer whose roleDefinitionId is not member (pitfall P28). RoleManagementPolicy.Read.AzureADGroup.
    Task<Result<ManagementPolicy>> forMembers(QString groupId, std::stop_token stop = {});
    /// PATCH /policies/roleManagementPolicies/{id} with these rules; the others stay.
    /// RoleManagementPolicy.ReadWrite.AzureADGroup.
    Task<Outcome> write(QString policyId, QList<PolicyRule> rules, std::stop_token stop = {});
    static GraphRequest writeRequest(const QString &policyId, const QList<PolicyRule> &rules);

private:
    GraphService &m_graph;
};

} // namespace pimgate
