#include "demo/reviews/AccessReviews.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimPolicies.h"

#include <QRegularExpression>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace reviews {

namespace {

constexpr const char *planP2 = "eec0eb4f-6444-4f95-aba0-50c24d67f998";
constexpr const char *planGovernance = "e866a266-3cff-43a3-acca-0c90a7e00c8b";
const QString definitionsContext = u"identityGovernance/accessReviews/definitions"_s;

std::optional<Response> refuseScope(const Request &request, bool write)
{
    const bool granted = request.caller.hasScope(u"AccessReview.ReadWrite.All"_s) ||
                         (!write && request.caller.hasScope(u"AccessReview.Read.All"_s));
    return granted ? std::nullopt : std::optional(reviewForbidden());
}

/// Who may have no group at all reviewed hears neither what is wrong with his request nor what is there.
std::optional<Response> refuseOutsider(const Request &request)
{
    const bool outsider = requireRole(request, {roles::userAdministrator(), roles::identityGovernanceAdministrator(),
                                                roles::privilegedRoleAdministrator()})
                              .has_value();
    return outsider ? std::optional(reviewForbidden()) : std::nullopt;
}

/// Contract 2.3 and 11: Governance for a group that PIM manages, else P2 does too.
std::optional<Response> refuseLicence(const Store &store, const QString &groupId)
{
    const bool managed = pimManages(store, groupId);
    if (managed ? hasServicePlan(store, {planGovernance}) : hasServicePlan(store, {planP2, planGovernance}))
        return {};
    const auto enough =
        managed ? u"Microsoft Entra ID Governance"_s : u"Microsoft Entra ID P2 or Microsoft Entra ID Governance"_s;
    return graphError(403, u"AadPremiumLicenseRequired"_s, u"The tenant needs to have %1 license."_s.arg(enough));
}

std::set<QString> peopleOfQuery(const Store &store, const QJsonObject &reviewer)
{
    static const QRegularExpression userQuery(u"^/?(?:v1\\.0/)?users/([^/]+)$"_s, QRegularExpression::CaseInsensitiveOption);
    const auto query = reviewer["query"_L1].toString();
    if (const auto match = userQuery.match(query); match.hasMatch()) {
        const auto *user = store.user(match.captured(1));
        return user ? std::set<QString>{user->value("id"_L1).toString().toLower()} : std::set<QString>();
    }
    const auto group = groupOfQuery(query);
    const auto path = query.section(u'?', 0, 0);
    auto people = path.contains(u"/owners", Qt::CaseInsensitive) ? store.owners(group) // an eligible owner is none yet
                  : path.contains(u"/transitiveMembers", Qt::CaseInsensitive) ? store.transitiveMembersOf(group)
                                                                              : store.members(group);
    std::erase_if(people, [&](const QString &oid) { return store.kindOf(oid) != u"user"; });
    return people;
}

std::set<QString> peopleOf(const Store &store, const QJsonArray &reviewers, const QString &principalId)
{
    std::set<QString> people;
    for (const auto &reviewer : reviewers) {
        if (reviewer["query"_L1].toString() == u"./manager") {
            const auto *principal = store.find(u"users"_s, principalId);
            const auto manager = principal ? principal->value("_manager"_L1).toString() : QString();
            if (!manager.isEmpty())
                people.insert(manager.toLower());
        } else {
            people.merge(peopleOfQuery(store, reviewer.toObject()));
        }
    }
    return people;
}

/// What a body sets of a definition; the rest is the service's.
QJsonObject writtenMembers(const QJsonObject &body)
{
    auto scope = body["scope"_L1].toObject();
    if (!scope.contains("queryRoot"_L1))
        scope.insert(u"queryRoot"_s, QJsonValue());
    return {{u"displayName"_s, body["displayName"_L1]},
            {u"descriptionForAdmins"_s, body["descriptionForAdmins"_L1]},
            {u"descriptionForReviewers"_s, body["descriptionForReviewers"_L1]},
            {u"scope"_s, scope},
            {u"instanceEnumerationScope"_s, QJsonValue()},
            {u"reviewers"_s, body["reviewers"_L1].toArray()},
            {u"fallbackReviewers"_s, body["fallbackReviewers"_L1].toArray()},
            {u"additionalNotificationRecipients"_s, body["additionalNotificationRecipients"_L1].toArray()},
            {u"stageSettings"_s, QJsonArray()},
            {u"settings"_s, completeSettings(body["settings"_L1].toObject())}};
}

QString scopeGroup(const QJsonObject &definition)
{
    return groupOfQuery(definition["scope"_L1]["query"_L1].toString());
}

Response createDefinition(Store &store, const Request &request)
{
    if (auto refusal = refuseScope(request, true))
        return *refusal;
    if (auto refusal = refuseOutsider(request))
        return *refusal;
    if (auto refusal = refuseDefinition(store, request.body))
        return *refusal;
    const auto group = scopeGroup(request.body);
    if (auto refusal = refuseWriter(store, request, group))
        return *refusal;
    if (auto refusal = refuseLicence(store, group))
        return *refusal;
    auto row = writtenMembers(request.body);
    const auto rowId = store.newId(u"accessReview"_s, row["displayName"_L1].toString() + u'|' + group);
    const auto *creator = store.find(u"users"_s, request.caller.oid);
    row.insert(u"id"_s, rowId);
    row.insert(u"status"_s, u"NotStarted"_s);
    row.insert(u"createdDateTime"_s, store.nowText());
    row.insert(u"lastModifiedDateTime"_s, store.nowText());
    row.insert(u"createdBy"_s,
               QJsonObject{{u"id"_s, request.caller.oid},
                           {u"displayName"_s, creator ? creator->value("displayName"_L1) : QJsonValue()},
                           {u"userPrincipalName"_s, creator ? creator->value("userPrincipalName"_L1) : QJsonValue()}});
    store.put(definitionsTable, row);
    auditReview(store, u"Create access review"_s, u"Add"_s, request.caller.oid, {rowId, group});
    auto response = entity(request, row, definitionsContext);
    response.status = 201;
    settleReviews(store, store.now());
    return response;
}

struct DefinitionFound
{
    QJsonObject row;
    std::optional<Response> refusal;
};

DefinitionFound readableDefinition(Store &store, const Request &request)
{
    if (auto refusal = refuseScope(request, false))
        return {{}, refusal};
    const auto *row = store.find(definitionsTable, request.param(u"id"_s));
    if (!row)
        return {{}, reviewMissing()};
    return {*row, refuseReader(store, request, *row)};
}

DefinitionFound writableDefinition(Store &store, const Request &request)
{
    if (auto refusal = refuseScope(request, true))
        return {{}, refusal};
    if (auto refusal = refuseOutsider(request))
        return {{}, refusal};
    const auto *row = store.find(definitionsTable, request.param(u"id"_s));
    if (!row)
        return {{}, reviewMissing()};
    return {*row, refuseWriter(store, request, scopeGroup(*row))};
}

/// Everybody sees what he may read: administrators all, others what they created or review.
Response listDefinitions(Store &store, const Request &request)
{
    if (auto refusal = refuseScope(request, false))
        return *refusal;
    const auto rows = store.rows(definitionsTable, [&](const QJsonObject &row) { return !refuseReader(store, request, row); });
    return collection(request, rows, definitionsContext, 100, 100);
}

Response listToReview(Store &store, const Request &request)
{
    if (auto refusal = refuseScope(request, false))
        return *refusal;
    if (request.param(u"on"_s).compare(u"reviewer", Qt::CaseInsensitive) != 0)
        return badReview(u"The value of 'on' is not supported."_s);
    const auto rows =
        store.rows(definitionsTable, [&](const QJsonObject &row) { return isReviewer(store, row, request.caller.oid); });
    return collection(request, rows, definitionsContext, 100, 100);
}

Response getDefinition(Store &store, const Request &request)
{
    const auto found = readableDefinition(store, request);
    return found.refusal ? *found.refusal : entity(request, found.row, definitionsContext);
}

Response putDefinition(Store &store, const Request &request)
{
    const auto found = writableDefinition(store, request);
    if (found.refusal)
        return *found.refusal;
    if (auto refusal = refuseDefinition(store, request.body))
        return *refusal;
    if (scopeGroup(request.body) != scopeGroup(found.row))
        return badReview(u"The group of an access review cannot be changed."_s);
    auto changes = writtenMembers(request.body);
    changes.insert(u"lastModifiedDateTime"_s, store.nowText());
    const auto rowId = found.row["id"_L1].toString();
    store.patch(definitionsTable, rowId, changes);
    auditReview(store, u"Update access review"_s, u"Update"_s, request.caller.oid, {rowId, scopeGroup(found.row)});
    return Response::noContent();
}

Response deleteDefinition(Store &store, const Request &request)
{
    const auto found = writableDefinition(store, request);
    if (found.refusal)
        return *found.refusal;
    const auto rowId = found.row["id"_L1].toString();
    for (const auto &instance : instancesOf(store, rowId)) {
        for (const auto &decision : decisionsOf(store, instance["id"_L1].toString()))
            store.remove(decisionsTable, decision["id"_L1].toString());
        store.remove(instancesTable, instance["id"_L1].toString());
    }
    store.remove(definitionsTable, rowId);
    auditReview(store, u"Delete access review"_s, u"Delete"_s, request.caller.oid, {rowId, scopeGroup(found.row)});
    return Response::noContent();
}

Response stopDefinition(Store &store, const Request &request)
{
    const auto found = writableDefinition(store, request);
    if (found.refusal)
        return *found.refusal;
    const auto rowId = found.row["id"_L1].toString();
    const auto instances = instancesOf(store, rowId);
    const bool running = std::any_of(instances.begin(), instances.end(), [](const QJsonObject &each) {
        return each["status"_L1].toString() == u"InProgress" || each["status"_L1].toString() == u"NotStarted";
    });
    if (found.row["_stopped"_L1].toBool() || (!running && !occurrence(found.row, found.row["_held"_L1].toInt())))
        return badReview(u"The access review is over."_s);
    store.patch(definitionsTable, rowId, {{u"_stopped"_s, true}});
    auditReview(store, u"Access review ended"_s, u"Update"_s, request.caller.oid, {rowId, scopeGroup(found.row)});
    for (const auto &instance : instances) {
        if (instance["status"_L1].toString() == u"InProgress")
            finishInstance(store, instance, store.now());
        else if (instance["status"_L1].toString() == u"NotStarted")
            store.remove(instancesTable, instance["id"_L1].toString());
    }
    refreshStatus(store, rowId);
    return Response::noContent();
}

} // namespace

