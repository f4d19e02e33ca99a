#include "demo/ConditionalAccessPolicy.h"
#include "demo/WhatIf.h"

#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

namespace {

const QString kCaDeleted = QStringLiteral("deletedConditionalAccessPolicies");
const QString kCaContext = QStringLiteral("identity/conditionalAccess/policies");
const QString kCaBase = QStringLiteral("/identity/conditionalAccess/");

Response caPolicyMissing(const QString &id)
{
    return graphError(404, QStringLiteral("ResourceNotFound"), QStringLiteral("No policy with id '%1' was found.").arg(id));
}

// --- policies -------------------------------------------------------------------------------------------------------

void caAudit(Store &store, const Request &request, const QString &activity, const QString &operation, const QJsonObject &before,
             const QJsonObject &after)
{
    const auto quoted = [](const QJsonObject &policy) {
        return policy.isEmpty() ? QJsonValue()
                                : QJsonValue(QString::fromUtf8(QJsonDocument(policy).toJson(QJsonDocument::Compact)));
    };
    Store::Audit entry;
    entry.activity = activity;
    entry.service = QStringLiteral("Conditional Access");
    entry.category = QStringLiteral("Policy");
    entry.operation = operation;
    entry.actor = request.caller.oid;
    entry.targets = {(after.isEmpty() ? before : after).value(QLatin1String("id")).toString()};
    entry.modified = {QJsonObject{{QStringLiteral("displayName"), QStringLiteral("ConditionalAccessPolicy")},
                                  {QStringLiteral("oldValue"), quoted(before)},
                                  {QStringLiteral("newValue"), quoted(after)}}};
    store.audit(entry);
}

QJsonObject caWithoutMoments(QJsonObject policy)
{
    for (const auto &member :
         {QStringLiteral("createdDateTime"), QStringLiteral("modifiedDateTime"), QStringLiteral("deletedDateTime")})
        policy.remove(member);
    return policy;
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
    const QJsonObject *policy = store.find(kCaTable, request.param(QStringLiteral("id")));
    return policy ? entity(request, *policy, kCaContext) : caPolicyMissing(request.param(QStringLiteral("id")));
}

Response caCreate(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    if (auto refused = caUnknownMembers(request.body))
        return *refused;
    QJsonObject policy = caNormalised(caFilled(request.body, caPolicyForm()));
    if (auto refused = caRefused(store, policy, true))
        return *refused;
    policy.insert(QStringLiteral("state"), caStateOf(policy.value(QLatin1String("state")).toString()));
    policy.insert(QStringLiteral("id"), store.newId(kCaTable, policy.value(QLatin1String("displayName")).toString()));
    policy.insert(QStringLiteral("createdDateTime"), store.nowText());
    policy.insert(QStringLiteral("modifiedDateTime"), QJsonValue::Null);
    store.put(kCaTable, policy);
    caAudit(store, request, QStringLiteral("Add conditional access policy"), QStringLiteral("Add"), {}, caWithoutMoments(policy));
    Response response = entity(request, policy, kCaContext);
    response.status = 201;
    return response;
}

/// What is sent replaces; inside conditions member by member.
QJsonObject caMerged(const QJsonObject &before, const QJsonObject &sent)
{
    QJsonObject merged = before;
    for (auto it = sent.begin(); it != sent.end(); ++it)
        if (it.key() != QLatin1String("conditions") && !it.key().contains(QLatin1Char('@')))
            merged.insert(it.key(), it.value());
    QJsonObject conditions = before.value(QLatin1String("conditions")).toObject();
    const QJsonObject sentConditions = sent.value(QLatin1String("conditions")).toObject();
    for (auto it = sentConditions.begin(); it != sentConditions.end(); ++it)
        if (!it.key().contains(QLatin1Char('@')))
            conditions.insert(it.key(), it.value());
    merged.insert(QStringLiteral("conditions"), conditions);
    return caNormalised(merged);
}

Response caChange(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    const QJsonObject *found = store.find(kCaTable, request.param(QStringLiteral("id")));
    if (!found)
        return caPolicyMissing(request.param(QStringLiteral("id")));
    if (auto refused = caUnknownMembers(request.body))
        return *refused;
    const QJsonObject before = *found;
    QJsonObject after = caMerged(before, request.body);
    if (auto refused = caRefused(store, after, request.body.contains(QLatin1String("conditions"))))
        return *refused;
    after.insert(QStringLiteral("state"), caStateOf(after.value(QLatin1String("state")).toString()));
    after.insert(QStringLiteral("modifiedDateTime"), store.nowText());
    store.put(kCaTable, after);
    caAudit(store, request, QStringLiteral("Update conditional access policy"), QStringLiteral("Update"),
            caWithoutMoments(before), caWithoutMoments(after));
    return Response::noContent();
}

Response caDelete(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    const QJsonObject *found = store.find(kCaTable, request.param(QStringLiteral("id")));
    if (!found)
        return caPolicyMissing(request.param(QStringLiteral("id")));
    QJsonObject policy = *found;
    store.remove(kCaTable, request.param(QStringLiteral("id")));
    caAudit(store, request, QStringLiteral("Delete conditional access policy"), QStringLiteral("Delete"),
            caWithoutMoments(policy), {});
    policy.insert(QStringLiteral("deletedDateTime"), store.nowText());
    store.put(kCaDeleted, policy);
    return Response::noContent();
}

const QString kCaDeletedContext = QStringLiteral("identity/conditionalAccess/deletedItems/policies");

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
    const QJsonObject *policy = store.find(kCaDeleted, request.param(QStringLiteral("id")));
    return policy ? entity(request, *policy, kCaDeletedContext) : caPolicyMissing(request.param(QStringLiteral("id")));
}

