// Every request of apply meets every kind of trouble once. The run comes to the state of an undisturbed one, or it ends
// with an error that says what to do, nobody locked out, and comes to that state when it is resumed.
#include "gate/Boundary.h"
#include "gate/GateBench.h"

#include <map>

using namespace pimgate;
using namespace pimgate::test;

namespace {

const auto ninja = "NinjaOne";
const QString ninjaGroup = QStringLiteral("PIM-NinjaOne-Admins");

QJsonObject status(int status, const char *code = "", int times = 1)
{
    QJsonObject fault{{QStringLiteral("status"), status}, {QStringLiteral("times"), times}};
    if (*code)
        fault.insert(QStringLiteral("code"), QLatin1String(code));
    return fault;
}

QJsonObject with(QJsonObject fault, const char *member, const QJsonValue &value)
{
    fault.insert(QLatin1String(member), value);
    return fault;
}

} // namespace

class tst_Faults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

#define TROUBLE(name, fault)                                                                                                     \
    void name##_data()                                                                                                           \
    {                                                                                                                            \
        rows();                                                                                                                  \
    }                                                                                                                            \
    void name()                                                                                                                  \
    {                                                                                                                            \
        disturb(fault);                                                                                                          \
    }
    TROUBLE(throttledWithATime, with(status(429, "", 2), "retryAfter", 20))
    TROUBLE(throttled, status(429, "", 2))
    TROUBLE(serverError, status(500))
    TROUBLE(unavailable, status(503))
    TROUBLE(gatewayTimeout, status(504))
    TROUBLE(droppedBefore, with({}, "drop", QStringLiteral("before")))
    TROUBLE(droppedAfter, with({}, "drop", QStringLiteral("after")))
    TROUBLE(garbled, with({}, "garbage", true))
    TROUBLE(cutOff, with({}, "truncated", true))
    TROUBLE(tokenExpired, status(401))
    TROUBLE(challenged, with(status(401), "claims", QStringLiteral(R"({"access_token":{"nbf":{"essential":true,"value":"1"}}})")))
    TROUBLE(forbidden, status(403, "Authorization_RequestDenied"))
    TROUBLE(notCopiedYet, status(404, "Request_ResourceNotFound", 3))
    TROUBLE(notShownForAMinute, with({}, "invisibleFor", QStringLiteral("PT60S")))
    TROUBLE(conflict, status(409, "Conflict"))
    TROUBLE(slow, with({}, "delayMs", 600))
#undef TROUBLE

private:
    void rows();
    void disturb(const QJsonObject &trouble);
    static bool wasMet(const GateBench &bench, int times);

    QList<Boundary> m_boundaries;
    QString m_undisturbed;
    std::map<QString, std::map<QString, int>> m_table; ///< trouble -> how it ended -> how often
};

void tst_Faults::initTestCase()
{
    GateBench bench;
    GATE_READY(bench);
    const qsizetype before = bench.exchanges("?api=graph").size();
    ENDS(bench.apply(bench.wish(ninja, true)), "verified");
    m_boundaries = boundariesIn(bench.exchanges("?api=graph").mid(before));
    m_undisturbed = bench.comparable();
    QVERIFY(m_boundaries.size() > 40);
}

void tst_Faults::rows()
{
    QTest::addColumn<int>("boundary");
    for (int i = 0; i < m_boundaries.size(); ++i)
        QTest::addRow("%02d %s", i, qPrintable(m_boundaries[i].name())) << i;
}

/// The list still holds it, with fewer times left, or it is used up.
bool tst_Faults::wasMet(const GateBench &bench, int times)
{
    const QJsonArray left = QJsonDocument::fromJson(bench.client->control("GET", QStringLiteral("faults")).body).array();
    return left.isEmpty() || left.first()[QLatin1String("times")].toInt() < times;
}

void tst_Faults::disturb(const QJsonObject &trouble)
{
    QFETCH(int, boundary);
    const Boundary &where = m_boundaries[boundary];
    GateBench bench(1000);
    GATE_READY(bench);
    bench.http.setTimeouts(std::chrono::milliseconds(2000), std::chrono::milliseconds(300));
    QJsonObject fault = trouble;
    fault.insert(QStringLiteral("match"),
                 QJsonObject{{QStringLiteral("method"), QLatin1Char('^') + where.method + QLatin1Char('$')},
                             {QStringLiteral("path"), where.pattern}});
    fault.insert(QStringLiteral("skip"), where.nth);
    bench.faults({fault});
    const auto first = bench.apply(bench.wish(ninja, true));
    QVERIFY2(wasMet(bench, trouble[QLatin1String("times")].toInt(1)), "the request did not come");
    bench.faults({});
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    QString end = first ? nameOf(first->state) : QStringLiteral("error");
    if (end != QLatin1String("verified")) {
        if (!first) {
            QVERIFY2(!first.error().message.isEmpty() && !first.error().next.isEmpty(), qPrintable(first.error().text()));
            QVERIFY(!first.error().is(Error::Kind::Cancelled));
        }
        bench.restart();
        const auto second =
            bench.run.isEmpty() ? bench.apply(bench.wish(ninja, true)) : QCoro::waitFor(bench.runner->resume(bench.run));
        ENDS(second, "verified");
        end += QLatin1String(", then verified");
    }
    const QString is = bench.comparable();
    QVERIFY2(is == m_undisturbed, (difference(m_undisturbed, is) + told(first)).constData());
    ++m_table[QString::fromLatin1(QTest::currentTestFunction())][end];
}

void tst_Faults::cleanupTestCase()
{
    for (const auto &[trouble, ends] : m_table) {
        QStringList words;
        for (const auto &[how, count] : ends)
            words << QStringLiteral("%1 %2").arg(count).arg(how);
        qInfo("%-20s %3d requests: %s", qPrintable(trouble), int(m_boundaries.size()),
              qPrintable(words.join(QLatin1String("; "))));
    }
}

QTEST_GUILESS_MAIN(tst_Faults)
#include "tst_Faults.moc"