bool isPrivileged(const Store &store, const QString &groupId)
{
    const auto *group = store.find(u"groups"_s, groupId);
    return pimManages(store, groupId) || (group && group->value("isAssignableToRole"_L1).toBool());
}

std::set<QString> reviewersFor(const Store &store, const QJsonObject &definition, const QString &principalId)
{
    const auto reviewers = definition["reviewers"_L1].toArray();
    if (reviewers.isEmpty())
        return {principalId}; // everybody reviews himself
    const auto people = peopleOf(store, reviewers, principalId);
    return people.empty() ? peopleOf(store, definition["fallbackReviewers"_L1].toArray(), principalId) : people;
}

bool isReviewer(const Store &store, const QJsonObject &definition, const QString &oid)
{
    for (const auto &instance : instancesOf(store, definition["id"_L1].toString())) {
        for (const auto &decision : decisionsOf(store, instance["id"_L1].toString())) {
            if (reviewersFor(store, definition, decision["_principal"_L1].toString()).contains(oid.toLower()))
                return true;
        }
    }
    return false;
}

std::optional<Response> refuseReader(const Store &store, const Request &request, const QJsonObject &definition)
{
    if (definition["createdBy"_L1]["id"_L1].toString().compare(request.caller.oid, Qt::CaseInsensitive) == 0)
        return {};
    if (!requireRole(request,
                     {roles::globalReader(), roles::securityReader(), roles::securityAdministrator(), roles::userAdministrator(),
                      roles::identityGovernanceAdministrator(), roles::privilegedRoleAdministrator()}))
        return {};
    return isReviewer(store, definition, request.caller.oid) ? std::nullopt : std::optional(reviewForbidden());
}

