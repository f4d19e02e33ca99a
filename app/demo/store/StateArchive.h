#pragma once

#include "demo/store/DemoClock.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QMap>
#include <QStringList>

#include <climits>
#include <cmath>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace pimgate::demo {

/// Where in a state something is wrong ("/users/3/id"), and what; the first thing is kept.
struct StateFault
{
    QString path;
    QString wrong;

    explicit operator bool() const { return !wrong.isEmpty(); }
    void blame(const QString &where, const QString &what)
    {
        if (wrong.isEmpty())
            *this = {where.isEmpty() ? QStringLiteral("/") : where, what};
    }
};

/// A moment to the millisecond, as a state tells it.
inline QString stateMoment(const QDateTime &moment)
{
    return moment.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz")) + QLatin1Char('Z');
}

// What is told of a struct stands in one function for both ways, found by its argument:
//     template <typename Archive> void describe(Archive &archive, Session &session) { archive("tid", session.tid); … }

/// Writes what describe() names.
class StateWriter
{
public:
    template <typename T>
    void operator()(const char *name, const T &value)
    {
        m_object.insert(QLatin1String(name), json(value));
    }
    /// An enum, by its name.
    template <typename T>
    void oneOf(const char *name, const T &value, std::initializer_list<std::pair<const char *, T>> names)
    {
        for (const auto &[word, each] : names) {
            if (each == value)
                m_object.insert(QLatin1String(name), QLatin1String(word));
        }
    }
    const QJsonObject &object() const { return m_object; }

    template <typename T>
    static QJsonObject written(const T &described)
    {
        StateWriter writer;
        T copy = described;
        describe(writer, copy);
        return writer.object();
    }

private:
    static QJsonValue json(const QString &value) { return value; }
    static QJsonValue json(bool value) { return value; }
    static QJsonValue json(int value) { return value; }
    static QJsonValue json(qint64 value) { return value; }
    static QJsonValue json(double value) { return value; }
    static QJsonValue json(const QJsonObject &value) { return value; }
    static QJsonValue json(const QDateTime &value) { return value.isValid() ? QJsonValue(stateMoment(value)) : QJsonValue(); }
    template <typename T>
    static QJsonValue json(const std::optional<T> &value)
    {
        return value ? json(*value) : QJsonValue();
    }
    template <typename T>
    static QJsonValue json(const QList<T> &values)
    {
        QJsonArray array;
        for (const auto &value : values)
            array.append(json(value));
        return array;
    }
    static QJsonValue json(const std::set<QString> &values)
    {
        QJsonArray array;
        for (const auto &value : values)
            array.append(value);
        return array;
    }
    template <typename T>
    static QJsonValue json(const std::map<QString, T> &values)
    {
        QJsonObject object;
        for (const auto &[key, value] : values)
            object.insert(key, json(value));
        return object;
    }
    static QJsonValue json(const QMap<QString, QString> &values)
    {
        QJsonObject object;
        for (auto it = values.begin(); it != values.end(); ++it)
            object.insert(it.key(), it.value());
        return object;
    }
    template <typename T>
    static QJsonValue json(const T &described)
    {
        return written(described);
    }

    QJsonObject m_object;
};

/// Reads what describe() names: all of it must be there and of its type, and nothing besides.
class StateReader
{
public:
    template <typename T>
    static void read(const QJsonValue &value, const QString &path, StateFault &fault, T &into)
    {
        StateReader(path, fault).take(value, into);
    }

    template <typename T>
    void operator()(const char *name, T &value)
    {
        const auto key = QLatin1String(name);
        m_named.insert(key);
        const auto found = m_object.constFind(key);
        if (found == m_object.constEnd())
            m_fault.blame(below(key), QStringLiteral("It is missing."));
        else
            read(*found, below(key), m_fault, value);
    }
    template <typename T>
    void oneOf(const char *name, T &value, std::initializer_list<std::pair<const char *, T>> names)
    {
        QString given;
        (*this)(name, given);
        for (const auto &[word, each] : names) {
            if (given == QLatin1String(word)) {
                value = each;
                return;
            }
        }
        m_fault.blame(below(QLatin1String(name)), QStringLiteral("'%1' is not known here.").arg(given));
    }

private:
    StateReader(QString path, StateFault &fault) : m_path(std::move(path)), m_fault(fault) {}

    QString below(const QString &name) const { return m_path + QLatin1Char('/') + name; }
    bool require(bool right, const char *what)
    {
        if (!right)
            m_fault.blame(m_path, QStringLiteral("It is no %1.").arg(QLatin1String(what)));
        return right;
    }

    void take(const QJsonValue &value, QString &into)
    {
        if (require(value.isString(), "text"))
            into = value.toString();
    }
    void take(const QJsonValue &value, bool &into)
    {
        if (require(value.isBool(), "true or false"))
            into = value.toBool();
    }
    void take(const QJsonValue &value, double &into)
    {
        if (require(value.isDouble(), "number"))
            into = value.toDouble();
    }
    void take(const QJsonValue &value, qint64 &into)
    {
        constexpr double most = 1e15;
        const double given = value.toDouble(-1);
        if (require(value.isDouble() && given == std::floor(given) && std::abs(given) <= most, "whole number"))
            into = qint64(given);
    }
    void take(const QJsonValue &value, int &into)
    {
        qint64 number = into;
        take(value, number);
        if (require(number >= INT_MIN && number <= INT_MAX, "whole number of this size"))
            into = int(number);
    }
    void take(const QJsonValue &value, QDateTime &into)
    {
        if (value.isNull()) {
            into = {};
            return;
        }
        const auto moment = QDateTime::fromString(value.toString(), Qt::ISODateWithMs);
        if (require(moment.isValid() && moment.timeSpec() == Qt::UTC, "moment in UTC"))
            into = moment;
    }
    void take(const QJsonValue &value, QJsonObject &into)
    {
        if (require(value.isObject(), "object"))
            into = value.toObject();
    }
    template <typename T>
    void take(const QJsonValue &value, std::optional<T> &into)
    {
        into.reset();
        if (!value.isNull())
            take(value, into.emplace());
    }
    template <typename T>
    void take(const QJsonValue &value, QList<T> &into)
    {
        if (!require(value.isArray(), "list"))
            return;
        into.clear();
        const auto array = value.toArray();
        for (qsizetype i = 0; i < array.size(); ++i) {
            T each;
            read(array.at(i), below(QString::number(i)), m_fault, each);
            into.append(each);
        }
    }
    void take(const QJsonValue &value, std::set<QString> &into)
    {
        QStringList list;
        take(value, list);
        into = {list.begin(), list.end()};
    }
    template <typename T>
    void take(const QJsonValue &value, std::map<QString, T> &into)
    {
        if (!require(value.isObject(), "object"))
            return;
        into.clear();
        const auto object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            read(it.value(), below(it.key()), m_fault, into[it.key()]);
    }
    void take(const QJsonValue &value, QMap<QString, QString> &into)
    {
        std::map<QString, QString> map;
        take(value, map);
        into = QMap<QString, QString>(map);
    }
    template <typename T>
    void take(const QJsonValue &value, T &described)
    {
        if (!require(value.isObject(), "object"))
            return;
        m_object = value.toObject();
        describe(*this, described);
        for (const auto &key : m_object.keys()) {
            if (!m_named.contains(key))
                m_fault.blame(below(key), QStringLiteral("It is not known here."));
        }
    }

    QString m_path;
    StateFault &m_fault;
    QJsonObject m_object;
    std::set<QString> m_named;
};

} // namespace pimgate::demo
