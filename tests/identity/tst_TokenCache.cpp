#include "identity/SecretService.h"
#include "identity/TokenCache.h"

#include <QCoroSignal>
#include <QTest>
#include <qt6keychain/keychain.h>

using namespace pimgate;

/// Run three times by with_keyring.sh, beside a real Secret Service: unlocked, locked, and with none at all.
class tst_TokenCache : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepsFindsAndForgets()
    {
        if (keyring() != "unlocked")
            QSKIP("for an unlocked keyring");
        TokenCache cache{KeychainStore(QStringLiteral("pimgate-test"))};
        const CachedAccount ada = account("ada", "contoso.example", "refresh-1");
        QVERIFY(QCoro::waitFor(cache.keep(ada)));
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
        KeychainStore store(QStringLiteral("pimgate-test"));
        QCOMPARE(QCoro::waitFor(store.read(QStringLiteral("msal-cache"))).error().kind, Error::Kind::NotFound); // nothing stays
    }

    void twoProgramsLoseNothing()
    {
        if (keyring() != "unlocked")
            QSKIP("for an unlocked keyring");
        TokenCache one{KeychainStore(QStringLiteral("pimgate-two"))};
        TokenCache other{KeychainStore(QStringLiteral("pimgate-two"))};
        std::vector<Task<Outcome>> tasks;
        for (int i = 0; i < 4; ++i) {
            tasks.push_back(one.keep(account(QByteArray("a" + QByteArray::number(i)).constData(), "contoso.example", "r")));
            tasks.push_back(other.keep(account(QByteArray("b" + QByteArray::number(i)).constData(), "contoso.example", "r")));
        }
        for (auto &task : tasks)
            QVERIFY(QCoro::waitFor(std::move(task)));
        QCOMPARE(QCoro::waitFor(one.accounts())->size(), 8);
    }

    void longValuesAreSplit()
    {
        if (keyring() != "unlocked")
            QSKIP("for an unlocked keyring");
        KeychainStore small(QStringLiteral("pimgate-split"), 100);
        KeychainStore plain(QStringLiteral("pimgate-split"), 0);
        const QString key = QStringLiteral("k");
        const Secret first(QByteArray(950, 'a'));
        const Secret second(QByteArray(400, 'b'));
        QVERIFY(QCoro::waitFor(small.write(key, first)));
        QCOMPARE(QCoro::waitFor(small.read(key))->reveal(), first.reveal());
        const QByteArray names = QCoro::waitFor(rawEntry(key));
        QVERIFY(QCoro::waitFor(small.write(key, second)));
        QCOMPARE(QCoro::waitFor(small.read(key))->reveal(), second.reveal());
        for (const QByteArray &part : names.split(' ')) // the parts of the value before are gone
            QVERIFY(!QCoro::waitFor(plain.read(QString::fromLatin1(part))));
        QVERIFY(QCoro::waitFor(small.erase(key)));
        QCOMPARE(QCoro::waitFor(small.read(key)).error().kind, Error::Kind::NotFound);
    }

    void leavesSomethingForTheLockedOne()
    {
        if (keyring() != "fill")
            QSKIP("for the keyring that is locked later");
        TokenCache cache{KeychainStore(QStringLiteral("pimgate-locked"))};
        QVERIFY(QCoro::waitFor(cache.keep(account("ada", "contoso.example", "refresh-1"))));
    }

    void lockedKeyringIsNamed()
    {
        if (keyring() != "locked")
            QSKIP("for a locked keyring");
        QVERIFY(QCoro::waitFor(SecretService::isLocked()));
        TokenCache cache{KeychainStore(QStringLiteral("pimgate-locked"))};
        const auto accounts = QCoro::waitFor(cache.accounts());
        QVERIFY2(!accounts, "an empty list would say that nobody is signed in");
        QCOMPARE(accounts.error().kind, Error::Kind::Storage);
        QCOMPARE(QCoro::waitFor(cache.keep(account("bo", "contoso.example", "r"))).error().kind, Error::Kind::Storage);
        // The library reports this deletion as done.
        QCOMPARE(QCoro::waitFor(cache.forget(account("ada", "contoso.example", ""))).error().kind, Error::Kind::Storage);
    }

    void absentKeyringIsNamed()
    {
        if (keyring() != "absent")
            QSKIP("for no keyring");
        TokenCache cache{KeychainStore(QStringLiteral("pimgate-test"))};
        const auto kept = QCoro::waitFor(cache.keep(account("ada", "contoso.example", "r")));
        QCOMPARE(kept.error().kind, Error::Kind::Storage);
        QVERIFY(!kept.error().next.isEmpty());
    }

private:
    static QByteArray keyring() { return qgetenv("PIMGATE_TEST_KEYRING"); }

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

    /// The names of the parts, as the entry itself tells them.
    static Task<QByteArray> rawEntry(QString key)
    {
        auto &job = *new QKeychain::ReadPasswordJob(QStringLiteral("pimgate-split"));
        job.setKey(key);
        job.start();
        co_await qCoro(&job, &QKeychain::Job::finished);
        co_return job.binaryData().mid(int(qstrlen("pimgate-parts:")));
    }
};

QTEST_GUILESS_MAIN(tst_TokenCache)
#include "tst_TokenCache.moc"