std::optional<Response> refuseWriter(const Store &store, const Request &request, const QString &groupId)
{
    const auto allowed = isPrivileged(store, groupId)
                             ? std::set<QString>{roles::privilegedRoleAdministrator()}
                             : std::set<QString>{roles::userAdministrator(), roles::identityGovernanceAdministrator()};
    return requireRole(request, allowed) ? std::optional(reviewForbidden()) : std::nullopt;
}

Response reviewForbidden()
{
    return graphError(403, u"UnauthorizedAccessException"_s, u"Attempted to perform an unauthorized operation."_s);
}

Response reviewMissing()
{
    return graphError(404, u"ResourceNotFound"_s, u"The access review does not exist."_s);
}

void auditReview(Store &store, const QString &activity, const QString &operation, const QString &actor,
                 const QStringList &targets)
{
    Store::Audit entry;
    entry.activity = activity;
    entry.service = u"Access Reviews"_s;
    entry.category = u"Policy"_s;
    entry.operation = operation;
    entry.actor = actor;
    entry.targets = targets;
    store.audit(entry);
}

} // namespace reviews

void addAccessReviewRoutes(Router &router, Store &)
{
    using namespace reviews;
    const auto root = u"/identityGovernance/accessReviews/definitions"_s;
    router.beforeEach(settleReviews);
    router.add("GET", root, listDefinitions);
    router.add("POST", root, createDefinition);
    router.add("GET", root + u"/filterByCurrentUser(on='{on}')"_s, listToReview);
    router.add("GET", root + u"/{id}"_s, getDefinition);
    router.add("PUT", root + u"/{id}"_s, putDefinition);
    router.add("DELETE", root + u"/{id}"_s, deleteDefinition);
    router.add("POST", root + u"/{id}/stop"_s, stopDefinition);
    addInstanceRoutes(router);
}

} // namespace pimgate::demo
