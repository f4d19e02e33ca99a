#include "demo/PimPlay.h"
#include "demo/odata/Router.h"
#include "demo/store/Seed.h"

#include <QTest>

using namespace pimgate::demotest;
using namespace pimgate;

/// Random operations of PIM, sensible and not, with the clock moving on: what must hold, holds after each of them, and
/// the same play gives the same tenant. Most is played without the wire, so that there can be much of it.
class tst_PimPlay : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holds_data();
    void holds();
    void goesOnFromItsState_data() { holds_data(); }
    void goesOnFromItsState();
    void overTheWire();
};

namespace {

/// A tenant in this thread.
class Inside
{
public:
    Inside() : m_store(&m_clock, 1)
    {
        demo::fillStore(m_store, 0, 0);
        demo::addDirectoryRoutes(m_router, m_store);
        demo::addPimRoutes(m_router, m_store);
        demo::addPolicyRoutes(m_router, m_store);
    }
    Stage stage()
    {
        return {[this](const QString &actor, const QByteArray &method, const QString &path, const QJsonObject &body) {
                    return call(actor, method, path, body);
                },
                [this](int seconds) {
                    m_clock.advance(std::chrono::seconds(seconds));
                    m_router.runHooks(m_store);
                },
                [this] { return m_store.now(); }, QStringLiteral("https://graph.microsoft.com")};
    }
    QByteArray state() const { return QJsonDocument(m_store.state(false)).toJson(); }
    /// Becomes what the other one is now. What is wrong with its state; empty: nothing.
    QString become(const Inside &other)
    {
        demo::StateFault fault;
        m_store = m_store.inState(other.m_store.state(true), {}, fault);
        m_clock.set(other.m_clock.setting());
        return fault.path + fault.wrong;
    }

private:
    Reply call(const QString &actor, const QByteArray &method, const QString &path, const QJsonObject &body)
    {
        m_router.runHooks(m_store);
        demo::Request request;
        request.method = method;
        request.path = path.section(QLatin1Char('?'), 0, 0);
        const QStringList options = path.section(QLatin1Char('?'), 1).split(QLatin1Char('&'), Qt::SkipEmptyParts);
        for (const QString &option : options)
            request.query.insert(option.section(QLatin1Char('='), 0, 0), option.section(QLatin1Char('='), 1));
        request.body = body;
        request.origin = QStringLiteral("https://graph.microsoft.com");
        request.caller.oid = m_store.user(upn(actor.toLatin1().constData()))->value(QStringLiteral("id")).toString();
        request.caller.scopes = demo::consentedScopes();
        request.caller.roles = m_store.activeRolesOf(request.caller.oid);
        const demo::Response response = m_router.route(demo::Router::Area::Graph, m_store, request);
        return {response.status, response.json.toObject()};
    }

    demo::DemoClock m_clock;
    demo::Store m_store;
    demo::Router m_router;
};

} // namespace

void tst_PimPlay::holds_data()
{
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 5; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

void tst_PimPlay::holds()
{
    QFETCH(quint32, seed);
    Inside first;
    PimPlay play(seed, first.stage());
    play.begin();
    QVERIFY(!play.group.isEmpty());
    int done = 0, refused = 0;
    for (int i = 0; i < 200; ++i) {
        play.move();
        const PimPlay::Move &last = play.moves.last();
        const QString wrong = play.broken();
        QVERIFY2(wrong.isEmpty(), qPrintable(QStringLiteral("move %1, %2 %3 %4 (%5): %6")
                                                 .arg(i)
                                                 .arg(last.actor, QString::fromLatin1(last.method), last.path)
                                                 .arg(last.status)
                                                 .arg(wrong)));
        (last.status >= 400 ? refused : done) += 1;
    }
    QVERIFY2(done > 30 && refused > 30, qPrintable(QStringLiteral("%1 done, %2 refused").arg(done).arg(refused)));

    // What was refused left nothing behind: without it the same tenant comes out.
    Inside second;
    const Stage again = second.stage();
    for (const PimPlay::Move &move : std::as_const(play.moves)) {
        if (move.method.isEmpty())
            again.advance(move.seconds);
        else if (move.status < 400)
            QCOMPARE(again.call(move.actor, move.method, move.path, move.body).status, move.status);
    }
    QCOMPARE(second.state(), first.state());

    play.pass(400 * 86400); // longer than anything may last
    QVERIFY(play.isQuiet());
    QCOMPARE(play.broken(), QString());
}

/// Whatever is under way: a tenant that takes the state of another answers the moves that follow as that one does.
void tst_PimPlay::goesOnFromItsState()
{
    QFETCH(quint32, seed);
    Inside first, second;
    PimPlay play(seed + 100, first.stage());
    play.begin();
    const Stage twin = second.stage();
    for (int round = 0; round < 8; ++round) {
        QCOMPARE(second.become(first), QString());
        QCOMPARE(second.state(), first.state());
        const auto from = play.moves.size();
        for (int i = 0; i < 25; ++i)
            play.move();
        for (const PimPlay::Move &move : play.moves.mid(from)) {
            if (move.method.isEmpty())
                twin.advance(move.seconds);
            else
                QCOMPARE(twin.call(move.actor, move.method, move.path, move.body).status, move.status);
        }
        QCOMPARE(second.state(), first.state());
    }
}

/// The same over HTTP, twice, with a reset between.
void tst_PimPlay::overTheWire()
{
    PimBench bench;
    QByteArray states[2];
    QStringList answers[2];
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(bench.begin(), QString());
        QDateTime now = QDateTime::fromString(bench.later(0), Qt::ISODate);
        const Stage stage{[&](const QString &actor, const QByteArray &method, const QString &path, const QJsonObject &body) {
                              DemoClient &client = bench.as(actor.toLatin1().constData());
                              const Answer answer =
                                  client.send(method, path, body.isEmpty() ? std::nullopt : std::optional(body));
                              return Reply{answer.status, answer.json()};
                          },
                          [&](int seconds) {
                              bench.advance(qPrintable(IsoDuration(std::chrono::seconds(seconds)).toString()));
                              now = now.addSecs(seconds);
                          },
                          [&] { return now; }, bench.admin().member("graph")};
        PimPlay play(7, stage);
        play.begin();
        QVERIFY(!play.group.isEmpty());
        for (int step = 0; step < 120; ++step)
            play.move();
        QCOMPARE(play.broken(), QString());
        for (const PimPlay::Move &move : std::as_const(play.moves))
            answers[i] << QStringLiteral("%1 %2 %3").arg(QString::fromLatin1(move.method), move.path).arg(move.status);
        states[i] = bench.state();
    }
    QCOMPARE(answers[1], answers[0]);
    QCOMPARE(states[1], states[0]);
}

QTEST_GUILESS_MAIN(tst_PimPlay)
#include "tst_PimPlay.moc"
