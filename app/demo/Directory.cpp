#include "demo/Router.h"
#include "demo/Seed.h"

#include <QUrl>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const auto usersTable = u"users"_s;
const auto groupsTable = u"groups"_s;
const auto deletedTable = u"deletedItems"_s;

std::optional<Response> needUserRead(const Request &request)
{
    return requireScope(
        request, {"User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"});
}

std::optional<Response> needGroupRead(const Request &request)
{
    return requireScope(request, {"GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All",
                                  "Directory.Read.All", "Directory.ReadWrite.All"});
}

std::optional<Response> needGroupWrite(const Request &request)
{
    return requireScope(request, {"Group.ReadWrite.All", "Directory.ReadWrite.All"});
}

bool isRoleAssignable(const QJsonObject &group)
{
    return group["isAssignableToRole"_L1].toBool();
}

bool isDynamic(const QJsonObject &group)
{
    return group["groupTypes"_L1].toArray().contains(u"DynamicMembership"_s);
}

bool isUnified(const QJsonObject &group)
{
    return group["groupTypes"_L1].toArray().contains(u"Unified"_s);
}

/// Who may change a group: its owners, and for role-assignable ones only the Privileged Role Administrator besides.
std::optional<Response> needGroupControl(Store &store, const Request &request, const QJsonObject &group)
{
    const auto groupId = group["id"_L1].toString();
    if (store.owners(groupId).contains(request.caller.oid.toLower()))
        return {};
    if (isRoleAssignable(group))
        return requireRole(request, {roles::privilegedRoleAdministrator()});
    return requireRole(request, {roles::groupsAdministrator(), roles::userAdministrator(), roles::directoryWriters(),
                                 roles::identityGovernanceAdministrator()});
}

QJsonObject typed(QJsonObject row, const QString &kind)
{
    row.insert(u"@odata.type"_s, u"#microsoft.graph."_s + kind);
    return row;
}

QList<QJsonObject> objectsOf(const Store &store, const std::set<QString> &ids, const QString &cast = {})
{
    QList<QJsonObject> rows;
    for (const auto &each : ids) {
        const auto kind = store.kindOf(each);
        if (!kind.isEmpty() && (cast.isEmpty() || kind == cast))
            rows.append(typed(*store.directoryObject(each), kind));
    }
    return rows;
}

QJsonObject directoryRole(const Store &store, const QString &templateId)
{
    const auto *definition = store.find(u"roleDefinitions"_s, templateId);
    return {{u"@odata.type"_s, u"#microsoft.graph.directoryRole"_s},
            {u"id"_s, store.id(u"directoryRole"_s, templateId)},
            {u"deletedDateTime"_s, QJsonValue()},
            {u"displayName"_s, definition ? definition->value("displayName"_L1) : QJsonValue()},
            {u"description"_s, definition ? definition->value("description"_L1) : QJsonValue()},
            {u"roleTemplateId"_s, templateId}};
}

// ---------------------------------------------------------------------------------------------------- people

Response listUsers(Store &store, const Request &request)
{
    if (auto refusal = needUserRead(request))
        return *refusal;
    return collection(request, store.rows(usersTable), u"users"_s);
}

Response getUser(Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const bool self = user && user->value("id"_L1).toString() == request.caller.oid;
    const bool own = self && request.caller.hasScope(u"User.Read"_s);
    if (!own) {
        if (auto refusal = needUserRead(request))
            return *refusal;
    }
    return user ? entity(request, *user, u"users"_s) : notFound(wanted);
}

Response memberOf(Store &store, const Request &request, bool transitive, const QString &cast)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const auto *object = user ? user : store.directoryObject(wanted);
    if (!object)
        return notFound(wanted);
    const auto oid = object->value("id"_L1).toString();
    const bool own = oid == request.caller.oid && request.caller.hasScope(u"User.Read"_s);
    if (!own) {
        if (auto refusal = requireScope(request, {"Directory.Read.All", "GroupMember.Read.All", "Group.Read.All",
                                                  "Group.ReadWrite.All", "User.Read.All"}))
            return *refusal;
    }
    QList<QJsonObject> rows;
    if (cast != u"directoryRole")
        rows = objectsOf(store, transitive ? store.transitiveGroupsOf(oid) : store.directGroupsOf(oid));
    if (cast != u"group") {
        for (const auto &role : store.activeRolesOf(oid))
            rows.append(directoryRole(store, role));
    }
    return collection(request, rows, u"directoryObjects"_s);
}

