#pragma once

#include "demo/DemoClient.h"

namespace pimgate::demotest {

inline QString upn(const char *name)
{
    return QLatin1String(name) + QStringLiteral("@contoso.demo");
}

inline const QString kPim = QStringLiteral("/identityGovernance/privilegedAccess/group/");

inline QJsonObject mfaClaim()
{
    return {{QStringLiteral("amr"),
             QJsonObject{{QStringLiteral("essential"), true}, {QStringLiteral("values"), QJsonArray{QStringLiteral("mfa")}}}}};
}

/// A schedule of that length from now.
inline QJsonObject lasting(const char *duration)
{
    return {{QStringLiteral("expiration"), QJsonObject{{QStringLiteral("type"), QStringLiteral("afterDuration")},
                                                       {QStringLiteral("duration"), QLatin1String(duration)}}}};
}

inline QString idOf(const DemoClient &client, const char *name)
{
    return client.get(QStringLiteral("/users/") + upn(name)).text("id");
}

/// A new security group.
inline QString newGroup(const DemoClient &client, const QString &name, bool roleAssignable = false)
{
    QJsonObject body{{QStringLiteral("displayName"), name},
                     {QStringLiteral("mailNickname"), QString(name).remove(QLatin1Char(' '))},
                     {QStringLiteral("mailEnabled"), false},
                     {QStringLiteral("securityEnabled"), true}};
    if (roleAssignable)
        body.insert(QStringLiteral("isAssignableToRole"), true);
    return client.post(QStringLiteral("/groups"), body).text("id");
}

inline Answer askPim(const DemoClient &client, const char *half, const char *action, const QString &group,
                     const QString &principal, const QJsonObject &schedule = {}, const QJsonObject &more = {})
{
    QJsonObject body{{QStringLiteral("accessId"), QStringLiteral("member")},
                     {QStringLiteral("action"), QLatin1String(action)},
                     {QStringLiteral("groupId"), group},
                     {QStringLiteral("principalId"), principal}};
    if (!schedule.isEmpty())
        body.insert(QStringLiteral("scheduleInfo"), schedule);
    for (auto it = more.begin(); it != more.end(); ++it)
        body.insert(it.key(), it.value());
    return client.post(kPim + QLatin1String(half) + QStringLiteral("ScheduleRequests"), body);
}

inline QStringList memberIds(const DemoClient &client, const QString &group)
{
    QStringList ids;
    for (const auto &member : client.get(QStringLiteral("/groups/%1/members").arg(group)).value())
        ids << member[QLatin1String("id")].toString();
    return ids;
}

/// The member policy with its rules, resolved as a client must do it.
inline QJsonObject memberPolicy(const DemoClient &client, const QString &group)
{
    return client
        .get(QStringLiteral("/policies/roleManagementPolicyAssignments?$filter=scopeId eq '%1' and scopeType eq 'Group' and "
                            "roleDefinitionId eq 'member'&$expand=policy($expand=rules)")
                 .arg(group))
        .first()[QLatin1String("policy")]
        .toObject();
}

inline QJsonObject ruleOf(const QJsonObject &policy, const char *id)
{
    for (const auto &rule : policy[QLatin1String("rules")].toArray())
        if (rule[QLatin1String("id")].toString() == QLatin1String(id))
            return rule.toObject();
    return {};
}

/// Changes rules of the member policy in one call: rule id -> members to replace.
inline Answer changeRules(const DemoClient &client, const QString &group, const QMap<QString, QJsonObject> &changes)
{
    const QJsonObject policy = memberPolicy(client, group);
    QJsonArray rules;
    for (auto it = changes.begin(); it != changes.end(); ++it) {
        QJsonObject rule = ruleOf(policy, it.key().toLatin1().constData());
        for (auto change = it->begin(); change != it->end(); ++change)
            rule.insert(change.key(), change.value());
        rules.append(rule);
    }
    return client.patch(QStringLiteral("/policies/roleManagementPolicies/") + policy[QLatin1String("id")].toString(),
                        {{QStringLiteral("rules"), rules}});
}

inline QJsonObject approvalSetting(const QJsonArray &approvers)
{
    const QJsonObject stage{
        {QStringLiteral("approvalStageTimeOutInDays"), 1}, {QStringLiteral("isApproverJustificationRequired"), true},
        {QStringLiteral("escalationTimeInMinutes"), 0},    {QStringLiteral("isEscalationEnabled"), false},
        {QStringLiteral("primaryApprovers"), approvers},   {QStringLiteral("escalationApprovers"), QJsonArray()}};
    return {{QStringLiteral("setting"), QJsonObject{{QStringLiteral("isApprovalRequired"), true},
                                                    {QStringLiteral("isApprovalRequiredForExtension"), false},
                                                    {QStringLiteral("isRequestorJustificationRequired"), true},
                                                    {QStringLiteral("approvalMode"), QStringLiteral("SingleStage")},
                                                    {QStringLiteral("approvalStages"), QJsonArray{stage}}}}};
}

} // namespace pimgate::demotest
