#pragma once

#include <QDateTime>
#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

/// Small readers of Graph's JSON, tolerant of what is missing.
namespace pimgate::Json {

QString text(const QJsonObject &object, const char *member);
bool flag(const QJsonObject &object, const char *member, bool otherwise = false);
QJsonObject object(const QJsonObject &object, const char *member);
QJsonArray array(const QJsonObject &object, const char *member);
QStringList texts(const QJsonObject &object, const char *member);
/// UTC; invalid when missing, null or Microsoft's year 1.
QDateTime time(const QJsonObject &object, const char *member);
/// Enum values and GUIDs come in any case.
bool same(const QString &a, const char *b);
/// Says nothing: absent, null, false, "", [], or an object whose members all say nothing. Zero is a number that somebody set.
bool holdsNothing(const QJsonValue &value);
QJsonArray arrayOf(const QStringList &texts);

} // namespace pimgate::Json
