// A gate's life on the command line: built, proven, reported, taken back; and taken down from a computer that knows no run.
#include "cli/DemoProcess.h"

using namespace cliprocess;

class tst_Story : public QObject
{
    Q_OBJECT
private:
    static constexpr auto fast = "600";

    static QJsonObject state(const DemoProcess &demo)
    {
        return QJsonDocument::fromJson(demo.control("GET", QStringLiteral("state?times=0"))).object();
    }

    static void passTime(const DemoProcess &demo) { demo.control("POST", QStringLiteral("clock"), R"({"advance":"PT8H"})"); }

    static QString apply(const DemoProcess &demo, const QString &blueprint)
    {
        const Ended applied =
            demo.command({QStringLiteral("apply"), blueprint, QStringLiteral("--yes"), QStringLiteral("--json")});
        return applied.status == 0 ? applied.json().value(QLatin1String("run")).toString() : QString();
    }

    static QJsonObject report(const DemoProcess &demo, const QString &runId)
    {
        const QString name = demo.path("report.json");
        const Ended written = demo.command({QStringLiteral("report"), runId, QStringLiteral("--out"), name});
        QFile file(name);
        return written.status == 0 && file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                                                     : QJsonObject();
    }

    static QStringList lineStates(const QJsonObject &report)
    {
        QStringList states;
        for (const QJsonValue &line : report[QLatin1String("proof")][QLatin1String("lines")].toArray())
            states << line[QLatin1String("state")].toString();
        return states;
    }

    /// What the tenant has that it had not, but for what Microsoft keeps and says it keeps. Empty: as before.
    static QString differenceBut(const QJsonObject &before, const QJsonObject &after, const QStringList &kept)
    {
        QStringList all = before.keys() + after.keys();
        all.removeDuplicates();
        QStringList different;
        for (const QString &name : std::as_const(all)) {
            const QJsonArray had = before.value(name).toArray(), has = after.value(name).toArray();
            if (before.value(name) == after.value(name))
                continue;
            bool onlyMore = kept.contains(name);
            for (const QJsonValue &one : had)
                onlyMore = onlyMore && has.contains(one);
            if (!onlyMore)
                different << name;
        }
        return different.join(QLatin1Char(' '));
    }

