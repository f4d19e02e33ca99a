// A sign-in under attack: from the computer it runs on, from the network, and from a host that is not what it says.
#include "identity/IdToken.h"
#include "wire/SignInBench.h"

#include <QElapsedTimer>

using namespace pimgate;
using namespace pimgate::test;

namespace {

QString stateOf(const QUrl &redirect)
{
    return WireRequest::value(redirect.query(QUrl::FullyEncoded).toLatin1(), "state");
}

QUrl withQuery(QUrl redirect, const QString &query)
{
    redirect.setQuery(query);
    return redirect;
}

/// A client that writes what it likes to the port of the redirect.
class Stranger
{
public:
    explicit Stranger(const QUrl &redirect, const QByteArray &bytes = {})
    {
        m_socket.connectToHost(QStringLiteral("127.0.0.1"), quint16(redirect.port()));
        if (QTest::qWaitFor([this] { return isOpen(); }, 2000) && !bytes.isEmpty())
            write(bytes);
    }
    void write(const QByteArray &bytes)
    {
        m_socket.write(bytes);
        m_socket.flush();
    }
    bool isOpen() const { return m_socket.state() == QAbstractSocket::ConnectedState; }
    QByteArray answer()
    {
        (void)QTest::qWaitFor([this] { return !isOpen(); }, 5000);
        return m_socket.readAll();
    }
    int status() { return answer().split(' ').value(1).toInt(); }

private:
    QTcpSocket m_socket;
};

} // namespace

