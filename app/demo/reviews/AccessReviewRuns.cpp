#include "base/IsoDuration.h"
#include "demo/pim/PimPolicies.h"
#include "demo/pim/PimSchedules.h"
#include "demo/reviews/AccessReviews.h"

#include <QUrl>

#include <algorithm>

namespace pimgate::demo::reviews {

using namespace Qt::Literals::StringLiterals;

namespace {

QString textOf(const QJsonObject &row, QLatin1String member)
{
    return row[member].toString();
}

QJsonObject rangeOf(const QJsonObject &definition)
{
    return definition["settings"_L1]["recurrence"_L1]["range"_L1].toObject();
}

QDateTime startOf(const QJsonObject &pattern, const QDateTime &first, int n)
{
    if (pattern["type"_L1].toString().compare(u"weekly", Qt::CaseInsensitive) == 0)
        return first.addDays(7LL * pattern["interval"_L1].toInt() * n);
    auto start = first;
    if (const int day = pattern["dayOfMonth"_L1].toInt(); day > 0) { // the first such day that is not before the start
        const auto date = start.date();
        const auto inMonth = [&](const QDate &month) {
            return QDate(month.year(), month.month(), std::min(day, month.daysInMonth()));
        };
        start.setDate(inMonth(date) < date ? inMonth(date.addMonths(1)) : inMonth(date));
    }
    return start.addMonths(pattern["interval"_L1].toInt() * n);
}

/// The people (and, unless only users are asked for, groups and applications) that the scope selects now.
std::set<QString> principalsOf(const Store &store, const QJsonObject &definition)
{
    const auto query = definition["scope"_L1]["query"_L1].toString();
    const auto group = groupOfQuery(query);
    const auto path = query.section(u'?', 0, 0);
    auto ids =
        path.contains(u"/transitiveMembers", Qt::CaseInsensitive) ? store.transitiveMembersOf(group) : store.members(group);
    for (const auto &schedule : store.rows(pim::kEligibility.schedules())) { // PIM: also who may become a member
        if (pim::same(textOf(schedule, "groupId"_L1), group) && textOf(schedule, "accessId"_L1) == u"member" &&
            pim::isCurrent(schedule, store.now()))
            ids.insert(textOf(schedule, "principalId"_L1).toLower());
    }
    const bool usersOnly = path.contains(u"/microsoft.graph.user", Qt::CaseInsensitive);
    const auto filter = QUrlQuery(QUrl::fromPercentEncoding(query.section(u'?', 1).toUtf8())).queryItemValue(u"$filter"_s);
    std::erase_if(ids, [&](const QString &oid) {
        const auto *row = store.directoryObject(oid);
        const bool selected = row && (filter.isEmpty() || filterMatches(filter, *row).value_or(true));
        return !selected || (usersOnly && store.kindOf(oid) != u"user");
    });
    return ids;
}

QString recommendationFor(const Store &store, const QJsonObject &settings, const QString &principalId)
{
    if (!settings["recommendationsEnabled"_L1].toBool() || store.kindOf(principalId) != u"user")
        return u"NoInfoAvailable"_s;
    const auto lookBack = IsoDuration::parse(settings["recommendationLookBackDuration"_L1].toString());
    const auto since = store.now().addSecs(-(lookBack ? lookBack->value().count() : qint64(30) * 24 * 3600));
    const auto signIns = store.rows(u"signIns"_s, [&](const QJsonObject &row) {
        return pim::same(textOf(row, "userId"_L1), principalId) && row["status"_L1]["errorCode"_L1].toInt() == 0 &&
               DemoClock::parse(textOf(row, "createdDateTime"_L1)) >= since;
    });
    return signIns.isEmpty() ? u"Deny"_s : u"Approve"_s;
}

void writeDecision(Store &store, const QJsonObject &definition, const QString &instanceId, const QString &principalId)
{
    const auto kind = store.kindOf(principalId);
    const auto *principal = store.directoryObject(principalId);
    const auto group = groupOfQuery(definition["scope"_L1]["query"_L1].toString());
    const auto *resource = store.find(u"groups"_s, group);
    QJsonObject identity{{u"@odata.type"_s, kind == u"user"               ? u"#microsoft.graph.userIdentity"_s
                                            : kind == u"servicePrincipal" ? u"#microsoft.graph.servicePrincipalIdentity"_s
                                                                          : u"#microsoft.graph.identity"_s},
                         {u"id"_s, principalId},
                         {u"displayName"_s, principal->value("displayName"_L1)}};
    if (kind == u"user")
        identity.insert(u"userPrincipalName"_s, principal->value("userPrincipalName"_L1));
    if (kind == u"servicePrincipal")
        identity.insert(u"appId"_s, principal->value("appId"_L1));
    const auto graph = u"https://graph.microsoft.com/v1.0/"_s;
    store.put(decisionsTable,
              {{u"id"_s, store.newId(u"accessReviewDecision"_s, instanceId + principalId)},
               {u"accessReviewId"_s, instanceId},
               {u"decision"_s, u"NotReviewed"_s},
               {u"recommendation"_s, recommendationFor(store, definition["settings"_L1].toObject(), principalId)},
               {u"justification"_s, QJsonValue()},
               {u"reviewedBy"_s, QJsonValue()},
               {u"reviewedDateTime"_s, QJsonValue()},
               {u"appliedBy"_s, QJsonValue()},
               {u"appliedDateTime"_s, QJsonValue()},
               {u"applyResult"_s, u"New"_s},
               {u"principal"_s, identity},
               {u"principalLink"_s, graph + kind + u"s/"_s + principalId},
               {u"resource"_s, QJsonObject{{u"id"_s, group},
                                           {u"displayName"_s, resource ? resource->value("displayName"_L1) : QJsonValue()},
                                           {u"type"_s, u"group"_s}}},
               {u"resourceLink"_s, graph + u"groups/"_s + group},
               {u"_instance"_s, instanceId},
               {u"_principal"_s, principalId}});
}

void beginInstance(Store &store, const QJsonObject &definition, const QJsonObject &instance)
{
    const auto instanceId = textOf(instance, "id"_L1);
    for (const auto &principal : principalsOf(store, definition))
        writeDecision(store, definition, instanceId, principal);
    store.patch(instancesTable, instanceId, {{u"status"_s, u"InProgress"_s}});
}

void addInstance(Store &store, const QJsonObject &definition, int number, const Occurrence &when)
{
    const auto definitionId = textOf(definition, "id"_L1);
    store.put(instancesTable, {{u"id"_s, store.newId(u"accessReviewInstance"_s, definitionId + u'|' + QString::number(number))},
                               {u"startDateTime"_s, DemoClock::text(when.start)},
                               {u"endDateTime"_s, DemoClock::text(when.end)},
                               {u"status"_s, u"NotStarted"_s},
                               {u"scope"_s, definition["scope"_L1]},
                               {u"reviewers"_s, definition["reviewers"_L1]},
                               {u"fallbackReviewers"_s, definition["fallbackReviewers"_L1]},
                               {u"_definition"_s, definitionId},
                               {u"_number"_s, number}});
    store.patch(definitionsTable, definitionId, {{u"_held"_s, number + 1}});
}

QJsonObject serviceIdentity()
{
    return {{u"id"_s, u"00000000-0000-0000-0000-000000000000"_s}, {u"displayName"_s, u"AAD Access Reviews"_s}};
}

/// What nobody has decided gets the default.
void decideByDefault(Store &store, const QJsonObject &settings, const QString &instanceId, const QDateTime &at)
{
    for (const auto &decision : decisionsOf(store, instanceId)) {
        if (textOf(decision, "decision"_L1) != u"NotReviewed")
            continue;
        auto verdict = textOf(settings, "defaultDecision"_L1);
        if (verdict.compare(u"Recommendation", Qt::CaseInsensitive) == 0)
            verdict = textOf(decision, "recommendation"_L1);
        const bool deny = verdict.compare(u"Deny", Qt::CaseInsensitive) == 0;
        if (!deny && verdict.compare(u"Approve", Qt::CaseInsensitive) != 0)
            continue;
        store.patch(decisionsTable, textOf(decision, "id"_L1),
                    {{u"decision"_s, deny ? u"Deny"_s : u"Approve"_s},
                     {u"reviewedBy"_s, serviceIdentity()},
                     {u"reviewedDateTime"_s, DemoClock::text(at)}});
    }
}

bool endSchedulesOf(Store &store, const pim::Half &half, const QString &group, const QString &principal)
{
    const auto schedules = pim::schedulesOf(store, half, group, principal, u"member"_s);
    for (const auto &schedule : schedules)
        pim::endSchedule(store, half, schedule);
    return !schedules.isEmpty();
}

/// Takes the principal out of the group, and out of what would let him come back. The applyResult.
QString removeAccess(Store &store, const QString &group, const QString &principal, const QString &actor)
{
    const auto *row = store.find(u"groups"_s, group);
    if (!row || store.kindOf(principal).isEmpty())
        return u"AppliedSuccessfullyButObjectNotFound"_s;
    if (row->value("groupTypes"_L1).toArray().contains(u"DynamicMembership"_s) || row->value("onPremisesSyncEnabled"_L1).toBool())
        return u"ApplyNotSupported"_s;
    const bool wasMember = store.members(group).contains(principal);
    const bool wasActive = endSchedulesOf(store, pim::kAssignment, group, principal);
    const bool wasEligible = endSchedulesOf(store, pim::kEligibility, group, principal);
    store.removeMember(group, principal);
    if (wasMember)
        store.audit(
            {u"Remove member from group"_s, u"Core Directory"_s, u"GroupManagement"_s, u"Unassign"_s, actor, {principal, group}});
    return wasMember || wasActive || wasEligible ? u"AppliedSuccessfully"_s : u"ApplyNotSupported"_s; // a nested group's member
}

} // namespace

std::optional<Occurrence> occurrence(const QJsonObject &definition, int n)
{
    const auto settings = definition["settings"_L1].toObject();
    const auto pattern = settings["recurrence"_L1]["pattern"_L1].toObject();
    const auto range = rangeOf(definition);
    const auto created = DemoClock::parse(textOf(definition, "createdDateTime"_L1));
    const auto first = range.isEmpty() ? created : std::max(created, DemoClock::parse(textOf(range, "startDate"_L1)));
    const int days = std::max(1, settings["instanceDurationInDays"_L1].toInt());
    const auto last = DemoClock::parse(textOf(range, "endDate"_L1));
    const auto type = textOf(range, "type"_L1).toLower();
    if (pattern.isEmpty()) {
        if (n > 0)
            return {};
        const bool until =
            type == u"enddate" || (last.isValid() && last > first && settings["instanceDurationInDays"_L1].toInt() == 0);
        return Occurrence{first, until ? last : first.addDays(days)};
    }
    const auto start = startOf(pattern, first, n);
    if (!start.isValid() || (type == u"enddate" && start > last.addDays(1).addMSecs(-1)) ||
        (type == u"numbered" && n >= range["numberOfOccurrences"_L1].toInt()))
        return {};
    return Occurrence{start, start.addDays(days)};
}

QList<QJsonObject> instancesOf(const Store &store, const QString &definitionId)
{
    auto rows = store.rows(instancesTable, [&](const QJsonObject &row) { return textOf(row, "_definition"_L1) == definitionId; });
    std::sort(rows.begin(), rows.end(),
              [](const QJsonObject &a, const QJsonObject &b) { return a["_number"_L1].toInt() < b["_number"_L1].toInt(); });
    return rows;
}

QList<QJsonObject> decisionsOf(const Store &store, const QString &instanceId)
{
    return store.rows(decisionsTable, [&](const QJsonObject &row) { return textOf(row, "_instance"_L1) == instanceId; });
}

void finishInstance(Store &store, const QJsonObject &instance, const QDateTime &at)
{
    const auto instanceId = textOf(instance, "id"_L1);
    const auto *definition = store.find(definitionsTable, textOf(instance, "_definition"_L1));
    const auto settings = definition ? definition->value("settings"_L1).toObject() : QJsonObject();
    const bool byDefault = settings["defaultDecisionEnabled"_L1].toBool();
    if (byDefault)
        decideByDefault(store, settings, instanceId, at);
    store.patch(instancesTable, instanceId,
                {{u"status"_s, byDefault ? u"AutoReviewed"_s : u"Completed"_s}, {u"endDateTime"_s, DemoClock::text(at)}});
    if (settings["autoApplyDecisionsEnabled"_L1].toBool())
        applyDecisions(store, *store.find(instancesTable, instanceId), {}, at);
}

void applyDecisions(Store &store, const QJsonObject &instance, const QString &actor, const QDateTime &at)
{
    const auto instanceId = textOf(instance, "id"_L1);
    const auto group = groupOfQuery(instance["scope"_L1]["query"_L1].toString());
    auto appliedBy = serviceIdentity();
    if (const auto *user = store.find(u"users"_s, actor))
        appliedBy = {{u"id"_s, actor},
                     {u"displayName"_s, user->value("displayName"_L1)},
                     {u"userPrincipalName"_s, user->value("userPrincipalName"_L1)}};
    for (const auto &decision : decisionsOf(store, instanceId)) {
        const auto verdict = textOf(decision, "decision"_L1);
        if (verdict != u"Approve" && verdict != u"Deny")
            continue;
        const auto result =
            verdict == u"Deny" ? removeAccess(store, group, textOf(decision, "_principal"_L1), actor) : u"AppliedSuccessfully"_s;
        store.patch(decisionsTable, textOf(decision, "id"_L1),
                    {{u"applyResult"_s, result}, {u"appliedBy"_s, appliedBy}, {u"appliedDateTime"_s, DemoClock::text(at)}});
    }
    store.patch(instancesTable, instanceId, {{u"status"_s, u"Applied"_s}});
    auditReview(store, u"Apply review"_s, u"Update"_s, actor, {textOf(instance, "_definition"_L1), group});
}

void refreshStatus(Store &store, const QString &definitionId)
{
    const auto *definition = store.find(definitionsTable, definitionId);
    if (!definition)
        return;
    const auto instances = instancesOf(store, definitionId);
    const bool more =
        !definition->value("_stopped"_L1).toBool() && occurrence(*definition, definition->value("_held"_L1).toInt());
    const auto latest = instances.isEmpty() ? u"NotStarted"_s : textOf(instances.last(), "status"_L1);
    const bool began = instances.size() > 1 || latest != u"NotStarted";
    const auto status = !began && !definition->value("_stopped"_L1).toBool() ? u"NotStarted"_s
                        : more                                               ? u"InProgress"_s
                        : latest == u"NotStarted"                            ? u"Completed"_s
                                                                             : latest;
    if (textOf(*definition, "status"_L1) != status)
        store.patch(definitionsTable, definitionId, {{u"status"_s, status}});
}

void settleReviews(Store &store, const QDateTime &now)
{
    for (const auto &row : store.rows(definitionsTable)) {
        const auto definitionId = textOf(row, "id"_L1);
        for (bool moved = true; moved && !row["_stopped"_L1].toBool();) {
            moved = false;
            for (const auto &instance : instancesOf(store, definitionId)) {
                const auto start = DemoClock::parse(textOf(instance, "startDateTime"_L1));
                const auto end = DemoClock::parse(textOf(instance, "endDateTime"_L1));
                if (textOf(instance, "status"_L1) == u"NotStarted" && start <= now) {
                    beginInstance(store, row, instance);
                    moved = true;
                } else if (textOf(instance, "status"_L1) == u"InProgress" && end <= now) {
                    finishInstance(store, instance, end);
                    moved = true;
                }
            }
            const int held = store.find(definitionsTable, definitionId)->value("_held"_L1).toInt();
            const auto next = occurrence(row, held);
            if (!moved && next && (held == 0 || next->start <= now)) { // the first one shows before it starts
                addInstance(store, row, held, *next);
                moved = true;
            }
        }
        refreshStatus(store, definitionId);
    }
}

} // namespace pimgate::demo::reviews
