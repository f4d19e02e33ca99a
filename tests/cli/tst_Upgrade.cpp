// What the program of commit 820e891 wrote is read, told, gone on with and taken back by today's. The fixtures are its history,
// its reports and its writes (tests/fixtures/820e891/make.py); a fresh demo tenant of the same seed to which the same writes
// are sent is the tenant that it left, because ids derive from seed, kind and name.
#include "cli/DemoProcess.h"
#include "demo/DemoPeople.h"

#include <map>

using namespace cliprocess;
using namespace pimgate;

namespace {

QString fixture(const QString &name)
{
    return QStringLiteral(PIMGATE_SOURCE_DIR "/tests/fixtures/820e891/") + name;
}

QByteArray contentOf(const QString &fileName)
{
    QFile file(fileName);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A computer of that time: its history lies in the data folder, and the tenant is as it left it.
class OldComputer
{
public:
    bool start()
    {
        // As make.py started it.
        return demo.start(words({"--seed", "820", "--apps", "3", "--time-scale", "600"})) && QDir().mkpath(demo.path("data")) &&
               QFile::copy(fixture(QStringLiteral("history.sqlite")), demo.path("data/history.sqlite")) && replayed();
    }

    QJsonObject kept(const QString &name) const { return runs().value(name).toObject(); }
    QString run(const QString &name) const { return kept(name).value(QLatin1String("run")).toString(); }

    Ended command(const QStringList &words) const { return demo.command(words + QStringList{QStringLiteral("--json")}); }

    QString stateOf(const QString &name) const
    {
        return command({QStringLiteral("history"), run(name)}).json()[QLatin1String("run")][QLatin1String("state")].toString();
    }

    /// What stands in the tenant that carries the run's mark: group and policy.
    QStringList standing(const QString &name) const
    {
        const QJsonObject state = QJsonDocument::fromJson(demo.control("GET", QStringLiteral("state?times=0"))).object();
        QStringList found;
        for (const char *table : {"groups", "conditionalAccessPolicies"})
            for (const QJsonValue &row : state.value(QLatin1String(table)).toArray())
                if (QJsonDocument(row.toObject()).toJson().contains(run(name).toUtf8()))
                    found << QLatin1String(table);
        return found;
    }

    static QJsonObject runs() { return QJsonDocument::fromJson(contentOf(fixture(QStringLiteral("runs.json")))).object(); }

    DemoProcess demo;
    QString problem;

private:
    bool replayed()
    {
        std::map<QString, demotest::DemoClient> people;
        for (const QByteArray &line : contentOf(fixture(QStringLiteral("writes.jsonl"))).split('\n'))
            if (!line.isEmpty() && !send(QJsonDocument::fromJson(line).object(), people)) {
                problem = QString::fromUtf8(line);
                return false;
            }
        return true;
    }

    bool send(const QJsonObject &write, std::map<QString, demotest::DemoClient> &people) const
    {
        const QString upn = write.value(QLatin1String("as")).toString();
        if (upn.isEmpty())
            return !demo.control("POST", QStringLiteral("clock"), QJsonDocument(write).toJson()).contains("error");
        if (!people.contains(upn)) {
            demotest::DemoClient person(demo.cloud());
            if (!person.signIn(upn, demotest::mfaClaim()).isEmpty())
                return false;
            people.emplace(upn, person);
        }
        const QJsonValue body = write.value(QLatin1String("body"));
        const demotest::Answer answer = people.at(upn).send(write.value(QLatin1String("method")).toString().toLatin1(),
                                                            write.value(QLatin1String("path")).toString(),
                                                            body.isObject() ? std::optional(body.toObject()) : std::nullopt);
        const QString id = write.value(QLatin1String("id")).toString();
        return answer.status / 100 == 2 && (id.isEmpty() || answer.text("id") == id);
    }
};

} // namespace

#define OLD(computer)                                                                                                            \
    OldComputer computer;                                                                                                        \
    QVERIFY2(computer.start(), qPrintable(computer.problem))

class tst_Upgrade : public QObject
{
    Q_OBJECT
private:
    OldComputer m_looked; ///< for what only reads

