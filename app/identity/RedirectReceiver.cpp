#include "identity/RedirectReceiver.h"

#include "identity/IdToken.h"
#include "identity/SignInErrors.h"
#include "net/Http.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QNetworkReply>
#include <QTimer>

namespace pimgate {
namespace {

constexpr qint64 longestHead = 32 * 1024;
constexpr int portAttempts = 10;
constexpr int strangerMilliseconds = 10'000;

QString formDecoded(QByteArray text)
{
    return QUrl::fromPercentEncoding(text.replace('+', ' '));
}

/// The values of "GET /?a=b&c=d HTTP/1.1"; empty when it is any other request.
QHash<QString, QString> redirectValues(const QByteArray &head)
{
    const auto words = head.left(head.indexOf('\r')).split(' ');
    if (words.size() != 3 || words.at(0) != "GET" || !words.at(1).startsWith("/?"))
        return {};
    QHash<QString, QString> values;
    for (const auto &pair : words.at(1).mid(2).split('&')) {
        const qsizetype equals = pair.indexOf('=');
        if (equals > 0)
            values.insert(formDecoded(pair.left(equals)), formDecoded(pair.mid(equals + 1)));
    }
    return values;
}

QByteArray hostOf(const QByteArray &head)
{
    for (const auto &line : head.split('\n'))
        if (line.left(5).toLower() == "host:")
            return line.mid(5).trimmed().toLower();
    return {};
}

struct PageWords
{
    Q_DECLARE_TR_FUNCTIONS(RedirectPage)
};

QByteArray page(const QString &title, const QStringList &paragraphs, const char *colour)
{
    QString text;
    for (const QString &paragraph : paragraphs)
        text += QLatin1String("<p>") + paragraph.toHtmlEscaped() + QLatin1String("</p>");
    const bool rightToLeft = QLocale().textDirection() == Qt::RightToLeft;
    return QStringLiteral("<!doctype html><html lang=\"%1\" dir=\"%2\"><head><meta charset=\"utf-8\">"
                          "<meta name=\"viewport\" content=\"width=device-width\"><title>%3</title><style>"
                          ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;display:grid;place-items:center;"
                          "min-height:90vh;margin:0}main{max-width:30em;padding:2em;border-top:4px solid %5}"
                          "h1{font-size:1.4em;margin:0 0 .5em}</style></head><body><main><h1>%3</h1>%4</main></body></html>")
        .arg(QLocale().bcp47Name(), rightToLeft ? QStringLiteral("rtl") : QStringLiteral("ltr"), title.toHtmlEscaped(), text,
             QLatin1String(colour))
        .toUtf8();
}

QByteArray resultPage(const Result<QByteArray> &result)
{
    if (result)
        return page(PageWords::tr("You are signed in"), {PageWords::tr("Close this window and go back to PIM Gate.")}, "#0f7b3f");
    const Error &error = result.error();
    if (error.is(Error::Kind::Cancelled))
        return page(PageWords::tr("Sign-in stopped"), {PageWords::tr("It was stopped in PIM Gate. Close this window.")},
                    "#8a6100");
    QStringList paragraphs{error.message, error.next, error.code};
    paragraphs.removeAll(QString());
    return page(PageWords::tr("Not signed in"), paragraphs, "#b3261e");
}

void respond(QTcpSocket *socket, const QByteArray &status, const QByteArray &body)
{
    socket->write("HTTP/1.1 " + status +
                  "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + QByteArray::number(body.size()) +
                  "\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
                  "X-Content-Type-Options: nosniff\r\n"
                  "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\r\n" +
                  body);
    socket->disconnectFromHost();
}

Result<QByteArray> tokenAnswer(QNetworkReply &reply)
{
    if (!Http::answered(reply))
        return failure(Http::noAnswer(reply));
    const int status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray body = reply.readAll();
    if (status != 200 || !QJsonDocument::fromJson(body).object().contains(QStringLiteral("access_token")))
        return failure(SignInErrors::fromTokenAnswer(status, body));
    return body;
}

tl::unexpected<Error> fromElsewhere()
{
    return failure(
        Error::Kind::SignIn, QCoreApplication::translate("SignIn", "The answer in the browser comes from another sign-in host."),
        QCoreApplication::translate("SignIn", "Sign in again; if it stays so, check the address of the sign-in host."));
}

} // namespace

RedirectReceiver::RedirectReceiver(QString state, Cloud cloud, QObject *parent)
    : QAbstractOAuthReplyHandler(parent), m_state(std::move(state)), m_cloud(std::move(cloud))
{
    for (auto &server : m_servers)
        connect(&server, &QTcpServer::newConnection, this, [this, &server] { accept(server); });
}

Outcome RedirectReceiver::listen()
{
    auto &[v4, v6] = m_servers;
    for (int attempt = 0; attempt < portAttempts; ++attempt) {
        if (!v4.listen(QHostAddress::LocalHost, 0))
            break;
        // A machine without ::1 does with 127.0.0.1; a port that another program has on ::1 does not do: it would be
        // asked first by browsers that prefer IPv6.
        if (v6.listen(QHostAddress::LocalHostIPv6, v4.serverPort()) || v6.serverError() != QAbstractSocket::AddressInUseError)
            return {};
        v4.close();
    }
    return failure(Error::Kind::SignIn,
                   QCoreApplication::translate("SignIn", "This computer does not let PIM Gate wait for the browser: %1")
                       .arg(v4.errorString()),
                   QCoreApplication::translate("SignIn", "Allow it to listen on localhost, then sign in again."));
}

QString RedirectReceiver::callback() const
{
    return QStringLiteral("http://localhost:%1/").arg(m_servers.front().serverPort());
}

void RedirectReceiver::accept(QTcpServer &server)
{
    while (QTcpSocket *socket = server.nextPendingConnection()) {
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        QTimer::singleShot(strangerMilliseconds, socket, [this, socket] {
            if (socket != m_browser)
                socket->abort();
        });
    }
}

void RedirectReceiver::read(QTcpSocket *socket)
{
    const QByteArray head = socket->peek(longestHead);
    if (head.contains("\r\n\r\n")) {
        disconnect(socket, &QTcpSocket::readyRead, this, nullptr);
        socket->readAll();
        answerRequest(socket, head);
    } else if (head.size() >= longestHead) {
        socket->abort();
    }
}

void RedirectReceiver::answerRequest(QTcpSocket *socket, const QByteArray &head)
{
    const auto values = redirectValues(head);
    if (isExpected(head, values))
        take(socket, values);
    else
        respond(socket, "404 Not Found",
                page(PageWords::tr("Nothing here"), {PageWords::tr("This address waits for one sign-in only.")}, "#555"));
}

bool RedirectReceiver::isExpected(const QByteArray &head, const QHash<QString, QString> &values) const
{
    // The name is checked so that a web page cannot reach us by a name of its own that points here.
    const QByteArray port = ':' + QByteArray::number(m_servers.front().serverPort());
    const QByteArray host = hostOf(head);
    const bool ours = host == "localhost" + port || host == "127.0.0.1" + port || host == "[::1]" + port;
    return ours && !m_taken && !m_finished && values.value(QStringLiteral("state")) == m_state &&
           (values.contains(QStringLiteral("code")) || values.contains(QStringLiteral("error")));
}

void RedirectReceiver::take(QTcpSocket *browser, const QHash<QString, QString> &values)
{
    m_taken = true;
    m_browser = browser;
    // RFC 9207: nothing that another host says is believed, and no code is sent for it.
    const QString issuer = QStringLiteral("iss");
    if (values.contains(issuer) && !IdToken::isIssuerOf(m_cloud, values.value(issuer))) {
        finish(fromElsewhere());
        return;
    }
    if (values.contains(QStringLiteral("error"))) {
        finish(failure(SignInErrors::fromRedirect(values)));
        return;
    }
    m_code = values.value(QStringLiteral("code"));
    m_redeeming = true;
    Q_EMIT callbackReceived({{QStringLiteral("code"), m_code}, {QStringLiteral("state"), m_state}});
}

void RedirectReceiver::networkReplyFinished(QNetworkReply *reply)
{
    m_redeeming = false;
    reply->deleteLater();
    finish(tokenAnswer(*reply));
    if (m_retired)
        deleteLater();
}

void RedirectReceiver::finish(Result<QByteArray> result)
{
    if (m_finished)
        return;
    m_finished = true;
    m_result = std::move(result);
    if (m_browser)
        respond(m_browser, "200 OK", resultPage(m_result));
    for (auto &server : m_servers)
        server.close();
    // Queued: the coroutine that waits destroys the flow whose signal this may be.
    QMetaObject::invokeMethod(this, &RedirectReceiver::finished, Qt::QueuedConnection);
}

void RedirectReceiver::retire()
{
    m_retired = true;
    setParent(nullptr);
    if (m_redeeming)
        return;
    // The browser still reads the last page; sockets are children of the servers here.
    QTimer::singleShot(m_browser ? 2000 : 0, this, &QObject::deleteLater);
}

} // namespace pimgate
