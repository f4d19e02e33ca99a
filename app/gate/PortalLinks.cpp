#include "gate/PortalLinks.h"

namespace pimgate {
namespace {

QUrl blade(const QUrl &portal, const QString &path)
{
    QUrl url = portal;
    url.setPath(QStringLiteral("/"));
    url.setFragment(QLatin1String("view/") + path);
    return url;
}

QUrl groupBlade(const Snapshot &snapshot, const QUrl &portal)
{
    if (!snapshot.group)
        return {};
    return blade(portal, QStringLiteral("Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/%1").arg(snapshot.group->id));
}

/// @param menu "Users" (who is assigned) or "Properties" (assignment required)
QUrl applicationBlade(const Snapshot &snapshot, const QUrl &portal, const QString &menu)
{
    if (!snapshot.application)
        return {};
    return blade(portal, QStringLiteral("Microsoft_AAD_IAM/ManagedAppMenuBlade/~/%1/objectId/%2/appId/%3")
                             .arg(menu, snapshot.application->id, snapshot.application->appId));
}

/// @param menu "RoleSettings" (activation rules) or "Assignments" (eligible people)
QUrl pimBlade(const Snapshot &snapshot, const QUrl &portal, const QString &menu)
{
    if (!snapshot.group)
        return {};
    return blade(
        portal,
        QStringLiteral("Microsoft_Azure_PIMCommon/ResourceMenuBlade/~/%1/resourceId/%2/resourceType/Security/provider/aadgroup")
            .arg(menu, snapshot.group->id));
}

} // namespace

QUrl policyLink(const QString &policyId, const QUrl &portal)
{
    return blade(portal, QStringLiteral("Microsoft_AAD_ConditionalAccess/PolicyBlade/policyId/%1").arg(policyId));
}

QUrl portalLink(const Change &change, const Snapshot &snapshot, const QUrl &portal)
{
    switch (change.step) {
    case StepId::Group:
        return groupBlade(snapshot, portal);
    case StepId::Sso:
        return applicationBlade(snapshot, portal,
                                change.is(ChangeKey::Kind::Required) ? QStringLiteral("Properties") : QStringLiteral("Users"));
    case StepId::Pim:
        return pimBlade(snapshot, portal,
                        change.is(ChangeKey::Kind::Eligible) ? QStringLiteral("Assignments") : QStringLiteral("RoleSettings"));
    case StepId::ConditionalAccess:
        return snapshot.policy ? policyLink(snapshot.policy->id, portal) : QUrl();
    }
    return {};
}

} // namespace pimgate
