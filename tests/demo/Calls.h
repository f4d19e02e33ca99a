#pragma once

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <algorithm>

namespace pimgate::test {

/// One recorded exchange.
struct Call
{
    QString api, method, path;
    QJsonValue body;
    int status = 0;
};

/// interface.md: a GET; a $batch of reads; getByIds, validateProperties, evaluate; a call to the sign-in host.
inline bool isRead(const QString &method, const QString &path, const QJsonValue &body)
{
    if (method == QLatin1String("GET"))
        return true;
    if (method != QLatin1String("POST"))
        return false;
    const QString bare = path.section(QLatin1Char('?'), 0, 0);
    if (bare.endsWith(QLatin1String("/$batch"))) {
        const QJsonValue whole = body.isString() ? QJsonValue(QJsonDocument::fromJson(body.toString().toUtf8()).object()) : body;
        const QJsonArray parts = whole.toObject().value(QLatin1String("requests")).toArray();
        return !parts.isEmpty() && std::all_of(parts.begin(), parts.end(), [](const QJsonValue &part) {
            return isRead(part[QLatin1String("method")].toString(), part[QLatin1String("url")].toString(),
                          part[QLatin1String("body")]);
        });
    }
    for (const char *reading : {"/getByIds", "/validateProperties", "/conditionalAccess/evaluate"})
        if (bare.endsWith(QLatin1String(reading)))
            return true;
    return false;
}

} // namespace pimgate::test
