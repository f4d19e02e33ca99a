#include "demo/directory/Directory.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// For one's own memberships User.Read is enough, but then it shows ids and nulls (contract 2.4).
QJsonObject idAndNulls(const QJsonObject &row)
{
    QJsonObject shown;
    for (auto it = row.begin(); it != row.end(); ++it) {
        const bool kept = it.key() == u"id" || it.key() == u"@odata.type";
        if (kept || (!it.value().isArray() && !it.value().isObject()))
            shown.insert(it.key(), kept ? it.value() : QJsonValue());
    }
    return shown;
}

Response memberOf(Store &store, const Request &request, bool transitive, const QString &cast)
{
    const auto *object = addressedObject(store, request);
    if (!object)
        return notFound(request.param(u"id"_s));
    const auto objectId = object->value("id"_L1).toString();
    QList<QJsonObject> rows;
    const auto add = [&](const QJsonObject &row, const QString &kind) {
        if (!cast.isEmpty() && cast != kind)
            return;
        const bool whole = sightOf(request, kind, row["id"_L1].toString()) == Sight::All;
        rows.append(whole ? row : idAndNulls(row));
    };
    for (const auto &group : transitive ? store.transitiveGroupsOf(objectId) : store.directGroupsOf(objectId))
        add(typed(*store.find(groupsTable, group), u"group"_s), u"group"_s);
    for (const auto &role : store.activeRolesOf(objectId))
        add(directoryRole(store, role), u"directoryRole"_s);
    return collection(request, rows, u"directoryObjects"_s);
}

Response idCollection(const Request &request, const QJsonArray &ids)
{
    return Response::ok(
        QJsonObject{{u"@odata.context"_s, request.origin + u"/v1.0/$metadata#Collection(Edm.String)"_s}, {u"value"_s, ids}});
}

/// The ids of the groups the object is in, also through groups; of its directory roles besides for "...Objects".
std::set<QString> memberships(const Store &store, const QString &objectId, bool withRoles, bool securityEnabledOnly)
{
    std::set<QString> found;
    for (const auto &group : store.transitiveGroupsOf(objectId)) {
        if (!securityEnabledOnly || store.find(groupsTable, group)->value("securityEnabled"_L1).toBool())
            found.insert(group);
    }
    if (withRoles && !securityEnabledOnly) {
        for (const auto &role : store.activeRolesOf(objectId))
            found.insert(store.id(u"directoryRole"_s, role));
    }
    return found;
}

Response checkMembers(Store &store, const Request &request, const QString &listName, bool withRoles)
{
    const auto *object = addressedObject(store, request);
    if (!object)
        return notFound(request.param(u"id"_s));
    const auto ids = request.body[listName].toArray();
    if (ids.isEmpty() || ids.size() > 20)
        return badRequest(u"%1 must hold 1 to 20 ids."_s.arg(listName));
    const auto memberIn = memberships(store, object->value("id"_L1).toString(), withRoles, false);
    QJsonArray found;
    for (const auto &each : ids) {
        if (memberIn.contains(each.toString().toLower()))
            found.append(each.toString().toLower());
    }
    return idCollection(request, found);
}

Response getMembers(Store &store, const Request &request, bool withRoles)
{
    const auto *object = addressedObject(store, request);
    if (!object)
        return notFound(request.param(u"id"_s));
    QJsonArray found;
    for (const auto &each :
         memberships(store, object->value("id"_L1).toString(), withRoles, request.body["securityEnabledOnly"_L1].toBool()))
        found.append(each);
    return idCollection(request, found);
}

} // namespace

void addMembershipRoutes(Router &router)
{
    const Permission ofUser{.scopes = {scopes::groupRead + u" User.Read.All User.ReadWrite.All "_s + scopes::roleRead},
                            .ownScopes = scopes::ownUser};
    const Permission ofOther{.scopes = {scopes::groupRead}};
    for (const auto &[root, permission] : {std::pair{u"/users/{id}"_s, ofUser}, std::pair{u"/groups/{id}"_s, ofOther}}) {
        for (const auto &[navigation, transitive] :
             {std::pair{u"/memberOf"_s, false}, std::pair{u"/transitiveMemberOf"_s, true}}) {
            for (const auto &cast :
                 {u""_s, u"directoryRole"_s, u"group"_s, u"administrativeUnit"_s, u"user"_s, u"servicePrincipal"_s})
                addOperations(router, {{"GET", castPath(root + navigation, cast), permission,
                                        [transitive = transitive, cast](Store &store, const Request &request) {
                                            return memberOf(store, request, transitive, cast);
                                        }}});
        }
    }
    for (const auto &[root, permission] : {std::pair{u"/users/{id}"_s, ofUser}, std::pair{u"/groups/{id}"_s, ofOther},
                                           std::pair{u"/directoryObjects/{id}"_s, ofUser}}) {
        addOperations(
            router, {
                        {"POST", root + u"/checkMemberGroups"_s, permission,
                         [](Store &store, const Request &request) { return checkMembers(store, request, u"groupIds"_s, false); }},
                        {"POST", root + u"/checkMemberObjects"_s, permission,
                         [](Store &store, const Request &request) { return checkMembers(store, request, u"ids"_s, true); }},
                        {"POST", root + u"/getMemberGroups"_s, permission,
                         [](Store &store, const Request &request) { return getMembers(store, request, false); }},
                        {"POST", root + u"/getMemberObjects"_s, permission,
                         [](Store &store, const Request &request) { return getMembers(store, request, true); }},
                    });
    }
}

} // namespace pimgate::demo
