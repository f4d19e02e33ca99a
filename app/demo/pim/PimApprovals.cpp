#include "demo/pim/PimApprovals.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimAudit.h"
#include "demo/pim/PimExtensions.h"
#include "demo/pim/PimManners.h"

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

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
    return same(requesterOf(request), oid);
}

QJsonObject openApproval(Store &store, QJsonObject row, const PimApprovers &approvers)
{
    const QJsonObject stage{{QStringLiteral("id"), row.value(QLatin1String("id"))},
                            {QStringLiteral("displayName"), QJsonValue::Null},
                            {QStringLiteral("status"), QStringLiteral("InProgress")},
                            {QStringLiteral("reviewResult"), QStringLiteral("NotReviewed")},
                            {QStringLiteral("reviewedBy"), QJsonValue::Null},
                            {QStringLiteral("reviewedDateTime"), QJsonValue::Null},
                            {QStringLiteral("justification"), QString()}};
    store.put(kApprovals, {{QStringLiteral("id"), row.value(QLatin1String("id"))},
                           {QStringLiteral("stages"), QJsonArray{stage}},
                           {QStringLiteral("_users"), QJsonArray::fromStringList(approvers.users)},
                           {QStringLiteral("_groups"), QJsonArray::fromStringList(approvers.groups)},
                           {QStringLiteral("_days"), approvers.timeOutInDays},
                           {QStringLiteral("_justification"), approvers.approverJustifies}});
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
    const QString on = request.param(QStringLiteral("on")).toLower();
    static const QStringList known{QString(), QStringLiteral("approver"), QStringLiteral("principal"),
                                   QStringLiteral("createdby")};
    if (!known.contains(on))
        return graphError(400, QStringLiteral("BadRequest"),
                          QStringLiteral("filterByCurrentUser does not take '%1' here.").arg(on));
    const bool mine = !on.isEmpty() && on != QLatin1String("approver"); // everybody asks for himself only
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

/// The activation runs from the approval, not from the request; a start that was asked for later stays.
bool grantActivation(Store &store, const QJsonObject &row)
{
    const QJsonObject asked = row.value(QLatin1String("scheduleInfo")).toObject();
    const ScheduleSpan span = readSchedule(asked, store.now());
    const QString principalId = textIn(row, "principalId");
    if (!span.fault.isEmpty() || !isEnabled(store, principalId) ||
        !eligibilityFor(store, principalId, textIn(row, "groupId"), textIn(row, "accessId")))
        return false;
    grant(store, kAssignment, row, writeSchedule(asked, span), span);
    return true;
}

void grantApproved(Store &store, const QJsonObject &row)
{
    const bool activation = textIn(row, "action") == QLatin1String("selfActivate");
    const bool granted =
        store.find(kGroups, textIn(row, "groupId")) && (activation ? grantActivation(store, row) : grantExtension(store, row));
    if (!granted) // nothing is left of what was asked for
        failRequest(store, kAssignment, textIn(row, "id"));
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
             oid, row);
    if (approve)
        grantApproved(store, row);
    else
        store.patch(
            kAssignment.requests(), textIn(row, "id"),
            {{QStringLiteral("status"), QStringLiteral("Denied")}, {QStringLiteral("completedDateTime"), store.nowText()}});
    return Response::noContent();
}

} // namespace

void settleApprovals(Store &store, const QDateTime &now)
{
    const QString dead = pimManners(store).timedOutIsFailed ? QStringLiteral("Failed") : QStringLiteral("TimedOut");
    for (const QJsonObject &approval : store.rows(kApprovals, isOpen)) {
        const QJsonObject *found = requestOfApproval(store, approval);
        if (!found || !store.holds(kApprovals, textIn(approval, "id")))
            continue;
        const QJsonObject row = *found;
        if (DemoClock::parse(textIn(row, "createdDateTime")).addDays(approval.value(QLatin1String("_days")).toInt(1)) > now)
            continue;
        store.patch(kAssignment.requests(), textIn(row, "id"),
                    {{QStringLiteral("status"), dead}, {QStringLiteral("completedDateTime"), store.nowText()}});
        closeStage(store, approval, {{QStringLiteral("status"), QStringLiteral("Expired")}});
        auditPim(store, QStringLiteral("PIM activation request expired"), {}, row);
    }
}

void addApprovalRoutes(Router &router)
{
    const QString approvals = kPimBase + QStringLiteral("assignmentApprovals");
    addPimRoute(router, "GET", approvals, listApprovals);
    addPimRoute(router, "GET", approvals + QStringLiteral("/filterByCurrentUser(on='{on}')"), listApprovals);
    addPimRoute(router, "GET", approvals + QStringLiteral("/{approval}"), readApproval);
    addPimRoute(router, "GET", approvals + QStringLiteral("/{approval}/stages"), listStages);
    addPimRoute(router, "GET", approvals + QStringLiteral("/{approval}/stages/{stage}"), readStage);
    addPimRoute(router, "PATCH", approvals + QStringLiteral("/{approval}/stages/{stage}"), decideStage);
}

} // namespace pimgate::demo::pim
