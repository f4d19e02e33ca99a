#include "identity/MsalCache.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace pimgate;

namespace {

const QString home = QStringLiteral("aaaaaaaa-0000-0000-0000-000000000001.11111111-2222-3333-4444-555555555555");
const QString tenant = QStringLiteral("11111111-2222-3333-4444-555555555555");
const QString client = QStringLiteral("c1c1c1c1-0000-0000-0000-000000000001");
const QString host = QStringLiteral("localhost:4401");

CachedAccount ada()
{
    CachedAccount account;
    account.loginHost = host;
    account.tenantId = tenant;
    account.tenant = QStringLiteral("contoso.example");
    account.clientId = client;
    account.objectId = QStringLiteral("aaaaaaaa-0000-0000-0000-000000000001");
    account.userName = QStringLiteral("ada@contoso.example");
    account.displayName = QStringLiteral("Ada");
    account.homeAccountId = home;
    account.refreshToken = Secret(QByteArray("refresh"));
    account.idToken = Secret(QByteArray("id"));
    account.accessToken = Secret(QByteArray("access"));
    account.scopes = QStringList{QStringLiteral("openid"), QStringLiteral("profile"), QStringLiteral("User.Read"),
                                 QStringLiteral("offline_access")};
    account.expires = QDateTime::fromSecsSinceEpoch(1795336201).toUTC();
    return account;
}

/// What msal-node wrote: no member of ours.
QJsonObject ofMsal()
{
    const QByteArray text = R"({"Account":{"h":{"home_account_id":"H","environment":"E","realm":"T","local_account_id":"L",
        "username":"bo@fabrikam.example","authority_type":"MSSTS","name":"Bo"}},
        "RefreshToken":{"H-E-refreshtoken-C---":{"home_account_id":"H","environment":"E","credential_type":"RefreshToken",
        "client_id":"C","secret":"r"}},"AccessToken":{"k":{"home_account_id":"H","environment":"E","credential_type":"AccessToken",
        "client_id":"C","secret":"a","realm":"T","target":"openid User.Read","cached_at":"1795332602","expires_on":"1795336201",
        "token_type":"Bearer"}},"IdToken":{},"AppMetadata":{"m":{"client_id":"C"}}})";
    return QJsonDocument::fromJson(text).object();
}

} // namespace

class tst_MsalCache : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keysAreFormedAsMsalFormsThem()
    {
        QJsonObject document;
        MsalCache::put(document, ada());
        const QString start = home + QStringLiteral("-localhost:4401-");
        QCOMPARE(document[QLatin1String("Account")].toObject().keys(), QStringList{start + tenant});
        QCOMPARE(document[QLatin1String("IdToken")].toObject().keys(),
                 QStringList{start + QStringLiteral("idtoken-") + client + u'-' + tenant + QStringLiteral("--")});
        QCOMPARE(document[QLatin1String("AccessToken")].toObject().keys(),
                 QStringList{start + QStringLiteral("accesstoken-") + client + u'-' + tenant +
                             QStringLiteral("-openid profile user.read offline_access-")});
        QCOMPARE(document[QLatin1String("RefreshToken")].toObject().keys(),
                 QStringList{start + QStringLiteral("refreshtoken-") + client + QStringLiteral("---")});
        const QJsonObject access = document[QLatin1String("AccessToken")].toObject().begin()->toObject();
        QCOMPARE(access[QLatin1String("target")].toString(), QStringLiteral("openid profile User.Read offline_access"));
        QCOMPARE(access[QLatin1String("expires_on")].toString(), QStringLiteral("1795336201"));
    }

    void whatIsPutComesBack()
    {
        QJsonObject document;
        MsalCache::put(document, ada());
        const QList<CachedAccount> accounts = MsalCache::accounts(document);
        QCOMPARE(accounts.size(), 1);
        QCOMPARE(accounts.first().userName, ada().userName);
        QCOMPARE(accounts.first().tenant, ada().tenant);
        QCOMPARE(accounts.first().accessToken.reveal(), QByteArray("access"));
        QCOMPARE(accounts.first().expires, ada().expires);
        QCOMPARE(accounts.first().scopes, ada().scopes);
    }

    void newTokensReplaceOldOnes()
    {
        QJsonObject document;
        MsalCache::put(document, ada());
        CachedAccount later = ada();
        later.scopes << QStringLiteral("Group.ReadWrite.All");
        later.refreshToken = Secret(QByteArray("rotated"));
        MsalCache::put(document, later);
        QCOMPARE(document[QLatin1String("AccessToken")].toObject().size(), 1);
        QCOMPARE(MsalCache::accounts(document).first().refreshToken.reveal(), QByteArray("rotated"));
    }

    void onePersonInTwoTenantsKeepsTheSharedRefreshToken()
    {
        QJsonObject document;
        CachedAccount customer = ada();
        customer.tenantId = QStringLiteral("99999999-2222-3333-4444-555555555555");
        MsalCache::put(document, ada());
        MsalCache::put(document, customer);
        QCOMPARE(MsalCache::accounts(document).size(), 2);
        // As MSAL has it: one account for the person, under his home tenant, with a profile for each tenant.
        const QJsonObject people = document[QLatin1String("Account")].toObject();
        QCOMPARE(people.keys(), QStringList{home + QStringLiteral("-localhost:4401-") + tenant});
        QCOMPARE(people.begin()->toObject()[QLatin1String("realm")].toString(), tenant);
        QCOMPARE(people.begin()->toObject()[QLatin1String("tenantProfiles")].toArray().size(), 2);
        MsalCache::put(document, ada());
        QCOMPARE(MsalCache::accounts(document).size(), 2);
        MsalCache::drop(document, customer);
        QCOMPARE(MsalCache::accounts(document).size(), 1);
        QCOMPARE(MsalCache::accounts(document).first().tenantId, tenant);
        MsalCache::drop(document, ada());
        QVERIFY(MsalCache::accounts(document).isEmpty());
        QVERIFY(!QJsonDocument(document).toJson().contains("refresh\""));
    }

    void whatMsalWroteIsReadAndCarriedThrough()
    {
        QJsonObject document = ofMsal();
        const CachedAccount bo = MsalCache::accounts(document).value(0);
        QCOMPARE(bo.userName, QStringLiteral("bo@fabrikam.example"));
        QCOMPARE(bo.clientId, QStringLiteral("C"));
        QCOMPARE(bo.accessToken.reveal(), QByteArray("a"));
        MsalCache::put(document, ada());
        MsalCache::drop(document, ada());
        QCOMPARE(document[QLatin1String("AppMetadata")].toObject().size(), 1);
        QCOMPARE(MsalCache::accounts(document).size(), 1);
    }

    void nonsenseIsNobody_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray("{}");
        QTest::newRow("wrong types") << QByteArray(R"({"Account":[1],"RefreshToken":"x"})");
        QTest::newRow("entries that are no objects") << QByteArray(R"({"Account":{"a":1},"RefreshToken":{"b":null}})");
    }
    void nonsenseIsNobody()
    {
        QFETCH(QByteArray, text);
        QVERIFY(MsalCache::accounts(QJsonDocument::fromJson(text).object()).isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_MsalCache)
#include "tst_MsalCache.moc"
