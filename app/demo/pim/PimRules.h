#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

namespace pimgate::demo {

/// The 17 rules of a group policy as PIM has them for a group nobody touched, in the order the service returns them.
QJsonArray defaultPimRules();

/// Empty where the policy has no such rule.
QJsonObject pimRule(const QJsonArray &rules, QLatin1String id);

struct RuleMerge
{
    QJsonArray rules;   ///< the whole policy afterwards
    QStringList faults; ///< a sentence for each reason why the change is refused ("InvalidPolicy")
};

/// Replaces the named rules and judges the result as a whole: what is not named stays, and what goes together
/// (MFA and authentication context) may come in one call.
RuleMerge mergePimRules(const QJsonArray &current, const QJsonArray &changes, bool approvalWithoutApprovers);

bool ruleEnables(const QJsonObject &enablementRule, QLatin1String what);

/// Approval_EndUser_Assignment, understood; users and groups are empty when no approval is asked for.
struct PimApprovers
{
    bool required = false;
    bool requiredForExtension = false;
    bool justified = false; ///< whoever asks for an extension gives a reason
    bool approverJustifies = false;
    int timeOutInDays = 1;
    QStringList users;
    QStringList groups;
};
PimApprovers approversIn(const QJsonObject &approvalRule);

/// "The following policy rules failed: …" in the array form of older answers or the sentences of newer ones.
QString rulesFailedMessage(const QStringList &rules, bool olderForm);

} // namespace pimgate::demo