Response checkMemberGroups(Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const auto *object = user ? user : store.directoryObject(wanted);
    if (!object)
        return notFound(wanted);
    const auto ids = request.body["groupIds"_L1].toArray();
    if (ids.isEmpty() || ids.size() > 20)
        return badRequest(u"groupIds must hold 1 to 20 ids."_s);
    const auto groups = store.transitiveGroupsOf(object->value("id"_L1).toString());
    QJsonArray found;
    for (const auto &each : ids) {
        if (groups.contains(each.toString().toLower()))
            found.append(each.toString().toLower());
    }
    return Response::ok(
        QJsonObject{{u"@odata.context"_s, request.origin + u"/v1.0/$metadata#Collection(Edm.String)"_s}, {u"value"_s, found}});
}

Response getMemberGroups(Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    const auto *object = user ? user : store.directoryObject(wanted);
    if (!object)
        return notFound(wanted);
    QJsonArray found;
    for (const auto &group : store.transitiveGroupsOf(object->value("id"_L1).toString())) {
        if (!request.body["securityEnabledOnly"_L1].toBool() ||
            store.find(groupsTable, group)->value("securityEnabled"_L1).toBool())
            found.append(group);
    }
    return Response::ok(
        QJsonObject{{u"@odata.context"_s, request.origin + u"/v1.0/$metadata#Collection(Edm.String)"_s}, {u"value"_s, found}});
}

Response revokeSessions(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    if (auto refusal = requireScope(request, {"User.RevokeSessions.All", "User.ReadWrite.All", "Directory.ReadWrite.All"}))
        return *refusal;
    const auto userId = user->value("id"_L1).toString();
    if (userId != request.caller.oid) {
        if (auto refusal = requireRole(request, {roles::userAdministrator(), roles::privilegedRoleAdministrator(),
                                                 roles::privilegedAuthenticationAdministrator()}))
            return *refusal;
    }
    store.patch(usersTable, userId,
                {{u"_sessionGeneration"_s, user->value("_sessionGeneration"_L1).toInt() + 1},
                 {u"signInSessionsValidFromDateTime"_s, store.nowText()}});
    store.audit({u"Update StsRefreshTokenValidFrom Timestamp"_s,
                 u"Core Directory"_s,
                 u"UserManagement"_s,
                 u"Update"_s,
                 request.caller.oid,
                 {userId}});
    return Response::ok(
        QJsonObject{{u"@odata.context"_s, request.origin + u"/v1.0/$metadata#Edm.Boolean"_s}, {u"value"_s, true}});
}

Response deleteUser(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    if (!user)
        return notFound(request.param(u"id"_s));
    if (auto refusal = requireScope(request, {"User.ReadWrite.All", "Directory.ReadWrite.All"}))
        return *refusal;
    if (auto refusal = requireRole(request, {roles::userAdministrator()}))
        return *refusal;
    const auto userId = user->value("id"_L1).toString();
    auto deleted = typed(*user, u"user"_s);
    deleted.insert(u"deletedDateTime"_s, store.nowText());
    store.audit({u"Delete user"_s, u"Core Directory"_s, u"UserManagement"_s, u"Delete"_s, request.caller.oid, {userId}});
    store.remove(usersTable, userId);
    store.put(deletedTable, deleted);
    for (const auto &group : store.rows(groupsTable)) {
        store.removeMember(group["id"_L1].toString(), userId);
        store.removeOwner(group["id"_L1].toString(), userId);
    }
    return Response::noContent();
}

Response getByIds(Store &store, const Request &request)
{
    const auto ids = request.body["ids"_L1].toArray();
    if (ids.isEmpty() || ids.size() > 1000)
        return badRequest(u"ids must hold 1 to 1000 ids."_s);
    if (auto refusal = requireScope(request, {"User.ReadBasic.All", "User.Read.All", "Group.Read.All", "Group.ReadWrite.All",
                                              "GroupMember.Read.All", "Application.Read.All", "Application.ReadWrite.All",
                                              "Directory.Read.All"}))
        return *refusal;
    const auto types = request.body["types"_L1].toArray();
    std::set<QString> wanted;
    for (const auto &each : ids) {
        const auto kind = store.kindOf(each.toString());
        if (types.isEmpty() || types.contains(u"directoryObject"_s) || types.contains(kind))
            wanted.insert(each.toString().toLower());
    }
    return collection(request, objectsOf(store, wanted), u"directoryObjects"_s, 1000, 1000);
}

