#include "demo/WhatIf.h"

#include "demo/ConditionalAccess.h"
#include "demo/ConditionalAccessPolicy.h"

#include <QHostAddress>
#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

namespace {

std::optional<QString> caSaid(const QJsonObject &conditions, const char *member)
{
    const QString value = conditions.value(QLatin1String(member)).toString();
    return value.isEmpty() ? std::nullopt : std::optional(value);
}

/// Everything the caller supposes, put beside what the directory knows. Nothing when the identity is unknown.
std::optional<SignInFacts> caSupposed(const Store &store, const QJsonObject &identity, QString *fault)
{
    if (identity.value(QLatin1String("@odata.type")).toString() == QLatin1String("#microsoft.graph.userSignIn")) {
        const QJsonObject *user = store.find(QStringLiteral("users"), identity.value(QLatin1String("userId")).toString());
        if (user)
            return factsAbout(store, user->value(QLatin1String("id")).toString());
        *fault = QStringLiteral("The user of signInIdentity was not found.");
        return {};
    }
    if (identity.value(QLatin1String("@odata.type")).toString() == QLatin1String("#microsoft.graph.servicePrincipalSignIn")) {
        const QString id = identity.value(QLatin1String("servicePrincipalId")).toString();
        SignInFacts facts;
        facts.servicePrincipalId = id.toLower();
        if (store.find(QStringLiteral("servicePrincipals"), id))
            return facts;
        *fault = QStringLiteral("The service principal of signInIdentity was not found.");
        return {};
    }
    *fault = QStringLiteral(
        "signInIdentity needs an @odata.type: #microsoft.graph.userSignIn or #microsoft.graph.servicePrincipalSignIn.");
    return {};
}

QString caReadContext(const QJsonObject &context, SignInFacts *facts)
{
    const QString type = context.value(QLatin1String("@odata.type")).toString();
    if (type == QLatin1String("#microsoft.graph.applicationContext"))
        facts->applications = caList(context, QStringLiteral("includeApplications"));
    else if (type == QLatin1String("#microsoft.graph.authContext"))
        facts->authenticationContext = context.value(QLatin1String("authenticationContextValue")).toString();
    else if (type == QLatin1String("#microsoft.graph.userActionContext"))
        facts->userAction =
            context.value(QLatin1String("userAction")).toString().startsWith(QLatin1String("registerSec"), Qt::CaseInsensitive)
                ? QStringLiteral("urn:user:registersecurityinfo")
                : QStringLiteral("urn:user:registerdevice");
    const bool said = !facts->applications.isEmpty() || !facts->authenticationContext.isEmpty() || !facts->userAction.isEmpty();
    return said ? QString() : QStringLiteral("signInContext needs an @odata.type and its application, context or action.");
}

void caReadConditions(const Store &store, const QJsonObject &said, SignInFacts *facts)
{
    facts->clientAppType = caSaid(said, "clientAppType");
    facts->platform = caSaid(said, "devicePlatform");
    facts->signInRisk = caSaid(said, "signInRiskLevel");
    facts->userRisk = caSaid(said, "userRiskLevel");
    facts->servicePrincipalRisk = caSaid(said, "servicePrincipalRiskLevel");
    facts->insiderRisk = caSaid(said, "insiderRiskLevel");
    const auto ip = caSaid(said, "ipAddress"), country = caSaid(said, "country");
    if (ip && country)
        facts->locations = locationsOf(store, *ip, *country);
    const QJsonValue flow = said.value(QLatin1String("authenticationFlow"));
    if (flow.isObject())
        facts->transferMethod = caSaid(flow.toObject(), "transferMethod");
}

} // namespace

Response caEvaluate(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    const QJsonValue conditions = request.body.value(QLatin1String("signInConditions"));
    if (!conditions.isObject())
        return caBadRequest(QStringLiteral("signInConditions is required."));
    if (conditions.toObject().contains(QLatin1String("country")) != conditions.toObject().contains(QLatin1String("ipAddress")))
        return caBadRequest(QStringLiteral("country and ipAddress must be given together."));
    QString fault;
    auto facts = caSupposed(store, request.body.value(QLatin1String("signInIdentity")).toObject(), &fault);
    if (facts)
        fault = caReadContext(request.body.value(QLatin1String("signInContext")).toObject(), &*facts);
    if (!fault.isEmpty())
        return caBadRequest(fault);
    caReadConditions(store, conditions.toObject(), &*facts);
    const bool appliedOnly = request.body.value(QLatin1String("appliedPoliciesOnly")).toBool();
    QList<QJsonObject> results;
    for (QJsonObject policy : store.rows(kCaTable)) {
        const PolicyAnswer answer = evaluatePolicy(policy, *facts);
        if (appliedOnly && !answer.applies)
            continue;
        policy.insert(QStringLiteral("policyApplies"), answer.applies);
        policy.insert(QStringLiteral("analysisReasons"), answer.reasons.join(QLatin1Char(',')));
        results << policy;
    }
    return collection(request, results, QStringLiteral("Collection(microsoft.graph.whatIfAnalysisResult)"), 999);
}

namespace {

bool caCountryListed(const QJsonObject &location, const QString &country)
{
    const QStringList countries = caList(location, QStringLiteral("countriesAndRegions"));
    return countries.contains(country, Qt::CaseInsensitive) ||
           (country.isEmpty() && location.value(QLatin1String("includeUnknownCountriesAndRegions")).toBool());
}

bool caAddressListed(const QJsonObject &location, const QHostAddress &address)
{
    const QJsonArray ranges = location.value(QLatin1String("ipRanges")).toArray();
    return std::any_of(ranges.begin(), ranges.end(), [&](const QJsonValue &range) {
        return address.isInSubnet(QHostAddress::parseSubnet(range.toObject().value(QLatin1String("cidrAddress")).toString()));
    });
}

} // namespace

SignInFacts factsAbout(const Store &store, const QString &userId)
{
    SignInFacts facts;
    facts.userId = userId;
    const QJsonObject *user = store.find(QStringLiteral("users"), userId);
    facts.guest = user && user->value(QLatin1String("userType")).toString() == QLatin1String("Guest");
    for (const QString &group : store.transitiveGroupsOf(userId))
        facts.groups << group;
    for (const QString &role : store.activeRolesOf(userId))
        facts.roles << role;
    return facts;
}

QSet<QString> locationsOf(const Store &store, const QString &ipAddress, const QString &country)
{
    const QHostAddress address(ipAddress);
    QSet<QString> found;
    for (const QJsonObject &location : store.rows(QStringLiteral("namedLocations"))) {
        const bool byCountry = location.contains(QLatin1String("countriesAndRegions"));
        if (byCountry ? !caCountryListed(location, country) : !caAddressListed(location, address))
            continue;
        found << location.value(QLatin1String("id")).toString().toLower();
        if (location.value(QLatin1String("isTrusted")).toBool())
            found << QStringLiteral("AllTrusted");
    }
    return found;
}

} // namespace pimgate::demo
