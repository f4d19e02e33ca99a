#include "graph/GraphService.h"

#include "graph/GraphErrors.h"
#include "graph/Json.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QLocale>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSet>
#include <QUuid>

#include <algorithm>

namespace pimgate {

/// One call as it is asked for; sent as often as the rules below allow.
struct GraphService::Ask
{
    QByteArray method = "GET";
    QString path; ///< below the version root
    QUrl url;
    QJsonObject body;
    bool eventual = false;
    bool reads = true; ///< may be repeated when nobody knows whether the service acted

    QString where() const { return QString::fromLatin1(method) + QLatin1Char(' ') + path.section(QLatin1Char('?'), 0, 0); }
};

namespace {

using namespace std::chrono_literals;

constexpr int mostRetries = 5;
constexpr int mostNetworkRetries = 3;
constexpr int mostBatchParts = 20;
constexpr int mostPages = 5000;
constexpr auto longestRetryAfter = 300s;

struct GraphServiceWords
{
    Q_DECLARE_TR_FUNCTIONS(Graph)
};

Error stoppedCall(const QString &where)
{
    Error error;
    error.kind = Error::Kind::Cancelled;
    error.message = GraphServiceWords::tr("Stopped.");
    error.where = where;
    return error;
}

Error notUnderstood(const QString &where, int status)
{
    Error error;
    error.kind = Error::Kind::Protocol;
    error.status = status;
    error.message = GraphServiceWords::tr("The tenant's answer cannot be read.");
    error.next = GraphServiceWords::tr("Check that nothing between this computer and Microsoft changes answers, then try again.");
    error.where = where;
    return error;
}

bool wantsEventual(const QString &path)
{
    return path.contains(QLatin1String("$count")) || path.contains(QLatin1String("$search"));
}

bool isSuccess(int status)
{
    return status >= 200 && status < 300;
}

bool isPlainText(const HttpAnswer &answer)
{
    return answer.header("content-type").startsWith("text/plain");
}

/// Cut off or changed on the way, an answer of 200 says nothing.
bool canBeRead(const HttpAnswer &answer)
{
    return answer.body.trimmed().isEmpty() || isPlainText(answer) || QJsonDocument::fromJson(answer.body).isObject();
}

std::optional<std::chrono::seconds> retryAfterOf(const QByteArray &header)
{
    bool isNumber = false;
    const int seconds = header.trimmed().toInt(&isNumber);
    if (isNumber && seconds >= 0)
        return std::chrono::seconds(seconds);
    return std::nullopt; // Graph sends whole seconds (graph-contract 1.6); anything else is waited for as if unsaid
}

/// 2, 4, 8, 16, 32 s and up to a quarter more, so that many clients do not come back together.
std::chrono::milliseconds backOff(int tries)
{
    const std::chrono::milliseconds base = 2000ms * (1 << std::min(tries, 4));
    return base + std::chrono::milliseconds(QRandomGenerator::global()->bounded(int(base.count() / 4)));
}

/// Refused without having acted: too busy, locked by somebody else's write (graph-contract 1.1), or never reached.
bool didNotAct(const Error &error, int tries)
{
    static const QStringList locked{QStringLiteral("Directory_ConcurrencyViolation"), QStringLiteral("ResourceIsLocked")};
    return error.status == 429 || (error.status == 503 && error.retryAfter) || locked.contains(error.code) ||
           (error.code == QLatin1String(Http::notSent) && tries < mostNetworkRetries);
}

/// Whether it may be sent again: a write only when the service certainly did not act.
bool mayRepeat(const Error &error, bool reads, int tries)
{
    if (tries >= mostRetries || error.is(Error::Kind::Cancelled) || (error.retryAfter && *error.retryAfter > longestRetryAfter))
        return false;
    if (didNotAct(error, tries))
        return true;
    const bool unclear = error.is(Error::Kind::Network) || error.is(Error::Kind::Protocol);
    return reads && (error.status >= 500 || (unclear && tries < mostNetworkRetries));
}

/// Whether the service speaks for everybody who asks it, not for this call alone.
bool asksAllToWait(const Error &error)
{
    return error.status == 429 || (error.status == 503 && error.retryAfter);
}

std::chrono::milliseconds delayBefore(const Error &error, int tries)
{
    return error.retryAfter ? std::chrono::milliseconds(*error.retryAfter) : backOff(tries);
}

/// The claims of a Bearer challenge: base64 of either alphabet, padded or not.
QString challengeClaims(const QByteArray &wwwAuthenticate)
{
    static const QRegularExpression pattern(QStringLiteral("claims=\"([^\"]+)\""));
    const auto match = pattern.match(QString::fromLatin1(wwwAuthenticate));
    if (!match.hasMatch())
        return {};
    QByteArray text = match.captured(1).toLatin1();
    text.replace('-', '+').replace('_', '/');
    const QByteArray json = QByteArray::fromBase64(text);
    return QJsonDocument::fromJson(json).isObject() ? QString::fromUtf8(json) : QString();
}

/// The most specific of an error's codes; "UnknownError" around PIM's own JSON gives way to what is inside.
struct Said
{
    QString code;
    QString message;
    QString requestId;
};

Said saidIn(const QJsonObject &error)
{
    Said said{Json::text(error, "code"), Json::text(error, "message"), {}};
    if (said.message.startsWith(QLatin1Char('{'))) {
        const auto wrapped = QJsonDocument::fromJson(said.message.toUtf8()).object();
        if (wrapped.contains(QLatin1String("errorCode"))) {
            said.code = Json::text(wrapped, "errorCode");
            said.message = Json::text(wrapped, "message");
        }
    }
    for (const auto &detail : Json::array(error, "details")) {
        if (Json::text(detail.toObject(), "code") == QLatin1String("ObjectConflict"))
            said.code = QStringLiteral("ObjectConflict");
        // "The policy is invalid." alone helps nobody: which rule, and why, stands in here.
        if (const QString text = Json::text(detail.toObject(), "message"); !said.message.contains(text))
            said.message += QLatin1Char(' ') + text;
    }
    static const QRegularExpression numbered(QStringLiteral("(?:^|\\s)10\\d\\d:"));
    for (auto inner = error; !inner.isEmpty();) {
        inner =
            inner.contains(QLatin1String("innerError")) ? Json::object(inner, "innerError") : Json::object(inner, "innererror");
        if (const QString id = Json::text(inner, "request-id"); !id.isEmpty())
            said.requestId = id;
        // Conditional Access hides its numbered text in here.
        if (const QString message = Json::text(inner, "message"); numbered.match(message).hasMatch())
            said.message = message;
        const QString code = Json::text(inner, "code");
        bool isNumber = false;
        code.toInt(&isNumber);
        if (!code.isEmpty() && !isNumber)
            said.code = code;
    }
    return said;
}

QHash<QByteArray, QByteArray> partHeaders(const QJsonObject &json)
{
    QHash<QByteArray, QByteArray> headers;
    for (auto it = json.begin(); it != json.end(); ++it)
        headers.insert(it.key().toLower().toLatin1(), it.value().toString().toLatin1());
    return headers;
}

QJsonObject batchBody(const QList<BatchPart> &parts)
{
    QJsonArray requests;
    for (const auto &part : parts) {
        QJsonObject request{{QStringLiteral("id"), part.id},
                            {QStringLiteral("method"), QString::fromLatin1(part.method)},
                            {QStringLiteral("url"), part.url}};
        QJsonObject headers;
        if (wantsEventual(part.url))
            headers.insert(QStringLiteral("ConsistencyLevel"), QStringLiteral("eventual"));
        if (!part.body.isEmpty()) {
            headers.insert(QStringLiteral("Content-Type"), QStringLiteral("application/json"));
            request.insert(QStringLiteral("body"), part.body);
        }
        if (!headers.isEmpty())
            request.insert(QStringLiteral("headers"), headers);
        requests.append(request);
    }
    return {{QStringLiteral("requests"), requests}};
}

bool isReadPart(const BatchPart &part)
{
    return part.method == "GET" || part.url.endsWith(QLatin1String("/getByIds")) ||
           part.url.endsWith(QLatin1String("/conditionalAccess/evaluate"));
}

/// One batch full, one by one: with -O3 g++ 12 compiles QList::mid() in a coroutine into a list of garbage (measured).
QList<BatchPart> fewOf(const QList<BatchPart> &parts, qsizetype from)
{
    QList<BatchPart> few;
    for (qsizetype i = from; i < std::min<qsizetype>(parts.size(), from + mostBatchParts); ++i)
        few << parts.at(i);
    return few;
}

BatchAnswer partAnswer(const BatchPart &part, const QJsonObject &json)
{
    BatchAnswer answer;
    answer.id = part.id;
    answer.status = json.value(QStringLiteral("status")).toInt();
    answer.body = Json::object(json, "body");
    if (!answer.ok()) {
        const QByteArray body = QJsonDocument(answer.body).toJson(QJsonDocument::Compact);
        answer.error = GraphService::errorFrom(answer.status, body, partHeaders(Json::object(json, "headers")));
        answer.error.where = QString::fromLatin1(part.method) + QLatin1Char(' ') + part.url.section(QLatin1Char('?'), 0, 0);
    }
    return answer;
}

} // namespace

GraphService::GraphService(Session &session, QObject *parent) : QObject(parent), m_session(session), m_pace(session.clock()) {}

Task<Result<QJsonObject>> GraphService::get(QString path, std::stop_token stop)
{
    const Ask ask{"GET", path, m_session.cloud().graphUrl(path), {}, wantsEventual(path), true};
    co_return co_await send(ask, stop);
}

Task<Result<std::optional<QJsonObject>>> GraphService::find(QString path, std::stop_token stop)
{
    const auto found = co_await get(path, stop);
    if (found)
        co_return std::optional<QJsonObject>(*found);
    if (found.error().status == 404)
        co_return std::optional<QJsonObject>();
    co_return failure(found.error());
}

Task<Result<QJsonArray>> GraphService::list(QString path, bool eventual, int atMost, std::stop_token stop)
{
    Ask ask{"GET", path, m_session.cloud().graphUrl(path), {}, eventual || wantsEventual(path), true};
    QJsonArray all;
    QSet<QString> seen;
    for (;;) {
        const auto page = co_await send(ask, stop);
        if (!page)
            co_return failure(page.error());
        for (const auto &item : Json::array(*page, "value")) {
            if (atMost > 0 && all.size() >= atMost)
                break;
            all.append(item);
        }
        if (atMost > 0 && all.size() >= atMost)
            co_return all;
        const QString nextLink = Json::text(*page, "@odata.nextLink");
        if (nextLink.isEmpty())
            co_return all;
        if (seen.contains(nextLink) || seen.size() >= mostPages)
            co_return failure(notUnderstood(ask.where(), 200));
        seen.insert(nextLink);
        const auto next = nextPage(ask, nextLink);
        if (!next)
            co_return failure(next.error());
        ask = *next;
    }
}

Result<GraphService::Ask> GraphService::nextPage(const Ask &ask, const QString &nextLink) const
{
    Ask next = ask;
    next.url = QUrl::fromEncoded(nextLink.toUtf8());
    if (isOurs(next.url))
        return next;
    // Following it would hand the token to a stranger (graph-contract 1.3).
    Error error = notUnderstood(ask.where(), 200);
    error.message =
        GraphServiceWords::tr("The tenant's list goes on at another host (%1), which is not followed.").arg(next.url.host());
    return failure(error);
}

bool GraphService::isOurs(const QUrl &url) const
{
    const QUrl &graph = m_session.cloud().graph;
    return url.scheme() == graph.scheme() && url.host() == graph.host() && url.port() == graph.port();
}

Task<Result<QJsonObject>> GraphService::post(QString path, QJsonObject body, std::stop_token stop)
{
    const GraphRequest request{"POST", path, body};
    co_return co_await write(request, stop);
}

Task<Result<QJsonObject>> GraphService::ask(QString path, QJsonObject body, std::stop_token stop)
{
    const Ask ask{"POST", path, m_session.cloud().graphUrl(path), body, false, true};
    co_return co_await send(ask, stop);
}

Task<Result<QJsonObject>> GraphService::patch(QString path, QJsonObject body, std::stop_token stop)
{
    const GraphRequest request{"PATCH", path, body};
    co_return co_await write(request, stop);
}

Task<Outcome> GraphService::remove(QString path, std::stop_token stop)
{
    const GraphRequest request{"DELETE", path};
    const auto done = co_await write(request, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

Task<Result<QJsonObject>> GraphService::write(GraphRequest request, std::stop_token stop)
{
    const Ask ask{request.method, request.path, m_session.cloud().graphUrl(request.path), request.body, false, false};
    co_return co_await send(ask, stop);
}

Task<Result<QJsonObject>> GraphService::send(Ask ask, std::stop_token stop)
{
    const auto answer = co_await exchange(ask, stop);
    if (!answer)
        co_return failure(answer.error());
    if (isPlainText(*answer)) // $count answers with a bare number
        co_return QJsonObject{{QStringLiteral("value"), QString::fromUtf8(answer->body).remove(QChar(0xfeff)).trimmed()}};
    co_return QJsonDocument::fromJson(answer->body).object();
}

namespace {

Error refusalIn(const HttpAnswer &answer, const QString &where)
{
    return isSuccess(answer.status) ? notUnderstood(where, answer.status)
                                    : GraphService::errorFrom(answer.status, answer.body, answer.headers);
}

HttpRequest httpRequest(const QByteArray &method, const QUrl &url, const QJsonObject &body, bool eventual, const Secret &token)
{
    HttpRequest request;
    request.method = method;
    request.url = url;
    request.bearer = token;
    request.headers = {{"Accept", "application/json"},
                       {"client-request-id", QUuid::createUuid().toByteArray(QUuid::WithoutBraces)},
                       {"return-client-request-id", "true"}};
    if (eventual)
        request.headers.emplaceBack("ConsistencyLevel", "eventual");
    if (!body.isEmpty()) {
        request.headers.emplaceBack("Content-Type", "application/json");
        request.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    }
    return request;
}
} // namespace

Task<Result<HttpAnswer>> GraphService::exchange(Ask ask, std::stop_token stop)
{
    const auto first = co_await m_session.token(stop);
    if (!first)
        co_return failure(first.error());
    Secret token = *first;
    const Pace::Service service = Pace::serviceOf(ask.path);
    bool renewedOnce = false;
    bool steppedUp = false;
    for (int tries = 0;;) {
        const bool going = co_await m_pace.turn(service, stop);
        if (!going)
            co_return failure(stoppedCall(ask.where()));
        const HttpRequest request = httpRequest(ask.method, ask.url, ask.body, ask.eventual, token);
        const auto answer = co_await m_session.http().send(request, stop);
        const bool readable = answer && isSuccess(answer->status) && canBeRead(*answer);
        if (readable)
            co_return answer;
        Error error = answer ? refusalIn(*answer, ask.where()) : answer.error();
        error.where = ask.where();

        if (!error.claims.isEmpty()) {
            if (steppedUp)
                co_return failure(error);
            steppedUp = true;
            const QString claims = error.claims;
            const auto stronger = co_await m_session.stepUp(claims, stop);
            if (!stronger)
                co_return failure(stronger.error());
            token = *stronger; // exactly this one carries the answer to the challenge
            continue;
        }
        if (error.status == 401 && !renewedOnce) {
            renewedOnce = true;
            const Secret rejected = token;
            const auto fresh = co_await m_session.renewed(rejected, stop);
            if (!fresh)
                co_return failure(fresh.error());
            token = *fresh;
            continue;
        }
        if (!mayRepeat(error, ask.reads, tries))
            co_return failure(error);
        const auto delay = delayBefore(error, tries);
        ++tries;
        if (asksAllToWait(error)) { // the next turn comes when that is over
            m_pace.hold(service, delay);
            continue;
        }
        const bool waited = co_await clock().sleep(delay, stop);
        if (!waited)
            co_return failure(stoppedCall(ask.where()));
    }
}

Task<Result<QList<BatchAnswer>>> GraphService::batch(QList<BatchPart> parts, std::stop_token stop)
{
    QList<BatchAnswer> answers;
    for (qsizetype at = 0; at < parts.size(); at += mostBatchParts) {
        const QList<BatchPart> twenty = fewOf(parts, at);
        const auto some = co_await batchOfTwenty(twenty, stop);
        if (!some)
            co_return failure(some.error());
        answers += *some;
    }
    co_return answers;
}

Task<Result<QList<BatchAnswer>>> GraphService::batchOfTwenty(QList<BatchPart> parts, std::stop_token stop)
{
    QHash<QString, BatchAnswer> answers;
    QList<BatchPart> open = parts;
    bool steppedUp = false;
    for (int tries = 0;; ++tries) {
        const bool reads = std::all_of(open.cbegin(), open.cend(), isReadPart);
        const Ask ask{
            "POST", QStringLiteral("/$batch"), m_session.cloud().graphUrl(QStringLiteral("/$batch")), batchBody(open), false,
            reads};
        const auto sent = co_await send(ask, stop);
        if (!sent)
            co_return failure(sent.error());
        QHash<QString, QJsonObject> responses;
        for (const auto &response : Json::array(*sent, "responses"))
            responses.insert(Json::text(response.toObject(), "id").toLower(), response.toObject());

        QList<BatchPart> again;
        std::chrono::milliseconds delay{0};
        QString claims;
        for (const auto &part : open) {
            if (!responses.contains(part.id.toLower()))
                co_return failure(notUnderstood(ask.where(), 200));
            const BatchAnswer answer = partAnswer(part, responses.value(part.id.toLower()));
            answers.insert(part.id, answer);
            if (answer.ok())
                continue;
            if (!answer.error.claims.isEmpty() && !steppedUp) {
                claims = answer.error.claims;
                again << part;
            } else if (mayRepeat(answer.error, isReadPart(part), tries)) {
                delay = std::max(delay, delayBefore(answer.error, tries));
                if (asksAllToWait(answer.error))
                    m_pace.hold(Pace::serviceOf(part.url), delay);
                again << part;
            }
        }
        if (again.isEmpty())
            break;
        open = again;
        if (!claims.isEmpty()) {
            steppedUp = true;
            const auto stronger = co_await m_session.stepUp(claims, stop);
            if (!stronger)
                co_return failure(stronger.error());
        }
        const bool waited = co_await clock().sleep(delay, stop);
        if (!waited)
            co_return failure(stoppedCall(ask.where()));
    }
    QList<BatchAnswer> inOrder;
    for (const auto &part : parts)
        inOrder << answers.value(part.id);
    co_return inOrder;
}

QString GraphService::reference(const QString &path) const
{
    return m_session.cloud().graphUrl(path).toString(QUrl::FullyEncoded);
}

QString GraphService::query(std::initializer_list<std::pair<const char *, QString>> parts)
{
    QStringList pairs;
    for (const auto &[name, value] : parts)
        pairs << QString::fromLatin1(name) + QLatin1Char('=') + QString::fromLatin1(QUrl::toPercentEncoding(value, "$'(),:/"));
    return pairs.join(QLatin1Char('&'));
}

QString GraphService::literal(const QString &text)
{
    QString doubled = text;
    doubled.replace(QLatin1Char('\''), QLatin1String("''"));
    return QLatin1Char('\'') + doubled + QLatin1Char('\'');
}

QString GraphService::segment(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text, "@"));
}

Error GraphService::errorFrom(int status, const QByteArray &body, const QHash<QByteArray, QByteArray> &headers)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    const Said said = saidIn(Json::object(json, "error"));
    Error error;
    error.status = status;
    error.code = said.code;
    error.requestId = QString::fromLatin1(headers.value("request-id"));
    if (error.requestId.isEmpty())
        error.requestId = said.requestId;
    error.retryAfter = retryAfterOf(headers.value("retry-after"));
    GraphErrors::explain(error, said.message);
    if (status == 401 || status == 403)
        if (const QString claims = challengeClaims(headers.value("www-authenticate")); !claims.isEmpty())
            error.claims = claims;
    return error;
}

} // namespace pimgate