Response getDirectoryObject(Store &store, const Request &request)
{
    if (auto refusal = needUserRead(request); refusal && needGroupRead(request))
        return *refusal;
    const auto kind = store.kindOf(request.param(u"id"_s));
    if (kind.isEmpty())
        return notFound(request.param(u"id"_s));
    return entity(request, typed(*store.directoryObject(request.param(u"id"_s)), kind), u"directoryObjects"_s);
}

// ---------------------------------------------------------------------------------------------------- groups

Response listGroups(Store &store, const Request &request)
{
    if (auto refusal = needGroupRead(request))
        return *refusal;
    return collection(request, store.rows(groupsTable), u"groups"_s);
}

Response getGroup(Store &store, const Request &request)
{
    if (auto refusal = needGroupRead(request))
        return *refusal;
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return notFound(request.param(u"id"_s));
    auto row = *group;
    const auto expand = request.option(u"$expand"_s);
    const auto twenty = [&](const std::set<QString> &ids) { // $expand gives at most 20 and does not page
        QJsonArray shown;
        for (const auto &object : objectsOf(store, ids).mid(0, 20))
            shown.append(object);
        return shown;
    };
    const auto groupId = group->value("id"_L1).toString();
    if (expand.contains(u"members"))
        row.insert(u"+members"_s, twenty(store.members(groupId)));
    if (expand.contains(u"owners"))
        row.insert(u"+owners"_s, twenty(store.owners(groupId)));
    return entity(request, row, u"groups"_s);
}

Response invalidValue(const QString &property)
{
    return graphError(
        400, u"Request_BadRequest"_s, u"Invalid value specified for property '%1' of resource 'Group'."_s.arg(property),
        {QJsonObject{{u"code"_s, u"InvalidValue"_s}, {u"message"_s, u"Invalid value."_s}, {u"target"_s, property}}});
}

bool isNickname(const QString &text)
{
    static const QString forbidden = u"@()\\[]\";:.<>, "_s;
    return !text.isEmpty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.unicode() > 32 && c.unicode() < 128 && !forbidden.contains(c);
    });
}

/// The ids of "owners@odata.bind": URLs of this tenant's Graph; nothing when one cannot be resolved.
struct Bound
{
    QStringList ids;
    std::optional<Response> refusal;
};

Bound boundObjects(const Store &store, const Request &request, const QJsonValue &value)
{
    Bound bound;
    const auto urls = value.isArray() ? value.toArray() : QJsonArray{value};
    for (const auto &each : urls) {
        const auto url = each.toString();
        const auto oid = url.section(u'/', -1).section(u'\'', 0, 0);
        if (!url.startsWith(request.origin + u"/v1.0/"_s) && !url.startsWith(request.origin + u"/beta/"_s)) {
            bound.refusal = badRequest(u"Invalid reference URL '%1'."_s.arg(url));
            return bound;
        }
        const auto *object = store.directoryObject(oid);
        const auto *user = object ? object : store.user(QUrl::fromPercentEncoding(oid.toUtf8()));
        if (!user) {
            bound.refusal = notFound(oid);
            return bound;
        }
        bound.ids.append(user->value("id"_L1).toString());
    }
    return bound;
}

