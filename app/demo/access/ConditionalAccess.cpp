#include "demo/access/ConditionalAccessForm.h"
#include "demo/access/ConditionalAccessRules.h"
#include "demo/access/ConditionalAccessService.h"
#include "demo/access/WhatIf.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kCaDeleted = u"deletedConditionalAccessPolicies"_s;
const QString kCaContext = u"identity/conditionalAccess/policies"_s;
const QString kCaDeletedContext = u"identity/conditionalAccess/deletedItems/policies"_s;
const QString kCaKind = u"ConditionalAccessPolicy"_s;
constexpr int kCaDeletedDays = 30; // 10.8

Response caPolicyMissing(const Request &request)
{
    return caMissing(u"policy"_s, request.param(u"id"_s));
}

/// The text for a body that is no policy at all; the service does not say where.
Response caNoPolicy(const Store &store)
{
    return caBadRequest(store, u"1007: Incoming ConditionalAccessPolicy object is null or does not match the schema of "
                               "ConditionalAccessPolicy type. For examples, please see API documentation at "
                               "https://docs.microsoft.com/en-us/graph/api/conditionalaccessroot-post-policies?view=graph-rest-"
                               "1.0."_s);
}

/// Enforcing and security defaults exclude each other; report-only and disabled policies are taken (2.6).
std::optional<Response> caDefaultsStand(const Store &store, const QJsonObject &before, const QJsonObject &after)
{
    const QString enabled = u"enabled"_s;
    const bool arms = after["state"_L1].toString() == enabled && before["state"_L1].toString() != enabled;
    if (!arms || !securityDefaultsOn(store))
        return {};
    return caBadRequest(store, u"Security Defaults is enabled in the tenant. You must disable Security defaults before "
                               "enabling a Conditional Access policy."_s);
}

Response caListPolicies(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    return collection(request, store.rows(kCaTable), kCaContext);
}

Response caRead(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    const QJsonObject *policy = store.find(kCaTable, request.param(u"id"_s));
    return policy ? entity(request, *policy, kCaContext) : caPolicyMissing(request);
}

Response caCreate(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    if (!caHasForm(request.body))
        return caNoPolicy(store);
    QJsonObject policy = caMerged({}, request.body);
    if (const QString fault = caPolicyFault(store, policy, true); !fault.isEmpty())
        return caBadRequest(store, fault);
    if (auto refused = caDefaultsStand(store, {}, policy))
        return *refused;
    policy.insert(u"id"_s, store.newId(kCaTable, policy["displayName"_L1].toString()));
    policy.insert(u"createdDateTime"_s, store.nowText());
    policy.insert(u"modifiedDateTime"_s, QJsonValue::Null);
    policy.insert(u"deletedDateTime"_s, QJsonValue::Null);
    store.put(kCaTable, policy);
    caAudit(store, request, u"Add conditional access policy"_s, u"Add"_s, kCaKind, {}, policy);
    return caCreated(request, policy, kCaContext);
}

Response caChange(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    const QJsonObject *found = store.find(kCaTable, request.param(u"id"_s));
    if (!found)
        return caPolicyMissing(request);
    if (!caHasForm(request.body))
        return caNoPolicy(store);
    const QJsonObject before = *found;
    QJsonObject after = caMerged(before, request.body);
    if (const QString fault = caPolicyFault(store, after, request.body.contains("conditions"_L1)); !fault.isEmpty())
        return caBadRequest(store, fault);
    if (auto refused = caDefaultsStand(store, before, after))
        return *refused;
    after.insert(u"modifiedDateTime"_s, store.nowText());
    store.put(kCaTable, after);
    caAudit(store, request, u"Update conditional access policy"_s, u"Update"_s, kCaKind, before, after);
    return Response::noContent();
}

Response caDelete(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    const QJsonObject *found = store.find(kCaTable, request.param(u"id"_s));
    if (!found)
        return caPolicyMissing(request);
    QJsonObject policy = *found;
    store.remove(kCaTable, policy["id"_L1].toString());
    const QJsonObject before = policy;
    policy.insert(u"deletedDateTime"_s, store.nowText());
    store.put(kCaDeleted, policy);
    caAudit(store, request, u"Delete conditional access policy"_s, u"Delete"_s, kCaKind, before, {});
    return Response::noContent();
}

// --- deleted policies (10.8) ----------------------------------------------------------------------------------------

Response caListDeleted(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    return collection(request, store.rows(kCaDeleted), kCaDeletedContext);
}

Response caReadDeleted(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    const QJsonObject *policy = store.find(kCaDeleted, request.param(u"id"_s));
    return policy ? entity(request, *policy, kCaDeletedContext) : caPolicyMissing(request);
}

Response caPurge(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    const QJsonObject *found = store.find(kCaDeleted, request.param(u"id"_s));
    if (!found)
        return caPolicyMissing(request);
    const QJsonObject policy = *found;
    store.remove(kCaDeleted, policy["id"_L1].toString());
    caAudit(store, request, u"Hard delete conditional access policy"_s, u"Delete"_s, kCaKind, policy, {});
    return Response::noContent();
}

Response caRestore(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    const QJsonObject *found = store.find(kCaDeleted, request.param(u"id"_s));
    if (!found)
        return caPolicyMissing(request);
    QJsonObject policy = *found;
    if (auto refused = caDefaultsStand(store, {}, policy))
        return *refused;
    store.remove(kCaDeleted, policy["id"_L1].toString());
    policy.insert(u"deletedDateTime"_s, QJsonValue::Null);
    store.put(kCaTable, policy);
    caAudit(store, request, u"Restore conditional access policy"_s, u"Add"_s, kCaKind, {}, policy);
    return entity(request, policy, kCaContext);
}

void caForgetOldDeleted(Store &store, const QDateTime &now)
{
    for (const QJsonObject &policy : store.rows(kCaDeleted))
        if (QDateTime::fromString(policy["deletedDateTime"_L1].toString(), Qt::ISODate).addDays(kCaDeletedDays) <= now)
            store.remove(kCaDeleted, policy["id"_L1].toString());
}

} // namespace

void addConditionalAccessRoutes(Router &router, Store &)
{
    const QString policies = kCaBase + u"policies"_s, deleted = kCaBase + u"deletedItems/policies"_s;
    const QString one = u"/{id}"_s;
    router.beforeEach(caForgetOldDeleted);
    router.add("GET", policies, caListPolicies);
    router.add("POST", policies, caCreate);
    router.add("GET", policies + one, caRead);
    router.add("PATCH", policies + one, caChange);
    router.add("DELETE", policies + one, caDelete);
    router.add("GET", deleted, caListDeleted);
    router.add("GET", deleted + one, caReadDeleted);
    router.add("DELETE", deleted + one, caPurge);
    router.add("POST", deleted + one + u"/restore"_s, caRestore);
    router.add("POST", kCaBase + u"evaluate"_s, caEvaluate);
    addNamedLocationRoutes(router);
    addAuthenticationContextRoutes(router);
    addAuthenticationStrengthRoutes(router);
}

} // namespace pimgate::demo
