#include "demo/PimRules.h"

#include "base/IsoDuration.h"
#include "demo/DemoClock.h"

#include <QHash>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <utility>

namespace pimgate::demo {
namespace {

using Names = QSet<QString>;
constexpr QLatin1String kRuleType("#microsoft.graph.unifiedRoleManagementPolicy");

QString ruleKind(const QJsonObject &rule)
{
    const QString type = rule.value(QLatin1String("@odata.type")).toString();
    return type.startsWith(kRuleType) ? type.mid(kRuleType.size()) : QString();
}

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

// --- judging a changed policy -------------------------------------------------------------------------------------

Names membersOf(const QString &kind)
{
    static const QHash<QString, Names> members{
        {QStringLiteral("ExpirationRule"), {QStringLiteral("isExpirationRequired"), QStringLiteral("maximumDuration")}},
        {QStringLiteral("EnablementRule"), {QStringLiteral("enabledRules")}},
        {QStringLiteral("AuthenticationContextRule"), {QStringLiteral("isEnabled"), QStringLiteral("claimValue")}},
        {QStringLiteral("ApprovalRule"), {QStringLiteral("setting")}},
        {QStringLiteral("NotificationRule"),
         {QStringLiteral("notificationType"), QStringLiteral("recipientType"), QStringLiteral("notificationLevel"),
          QStringLiteral("isDefaultRecipientsEnabled"), QStringLiteral("notificationRecipients")}}};
    return members.value(kind);
}

QString expirationFault(const QJsonObject &rule)
{
    const QString id = rule.value(QLatin1String("id")).toString();
    const bool required = rule.value(QLatin1String("isExpirationRequired")).toBool();
    const QString text = rule.value(QLatin1String("maximumDuration")).toString();
    const bool endUser = id == QLatin1String("Expiration_EndUser_Assignment");
    if (endUser && !required)
        return QStringLiteral("%1: isExpirationRequired must be true for an activation.").arg(id);
    if (text.isEmpty())
        return required ? QStringLiteral("%1: maximumDuration is required when isExpirationRequired is true.").arg(id)
                        : QString();
    const auto maximum = IsoDuration::parse(text);
    if (!maximum)
        return QStringLiteral("%1: maximumDuration '%2' is not a valid duration.").arg(id, text);
    using namespace std::chrono_literals;
    if (maximum->value() < 5min || (endUser && maximum->value() > 24h))
        return QStringLiteral("%1: maximumDuration '%2' is out of range.").arg(id, text);
    return {};
}

QString enablementFault(const QJsonObject &rule)
{
    static const QStringList known{QStringLiteral("MultiFactorAuthentication"), QStringLiteral("Justification"),
                                   QStringLiteral("Ticketing")};
    if (!rule.value(QLatin1String("enabledRules")).isArray())
        return QStringLiteral("%1: enabledRules is required.").arg(rule.value(QLatin1String("id")).toString());
    for (const auto &entry : rule.value(QLatin1String("enabledRules")).toArray())
        if (!known.contains(entry.toString(), Qt::CaseInsensitive))
            return QStringLiteral("%1: '%2' is not a rule that can be enabled.")
                .arg(rule.value(QLatin1String("id")).toString(), entry.toString());
    return {};
}

QString contextFault(const QJsonObject &rule)
{
    static const QRegularExpression claim(QStringLiteral("^c[1-9][0-9]?$"));
    if (rule.value(QLatin1String("isEnabled")).toBool() &&
        !claim.match(rule.value(QLatin1String("claimValue")).toString()).hasMatch())
        return QStringLiteral("AuthenticationContext_EndUser_Assignment: claimValue must name an authentication context.");
    return {};
}

QString approverFault(const QJsonObject &approver)
{
    const QString type = approver.value(QLatin1String("@odata.type")).toString();
    const bool user = type == QLatin1String("#microsoft.graph.singleUser");
    const bool group = type == QLatin1String("#microsoft.graph.groupMembers");
    const QString id = approver.value(user ? QLatin1String("userId") : QLatin1String("groupId")).toString();
    if ((!user && !group) || id.isEmpty())
        return QStringLiteral("Approval_EndUser_Assignment: an approver needs @odata.type and userId or groupId.");
    return {};
}

QString approvalFault(const QJsonObject &rule)
{
    const QJsonObject setting = rule.value(QLatin1String("setting")).toObject();
    if (!setting.value(QLatin1String("isApprovalRequired")).toBool())
        return {};
    const QJsonArray stages = setting.value(QLatin1String("approvalStages")).toArray();
    if (stages.size() != 1)
        return QStringLiteral("Approval_EndUser_Assignment: exactly one approval stage is supported.");
    const QJsonArray approvers = stages.at(0).toObject().value(QLatin1String("primaryApprovers")).toArray();
    if (approvers.isEmpty())
        return QStringLiteral("Approval_EndUser_Assignment: approval is required and there are no approvers.");
    for (const auto &approver : approvers)
        if (const QString fault = approverFault(approver.toObject()); !fault.isEmpty())
            return fault;
    return {};
}

QString notificationFault(const QJsonObject &rule)
{
    static const QStringList levels{QStringLiteral("None"), QStringLiteral("Critical"), QStringLiteral("All")};
    if (!levels.contains(rule.value(QLatin1String("notificationLevel")).toString(), Qt::CaseInsensitive))
        return QStringLiteral("%1: notificationLevel must be None, Critical or All.")
            .arg(rule.value(QLatin1String("id")).toString());
    return {};
}

QString ruleFault(const QJsonObject &rule)
{
    const QString kind = ruleKind(rule);
    if (kind == QLatin1String("ExpirationRule"))
        return expirationFault(rule);
    if (kind == QLatin1String("EnablementRule"))
        return enablementFault(rule);
    if (kind == QLatin1String("AuthenticationContextRule"))
        return contextFault(rule);
    if (kind == QLatin1String("ApprovalRule"))
        return approvalFault(rule);
    return notificationFault(rule);
}

/// The form of one sent rule: the full rule with type, id and target, and nothing its type does not have.
QString formFault(const QJsonObject &sent, const QJsonObject &current)
{
    const QString id = sent.value(QLatin1String("id")).toString();
    if (current.isEmpty())
        return QStringLiteral("'%1' is not a rule of this policy.").arg(id);
    if (ruleKind(sent) != ruleKind(current))
        return QStringLiteral("%1: @odata.type must be %2.").arg(id, current.value(QLatin1String("@odata.type")).toString());
    if (!sent.value(QLatin1String("target")).isObject())
        return QStringLiteral("%1: target is required.").arg(id);
    const QJsonObject target = sent.value(QLatin1String("target")).toObject();
    const QJsonObject kept = current.value(QLatin1String("target")).toObject();
    for (const auto &member : {QStringLiteral("caller"), QStringLiteral("level")})
        if (target.value(member).toString().compare(kept.value(member).toString(), Qt::CaseInsensitive) != 0)
            return QStringLiteral("%1: target.%2 does not belong to this rule.").arg(id, member);
    Names allowed = membersOf(ruleKind(current));
    allowed << QStringLiteral("@odata.type") << QStringLiteral("id") << QStringLiteral("target");
    for (const QString &member : sent.keys())
        if (!allowed.contains(member) && !member.contains(QLatin1Char('@')))
            return QStringLiteral("%1: '%2' is not a member of this rule.").arg(id, member);
    return {};
}

/// As the service keeps it: its own target, escalation approvers dropped, words in their own letter case.
QJsonObject storedRule(QJsonObject sent, const QJsonObject &current)
{
    sent.insert(QStringLiteral("target"), current.value(QLatin1String("target")));
    if (ruleKind(sent) == QLatin1String("ApprovalRule")) {
        QJsonObject setting = sent.value(QLatin1String("setting")).toObject();
        QJsonArray stages = setting.value(QLatin1String("approvalStages")).toArray();
        for (auto stage : stages) {
            QJsonObject kept = stage.toObject();
            kept.insert(QStringLiteral("escalationApprovers"), QJsonArray());
            stage = kept;
        }
        setting.insert(QStringLiteral("approvalStages"), stages);
        sent.insert(QStringLiteral("setting"), setting);
    }
    return sent;
}

QString policyFault(const QJsonArray &rules)
{
    for (const auto &rule : rules)
        if (const QString fault = ruleFault(rule.toObject()); !fault.isEmpty())
            return fault;
    const bool mfa =
        ruleEnables(pimRule(rules, QLatin1String("Enablement_EndUser_Assignment")), QLatin1String("MultiFactorAuthentication"));
    const bool context =
        pimRule(rules, QLatin1String("AuthenticationContext_EndUser_Assignment")).value(QLatin1String("isEnabled")).toBool();
    if (mfa && context)
        return QStringLiteral("MultiFactorAuthentication and an authentication context cannot both be required on activation.");
    return {};
}

ScheduleSpan scheduleFault(const char *code)
{
    return {{}, {}, QLatin1String(code)};
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

RuleMerge mergePimRules(const QJsonArray &current, const QJsonArray &changes)
{
    RuleMerge merge{current, {}};
    for (const auto &change : changes) {
        const QJsonObject sent = change.toObject();
        const QString id = sent.value(QLatin1String("id")).toString();
        const QJsonObject before = pimRule(merge.rules, QLatin1String(id.toLatin1()));
        merge.fault = formFault(sent, before);
        if (!merge.fault.isEmpty())
            return merge;
        for (auto rule : merge.rules)
            if (rule.toObject().value(QLatin1String("id")) == before.value(QLatin1String("id")))
                rule = storedRule(sent, before);
    }
    merge.fault = policyFault(merge.rules);
    return merge;
}

ScheduleSpan readSchedule(const QJsonObject &scheduleInfo, const QDateTime &now)
{
    const QJsonObject expiration = scheduleInfo.value(QLatin1String("expiration")).toObject();
    const QString type = expiration.value(QLatin1String("type")).toString().toLower();
    if (scheduleInfo.isEmpty() || type.isEmpty() || !scheduleInfo.value(QLatin1String("recurrence")).toObject().isEmpty())
        return scheduleFault("InvalidRoleAssignmentRequest");
    ScheduleSpan span{DemoClock::parse(DemoClock::text(now)), {}, {}}; // whole seconds, as they are written back
    if (const QString start = scheduleInfo.value(QLatin1String("startDateTime")).toString(); !start.isEmpty()) {
        const QDateTime asked = DemoClock::parse(start);
        if (!asked.isValid())
            return scheduleFault("InvalidRoleAssignmentRequest");
        span.start = std::max(asked, span.start);
    }
    if (type == QLatin1String("noexpiration") || type == QLatin1String("notspecified"))
        return span;
    if (type == QLatin1String("afterduration")) {
        const auto duration = IsoDuration::parse(expiration.value(QLatin1String("duration")).toString());
        if (!duration)
            return scheduleFault("InvalidRoleAssignmentRequest");
        span.end = span.start.addSecs(duration->value().count());
    } else if (type == QLatin1String("afterdatetime")) {
        span.end = DemoClock::parse(expiration.value(QLatin1String("endDateTime")).toString());
        if (!span.end->isValid())
            return scheduleFault("InvalidRoleAssignmentRequest");
    } else {
        return scheduleFault("InvalidRoleAssignmentRequest");
    }
    if (span.start.secsTo(*span.end) < 300)
        return scheduleFault("InvalidRoleAssignmentRequestSchedule");
    return span;
}

QJsonObject writeSchedule(const QJsonObject &asked, const ScheduleSpan &span)
{
    const QJsonObject expiration = asked.value(QLatin1String("expiration")).toObject();
    const QString type = expiration.value(QLatin1String("type")).toString().toLower();
    static const QHash<QString, QString> names{{QStringLiteral("noexpiration"), QStringLiteral("noExpiration")},
                                               {QStringLiteral("notspecified"), QStringLiteral("notSpecified")},
                                               {QStringLiteral("afterduration"), QStringLiteral("afterDuration")},
                                               {QStringLiteral("afterdatetime"), QStringLiteral("afterDateTime")}};
    const bool byDuration = type == QLatin1String("afterduration");
    QJsonObject kept{{QStringLiteral("type"), names.value(type)},
                     {QStringLiteral("endDateTime"), QJsonValue::Null},
                     {QStringLiteral("duration"), QJsonValue::Null}};
    if (byDuration)
        kept.insert(QStringLiteral("duration"), expiration.value(QLatin1String("duration")));
    else if (span.end)
        kept.insert(QStringLiteral("endDateTime"), DemoClock::text(*span.end));
    return {{QStringLiteral("startDateTime"), DemoClock::text(span.start)},
            {QStringLiteral("recurrence"), QJsonValue::Null},
            {QStringLiteral("expiration"), kept}};
}

bool expirationAllows(const QJsonObject &expirationRule, const ScheduleSpan &span)
{
    if (!expirationRule.value(QLatin1String("isExpirationRequired")).toBool())
        return true;
    const auto maximum = IsoDuration::parse(expirationRule.value(QLatin1String("maximumDuration")).toString());
    return span.end && maximum && span.start.secsTo(*span.end) <= maximum->value().count();
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
    if (!approvers.required)
        return approvers;
    for (const auto &stage : setting.value(QLatin1String("approvalStages")).toArray()) {
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