std::optional<Response> refuseGroupBody(const Store &store, const QJsonObject &body, const QString &groupId)
{
    static const QStringList known{u"displayName"_s,
                                   u"description"_s,
                                   u"mailNickname"_s,
                                   u"mailEnabled"_s,
                                   u"securityEnabled"_s,
                                   u"groupTypes"_s,
                                   u"visibility"_s,
                                   u"isAssignableToRole"_s,
                                   u"uniqueName"_s,
                                   u"owners@odata.bind"_s,
                                   u"members@odata.bind"_s,
                                   u"membershipRule"_s,
                                   u"membershipRuleProcessingState"_s,
                                   u"@odata.type"_s};
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (!known.contains(it.key()))
            return badRequest(u"Property '%1' does not exist on type 'microsoft.graph.group' or is not present in the API "
                              "version specified."_s.arg(it.key()));
    }
    if (body.contains("displayName"_L1)) {
        const auto name = body["displayName"_L1].toString();
        if (name.trimmed().isEmpty() || name.size() > 256)
            return invalidValue(u"displayName"_s);
    }
    if (body.contains("description"_L1) && !body["description"_L1].isNull()) {
        const auto text = body["description"_L1].toString();
        if (text.isEmpty() || text.size() > 1024)
            return invalidValue(u"description"_s);
    }
    if (body.contains("mailNickname"_L1)) {
        const auto nickname = body["mailNickname"_L1].toString();
        if (!isNickname(nickname))
            return invalidValue(u"mailNickname"_s);
        const auto *other = store.findBy(groupsTable, u"mailNickname"_s, nickname);
        if (other && isUnified(*other) && other->value("id"_L1).toString() != groupId)
            return graphError(400, u"Request_BadRequest"_s,
                              u"Another object with the same value for property mailNickname already exists."_s,
                              {QJsonObject{{u"code"_s, u"ObjectConflict"_s},
                                           {u"message"_s, u"Another object with the same value for property "
                                                          "mailNickname already exists."_s},
                                           {u"target"_s, u"mailNickname"_s}}});
    }
    return {};
}

std::optional<Response> refuseNewGroup(const Request &request)
{
    const auto &body = request.body;
    for (const auto &required : {u"displayName"_s, u"mailNickname"_s, u"mailEnabled"_s, u"securityEnabled"_s}) {
        if (!body.contains(required))
            return graphError(400, u"Request_BadRequest"_s, u"A value must be provided for property '%1'."_s.arg(required),
                              {QJsonObject{{u"code"_s, u"InvalidValue"_s},
                                           {u"message"_s, u"A value is required."_s},
                                           {u"target"_s, required}}});
    }
    const bool unified = isUnified(body);
    if (!body["mailEnabled"_L1].isBool() || body["mailEnabled"_L1].toBool() != unified)
        return invalidValue(u"mailEnabled"_s);
    if (!body["securityEnabled"_L1].isBool() || (!unified && !body["securityEnabled"_L1].toBool()))
        return invalidValue(u"securityEnabled"_s);
    if (isDynamic(body) && body["membershipRule"_L1].toString().isEmpty())
        return invalidValue(u"membershipRule"_s);
    const auto visibility = body["visibility"_L1].toString();
    if (isRoleAssignable(body)) {
        if (isDynamic(body) || !body["securityEnabled"_L1].toBool())
            return invalidValue(u"isAssignableToRole"_s);
        if (!visibility.isEmpty() && visibility != u"Private")
            return invalidValue(u"visibility"_s);
        if (auto refusal = requireScope(request, {"RoleManagement.ReadWrite.Directory"}))
            return refusal;
        if (auto refusal = requireRole(request, {roles::privilegedRoleAdministrator()}))
            return refusal;
    } else if (!visibility.isEmpty() && !unified) {
        return invalidValue(u"visibility"_s);
    }
    if (body["owners@odata.bind"_L1].toArray().size() + body["members@odata.bind"_L1].toArray().size() > 20)
        return badRequest(u"The number of references in the request is more than 20."_s);
    return {};
}

