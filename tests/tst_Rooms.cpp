// Holds the house against its plan (README, "Map of the house"): every include under app/ and ui/, and every room a
// CMakeLists.txt links, must lead to the same room or to one to its right.
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

namespace {

const QStringList line{QStringLiteral("ui"),    QStringLiteral("cli"),  QStringLiteral("controllers"), QStringLiteral("report"),
                       QStringLiteral("proof"), QStringLiteral("gate"), QStringLiteral("graph"),       QStringLiteral("identity"),
                       QStringLiteral("net"),   QStringLiteral("base")};
const QString demo = QStringLiteral("demo");
// The wings of gate, in the same order; what lies in gate itself is the ground under all of them.
const QStringList wings{QStringLiteral("run"), QStringLiteral("judge"), QStringLiteral("steps"), QStringLiteral("wish"),
                        QString()};
const QStringList uiFolders{QStringLiteral("look"), QStringLiteral("widgets"), QStringLiteral("pages")};
// The two files that put the program together start the demo tenant; nobody else knows the server.
const QStringList composition{QStringLiteral("app/cli/DemoCommand.cpp"), QStringLiteral("ui/main.cpp")};

bool mayCall(const QString &from, const QString &to)
{
    if (from == to)
        return true;
    if (from == demo || to == demo)
        return from == demo && to == QLatin1String("base");
    return line.contains(from) && line.contains(to) && line.indexOf(from) < line.indexOf(to);
}

/// "run" of "app/gate/run/Runner.cpp"; empty for what lies in gate itself.
QString wingOf(const QString &pathInGate)
{
    return pathInGate.contains(QLatin1Char('/')) ? pathInGate.section(QLatin1Char('/'), 0, 0) : QString();
}

bool mayCallInGate(const QString &file, const QString &include)
{
    const qsizetype from = wings.indexOf(wingOf(file.section(QLatin1Char('/'), 2)));
    const qsizetype to = wings.indexOf(wingOf(include.section(QLatin1Char('/'), 1)));
    return from >= 0 && to >= from;
}

/// @param file relative to the root. @param include what stands between the quotes. Empty when it is allowed.
QString complaint(const QString &file, const QString &include)
{
    const QString from = file.startsWith(QLatin1String("ui/")) ? QStringLiteral("ui") : file.section(QLatin1Char('/'), 1, 1);
    const QString first = include.section(QLatin1Char('/'), 0, 0);
    if (from == QLatin1String("ui") && (!include.contains(QLatin1Char('/')) || uiFolders.contains(first)))
        return {};
    if (!include.contains(QLatin1Char('/')))
        return QStringLiteral("%1: write \"room/File.h\" instead of \"%2\"").arg(file, include);
    if (first == demo && composition.contains(file))
        return {};
    if (from == QLatin1String("gate") && first == from && !mayCallInGate(file, include))
        return QStringLiteral("%1: its wing may not include \"%2\"").arg(file, include);
    if (mayCall(from, first))
        return {};
    return QStringLiteral("%1: %2 may not include \"%3\"").arg(file, from, include);
}

QString read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList sources(const QString &folder)
{
    const QDir root(QStringLiteral(PIMGATE_SOURCE_DIR));
    QStringList files;
    QDirIterator it(root.filePath(folder), {QStringLiteral("*.h"), QStringLiteral("*.cpp")}, QDir::Files,
                    QDirIterator::Subdirectories);
    while (it.hasNext())
        files << root.relativeFilePath(it.next());
    files.sort();
    return files;
}

QStringList includes(const QString &file, const QString &pattern)
{
    const QRegularExpression expression(pattern, QRegularExpression::MultilineOption);
    const QString text = read(QStringLiteral(PIMGATE_SOURCE_DIR "/") + file);
    QStringList found;
    for (auto it = expression.globalMatch(text); it.hasNext();)
        found << it.next().captured(1);
    return found;
}

} // namespace

