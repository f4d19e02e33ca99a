#include "base/IsoDuration.h"
#include "demo/odata/GraphTypes.h"
#include "demo/pim/PimPolicies.h"
#include "demo/reviews/AccessReviews.h"

#include <QRegularExpression>

#include <algorithm>

namespace pimgate::demo::reviews {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int longestInstanceDays = 180;

const QRegularExpression &groupQuery()
{
    static const QRegularExpression form(u"^/?(?:v1\\.0/)?groups/([0-9a-f-]{36})/(members|transitiveMembers|owners)"
                                         "(/microsoft\\.graph\\.user)?(?:/?\\?(.*))?$"_s,
                                         QRegularExpression::CaseInsensitiveOption);
    return form;
}

bool hasWords(const QJsonObject &body, QLatin1String member)
{
    return !body[member].toString().trimmed().isEmpty();
}

bool isAnyOf(const QJsonValue &value, const QStringList &words)
{
    return value.isString() && words.contains(value.toString(), Qt::CaseInsensitive);
}

std::optional<Response> refuseScope(const Store &store, const QJsonValue &scope)
{
    const auto object = scope.toObject();
    if (object["@odata.type"_L1].toString() != u"#microsoft.graph.accessReviewQueryScope")
        return badReview(u"The scope has to be a #microsoft.graph.accessReviewQueryScope."_s);
    if (!isAnyOf(object["queryType"_L1], {u"MicrosoftGraph"_s}))
        return badReview(u"The queryType of the scope is not supported."_s);
    const auto match = groupQuery().match(object["query"_L1].toString());
    if (!match.hasMatch() || match.captured(2).compare(u"owners", Qt::CaseInsensitive) == 0)
        return badReview(u"The query of the scope is not supported: %1"_s.arg(object["query"_L1].toString()));
    if (!store.find(u"groups"_s, match.captured(1)))
        return graphError(404, u"ResourceNotFound"_s, u"The group of the scope does not exist."_s);
    return {};
}

bool isReviewerQuery(const Store &store, const QJsonObject &reviewer)
{
    static const QRegularExpression userQuery(u"^/?(?:v1\\.0/)?users/([^/]+)$"_s, QRegularExpression::CaseInsensitiveOption);
    const auto query = reviewer["query"_L1].toString();
    if (!isAnyOf(reviewer["queryType"_L1], {u"MicrosoftGraph"_s}))
        return false;
    if (query == u"./manager")
        return reviewer["queryRoot"_L1].toString() == u"decisions";
    if (const auto user = userQuery.match(query); user.hasMatch())
        return store.user(user.captured(1)) != nullptr;
    const auto group = groupQuery().match(query);
    return group.hasMatch() && store.find(u"groups"_s, group.captured(1));
}

std::optional<Response> refuseReviewers(const Store &store, const QJsonObject &body, QLatin1String member)
{
    const auto value = body[member];
    if (value.isUndefined() || value.isNull())
        return {};
    const auto reviewers = value.toArray();
    const bool all = value.isArray() && std::all_of(reviewers.begin(), reviewers.end(), [&](const QJsonValue &each) {
                         return isReviewerQuery(store, each.toObject());
                     });
    return all ? std::nullopt
               : std::optional(badReview(u"A reviewer in '%1' is not a query of a user, of a group's members or owners, or of "
                                         "the manager that leads to anybody."_s.arg(member)));
}

/// A Date by the metadata, "2026-12-01"; the documentation's samples send a whole moment (contract 11). Empty: neither.
QString dateOf(const QJsonValue &value)
{
    const auto text = value.toString();
    return DemoClock::parse(text).isValid() ? text.left(10) : QString();
}

std::optional<Response> refuseRange(const QJsonObject &range, bool once)
{
    if (!isAnyOf(range["type"_L1], {u"noEnd"_s, u"endDate"_s, u"numbered"_s}))
        return badReview(u"The recurrence range needs a type: noEnd, endDate or numbered."_s);
    const auto start = dateOf(range["startDate"_L1]);
    if (start.isEmpty())
        return badReview(u"The recurrence range needs a startDate."_s);
    const auto type = range["type"_L1].toString().toLower();
    // Dates in this form are in the order of their text; none at all is before every start.
    if (type == u"enddate" && dateOf(range["endDate"_L1]) < start)
        return badReview(u"The recurrence range needs an endDate that is not before its startDate."_s);
    if (type == u"numbered" && range["numberOfOccurrences"_L1].toInt(-1) < (once ? 0 : 1))
        return badReview(u"The recurrence range needs its numberOfOccurrences."_s);
    return {};
}

std::optional<Response> refuseRecurrence(const QJsonObject &settings)
{
    const auto value = settings["recurrence"_L1];
    if (value.isUndefined() || value.isNull())
        return {};
    const auto pattern = value["pattern"_L1];
    const bool once = pattern.isNull() || pattern.isUndefined();
    if (auto refusal = refuseRange(value["range"_L1].toObject(), once))
        return refusal;
    if (once)
        return {};
    if (!isAnyOf(pattern["type"_L1], {u"weekly"_s, u"absoluteMonthly"_s}))
        return badReview(u"The recurrence pattern has to be weekly or absoluteMonthly."_s);
    const int interval = pattern["interval"_L1].toInt();
    if (interval < 1)
        return badReview(u"The interval of the recurrence pattern has to be at least 1."_s);
    const auto day = pattern["dayOfMonth"_L1];
    if (!day.isUndefined() && (day.toInt(-1) < 0 || day.toInt() > 31))
        return badReview(u"The dayOfMonth of the recurrence pattern has to be 1 to 31."_s);
    const auto cadence = qint64(interval) * (isAnyOf(pattern["type"_L1], {u"weekly"_s}) ? 7 : 28);
    if (settings["instanceDurationInDays"_L1].toInt() > cadence)
        return badReview(u"instanceDurationInDays exceeds the time between two instances."_s);
    return {};
}

std::optional<Response> refuseSettings(const QJsonValue &value)
{
    if (value.isUndefined() || value.isNull())
        return {};
    const auto settings = value.toObject();
    for (auto it = settings.begin(); it != settings.end(); ++it) {
        const auto property = graphtypes::property(u"accessReviewScheduleSettings"_s, it.key());
        const bool annotation = it.key().startsWith(u'@');
        if (!property && !annotation)
            return badReview(
                u"The property '%1' does not exist on type 'microsoft.graph.accessReviewScheduleSettings'."_s.arg(it.key()));
        if (property && property->kind == graphtypes::Property::Kind::Bool && !it.value().isBool() && !it.value().isNull())
            return badReview(u"The property '%1' has to be true or false."_s.arg(it.key()));
    }
    const auto days = settings["instanceDurationInDays"_L1];
    if (!days.isUndefined() && (days.toInt(-1) < 0 || days.toInt() > longestInstanceDays))
        return badReview(u"instanceDurationInDays has to be 0 to %1."_s.arg(longestInstanceDays));
    const auto decision = settings["defaultDecision"_L1];
    if (!decision.isUndefined() && !decision.isNull() &&
        !isAnyOf(decision, {u"Approve"_s, u"Deny"_s, u"Recommendation"_s, u"None"_s}))
        return badReview(u"defaultDecision has to be Approve, Deny, Recommendation or None."_s);
    const auto lookBack = settings["recommendationLookBackDuration"_L1];
    if (lookBack.isString() && !IsoDuration::parse(lookBack.toString()))
        return badReview(u"recommendationLookBackDuration is not a duration."_s);
    for (const auto &action : settings["applyActions"_L1].toArray()) {
        if (action["@odata.type"_L1].toString() != u"#microsoft.graph.removeAccessApplyAction")
            return badReview(u"The action in applyActions is not supported for the members of a group."_s);
    }
    return refuseRecurrence(settings);
}

std::optional<Response> refuseMembers(const QJsonObject &body)
{
    for (const auto &name : body.keys()) {
        if (!name.contains(u'@') && !graphtypes::property(u"accessReviewScheduleDefinition"_s, name))
            return badReview(
                u"The property '%1' does not exist on type 'microsoft.graph.accessReviewScheduleDefinition'."_s.arg(name));
    }
    for (const auto required : {"displayName"_L1, "descriptionForAdmins"_L1, "descriptionForReviewers"_L1}) {
        if (!hasWords(body, required))
            return badReview(u"The property '%1' is required."_s.arg(required));
    }
    if (!body["scope"_L1].isObject())
        return badReview(u"The property 'scope' is required."_s);
    if (body["instanceEnumerationScope"_L1].isObject() || !body["stageSettings"_L1].toArray().isEmpty())
        return badReview(u"Reviews of several groups or in several stages are not supported in this tenant."_s);
    return {};
}

/// The recurrence as the service keeps it: days without a time.
QJsonValue withDates(const QJsonValue &value)
{
    auto recurrence = value.toObject();
    auto range = recurrence["range"_L1].toObject();
    for (const auto &day : {u"startDate"_s, u"endDate"_s}) {
        if (const auto date = dateOf(range[day]); !date.isEmpty())
            range.insert(day, date);
    }
    recurrence.insert(u"range"_s, range);
    return recurrence;
}

} // namespace

