#include "demo/PimApprovals.h"

#include "demo/PimAccess.h"
#include "demo/PimRequestForm.h"

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

constexpr qint64 kApprovalWindow = 24 * 3600; ///< not configurable (P17)

bool approves(const Store &store, const QJsonObject &approval, const QString &oid)
{
    if (approval.value(QLatin1String("_users")).toArray().contains(QJsonValue(oid)))
        return true;
    const std::set<QString> groups = store.transitiveGroupsOf(oid);
    const QJsonArray asked = approval.value(QLatin1String("_groups")).toArray();
    return std::any_of(asked.begin(), asked.end(), [&](const QJsonValue &group) { return groups.contains(group.toString()); });
}

} // namespace

bool mayApprove(const Store &store, const QJsonObject &request, const QString &oid)
{
    const QJsonObject *approval = store.find(kApprovals, textIn(request, "approvalId"));
    return approval && approves(store, *approval, oid);
}

bool isRequester(const QJsonObject &request, const QString &oid)
{
    return same(request.value(QLatin1String("createdBy"))
                    .toObject()
                    .value(QLatin1String("user"))
                    .toObject()
                    .value(QLatin1String("id"))
                    .toString(),
                oid);
}

QJsonObject openApproval(Store &store, QJsonObject row, const QJsonArray &rules, const PimApprovers &approvers)
{
    const QJsonObject rule = pimRule(rules, QLatin1String("Approval_EndUser_Assignment"));
    const QJsonObject ruleStage =
        rule.value(QLatin1String("setting")).toObject().value(QLatin1String("approvalStages")).toArray().first().toObject();
    const QJsonObject stage{{QStringLiteral("id"), row.value(QLatin1String("id"))},
                            {QStringLiteral("displayName"), QJsonValue::Null},
                            {QStringLiteral("status"), QStringLiteral("InProgress")},
                            {QStringLiteral("reviewResult"), QStringLiteral("NotReviewed")},
                            {QStringLiteral("reviewedBy"), QJsonValue::Null},
                            {QStringLiteral("reviewedDateTime"), QJsonValue::Null},
                            {QStringLiteral("justification"), QString()}};
    store.put(kApprovals,
              {{QStringLiteral("id"), row.value(QLatin1String("id"))},
               {QStringLiteral("stages"), QJsonArray{stage}},
               {QStringLiteral("_users"), QJsonArray::fromStringList(approvers.users)},
               {QStringLiteral("_groups"), QJsonArray::fromStringList(approvers.groups)},
               {QStringLiteral("_justification"), ruleStage.value(QLatin1String("isApproverJustificationRequired"))}});
    row.insert(QStringLiteral("status"), QStringLiteral("PendingApproval"));
    row.insert(QStringLiteral("approvalId"), row.value(QLatin1String("id")));
    store.put(kAssignment.requests(), row);
    return row;
}

