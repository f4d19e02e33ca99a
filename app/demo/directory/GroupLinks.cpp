#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/directory/GroupForm.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

std::set<QString> linked(const Store &store, const QString &groupId, const QString &navigation)
{
    return navigation == u"owners"    ? store.owners(groupId)
           : navigation == u"members" ? store.members(groupId)
                                      : store.transitiveMembersOf(groupId);
}

Response listLinks(Store &store, const Request &request, const QString &navigation, const QString &cast)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    const auto ids = linked(store, group->value("id"_L1).toString(), navigation);
    return collection(request, objectsSeen(store, request, ids, cast), u"directoryObjects"_s);
}

Response listReferences(Store &store, const Request &request, const QString &navigation)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    QList<QJsonObject> rows;
    for (const auto &each : linked(store, group->value("id"_L1).toString(), navigation))
        rows.append({{u"@odata.id"_s, request.origin + u"/v1.0/directoryObjects/"_s + each}});
    return collection(request, rows, u"Collection($ref)"_s);
}

void auditLink(Store &store, const Request &request, bool owner, bool added, const QString &principalId, const QString &groupId)
{
    const auto what = owner ? u"owner"_s : u"member"_s;
    store.audit({added ? u"Add %1 to group"_s.arg(what) : u"Remove %1 from group"_s.arg(what),
                 u"Core Directory"_s,
                 u"GroupManagement"_s,
                 added ? u"Assign"_s : u"Unassign"_s,
                 request.caller.oid,
                 {principalId, groupId}});
}

Response addLink(Store &store, const Request &request, bool owner)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    if (!request.body["@odata.id"_L1].isString())
        return badRequest(u"A value must be provided for '@odata.id'."_s);
    const auto bound = boundObjects(store, request, request.body["@odata.id"_L1]);
    for (const auto &refusal : {refuseSynced(*group), bound.refusal, refuseLinks(store, *group, bound.ids, owner)}) {
        if (refusal)
            return *refusal;
    }
    const auto groupId = group->value("id"_L1).toString();
    owner ? store.addOwner(groupId, bound.ids.first()) : store.addMember(groupId, bound.ids.first());
    auditLink(store, request, owner, true, bound.ids.first(), groupId);
    return Response::noContent();
}

/// A group that has a person as owner keeps one (contract 4.3).
bool isLastPerson(const Store &store, const std::set<QString> &owners, const QString &ownerId)
{
    const auto persons =
        std::count_if(owners.begin(), owners.end(), [&](const QString &each) { return store.kindOf(each) == u"user"; });
    return persons == 1 && owners.contains(ownerId) && store.kindOf(ownerId) == u"user";
}

Response removeLink(Store &store, const Request &request, bool owner)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    if (auto refusal = refuseSynced(*group))
        return *refusal;
    const auto groupId = group->value("id"_L1).toString();
    const auto principalId = request.param(u"member"_s).toLower();
    if (!owner && isDynamic(*group))
        return badRequest(u"Insufficient privileges: members of a dynamic group come from its rule."_s);
    if (owner && isLastPerson(store, store.owners(groupId), principalId))
        return badRequest(u"The group must have at least one owner, hence this owner cannot be removed."_s);
    const bool removed = owner ? store.removeOwner(groupId, principalId) : store.removeMember(groupId, principalId);
    if (!removed)
        return notFound(principalId);
    auditLink(store, request, owner, false, principalId, groupId);
    return Response::noContent();
}

} // namespace

void addGroupLinkRoutes(Router &router)
{
    const auto group = u"/groups/{id}/"_s;
    const Permission read{.scopes = {scopes::groupRead}};
    for (const auto &navigation : {u"members"_s, u"owners"_s, u"transitiveMembers"_s}) {
        for (const auto &cast : {u""_s, u"user"_s, u"group"_s, u"servicePrincipal"_s})
            addOperations(router, {{"GET", castPath(group + navigation, cast), read,
                                    [navigation, cast](Store &store, const Request &request) {
                                        return listLinks(store, request, navigation, cast);
                                    }}});
    }
    for (const auto &[navigation, owner, scopes] :
         {std::tuple{u"members"_s, false, scopes::memberWrite}, std::tuple{u"owners"_s, true, scopes::groupWrite}}) {
        const Permission write{.scopes = {scopes}, .person = controlsGroup};
        addOperations(router,
                      {
                          {"GET", group + navigation + u"/$ref"_s, read,
                           [navigation = navigation](Store &store, const Request &request) {
                               return listReferences(store, request, navigation);
                           }},
                          {"POST", group + navigation + u"/$ref"_s, write,
                           [owner = owner](Store &store, const Request &request) { return addLink(store, request, owner); }},
                          {"DELETE", group + navigation + u"/{member}/$ref"_s, write,
                           [owner = owner](Store &store, const Request &request) { return removeLink(store, request, owner); }},
                      });
    }
}

} // namespace pimgate::demo
