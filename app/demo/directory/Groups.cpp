#include "demo/directory/DeletedItems.h"
#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/directory/GroupForm.h"

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
        for (const auto &object : objectsSeen(store, request, ids).mid(0, 20))
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
    return collection(request, store, groupsTable, u"groups"_s, {},
                      [&](const QJsonObject &row) { return withRelations(store, request, row); });
}

Response getGroup(Store &store, const Request &request)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    return group ? entity(request, withRelations(store, request, *group), u"groups"_s) : notFound(request.param(u"id"_s));
}

void auditGroup(Store &store, const Request &request, const QString &activity, const QString &operation, const QString &groupId,
                const QJsonArray &modified = {})
{
    store.audit({activity, u"Core Directory"_s, u"GroupManagement"_s, operation, request.caller.oid, {groupId}, modified});
}

Response createGroup(Store &store, const Request &request)
{
    if (auto refusal = refuseGroupBody(store, request.body, {}))
        return *refusal;
    if (auto refusal = refuseNewGroup(store, request.body))
        return *refusal;
    const auto owners = boundObjects(store, request, request.body["owners@odata.bind"_L1].toArray());
    const auto members = boundObjects(store, request, request.body["members@odata.bind"_L1].toArray());
    for (const auto &refusal : {owners.refusal, members.refusal, refuseLinks(store, request.body, owners.ids, true),
                                refuseLinks(store, request.body, members.ids, false)}) {
        if (refusal)
            return *refusal;
    }
    const auto row = newGroupRow(store, request.body, request.caller.oid);
    const auto groupId = row["id"_L1].toString();
    store.put(groupsTable, row);
    for (const auto &owner : owners.ids)
        store.addOwner(groupId, owner);
    if (!administersGroups(request))
        store.addOwner(groupId, request.caller.oid); // a creator without an administrator's role owns it (P11)
    for (const auto &member : members.ids)
        store.addMember(groupId, member);
    auditGroup(store, request, u"Add group"_s, u"Add"_s, groupId);
    auto answer = entity(request, row, u"groups"_s);
    answer.status = 201;
    return answer;
}

QString auditText(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? u"[true]"_s : u"[false]"_s;
    return u"[\"%1\"]"_s.arg(value.toString());
}

Response patchGroup(Store &store, const Request &request)
{
    const auto *found = store.find(groupsTable, request.param(u"id"_s));
    if (!found)
        return notFound(request.param(u"id"_s));
    const auto group = *found;
    const auto groupId = group["id"_L1].toString();
    const auto members = boundObjects(store, request, request.body["members@odata.bind"_L1].toArray());
    for (const auto &refusal :
         {refuseSynced(group), refuseGroupBody(store, request.body, group), refuseFixedMembers(request.body, group),
          members.refusal, refuseLinks(store, group, members.ids, false)}) {
        if (refusal)
            return *refusal;
    }
    QJsonObject changes;
    QJsonArray modified;
    for (auto it = request.body.begin(); it != request.body.end(); ++it) {
        if (it.key().contains(u'@') || it.value() == group[it.key()])
            continue;
        changes.insert(it.key(), it.value());
        modified.append(QJsonObject{
            {u"displayName"_s, it.key()}, {u"oldValue"_s, auditText(group[it.key()])}, {u"newValue"_s, auditText(it.value())}});
    }
    for (const auto &member : members.ids) {
        store.addMember(groupId, member);
        store.audit({u"Add member to group"_s,
                     u"Core Directory"_s,
                     u"GroupManagement"_s,
                     u"Assign"_s,
                     request.caller.oid,
                     {member, groupId}});
    }
    if (!changes.isEmpty()) {
        store.patch(groupsTable, groupId, changes);
        auditGroup(store, request, u"Update group"_s, u"Update"_s, groupId, modified);
    }
    return Response::noContent();
}

Response deleteGroup(Store &store, const Request &request)
{
    const auto *found = store.find(groupsTable, request.param(u"id"_s));
    if (!found)
        return notFound(request.param(u"id"_s));
    const auto group = *found;
    if (auto refusal = refuseSynced(group))
        return *refusal;
    auditGroup(store, request, u"Delete group"_s, u"Delete"_s, group["id"_L1].toString());
    deleteGroupAndRest(store, group);
    return Response::noContent();
}

} // namespace

void addGroupRoutes(Router &router)
{
    const auto group = u"/groups/{id}"_s;
    const Permission read{.scopes = {scopes::groupRead}};
    addOperations(router, {
                              {"GET", u"/groups"_s, read, listGroups},
                              {"POST", u"/groups"_s, {.scopes = {scopes::groupWrite}, .person = createsGroup}, createGroup},
                              {"GET", group, read, getGroup},
                              {"PATCH", group, {.scopes = {scopes::groupWrite}, .person = controlsGroup}, patchGroup},
                              {"DELETE", group, {.scopes = {scopes::groupWrite}, .person = deletesGroup}, deleteGroup},
                          });
}

} // namespace pimgate::demo
