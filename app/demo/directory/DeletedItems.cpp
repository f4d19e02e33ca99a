#include "demo/directory/DeletedItems.h"

#include "demo/Manners.h"
#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/pim/PimSchedules.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int daysKept = 30; // contract 4.4

QJsonArray idList(const std::set<QString> &ids)
{
    QJsonArray list;
    for (const auto &each : ids)
        list.append(each);
    return list;
}

void removeWhere(Store &store, const QString &table, QLatin1String member, const QString &value)
{
    const auto gone = store.rows(
        table, [&](const QJsonObject &row) { return row[member].toString().compare(value, Qt::CaseInsensitive) == 0; });
    for (const auto &row : gone)
        store.remove(table, row["id"_L1].toString());
}

/// Activations end before the members are noted: a restored group must not keep somebody in for ever.
void endPrivilegedAccess(Store &store, QLatin1String member, const QString &objectId)
{
    for (const auto &half : {pim::kAssignment, pim::kEligibility}) {
        const auto concerned =
            store.rows(half.schedules(), [&](const QJsonObject &row) { return row[member].toString() == objectId; });
        for (const auto &schedule : concerned)
            pim::endSchedule(store, half, schedule);
    }
}

void forgetPimGroup(Store &store, const QString &groupId)
{
    endPrivilegedAccess(store, "groupId"_L1, groupId);
    for (const auto &half : {pim::kAssignment, pim::kEligibility}) {
        for (const auto &request :
             store.rows(half.requests(), [&](const QJsonObject &row) { return row["groupId"_L1].toString() == groupId; }))
            store.remove(u"approvals"_s, request["approvalId"_L1].toString());
        removeWhere(store, half.requests(), "groupId"_L1, groupId);
    }
    removeWhere(store, u"roleManagementPolicies"_s, "scopeId"_L1, groupId);
}

void keepDeleted(Store &store, QJsonObject row, const QString &kind)
{
    row = typed(row, kind);
    row.insert(u"deletedDateTime"_s, store.nowText());
    store.put(deletedTable, row);
}

QString kindOfDeleted(const QJsonObject &row)
{
    return row["@odata.type"_L1].toString().section(u'.', -1);
}

/// Thirty days, then it is gone for good.
const QJsonObject *deletedItem(const Store &store, const Request &request)
{
    return store.find(deletedTable, request.param(u"id"_s));
}

void purgeOldItems(Store &store, const QDateTime &now)
{
    for (const auto &row : store.rows(deletedTable)) {
        if (DemoClock::parse(row["deletedDateTime"_L1].toString()).addDays(daysKept) <= now)
            store.remove(deletedTable, row["id"_L1].toString());
    }
}

// ------------------------------------------------------------------------------------------------ permissions

struct DeletedKind
{
    QString kind;
    QString readScopes;
    QString writeScopes;
};

const QList<DeletedKind> &deletedKinds()
{
    static const auto directoryRead = u" Directory.Read.All Directory.ReadWrite.All"_s;
    static const QList<DeletedKind> kinds{
        {u"group"_s, u"Group.Read.All Group.ReadWrite.All"_s + directoryRead, scopes::groupWrite},
        {u"user"_s, u"User.Read.All User.ReadWrite.All"_s + directoryRead, scopes::userWrite},
        {u"application"_s, scopes::applicationRead, scopes::applicationWrite},
        {u"servicePrincipal"_s, scopes::applicationRead, scopes::applicationWrite}};
    return kinds;
}

const DeletedKind &ruleFor(QStringView kind)
{
    const auto &kinds = deletedKinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const DeletedKind &rule) { return rule.kind == kind; });
    return found == kinds.end() ? kinds.first() : *found;
}

/// To see an item needs the scopes of its kind; while nothing is there, those of groups.
std::optional<Response> seesDeleted(Store &store, const Request &request)
{
    const auto *row = deletedItem(store, request);
    const auto &rule = ruleFor(row ? kindOfDeleted(*row) : QString());
    return hasScopeOf(request, rule.readScopes) ? std::nullopt : std::optional(insufficientPrivileges());
}

std::optional<Response> controlsDeleted(Store &store, const Request &request)
{
    const auto *row = deletedItem(store, request);
    const auto &rule = ruleFor(row ? kindOfDeleted(*row) : QString());
    if (!hasScopeOf(request, rule.writeScopes))
        return insufficientPrivileges();
    if (!row)
        return {};
    if (rule.kind == u"user")
        return requireRole(request, {roles::userAdministrator()});
    std::set<QString> owners;
    for (const auto &owner : row->value("_owners"_L1).toArray())
        owners.insert(owner.toString());
    return refuseGroupControl(request, *row, owners);
}

