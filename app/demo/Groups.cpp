#include "demo/Directory.h"
#include "demo/GroupForm.h"
#include "demo/Seed.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// $expand of a group gives at most 20 and does not page (contract 1.4).
QJsonObject withRelations(const Store &store, const Request &request, QJsonObject row)
{
    const auto expand = request.option(u"$expand"_s);
    const auto groupId = row["id"_L1].toString();
    const auto twenty = [&](const std::set<QString> &ids) {
        QJsonArray shown;
        for (const auto &object : objectsOf(store, ids).mid(0, 20))
            shown.append(object);
        return shown;
    };
    if (expand.contains(u"members"))
        row.insert(u"+members"_s, twenty(store.members(groupId)));
    if (expand.contains(u"owners"))
        row.insert(u"+owners"_s, twenty(store.owners(groupId)));
    return row;
}

Response listGroups(Store &store, const Request &request)
{
    if (auto refusal = needGroupRead(request))
        return *refusal;
    return collection(request, store, groupsTable, u"groups"_s, {},
                      [&](const QJsonObject &row) { return withRelations(store, request, row); });
}

Response getGroup(Store &store, const Request &request)
{
    if (auto refusal = needGroupRead(request))
        return *refusal;
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    return entity(request, withRelations(store, request, *group), u"groups"_s);
}

Response createGroup(Store &store, const Request &request)
{
    if (auto refusal = needGroupWrite(request))
        return *refusal;
    const auto *creator = store.user(request.caller.oid);
    const bool administrator =
        !requireRole(request, {roles::groupsAdministrator(), roles::userAdministrator(), roles::directoryWriters(),
                               roles::privilegedRoleAdministrator(), roles::identityGovernanceAdministrator()});
    if (!administrator && creator->value("userType"_L1).toString() == u"Guest")
        return insufficientPrivileges();
    if (auto refusal = refuseGroupBody(store, request.body, {}))
        return *refusal;
    if (auto refusal = refuseNewGroup(request))
        return *refusal;
    const auto owners = boundObjects(store, request, request.body["owners@odata.bind"_L1].toArray());
    const auto members = boundObjects(store, request, request.body["members@odata.bind"_L1].toArray());
    for (const auto &refusal : {owners.refusal, members.refusal}) {
        if (refusal)
            return *refusal;
    }
    const auto row = newGroupRow(store, request.body);
    const auto groupId = row["id"_L1].toString();
    store.put(groupsTable, row);
    for (const auto &owner : owners.ids)
        store.addOwner(groupId, owner);
    if (!administrator && owners.ids.isEmpty())
        store.addOwner(groupId, request.caller.oid); // a creator without an administrator's role owns it (P11)
    for (const auto &member : members.ids)
        store.addMember(groupId, member);
    store.audit({u"Add group"_s, u"Core Directory"_s, u"GroupManagement"_s, u"Add"_s, request.caller.oid, {groupId}});
    auto response = Response::created(row);
    auto body = row;
    body.insert(u"@odata.context"_s, request.origin + u"/v1.0/$metadata#groups/$entity"_s);
    response.json = body;
    response.headers.emplaceBack("Location", (request.origin + u"/v1.0/groups/"_s + groupId).toUtf8());
    return response;
}

/// Checks scope, existence and control; the group to change, or the refusal.
struct GroupAccess
{
    QJsonObject group;
    std::optional<Response> refusal;
};

GroupAccess changeableGroup(Store &store, const Request &request, bool membersOnly)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    const bool memberScope = membersOnly && request.caller.hasScope(u"GroupMember.ReadWrite.All"_s);
    if (auto refusal = needGroupWrite(request); refusal && !memberScope)
        return {{}, refusal};
    if (!group)
        return {{}, notFound(request.param(u"id"_s))};
    if (isRoleAssignable(*group)) {
        if (auto refusal = requireScope(request, {"RoleManagement.ReadWrite.Directory"}))
            return {{}, refusal};
    }
    if (auto refusal = needGroupControl(store, request, *group))
        return {{}, refusal};
    if (group->value("onPremisesSyncEnabled"_L1).toBool())
        return {{},
                badRequest(u"Unable to update the specified properties for on-premises mastered Directory Sync objects "
                           "or objects currently undergoing migration."_s)};
    return {*group, {}};
}

