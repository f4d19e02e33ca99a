#include "demo/PimActivations.h"

#include "demo/PimAccess.h"
#include "demo/PimApprovals.h"
#include "demo/PimPolicies.h"

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

bool isPending(const Store &store, const Draft &draft)
{
    return !store
                .rows(kAssignment.requests(),
                      [&](const QJsonObject &row) {
                          return concerns(row, draft.groupId, draft.principalId, draft.access) &&
                                 textIn(row, "status") == QLatin1String("PendingApproval");
                      })
                .isEmpty();
}

} // namespace

Response selfActivate(Store &store, const Request &request, const Draft &draft)
{
    const Half &half = kAssignment;
    if (isPending(store, draft))
        return pimError(QStringLiteral("PendingRoleAssignmentRequest"),
                        QStringLiteral("There is already a pending request for this role assignment."));
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
    auditPim(store, QStringLiteral("Add member to role requested (PIM activation)"), QStringLiteral("Add"), request.caller.oid,
             row);
    if (approvers.required) {
        row = openApproval(store, row, rules, approvers);
        auditPim(store, QStringLiteral("Add member to role approval requested (PIM activation)"), QStringLiteral("Add"),
                 request.caller.oid, row);
        return answered(store, request, half, row);
    }
    row = grant(store, half, row, scheduleInfo, span);
    auditPim(store, QStringLiteral("Add member to role completed (PIM activation)"), QStringLiteral("Add"), request.caller.oid,
             row);
    return answered(store, request, half, row);
}

Response selfDeactivate(Store &store, const Request &request, const Draft &draft)
{
    QList<QJsonObject> active = schedulesOf(store, kAssignment, draft.groupId, draft.principalId, draft.access);
    active.removeIf([](const QJsonObject &row) { return textIn(row, "assignmentType") != QLatin1String("Activated"); });
    if (active.isEmpty())
        return doesNotExist();
    if (isYoung(store, active.first()))
        return tooShort();
    if (draft.validationOnly)
        return answered(store, request, kAssignment, requestRow(store, request, kAssignment, draft));
    for (const QJsonObject &schedule : active)
        endSchedule(store, kAssignment, schedule);
    return revoked(store, request, kAssignment, draft, QStringLiteral("Remove member from role completed (PIM deactivate)"));
}

} // namespace pimgate::demo::pim
