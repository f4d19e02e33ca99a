// What lupdate finds is what a translator gets: it complains of nothing, and nothing is asked for that it does not find.
#include "words/Extracted.h"
#include "words/Plays.h"

using namespace pimgate;
using namespace pimgate::test;

class tst_Lupdate : public QObject
{
    Q_OBJECT

    static QStringList sources()
    {
        QStringList files;
        for (const char *room : {"/app", "/ui"}) {
            QDirIterator it(QStringLiteral(PIMGATE_SOURCE_DIR) + QLatin1String(room),
                            {QStringLiteral("*.cpp"), QStringLiteral("*.h")}, QDir::Files, QDirIterator::Subdirectories);
            while (it.hasNext())
                files << it.next();
        }
        return files;
    }

private Q_SLOTS:
    void itComplainsOfNothing()
    {
        const Extracted found = extracted(sources());
        QVERIFY2(found.said.isEmpty(), found.said);
        QVERIFY(found.texts.size() > 1000);
    }

    /// The test's own rule.
    void itWouldComplain()
    {
        ScratchDir folder;
        QFile file(folder.filePath(QStringLiteral("wrong.cpp")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("class Wrong : public QObject { QString text() { return tr(\"lost\"); } };\n");
        file.close();
        QVERIFY2(extracted({file.fileName()}).said.contains("lacks"), extracted({file.fileName()}).said);
    }

    /// tr() of a variable finds a text only where the same file marks it for lupdate.
    void aVariableIsMarked()
    {
        static const QRegularExpression variable(
            QStringLiteral("(?:\\btr\\(|\\btranslate\\(\\s*\"[^\"]+\",)\\s*(?!\")([A-Za-z_][\\w.>-]*)"));
        static const QRegularExpression function(QStringLiteral("painter\\.translate\\("));
        QStringList wrong;
        for (const QString &name : sources()) {
            QFile file(name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString source = QString::fromUtf8(file.readAll());
            const auto match = variable.match(source);
            if (match.hasMatch() && !source.contains(QLatin1String("QT_TRANSLATE_NOOP")) &&
                !source.contains(QLatin1String("QT_TR_NOOP")))
                wrong << name + QLatin1String(": ") + match.captured();
        }
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }

    void nothingElseIsAskedFor()
    {
        Translator translator(Translator::Words::AsTheyAre);
        QCoreApplication::installTranslator(&translator);
        playTour();
        playCommands();
        QCoreApplication::removeTranslator(&translator);
        const std::set<Message> asked = translator.asked(), found = extracted(sources()).texts;
        QVERIFY2(asked.size() > 500, "the plays are whole"); // otherwise this test says nothing
        QStringList missing;
        for (const Message &text : asked)
            if (found.count(text) == 0)
                missing << text.shown();
        for (const QString &one : std::as_const(missing))
            qWarning().noquote() << one;
        QVERIFY2(missing.isEmpty(), "the texts above");
    }
};

QTEST_MAIN(tst_Lupdate)
#include "tst_Lupdate.moc"
