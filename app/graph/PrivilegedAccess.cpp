#include "graph/PrivilegedAccess.h"

#include "graph/GraphService.h"
#include "graph/Json.h"

#include <algorithm>

namespace pimgate {
namespace {

QString pim(const char *set)
{
    return QLatin1String("/identityGovernance/privilegedAccess/group/") + QLatin1String(set);
}

QString ofGroup(const QString &groupId)
{
    return QLatin1String("groupId eq ") + GraphService::literal(groupId);
}

QString mine(const char *set, const char *as, const QString &filter)
{
    return pim(set) + QLatin1String("/filterByCurrentUser(on='") + QLatin1String(as) + QLatin1String("')?") +
           GraphService::query({{"$filter", filter}});
}

QString whole(const char *set, const QString &groupId)
{
    // Without a filter by group or principal PIM refuses the list (graph-contract 7).
    return pim(set) + QLatin1Char('?') + GraphService::query({{"$filter", ofGroup(groupId)}});
}

QDateTime endOf(const QJsonObject &scheduleInfo, const QDateTime &start)
{
    const QJsonObject expiration = Json::object(scheduleInfo, "expiration");
    if (const QDateTime end = Json::time(expiration, "endDateTime"); end.isValid())
        return end;
    const auto duration = IsoDuration::parse(Json::text(expiration, "duration"));
    return duration && start.isValid() ? start.addSecs(duration->value().count()) : QDateTime();
}

PimSchedule scheduleFrom(const QJsonObject &json)
{
    PimSchedule schedule;
    schedule.id = Json::text(json, "id");
    schedule.principalId = Json::text(json, "principalId");
    schedule.groupId = Json::text(json, "groupId");
    schedule.accessId = Json::text(json, "accessId").toLower();
    schedule.status = Json::text(json, "status");
    schedule.activated = Json::same(Json::text(json, "assignmentType"), "Activated");
    schedule.direct = !Json::same(Json::text(json, "memberType"), "Group");
    if (json.contains(QLatin1String("scheduleInfo"))) {
        const QJsonObject info = Json::object(json, "scheduleInfo");
        schedule.start = Json::time(info, "startDateTime");
        schedule.end = endOf(info, schedule.start);
    } else {
        schedule.start = Json::time(json, "startDateTime");
        schedule.end = Json::time(json, "endDateTime");
    }
    return schedule;
}

/// Member access only: owners have schedules of their own (pitfall P28).
QList<PimSchedule> memberSchedules(const QJsonArray &array)
{
    QList<PimSchedule> schedules;
    for (const auto &value : array)
        if (const PimSchedule schedule = scheduleFrom(value.toObject()); schedule.accessId == QLatin1String("member"))
            schedules << schedule;
    return schedules;
}

PimRequest requestFrom(const QJsonObject &json)
{
    PimRequest request;
    request.id = Json::text(json, "id");
    request.status = Json::text(json, "status");
    request.action = Json::text(json, "action");
    request.principalId = Json::text(json, "principalId");
    request.groupId = Json::text(json, "groupId");
    request.approvalId = Json::text(json, "approvalId");
    request.justification = Json::text(json, "justification");
    request.created = Json::time(json, "createdDateTime");
    const QJsonObject info = Json::object(json, "scheduleInfo");
    request.start = Json::time(info, "startDateTime");
    if (const auto duration = IsoDuration::parse(Json::text(Json::object(info, "expiration"), "duration")))
        request.duration = *duration;
    return request;
}

QJsonObject expirationBody(const std::optional<IsoDuration> &duration)
{
    if (!duration)
        return {{QStringLiteral("type"), QStringLiteral("noExpiration")}};
    return {{QStringLiteral("type"), QStringLiteral("afterDuration")}, {QStringLiteral("duration"), duration->toString()}};
}

QJsonObject requestBody(const char *action, const QString &groupId, const QString &principalId)
{
    return {{QStringLiteral("accessId"), QStringLiteral("member")},
            {QStringLiteral("action"), QString::fromLatin1(action)},
            {QStringLiteral("groupId"), groupId},
            {QStringLiteral("principalId"), principalId}};
}

/// Without a start, which means now: a clock a second ahead would make it a future one (graph-contract 7.1).
void setSchedule(QJsonObject &body, const std::optional<IsoDuration> &duration)
{
    body.insert(QStringLiteral("scheduleInfo"), QJsonObject{{QStringLiteral("expiration"), expirationBody(duration)}});
}

GraphRequest eligibility(const char *action, const QString &groupId, const QString &principalId,
                         const std::optional<IsoDuration> &duration, const QString &justification)
{
    QJsonObject body = requestBody(action, groupId, principalId);
    body.insert(QStringLiteral("justification"), justification);
    setSchedule(body, duration);
    return {"POST", pim("eligibilityScheduleRequests"), body};
}

Approval::Stage stageFrom(const QJsonObject &json)
{
    Approval::Stage stage;
    stage.id = Json::text(json, "id");
    stage.status = Json::text(json, "status");
    stage.reviewResult = Json::text(json, "reviewResult");
    stage.reviewedBy = Json::text(Json::object(json, "reviewedBy"), "displayName");
    stage.justification = Json::text(json, "justification");
    stage.reviewed = Json::time(json, "reviewedDateTime");
    stage.assignedToMe = Json::flag(json, "assignedToMe");
    return stage;
}

Result<QList<PimSchedule>> memberSchedulesOf(const Result<QJsonArray> &found)
{
    if (!found)
        return failure(found.error());
    return memberSchedules(*found);
}

Result<PimRequest> requestOf(const Result<QJsonObject> &answer)
{
    if (!answer)
        return failure(answer.error());
    return requestFrom(*answer);
}

} // namespace

PimRequest::State PimRequest::state() const
{
    static const QHash<QString, State> states{{QStringLiteral("provisioned"), State::Active},
                                              {QStringLiteral("pendingapproval"), State::Waiting},
                                              {QStringLiteral("pendingadmindecision"), State::Waiting},
                                              {QStringLiteral("granted"), State::Scheduled},
                                              {QStringLiteral("schedulecreated"), State::Scheduled},
                                              {QStringLiteral("revoked"), State::Ended},
                                              {QStringLiteral("canceled"), State::Ended},
                                              {QStringLiteral("cancelled"), State::Ended},
                                              {QStringLiteral("denied"), State::Denied},
                                              {QStringLiteral("admindenied"), State::Denied},
                                              {QStringLiteral("failed"), State::Failed},
                                              {QStringLiteral("timedout"), State::Failed},
                                              {QStringLiteral("invalid"), State::Failed}};
    return states.value(status.toLower(), State::Working); // an unknown one is on its way (graph-contract 7.2)
}

QDateTime PrivilegedAccess::now() const
{
    return m_graph.clock().now();
}

Task<Result<QList<PimSchedule>>> PrivilegedAccess::eligible(QString groupId, std::stop_token stop)
{
    const QString path = whole("eligibilitySchedules", groupId);
    const auto found = co_await m_graph.list(path, false, 0, stop);
    co_return memberSchedulesOf(found);
}

Task<Result<QList<PimSchedule>>> PrivilegedAccess::eligibleNow(QString groupId, std::stop_token stop)
{
    const QString path = whole("eligibilityScheduleInstances", groupId);
    const auto found = co_await m_graph.list(path, false, 0, stop);
    co_return memberSchedulesOf(found);
}

Task<Result<QList<PimSchedule>>> PrivilegedAccess::activeNow(QString groupId, std::stop_token stop)
{
    const QString path = whole("assignmentScheduleInstances", groupId);
    const auto found = co_await m_graph.list(path, false, 0, stop);
    co_return memberSchedulesOf(found);
}

Task<Result<QList<PimRequest>>> PrivilegedAccess::assignmentRequests(QString groupId, std::stop_token stop)
{
    const QString path = whole("assignmentScheduleRequests", groupId);
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QList<PimRequest> requests;
    for (const auto &value : *found)
        requests << requestFrom(value.toObject());
    co_return requests;
}

GraphRequest PrivilegedAccess::makeEligibleRequest(const QString &groupId, const QString &principalId,
                                                   const std::optional<IsoDuration> &duration, const QString &justification)
{
    return eligibility("adminAssign", groupId, principalId, duration, justification);
}

Task<Result<PimRequest>> PrivilegedAccess::makeEligible(QString groupId, QString principalId, std::optional<IsoDuration> duration,
                                                        QString justification, std::stop_token stop)
{
    const GraphRequest request = makeEligibleRequest(groupId, principalId, duration, justification);
    const auto made = co_await m_graph.write(request, stop);
    co_return requestOf(made);
}

GraphRequest PrivilegedAccess::updateEligibleRequest(const QString &groupId, const QString &principalId,
                                                     const std::optional<IsoDuration> &duration, const QString &justification)
{
    return eligibility("adminUpdate", groupId, principalId, duration, justification);
}

Task<Result<PimRequest>> PrivilegedAccess::updateEligible(QString groupId, QString principalId,
                                                          std::optional<IsoDuration> duration, QString justification,
                                                          std::stop_token stop)
{
    const GraphRequest request = updateEligibleRequest(groupId, principalId, duration, justification);
    const auto made = co_await m_graph.write(request, stop);
    co_return requestOf(made);
}

GraphRequest PrivilegedAccess::removeEligibleRequest(const QString &groupId, const QString &principalId)
{
    return {"POST", pim("eligibilityScheduleRequests"), requestBody("adminRemove", groupId, principalId)};
}

Task<Result<PimRequest>> PrivilegedAccess::removeEligible(QString groupId, QString principalId, std::stop_token stop)
{
    const GraphRequest request = removeEligibleRequest(groupId, principalId);
    const auto made = co_await m_graph.write(request, stop);
    co_return requestOf(made);
}

Task<Result<QList<PimSchedule>>> PrivilegedAccess::myEligible(QString groupId, std::stop_token stop)
{
    const QString path = mine("eligibilityScheduleInstances", "principal", ofGroup(groupId));
    const auto found = co_await m_graph.list(path, false, 0, stop);
    co_return memberSchedulesOf(found);
}

Task<Result<PimRequest>> PrivilegedAccess::activate(QString groupId, QString principalId, IsoDuration duration,
                                                    QString justification, QString ticketNumber, QString ticketSystem,
                                                    std::stop_token stop)
{
    const QString path = pim("assignmentScheduleRequests");
    QJsonObject body = requestBody("selfActivate", groupId, principalId);
    body.insert(QStringLiteral("justification"), justification);
    if (!ticketNumber.isEmpty() || !ticketSystem.isEmpty())
        body.insert(QStringLiteral("ticketInfo"),
                    QJsonObject{{QStringLiteral("ticketNumber"), ticketNumber}, {QStringLiteral("ticketSystem"), ticketSystem}});
    setSchedule(body, duration);
    const auto made = co_await m_graph.post(path, body, stop);
    co_return requestOf(made);
}

Task<Result<PimRequest>> PrivilegedAccess::deactivate(QString groupId, QString principalId, std::stop_token stop)
{
    const QString path = pim("assignmentScheduleRequests");
    const QJsonObject body = requestBody("selfDeactivate", groupId, principalId);
    const auto made = co_await m_graph.post(path, body, stop);
    co_return requestOf(made);
}

Task<Result<PimRequest>> PrivilegedAccess::request(QString requestId, std::stop_token stop)
{
    const QString path = pim("assignmentScheduleRequests/") + requestId;
    const auto found = co_await m_graph.get(path, stop);
    co_return requestOf(found);
}

Task<Outcome> PrivilegedAccess::cancelRequest(QString requestId, std::stop_token stop)
{
    const QString path = pim("assignmentScheduleRequests/") + requestId + QLatin1String("/cancel");
    const QJsonObject nothing;
    const auto done = co_await m_graph.post(path, nothing, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

Task<Result<QList<PimRequest>>> PrivilegedAccess::waitingForMe(QString groupId, std::stop_token stop)
{
    const QString path =
        mine("assignmentScheduleRequests", "approver", QLatin1String("status eq 'PendingApproval' and ") + ofGroup(groupId));
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QList<PimRequest> requests;
    for (const auto &value : *found)
        requests << requestFrom(value.toObject());
    co_return requests;
}

Task<Result<Approval>> PrivilegedAccess::approval(QString approvalId, std::stop_token stop)
{
    const QString path = pim("assignmentApprovals/") + approvalId + QLatin1Char('?') +
                         GraphService::query({{"$expand", QStringLiteral("stages")}});
    const auto found = co_await m_graph.get(path, stop);
    if (!found)
        co_return failure(found.error());
    Approval approval;
    approval.id = Json::text(*found, "id");
    for (const auto &stage : Json::array(*found, "stages"))
        approval.stages << stageFrom(stage.toObject());
    co_return approval;
}

Task<Outcome> PrivilegedAccess::decide(QString approvalId, QString stageId, bool approve, QString justification,
                                       std::stop_token stop)
{
    const QString path = pim("assignmentApprovals/") + approvalId + QLatin1String("/stages/") + stageId;
    const QJsonObject body{{QStringLiteral("reviewResult"), approve ? QStringLiteral("Approve") : QStringLiteral("Deny")},
                           {QStringLiteral("justification"), justification}};
    const auto done = co_await m_graph.patch(path, body, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

} // namespace pimgate
