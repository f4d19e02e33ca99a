#pragma once

#include "Tour.h"
#include "cli/CommandLine.h"
#include "cli/Run.h"
#include "demo/DemoTenant.h"
#include "wire/ScratchDir.h"
#include "words/Translator.h"

#include <QApplication>
#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTest>

#include <cstdio>
#include <unistd.h>

namespace pimgate::test {

/// A demo tenant of its own, and what the program says while it works there, in this process.
class Stage
{
public:
    explicit Stage(double timeScale)
    {
        demo::DemoTenant::Options options;
        options.timeScale = timeScale;
        auto started = demo::DemoTenant::start(options);
        if (started)
            m_tenant = std::move(*started);
    }

    bool stands() const { return m_tenant != nullptr; }
    QJsonObject cloud() const { return m_tenant->cloudFile(); }
    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    QString account(const char *name) const { return accounts()[QLatin1String(name)].toString(); }
    QString firstOf(const char *name) const { return accounts()[QLatin1String(name)].toArray().at(0).toString(); }

    QString write(const char *name, const QJsonObject &json) const
    {
        QFile file(path(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(json).toJson());
        return file.fileName();
    }

    QByteArray control(const QByteArray &method, const QString &pathAndQuery, const QByteArray &body = {})
    {
        QNetworkRequest request(QUrl(m_tenant->origin() + QLatin1String("/demo/") + pathAndQuery));
        request.setRawHeader("X-Demo-Key", m_tenant->controlKey().toUtf8());
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        QNetworkReply *reply = m_network.sendCustomRequest(request, method, body);
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        reply->deleteLater();
        return reply->readAll();
    }

    QJsonObject state() { return QJsonDocument::fromJson(control("GET", QStringLiteral("state?times=0"))).object(); }

    struct Ended
    {
        int status = -1;
        QByteArray out;
        QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    };

    /// One command, as main() runs it, as the tenant's administrator.
    Ended command(const QStringList &words)
    {
        const QString cloudFile = write("cloud.json", cloud());
        const QStringList arguments =
            QStringList{QStringLiteral("pimgate")} + words + QStringList{QStringLiteral("--cloud"),      cloudFile,
                                                                         QStringLiteral("--data-dir"),   path("data"),
                                                                         QStringLiteral("--sign-in-as"), account("admin")};
        const QString said = path("stdout");
        std::fflush(stdout);
        const int before = ::dup(1);
        std::FILE *kept = std::fopen(qPrintable(said), "w");
        ::dup2(::fileno(kept), 1);
        Ended ended;
        ended.status = runCommand(arguments, CommandLine::commandOf(arguments), Secret());
        std::fflush(stdout);
        ::dup2(before, 1);
        ::close(before);
        std::fclose(kept);
        QFile file(said);
        if (file.open(QIODevice::ReadOnly))
            ended.out = file.readAll().replace(m_folder.path().toUtf8(), "‹folder›");
        return ended;
    }

    QByteArray fileNamed(const QString &name) const
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

private:
    QJsonObject accounts() const { return cloud()[QLatin1String("accounts")].toObject(); }

    ScratchDir m_folder;
    std::unique_ptr<demo::DemoTenant> m_tenant;
    QNetworkAccessManager m_network;
};

/// What a play leaves: documents, exit statuses and verdict enums by name.
struct Played
{
    QList<std::pair<QString, QJsonValue>> documents;
    QList<std::pair<QString, QString>> texts;
    QList<std::pair<QString, int>> numbers; ///< exit statuses, verdict enums
};

/// Without what two tenants never share: ids, runs, times, counts of seconds. What is left must be the same to the letter.
inline QString alike(QString text)
{
    static const QRegularExpression ids(QStringLiteral("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\\b[0-9a-f]{40,}\\b"),
                                        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression shortId(QStringLiteral("^[\\w-]{22}$")); // of an assignment: base64
    static const QRegularExpression securityIds(QStringLiteral("S-1-12-1(-\\d+){4}"));
    static const QRegularExpression runs(QStringLiteral("\\b[0-9a-f]{8}\\b"));
    static const QRegularExpression digits(QStringLiteral("\\d+"));
    if (shortId.match(text).hasMatch())
        return QStringLiteral("‹id›");
    return text.replace(securityIds, QStringLiteral("‹sid›"))
        .replace(ids, QStringLiteral("‹id›"))
        .replace(runs, QStringLiteral("‹run›"))
        .replace(digits, QStringLiteral("#"));
}

/// Rows come in the order of ids that only one tenant has, and of answers that come side by side.
inline QJsonArray ordered(const QJsonArray &array)
{
    if (!array.at(0).isObject())
        return array;
    QMultiMap<QByteArray, QJsonValue> sorted;
    for (const QJsonValue &one : array)
        sorted.insert(QJsonDocument(one.toObject()).toJson(), one);
    QJsonArray result;
    for (const QJsonValue &one : std::as_const(sorted))
        result << one;
    return result;
}

inline QJsonValue alike(const QJsonValue &value)
{
    if (value.isString())
        return alike(value.toString());
    if (value.isArray()) {
        QJsonArray array;
        for (const QJsonValue &one : value.toArray())
            array << alike(one);
        return ordered(array);
    }
    if (!value.isObject())
        return value.isDouble() ? QJsonValue(0) : value;
    QJsonObject object;
    const QJsonObject all = value.toObject();
    for (auto it = all.begin(); it != all.end(); ++it)
        object.insert(alike(it.key()), alike(it.value()));
    return object;
}

/// As it would read untranslated.
inline QJsonValue bare(const QJsonValue &value)
{
    const QJsonObject wrapped{{QStringLiteral("it"), value}};
    return QJsonDocument::fromJson(Translator::bare(QString::fromUtf8(QJsonDocument(wrapped).toJson())).toUtf8())
        .object()[QLatin1String("it")];
}

/// Rows of each table in the order of their content, because their ids come and go. Nothing there is bared: what the tenant
/// keeps, reasons and descriptions as well, is the same in every language.
inline QJsonObject tables(const QJsonObject &state)
{
    QJsonObject sorted;
    for (auto it = state.begin(); it != state.end(); ++it) {
        QStringList rows;
        for (const QJsonValue &row : it.value().toArray())
            rows << QString::fromUtf8(QJsonDocument(QJsonArray{alike(row)}).toJson(QJsonDocument::Compact));
        rows.sort();
        sorted.insert(it.key(), it.value().isArray() ? QJsonValue(QJsonArray::fromStringList(rows)) : alike(it.value()));
    }
    return sorted;
}

} // namespace pimgate::test
