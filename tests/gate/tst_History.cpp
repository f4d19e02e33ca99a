#include "gate/run/History.h"
#include "wire/ScratchDir.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTest>
#include <QTimeZone>

#include <csignal>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace pimgate;

class tst_History : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsRunsAndChanges();
    void keepsEveryFieldOfAChange();
    void idsAreUnique();
    void survivesAKill();
    void refusesDamage_data();
    void refusesDamage();
    void refusesReadOnly_data();
    void refusesReadOnly();
    void refusesAFolderThatCannotBe();
    void tellsWhenTheDiskIsFull();
    void inMemory();
    void twoAtOnce();
    void unknownRunNamesTheKnown();
    void notOpened();
    void manyAtOnce();
    void remembers();
};

namespace {

RunRecord sample()
{
    RunRecord run;
    run.started = QDateTime(QDate(2026, 11, 22), QTime(12, 30), QTimeZone::utc());
    run.cloud = QStringLiteral("global");
    run.tenantId = QStringLiteral("t-1");
    run.tenantName = QStringLiteral("contoso.com");
    run.operatorName = QStringLiteral("mira@contoso.com");
    run.application = QStringLiteral("NinjaOne");
    run.demo = true;
    run.blueprint.insert(QStringLiteral("a"), 1);
    return run;
}

Change opening(const QString &key)
{
    Change change;
    change.key = ChangeKey::parse(key).value();
    change.sentence = QStringLiteral("Ada Lindqvist becomes eligible for 180 days.");
    return change;
}

QDateTime noon()
{
    return QDateTime(QDate(2026, 11, 22), QTime(12, 0, 0, 123), QTimeZone::utc());
}

template <class T>
T wait(Task<T> task)
{
    return QCoro::waitFor(std::move(task));
}

#define REQUIRE(outcome)                                                                                                         \
    do {                                                                                                                         \
        const auto &checked = (outcome);                                                                                         \
        QVERIFY2(checked.has_value(), checked ? "" : qPrintable(checked.error().text()));                                        \
    } while (false)

/// The program that a test kills: one run, one intent, then it waits for the end.
int childMain(const QString &folder)
{
    History history(folder);
    if (!wait(history.open()))
        return 2;
    const auto run = wait(history.begin(sample()));
    if (!run)
        return 3;
    const auto sequence = wait(history.intend(run->id, opening(QStringLiteral("group")), noon()));
    if (!sequence)
        return 4;
    printf("%s\n", qPrintable(run->id));
    fflush(stdout);
    pause();
    return 0;
}

} // namespace

void tst_History::keepsRunsAndChanges()
{
    test::ScratchDir folder;
    QString id;
    {
        History history(folder.path());
        REQUIRE(wait(history.open()));
        auto run = wait(history.begin(sample()));
        REQUIRE(run);
        id = run->id;
        QVERIFY(QRegularExpression(QStringLiteral("^[0-9a-f]{8}$")).match(id).hasMatch());
        QCOMPARE(run->ids.run, id);
        const auto first = wait(history.intend(id, opening(QStringLiteral("group")), noon()));
        const auto second = wait(history.intend(id, opening(QStringLiteral("assignment")), noon()));
        REQUIRE(first);
        REQUIRE(second);
        QCOMPARE(*first, 1);
        QCOMPARE(*second, 2);
        QJsonObject evidence;
        evidence.insert(QStringLiteral("id"), QStringLiteral("g-1"));
        REQUIRE(wait(history.finish(id, 1, ChangeOutcome::Done, QStringLiteral("as asked"), evidence, noon().addSecs(5))));
        run->ids.groupId = QStringLiteral("g-1");
        run->state = RunState::Verified;
        run->ended = noon().addSecs(60);
        REQUIRE(wait(history.update(*run)));
        const auto strange = wait(history.finish(id, 9, ChangeOutcome::Done, {}, {}, noon()));
        QVERIFY(!strange);
    }
    History again(folder.path());
    REQUIRE(wait(again.open()));
    const auto run = wait(again.run(id.toUpper()));
    REQUIRE(run);
    QCOMPARE(run->started, sample().started);
    QCOMPARE(run->ended, noon().addSecs(60));
    QCOMPARE(run->tenantName, QStringLiteral("contoso.com"));
    QCOMPARE(run->operatorName, QStringLiteral("mira@contoso.com"));
    QCOMPARE(run->blueprint, sample().blueprint);
    QCOMPARE(run->state, RunState::Verified);
    QCOMPARE(run->ids.groupId, QStringLiteral("g-1"));
    QVERIFY(run->demo);
    const auto changes = wait(again.changes(id));
    REQUIRE(changes);
    QCOMPARE(changes->size(), 2);
    QCOMPARE(changes->at(0).outcome, ChangeOutcome::Done);
    QCOMPARE(changes->at(0).evidence.value(QLatin1String("id")).toString(), QStringLiteral("g-1"));
    QCOMPARE(changes->at(0).finished, noon().addSecs(5));
    QCOMPARE(changes->at(1).change.key.toString(), QStringLiteral("assignment"));
    QCOMPARE(changes->at(1).outcome, ChangeOutcome::Unknown);
    QCOMPARE(changes->at(1).intended, noon());
    QVERIFY(!changes->at(1).finished.isValid());
    auto later = sample();
    later.started = later.started.addDays(1);
    const auto newer = wait(again.begin(later));
    REQUIRE(newer);
    const auto runs = wait(again.runs());
    REQUIRE(runs);
    QCOMPARE(runs->size(), 2);
    QCOMPARE(runs->at(0).id, newer->id);
}

