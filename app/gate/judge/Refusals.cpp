#include "gate/judge/Refusals.h"

#include "gate/steps/Interlock.h"
#include "gate/steps/SsoStep.h"

#include <QCoreApplication>
#include <QSet>

namespace pimgate {
namespace {

struct RefusalText
{
    Q_DECLARE_TR_FUNCTIONS(Refusals)
};

Error refusal(const QString &where, const QString &message, const QString &next)
{
    Error error;
    error.kind = Error::Kind::Input;
    error.where = where;
    error.message = message;
    error.next = next;
    return error;
}

void refuseApplication(QList<Error> &errors, const Blueprint &blueprint, const Snapshot &snapshot)
{
    if (!snapshot.application)
        return;
    const Application &application = *snapshot.application;
    Error error = application.refusal();
    if (const QString reserved = Interlock::reservedTarget(application.appId); error.message.isEmpty() && !reserved.isEmpty())
        error = refusal({}, reserved, RefusalText::tr("Choose the application that is to be put behind PIM."));
    if (!error.message.isEmpty()) {
        error.where = QStringLiteral("application");
        errors << error;
        return;
    }
    if (SsoStep::roleFor(blueprint, application))
        return;
    QStringList names;
    for (const AppRole &role : application.roles)
        names << role.displayName;
    const QString wanted = blueprint.assignment.appRole;
    errors << refusal(QStringLiteral("assignment.appRole"),
                      wanted.isEmpty() ? RefusalText::tr("%1 has several roles.").arg(application.displayName)
                                       : RefusalText::tr("%1 has no role “%2”.").arg(application.displayName, wanted),
                      names.isEmpty() ? RefusalText::tr("Leave the role out: the application has none.")
                                      : RefusalText::tr("Allowed: %1.").arg(names.join(QLatin1String(", "))));
}

/// Whom the blueprint names and the tenant has deleted: verify tells, and nothing may be built on such an account (P1).
void refuseDeleted(QList<Error> &errors, const Blueprint &blueprint, const Snapshot &snapshot)
{
    const auto look = [&](const QString &reference, const QString &path) {
        const Principal who = snapshot.principals.value(reference);
        if (who.deleted)
            errors << refusal(path, RefusalText::tr("%1 (%2) was deleted from the tenant.").arg(who.displayName, reference),
                              RefusalText::tr("Name somebody else, or restore the account within 30 days."));
    };
    for (int i = 0; i < blueprint.eligible.size(); ++i)
        look(blueprint.eligible[i].principal, QStringLiteral("pim.eligible[%1].principal").arg(i));
    for (int i = 0; i < blueprint.activation.approvers.size(); ++i)
        look(blueprint.activation.approvers[i], QStringLiteral("pim.activation.approvers[%1]").arg(i));
    for (int i = 0; i < blueprint.policy.breakGlass.size(); ++i)
        look(blueprint.policy.breakGlass[i], QStringLiteral("conditionalAccess.breakGlass[%1]").arg(i));
}

void refuseGroup(QList<Error> &errors, const Blueprint &blueprint, const Snapshot &snapshot)
{
    if (snapshot.sameName.size() > 1) {
        QStringList candidates;
        for (const Group &group : snapshot.sameName)
            candidates << group.id;
        errors << refusal(
            QStringLiteral("group.displayName"), RefusalText::tr("The tenant has %1 groups of this name.").arg(candidates.size()),
            RefusalText::tr("Name one of them by its id in group.existing: %1.").arg(candidates.join(QLatin1String(", "))));
    }
    if (!snapshot.group && snapshot.sameName.isEmpty() && !blueprint.group.existing.isEmpty())
        errors << refusal(QStringLiteral("group.existing"),
                          RefusalText::tr("There is no group “%1”.").arg(blueprint.group.existing),
                          RefusalText::tr("Check the name, or leave it out to create a group."));
    if (snapshot.group) {
        if (const QString why = snapshot.group->whyNotForPim(); !why.isEmpty())
            errors << refusal(QStringLiteral("group"),
                              RefusalText::tr("%1 cannot be used: %2").arg(snapshot.group->displayName, why),
                              RefusalText::tr("Choose another group or another name."));
        if (blueprint.group.roleAssignable && *blueprint.group.roleAssignable != snapshot.group->roleAssignable)
            errors << refusal(QStringLiteral("group.roleAssignable"),
                              RefusalText::tr("%1 exists, and whether a group is role-assignable cannot be changed later.")
                                  .arg(snapshot.group->displayName),
                              RefusalText::tr("Leave it out, or choose another name."));
    } else if (blueprint.group.roleAssignable.value_or(false) && snapshot.operatorMayProtect == std::optional(false)) {
        errors << refusal(QStringLiteral("group.roleAssignable"),
                          RefusalText::tr("Only a Privileged Role Administrator can make a role-assignable group."),
                          RefusalText::tr("Activate that role, or set roleAssignable to false."));
    }
}

void refuseEligible(QList<Error> &errors, const Blueprint &blueprint, const Snapshot &snapshot)
{
    const bool roleAssignable = snapshot.group
                                    ? snapshot.group->roleAssignable
                                    : blueprint.group.roleAssignable.value_or(snapshot.operatorMayProtect.value_or(false));
    const auto longest = snapshot.rules ? snapshot.rules->maximumEligibility() : std::nullopt;
    for (int i = 0; i < blueprint.eligible.size(); ++i) {
        const Blueprint::Eligible &wish = blueprint.eligible[i];
        const Principal who = snapshot.principals.value(wish.principal);
        const QString path = QStringLiteral("pim.eligible[%1].").arg(i);
        if (who.isGroup() && roleAssignable) // a role-assignable group takes no groups (P8)
            errors << refusal(path + QLatin1String("principal"),
                              RefusalText::tr("A role-assignable group takes people only; %1 is a group.").arg(who.displayName),
                              RefusalText::tr("Name the people, or set group.roleAssignable to false."));
        if (longest && wish.duration.value_or(Blueprint::defaultEligibility()) > *longest)
            errors << refusal(path + QLatin1String("duration"),
                              RefusalText::tr("This group allows at most %1.").arg(longest->human()),
                              RefusalText::tr("Choose a shorter duration, or change the group's own rule in PIM."));
    }
}

void refuseApprovers(QList<Error> &errors, const Blueprint &blueprint, const Snapshot &snapshot)
{
    if (!blueprint.approvalWanted())
        return;
    const QString path = QStringLiteral("pim.activation.approvers");
    if (blueprint.activation.approvers.isEmpty()) { // there are no default approvers for groups (P17)
        errors << refusal(path, RefusalText::tr("Approval is asked, and nobody is named to approve."),
                          RefusalText::tr("Name at least one approver; two are better."));
        return;
    }
    QSet<QString> approvers, eligible;
    for (const QString &reference : blueprint.activation.approvers)
        approvers << snapshot.principals.value(reference).id;
    for (const Blueprint::Eligible &wish : blueprint.eligible)
        eligible << snapshot.principals.value(wish.principal).id;
    if (eligible.size() == 1 && approvers == eligible)
        errors << refusal(
            path, RefusalText::tr("The only approver is the only eligible person, and nobody can approve an own request."),
            RefusalText::tr("Name somebody else."));
}

void refusePolicy(QList<Error> &errors, const Blueprint &blueprint, const Snapshot &snapshot)
{
    const QString path = QStringLiteral("conditionalAccess.displayName");
    if (snapshot.sameNamePolicies.size() > 1)
        errors << refusal(path, RefusalText::tr("The tenant has %1 policies of this name.").arg(snapshot.sameNamePolicies.size()),
                          RefusalText::tr("Choose another name, or rename them in the Entra admin center."));
    if (blueprint.policy.enabled && snapshot.securityDefaultsOn == std::optional(true))
        errors << refusal(
            QStringLiteral("conditionalAccess.state"),
            RefusalText::tr("Security defaults are on, so no policy can be switched on."),
            RefusalText::tr(
                "Ask the customer to switch security defaults off, or use reportOnly; the wizard never does it for you."));
    if (!snapshot.policy || !snapshot.application)
        return;
    const QStringList differ = Interlock::shapeDifferences(*snapshot.policy, snapshot.application->appId);
    if (!differ.isEmpty())
        errors << refusal(
            path, RefusalText::tr("A policy of this name exists and is another one (%1).").arg(differ.join(QLatin1String(", "))),
            RefusalText::tr("Choose another name."));
}

} // namespace

QList<Error> refusals(const Blueprint &blueprint, const Snapshot &snapshot)
{
    QList<Error> errors;
    refuseApplication(errors, blueprint, snapshot);
    refuseDeleted(errors, blueprint, snapshot);
    refuseGroup(errors, blueprint, snapshot);
    refuseEligible(errors, blueprint, snapshot);
    refuseApprovers(errors, blueprint, snapshot);
    refusePolicy(errors, blueprint, snapshot);
    return errors;
}

} // namespace pimgate