class tst_Rooms : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theRuleItself_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("include");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char *file, const char *include, bool allowed) {
            QTest::addRow("%s %s", file, include) << QString::fromLatin1(file) << QString::fromLatin1(include) << allowed;
        };
        row("app/gate/run/Runner.cpp", "graph/Groups.h", true);
        row("app/gate/run/Runner.cpp", "gate/run/History.h", true);
        row("app/gate/run/Runner.cpp", "gate/steps/Step.h", true);
        row("app/gate/run/Runner.cpp", "gate/Change.h", true);
        row("app/gate/steps/Step.h", "gate/wish/Blueprint.h", true);
        row("app/gate/steps/GroupStep.cpp", "gate/judge/Drift.h", false);
        row("app/gate/wish/Blueprint.cpp", "gate/steps/Step.h", false);
        row("app/gate/Snapshot.cpp", "gate/wish/Blueprint.h", false);
        row("app/gate/cellar/Wine.cpp", "gate/Change.h", false);
        row("app/graph/Groups.cpp", "gate/steps/Step.h", false);
        row("app/proof/ProofRun.cpp", "report/Evidence.h", false);
        row("app/base/Clock.cpp", "net/Http.h", false);
        row("app/demo/store/Store.cpp", "base/Clock.h", true);
        row("app/demo/store/Store.cpp", "graph/Groups.h", false);
        row("app/controllers/Services.cpp", "demo/DemoTenant.h", false);
        row("app/cli/DemoCommand.cpp", "demo/DemoTenant.h", true);
        row("app/cli/Commands.cpp", "demo/DemoTenant.h", false);
        row("ui/main.cpp", "demo/DemoTenant.h", true);
        row("ui/Tour.cpp", "demo/DemoTenant.h", false);
        row("ui/pages/GroupPage.cpp", "widgets/Chip.h", true);
        row("ui/pages/GroupPage.cpp", "controllers/StepControllers.h", true);
        row("app/cli/Commands.cpp", "widgets/Chip.h", false);
        row("app/gate/run/Runner.cpp", "Step.h", false);
    }

    void theRuleItself()
    {
        QFETCH(QString, file);
        QFETCH(QString, include);
        QFETCH(bool, allowed);
        QCOMPARE(complaint(file, include).isEmpty(), allowed);
    }

    void everyIncludeKeepsTheOrder()
    {
        QStringList complaints;
        int seen = 0;
        for (const QString &file : sources(QStringLiteral("app")) + sources(QStringLiteral("ui")))
            for (const QString &include : includes(file, QStringLiteral("^\\s*#\\s*include\\s+\"([^\"]+)\""))) {
                if (include.endsWith(QLatin1String(".moc")))
                    continue;
                ++seen;
                if (const QString text = complaint(file, include); !text.isEmpty())
                    complaints << text;
            }
        QVERIFY2(seen > 50, "hardly any include was found: the pattern or the folder is wrong");
        QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
    }

    /// The program without a window must not need one.
    void noWidgetsBelowTheWindow()
    {
        QStringList complaints;
        const QRegularExpression widgets(
            QStringLiteral("^(QtWidgets|QApplication|QWidget|QWizard|QDialog|QMessageBox|QLabel|QPushButton|QMainWindow)"));
        for (const QString &file : sources(QStringLiteral("app")))
            for (const QString &include : includes(file, QStringLiteral("^\\s*#\\s*include\\s+<([^>]+)>")))
                if (widgets.match(include).hasMatch())
                    complaints << file + QLatin1String(": ") + include;
        QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
    }

    void everyRoomLinksOnlyWhatItMayCall()
    {
        QStringList complaints;
        int rooms = 0;
        for (const QString &room : line + QStringList{demo}) {
            if (room == QLatin1String("ui"))
                continue;
            const QString text = read(QStringLiteral(PIMGATE_SOURCE_DIR "/app/%1/CMakeLists.txt").arg(room));
            const QString links = QRegularExpression(QStringLiteral("\\bLINKS\\b([^)]*)\\)")).match(text).captured(1);
            rooms += text.isEmpty() ? 0 : 1;
            for (const QString &target : links.split(QRegularExpression(QStringLiteral("\\s+")), Qt::SkipEmptyParts)) {
                const bool isRoom = line.contains(target) || target == demo;
                const bool composes = room == QLatin1String("cli") && target == demo;
                if ((isRoom && !composes && !mayCall(room, target)) || target.startsWith(QLatin1String("Qt6::Widgets")))
                    complaints << QStringLiteral("app/%1/CMakeLists.txt links %2").arg(room, target);
            }
        }
        QVERIFY(rooms > 5);
        QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(QLatin1Char('\n'))));
    }
};

QTEST_APPLESS_MAIN(tst_Rooms)
#include "tst_Rooms.moc"
