#include "gate/judge/VerdictWords.h"

#include <QCoreApplication>

#include <algorithm>

namespace pimgate {
namespace verdictwords {

using Lock = Verdict::Lock;
using AssignmentReason = Verdict::AssignmentReason;
using PolicyReason = Verdict::PolicyReason;

struct VerdictText
{
    Q_DECLARE_TR_FUNCTIONS(Evaluator)
};

QString notEnforcedWords(const Verdict &verdict)
{
    if (verdict.policy == Lock::ReportOnly)
        return VerdictText::tr("Not enforced: the policy is still in report-only.");
    if (verdict.policyReason == PolicyReason::NoPolicy)
        return VerdictText::tr("Not enforced: there is no policy.");
    return VerdictText::tr("Not enforced: %1.").arg(policyWords(verdict));
}

QString letInSentence(const Verdict &verdict)
{
    const QString &name = verdict.who;
    if (verdict.assignment == Lock::Off && !verdict.enforced)
        return (verdict.everyone ? VerdictText::tr("Everyone is let in for now.")
                                 : VerdictText::tr("%1 is let in for now.").arg(name)) +
               QLatin1Char(' ') + notEnforcedWords(verdict);
    if (!verdict.enforced)
        return (verdict.everyone ? VerdictText::tr("Everyone is let in.") : VerdictText::tr("%1 is let in.").arg(name)) +
               QLatin1Char(' ') + notEnforcedWords(verdict);
    if (verdict.everyone)
        return VerdictText::tr("The gate is open for everyone.");
    if (!verdict.member)
        return VerdictText::tr("%1 is let in without activating: a standing path into %2.").arg(name, verdict.application);

    QString sentence = verdict.left
                           ? VerdictText::tr("The gate is open for %1, for %2 more.").arg(name, shortDuration(*verdict.left))
                           : VerdictText::tr("The gate is open for %1.").arg(name);
    if (verdict.alone)
        sentence += QLatin1Char(' ') + VerdictText::tr("For everyone else it is shut.");
    return sentence;
}

QString stoppedSentence(const Verdict &verdict)
{
    const QString &name = verdict.who;
    const bool first = verdict.assignment == Lock::Shut;
    const bool second = verdict.policy == Lock::Shut;
    if (first && second)
        return verdict.everyone ? VerdictText::tr("The gate is shut for everyone who is not activated.")
                                : VerdictText::tr("The gate is shut for %1: stopped at both locks.").arg(name);
    if (second && verdict.member)
        return VerdictText::tr("%1 is active and still stopped at Conditional Access: %2.").arg(name, policyWords(verdict));
    if (second)
        return verdict.everyone ? VerdictText::tr("Everyone is stopped at Conditional Access.")
                                : VerdictText::tr("%1 is stopped at Conditional Access: %2.").arg(name, policyWords(verdict));
    if (verdict.policy == Lock::Open && !verdict.member && !verdict.everyone)
        return VerdictText::tr("%1 would not be blocked by the policy. Not assigned to %2: intended.")
            .arg(name, verdict.application);
    const QString stopped = verdict.everyone
                                ? VerdictText::tr("Everyone who is not activated is stopped at assignment.")
                                : VerdictText::tr("%1 is stopped at assignment: %2.").arg(name, assignmentWords(verdict));
    if (verdict.enforced || verdict.policy == Lock::Unknown)
        return stopped;
    return stopped + QLatin1Char(' ') + notEnforcedWords(verdict);
}

} // namespace verdictwords

QString assignmentWords(const Verdict &verdict)
{
    using namespace verdictwords;
    if (verdict.written)
        return verdict.written->assignmentReason;
    switch (verdict.assignmentReason) {
    case AssignmentReason::Unread:
        return VerdictText::tr("the application could not be read");
    case AssignmentReason::SignInOff:
        return VerdictText::tr("sign-in to the application is switched off");
    case AssignmentReason::NotRequired:
        return VerdictText::tr("not required");
    case AssignmentReason::AssignedDirectly:
        return VerdictText::tr("assigned directly");
    case AssignmentReason::PerhapsAnotherGroup:
        return VerdictText::tr("in another assigned group, directly or not");
    case AssignmentReason::AnotherGroup:
        return VerdictText::tr("another group is assigned");
    case AssignmentReason::GroupNotAssigned:
        return VerdictText::tr("the group is not assigned");
    case AssignmentReason::MembersUnread:
        return VerdictText::tr("the group's members could not be read");
    case AssignmentReason::GroupAssigned:
        return VerdictText::tr("the group is assigned");
    case AssignmentReason::NestedGroup:
        return VerdictText::tr("a nested group does not count");
    case AssignmentReason::NotAssigned:
        return VerdictText::tr("not assigned");
    }
    return {};
}

QString policyWords(const Verdict &verdict)
{
    using namespace verdictwords;
    if (verdict.written)
        return verdict.written->policyReason;
    switch (verdict.policyReason) {
    case PolicyReason::Unread:
        return VerdictText::tr("Conditional Access could not be read");
    case PolicyReason::NoPolicy:
        return VerdictText::tr("no policy");
    case PolicyReason::AnotherApplication:
        return VerdictText::tr("the policy is about another application");
    case PolicyReason::DoesNotBlock:
        return VerdictText::tr("the policy does not block");
    case PolicyReason::WouldBlock:
        return VerdictText::tr("would block");
    case PolicyReason::WouldLetThrough:
        return VerdictText::tr("would let through");
    case PolicyReason::Off:
        return VerdictText::tr("the policy is off");
    case PolicyReason::StateUnknown:
        return VerdictText::tr("the policy's state is not known");
    case PolicyReason::PersonExcluded:
        return VerdictText::tr("excluded from the policy");
    case PolicyReason::GroupExcluded:
        return VerdictText::tr("the group is excluded");
    case PolicyReason::AnotherGroupExcluded:
        return VerdictText::tr("another excluded group");
    case PolicyReason::MembersUnread:
        return VerdictText::tr("the group's members could not be read");
    case PolicyReason::NotAboutPerson:
        return VerdictText::tr("the policy is not about this person");
    case PolicyReason::DirectoryRoles:
        return VerdictText::tr("the policy depends on directory roles");
    case PolicyReason::FurtherConditions:
        return VerdictText::tr("the policy has further conditions");
    case PolicyReason::SparesBrowsers:
        return VerdictText::tr("the policy is not about browsers");
    case PolicyReason::OnlyAtRisk:
        return VerdictText::tr("the policy holds only at a risk");
    case PolicyReason::FurtherDemands:
        return VerdictText::tr("%1 asks for more than can be judged here").arg(verdict.blockedBy);
    case PolicyReason::Blocks:
        return VerdictText::tr("blocked by %1").arg(verdict.blockedBy);
    }
    return {};
}

QString sentenceOf(const Verdict &verdict)
{
    using namespace verdictwords;
    if (verdict.written)
        return verdict.written->sentence;
    if (!verdict.accountEnabled)
        return VerdictText::tr("The account of %1 is disabled: no sign-in, whatever the locks say.").arg(verdict.who);
    if (verdict.letIn)
        return letInSentence(verdict);
    if (verdict.assignment == Lock::Shut || verdict.policy == Lock::Shut)
        return stoppedSentence(verdict);
    return VerdictText::tr("Not checked: %1.")
        .arg(verdict.assignment == Lock::Unknown ? assignmentWords(verdict) : policyWords(verdict));
}

QString shortDuration(std::chrono::seconds duration)
{
    using namespace verdictwords;
    const qint64 minutes = std::max<qint64>(1, duration.count() / 60);
    const qint64 hours = minutes / 60;
    if (hours >= 48)
        return VerdictText::tr("%n day(s)", nullptr, int(hours / 24)) + QLatin1Char(' ') +
               VerdictText::tr("%1 h").arg(hours % 24);
    if (hours > 0)
        return VerdictText::tr("%1 h %2 min").arg(hours).arg(minutes % 60);
    return VerdictText::tr("%1 min").arg(minutes);
}

} // namespace pimgate