void tst_History::keepsEveryFieldOfAChange()
{
    Change change = opening(QStringLiteral("eligible:1"));
    change.step = StepId::Pim;
    change.kind = Change::Kind::Closing;
    change.what = QStringLiteral("w");
    change.before = QStringLiteral("b");
    change.after = QStringLiteral("a");
    change.done = true;
    change.undoable = false;
    change.undo = QStringLiteral("u");
    change.waitsFor << ChangeKey{ChangeKey::Kind::Rules};
    change.targetId = QStringLiteral("t");
    change.wanted.insert(QStringLiteral("x"), 1);
    change.original.insert(QStringLiteral("y"), 2);
    change.seen.insert(QStringLiteral("z"), 3);
    change.details << ChangeDetail{QStringLiteral("Longest activation"), QStringLiteral("8 hours"), QStringLiteral("4 hours"),
                                   true};
    const Change back = changeFrom(toJson(change)).value();
    QCOMPARE(toJson(back), toJson(change));
    QCOMPARE(back.step, StepId::Pim);
    QVERIFY(back.closing() && back.done && !back.undoable && back.details.at(0).same);
    QCOMPARE(back.details.at(0).asked, QStringLiteral("4 hours"));
    QCOMPARE(back.waitsFor, change.waitsFor);
    QCOMPARE(back.seen, change.seen);

    // What is none of ours is not taken for another row.
    for (const char *key : {"", "licence", "eligible", "eligible:", "group:1", "Group"}) {
        QJsonObject foreign = toJson(change);
        foreign.insert(QStringLiteral("key"), QLatin1String(key));
        QVERIFY2(!changeFrom(foreign), key);
    }
}

void tst_History::idsAreUnique()
{
    test::ScratchDir folder;
    History history(folder.path());
    REQUIRE(wait(history.open()));
    QSet<QString> ids;
    for (int i = 0; i < 20; ++i)
        ids << wait(history.begin(sample()))->id;
    QCOMPARE(ids.size(), 20);
}

void tst_History::survivesAKill()
{
    test::ScratchDir folder;
    QProcess child;
    child.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--child"), folder.path()});
    QVERIFY(child.waitForReadyRead(10000));
    const QString id = QString::fromUtf8(child.readLine()).trimmed();
    History other(folder.path());
    REQUIRE(wait(other.open()));
    const auto refused = wait(other.intend(id, opening(QStringLiteral("policy")), noon()));
    QVERIFY(!refused);
    QVERIFY(refused.error().is(Error::Kind::Conflict));
    QVERIFY2(refused.error().message.contains(QString::number(child.processId())), qPrintable(refused.error().text()));
    child.kill();
    QVERIFY(child.waitForFinished());
    // The killed program's intent is there, and its run is free again.
    const auto changes = wait(other.changes(id));
    REQUIRE(changes);
    QCOMPARE(changes->size(), 1);
    QCOMPARE(changes->at(0).outcome, ChangeOutcome::Unknown);
    const auto next = wait(other.intend(id, opening(QStringLiteral("policy")), noon()));
    REQUIRE(next);
    QCOMPARE(*next, 2);
}

