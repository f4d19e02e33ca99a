#include "ControllerBench.h"

using namespace pimgate;
using namespace pimgate::test;

/// A blocked button says why; an error says who can fix it and gives away no names.
class tst_Refusals : public QObject
{
    Q_OBJECT

    static QJsonArray refuse(const char *method, const char *path, int status, const char *code)
    {
        return {QJsonObject{{QStringLiteral("match"), QJsonObject{{QStringLiteral("method"), QLatin1String(method)},
                                                                  {QStringLiteral("path"), QLatin1String(path)}}},
                            {QStringLiteral("times"), 1},
                            {QStringLiteral("status"), status},
                            {QStringLiteral("code"), QLatin1String(code)},
                            {QStringLiteral("message"), QStringLiteral("Insufficient privileges for Mira Kovac.")}}};
    }

private Q_SLOTS:
    void everyStepWaitsForTheOneBefore()
    {
        Bench bench;
        ENTER(bench);
        QVERIFY(bench.group.blockedBecause().isEmpty());
        for (const auto &line : bench.sso.today())
            if (line.needsDecision)
                bench.sso.decide(line.principalId, SsoController::Decision::Keep);
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QVERIFY2(bench.sso.blockedBecause().startsWith(QLatin1String("Make step 1 first")),
                 qPrintable(bench.sso.blockedBecause()));
        QCOMPARE(bench.pim.blockedBecause(), QStringLiteral("Add somebody who may open the gate."));
        bench.pim.setApproval(true);
        bench.pim.addEligible(bench.found(QStringLiteral("Ada")));
        QCOMPARE(bench.pim.blockedBecause(), QStringLiteral("Name an approver, or switch approval off."));
        bench.pim.addApprover(bench.found(QStringLiteral("Ada")));
        QCOMPARE(bench.pim.blockedBecause(),
                 QStringLiteral("Ada Lindqvist cannot approve the own request. Name another approver."));
        QVERIFY2(bench.conditionalAccess.blockedBecause().startsWith(QLatin1String("Name a break-glass account")),
                 qPrintable(bench.conditionalAccess.blockedBecause()));
        bench.group.setName(QString());
        QCOMPARE(bench.group.blockedBecause(), QStringLiteral("Give the group a name."));
        QVERIFY(!bench.group.canApply());
    }

    void refusalOfALaterPageDoesNotBlockThisOne()
    {
        Bench bench;
        ENTER(bench);
        bench.pim.setApproval(true); // approval asked, nobody named
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QVERIFY(!bench.workspace.plan()->refusals.isEmpty());
        PRESS(bench, group);
        QCOMPARE(bench.workspace.state(PageId::Group), PageState::Verified);
    }

