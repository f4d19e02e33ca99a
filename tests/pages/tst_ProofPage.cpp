#include "pages/PageStage.h"
#include "pages/ProofPage.h"
#include "pages/ProofTable.h"
#include "pages/ReportPage.h"
#include "proof/ProofWords.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"
#include "widgets/TimeLine.h"

#include <QComboBox>
#include <QFileDialog>
#include <QMessageBox>

using namespace pimgate;
using namespace pimgate::test;

/// The page that proves the gate, and the report after it, operated as a person does.
class tst_ProofPage : public QObject
{
    Q_OBJECT

    static void closeGate(Bench &bench)
    {
        ENTER(bench);
        PRESS(bench, group);
        for (const SsoController::Today &line : bench.sso.today())
            if (line.kind == SsoController::Today::Kind::Service)
                bench.sso.decide(line.principalId, SsoController::Decision::ThroughPim);
        PRESS(bench, sso);
        bench.pim.addEligible(bench.found(QStringLiteral("Ada")));
        bench.pim.addApprover(bench.found(QStringLiteral("Lena")));
        PRESS(bench, pim);
        bench.conditionalAccess.addBreakGlass(bench.found(QStringLiteral("Break glass 1")));
        PRESS(bench, conditionalAccess);
        QTRY_VERIFY_WITH_TIMEOUT(bench.conditionalAccess.blockedBecause().isEmpty(), 30000);
        PRESS(bench, conditionalAccess);
    }

    static QList<ProofLabel> labels(const ProofTable &table)
    {
        QList<ProofLabel> all;
        for (const Row &row : table.rowModel().rows())
            all << row.cells.last().chip.value();
        return all;
    }

    static void playsToTheEnd(Bench &bench)
    {
        ProofPage page(bench.proof, bench.workspace);
        stage(page);
        auto *play = part<QPushButton>(page, "proof.play");
        auto *table = part<ProofTable>(page, "proof.lines");
        QVERIFY(play->isEnabled());
        QVERIFY(!part<Note>(page, "proof.notice")->isVisible());
        QCOMPARE(part<QComboBox>(page, "proof.person")->currentText(), QStringLiteral("Ada Lindqvist"));
        QCOMPARE(labels(*table), QList<ProofLabel>(5, ProofLabel::Simulated));
        grab(page, "test-before");
        checkKeyboard(page);
        if (QTest::currentTestFailed())
            return;
        const qsizetype before = bench.writes().size();

        play->setFocus();
        QTest::keyClick(play, Qt::Key_Space);
        QCOMPARE(bench.proof.state(), ProofController::State::Playing);
        QTest::keyClick(table, Qt::Key_Space); // space pauses, wherever the keyboard is
        QCOMPARE(bench.proof.state(), ProofController::State::Paused);
        QTest::keyClick(&page, Qt::Key_Space);
        QCOMPARE(bench.proof.state(), ProofController::State::Playing);
        auto *speed = part<QComboBox>(page, "proof.speed");
        QTest::keyClick(speed, Qt::Key_End);
        int seenActive = 0;
        const auto watching = connect(&bench.proof, &ProofController::changed, &page, [&] {
            const QList<ProofLine> lines = bench.proof.lines();
            if (seenActive == 0 && lines.size() > 3 && lines.at(3).state == ProofLine::State::Passed) {
                ++seenActive;
                grab(page, "test-active");
            }
        });
        QTRY_VERIFY_WITH_TIMEOUT(bench.proof.state() != ProofController::State::Playing, 120000);
        disconnect(watching);
        QVERIFY2(bench.proof.state() == ProofController::State::Passed,
                 qPrintable(bench.proof.error()    ? bench.proof.error()->text()
                            : bench.proof.result() ? howOf(*bench.proof.result())
                                                   : QString()));
        QCOMPARE(seenActive, 1);
        QVERIFY(bench.writes().size() > before);
        const QList<Row> rows = table->rowModel().rows();
        QCOMPARE(rows.size(), 5);
        for (const Row &row : rows)
            QVERIFY2(row.state == PageState::Verified, qPrintable(row.cells.at(4).text));
        for (const ProofLabel label : labels(*table))
            QVERIFY(label == ProofLabel::PlayedInDemo || label == ProofLabel::Simulated);
        QCOMPARE(labels(*table).first(), ProofLabel::PlayedInDemo);
        QVERIFY(page.nextIsDue());
        grab(page, "test-passed");

        // each moment and each line sets the drawing back to it
        auto *gate = part<GateDrawingWidget>(page, "proof.gate");
        auto *line = part<TimeLine>(page, "proof.moments");
        QCOMPARE(line->buttons().size(), 5);
        QTest::mouseClick(line->buttons().at(3), Qt::LeftButton);
        QVERIFY(gate->view().letIn);
        QCOMPARE(table->selectedKey(), QStringLiteral("3"));
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Home);
        QVERIFY(!gate->view().letIn);
        QVERIFY(page.footLegend());
        QVERIFY(page.footNote().isEmpty());

