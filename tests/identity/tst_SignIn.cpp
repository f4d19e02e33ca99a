#include "identity/Claims.h"
#include "identity/Session.h"
#include "identity/SignIn.h"
#include "wire/LoginScript.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace pimgate;
using namespace pimgate::test;

namespace {

/// Does with the authorize URL what the test says.
class ScriptBrowser : public Browser
{
public:
    explicit ScriptBrowser(std::function<void(const QUrl &)> script) : m_script(std::move(script)) {}
    bool open(const QUrl &url) override
    {
        QTimer::singleShot(0, this, [this, url] { m_script(url); });
        return true;
    }

private:
    std::function<void(const QUrl &)> m_script;
};

} // namespace

class tst_SignIn : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_login = std::make_unique<LoginScript>();
        m_server = std::make_unique<WireServer>();
        m_server->setHandler([this](const WireRequest &request) {
            return (*m_login)(request, m_server->origin()).value_or(WireAnswer{404, {}, {}});
        });
    }

    void codeSurvivesWhateverIsInIt_data()
    {
        QTest::addColumn<QString>("code");
        QTest::newRow("plain") << QStringLiteral("0.AXcode_-");
        QTest::newRow("odd") << QString::fromUtf8("0.AX+a/b=c d%25&e!*~:é");
        QTest::newRow("looks encoded") << QStringLiteral("a%2Bb%252Fc");
    }
    void codeSurvivesWhateverIsInIt()
    {
        QFETCH(QString, code);
        m_login->code = code;
        const auto account = signInSilently();
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QCOMPARE(account->userName, QStringLiteral("ada@contoso.example"));
        QCOMPARE(account->scopes, QStringList({QStringLiteral("User.Read"), QStringLiteral("Group.ReadWrite.All")}));

        const WireRequest authorize = one([](const WireRequest &r) { return LoginScript::isAuthorize(r); });
        QCOMPARE(authorize.query("code_challenge_method"), QStringLiteral("S256"));
        QCOMPARE(authorize.query("client_info"), QStringLiteral("1"));
        QCOMPARE(authorize.query("login_hint"), QStringLiteral("ada+x@contoso.example"));
        QCOMPARE(authorize.query("prompt"), QStringLiteral("none"));
        QVERIFY(authorize.query("redirect_uri").startsWith(QLatin1String("http://localhost:")));
        QVERIFY(authorize.query("claims").contains(QLatin1String("cp1")));
        QVERIFY(authorize.query("scope").contains(QLatin1String("openid profile offline_access User.Read ")));
        const WireRequest token = one([](const WireRequest &r) { return LoginScript::isToken(r); });
        QCOMPARE(token.form("code"), code);
        QCOMPARE(token.form("redirect_uri"), authorize.query("redirect_uri"));
        QVERIFY(!token.body.contains("client_secret"));
    }

    void onlyTheRightRedirectCounts()
    {
        QList<int> statuses;
        QByteArray lastPage;
        const auto account = signInBy([&](const QUrl &url) {
            const QUrl redirect = redirectFor(url);
            QUrl wrongState = redirect;
            wrongState.setQuery(QStringLiteral("code=evil&state=wrong"));
            QUrl noState = redirect;
            noState.setQuery(QStringLiteral("code=evil"));
            QUrl favicon = redirect;
            favicon.setPath(QStringLiteral("/favicon.ico"));
            for (const QUrl &stranger : {wrongState, noState, favicon})
                statuses << get(stranger).status;
            statuses << get(redirect, "evil.example").status;
            const auto page = get(redirect);
            statuses << page.status;
            lastPage = page.body;
            statuses << get(redirect).status;
        });
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QTRY_COMPARE(statuses, QList<int>({404, 404, 404, 404, 200, 0})); // the replay meets a closed port
        QVERIFY(lastPage.contains("You are signed in"));
        QCOMPARE(std::count_if(m_server->requests.cbegin(), m_server->requests.cend(), LoginScript::isToken), 1);
    }

    void bothLoopbackAddressesListen()
    {
        QTcpServer probe;
        if (!probe.listen(QHostAddress::LocalHostIPv6))
            QSKIP("no ::1 here");
        const auto account = signInBy([&](const QUrl &url) {
            QUrl redirect = redirectFor(url);
            redirect.setHost(QStringLiteral("::1"));
            get(redirect);
        });
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
    }

    void refusalOfTheHostReachesThePerson()
    {
        QByteArray page;
        const auto account = signInBy([&](const QUrl &url) {
            QUrl redirect = redirectFor(url);
            const QString state = WireRequest::value(redirect.query(QUrl::FullyEncoded).toLatin1(), "state");
            redirect.setQuery(QStringLiteral("error=access_denied&error_description=AADSTS65004:+User+declined+%3Cb%3E&state=") +
                              state);
            page = get(redirect).body;
        });
        QVERIFY(!account);
        QCOMPARE(account.error().kind, Error::Kind::SignIn);
        QCOMPARE(account.error().code, QStringLiteral("AADSTS65004"));
        QTRY_VERIFY(page.contains("AADSTS65004"));
        QVERIFY(!page.contains("<b>"));
    }

    void tokenErrorReachesThePerson_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("code");
        QTest::newRow("400") << 400
                             << QByteArray(R"({"error":"invalid_grant","error_description":"AADSTS53003: Blocked. Trace ID: x"})")
                             << QStringLiteral("AADSTS53003");
        QTest::newRow("500") << 500 << QByteArray("oops") << QString();
        QTest::newRow("200 without a token") << 200 << QByteArray("{}") << QString();
    }
    void tokenErrorReachesThePerson()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, code);
        m_login->token = [&](const WireRequest &) { return WireAnswer{status, body, {{"Content-Type", "application/json"}}}; };
        const auto account = signInSilently();
        QVERIFY(!account);
        QCOMPARE(account.error().code, code);
        QVERIFY(!account.error().message.isEmpty() && !account.error().message.contains(QLatin1String("Trace ID")));
    }

    void badIdTokenIsRefused_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("algorithm");
        const QString rs = QStringLiteral("RS256");
        QTest::newRow("nonce missing") << QStringLiteral("nonce") << QJsonValue(QJsonValue::Undefined) << rs;
        QTest::newRow("nonce of another") << QStringLiteral("nonce") << QJsonValue(QStringLiteral("x")) << rs;
        QTest::newRow("audience") << QStringLiteral("aud") << QJsonValue(QStringLiteral("00000000-0000-0000-0000-000000000009"))
                                  << rs;
        QTest::newRow("issuer") << QStringLiteral("iss") << QJsonValue(QStringLiteral("https://login.evil.example/v2.0")) << rs;
        QTest::newRow("tenant") << QStringLiteral("tid") << QJsonValue(QStringLiteral("99999999-2222-3333-4444-555555555555"))
                                << rs;
        QTest::newRow("expired") << QStringLiteral("exp") << QJsonValue(double(QDateTime::currentSecsSinceEpoch() - 3600)) << rs;
        QTest::newRow("not yet") << QStringLiteral("nbf") << QJsonValue(double(QDateTime::currentSecsSinceEpoch() + 3600)) << rs;
        QTest::newRow("alg none") << QString() << QJsonValue() << QStringLiteral("none");
        QTest::newRow("alg None") << QString() << QJsonValue() << QStringLiteral("None");
    }
    void badIdTokenIsRefused()
    {
        QFETCH(QString, member);
        QFETCH(QJsonValue, value);
        QFETCH(QString, algorithm);
        m_login->header = {{QStringLiteral("alg"), algorithm}};
        m_login->bendClaims = [&](QJsonObject &claims) {
            if (!member.isEmpty())
                claims.insert(member, value);
        };
        const auto account = signInSilently();
        QVERIFY(!account);
        QCOMPARE(account.error().kind, Error::Kind::SignIn);
    }

    void stopEndsItWithinASecond_data()
    {
        QTest::addColumn<bool>("whileRedeeming");
        QTest::newRow("browser open") << false;
        QTest::newRow("token request under way") << true;
    }
    void stopEndsItWithinASecond()
    {
        QFETCH(bool, whileRedeeming);
        m_login->token = [](const WireRequest &) { return WireAnswer{.silent = true}; };
        std::stop_source stop;
        QTimer::singleShot(300, this, [&] { stop.request_stop(); });
        QElapsedTimer timer;
        timer.start();
        const auto account = signInBy(
            [&](const QUrl &url) {
                if (whileRedeeming)
                    getLater(redirectFor(url));
            },
            stop.get_token());
        QVERIFY(timer.elapsed() < 1300);
        QCOMPARE(account.error().kind, Error::Kind::Cancelled);
    }

    void aBrowserThatNeverComesBackEndsItAndTheNextAttemptWorks()
    {
        ScriptBrowser silent([](const QUrl &) {});
        Clock clock;
        Http http(clock);
        SignIn signIn(http, testCloud(m_server->origin()), silent);
        signIn.setPatience(std::chrono::milliseconds(200));
        const auto tokens = QCoro::waitFor(signIn.run({}));
        QCOMPARE(tokens.error().kind, Error::Kind::SignIn);
        QVERIFY2(tokens.error().message.contains(QLatin1String("Nobody came back")), qPrintable(tokens.error().message));
        QVERIFY(signInSilently());
    }

    void hintsLeadToThePersonsHome()
    {
        QUrl asked;
        ScriptBrowser browser([&asked](const QUrl &url) { asked = url; });
        Clock clock;
        Http http(clock);
        const auto query = [&](const QString &hint) {
            SignIn signIn(http, testCloud(m_server->origin()), browser);
            signIn.setPatience(std::chrono::milliseconds(50));
            SignIn::Ask ask;
            ask.loginHint = hint;
            (void)QCoro::waitFor(signIn.run(ask));
            return QUrlQuery(asked);
        };
        const QUrlQuery ada = query(QStringLiteral("ada@contoso.example"));
        QCOMPARE(ada.queryItemValue(QStringLiteral("domain_hint")), QStringLiteral("contoso.example"));
        QVERIFY(!ada.hasQueryItem(QStringLiteral("prompt")));
        // A guest's user name would send him to the tenant he is a guest in.
        const QUrlQuery guest = query(QStringLiteral("tom_fabrikam.example#EXT#@contoso.example"));
        QVERIFY(!guest.hasQueryItem(QStringLiteral("domain_hint")));
        const QUrlQuery anybody = query({});
        QCOMPARE(anybody.queryItemValue(QStringLiteral("prompt")), QStringLiteral("select_account"));
    }

    void httpBrowserStaysOnThisComputer()
    {
        HttpBrowser browser(m_http, QStringLiteral("ada@contoso.example"));
        QVERIFY(!browser.open(QUrl(QStringLiteral("https://login.microsoftonline.com/x/oauth2/v2.0/authorize"))));
    }

    void nationalCloudsNameTheirGraph()
    {
        const auto usgov = Cloud::named(QStringLiteral("usgov"));
        QCOMPARE(scopeText(*usgov, {QStringLiteral("User.Read")}),
                 QStringLiteral("openid profile offline_access https://graph.microsoft.us/User.Read"));
    }

    void claimsAreMerged()
    {
        const QJsonObject merged =
            QJsonDocument::fromJson(
                Claims::merged(QStringLiteral(R"({"access_token":{"acrs":{"essential":true,"value":"c1"}}})")).toUtf8())
                .object();
        const QJsonObject token = merged.value(QStringLiteral("access_token")).toObject();
        QCOMPARE(token.value(QStringLiteral("acrs")).toObject().value(QStringLiteral("value")).toString(), QStringLiteral("c1"));
        QCOMPARE(token.value(QStringLiteral("xms_cc")).toObject().value(QStringLiteral("values")).toArray(),
                 QJsonArray{QStringLiteral("cp1")});
    }

