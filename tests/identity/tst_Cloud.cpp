#include "identity/Cloud.h"
#include "wire/ScratchDir.h"

#include <QJsonDocument>
#include <QTest>

using namespace pimgate;

/// JSON with ' for ", which reads better here.
static QByteArray quoted(QByteArray text)
{
    return text.replace('\'', '"');
}

class tst_Cloud : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void knownClouds_data()
    {
        QTest::addColumn<QString>("graphHost");
        QTest::newRow("global") << QStringLiteral("graph.microsoft.com");
        QTest::newRow("usgov") << QStringLiteral("graph.microsoft.us");
        QTest::newRow("usgov-dod") << QStringLiteral("dod-graph.microsoft.us");
        QTest::newRow("china") << QStringLiteral("microsoftgraph.chinacloudapi.cn");
    }
    void knownClouds()
    {
        QFETCH(QString, graphHost);
        const auto cloud = Cloud::named(QString::fromLatin1(QTest::currentDataTag()));
        QVERIFY(cloud);
        QCOMPARE(cloud->graph.host(), graphHost);
        QVERIFY(!cloud->isDemo());
        QVERIFY(cloud->portal.isValid());
        QCOMPARE(cloud->authorizeUrl().path(), QStringLiteral("/organizations/oauth2/v2.0/authorize"));
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("member");
        const auto row = [](const char *name, const char *json, const char *member) {
            QTest::newRow(name) << quoted(json) << QString::fromLatin1(member);
        };
        row("no login", "{'graph':'https://g'}", "login");
        row("no graph", "{'login':'https://l'}", "graph");
        row("plain http", "{'login':'http://l.example','graph':'https://g'}", "login");
        row("ftp", "{'login':'ftp://127.0.0.1','graph':'http://127.0.0.1'}", "login");
        row("not a text", "{'login':1,'graph':'https://g'}", "login");
        row("user info", "{'login':'https://a:b@l','graph':'https://g'}", "login");
        row("half a demo", "{'login':'http://127.0.0.1:1','graph':'https://g'}", "graph");
        row("loopback lookalike", "{'login':'http://127.0.0.1.example','graph':'http://127.0.0.1'}", "login");
        row("client id", "{'login':'https://l','graph':'https://g','clientId':'x'}", "clientId");
        row("tenant", "{'login':'https://l','graph':'https://g','tenant':'a/../b'}", "tenant");
        row("time scale off loopback", "{'login':'https://l','graph':'https://g','timeScale':2}", "timeScale");
        row("time scale", "{'login':'http://localhost:1','graph':'http://localhost:1','timeScale':'fast'}", "timeScale");
    }
    void refusals()
    {
        QFETCH(QByteArray, json);
        QFETCH(QString, member);
        const auto cloud = Cloud::fromJson(QJsonDocument::fromJson(json).object());
        QVERIFY(!cloud);
        QCOMPARE(cloud.error().kind, Error::Kind::Input);
        QCOMPARE(cloud.error().where, member);
        QVERIFY(!cloud.error().next.isEmpty());
    }

    void fileOfADemoTenant()
    {
        test::ScratchDir dir;
        QFile file(dir.filePath(QStringLiteral("cloud.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(quoted(
            "{'name':'Contoso demo','login':'http://127.0.0.1:4711/','graph':'http://127.0.0.1:4711','tenant':'contoso.example',"
            "'timeScale':60,'controlKey':'k','unknown':[1]}"
            "\nmore output\n"));
        file.close();
        const auto cloud = Cloud::named(file.fileName());
        QVERIFY2(cloud, cloud ? "" : qPrintable(cloud.error().text()));
        QVERIFY(cloud->isDemo());
        QCOMPARE(cloud->timeScale, 60.0);
        QCOMPARE(cloud->controlKey, QStringLiteral("k"));
        QCOMPARE(cloud->clientId, QString::fromLatin1(defaultClientId));
        QCOMPARE(cloud->tokenUrl().toString(), QStringLiteral("http://127.0.0.1:4711/contoso.example/oauth2/v2.0/token"));
        QCOMPARE(cloud->graphUrl(QStringLiteral("/users/a%23b?$filter=x%20eq%20'y%26z'")).toEncoded(),
                 QByteArray("http://127.0.0.1:4711/v1.0/users/a%23b?$filter=x%20eq%20'y%26z'"));
    }

    void controlKeyIsForLoopbackAlone()
    {
        const auto cloud = Cloud::fromJson(
            QJsonDocument::fromJson(quoted("{'login':'https://l','graph':'https://g','controlKey':'k','caFile':'/x'}")).object());
        QVERIFY(cloud);
        QVERIFY(cloud->controlKey.isEmpty() && cloud->caFile.isEmpty());
    }

    void unknownNameSaysWhatIsKnown()
    {
        const auto cloud = Cloud::named(QStringLiteral("mars"));
        QVERIFY(!cloud);
        QVERIFY(cloud.error().next.contains(QLatin1String("usgov-dod")));
    }
};

QTEST_GUILESS_MAIN(tst_Cloud)
#include "tst_Cloud.moc"
