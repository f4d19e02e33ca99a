#include "graph/ConditionalAccess.h"

#include "graph/GraphService.h"
#include "graph/Json.h"

namespace pimgate {
namespace {

const QString policiesPath = QStringLiteral("/identity/conditionalAccess/policies");

CaPolicy::State policyState(const QString &name)
{
    if (Json::same(name, "enabled"))
        return CaPolicy::State::Enabled;
    if (Json::same(name, "disabled"))
        return CaPolicy::State::Disabled;
    if (Json::same(name, "enabledForReportingButNotEnforced"))
        return CaPolicy::State::ReportOnly;
    return CaPolicy::State::Unknown;
}

WhatIf whatIfFrom(const QJsonObject &json)
{
    const CaPolicy policy = caPolicyFrom(json);
    return {policy.id,
            policy.displayName,
            policy.state,
            Json::flag(json, "policyApplies"),
            Json::text(json, "analysisReasons"),
            policy.builtInControls.contains(QLatin1String("block"), Qt::CaseInsensitive)};
}

QJsonObject evaluation(const QString &userId, const QString &appId)
{
    const QJsonObject identity{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.userSignIn")},
                               {QStringLiteral("userId"), userId}};
    const QJsonObject context{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.applicationContext")},
                              {QStringLiteral("includeApplications"), QJsonArray{appId}}};
    const QJsonObject conditions{{QStringLiteral("clientAppType"), QStringLiteral("browser")}};
    return {{QStringLiteral("signInIdentity"), identity},
            {QStringLiteral("signInContext"), context},
            {QStringLiteral("signInConditions"), conditions},
            {QStringLiteral("appliedPoliciesOnly"), false}};
}

} // namespace

QString CaPolicy::stateName(State state)
{
    switch (state) {
    case State::Enabled:
        return QStringLiteral("enabled");
    case State::ReportOnly:
        return QStringLiteral("enabledForReportingButNotEnforced");
    case State::Disabled:
    case State::Unknown:
        break;
    }
    return QStringLiteral("disabled");
}

CaPolicy caPolicyFrom(const QJsonObject &json)
{
    const QJsonObject conditions = Json::object(json, "conditions");
    const QJsonObject users = Json::object(conditions, "users");
    const QJsonObject applications = Json::object(conditions, "applications");
    const QJsonObject grant = Json::object(json, "grantControls");
    CaPolicy policy;
    policy.id = Json::text(json, "id");
    policy.displayName = Json::text(json, "displayName");
    policy.description = Json::text(json, "description");
    policy.created = Json::time(json, "createdDateTime");
    policy.modified = Json::time(json, "modifiedDateTime");
    policy.state = policyState(Json::text(json, "state"));
    policy.includeUsers = Json::texts(users, "includeUsers");
    policy.excludeUsers = Json::texts(users, "excludeUsers");
    policy.includeGroups = Json::texts(users, "includeGroups");
    policy.excludeGroups = Json::texts(users, "excludeGroups");
    policy.includeRoles = Json::texts(users, "includeRoles");
    policy.excludeRoles = Json::texts(users, "excludeRoles");
    policy.includeApplications = Json::texts(applications, "includeApplications");
    policy.excludeApplications = Json::texts(applications, "excludeApplications");
    policy.clientAppTypes = Json::texts(conditions, "clientAppTypes");
    policy.builtInControls = Json::texts(grant, "builtInControls");
    policy.grantOperator = Json::text(grant, "operator");
    policy.raw = json;
    return policy;
}

Task<Result<QList<CaPolicy>>> ConditionalAccess::list(std::stop_token stop)
{
    const auto found = co_await m_graph.list(policiesPath, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QList<CaPolicy> policies;
    for (const auto &value : *found)
        policies << caPolicyFrom(value.toObject());
    co_return policies;
}

Task<Result<std::optional<CaPolicy>>> ConditionalAccess::byId(QString id, std::stop_token stop)
{
    const QString path = policiesPath + QLatin1Char('/') + id;
    const auto found = co_await m_graph.find(path, stop);
    if (!found)
        co_return failure(found.error());
    if (!*found)
        co_return std::optional<CaPolicy>();
    co_return std::optional<CaPolicy>(caPolicyFrom(**found));
}

Task<Result<QList<AuthenticationContext>>> ConditionalAccess::contexts(std::stop_token stop)
{
    const QString path = QStringLiteral("/identity/conditionalAccess/authenticationContextClassReferences");
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QList<AuthenticationContext> contexts;
    for (const auto &value : *found) {
        const QJsonObject one = value.toObject();
        contexts << AuthenticationContext{Json::text(one, "id"), Json::text(one, "displayName"), Json::flag(one, "isAvailable")};
    }
    co_return contexts;
}

Task<Result<QList<WhatIf>>> ConditionalAccess::evaluate(QString userId, QString appId, std::stop_token stop)
{
    const QString path = QStringLiteral("/identity/conditionalAccess/evaluate");
    const QJsonObject body = evaluation(userId, appId);
    const auto answer = co_await m_graph.ask(path, body, stop);
    if (!answer)
        co_return failure(answer.error());
    QList<WhatIf> results;
    for (const auto &value : Json::array(*answer, "value"))
        results << whatIfFrom(value.toObject());
    co_return results;
}

GraphRequest ConditionalAccess::createRequest(const CaPolicy &wanted)
{
    const auto array = [](const QStringList &list) { return QJsonArray::fromStringList(list); };
    const QJsonObject users{{QStringLiteral("includeUsers"), array(wanted.includeUsers)},
                            {QStringLiteral("excludeUsers"), array(wanted.excludeUsers)},
                            {QStringLiteral("excludeGroups"), array(wanted.excludeGroups)}};
    const QJsonObject applications{{QStringLiteral("includeApplications"), array(wanted.includeApplications)},
                                   {QStringLiteral("excludeApplications"), QJsonArray()},
                                   {QStringLiteral("includeUserActions"), QJsonArray()}};
    const QJsonObject conditions{{QStringLiteral("clientAppTypes"), array(wanted.clientAppTypes)},
                                 {QStringLiteral("applications"), applications},
                                 {QStringLiteral("users"), users}};
    const QJsonObject grant{{QStringLiteral("operator"), QStringLiteral("OR")},
                            {QStringLiteral("builtInControls"), array(wanted.builtInControls)}};
    const QJsonObject body{{QStringLiteral("displayName"), wanted.displayName},
                           {QStringLiteral("description"), wanted.description},
                           {QStringLiteral("state"), CaPolicy::stateName(CaPolicy::State::ReportOnly)},
                           {QStringLiteral("conditions"), conditions},
                           {QStringLiteral("grantControls"), grant}};
    return {"POST", policiesPath, body};
}

Task<Result<CaPolicy>> ConditionalAccess::create(CaPolicy wanted, std::stop_token stop)
{
    const GraphRequest request = createRequest(wanted);
    const auto made = co_await m_graph.write(request, stop);
    if (!made)
        co_return failure(made.error());
    co_return caPolicyFrom(*made);
}

GraphRequest ConditionalAccess::stateRequest(const QString &id, CaPolicy::State state)
{
    const QJsonObject body{{QStringLiteral("state"), CaPolicy::stateName(state)}};
    return {"PATCH", policiesPath + QLatin1Char('/') + id, body};
}

Task<Outcome> ConditionalAccess::setState(QString id, CaPolicy::State state, std::stop_token stop)
{
    const GraphRequest request = stateRequest(id, state);
    const auto done = co_await m_graph.write(request, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

GraphRequest ConditionalAccess::leaveOutRequest(const CaPolicy &policy)
{
    QJsonObject users = Json::object(Json::object(policy.raw, "conditions"), "users");
    users.insert(QStringLiteral("excludeUsers"), Json::arrayOf(policy.excludeUsers));
    users.insert(QStringLiteral("excludeGroups"), Json::arrayOf(policy.excludeGroups));
    const QJsonObject body{{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), users}}}};
    return {"PATCH", policiesPath + QLatin1Char('/') + policy.id, body};
}

Task<Outcome> ConditionalAccess::leaveOut(CaPolicy policy, std::stop_token stop)
{
    const GraphRequest request = leaveOutRequest(policy);
    const auto done = co_await m_graph.write(request, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

Task<Outcome> ConditionalAccess::remove(QString id, std::stop_token stop)
{
    const QString path = policiesPath + QLatin1Char('/') + id;
    co_return co_await m_graph.remove(path, stop);
}

} // namespace pimgate