Response badReview(const QString &message)
{
    return graphError(400, u"BadRequest"_s, message);
}

QString groupOfQuery(const QString &query)
{
    return groupQuery().match(query).captured(1).toLower();
}

QJsonObject completeSettings(const QJsonObject &given)
{
    QJsonObject settings{{u"mailNotificationsEnabled"_s, false},
                         {u"reminderNotificationsEnabled"_s, false},
                         {u"justificationRequiredOnApproval"_s, false},
                         {u"defaultDecisionEnabled"_s, false},
                         {u"defaultDecision"_s, u"None"_s},
                         {u"instanceDurationInDays"_s, 0},
                         {u"autoApplyDecisionsEnabled"_s, false},
                         {u"recommendationsEnabled"_s, false},
                         {u"recommendationLookBackDuration"_s, QJsonValue()},
                         {u"decisionHistoriesForReviewersEnabled"_s, false},
                         {u"recurrence"_s, QJsonValue()},
                         {u"applyActions"_s, QJsonArray()},
                         {u"recommendationInsightSettings"_s, QJsonArray()}};
    for (auto it = given.begin(); it != given.end(); ++it)
        settings.insert(it.key(), it.value());
    if (settings["recurrence"_L1].isObject())
        settings.insert(u"recurrence"_s, withDates(settings["recurrence"_L1]));
    return settings;
}

std::optional<Response> refuseDefinition(const Store &store, const QJsonObject &body)
{
    if (auto refusal = refuseMembers(body))
        return refusal;
    if (auto refusal = refuseScope(store, body["scope"_L1]))
        return refusal;
    for (const auto list : {"reviewers"_L1, "fallbackReviewers"_L1}) {
        if (auto refusal = refuseReviewers(store, body, list))
            return refusal;
    }
    const auto group = groupOfQuery(body["scope"_L1]["query"_L1].toString());
    if (pimManages(store, group) && body["fallbackReviewers"_L1].toArray().isEmpty())
        return badReview(u"A review of a group that Privileged Identity Management manages needs at least one fallback "
                         "reviewer."_s);
    return refuseSettings(body["settings"_L1]);
}

} // namespace pimgate::demo::reviews