// ------------------------------------------------------------------------------------------------- operations

Response listDeleted(Store &store, const Request &request, const QString &kind)
{
    const auto rows = store.rows(deletedTable, [&](const QJsonObject &row) { return kindOfDeleted(row) == kind; });
    return collection(request, rows, kind + u's');
}

Response getDeleted(Store &store, const Request &request)
{
    const auto *row = deletedItem(store, request);
    return row ? entity(request, *row, u"directoryObjects"_s) : notFound(request.param(u"id"_s));
}

Response restoreDeleted(Store &store, const Request &request)
{
    const auto *found = deletedItem(store, request);
    if (!found)
        return notFound(request.param(u"id"_s));
    auto row = *found;
    const auto objectId = row["id"_L1].toString();
    const auto kind = kindOfDeleted(row);
    for (const auto &member : row["_members"_L1].toArray())
        store.addMember(objectId, member.toString());
    for (const auto &owner : row["_owners"_L1].toArray())
        store.addOwner(objectId, owner.toString());
    for (const auto &gone : {u"_members"_s, u"_owners"_s, u"@odata.type"_s})
        row.remove(gone);
    row.insert(u"deletedDateTime"_s, QJsonValue());
    store.remove(deletedTable, objectId);
    store.put(kind + u's', row);
    const bool group = kind == u"group";
    store.audit({group ? u"Restore Group"_s : u"Restore user"_s,
                 u"Core Directory"_s,
                 group ? u"GroupManagement"_s : u"UserManagement"_s,
                 u"Update"_s,
                 request.caller.oid,
                 {objectId}});
    return entity(request, typed(row, kind), u"directoryObjects"_s);
}

Response purgeDeleted(Store &store, const Request &request)
{
    const auto *found = deletedItem(store, request);
    if (!found)
        return notFound(request.param(u"id"_s));
    const auto objectId = found->value("id"_L1).toString();
    const bool group = kindOfDeleted(*found) == u"group";
    store.audit({group ? u"Hard Delete group"_s : u"Hard Delete user"_s,
                 u"Core Directory"_s,
                 group ? u"GroupManagement"_s : u"UserManagement"_s,
                 u"Delete"_s,
                 request.caller.oid,
                 {objectId}});
    store.remove(deletedTable, objectId);
    return Response::noContent();
}

} // namespace

void deleteGroupAndRest(Store &store, const QJsonObject &group)
{
    const auto groupId = group["id"_L1].toString();
    forgetPimGroup(store, groupId);
    auto row = group;
    row.insert(u"_members"_s, idList(store.members(groupId)));
    row.insert(u"_owners"_s, idList(store.owners(groupId)));
    removeWhere(store, assignmentsTable, "principalId"_L1, groupId);
    removeWhere(store, u"roleAssignments"_s, "principalId"_L1, groupId);
    store.remove(groupsTable, groupId);
    store.forgetGroup(groupId);
    if (isUnified(group) || !directoryManners(store).securityGroupsAreGoneAtOnce)
        keepDeleted(store, row, u"group"_s);
}

void deleteUserAndRest(Store &store, const QJsonObject &user)
{
    const auto userId = user["id"_L1].toString();
    endPrivilegedAccess(store, "principalId"_L1, userId);
    removeWhere(store, assignmentsTable, "principalId"_L1, userId);
    removeWhere(store, u"roleAssignments"_s, "principalId"_L1, userId);
    removeWhere(store, u"roleEligibilities"_s, "principalId"_L1, userId);
    store.remove(usersTable, userId);
    for (const auto &table : {groupsTable, principalsTable}) {
        for (const auto &row : store.rows(table)) {
            store.removeMember(row["id"_L1].toString(), userId);
            store.removeOwner(row["id"_L1].toString(), userId);
        }
    }
    keepDeleted(store, user, u"user"_s);
}

void addDeletedItemRoutes(Router &router)
{
    router.beforeEach(purgeOldItems);
    const auto base = u"/directory/deletedItems"_s;
    for (const auto &rule : deletedKinds()) {
        addOperations(router,
                      {{"GET",
                        castPath(base, rule.kind),
                        {.scopes = {rule.readScopes}},
                        [kind = rule.kind](Store &store, const Request &request) { return listDeleted(store, request, kind); }}});
    }
    const auto item = base + u"/{id}"_s;
    addOperations(router, {{"GET", item, {.person = seesDeleted}, getDeleted},
                           {"POST", item + u"/restore"_s, {.person = controlsDeleted}, restoreDeleted},
                           {"DELETE", item, {.person = controlsDeleted}, purgeDeleted}});
}

} // namespace pimgate::demo
