#include "demo/pim/PimRequests.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimActivations.h"
#include "demo/pim/PimApprovals.h"
#include "demo/pim/PimAudit.h"
#include "demo/pim/PimExtensions.h"
#include "demo/pim/PimManners.h"
#include "demo/pim/PimPolicies.h"
#include "demo/pim/PimReading.h"

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

std::optional<Response> refusedPrincipal(const Store &store, const Half &half, const Draft &draft)
{
    const QString kind = store.kindOf(draft.principalId);
    if (kind.isEmpty())
        return pimError(QStringLiteral("SubjectNotFound"), QStringLiteral("The subject is not found."));
    const QJsonObject *group = store.find(kGroups, draft.groupId);
    // A group may be eligible for a role-assignable one (contract 6); only as its member it may not be (contract 4.1).
    const bool closed = !half.eligibility && group->value(QLatin1String("isAssignableToRole")).toBool();
    const bool nested = kind == QLatin1String("group");
    const bool refused =
        (nested && (same(draft.principalId, draft.groupId) || draft.access == QLatin1String("owner") || closed)) ||
        (kind == QLatin1String("servicePrincipal") && draft.access == QLatin1String("member")); // contract 7.1: owner only
    return refused ? std::optional(invalidRequest()) : std::nullopt;
}

/// Reads the schedule and holds it against the administrator's rules.
struct Judged
{
    ScheduleSpan span;
    std::optional<Response> refusal;
};

Judged judge(const Store &store, const Request &request, const Half &half, const Draft &draft)
{
    const ScheduleSpan span = readSchedule(draft.scheduleInfo, store.now());
    if (!span.fault.isEmpty())
        return {span, pimError(span.fault, QStringLiteral("The role assignment request is invalid."))};
    if (const QStringList failed = adminFailures(store, half, draft, span, request.caller); !failed.isEmpty())
        return {span, rulesFailed(store, failed)};
    return {span, {}};
}

/// adminAssign, and adminRenew of what has expired.
Response addAssignment(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    const Judged judged = judge(store, request, half, draft);
    if (judged.refusal)
        return *judged.refusal;
    QJsonObject row = requestRow(store, request, half, draft);
    const QJsonObject scheduleInfo = writeSchedule(draft.scheduleInfo, judged.span);
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    if (draft.validationOnly)
        return answered(store, request, half, row);
    pimOnboard(store, draft.groupId);
    auditPim(store, activityOf(half, draft.action, "requested", spanWord(scheduleInfo)), request.caller.oid, row);
    row = grant(store, half, row, scheduleInfo, judged.span);
    answerPendingExtension(store, half, row);
    return answered(store, request, half, row);
}

bool isAssigned(const Store &store, const Half &half, const Draft &draft)
{
    const QList<QJsonObject> existing = schedulesOf(store, half, draft.groupId, draft.principalId, draft.access);
    const bool sameKind =
        std::any_of(existing.begin(), existing.end(), [](const QJsonObject &schedule) { return !isActivated(schedule); });
    return sameKind ||
           (!half.eligibility && existing.isEmpty() && isPlainMember(store, draft.groupId, draft.principalId, draft.access));
}

Response adminAssign(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    return isAssigned(store, half, draft) ? alreadyExists() : addAssignment(store, request, half, draft);
}

Response adminRenew(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    if (isAssigned(store, half, draft))
        return alreadyExists(); // renewing is for what has expired (contract 7.4)
    return hasExpired(store, half, draft) ? addAssignment(store, request, half, draft) : doesNotExist();
}

/// adminUpdate, and adminExtend of what has not expired.
Response adminUpdate(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    const auto existing = assignedSchedule(store, half, draft);
    if (!existing)
        return doesNotExist();
    const Judged judged = judge(store, request, half, draft);
    if (judged.refusal)
        return *judged.refusal;
    QJsonObject row = requestRow(store, request, half, draft);
    const QJsonObject scheduleInfo = writeSchedule(draft.scheduleInfo, judged.span);
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    if (draft.validationOnly)
        return answered(store, request, half, row);
    auditPim(store, activityOf(half, draft.action, "requested"), request.caller.oid, row);
    row = extendSchedule(store, half, row, *existing, judged.span);
    answerPendingExtension(store, half, row);
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
    const QJsonObject scheduleInfo =
        existing.isEmpty() ? QJsonObject() : existing.first().value(QLatin1String("scheduleInfo")).toObject();
    return revoked(store, request, half, draft, plain ? QStringLiteral("permanent") : spanWord(scheduleInfo));
}

Response selfAction(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    if (!same(draft.principalId, request.caller.oid) || !isEnabled(store, draft.principalId))
        return pimForbidden();
    if (draft.action == QLatin1String("selfActivate"))
        return selfActivate(store, request, draft);
    if (draft.action == QLatin1String("selfDeactivate"))
        return selfDeactivate(store, request, draft);
    return askExtension(store, request, half, draft);
}

Response adminAction(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    if (draft.action == QLatin1String("adminRemove"))
        return adminRemove(store, request, half, draft);
    if (auto refused = refusedPrincipal(store, half, draft))
        return *refused;
    if (draft.action == QLatin1String("adminAssign"))
        return adminAssign(store, request, half, draft);
    if (draft.action == QLatin1String("adminRenew"))
        return adminRenew(store, request, half, draft);
    return adminUpdate(store, request, half, draft);
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
    if (draft->action.startsWith(QLatin1String("self")))
        return selfAction(store, request, half, *draft);
    if (auto denied = requirePimRole(store, request, draft->groupId, PimNeed::Write))
        return *denied;
    return adminAction(store, request, half, *draft);
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
    static const QStringList cancelable{QStringLiteral("PendingApproval"), QStringLiteral("PendingAdminDecision"),
                                        QStringLiteral("Granted"), QStringLiteral("ScheduleCreated")};
    if (!cancelable.contains(status))
        return pimError(QStringLiteral("InvalidRoleAssignmentRequest"),
                        QStringLiteral("The request cannot be canceled in status %1.").arg(status));
    if (!status.startsWith(QLatin1String("Pending")))
        store.remove(half.schedules(), textIn(row, "targetScheduleId")); // it had not started
    store.remove(kApprovals, textIn(row, "approvalId"));
    store.patch(half.requests(), textIn(row, "id"),
                {{QStringLiteral("status"), QStringLiteral("Canceled")}, {QStringLiteral("completedDateTime"), store.nowText()}});
    const QString span = spanWord(row.value(QLatin1String("scheduleInfo")).toObject());
    auditPim(store, activityOf(half, textIn(row, "action"), "canceled", span), request.caller.oid, row);
    return Response::noContent();
}

void addWritingRoutes(Router &router, const Half &half)
{
    const QString requests = kPimBase + half.requests();
    addPimRoute(router, "POST", requests,
                [=](Store &store, const Request &request) { return createRequest(store, request, half); });
    addPimRoute(router, "POST", requests + QStringLiteral("/{id}/cancel"),
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
