#include "demo/Store.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QUuid>

namespace pimgate::demo {

namespace {

QString key(const QString &rowId)
{
    return rowId.toLower();
}

bool looksLikeMoment(const QString &text)
{
    static const QRegularExpression moment(QStringLiteral("^\\d{4}-\\d\\d-\\d\\d(T|$)"));
    return moment.match(text).hasMatch();
}

QJsonValue withoutMoments(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray kept;
        for (const auto &item : value.toArray())
            kept.append(withoutMoments(item));
        return kept;
    }
    if (!value.isObject())
        return value;
    QJsonObject kept;
    const auto object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const bool named = it.key().endsWith(QLatin1String("DateTime")); // also where it is null or not set yet
        if (!named && !looksLikeMoment(it.value().toString()))
            kept.insert(it.key(), withoutMoments(it.value()));
    }
    return kept;
}

QJsonArray asArray(const std::set<QString> &values)
{
    QJsonArray array;
    for (const auto &value : values)
        array.append(value);
    return array;
}

} // namespace

Store::Store(const DemoClock *clock, quint32 seed) : m_clock(clock), m_seed(seed)
{
    m_tenantId = id(QStringLiteral("tenant"), QStringLiteral("contoso.demo"));
}

QString Store::id(const QString &type, const QString &naturalKey) const
{
    const auto text = QString::number(m_seed) + QLatin1Char('|') + type + QLatin1Char('|') + naturalKey;
    auto bytes = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).left(16);
    bytes[6] = char((bytes.at(6) & 0x0f) | 0x50); // a well-formed version 5 GUID
    bytes[8] = char((bytes.at(8) & 0x3f) | 0x80);
    return QUuid::fromRfc4122(bytes).toString(QUuid::WithoutBraces);
}

QString Store::newId(const QString &type, const QString &naturalKey)
{
    auto candidate = id(type, naturalKey);
    for (int n = 2; m_usedIds.contains(candidate); ++n)
        candidate = id(type, naturalKey + QLatin1Char('#') + QString::number(n));
    m_usedIds.insert(candidate);
    return candidate;
}

const QJsonObject *Store::find(const QString &table, const QString &rowId) const
{
    const auto rowKey = key(rowId);
    const auto veiled = m_veil.find({table, rowKey});
    if (veiled != m_veil.end() && now() < veiled->second.until)
        return veiled->second.row ? &*veiled->second.row : nullptr;
    const auto found = m_tables.find(table);
    if (found == m_tables.end())
        return nullptr;
    const auto row = found->second.find(rowKey);
    return row == found->second.end() ? nullptr : &row->second;
}

const QJsonObject *Store::findBy(const QString &table, const QString &member, const QString &value) const
{
    const auto found = m_tables.find(table);
    if (found == m_tables.end())
        return nullptr;
    for (const auto &[rowKey, row] : found->second) {
        if (row.value(member).toString().compare(value, Qt::CaseInsensitive) == 0)
            if (const auto *seen = find(table, rowKey))
                return seen;
    }
    return nullptr;
}

bool Store::holds(const QString &table, const QString &rowId) const
{
    const auto found = m_tables.find(table);
    return found != m_tables.end() && found->second.contains(key(rowId));
}

QList<QJsonObject> Store::rows(const QString &table) const
{
    return rows(table, {});
}

QList<QJsonObject> Store::rows(const QString &table, const std::function<bool(const QJsonObject &)> &keep) const
{
    QList<QJsonObject> list;
    std::set<QString> keys;
    if (const auto found = m_tables.find(table); found != m_tables.end()) {
        for (const auto &entry : found->second)
            keys.insert(entry.first);
    }
    for (const auto &entry : m_veil) { // deleted a moment ago and still shown
        if (entry.first.first == table)
            keys.insert(entry.first.second);
    }
    for (const auto &rowKey : keys) {
        const auto *row = find(table, rowKey);
        if (row && (!keep || keep(*row)))
            list.append(*row);
    }
    return list;
}

std::set<QString> Store::members(const QString &groupId) const
{
    const auto veiled = m_memberVeil.find(key(groupId));
    if (veiled != m_memberVeil.end() && now() < veiled->second.until)
        return veiled->second.links;
    const auto found = m_members.find(key(groupId));
    return found == m_members.end() ? std::set<QString>() : found->second;
}

std::set<QString> Store::owners(const QString &groupId) const
{
    const auto veiled = m_ownerVeil.find(key(groupId));
    if (veiled != m_ownerVeil.end() && now() < veiled->second.until)
        return veiled->second.links;
    const auto found = m_owners.find(key(groupId));
    return found == m_owners.end() ? std::set<QString>() : found->second;
}

void Store::put(const QString &table, const QJsonObject &row)
{
    const auto rowKey = key(row.value(QLatin1String("id")).toString());
    m_usedIds.insert(rowKey);
    m_tables[table].insert_or_assign(rowKey, row);
}

