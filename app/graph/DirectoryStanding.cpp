#include "graph/Directory.h"
#include "graph/DirectoryForms.h"
#include "graph/GraphService.h"
#include "graph/Json.h"

namespace pimgate {

using namespace directoryforms;

namespace {

constexpr int mostDeleted = 1000;

/// The deleted object of that reference; a deleted user's name has the object id, without its dashes, in front.
std::optional<Principal> deletedOne(const QString &reference, const QJsonArray &kept)
{
    const bool group = reference.startsWith(groupPrefix);
    for (const auto &value : kept) {
        Principal one = principalFrom(value.toObject(), group ? Principal::Type::Group : Principal::Type::User);
        if (one.userName.startsWith(QString(one.id).remove(QLatin1Char('-')), Qt::CaseInsensitive))
            one.userName = one.userName.mid(32);
        const QString name = group ? groupPrefix + one.displayName : isObjectId(reference) ? one.id : one.userName;
        if (name.compare(reference, Qt::CaseInsensitive) != 0)
            continue;
        one.deleted = true;
        one.enabled = false;
        return one;
    }
    return std::nullopt;
}

void addMembers(Standing &standing, const BatchAnswer &answer)
{
    QList<Principal> members;
    for (const auto &value : Json::array(answer.body, "value"))
        members << principalFrom(value.toObject(), Principal::Type::Unknown);
    if (members.isEmpty())
        standing.empty << answer.id;
    if (answer.body.contains(QLatin1String("@odata.nextLink")))
        standing.longer << answer.id;
    standing.members.insert(answer.id, members);
}

Memberships membershipsFrom(const QJsonArray &objects)
{
    Memberships memberships;
    for (const auto &value : objects) {
        const QJsonObject object = value.toObject();
        const QString type = Json::text(object, "@odata.type");
        if (type.endsWith(QLatin1String(".directoryRole")))
            memberships.roles << Json::text(object, "roleTemplateId");
        else if (type.isEmpty() || type.endsWith(QLatin1String(".group")))
            memberships.groups << Json::text(object, "id");
    }
    return memberships;
}

} // namespace

Task<std::optional<Principal>> Directory::deleted(QString reference, std::stop_token stop)
{
    if (reference.isEmpty())
        co_return std::nullopt;
    QJsonArray kept;
    if (isObjectId(reference)) {
        const QString path = QLatin1String("/directory/deletedItems/") + reference;
        const auto one = co_await m_graph.find(path, stop);
        if (one && *one)
            kept << **one;
    } else {
        const bool group = reference.startsWith(groupPrefix);
        const QString kind = QLatin1String(group ? "group" : "user");
        const QString path = QLatin1String("/directory/deletedItems/microsoft.graph.") + kind + QLatin1Char('?') +
                             GraphService::query({{"$select", fieldsOf(group ? groupFields : userFields)}});
        const auto all = co_await m_graph.list(path, false, mostDeleted, stop);
        if (all)
            kept = *all;
    }
    co_return deletedOne(reference, kept);
}

Task<Result<Standing>> Directory::standing(QStringList ids, std::stop_token stop)
{
    ids.removeDuplicates();
    Standing standing;
    QList<BatchPart> users, groups;
    const QString select = GraphService::query({{"$select", fieldsOf(userFields)}});
    for (const QString &id : std::as_const(ids))
        users << BatchPart{id, "GET", QLatin1String("/users/") + id + QLatin1Char('?') + select, {}};
    const auto people = co_await m_graph.batch(users, stop);
    if (!people)
        co_return failure(people.error());
    const QString page = GraphService::query({{"$select", fieldsOf(userFields)}, {"$top", QStringLiteral("999")}});
    for (const BatchAnswer &answer : *people) {
        if (answer.status == 404)
            groups << BatchPart{answer.id, "GET", QLatin1String("/groups/") + answer.id + QLatin1String("/members?") + page, {}};
        else if (!answer.ok())
            standing.unread.insert(answer.id, answer.error);
        else
            standing.people.insert(answer.id, principalFrom(answer.body, Principal::Type::User));
    }
    for (const Principal &person : std::as_const(standing.people))
        if (!person.enabled)
            standing.disabled << person.id;
    if (groups.isEmpty())
        co_return standing;
    const auto members = co_await m_graph.batch(groups, stop);
    if (!members)
        co_return failure(members.error());
    for (const BatchAnswer &answer : *members) {
        if (answer.status == 404)
            standing.gone << answer.id;
        else if (!answer.ok())
            standing.unread.insert(answer.id, answer.error);
        else
            addMembers(standing, answer);
    }
    co_return standing;
}

Task<Result<QHash<QString, Memberships>>> Directory::memberships(QStringList userIds, std::stop_token stop)
{
    userIds.removeDuplicates();
    QList<BatchPart> parts;
    const QString query = GraphService::query({{"$top", QStringLiteral("999")}});
    for (const QString &id : std::as_const(userIds))
        parts << BatchPart{id, "GET", QLatin1String("/users/") + id + QLatin1String("/transitiveMemberOf?") + query, {}};
    const auto answers = co_await m_graph.batch(parts, stop);
    if (!answers)
        co_return failure(answers.error());
    QHash<QString, Memberships> all;
    for (const BatchAnswer &answer : *answers)
        if (answer.ok() && !answer.body.contains(QLatin1String("@odata.nextLink"))) // half a list is none
            all.insert(answer.id, membershipsFrom(Json::array(answer.body, "value")));
    co_return all;
}

} // namespace pimgate
