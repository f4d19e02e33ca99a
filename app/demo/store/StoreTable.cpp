#include "demo/store/StoreTable.h"

namespace pimgate::demo {

namespace {

size_t foldedHash(const QString &text)
{
    return qHash(text.toCaseFolded());
}

} // namespace

const QJsonObject *StoreTable::find(const QString &key) const
{
    const auto found = m_rows.find(key);
    return found == m_rows.end() ? nullptr : &found->second;
}

const QList<QJsonObject> &StoreTable::list() const
{
    if (!m_list) {
        m_list.emplace();
        m_list->reserve(qsizetype(m_rows.size()));
        for (const auto &entry : m_rows)
            m_list->append(entry.second);
    }
    return *m_list;
}

QList<QString> StoreTable::keysWith(const QString &member, const QString &text) const
{
    const auto [index, isNew] = m_indexes.try_emplace(member);
    if (isNew) {
        index->second.reserve(qsizetype(m_rows.size()));
        for (const auto &[key, row] : m_rows)
            insert(index->second, member, key, row);
    }
    return index->second.values(foldedHash(text));
}

void StoreTable::put(const QString &key, const QJsonObject &row)
{
    m_list.reset();
    const auto [place, isNew] = m_rows.try_emplace(key);
    for (auto &[member, index] : m_indexes) {
        if (!isNew)
            erase(index, member, key, place->second);
        insert(index, member, key, row);
    }
    place->second = row;
}

void StoreTable::patch(const QString &key, const QJsonObject &changes)
{
    const auto found = m_rows.find(key);
    if (found == m_rows.end())
        return;
    m_list.reset(); // before the row changes: a row in no list is changed in place
    for (auto &[member, index] : m_indexes) {
        if (changes.contains(member)) {
            erase(index, member, key, found->second);
            insert(index, member, key, changes);
        }
    }
    for (auto it = changes.begin(); it != changes.end(); ++it)
        found->second.insert(it.key(), it.value());
}

bool StoreTable::remove(const QString &key)
{
    const auto found = m_rows.find(key);
    if (found == m_rows.end())
        return false;
    m_list.reset();
    for (auto &[member, index] : m_indexes)
        erase(index, member, key, found->second);
    m_rows.erase(found);
    return true;
}

void StoreTable::insert(Index &index, const QString &member, const QString &key, const QJsonObject &row)
{
    if (const auto text = row.value(member).toString(); !text.isEmpty())
        index.insert(foldedHash(text), key);
}

void StoreTable::erase(Index &index, const QString &member, const QString &key, const QJsonObject &row)
{
    if (const auto text = row.value(member).toString(); !text.isEmpty())
        index.remove(foldedHash(text), key);
}

} // namespace pimgate::demo