namespace {

const QJsonObject *requestOfApproval(const Store &store, const QJsonObject &approval)
{
    return store.find(kAssignment.requests(), textIn(approval, "id"));
}

QJsonObject stageOf(const QJsonObject &approval)
{
    return approval.value(QLatin1String("stages")).toArray().first().toObject();
}

bool isOpen(const QJsonObject &approval)
{
    return textIn(stageOf(approval), "status") == QLatin1String("InProgress");
}

QJsonArray shownStages(const Store &store, const QJsonObject &approval, const QString &oid)
{
    const QJsonObject *request = requestOfApproval(store, approval);
    QJsonObject stage = stageOf(approval);
    stage.insert(QStringLiteral("assignedToMe"), approves(store, approval, oid) && !(request && isRequester(*request, oid)));
    return {stage};
}

QJsonObject shownApproval(const Store &store, const QJsonObject &approval, const QString &oid, bool stages)
{
    QJsonObject shown{{QStringLiteral("id"), approval.value(QLatin1String("id"))}};
    if (stages)
        shown.insert(QStringLiteral("+stages"), shownStages(store, approval, oid));
    return shown;
}

const QString kApprovalSet = QStringLiteral("identityGovernance/privilegedAccess/group/assignmentApprovals");

Response listApprovals(Store &store, const Request &request)
{
    if (auto denied = requirePimScope(request, kAssignment.family(), PimNeed::Read))
        return *denied;
    const QString &oid = request.caller.oid;
    const bool mine = request.param(QStringLiteral("on")).toLower() == QLatin1String("createdby");
    const bool stages = request.option(QStringLiteral("$expand")).contains(QLatin1String("stages"));
    QList<QJsonObject> rows;
    for (const QJsonObject &approval : store.rows(kApprovals, isOpen)) {
        const QJsonObject *asked = requestOfApproval(store, approval);
        if (mine ? asked && isRequester(*asked, oid) : approves(store, approval, oid))
            rows << shownApproval(store, approval, oid, stages);
    }
    return collection(request, rows, kApprovalSet);
}

/// The approval of the path for somebody whom it concerns.
std::optional<QJsonObject> readableApproval(const Store &store, const Request &request, PimNeed need,
                                            std::optional<Response> *refused)
{
    *refused = requirePimScope(request, kAssignment.family(), need);
    if (*refused)
        return {};
    const QJsonObject *approval = store.find(kApprovals, request.param(QStringLiteral("approval")));
    const QJsonObject *asked = approval ? requestOfApproval(store, *approval) : nullptr;
    const QString stageId = request.param(QStringLiteral("stage"));
    if (!asked || (!stageId.isEmpty() && !same(stageId, textIn(stageOf(*approval), "id")))) {
        *refused = pimNotFound();
        return {};
    }
    const QString &oid = request.caller.oid;
    if (need == PimNeed::Read && !approves(store, *approval, oid) && !isRequester(*asked, oid))
        *refused = requirePimRole(store, request, textIn(*asked, "groupId"), PimNeed::Read);
    return *refused ? std::nullopt : std::optional(*approval);
}

Response readApproval(Store &store, const Request &request)
{
    std::optional<Response> refused;
    const auto approval = readableApproval(store, request, PimNeed::Read, &refused);
    return refused ? *refused : entity(request, shownApproval(store, *approval, request.caller.oid, true), kApprovalSet);
}

Response listStages(Store &store, const Request &request)
{
    std::optional<Response> refused;
    const auto approval = readableApproval(store, request, PimNeed::Read, &refused);
    if (refused)
        return *refused;
    return collection(request, {shownStages(store, *approval, request.caller.oid).first().toObject()},
                      kApprovalSet + QStringLiteral("('%1')/stages").arg(textIn(*approval, "id")));
}

Response readStage(Store &store, const Request &request)
{
    std::optional<Response> refused;
    const auto approval = readableApproval(store, request, PimNeed::Read, &refused);
    if (refused)
        return *refused;
    return entity(request, shownStages(store, *approval, request.caller.oid).first().toObject(),
                  kApprovalSet + QStringLiteral("('%1')/stages").arg(textIn(*approval, "id")));
}

/// The activation runs from the approval, not from the request.
void activateApproved(Store &store, QJsonObject row)
{
    QJsonObject asked = row.value(QLatin1String("scheduleInfo")).toObject();
    asked.remove(QStringLiteral("startDateTime"));
    const ScheduleSpan span = readSchedule(asked, store.now());
    const QString groupId = textIn(row, "groupId");
    const bool eligible = eligibilityFor(store, textIn(row, "principalId"), groupId, textIn(row, "accessId")).has_value();
    if (!span.fault.isEmpty() || !eligible || !store.find(kGroups, groupId)) {
        row.insert(QStringLiteral("status"), QStringLiteral("Failed"));
        row.insert(QStringLiteral("completedDateTime"), store.nowText());
        store.put(kAssignment.requests(), row);
        return;
    }
    row = grant(store, kAssignment, row, writeSchedule(asked, span), span);
    auditPim(store, QStringLiteral("Add member to role completed (PIM activation)"), QStringLiteral("Add"),
             textIn(row, "principalId"), row);
}

void closeStage(Store &store, const QJsonObject &approval, const QJsonObject &outcome)
{
    QJsonObject stage = stageOf(approval);
    for (auto it = outcome.begin(); it != outcome.end(); ++it)
        stage.insert(it.key(), it.value());
    store.patch(kApprovals, textIn(approval, "id"), {{QStringLiteral("stages"), QJsonArray{stage}}});
}

Response decideStage(Store &store, const Request &request)
{
    std::optional<Response> refused;
    const auto approval = readableApproval(store, request, PimNeed::Write, &refused);
    if (refused)
        return *refused;
    const QJsonObject row = *requestOfApproval(store, *approval);
    const QString &oid = request.caller.oid;
    if (isRequester(row, oid) || !approves(store, *approval, oid)) // nobody approves for himself
        return pimForbidden();
    if (!isOpen(*approval))
        return graphError(409, QStringLiteral("RequestAlreadyDecided"), QStringLiteral("The request has already been decided."));
    const QString result = textIn(request.body, "reviewResult").toLower();
    const bool approve = result == QLatin1String("approve"), deny = result == QLatin1String("deny");
    if (!approve && !deny)
        return pimError(QStringLiteral("InvalidReviewResult"), QStringLiteral("reviewResult must be Approve or Deny."));
    if (approval->value(QLatin1String("_justification")).toBool() && !hasText(request.body, "justification"))
        return rulesFailed(store, {QStringLiteral("JustificationRule")});

    const QJsonObject *reviewer = store.user(oid);
    const QJsonObject reviewedBy{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.userIdentity")},
                                 {QStringLiteral("id"), oid},
                                 {QStringLiteral("displayName"), reviewer->value(QLatin1String("displayName"))},
                                 {QStringLiteral("userPrincipalName"), reviewer->value(QLatin1String("userPrincipalName"))}};
    closeStage(store, *approval,
               {{QStringLiteral("status"), QStringLiteral("Completed")},
                {QStringLiteral("reviewResult"), approve ? QStringLiteral("Approve") : QStringLiteral("Deny")},
                {QStringLiteral("reviewedBy"), reviewedBy},
                {QStringLiteral("reviewedDateTime"), store.nowText()},
                {QStringLiteral("justification"), request.body.value(QLatin1String("justification"))}});
    auditPim(store,
             approve ? QStringLiteral("Add member to role request approved (PIM activation)")
                     : QStringLiteral("Add member to role request denied (PIM activation)"),
             QStringLiteral("Update"), oid, row);
    if (approve)
        activateApproved(store, row);
    else
        store.patch(
            kAssignment.requests(), textIn(row, "id"),
            {{QStringLiteral("status"), QStringLiteral("Denied")}, {QStringLiteral("completedDateTime"), store.nowText()}});
    return Response::noContent();
}

} // namespace

