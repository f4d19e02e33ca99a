#include "controllers/Usage.h"
#include "gate/PortalLinks.h"

#include <QTest>

using namespace pimgate;

/// What pages show beside the rows: links into the admin center, who used the application, how long ago.
class tst_Facts : public QObject
{
    Q_OBJECT

    static Snapshot built()
    {
        Snapshot snapshot;
        snapshot.group.emplace().id = QStringLiteral("g1");
        snapshot.application.emplace().id = QStringLiteral("sp1");
        snapshot.application->appId = QStringLiteral("app1");
        snapshot.policy.emplace().id = QStringLiteral("p1");
        return snapshot;
    }

    static SignInRecord record(const char *user, int daysAgo, int errorCode = 0)
    {
        SignInRecord one;
        one.userId = QLatin1String(user);
        one.userName = QLatin1String(user) + QStringLiteral("@contoso.demo");
        one.at = QDateTime::fromString(QStringLiteral("2026-11-20T12:00:00Z"), Qt::ISODate).addDays(-daysAgo);
        one.errorCode = errorCode;
        return one;
    }

private Q_SLOTS:
    void everyRowLinksToItsBlade_data()
    {
        QTest::addColumn<int>("step");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("fragment");
        QTest::newRow("group") << 1 << "group"
                               << "view/Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/g1";
        QTest::newRow("assignment") << 2 << "assignment"
                                    << "view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Users/objectId/sp1/appId/app1";
        QTest::newRow("required") << 2 << "required"
                                  << "view/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Properties/objectId/sp1/appId/app1";
        QTest::newRow("rules") << 3 << "rules"
                               << "view/Microsoft_Azure_PIMCommon/ResourceMenuBlade/~/RoleSettings/resourceId/g1/resourceType/"
                                  "Security/provider/aadgroup";
        QTest::newRow("eligible") << 3 << "eligible:u1"
                                  << "view/Microsoft_Azure_PIMCommon/ResourceMenuBlade/~/Assignments/resourceId/g1/resourceType/"
                                     "Security/provider/aadgroup";
        QTest::newRow("policy") << 4 << "policy"
                                << "view/Microsoft_AAD_ConditionalAccess/PolicyBlade/policyId/p1";
        QTest::newRow("state") << 4 << "state"
                               << "view/Microsoft_AAD_ConditionalAccess/PolicyBlade/policyId/p1";
    }

    void everyRowLinksToItsBlade()
    {
        QFETCH(int, step);
        QFETCH(QString, key);
        QFETCH(QString, fragment);
        Change change;
        change.step = StepId(step);
        change.key = ChangeKey::parse(key).value();
        for (const char *portal : {"https://entra.microsoft.com", "https://entra.microsoft.us"}) {
            const QUrl link = portalLink(change, built(), QUrl(QLatin1String(portal)));
            QCOMPARE(link.host(), QUrl(QLatin1String(portal)).host()); // of the cloud that is worked in
            QCOMPARE(link.fragment(), fragment);
            QVERIFY2(portalLink(change, Snapshot(), QUrl(QLatin1String(portal))).isEmpty(), "what is not there has no link");
        }
    }

    void usersAreCountedOnceAndRefusedOnesNot()
    {
        const Usage usage(QStringLiteral("app1"),
                          {record("ada", 3), record("ada", 1), record("bo", 2, 53003), record("svc-sync", 0)});
        QCOMPARE(usage.people().size(), 2);
        QCOMPARE(usage.admitted(), 3);
        QCOMPARE(usage.lastOf(QStringLiteral("ada")), record("ada", 1).at);
        QVERIFY(!usage.lastOf(QStringLiteral("bo")).isValid());
        QVERIFY(!usage.people().first().service);
        QVERIFY(usage.people().last().service);
    }

    void onlyTheDirectoryKnowsGuests()
    {
        Usage usage(QStringLiteral("app1"), {record("tom", 3)});
        QVERIFY(!usage.people().first().who.guest);
        Principal tom;
        tom.id = QStringLiteral("tom");
        tom.guest = true;
        usage.learn({{tom.id, tom}});
        QVERIFY(usage.people().first().who.guest);
    }

    void aRefusedLogIsNotAnEmptyOne()
    {
        Error denied;
        denied.kind = Error::Kind::Denied;
        QVERIFY(!Usage(QStringLiteral("app1"), {}, denied).readable());
        QVERIFY(Usage(QStringLiteral("app1"), {}).readable());
        QVERIFY(!Usage().readable());
    }

    void serviceNamesAreGuessed_data()
    {
        QTest::addColumn<bool>("service");
        QTest::newRow("svc-ninja-sync@contoso.demo") << true;
        QTest::newRow("NinjaOne sync") << true;
        QTest::newRow("service.account@contoso.com") << true;
        QTest::newRow("ada.lindqvist@services.com") << false;
        QTest::newRow("Bottke, Anna") << false;
        QTest::newRow("Apia Syncroski") << false;
    }

    void serviceNamesAreGuessed()
    {
        QFETCH(bool, service);
        QCOMPARE(looksLikeService(QString::fromLatin1(QTest::currentDataTag())), service);
    }

    void agoIsCountedInDaysOfThePlace()
    {
        const QDateTime now(QDate(2026, 11, 20), QTime(12, 0));
        QVERIFY(ago(now.addSecs(-180), now).startsWith(QLatin1String("3 min")));
        QCOMPARE(ago(now.addSecs(-3 * 3600), now), QStringLiteral("today"));
        QCOMPARE(ago(now.addDays(-1), now), QStringLiteral("yesterday"));
        QVERIFY(ago(now.addDays(-4), now).startsWith(QLatin1String("4 day")));
        QVERIFY(ago(now.addSecs(60), now).startsWith(QLatin1String("0 min"))); // clocks apart: never in the future
    }
};

QTEST_GUILESS_MAIN(tst_Facts)
#include "tst_Facts.moc"
