#include "gate/judge/OpenableWords.h"

#include <QCoreApplication>
#include <QLocale>

namespace pimgate {

namespace {

using Answer = Openable::Answer;
using Lack = Openable::Lack;
using Candidate = Openable::Candidate;

constexpr qsizetype mostSaid = 3;

struct OpenableText
{
    Q_DECLARE_TR_FUNCTIONS(Openable)
};

QString day(const QDateTime &at)
{
    return QLocale().toString(at.toLocalTime().date(), QLocale::ShortFormat);
}

/// "A, B or C"
QString orList(const QStringList &names)
{
    if (names.size() < 2)
        return names.value(0);
    const QStringList before = names.first(names.size() - 1);
    return OpenableText::tr("%1 or %2").arg(before.join(QLatin1String(", ")), names.last());
}

QString lackText(Lack lack, const QString &about)
{
    switch (lack) {
    case Lack::None:
        break;
    case Lack::AccountDeleted:
        return OpenableText::tr("deleted from the tenant");
    case Lack::AccountDisabled:
        return OpenableText::tr("the account is disabled");
    case Lack::AccountNotRead:
        return OpenableText::tr("whether the account may sign in could not be read");
    case Lack::NotAPerson:
        return OpenableText::tr("not a person");
    case Lack::Guest:
        return OpenableText::tr("a guest: whether the home tenant lets the account sign in is not known here");
    case Lack::GroupIsTheGate:
        return OpenableText::tr("the gate's own group cannot be eligible for itself");
    case Lack::GroupEmpty:
        return OpenableText::tr("nobody is in the group");
    case Lack::OnlyNested:
        return OpenableText::tr("only groups are in the group: who is in those does not count here");
    case Lack::NotYet:
        return OpenableText::tr("the eligibility has not begun");
    case Lack::Ended:
        return OpenableText::tr("the eligibility has ended");
    case Lack::NotProvisioned:
        return OpenableText::tr("the eligibility is not in force yet");
    case Lack::RulesNotRead:
        return OpenableText::tr("what PIM asks on activation could not be read");
    case Lack::OwnRequest:
        return OpenableText::tr("nobody can approve an own request");
    case Lack::NobodyApproves:
        return OpenableText::tr("nobody can approve the activation");
    case Lack::ApproverNotKnown:
        return OpenableText::tr("whether anybody can approve the activation is not known");
    case Lack::ContextNotRead:
        return OpenableText::tr("what stands behind the authentication context %1 could not be read").arg(about);
    case Lack::ContextNotPublished:
        return OpenableText::tr("the authentication context %1 is not published").arg(about);
    case Lack::ContextBlocks:
        return OpenableText::tr("the policy %1 blocks the activation").arg(about);
    case Lack::ContextAsks:
        return OpenableText::tr("whether the person can give what the policy %1 asks on activation is not known").arg(about);
    case Lack::RoadBlocked:
        return OpenableText::tr("the policy %1 blocks every application, the place to activate too").arg(about);
    case Lack::RoadNotKnown:
        return OpenableText::tr("the policy %1 may keep the person from the place to activate").arg(about);
    case Lack::ApplicationNotRead:
        return OpenableText::tr("the application's assignments could not be read");
    case Lack::ApplicationOff:
        return OpenableText::tr("sign-in to the application is switched off");
    case Lack::GroupNotAssigned:
        return OpenableText::tr("the group is not assigned to the application");
    case Lack::RoleOff:
        return OpenableText::tr("the group's role in the application is switched off");
    case Lack::PolicyNotRead:
        return OpenableText::tr("Conditional Access could not be read");
    case Lack::PolicyBlocks:
        return OpenableText::tr("the policy %1 blocks also whoever has activated").arg(about);
    case Lack::PolicyNotKnown:
        return OpenableText::tr("whether the policy %1 lets the person in is not known").arg(about);
    }
    return {};
}

/// "Lena Fischer (the account is disabled)"
QString withWhy(const QString &who, const QString &why)
{
    return OpenableText::tr("%1 (%2)").arg(who, why);
}

QString mendOf(Lack lack)
{
    switch (lack) {
    case Lack::AccountDeleted:
    case Lack::AccountDisabled:
    case Lack::NotAPerson:
    case Lack::Guest:
    case Lack::GroupIsTheGate:
    case Lack::GroupEmpty:
    case Lack::OnlyNested:
    case Lack::Ended:
    case Lack::NotYet:
        return OpenableText::tr("Make somebody eligible who can sign in now, in step 3.");
    case Lack::NotProvisioned:
        return OpenableText::tr("Try again in some minutes.");
    case Lack::OwnRequest:
    case Lack::NobodyApproves:
    case Lack::ApproverNotKnown:
        return OpenableText::tr("Name an approver who can sign in and is not the only eligible person, in step 3.");
    case Lack::ContextNotPublished:
    case Lack::ContextBlocks:
    case Lack::RoadBlocked:
    case Lack::PolicyBlocks:
        return OpenableText::tr("Change that in the Entra admin center, or ask whoever keeps the policies.");
    case Lack::ContextAsks:
    case Lack::RoadNotKnown:
        return OpenableText::tr("Let the person activate once while the policy is in report-only: that shows it.");
    case Lack::PolicyNotKnown:
        return OpenableText::tr(
            "Leave the group out of that policy in the Entra admin center, or ask whoever keeps the policies.");
    case Lack::ApplicationOff:
    case Lack::GroupNotAssigned:
    case Lack::RoleOff:
        return OpenableText::tr("Put the application right in step 2.");
    case Lack::AccountNotRead:
    case Lack::RulesNotRead:
    case Lack::ContextNotRead:
    case Lack::ApplicationNotRead:
    case Lack::PolicyNotRead:
        return OpenableText::tr("Give the account the missing permission or role, then read again.");
    case Lack::None:
        break;
    }
    return OpenableText::tr("Make at least one person eligible in step 3.");
}

/// The one who comes nearest: whom nobody knows before who cannot.
const Candidate *nearest(const Openable &openable)
{
    for (const Candidate &one : openable.people)
        if (one.answer == openable.answer)
            return &one;
    return nullptr;
}

} // namespace

QString lackWords(const Candidate &candidate)
{
    QString words = lackText(candidate.lack, candidate.about);
    const bool approval = candidate.lack == Lack::NobodyApproves || candidate.lack == Lack::ApproverNotKnown;
    QStringList who;
    if (approval)
        for (const Candidate::NoApprover &one : candidate.noApprovers)
            if (who.size() < mostSaid)
                who << withWhy(one.who, lackText(one.lack, one.about));
    return who.isEmpty() ? words : OpenableText::tr("%1: %2").arg(words, who.join(QLatin1String(", ")));
}

QString pathSentence(const Openable &openable)
{
    const Candidate *path = openable.path();
    if (!path)
        return {};
    const QString who =
        path->group.isEmpty() ? path->who.displayName : OpenableText::tr("%1 of %2").arg(path->who.displayName, path->group);
    const QString can = path->until.isValid() ? OpenableText::tr("%1 can open it until %2").arg(who, day(path->until))
                                              : OpenableText::tr("%1 can open it, without end").arg(who);
    const QString how =
        path->approvers.isEmpty()
            ? OpenableText::tr("nobody has to approve")
            : OpenableText::tr("%1 approves").arg(orList(path->approvers.first(std::min(mostSaid, path->approvers.size()))));
    return OpenableText::tr("%1: %2, %3.").arg(can, how, openable.longest.human());
}

QString pathWords(const Openable &openable)
{
    const Candidate *path = openable.path();
    if (!path)
        return {};
    return path->until.isValid() ? OpenableText::tr("%1 until %2").arg(path->who.displayName, day(path->until))
                                 : OpenableText::tr("%1, without end").arg(path->who.displayName);
}

QString noPathSentence(const Openable &openable)
{
    if (openable.answer == Answer::Yes)
        return {};
    if (openable.people.isEmpty())
        return OpenableText::tr("Nobody can open the gate: nobody is eligible.");
    QStringList why;
    for (const Candidate &one : openable.people)
        if (why.size() < mostSaid)
            why << withWhy(one.who.displayName, lackWords(one));
    const int more = int(openable.people.size() - why.size()) + openable.notNamed;
    QString list = why.join(QLatin1String("; "));
    if (more > 0)
        list = OpenableText::tr("%1; and %n more", nullptr, more).arg(list);
    return openable.answer == Answer::No ? OpenableText::tr("Nobody can open the gate: %1.").arg(list)
                                         : OpenableText::tr("It is not known whether anybody can open the gate: %1.").arg(list);
}

QString mendSentence(const Openable &openable)
{
    if (openable.answer == Answer::Yes)
        return {};
    const Candidate *one = nearest(openable);
    return mendOf(one ? one->lack : Lack::None);
}

} // namespace pimgate