class tst_Attacks : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void strangersAreTurnedAway_data()
    {
        QTest::addColumn<QByteArray>("request"); // with PORT, STATE and TRUE (the query that would be right)
        const auto row = [](const char *name, const char *line, const char *more = "Host: localhost:PORT\r\n") {
            QTest::newRow(name) << QByteArray(QByteArray(line) + "\r\n" + more + "\r\n");
        };
        row("state of another", "GET /?code=evil&state=wrong HTTP/1.1");
        row("no state", "GET /?code=evil HTTP/1.1");
        row("empty state", "GET /?code=evil&state= HTTP/1.1");
        row("more than the state", "GET /?code=evil&state=STATEx HTTP/1.1");
        row("state alone", "GET /?state=STATE HTTP/1.1");
        row("other path", "GET /callback?TRUE HTTP/1.1");
        row("favicon", "GET /favicon.ico HTTP/1.1");
        row("POST with the query", "POST /?TRUE HTTP/1.1");
        row("POST with a form", "POST / HTTP/1.1", "Host: localhost:PORT\r\nContent-Length: 4\r\n\r\nTRUE");
        row("HEAD", "HEAD /?TRUE HTTP/1.1");
        row("OPTIONS", "OPTIONS /?TRUE HTTP/1.1");
        row("absolute address", "GET http://localhost:PORT/?TRUE HTTP/1.1");
        row("HTTP/0.9", "GET /?TRUE");
        row("foreign host", "GET /?TRUE HTTP/1.1", "Host: evil.example\r\n");
        row("foreign host, our port", "GET /?TRUE HTTP/1.1", "Host: evil.example:PORT\r\n");
        row("host that begins like ours", "GET /?TRUE HTTP/1.1", "Host: localhost.evil.example:PORT\r\n");
        row("host of another port", "GET /?TRUE HTTP/1.1", "Host: localhost:1\r\n");
        row("host without a port", "GET /?TRUE HTTP/1.1", "Host: localhost\r\n");
        row("no host", "GET /?TRUE HTTP/1.1", "X-Host: localhost:PORT\r\n");
        row("error without a state", "GET /?error=access_denied&error_description=AADSTS53003 HTTP/1.1");
        row("error with the state of another", "GET /?error=access_denied&state=wrong HTTP/1.1");
    }
    void strangersAreTurnedAway()
    {
        QFETCH(QByteArray, request);
        int turnedAway = 0;
        SignInBench::Page page;
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            const QUrl redirect = m_bench->redirectFor(url);
            request.replace("PORT", QByteArray::number(redirect.port()));
            request.replace("STATE", stateOf(redirect).toLatin1());
            request.replace("TRUE", redirect.query(QUrl::FullyEncoded).toLatin1());
            turnedAway = Stranger(redirect, request).status();
            page = m_bench->get(redirect);
        });
        QCOMPARE(turnedAway, 404);
        QTRY_VERIFY2(page.status == 200 && page.body.contains("You are signed in"), page.body);
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QCOMPARE(m_bench->tokenRequests(), 1);
        QCOMPARE(m_bench->one(LoginScript::isToken).form("code"), m_bench->login.code);
    }

    void theSecondCallbackIsTurnedAway()
    {
        QList<int> statuses;
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            const QUrl redirect = m_bench->redirectFor(url);
            const QByteArray request = "GET /?" + redirect.query(QUrl::FullyEncoded).toLatin1() +
                                       " HTTP/1.1\r\nHost: localhost:" + QByteArray::number(redirect.port()) + "\r\n\r\n";
            // Both are there before the first has been redeemed.
            Stranger first(redirect, request);
            Stranger second(redirect, request);
            statuses << first.status() << second.status();
            statuses << m_bench->get(redirect).status; // afterwards nobody listens any more
        });
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QTRY_COMPARE(statuses, QList<int>({200, 404, 0}));
        QCOMPARE(m_bench->tokenRequests(), 1);
    }

    void aCodeThatWasUsedElsewhereSignsNobodyIn()
    {
        m_bench->login.token = [](const WireRequest &) {
            return WireAnswer::json({{QStringLiteral("error"), QStringLiteral("invalid_grant")},
                                     {QStringLiteral("error_description"),
                                      QStringLiteral("AADSTS54005: OAuth2 Authorization code was already redeemed.")}},
                                    400);
        };
        const auto account = m_bench->signInSilently();
        QVERIFY(!account);
        QCOMPARE(account.error().code, QStringLiteral("AADSTS54005"));
        QCOMPARE(m_bench->tokenRequests(), 1);
    }

    /// Somebody slips in the code of a sign-in of his own: it has another verifier.
    void theCodeOfAnotherSignInIsWorthNothing()
    {
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            const QUrl redirect = m_bench->redirectFor(url);
            m_bench->get(withQuery(redirect, QStringLiteral("code=evil&state=") + stateOf(redirect)));
        });
        QVERIFY(!account);
        QCOMPARE(account.error().code, QStringLiteral("AADSTS501481"));
    }

    void theHostsRefusalIsShownAsText()
    {
        QByteArray page;
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            const QUrl redirect = m_bench->redirectFor(url);
            const QString said = QStringLiteral("AADSTS999999:+One+%26+<script>alert(1)</script><b+onload%3Dx>+two+%2B+%221%22.");
            page = m_bench
                       ->get(withQuery(redirect, QStringLiteral("error=access_denied&error_description=") + said +
                                                     QStringLiteral("&state=") + stateOf(redirect)))
                       .body;
        });
        QVERIFY(!account);
        QCOMPARE(account.error().code, QStringLiteral("AADSTS999999"));
        const QString said = QStringLiteral(R"(One & <script>alert(1)</script><b onload=x> two + "1".)");
        QVERIFY2(account.error().message.endsWith(said), qPrintable(account.error().message));
        QTRY_VERIFY(!page.isEmpty());
        for (const QString &shown : {account.error().message, account.error().next, account.error().code})
            QVERIFY2(page.contains(shown.toHtmlEscaped().toUtf8()), page);
        QVERIFY2(!page.contains("<script") && !page.contains("<b "), page);
        QCOMPARE(m_bench->tokenRequests(), 0);
    }

    /// RFC 9207: the answer says which host it comes from.
    void anAnswerOfAnotherIssuerIsRefused_data()
    {
        QTest::addColumn<QString>("issuer"); // with HOST
        QTest::addColumn<bool>("accepted");
        const QString tail = QLatin1Char('/') + QLatin1String(testTenant) + QLatin1String("/v2.0");
        QTest::newRow("ours") << QString(QStringLiteral("http://HOST") + tail) << true;
        QTest::newRow("another host") << QString(QStringLiteral("https://login.evil.example") + tail) << false;
        QTest::newRow("another port") << QString(QStringLiteral("http://127.0.0.1:1") + tail) << false;
        QTest::newRow("begins like ours") << QString(QStringLiteral("http://HOST.evil.example") + tail) << false;
        QTest::newRow("longer port") << QString(QStringLiteral("http://HOST0") + tail) << false;
        QTest::newRow("ours as a user") << QString(QStringLiteral("http://HOST@evil.example") + tail) << false;
        QTest::newRow("another scheme") << QString(QStringLiteral("ftp://HOST") + tail) << false;
        QTest::newRow("empty") << QString() << false;
    }
    void anAnswerOfAnotherIssuerIsRefused()
    {
        QFETCH(QString, issuer);
        QFETCH(bool, accepted);
        issuer.replace(QLatin1String("HOST"), QUrl(m_bench->server.origin()).authority());
        for (const char *kind : {"code", "error"}) {
            m_bench->server.requests.clear();
            const auto account = m_bench->signInBy([&](const QUrl &url) {
                const QUrl redirect = m_bench->redirectFor(url);
                const QString value = QString::fromLatin1(QUrl::toPercentEncoding(m_bench->login.code));
                m_bench->get(withQuery(redirect, QStringLiteral("%1=%2&state=%3&iss=%4")
                                                     .arg(QLatin1String(kind), value, stateOf(redirect),
                                                          QString::fromLatin1(QUrl::toPercentEncoding(issuer)))));
            });
            const bool code = qstrcmp(kind, "code") == 0;
            QCOMPARE(account.has_value(), accepted && code);
            QCOMPARE(m_bench->tokenRequests(), accepted && code ? 1 : 0);
            if (!accepted) // not even its error is believed
                QVERIFY2(account.error().is(Error::Kind::SignIn) && account.error().code.isEmpty(),
                         qPrintable(account.error().text()));
        }
    }

    void theHostOf21VianetHasTwoNames()
    {
        const QString issuer = QStringLiteral("https://login.partner.microsoftonline.cn/%1/v2.0").arg(QLatin1String(testTenant));
        QVERIFY(IdToken::isIssuerOf(*Cloud::named(QStringLiteral("china")), issuer));
        QVERIFY(!IdToken::isIssuerOf(*Cloud::named(QStringLiteral("global")), issuer));
    }

    void badIdTokenIsRefused_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QJsonValue>("value");
        const auto row = [](const char *name, const char *member, const QJsonValue &value) {
            QTest::newRow(name) << QString::fromLatin1(member) << value;
        };
        const double now = double(QDateTime::currentSecsSinceEpoch());
        const QString other = QStringLiteral("99999999-2222-3333-4444-555555555555");
        row("nonce missing", "nonce", QJsonValue::Undefined);
        row("nonce empty", "nonce", QString());
        row("nonce of another", "nonce", QStringLiteral("x"));
        row("audience missing", "aud", QJsonValue::Undefined);
        row("audience of another", "aud", QStringLiteral("00000000-0000-0000-0000-000000000009"));
        row("audience of several", "aud", QJsonArray{QString::fromLatin1(testClient), QStringLiteral("another")});
        row("issuer missing", "iss", QJsonValue::Undefined);
        row("issuer elsewhere", "iss", QStringLiteral("https://login.evil.example/%1/v2.0").arg(QLatin1String(testTenant)));
        row("issuer of version 1", "iss", QStringLiteral("https://sts.windows.net/%1/").arg(QLatin1String(testTenant)));
        row("issuer of another tenant", "iss", QStringLiteral("ORIGIN/%1/v2.0").arg(other));
        row("tenant missing", "tid", QJsonValue::Undefined);
        row("tenant of another", "tid", other);
        row("expired", "exp", now - 3600);
        row("expiry missing", "exp", QJsonValue::Undefined);
        row("expiry in words", "exp", QStringLiteral("never"));
        row("not yet", "nbf", now + 3600);
        row("not for ages", "nbf", 1e300);
        row("issued tomorrow", "iat", now + 86400);
    }
    void badIdTokenIsRefused()
    {
        QFETCH(QString, member);
        QFETCH(QJsonValue, value);
        if (value.isString())
            value = value.toString().replace(QLatin1String("ORIGIN"), m_bench->server.origin());
        m_bench->login.bendClaims = [&](QJsonObject &claims) { claims.insert(member, value); };
        expectNobodySignedIn();
    }

    void anUnsignedIdTokenIsRefused_data()
    {
        QTest::addColumn<QJsonValue>("algorithm");
        QTest::newRow("missing") << QJsonValue(QJsonValue::Undefined);
        QTest::newRow("null") << QJsonValue();
        for (const char *name : {"", "none", "None", "NONE", "nOnE", "none ", "HS256", "RS256 ", "rs256"})
            QTest::newRow(name) << QJsonValue(QString::fromLatin1(name));
    }
    void anUnsignedIdTokenIsRefused()
    {
        QFETCH(QJsonValue, algorithm);
        m_bench->login.header = {{QStringLiteral("alg"), algorithm}};
        expectNobodySignedIn();
    }

    void noReadableIdTokenIsRefused_data()
    {
        QTest::addColumn<QJsonValue>("token");
        QTest::newRow("missing") << QJsonValue(QJsonValue::Undefined);
        QTest::newRow("empty") << QJsonValue(QString());
        QTest::newRow("garbage") << QJsonValue(QStringLiteral("garbage"));
        QTest::newRow("two parts") << QJsonValue(QStringLiteral("e30.e30"));
        QTest::newRow("no claims") << QJsonValue(QStringLiteral("eyJhbGciOiJSUzI1NiJ9.e30.c2ln"));
        QTest::newRow("not a text") << QJsonValue(42);
    }
    void noReadableIdTokenIsRefused()
    {
        QFETCH(QJsonValue, token);
        m_bench->login.token = [&](const WireRequest &) {
            QJsonObject tokens = m_bench->login.tokens(m_bench->server.origin());
            tokens.insert(QStringLiteral("id_token"), token);
            return WireAnswer::json(tokens);
        };
        expectNobodySignedIn();
    }

    /// A device sign-in repeats no nonce, so nothing but the id token says who has signed in.
    void aDeviceSignInWithoutAnIdTokenIsNobodys()
    {
        Session session(m_bench->http, fastCloud(),
                        std::make_unique<HttpBrowser>(m_bench->http, QStringLiteral("ada@contoso.example")));
        QVERIFY(QCoro::waitFor(session.signIn()));
        m_bench->login.token = [&](const WireRequest &) {
            QJsonObject tokens = m_bench->login.tokens(m_bench->server.origin());
            tokens.remove(QStringLiteral("id_token"));
            return WireAnswer::json(tokens);
        };
        serveDeviceCodes();
        const auto account = QCoro::waitFor(session.signInByCode());
        QVERIFY2(!account, "the tokens of whoever it was are used in Ada's name");
    }

    void secretsFollowNoRedirectOfTheTokenEndpoint_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308})
            QTest::addRow("%d", status) << status;
    }
    void secretsFollowNoRedirectOfTheTokenEndpoint()
    {
        QFETCH(int, status);
        WireServer other([](const WireRequest &) { return WireAnswer::json({}); });
        const auto away = [&](const WireRequest &) {
            return WireAnswer{status, {}, {{"Location", other.origin().toLatin1() + "/oauth2/v2.0/token"}}};
        };
        Session session(m_bench->http, fastCloud(),
                        std::make_unique<HttpBrowser>(m_bench->http, QStringLiteral("ada@contoso.example")));
        QVERIFY(QCoro::waitFor(session.signIn()));

        m_bench->login.token = away;
        QVERIFY(!QCoro::waitFor(session.renewed(Secret(QByteArray("access-1"))))); // the refresh token
        QVERIFY(!QCoro::waitFor(session.signIn()));                                // code and verifier
        serveDeviceCodes();
        QVERIFY(!QCoro::waitFor(session.signInByCode())); // the device code
        QCOMPARE(m_bench->tokenRequests(), 4);
        QVERIFY2(other.requests.isEmpty(), "something was sent to the other host");
    }

    void nonsenseOfTheAuthorizeEndpointEndsTheSignIn_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("location"); // with SELF, OTHER and STATE
        const auto row = [](const char *name, int status, const char *location) {
            QTest::newRow(name) << status << QByteArray(location);
        };
        row("a page", 200, "");
        row("an error", 500, "");
        row("a redirect to nowhere", 302, "");
        row("round in circles", 302, "SELF");
        row("another host", 302, "https://login.evil.example/");
        row("another host without TLS", 302, "http://192.0.2.1/");
        row("a file", 302, "file:///etc/passwd");
        row("a script", 302, "javascript:alert(1)");
        row("rubbish", 302, "::::");
    }
    void nonsenseOfTheAuthorizeEndpointEndsTheSignIn()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, location);
        m_bench->server.setHandler([&](const WireRequest &request) {
            WireAnswer answer{status, "<html>nonsense</html>", {}};
            if (!location.isEmpty())
                answer.with("Location", QByteArray(location).replace("SELF", request.target));
            return answer;
        });
        QElapsedTimer timer;
        timer.start();
        const auto account = m_bench->signInSilently();
        QVERIFY(!account);
        QVERIFY2(!account.error().message.isEmpty() && !account.error().next.isEmpty(), qPrintable(account.error().text()));
        QVERIFY(timer.elapsed() < 2000);
        QCOMPARE(m_bench->tokenRequests(), 0);
        for (const Exchange &exchange : m_bench->http.exchanges())
            QCOMPARE(exchange.url.host(), QStringLiteral("127.0.0.1"));
    }

    /// Whoever holds a connection open, or sends without end, stops nobody else.
    void slowAndEndlessCallersAreCutOff()
    {
        qint64 openFor = 0;
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            const QUrl redirect = m_bench->redirectFor(url);
            Stranger endless(redirect, "GET /?" + QByteArray(40 * 1024, 'a'));
            QTRY_VERIFY(!endless.isOpen());

            std::vector<std::unique_ptr<Stranger>> idle;
            for (int i = 0; i < 60; ++i)
                idle.push_back(std::make_unique<Stranger>(redirect));
            Stranger slow(redirect, "GET /?code=");
            QElapsedTimer timer;
            timer.start();
            while (slow.isOpen() && timer.elapsed() < 15'000) {
                slow.write("x");
                QTest::qWait(200);
            }
            openFor = timer.elapsed();
            QTRY_VERIFY(std::none_of(idle.cbegin(), idle.cend(), [](const auto &stranger) { return stranger->isOpen(); }));

            for (int i = 0; i < 60; ++i)
                idle.push_back(std::make_unique<Stranger>(redirect));
            m_bench->get(redirect);
        });
        QVERIFY2(openFor > 8'000 && openFor < 12'000, qPrintable(QString::number(openFor)));
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QCOMPARE(m_bench->tokenRequests(), 1);
    }

    void httpBrowserStaysOnThisComputer()
    {
        HttpBrowser browser(m_bench->http, QStringLiteral("ada@contoso.example"));
        QVERIFY(!browser.open(QUrl(QStringLiteral("https://login.microsoftonline.com/x/oauth2/v2.0/authorize"))));
    }

    void init() { m_bench = std::make_unique<SignInBench>(); }

