#pragma once

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <map>
#include <optional>

namespace pimgate::demo {

/// The rows of one table by key (the id in lower case), with what makes reading quick when there are many: the list of
/// all rows and an index per member that was asked for. Both are made when first needed and kept right by every write.
class StoreTable
{
public:
    static QString keyOf(const QString &id) { return id.toLower(); }

    const std::map<QString, QJsonObject> &rows() const { return m_rows; }
    const QJsonObject *find(const QString &key) const;
    /// In the order of the keys; shared with the caller.
    const QList<QJsonObject> &list() const;
    /// The keys of rows that may hold this text in that member (compared without case): every one that does, and
    /// rarely one that does not.
    QList<QString> keysWith(const QString &member, const QString &text) const;

    void put(const QString &key, const QJsonObject &row);
    void patch(const QString &key, const QJsonObject &changes);
    bool remove(const QString &key);

private:
    using Index = QMultiHash<size_t, QString>; ///< hash of the folded text -> keys

    static void insert(Index &index, const QString &member, const QString &key, const QJsonObject &row);
    static void erase(Index &index, const QString &member, const QString &key, const QJsonObject &row);

    std::map<QString, QJsonObject> m_rows;
    mutable std::optional<QList<QJsonObject>> m_list;
    mutable std::map<QString, Index> m_indexes; ///< by member
};

} // namespace pimgate::demo
