#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace pimgate::demo {

/// The 17 rules of a group policy as PIM has them for a group nobody touched, in the order the service returns them.
QJsonArray defaultPimRules();

/// Empty where the policy has no such rule.
QJsonObject pimRule(const QJsonArray &rules, QLatin1String id);

struct RuleMerge
{
    QJsonArray rules; ///< the whole policy afterwards
    QString fault;    ///< one sentence where the change is refused ("InvalidPolicy"), else empty
};

/// Replaces the named rules and judges the result as a whole: what is not named stays, and what goes together
/// (MFA and authentication context) may come in one call.
RuleMerge mergePimRules(const QJsonArray &current, const QJsonArray &changes);

/// A requestSchedule, understood: from when to when.
struct ScheduleSpan
{
    QDateTime start;
    std::optional<QDateTime> end; ///< empty: permanent
    QString fault;                ///< error code (InvalidRoleAssignmentRequest…), empty when usable
};

/// Start omitted or past = now. Edm.Duration knows no months and years; recurrence is not supported.
ScheduleSpan readSchedule(const QJsonObject &scheduleInfo, const QDateTime &now);

/// The same schedule as PIM writes it back.
QJsonObject writeSchedule(const QJsonObject &asked, const ScheduleSpan &span);

/// True where an Expiration rule allows that span.
bool expirationAllows(const QJsonObject &expirationRule, const ScheduleSpan &span);

bool ruleEnables(const QJsonObject &enablementRule, QLatin1String what);

/// Users and groups that may approve, from Approval_EndUser_Assignment; both empty when no approval is asked for.
struct PimApprovers
{
    bool required = false;
    QStringList users;
    QStringList groups;
};
PimApprovers approversIn(const QJsonObject &approvalRule);

/// "The following policy rules failed: …" in the array form of older answers or the sentences of newer ones.
QString rulesFailedMessage(const QStringList &rules, bool olderForm);

} // namespace pimgate::demo
