#include "demo/PimRequests.h"

#include "demo/PimAccess.h"
#include "demo/PimActivations.h"
#include "demo/PimApprovals.h"
#include "demo/PimPolicies.h"
#include "demo/PimReading.h"

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

QString spanWord(const QJsonObject &scheduleInfo)
{
    const QString type = scheduleInfo.value(QLatin1String("expiration")).toObject().value(QLatin1String("type")).toString();
    return type == QLatin1String("noExpiration") ? QStringLiteral("permanent") : QStringLiteral("timebound");
}

QStringList adminFailures(const Store &store, const Request &request, const Half &half, const Draft &draft,
                          const ScheduleSpan &span)
{
    const QJsonArray rules = pimRulesFor(store, draft.groupId, draft.access);
    QStringList failed;
    const QLatin1String expiration(half.eligibility ? "Expiration_Admin_Eligibility" : "Expiration_Admin_Assignment");
    if (!expirationAllows(pimRule(rules, expiration), span))
        failed << QStringLiteral("ExpirationRule");
    if (!half.eligibility) // Enablement_Admin_Eligibility is stored and has no effect
        failed << enablementFailures(pimRule(rules, QLatin1String("Enablement_Admin_Assignment")), draft, request.caller);
    return failed;
}

std::optional<Response> refusedPrincipal(const Store &store, const Draft &draft)
{
    const QString kind = store.kindOf(draft.principalId);
    if (kind.isEmpty())
        return pimError(QStringLiteral("SubjectNotFound"), QStringLiteral("The subject is not found."));
    const QJsonObject *group = store.find(kGroups, draft.groupId);
    const bool nested = kind == QLatin1String("group");
    const bool refused = (nested && (same(draft.principalId, draft.groupId) || draft.access == QLatin1String("owner") ||
                                     group->value(QLatin1String("isAssignableToRole")).toBool())) ||
                         (kind == QLatin1String("servicePrincipal") && draft.access == QLatin1String("member") &&
                          group->value(QLatin1String("groupTypes")).toArray().contains(QJsonValue(QStringLiteral("Unified"))));
    return refused ? std::optional(invalidRequest()) : std::nullopt;
}

QString auditVerb(const Half &half, const QString &action)
{
    const QString what = half.eligibility ? QStringLiteral("eligible member") : QStringLiteral("member");
    if (action == QLatin1String("adminAssign") || action == QLatin1String("adminRenew"))
        return QStringLiteral("Add %1 to role in PIM").arg(what);
    return action == QLatin1String("adminRemove") ? QStringLiteral("Remove %1 from role in PIM").arg(what)
                                                  : QStringLiteral("Update %1 in PIM").arg(what);
}

Response adminAssign(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    const QList<QJsonObject> existing = schedulesOf(store, half, draft.groupId, draft.principalId, draft.access);
    const bool sameKind = std::any_of(existing.begin(), existing.end(), [&](const QJsonObject &schedule) {
        return half.eligibility || textIn(schedule, "assignmentType") == QLatin1String("Assigned");
    });
    const bool plain =
        !half.eligibility && existing.isEmpty() && isPlainMember(store, draft.groupId, draft.principalId, draft.access);
    if (sameKind || plain)
        return alreadyExists();
    const ScheduleSpan span = readSchedule(draft.scheduleInfo, store.now());
    if (!span.fault.isEmpty())
        return pimError(span.fault, QStringLiteral("The role assignment request is invalid."));
    if (const QStringList failed = adminFailures(store, request, half, draft, span); !failed.isEmpty())
        return rulesFailed(store, failed);
    QJsonObject row = requestRow(store, request, half, draft);
    const QJsonObject scheduleInfo = writeSchedule(draft.scheduleInfo, span);
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    if (draft.validationOnly)
        return answered(store, request, half, row);
    pimOnboard(store, draft.groupId);
    row = grant(store, half, row, scheduleInfo, span);
    for (const auto &step : {QStringLiteral("requested"), QStringLiteral("completed")})
        auditPim(store, QStringLiteral("%1 %2 (%3)").arg(auditVerb(half, draft.action), step, spanWord(scheduleInfo)),
                 QStringLiteral("Add"), request.caller.oid, row);
    return answered(store, request, half, row);
}

Response adminUpdate(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    QList<QJsonObject> existing = schedulesOf(store, half, draft.groupId, draft.principalId, draft.access);
    if (!half.eligibility)
        existing.removeIf([](const QJsonObject &row) { return textIn(row, "assignmentType") == QLatin1String("Activated"); });
    if (existing.isEmpty())
        return doesNotExist();
    const ScheduleSpan span = readSchedule(draft.scheduleInfo, store.now());
    if (!span.fault.isEmpty())
        return pimError(span.fault, QStringLiteral("The role assignment request is invalid."));
    if (const QStringList failed = adminFailures(store, request, half, draft, span); !failed.isEmpty())
        return rulesFailed(store, failed);
    QJsonObject row = requestRow(store, request, half, draft);
    const QJsonObject scheduleInfo = writeSchedule(draft.scheduleInfo, span);
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    if (draft.validationOnly)
        return answered(store, request, half, row);
    const QString scheduleId = textIn(existing.first(), "id");
    row.insert(QStringLiteral("status"), QStringLiteral("Provisioned"));
    row.insert(QStringLiteral("targetScheduleId"), scheduleId);
    row.insert(QStringLiteral("completedDateTime"), store.nowText());
    store.put(half.requests(), row);
    store.patch(half.schedules(), scheduleId,
                {{QStringLiteral("scheduleInfo"), scheduleInfo}, {QStringLiteral("modifiedDateTime"), store.nowText()}});
    auditPim(store, QStringLiteral("%1 completed (%2)").arg(auditVerb(half, draft.action), spanWord(scheduleInfo)),
             QStringLiteral("Update"), request.caller.oid, row);
    return answered(store, request, half, row);
}

