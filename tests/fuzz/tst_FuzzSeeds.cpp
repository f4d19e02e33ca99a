#include "fuzz/FuzzTargets.h"

#include <QDir>
#include <QFile>
#include <QTest>

/// The inputs that fuzzing has kept, among them everything that once broke something: they go through the same
/// functions here, without libFuzzer. A broken promise aborts.
class tst_FuzzSeeds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void seeds_data();
    void seeds();
    void deepAndLong_data();
    void deepAndLong();
};

namespace {

pimgate::fuzz::Target targetNamed(const QByteArray &name)
{
    using namespace pimgate::fuzz;
    return name == "http" ? http : name == "filter" ? filter : name == "json" ? json : token;
}

} // namespace

void tst_FuzzSeeds::seeds_data()
{
    QTest::addColumn<QByteArray>("target");
    for (const char *target : {"http", "filter", "json", "token"})
        QTest::newRow(target) << QByteArray(target);
}

void tst_FuzzSeeds::seeds()
{
    QFETCH(QByteArray, target);
    const QDir folder(QStringLiteral(PIMGATE_FUZZ_SEEDS "/") + QString::fromLatin1(target));
    const auto names = folder.entryList(QDir::Files, QDir::Name);
    QVERIFY2(names.size() >= 5, qPrintable(folder.path()));
    const auto run = targetNamed(target);
    for (const auto &name : names) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto input = file.readAll();
        run(reinterpret_cast<const std::uint8_t *>(input.constData()), std::size_t(input.size()));
    }
}

void tst_FuzzSeeds::deepAndLong_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("input");
    const auto row = [](const char *name, const char *target, const QByteArray &input) {
        QTest::newRow(name) << QByteArray(target) << input;
    };
    const int deep = 1000000;
    row("brackets", "filter", QByteArray(deep, '('));
    row("not not not", "filter", QByteArray("not ").repeated(deep / 4) + "true");
    row("brackets and not", "filter", QByteArray("(not ").repeated(deep / 5));
    row("any in any", "filter", QByteArray("a/any(x:").repeated(deep / 8));
    row("calls in calls", "filter", QByteArray("startswith(").repeated(deep / 11));
    row("one long or", "filter", QByteArray("id eq 'x' or ").repeated(20000) + "id eq 'y'");
    row("one long list", "filter", "id in (" + QByteArray("'x',").repeated(100000) + "'y')");
    row("one long text", "filter", "displayName eq '" + QByteArray(deep, '\'') + '\'');
    row("arrays in arrays", "json", '\0' + QByteArray(deep, '['));
    row("objects in objects", "json", '\0' + QByteArray("{\"a\":").repeated(deep / 5));
    row("dots", "token", '\0' + QByteArray(deep, '.'));
    row("arrays in a signed token", "token", "\1{\"alg\":\"RS256\"}\n" + QByteArray(deep, '['));
}

void tst_FuzzSeeds::deepAndLong()
{
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, input);
    const auto run = targetNamed(target);
    run(reinterpret_cast<const std::uint8_t *>(input.constData()), std::size_t(input.size()));
}

QTEST_GUILESS_MAIN(tst_FuzzSeeds)
#include "tst_FuzzSeeds.moc"
