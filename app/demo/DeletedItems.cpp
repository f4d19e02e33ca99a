#include "demo/Directory.h"
#include "demo/Seed.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

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

} // namespace

void addDeletedItemRoutes(Router &router)
{
    router.add("GET", u"/directory/deletedItems/graph.group"_s, listDeleted);
    router.add("GET", u"/directory/deletedItems/{id}"_s, getDeleted);
    router.add("POST", u"/directory/deletedItems/{id}/restore"_s, restoreDeleted);
    router.add("DELETE", u"/directory/deletedItems/{id}"_s, purgeDeleted);
}

} // namespace pimgate::demo
