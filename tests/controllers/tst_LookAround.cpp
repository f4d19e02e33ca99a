#include "ControllerBench.h"

#include <QSignalSpy>

using namespace pimgate;
using namespace pimgate::test;

/// Before sign-in every page opens and explains itself, and nothing is sent.
class tst_LookAround : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyPageOpensAndNothingIsSent()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        int sent = 0;
        QObject::connect(&bench.services.http(), &Http::exchanged, this, [&] { ++sent; });

        for (StepController *step : QList<StepController *>{&bench.group, &bench.sso, &bench.pim, &bench.conditionalAccess}) {
            QCOMPARE(step->state(), StepController::State::LookAround);
            QVERIFY(step->rows().isEmpty());
            QVERIFY(!step->canApply());
            QVERIFY(!step->canUndo());
            QVERIFY2(!step->blockedBecause().isEmpty(), "a blocked button says why");
            QCOMPARE(step->count().asAsked, 0);
            step->refresh();
            step->apply();
            step->stop();
            step->undo();
            QVERIFY(step->errorDetails().isEmpty());
        }
        QCOMPARE(bench.group.blockedBecause(), QStringLiteral("Sign in first."));

        bench.welcome.choosePreset(QStringLiteral("ninjaone"));
        QCOMPARE(bench.workspace.applicationName(), QStringLiteral("NinjaOne"));
        QCOMPARE(bench.group.name(), QStringLiteral("PIM-NinjaOne-Admins"));
        QCOMPARE(bench.conditionalAccess.policyName(), QStringLiteral("PIM only: NinjaOne"));
        bench.group.searchSimilar();
        bench.sso.search(QStringLiteral("Ninja"));
        bench.pim.search(QStringLiteral("Ada"));
        bench.conditionalAccess.gatherEvidence();
        bench.readiness.refresh();
        bench.report.refresh();
        bench.proof.play();
        QVERIFY(bench.sso.today().isEmpty());
        QVERIFY(bench.conditionalAccess.matrix().isEmpty());
        QVERIFY(bench.conditionalAccess.view(0).everyone);
        QCOMPARE(bench.proof.state(), ProofController::State::LookAround);
        QVERIFY(!bench.proof.blockedBecause().isEmpty());
        QVERIFY(bench.report.facts().isEmpty());
        QVERIFY(!bench.report.questions().isEmpty());
        QVERIFY(!bench.report.save(bench.folder.path()));
        QCOMPARE(bench.workspace.rightNow().title, QStringLiteral("NinjaOne right now"));
        QCOMPARE(bench.workspace.rightNow().peopleText, QStringLiteral("Sign in to see who can get in"));
        QTest::qWait(300); // longer than the edits take to come to rest
        QCOMPARE(sent, 0);
    }

    void theDemosPeopleBeginWithTheAdministrator()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        const QList<DemoPerson> people = bench.welcome.demoPeople();
        QVERIFY(people.size() >= 5);
        QCOMPARE(people.first().upn, bench.admin());
        QCOMPARE(people.first().role, QStringLiteral("administrator"));
    }

    void aSignInThatNeverComesBackIsCancelledWithinASecond()
    {
        Bench bench;
        QVERIFY(bench.tenant);
        bench.faults({QJsonObject{{QStringLiteral("match"), QJsonObject{{QStringLiteral("method"), QStringLiteral("GET")},
                                                                        {QStringLiteral("path"), QStringLiteral("authorize")}}},
                                  {QStringLiteral("times"), 1},
                                  {QStringLiteral("delayMs"), 30000}}});
        bench.welcome.signInToDemo(bench.admin());
        QTest::qWait(50);
        QCOMPARE(bench.welcome.state(), WelcomeController::State::SigningIn);
        bench.welcome.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(bench.welcome.state(), WelcomeController::State::Idle, 1000);
        QVERIFY(!bench.workspace.signedIn());
    }
};

QTEST_GUILESS_MAIN(tst_LookAround)
#include "tst_LookAround.moc"
