#include "demo/pim/PimRules.h"

#include <QHash>
#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {
namespace {

constexpr QLatin1String kRuleType("#microsoft.graph.unifiedRoleManagementPolicy");

QJsonObject ruleTarget(const QString &caller, const QString &level)
{
    return {{QStringLiteral("caller"), caller},
            {QStringLiteral("operations"), QJsonArray{QStringLiteral("All")}},
            {QStringLiteral("level"), level},
            {QStringLiteral("inheritableSettings"), QJsonArray()},
            {QStringLiteral("enforcedSettings"), QJsonArray()}};
}

QJsonObject newRule(const QString &name, const QString &kind, const QString &caller, const QString &level, QJsonObject body)
{
    body.insert(QStringLiteral("@odata.type"), kRuleType + kind);
    body.insert(QStringLiteral("id"), QStringLiteral("%1_%2_%3").arg(name, caller, level));
    body.insert(QStringLiteral("target"), ruleTarget(caller, level));
    return body;
}

QJsonObject expirationBody(const QString &maximum)
{
    return {{QStringLiteral("isExpirationRequired"), true}, {QStringLiteral("maximumDuration"), maximum}};
}

QJsonObject enablementBody(const QJsonArray &enabled)
{
    return {{QStringLiteral("enabledRules"), enabled}};
}

void addNotifications(QJsonArray &rules, const QString &caller, const QString &level)
{
    for (const auto *who : {"Admin", "Requestor", "Approver"}) {
        const QString recipient = QLatin1String(who);
        const QJsonObject body{{QStringLiteral("notificationType"), QStringLiteral("Email")},
                               {QStringLiteral("recipientType"), recipient},
                               {QStringLiteral("notificationLevel"), QStringLiteral("All")},
                               {QStringLiteral("isDefaultRecipientsEnabled"), true},
                               {QStringLiteral("notificationRecipients"), QJsonArray()}};
        rules.append(
            newRule(QStringLiteral("Notification_") + recipient, QStringLiteral("NotificationRule"), caller, level, body));
    }
}

QJsonObject noApproval()
{
    const QJsonObject stage{
        {QStringLiteral("approvalStageTimeOutInDays"), 1},  {QStringLiteral("isApproverJustificationRequired"), true},
        {QStringLiteral("escalationTimeInMinutes"), 0},     {QStringLiteral("isEscalationEnabled"), false},
        {QStringLiteral("primaryApprovers"), QJsonArray()}, {QStringLiteral("escalationApprovers"), QJsonArray()}};
    const QJsonObject setting{{QStringLiteral("isApprovalRequired"), false},
                              {QStringLiteral("isApprovalRequiredForExtension"), false},
                              {QStringLiteral("isRequestorJustificationRequired"), true},
                              {QStringLiteral("approvalMode"), QStringLiteral("SingleStage")},
                              {QStringLiteral("approvalStages"), QJsonArray{stage}}};
    return {{QStringLiteral("setting"), setting}};
}

} // namespace

QJsonArray defaultPimRules()
{
    const QString admin = QStringLiteral("Admin"), endUser = QStringLiteral("EndUser");
    const QString eligibility = QStringLiteral("Eligibility"), assignment = QStringLiteral("Assignment");
    const QString expiration = QStringLiteral("Expiration"), enablement = QStringLiteral("Enablement");
    const QString expirationRule = QStringLiteral("ExpirationRule"), enablementRule = QStringLiteral("EnablementRule");
    const QJsonArray justification{QStringLiteral("Justification")};
    QJsonArray rules;
    rules.append(newRule(expiration, expirationRule, admin, eligibility, expirationBody(QStringLiteral("P365D"))));
    rules.append(newRule(enablement, enablementRule, admin, eligibility, enablementBody({})));
    addNotifications(rules, admin, eligibility);
    rules.append(newRule(expiration, expirationRule, admin, assignment, expirationBody(QStringLiteral("P180D"))));
    rules.append(newRule(enablement, enablementRule, admin, assignment, enablementBody(justification)));
    addNotifications(rules, admin, assignment);
    rules.append(newRule(expiration, expirationRule, endUser, assignment, expirationBody(QStringLiteral("PT8H"))));
    rules.append(newRule(enablement, enablementRule, endUser, assignment, enablementBody(justification)));
    rules.append(newRule(QStringLiteral("Approval"), QStringLiteral("ApprovalRule"), endUser, assignment, noApproval()));
    rules.append(newRule(QStringLiteral("AuthenticationContext"), QStringLiteral("AuthenticationContextRule"), endUser,
                         assignment, {{QStringLiteral("isEnabled"), false}, {QStringLiteral("claimValue"), QString()}}));
    addNotifications(rules, endUser, assignment);
    return rules;
}

QJsonObject pimRule(const QJsonArray &rules, QLatin1String id)
{
    for (const auto &rule : rules)
        if (rule.toObject().value(QLatin1String("id")).toString().compare(id, Qt::CaseInsensitive) == 0)
            return rule.toObject();
    return {};
}

bool ruleEnables(const QJsonObject &enablementRule, QLatin1String what)
{
    const QJsonArray enabled = enablementRule.value(QLatin1String("enabledRules")).toArray();
    return std::any_of(enabled.begin(), enabled.end(),
                       [&](const QJsonValue &entry) { return entry.toString().compare(what, Qt::CaseInsensitive) == 0; });
}

PimApprovers approversIn(const QJsonObject &approvalRule)
{
    const QJsonObject setting = approvalRule.value(QLatin1String("setting")).toObject();
    PimApprovers approvers;
    approvers.required = setting.value(QLatin1String("isApprovalRequired")).toBool();
    approvers.justified = setting.value(QLatin1String("isRequestorJustificationRequired")).toBool();
    if (!approvers.required)
        return approvers;
    approvers.requiredForExtension = setting.value(QLatin1String("isApprovalRequiredForExtension")).toBool();
    for (const auto &stage : setting.value(QLatin1String("approvalStages")).toArray()) {
        approvers.approverJustifies = stage[QLatin1String("isApproverJustificationRequired")].toBool();
        approvers.timeOutInDays = stage[QLatin1String("approvalStageTimeOutInDays")].toInt(1);
        for (const auto &entry : stage.toObject().value(QLatin1String("primaryApprovers")).toArray()) {
            const QJsonObject approver = entry.toObject();
            if (const QString user = approver.value(QLatin1String("userId")).toString(); !user.isEmpty())
                approvers.users << user.toLower();
            if (const QString group = approver.value(QLatin1String("groupId")).toString(); !group.isEmpty())
                approvers.groups << group.toLower();
        }
    }
    return approvers;
}

QString rulesFailedMessage(const QStringList &rules, bool olderForm)
{
    const QString start = QStringLiteral("The following policy rules failed: ");
    if (olderForm)
        return start + QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(rules)).toJson(QJsonDocument::Compact));
    static const QHash<QString, QString> sentences{
        {QStringLiteral("JustificationRule"), QStringLiteral("Justification is required")},
        {QStringLiteral("MfaRule"), QStringLiteral("Multi-factor authentication is required")},
        {QStringLiteral("TicketingRule"), QStringLiteral("Ticket information is required")},
        {QStringLiteral("ExpirationRule"), QStringLiteral("The requested duration is not allowed")},
        {QStringLiteral("EligibilityRule"), QStringLiteral("The subject is not eligible")}};
    QStringList parts;
    for (const QString &rule : rules)
        parts << QStringLiteral("%1 - %2").arg(rule, sentences.value(rule));
    return start + parts.join(QLatin1String(", "));
}

} // namespace pimgate::demo
