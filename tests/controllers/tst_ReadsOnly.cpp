#include "ControllerBench.h"

#include <QRandomGenerator>

using namespace pimgate;
using namespace pimgate::test;

/// Property: whatever a person does on the pages short of a writing button, only reads leave.
class tst_ReadsOnly : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void thePredicateTellsReadsFromWrites()
    {
        const auto batch = [](const char *method) {
            return QJsonObject{
                {QStringLiteral("requests"), QJsonArray{QJsonObject{{QStringLiteral("id"), QStringLiteral("1")},
                                                                    {QStringLiteral("method"), QLatin1String(method)},
                                                                    {QStringLiteral("url"), QStringLiteral("/users/x")}}}}};
        };
        QVERIFY(isRead(QStringLiteral("POST"), QStringLiteral("/v1.0/$batch"), batch("GET")));
        QVERIFY(!isRead(QStringLiteral("POST"), QStringLiteral("/v1.0/$batch"), batch("DELETE")));
        QVERIFY(!isRead(QStringLiteral("POST"), QStringLiteral("/v1.0/groups"), {}));
        QVERIFY(!isRead(QStringLiteral("PATCH"), QStringLiteral("/v1.0/groups/1"), {}));
    }

    void anyWalkThroughThePagesOnlyReads_data()
    {
        QTest::addColumn<quint32>("seed");
        for (quint32 seed : {1u, 2u, 3u})
            QTest::addRow("seed %u", seed) << seed;
    }

    void anyWalkThroughThePagesOnlyReads()
    {
        QFETCH(quint32, seed);
        Bench bench;
        ENTER(bench);
        const Principal ada = bench.found(QStringLiteral("Ada"));
        const Principal lena = bench.found(QStringLiteral("Lena"));
        const Principal glass = bench.found(QStringLiteral("Break glass 1"));
        QVERIFY(!ada.id.isEmpty() && !lena.id.isEmpty() && !glass.id.isEmpty());
        const QList<std::function<void()>> acts{
            [&] { bench.group.refresh(); },
            [&] { bench.group.searchSimilar(); },
            [&] { bench.group.setName(QStringLiteral("PIM-Another")); },
            [&] { bench.group.setRoleAssignable(false); },
            [&] { bench.sso.search(QStringLiteral("one")); },
            [&] { bench.sso.setAssignmentRequired(!bench.sso.assignmentRequired()); },
            [&] {
                for (const auto &line : bench.sso.today())
                    if (line.needsDecision)
                        bench.sso.decide(line.principalId, SsoController::Decision::ThroughPim);
            },
            [&] { bench.pim.search(QStringLiteral("Jo")); },
            [&] { bench.pim.addEligible(ada); },
            [&] { bench.pim.removeEligible(ada.userName); },
            [&] { bench.pim.addApprover(lena); },
            [&] { bench.pim.setMfa(!bench.pim.mfa()); },
            [&] { bench.conditionalAccess.addBreakGlass(glass); },
            [&] { bench.conditionalAccess.gatherEvidence(); },
            [&] { bench.conditionalAccess.setEnforce(!bench.conditionalAccess.enforce()); },
            [&] { bench.readiness.refresh(); },
            [&] { bench.readiness.confirmBreakGlass({glass.userName}); },
            [&] { bench.proof.reset(); },
            [&] { bench.proof.play(); }, // the gate is open: refused
            [&] { bench.report.refresh(); },
            [&] { bench.workspace.refresh(); },
        };
        QRandomGenerator dice(seed);
        for (int i = 0; i < 40; ++i) {
            acts.at(dice.bounded(int(acts.size())))();
            QTest::qWait(dice.bounded(40));
        }
        QTRY_VERIFY_WITH_TIMEOUT(!bench.workspace.reading() && !bench.report.busy() && !bench.readiness.reading(), 15000);
        const auto calls = bench.calls();
        QVERIFY(calls.size() > 20);
        for (const Call &call : calls)
            QVERIFY2(isRead(call.method, call.path, call.body), qPrintable(call.method + QLatin1Char(' ') + call.path));
        QVERIFY(bench.workspace.runId().isEmpty());
    }

    void typingReadsOnceItHasComeToRest()
    {
        Bench bench;
        ENTER(bench);
        const auto before = bench.calls().size();
        const QString name = QStringLiteral("PIM-NinjaOne-Technicians");
        for (int i = 3; i <= name.size(); ++i)
            bench.group.setName(name.left(i));
        QVERIFY(bench.workspace.stale());
        QVERIFY2(!bench.group.canApply(), "a plan that was read for another name is not written");
        QTRY_VERIFY_WITH_TIMEOUT(bench.settled(), 15000);
        QVERIFY2(bench.calls().size() - before < 20, "one read, not one per letter");
        QCOMPARE(bench.workspace.plan()->blueprint.group.displayName, name);
    }
};

QTEST_GUILESS_MAIN(tst_ReadsOnly)
#include "tst_ReadsOnly.moc"
