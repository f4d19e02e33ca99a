#include "identity/TokenCache.h"

#include <QTest>

using namespace pimgate;

/// Against the keychain of the machine, in an own service. Without one the only thing to hold is that it says so.
class tst_TokenCache : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsFindsAndForgets()
    {
        TokenCache cache{KeychainStore(QStringLiteral("pimgate-test"))};
        const CachedAccount ada = account("ada", "contoso.example", "refresh-1");
        const auto kept = QCoro::waitFor(cache.keep(ada));
        if (!kept) {
            QCOMPARE(kept.error().kind, Error::Kind::Storage);
            QVERIFY(!kept.error().next.isEmpty());
            QSKIP("no keychain here");
        }
        QVERIFY(QCoro::waitFor(cache.keep(account("ada", "contoso.example", "refresh-2")))); // rotation replaces
        QTest::qWait(5);
        QVERIFY(QCoro::waitFor(cache.keep(account("bo", "fabrikam.example", "refresh-3"))));
        QCOMPARE(QCoro::waitFor(cache.accounts())->size(), 2);

        QCOMPARE(found(cache, QStringLiteral("contoso.example")), QByteArray("refresh-2"));
        QCOMPARE(found(cache, ada.tenantId), QByteArray("refresh-2"));
        QCOMPARE(found(cache, {}), QByteArray("refresh-3")); // the last one
        QCOMPARE(found(cache, QStringLiteral("other.example")), QByteArray());

        QVERIFY(QCoro::waitFor(cache.forget(ada)));
        QCOMPARE(found(cache, QStringLiteral("contoso.example")), QByteArray());
        QVERIFY(QCoro::waitFor(cache.forget(account("bo", "fabrikam.example", ""))));
        QVERIFY(QCoro::waitFor(cache.accounts())->isEmpty());
    }

private:
    static CachedAccount account(const char *name, const char *tenant, const char *token)
    {
        CachedAccount account;
        account.loginHost = QStringLiteral("localhost:4401");
        account.tenant = QString::fromLatin1(tenant);
        account.tenantId = QLatin1String("id-of-") + account.tenant;
        account.clientId = QStringLiteral("client");
        account.objectId = QString::fromLatin1(name);
        account.userName = account.objectId + QLatin1Char('@') + account.tenant;
        account.homeAccountId = account.objectId + QLatin1Char('.') + account.tenantId;
        account.refreshToken = Secret(QByteArray(token));
        return account;
    }

    static QByteArray found(TokenCache &cache, const QString &tenant)
    {
        const QString host = QStringLiteral("localhost:4401");
        const auto account = QCoro::waitFor(cache.find(host, tenant, QStringLiteral("client")));
        return account && *account ? (*account)->refreshToken.reveal() : QByteArray();
    }
};

QTEST_GUILESS_MAIN(tst_TokenCache)
#include "tst_TokenCache.moc"
