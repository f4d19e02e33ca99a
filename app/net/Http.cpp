#include "net/Http.h"

#include "net/NetworkManager.h"
#include "net/Redaction.h"

#include <QCoreApplication>
#include <QFile>
#include <QHostAddress>
#include <QLocale>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QSslCertificate>
#include <QTimeZone>

namespace pimgate {
namespace {

constexpr int ringSize = 500;
constexpr int mostRedirects = 5;
constexpr int mostRecordedBytes = 256 * 1024;

struct HttpText
{
    Q_DECLARE_TR_FUNCTIONS(Http)
};

QString callOf(const QByteArray &method, const QUrl &url)
{
    return QString::fromLatin1(method) + QLatin1Char(' ') + url.host() + url.path();
}

Error plainHttpRefused(const HttpRequest &request)
{
    Error error;
    error.kind = Error::Kind::Input;
    error.message = HttpText::tr("“%1” is not an https address, so nothing is sent to it.").arg(request.url.host());
    error.next = HttpText::tr("Use an https address; plain http is for this computer alone.");
    error.where = callOf(request.method, request.url);
    return error;
}

Error cancelled(const HttpRequest &request)
{
    Error error;
    error.kind = Error::Kind::Cancelled;
    error.message = HttpText::tr("Stopped before the answer came.");
    error.where = callOf(request.method, request.url);
    return error;
}

HttpAnswer answerOf(QNetworkReply &reply)
{
    HttpAnswer answer;
    answer.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.url = reply.url();
    for (const auto &[name, value] : reply.rawHeaderPairs())
        answer.headers.insert(name.toLower(), value);
    answer.body = reply.readAll();
    return answer;
}

QDateTime httpDate(const QByteArray &header)
{
    auto date = QLocale::c().toDateTime(QString::fromLatin1(header), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    date.setTimeZone(QTimeZone::utc());
    return date.toUTC();
}

QString tlsDetail(const QNetworkReply &reply)
{
    return reply.errorString().left(200);
}

QByteArray methodOf(const QNetworkReply &reply)
{
    switch (reply.operation()) {
    case QNetworkAccessManager::GetOperation:
        return "GET";
    case QNetworkAccessManager::PostOperation:
        return "POST";
    case QNetworkAccessManager::PutOperation:
        return "PUT";
    case QNetworkAccessManager::DeleteOperation:
        return "DELETE";
    case QNetworkAccessManager::HeadOperation:
        return "HEAD";
    default:
        return reply.request().attribute(QNetworkRequest::CustomVerbAttribute).toByteArray();
    }
}

bool mayBeSent(const QUrl &url)
{
    return url.isValid() && (url.scheme() == QLatin1String("https") || Http::isLoopback(url));
}

bool isRedirect(const HttpAnswer &answer)
{
    return answer.status >= 301 && answer.status <= 308 && answer.status != 304 && !answer.header("location").isEmpty();
}

} // namespace

Http::Http(Clock &clock, QObject *parent) : QObject(parent), m_clock(clock), m_manager(std::make_unique<NetworkManager>())
{
    // Connected before any caller's slot, so the body can still be looked at; holds NetworkAuth's own requests too.
    connect(m_manager.get(), &QNetworkAccessManager::finished, this, &Http::observe);
}

Http::~Http() = default;

QNetworkAccessManager &Http::manager()
{
    return *m_manager;
}

void Http::setTimeouts(std::chrono::milliseconds connect, std::chrono::milliseconds answer)
{
    m_manager->setTimeouts(connect, answer);
}

Outcome Http::trust(const QString &caFile)
{
    QFile file(caFile);
    const auto authorities = file.open(QIODevice::ReadOnly) ? QSslCertificate::fromDevice(&file) : QList<QSslCertificate>();
    if (authorities.isEmpty())
        return failure(Error::Kind::Input, HttpText::tr("“%1” holds no certificate.").arg(caFile),
                       HttpText::tr("Give the file of the authority in PEM form."));
    m_manager->trust(authorities);
    return {};
}

bool Http::isLoopback(const QUrl &url)
{
    const QString host = url.host();
    return host == QLatin1String("localhost") || QHostAddress(host).isLoopback();
}

Task<Result<HttpAnswer>> Http::send(HttpRequest request, std::stop_token stop)
{
    for (int hop = 0;; ++hop) {
        const auto answer = co_await sendOnce(request, stop);
        if (!answer || !request.followRedirects || hop >= mostRedirects || !isRedirect(*answer))
            co_return answer;
        const QUrl target = request.url.resolved(QUrl::fromEncoded(answer->header("location")));
        if (target.host() != request.url.host() || target.port() != request.url.port())
            request.bearer = Secret();
        request.url = target;
        request.method = "GET";
        request.body.clear();
    }
}

Task<Result<HttpAnswer>> Http::sendOnce(HttpRequest request, std::stop_token stop)
{
    if (stop.stop_requested())
        co_return failure(cancelled(request));
    if (!mayBeSent(request.url))
        co_return failure(plainHttpRefused(request));

    QNetworkReply *reply = start(request);
    // Queued: abort() finishes the reply at once, which would resume this coroutine inside its own stop callback.
    std::stop_callback<std::function<void()>> abortOnStop(
        stop, [reply] { QMetaObject::invokeMethod(reply, &QNetworkReply::abort, Qt::QueuedConnection); });
    if (!reply->isFinished())
        co_await untilEmitted(reply, &QNetworkReply::finished);
    reply->deleteLater();
    if (answered(*reply))
        co_return answerOf(*reply);
    if (stop.stop_requested())
        co_return failure(cancelled(request));
    co_return failure(noAnswer(*reply));
}

QNetworkReply *Http::start(const HttpRequest &request)
{
    QNetworkRequest qt(request.url);
    for (const auto &[name, value] : request.headers)
        qt.setRawHeader(name, value);
    if (!request.bearer.isEmpty())
        qt.setRawHeader("Authorization", "Bearer " + request.bearer.reveal());
    if (request.method == "GET")
        return m_manager->get(qt);
    return m_manager->sendCustomRequest(qt, request.method, request.body);
}

bool Http::answered(const QNetworkReply &reply)
{
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    // 201-299 and 401-499 of QNetworkReply mean "an answer with such a status", and so does 302 (400 Bad Request);
    // everything else is a broken transfer.
    const int error = reply.error();
    return status > 0 && (error == QNetworkReply::NoError || (error > 200 && error < 300) || error > 400 ||
                          error == QNetworkReply::ProtocolInvalidOperationError);
}

Error Http::noAnswer(const QNetworkReply &reply)
{
    const QString host = reply.url().host();
    Error error;
    error.kind = Error::Kind::Network;
    error.where = callOf(methodOf(reply), reply.url());
    switch (reply.error()) {
    case QNetworkReply::ConnectionRefusedError:
        error.code = QLatin1String(notSent);
        error.message = HttpText::tr("%1 refuses the connection.").arg(host);
        error.next = HttpText::tr("Check that a firewall or a proxy lets this computer through, then try again.");
        break;
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::TemporaryNetworkFailureError:
    case QNetworkReply::NetworkSessionFailedError:
    case QNetworkReply::UnknownNetworkError:
        if (reply.error() == QNetworkReply::HostNotFoundError)
            error.code = QLatin1String(notSent);
        error.message = HttpText::tr("%1 cannot be found: this computer looks offline.").arg(host);
        error.next = HttpText::tr("Check the internet connection, then try again.");
        break;
    case QNetworkReply::SslHandshakeFailedError:
        error.message = HttpText::tr("No trusted connection to %1: %2").arg(host, tlsDetail(reply));
        error.next =
            HttpText::tr("Check this computer's date and time; a proxy that reads https must be trusted by this computer.");
        break;
    case QNetworkReply::TimeoutError:
    case QNetworkReply::OperationCanceledError:
        if (NetworkManager::isConnecting(&reply)) {
            error.message = HttpText::tr("No connection to %1 comes about.").arg(host);
            error.next = HttpText::tr("Check that a firewall or a proxy lets this computer through, then try again.");
            break;
        }
        error.message = HttpText::tr("%1 does not answer in time.").arg(host);
        error.next = HttpText::tr("Try again; if it stays so, check the connection and Microsoft's service status.");
        break;
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        error.message = HttpText::tr("%1 closed the connection before its answer was complete.").arg(host);
        error.next = HttpText::tr("Look at what the tenant shows now before you try again.");
        break;
    case QNetworkReply::ProxyConnectionRefusedError:
    case QNetworkReply::ProxyConnectionClosedError:
    case QNetworkReply::ProxyNotFoundError:
    case QNetworkReply::ProxyTimeoutError:
    case QNetworkReply::ProxyAuthenticationRequiredError:
    case QNetworkReply::UnknownProxyError:
        error.message = HttpText::tr("The proxy does not connect to %1: %2").arg(host, reply.errorString().left(200));
        error.next = HttpText::tr("Check the proxy settings of this computer.");
        break;
    default:
        error.message = HttpText::tr("No answer from %1: %2").arg(host, reply.errorString().left(200));
        error.next = HttpText::tr("Try again; if it stays so, check the connection.");
    }
    return error;
}

void Http::observe(QNetworkReply *reply)
{
    m_clock.learn(httpDate(reply->rawHeader("Date")));
    Exchange exchange;
    exchange.at = m_clock.now();
    exchange.method = methodOf(*reply);
    exchange.url = Redaction::url(reply->url());
    exchange.requestBody = Redaction::body(NetworkManager::sentBody(reply));
    exchange.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    exchange.responseBody = reply->isOpen() ? Redaction::body(reply->peek(mostRecordedBytes)) : QByteArray();
    exchange.requestId = QString::fromLatin1(reply->rawHeader("request-id"));
    exchange.milliseconds = NetworkManager::age(reply);
    remember(std::move(exchange));
}

QString Http::transcript() const
{
    QStringList lines;
    for (const Exchange &exchange : m_ring) {
        lines << QStringLiteral("%1  %2  %3 ms  %4 %5  %6")
                     .arg(exchange.at.toString(Qt::ISODateWithMs),
                          exchange.status > 0 ? QString::number(exchange.status) : QStringLiteral("---"))
                     .arg(exchange.milliseconds)
                     .arg(QString::fromLatin1(exchange.method), exchange.url.toString(QUrl::FullyEncoded), exchange.requestId);
        if (exchange.status >= 400)
            lines << QLatin1String("    ") + QString::fromUtf8(exchange.responseBody).simplified().left(1000);
    }
    return lines.join(QLatin1Char('\n'));
}

void Http::remember(Exchange exchange)
{
    if (m_ring.size() >= ringSize)
        m_ring.removeFirst();
    m_ring.append(exchange);
    Q_EMIT exchanged(exchange);
}

} // namespace pimgate
