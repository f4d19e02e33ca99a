#include "demo/Manners.h"
#include "demo/directory/DeletedItems.h"
#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/directory/UserControl.h"
#include "demo/pim/PimSchedules.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

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

/// What a person had and gets back: the rows of these tables with him as their principal.
const QStringList &returningTables()
{
    static const QStringList tables{assignmentsTable, u"roleAssignments"_s, u"roleEligibilities"_s};
    return tables;
}

QJsonArray takeRowsOf(Store &store, const QString &table, const QString &principalId)
{
    QJsonArray rows;
    for (const auto &row : store.rowsWith(table, u"principalId"_s, principalId)) {
        rows.append(row);
        store.remove(table, row["id"_L1].toString());
    }
    return rows;
}

/// Members and owners of the group are restored with it where they are still there.
void giveBackLinks(Store &store, const QJsonObject &group)
{
    const auto groupId = group["id"_L1].toString();
    const auto isThere = [&](const QJsonValue &oid) { return !store.kindOf(oid.toString()).isEmpty(); };
    for (const auto &member : group["_members"_L1].toArray()) {
        if (isThere(member))
            store.addMember(groupId, member.toString());
    }
    for (const auto &owner : group["_owners"_L1].toArray()) {
        if (isThere(owner))
            store.addOwner(groupId, owner.toString());
    }
}

/// A person comes back into the groups, assignments and roles that he had, where they are still there; what PIM gave
/// him ended with the deletion.
void giveBackAccess(Store &store, const QJsonObject &user)
{
    const auto userId = user["id"_L1].toString();
    for (const auto &group : user["_memberOf"_L1].toArray()) {
        if (store.holds(groupsTable, group.toString()))
            store.addMember(group.toString(), userId);
    }
    for (const auto &owned : user["_ownerOf"_L1].toArray()) {
        if (store.directoryObject(owned.toString()))
            store.addOwner(owned.toString(), userId);
    }
    for (const auto &table : returningTables()) {
        for (const auto &row : user[u'_' + table].toArray()) {
            const bool leadsNowhere = table == assignmentsTable && !store.holds(principalsTable, row["resourceId"_L1].toString());
            if (!leadsNowhere)
                store.put(table, row.toObject());
        }
    }
}

/// As it was before the deletion.
QJsonObject withoutNotes(QJsonObject row)
{
    for (const auto &table : returningTables())
        row.remove(u'_' + table);
    for (const auto &note : {u"_members"_s, u"_owners"_s, u"_memberOf"_s, u"_ownerOf"_s, u"_outranks"_s, u"@odata.type"_s})
        row.remove(note);
    row.insert(u"deletedDateTime"_s, QJsonValue());
    return row;
}

void keepDeleted(Store &store, QJsonObject row, const QString &kind)
{
    row = typed(row, kind);
    row.insert(u"deletedDateTime"_s, store.nowText());
    store.put(deletedTable, row);
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
    auto row = user;
    row.insert(u"_outranks"_s, outranksUserAdministrators(store, userId));
    endPrivilegedAccess(store, "principalId"_L1, userId);
    for (const auto &table : returningTables())
        row.insert(u'_' + table, takeRowsOf(store, table, userId));
    QJsonArray memberOf, ownerOf;
    for (const auto &table : {groupsTable, principalsTable}) {
        for (const auto &each : store.rows(table)) {
            const auto eachId = each["id"_L1].toString();
            if (store.removeMember(eachId, userId))
                memberOf.append(eachId);
            if (store.removeOwner(eachId, userId))
                ownerOf.append(eachId);
        }
    }
    row.insert(u"_memberOf"_s, memberOf);
    row.insert(u"_ownerOf"_s, ownerOf);
    store.remove(usersTable, userId);
    keepDeleted(store, row, u"user"_s);
}

QJsonObject restoreWithRest(Store &store, const QJsonObject &deleted, const QString &kind)
{
    const auto row = withoutNotes(deleted);
    store.remove(deletedTable, row["id"_L1].toString());
    store.put(kind + u's', row);
    giveBackLinks(store, deleted);
    giveBackAccess(store, deleted);
    return row;
}

} // namespace pimgate::demo
