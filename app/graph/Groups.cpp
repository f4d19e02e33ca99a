#include "graph/Groups.h"

#include "graph/GraphService.h"
#include "graph/Json.h"

#include <QCoreApplication>

namespace pimgate {
namespace {

QString groupSelect()
{
    return QStringLiteral("id,displayName,description,mailNickname,securityEnabled,mailEnabled,groupTypes,isAssignableToRole,"
                          "onPremisesSyncEnabled,createdDateTime");
}

Group groupFrom(const QJsonObject &json)
{
    Group group;
    group.id = Json::text(json, "id");
    group.displayName = Json::text(json, "displayName");
    group.description = Json::text(json, "description");
    group.mailNickname = Json::text(json, "mailNickname");
    group.securityEnabled = Json::flag(json, "securityEnabled");
    group.roleAssignable = Json::flag(json, "isAssignableToRole");
    group.dynamic = Json::texts(json, "groupTypes").contains(QLatin1String("DynamicMembership"), Qt::CaseInsensitive);
    group.synced = Json::flag(json, "onPremisesSyncEnabled");
    group.created = Json::time(json, "createdDateTime");
    return group;
}

QList<Group> groupsFrom(const QJsonArray &array)
{
    QList<Group> groups;
    for (const auto &value : array)
        groups << groupFrom(value.toObject());
    return groups;
}

QString groupsWhere(const QString &filter, int top)
{
    return QLatin1String("/groups?") +
           GraphService::query({{"$filter", filter}, {"$select", groupSelect()}, {"$top", QString::number(top)}});
}

QString relation(const QString &id, const char *name)
{
    return QLatin1String("/groups/") + id + QLatin1Char('/') + QLatin1String(name) + QLatin1Char('?') +
           GraphService::query(
               {{"$select",
                 QStringLiteral("id,displayName,userPrincipalName,jobTitle,userType,accountEnabled,onPremisesSyncEnabled")},
                {"$top", QStringLiteral("999")}});
}

QList<Principal> principalsFrom(const QJsonArray &array)
{
    QList<Principal> principals;
    for (const auto &value : array)
        principals << principalFrom(value.toObject(), Principal::Type::Unknown);
    return principals;
}

} // namespace

QString Group::whyNotForPim() const
{
    if (dynamic)
        return QCoreApplication::translate("Groups",
                                           "A rule decides who is in it: PIM manages groups with assigned members only.");
    if (synced)
        return QCoreApplication::translate("Groups", "It comes from the on-premises directory: PIM manages cloud groups only.");
    if (!securityEnabled)
        return QCoreApplication::translate("Groups", "It is not a security group.");
    return {};
}

Task<Result<QList<Group>>> Groups::named(QString displayName, std::stop_token stop)
{
    const QString path = groupsWhere(QLatin1String("displayName eq ") + GraphService::literal(displayName), 100);
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    co_return groupsFrom(*found);
}

Task<Result<QList<Group>>> Groups::startingWith(QString text, std::stop_token stop)
{
    const QString filter = QLatin1String("startswith(displayName,") + GraphService::literal(text) + QLatin1Char(')');
    const QString path = text.isEmpty() ? QLatin1String("/groups?") +
                                              GraphService::query({{"$select", groupSelect()}, {"$top", QStringLiteral("25")}})
                                        : groupsWhere(filter, 25);
    const auto found = co_await m_graph.list(path, false, 25, stop);
    if (!found)
        co_return failure(found.error());
    co_return groupsFrom(*found);
}

Task<Result<std::optional<Group>>> Groups::withNickname(QString mailNickname, std::stop_token stop)
{
    const QString path = groupsWhere(QLatin1String("mailNickname eq ") + GraphService::literal(mailNickname), 2);
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    if (found->isEmpty())
        co_return std::optional<Group>();
    co_return std::optional<Group>(groupFrom(found->first().toObject()));
}

Task<Result<std::optional<Group>>> Groups::byId(QString id, std::stop_token stop)
{
    const QString path = QLatin1String("/groups/") + id + QLatin1Char('?') + GraphService::query({{"$select", groupSelect()}});
    const auto found = co_await m_graph.find(path, stop);
    if (!found)
        co_return failure(found.error());
    if (!*found)
        co_return std::optional<Group>();
    co_return std::optional<Group>(groupFrom(**found));
}

GraphRequest Groups::createRequest(const Group &wanted)
{
    QJsonObject body{{QStringLiteral("displayName"), wanted.displayName},
                     {QStringLiteral("mailNickname"), wanted.mailNickname},
                     {QStringLiteral("mailEnabled"), false},
                     {QStringLiteral("securityEnabled"), true},
                     {QStringLiteral("groupTypes"), QJsonArray()}};
    if (!wanted.description.isEmpty()) // an empty one is refused
        body.insert(QStringLiteral("description"), wanted.description);
    if (wanted.roleAssignable) {
        body.insert(QStringLiteral("isAssignableToRole"), true);
        body.insert(QStringLiteral("visibility"), QStringLiteral("Private"));
    }
    return {"POST", QStringLiteral("/groups"), body};
}

Task<Result<Group>> Groups::create(Group wanted, std::stop_token stop)
{
    const GraphRequest request = createRequest(wanted);
    const auto made = co_await m_graph.write(request, stop);
    if (!made)
        co_return failure(made.error());
    co_return groupFrom(*made);
}

GraphRequest Groups::describeRequest(const QString &id, const QString &description)
{
    // An empty text is refused; null takes the description away.
    const QJsonObject body{{QStringLiteral("description"), description.isEmpty() ? QJsonValue() : QJsonValue(description)}};
    return {"PATCH", QLatin1String("/groups/") + id, body};
}

Task<Outcome> Groups::describe(QString id, QString description, std::stop_token stop)
{
    const GraphRequest request = describeRequest(id, description);
    const auto done = co_await m_graph.write(request, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

Task<Outcome> Groups::remove(QString id, std::stop_token stop)
{
    const QString path = QLatin1String("/groups/") + id;
    co_return co_await m_graph.remove(path, stop);
}

Task<Result<QList<Principal>>> Groups::members(QString id, std::stop_token stop)
{
    const QString path = relation(id, "members");
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    co_return principalsFrom(*found);
}

Task<Result<QList<Principal>>> Groups::owners(QString id, std::stop_token stop)
{
    const QString path = relation(id, "owners");
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    co_return principalsFrom(*found);
}

Task<Result<int>> Groups::transitiveUserCount(QString id, std::stop_token stop)
{
    const QString path =
        QLatin1String("/groups/") + id + QLatin1String("/transitiveMembers/microsoft.graph.user?") +
        GraphService::query(
            {{"$select", QStringLiteral("id")}, {"$count", QStringLiteral("true")}, {"$top", QStringLiteral("1")}});
    const auto page = co_await m_graph.get(path, stop);
    if (!page)
        co_return failure(page.error());
    co_return page->value(QLatin1String("@odata.count")).toInt();
}

} // namespace pimgate
