#include "demo/PimRequests.h"

#include "demo/PimAccess.h"
#include "demo/PimPolicies.h"
#include "demo/PimRules.h"
#include "demo/Router.h"

#include <QUrl>

#include <algorithm>

namespace pimgate::demo {
namespace {

constexpr qint64 kShortest = 5 * 60;          ///< nothing lasts, and nothing is taken back, below five minutes (P26)
constexpr qint64 kApprovalWindow = 24 * 3600; ///< not configurable (P17)
const QString kApprovals = QStringLiteral("approvals");
const QString kGroups = QStringLiteral("groups");
const QString kPimBase = QStringLiteral("/identityGovernance/privilegedAccess/group/");

/// The two halves of PIM for groups share one shape.
struct Half
{
    bool eligibility;
    QString word() const { return eligibility ? QStringLiteral("eligibility") : QStringLiteral("assignment"); }
    QString requests() const { return word() + QStringLiteral("ScheduleRequests"); }
    QString schedules() const { return word() + QStringLiteral("Schedules"); }
    QString instances() const { return word() + QStringLiteral("ScheduleInstances"); }
    QString family() const
    {
        return eligibility ? QStringLiteral("PrivilegedEligibilitySchedule") : QStringLiteral("PrivilegedAssignmentSchedule");
    }
    QString context(const QString &set) const { return QStringLiteral("identityGovernance/privilegedAccess/group/") + set; }
};
constexpr Half kEligibility{true};
constexpr Half kAssignment{false};

QString textIn(const QJsonObject &row, const char *member)
{
    return row.value(QLatin1String(member)).toString();
}

bool same(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

// --- schedules ----------------------------------------------------------------------------------------------------

ScheduleSpan spanOf(const QJsonObject &schedule)
{
    const QJsonObject info = schedule.value(QLatin1String("scheduleInfo")).toObject();
    const QDateTime start = DemoClock::parse(info.value(QLatin1String("startDateTime")).toString());
    ScheduleSpan span = readSchedule(info, start);
    span.start = start;
    return span;
}

bool isOver(const QJsonObject &schedule, const QDateTime &now)
{
    const ScheduleSpan span = spanOf(schedule);
    return span.end && *span.end <= now;
}

bool isCurrent(const QJsonObject &schedule, const QDateTime &now)
{
    return textIn(schedule, "status") == QLatin1String("Provisioned") && !isOver(schedule, now);
}

bool concerns(const QJsonObject &row, const QString &groupId, const QString &principalId, const QString &access)
{
    return same(textIn(row, "groupId"), groupId) && same(textIn(row, "principalId"), principalId) &&
           textIn(row, "accessId") == access;
}

QList<QJsonObject> schedulesOf(const Store &store, const Half &half, const QString &groupId, const QString &principalId,
                               const QString &access)
{
    return store.rows(half.schedules(), [&](const QJsonObject &row) { return concerns(row, groupId, principalId, access); });
}

/// The eligibility a person may activate: his own, or that of a group he is in.
std::optional<QJsonObject> eligibilityFor(const Store &store, const QString &userId, const QString &groupId,
                                          const QString &access)
{
    std::set<QString> holders = store.transitiveGroupsOf(userId);
    holders.insert(userId);
    const QList<QJsonObject> found = store.rows(kEligibility.schedules(), [&](const QJsonObject &row) {
        return holders.contains(textIn(row, "principalId")) && concerns(row, groupId, textIn(row, "principalId"), access) &&
               isCurrent(row, store.now());
    });
    return found.isEmpty() ? std::nullopt : std::optional(found.first());
}

bool isPlainMember(const Store &store, const QString &groupId, const QString &principalId, const QString &access)
{
    const std::set<QString> people = access == QLatin1String("owner") ? store.owners(groupId) : store.members(groupId);
    return people.contains(principalId);
}

bool joinGroup(Store &store, const QJsonObject &schedule)
{
    const QString groupId = textIn(schedule, "groupId"), principalId = textIn(schedule, "principalId");
    return textIn(schedule, "accessId") == QLatin1String("owner") ? store.addOwner(groupId, principalId)
                                                                  : store.addMember(groupId, principalId);
}

void leaveGroup(Store &store, const QJsonObject &schedule)
{
    const QString groupId = textIn(schedule, "groupId"), principalId = textIn(schedule, "principalId");
    if (textIn(schedule, "accessId") == QLatin1String("owner"))
        store.removeOwner(groupId, principalId);
    else
        store.removeMember(groupId, principalId);
}

void auditPim(Store &store, const QString &activity, const QString &operation, const QString &actor, const QJsonObject &row)
{
    Store::Audit entry;
    entry.activity = activity;
    entry.service = QStringLiteral("PIM");
    entry.operation = operation;
    entry.actor = actor;
    entry.targets = {textIn(row, "groupId"), textIn(row, "principalId")};
    entry.reason = textIn(row, "justification");
    store.audit(entry);
}

/// Takes a schedule away; its person leaves the group unless another schedule or an older membership keeps him in.
void endSchedule(Store &store, const Half &half, const QJsonObject &schedule)
{
    store.remove(half.schedules(), textIn(schedule, "id"));
    if (half.eligibility || !schedule.value(QLatin1String("_joined")).toBool())
        return;
    for (const QJsonObject &other :
         schedulesOf(store, half, textIn(schedule, "groupId"), textIn(schedule, "principalId"), textIn(schedule, "accessId"))) {
        if (!isCurrent(other, store.now()))
            continue;
        store.patch(half.schedules(), textIn(other, "id"), {{QStringLiteral("_joined"), true}}); // whoever is last takes him out
        return;
    }
    leaveGroup(store, schedule);
}

void startSchedule(Store &store, const Half &half, const QJsonObject &schedule)
{
    QJsonObject changes{{QStringLiteral("status"), QStringLiteral("Provisioned")}};
    if (!half.eligibility)
        changes.insert(QStringLiteral("_joined"), joinGroup(store, schedule));
    store.patch(half.schedules(), textIn(schedule, "id"), changes);
    store.patch(
        half.requests(), textIn(schedule, "createdUsing"),
        {{QStringLiteral("status"), QStringLiteral("Provisioned")}, {QStringLiteral("completedDateTime"), store.nowText()}});
}

QJsonObject newSchedule(Store &store, const Half &half, const QJsonObject &request, const QJsonObject &scheduleInfo)
{
    const QString groupId = textIn(request, "groupId"), access = textIn(request, "accessId");
    const QString naturalKey = groupId + QLatin1Char('|') + textIn(request, "principalId") + QLatin1Char('|') + access;
    const QString guid = store.newId(half.schedules(), naturalKey);
    QJsonObject schedule{{QStringLiteral("id"), QStringLiteral("%1_%2_%3").arg(groupId, access, guid)},
                         {QStringLiteral("principalId"), request.value(QLatin1String("principalId"))},
                         {QStringLiteral("groupId"), groupId},
                         {QStringLiteral("accessId"), access},
                         {QStringLiteral("memberType"), QStringLiteral("Direct")},
                         {QStringLiteral("createdUsing"), request.value(QLatin1String("id"))},
                         {QStringLiteral("createdDateTime"), store.nowText()},
                         {QStringLiteral("modifiedDateTime"), QStringLiteral("0001-01-01T08:00:00Z")},
                         {QStringLiteral("status"), QStringLiteral("Granted")},
                         {QStringLiteral("scheduleInfo"), scheduleInfo}};
    if (!half.eligibility) {
        const bool activated = textIn(request, "action") == QLatin1String("selfActivate");
        schedule.insert(QStringLiteral("assignmentType"), activated ? QStringLiteral("Activated") : QStringLiteral("Assigned"));
        if (activated)
            schedule.insert(QStringLiteral("_activatedUsing"), request.value(QLatin1String("_activatedUsing")));
    }
    return schedule;
}

// --- what clients see ---------------------------------------------------------------------------------------------

QJsonObject instanceOf(const Store &store, const Half &half, const QJsonObject &schedule)
{
    const ScheduleSpan span = spanOf(schedule);
    const QString groupId = textIn(schedule, "groupId"), access = textIn(schedule, "accessId");
    QJsonObject instance{{QStringLiteral("id"),
                          QStringLiteral("%1_%2_%3").arg(groupId, access, store.id(half.instances(), textIn(schedule, "id")))},
                         {QStringLiteral("principalId"), schedule.value(QLatin1String("principalId"))},
                         {QStringLiteral("groupId"), groupId},
                         {QStringLiteral("accessId"), access},
                         {QStringLiteral("memberType"), schedule.value(QLatin1String("memberType"))},
                         {QStringLiteral("startDateTime"), DemoClock::text(span.start)},
                         {QStringLiteral("endDateTime"), span.end ? QJsonValue(DemoClock::text(*span.end)) : QJsonValue()},
                         {half.word() + QStringLiteral("ScheduleId"), schedule.value(QLatin1String("id"))}};
    for (const auto &member : {QStringLiteral("assignmentType"), QStringLiteral("_activatedUsing")})
        if (schedule.contains(member))
            instance.insert(member, schedule.value(member));
    return instance;
}

/// A member nobody put there through PIM: shown as assigned, without begin and end.
QJsonObject plainInstance(const Store &store, const QString &groupId, const QString &principalId, const QString &access)
{
    const auto idFor = [&](const QString &kind) {
        return QStringLiteral("%1_%2_%3")
            .arg(groupId.toLower(), access, store.id(kind, groupId.toLower() + principalId + access));
    };
    return {{QStringLiteral("id"), idFor(QStringLiteral("plainInstance"))},
            {QStringLiteral("principalId"), principalId},
            {QStringLiteral("groupId"), groupId.toLower()},
            {QStringLiteral("accessId"), access},
            {QStringLiteral("memberType"), QStringLiteral("Direct")},
            {QStringLiteral("assignmentType"), QStringLiteral("Assigned")},
            {QStringLiteral("startDateTime"), QJsonValue::Null},
            {QStringLiteral("endDateTime"), QJsonValue::Null},
            {QStringLiteral("assignmentScheduleId"), idFor(QStringLiteral("plainSchedule"))}};
}

QList<QJsonObject> plainInstances(const Store &store, const std::set<QString> &groups, const QList<QJsonObject> &known)
{
    QList<QJsonObject> rows;
    for (const QString &groupId : groups) {
        for (const auto &access : {QStringLiteral("member"), QStringLiteral("owner")}) {
            const std::set<QString> people = access == QLatin1String("owner") ? store.owners(groupId) : store.members(groupId);
            for (const QString &person : people)
                if (std::none_of(known.begin(), known.end(),
                                 [&](const QJsonObject &row) { return concerns(row, groupId, person, access); }))
                    rows << plainInstance(store, groupId, person, access);
        }
    }
    return rows;
}

/// The group of a filter, or all groups of its principal.
std::set<QString> groupsAsked(const Store &store, const QString &filter)
{
    const QString groupId = requiredValue(filter, QStringLiteral("groupId"));
    return groupId.isEmpty() ? store.directGroupsOf(requiredValue(filter, QStringLiteral("principalId")))
                             : std::set<QString>{groupId};
}

/// Somebody in an eligible group sees that group's eligibility as his own, of memberType Group.
QList<QJsonObject> inherited(const Store &store, const QString &principalId, const QList<QJsonObject> &rows)
{
    const std::set<QString> groups = store.transitiveGroupsOf(principalId);
    QList<QJsonObject> mine;
    for (QJsonObject row : rows) {
        if (!groups.contains(textIn(row, "principalId")))
            continue;
        row.insert(QStringLiteral("principalId"), principalId);
        row.insert(QStringLiteral("memberType"), QStringLiteral("Group"));
        mine << row;
    }
    return mine;
}

QList<QJsonObject> currentInstances(const Store &store, const Half &half)
{
    QList<QJsonObject> rows;
    for (const QJsonObject &schedule : store.rows(half.schedules()))
        if (isCurrent(schedule, store.now()))
            rows << instanceOf(store, half, schedule);
    return rows;
}

QJsonValue shortObject(const Store &store, const QString &oid)
{
    const QJsonObject *row = store.directoryObject(oid);
    if (!row)
        return QJsonValue::Null;
    QJsonObject shown{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.") + store.kindOf(oid)}};
    for (const auto &member : {QStringLiteral("id"), QStringLiteral("displayName"), QStringLiteral("userPrincipalName"),
                               QStringLiteral("description"), QStringLiteral("isAssignableToRole")})
        if (row->contains(member))
            shown.insert(member, row->value(member));
    return shown;
}

QJsonObject withoutHidden(const QJsonObject &row)
{
    QJsonObject shown;
    for (auto it = row.begin(); it != row.end(); ++it)
        if (!it.key().startsWith(QLatin1Char('_')))
            shown.insert(it.key(), it.value());
    return shown;
}

QJsonValue navigation(const Store &store, const QJsonObject &row, const QString &name)
{
    if (name == QLatin1String("group"))
        return shortObject(store, textIn(row, "groupId"));
    if (name == QLatin1String("principal"))
        return shortObject(store, textIn(row, "principalId"));
    // Metadata types targetSchedule as an eligibility schedule even on assignment requests.
    const bool target = name == QLatin1String("targetSchedule");
    const QJsonObject *schedule =
        store.find(kEligibility.schedules(), target ? textIn(row, "targetScheduleId") : textIn(row, "_activatedUsing"));
    if (!schedule)
        return QJsonValue::Null;
    const bool ofInstance = row.contains(QLatin1String("assignmentScheduleId"));
    return withoutHidden(ofInstance ? instanceOf(store, kEligibility, *schedule) : *schedule);
}

QJsonObject withExpanded(const Store &store, const Request &request, QJsonObject row)
{
    for (const QString &word : request.option(QStringLiteral("$expand")).split(QLatin1Char(','), Qt::SkipEmptyParts))
        row.insert(QLatin1Char('+') + word.trimmed(), navigation(store, row, word.trimmed()));
    return row;
}

Response shownRows(const Store &store, const Request &request, const QList<QJsonObject> &rows, const QString &context)
{
    QList<QJsonObject> shown;
    for (const QJsonObject &row : rows)
        shown << withExpanded(store, request, row);
    return collection(request, shown, context);
}

// --- reading ------------------------------------------------------------------------------------------------------

/// A filter with groupId or principalId is required; who may look depends on which.
std::optional<Response> deniedList(const Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return denied;
    const QString filter = request.option(QStringLiteral("$filter"));
    const QString groupId = requiredValue(filter, QStringLiteral("groupId"));
    const QString principalId = requiredValue(filter, QStringLiteral("principalId"));
    if (groupId.isEmpty() && principalId.isEmpty())
        return pimError(QStringLiteral("InvalidFilter"), QStringLiteral("The filter must name groupId or principalId."));
    if (!groupId.isEmpty()) {
        if (auto refused = requirePimGroup(store, groupId))
            return refused;
    }
    if (same(principalId, request.caller.oid))
        return {};
    return requirePimRole(store, request, groupId, PimNeed::Read);
}

Response listRequests(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    return shownRows(store, request, store.rows(half.requests()), half.context(half.requests()));
}

Response listSchedules(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    return shownRows(store, request, store.rows(half.schedules()), half.context(half.schedules()));
}

Response listInstances(Store &store, const Request &request, const Half &half)
{
    if (auto denied = deniedList(store, request, half))
        return *denied;
    const QString filter = request.option(QStringLiteral("$filter"));
    QList<QJsonObject> rows = currentInstances(store, half);
    if (half.eligibility)
        rows << inherited(store, requiredValue(filter, QStringLiteral("principalId")), rows);
    else
        rows << plainInstances(store, groupsAsked(store, filter), rows);
    return shownRows(store, request, rows, half.context(half.instances()));
}

bool approves(const Store &store, const QJsonObject &approval, const QString &oid)
{
    if (approval.value(QLatin1String("_users")).toArray().contains(QJsonValue(oid)))
        return true;
    const std::set<QString> groups = store.transitiveGroupsOf(oid);
    const QJsonArray asked = approval.value(QLatin1String("_groups")).toArray();
    return std::any_of(asked.begin(), asked.end(), [&](const QJsonValue &group) { return groups.contains(group.toString()); });
}

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

Response myRequests(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return *denied;
    const QString on = request.param(QStringLiteral("on")).toLower();
    const QString &oid = request.caller.oid;
    const QList<QJsonObject> rows = store.rows(half.requests(), [&](const QJsonObject &row) {
        if (on == QLatin1String("approver"))
            return mayApprove(store, row, oid);
        return on == QLatin1String("createdby") ? isRequester(row, oid) : same(textIn(row, "principalId"), oid);
    });
    return shownRows(store, request, rows, half.context(half.requests()));
}

QList<QJsonObject> ownRows(const Store &store, const QString &oid, QList<QJsonObject> rows, bool throughGroups)
{
    const QList<QJsonObject> viaGroups = throughGroups ? inherited(store, oid, rows) : QList<QJsonObject>();
    rows.removeIf([&](const QJsonObject &row) { return !same(textIn(row, "principalId"), oid); });
    return rows + viaGroups;
}

Response mySchedules(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return *denied;
    const QList<QJsonObject> rows = ownRows(store, request.caller.oid, store.rows(half.schedules()), half.eligibility);
    return shownRows(store, request, rows, half.context(half.schedules()));
}

Response myInstances(Store &store, const Request &request, const Half &half)
{
    if (auto denied = requirePimScope(request, half.family(), PimNeed::Read))
        return *denied;
    const QList<QJsonObject> rows = ownRows(store, request.caller.oid, currentInstances(store, half), half.eligibility);
    return shownRows(store, request, rows, half.context(half.instances()));
}

/// One row of a set by id, for whom it concerns or who may read the group.
std::optional<QJsonObject> readable(const Store &store, const Request &request, const Half &half, const QString &set,
                                    std::optional<Response> *refused)
{
    *refused = requirePimScope(request, half.family(), PimNeed::Read);
    if (*refused)
        return {};
    const QString id = request.param(QStringLiteral("id"));
    std::optional<QJsonObject> row;
    if (set == half.instances()) {
        for (const QJsonObject &instance : currentInstances(store, half))
            if (same(textIn(instance, "id"), id))
                row = instance;
    } else if (const QJsonObject *found = store.find(set, id)) {
        row = *found;
    }
    if (!row) {
        *refused = pimNotFound();
        return {};
    }
    const QString &oid = request.caller.oid;
    if (!same(textIn(*row, "principalId"), oid) && !isRequester(*row, oid) && !mayApprove(store, *row, oid))
        *refused = requirePimRole(store, request, textIn(*row, "groupId"), PimNeed::Read);
    return *refused ? std::nullopt : row;
}

Response readOne(const Store &store, const Request &request, const Half &half, const QString &set)
{
    std::optional<Response> refused;
    const auto row = readable(store, request, half, set, &refused);
    return refused ? *refused : entity(request, withExpanded(store, request, *row), half.context(set));
}

Response readNavigation(const Store &store, const Request &request, const Half &half, const QString &set, const QString &name)
{
    std::optional<Response> refused;
    const auto row = readable(store, request, half, set, &refused);
    if (refused)
        return *refused;
    const QJsonValue target = navigation(store, *row, name);
    return target.isObject() ? entity(request, target.toObject(), half.context(set) + QLatin1Char('/') + name) : pimNotFound();
}

// --- requests -----------------------------------------------------------------------------------------------------

Response invalidRequest()
{
    return pimError(QStringLiteral("InvalidRoleAssignmentRequest"), QStringLiteral("The role assignment request is invalid."));
}

Response alreadyExists()
{
    return pimError(QStringLiteral("RoleAssignmentExists"), QStringLiteral("The Role assignment already exists."));
}

Response doesNotExist()
{
    return pimError(QStringLiteral("RoleAssignmentDoesNotExist"), QStringLiteral("The Role assignment does not exist."));
}

Response tooShort()
{
    return pimError(QStringLiteral("ActiveDurationTooShort"),
                    QStringLiteral("The Active duration is too short. Miniumum Required is 5 minutes.")); // sic
}

Response rulesFailed(const Store &store, const QStringList &rules)
{
    return pimError(QStringLiteral("RoleAssignmentRequestPolicyValidationFailed"),
                    rulesFailedMessage(rules, pimManners(store).olderErrors));
}

Response contextRequired(const QString &claimValue)
{
    const QString claims = QStringLiteral("{\"access_token\":{\"acrs\":{\"essential\":true, \"value\":\"%1\"}}}").arg(claimValue);
    return wrappedError(400, QStringLiteral("RoleAssignmentRequestAcrsValidationFailed"),
                        QStringLiteral("&claims=") + QString::fromLatin1(QUrl::toPercentEncoding(claims)));
}

/// A body, read and put into the service's own letter case.
struct Draft
{
    QString action, access, groupId, principalId, justification;
    QJsonObject scheduleInfo, ticket;
    bool validationOnly = false;
};

std::optional<Draft> readDraft(const QJsonObject &body, const Half &half)
{
    static const QStringList members{
        QStringLiteral("accessId"),    QStringLiteral("action"),           QStringLiteral("groupId"),
        QStringLiteral("principalId"), QStringLiteral("scheduleInfo"),     QStringLiteral("justification"),
        QStringLiteral("ticketInfo"),  QStringLiteral("isValidationOnly"), QStringLiteral("customData")};
    static const QStringList actions{QStringLiteral("adminAssign"),   QStringLiteral("adminUpdate"),
                                     QStringLiteral("adminRemove"),   QStringLiteral("adminExtend"),
                                     QStringLiteral("adminRenew"),    QStringLiteral("selfActivate"),
                                     QStringLiteral("selfDeactivate")};
    for (const QString &member : body.keys())
        if (!members.contains(member) && !member.contains(QLatin1Char('@')))
            return {};
    const auto action =
        std::find_if(actions.begin(), actions.end(), [&](const QString &a) { return same(a, textIn(body, "action")); });
    Draft draft;
    draft.access = textIn(body, "accessId").toLower();
    draft.groupId = textIn(body, "groupId").toLower();
    draft.principalId = textIn(body, "principalId").toLower();
    draft.justification = textIn(body, "justification");
    draft.scheduleInfo = body.value(QLatin1String("scheduleInfo")).toObject();
    draft.ticket = body.value(QLatin1String("ticketInfo")).toObject();
    draft.validationOnly = body.value(QLatin1String("isValidationOnly")).toBool();
    const bool accessKnown = draft.access == QLatin1String("member") || draft.access == QLatin1String("owner");
    if (action == actions.end() || !accessKnown || draft.groupId.isEmpty() || draft.principalId.isEmpty())
        return {};
    draft.action = *action;
    if (half.eligibility && draft.action.startsWith(QLatin1String("self")))
        return {};
    return draft;
}

QJsonObject requestRow(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    const QString naturalKey = QStringList{draft.groupId, draft.principalId, draft.access, draft.action}.join(QLatin1Char('|'));
    const QJsonObject *creator = store.user(request.caller.oid);
    const QJsonObject user{
        {QStringLiteral("id"), request.caller.oid},
        {QStringLiteral("displayName"), creator ? creator->value(QLatin1String("displayName")) : QJsonValue()}};
    const QJsonObject ticket{
        {QStringLiteral("ticketNumber"), draft.ticket.value(QLatin1String("ticketNumber")).toVariant().isNull()
                                             ? QJsonValue()
                                             : draft.ticket.value(QLatin1String("ticketNumber"))},
        {QStringLiteral("ticketSystem"), draft.ticket.value(QLatin1String("ticketSystem")).toVariant().isNull()
                                             ? QJsonValue()
                                             : draft.ticket.value(QLatin1String("ticketSystem"))}};
    const QString id =
        draft.validationOnly ? store.id(QStringLiteral("validation"), naturalKey) : store.newId(half.requests(), naturalKey);
    return {{QStringLiteral("id"), id},
            {QStringLiteral("status"), QStringLiteral("Granted")},
            {QStringLiteral("createdDateTime"), store.nowText()},
            {QStringLiteral("completedDateTime"), QJsonValue::Null},
            {QStringLiteral("approvalId"), QJsonValue::Null},
            {QStringLiteral("customData"), QJsonValue::Null},
            {QStringLiteral("createdBy"), QJsonObject{{QStringLiteral("application"), QJsonValue::Null},
                                                      {QStringLiteral("device"), QJsonValue::Null},
                                                      {QStringLiteral("user"), user}}},
            {QStringLiteral("action"), draft.action},
            {QStringLiteral("isValidationOnly"), draft.validationOnly},
            {QStringLiteral("justification"), draft.justification},
            {QStringLiteral("principalId"), draft.principalId},
            {QStringLiteral("accessId"), draft.access},
            {QStringLiteral("groupId"), draft.groupId},
            {QStringLiteral("targetScheduleId"), QJsonValue::Null},
            {QStringLiteral("scheduleInfo"), QJsonValue::Null},
            {QStringLiteral("ticketInfo"), ticket}};
}

Response answered(const Store &store, const Request &request, const Half &half, const QJsonObject &row)
{
    Response response = entity(request, withExpanded(store, request, row), half.context(half.requests()));
    response.status = response.status == 200 ? 201 : response.status;
    return response;
}

QString spanWord(const QJsonObject &scheduleInfo)
{
    const QString type = scheduleInfo.value(QLatin1String("expiration")).toObject().value(QLatin1String("type")).toString();
    return type == QLatin1String("noExpiration") ? QStringLiteral("permanent") : QStringLiteral("timebound");
}

/// Stores the request and its schedule, and starts the schedule when it is due.
QJsonObject grant(Store &store, const Half &half, QJsonObject row, const QJsonObject &scheduleInfo, const ScheduleSpan &span)
{
    QJsonObject schedule = newSchedule(store, half, row, scheduleInfo);
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    row.insert(QStringLiteral("targetScheduleId"), schedule.value(QLatin1String("id")));
    row.insert(QStringLiteral("status"), QStringLiteral("Granted"));
    store.put(half.requests(), row);
    store.put(half.schedules(), schedule);
    if (span.start > store.now())
        return row; // settlePim starts it
    startSchedule(store, half, schedule);
    row.insert(QStringLiteral("status"), QStringLiteral("Provisioned"));
    row.insert(QStringLiteral("completedDateTime"), store.nowText());
    return row;
}

bool hasText(const QJsonObject &object, const char *member)
{
    return !textIn(object, member).trimmed().isEmpty();
}

/// Justification, ticket and MFA as an Enablement rule asks for them.
QStringList enablementFailures(const QJsonObject &rule, const Draft &draft, const Caller &caller)
{
    QStringList failed;
    if (ruleEnables(rule, QLatin1String("Justification")) && draft.justification.trimmed().isEmpty())
        failed << QStringLiteral("JustificationRule");
    if (ruleEnables(rule, QLatin1String("Ticketing")) && !hasText(draft.ticket, "ticketNumber"))
        failed << QStringLiteral("TicketingRule");
    if (ruleEnables(rule, QLatin1String("MultiFactorAuthentication")) && !caller.amr.contains(QLatin1String("mfa")))
        failed << QStringLiteral("MfaRule");
    return failed;
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

/// The outcome of adminRemove and selfDeactivate: a request of status Revoked without schedule.
Response revoked(Store &store, const Request &request, const Half &half, const Draft &draft, const QString &activity)
{
    QJsonObject row = requestRow(store, request, half, draft);
    row.insert(QStringLiteral("status"), QStringLiteral("Revoked"));
    store.put(half.requests(), row);
    auditPim(store, activity, QStringLiteral("Remove"), request.caller.oid, row);
    return answered(store, request, half, row);
}

bool isYoung(const Store &store, const QJsonObject &schedule)
{
    return DemoClock::parse(textIn(schedule, "createdDateTime")).secsTo(store.now()) < kShortest;
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

// --- approvals ----------------------------------------------------------------------------------------------------

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

// --- time ---------------------------------------------------------------------------------------------------------

void settleSchedules(Store &store, const Half &half, const QDateTime &now)
{
    for (const QJsonObject &schedule : store.rows(half.schedules())) {
        const bool activated = textIn(schedule, "assignmentType") == QLatin1String("Activated");
        if (isOver(schedule, now)) {
            endSchedule(store, half, schedule);
            if (activated)
                auditPim(store, QStringLiteral("Remove member from role (PIM activation expired)"), QStringLiteral("Remove"), {},
                         schedule);
        } else if (textIn(schedule, "status") == QLatin1String("Granted") && spanOf(schedule).start <= now) {
            startSchedule(store, half, schedule);
        } else if (!half.eligibility && isCurrent(schedule, now) && store.find(kGroups, textIn(schedule, "groupId")) &&
                   joinGroup(store, schedule)) {
            leaveGroup(store, schedule); // he was taken out by hand: his activation ended with that
            store.remove(half.schedules(), textIn(schedule, "id"));
        }
    }
}

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

void addHalf(Router &router, const Half &half)
{
    const QString requests = kPimBase + half.requests();
    const auto at = [&](const char *method, const QString &path, Response (*handler)(Store &, const Request &, const Half &)) {
        router.add(method, path, [=](Store &store, const Request &request) { return handler(store, request, half); });
    };
    const QString mine = QStringLiteral("/filterByCurrentUser(on='{on}')");
    at("POST", requests, createRequest);
    at("GET", requests, listRequests);
    at("GET", requests + mine, myRequests);
    at("POST", requests + QStringLiteral("/{id}/cancel"), cancelRequest);
    at("GET", kPimBase + half.schedules(), listSchedules);
    at("GET", kPimBase + half.schedules() + mine, mySchedules);
    at("GET", kPimBase + half.instances(), listInstances);
    at("GET", kPimBase + half.instances() + mine, myInstances);
    for (const QString &set : {half.requests(), half.schedules(), half.instances()}) {
        const QString one = kPimBase + set + QStringLiteral("/{id}");
        router.add("GET", one, [=](Store &store, const Request &request) { return readOne(store, request, half, set); });
        QStringList names{QStringLiteral("group"), QStringLiteral("principal")};
        if (set == half.requests())
            names << QStringLiteral("targetSchedule");
        if (!half.eligibility)
            names << QStringLiteral("activatedUsing");
        for (const QString &name : std::as_const(names))
            router.add("GET", one + QLatin1Char('/') + name,
                       [=](Store &store, const Request &request) { return readNavigation(store, request, half, set, name); });
    }
}

} // namespace

void settlePim(Store &store, const QDateTime &now)
{
    settleSchedules(store, kEligibility, now);
    settleSchedules(store, kAssignment, now);
    settleApprovals(store, now);
}

void addPimRoutes(Router &router, Store &)
{
    router.beforeEach(settlePim);
    addHalf(router, kEligibility);
    addHalf(router, kAssignment);
    const QString approvals = kPimBase + QStringLiteral("assignmentApprovals");
    router.add("GET", approvals, listApprovals);
    router.add("GET", approvals + QStringLiteral("/filterByCurrentUser(on='{on}')"), listApprovals);
    router.add("GET", approvals + QStringLiteral("/{approval}"), readApproval);
    router.add("GET", approvals + QStringLiteral("/{approval}/stages"), listStages);
    router.add("GET", approvals + QStringLiteral("/{approval}/stages/{stage}"), readStage);
    router.add("PATCH", approvals + QStringLiteral("/{approval}/stages/{stage}"), decideStage);
}

} // namespace pimgate::demo
