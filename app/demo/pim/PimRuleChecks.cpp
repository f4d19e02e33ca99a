#include "base/IsoDuration.h"
#include "demo/pim/PimRules.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>

/// What a policy must be to be taken: the judgement behind "InvalidPolicy" (contract 8.3).
namespace pimgate::demo {
namespace {

using RuleNames = QSet<QString>;
constexpr QLatin1String kRuleTypeStart("#microsoft.graph.unifiedRoleManagementPolicy");

QString kindOfRule(const QJsonObject &rule)
{
    const QString type = rule.value(QLatin1String("@odata.type")).toString();
    return type.startsWith(kRuleTypeStart) ? type.mid(kRuleTypeStart.size()) : QString();
}

RuleNames ruleMembersOf(const QString &kind)
{
    static const QHash<QString, RuleNames> members{
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

QString approvalFault(const QJsonObject &rule, bool approvalWithoutApprovers)
{
    const QJsonObject setting = rule.value(QLatin1String("setting")).toObject();
    if (!setting.value(QLatin1String("isApprovalRequired")).toBool())
        return {};
    const QJsonArray stages = setting.value(QLatin1String("approvalStages")).toArray();
    if (stages.size() != 1)
        return QStringLiteral("Approval_EndUser_Assignment: exactly one approval stage is supported.");
    const QJsonObject stage = stages.at(0).toObject();
    if (stage.value(QLatin1String("approvalStageTimeOutInDays")).toInt() < 1)
        return QStringLiteral("Approval_EndUser_Assignment: approvalStageTimeOutInDays must be 1 or more.");
    const QJsonArray approvers = stage.value(QLatin1String("primaryApprovers")).toArray();
    if (approvers.isEmpty() && !approvalWithoutApprovers)
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

QString ruleFault(const QJsonObject &rule, bool approvalWithoutApprovers)
{
    const QString kind = kindOfRule(rule);
    if (kind == QLatin1String("ExpirationRule"))
        return expirationFault(rule);
    if (kind == QLatin1String("EnablementRule"))
        return enablementFault(rule);
    if (kind == QLatin1String("AuthenticationContextRule"))
        return contextFault(rule);
    if (kind == QLatin1String("ApprovalRule"))
        return approvalFault(rule, approvalWithoutApprovers);
    return notificationFault(rule);
}

/// The form of one sent rule: the full rule with type, id and target, and nothing its type does not have.
QString formFault(const QJsonObject &sent, const QJsonObject &current)
{
    const QString id = sent.value(QLatin1String("id")).toString();
    if (current.isEmpty())
        return QStringLiteral("'%1' is not a rule of this policy.").arg(id);
    if (kindOfRule(sent) != kindOfRule(current))
        return QStringLiteral("%1: @odata.type must be %2.").arg(id, current.value(QLatin1String("@odata.type")).toString());
    if (!sent.value(QLatin1String("target")).isObject())
        return QStringLiteral("%1: target is required.").arg(id);
    const QJsonObject target = sent.value(QLatin1String("target")).toObject();
    const QJsonObject kept = current.value(QLatin1String("target")).toObject();
    for (const auto &member : {QStringLiteral("caller"), QStringLiteral("level")})
        if (target.value(member).toString().compare(kept.value(member).toString(), Qt::CaseInsensitive) != 0)
            return QStringLiteral("%1: target.%2 does not belong to this rule.").arg(id, member);
    RuleNames allowed = ruleMembersOf(kindOfRule(current));
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
    if (kindOfRule(sent) == QLatin1String("ApprovalRule")) {
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

QStringList policyFaults(const QJsonArray &rules, bool approvalWithoutApprovers)
{
    QStringList faults;
    for (const auto &rule : rules)
        if (const QString fault = ruleFault(rule.toObject(), approvalWithoutApprovers); !fault.isEmpty())
            faults << fault;
    const bool mfa =
        ruleEnables(pimRule(rules, QLatin1String("Enablement_EndUser_Assignment")), QLatin1String("MultiFactorAuthentication"));
    const bool context =
        pimRule(rules, QLatin1String("AuthenticationContext_EndUser_Assignment")).value(QLatin1String("isEnabled")).toBool();
    if (mfa && context)
        faults << QStringLiteral(
            "MultiFactorAuthentication and an authentication context cannot both be required on activation.");
    return faults;
}

} // namespace

RuleMerge mergePimRules(const QJsonArray &current, const QJsonArray &changes, bool approvalWithoutApprovers)
{
    RuleMerge merge{current, {}};
    for (const auto &change : changes) {
        const QJsonObject sent = change.toObject();
        const QString id = sent.value(QLatin1String("id")).toString();
        const QJsonObject before = pimRule(merge.rules, QLatin1String(id.toLatin1()));
        if (const QString fault = formFault(sent, before); !fault.isEmpty()) {
            merge.faults << fault;
            continue;
        }
        for (auto rule : merge.rules)
            if (rule.toObject().value(QLatin1String("id")) == before.value(QLatin1String("id")))
                rule = storedRule(sent, before);
    }
    if (merge.faults.isEmpty())
        merge.faults = policyFaults(merge.rules, approvalWithoutApprovers);
    return merge;
}

} // namespace pimgate::demo
