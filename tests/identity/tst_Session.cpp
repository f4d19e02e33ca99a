#include "identity/Session.h"
#include "wire/LoginScript.h"

#include <QTest>

using namespace pimgate;
using namespace pimgate::test;

class tst_Session : public QObject
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
        m_clock = std::make_unique<Clock>();
        m_http = std::make_unique<Http>(*m_clock);
        m_session = std::make_unique<Session>(*m_http, testCloud(m_server->origin()),
                                              std::make_unique<HttpBrowser>(*m_http, QStringLiteral("ada@contoso.example")));
        QVERIFY(QCoro::waitFor(m_session->signIn()));
    }

    void freshTokenComesFromMemory()
    {
        const auto token = QCoro::waitFor(m_session->token());
        QCOMPARE(token->reveal(), QByteArray("access-1"));
        QCOMPARE(refreshes(), 0);
    }

    void twentyCallersShareOneRenewal()
    {
        m_clock->learn(QDateTime::currentDateTimeUtc().addSecs(3500));
        std::vector<Task<Result<Secret>>> tasks;
        for (int i = 0; i < 20; ++i)
            tasks.push_back(m_session->token());
        for (auto &task : tasks) {
            const auto token = QCoro::waitFor(std::move(task));
            QVERIFY2(token, token ? "" : qPrintable(token.error().text()));
            QCOMPARE(token->reveal(), QByteArray("access-2"));
        }
        QCOMPARE(refreshes(), 1);
    }

    void refreshTokensRotateAndKeepCp1()
    {
        m_clock->learn(QDateTime::currentDateTimeUtc().addSecs(3500));
        QVERIFY(QCoro::waitFor(m_session->token()));
        m_login->bendClaims = [](QJsonObject &claims) {
            claims.insert(QStringLiteral("exp"), double(QDateTime::currentSecsSinceEpoch() + 11000));
        };
        m_clock->learn(QDateTime::currentDateTimeUtc().addSecs(7400));
        QVERIFY(QCoro::waitFor(m_session->token()));
        QStringList sent;
        for (const auto &request : m_server->requests)
            if (request.form("grant_type") == QLatin1String("refresh_token")) {
                sent << request.form("refresh_token");
                QVERIFY(request.form("claims").contains(QLatin1String("cp1")));
            }
        QCOMPARE(sent, QStringList({QStringLiteral("refresh-1"), QStringLiteral("refresh-2")}));
    }

    void rejectedTokenIsRenewedOnce()
    {
        const Secret rejected(QByteArray("access-1"));
        QCOMPARE(QCoro::waitFor(m_session->renewed(rejected))->reveal(), QByteArray("access-2"));
        QCOMPARE(QCoro::waitFor(m_session->renewed(rejected))->reveal(), QByteArray("access-2"));
        QCOMPARE(refreshes(), 1);
    }

    void endedSessionAsksForASignIn()
    {
        m_login->token = [](const WireRequest &) {
            return WireAnswer::json({{QStringLiteral("error"), QStringLiteral("invalid_grant")},
                                     {QStringLiteral("error_description"), QStringLiteral("AADSTS50173: revoked")}},
                                    400);
        };
        m_clock->learn(QDateTime::currentDateTimeUtc().addSecs(3500));
        const auto token = QCoro::waitFor(m_session->token());
        QCOMPARE(token.error().kind, Error::Kind::SignIn);
        QCOMPARE(token.error().code, QStringLiteral("AADSTS50173"));
        QCOMPARE(QCoro::waitFor(m_session->token()).error().kind, Error::Kind::SignIn);
        QCOMPARE(refreshes(), 1); // the dead refresh token is not sent again
    }

    void stepUpsWithTheSameClaimsShareOneWindow()
    {
        const QString claims = QStringLiteral(R"({"access_token":{"acrs":{"essential":true,"value":"c1"}}})");
        auto first = m_session->stepUp(claims);
        auto second = m_session->stepUp(claims);
        QCOMPARE(QCoro::waitFor(std::move(first))->reveal(), QByteArray("access-2"));
        QCOMPARE(QCoro::waitFor(std::move(second))->reveal(), QByteArray("access-2"));
        QCOMPARE(m_login->claimsAsked.size(), 2); // the sign-in and one step-up
        QVERIFY(m_login->claimsAsked.last().contains(QLatin1String("acrs")) &&
                m_login->claimsAsked.last().contains(QLatin1String("cp1")));
    }

    void stepUpTakesNobodyElse()
    {
        m_login->bendClaims = [](QJsonObject &claims) {
            claims.insert(QStringLiteral("oid"), QStringLiteral("bbbbbbbb-0000-0000-0000-000000000002"));
        };
        const auto token = QCoro::waitFor(m_session->stepUp(QStringLiteral("{}")));
        QCOMPARE(token.error().kind, Error::Kind::SignIn);
        QCOMPARE(m_session->account().userName, QStringLiteral("ada@contoso.example"));
    }

    void adoptedTokenServesWithoutSignIn()
    {
        m_session->adopt(Secret(QByteArray("opaque")));
        QCOMPARE(QCoro::waitFor(m_session->token())->reveal(), QByteArray("opaque"));
        QCOMPARE(QCoro::waitFor(m_session->stepUp(QStringLiteral("{}"))).error().kind, Error::Kind::SignIn);
        QCOMPARE(QCoro::waitFor(m_session->renewed(Secret(QByteArray("opaque")))).error().kind, Error::Kind::SignIn);
        QCOMPARE(m_login->claimsAsked.size(), 1);
    }

    void signOutForgets()
    {
        QVERIFY(QCoro::waitFor(m_session->signOut()));
        QVERIFY(!m_session->account().isValid());
        QCOMPARE(QCoro::waitFor(m_session->token()).error().kind, Error::Kind::SignIn);
        QCOMPARE(refreshes(), 0);
    }

private:
    int refreshes() const
    {
        return int(std::count_if(m_server->requests.cbegin(), m_server->requests.cend(),
                                 [](const WireRequest &r) { return r.form("grant_type") == QLatin1String("refresh_token"); }));
    }

    std::unique_ptr<LoginScript> m_login;
    std::unique_ptr<WireServer> m_server;
    std::unique_ptr<Clock> m_clock;
    std::unique_ptr<Http> m_http;
    std::unique_ptr<Session> m_session;
};

QTEST_GUILESS_MAIN(tst_Session)
#include "tst_Session.moc"
