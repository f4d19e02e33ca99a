#include "demo/Directory.h"

#include "demo/Seed.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

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

QList<QJsonObject> objectsOf(const Store &store, const std::set<QString> &ids, const QString &cast)
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

void addDirectoryRoutes(Router &router, Store &)
{
    addUserRoutes(router);
    addGroupRoutes(router);
    addDeletedItemRoutes(router);
    addRoleRoutes(router);
    addTenantRoutes(router);
}

} // namespace pimgate::demo
