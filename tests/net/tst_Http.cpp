#include "net/Http.h"
#include "wire/WireServer.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>
#include <QTimer>

using namespace pimgate;
using namespace pimgate::test;

class tst_Http : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writeIsSentOnceWhenTheConnectionBreaks_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::newRow("POST") << QByteArray("POST");
        QTest::newRow("PATCH") << QByteArray("PATCH");
    }
    void writeIsSentOnceWhenTheConnectionBreaks()
    {
        QFETCH(QByteArray, method);
        WireServer server([](const WireRequest &) { return WireAnswer{.drop = true}; });
        HttpRequest request{method, server.url(QStringLiteral("/groups")), {}, "{\"a\":1}", {}};
        const auto answer = QCoro::waitFor(m_http.send(request));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, Error::Kind::Network);
        QCOMPARE(server.count(QStringLiteral("/groups")), 1);
        QCOMPARE(server.requests.first().body, QByteArray("{\"a\":1}"));
    }

    void plainHttpLeavesTheComputerNever()
    {
        HttpRequest request;
        request.url = QUrl(QStringLiteral("http://192.0.2.1/me"));
        QElapsedTimer timer;
        timer.start();
        const auto answer = QCoro::waitFor(m_http.send(request));
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, Error::Kind::Input);
        QVERIFY(timer.elapsed() < 500);
        QVERIFY(m_http.exchanges().isEmpty() || m_http.exchanges().last().url.host() != QLatin1String("192.0.2.1"));
    }

    void anyStatusIsAnAnswer()
    {
        WireServer server([](const WireRequest &) { return WireAnswer::graphError(503, "busy").with("X-Test", "1"); });
        HttpRequest request;
        request.url = server.url(QStringLiteral("/a"));
        const auto answer = QCoro::waitFor(m_http.send(request));
        QVERIFY(answer);
        QCOMPARE(answer->status, 503);
        QCOMPARE(answer->header("x-test"), QByteArray("1"));
        QVERIFY(answer->body.contains("busy"));
    }

    void redirectIsFollowedOnlyWhenAsked()
    {
        WireServer other([](const WireRequest &) { return WireAnswer{200, "there", {}}; });
        WireServer server([&](const WireRequest &) {
            return WireAnswer{302, {}, {{"Location", other.origin().toLatin1() + "/b"}}};
        });
        HttpRequest request;
        request.url = server.url(QStringLiteral("/a"));
        request.bearer = Secret(QByteArray("sesame"));
        const auto stay = QCoro::waitFor(m_http.send(request));
        QCOMPARE(stay->status, 302);
        request.followRedirects = true;
        const auto go = QCoro::waitFor(m_http.send(request));
        QCOMPARE(go->body, QByteArray("there"));
        QVERIFY(server.requests.first().headers.contains("authorization"));
        QVERIFY(!other.requests.first().headers.contains("authorization"));
    }

    void stopEndsItWithinASecond()
    {
        WireServer server([](const WireRequest &) { return WireAnswer{.silent = true}; });
        std::stop_source stop;
        HttpRequest request;
        request.url = server.url(QStringLiteral("/slow"));
        QTimer::singleShot(100, this, [&] { stop.request_stop(); });
        QElapsedTimer timer;
        timer.start();
        const auto answer = QCoro::waitFor(m_http.send(request, stop.get_token()));
        QVERIFY(timer.elapsed() < 1000);
        QCOMPARE(answer.error().kind, Error::Kind::Cancelled);
    }

    void reasonsOfNoAnswerDiffer()
    {
        WireServer server([](const WireRequest &) { return WireAnswer{.silent = true}; });
        quint16 freePort = 0;
        {
            QTcpServer gone;
            gone.listen(QHostAddress::LocalHost);
            freePort = gone.serverPort();
        }
        QSet<QString> messages;
        const auto reason = [&](const QUrl &url) {
            HttpRequest request;
            request.url = url;
            const auto answer = QCoro::waitFor(m_http.send(request));
            if (!answer && answer.error().is(Error::Kind::Network) && !answer.error().next.isEmpty())
                messages.insert(QString(answer.error().message).remove(url.host()));
        };
        reason(QUrl(QStringLiteral("http://127.0.0.1:%1/").arg(freePort)));
        reason(QUrl(QStringLiteral("https://no-such-host.invalid/")));
        reason(QUrl(QStringLiteral("https://127.0.0.1:%1/").arg(plainAnswerer()->serverPort())));
        m_http.setTimeouts(std::chrono::milliseconds(500), std::chrono::milliseconds(300));
        reason(server.url(QStringLiteral("/")));
        QTcpServer deaf; // takes the connection and never shakes hands
        deaf.listen(QHostAddress::LocalHost);
        reason(QUrl(QStringLiteral("https://127.0.0.1:%1/").arg(deaf.serverPort())));
        m_http.setTimeouts(std::chrono::seconds(20), std::chrono::seconds(60));
        QVERIFY2(messages.size() == 5, qPrintable(QStringList(messages.values()).join(QLatin1Char('\n'))));
    }

    void recordHoldsNoSecrets()
    {
        WireServer server([](const WireRequest &) {
            return WireAnswer::json({{QStringLiteral("access_token"), QStringLiteral("s3cret-a")},
                                     {QStringLiteral("refresh_token"), QStringLiteral("s3cret-b")},
                                     {QStringLiteral("client_info"), QStringLiteral("s3cret-c")},
                                     {QStringLiteral("error"), QJsonObject{{QStringLiteral("code"), QStringLiteral("Kept")}}}});
        });
        HttpRequest request;
        request.method = "POST";
        request.url = server.url(QStringLiteral("/token?code=s3cret-d&state=kept"));
        request.bearer = Secret(QByteArray("s3cret-e"));
        request.body = "grant_type=kept&code=s3cret-f&code_verifier=s3cret-g&refresh_token=s3cret-h";
        QVERIFY(QCoro::waitFor(m_http.send(request)));
        const Exchange last = m_http.exchanges().last();
        const QByteArray all = last.url.toEncoded() + last.requestBody + last.responseBody;
        QVERIFY2(!all.contains("s3cret"), all.constData());
        QVERIFY(all.contains("grant_type=kept") && all.contains("state=kept") && all.contains("\"code\":\"Kept\""));
        QVERIFY(server.requests.first().body.contains("s3cret-f"));
    }

    /// What goes to the internet takes the system's proxy, and its refusal is told as the proxy's; loopback never does.
    void theSystemsProxyIsUsedForTheInternetAlone()
    {
        QByteArray asked;
        QTcpServer proxy;
        proxy.listen(QHostAddress::LocalHost);
        connect(&proxy, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = proxy.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&asked, socket] {
                asked += socket->readAll();
                socket->write("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic "
                              "realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
                socket->disconnectFromHost();
            });
        });
        const QByteArray address = "http://127.0.0.1:" + QByteArray::number(proxy.serverPort());
        qputenv("https_proxy", address);
        qputenv("http_proxy", address);
        const auto tidy = qScopeGuard([] {
            qunsetenv("https_proxy");
            qunsetenv("http_proxy");
        });
        HttpRequest request;
        request.url = QUrl(QStringLiteral("https://graph.contoso.example/v1.0/me"));
        const auto answer = QCoro::waitFor(m_http.send(request));
        QVERIFY(!answer);
        QVERIFY2(asked.startsWith("CONNECT graph.contoso.example:443"), asked.constData());
        QVERIFY2(answer.error().message.contains(QLatin1String("proxy")), qPrintable(answer.error().message));
        WireServer server([](const WireRequest &) { return WireAnswer{204, {}, {}}; });
        request.url = server.url(QStringLiteral("/x"));
        asked.clear();
        QVERIFY(QCoro::waitFor(m_http.send(request)));
        QVERIFY(asked.isEmpty());
    }

    void recordCanBeHandedOn()
    {
        WireServer server([](const WireRequest &request) {
            return request.path() == QLatin1String("/bad")
                       ? WireAnswer::graphError(403, "Forbidden").with("request-id", "r-1")
                       : WireAnswer::json({{QStringLiteral("access_token"), QStringLiteral("s3cret")}});
        });
        for (const char *path : {"/bad", "/token?code=s3cret"}) {
            HttpRequest request;
            request.url = server.url(QString::fromLatin1(path));
            request.bearer = Secret(QByteArray("s3cret"));
            QVERIFY(QCoro::waitFor(m_http.send(request)));
        }
        const QString told = m_http.transcript();
        QVERIFY2(!told.contains(QLatin1String("s3cret")), qPrintable(told));
        QVERIFY2(told.contains(
                     QRegularExpression(QStringLiteral("  403  \\d+ ms  GET http://127.0.0.1:\\d+/bad  r-1\n    .*Forbidden"))),
                 qPrintable(told));
    }

    void recordIsARingOf500()
    {
        WireServer server([](const WireRequest &) { return WireAnswer{204, {}, {}}; });
        HttpRequest request;
        request.url = server.url(QStringLiteral("/x"));
        for (int i = 0; i < 501; ++i)
            QVERIFY(QCoro::waitFor(m_http.send(request)));
        QCOMPARE(m_http.exchanges().size(), 500);
    }

    void clockLearnsFromTheDateHeader()
    {
        Clock clock;
        Http http(clock);
        const QDateTime theirs = QDateTime::currentDateTimeUtc().addSecs(7200);
        WireServer server([&](const WireRequest &) {
            return WireAnswer{
                204, {}, {{"Date", QLocale::c().toString(theirs, u"ddd, dd MMM yyyy hh:mm:ss").toLatin1() + " GMT"}}};
        });
        HttpRequest request;
        request.url = server.url(QStringLiteral("/x"));
        QVERIFY(QCoro::waitFor(http.send(request)));
        QVERIFY(qAbs(clock.now().secsTo(theirs)) <= 2);
    }

private:
    /// Speaks something that is not TLS.
    QTcpServer *plainAnswerer()
    {
        if (!m_plain.isListening()) {
            m_plain.listen(QHostAddress::LocalHost);
            connect(&m_plain, &QTcpServer::newConnection, this, [this] {
                QTcpSocket *socket = m_plain.nextPendingConnection();
                connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                    socket->write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                    socket->disconnectFromHost();
                });
            });
        }
        return &m_plain;
    }

    Clock m_clock;
    Http m_http{m_clock};
    QTcpServer m_plain;
};

QTEST_GUILESS_MAIN(tst_Http)
#include "tst_Http.moc"
