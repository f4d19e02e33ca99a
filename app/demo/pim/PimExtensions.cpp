#include "demo/pim/PimExtensions.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimApprovals.h"
#include "demo/pim/PimAudit.h"
#include "demo/pim/PimPolicies.h"

#include <algorithm>

namespace pimgate::demo::pim {

std::optional<QJsonObject> assignedSchedule(const Store &store, const Half &half, const Draft &draft)
{
    for (const QJsonObject &schedule : schedulesOf(store, half, draft.groupId, draft.principalId, draft.access))
        if (!isActivated(schedule))
            return schedule;
    return {};
}

bool hasExpired(const Store &store, const Half &half, const Draft &draft)
{
    return !store
                .rows(half.requests(),
                      [&](const QJsonObject &row) {
                          return row.value(QLatin1String("_expired")).toBool() &&
                                 concerns(row, draft.groupId, draft.principalId, draft.access);
                      })
                .isEmpty();
}

namespace {

/// A request that asks for more time; an administrator's answer to one ends the same way.
bool isExtension(const QString &action)
{
    return action.endsWith(QLatin1String("Extend")) || action.endsWith(QLatin1String("Renew"));
}

QStringList extensionFailures(const Store &store, const Half &half, const Draft &draft, const ScheduleSpan &span,
                              const PimApprovers &approvers)
{
    const QJsonArray rules = pimRulesFor(store, draft.groupId, draft.access);
    const QLatin1String expiration(half.eligibility ? "Expiration_Admin_Eligibility" : "Expiration_Admin_Assignment");
    QStringList failed;
    if (!expirationAllows(pimRule(rules, expiration), span))
        failed << QStringLiteral("ExpirationRule");
    if (approvers.justified && draft.justification.trimmed().isEmpty())
        failed << QStringLiteral("JustificationRule");
    return failed;
}

} // namespace

Response askExtension(Store &store, const Request &request, const Half &half, const Draft &draft)
{
    if (isPending(store, half, draft))
        return alreadyPending();
    const bool assigned = assignedSchedule(store, half, draft).has_value();
    const bool renew = draft.action == QLatin1String("selfRenew");
    if (renew && assigned)
        return alreadyExists();
    if (renew ? !hasExpired(store, half, draft) : !assigned)
        return doesNotExist();
    const ScheduleSpan span = readSchedule(draft.scheduleInfo, store.now());
    if (!span.fault.isEmpty())
        return pimError(span.fault, QStringLiteral("The role assignment request is invalid."));
    const QJsonArray rules = pimRulesFor(store, draft.groupId, draft.access);
    const PimApprovers approvers = approversIn(pimRule(rules, QLatin1String("Approval_EndUser_Assignment")));
    if (const QStringList failed = extensionFailures(store, half, draft, span, approvers); !failed.isEmpty())
        return rulesFailed(store, failed);

    QJsonObject row = requestRow(store, request, half, draft);
    row.insert(QStringLiteral("scheduleInfo"), writeSchedule(draft.scheduleInfo, span));
    row.insert(QStringLiteral("status"), QStringLiteral("PendingAdminDecision"));
    if (draft.validationOnly)
        return answered(store, request, half, row);
    if (!half.eligibility && approvers.requiredForExtension) // Graph has approvals of assignments only
        row = openApproval(store, row, approvers);
    else
        store.put(half.requests(), row);
    auditPim(store, activityOf(half, draft.action, "requested"), request.caller.oid, row);
    return answered(store, request, half, row);
}

QJsonObject extendSchedule(Store &store, const Half &half, QJsonObject row, const QJsonObject &schedule, const ScheduleSpan &span)
{
    const QJsonObject scheduleInfo = writeSchedule(row.value(QLatin1String("scheduleInfo")).toObject(), span);
    if (span.start > store.now()) {
        endSchedule(store, half, schedule);
        return grant(store, half, row, scheduleInfo, span);
    }
    row.insert(QStringLiteral("scheduleInfo"), scheduleInfo);
    row.insert(QStringLiteral("status"), QStringLiteral("Provisioned"));
    row.insert(QStringLiteral("targetScheduleId"), schedule.value(QLatin1String("id")));
    row.insert(QStringLiteral("completedDateTime"), store.nowText());
    store.put(half.requests(), row);
    store.patch(half.schedules(), textIn(schedule, "id"),
                {{QStringLiteral("scheduleInfo"), scheduleInfo}, {QStringLiteral("modifiedDateTime"), store.nowText()}});
    auditPim(store, activityOf(half, textIn(row, "action"), "completed"), requesterOf(row), row);
    return row;
}

void answerPendingExtension(Store &store, const Half &half, const QJsonObject &done)
{
    if (!isExtension(textIn(done, "action")))
        return;
    const QList<QJsonObject> asked = store.rows(half.requests(), [&](const QJsonObject &row) {
        return textIn(row, "status") == QLatin1String("PendingAdminDecision") &&
               concerns(row, textIn(done, "groupId"), textIn(done, "principalId"), textIn(done, "accessId"));
    });
    for (const QJsonObject &row : asked)
        store.patch(half.requests(), textIn(row, "id"),
                    {{QStringLiteral("status"), QStringLiteral("Provisioned")},
                     {QStringLiteral("targetScheduleId"), done.value(QLatin1String("targetScheduleId"))},
                     {QStringLiteral("completedDateTime"), store.nowText()}});
}

bool grantExtension(Store &store, const QJsonObject &row)
{
    const Half &half = kAssignment;
    const QJsonObject asked = row.value(QLatin1String("scheduleInfo")).toObject();
    const ScheduleSpan span = readSchedule(asked, store.now());
    if (!span.fault.isEmpty())
        return false;
    Draft draft;
    draft.groupId = textIn(row, "groupId");
    draft.principalId = textIn(row, "principalId");
    draft.access = textIn(row, "accessId");
    const auto schedule = assignedSchedule(store, half, draft);
    if (textIn(row, "action") == QLatin1String("selfRenew")) {
        if (schedule)
            return false;
        grant(store, half, row, writeSchedule(asked, span), span);
        return true;
    }
    if (!schedule)
        return false;
    extendSchedule(store, half, row, *schedule, span);
    return true;
}

} // namespace pimgate::demo::pim
