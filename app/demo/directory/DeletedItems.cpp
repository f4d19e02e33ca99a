#include "demo/directory/DeletedItems.h"

#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/directory/UserControl.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int daysKept = 30; // contract 4.4

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
        return refuseUserControl(request, row->value("_outranks"_L1).toBool());
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
    const auto deleted = *found;
    const auto objectId = deleted["id"_L1].toString();
    const auto kind = kindOfDeleted(deleted);
    const auto row = restoreWithRest(store, deleted, kind);
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
