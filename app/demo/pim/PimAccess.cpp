#include "demo/pim/PimAccess.h"

#include <algorithm>

namespace pimgate::demo {
namespace {

constexpr const char *kPlanP1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d";
constexpr const char *kPlanP2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998";
constexpr const char *kPlanGovernance = "e866a266-3cff-43a3-acca-0c90a7e00c8b";

bool carriesPlan(const QJsonObject &sku, const char *planId)
{
    const QString capability = sku.value(QLatin1String("capabilityStatus")).toString();
    if (capability != QLatin1String("Enabled") && capability != QLatin1String("Warning"))
        return false;
    const QJsonArray plans = sku.value(QLatin1String("servicePlans")).toArray();
    return std::any_of(plans.begin(), plans.end(), [&](const QJsonValue &entry) {
        const QJsonObject plan = entry.toObject();
        return plan.value(QLatin1String("servicePlanId")).toString() == QLatin1String(planId) &&
               plan.value(QLatin1String("provisioningStatus")).toString() == QLatin1String("Success");
    });
}

/// Why PIM cannot manage the group (contract 6); empty when it can.
QString unsuitable(const QJsonObject &group)
{
    const QJsonArray types = group.value(QLatin1String("groupTypes")).toArray();
    if (types.contains(QJsonValue(QStringLiteral("DynamicMembership"))))
        return QStringLiteral("dynamic");
    if (group.value(QLatin1String("onPremisesSyncEnabled")).toBool())
        return QStringLiteral("synchronized from on-premises");
    const bool unified = types.contains(QJsonValue(QStringLiteral("Unified")));
    return unified || group.value(QLatin1String("securityEnabled")).toBool() ? QString() : QStringLiteral("no security group");
}

std::set<QString> rolesFor(bool roleAssignable, PimNeed need)
{
    std::set<QString> allowed = roleAssignable
                                    ? std::set<QString>{roles::privilegedRoleAdministrator()}
                                    : std::set<QString>{roles::directoryWriters(), roles::groupsAdministrator(),
                                                        roles::identityGovernanceAdministrator(), roles::userAdministrator()};
    if (need == PimNeed::Read)
        allowed.insert(roles::globalReader());
    return allowed;
}

} // namespace

bool hasServicePlan(const Store &store, std::initializer_list<const char *> anyOf)
{
    const QList<QJsonObject> skus = store.rows(QStringLiteral("subscribedSkus"));
    return std::any_of(anyOf.begin(), anyOf.end(), [&](const char *plan) {
        return std::any_of(skus.begin(), skus.end(), [&](const QJsonObject &sku) { return carriesPlan(sku, plan); });
    });
}

bool hasPremiumLicence(const Store &store)
{
    return hasServicePlan(store, {kPlanP1, kPlanP2});
}

Response pimError(const QString &code, const QString &message)
{
    return graphError(400, code, message);
}

Response pimNotFound()
{
    return graphError(404, QStringLiteral("ResourceNotFound"), QStringLiteral("The resource is not found."));
}

Response pimForbidden()
{
    return graphError(403, QStringLiteral("UnauthorizedAccessException"),
                      QStringLiteral("Attempted to perform an unauthorized operation."));
}

std::optional<Response> requirePimScope(const Request &request, const QString &family, PimNeed need)
{
    QStringList accepted{family + QStringLiteral(".ReadWrite.AzureADGroup")};
    if (need == PimNeed::Read)
        accepted.prepend(family + QStringLiteral(".Read.AzureADGroup"));
    if (std::any_of(accepted.begin(), accepted.end(), [&](const QString &scope) { return request.caller.hasScope(scope); }))
        return {};
    return wrappedError(
        403, QStringLiteral("PermissionScopeNotGranted"),
        QStringLiteral("Authorization failed due to missing permission scope %1.").arg(accepted.join(QLatin1Char(','))));
}

std::optional<Response> requirePimGroup(const Store &store, const QString &groupId)
{
    if (!hasServicePlan(store, {kPlanP2, kPlanGovernance}))
        return pimError(QStringLiteral("AadPremiumLicenseRequired"),
                        QStringLiteral("The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance "
                                       "license."));
    const QJsonObject *group = store.find(QStringLiteral("groups"), groupId);
    if (!group)
        return pimNotFound();
    if (const QString reason = unsuitable(*group); !reason.isEmpty())
        return pimError(QStringLiteral("InvalidRoleAssignmentRequest"),
                        QStringLiteral("The group cannot be managed by Privileged Identity Management: it is %1.").arg(reason));
    return {};
}

std::optional<Response> requirePimRole(const Store &store, const Request &request, const QString &groupId, PimNeed need)
{
    const QJsonObject *group = store.find(QStringLiteral("groups"), groupId);
    const bool roleAssignable = group && group->value(QLatin1String("isAssignableToRole")).toBool();
    if (!requireRole(request, rolesFor(roleAssignable, need)))
        return {};
    const QString &oid = request.caller.oid;
    if (store.owners(groupId).contains(oid) || (need == PimNeed::Read && store.members(groupId).contains(oid)))
        return {};
    return graphError(403, QStringLiteral("InsufficientPermissions"),
                      QStringLiteral("The caller has neither the directory role nor the ownership that this group needs."));
}

} // namespace pimgate::demo
