#include "gate/wish/DocumentOrder.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <cstring>

namespace pimgate::blueprintfile {

QString joined(const QString &parent, const QString &key)
{
    return parent.isEmpty() ? key : parent + QLatin1Char('.') + key;
}

QString element(const QString &parent, int index)
{
    return parent + QLatin1Char('[') + QString::number(index) + QLatin1Char(']');
}

char DocumentOrder::peek()
{
    while (m_at < m_json.size() && strchr(" \t\r\n,:", m_json.at(m_at)) != nullptr)
        ++m_at;
    return m_at < m_json.size() ? m_json.at(m_at) : '\0';
}

QString DocumentOrder::string()
{
    const qsizetype from = m_at++;
    while (m_at < m_json.size() && m_json.at(m_at) != '"')
        m_at += m_json.at(m_at) == '\\' ? 2 : 1;
    ++m_at;
    const QByteArray alone = '[' + m_json.mid(from, m_at - from) + ']';
    return QJsonDocument::fromJson(alone).array().at(0).toString();
}

void DocumentOrder::value(const QString &path)
{
    const char first = peek();
    m_start.insert(path, m_at);
    if (first == '{')
        object(path);
    else if (first == '[')
        array(path);
    else if (first == '"')
        string();
    else
        while (m_at < m_json.size() && strchr(" \t\r\n,]}", m_json.at(m_at)) == nullptr)
            ++m_at;
    m_end.insert(path, m_at);
}

void DocumentOrder::object(const QString &path)
{
    ++m_at;
    QStringList seen;
    while (peek() == '"') {
        const QString name = string();
        const QString key = joined(path, name);
        value(key);
        if (seen.contains(name))
            m_repeated << key;
        seen << name;
    }
    ++m_at;
}

void DocumentOrder::array(const QString &path)
{
    ++m_at;
    for (int index = 0; peek() != ']' && m_at < m_json.size(); ++index)
        value(element(path, index));
    ++m_at;
}

} // namespace pimgate::blueprintfile