    static void everyRun()
    {
        QTest::addColumn<QString>("name");
        const QJsonObject runs = OldComputer::runs();
        QVERIFY(runs.size() >= 9);
        for (const QString &name : runs.keys())
            QTest::newRow(qPrintable(name)) << name;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_looked.start(), qPrintable(m_looked.problem)); }

    void reportsStillVerify_data()
    {
        QTest::addColumn<QString>("file");
        const QStringList files = QDir(fixture(QString())).entryList({QStringLiteral("report-*.json")});
        QVERIFY(files.size() >= 6);
        for (const QString &file : files)
            QTest::newRow(qPrintable(file)) << file;
    }

    /// Good as it is; changed as soon as one value is another, one is gone, or one more is there.
    void reportsStillVerify()
    {
        QFETCH(QString, file);
        const QByteArray written = contentOf(fixture(file));
        const auto verify = [](const QString &name) { return run(words({"verify-report", "--json"}) + QStringList{name}); };
        const Ended good = verify(fixture(file));
        QVERIFY2(good.status == 0 && good.json().value(QLatin1String("fits")).toBool(), good.err + good.out);
        test::ScratchDir folder;
        const std::pair<QByteArray, QByteArray> changes[] = {
            {"\"demo\":true", "\"demo\":false"}, {"\"demo\":true,", ""}, {"\"demo\":true", "\"demo\":true,\"more\":1"}};
        for (const auto &[from, to] : changes) {
            QByteArray tampered = written;
            tampered.replace(tampered.indexOf(from), from.size(), to);
            QVERIFY(tampered != written);
            QFile other(folder.filePath(file));
            QVERIFY(other.open(QIODevice::WriteOnly) && other.write(tampered) == tampered.size());
            other.close();
            const Ended bad = verify(other.fileName());
            QVERIFY2(bad.status == 1 && !bad.json().value(QLatin1String("fits")).toBool(true), to + bad.err + bad.out);
        }
    }

    void historyIsTold()
    {
        const QJsonObject runs = OldComputer::runs();
        QCOMPARE(m_looked.command(words({"history"})).json().value(QLatin1String("runs")).toArray().size(), runs.size());
        const Ended list = m_looked.demo.command({"history"});
        QVERIFY2(list.status == 0, list.err);
        for (const QString &name : runs.keys()) {
            const QString id = m_looked.run(name);
            QVERIFY2(list.out.contains(id.toUtf8()), list.out);
            const QJsonObject told = m_looked.command({QStringLiteral("history"), id}).json();
            QCOMPARE(told[QLatin1String("run")][QLatin1String("state")], m_looked.kept(name).value(QLatin1String("state")));
            QJsonArray changes;
            for (const QJsonValue &one : told.value(QLatin1String("changes")).toArray())
                changes << QString(one[QLatin1String("change")][QLatin1String("key")].toString() + QLatin1Char(' ') +
                                   one[QLatin1String("outcome")].toString())
                               .trimmed();
            QCOMPARE(changes, m_looked.kept(name).value(QLatin1String("changes")).toArray());
            const Ended text = m_looked.demo.command({QStringLiteral("history"), id});
            QVERIFY2(text.status == 0 && text.out.count('\n') > changes.size(), text.out);
        }
    }