QJsonObject newGroupRow(Store &store, const QJsonObject &body)
{
    const QJsonValue null;
    const auto or_null = [&](QLatin1String member) { return body.contains(member) ? body[member] : null; };
    const auto name = body["displayName"_L1].toString();
    return {{u"id"_s, store.newId(u"group"_s, name + u'|' + body["mailNickname"_L1].toString())},
            {u"deletedDateTime"_s, null},
            {u"classification"_s, null},
            {u"createdDateTime"_s, store.nowText()},
            {u"renewedDateTime"_s, store.nowText()},
            {u"expirationDateTime"_s, null},
            {u"displayName"_s, name},
            {u"description"_s, or_null("description"_L1)},
            {u"groupTypes"_s, body["groupTypes"_L1].toArray()},
            {u"isAssignableToRole"_s, or_null("isAssignableToRole"_L1)},
            {u"mail"_s, null},
            {u"mailEnabled"_s, body["mailEnabled"_L1]},
            {u"mailNickname"_s, body["mailNickname"_L1]},
            {u"membershipRule"_s, or_null("membershipRule"_L1)},
            {u"membershipRuleProcessingState"_s, isDynamic(body) ? QJsonValue(u"On"_s) : null},
            {u"onPremisesSyncEnabled"_s, null},
            {u"onPremisesLastSyncDateTime"_s, null},
            {u"preferredLanguage"_s, null},
            {u"proxyAddresses"_s, QJsonArray()},
            {u"resourceProvisioningOptions"_s, QJsonArray()},
            {u"securityEnabled"_s, body["securityEnabled"_L1]},
            {u"securityIdentifier"_s, u"S-1-12-1-%1"_s.arg(store.id(u"sid"_s, name).left(8).toUInt(nullptr, 16))},
            {u"theme"_s, null},
            {u"uniqueName"_s, or_null("uniqueName"_L1)},
            {u"visibility"_s, isRoleAssignable(body) ? QJsonValue(u"Private"_s) : or_null("visibility"_L1)}};
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

// ---------------------------------------------------------------------------------------------------- deleted

Response listDeleted(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All"}))
        return *refusal;
    auto rows = store.rows(deletedTable,
                           [](const QJsonObject &row) { return row["@odata.type"_L1].toString() == u"#microsoft.graph.group"; });
    return collection(request, rows, u"groups"_s);
}

Response getDeleted(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Group.Read.All", "Group.ReadWrite.All", "Directory.Read.All"}))
        return *refusal;
    const auto *row = store.find(deletedTable, request.param(u"id"_s));
    return row ? entity(request, *row, u"directoryObjects"_s) : notFound(request.param(u"id"_s));
}

Response restoreDeleted(Store &store, const Request &request)
{
    if (auto refusal = needGroupWrite(request))
        return *refusal;
    const auto *found = store.find(deletedTable, request.param(u"id"_s));
    if (!found || found->value("@odata.type"_L1).toString() != u"#microsoft.graph.group")
        return notFound(request.param(u"id"_s));
    if (auto refusal = needGroupControl(store, request, *found))
        return *refusal;
    auto row = *found;
    const auto groupId = row["id"_L1].toString();
    for (const auto &member : row["_members"_L1].toArray())
        store.addMember(groupId, member.toString());
    for (const auto &owner : row["_owners"_L1].toArray())
        store.addOwner(groupId, owner.toString());
    for (const auto &gone : {u"_members"_s, u"_owners"_s, u"@odata.type"_s})
        row.remove(gone);
    row.insert(u"deletedDateTime"_s, QJsonValue());
    store.remove(deletedTable, groupId);
    store.put(groupsTable, row);
    store.audit({u"Restore Group"_s, u"Core Directory"_s, u"GroupManagement"_s, u"Update"_s, request.caller.oid, {groupId}});
    return entity(request, typed(row, u"group"_s), u"directoryObjects"_s);
}

Response purgeDeleted(Store &store, const Request &request)
{
    if (auto refusal = needGroupWrite(request))
        return *refusal;
    const auto *found = store.find(deletedTable, request.param(u"id"_s));
    if (!found)
        return notFound(request.param(u"id"_s));
    if (auto refusal = requireRole(
            request, {roles::groupsAdministrator(), roles::privilegedRoleAdministrator(), roles::userAdministrator()}))
        return *refusal;
    const auto objectId = found->value("id"_L1).toString();
    store.audit({u"Hard Delete group"_s, u"Core Directory"_s, u"GroupManagement"_s, u"Delete"_s, request.caller.oid, {objectId}});
    store.remove(deletedTable, objectId);
    return Response::noContent();
}

// ---------------------------------------------------------------------------------------------------- roles

std::optional<Response> needRoleRead(const Request &request)
{
    return requireScope(request, {"RoleManagement.Read.Directory", "RoleManagement.ReadWrite.Directory",
                                  "RoleEligibilitySchedule.Read.Directory", "RoleAssignmentSchedule.Read.Directory",
                                  "Directory.Read.All"});
}

QList<QJsonObject> withExpansions(const Store &store, const Request &request, QList<QJsonObject> rows)
{
    const auto expand = request.option(u"$expand"_s);
    for (auto &row : rows) {
        if (expand.contains(u"roleDefinition")) {
            if (const auto *role = store.find(u"roleDefinitions"_s, row["roleDefinitionId"_L1].toString()))
                row.insert(u"+roleDefinition"_s, *role);
        }
        if (expand.contains(u"principal")) {
            const auto oid = row["principalId"_L1].toString();
            if (const auto *principal = store.directoryObject(oid))
                row.insert(u"+principal"_s, typed(*principal, store.kindOf(oid)));
        }
    }
    return rows;
}

/// The active assignments as PIM shows them; only of one person when an id is given.
QList<QJsonObject> roleInstances(const Store &store, const QString &oid, const QString &table)
{
    auto holders = store.transitiveGroupsOf(oid);
    holders.insert(oid);
    QList<QJsonObject> rows;
    for (const auto &assignment : store.rows(table)) {
        const auto holder = assignment["principalId"_L1].toString();
        if (!oid.isEmpty() && !holders.contains(holder))
            continue;
        const auto assignmentId = assignment["id"_L1].toString();
        QJsonObject row{{u"id"_s, store.id(u"roleInstance"_s, assignmentId)},
                        {u"principalId"_s, oid.isEmpty() ? holder : oid},
                        {u"roleDefinitionId"_s, assignment["roleDefinitionId"_L1]},
                        {u"directoryScopeId"_s, u"/"_s},
                        {u"appScopeId"_s, QJsonValue()},
                        {u"startDateTime"_s, assignment.contains("_start"_L1) ? assignment["_start"_L1] : QJsonValue()},
                        {u"endDateTime"_s, assignment.contains("_end"_L1) ? assignment["_end"_L1] : QJsonValue()},
                        {u"memberType"_s, holder == oid || oid.isEmpty() ? u"Direct"_s : u"Group"_s}};
        if (table == u"roleAssignments") {
            row.insert(u"assignmentType"_s, u"Assigned"_s);
            row.insert(u"roleAssignmentOriginId"_s, assignmentId);
            row.insert(u"roleAssignmentScheduleId"_s, assignmentId);
        } else {
            row.insert(u"roleEligibilityScheduleId"_s, assignmentId);
        }
        rows.append(row);
    }
    return rows;
}

void addRoleRoutes(Router &router)
{
    const auto base = u"/roleManagement/directory/"_s;
    for (const auto &[path, table] : {std::pair{u"roleAssignmentScheduleInstances"_s, u"roleAssignments"_s},
                                      std::pair{u"roleEligibilityScheduleInstances"_s, u"roleEligibilities"_s}}) {
        router.add("GET", base + path, [path, table](Store &store, const Request &request) {
            if (auto refusal = needRoleRead(request))
                return *refusal;
            const auto rows = withExpansions(store, request, roleInstances(store, {}, table));
            return collection(request, rows, u"roleManagement/directory/"_s + path);
        });
        router.add("GET", base + path + u"/filterByCurrentUser(on='{on}')"_s,
                   [path, table](Store &store, const Request &request) {
                       if (auto refusal = needRoleRead(request))
                           return *refusal;
                       if (request.param(u"on"_s) != u"principal")
                           return badRequest(u"The value of 'on' is not supported."_s);
                       const auto mine = roleInstances(store, request.caller.oid, table);
                       return collection(request, withExpansions(store, request, mine), u"roleManagement/directory/"_s + path);
                   });
    }
    for (const auto &table : {u"roleAssignments"_s, u"roleDefinitions"_s}) {
        router.add("GET", base + table, [table](Store &store, const Request &request) {
            if (auto refusal = needRoleRead(request))
                return *refusal;
            return collection(request, withExpansions(store, request, store.rows(table)), u"roleManagement/directory/"_s + table);
        });
        router.add("GET", base + table + u"/{id}"_s, [table](Store &store, const Request &request) {
            if (auto refusal = needRoleRead(request))
                return *refusal;
            const auto *row = store.find(table, request.param(u"id"_s));
            if (!row)
                return notFound(request.param(u"id"_s));
            return entity(request, withExpansions(store, request, {*row}).first(), u"roleManagement/directory/"_s + table);
        });
    }
    router.add("GET", u"/directoryRoles"_s, [](Store &store, const Request &request) {
        if (auto refusal = needRoleRead(request))
            return *refusal;
        std::set<QString> held;
        for (const auto &assignment : store.rows(u"roleAssignments"_s))
            held.insert(assignment["roleDefinitionId"_L1].toString());
        QList<QJsonObject> rows;
        for (const auto &role : held) {
            rows.append(directoryRole(store, role));
            rows.last().remove(u"@odata.type"_s);
        }
        return collection(request, rows, u"directoryRoles"_s);
    });
    router.add("GET", u"/directoryRoles/{id}/members"_s, [](Store &store, const Request &request) {
        if (auto refusal = needRoleRead(request))
            return *refusal;
        std::set<QString> holders;
        for (const auto &assignment : store.rows(u"roleAssignments"_s)) {
            const auto role = assignment["roleDefinitionId"_L1].toString();
            if (store.id(u"directoryRole"_s, role) == request.param(u"id"_s).toLower())
                holders.insert(assignment["principalId"_L1].toString());
        }
        return collection(request, objectsOf(store, holders), u"directoryObjects"_s);
    });
}

// ---------------------------------------------------------------------------------------------------- tenant

Response listOrganization(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"User.Read", "Organization.Read.All", "Directory.Read.All"}))
        return *refusal;
    auto rows = store.rows(u"organization"_s);
    if (requireScope(request, {"Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"})) {
        static const QStringList open{u"id"_s, u"displayName"_s, u"verifiedDomains"_s};
        for (const auto &member : rows.first().keys()) {
            if (!open.contains(member))
                rows.first().insert(member, rows.first()[member].isArray() ? QJsonValue(QJsonArray()) : QJsonValue());
        }
    }
    return collection(request, rows, u"organization"_s);
}

