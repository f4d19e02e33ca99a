#include "demo/pim/PimPolicies.h"

#include "demo/pim/PimAccess.h"
#include "demo/pim/PimManners.h"
#include "demo/pim/PimRules.h"

namespace pimgate::demo {
namespace {

const QString kPolicies = QStringLiteral("roleManagementPolicies");
const QString kPolicyFamily = QStringLiteral("RoleManagementPolicy");
constexpr const char *kAccesses[] = {"owner", "member"}; // the service promises no order (P28)

QString policyIdOf(const Store &store, const QString &groupId, const QString &access, const QString &stage)
{
    const QString naturalKey = QStringLiteral("%1|%2|%3").arg(groupId.toLower(), access, stage);
    return QStringLiteral("Group_%1_%2").arg(groupId.toLower(), store.id(kPolicies, naturalKey));
}

/// The key of a policy's row, and its id until somebody changes it.
QString managedId(const Store &store, const QString &groupId, const QString &access)
{
    return policyIdOf(store, groupId, access, QStringLiteral("managed"));
}

QString provisionalId(const Store &store, const QString &groupId, const QString &access)
{
    return policyIdOf(store, groupId, access, QStringLiteral("provisional"));
}

QJsonObject untouchedPolicy(const QString &id, const QString &groupId, const QString &access)
{
    return {{QStringLiteral("id"), id},
            {QStringLiteral("displayName"), QStringLiteral("Group")},
            {QStringLiteral("description"), QStringLiteral("Group")},
            {QStringLiteral("isOrganizationDefault"), false},
            {QStringLiteral("scopeId"), groupId.toLower()},
            {QStringLiteral("scopeType"), QStringLiteral("Group")},
            {QStringLiteral("lastModifiedDateTime"), QJsonValue::Null},
            {QStringLiteral("lastModifiedBy"),
             QJsonObject{{QStringLiteral("displayName"), QJsonValue::Null}, {QStringLiteral("id"), QJsonValue::Null}}},
            {QStringLiteral("rules"), defaultPimRules()},
            {QStringLiteral("_role"), access}};
}

/// As clients see it: group and role are looked up, not the id, for an id goes stale with onboarding, and in some
/// tenants with every change.
QJsonObject policyOf(const Store &store, const QString &groupId, const QString &access)
{
    const QJsonObject *row = store.find(kPolicies, managedId(store, groupId, access));
    if (!row)
        return untouchedPolicy(provisionalId(store, groupId, access), groupId, access);
    QJsonObject policy = *row;
    if (const int changes = policy.take(QStringLiteral("_changes")).toInt(); changes > 0)
        policy.insert(QStringLiteral("id"), policyIdOf(store, groupId, access, QStringLiteral("change %1").arg(changes)));
    return policy;
}

/// The policy of an id that is valid now, empty for an unknown or stale one.
QJsonObject policyById(const Store &store, const QString &policyId)
{
    const QString groupId = policyId.section(QLatin1Char('_'), 1, 1);
    if (!store.find(QStringLiteral("groups"), groupId))
        return {};
    for (const auto *access : kAccesses) {
        const QJsonObject policy = policyOf(store, groupId, QLatin1String(access));
        if (policy.value(QLatin1String("id")).toString().compare(policyId, Qt::CaseInsensitive) == 0)
            return policy;
    }
    return {};
}

QJsonObject policyWithout(const QJsonObject &row, const QString &expand, const QString &mark)
{
    QJsonObject policy = row;
    const QJsonValue rules = policy.take(QStringLiteral("rules"));
    policy.remove(QStringLiteral("_role"));
    for (const auto &name : {QStringLiteral("rules"), QStringLiteral("effectiveRules")})
        if (expand.contains(name))
            policy.insert(mark + name, rules);
    return policy;
}

QJsonObject shownPolicy(const QJsonObject &row, const QString &expand)
{
    return policyWithout(row, expand, QStringLiteral("+"));
}

QJsonObject shownAssignment(const QJsonObject &policy, const QString &expand)
{
    const QString policyId = policy.value(QLatin1String("id")).toString();
    const QString access = policy.value(QLatin1String("_role")).toString();
    QJsonObject assignment{{QStringLiteral("id"), policyId + QLatin1Char('_') + access},
                           {QStringLiteral("policyId"), policyId},
                           {QStringLiteral("scopeId"), policy.value(QLatin1String("scopeId"))},
                           {QStringLiteral("scopeType"), QStringLiteral("Group")},
                           {QStringLiteral("roleDefinitionId"), access}};
    if (expand.contains(QLatin1String("policy")))
        assignment.insert(QStringLiteral("+policy"), policyWithout(policy, expand, {}));
    return assignment;
}

std::optional<Response> deniedPolicy(const Store &store, const Request &request, const QJsonObject &policy, PimNeed need)
{
    if (auto denied = requirePimScope(request, kPolicyFamily, need))
        return denied;
    if (policy.isEmpty())
        return pimNotFound();
    return requirePimRole(store, request, policy.value(QLatin1String("scopeId")).toString(), need);
}

using Show = QJsonObject (*)(const QJsonObject &, const QString &);

/// Both collections: a filter on scopeId and scopeType is mandatory.
Response listPolicies(const Store &store, const Request &request, Show show, const QString &context)
{
    if (auto denied = requirePimScope(request, kPolicyFamily, PimNeed::Read))
        return *denied;
    const QString filter = request.option(QStringLiteral("$filter"));
    const QString groupId = requiredValue(filter, QStringLiteral("scopeId"));
    const QString scopeType = requiredValue(filter, QStringLiteral("scopeType"));
    if (groupId.isEmpty() || scopeType.isEmpty())
        return pimError(QStringLiteral("InvalidFilter"), QStringLiteral("The filter must name scopeId and scopeType."));
    if (scopeType.compare(QLatin1String("Group"), Qt::CaseInsensitive) != 0)
        return collection(request, {}, context);
    if (auto denied = requirePimGroup(store, groupId))
        return *denied;
    if (auto denied = requirePimRole(store, request, groupId, PimNeed::Read))
        return *denied;
    QList<QJsonObject> rows;
    for (const auto *access : kAccesses)
        rows << show(policyOf(store, groupId, QLatin1String(access)), request.option(QStringLiteral("$expand")));
    return collection(request, rows, context);
}

Response readPolicy(Store &store, const Request &request)
{
    const QJsonObject policy = policyById(store, request.param(QStringLiteral("id")));
    if (auto denied = deniedPolicy(store, request, policy, PimNeed::Read))
        return *denied;
    return entity(request, shownPolicy(policy, request.option(QStringLiteral("$expand"))),
                  QStringLiteral("policies/roleManagementPolicies"));
}

Response readAssignment(Store &store, const Request &request)
{
    const QString id = request.param(QStringLiteral("id"));
    const QJsonObject policy = policyById(store, id.section(QLatin1Char('_'), 0, 2));
    if (auto denied = deniedPolicy(store, request, policy, PimNeed::Read))
        return *denied;
    if (!id.endsWith(QLatin1Char('_') + policy.value(QLatin1String("_role")).toString(), Qt::CaseInsensitive))
        return pimNotFound();
    return entity(request, shownAssignment(policy, request.option(QStringLiteral("$expand"))),
                  QStringLiteral("policies/roleManagementPolicyAssignments"));
}

Response listRules(Store &store, const Request &request)
{
    const QJsonObject policy = policyById(store, request.param(QStringLiteral("id")));
    if (auto denied = deniedPolicy(store, request, policy, PimNeed::Read))
        return *denied;
    QList<QJsonObject> rows;
    for (const auto &rule : policy.value(QLatin1String("rules")).toArray())
        rows << rule.toObject();
    return collection(request, rows,
                      QStringLiteral("policies/roleManagementPolicies('%1')/rules").arg(request.param(QStringLiteral("id"))));
}

Response readRule(Store &store, const Request &request)
{
    const QJsonObject policy = policyById(store, request.param(QStringLiteral("id")));
    if (auto denied = deniedPolicy(store, request, policy, PimNeed::Read))
        return *denied;
    const QByteArray ruleId = request.param(QStringLiteral("rule")).toLatin1();
    const QJsonObject rule = pimRule(policy.value(QLatin1String("rules")).toArray(), QLatin1String(ruleId));
    if (rule.isEmpty())
        return pimNotFound();
    return entity(request, rule,
                  QStringLiteral("policies/roleManagementPolicies('%1')/rules").arg(request.param(QStringLiteral("id"))));
}

Response invalidPolicy(const QStringList &faults)
{
    QJsonArray details;
    for (const QString &fault : faults)
        details.append(QJsonObject{{QStringLiteral("code"), QStringLiteral("RoleManagementPolicyRuleValidationError")},
                                   {QStringLiteral("message"), fault}});
    return graphError(400, QStringLiteral("InvalidPolicy"), QStringLiteral("The policy is invalid."), details);
}

QString unknownApprover(const Store &store, const QJsonArray &rules)
{
    const PimApprovers approvers = approversIn(pimRule(rules, QLatin1String("Approval_EndUser_Assignment")));
    for (const QString &user : approvers.users)
        if (!store.find(QStringLiteral("users"), user))
            return QStringLiteral("Approval_EndUser_Assignment: there is no user '%1'.").arg(user);
    for (const QString &group : approvers.groups)
        if (!store.find(QStringLiteral("groups"), group))
            return QStringLiteral("Approval_EndUser_Assignment: there is no group '%1'.").arg(group);
    return {};
}

/// One entry per rule that is another one now; values are JSON as text, as in every log.
QJsonArray changedRules(const QJsonArray &before, const QJsonArray &after)
{
    const auto text = [](const QJsonObject &rule) {
        return QString::fromUtf8(QJsonDocument(rule).toJson(QJsonDocument::Compact));
    };
    QJsonArray changed;
    for (const auto &each : after) {
        const QJsonObject rule = each.toObject();
        const QByteArray id = rule.value(QLatin1String("id")).toString().toLatin1();
        const QJsonObject old = pimRule(before, QLatin1String(id));
        if (old != rule)
            changed.append(QJsonObject{{QStringLiteral("displayName"), QString::fromLatin1(id)},
                                       {QStringLiteral("oldValue"), text(old)},
                                       {QStringLiteral("newValue"), text(rule)}});
    }
    return changed;
}

void auditPolicy(Store &store, const Request &request, const QString &groupId, const QString &policyId, const QJsonArray &changed)
{
    Store::Audit audit;
    audit.activity = QStringLiteral("Update role setting in PIM");
    audit.service = QStringLiteral("PIM");
    audit.operation = QStringLiteral("Update");
    audit.actor = request.caller.oid;
    audit.targets = {groupId, policyId};
    audit.modified = changed;
    store.audit(audit);
}

QJsonObject changedBy(const Store &store, const Request &request)
{
    const QJsonObject *caller = store.user(request.caller.oid);
    return {{QStringLiteral("id"), request.caller.oid},
            {QStringLiteral("displayName"), caller ? caller->value(QLatin1String("displayName")) : QJsonValue(QJsonValue::Null)}};
}

/// Writes the named rules of a policy; the caller has judged scope and role. Null response where it went well, and the
/// policy as it is now.
std::optional<Response> writeRules(Store &store, const Request &request, QJsonObject &policy, const QJsonArray &changes)
{
    const QString groupId = policy.value(QLatin1String("scopeId")).toString();
    const QString access = policy.value(QLatin1String("_role")).toString();
    if (auto denied = requirePimGroup(store, groupId))
        return denied;
    const PimManners manners = pimManners(store);
    const bool provisional = !pimManages(store, groupId);
    if (provisional && manners.policyNeedsOnboarding)
        return pimNotFound();
    const QJsonArray before = policy.value(QLatin1String("rules")).toArray();
    const RuleMerge merge = mergePimRules(before, changes, manners.approvalWithoutApprovers);
    if (!merge.faults.isEmpty())
        return invalidPolicy(merge.faults);
    if (const QString fault = unknownApprover(store, merge.rules); !fault.isEmpty())
        return invalidPolicy({fault});

    if (provisional)
        pimOnboard(store, groupId);
    const QString rowId = managedId(store, groupId, access);
    const QJsonObject *row = store.find(kPolicies, rowId);
    QJsonObject changed{{QStringLiteral("rules"), merge.rules},
                        {QStringLiteral("lastModifiedDateTime"), store.nowText()},
                        {QStringLiteral("lastModifiedBy"), changedBy(store, request)}};
    if (manners.policyIdChanges)
        changed.insert(QStringLiteral("_changes"), (row ? row->value(QLatin1String("_changes")).toInt() : 0) + 1);
    store.patch(kPolicies, rowId, changed);
    policy = policyOf(store, groupId, access);
    auditPolicy(store, request, groupId, policy.value(QLatin1String("id")).toString(), changedRules(before, merge.rules));
    return {};
}

Response changePolicy(Store &store, const Request &request)
{
    QJsonObject policy = policyById(store, request.param(QStringLiteral("id")));
    if (auto denied = deniedPolicy(store, request, policy, PimNeed::Write))
        return *denied;
    if (!request.body.value(QLatin1String("rules")).isArray())
        return invalidPolicy({QStringLiteral("rules is required.")});
    if (auto refused = writeRules(store, request, policy, request.body.value(QLatin1String("rules")).toArray()))
        return *refused;
    return entity(request, shownPolicy(policy, {}), QStringLiteral("policies/roleManagementPolicies"));
}

Response changeRule(Store &store, const Request &request)
{
    QJsonObject policy = policyById(store, request.param(QStringLiteral("id")));
    if (auto denied = deniedPolicy(store, request, policy, PimNeed::Write))
        return *denied;
    const QString ruleId = request.body.value(QLatin1String("id")).toString();
    if (ruleId.compare(request.param(QStringLiteral("rule")), Qt::CaseInsensitive) != 0)
        return invalidPolicy({QStringLiteral("id must be the rule's own id '%1'.").arg(request.param(QStringLiteral("rule")))});
    if (auto refused = writeRules(store, request, policy, {request.body}))
        return *refused;
    if (!pimManners(store).rulePatchAnswers200) // the page says 204, services also answer 200 with the rule (contract 8.4)
        return Response::noContent();
    const QByteArray id = ruleId.toLatin1();
    return entity(request, pimRule(policy.value(QLatin1String("rules")).toArray(), QLatin1String(id)),
                  QStringLiteral("policies/roleManagementPolicies('%1')/rules").arg(request.param(QStringLiteral("id"))));
}

} // namespace

QJsonArray pimRulesFor(const Store &store, const QString &groupId, const QString &access)
{
    return policyOf(store, groupId, access).value(QLatin1String("rules")).toArray();
}

bool pimManages(const Store &store, const QString &groupId)
{
    // Also while the change is not visible yet: the rules somebody wrote must not be made anew.
    return store.holds(kPolicies, managedId(store, groupId, QStringLiteral("member")));
}

void pimOnboard(Store &store, const QString &groupId)
{
    if (pimManages(store, groupId))
        return;
    for (const auto &access : {QStringLiteral("member"), QStringLiteral("owner")})
        store.put(kPolicies, untouchedPolicy(managedId(store, groupId, access), groupId, access));
}

void addPolicyRoutes(Router &router, Store &)
{
    const QString policies = QStringLiteral("/policies/roleManagementPolicies");
    const QString assignments = QStringLiteral("/policies/roleManagementPolicyAssignments");
    addPimRoute(router, "GET", policies, [](Store &store, const Request &request) {
        return listPolicies(store, request, shownPolicy, QStringLiteral("policies/roleManagementPolicies"));
    });
    addPimRoute(router, "GET", assignments, [](Store &store, const Request &request) {
        return listPolicies(store, request, shownAssignment, QStringLiteral("policies/roleManagementPolicyAssignments"));
    });
    addPimRoute(router, "GET", policies + QStringLiteral("/{id}"), readPolicy);
    addPimRoute(router, "GET", assignments + QStringLiteral("/{id}"), readAssignment);
    addPimRoute(router, "GET", policies + QStringLiteral("/{id}/rules"), listRules);
    addPimRoute(router, "GET", policies + QStringLiteral("/{id}/effectiveRules"), listRules);
    addPimRoute(router, "GET", policies + QStringLiteral("/{id}/rules/{rule}"), readRule);
    addPimRoute(router, "PATCH", policies + QStringLiteral("/{id}"), changePolicy);
    addPimRoute(router, "PATCH", policies + QStringLiteral("/{id}/rules/{rule}"), changeRule);
}

} // namespace pimgate::demo