        QTest::mouseClick(part<QPushButton>(page, "proof.again"), Qt::LeftButton);
        QCOMPARE(bench.proof.state(), ProofController::State::Ready);
        QCOMPARE(labels(*table), QList<ProofLabel>(5, ProofLabel::Simulated));
    }

    static void reports(Bench &bench)
    {
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        ReportPage page(bench.report, bench.workspace);
        const qsizetype before = bench.writes().size();
        stage(page);
        QTRY_VERIFY_WITH_TIMEOUT(bench.report.evidence() && !bench.report.busy(), 15000);
        QCOMPARE(bench.writes().size(), before); // entering only reads
        QCOMPARE(page.nextText(), QStringLiteral("&Next customer"));
        grab(page, "report");
        checkKeyboard(page);
        if (QTest::currentTestFailed())
            return;
        QCOMPARE(bench.report.verdict().state, ReportVerdict::State::Unconfirmed);
        for (const Preset::Question &question : bench.report.questions()) {
            auto *answer = page.findChild<QComboBox *>(QLatin1String("report.answer.") + question.key);
            QVERIFY2(answer, qPrintable(question.key));
            QTest::keyClick(answer, Qt::Key_Down);
            QVERIFY(!bench.report.answer(question.key).isEmpty());
        }
        QCOMPARE(bench.report.verdict().state, ReportVerdict::State::Closed);
        grab(page, "report-answered");

        QTest::mouseClick(part<QPushButton>(page, "report.save"), Qt::LeftButton);
        auto *folder = part<QFileDialog>(page, "report.folder");
        QVERIFY(folder);
        const QString target = bench.folder.filePath(QStringLiteral("out"));
        Q_EMIT folder->fileSelected(target);
        folder->close();
        for (const QString &name : bench.report.fileNames())
            QVERIFY2(QFileInfo(QDir(target), name).size() > 0, qPrintable(name));
        grab(page, "report-saved");

        QTest::mouseClick(part<QPushButton>(page, "report.undo"), Qt::LeftButton);
        auto *ask = part<QMessageBox>(page, "undoQuestion");
        QVERIFY(ask && ask->text().contains(QLatin1String("PIM keeps managing")));
        QCOMPARE(bench.writes().size(), before); // asked, not done
        for (QAbstractButton *button : ask->buttons())
            if (ask->buttonRole(button) == QMessageBox::AcceptRole)
                QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(bench.workspace.runId().isEmpty(), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled() && !bench.report.busy(), 15000);
        QVERIFY(!bench.workspace.snapshot()->group);
        grab(page, "report-undone");
    }

private Q_SLOTS:
    void saysWhyItCannotBePlayed()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        ProofPage page(bench.proof, bench.workspace);
        stage(page);
        QVERIFY(!part<QPushButton>(page, "proof.play")->isEnabled());
        QVERIFY(part<Note>(page, "proof.notice")->isVisible());
        QCOMPARE(part<Note>(page, "proof.notice")->accessibleName(), bench.proof.blockedBecause());
        for (const ProofLine &line : bench.proof.lines()) // nothing was read, so nothing is foreseen
            QVERIFY2(expectedIn(line).isEmpty() && doneIn(line).isEmpty(), qPrintable(expectedIn(line) + doneIn(line)));
        ReportPage report(bench.report, bench.workspace);
        stage(report);
        QVERIFY(!part<QPushButton>(report, "report.save")->isEnabled());
        QVERIFY(!part<QPushButton>(report, "report.undo")->isEnabled());
        QVERIFY(bench.calls().isEmpty());
        grab(page, "test-look-around");
        grab(report, "report-look-around");
    }

    void playsAndReports()
    {
        Bench bench;
        closeGate(bench);
        if (QTest::currentTestFailed())
            return;
        playsToTheEnd(bench);
        if (!QTest::currentTestFailed())
            reports(bench);
    }
};

QTEST_MAIN(tst_ProofPage)
#include "tst_ProofPage.moc"
