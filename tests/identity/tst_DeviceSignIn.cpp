#include "identity/DeviceSignIn.h"
#include "identity/Session.h"
#include "wire/LoginScript.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace pimgate;
using namespace pimgate::test;

/// A sign-in host that answers the polls with a script; the clock runs a thousand times as fast.
class tst_DeviceSignIn : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_login = std::make_unique<LoginScript>();
        m_polls.clear();
        m_codes = 0;
        m_times.clear();
        m_description = QStringLiteral("AADSTS70016: said");
        m_pageWithCode.clear();
        m_server = std::make_unique<WireServer>();
        m_server->setHandler([this](const WireRequest &request) { return answer(request); });
        m_clock = std::make_unique<Clock>();
        m_http = std::make_unique<Http>(*m_clock);
        Cloud cloud = testCloud(m_server->origin());
        cloud.timeScale = 1000;
        m_session = std::make_unique<Session>(*m_http, cloud, std::make_unique<SystemBrowser>());
        connect(m_session.get(), &Session::deviceCodeReady, this, [this](const DeviceCode &code) { m_shown = code; });
    }

    void waitsUntilSomebodyHasSignedIn()
    {
        m_script = {"authorization_pending", "authorization_pending", "", ""};
        const auto account = QCoro::waitFor(m_session->signInByCode());
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QCOMPARE(account->userName, QStringLiteral("ada@contoso.example"));
        QCOMPARE(m_shown.userCode, QStringLiteral("ABCD-EFGH"));
        QCOMPARE(m_shown.page, QUrl(QStringLiteral("https://microsoft.com/devicelogin")));
        QVERIFY(m_shown.pageWithCode.isEmpty());
        QCOMPARE(m_polls.size(), 3);
        QCOMPARE(m_polls.first().form("device_code"), QStringLiteral("device-1"));
        QVERIFY(m_polls.first().form("claims").contains(QLatin1String("cp1")));
        QVERIFY(!m_polls.first().body.contains("client_secret"));
        QCOMPARE(QCoro::waitFor(m_session->token())->reveal(), QByteArray("access-1"));
    }

    void slowsDownWhenTold()
    {
        m_script = {"slow_down", "authorization_pending", ""};
        QVERIFY(QCoro::waitFor(m_session->signInByCode()));
        QCOMPARE(m_polls.size(), 3);
        // Five seconds before the first, ten before each of the others, by the fast clock.
        QVERIFY2(m_times.at(1) - m_times.at(0) >= 9, qPrintable(QString::number(m_times.at(1) - m_times.at(0))));
        QVERIFY(m_times.at(2) - m_times.at(1) >= 9);
    }

    void aLostAnswerIsNotTheEnd()
    {
        m_script = {"500", "authorization_pending", ""};
        QVERIFY(QCoro::waitFor(m_session->signInByCode()));
    }

    void endsWithItsOwnWords_data()
    {
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QString>("description");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("words");
        const QString declined = QString::fromLatin1(deviceCodeDeclined);
        QTest::newRow("declined") << QByteArray("authorization_declined") << QStringLiteral("AADSTS65004: User declined.")
                                  << declined << QStringLiteral("declined on the other device");
        QTest::newRow("declined, RFC 8628") << QByteArray("access_denied") << QString() << declined
                                            << QStringLiteral("declined on the other device");
        QTest::newRow("expired") << QByteArray("expired_token") << QStringLiteral("AADSTS70019: said")
                                 << QString::fromLatin1(deviceCodeExpired) << QStringLiteral("expired");
        QTest::newRow("unknown code") << QByteArray("bad_verification_code") << QStringLiteral("AADSTS70018: said")
                                      << QStringLiteral("AADSTS70018") << QStringLiteral("does not know this code");
        QTest::newRow("codes are blocked") << QByteArray("invalid_grant") << QStringLiteral("AADSTS53003: Blocked.")
                                           << QStringLiteral("AADSTS53003") << QStringLiteral("Sign in with the browser");
        QTest::newRow("a device is asked for") << QByteArray("invalid_grant") << QStringLiteral("AADSTS53000: Not compliant.")
                                               << QStringLiteral("AADSTS53000") << QStringLiteral("Sign in with the browser");
    }
    void endsWithItsOwnWords()
    {
        QFETCH(QByteArray, said);
        QFETCH(QString, description);
        QFETCH(QString, code);
        QFETCH(QString, words);
        m_description = description;
        m_script = {"authorization_pending", said};
        const auto account = QCoro::waitFor(m_session->signInByCode());
        QCOMPARE(account.error().kind, Error::Kind::SignIn);
        QVERIFY(!account.error().message.isEmpty() && !account.error().next.isEmpty());
        QCOMPARE(account.error().code, code);
        QVERIFY2(account.error().text().contains(words), qPrintable(account.error().text()));
        QCOMPARE(m_polls.size(), 2);
        QVERIFY(!m_session->account().isValid());
    }

    void nobodyComes()
    {
        m_script = QList<QByteArray>(1000, "authorization_pending");
        m_lifetime = 30;
        const auto account = QCoro::waitFor(m_session->signInByCode());
        QCOMPARE(account.error().kind, Error::Kind::SignIn);
        QVERIFY(m_polls.size() <= 6);
        m_lifetime = 900;
    }

    void cancelWorksWithinASecondAndASecondAttemptWorks()
    {
        m_session->clock().setTimeScale(1);
        m_script = {"authorization_pending", ""};
        std::stop_source stop;
        QTimer::singleShot(200, this, [&stop] { stop.request_stop(); });
        QElapsedTimer timer;
        timer.start();
        const auto account = QCoro::waitFor(m_session->signInByCode(stop.get_token()));
        QCOMPARE(account.error().kind, Error::Kind::Cancelled);
        QVERIFY(timer.elapsed() < 1200);
        m_session->clock().setTimeScale(1000);
        m_script = {""};
        QVERIFY(QCoro::waitFor(m_session->signInByCode()));
        QCOMPARE(m_codes, 2);
    }

    void aPageElsewhereIsRefused()
    {
        m_page = QStringLiteral("http://evil.example/device");
        const auto account = QCoro::waitFor(m_session->signInByCode());
        QCOMPARE(account.error().kind, Error::Kind::Protocol);
        QVERIFY(m_polls.isEmpty());
        m_page = QStringLiteral("https://microsoft.com/devicelogin");
    }

    void takesThePageWithTheCodeOnItsOwnHostOnly_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<bool>("taken");
        QTest::newRow("same host") << QStringLiteral("https://microsoft.com/devicelogin?otc=ABCD-EFGH") << true;
        QTest::newRow("another host") << QStringLiteral("https://microsoft.example/devicelogin?otc=ABCD-EFGH") << false;
        QTest::newRow("another port") << QStringLiteral("https://microsoft.com:8443/devicelogin?otc=ABCD-EFGH") << false;
        QTest::newRow("in the open") << QStringLiteral("http://microsoft.com/devicelogin?otc=ABCD-EFGH") << false;
        QTest::newRow("as somebody") << QStringLiteral("https://microsoft.com@evil.example/") << false;
    }
    void takesThePageWithTheCodeOnItsOwnHostOnly()
    {
        QFETCH(QString, given);
        QFETCH(bool, taken);
        m_pageWithCode = given;
        QVERIFY(QCoro::waitFor(m_session->signInByCode()));
        QCOMPARE(m_shown.pageWithCode, taken ? QUrl(given) : QUrl());
    }

