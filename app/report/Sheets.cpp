#include "proof/ProofForecast.h"
#include "report/Evidence.h"

#include <QCoreApplication>

namespace pimgate {

namespace {

struct SheetText
{
    Q_DECLARE_TR_FUNCTIONS(Sheets)
};

QString applicationOf(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return snapshot.application ? snapshot.application->displayName : blueprint.application.displayName;
}

QString groupOf(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return snapshot.group ? snapshot.group->displayName : blueprint.group.displayName;
}

QString portalOf(const Cloud &cloud)
{
    return cloud.portal.isEmpty() || cloud.isDemo() ? SheetText::tr("the Microsoft Entra admin center") : cloud.portal.toString();
}

QStringList approverNames(const Blueprint &blueprint, const Snapshot &snapshot)
{
    QStringList names;
    if (snapshot.rules)
        for (const QString &id : snapshot.rules->approverIds())
            names << snapshot.nameOf(id);
    if (names.isEmpty())
        for (const QString &reference : blueprint.activation.approvers) {
            const QString name = snapshot.principals.value(reference).displayName;
            names << (name.isEmpty() ? reference : name);
        }
    return names;
}

/// What the activation asks for, as the live rules say it.
QStringList questionsOf(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const QStringList rules = snapshot.rules ? snapshot.rules->enabledOnActivation() : QStringList();
    const auto asks = [&](const char *rule, const std::optional<bool> &wished) {
        return snapshot.rules ? rules.contains(QLatin1String(rule)) : wished.value_or(false);
    };
    QStringList questions;
    if (asks("MultiFactorAuthentication", blueprint.activation.mfa))
        questions << SheetText::tr("multifactor authentication");
    if (asks("Justification", blueprint.activation.justification))
        questions << SheetText::tr("a reason");
    if (asks("Ticketing", blueprint.activation.ticket))
        questions << SheetText::tr("a ticket number");
    return questions;
}

} // namespace

QString memberSheet(const Blueprint &blueprint, const Snapshot &snapshot, const Cloud &cloud)
{
    const QString application = applicationOf(blueprint, snapshot);
    QStringList lines;
    lines << SheetText::tr("To open %1").arg(application);
    lines << SheetText::tr("Sign in at %1 and go to ID Governance, Privileged Identity Management, My roles, Groups.")
                 .arg(portalOf(cloud));
    lines << SheetText::tr("At “%1” choose Activate.").arg(groupOf(blueprint, snapshot));
    lines << SheetText::tr("Choose how long you need it: at most %1.").arg(longestActivation(blueprint, snapshot).human());
    const QStringList questions = questionsOf(blueprint, snapshot);
    if (!questions.isEmpty())
        lines << SheetText::tr("You are asked for: %1.").arg(questions.join(QStringLiteral(", ")));
    const QString approvers = approverNames(blueprint, snapshot).join(QStringLiteral(", "));
    if (approvalNeeded(blueprint, snapshot))
        lines << SheetText::tr("One of these approves: %1. A request that nobody answers ends after 24 hours.").arg(approvers);
    lines
        << SheetText::tr(
               "When the activation is there, open %1 in a new private window. If it still refuses, wait a minute and try again.")
               .arg(application);
    lines << SheetText::tr(
                 "It ends by itself. The first five minutes cannot be ended early. Sign out of %1 when you are done: an open "
                 "session may go on.")
                 .arg(application);
    return lines.join(QLatin1Char('\n'));
}

QString approverSheet(const Blueprint &blueprint, const Snapshot &snapshot, const Cloud &cloud)
{
    const QString application = applicationOf(blueprint, snapshot);
    if (!approvalNeeded(blueprint, snapshot))
        return SheetText::tr("Nobody needs to approve for %1.").arg(application);
    QStringList lines;
    lines << SheetText::tr("When somebody asks you to approve for %1").arg(application);
    lines << SheetText::tr(
                 "Microsoft sends you a mail. Sign in at %1 and go to ID Governance, Privileged Identity Management, Approve "
                 "requests, Groups.")
                 .arg(portalOf(cloud));
    lines << SheetText::tr("Look at who asks for “%1”, for how long and why. Call back when you are not sure.")
                 .arg(groupOf(blueprint, snapshot));
    lines << SheetText::tr("Approve or deny, with a reason. The first answer counts; nobody approves an own request.");
    lines << SheetText::tr("You have 24 hours; then the request is gone and has to be made again.");
    lines << SheetText::tr("The activation begins when you approve and lasts at most %1.")
                 .arg(longestActivation(blueprint, snapshot).human());
    const QStringList names = approverNames(blueprint, snapshot);
    lines << SheetText::tr("Who can approve: %1.").arg(names.join(QStringLiteral(", ")));
    return lines.join(QLatin1Char('\n'));
}

} // namespace pimgate
