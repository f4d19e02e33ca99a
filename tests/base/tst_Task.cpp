#include "base/Task.h"

#include <QCoreApplication>
#include <QTest>

#include <memory>

using namespace pimgate;

class Bell : public QObject
{
    Q_OBJECT
public:
    Task<> count(int *heard)
    {
        for (;;) {
            co_await untilEmitted(this, &Bell::rang);
            ++*heard;
        }
    }

Q_SIGNALS:
    void rang(int loudness);
};

class tst_Task : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goesOnInTheNextTurn()
    {
        Bell bell;
        int heard = 0;
        const auto task = bell.count(&heard);
        Q_EMIT bell.rang(1);
        QCOMPARE(heard, 0);
        QCoreApplication::processEvents();
        QCOMPARE(heard, 1);
        Q_EMIT bell.rang(2);
        QCoreApplication::processEvents();
        QCOMPARE(heard, 2);
    }

    /// What waits belongs to the object: after its end there is nothing left to go on with.
    void neverGoesOnBesideADeletedObject()
    {
        auto bell = std::make_unique<Bell>();
        int heard = 0;
        const auto task = bell->count(&heard);
        Q_EMIT bell->rang(1);
        bell.reset();
        QCoreApplication::processEvents();
        QCOMPARE(heard, 0);
    }
};

QTEST_GUILESS_MAIN(tst_Task)
#include "tst_Task.moc"
