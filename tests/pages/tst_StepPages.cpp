#include "pages/ConditionalAccessPage.h"
#include "pages/MatrixTable.h"
#include "pages/PageStage.h"
#include "pages/PimPage.h"
#include "widgets/DurationCombo.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QRadioButton>

using namespace pimgate;
using namespace pimgate::test;

/// Steps 3 and 4 operated as a person does, against the demo tenant over HTTP.
class tst_StepPages : public QObject
{
    Q_OBJECT

    static QString groupId(Bench &bench) { return bench.workspace.snapshot()->group->id; }

    /// Steps 1 and 2, without their pages.
    static void prepare(Bench &bench)
    {
        ENTER(bench);
        PRESS(bench, group);
        for (const SsoController::Today &line : bench.sso.today())
            if (line.kind == SsoController::Today::Kind::Service)
                bench.sso.decide(line.principalId, SsoController::Decision::ThroughPim);
        PRESS(bench, sso);
    }

    /// The rows of one table of the tenant that belong to the group.
    static QList<QJsonObject> ofGroup(Bench &bench, const char *table)
    {
        QList<QJsonObject> rows;
        for (const QJsonValue &row : bench.state()[QLatin1String(table)].toArray())
            if (QString::fromUtf8(QJsonDocument(row.toObject()).toJson()).contains(groupId(bench)))
                rows << row.toObject();
        return rows;
    }

    static QJsonObject rule(Bench &bench, const QString &id)
    {
        for (const QJsonObject &policy : ofGroup(bench, "roleManagementPolicies"))
            for (const char *member : {"rules", "_rules"})
                for (const QJsonValue &one : policy[QLatin1String(member)].toArray())
                    if (one[QLatin1String("id")].toString() == id &&
                        bench.workspace.snapshot()->rules->policyId == policy[QLatin1String("id")].toString())
                        return one.toObject();
        return {};
    }

    static QJsonObject gatePolicy(Bench &bench)
    {
        for (const QJsonValue &row : bench.state()[QLatin1String("conditionalAccessPolicies")].toArray())
            if (row[QLatin1String("displayName")].toString() == QLatin1String("PIM only: NinjaOne (tested)"))
                return row.toObject();
        return {};
    }

    static bool assignmentRequired(Bench &bench)
    {
        for (const QJsonValue &row : bench.state()[QLatin1String("servicePrincipals")].toArray())
            if (row[QLatin1String("id")].toString() == bench.workspace.snapshot()->application->id)
                return row[QLatin1String("appRoleAssignmentRequired")].toBool();
        return false;
    }

    /// What "Show what is sent" shows of this page.
    static QString shownAsSent(Page &page)
    {
        for (auto *link : page.findChildren<QAbstractButton *>())
            if (link->isVisible() && link->text() == QLatin1String("&Show what is sent"))
                QTest::mouseClick(link, Qt::LeftButton);
        auto *dialog = page.findChild<QDialog *>(QStringLiteral("sent"));
        auto *text = dialog ? part<QPlainTextEdit>(*dialog, "sent.text") : nullptr;
        auto *copy = dialog ? part<QPushButton>(*dialog, "sent.copy") : nullptr;
        if (!text || !copy || !dialog->isVisible() || text->accessibleName() != QLatin1String("What is sent"))
            return {};
        QTest::mouseClick(copy, Qt::LeftButton);
        const QString copied = QGuiApplication::clipboard()->text();
        const bool whole = copied == text->toPlainText();
        delete dialog;
        return whole ? copied : QString();
    }

    /// The text of each request that the tenant received, as it was to be shown.
    static QStringList requestsOf(Bench &bench, const QList<Call> &calls)
    {
        QStringList texts;
        for (const Call &call : calls)
            texts << call.method + QLatin1Char(' ') + bench.tenant->origin() + call.path + QLatin1Char('\n') +
                         QString::fromUtf8(QJsonDocument(call.body.toObject()).toJson());
        return texts;
    }

