#include "demo/odata/RequestReading.h"

#include <QJsonDocument>
#include <QUrl>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

QHash<QString, QString> readQuery(const QByteArray &text)
{
    QHash<QString, QString> options;
    auto encoded = text;
    encoded.replace('+', "%20");
    const QUrlQuery query(QString::fromUtf8(encoded));
    for (const auto &[name, value] : query.queryItems(QUrl::FullyDecoded)) {
        static const QStringList tolerated{u"filter"_s, u"select"_s,  u"expand"_s, u"top"_s,      u"search"_s,
                                           u"count"_s,  u"orderby"_s, u"skip"_s,   u"skiptoken"_s};
        const auto lower = name.toLower();
        if (lower.startsWith(u'$'))
            options.insert(lower, value);
        else if (tolerated.contains(lower)) // v1.0 takes them without the $ too
            options.insert(u'$' + lower, value);
        else
            options.insert(name, value);
    }
    return options;
}

} // namespace

Request readRequest(const HttpRequest &http, const QString &origin)
{
    Request request;
    request.method = http.method;
    request.path = QUrl::fromPercentEncoding(http.path());
    request.query = readQuery(http.query());
    request.headers = http.headers;
    request.raw = http.body;
    request.origin = origin;
    return request;
}

std::optional<Response> readJson(Request &request)
{
    if (request.raw.trimmed().isEmpty())
        return {};
    const auto header = request.headers.find("content-type");
    const auto type = header == request.headers.end() ? QByteArray() : header->second.toLower();
    if (!type.isEmpty() && !type.startsWith("application/json"))
        return graphError(
            415, u"UnsupportedMediaType"_s,
            u"The request entity's media type '%1' is not supported for this resource."_s.arg(QString::fromLatin1(type)));
    const auto document = QJsonDocument::fromJson(request.raw);
    if (type.isEmpty() || !document.isObject())
        return graphError(400, u"BadRequest"_s,
                          u"Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of "
                          "valid JSON format."_s);
    request.body = document.object();
    return {};
}

std::optional<QString> withoutVersion(const QString &path)
{
    if (!path.startsWith(u"/v1.0/"_s))
        return {};
    return path.mid(5);
}

} // namespace pimgate::demo
