#include "identity/Claims.h"
#include "identity/SignIn.h"
#include "wire/SignInBench.h"

#include <QElapsedTimer>
#include <QUrlQuery>

using namespace pimgate;
using namespace pimgate::test;

class tst_SignIn : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_bench = std::make_unique<SignInBench>(); }

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
        m_bench->login.code = code;
        const auto account = m_bench->signInSilently(QStringLiteral("ada+x@contoso.example"));
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QCOMPARE(account->userName, QStringLiteral("ada@contoso.example"));
        QCOMPARE(account->scopes, QStringList({QStringLiteral("User.Read"), QStringLiteral("Group.ReadWrite.All")}));

        const WireRequest authorize = m_bench->one([](const WireRequest &r) { return LoginScript::isAuthorize(r); });
        QCOMPARE(authorize.query("code_challenge_method"), QStringLiteral("S256"));
        QCOMPARE(authorize.query("client_info"), QStringLiteral("1"));
        QCOMPARE(authorize.query("login_hint"), QStringLiteral("ada+x@contoso.example"));
        QCOMPARE(authorize.query("prompt"), QStringLiteral("none"));
        QVERIFY(authorize.query("redirect_uri").startsWith(QLatin1String("http://localhost:")));
        QVERIFY(authorize.query("claims").contains(QLatin1String("cp1")));
        QVERIFY(authorize.query("scope").contains(QLatin1String("openid profile offline_access User.Read ")));
        const WireRequest token = m_bench->one([](const WireRequest &r) { return LoginScript::isToken(r); });
        QCOMPARE(token.form("code"), code);
        QCOMPARE(token.form("redirect_uri"), authorize.query("redirect_uri"));
        QVERIFY(!token.body.contains("client_secret"));
    }

    void bothLoopbackAddressesListen()
    {
        QTcpServer probe;
        if (!probe.listen(QHostAddress::LocalHostIPv6))
            QSKIP("no ::1 here");
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            QUrl redirect = m_bench->redirectFor(url);
            redirect.setHost(QStringLiteral("::1"));
            m_bench->get(redirect);
        });
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
    }

    void refusalOfTheHostReachesThePerson()
    {
        QByteArray page;
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            QUrl redirect = m_bench->redirectFor(url);
            const QString state = WireRequest::value(redirect.query(QUrl::FullyEncoded).toLatin1(), "state");
            redirect.setQuery(QStringLiteral("error=access_denied&error_description=AADSTS65004:+User+declined+%3Cb%3E&state=") +
                              state);
            page = m_bench->get(redirect).body;
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
        m_bench->login.token = [&](const WireRequest &) {
            return WireAnswer{status, body, {{"Content-Type", "application/json"}}};
        };
        const auto account = m_bench->signInSilently(QStringLiteral("ada+x@contoso.example"));
        QVERIFY(!account);
        QCOMPARE(account.error().code, code);
        QVERIFY(!account.error().message.isEmpty() && !account.error().message.contains(QLatin1String("Trace ID")));
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
        m_bench->login.token = [](const WireRequest &) { return WireAnswer{.silent = true}; };
        std::stop_source stop;
        QTimer::singleShot(300, this, [&] { stop.request_stop(); });
        QElapsedTimer timer;
        timer.start();
        const auto account = m_bench->signInBy(
            [&](const QUrl &url) {
                if (whileRedeeming)
                    getLater(m_bench->redirectFor(url));
            },
            stop.get_token());
        QVERIFY(timer.elapsed() < 1300);
        QCOMPARE(account.error().kind, Error::Kind::Cancelled);
    }

    /// The link to copy is offered after fifteen seconds; a sign-in that ends just before them is over by then, though its
    /// last page is still being read.
    void noLinkComesAfterTheEnd()
    {
        const auto account = m_bench->signInBy([&](const QUrl &url) {
            const QUrl redirect = m_bench->redirectFor(url);
            QTest::qWait(14'000);
            getLater(redirect);
        });
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QTest::qWait(2'000); // RedirectReceiver still lives, SignIn does not: its timer must not reach into it
    }

    void aBrowserThatNeverComesBackEndsItAndTheNextAttemptWorks()
    {
        ScriptBrowser silent([](const QUrl &) {});
        SignIn signIn(m_bench->http, testCloud(m_bench->server.origin()), silent);
        signIn.setPatience(std::chrono::milliseconds(200));
        const auto tokens = QCoro::waitFor(signIn.run({}));
        QCOMPARE(tokens.error().kind, Error::Kind::SignIn);
        QVERIFY2(tokens.error().message.contains(QLatin1String("Nobody came back")), qPrintable(tokens.error().message));
        QVERIFY(m_bench->signInSilently());
    }

    void hintsLeadToThePersonsHome()
    {
        QUrl asked;
        ScriptBrowser browser([&asked](const QUrl &url) { asked = url; });
        const auto query = [&](const QString &hint) {
            SignIn signIn(m_bench->http, testCloud(m_bench->server.origin()), browser);
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
    void getLater(const QUrl &url)
    {
        HttpRequest request;
        request.url = url;
        launch(this, m_bench->http.send(request), [](const auto &) {});
    }

    std::unique_ptr<SignInBench> m_bench;
};

QTEST_GUILESS_MAIN(tst_SignIn)
#include "tst_SignIn.moc"
