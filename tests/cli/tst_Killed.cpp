// The program is killed (SIGKILL, a real process) at every request of apply, undo and remove: while the tenant has the
// request and has not acted, and after it has acted and before the answer is there. Whoever goes on ends where an
// uninterrupted run ends, and at no moment was anybody locked out.
//   tst_Killed killedInApply | killedInUndo | killedInRemove
#include "gate/Boundary.h"
#include "gate/GateBench.h"

#include <QProcess>

#include <csignal>

using namespace pimgate;
using namespace pimgate::test;

namespace {

const auto ninja = "NinjaOne";
const QString ninjaGroup = QStringLiteral("PIM-NinjaOne-Admins");

/// The program beside a tenant of its own.
struct KillBench : GateBench
{
    KillBench() : GateBench(1000)
    {
        QFile file(folder.filePath(QStringLiteral("cloud.json")));
        if (file.open(QIODevice::WriteOnly))
            file.write(QJsonDocument(tenant->cloudFile()).toJson());
        QFile wished(blueprint());
        if (wished.open(QIODevice::WriteOnly))
            wished.write(QJsonDocument(wish(ninja, true)).toJson());
    }

    QString blueprint() const { return folder.filePath(QStringLiteral("blueprint.json")); }
    QString data() const { return folder.filePath(QStringLiteral("data")); }
    QStringList applying() const { return {QStringLiteral("apply"), blueprint(), QStringLiteral("--yes")}; }
    QStringList removing() const { return {QStringLiteral("remove"), blueprint(), QStringLiteral("--yes")}; }
    QStringList undoing() { return {QStringLiteral("undo"), lastRun(), QStringLiteral("--yes")}; }
    QStringList resuming() { return {QStringLiteral("resume"), lastRun()}; }

    void start(QProcess &process, const QStringList &command) const
    {
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(PIMGATE_PROGRAM),
                      command + QStringList{QStringLiteral("--cloud"), folder.filePath(QStringLiteral("cloud.json")),
                                            QStringLiteral("--data-dir"), data(), QStringLiteral("--sign-in-as"), admin()});
        process.closeWriteChannel();
    }

