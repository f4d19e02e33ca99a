#include "demo/Exchanges.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <atomic>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QStringList &secretNames()
{
    static const QStringList names{u"access_token"_s, u"refresh_token"_s, u"id_token"_s,      u"id_token_hint"_s,
                                   u"code"_s,         u"code_verifier"_s, u"client_secret"_s, u"client_assertion"_s,
                                   u"device_code"_s,  u"password"_s,      u"SAMLResponse"_s,  u"assertion"_s};
    return names;
}

QString withoutSecretsInQuery(QString text)
{
    static const QRegularExpression secret(u"((?:^|[?&#;])(?:%1)=)[^&\\s\"<]*"_s.arg(secretNames().join(u'|')));
    return text.replace(secret, u"\\1***"_s);
}

QJsonValue withoutSecrets(const QJsonValue &value, bool names)
{
    if (value.isArray()) {
        QJsonArray kept;
        for (const auto &item : value.toArray())
            kept.append(withoutSecrets(item, names));
        return kept;
    }
    if (!value.isObject())
        return value;
    QJsonObject kept;
    const auto object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        const bool secret = names && secretNames().contains(it.key()) && it.value().isString();
        kept.insert(it.key(), secret ? QJsonValue(u"***"_s) : withoutSecrets(it.value(), names));
    }
    return kept;
}

QJsonValue recordedBody(const QByteArray &body, const QByteArray &contentType, bool login)
{
    if (body.isEmpty())
        return QJsonValue::Null;
    const auto document = QJsonDocument::fromJson(body);
    if (document.isObject()) // in Graph "code" is an error's name, at the sign-in host a secret
        return withoutSecrets(document.object(), login);
    if (document.isArray())
        return withoutSecrets(document.array(), login);
    const auto text = QString::fromUtf8(body);
    if (contentType.startsWith("text/html")) {
        static const QRegularExpression hidden(
            u"(type=\"hidden\" name=\"(?:%1)\" value=\")[^\"]*"_s.arg(secretNames().join(u'|')));
        auto html = text;
        return withoutSecretsInQuery(html.replace(hidden, u"\\1***"_s));
    }
    return withoutSecretsInQuery(text);
}

QJsonValue recordedHeader(const QByteArray &name, const QByteArray &value)
{
    const auto lower = name.toLower();
    if (lower == "authorization" || lower == "cookie" || lower == "set-cookie" || lower == "x-demo-key")
        return u"***"_s;
    return withoutSecretsInQuery(QString::fromUtf8(value));
}

QByteArray lineOf(const Exchanges::Exchange &exchange)
{
    const auto &[api, request, response, actor, fault] = exchange;
    QJsonObject requestHeaders;
    for (const auto &[name, value] : request.headers)
        requestHeaders.insert(QString::fromLatin1(name), recordedHeader(name, value));
    QJsonObject responseHeaders;
    QByteArray contentType;
    for (const auto &[name, value] : response.headers) {
        responseHeaders.insert(QString::fromLatin1(name), recordedHeader(name, value));
        contentType = name == "Content-Type" ? value : contentType;
    }
    const bool login = api == u"login";
    QJsonObject line{
        {u"api"_s, api},
        {u"method"_s, QString::fromLatin1(request.method)},
        {u"path"_s, withoutSecretsInQuery(QString::fromUtf8(request.target))},
        {u"requestHeaders"_s, requestHeaders},
        {u"requestBody"_s, recordedBody(request.body, request.header("content-type"), login)},
        {u"status"_s, response.drop ? QJsonValue() : QJsonValue(response.status)},
        {u"responseHeaders"_s, responseHeaders},
        {u"responseBody"_s, recordedBody(response.body, contentType, login)},
        {u"actor"_s, actor.isEmpty() ? QJsonValue() : QJsonValue(actor)},
    };
    if (fault)
        line.insert(u"fault"_s, true);
    if (!request.header("x-demo-raw").isEmpty())
        line.insert(u"raw"_s, true);
    return QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
}

/// What an exchange weighs, roughly: its bodies, and its headers with what the containers add.
qsizetype weightOf(const Exchanges::Exchange &exchange)
{
    return exchange.request.target.size() + exchange.request.body.size() + exchange.response.body.size() + 4096;
}

/// A new file for this tenant. Not buffered: what a killed program has answered is in the file too.
std::unique_ptr<QFile> fileIn(const QString &folder)
{
    static std::atomic<int> tenants;
    if (folder.isEmpty())
        return {};
    const auto name = u"%1-%2-%3.jsonl"_s.arg(QCoreApplication::applicationName()).arg(QCoreApplication::applicationPid());
    auto file = std::make_unique<QFile>(QDir(folder).filePath(name.arg(++tenants)));
    if (QDir().mkpath(folder) && file->open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered))
        return file;
    qWarning("The demo tenant cannot keep its exchanges in %s: %s.", qPrintable(file->fileName()),
             qPrintable(file->errorString()));
    return {};
}

} // namespace

Exchanges::Exchanges(const QString &folder, qsizetype keptBytes) : m_keptBytes(keptBytes), m_file(fileIn(folder)) {}

void Exchanges::add(Exchange exchange)
{
    Kept kept;
    kept.bytes = weightOf(exchange);
    if (m_file && exchange.api == u"graph") {
        kept.line = lineOf(exchange);
        m_file->write(kept.line);
    }
    kept.exchange = std::move(exchange);
    m_bytes += kept.bytes;
    m_kept.push_back(std::move(kept));
    while (m_bytes > m_keptBytes && m_kept.size() > 1) {
        m_bytes -= m_kept.front().bytes;
        m_kept.pop_front();
        ++m_dropped;
    }
}

QByteArray Exchanges::lines(const QString &api)
{
    QByteArray lines;
    for (auto &[exchange, line, bytes] : m_kept) {
        if (!api.isEmpty() && exchange.api != api)
            continue;
        if (line.isEmpty()) {
            line = lineOf(exchange);
            exchange = {exchange.api, {}, {}, {}, exchange.fault};
        }
        lines += line;
    }
    return lines;
}

void Exchanges::clear()
{
    m_kept.clear();
    m_bytes = 0;
    m_dropped = 0;
}

} // namespace pimgate::demo
