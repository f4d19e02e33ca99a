#include "base/IsoDuration.h"

#include <QTest>

using namespace pimgate;
using namespace std::chrono_literals;

class tst_IsoDuration : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void reads_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<qint64>("seconds");
        QTest::addColumn<QString>("normal");
        const auto row = [](const char *text, std::chrono::seconds value, const char *normal) {
            QTest::newRow(text) << QString::fromLatin1(text) << qint64(value.count()) << QString::fromLatin1(normal);
        };
        row("PT30M", 30min, "PT30M");
        row("PT8H", 8h, "PT8H");
        row("P180D", 24h * 180, "P180D");
        row("PT24H", 24h, "P1D");
        row("P1DT2H3M4S", 26h + 3min + 4s, "P1DT2H3M4S");
        row("PT90M", 90min, "PT1H30M");
        row("PT3600S", 1h, "PT1H");
        row("P0DT5M", 5min, "PT5M");
    }

    void reads()
    {
        QFETCH(QString, text);
        QFETCH(qint64, seconds);
        QFETCH(QString, normal);
        const auto parsed = IsoDuration::parse(text);
        QVERIFY(parsed);
        QCOMPARE(qint64(parsed->value().count()), seconds);
        QCOMPARE(parsed->toString(), normal);
        const auto again = IsoDuration::parse(parsed->toString());
        QVERIFY(again);
        QCOMPARE(*again, *parsed);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text : {"",   "P",     "PT",    "P1Y",  "P6M",  "P2W", "-PT5M",  "PT1.5H",  "PT0S",    "P0D",
                                 "8H", "PT8H ", " PT8H", "pt8h", "P1DT", "PT5", "PT4H30", "P180D\n", "4 hours", "P999999999999D"})
            QTest::addRow("'%s'", text) << QString::fromLatin1(text);
    }

    void refuses()
    {
        QFETCH(QString, text);
        const auto parsed = IsoDuration::parse(text);
        QVERIFY(!parsed);
        QVERIFY(parsed.error().is(Error::Kind::Input));
        QVERIFY2(parsed.error().next.contains(QLatin1String("PT4H")), "the refusal shows what is allowed");
    }

    void comparesByLength()
    {
        QCOMPARE(*IsoDuration::parse(QStringLiteral("PT24H")), *IsoDuration::parse(QStringLiteral("P1D")));
        QVERIFY(*IsoDuration::parse(QStringLiteral("PT30M")) < *IsoDuration::parse(QStringLiteral("PT1H")));
        QCOMPARE(IsoDuration().toString(), QStringLiteral("PT0S"));
    }
};

QTEST_APPLESS_MAIN(tst_IsoDuration)
#include "tst_IsoDuration.moc"
