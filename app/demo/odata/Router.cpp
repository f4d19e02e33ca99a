#include "demo/odata/Router.h"

#include <QJsonDocument>
#include <QSet>

#include <algorithm>

namespace pimgate::demo {

bool Request::eventual() const
{
    const auto found = headers.find("consistencylevel");
    return found != headers.end() && found->second.toLower() == "eventual";
}

Response graphError(int status, const QString &code, const QString &message, const QJsonArray &details)
{
    QJsonObject error{{QStringLiteral("code"), code}, {QStringLiteral("message"), message}};
    if (!details.isEmpty())
        error.insert(QStringLiteral("details"), details);
    return {status, QJsonObject{{QStringLiteral("error"), error}}};
}

Response wrappedError(int status, const QString &code, const QString &message)
{
    const QJsonObject inside{{QStringLiteral("errorCode"), code}, {QStringLiteral("message"), message}};
    return graphError(status, QStringLiteral("UnknownError"),
                      QString::fromUtf8(QJsonDocument(inside).toJson(QJsonDocument::Compact)));
}

Response notFound(const QString &id)
{
    return graphError(404, QStringLiteral("Request_ResourceNotFound"),
                      QStringLiteral("Resource '%1' does not exist or one of its queried reference-property objects are not "
                                     "present.")
                          .arg(id));
}

Response badRequest(const QString &message)
{
    return graphError(400, QStringLiteral("Request_BadRequest"), message);
}

Response insufficientPrivileges()
{
    return graphError(403, QStringLiteral("Authorization_RequestDenied"),
                      QStringLiteral("Insufficient privileges to complete the operation."));
}

std::optional<Response> requireScope(const Request &request, std::initializer_list<const char *> anyOf)
{
    const auto granted = [&](const char *scope) { return request.caller.hasScope(QString::fromLatin1(scope)); };
    if (std::any_of(anyOf.begin(), anyOf.end(), granted))
        return {};
    return insufficientPrivileges();
}

std::optional<Response> requireRole(const Request &request, const std::set<QString> &anyOf)
{
    const auto held = [&](const QString &role) { return request.caller.hasRole(role); };
    if (held(roles::globalAdministrator()) || std::any_of(anyOf.begin(), anyOf.end(), held))
        return {};
    return insufficientPrivileges();
}

void Router::add(const char *method, const QString &pathTemplate, Handler handler)
{
    insert(m_graph, method, pathTemplate, std::move(handler));
}

void Router::addOpen(const char *method, const QString &pathTemplate, Handler handler)
{
    insert(m_open, method, pathTemplate, std::move(handler));
}

void Router::insert(Routes &routes, const char *method, const QString &pathTemplate, Handler handler)
{
    static const QRegularExpression placeholder(QStringLiteral("\\{([A-Za-z]+)\\}"));
    Route route;
    route.method = method;
    route.handler = std::move(handler);
    QString pattern;
    qsizetype from = 0;
    for (auto it = placeholder.globalMatch(pathTemplate); it.hasNext();) {
        const auto match = it.next();
        const auto literal = pathTemplate.mid(from, match.capturedStart() - from);
        pattern += QRegularExpression::escape(literal);
        pattern += literal.endsWith(QLatin1Char('\'')) ? QStringLiteral("([^'/]+)") : QStringLiteral("([^/()]+)");
        route.literalLength += int(literal.size());
        route.names.append(match.captured(1));
        from = match.capturedEnd();
    }
    const auto rest = pathTemplate.mid(from);
    pattern += QRegularExpression::escape(rest);
    route.literalLength += int(rest.size());
    route.pattern.setPattern(QRegularExpression::anchoredPattern(pattern));
    route.pattern.setPatternOptions(QRegularExpression::CaseInsensitiveOption);
    routes.push_back(std::move(route));
    // The most literal template first: ".../deletedItems/graph.group" before ".../deletedItems/{id}".
    std::stable_sort(routes.begin(), routes.end(), [](const Route &a, const Route &b) {
        return std::pair(a.names.size(), -a.literalLength) < std::pair(b.names.size(), -b.literalLength);
    });
}

Response Router::run(const Routes &routes, Store &store, Request &request)
{
    QList<QByteArray> allowed;
    for (const auto &route : routes) {
        const auto match = route.pattern.match(request.path);
        if (!match.hasMatch())
            continue;
        if (route.method != request.method) {
            if (!allowed.contains(route.method))
                allowed.append(route.method);
            continue;
        }
        for (qsizetype i = 0; i < route.names.size(); ++i)
            request.params.insert(route.names.at(i), match.captured(int(i) + 1));
        return route.handler(store, request);
    }
    if (allowed.isEmpty())
        return graphError(
            400, QStringLiteral("BadRequest"),
            QStringLiteral("Resource not found for the segment '%1'.").arg(request.path.section(QLatin1Char('/'), -1)));
    auto refusal = graphError(405, QStringLiteral("Request_BadRequest"),
                              QStringLiteral("Specified HTTP method is not allowed for the request target."));
    refusal.headers.emplaceBack("Allow", allowed.join(", "));
    return refusal;
}

namespace {

bool isUnknownSegment(const Response &response)
{
    return response.status == 400 &&
           response.json[QLatin1String("error")][QLatin1String("code")].toString() == QLatin1String("BadRequest");
}

/// "/me", "/users('key')", "/microsoft.graph.restore" and a slash at the end are other ways to say the same.
void normalizePath(Request &request)
{
    static const QRegularExpression keyInParentheses(QStringLiteral("\\('((?:[^'=/]|'')*)'\\)"));
    auto &path = request.path;
    for (auto match = keyInParentheses.match(path); match.hasMatch(); match = keyInParentheses.match(path)) {
        auto rowKey = match.captured(1);
        rowKey.replace(QLatin1String("''"), QLatin1String("'"));
        path.replace(match.capturedStart(), match.capturedLength(), QLatin1Char('/') + rowKey);
    }
    if (path.size() > 1 && path.endsWith(QLatin1Char('/')))
        path.chop(1);
    if (path == QLatin1String("/me") || path.startsWith(QLatin1String("/me/")))
        path = QStringLiteral("/users/") + request.caller.oid + path.mid(3);
    path.replace(QLatin1String("/microsoft.graph."), QLatin1String("/graph."));
}

/// Graph answers in JSON, and a $count in plain text.
bool acceptsAnswer(const Request &request)
{
    const auto accept = request.headers.find("accept");
    if (accept == request.headers.end() || accept->second.trimmed().isEmpty())
        return true;
    const auto ranges = accept->second.toLower().split(',');
    return std::any_of(ranges.begin(), ranges.end(), [](const QByteArray &range) {
        const auto type = range.left(range.indexOf(';') < 0 ? range.size() : range.indexOf(';')).trimmed();
        return type == "*/*" || type == "application/*" || type == "application/json" || type == "text/plain" || type == "text/*";
    });
}

void addLocation(Response &response, const Request &request)
{
    const auto there = std::any_of(response.headers.begin(), response.headers.end(),
                                   [](const auto &header) { return header.first == "Location"; });
    const auto rowId = response.json.toObject().value(QLatin1String("id")).toString();
    if (!there && !rowId.isEmpty())
        response.headers.emplaceBack(
            "Location", (request.origin + QStringLiteral("/v1.0") + request.path + QLatin1Char('/') + rowId).toUtf8());
}

bool wantsRepresentation(const Request &request)
{
    const auto prefer = request.headers.find("prefer");
    return prefer != request.headers.end() && prefer->second.toLower().contains("return=representation");
}

Response asCount(const Response &response)
{
    if (response.status != 200)
        return response;
    Response count;
    count.contentType = "text/plain";
    count.text = QByteArray::number(response.json[QLatin1String("@odata.count")].toInt());
    return count;
}

} // namespace

Response Router::route(Area area, Store &store, Request request) const
{
    request.now = store.now();
    request.pageKey = store.id(QStringLiteral("pageKey"), store.tenantId()).toLatin1();
    if (area == Area::Open)
        return run(m_open, store, request);
    if (!acceptsAnswer(request))
        return graphError(406, QStringLiteral("NotAcceptable"),
                          QStringLiteral("The requested media type is not supported: the answer is application/json."));
    normalizePath(request);
    auto response = routeGraph(store, request);
    if (response.status == 201)
        addLocation(response, request);
    if (request.method == "PATCH" && response.status == 204 && wantsRepresentation(request))
        return represented(store, request, response);
    return response;
}

Response Router::routeGraph(Store &store, Request request) const
{
    const auto countSuffix = QStringLiteral("/$count");
    const bool count = request.method == "GET" && request.path.endsWith(countSuffix);
    if (!count)
        return runGraph(store, request);
    if (!request.eventual())
        return badRequest(QStringLiteral("$count is not currently supported."));
    request.path.chop(countSuffix.size());
    request.query.insert(QStringLiteral("$count"), QStringLiteral("true"));
    return asCount(runGraph(store, request));
}

Response Router::runGraph(Store &store, Request &request) const
{
    auto response = run(m_graph, store, request);
    const auto action = request.path.section(QLatin1Char('/'), -1);
    if (!isUnknownSegment(response) || !action.startsWith(QLatin1String("graph.")))
        return response;
    request.path.remove(request.path.size() - action.size(), 6); // a bound action by its full name
    return run(m_graph, store, request);
}

/// The 204 of a PATCH becomes the changed object, where it can be read under the same path (contract 1).
Response Router::represented(Store &store, const Request &request, const Response &silent) const
{
    auto reading = request;
    reading.method = "GET";
    reading.body = {};
    reading.query.clear();
    auto response = routeGraph(store, reading);
    if (response.status != 200)
        return silent;
    response.headers.emplaceBack("Preference-Applied", "return=representation");
    return response;
}

void Router::runHooks(Store &store) const
{
    const auto now = store.now();
    for (const auto &hook : m_hooks)
        hook(store, now);
}

SignInVerdict Router::checkSignIn(Store &store, const SignInAttempt &attempt) const
{
    return m_signInCheck ? m_signInCheck(store, attempt) : SignInVerdict{};
}

} // namespace pimgate::demo