    void reportsAreWritten_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("verdict");
        QTest::addColumn<QString>("proof"); ///< "": none was kept
        QTest::newRow("proven") << QStringLiteral("proven") << QStringLiteral("unconfirmed") << QStringLiteral("passed");
        QTest::newRow("pending") << QStringLiteral("pending") << QStringLiteral("unconfirmed") << QStringLiteral("pending");
        QTest::newRow("refused") << QStringLiteral("breakGlassRefused") << QStringLiteral("unconfirmed") << QString();
        QTest::newRow("reportOnly") << QStringLiteral("reportOnly") << QStringLiteral("notEnforced") << QString();
        QTest::newRow("notArmed") << QStringLiteral("notArmed") << QStringLiteral("notEnforced") << QString();
        QTest::newRow("undone") << QStringLiteral("undone") << QStringLiteral("notBuilt") << QString();
        QTest::newRow("undoing") << QStringLiteral("undoing") << QStringLiteral("notBuilt") << QString();
        QTest::newRow("killed") << QStringLiteral("killed") << QStringLiteral("notEnforced") << QString();
        QTest::newRow("stopped") << QStringLiteral("stopped") << QStringLiteral("notBuilt") << QString();
    }

    void reportsAreWritten()
    {
        QFETCH(QString, name);
        QFETCH(QString, verdict);
        QFETCH(QString, proof);
        const QString json = m_looked.demo.path("report.json"), html = m_looked.demo.path("report.html");
        for (const QStringList &more : {QStringList(), words({"--leave-out-names"})}) {
            QByteArray sentence;
            for (const QString &file : {json, html}) {
                const Ended ended = m_looked.command(
                    QStringList{QStringLiteral("report"), m_looked.run(name), QStringLiteral("--out"), file} + more);
                QVERIFY2(ended.status == 0, ended.err + ended.out);
                sentence = ended.out.left(ended.out.indexOf('\n'));
            }
            const QJsonObject told = QJsonDocument::fromJson(contentOf(json)).object();
            QCOMPARE(told[QLatin1String("verdict")][QLatin1String("state")].toString(), verdict);
            QCOMPARE(told[QLatin1String("proof")][QLatin1String("state")].toString(), proof);
            QVERIFY(!sentence.isEmpty());
            QVERIFY(contentOf(html).contains(QString::fromUtf8(sentence).toHtmlEscaped().toUtf8()));
            QCOMPARE(run({QStringLiteral("verify-report"), json}).status, 0);
        }
    }

    void goesOn_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("state");
        QTest::addColumn<int>("standing"); ///< group and policy
        QTest::newRow("killed while it opened") << QStringLiteral("killed") << QStringLiteral("verified") << 2;
        QTest::newRow("stopped by hand") << QStringLiteral("stopped") << QStringLiteral("verified") << 2;
        QTest::newRow("What-If had not answered") << QStringLiteral("notArmed") << QStringLiteral("verified") << 2;
        QTest::newRow("killed while it was taken back") << QStringLiteral("undoing") << QStringLiteral("undone") << 0;
    }

    void goesOn()
    {
        QFETCH(QString, name);
        QFETCH(QString, state);
        QFETCH(int, standing);
        OLD(old);
        const Ended ended = old.command({QStringLiteral("resume"), old.run(name)});
        QVERIFY2(ended.status == 0, ended.err + ended.out);
        QCOMPARE(old.stateOf(name), state);
        QCOMPARE(old.standing(name).size(), standing);
        if (standing == 0)
            return;
        const QString wish = old.demo.write("blueprint.json", old.kept(name).value(QLatin1String("blueprint")).toObject());
        const Ended verified = old.command({QStringLiteral("verify"), wish});
        QVERIFY2(verified.status == 0, verified.err + verified.out);
    }

    /// The request that waited is approved; nobody asks a second time.
    void pendingProofGoesOn()
    {
        OLD(old);
        const QString wish =
            old.demo.write("blueprint.json", old.kept(QStringLiteral("pending")).value(QLatin1String("blueprint")).toObject());
        const qsizetype before = old.demo.exchanges().size();
        const Ended proof = old.command({QStringLiteral("test"), wish, QStringLiteral("--user"), demotest::upn("priya.raman")});
        QVERIFY2(proof.status == 0, proof.err + proof.out);
        QCOMPARE(proof.json().value(QLatin1String("run")).toString(), old.run(QStringLiteral("pending")));
        QVERIFY2(old.demo.writes(before).filter(QStringLiteral("/assignmentScheduleRequests")).isEmpty(), "asked a second time");
    }

    void takenBack_data() { everyRun(); }

    void takenBack()
    {
        QFETCH(QString, name);
        OLD(old);
        const Ended ended = old.command({QStringLiteral("undo"), old.run(name), QStringLiteral("--yes")});
        QVERIFY2(ended.status == 0, ended.err + ended.out);
        QCOMPARE(old.stateOf(name), QStringLiteral("undone"));
        QCOMPARE(old.standing(name), QStringList());
    }
};

QTEST_GUILESS_MAIN(tst_Upgrade)
#include "tst_Upgrade.moc"