Response adminRemove(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    const QList<QJsonObject> existing = schedulesOf(store, half, draft.groupId, draft.principalId, draft.access);
    const bool plain =
        !half.eligibility && existing.isEmpty() && isPlainMember(store, draft.groupId, draft.principalId, draft.access);
    if (existing.isEmpty() && !plain)
        return doesNotExist();
    if (std::any_of(existing.begin(), existing.end(), [&](const QJsonObject &schedule) { return isYoung(store, schedule); }))
        return tooShort();
    if (draft.validationOnly)
        return answered(store, request, half, requestRow(store, request, half, draft));
    pimOnboard(store, draft.groupId);
    for (const QJsonObject &schedule : existing)
        endSchedule(store, half, schedule);
    if (plain)
        leaveGroup(store, {{QStringLiteral("groupId"), draft.groupId},
                           {QStringLiteral("principalId"), draft.principalId},
                           {QStringLiteral("accessId"), draft.access}});
    return revoked(store, request, half, draft, auditVerb(half, draft.action) + QStringLiteral(" completed (timebound)"));
}

Response createRequest(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Write))
        return *denied;
    const auto draft = readDraft(request.body, half);
    if (!draft)
        return invalidRequest();
    if (auto refused = requirePimGroup(store, draft->groupId))
        return *refused;
    if (draft->action.startsWith(QLatin1String("self"))) {
        if (!same(draft->principalId, request.caller.oid))
            return pimForbidden();
        return draft->action == QLatin1String("selfActivate") ? selfActivate(store, request, *draft)
                                                              : selfDeactivate(store, request, *draft);
    }
    if (auto denied = requirePimRole(store, request, draft->groupId, PimNeed::Write))
        return *denied;
    if (draft->action == QLatin1String("adminRemove"))
        return adminRemove(store, request, half, *draft);
    if (auto refused = refusedPrincipal(store, *draft))
        return *refused;
    if (draft->action == QLatin1String("adminAssign") || draft->action == QLatin1String("adminRenew"))
        return adminAssign(store, request, half, *draft);
    return adminUpdate(store, request, half, *draft); // and adminExtend
}

Response cancelRequest(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Write))
        return *denied;
    const QJsonObject *found = store.find(half.requests(), request.param(QStringLiteral("id")));
    if (!found)
        return pimNotFound();
    const QJsonObject row = *found;
    if (!isRequester(row, request.caller.oid)) {
        if (auto denied = requirePimRole(store, request, textIn(row, "groupId"), PimNeed::Write))
            return *denied;
    }
    const QString status = textIn(row, "status");
    if (status != QLatin1String("PendingApproval") && status != QLatin1String("Granted"))
        return pimError(QStringLiteral("InvalidRoleAssignmentRequest"),
                        QStringLiteral("The request cannot be canceled in status %1.").arg(status));
    store.remove(half.schedules(), textIn(row, "targetScheduleId"));
    store.remove(kApprovals, textIn(row, "approvalId"));
    store.patch(half.requests(), textIn(row, "id"),
                {{QStringLiteral("status"), QStringLiteral("Canceled")}, {QStringLiteral("completedDateTime"), store.nowText()}});
    auditPim(store, QStringLiteral("Cancel request in PIM"), QStringLiteral("Update"), request.caller.oid, row);
    return Response::noContent();
}

void addWritingRoutes(Router &router, const Half &half)
{
    const QString requests = kPimBase + half.requests();
    router.add("POST", requests, [=](Store &store, const Request &request) { return createRequest(store, request, half); });
    router.add("POST", requests + QStringLiteral("/{id}/cancel"),
               [=](Store &store, const Request &request) { return cancelRequest(store, request, half); });
}

} // namespace

} // namespace pimgate::demo::pim

namespace pimgate::demo {

void settlePim(Store &store, const QDateTime &now)
{
    pim::settleSchedules(store, pim::kEligibility, now);
    pim::settleSchedules(store, pim::kAssignment, now);
    pim::settleApprovals(store, now);
}

void addPimRoutes(Router &router, Store &)
{
    router.beforeEach(settlePim);
    for (const pim::Half &half : {pim::kEligibility, pim::kAssignment}) {
        pim::addWritingRoutes(router, half);
        pim::addReadingRoutes(router, half);
    }
    pim::addApprovalRoutes(router);
}

} // namespace pimgate::demo