std::optional<Response> addReference(Store &store, const Request &request, const QJsonObject &group, const QString &principalId,
                                     bool owner)
{
    const auto groupId = group["id"_L1].toString();
    const auto kind = store.kindOf(principalId);
    if (!owner && isDynamic(group))
        return badRequest(u"Insufficient privileges: members of a dynamic group come from its rule."_s);
    if (kind == u"group" && (owner || isRoleAssignable(group)))
        return badRequest(u"A group cannot be added to this collection."_s);
    const bool added = owner ? store.addOwner(groupId, principalId) : store.addMember(groupId, principalId);
    if (!added)
        return badRequest(u"One or more added object references already exist for the following modified properties: '%1'."_s.arg(
            owner ? u"owners"_s : u"members"_s));
    store.audit({owner ? u"Add owner to group"_s : u"Add member to group"_s,
                 u"Core Directory"_s,
                 u"GroupManagement"_s,
                 u"Assign"_s,
                 request.caller.oid,
                 {principalId, groupId}});
    return {};
}

Response patchGroup(Store &store, const Request &request)
{
    const auto access = changeableGroup(store, request, false);
    if (access.refusal)
        return *access.refusal;
    const auto groupId = access.group["id"_L1].toString();
    if (auto refusal = refuseGroupBody(store, request.body, groupId))
        return *refusal;
    QJsonObject changes;
    QJsonArray modified;
    for (auto it = request.body.begin(); it != request.body.end(); ++it) {
        static const QStringList fixed{u"isAssignableToRole"_s, u"uniqueName"_s, u"groupTypes"_s};
        if (fixed.contains(it.key()) && it.value() != access.group[it.key()])
            return badRequest(u"Property '%1' is read-only and cannot be set."_s.arg(it.key()));
        if (it.key().contains(u'@') || it.value() == access.group[it.key()])
            continue;
        changes.insert(it.key(), it.value());
        modified.append(QJsonObject{{u"displayName"_s, it.key()},
                                    {u"oldValue"_s, u"[\"%1\"]"_s.arg(access.group[it.key()].toString())},
                                    {u"newValue"_s, u"[\"%1\"]"_s.arg(it.value().toString())}});
    }
    const auto members = boundObjects(store, request, request.body["members@odata.bind"_L1].toArray());
    if (members.refusal)
        return *members.refusal;
    for (const auto &member : members.ids) {
        if (auto refusal = addReference(store, request, access.group, member, false))
            return *refusal;
    }
    if (!changes.isEmpty()) {
        store.patch(groupsTable, groupId, changes);
        store.audit(
            {u"Update group"_s, u"Core Directory"_s, u"GroupManagement"_s, u"Update"_s, request.caller.oid, {groupId}, modified});
    }
    return Response::noContent();
}

Response deleteGroup(Store &store, const Request &request)
{
    const auto access = changeableGroup(store, request, false);
    if (access.refusal)
        return *access.refusal;
    const auto groupId = access.group["id"_L1].toString();
    store.audit({u"Delete group"_s, u"Core Directory"_s, u"GroupManagement"_s, u"Delete"_s, request.caller.oid, {groupId}});
    auto deleted = typed(access.group, u"group"_s);
    deleted.insert(u"deletedDateTime"_s, store.nowText());
    QJsonArray members;
    QJsonArray owners;
    for (const auto &member : store.members(groupId))
        members.append(member);
    for (const auto &owner : store.owners(groupId))
        owners.append(owner);
    deleted.insert(u"_members"_s, members);
    deleted.insert(u"_owners"_s, owners);
    store.remove(groupsTable, groupId);
    store.forgetGroup(groupId);
    store.put(deletedTable, deleted);
    for (const auto &assignment : store.rows(u"appRoleAssignments"_s)) {
        if (assignment["principalId"_L1].toString() == groupId)
            store.remove(u"appRoleAssignments"_s, assignment["id"_L1].toString());
    }
    return Response::noContent();
}

