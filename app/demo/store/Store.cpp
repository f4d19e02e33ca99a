#include "demo/store/Store.h"

#include "demo/odata/Service.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QUuid>

#include <algorithm>

namespace pimgate::demo {

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

const Store::HiddenRows *Store::hiddenIn(const QString &table) const
{
    if (m_hiddenRows.empty())
        return nullptr;
    const auto found = m_hiddenRows.find(table);
    return found == m_hiddenRows.end() ? nullptr : &found->second;
}

bool Store::hides(const QString &table, const Hidden<std::optional<QJsonObject>> &entry) const
{
    return (entry.maker.isEmpty() || lagsBehind(m_service, table, entry.maker)) && now() < entry.until;
}

void Store::serveAs(const QString &service)
{
    m_service = service;
    if (!service.isEmpty() && m_replication.count() > 0)
        forgetWhatIsShown();
}

const QJsonObject *Store::find(const QString &table, const QString &rowId) const
{
    const auto rowKey = StoreTable::keyOf(rowId);
    if (const auto *hidden = hiddenIn(table)) {
        const auto entry = hidden->find(rowKey);
        if (entry != hidden->end() && hides(table, entry->second))
            return entry->second.before ? &*entry->second.before : nullptr;
    }
    const auto found = m_tables.find(table);
    return found == m_tables.end() ? nullptr : found->second.find(rowKey);
}

/// In the order of their ids.
QList<const QJsonObject *> Store::findAllBy(const QString &table, const QString &member, const QString &value) const
{
    const auto found = m_tables.find(table);
    if (found == m_tables.end() || value.isEmpty())
        return {};
    auto keys = found->second.keysWith(member, value);
    if (const auto *hidden = hiddenIn(table)) { // clients still see what these held before
        for (const auto &entry : *hidden)
            keys.append(entry.first);
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    QList<const QJsonObject *> list;
    for (const auto &rowKey : std::as_const(keys)) {
        const auto *row = find(table, rowKey);
        if (row && row->value(member).toString().compare(value, Qt::CaseInsensitive) == 0)
            list.append(row);
    }
    return list;
}

const QJsonObject *Store::findBy(const QString &table, const QString &member, const QString &value) const
{
    return findAllBy(table, member, value).value(0);
}

QList<QJsonObject> Store::rowsWith(const QString &table, const QString &member, const QString &value) const
{
    QList<QJsonObject> list;
    for (const auto *row : findAllBy(table, member, value))
        list.append(*row);
    return list;
}

bool Store::holds(const QString &table, const QString &rowId) const
{
    const auto found = m_tables.find(table);
    return found != m_tables.end() && found->second.find(StoreTable::keyOf(rowId));
}

QList<QJsonObject> Store::rows(const QString &table) const
{
    const auto found = m_tables.find(table);
    const auto *hidden = hiddenIn(table);
    if (!hidden)
        return found == m_tables.end() ? QList<QJsonObject>() : found->second.list();
    std::map<QString, QJsonObject> visible;
    if (found != m_tables.end())
        visible = found->second.rows();
    for (const auto &[rowKey, entry] : *hidden) {
        if (!hides(table, entry))
            continue;
        if (entry.before)
            visible.insert_or_assign(rowKey, *entry.before);
        else
            visible.erase(rowKey);
    }
    QList<QJsonObject> list;
    for (const auto &entry : visible)
        list.append(entry.second);
    return list;
}

QList<QJsonObject> Store::rows(const QString &table, const std::function<bool(const QJsonObject &)> &keep) const
{
    if (!keep)
        return rows(table);
    QList<QJsonObject> list;
    visit(table, {}, [&](const QJsonObject &row) {
        if (keep(row))
            list.append(row);
        return true;
    });
    return list;
}

void Store::visit(const QString &table, const QString &after, const std::function<bool(const QJsonObject &)> &visitor) const
{
    const auto keyOf = [](const QJsonObject &row) { return StoreTable::keyOf(row.value(QLatin1String("id")).toString()); };
    const auto all = rows(table); // a list is several times as quick to walk as a map
    auto row = after.isEmpty() ? all.begin()
                               : std::upper_bound(all.begin(), all.end(), StoreTable::keyOf(after),
                                                  [&](const QString &key, const QJsonObject &each) { return key < keyOf(each); });
    while (row != all.end() && visitor(*row))
        ++row;
}

const Store::Ids &Store::shown(const Links &links, const HiddenLinks &hidden, const QString &groupKey) const
{
    static const Ids none;
    const auto veiled = hidden.find(groupKey);
    if (veiled != hidden.end() && now() < veiled->second.until)
        return veiled->second.before;
    const auto found = links.of.find(groupKey);
    return found == links.of.end() ? none : found->second;
}

std::set<QString> Store::members(const QString &groupId) const
{
    return shown(m_members, m_hiddenMembers, StoreTable::keyOf(groupId));
}

std::set<QString> Store::owners(const QString &groupId) const
{
    return shown(m_owners, m_hiddenOwners, StoreTable::keyOf(groupId));
}

void Store::put(const QString &table, const QJsonObject &row)
{
    const auto rowKey =
        *m_usedIds.insert(StoreTable::keyOf(row.value(QLatin1String("id")).toString())).first; // one string for both
    note(table, rowKey);
    if (m_replication.count() > 0 && !m_service.isEmpty() && isReplicated(table) && !m_tables[table].find(rowKey))
        m_hiddenRows[table].try_emplace(
            rowKey, Hidden<std::optional<QJsonObject>>{now().addSecs(m_replication.count()), std::nullopt, m_service});
    m_tables[table].put(rowKey, row);
}

void Store::patch(const QString &table, const QString &rowId, const QJsonObject &changes)
{
    note(table, StoreTable::keyOf(rowId));
    m_tables[table].patch(StoreTable::keyOf(rowId), changes);
}

bool Store::remove(const QString &table, const QString &rowId)
{
    note(table, StoreTable::keyOf(rowId));
    const auto found = m_tables.find(table);
    return found != m_tables.end() && found->second.remove(StoreTable::keyOf(rowId));
}

bool Store::link(Links &links, const QString &groupId, const QString &principalId)
{
    note(links, StoreTable::keyOf(groupId));
    links.groupsOf[StoreTable::keyOf(principalId)].insert(StoreTable::keyOf(groupId));
    return links.of[StoreTable::keyOf(groupId)].insert(StoreTable::keyOf(principalId)).second;
}

bool Store::unlink(Links &links, const QString &groupId, const QString &principalId)
{
    const auto group = links.of.find(StoreTable::keyOf(groupId));
    if (group == links.of.end() || !group->second.contains(StoreTable::keyOf(principalId)))
        return false;
    note(links, StoreTable::keyOf(groupId));
    links.groupsOf[StoreTable::keyOf(principalId)].erase(StoreTable::keyOf(groupId));
    group->second.erase(StoreTable::keyOf(principalId));
    return true;
}

bool Store::addMember(const QString &groupId, const QString &principalId)
{
    return link(m_members, groupId, principalId);
}

bool Store::removeMember(const QString &groupId, const QString &principalId)
{
    return unlink(m_members, groupId, principalId);
}

bool Store::addOwner(const QString &groupId, const QString &principalId)
{
    return link(m_owners, groupId, principalId);
}

bool Store::removeOwner(const QString &groupId, const QString &principalId)
{
    return unlink(m_owners, groupId, principalId);
}

void Store::forgetGroup(const QString &groupId)
{
    for (auto *links : {&m_members, &m_owners}) {
        if (const auto group = links->of.find(StoreTable::keyOf(groupId)); group != links->of.end()) {
            for (const auto &principal : Ids(group->second))
                unlink(*links, groupId, principal);
        }
    }
    if (const auto above = m_members.groupsOf.find(StoreTable::keyOf(groupId)); above != m_members.groupsOf.end()) {
        for (const auto &group : Ids(above->second))
            unlink(m_members, group, groupId);
    }
}

} // namespace pimgate::demo
