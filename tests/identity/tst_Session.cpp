#include "identity/MsalCache.h"
#include "identity/Permissions.h"
#include "identity/Session.h"
#include "identity/TokenCache.h"
#include "wire/LoginScript.h"

#include <QElapsedTimer>
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
        m_session->setMayAsk(false);
        const auto token = QCoro::waitFor(m_session->token());
        QCOMPARE(token.error().kind, Error::Kind::SignIn);
        QCOMPARE(token.error().code, QStringLiteral("AADSTS50173"));
        QCOMPARE(QCoro::waitFor(m_session->token()).error().kind, Error::Kind::SignIn);
        QCOMPARE(refreshes(), 1); // the dead refresh token is not sent again
        QCOMPARE(m_login->claimsAsked.size(), 1);
    }

    void revocationIsOneQuestionForAll()
    {
        revokeRefreshTokens();
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
        QCOMPARE(m_login->claimsAsked.size(), 2); // the sign-in, and one question
        QCOMPARE(m_login->hints.mid(2), QStringList({QStringLiteral("ada@contoso.example"), QStringLiteral("contoso.example")}));
    }

    void aNoIsNotAskedAgain()
    {
        revokeRefreshTokens();
        m_login->consents = false;
        m_clock->learn(QDateTime::currentDateTimeUtc().addSecs(3500));
        QCOMPARE(QCoro::waitFor(m_session->token()).error().code, QStringLiteral("AADSTS65004"));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(QCoro::waitFor(m_session->token()).error().kind, Error::Kind::SignIn);
        QCOMPARE(m_login->claimsAsked.size(), 2);
        QCOMPARE(refreshes(), 1);
    }

    void stopAskingEndsTheWaitOfAllWithinASecond()
    {
        class Silent : public Browser
        {
        public:
            bool open(const QUrl &) override { return true; }
        };
        auto memory = TokenCache::inMemory();
        QVERIFY(QCoro::waitFor(memory.keep(keptElsewhere(QString::fromLatin1(testTenant)))));
        Session session(*m_http, testCloud(m_server->origin()), std::make_unique<Silent>(), &memory);
        QVERIFY(QCoro::waitFor(session.resume()));
        const QString claims = QStringLiteral(R"({"access_token":{"acrs":{"essential":true,"value":"c1"}}})");
        auto first = session.stepUp(claims);
        auto second = session.stepUp(claims);
        QTRY_VERIFY(session.asking());
        QElapsedTimer timer;
        timer.start();
        session.stopAsking();
        QCOMPARE(QCoro::waitFor(std::move(first)).error().kind, Error::Kind::Cancelled);
        QCOMPARE(QCoro::waitFor(std::move(second)).error().kind, Error::Kind::Cancelled);
        QVERIFY(timer.elapsed() < 1000);
        QVERIFY(!session.asking());
    }

    void permissionsComeSilentlyWhereSomebodyHasConsented()
    {
        m_login->consented = Permissions::all();
        QVERIFY(QCoro::waitFor(m_session->permit({QStringLiteral("Policy.ReadWrite.ConditionalAccess")})));
        QVERIFY(m_session->account().scopes.contains(QLatin1String("Policy.ReadWrite.ConditionalAccess")));
        QCOMPARE(m_login->claimsAsked.size(), 1);
        QVERIFY(QCoro::waitFor(m_session->permit({QStringLiteral("Policy.ReadWrite.ConditionalAccess")})));
        QCOMPARE(refreshes(), 1); // what is there is not asked for again
    }

    void permissionsAreAskedForOnceWhereNobodyHas()
    {
        m_login->consented = Permissions::toLook();
        QVERIFY(QCoro::waitFor(m_session->permit({QStringLiteral("Policy.ReadWrite.ConditionalAccess")})));
        QCOMPARE(m_login->claimsAsked.size(), 2);
        QVERIFY(m_session->account().scopes.contains(QLatin1String("Policy.ReadWrite.ConditionalAccess")));
        QVERIFY(!m_session->account().scopes.contains(QLatin1String("Application.ReadWrite.All")));
    }

    void permissionsRefusedAreNotAskedForEverAfter()
    {
        m_login->consented = Permissions::toLook();
        m_login->consents = false;
        QCOMPARE(QCoro::waitFor(m_session->permit({QStringLiteral("Policy.ReadWrite.ConditionalAccess")})).error().code,
                 QStringLiteral("AADSTS65004"));
        QCOMPARE(m_login->claimsAsked.size(), 2);
        m_clock->learn(QDateTime::currentDateTimeUtc().addSecs(3500));
        m_login->bendClaims = [](QJsonObject &claims) {
            claims.insert(QStringLiteral("exp"), double(QDateTime::currentSecsSinceEpoch() + 11000));
        };
        QVERIFY(QCoro::waitFor(m_session->token())); // looking goes on
        QCOMPARE(m_login->claimsAsked.size(), 2);
    }

    void permissionsThatDoNotComeAreNamedByPurpose()
    {
        const auto permitted = QCoro::waitFor(m_session->permit({QStringLiteral("Policy.ReadWrite.ConditionalAccess")}));
        QCOMPARE(permitted.error().kind, Error::Kind::Denied);
        QVERIFY2(permitted.error().message.contains(QLatin1String("the Conditional Access policy")),
                 qPrintable(permitted.error().message));
    }

    void nobodyElseIsTaken()
    {
        const Who lena{QStringLiteral("lena@contoso.example"), QStringLiteral("bbbbbbbb-0000-0000-0000-000000000002")};
        const auto account = QCoro::waitFor(m_session->signIn(lena));
        QCOMPARE(account.error().code, QStringLiteral("WrongAccount"));
        QVERIFY2(account.error().message.contains(QLatin1String("ada@contoso.example")) &&
                     account.error().message.contains(QLatin1String("lena@contoso.example")),
                 qPrintable(account.error().message));
    }

    void aMistypedDomainIsToldBeforeABrowserOpens()
    {
        m_server->setHandler([](const WireRequest &) {
            return WireAnswer::json({{QStringLiteral("error"), QStringLiteral("invalid_tenant")},
                                     {QStringLiteral("error_description"), QStringLiteral("AADSTS90002: Tenant not found.")}},
                                    400);
        });
        const auto session = sessionFor(QStringLiteral("contsoo.example"));
        QCOMPARE(QCoro::waitFor(session->signIn()).error().code, QStringLiteral("AADSTS90002"));
        QCOMPARE(m_login->claimsAsked.size(), 1);
    }

    void theDomainsOwnTenantMustHaveSignedIn()
    {
        const QString other = QStringLiteral("99999999-2222-3333-4444-555555555555");
        m_server->setHandler([this, other](const WireRequest &request) {
            if (request.path().endsWith(QLatin1String("openid-configuration")))
                return WireAnswer::json(
                    {{QStringLiteral("issuer"), m_server->origin() + QLatin1Char('/') + other + QLatin1String("/v2.0")}});
            return (*m_login)(request, m_server->origin()).value_or(WireAnswer{404, {}, {}});
        });
        const auto session = sessionFor(QStringLiteral("contoso.example"));
        const auto account = QCoro::waitFor(session->signIn());
        QCOMPARE(account.error().kind, Error::Kind::SignIn);
        QVERIFY2(account.error().message.contains(QLatin1String("another tenant")), qPrintable(account.error().message));
    }

    void aKeptPersonOfAnotherTenantIsTriedHere()
    {
        auto memory = TokenCache::inMemory();
        Session session(*m_http, testCloud(m_server->origin()),
                        std::make_unique<HttpBrowser>(*m_http, QStringLiteral("ada@contoso.example")), &memory);
        const CachedAccount partner = keptElsewhere(QStringLiteral("99999999-2222-3333-4444-555555555555"));
        m_server->requests.clear();
        const auto account = QCoro::waitFor(session.resumeAs(partner));
        QVERIFY2(account, account ? "" : qPrintable(account.error().text()));
        QCOMPARE(account->tenantId, QString::fromLatin1(testTenant));
        QCOMPARE(m_server->requests.size(), 1); // by refresh, without a browser
        QCOMPARE(m_server->requests.first().form("refresh_token"), QStringLiteral("kept"));
        const auto kept = QCoro::waitFor(memory.accounts());
        QCOMPARE(kept->size(), 1);
        QCOMPARE(kept->first().tenantId, QString::fromLatin1(testTenant));
    }

    void withoutAClientIdNobodySignsIn()
    {
        Cloud china = *Cloud::named(QStringLiteral("china"));
        Session session(*m_http, china, std::make_unique<HttpBrowser>(*m_http, QString()));
        QCOMPARE(QCoro::waitFor(session.signIn()).error().kind, Error::Kind::Input);
        QCOMPARE(QCoro::waitFor(session.signInByCode()).error().kind, Error::Kind::Input);
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
    void revokeRefreshTokens()
    {
        m_login->token = [this](const WireRequest &request) {
            if (request.form("grant_type") == QLatin1String("refresh_token"))
                return WireAnswer::json({{QStringLiteral("error"), QStringLiteral("invalid_grant")},
                                         {QStringLiteral("error_description"), QStringLiteral("AADSTS50173: revoked")}},
                                        400);
            m_login->bendClaims = [](QJsonObject &claims) {
                claims.insert(QStringLiteral("exp"), double(QDateTime::currentSecsSinceEpoch() + 11000));
            };
            return WireAnswer::json(m_login->tokens(m_server->origin()));
        };
    }

    std::unique_ptr<Session> sessionFor(const QString &tenant)
    {
        Cloud cloud = testCloud(m_server->origin());
        cloud.tenant = tenant;
        return std::make_unique<Session>(*m_http, cloud,
                                         std::make_unique<HttpBrowser>(*m_http, QStringLiteral("ada@contoso.example")));
    }

    /// Ada as the cache holds her, signed in to some tenant.
    CachedAccount keptElsewhere(const QString &tenantId) const
    {
        CachedAccount account;
        account.loginHost = QUrl(m_server->origin()).authority();
        account.tenantId = tenantId;
        account.clientId = QString::fromLatin1(testClient);
        account.objectId = QStringLiteral("aaaaaaaa-0000-0000-0000-000000000001");
        account.userName = QStringLiteral("ada@contoso.example");
        account.homeAccountId = QStringLiteral("aaaaaaaa-0000-0000-0000-000000000001.") + QLatin1String(testTenant);
        account.refreshToken = Secret(QByteArray("kept"));
        return account;
    }

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
