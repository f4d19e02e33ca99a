#pragma once

#include "demo/PimBench.h"

/// The two policies of a group, found and changed as a client does it.
namespace pimgate::demotest {

inline const QString kType = QStringLiteral("#microsoft.graph.unifiedRoleManagementPolicy");
inline const QString kPolicies = QStringLiteral("/policies/roleManagementPolicies");
inline const QString kAssignments = QStringLiteral("/policies/roleManagementPolicyAssignments");

inline QJsonObject object(const char *json)
{
    return QJsonDocument::fromJson(json).object();
}

/// The items that a filter on group and scope type finds.
inline QJsonArray found(PimBench &b, const QString &set, const QString &more)
{
    return b.admin().get(set + QStringLiteral("?$filter=scopeId eq '%1' and scopeType eq 'Group'").arg(b.group) + more).value();
}

inline QJsonObject policyOf(PimBench &b, const char *access)
{
    return found(b, kAssignments,
                 QStringLiteral(" and roleDefinitionId eq '%1'&$expand=policy($expand=rules)").arg(QLatin1String(access)))
        .first()[QLatin1String("policy")]
        .toObject();
}

inline QString idOfPolicy(PimBench &b, const char *access = "member")
{
    return policyOf(b, access)[QLatin1String("id")].toString();
}

/// Sends rules of a policy with members replaced, as one PATCH of the policy.
inline Answer patched(PimBench &b, const char *access, const RuleChanges &changes)
{
    const QJsonObject policy = policyOf(b, access);
    QJsonArray rules;
    for (auto it = changes.begin(); it != changes.end(); ++it)
        rules.append(both(ruleOf(policy, it.key().toLatin1().constData()), *it));
    return b.admin().patch(kPolicies + QLatin1Char('/') + policy[QLatin1String("id")].toString(),
                           {{QStringLiteral("rules"), rules}});
}

/// Sends one rule to its own address.
inline Answer patchedAlone(PimBench &b, const QString &rule, const QJsonObject &change)
{
    const QJsonObject policy = policyOf(b, "member");
    return b.admin().patch(kPolicies + QStringLiteral("/%1/rules/%2").arg(policy[QLatin1String("id")].toString(), rule),
                           both(ruleOf(policy, rule.toLatin1().constData()), change));
}

} // namespace pimgate::demotest