void tst_History::refusesDamage_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"garbage", "overwritten", "truncated", "empty", "newer", "foreign"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void tst_History::refusesDamage()
{
    QFETCH(QString, how);
    test::ScratchDir folder;
    {
        History history(folder.path());
        REQUIRE(wait(history.open()));
        const auto run = wait(history.begin(sample()));
        Change large = opening(QStringLiteral("group"));
        large.before = QString(3000, QLatin1Char('x'));
        for (int i = 0; i < 20; ++i)
            REQUIRE(wait(history.intend(run->id, large, noon())));
    }
    QFile file(folder.filePath(QStringLiteral("history.sqlite")));
    QVERIFY(file.open(QIODevice::ReadWrite));
    const qint64 size = file.size();
    QVERIFY(size > 3 * 4096);
    if (how == QLatin1String("garbage")) {
        file.write(QByteArray(int(size), 'x'));
    } else if (how == QLatin1String("overwritten")) {
        file.seek(4096);
        file.write(QByteArray(int(size) - 4096, '\xA5'));
    } else if (how == QLatin1String("truncated")) {
        file.resize(size / 2);
    } else if (how == QLatin1String("empty")) {
        file.resize(0);
    } else { // user_version: four bytes at 60, big endian
        file.seek(60);
        file.write(how == QLatin1String("newer") ? QByteArray("\0\0\0\x63", 4) : QByteArray("\0\0\0\0", 4));
    }
    file.close();
    const auto before = QFileInfo(file).size();
    History history(folder.path());
    const auto opened = wait(history.open());
    QVERIFY(!opened);
    QVERIFY2(opened.error().is(Error::Kind::Storage), qPrintable(opened.error().text()));
    const char *word = how == QLatin1String("newer") ? "newer" : "damaged";
    QVERIFY2(opened.error().message.contains(QLatin1String(word)), qPrintable(opened.error().text()));
    QVERIFY(!opened.error().next.isEmpty());
    QVERIFY(opened.error().where.endsWith(QLatin1String("history.sqlite")));
    QCOMPARE(QFileInfo(file).size(), before); // what is left of it is kept
    // Nothing goes on as if there were a history.
    const auto begun = wait(history.begin(sample()));
    QVERIFY(!begun);
    QCOMPARE(begun.error().message, opened.error().message);
}

void tst_History::refusesReadOnly_data()
{
    QTest::addColumn<int>("file");
    QTest::addColumn<int>("above");
    QTest::newRow("nothing may be written") << 0444 << 0555;
    QTest::newRow("the file may not be written") << 0444 << 0777;
    QTest::newRow("the file may not be read") << 0000 << 0555;
    QTest::newRow("the folder may not be entered") << 0666 << 0444;
}

void tst_History::refusesReadOnly()
{
    QFETCH(int, file);
    QFETCH(int, above);
    test::ScratchDir folder;
    {
        History history(folder.path());
        REQUIRE(wait(history.open()));
    }
    const QString name = folder.filePath(QStringLiteral("history.sqlite"));
    const QByteArray nameOnDisk = QFile::encodeName(name), folderOnDisk = QFile::encodeName(folder.path());
    QCOMPARE(chmod(nameOnDisk.constData(), mode_t(file)), 0);
    QCOMPARE(chmod(folderOnDisk.constData(), mode_t(above)), 0);
    // The superuser may write anything: step down for a moment.
    const bool root = geteuid() == 0;
    if (root)
        QCOMPARE(setresuid(65534, 65534, 0), 0);
    Outcome opened;
    {
        History history(folder.path());
        opened = wait(history.open());
    }
    if (root)
        QCOMPARE(setresuid(0, 0, 0), 0);
    QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    QVERIFY(!opened);
    QVERIFY2(opened.error().is(Error::Kind::Storage), qPrintable(opened.error().text()));
    QVERIFY2(opened.error().next.contains(QLatin1String("--data-dir")), qPrintable(opened.error().text()));
}

