#include "demo/access/WhatIf.h"

#include "demo/access/ConditionalAccessService.h"
#include "demo/access/SignInFacts.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Who signs in, beside what the directory knows about him. What is wrong with it, or empty.
QString readIdentity(const Store &store, const QJsonObject &identity, SignInFacts *facts)
{
    const QString type = identity["@odata.type"_L1].toString();
    if (type == u"#microsoft.graph.servicePrincipalSignIn") {
        const QJsonObject *principal = store.find(u"servicePrincipals"_s, identity["servicePrincipalId"_L1].toString());
        facts->servicePrincipalId = principal ? principal->value("id"_L1).toString() : QString();
        return principal ? QString() : u"The service principal of signInIdentity was not found."_s;
    }
    if (type != u"#microsoft.graph.userSignIn")
        return u"signInIdentity needs an @odata.type: #microsoft.graph.userSignIn or "
               "#microsoft.graph.servicePrincipalSignIn."_s;
    const QJsonObject *user = store.find(u"users"_s, identity["userId"_L1].toString());
    if (!user)
        return u"The user of signInIdentity was not found."_s;
    *facts = factsAbout(store, user->value("id"_L1).toString());
    for (const QString &kind : commaWords(identity["externalUserType"_L1].toString()))
        facts->guestTypes << kind;
    facts->guestTypes.remove(u"none"_s);
    if (const QString tenant = identity["externalTenantId"_L1].toString(); !tenant.isEmpty())
        facts->homeTenant = tenant;
    return {};
}

QString readContext(const QJsonObject &context, SignInFacts *facts)
{
    const QString type = context["@odata.type"_L1].toString();
    if (type == u"#microsoft.graph.applicationContext")
        facts->applications = caList(context, u"includeApplications"_s);
    else if (type == u"#microsoft.graph.authContext")
        facts->authenticationContext = context["authenticationContextValue"_L1].toString();
    else if (type == u"#microsoft.graph.userActionContext")
        facts->userAction = QHash<QString, QString>{{u"registersecurityinformation"_s, u"urn:user:registersecurityinfo"_s},
                                                    {u"registerorjoindevices"_s, u"urn:user:registerdevice"_s}}
                                .value(context["userAction"_L1].toString().toLower());
    const bool said = !facts->applications.isEmpty() || !facts->authenticationContext.isEmpty() || !facts->userAction.isEmpty();
    return said ? QString() : u"signInContext needs an @odata.type and its application, context or action."_s;
}

QString readSupposition(const Store &store, const QJsonObject &body, SignInFacts *facts)
{
    for (const auto &member : {u"signInIdentity"_s, u"signInContext"_s, u"signInConditions"_s})
        if (!body.value(member).isObject())
            return u"%1 is required."_s.arg(member);
    const QJsonValue only = body["appliedPoliciesOnly"_L1];
    if (!only.isUndefined() && !only.isNull() && !only.isBool())
        return u"appliedPoliciesOnly must be true or false."_s;
    QString fault = readIdentity(store, body["signInIdentity"_L1].toObject(), facts);
    if (fault.isEmpty())
        fault = readContext(body["signInContext"_L1].toObject(), facts);
    return fault.isEmpty() ? readSignInConditions(store, body["signInConditions"_L1].toObject(), facts) : fault;
}

} // namespace

Response caEvaluate(Store &store, const Request &request)
{
    if (auto denied = caMayEvaluate(store, request))
        return *denied;
    SignInFacts facts;
    if (const QString fault = readSupposition(store, request.body, &facts); !fault.isEmpty())
        return caBadRequest(store, fault);
    const bool appliedOnly = request.body["appliedPoliciesOnly"_L1].toBool();
    QList<QJsonObject> results;
    for (QJsonObject policy : store.rows(kCaTable)) {
        const PolicyAnswer answer = evaluatePolicy(policy, facts);
        if (appliedOnly && !answer.applies)
            continue;
        policy.insert(u"policyApplies"_s, answer.applies);
        policy.insert(u"analysisReasons"_s, answer.reasons.join(u','));
        results << policy;
    }
    return collection(request, results, u"Collection(microsoft.graph.whatIfAnalysisResult)"_s, 999);
}

} // namespace pimgate::demo