    void directAssignmentsAreDecidedAndGoWhenTheGateCloses()
    {
        Bench bench;
        ENTER(bench);
        bench.sso.search(QStringLiteral("Kaseya"));
        QTRY_VERIFY_WITH_TIMEOUT(
            !bench.sso.found().isEmpty() && bench.sso.found().first().displayName == QLatin1String("KaseyaOne"), 5000);
        bench.sso.choose(bench.sso.found().first().appId);
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled() && bench.sso.application(), 15000);
        QCOMPARE(bench.group.name().contains(QLatin1String("Kaseya")), true);
        QVERIFY(bench.sso.roles().size() > 1);
        QCOMPARE(bench.sso.blockedBecause(), QStringLiteral("Choose the role that active members get."));
        bench.sso.setRole(bench.sso.roles().first().id);
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        const auto direct = [&] {
            QList<SsoController::Today> lines;
            for (const auto &line : bench.sso.today())
                if (!line.assignmentId.isEmpty())
                    lines << line;
            return lines;
        };
        QCOMPARE(direct().size(), 4); // Ada, Jonas, Sam and one group
        QCOMPARE(bench.sso.undecided(), 4);
        QVERIFY2(bench.sso.blockedBecause().contains(QLatin1String("3 more")), qPrintable(bench.sso.blockedBecause()));
        for (const auto &line : direct())
            bench.sso.decide(line.principalId, line.name.startsWith(QLatin1String("Sam")) ? SsoController::Decision::Keep
                                                                                          : SsoController::Decision::ThroughPim);
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QCOMPARE(bench.sso.undecided(), 0);
        QStringList leaving;
        for (const Change &row : bench.sso.rowsWhenClosing())
            if (row.is(ChangeKey::Kind::Unassign))
                leaving << row.what;
        leaving.sort();
        QCOMPARE(leaving, QStringList({QStringLiteral("Ada Lindqvist"), QStringLiteral("Jonas Weber"),
                                       QStringLiteral("Kaseya technicians")}));
        QCOMPARE(bench.pim.eligible().size(), 2); // people come through PIM: proposed in step 3
        for (const auto &line : direct())
            if (line.name.startsWith(QLatin1String("Ada"))) {
                QCOMPARE(line.afterwards, SsoController::Today::Afterwards::WhileActive);
                bench.sso.decide(line.principalId, SsoController::Decision::Keep);
            }
        QCOMPARE(bench.pim.eligible().size(), 1);
    }

    void aRefusedWriteStaysOnThePageWithoutNames()
    {
        Bench bench;
        ENTER(bench);
        bench.faults(refuse("POST", "/groups$", 403, "Authorization_RequestDenied"));
        QVERIFY(bench.group.canApply());
        bench.group.apply();
        QTRY_VERIFY_WITH_TIMEOUT(!bench.writing(), 30000);
        QCOMPARE(bench.group.state(), StepController::State::Failed);
        QVERIFY(bench.group.error());
        QVERIFY(bench.group.errorWho().contains(QLatin1String("Groups Administrator")));
        QVERIFY(bench.group.errorDetails().contains(QLatin1String("403 Authorization_RequestDenied")));
        QVERIFY(bench.group.errorDetails().contains(QLatin1String("UTC")));
        QVERIFY2(!bench.group.errorDetails().contains(QLatin1String("Mira")), "what is copied names nobody");
        QCOMPARE(bench.workspace.state(PageId::Group), PageState::Failed);
        QVERIFY(!bench.sso.error()); // an error stays on the page where the act was
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QVERIFY2(bench.group.canApply(), "one fault, then the same button again");
        PRESS(bench, group);
        QCOMPARE(bench.workspace.state(PageId::Group), PageState::Verified);
    }

    void withoutAWhatIfTheGateStaysOpen()
    {
        Bench bench;
        ENTER(bench);
        PRESS(bench, group);
        for (const auto &line : bench.sso.today())
            if (line.needsDecision)
                bench.sso.decide(line.principalId, SsoController::Decision::Keep);
        PRESS(bench, sso);
        bench.pim.addEligible(bench.found(QStringLiteral("Ada")));
        PRESS(bench, pim);
        bench.conditionalAccess.addBreakGlass(bench.found(QStringLiteral("Break glass 1")));
        bench.faults(QJsonArray{QJsonObject{
            {QStringLiteral("match"), QJsonObject{{QStringLiteral("method"), QStringLiteral("POST")},
                                                  {QStringLiteral("path"), QStringLiteral("conditionalAccess/evaluate")}}},
            {QStringLiteral("times"), 100},
            {QStringLiteral("status"), 403},
            {QStringLiteral("code"), QStringLiteral("Forbidden")},
            {QStringLiteral("message"), QStringLiteral("No.")}}});
        PRESS(bench, conditionalAccess);
        QTRY_VERIFY_WITH_TIMEOUT(bench.conditionalAccess.closing() && !bench.conditionalAccess.gathering(), 15000);
        QVERIFY2(bench.conditionalAccess.blockedBecause().startsWith(QLatin1String("Not checked whom the policy would block")),
                 qPrintable(bench.conditionalAccess.blockedBecause()));
        QVERIFY(!bench.conditionalAccess.canApply());
        const auto before = bench.writes().size();
        bench.conditionalAccess.apply();
        QTest::qWait(100);
        QCOMPARE(bench.writes().size(), before);
    }
};

QTEST_GUILESS_MAIN(tst_Refusals)
#include "tst_Refusals.moc"