void tst_History::refusesAFolderThatCannotBe()
{
    test::ScratchDir folder;
    QFile file(folder.filePath(QStringLiteral("file")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    History history(file.fileName() + QStringLiteral("/below"));
    const auto opened = wait(history.open());
    QVERIFY(!opened);
    QVERIFY(opened.error().is(Error::Kind::Storage));
    QVERIFY(opened.error().next.contains(QLatin1String("--data-dir")));
}

void tst_History::tellsWhenTheDiskIsFull()
{
    test::ScratchDir folder;
    History history(folder.path());
    REQUIRE(wait(history.open()));
    const auto run = wait(history.begin(sample()));
    REQUIRE(run);
    // No file may grow beyond 64 kB: the nearest thing to a full disk that needs no disk.
    rlimit before{};
    QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 64 * 1024;
    signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
    Change large = opening(QStringLiteral("group"));
    large.before = QString(20000, QLatin1Char('x'));
    Result<int> last = 0;
    int written = 0;
    while (written < 100 && (last = wait(history.intend(run->id, large, noon()))))
        ++written;
    QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
    QVERIFY(!last);
    QVERIFY2(last.error().is(Error::Kind::Storage) && last.error().message.contains(QLatin1String("full")),
             qPrintable(last.error().text()));
    // What was answered for is there, and with space again it goes on.
    const auto changes = wait(history.changes(run->id));
    REQUIRE(changes);
    QCOMPARE(changes->size(), written);
    REQUIRE(wait(history.intend(run->id, large, noon())));
}

void tst_History::inMemory()
{
    History history(QStringLiteral(":memory:"));
    REQUIRE(wait(history.open()));
    const auto run = wait(history.begin(sample()));
    REQUIRE(run);
    REQUIRE(wait(history.intend(run->id, opening(QStringLiteral("group")), noon())));
    QVERIFY(!QFileInfo::exists(QStringLiteral(":memory:")));
}

void tst_History::twoAtOnce()
{
    test::ScratchDir folder;
    History one(folder.path()), two(folder.path());
    REQUIRE(wait(one.open()));
    REQUIRE(wait(two.open()));
    auto run = wait(one.begin(sample()));
    REQUIRE(run);
    REQUIRE(wait(two.run(run->id)));
    const auto refused = wait(two.intend(run->id, opening(QStringLiteral("group")), noon()));
    QVERIFY(!refused && refused.error().is(Error::Kind::Conflict));
    QVERIFY(refused.error().message.contains(run->id));
    const auto stolen = wait(two.update(*run));
    QVERIFY(!stolen && stolen.error().is(Error::Kind::Conflict));
    // Other runs are free, and so is this one once it has ended.
    REQUIRE(wait(two.begin(sample())));
    run->ended = noon();
    run->state = RunState::Stopped;
    REQUIRE(wait(one.update(*run)));
    REQUIRE(wait(two.intend(run->id, opening(QStringLiteral("group")), noon())));
}

void tst_History::unknownRunNamesTheKnown()
{
    test::ScratchDir folder;
    History history(folder.path());
    REQUIRE(wait(history.open()));
    const auto none = wait(history.run(QStringLiteral("deadbeef")));
    QVERIFY(!none && none.error().is(Error::Kind::Input));
    const auto run = wait(history.begin(sample()));
    const auto unknown = wait(history.run(QStringLiteral("x'; DROP TABLE run; --")));
    QVERIFY(!unknown && unknown.error().is(Error::Kind::Input));
    QVERIFY(unknown.error().next.contains(run->id));
    const auto intent = wait(history.intend(QStringLiteral("../../x"), opening(QStringLiteral("group")), noon()));
    QVERIFY(!intent && intent.error().is(Error::Kind::Input));
}

void tst_History::notOpened()
{
    test::ScratchDir folder;
    History history(folder.path());
    const auto runs = wait(history.runs());
    QVERIFY(!runs && runs.error().is(Error::Kind::Storage));
}

void tst_History::manyAtOnce()
{
    test::ScratchDir folder;
    QList<int> numbers;
    {
        History history(folder.path());
        REQUIRE(wait(history.open()));
        const auto run = wait(history.begin(sample()));
        std::vector<Task<Result<int>>> tasks;
        for (int i = 0; i < 50; ++i)
            tasks.push_back(history.intend(run->id, opening(QStringLiteral("eligible:%1").arg(i)), noon()));
        for (auto &task : tasks)
            numbers << wait(std::move(task)).value();
        // Dropped without being awaited: it is written all the same before the history goes.
        history.remember(QStringLiteral("t"), QStringLiteral("last"), true);
    }
    QList<int> expected(50);
    std::iota(expected.begin(), expected.end(), 1);
    QCOMPARE(numbers, expected);
    History again(folder.path());
    REQUIRE(wait(again.open()));
    QCOMPARE(wait(again.recall(QStringLiteral("t"), QStringLiteral("last"))).value(), QJsonValue(true));
}

void tst_History::remembers()
{
    test::ScratchDir folder;
    History history(folder.path());
    REQUIRE(wait(history.open()));
    const QString tenant = QStringLiteral("t-1"), name = QStringLiteral("breakGlass");
    QVERIFY(wait(history.recall(tenant, name)).value().isUndefined());
    REQUIRE(wait(history.remember(tenant, name, QJsonArray{QStringLiteral("bg1")})));
    REQUIRE(wait(history.remember(tenant, name, QJsonArray{QStringLiteral("bg2")})));
    QCOMPARE(wait(history.recall(tenant, name)).value(), QJsonValue(QJsonArray{QStringLiteral("bg2")}));
    QVERIFY(wait(history.recall(QStringLiteral("t-2"), name)).value().isUndefined());
}

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    if (argc == 3 && qstrcmp(argv[1], "--child") == 0)
        return childMain(QString::fromLocal8Bit(argv[2]));
    tst_History test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_History.moc"