private:
    WireAnswer answer(const WireRequest &request)
    {
        if (request.path().endsWith(QLatin1String("/oauth2/v2.0/devicecode"))) {
            ++m_codes;
            return WireAnswer::json({{QStringLiteral("user_code"), QStringLiteral("ABCD-EFGH")},
                                     {QStringLiteral("device_code"), QStringLiteral("device-") + QString::number(m_codes)},
                                     {QStringLiteral("verification_uri"), m_page},
                                     {QStringLiteral("verification_uri_complete"), m_pageWithCode},
                                     {QStringLiteral("expires_in"), m_lifetime},
                                     {QStringLiteral("interval"), 5},
                                     {QStringLiteral("message"), QStringLiteral("…")}});
        }
        if (!LoginScript::isToken(request))
            return WireAnswer{404, {}, {}};
        m_times << m_clock->now().toMSecsSinceEpoch() / 1000;
        m_polls << request;
        const QByteArray said = m_script.isEmpty() ? QByteArray() : m_script.takeFirst();
        if (said == "500")
            return WireAnswer{500, "busy", {}};
        if (said.isEmpty())
            return WireAnswer::json(m_login->tokens(m_server->origin()));
        return WireAnswer::json(
            {{QStringLiteral("error"), QString::fromLatin1(said)}, {QStringLiteral("error_description"), m_description}}, 400);
    }

    std::unique_ptr<LoginScript> m_login;
    std::unique_ptr<WireServer> m_server;
    std::unique_ptr<Clock> m_clock;
    std::unique_ptr<Http> m_http;
    std::unique_ptr<Session> m_session;
    DeviceCode m_shown;
    QList<QByteArray> m_script;
    QList<WireRequest> m_polls;
    QList<qint64> m_times;
    QString m_page = QStringLiteral("https://microsoft.com/devicelogin");
    QString m_pageWithCode, m_description;
    int m_lifetime = 900;
    int m_codes = 0;
};

QTEST_GUILESS_MAIN(tst_DeviceSignIn)
#include "tst_DeviceSignIn.moc"