    static void operatePim(Bench &bench, PimPage &page)
    {
        QVERIFY(!part<QPushButton>(page, "pim.write")->isEnabled());
        pick(page, "pim.eligible", "Ada");
        pick(page, "pim.eligible", "Jonas");
        auto *maximum = part<DurationCombo>(page, "pim.maximum");
        maximum->setFocus();
        while (maximum->value() != QLatin1String("PT2H") && maximum->currentIndex() > 0)
            QTest::keyClick(maximum, Qt::Key_Up);
        QCOMPARE(bench.pim.maximumActivation().toString(), QStringLiteral("PT2H"));
        QTest::mouseClick(part<QCheckBox>(page, "pim.ticket"), Qt::LeftButton, {}, QPoint(8, 8));
        QVERIFY(bench.pim.ticket());
        QVERIFY(!part<PrincipalPicker>(page, "pim.approvers")->isVisible());
        QTest::keyClick(&page, Qt::Key_A, Qt::AltModifier); // "Somebody must approve"
        QTRY_VERIFY(part<PrincipalPicker>(page, "pim.approvers")->isVisible());
        pick(page, "pim.approvers", "Lena");
        QVERIFY(part<Note>(page, "pim.advice")->isVisible());
        pick(page, "pim.approvers", "Omar");
        QVERIFY(!part<Note>(page, "pim.advice")->isVisible());
    }

private Q_SLOTS:
    void lookingAroundAsksNobody()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        PimPage pim(bench.pim);
        stage(pim);
        ConditionalAccessPage ca(bench.conditionalAccess);
        stage(ca);
        for (const auto &[page, button] : {std::pair<Page *, const char *>{&pim, "pim.write"}, {&ca, "ca.write"}}) {
            QVERIFY(!part<QPushButton>(*page, button)->isEnabled());
            QVERIFY(!page->help().isEmpty());
            QVERIFY(page->footNote().isEmpty());
            QVERIFY(!page->nextIsDue());
        }
        QVERIFY(bench.calls().isEmpty());
        grab(pim, "step3-look-around");
        grab(ca, "step4-look-around");
    }

    void eligiblePeopleAndRules()
    {
        Bench bench;
        prepare(bench);
        if (QTest::currentTestFailed())
            return;
        PimPage page(bench.pim);
        stage(page);
        const auto reads = bench.writes().size();
        operatePim(bench, page);
        if (QTest::currentTestFailed())
            return;
        // somebody is taken out again
        for (auto *remove : part<PrincipalPicker>(page, "pim.eligible")->findChildren<QAbstractButton *>())
            if (remove->accessibleName() == QLatin1String("Remove Jonas Weber"))
                QTest::mouseClick(remove, Qt::LeftButton);
        QCOMPARE(bench.pim.eligible().size(), 1);
        QCOMPARE(bench.writes().size(), reads); // choosing only reads
        checkKeyboard(page);
        if (QTest::currentTestFailed())
            return;
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        grab(page, "step3-filled");

        const QString shown = shownAsSent(page);
        QVERIFY(shown.contains(QLatin1String("Ada Lindqvist becomes eligible")));
        QCOMPARE(bench.writes().size(), reads); // showing sends nothing
        CLICK_WRITE(bench, page, "pim.write", pim);
        const QStringList sent = requestsOf(bench, bench.writes().mid(reads));
        QCOMPARE(sent.size(), 2);
        for (const QString &request : sent)
            QVERIFY2(shown.contains(request), qPrintable(request + QLatin1String("\n\nis not in\n\n") + shown));
        QCOMPARE(shown.count(QLatin1String("/v1.0/")), sent.size());
        QCOMPARE(bench.workspace.state(PageId::Pim), PageState::Verified);
        QVERIFY(page.nextIsDue());
        QVERIFY(!part<QPushButton>(page, "pim.write")->isVisible());
        QVERIFY(part<QPushButton>(page, "pim.undo")->isVisible());
        QCOMPARE(rule(bench, QStringLiteral("Expiration_EndUser_Assignment"))[QLatin1String("maximumDuration")].toString(),
                 QStringLiteral("PT2H"));
        const QJsonArray enabled =
            rule(bench, QStringLiteral("Enablement_EndUser_Assignment"))[QLatin1String("enabledRules")].toArray();
        for (const char *asked : {"MultiFactorAuthentication", "Justification", "Ticketing"})
            QVERIFY2(enabled.contains(QLatin1String(asked)), asked);
        QVERIFY(rule(bench,
                     QStringLiteral("Approval_EndUser_Assignment"))[QLatin1String("setting")][QLatin1String("isApprovalRequired")]
                    .toBool());
        QCOMPARE(ofGroup(bench, "eligibilitySchedules").size(), 1);
        for (const Row &row : part<RowTable>(page, "pim.rows")->rowModel().rows())
            QVERIFY2(row.state == PageState::Verified, qPrintable(row.key));
        QTest::mouseClick(part<QPushButton>(page, "pim.allRules"), Qt::LeftButton);
        auto *rules = page.findChild<QDialog *>(QStringLiteral("pim.rules"));
        QVERIFY(rules && rules->isVisible());
        rules->close();
        grab(page, "step3-applied");
    }

    void closesTheGate()
    {
        Bench bench;
        prepare(bench);
        if (QTest::currentTestFailed())
            return;
        bench.pim.addEligible(bench.found(QStringLiteral("Ada")));
        bench.pim.addApprover(bench.found(QStringLiteral("Lena")));
        PRESS(bench, pim);

        ConditionalAccessPage page(bench.conditionalAccess);
        stage(page);
        auto *write = part<QPushButton>(page, "ca.write");
        QVERIFY(!write->isEnabled());
        QCOMPARE(page.footNote(), QStringLiteral("Going on now leaves the gate open."));

        // refused in words, and then named after all
        QTest::mouseClick(part<QCheckBox>(page, "ca.refuse"), Qt::LeftButton, {}, QPoint(8, 8));
        QTest::keyClicks(part<QLineEdit>(page, "ca.refusedBy"), QStringLiteral("Mira"));
        QTest::keyClicks(part<QLineEdit>(page, "ca.refusedWhy"), QStringLiteral("none exists"));
        QVERIFY(bench.workspace.blueprint().policy.breakGlassRefusal.has_value());
        QCOMPARE(bench.workspace.blueprint().policy.breakGlassRefusal->reason, QStringLiteral("none exists"));
        checkKeyboard(page);
        if (QTest::currentTestFailed())
            return;
        pick(page, "ca.breakGlass", "Break glass 1");
        QVERIFY(!part<QLineEdit>(page, "ca.refusedBy")->isVisible());
        QVERIFY(!bench.workspace.blueprint().policy.breakGlassRefusal);
        auto *name = part<QLineEdit>(page, "ca.name");
        QTest::keyClick(name, Qt::Key_End);
        QTest::keyClicks(name, QStringLiteral(" (tested)"));
        QCOMPARE(bench.conditionalAccess.policyName(), QStringLiteral("PIM only: NinjaOne (tested)"));
        QVERIFY(part<QRadioButton>(page, "ca.enforce")->isChecked());
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        grab(page, "step4-filled");
        QVERIFY(write->text().contains(QLatin1String("1 change")));
        // The closing rows are shown as well; what they are about does not exist yet.
        const QString shown = shownAsSent(page);
        const auto before = bench.writes().size();
        CLICK_WRITE(bench, page, "ca.write", conditionalAccess);
        const QStringList made = requestsOf(bench, bench.writes().mid(before));
        QCOMPARE(made.size(), 1);
        QVERIFY2(shown.contains(made.first()), qPrintable(made.first() + QLatin1String("\n\nis not in\n\n") + shown));
        const qsizetype closing = shown.indexOf(QLatin1String("When the gate closes:"));
        QVERIFY(closing > shown.indexOf(made.first()));
        QVERIFY(shown.indexOf(QStringLiteral("/v1.0/identity/conditionalAccess/policies/‹the new policy›\n"
                                             "{\n    \"state\": \"enabled\"\n}\n")) > closing);
        QCOMPARE(gatePolicy(bench)[QLatin1String("state")].toString(), QStringLiteral("enabledForReportingButNotEnforced"));
        QVERIFY(!assignmentRequired(bench));

        // the same page now asks whether the gate shall close
        QTRY_VERIFY_WITH_TIMEOUT(bench.conditionalAccess.evidence().has_value(), 30000);
        QTRY_VERIFY(write->isVisible() && write->isEnabled());
        QVERIFY(write->text().contains(QLatin1String("Close the gate: 2 change")));
        QVERIFY(write->text().endsWith(QLatin1String("in contoso.demo")));
        QVERIFY2(!write->isDefault() && !write->autoDefault(), "Enter must not close the gate");
        QTRY_COMPARE(write->visibleRegion().boundingRect(), write->rect()); // in sight without scrolling
        QVERIFY(!name->isVisible());
        QCOMPARE(page.footNote(), QStringLiteral("Going on now leaves the gate open."));
        auto *matrix = part<MatrixTable>(page, "ca.matrix");
        QCOMPARE(int(matrix->rowModel().rows().size()), int(bench.conditionalAccess.matrix().size()));
        const QList<Cell> ordinary = matrix->rowModel().rows().first().cells;
        QCOMPARE(ordinary.at(0).hint, QStringLiteral("ordinary user"));
        QCOMPARE(ordinary.at(1).text, QStringLiteral("would be blocked"));
        QCOMPARE(ordinary.at(2).text, QStringLiteral("blocked"));
        QCOMPARE(ordinary.at(3).text, QStringLiteral("blocked"));
        auto *gate = part<GateDrawingWidget>(page, "ca.gate");
        QCOMPARE(gate->view().who, QStringLiteral("Ada Lindqvist"));
        QVERIFY(gate->view().letIn);
        grab(page, "step4-closing");
        matrix->setFocus();
        QTest::keyClick(matrix, Qt::Key_Home);
        QCOMPARE(matrix->selected(), 0);
        QVERIFY(gate->view().who != QLatin1String("Ada Lindqvist"));
        checkKeyboard(page);
        if (QTest::currentTestFailed())
            return;
        auto *who = [&]() -> QPushButton * {
            for (auto *button : page.findChildren<QPushButton *>())
                if (button->isVisible() && button->text().contains(QLatin1String("Who?")))
                    return button;
            return nullptr;
        }();
        QVERIFY(who);
        QTest::mouseClick(who, Qt::LeftButton);
        auto *names = page.findChild<QDialog *>(QStringLiteral("names"));
        QVERIFY(names);
        QCOMPARE(names->findChild<QPlainTextEdit *>()->toPlainText().split(QLatin1Char('\n')),
                 bench.conditionalAccess.whoLosesAccessNames());
        names->close();
        QTest::keyClick(&page, Qt::Key_Return);
        QVERIFY(!bench.writing());

        CLICK_WRITE(bench, page, "ca.write", conditionalAccess);
        QCOMPARE(gatePolicy(bench)[QLatin1String("state")].toString(), QStringLiteral("enabled"));
        QVERIFY(assignmentRequired(bench));
        QVERIFY(page.footNote().isEmpty());
        QVERIFY(page.nextIsDue());
        QVERIFY(!gate->view().letIn);
        grab(page, "step4-closed");

        // and everything can be taken back from here, after a question
        auto *undo = part<QPushButton>(page, "ca.undo");
        QVERIFY(undo->isVisible() && undo->isEnabled());
        QTest::mouseClick(undo, Qt::LeftButton);
        auto *ask = page.findChild<QMessageBox *>();
        QVERIFY(ask && ask->isVisible());
        QVERIFY(!bench.writing());
        for (QAbstractButton *button : ask->buttons())
            if (ask->buttonRole(button) == QMessageBox::AcceptRole)
                QTest::mouseClick(button, Qt::LeftButton);
        QVERIFY(bench.writing());
        QTRY_VERIFY_WITH_TIMEOUT(!bench.writing(), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QVERIFY(gatePolicy(bench).isEmpty());
        QVERIFY(!assignmentRequired(bench));
    }
};

QTEST_MAIN(tst_StepPages)
#include "tst_StepPages.moc"
