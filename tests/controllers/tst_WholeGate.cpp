#include "ControllerBench.h"
#include "proof/ProofJson.h"
#include "proof/ProofWords.h"

#include <QCoroTask>
#include <QDir>
#include <QGuiApplication>
#include <QSignalSpy>

using namespace pimgate;
using namespace pimgate::test;

/// From sign-in to the report, as the pages do it, over real HTTP.
class tst_WholeGate : public QObject
{
    Q_OBJECT

    /// Steps 1 to 3 and the policy in report-only.
    void open(Bench &bench)
    {
        ENTER(bench);
        PRESS(bench, group);
        bench.sso.decide(serviceId(bench), SsoController::Decision::ThroughPim);
        PRESS(bench, sso);
        bench.pim.addEligible(bench.found(QStringLiteral("Ada")));
        bench.pim.addApprover(bench.found(QStringLiteral("Lena")));
        PRESS(bench, pim);
        bench.conditionalAccess.addBreakGlass(bench.found(QStringLiteral("Break glass 1")));
        PRESS(bench, conditionalAccess);
    }

    static QString serviceId(Bench &bench)
    {
        for (const SsoController::Today &line : bench.sso.today())
            if (line.kind == SsoController::Today::Kind::Service)
                return line.principalId;
        return {};
    }

private Q_SLOTS:
    /// The lid is closed between step 3 and step 4, or in the middle of a step: the wizard offers to go on.
    void anUnfinishedRunIsOffered_data()
    {
        QTest::addColumn<QString>("cut");
        for (const char *cut : {"after step 3", "in step 3", "while it was taken back"})
            QTest::newRow(cut) << QString::fromLatin1(cut);
    }
    void anUnfinishedRunIsOffered()
    {
        QFETCH(QString, cut);
        std::shared_ptr<demo::DemoTenant> tenant;
        std::shared_ptr<ScratchDir> data;
        QString run;
        qsizetype before = 0;
        {
            Bench bench;
            tenant = bench.tenant;
            data = bench.data;
            ENTER(bench);
            QVERIFY(!bench.unfinished.run());
            PRESS(bench, group);
            run = bench.workspace.runId();
            bench.sso.decide(serviceId(bench), SsoController::Decision::ThroughPim);
            PRESS(bench, sso);
            bench.pim.addEligible(bench.found(QStringLiteral("Ada")));
            bench.pim.addApprover(bench.found(QStringLiteral("Lena")));
            if (cut == QLatin1String("in step 3")) {
                bench.faults(
                    {QJsonObject{{QStringLiteral("match"), QJsonObject{{QStringLiteral("method"), QStringLiteral("PATCH")}}},
                                 {QStringLiteral("status"), 403}}});
                QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
                bench.pim.apply();
                QTRY_VERIFY_WITH_TIMEOUT(!bench.writing(), 60000);
                QVERIFY(bench.pim.error());
            } else {
                PRESS(bench, pim);
            }
            if (cut == QLatin1String("while it was taken back")) {
                bench.faults(
                    {QJsonObject{{QStringLiteral("match"), QJsonObject{{QStringLiteral("method"), QStringLiteral("DELETE")}}},
                                 {QStringLiteral("status"), 403},
                                 {QStringLiteral("times"), 99}}});
                bench.report.undoEverything();
                QTRY_VERIFY_WITH_TIMEOUT(!bench.report.busy(), 60000);
                QVERIFY(bench.report.error());
                QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
                QVERIFY2(bench.report.error(), "reading the report again hid that the undo failed");
                bench.faults({});
            }
            before = bench.writes().size();
        }
        Bench again(tenant, data);
        QSignalSpy takenUp(&again.unfinished, &UnfinishedController::takenUp);
        ENTER(again);
        QTRY_VERIFY_WITH_TIMEOUT(again.unfinished.run().has_value(), 15000);
        QCOMPARE(again.unfinished.run()->record.id, run);
        QVERIFY(again.unfinished.run()->made >= 2);
        const bool back = cut == QLatin1String("while it was taken back");
        QCOMPARE(again.unfinished.run()->takingBack(), back);
        again.unfinished.takeUp();
        QTRY_COMPARE_WITH_TIMEOUT(takenUp.size(), 1, 15000);
        QVERIFY(!again.unfinished.run());
        QCOMPARE(again.writes().size(), before); // taking up writes nothing
        QCOMPARE(again.workspace.runId(), run);
        const auto page = takenUp.first().first().value<PageId>();
        if (back) {
            QCOMPARE(page, PageId::Report);
            QTRY_VERIFY_WITH_TIMEOUT(again.settled() && again.report.canUndo(), 15000);
            again.report.undoEverything();
            QTRY_VERIFY_WITH_TIMEOUT(!again.report.busy(), 60000);
            QVERIFY2(!again.report.error(), qPrintable(again.report.error() ? again.report.error()->text() : QString()));
            QTRY_VERIFY_WITH_TIMEOUT(again.settled(), 15000);
            QVERIFY(!again.workspace.snapshot()->group);
            return;
        }
        QCOMPARE(page, cut == QLatin1String("in step 3") ? PageId::Pim : PageId::ConditionalAccess);
        QCOMPARE(again.pim.eligible().size(), 1); // the wishes are those of the run
        if (page == PageId::Pim) {
            PRESS(again, pim);
        }
        again.sso.decide(serviceId(again), SsoController::Decision::ThroughPim); // who keeps access is asked again
        again.conditionalAccess.addBreakGlass(again.found(QStringLiteral("Break glass 1")));
        PRESS(again, conditionalAccess);
        QTRY_VERIFY_WITH_TIMEOUT(again.conditionalAccess.evidence().has_value(), 30000);
        PRESS(again, conditionalAccess);
        QCOMPARE(again.workspace.snapshot()->policy->state, CaPolicy::State::Enabled);
        int groups = 0;
        for (const Call &call : again.writes())
            groups += call.method == QLatin1String("POST") && call.path.endsWith(QLatin1String("/groups"));
        QCOMPARE(groups, 1);
        QCOMPARE(again.workspace.runId(), run);
    }

