#include "demo/pim/PimActivations.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimApprovals.h"
#include "demo/pim/PimAudit.h"
#include "demo/pim/PimPolicies.h"

#include <QUrl>

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

Response contextRequired(const QString &claimValue)
{
    const QString claims = QStringLiteral("{\"access_token\":{\"acrs\":{\"essential\":true, \"value\":\"%1\"}}}").arg(claimValue);
    return wrappedError(400, QStringLiteral("RoleAssignmentRequestAcrsValidationFailed"),
                        QStringLiteral("&claims=") + QString::fromLatin1(QUrl::toPercentEncoding(claims)));
}

bool contextIsTargeted(const Store &store, const QString &claimValue)
{
    const QList<QJsonObject> policies = store.rows(QStringLiteral("conditionalAccessPolicies"));
    return std::any_of(policies.begin(), policies.end(), [&](const QJsonObject &policy) {
        const QJsonObject apps =
            policy.value(QLatin1String("conditions")).toObject().value(QLatin1String("applications")).toObject();
        return apps.value(QLatin1String("includeAuthenticationContextClassReferences"))
            .toArray()
            .contains(QJsonValue(claimValue));
    });
}

/// All rules are judged together; the authentication context is an error of its own, after them.
std::optional<Response> activationRefused(const Store &store, const Request &request, const Draft &draft, const QJsonArray &rules,
                                          const ScheduleSpan &span, bool eligible)
{
    const QJsonObject context = pimRule(rules, QLatin1String("AuthenticationContext_EndUser_Assignment"));
    const QString claimValue = textIn(context, "claimValue");
    const bool contextAsked = context.value(QLatin1String("isEnabled")).toBool();
    QStringList failed;
    if (!eligible)
        failed << QStringLiteral("EligibilityRule");
    if (!span.end || !expirationAllows(pimRule(rules, QLatin1String("Expiration_EndUser_Assignment")), span))
        failed << QStringLiteral("ExpirationRule");
    failed << enablementFailures(pimRule(rules, QLatin1String("Enablement_EndUser_Assignment")), draft, request.caller);
    // No policy at all targets the context: PIM falls back to plain MFA. A disabled or report-only one hides that (P16).
    if (contextAsked && !contextIsTargeted(store, claimValue) && !request.caller.amr.contains(QLatin1String("mfa")))
        failed << QStringLiteral("MfaRule");
    if (!failed.isEmpty())
        return rulesFailed(store, failed);
    const bool held = request.caller.cp1 && request.caller.acrs.contains(claimValue);
    if (contextAsked && contextIsTargeted(store, claimValue) && !held)
        return contextRequired(claimValue);
    return {};
}

} // namespace

Response selfActivate(Store &store, const Request &request, const Draft &draft)
{
    const Half &half = kAssignment;
    if (isPending(store, half, draft))
        return alreadyPending();
    if (!schedulesOf(store, half, draft.groupId, draft.principalId, draft.access).isEmpty() ||
        isPlainMember(store, draft.groupId, draft.principalId, draft.access))
        return alreadyExists();
    const ScheduleSpan span = readSchedule(draft.scheduleInfo, store.now());
    if (!span.fault.isEmpty())
        return pimError(span.fault, QStringLiteral("The role assignment request is invalid."));
    const QJsonArray rules = pimRulesFor(store, draft.groupId, draft.access);
    const auto eligibility = eligibilityFor(store, draft.principalId, draft.groupId, draft.access);
    if (auto refused = activationRefused(store, request, draft, rules, span, eligibility.has_value()))
        return *refused;

    QJsonObject row = requestRow(store, request, half, draft);
    const QJsonObject scheduleInfo = writeSchedule(draft.scheduleInfo, span);
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    row.insert(QStringLiteral("_activatedUsing"), eligibility->value(QLatin1String("id")));
    const PimApprovers approvers = approversIn(pimRule(rules, QLatin1String("Approval_EndUser_Assignment")));
    if (draft.validationOnly)
        return answered(store, request, half, row);
    auditPim(store, activityOf(half, draft.action, "requested"), request.caller.oid, row);
    if (approvers.required) {
        row = openApproval(store, row, approvers);
        auditPim(store, QStringLiteral("Add member to role approval requested (PIM activation)"), request.caller.oid, row);
        return answered(store, request, half, row);
    }
    return answered(store, request, half, grant(store, half, row, scheduleInfo, span));
}

Response selfDeactivate(Store &store, const Request &request, const Draft &draft)
{
    QList<QJsonObject> active = schedulesOf(store, kAssignment, draft.groupId, draft.principalId, draft.access);
    active.removeIf([&](const QJsonObject &row) { return !isActivated(row) || !isCurrent(row, store.now()); });
    if (active.isEmpty())
        return doesNotExist();
    if (isYoung(store, active.first()))
        return tooShort();
    if (draft.validationOnly)
        return answered(store, request, kAssignment, requestRow(store, request, kAssignment, draft));
    for (const QJsonObject &schedule : active)
        endSchedule(store, kAssignment, schedule);
    return revoked(store, request, kAssignment, draft, QStringLiteral("timebound"));
}

} // namespace pimgate::demo::pim