Response listSkus(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Organization.Read.All", "LicenseAssignment.Read.All", "Directory.Read.All"}))
        return *refusal;
    for (auto it = request.query.begin(); it != request.query.end(); ++it) {
        if (it.key().startsWith(u'$') && it.key() != u"$select")
            return badRequest(u"The query parameter '%1' is not supported."_s.arg(it.key()));
    }
    return collection(request, store.rows(u"subscribedSkus"_s), u"subscribedSkus"_s);
}

Response getSecurityDefaults(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Policy.Read.All"}))
        return *refusal;
    return entity(request, store.rows(u"securityDefaults"_s).first(), u"policies/identitySecurityDefaultsEnforcementPolicy"_s);
}

Response patchSecurityDefaults(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Policy.ReadWrite.SecurityDefaults"}))
        return *refusal;
    if (auto refusal = requireRole(request, {roles::conditionalAccessAdministrator(), roles::securityAdministrator()}))
        return *refusal;
    if (!request.body["isEnabled"_L1].isBool())
        return badRequest(u"isEnabled must be true or false."_s);
    const auto policyId = store.rows(u"securityDefaults"_s).first()["id"_L1].toString();
    store.patch(u"securityDefaults"_s, policyId, {{u"isEnabled"_s, request.body["isEnabled"_L1]}});
    store.audit({request.body["isEnabled"_L1].toBool() ? u"Enable Security Defaults"_s : u"Disable Security Defaults"_s,
                 u"Core Directory"_s,
                 u"Policy"_s,
                 u"Update"_s,
                 request.caller.oid,
                 {policyId}});
    return Response::noContent();
}