Response caPurge(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    return store.remove(kCaDeleted, request.param(QStringLiteral("id"))) ? Response::noContent()
                                                                         : caPolicyMissing(request.param(QStringLiteral("id")));
}

Response caRestore(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    const QJsonObject *found = store.find(kCaDeleted, request.param(QStringLiteral("id")));
    if (!found)
        return caPolicyMissing(request.param(QStringLiteral("id")));
    QJsonObject policy = *found;
    store.remove(kCaDeleted, request.param(QStringLiteral("id")));
    policy.remove(QStringLiteral("deletedDateTime"));
    store.put(kCaTable, policy);
    caAudit(store, request, QStringLiteral("Restore conditional access policy"), QStringLiteral("Add"), {},
            caWithoutMoments(policy));
    return entity(request, policy, kCaContext);
}

/// Locations and contexts: read only here.
void caAddReadOnly(Router &router, const QString &set, const QString &table)
{
    const QString context = QStringLiteral("identity/conditionalAccess/") + set;
    const bool contexts = set.startsWith(QLatin1String("authenticationContext"));
    const auto mayRead = [=](const Store &store, const Request &request) -> std::optional<Response> {
        const bool ownScope = contexts && request.caller.hasScope(QStringLiteral("AuthenticationContext.Read.All"));
        if (ownScope && !caLicenceMissing(store))
            return requireRole(request, {roles::conditionalAccessAdministrator(), roles::securityAdministrator(),
                                         roles::globalReader(), roles::securityReader()});
        return caMayRead(store, request);
    };
    router.add("GET", kCaBase + set, [=](Store &store, const Request &request) {
        if (auto denied = mayRead(store, request))
            return *denied;
        return collection(request, store.rows(table), context);
    });
    router.add("GET", kCaBase + set + QStringLiteral("/{id}"), [=](Store &store, const Request &request) {
        if (auto denied = mayRead(store, request))
            return *denied;
        const QJsonObject *row = store.find(table, request.param(QStringLiteral("id")));
        return row ? entity(request, *row, context) : caPolicyMissing(request.param(QStringLiteral("id")));
    });
}

} // namespace

void addConditionalAccessRoutes(Router &router, Store &)
{
    const QString policies = kCaBase + QStringLiteral("policies"), deleted = kCaBase + QStringLiteral("deletedItems/policies");
    const QString one = QStringLiteral("/{id}");
    router.add("GET", policies, caListPolicies);
    router.add("POST", policies, caCreate);
    router.add("GET", policies + one, caRead);
    router.add("PATCH", policies + one, caChange);
    router.add("DELETE", policies + one, caDelete);
    router.add("GET", deleted, caListDeleted);
    router.add("GET", deleted + one, caReadDeleted);
    router.add("DELETE", deleted + one, caPurge);
    router.add("POST", deleted + one + QStringLiteral("/restore"), caRestore);
    caAddReadOnly(router, QStringLiteral("namedLocations"), QStringLiteral("namedLocations"));
    caAddReadOnly(router, QStringLiteral("authenticationContextClassReferences"), QStringLiteral("authenticationContexts"));
    router.add("POST", kCaBase + QStringLiteral("evaluate"), caEvaluate);
}

} // namespace pimgate::demo
