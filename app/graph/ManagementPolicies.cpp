#include "graph/ManagementPolicies.h"

#include "graph/GraphService.h"
#include "graph/Json.h"

#include <QCoreApplication>

namespace pimgate {
namespace {

/// "Expiration_EndUser_Assignment": the last two words of an id are its target, save for the notifications of an administrator
/// ("Notification_Admin_EndUser_Assignment"), where they are as well.
QJsonObject targetOf(const QString &ruleId)
{
    const QStringList words = ruleId.split(QLatin1Char('_'));
    return {{QStringLiteral("caller"), words.value(words.size() - 2)},
            {QStringLiteral("operations"), QJsonArray{QStringLiteral("All")}},
            {QStringLiteral("level"), words.last()},
            {QStringLiteral("inheritableSettings"), QJsonArray()},
            {QStringLiteral("enforcedSettings"), QJsonArray()}};
}

PolicyRule ruleOf(const char *type, const QString &ruleId)
{
    return {{QStringLiteral("@odata.type"), QLatin1String("#microsoft.graph.unifiedRoleManagementPolicy") + QLatin1String(type)},
            {QStringLiteral("id"), ruleId},
            {QStringLiteral("target"), targetOf(ruleId)}};
}

QJsonObject approverBody(const Principal &approver)
{
    if (approver.isGroup())
        return {{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.groupMembers")},
                {QStringLiteral("groupId"), approver.id}};
    return {{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.singleUser")},
            {QStringLiteral("userId"), approver.id}};
}

QJsonObject approvalStage(const PolicyRule &rule)
{
    return Json::array(Json::object(rule, "setting"), "approvalStages").first().toObject();
}

ManagementPolicy managementPolicyFrom(const QJsonObject &assignment)
{
    const QJsonObject json = Json::object(assignment, "policy");
    ManagementPolicy policy;
    policy.assignmentId = Json::text(assignment, "id");
    policy.policyId = Json::text(assignment, "policyId");
    policy.changed = Json::time(json, "lastModifiedDateTime");
    policy.untouched = !policy.changed.isValid();
    for (const auto &value : Json::array(json, "rules"))
        policy.rules.insert(Json::text(value.toObject(), "id"), value.toObject());
    return policy;
}

} // namespace

IsoDuration ManagementPolicy::maximumActivation() const
{
    return IsoDuration::parse(Json::text(rules.value(Rules::MaximumActivation), "maximumDuration")).value_or(IsoDuration());
}

std::optional<IsoDuration> ManagementPolicy::maximumEligibility() const
{
    const PolicyRule rule = rules.value(Rules::MaximumEligibility);
    if (!Json::flag(rule, "isExpirationRequired"))
        return std::nullopt;
    const auto duration = IsoDuration::parse(Json::text(rule, "maximumDuration"));
    return duration ? std::optional(*duration) : std::nullopt;
}

QStringList ManagementPolicy::enabledOnActivation() const
{
    return Json::texts(rules.value(Rules::Enablement), "enabledRules");
}

bool ManagementPolicy::approvalRequired() const
{
    return Json::flag(Json::object(rules.value(Rules::Approval), "setting"), "isApprovalRequired");
}

QStringList ManagementPolicy::approverIds() const
{
    QStringList ids;
    for (const auto &value : Json::array(approvalStage(rules.value(Rules::Approval)), "primaryApprovers")) {
        const QJsonObject approver = value.toObject();
        for (const char *member : {"userId", "groupId", "id"}) {
            if (const QString id = Json::text(approver, member); !id.isEmpty()) {
                ids << id;
                break;
            }
        }
    }
    return ids;
}

QString ManagementPolicy::authenticationContext() const
{
    const PolicyRule rule = rules.value(Rules::AuthenticationContext);
    return Json::flag(rule, "isEnabled") ? Json::text(rule, "claimValue") : QString();
}

PolicyRule Rules::expiration(const QString &ruleId, IsoDuration maximum, bool required)
{
    PolicyRule rule = ruleOf("ExpirationRule", ruleId);
    rule.insert(QStringLiteral("isExpirationRequired"), required);
    rule.insert(QStringLiteral("maximumDuration"), maximum.toString());
    return rule;
}

PolicyRule Rules::enablement(const QStringList &enabledRules)
{
    PolicyRule rule = ruleOf("EnablementRule", Enablement);
    rule.insert(QStringLiteral("enabledRules"), Json::arrayOf(enabledRules));
    return rule;
}

PolicyRule Rules::approval(const QList<Principal> &approvers, bool required)
{
    QJsonArray primary;
    for (const auto &approver : approvers)
        primary.append(approverBody(approver));
    const QJsonObject stage{
        {QStringLiteral("approvalStageTimeOutInDays"), 1}, {QStringLiteral("isApproverJustificationRequired"), true},
        {QStringLiteral("escalationTimeInMinutes"), 0},    {QStringLiteral("isEscalationEnabled"), false},
        {QStringLiteral("primaryApprovers"), primary},     {QStringLiteral("escalationApprovers"), QJsonArray()}};
    PolicyRule rule = ruleOf("ApprovalRule", Approval);
    rule.insert(QStringLiteral("setting"), QJsonObject{{QStringLiteral("isApprovalRequired"), required && !approvers.isEmpty()},
                                                       {QStringLiteral("isApprovalRequiredForExtension"), false},
                                                       {QStringLiteral("isRequestorJustificationRequired"), true},
                                                       {QStringLiteral("approvalMode"), QStringLiteral("SingleStage")},
                                                       {QStringLiteral("approvalStages"), QJsonArray{stage}}});
    return rule;
}

PolicyRule Rules::authenticationContext(const QString &claimValue)
{
    PolicyRule rule = ruleOf("AuthenticationContextRule", AuthenticationContext);
    rule.insert(QStringLiteral("isEnabled"), !claimValue.isEmpty());
    rule.insert(QStringLiteral("claimValue"), claimValue.isEmpty() ? QJsonValue() : QJsonValue(claimValue));
    return rule;
}

PolicyRule Rules::activationMail(const QStringList &addresses)
{
    PolicyRule rule = ruleOf("NotificationRule", ActivationMail);
    rule.insert(QStringLiteral("notificationType"), QStringLiteral("Email"));
    rule.insert(QStringLiteral("recipientType"), QStringLiteral("Admin"));
    rule.insert(QStringLiteral("notificationLevel"), QStringLiteral("All"));
    rule.insert(QStringLiteral("isDefaultRecipientsEnabled"), true);
    rule.insert(QStringLiteral("notificationRecipients"), Json::arrayOf(addresses));
    return rule;
}

Task<Result<ManagementPolicy>> ManagementPolicies::forMembers(QString groupId, std::stop_token stop)
{
    const QString filter = QLatin1String("scopeId eq ") + GraphService::literal(groupId) +
                           QLatin1String(" and scopeType eq 'Group' and roleDefinitionId eq 'member'");
    const QString path = QLatin1String("/policies/roleManagementPolicyAssignments?") +
                         GraphService::query({{"$filter", filter}, {"$expand", QStringLiteral("policy($expand=rules)")}});
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    // The owner policy must never be taken for the member's (pitfall P28).
    for (const auto &value : *found)
        if (const QJsonObject assignment = value.toObject(); Json::same(Json::text(assignment, "roleDefinitionId"), "member"))
            co_return managementPolicyFrom(assignment);
    Error error;
    error.kind = found->isEmpty() ? Error::Kind::NotFound : Error::Kind::Protocol;
    error.where = QStringLiteral("GET /policies/roleManagementPolicyAssignments");
    error.message = found->isEmpty()
                        ? QCoreApplication::translate("ManagementPolicies", "PIM shows no settings for this group yet.")
                        : QCoreApplication::translate("ManagementPolicies", "PIM shows other settings than those of members.");
    error.next = QCoreApplication::translate("ManagementPolicies", "Try again in a minute.");
    co_return failure(error);
}

GraphRequest ManagementPolicies::writeRequest(const QString &policyId, const QList<PolicyRule> &rules)
{
    QJsonArray array;
    for (const auto &rule : rules)
        array.append(rule);
    const QJsonObject body{{QStringLiteral("rules"), array}};
    return {"PATCH", QLatin1String("/policies/roleManagementPolicies/") + policyId, body};
}

Task<Outcome> ManagementPolicies::write(QString policyId, QList<PolicyRule> rules, std::stop_token stop)
{
    const GraphRequest request = writeRequest(policyId, rules);
    const auto done = co_await m_graph.write(request, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

} // namespace pimgate