std::optional<Response> needAuditRead(const Request &request)
{
    if (auto refusal = requireScope(request, {"AuditLog.Read.All"}))
        return refusal;
    if (auto refusal = requireScope(request, {"Directory.Read.All", "Directory.ReadWrite.All"}))
        return refusal;
    return requireRole(request,
                       {roles::reportsReader(), roles::securityReader(), roles::securityAdministrator(), roles::globalReader()});
}

Response listAudits(Store &store, const Request &request)
{
    if (auto refusal = needAuditRead(request))
        return *refusal;
    auto rows = store.rows(u"directoryAudits"_s);
    std::stable_sort(rows.begin(), rows.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return a["activityDateTime"_L1].toString() > b["activityDateTime"_L1].toString();
    });
    return collection(request, rows, u"auditLogs/directoryAudits"_s, 1000, 1000);
}

Response getAudit(Store &store, const Request &request)
{
    if (auto refusal = needAuditRead(request))
        return *refusal;
    const auto *row = store.find(u"directoryAudits"_s, request.param(u"id"_s));
    return row ? entity(request, *row, u"auditLogs/directoryAudits"_s) : notFound(request.param(u"id"_s));
}

void addTenantRoutes(Router &router)
{
    router.add("GET", u"/organization"_s, listOrganization);
    router.add("GET", u"/subscribedSkus"_s, listSkus);
    router.add("GET", u"/domains"_s, [](Store &store, const Request &request) {
        if (auto refusal = requireScope(request, {"Domain.Read.All", "Directory.Read.All"}))
            return *refusal;
        return collection(request, store.rows(u"domains"_s), u"domains"_s);
    });
    router.add("GET", u"/policies/identitySecurityDefaultsEnforcementPolicy"_s, getSecurityDefaults);
    router.add("PATCH", u"/policies/identitySecurityDefaultsEnforcementPolicy"_s, patchSecurityDefaults);
    router.add("GET", u"/oauth2PermissionGrants"_s, [](Store &store, const Request &request) {
        if (auto refusal = requireScope(request, {"DelegatedPermissionGrant.Read.All", "Directory.Read.All"}))
            return *refusal;
        return collection(request, store.rows(u"oauth2PermissionGrants"_s), u"oauth2PermissionGrants"_s);
    });
    router.add("GET", u"/auditLogs/directoryAudits"_s, listAudits);
    router.add("GET", u"/auditLogs/directoryAudits/{id}"_s, getAudit);
    for (const auto &path : {u"/contracts"_s, u"/tenantRelationships/delegatedAdminRelationships"_s}) {
        router.add("GET", path, [path](Store &, const Request &request) { // this tenant is nobody's partner
            if (auto refusal = requireScope(request, {"Directory.Read.All", "DelegatedAdminRelationship.Read.All"}))
                return *refusal;
            return collection(request, {}, path.mid(1));
        });
    }
}