    /// Requests and approvals, audits, deleted items, the settings of the deleted group.
    static QStringList keptByMicrosoft()
    {
        return words({"approvals", "assignmentScheduleRequests", "eligibilityScheduleRequests", "directoryAudits", "deletedItems",
                      "deletedConditionalAccessPolicies", "roleManagementPolicies"});
    }

private Q_SLOTS:
    void provenReportedTakenBack()
    {
        DemoProcess demo;
        QVERIFY(demo.start(words({"--time-scale", fast})));
        const QJsonObject bare = state(demo);
        QVERIFY(bare.size() > 5);
        const QString blueprint = demo.write("blueprint.json", demo.enforced());
        const QString runId = apply(demo, blueprint);
        QVERIFY(!runId.isEmpty());
        QVERIFY2(!report(demo, runId).contains(QLatin1String("proof")), "nothing was proven yet");

        const Ended proof = demo.command(
            {QStringLiteral("test"), blueprint, QStringLiteral("--user"), demo.eligible(), QStringLiteral("--json")});
        QVERIFY2(proof.status == 0, proof.err + proof.out);
        QCOMPARE(proof.json().value(QLatin1String("run")).toString(), runId);

        const QJsonObject told = report(demo, runId);
        QCOMPARE(told[QLatin1String("proof")][QLatin1String("state")].toString(), QStringLiteral("passed"));
        QCOMPARE(lineStates(told), words({"passed", "passed", "passed", "passed", "passed"}));
        const QJsonArray asked = told[QLatin1String("arming")][QLatin1String("lines")].toArray();
        QVERIFY(asked.size() >= 3);
        const QString page = demo.path("report.html");
        QCOMPARE(demo.command({QStringLiteral("report"), runId, QStringLiteral("--out"), page}).status, 0);
        QFile html(page);
        QVERIFY(html.open(QIODevice::ReadOnly));
        const QString text = QString::fromUtf8(html.readAll());
        for (const QJsonValue &line : proof.json().value(QLatin1String("lines")).toArray())
            QVERIFY2(text.contains(line[QLatin1String("happened")].toString().toHtmlEscaped()),
                     qPrintable(line[QLatin1String("happened")].toString()));
        const QString pdf = demo.path("report.pdf");
        QCOMPARE(demo.command({QStringLiteral("report"), runId, QStringLiteral("--out"), pdf}).status, 0);
        QVERIFY(QFileInfo(pdf).size() > 10'000);

        passTime(demo);
        const Ended undone = demo.command({QStringLiteral("undo"), runId, QStringLiteral("--json")});
        QVERIFY2(undone.status == 0, undone.err + undone.out);
        const QByteArray said =
            QJsonDocument(undone.json().value(QLatin1String("stays")).toArray()).toJson(QJsonDocument::Compact);
        for (const char *kept : {"deleted group and policy", "request history", "audit log"})
            QVERIFY2(said.contains(kept), said);
        QCOMPARE(differenceBut(bare, state(demo), keptByMicrosoft()), QString());
        QVERIFY2(!report(demo, runId).isEmpty(), "what was proven can still be told");
    }

    /// The approval is left open: 1 and "pending"; the next call goes on with the same request.
    void pendingGoesOn()
    {
        DemoProcess demo;
        QVERIFY(demo.start(words({"--time-scale", fast})));
        const QString blueprint = demo.write("blueprint.json", demo.enforced());
        const QString runId = apply(demo, blueprint);
        QVERIFY(!runId.isEmpty());
        const QStringList test{QStringLiteral("test"), blueprint, QStringLiteral("--user"), demo.eligible(),
                               QStringLiteral("--json")};
        const Ended waits = demo.command(test + QStringList{QStringLiteral("--approver"), demo.eligible()});
        QVERIFY2(waits.status == 1, waits.err + waits.out);
        QCOMPARE(waits.json().value(QLatin1String("state")).toString(), QStringLiteral("pending"));
        QVERIFY(!waits.json().value(QLatin1String("how")).toString().isEmpty());
        const QJsonObject told = report(demo, runId);
        QCOMPARE(told[QLatin1String("proof")][QLatin1String("state")].toString(), QStringLiteral("pending"));
        QCOMPARE(lineStates(told).mid(0, 2), words({"passed", "passed"}));

        const qsizetype before = demo.exchanges().size();
        const Ended passed = demo.command(test);
        QVERIFY2(passed.status == 0, passed.err + passed.out);
        QCOMPARE(report(demo, runId)[QLatin1String("proof")][QLatin1String("state")].toString(), QStringLiteral("passed"));
        QVERIFY2(demo.writes(before).filter(QStringLiteral("/assignmentScheduleRequests")).isEmpty(), "asked a second time");
    }

    /// On another computer no run is known: the proof says that no report will show it, and begins none.
    void aProofWithoutARun()
    {
        DemoProcess demo;
        QVERIFY(demo.start(words({"--time-scale", fast})));
        const QString blueprint = demo.write("blueprint.json", demo.enforced());
        QVERIFY(!apply(demo, blueprint).isEmpty());
        const QStringList elsewhere{QStringLiteral("--cloud"),      demo.cloudFile(),
                                    QStringLiteral("--data-dir"),   demo.path("elsewhere"),
                                    QStringLiteral("--sign-in-as"), demo.admin()};
        const Ended proof = run(
            QStringList{QStringLiteral("test"), blueprint, QStringLiteral("--user"), demo.eligible(), QStringLiteral("--json")} +
            elsewhere);
        QVERIFY2(proof.status == 0, proof.err + proof.out);
        QVERIFY2(proof.err.contains("history"), proof.err);
        QVERIFY(!proof.json().contains(QLatin1String("run")));
        const Ended history = run(QStringList{QStringLiteral("history"), QStringLiteral("--json")} + elsewhere);
        QCOMPARE(history.json().value(QLatin1String("runs")).toArray().size(), 0);
    }

    /// Nothing but blueprint and tenant: closing acts go first, and the tenant is as before the gate.
    void takenDownFromElsewhere()
    {
        DemoProcess demo;
        QVERIFY(demo.start(words({"--time-scale", fast})));
        const QJsonObject bare = state(demo);
        const QString blueprint = demo.write("blueprint.json", demo.enforced());
        QVERIFY(!apply(demo, blueprint).isEmpty());
        passTime(demo);
        const QStringList elsewhere{
            QStringLiteral("--cloud"),      demo.cloudFile(), QStringLiteral("--data-dir"), demo.path("elsewhere"),
            QStringLiteral("--sign-in-as"), demo.admin(),     QStringLiteral("--json")};
        const qsizetype before = demo.exchanges().size();
        const Ended removed = run(QStringList{QStringLiteral("remove"), blueprint, QStringLiteral("--yes")} + elsewhere);
        QVERIFY2(removed.status == 0, removed.err + removed.out);
        QCOMPARE(removed.json().value(QLatin1String("state")).toString(), QStringLiteral("undone"));
        QVERIFY(!removed.json().value(QLatin1String("stays")).toArray().isEmpty());

        const QStringList writes = demo.writes(before);
        const auto first = [&writes](const char *pattern) {
            const QRegularExpression expression(QString::fromLatin1(pattern));
            return writes.indexOf(expression);
        };
        const qsizetype loosened = first("PATCH .*/conditionalAccess/policies/.*");
        const qsizetype deleted = first("DELETE .*/groups/.*");
        QVERIFY2(loosened == 0, qPrintable(writes.join(QLatin1Char('\n'))));
        QVERIFY2(deleted == writes.size() - 1, qPrintable(writes.join(QLatin1Char('\n'))));
        QCOMPARE(differenceBut(bare, state(demo), keptByMicrosoft()), QString());

        const Ended again = run(QStringList{QStringLiteral("remove"), blueprint, QStringLiteral("--yes")} + elsewhere);
        QCOMPARE(again.status, 0);
        QCOMPARE(again.json().value(QLatin1String("state")).toString(), QStringLiteral("absent"));
    }
};

QTEST_GUILESS_MAIN(tst_Story)
#include "tst_Story.moc"
