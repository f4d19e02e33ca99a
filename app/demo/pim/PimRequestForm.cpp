#include "demo/pim/PimRequestForm.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimAudit.h"
#include "demo/pim/PimManners.h"
#include "demo/pim/PimPolicies.h"
#include "demo/pim/PimReading.h"
#include "demo/pim/PimRules.h"

#include <algorithm>

namespace pimgate::demo::pim {
namespace {

constexpr qint64 kShortest = qint64(5) * 60; ///< nothing lasts, and nothing is taken back, below five minutes (P26)

} // namespace

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

Response alreadyPending() // the wording was never captured (contract 7.7)
{
    return pimError(QStringLiteral("PendingRoleAssignmentRequest"),
                    QStringLiteral("There is already a pending request for this role assignment."));
}

Response rulesFailed(const Store &store, const QStringList &rules)
{
    return pimError(QStringLiteral("RoleAssignmentRequestPolicyValidationFailed"),
                    rulesFailedMessage(rules, pimManners(store).olderErrors));
}

std::optional<Draft> readDraft(const QJsonObject &body, const Half &half)
{
    static const QStringList members{
        QStringLiteral("accessId"),    QStringLiteral("action"),           QStringLiteral("groupId"),
        QStringLiteral("principalId"), QStringLiteral("scheduleInfo"),     QStringLiteral("justification"),
        QStringLiteral("ticketInfo"),  QStringLiteral("isValidationOnly"), QStringLiteral("customData")};
    static const QStringList actions{
        QStringLiteral("adminAssign"),    QStringLiteral("adminUpdate"), QStringLiteral("adminRemove"),
        QStringLiteral("adminExtend"),    QStringLiteral("adminRenew"),  QStringLiteral("selfActivate"),
        QStringLiteral("selfDeactivate"), QStringLiteral("selfExtend"),  QStringLiteral("selfRenew")};
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
    const bool switches = draft.action == QLatin1String("selfActivate") || draft.action == QLatin1String("selfDeactivate");
    if (half.eligibility && switches)
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

QStringList enablementFailures(const QJsonObject &rule, const Draft &draft, const Caller &caller)
{
    QStringList failed;
    if (ruleEnables(rule, QLatin1String("Justification")) && draft.justification.trimmed().isEmpty())
        failed << QStringLiteral("JustificationRule");
    const bool ticketed = hasText(draft.ticket, "ticketNumber") && hasText(draft.ticket, "ticketSystem"); // contract 7.1
    if (ruleEnables(rule, QLatin1String("Ticketing")) && !ticketed)
        failed << QStringLiteral("TicketingRule");
    if (ruleEnables(rule, QLatin1String("MultiFactorAuthentication")) && !caller.amr.contains(QLatin1String("mfa")))
        failed << QStringLiteral("MfaRule");
    return failed;
}

QStringList adminFailures(const Store &store, const Half &half, const Draft &draft, const ScheduleSpan &span,
                          const Caller &caller)
{
    const QJsonArray rules = pimRulesFor(store, draft.groupId, draft.access);
    QStringList failed;
    const QLatin1String expiration(half.eligibility ? "Expiration_Admin_Eligibility" : "Expiration_Admin_Assignment");
    if (!expirationAllows(pimRule(rules, expiration), span))
        failed << QStringLiteral("ExpirationRule");
    if (!half.eligibility) // Enablement_Admin_Eligibility is stored and has no effect (contract 8.3)
        failed << enablementFailures(pimRule(rules, QLatin1String("Enablement_Admin_Assignment")), draft, caller);
    return failed;
}

bool isPending(const Store &store, const Half &half, const Draft &draft)
{
    static const QStringList waiting{QStringLiteral("PendingApproval"), QStringLiteral("PendingAdminDecision")};
    return !store
                .rows(half.requests(),
                      [&](const QJsonObject &row) {
                          return concerns(row, draft.groupId, draft.principalId, draft.access) &&
                                 waiting.contains(textIn(row, "status"));
                      })
                .isEmpty();
}

Response revoked(Store &store, const Request &request, const Half &half, const Draft &draft, const QString &span)
{
    QJsonObject row = requestRow(store, request, half, draft);
    row.insert(QStringLiteral("status"), QStringLiteral("Revoked"));
    store.put(half.requests(), row);
    for (const char *step : {"requested", "completed"})
        auditPim(store, activityOf(half, draft.action, step, span), request.caller.oid, row);
    return answered(store, request, half, row);
}

bool isYoung(const Store &store, const QJsonObject &schedule)
{
    const QDateTime begun = std::max(DemoClock::parse(textIn(schedule, "createdDateTime")), spanOf(schedule).start);
    return begun.secsTo(store.now()) < kShortest;
}

} // namespace pimgate::demo::pim