void addMembershipRoutes(Router &router)
{
    for (const auto &root : {u"/users/{id}"_s, u"/groups/{id}"_s}) {
        for (const auto &[nav, transitive] : {std::pair{u"/memberOf"_s, false}, std::pair{u"/transitiveMemberOf"_s, true}}) {
            for (const auto &cast : {u""_s, u"directoryRole"_s, u"group"_s}) {
                router.add("GET", root + nav + (cast.isEmpty() ? u""_s : u"/graph."_s + cast),
                           [transitive = transitive, cast](Store &store, const Request &request) {
                               return memberOf(store, request, transitive, cast);
                           });
            }
        }
    }
    for (const auto &root : {u"/users/{id}"_s, u"/groups/{id}"_s, u"/directoryObjects/{id}"_s}) {
        router.add("POST", root + u"/checkMemberGroups"_s, checkMemberGroups);
        router.add("POST", root + u"/getMemberGroups"_s, getMemberGroups);
    }
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

} // namespace

void addDirectoryRoutes(Router &router, Store &)
{
    router.add("GET", u"/users"_s, listUsers);
    router.add("GET", u"/users/{id}"_s, getUser);
    router.add("DELETE", u"/users/{id}"_s, deleteUser);
    router.add("POST", u"/users/{id}/revokeSignInSessions"_s, revokeSessions);
    router.add("POST", u"/directoryObjects/getByIds"_s, getByIds);
    router.add("POST", u"/directoryObjects/validateProperties"_s, validateProperties);
    router.add("GET", u"/directoryObjects/{id}"_s, getDirectoryObject);
    router.add("GET", u"/groups"_s, listGroups);
    router.add("POST", u"/groups"_s, createGroup);
    router.add("GET", u"/groups/{id}"_s, getGroup);
    router.add("PATCH", u"/groups/{id}"_s, patchGroup);
    router.add("DELETE", u"/groups/{id}"_s, deleteGroup);
    router.add("GET", u"/directory/deletedItems/graph.group"_s, listDeleted);
    router.add("GET", u"/directory/deletedItems/{id}"_s, getDeleted);
    router.add("POST", u"/directory/deletedItems/{id}/restore"_s, restoreDeleted);
    router.add("DELETE", u"/directory/deletedItems/{id}"_s, purgeDeleted);
    addMembershipRoutes(router);
    addRoleRoutes(router);
    addTenantRoutes(router);
}

} // namespace pimgate::demo
