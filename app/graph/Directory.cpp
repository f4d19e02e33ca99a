#include "graph/Directory.h"

#include "graph/DirectoryForms.h"
#include "graph/GraphService.h"
#include "graph/Json.h"

#include <QCoreApplication>

#include <algorithm>

namespace pimgate {

Principal principalFrom(const QJsonObject &json, Principal::Type otherwise)
{
    Principal principal;
    const QString type = Json::text(json, "@odata.type");
    if (type.endsWith(QLatin1String(".user")))
        principal.type = Principal::Type::User;
    else if (type.endsWith(QLatin1String(".group")))
        principal.type = Principal::Type::Group;
    else if (type.endsWith(QLatin1String(".servicePrincipal")))
        principal.type = Principal::Type::ServicePrincipal;
    else
        principal.type = otherwise;
    principal.id = Json::text(json, "id");
    principal.userName = Json::text(json, "userPrincipalName");
    principal.displayName = Json::text(json, "displayName");
    if (principal.displayName.isEmpty())
        principal.displayName = principal.userName.isEmpty() ? principal.id : principal.userName;
    principal.jobTitle = Json::text(json, "jobTitle");
    principal.enabled = Json::flag(json, "accountEnabled", true);
    principal.enabledRead = json.value(QLatin1String("accountEnabled")).isBool();
    principal.guest = Json::same(Json::text(json, "userType"), "Guest") || principal.userName.contains(QLatin1String("#EXT#"));
    principal.synced = Json::flag(json, "onPremisesSyncEnabled");
    return principal;
}

using namespace directoryforms;

namespace {

constexpr auto globalAdministrator = "62e90394-69f5-4237-9190-012177145e10";
constexpr int mostFound = 25;
constexpr int mostByIds = 1000;

struct DirectoryWords
{
    Q_DECLARE_TR_FUNCTIONS(Directory)
};

/// Inside $search a quote ends the term.
QString searchTerm(const char *property, QString text)
{
    text.replace(QLatin1Char('\\'), QLatin1String("\\\\")).replace(QLatin1Char('"'), QLatin1String("\\\""));
    return QLatin1Char('"') + QLatin1String(property) + QLatin1Char(':') + text + QLatin1Char('"');
}

Organization organizationFrom(const QJsonObject &json)
{
    Organization organization;
    organization.id = Json::text(json, "id");
    organization.displayName = Json::text(json, "displayName");
    for (const auto &value : Json::array(json, "verifiedDomains")) {
        const QJsonObject domain = value.toObject();
        organization.domains << Json::text(domain, "name");
        if (Json::flag(domain, "isDefault"))
            organization.defaultDomain = Json::text(domain, "name");
    }
    if (organization.defaultDomain.isEmpty())
        organization.defaultDomain = organization.domains.value(0);
    return organization;
}

bool hasPlan(const QJsonObject &sku, const char *planId)
{
    const QJsonArray plans = Json::array(sku, "servicePlans");
    return std::any_of(plans.begin(), plans.end(), [planId](const QJsonValue &value) {
        const QJsonObject plan = value.toObject();
        return Json::same(Json::text(plan, "servicePlanId"), planId) &&
               Json::same(Json::text(plan, "provisioningStatus"), "Success");
    });
}

void addSku(Licences &licences, const QJsonObject &sku)
{
    const QString status = Json::text(sku, "capabilityStatus");
    if (!Json::same(status, "Enabled") && !Json::same(status, "Warning"))
        return;
    const bool p2 = hasPlan(sku, "eec0eb4f-6444-4f95-aba0-50c24d67f998");
    const bool governance = hasPlan(sku, "e866a266-3cff-43a3-acca-0c90a7e00c8b");
    licences.p1 = licences.p1 || p2 || hasPlan(sku, "41781fb2-bc02-4b7c-bd55-b576c07bb09d");
    licences.p2 = licences.p2 || p2;
    licences.governance = licences.governance || governance;
    if (p2 || governance) {
        const QJsonObject units = Json::object(sku, "prepaidUnits");
        licences.pimSeats += units.value(QStringLiteral("enabled")).toInt() + units.value(QStringLiteral("warning")).toInt();
        licences.pimSeatsUsed += sku.value(QStringLiteral("consumedUnits")).toInt();
    }
}

/// Roles on the whole directory; those of an administrative unit do not reach the gate.
QList<RoleHeld> rolesFrom(const QJsonArray &instances, bool active)
{
    QList<RoleHeld> roles;
    for (const auto &value : instances) {
        const QJsonObject instance = value.toObject();
        const QString scope = Json::text(instance, "directoryScopeId");
        if (!scope.isEmpty() && scope != QLatin1String("/"))
            continue;
        const QJsonObject definition = Json::object(instance, "roleDefinition");
        RoleHeld role;
        role.templateId = Json::text(definition, "templateId");
        if (role.templateId.isEmpty())
            role.templateId = Json::text(instance, "roleDefinitionId");
        role.displayName = Json::text(definition, "displayName");
        role.active = active;
        role.until = Json::time(instance, "endDateTime");
        roles << role;
    }
    return roles;
}

BatchPart lookUp(const QString &reference, int index)
{
    BatchPart part;
    part.id = QString::number(index);
    if (reference.startsWith(groupPrefix)) {
        const QString filter = QLatin1String("displayName eq ") + GraphService::literal(reference.mid(groupPrefix.size()));
        part.url = QLatin1String("/groups?") + GraphService::query({{"$filter", filter}, {"$select", fieldsOf(groupFields)}});
    } else if (isObjectId(reference)) {
        part.url = QLatin1String("/directoryObjects/") + reference;
    } else {
        part.url = QLatin1String("/users/") + GraphService::segment(reference) + QLatin1Char('?') +
                   GraphService::query({{"$select", fieldsOf(userFields)}});
    }
    return part;
}

tl::unexpected<Error> unresolved(const QString &reference, const QString &message, const QString &next)
{
    Error error;
    error.kind = Error::Kind::Input;
    error.where = reference;
    error.message = message;
    error.next = next;
    return failure(error);
}

Result<Principal> oneGroup(const QString &reference, const QJsonArray &found)
{
    if (found.size() == 1)
        return principalFrom(found.first().toObject(), Principal::Type::Group);
    if (found.isEmpty())
        return unresolved(reference, DirectoryWords::tr("The tenant has no group “%1”.").arg(reference.mid(groupPrefix.size())),
                          DirectoryWords::tr("Check the name; upper and lower case do not matter."));
    QStringList candidates;
    for (const auto &group : found)
        candidates << Json::text(group.toObject(), "id");
    return unresolved(reference,
                      DirectoryWords::tr("The tenant has %1 groups of this name: %2.")
                          .arg(QString::number(found.size()), candidates.join(QLatin1String(", "))),
                      DirectoryWords::tr("Give the object id instead."));
}

Result<Principal> resolved(const QString &reference, const BatchAnswer &answer)
{
    if (reference.startsWith(groupPrefix) && answer.ok())
        return oneGroup(reference, Json::array(answer.body, "value"));
    if (answer.ok())
        return principalFrom(answer.body, isObjectId(reference) ? Principal::Type::Unknown : Principal::Type::User);
    if (answer.status == 404 || answer.status == 400)
        return unresolved(reference, DirectoryWords::tr("The tenant does not know “%1”.").arg(reference),
                          DirectoryWords::tr("Give a user name, an object id, or group: and a name."));
    return failure(answer.error);
}

/// Nobody of that name: not refused, not several.
bool isMissing(const BatchAnswer &answer)
{
    return answer.status == 404 ||
           (answer.ok() && answer.body.contains(QLatin1String("value")) && Json::array(answer.body, "value").isEmpty());
}

/// At most a thousand of them; not QList::mid(), which g++ 12 compiles wrong inside a coroutine (see GraphService, fewOf).
QStringList someOf(const QStringList &ids, qsizetype from)
{
    QStringList some;
    for (qsizetype i = from; i < std::min<qsizetype>(ids.size(), from + mostByIds); ++i)
        some << ids.at(i);
    return some;
}

} // namespace

QString Directory::signedIn() const
{
    return m_graph.session().account().objectId;
}

Task<Result<Principal>> Directory::me(std::stop_token stop)
{
    const QString path = QLatin1String("/me?") + GraphService::query({{"$select", fieldsOf(userFields)}});
    const auto me = co_await m_graph.find(path, stop);
    if (!me)
        co_return failure(me.error());
    if (*me)
        co_return principalFrom(**me, Principal::Type::User);
    const Account &account = m_graph.session().account();
    Principal partner;
    partner.id = account.objectId;
    partner.displayName = account.displayName;
    partner.userName = account.userName;
    co_return partner;
}

Task<Result<Organization>> Directory::organization(std::stop_token stop)
{
    const QString path =
        QLatin1String("/organization?") + GraphService::query({{"$select", QStringLiteral("id,displayName,verifiedDomains")}});
    const auto found = co_await m_graph.list(path, false, 1, stop);
    if (!found)
        co_return failure(found.error());
    co_return organizationFrom(found->isEmpty() ? QJsonObject() : found->first().toObject());
}

Task<Result<QList<PartnerCustomer>>> Directory::customers(std::stop_token stop)
{
    const QString path = QStringLiteral("/contracts");
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QList<PartnerCustomer> customers;
    for (const auto &value : *found) {
        const QJsonObject contract = value.toObject();
        customers << PartnerCustomer{Json::text(contract, "customerId"), Json::text(contract, "displayName"),
                                     Json::text(contract, "defaultDomainName")};
    }
    std::sort(customers.begin(), customers.end(), [](const PartnerCustomer &a, const PartnerCustomer &b) {
        return a.displayName.localeAwareCompare(b.displayName) < 0;
    });
    co_return customers;
}

Task<Result<Licences>> Directory::licences(std::stop_token stop)
{
    const QString path = QStringLiteral("/subscribedSkus");
    const auto skus = co_await m_graph.list(path, false, 0, stop);
    if (!skus)
        co_return failure(skus.error());
    Licences licences;
    for (const auto &sku : *skus)
        addSku(licences, sku.toObject());
    co_return licences;
}

Task<Result<bool>> Directory::securityDefaultsOn(std::stop_token stop)
{
    const QString path = QStringLiteral("/policies/identitySecurityDefaultsEnforcementPolicy");
    const auto policy = co_await m_graph.get(path, stop);
    if (!policy)
        co_return failure(policy.error());
    co_return Json::flag(*policy, "isEnabled");
}

Task<Result<QList<RoleHeld>>> Directory::myRoles(std::stop_token stop)
{
    const QString tail = QLatin1String("/filterByCurrentUser(on='principal')?") +
                         GraphService::query({{"$expand", QStringLiteral("roleDefinition")}});
    const QString activePath = QLatin1String("/roleManagement/directory/roleAssignmentScheduleInstances") + tail;
    const QString eligiblePath = QLatin1String("/roleManagement/directory/roleEligibilityScheduleInstances") + tail;
    auto activeTask = m_graph.list(activePath, false, 0, stop);
    auto eligibleTask = m_graph.list(eligiblePath, false, 0, stop);
    const auto active = co_await activeTask;
    const auto eligible = co_await eligibleTask;
    if (active) {
        QList<RoleHeld> roles = rolesFrom(*active, true);
        if (eligible)
            roles += rolesFrom(*eligible, false);
        co_return roles;
    }
    if (active.error().is(Error::Kind::Cancelled))
        co_return failure(active.error());
    // Without P2 there are no schedules; plain assignments still tell (graph-contract 2.4).
    const QString filter = QLatin1String("principalId eq ") + GraphService::literal(m_graph.session().account().objectId);
    const QString path = QLatin1String("/roleManagement/directory/roleAssignments?") +
                         GraphService::query({{"$filter", filter}, {"$expand", QStringLiteral("roleDefinition")}});
    const auto plain = co_await m_graph.list(path, false, 0, stop);
    if (!plain)
        co_return failure(plain.error());
    co_return rolesFrom(*plain, true);
}

Task<Result<QList<Principal>>> Directory::breakGlassCandidates(std::stop_token stop)
{
    const QString filter =
        QLatin1String("roleDefinitionId eq ") + GraphService::literal(QString::fromLatin1(globalAdministrator));
    const QString instancesPath =
        QLatin1String("/roleManagement/directory/roleAssignmentScheduleInstances?") + GraphService::query({{"$filter", filter}});
    auto assignments = co_await m_graph.list(instancesPath, false, 0, stop);
    if (!assignments) {
        const QString plainPath =
            QLatin1String("/roleManagement/directory/roleAssignments?") + GraphService::query({{"$filter", filter}});
        assignments = co_await m_graph.list(plainPath, false, 0, stop);
    }
    if (!assignments)
        co_return failure(assignments.error());
    QStringList ids;
    for (const auto &value : *assignments) {
        const QJsonObject assignment = value.toObject();
        const bool permanent = !Json::time(assignment, "endDateTime").isValid() &&
                               !Json::same(Json::text(assignment, "assignmentType"), "Activated");
        if (permanent && !ids.contains(Json::text(assignment, "principalId")))
            ids << Json::text(assignment, "principalId");
    }
    // Read one by one: getByIds tells neither who is disabled nor who comes from on-premises. A group is no user: 404.
    QList<BatchPart> parts;
    const QString select = GraphService::query({{"$select", fieldsOf(userFields)}});
    for (const QString &id : ids)
        parts << BatchPart{id, "GET", QLatin1String("/users/") + id + QLatin1Char('?') + select, {}};
    const auto answers = co_await m_graph.batch(parts, stop);
    if (!answers)
        co_return failure(answers.error());
    QList<Principal> candidates;
    for (const auto &answer : *answers) {
        const Principal one = principalFrom(answer.body, Principal::Type::User);
        if (answer.ok() && one.enabled && !one.synced && !one.guest)
            candidates << one;
    }
    co_return candidates;
}

Task<Result<int>> Directory::userCount(std::stop_token stop)
{
    const QString path =
        QLatin1String("/users/$count?") + GraphService::query({{"$filter", QStringLiteral("accountEnabled eq true")}});
    const auto count = co_await m_graph.get(path, stop);
    if (!count)
        co_return failure(count.error());
    co_return Json::text(*count, "value").toInt();
}

Task<Result<QList<Principal>>> Directory::some(std::stop_token stop)
{
    const QString path = QLatin1String("/users?") + GraphService::query({{"$filter", QStringLiteral("accountEnabled eq true")},
                                                                         {"$select", fieldsOf(userFields)},
                                                                         {"$top", QString::number(mostFound)}});
    const auto found = co_await m_graph.list(path, false, mostFound, stop);
    if (!found)
        co_return failure(found.error());
    QList<Principal> people;
    for (const auto &value : *found)
        if (const Principal person = principalFrom(value.toObject(), Principal::Type::User); person.enabled && !person.guest)
            people << person;
    co_return people;
}

Task<Result<QList<Principal>>> Directory::search(QString text, bool withGroups, std::stop_token stop)
{
    const QString top = QString::number(mostFound);
    const QString users = searchTerm("displayName", text) + QLatin1String(" OR ") + searchTerm("userPrincipalName", text);
    const QString userPath = QLatin1String("/users?") + GraphService::query({{"$search", users},
                                                                             {"$select", fieldsOf(userFields)},
                                                                             {"$orderby", QStringLiteral("displayName")},
                                                                             {"$top", top},
                                                                             {"$count", QStringLiteral("true")}});
    const QString groupPath = QLatin1String("/groups?") + GraphService::query({{"$search", searchTerm("displayName", text)},
                                                                               {"$select", fieldsOf(groupFields)},
                                                                               {"$orderby", QStringLiteral("displayName")},
                                                                               {"$top", top},
                                                                               {"$count", QStringLiteral("true")}});
    auto userTask = m_graph.list(userPath, true, mostFound, stop);
    QJsonArray groups;
    if (withGroups) {
        const auto found = co_await m_graph.list(groupPath, true, mostFound, stop);
        if (!found)
            co_return failure(found.error());
        groups = *found;
    }
    const auto found = co_await userTask;
    if (!found)
        co_return failure(found.error());
    QList<Principal> principals;
    for (const auto &user : *found)
        principals << principalFrom(user.toObject(), Principal::Type::User);
    for (const auto &group : groups)
        principals << principalFrom(group.toObject(), Principal::Type::Group);
    co_return principals;
}

Task<Result<QHash<QString, Principal>>> Directory::resolve(QStringList references, std::stop_token stop)
{
    references.removeDuplicates();
    QList<BatchPart> parts;
    for (const QString &reference : references)
        parts << lookUp(reference, int(parts.size()) + 1);
    const auto answers = co_await m_graph.batch(parts, stop);
    if (!answers)
        co_return failure(answers.error());
    QHash<QString, Principal> principals;
    for (qsizetype i = 0; i < references.size(); ++i) {
        const QString reference = references.at(i);
        const auto principal = resolved(reference, answers->at(i));
        if (principal) {
            principals.insert(reference, *principal);
            continue;
        }
        const QString missing = isMissing(answers->at(i)) ? reference : QString();
        const auto was = co_await deleted(missing, stop);
        if (!was)
            co_return failure(principal.error());
        principals.insert(reference, *was);
    }
    co_return principals;
}

Task<Result<QHash<QString, Principal>>> Directory::byIds(QStringList ids, std::stop_token stop)
{
    QHash<QString, Principal> principals;
    const QString path = QStringLiteral("/directoryObjects/getByIds"); // takes no $select
    for (qsizetype at = 0; at < ids.size(); at += mostByIds) {
        const QJsonObject body{{QStringLiteral("ids"), Json::arrayOf(someOf(ids, at))},
                               {QStringLiteral("types"), Json::arrayOf({QStringLiteral("user"), QStringLiteral("group"),
                                                                        QStringLiteral("servicePrincipal")})}};
        const auto found = co_await m_graph.ask(path, body, stop);
        if (!found)
            co_return failure(found.error());
        for (const auto &value : Json::array(*found, "value")) {
            const Principal principal = principalFrom(value.toObject(), Principal::Type::Unknown);
            principals.insert(principal.id, principal);
        }
    }
    co_return principals;
}

Task<Result<QStringList>> Directory::groupsOf(QString userId, std::stop_token stop)
{
    const QString path = QLatin1String("/users/") + GraphService::segment(userId) + QLatin1String("/transitiveMemberOf?") +
                         GraphService::query({{"$select", QStringLiteral("id")}, {"$top", QStringLiteral("999")}});
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QStringList ids;
    for (const auto &value : *found)
        if (const QString type = Json::text(value.toObject(), "@odata.type");
            type.isEmpty() || type.endsWith(QLatin1String(".group")))
            ids << Json::text(value.toObject(), "id");
    co_return ids;
}

Task<Result<QStringList>> Directory::directGroupsOf(QString userId, std::stop_token stop)
{
    const QString path = QLatin1String("/users/") + GraphService::segment(userId) + QLatin1String("/memberOf?$select=id");
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QStringList ids;
    for (const auto &value : *found)
        ids << Json::text(value.toObject(), "id");
    co_return ids;
}

} // namespace pimgate