    /// Its exit status.
    int run(const QStringList &command)
    {
        QProcess process;
        start(process, command);
        if (!process.waitForFinished(120'000))
            process.kill();
        said = process.readAll();
        return process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    }

    /// Killed at this request. False when it never came.
    bool killAt(const Boundary &boundary, const QString &drop, const QStringList &command)
    {
        const QJsonObject match{{QStringLiteral("method"), QLatin1Char('^') + boundary.method + QLatin1Char('$')},
                                {QStringLiteral("path"), boundary.pattern}};
        faults({QJsonObject{{QStringLiteral("match"), match},
                            {QStringLiteral("skip"), boundary.nth},
                            {QStringLiteral("drop"), drop},
                            {QStringLiteral("delayMs"), 120'000}}});
        QProcess process;
        start(process, command);
        bool reached = false;
        while (!reached && process.state() != QProcess::NotRunning) {
            QCoreApplication::processEvents(QEventLoop::AllEvents, 2);
            reached = faultsUsed();
        }
        if (reached)
            ::kill(pid_t(process.processId()), SIGKILL);
        process.waitForFinished();
        said = process.readAll();
        faults({});
        return reached && process.exitStatus() == QProcess::CrashExit;
    }

    QString lastRun()
    {
        History known(data());
        if (!QCoro::waitFor(known.open()))
            return {};
        const auto runs = QCoro::waitFor(known.runs());
        return runs && !runs->isEmpty() ? runs->first().id : QString();
    }

    /// How often somebody signed in is the one thing that a second start adds.
    QString outcome() const
    {
        QStringList lines = comparable().split(QLatin1Char('\n'));
        lines.removeIf([](const QString &line) { return line.startsWith(QLatin1String("signIns ")); });
        return lines.join(QLatin1Char('\n'));
    }

    ScratchDir folder;
    QByteArray said;
};

/// What an uninterrupted command shows: its requests, and the tenant after it.
struct Undisturbed
{
    QList<Boundary> boundaries;
    QString outcome;
};

} // namespace

#define DONE(bench, command) QVERIFY2((bench).run(command) == 0, (bench).said.constData())

class tst_Killed : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void killedInApply_data();
    void killedInApply();
    void killedInUndo_data() { rows("undo"); }
    void killedInUndo() { killedWhileTakingBack(m_undo); }
    void killedInRemove_data() { rows("remove"); }
    void killedInRemove() { killedWhileTakingBack(m_remove); }
    void cleanup();

private:
    void rows(const char *command);
    void killedWhileTakingBack(const Undisturbed &undisturbed);
    void undisturbed(const char *command, Undisturbed &into);

    Undisturbed m_apply, m_undo, m_remove;
    int m_killed = 0, m_seen = 0;
};

void tst_Killed::undisturbed(const char *command, Undisturbed &into)
{
    KillBench bench;
    GATE_READY(bench);
    const bool apply = qstrcmp(command, "apply") == 0;
    if (!apply) {
        DONE(bench, bench.applying());
        bench.client->advance(QStringLiteral("PT6M")); // the five-minute floor is another test's
    }
    const qsizetype before = bench.exchanges().size();
    DONE(bench, apply ? bench.applying() : qstrcmp(command, "undo") == 0 ? bench.undoing() : bench.removing());
    into = {boundariesIn(bench.exchanges().mid(before)), bench.outcome()};
}

void tst_Killed::rows(const char *command)
{
    Undisturbed &one = qstrcmp(command, "apply") == 0 ? m_apply : qstrcmp(command, "undo") == 0 ? m_undo : m_remove;
    undisturbed(command, one);
    QVERIFY(one.boundaries.size() > 10);
    QTest::addColumn<int>("boundary");
    QTest::addColumn<QString>("drop");
    for (int i = 0; i < one.boundaries.size(); ++i)
        for (const char *drop : {"before", "after"})
            QTest::addRow("%s %s", drop, qPrintable(one.boundaries[i].name())) << i << QString::fromLatin1(drop);
    m_seen = int(one.boundaries.size()) * 2;
    m_killed = 0;
}

void tst_Killed::cleanup()
{
    if (!QTest::currentTestFailed() && ++m_killed == m_seen)
        qInfo("%s: %d requests seen, each killed before and after it acted: %d kills", QTest::currentTestFunction(), m_seen / 2,
              m_killed);
}

void tst_Killed::killedInApply_data()
{
    rows("apply");
}

void tst_Killed::killedInApply()
{
    QFETCH(int, boundary);
    QFETCH(QString, drop);
    KillBench bench;
    GATE_READY(bench);
    QVERIFY2(bench.killAt(m_apply.boundaries[boundary], drop, bench.applying()), "the request did not come");
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    const bool resumes = boundary % 2 == 0 && !bench.lastRun().isEmpty();
    DONE(bench, resumes ? bench.resuming() : bench.applying());
    QVERIFY2(bench.outcome() == m_apply.outcome, (difference(m_apply.outcome, bench.outcome()) + bench.said).constData());
}

/// Every other time the same command again, else resume.
void tst_Killed::killedWhileTakingBack(const Undisturbed &undisturbed)
{
    QFETCH(int, boundary);
    QFETCH(QString, drop);
    const bool undo = &undisturbed == &m_undo;
    KillBench bench;
    GATE_READY(bench);
    DONE(bench, bench.applying());
    const QString made = bench.lastRun();
    bench.client->advance(QStringLiteral("PT6M"));
    const QStringList command = undo ? bench.undoing() : bench.removing();
    QVERIFY2(bench.killAt(undisturbed.boundaries[boundary], drop, command), "the request did not come");
    QCOMPARE(bench.lockedOut(ninja, ninjaGroup), QString());
    const bool began = undo ? bench.said.contains("sending") : bench.lastRun() != made;
    DONE(bench, boundary % 2 == 0 && began ? bench.resuming() : command);
    QVERIFY2(bench.outcome() == undisturbed.outcome, (difference(undisturbed.outcome, bench.outcome()) + bench.said).constData());
}

QTEST_GUILESS_MAIN(tst_Killed)
#include "tst_Killed.moc"
