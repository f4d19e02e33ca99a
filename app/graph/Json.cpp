#include "graph/Json.h"

#include <QTimeZone>

#include <algorithm>

namespace pimgate::Json {

QString text(const QJsonObject &object, const char *member)
{
    return object.value(QLatin1String(member)).toString();
}

bool flag(const QJsonObject &object, const char *member, bool otherwise)
{
    return object.value(QLatin1String(member)).toBool(otherwise);
}

QJsonObject object(const QJsonObject &object, const char *member)
{
    return object.value(QLatin1String(member)).toObject();
}

QJsonArray array(const QJsonObject &object, const char *member)
{
    return object.value(QLatin1String(member)).toArray();
}

QStringList texts(const QJsonObject &object, const char *member)
{
    QStringList result;
    for (const auto &value : array(object, member))
        result << value.toString();
    return result;
}

QDateTime time(const QJsonObject &object, const char *member)
{
    QString value = text(object, member);
    if (value.isEmpty() || value.startsWith(QLatin1String("0001-")))
        return {};
    // Seven fractional digits are more than Qt reads.
    if (const qsizetype dot = value.indexOf(QLatin1Char('.')); dot > 0) {
        qsizetype end = dot + 1;
        while (end < value.size() && value.at(end).isDigit())
            ++end;
        if (end - dot > 4)
            value.remove(dot + 4, end - dot - 4);
    }
    QDateTime time = QDateTime::fromString(value, Qt::ISODateWithMs);
    if (time.timeSpec() == Qt::LocalTime) // no zone means UTC on Microsoft's wire
        time.setTimeZone(QTimeZone::utc());
    return time.toUTC();
}

bool same(const QString &a, const char *b)
{
    return a.compare(QLatin1String(b), Qt::CaseInsensitive) == 0;
}

bool holdsNothing(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        return true;
    case QJsonValue::Bool:
        return !value.toBool();
    case QJsonValue::Double:
        return false;
    case QJsonValue::String:
        return value.toString().isEmpty();
    case QJsonValue::Array:
        return value.toArray().isEmpty();
    case QJsonValue::Object:
        break;
    }
    const QJsonObject members = value.toObject();
    return std::all_of(members.begin(), members.end(), [](const QJsonValue &member) { return holdsNothing(member); });
}

QJsonArray arrayOf(const QStringList &texts)
{
    return QJsonArray::fromStringList(texts);
}

} // namespace pimgate::Json