private:
    void expectNobodySignedIn()
    {
        Session session(m_bench->http, testCloud(m_bench->server.origin()),
                        std::make_unique<HttpBrowser>(m_bench->http, QStringLiteral("ada@contoso.example")));
        const auto account = QCoro::waitFor(session.signIn());
        QVERIFY(!account);
        QCOMPARE(account.error().kind, Error::Kind::SignIn);
        QVERIFY(!account.error().next.isEmpty());
        QVERIFY(!session.account().isValid());
        QVERIFY2(!QCoro::waitFor(session.token()), "the access token beside it must not serve either");
    }

    /// Device polls wait by a clock a thousand times as fast.
    Cloud fastCloud() const
    {
        Cloud cloud = testCloud(m_bench->server.origin());
        cloud.timeScale = 1000;
        m_bench->login.lifetime = 1'000'000;
        return cloud;
    }

    void serveDeviceCodes()
    {
        m_bench->server.setHandler([this](const WireRequest &request) {
            if (request.path().endsWith(QLatin1String("/oauth2/v2.0/devicecode")))
                return WireAnswer::json(
                    {{QStringLiteral("user_code"), QStringLiteral("ABCD-EFGH")},
                     {QStringLiteral("device_code"), QStringLiteral("device")},
                     {QStringLiteral("verification_uri"), QStringLiteral("https://microsoft.com/devicelogin")},
                     {QStringLiteral("expires_in"), 900},
                     {QStringLiteral("interval"), 5}});
            return m_bench->login(request, m_bench->server.origin()).value_or(WireAnswer{404, {}, {}});
        });
    }

    std::unique_ptr<SignInBench> m_bench;
};

QTEST_GUILESS_MAIN(tst_Attacks)
#include "tst_Attacks.moc"
