// The commands against a demo tenant in a process of its own: exit status, one JSON document, and what was sent.
#include "cli/DemoProcess.h"

#include <csignal>

using namespace cliprocess;

class tst_Commands : public QObject
{
    Q_OBJECT
private:
    static constexpr auto fast = "600"; ///< the tenant's clock: a minute of replication takes a tenth of a second

    static bool startFast(DemoProcess &demo) { return demo.start(words({"--time-scale", fast})); }

private Q_SLOTS:
    void planReadsOnly()
    {
        DemoProcess demo;
        QVERIFY(startFast(demo));
        const QString blueprint = demo.write("blueprint.json", demo.blueprint());
        const Ended json = demo.command({QStringLiteral("plan"), blueprint, QStringLiteral("--json")});
        QVERIFY2(json.status == 1, json.err);
        QVERIFY2(json.json().value(QLatin1String("changes")).toInt() > 3, json.out);
        QCOMPARE(json.json().value(QLatin1String("command")).toString(), QStringLiteral("plan"));
        const QJsonArray rows = json.json().value(QLatin1String("rows")).toArray();
        for (const QJsonValue &row : rows)
            QCOMPARE(row[QLatin1String("requests")].toArray().isEmpty(), row[QLatin1String("done")].toBool());
        QVERIFY2(json.out.contains("/v1.0/groups\"") && json.out.contains("\"principalId\": \"‹the new group›\""), json.out);
        const Ended text = demo.command({QStringLiteral("plan"), blueprint});
        QCOMPARE(text.status, 1);
        QVERIFY2(text.out.contains("Step 1: Create group") && text.out.contains(" -> "), text.out);
        QVERIFY(demo.exchanges().size() > 5);
        QCOMPARE(demo.writes(), QStringList());
    }

    void readinessReadsOnly()
    {
        DemoProcess demo;
        QVERIFY(startFast(demo));
        const Ended ended = demo.command({"readiness", "--json"});
        QVERIFY2(ended.status == 0, ended.err + ended.out);
        QVERIFY(ended.json().value(QLatin1String("checks")).toArray().size() >= 5);
        QCOMPARE(demo.writes(), QStringList());
    }