private:
    Result<Account> signInSilently()
    {
        Session session(m_http, testCloud(m_server->origin()),
                        std::make_unique<HttpBrowser>(m_http, QStringLiteral("ada+x@contoso.example")));
        return QCoro::waitFor(session.signIn());
    }

    Result<Account> signInBy(std::function<void(const QUrl &)> script, std::stop_token stop = {})
    {
        Session session(m_http, testCloud(m_server->origin()), std::make_unique<ScriptBrowser>(std::move(script)));
        return QCoro::waitFor(session.signIn({}, stop));
    }

    /// What the host would answer a browser: asks it, and does not follow.
    QUrl redirectFor(const QUrl &authorize)
    {
        HttpRequest request;
        request.url = authorize;
        const auto answer = QCoro::waitFor(m_http.send(request));
        QUrl redirect = QUrl::fromEncoded(answer->header("location"));
        redirect.setHost(QStringLiteral("127.0.0.1")); // a bare machine has no /etc/hosts
        return redirect;
    }

    struct Page
    {
        int status = 0;
        QByteArray body;
    };
    Page get(const QUrl &url, const QByteArray &host = {})
    {
        HttpRequest request;
        request.url = url;
        if (!host.isEmpty())
            request.headers.emplaceBack("Host", host);
        const auto answer = QCoro::waitFor(m_http.send(request));
        return answer ? Page{answer->status, answer->body} : Page{};
    }
    void getLater(const QUrl &url)
    {
        HttpRequest request;
        request.url = url;
        launch(this, m_http.send(request), [](const auto &) {});
    }

    template <class Predicate>
    WireRequest one(Predicate predicate)
    {
        const auto found = std::find_if(m_server->requests.cbegin(), m_server->requests.cend(), predicate);
        return found == m_server->requests.cend() ? WireRequest() : *found;
    }

    Clock m_clock;
    Http m_http{m_clock};
    std::unique_ptr<LoginScript> m_login;
    std::unique_ptr<WireServer> m_server;
};

QTEST_GUILESS_MAIN(tst_SignIn)
#include "tst_SignIn.moc"
