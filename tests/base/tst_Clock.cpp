#include "base/Clock.h"

#include <QCoroTask>
#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace pimgate;
using namespace std::chrono_literals;

class tst_Clock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void startsAsTheLocalClock()
    {
        const Clock clock;
        QVERIFY(qAbs(clock.now().msecsTo(QDateTime::currentDateTimeUtc())) < 200);
        QCOMPARE(clock.now().timeSpec(), Qt::UTC);
        QCOMPARE(clock.timeScale(), 1.0);
    }

    void learnsTheTenantsTime_data()
    {
        QTest::addColumn<qint64>("ahead");
        QTest::newRow("a day ahead") << qint64(86'400'000);
        QTest::newRow("ten minutes behind") << qint64(-600'000);
        QTest::newRow("two seconds ahead") << qint64(2000);
    }

    void learnsTheTenantsTime()
    {
        QFETCH(qint64, ahead);
        Clock clock;
        const QDateTime tenant = QDateTime::currentDateTimeUtc().addMSecs(ahead);
        clock.learn(tenant);
        QVERIFY(qAbs(clock.now().msecsTo(tenant)) < 500);
        QVERIFY(qAbs(clock.offset().count() - ahead) < 500);
    }

    /// A Date header has no fractions: the second it names lies up to one second back, and that is no reason to move.
    void leavesAWholeSecondAlone()
    {
        Clock clock;
        QDateTime cut = QDateTime::currentDateTimeUtc().addMSecs(-1);
        cut = QDateTime::fromSecsSinceEpoch(cut.toSecsSinceEpoch()).toUTC();
        clock.learn(cut);
        QCOMPARE(clock.offset(), 0ms);
        clock.learn(QDateTime());
        QCOMPARE(clock.offset(), 0ms);
    }

    /// The demo tenant's clock can be moved forward while the program runs.
    void followsAClockThatIsMoved()
    {
        Clock clock;
        clock.learn(QDateTime::currentDateTimeUtc());
        const QDateTime later = QDateTime::currentDateTimeUtc().addSecs(8 * 3600);
        clock.learn(later);
        QVERIFY(qAbs(clock.now().msecsTo(later)) < 500);
    }

    void runsAsFastAsTheTenant()
    {
        Clock clock;
        clock.setTimeScale(1000);
        const QDateTime before = clock.now();
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < 20) {
        }
        const qint64 passed = before.msecsTo(clock.now());
        QVERIFY2(passed >= 20'000, qPrintable(QString::number(passed)));
    }

    void changingTheScaleDoesNotJump()
    {
        Clock clock;
        clock.learn(QDateTime::currentDateTimeUtc().addDays(3));
        const QDateTime before = clock.now();
        clock.setTimeScale(50);
        QVERIFY(qAbs(before.msecsTo(clock.now())) < 5000); // 100 ms of ours
    }

    void sleepsTheTenantsTime()
    {
        Clock clock;
        clock.setTimeScale(1000);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(QCoro::waitFor(clock.sleep(60s, {})));
        QVERIFY2(timer.elapsed() >= 55 && timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    }

    void stopWakesTheSleeper()
    {
        Clock clock;
        std::stop_source stop;
        QTimer::singleShot(20, this, [&stop] { stop.request_stop(); });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!QCoro::waitFor(clock.sleep(10min, stop.get_token())));
        QVERIFY(timer.elapsed() < 1000);
    }

    void stoppedBeforehandDoesNotSleep()
    {
        Clock clock;
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!QCoro::waitFor(clock.sleep(10min, stop.get_token())));
    }
};

QTEST_GUILESS_MAIN(tst_Clock)
#include "tst_Clock.moc"