Response listLinks(Store &store, const Request &request, const QString &nav, const QString &cast)
{
    if (auto refusal = needGroupRead(request))
        return *refusal;
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    const auto groupId = group->value("id"_L1).toString();
    const auto ids = nav == u"owners"    ? store.owners(groupId)
                     : nav == u"members" ? store.members(groupId)
                                         : store.transitiveMembersOf(groupId);
    return collection(request, objectsOf(store, ids, cast), u"directoryObjects"_s);
}

Response addLink(Store &store, const Request &request, bool owner)
{
    const auto access = changeableGroup(store, request, true);
    if (access.refusal)
        return *access.refusal;
    if (!request.body["@odata.id"_L1].isString())
        return badRequest(u"A value must be provided for '@odata.id'."_s);
    const auto bound = boundObjects(store, request, request.body["@odata.id"_L1]);
    if (bound.refusal)
        return *bound.refusal;
    if (auto refusal = addReference(store, request, access.group, bound.ids.first(), owner))
        return *refusal;
    return Response::noContent();
}

Response removeLink(Store &store, const Request &request, bool owner)
{
    const auto access = changeableGroup(store, request, true);
    if (access.refusal)
        return *access.refusal;
    const auto groupId = access.group["id"_L1].toString();
    const auto member = request.param(u"member"_s);
    const auto owners = store.owners(groupId);
    if (owner && owners.size() == 1 && owners.contains(member.toLower()) && store.kindOf(member) == u"user")
        return badRequest(u"The group must have at least one owner, hence this owner cannot be removed."_s);
    const bool removed = owner ? store.removeOwner(groupId, member) : store.removeMember(groupId, member);
    if (!removed)
        return notFound(member);
    store.audit({owner ? u"Remove owner from group"_s : u"Remove member from group"_s,
                 u"Core Directory"_s,
                 u"GroupManagement"_s,
                 u"Unassign"_s,
                 request.caller.oid,
                 {member.toLower(), groupId}});
    return Response::noContent();
}

Response validateProperties(Store &store, const Request &request)
{
    if (auto refusal = needGroupRead(request))
        return *refusal;
    const auto nickname = request.body["mailNickname"_L1].toString();
    const auto *other = store.findBy(groupsTable, u"mailNickname"_s, nickname);
    const bool clash = other && isUnified(*other);
    if (nickname.isEmpty() || (isNickname(nickname) && !clash))
        return Response::noContent();
    return graphError(422, u"Request_BadRequest"_s, u"One or more properties contain invalid values."_s,
                      {QJsonObject{{u"code"_s, clash ? u"ObjectConflict"_s : u"InvalidValue"_s},
                                   {u"message"_s, u"The value of mailNickname cannot be used."_s},
                                   {u"target"_s, u"mailNickname"_s}}});
}

} // namespace

void addGroupRoutes(Router &router)
{
    router.add("POST", u"/directoryObjects/validateProperties"_s, validateProperties);
    router.add("GET", u"/groups"_s, listGroups);
    router.add("POST", u"/groups"_s, createGroup);
    router.add("GET", u"/groups/{id}"_s, getGroup);
    router.add("PATCH", u"/groups/{id}"_s, patchGroup);
    router.add("DELETE", u"/groups/{id}"_s, deleteGroup);
    for (const auto &nav : {u"members"_s, u"owners"_s, u"transitiveMembers"_s}) {
        for (const auto &cast : {u""_s, u"user"_s, u"group"_s, u"servicePrincipal"_s}) {
            router.add("GET", u"/groups/{id}/"_s + nav + (cast.isEmpty() ? u""_s : u"/graph."_s + cast),
                       [nav, cast](Store &store, const Request &request) { return listLinks(store, request, nav, cast); });
        }
    }
    for (const auto &[nav, owner] : {std::pair{u"members"_s, false}, std::pair{u"owners"_s, true}}) {
        router.add("POST", u"/groups/{id}/"_s + nav + u"/$ref"_s,
                   [owner = owner](Store &store, const Request &request) { return addLink(store, request, owner); });
        router.add("DELETE", u"/groups/{id}/"_s + nav + u"/{member}/$ref"_s,
                   [owner = owner](Store &store, const Request &request) { return removeLink(store, request, owner); });
    }
}

} // namespace pimgate::demo