void Store::patch(const QString &table, const QString &rowId, const QJsonObject &changes)
{
    auto &rows = m_tables[table];
    const auto found = rows.find(key(rowId));
    if (found == rows.end())
        return;
    for (auto it = changes.begin(); it != changes.end(); ++it)
        found->second.insert(it.key(), it.value());
}

bool Store::remove(const QString &table, const QString &rowId)
{
    const auto found = m_tables.find(table);
    return found != m_tables.end() && found->second.erase(key(rowId)) > 0;
}

bool Store::addMember(const QString &groupId, const QString &principalId)
{
    return m_members[key(groupId)].insert(key(principalId)).second;
}

bool Store::removeMember(const QString &groupId, const QString &principalId)
{
    return m_members[key(groupId)].erase(key(principalId)) > 0;
}

bool Store::addOwner(const QString &groupId, const QString &principalId)
{
    return m_owners[key(groupId)].insert(key(principalId)).second;
}

bool Store::removeOwner(const QString &groupId, const QString &principalId)
{
    return m_owners[key(groupId)].erase(key(principalId)) > 0;
}

void Store::forgetGroup(const QString &groupId)
{
    m_members.erase(key(groupId));
    m_owners.erase(key(groupId));
    for (auto &entry : m_members)
        entry.second.erase(key(groupId));
}

const QJsonObject *Store::user(const QString &idOrUpn) const
{
    if (const auto *row = find(QStringLiteral("users"), idOrUpn))
        return row;
    return findBy(QStringLiteral("users"), QStringLiteral("userPrincipalName"), idOrUpn);
}

const QJsonObject *Store::directoryObject(const QString &oid) const
{
    for (const auto *table : {"users", "groups", "servicePrincipals"}) {
        if (const auto *row = find(QString::fromLatin1(table), oid))
            return row;
    }
    return nullptr;
}

QString Store::kindOf(const QString &oid) const
{
    if (find(QStringLiteral("users"), oid))
        return QStringLiteral("user");
    if (find(QStringLiteral("groups"), oid))
        return QStringLiteral("group");
    return find(QStringLiteral("servicePrincipals"), oid) ? QStringLiteral("servicePrincipal") : QString();
}

std::set<QString> Store::directGroupsOf(const QString &oid) const
{
    std::set<QString> groups;
    for (const auto &entry : m_members) {
        if (members(entry.first).contains(key(oid)) && find(QStringLiteral("groups"), entry.first))
            groups.insert(entry.first);
    }
    return groups;
}

std::set<QString> Store::transitiveGroupsOf(const QString &oid) const
{
    std::set<QString> seen;
    QStringList queue{oid};
    while (!queue.isEmpty()) {
        for (const auto &group : directGroupsOf(queue.takeFirst())) {
            if (seen.insert(group).second)
                queue.append(group);
        }
    }
    return seen;
}

std::set<QString> Store::transitiveMembersOf(const QString &groupId) const
{
    std::set<QString> seen;
    QStringList queue{groupId};
    while (!queue.isEmpty()) {
        for (const auto &member : members(queue.takeFirst())) {
            if (seen.insert(member).second)
                queue.append(member); // what is no group has no members
        }
    }
    return seen;
}

std::set<QString> Store::activeRolesOf(const QString &oid) const
{
    auto holders = transitiveGroupsOf(oid);
    holders.insert(key(oid));
    std::set<QString> active;
    for (const auto &row : rows(QStringLiteral("roleAssignments"))) {
        if (holders.contains(row.value(QLatin1String("principalId")).toString()))
            active.insert(row.value(QLatin1String("roleDefinitionId")).toString());
    }
    return active;
}

