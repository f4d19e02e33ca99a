// What needs no tenant: wrong use, help, the demo tenant as a process, and the access token in the environment.
#include "cli/DemoProcess.h"
#include "wire/ScratchDir.h"

#include <csignal>

using namespace cliprocess;

class tst_Usage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void wrongUseIs64_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown command") << words({"frobnicate"});
        QTest::newRow("unknown option") << words({"plan", "blueprint.json", "--frobnicate"});
        QTest::newRow("unknown option of the wizard") << words({"--frobnicate"});
        QTest::newRow("missing blueprint") << words({"plan"});
        QTest::newRow("too many") << words({"plan", "a.json", "b.json"});
        QTest::newRow("option without its value") << words({"history", "--data-dir"});
        QTest::newRow("another command's option") << words({"plan", "blueprint.json", "--yes"});
        QTest::newRow("test without --user") << words({"test", "blueprint.json"});
        QTest::newRow("apply without --yes and without a terminal") << words({"apply", "blueprint.json"});
        QTest::newRow("a demo tenant for the network") << words({"demo-tenant", "--listen", "0.0.0.0:0"});
        QTest::newRow("a demo tenant without a port") << words({"demo-tenant", "--listen", "127.0.0.1"});
        QTest::newRow("a latency that is no number") << words({"demo-tenant", "--latency", "soon"});
    }

    void wrongUseIs64()
    {
        QFETCH(QStringList, arguments);
        pimgate::test::ScratchDir data;
        if (!arguments.contains(QStringLiteral("--data-dir")) && !arguments.contains(QStringLiteral("demo-tenant")) &&
            arguments.size() > 1)
            arguments << QStringLiteral("--data-dir") << data.path();
        const Ended ended = run(arguments);
        QCOMPARE(ended.status, 64);
        QCOMPARE(ended.out, QByteArray());
        QVERIFY2(ended.err.startsWith("pimgate: "), ended.err);
        QVERIFY2(ended.err.count('\n') == 1, "the reason is one paragraph");
    }

    void helpAndVersion()
    {
        const Ended help = run(words({"--help"}));
        QCOMPARE(help.status, 0);
        for (const char *command : {"readiness", "plan", "apply", "verify", "test", "undo", "resume", "remove", "history",
                                    "report", "verify-report", "sign-in", "sign-out", "accounts", "demo-tenant", "tour"})
            QVERIFY2(help.out.contains(command), command);
        const Ended one = run(words({"verify", "--help"}));
        QCOMPARE(one.status, 0);
        QVERIFY(one.out.contains("--report-only-ok") && one.out.contains("--cloud"));
        const Ended version = run(words({"--version"}));
        QCOMPARE(version.status, 0);
        QVERIFY(version.out.startsWith("pimgate "));
    }

    void badInputSaysWhatWhyAndNext_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("no such cloud") << words({"readiness", "--cloud", "mars"}) << QByteArray("usgov");
        QTest::newRow("no such blueprint") << words({"plan", "/nonexistent/blueprint.json"})
                                           << QByteArray("/nonexistent/blueprint.json");
        QTest::newRow("a tenant that is a path")
            << words({"readiness", "--tenant", "../organizations"}) << QByteArray("contoso.com");
        QTest::newRow("--sign-in-as at Microsoft")
            << words({"readiness", "--sign-in-as", "ada@contoso.com"}) << QByteArray("sign-in");
        QTest::newRow("no such report") << words({"verify-report", "/nonexistent.json"}) << QByteArray("/nonexistent.json");
        QTest::newRow("no such run") << words({"history", "0badc0de"}) << QByteArray("0badc0de");
    }

    void badInputSaysWhatWhyAndNext()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, says);
        pimgate::test::ScratchDir data;
        arguments << QStringLiteral("--data-dir") << data.path() << QStringLiteral("--json");
        const Ended ended = run(arguments);
        QCOMPARE(ended.status, 2);
        QVERIFY2(ended.err.contains(says), ended.err);
        QVERIFY2(ended.err.count('\n') == 1, ended.err);
        QCOMPARE(ended.json().value(QLatin1String("exit")).toInt(), 2);
        QVERIFY2(ended.json().value(QLatin1String("error")).toObject().contains(QLatin1String("message")), ended.out);
    }

    /// The demo tenant ends at once, by every way it offers, and with 0.
    void demoTenantEnds()
    {
        DemoProcess byEndOfInput;
        QVERIFY(byEndOfInput.start());
        QVERIFY(!byEndOfInput.admin().isEmpty());
        QCOMPARE(finish(byEndOfInput.process(), 3000).status, 0);
        for (const int signal : {SIGTERM, SIGINT}) {
            DemoProcess demo;
            QVERIFY(demo.start());
            ::kill(pid_t(demo.process().processId()), signal);
            QVERIFY(demo.process().waitForFinished(3000));
            QCOMPARE(demo.process().exitStatus(), QProcess::NormalExit);
            QCOMPARE(demo.process().exitCode(), 0);
        }
    }

    void nobodyHomeIsANetworkError()
    {
        DemoProcess demo;
        QVERIFY(demo.start());
        QCOMPARE(finish(demo.process(), 3000).status, 0);
        const Ended ended = demo.command({"readiness", "--json"});
        QCOMPARE(ended.status, 2);
        QCOMPARE(ended.json().value(QLatin1String("error")).toObject().value(QLatin1String("kind")).toString(),
                 QStringLiteral("network"));
        QVERIFY2(ended.err.count('\n') == 1, ended.err);
    }

    /// A token that is no good ends with 2, and never shows up in what the program says.
    void anAccessTokenIsNeverShown()
    {
        DemoProcess demo;
        QVERIFY(demo.start());
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        const QString token = QStringLiteral("eyJhbGciOiJub25lIn0.very-secret-token.sig");
        environment.insert(QStringLiteral("PIMGATE_ACCESS_TOKEN"), token);
        const Ended ended = run({QStringLiteral("readiness"), QStringLiteral("--cloud"), demo.cloudFile(),
                                 QStringLiteral("--data-dir"), demo.path("data"), QStringLiteral("--log"), demo.path("log")},
                                environment);
        QCOMPARE(ended.status, 2);
        QFile log(demo.path("log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        const QByteArray said = ended.out + ended.err + log.readAll();
        QVERIFY(!said.contains("very-secret-token"));
        QVERIFY(!said.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Usage)
#include "tst_Usage.moc"
