#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

namespace pimgate::blueprintfile {

/// "pim.eligible", "pim.eligible[0]"
QString joined(const QString &parent, const QString &key);
QString element(const QString &parent, int index);

/// Where every value of a JSON text starts and ends. QJsonObject sorts its keys, so the order of the file is read here;
/// the text has already been parsed by QJsonDocument and is known to be valid.
class DocumentOrder
{
public:
    explicit DocumentOrder(const QByteArray &json) : m_json(json) { value({}); }

    qsizetype of(const QString &path) const { return m_start.value(path, m_json.size()); }
    /// Something that is missing belongs at the end of what it is missing from.
    qsizetype endOf(const QString &path) const { return m_end.value(path, m_json.size()); }
    const QStringList &repeated() const { return m_repeated; }

private:
    char peek();
    QString string();
    void value(const QString &path);
    void object(const QString &path);
    void array(const QString &path);

    QByteArray m_json;
    qsizetype m_at = 0;
    QHash<QString, qsizetype> m_start, m_end;
    QStringList m_repeated;
};

} // namespace pimgate::blueprintfile