void settleApprovals(Store &store, const QDateTime &now)
{
    for (const QJsonObject &approval : store.rows(kApprovals, isOpen)) {
        const QJsonObject *row = requestOfApproval(store, approval);
        if (!row || DemoClock::parse(textIn(*row, "createdDateTime")).secsTo(now) < kApprovalWindow)
            continue;
        store.patch(
            kAssignment.requests(), textIn(*row, "id"),
            {{QStringLiteral("status"), QStringLiteral("TimedOut")}, {QStringLiteral("completedDateTime"), store.nowText()}});
        closeStage(store, approval, {{QStringLiteral("status"), QStringLiteral("Expired")}});
    }
}

void addApprovalRoutes(Router &router)
{
    const QString approvals = kPimBase + QStringLiteral("assignmentApprovals");
    router.add("GET", approvals, listApprovals);
    router.add("GET", approvals + QStringLiteral("/filterByCurrentUser(on='{on}')"), listApprovals);
    router.add("GET", approvals + QStringLiteral("/{approval}"), readApproval);
    router.add("GET", approvals + QStringLiteral("/{approval}/stages"), listStages);
    router.add("GET", approvals + QStringLiteral("/{approval}/stages/{stage}"), readStage);
    router.add("PATCH", approvals + QStringLiteral("/{approval}/stages/{stage}"), decideStage);
}

} // namespace pimgate::demo::pim