    void badBlueprintsSendNothingButReads_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("unknown key") << QStringLiteral("pim.eligable") << QJsonValue(1) << QByteArray("eligable");
        QTest::newRow("wrong type") << QStringLiteral("pim.eligible") << QJsonValue(QStringLiteral("ada"))
                                    << QByteArray("pim.eligible");
        QTest::newRow("bad duration") << QStringLiteral("pim.activation")
                                      << QJsonValue(QJsonObject{{QStringLiteral("maximumDuration"), QStringLiteral("P1M")}})
                                      << QByteArray("pim.activation.maximumDuration");
        QTest::newRow("unknown principal") << QStringLiteral("pim.eligible")
                                           << QJsonValue(QJsonArray{QJsonObject{
                                                  {QStringLiteral("principal"), QStringLiteral("nobody@contoso.demo")}}})
                                           << QByteArray("nobody@contoso.demo");
        QTest::newRow("unknown application")
            << QStringLiteral("application")
            << QJsonValue(QJsonObject{{QStringLiteral("displayName"), QStringLiteral("No such app")}})
            << QByteArray("No such app");
        QTest::newRow("enforced without break-glass")
            << QStringLiteral("conditionalAccess")
            << QJsonValue(QJsonObject{{QStringLiteral("state"), QStringLiteral("enabled")}}) << QByteArray("breakGlass");
    }

    void badBlueprintsSendNothingButReads()
    {
        QFETCH(QString, path);
        QFETCH(QJsonValue, value);
        QFETCH(QByteArray, says);
        DemoProcess demo;
        QVERIFY(startFast(demo));
        QJsonObject wish = demo.blueprint();
        const QStringList keys = path.split(QLatin1Char('.'));
        if (keys.size() == 1) {
            wish.insert(keys[0], value);
        } else {
            QJsonObject inner = wish.value(keys[0]).toObject();
            inner.insert(keys[1], value);
            wish.insert(keys[0], inner);
        }
        const QString blueprint = demo.write("blueprint.json", wish);
        const Ended ended = demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--json")});
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.contains(says), ended.err);
        QVERIFY2(ended.err.count('\n') == 1, ended.err);
        QVERIFY(ended.json().contains(QLatin1String("error")));
        QCOMPARE(demo.writes(), QStringList());
    }

    void applyReportOnlyThenAgain()
    {
        DemoProcess demo;
        QVERIFY(startFast(demo));
        const QString blueprint = demo.write("blueprint.json", demo.blueprint());
        const Ended first = demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--json")});
        QVERIFY2(first.status == 0, first.err + first.out);
        const QString runId = first.json().value(QLatin1String("run")).toString();
        QVERIFY2(QRegularExpression(QStringLiteral("^[0-9a-f]{8}$")).match(runId).hasMatch(), first.out);
        QVERIFY(demo.writes().size() > 3);

        const qsizetype before = demo.exchanges().size();
        const Ended again = demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--json")});
        QVERIFY2(again.status == 0, again.err + again.out);
        QCOMPARE(demo.writes(before), QStringList());
        QCOMPARE(demo.command({QStringLiteral("plan"), blueprint}).status, 0);

        const Ended verified = demo.command({QStringLiteral("verify"), blueprint, QStringLiteral("--json")});
        QVERIFY2(verified.status == 1, verified.err + verified.out);
        QCOMPARE(verified.json().value(QLatin1String("reason")).toString(), QStringLiteral("notEnforced"));
        QCOMPARE(demo.command({QStringLiteral("verify"), blueprint, QStringLiteral("--report-only-ok")}).status, 0);
        QCOMPARE(demo.writes(before), QStringList());

        const Ended history = demo.command({"history", "--json"});
        QCOMPARE(history.status, 0);
        QVERIFY(history.out.contains(runId.toUtf8()));
    }

    /// Armed without anybody who can open it: what opens is made, the answer is no, and why is said by name.
    void nobodyCouldOpenIt()
    {
        DemoProcess demo;
        QVERIFY(startFast(demo));
        QJsonObject wish = demo.enforced();
        QJsonObject pim = wish.value(QLatin1String("pim")).toObject();
        const QJsonObject bernd{{QStringLiteral("principal"), QStringLiteral("bernd.vogt@contoso.demo")}};
        pim.insert(QStringLiteral("eligible"), QJsonArray{bernd});
        wish.insert(QStringLiteral("pim"), pim);
        const QString blueprint = demo.write("blueprint.json", wish);
        const Ended json = demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--json")});
        QVERIFY2(json.status == 1, json.err + json.out);
        QCOMPARE(json.json().value(QLatin1String("reason")).toString(), QStringLiteral("nobodyCanOpen"));
        const Ended text = demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes")});
        QVERIFY2(text.status == 1 &&
                     text.out.contains("The gate stays open. Nobody can open the gate: Bernd Vogt (the account is "
                                       "disabled). Make somebody eligible who can sign in now, in step 3."),
                 text.err + text.out);
        const Ended verified = demo.command({QStringLiteral("verify"), blueprint, QStringLiteral("--json")});
        QVERIFY2(verified.status == 1 && verified.json().value(QLatin1String("path")).isNull() &&
                     verified.out.contains("\"nobodyCanOpen\""),
                 verified.err + verified.out);
        for (const QString &write : demo.writes())
            QVERIFY2(!write.contains(QLatin1String("PATCH")) || write.contains(QLatin1String("roleManagementPolicies")),
                     qPrintable(write));
    }

    void theWholeGateAndBack()
    {
        DemoProcess demo;
        QVERIFY(startFast(demo));
        const QByteArray bare = demo.control("GET", QStringLiteral("state?times=0"));
        const QString blueprint = demo.write("blueprint.json", demo.enforced());
        const Ended applied =
            demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--json")});
        QVERIFY2(applied.status == 0, applied.err + applied.out);
        const QString runId = applied.json().value(QLatin1String("run")).toString();
        const Ended verified = demo.command({QStringLiteral("verify"), blueprint});
        QVERIFY2(verified.status == 0, verified.err + verified.out);

        const Ended proof = demo.command(
            {QStringLiteral("test"), blueprint, QStringLiteral("--user"), demo.eligible(), QStringLiteral("--json")});
        QVERIFY2(proof.status == 0, proof.err + proof.out);
        QCOMPARE(proof.json().value(QLatin1String("state")).toString(), QStringLiteral("passed"));
        QVERIFY2(!proof.out.contains("observed") && !proof.out.contains("evaluatedByMicrosoft"),
                 "a demo claims nothing for Microsoft");

        const qsizetype before = demo.exchanges().size();
        const Ended report = demo.command({QStringLiteral("report"), runId, QStringLiteral("--out"), demo.path("report.json")});
        QVERIFY2(report.status == 0, report.err);
        QCOMPARE(demo.writes(before), QStringList());
        QCOMPARE(demo.command({QStringLiteral("verify-report"), demo.path("report.json")}).status, 0);
        QFile file(demo.path("report.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray text = file.readAll();
        QVERIFY(text.contains(demo.application().toUtf8()));
        text.replace(demo.application().toUtf8(), "Something");
        QFile changed(demo.path("report.changed")); // whoever looks through the reports must not take it for one
        QVERIFY(changed.open(QIODevice::WriteOnly));
        changed.write(text);
        changed.close();
        QCOMPARE(demo.command({QStringLiteral("verify-report"), demo.path("report.changed")}).status, 1);

        const Ended undone = demo.command({QStringLiteral("undo"), runId, QStringLiteral("--json")});
        QVERIFY2(undone.status == 0, undone.err + undone.out);
        const Ended after = demo.command({QStringLiteral("verify"), blueprint});
        QCOMPARE(after.status, 1);
        QVERIFY(!bare.isEmpty());
    }

    /// Stopped in the middle: 130, and the run goes on where it was.
    void stopAndResume()
    {
        DemoProcess demo;
        QVERIFY(demo.start(words({"--latency", "100", "--time-scale", fast})));
        const QString blueprint = demo.write("blueprint.json", demo.blueprint());
        QProcess apply;
        apply.start(QStringLiteral(PIMGATE_PROGRAM),
                    demo.arguments({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--json")}));
        QTRY_VERIFY_WITH_TIMEOUT(!demo.writes().isEmpty(), 30'000);
        ::kill(pid_t(apply.processId()), SIGINT);
        const Ended stopped = finish(apply, 20'000);
        QVERIFY2(stopped.status == 130, stopped.err + stopped.out);
        const QString runId = stopped.json().value(QLatin1String("run")).toString();
        QVERIFY2(!runId.isEmpty(), stopped.out);
        const Ended resumed = demo.command({QStringLiteral("resume"), runId, QStringLiteral("--json")});
        QVERIFY2(resumed.status == 0, resumed.err + resumed.out);
        QCOMPARE(demo.command({QStringLiteral("plan"), blueprint}).status, 0);
        const QStringList writes = demo.writes();
        QVERIFY2(writes.filter(QRegularExpression(QStringLiteral("^POST .*/groups$"))).size() == 1, "the group was created once");
    }
};

QTEST_GUILESS_MAIN(tst_Commands)
#include "tst_Commands.moc"
