#include "demo/directory/Directory.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

bool seesWhole(const Request &request, const QString &kind, const QString &objectId)
{
    if (kind == u"user")
        return hasScopeOf(request, scopes::userReadAll) ||
               (objectId == request.caller.oid && hasScopeOf(request, scopes::ownUser));
    return hasScopeOf(request, kind == u"group"              ? scopes::groupRead
                               : kind == u"servicePrincipal" ? scopes::applicationRead
                                                             : scopes::roleRead);
}

/// What User.ReadBasic.All shows; the rest of the row reads as if nobody had filled it in.
QJsonObject basics(QJsonObject user)
{
    static const QStringList shown{u"id"_s, u"displayName"_s, u"givenName"_s, u"surname"_s, u"mail"_s, u"userPrincipalName"_s};
    for (const auto &member : user.keys()) {
        if (!shown.contains(member) && !member.contains(u'@'))
            user.insert(member, user[member].isArray() ? QJsonValue(QJsonArray()) : QJsonValue());
    }
    return user;
}

} // namespace

Sight sightOf(const Request &request, const QString &kind, const QString &objectId)
{
    if (seesWhole(request, kind, objectId))
        return Sight::All;
    return kind == u"user" && hasScopeOf(request, scopes::userRead) ? Sight::Basic : Sight::Existence;
}

QJsonObject seen(const QJsonObject &row, Sight sight)
{
    if (sight == Sight::All)
        return row;
    return sight == Sight::Basic ? basics(row) : QJsonObject{{u"id"_s, row["id"_L1]}};
}

QJsonObject typed(QJsonObject row, const QString &kind)
{
    row.insert(u"@odata.type"_s, u"#microsoft.graph."_s + kind);
    return row;
}

QList<QJsonObject> objectsSeen(const Store &store, const Request &request, const std::set<QString> &ids, const QString &cast)
{
    QList<QJsonObject> rows;
    for (const auto &each : ids) {
        const auto kind = store.kindOf(each);
        if (!kind.isEmpty() && (cast.isEmpty() || kind == cast))
            rows.append(typed(seen(*store.directoryObject(each), sightOf(request, kind, each)), kind));
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

const QJsonObject *addressedObject(const Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    const auto *user = store.user(wanted);
    return user ? user : store.directoryObject(wanted);
}

QString castPath(const QString &navigation, const QString &cast)
{
    return cast.isEmpty() ? navigation : navigation + u"/graph."_s + cast;
}

void addDirectoryRoutes(Router &router, Store &)
{
    addUserRoutes(router);
    addMembershipRoutes(router);
    addDirectoryObjectRoutes(router);
    addGroupRoutes(router);
    addGroupLinkRoutes(router);
    addDeletedItemRoutes(router);
    addRoleRoutes(router);
    addTenantRoutes(router);
    addAuditRoutes(router);
}

} // namespace pimgate::demo