    void stepByStepUntilClosed()
    {
        Bench bench;
        ENTER(bench);
        QCOMPARE(bench.workspace.tenantDomain(), QStringLiteral("contoso.demo"));
        QVERIFY(bench.workspace.tenantName().contains(QLatin1String("demo")));
        QCOMPARE(bench.workspace.rightNow().assignment, Verdict::Lock::Open);
        QCOMPARE(bench.workspace.rightNow().policyText, QStringLiteral("Conditional Access: no policy"));

        // step 1
        QCOMPARE(bench.group.state(), StepController::State::Ready);
        QCOMPARE(bench.group.nameState(), QStringLiteral("free"));
        QVERIFY(bench.group.roleAssignable());
        QCOMPARE(bench.group.toMake().size(), 1);
        QVERIFY2(bench.group.buttonText().startsWith(QLatin1String("Make 1 change")), qPrintable(bench.group.buttonText()));
        QVERIFY(bench.group.buttonText().endsWith(QLatin1String("in contoso.demo")));
        PRESS(bench, group);
        QCOMPARE(bench.group.state(), StepController::State::Done);
        QCOMPARE(bench.workspace.state(PageId::Group), PageState::Verified);
        QVERIFY(bench.group.showsReadBack());
        QVERIFY(bench.group.count().asAsked > 0);
        QCOMPARE(bench.group.count().toCome + bench.group.count().differ, 0);
        QCOMPARE(bench.group.nameState(), QStringLiteral("made by this run"));
        QVERIFY(bench.group.portalLink(bench.group.rows().first()).toString().contains(bench.workspace.snapshot()->group->id));

        // step 2: the service account waits for a decision, and the button says so
        QCOMPARE(bench.workspace.state(PageId::Sso), PageState::NeedsAttention);
        QVERIFY2(bench.sso.blockedBecause().startsWith(QLatin1String("Decide about ")), qPrintable(bench.sso.blockedBecause()));
        QCOMPARE(bench.sso.undecided(), 1);
        const auto facts = bench.sso.ssoFacts();
        QCOMPARE(facts.size(), 4);
        for (const auto &fact : facts)
            QVERIFY2(fact.state == PageState::Verified, qPrintable(fact.what + QLatin1Char(' ') + fact.found));
        bench.sso.decide(serviceId(bench), SsoController::Decision::ThroughPim);
        QCOMPARE(bench.sso.undecided(), 0);
        PRESS(bench, sso);
        QCOMPARE(bench.workspace.stateWord(PageId::Sso), QStringLiteral("verified; closes in step 4"));
        QCOMPARE(bench.workspace.rightNow().assignmentText, QStringLiteral("Assignment: not required"));

        // step 3
        QVERIFY(!bench.pim.blockedBecause().isEmpty());
        bench.pim.addEligible(bench.found(QStringLiteral("Ada")));
        QCOMPARE(bench.pim.eligible().size(), 1);
        QCOMPARE(bench.pim.eligible().first().name, QStringLiteral("Ada Lindqvist"));
        bench.pim.addApprover(bench.found(QStringLiteral("Lena")));
        QVERIFY(bench.pim.advice().contains(QLatin1String("second approver")));
        bench.pim.addApprover(bench.found(QStringLiteral("Omar")));
        QVERIFY(bench.pim.advice().isEmpty());
        bench.pim.setMaximumActivation(IsoDuration(std::chrono::hours(2)));
        PRESS(bench, pim);
        QCOMPARE(bench.workspace.state(PageId::Pim), PageState::Verified);
        QCOMPARE(bench.workspace.snapshot()->rules->maximumActivation().toString(), QStringLiteral("PT2H"));
        QCOMPARE(bench.workspace.snapshot()->rules->approverIds().size(), 2);

        // step 4, report-only: nobody lost anything yet
        QVERIFY(!bench.conditionalAccess.closing());
        bench.conditionalAccess.addBreakGlass(bench.found(QStringLiteral("Break glass 1")));
        PRESS(bench, conditionalAccess);
        QVERIFY(bench.conditionalAccess.closing());
        QCOMPARE(bench.workspace.stateWord(PageId::ConditionalAccess), QStringLiteral("report-only: not enforced"));
        QVERIFY(!bench.workspace.snapshot()->application->assignmentRequired);
        QTRY_VERIFY_WITH_TIMEOUT(bench.conditionalAccess.evidence().has_value(), 30000);
        QVERIFY2(bench.conditionalAccess.evidence()->complete(), qPrintable(bench.conditionalAccess.evidence()->problem));
        for (const auto &condition : bench.conditionalAccess.conditions())
            QVERIFY2(condition.state == PageState::Verified || condition.state == PageState::ToDo,
                     qPrintable(condition.sentence));
        const auto matrix = bench.conditionalAccess.matrix();
        QVERIFY(matrix.size() >= 4);
        QCOMPARE(matrix.first().kind, MatrixRow::Kind::Ordinary);
        QCOMPARE(matrix.first().now, MatrixRow::Answer::WouldBeBlocked);
        QCOMPARE(matrix.first().whenOn, MatrixRow::Answer::Blocked);
        QCOMPARE(matrix.first().afterItEnds, MatrixRow::Answer::Blocked);
        QVERIFY(bench.conditionalAccess.view(0).letIn);
        QVERIFY(bench.conditionalAccess.whoLosesAccess().sentence.contains(QLatin1String("lose access")));
        QVERIFY(!bench.conditionalAccess.whoLosesAccessNames().contains(QStringLiteral("Ada Lindqvist")));
        QVERIFY(bench.conditionalAccess.buttonText().startsWith(QLatin1String("Close the gate: 2 change")));

        // the one button that takes access away
        PRESS(bench, conditionalAccess);
        QCOMPARE(bench.workspace.state(PageId::ConditionalAccess), PageState::Verified);
        QCOMPARE(bench.workspace.stateWord(PageId::Sso), QStringLiteral("verified"));
        QVERIFY(bench.workspace.snapshot()->application->assignmentRequired);
        QCOMPARE(bench.workspace.snapshot()->policy->state, CaPolicy::State::Enabled);
        QCOMPARE(bench.workspace.rightNow().assignmentText, QStringLiteral("Assignment: only the group"));
        QCOMPARE(bench.workspace.rightNow().policy, Verdict::Lock::Shut);
        QCOMPARE(bench.workspace.rightNow().peopleText, QStringLiteral("Nobody can sign in until they activate"));
        QVERIFY(!bench.conditionalAccess.view(0).letIn);
        QCOMPARE(bench.writes().last().method, QStringLiteral("PATCH")); // arming comes last
        QVERIFY(bench.writes().last().path.contains(QLatin1String("conditionalAccess/policies")));

        // the proof, then the report
        bench.proof.setSpeed(0);
        QVERIFY2(bench.proof.blockedBecause().isEmpty(), qPrintable(bench.proof.blockedBecause()));
        QCOMPARE(bench.proof.lines().size(), 5);
        for (const ProofLine &line : bench.proof.lines())
            QCOMPARE(line.label, ProofLabel::Simulated);
        bench.proof.play();
        QTRY_VERIFY_WITH_TIMEOUT(bench.proof.state() != ProofController::State::Playing, 120000);
        for (const ProofLine &line : bench.proof.lines())
            qInfo().noquote() << whoOf(line) << "|" << doneIn(line) << "|" << happenedIn(line);
        QVERIFY2(bench.proof.state() == ProofController::State::Passed,
                 qPrintable(bench.proof.error()    ? bench.proof.error()->text()
                            : bench.proof.result() ? howOf(*bench.proof.result())
                                                   : QString()));
        QCOMPARE(bench.workspace.state(PageId::Proof), PageState::Verified);
        // pimgate report finds it in the run later
        const auto kept = [&bench] {
            const auto run = QCoro::waitFor(bench.services.history().run(bench.workspace.runId()));
            const auto proof = run ? keptProof(*run) : Result<std::optional<KeptProof>>();
            return proof && *proof && (*proof)->proof.state == ProofResult::State::Passed;
        };
        QTRY_VERIFY_WITH_TIMEOUT(kept(), 5000);
        for (const ProofLine &line : bench.proof.lines())
            QVERIFY(line.label == ProofLabel::PlayedInDemo || line.label == ProofLabel::Simulated);
        bench.proof.select(3);
        QVERIFY(bench.proof.view().letIn);
        bench.proof.select(0);
        QVERIFY(!bench.proof.view().letIn);
        QCOMPARE(bench.proof.usedShare(), 1.0);

        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        bench.report.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.report.busy(), 15000);
        QVERIFY2(bench.report.evidence(), qPrintable(bench.report.error() ? bench.report.error()->text() : QString()));
        QCOMPARE(bench.report.verdict().state, ReportVerdict::State::Unconfirmed);
        QCOMPARE(bench.report.facts().size(), 5);
        for (const auto &fact : bench.report.facts())
            QVERIFY2(fact.state == PageState::Verified, qPrintable(fact.what + QLatin1Char(' ') + fact.found));
        const QString target = bench.folder.filePath(QStringLiteral("evidence"));
        const Outcome saved = bench.report.save(target);
        QVERIFY2(saved, qPrintable(saved ? QString() : saved.error().text()));
        for (const QString &name : bench.report.fileNames())
            QVERIFY2(QFileInfo(QDir(target), name).size() > 0, qPrintable(name));
        QVERIFY(Blueprint::load(QDir(target).filePath(QStringLiteral("blueprint.json"))));
        QVERIFY(bench.report.undoResidue().contains(QLatin1String("PIM keeps managing")));
    }

    void stoppedInTheMiddleNothingIsMadeTwice()
    {
        Bench bench;
        ENTER(bench);
        PRESS(bench, group);
        for (const char *name : {"Ada", "Jonas", "Priya"})
            bench.pim.addEligible(bench.found(QLatin1String(name)));
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        const int all = int(bench.pim.toMake().size());
        QObject::connect(&bench.pim, &StepController::changed, &bench.pim, [&] {
            const auto progress = bench.pim.progress();
            if (std::any_of(progress.begin(), progress.end(), [](const Progress &p) { return p.state == Progress::State::Done; }))
                bench.pim.stop();
        });
        bench.pim.apply();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.writing(), 60000);
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QVERIFY2(!bench.pim.error(), "stopping is no failure");
        const int left = int(bench.pim.toMake().size());
        QVERIFY2(left > 0 && left < all, qPrintable(QStringLiteral("%1 of %2 left").arg(left).arg(all)));
        bench.pim.disconnect(&bench.pim);

        PRESS(bench, pim);
        QCOMPARE(bench.workspace.state(PageId::Pim), PageState::Verified);
        QHash<QString, int> accepted;
        for (const Call &call : bench.writes())
            if (call.path.endsWith(QLatin1String("/eligibilityScheduleRequests")) && call.status == 201) {
                const QJsonObject body =
                    call.body.isObject() ? call.body.toObject() : QJsonDocument::fromJson(call.body.toString().toUtf8()).object();
                ++accepted[body[QLatin1String("principalId")].toString()];
            }
        QCOMPARE(accepted.size(), 3);
        for (int times : std::as_const(accepted))
            QCOMPARE(times, 1);
    }

    void undoTakesTheWholeRunBack()
    {
        Bench bench;
        open(bench);
        if (QTest::currentTestFailed())
            return;
        QTRY_VERIFY_WITH_TIMEOUT(bench.conditionalAccess.blockedBecause().isEmpty(), 30000);
        PRESS(bench, conditionalAccess);
        QVERIFY(bench.conditionalAccess.canUndo());
        bench.conditionalAccess.undo();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.writing(), 60000);
        QVERIFY2(!bench.conditionalAccess.error(),
                 qPrintable(bench.conditionalAccess.error() ? bench.conditionalAccess.error()->text() : QString()));
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QVERIFY(!bench.workspace.snapshot()->application->assignmentRequired);
        QVERIFY(!bench.workspace.snapshot()->policy);
        QVERIFY(!bench.workspace.snapshot()->group);
        QVERIFY(bench.workspace.runId().isEmpty());
        QCOMPARE(bench.workspace.state(PageId::Group), PageState::ToDo);
        QVERIFY(!bench.group.showsReadBack());
        bench.report.refresh(); // the report still tells what the run did
        QTRY_VERIFY_WITH_TIMEOUT(!bench.report.busy(), 15000);
        QVERIFY(bench.report.evidence() && !bench.report.evidence()->changes.isEmpty());
        QCOMPARE(bench.report.verdict().state, ReportVerdict::State::NotBuilt);
    }

    void nextCustomerBeginsWithNothing()
    {
        Bench bench;
        ENTER(bench);
        PRESS(bench, group);
        bench.workspace.startOver();
        QVERIFY(!bench.workspace.signedIn());
        QVERIFY(!bench.workspace.plan());
        QVERIFY(bench.workspace.runId().isEmpty());
        QVERIFY(bench.group.name().isEmpty());
        QCOMPARE(bench.group.state(), StepController::State::LookAround);
        QVERIFY(!bench.group.showsReadBack());
        QCOMPARE(bench.workspace.state(PageId::Group), PageState::ToDo);
        QCOMPARE(bench.welcome.state(), WelcomeController::State::Idle);
        ENTER(bench); // and the same window serves the next one
        QCOMPARE(bench.group.nameState(), QStringLiteral("taken: it would be used"));
    }
};

QTEST_MAIN(tst_WholeGate)
#include "tst_WholeGate.moc"
