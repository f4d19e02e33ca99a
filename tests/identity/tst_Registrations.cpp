#include "identity/Registrations.h"
#include "identity/Session.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace pimgate;

namespace {

const QString own = QStringLiteral("aaaaaaaa-1111-2222-3333-444444444444");

Account ada()
{
    Account account;
    account.objectId = QStringLiteral("o");
    account.userName = QStringLiteral("ada@contoso.example");
    return account;
}

} // namespace

class tst_Registrations : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ownOneIsUsedInItsCloudAlone()
    {
        QTemporaryDir folder;
        Registrations registrations(folder.path());
        const Cloud global = *Cloud::named(QStringLiteral("global"));
        const Cloud china = *Cloud::named(QStringLiteral("china"));
        QCOMPARE(registrations.applied(china).clientId, QString()); // applications are not copied there
        QVERIFY(registrations.set(QStringLiteral("china"), own));
        QCOMPARE(Registrations(folder.path()).applied(china).clientId, own);
        QCOMPARE(registrations.applied(global).clientId, QString::fromLatin1(defaultClientId));
        QVERIFY(registrations.set(QStringLiteral("china"), {}));
        QVERIFY(!registrations.of(QStringLiteral("china")));
    }

    void onlyASignInThroughItVerifies()
    {
        QTemporaryDir folder;
        Registrations registrations(folder.path());
        const QDateTime now = QDateTime::currentDateTimeUtc();
        Cloud global = *Cloud::named(QStringLiteral("global"));
        QVERIFY(registrations.set(global.name, own));
        QVERIFY(!registrations.of(global.name)->verified.isValid());
        registrations.noteSignIn(global, ada(), now); // through Microsoft's own
        QVERIFY(!registrations.of(global.name)->verified.isValid());
        registrations.noteSignIn(registrations.applied(global), ada(), now);
        QCOMPARE(registrations.of(global.name)->verifiedBy, ada().userName);
        QVERIFY(registrations.set(global.name, QStringLiteral("bbbbbbbb-1111-2222-3333-444444444444")));
        QVERIFY(!registrations.of(global.name)->verified.isValid()); // that was about the other one
    }

    void refusals()
    {
        QTemporaryDir folder;
        Registrations registrations(folder.path());
        QCOMPARE(registrations.set(QStringLiteral("global"), QStringLiteral("PIM Gate")).error().kind, Error::Kind::Input);
        Registrations nowhere(QStringLiteral("/proc/nowhere"));
        QCOMPARE(nowhere.set(QStringLiteral("global"), own).error().kind, Error::Kind::Storage);
    }
};

QTEST_GUILESS_MAIN(tst_Registrations)
#include "tst_Registrations.moc"