void Store::audit(const Audit &entry)
{
    const auto naturalKey = QStringList{entry.activity, entry.actor, entry.targets.join(QLatin1Char(',')),
                                        QString::fromUtf8(QJsonDocument(entry.modified).toJson(QJsonDocument::Compact))}
                                .join(QLatin1Char('|'));
    const auto guid = newId(QStringLiteral("directoryAudits"), naturalKey);
    QJsonArray targets;
    for (const auto &target : entry.targets) {
        const auto kind = kindOf(target);
        const auto *object = directoryObject(target);
        const auto type = kind == QLatin1String("user")               ? QStringLiteral("User")
                          : kind == QLatin1String("group")            ? QStringLiteral("Group")
                          : kind == QLatin1String("servicePrincipal") ? QStringLiteral("ServicePrincipal")
                                                                      : QStringLiteral("Other");
        const bool isUser = kind == QLatin1String("user");
        targets.append(QJsonObject{
            {QStringLiteral("id"), target},
            {QStringLiteral("displayName"), object ? object->value(QLatin1String("displayName")) : QJsonValue()},
            {QStringLiteral("type"), type},
            {QStringLiteral("userPrincipalName"), isUser ? object->value(QLatin1String("userPrincipalName")) : QJsonValue()},
            {QStringLiteral("groupType"), kind == QLatin1String("group") ? QJsonValue(QStringLiteral("azureAD")) : QJsonValue()},
            {QStringLiteral("modifiedProperties"), targets.isEmpty() ? entry.modified : QJsonArray()},
        });
    }
    QJsonValue initiatedByUser;
    QJsonValue initiatedByApp;
    if (const auto *actor = find(QStringLiteral("users"), entry.actor)) {
        initiatedByUser = QJsonObject{
            {QStringLiteral("id"), entry.actor},
            {QStringLiteral("displayName"), actor->value(QLatin1String("displayName"))},
            {QStringLiteral("userPrincipalName"), actor->value(QLatin1String("userPrincipalName"))},
            {QStringLiteral("ipAddress"), QStringLiteral("127.0.0.1")},
        };
    } else {
        initiatedByApp = QJsonObject{{QStringLiteral("appId"), QJsonValue()},
                                     {QStringLiteral("displayName"), QStringLiteral("Azure AD PIM")},
                                     {QStringLiteral("servicePrincipalId"), QJsonValue()},
                                     {QStringLiteral("servicePrincipalName"), QJsonValue()}};
    }
    const bool pim = entry.service == QLatin1String("PIM");
    put(QStringLiteral("directoryAudits"),
        QJsonObject{
            {QStringLiteral("id"), (pim ? QStringLiteral("PIM_") : QStringLiteral("Directory_")) + guid},
            {QStringLiteral("category"), entry.category},
            {QStringLiteral("correlationId"), id(QStringLiteral("correlation"), guid)},
            {QStringLiteral("result"), QStringLiteral("success")},
            {QStringLiteral("resultReason"), entry.reason},
            {QStringLiteral("activityDisplayName"), entry.activity},
            {QStringLiteral("activityDateTime"), nowText()},
            {QStringLiteral("loggedByService"), entry.service},
            {QStringLiteral("operationType"), entry.operation},
            {QStringLiteral("initiatedBy"),
             QJsonObject{{QStringLiteral("user"), initiatedByUser}, {QStringLiteral("app"), initiatedByApp}}},
            {QStringLiteral("targetResources"), targets},
            {QStringLiteral("additionalDetails"), QJsonArray()},
        });
}

QJsonObject Store::state(bool times) const
{
    QJsonObject state;
    for (const auto &[name, table] : m_tables) {
        if (!times && name == QLatin1String("signIns"))
            continue; // a log of moments: signing in once more is no write
        QJsonArray rows;
        for (const auto &entry : table)
            rows.append(times ? QJsonValue(entry.second) : withoutMoments(entry.second));
        if (!rows.isEmpty())
            state.insert(name, rows);
    }
    const auto links = [](const Links &all) {
        QJsonObject object;
        for (const auto &entry : all) {
            if (!entry.second.empty())
                object.insert(entry.first, asArray(entry.second));
        }
        return object;
    };
    state.insert(QStringLiteral("groupMembers"), links(m_members));
    state.insert(QStringLiteral("groupOwners"), links(m_owners));
    return state;
}

void Store::hideChangesSince(const Store &before, const QDateTime &until)
{
    std::set<QString> names;
    for (const auto &entry : m_tables)
        names.insert(entry.first);
    for (const auto &name : names) {
        static const Table none;
        const auto old = before.m_tables.find(name);
        const auto &was = old == before.m_tables.end() ? none : old->second;
        const auto &is = m_tables[name];
        for (const auto &[rowKey, row] : is) {
            const auto earlier = was.find(rowKey);
            if (earlier == was.end())
                m_veil[{name, rowKey}] = {until, std::nullopt};
            else if (earlier->second != row)
                m_veil[{name, rowKey}] = {until, earlier->second};
        }
        for (const auto &[rowKey, row] : was) {
            if (!is.contains(rowKey))
                m_veil[{name, rowKey}] = {until, row};
        }
    }
    const auto veil = [&](const Links &is, const Links &was, std::map<QString, OldLinks> &hidden) {
        auto all = is;
        all.insert(was.begin(), was.end());
        for (const auto &entry : all) {
            const auto now = is.find(entry.first);
            const auto earlier = was.find(entry.first);
            const auto nowLinks = now == is.end() ? std::set<QString>() : now->second;
            const auto oldLinks = earlier == was.end() ? std::set<QString>() : earlier->second;
            if (nowLinks != oldLinks)
                hidden[entry.first] = {until, oldLinks};
        }
    };
    veil(m_members, before.m_members, m_memberVeil);
    veil(m_owners, before.m_owners, m_ownerVeil);
}

} // namespace pimgate::demo
