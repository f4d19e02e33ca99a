#include "demo/OAuthText.h"

#include "demo/Keys.h"

#include <QJsonArray>
#include <QRandomGenerator>
#include <QUuid>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

QString randomText(int bytes)
{
    QByteArray random(bytes, '\0');
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32 *>(random.data()), bytes / 4);
    return QString::fromLatin1(base64Url(random));
}

QString newGuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QMap<QString, QString> readForm(const QByteArray &body)
{
    QMap<QString, QString> form;
    auto text = body;
    text.replace('+', "%20"); // QUrlQuery leaves the plus of forms alone
    const QUrlQuery query(QString::fromUtf8(text));
    for (const auto &[name, value] : query.queryItems(QUrl::FullyDecoded))
        form.insert(name, value);
    return form;
}

QStringList words(const QString &text)
{
    return text.split(u' ', Qt::SkipEmptyParts);
}

QStringList strings(const QJsonValue &value)
{
    QStringList list;
    for (const auto &item : value.toArray())
        list.append(item.toString());
    return list;
}

bool isLoopback(const QUrl &url)
{
    return url.host() == u"localhost" || url.host() == u"127.0.0.1" || url.host() == u"::1";
}

namespace {

QByteArray page(const QString &title, const QString &body)
{
    return (u"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>"_s + title.toHtmlEscaped() +
            u"</title><style>body{font:16px system-ui;margin:3em auto;max-width:32em}a{display:block;padding:.5em;"
            "text-decoration:none}a:hover{background:#eef}small{color:#555}</style></head><body><h1>"_s +
            title.toHtmlEscaped() + u"</h1>"_s + body + u"</body></html>"_s)
        .toUtf8();
}

} // namespace

Response html(const QString &title, const QString &body, int status)
{
    Response response;
    response.status = status;
    response.contentType = "text/html; charset=utf-8";
    response.text = page(title, body);
    return response;
}

} // namespace pimgate::demo
