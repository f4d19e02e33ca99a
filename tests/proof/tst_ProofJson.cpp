// The proof as history keeps it: there and back, and into the run it belongs to.
#include "proof/ProofJson.h"
#include "wire/ScratchDir.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QTest>

using namespace pimgate;

namespace {

ProofResult played(ProofResult::State state)
{
    ProofResult proof;
    proof.state = state;
    proof.how = QStringLiteral("Lena approves.");
    for (int i = 0; i < 5; ++i) {
        ProofLine line;
        line.moment = ProofLine::Moment(i);
        line.state = ProofLine::State(i);
        line.label = ProofLabel(i % 4);
        if (i != 4)
            line.at = QDateTime::fromString(QStringLiteral("2026-05-12T12:00:07.250Z"), Qt::ISODateWithMs).addSecs(60 * i);
        line.who = QStringLiteral("Ada <Lindqvist>");
        line.done = QStringLiteral("done %1").arg(i);
        line.expected = QStringLiteral("expected");
        line.happened = QStringLiteral("happened “so”");
        line.errorCode = i == 0 ? 53003 : 0;
        line.recordId = QStringLiteral("record-%1").arg(i);
        line.agrees = i != 3;
        line.verdict.assignment = Verdict::Lock(i);
        line.verdict.policy = Verdict::Lock(4 - i);
        line.verdict.letIn = i == 3;
        line.verdict.enforced = true;
        line.verdict.member = i == 3;
        line.verdict.assignmentReason = QStringLiteral("not assigned");
        line.verdict.policyReason = QStringLiteral("blocked");
        line.verdict.sentence = QStringLiteral("The gate is shut.");
        line.verdict.expectedError = 50105;
        proof.lines << line;
    }
    return proof;
}

} // namespace

class tst_ProofJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thereAndBack()
    {
        using State = ProofResult::State;
        for (const State state : {State::Passed, State::Failed, State::Pending}) {
            const ProofResult proof = played(state);
            const auto back = proofFrom(toJson(proof));
            QVERIFY2(back.has_value(), back ? "" : qPrintable(back.error().text()));
            QCOMPARE(toJson(*back), toJson(proof));
            QCOMPARE(back->state, state);
            QCOMPARE(back->lines.size(), 5);
            for (int i = 0; i < 5; ++i) {
                QCOMPARE(back->lines[i].state, proof.lines[i].state);
                QCOMPARE(back->lines[i].at, proof.lines[i].at);
                QCOMPARE(back->lines[i].verdict.policy, proof.lines[i].verdict.policy);
                QCOMPARE(back->lines[i].agrees, proof.lines[i].agrees);
            }
        }
    }

    void whatCannotBeReadIsNamed_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("where");
        QTest::newRow("no such state") << "state" << QJsonValue(QStringLiteral("won")) << "proof.lines[1].state";
        QTest::newRow("a number for a name") << "who" << QJsonValue(7) << "proof.lines[1].who";
        QTest::newRow("no time") << "at" << QJsonValue(QStringLiteral("noon")) << "proof.lines[1].at";
        QTest::newRow("no such label") << "label" << QJsonValue(QStringLiteral("sworn")) << "proof.lines[1].label";
        QTest::newRow("no verdict") << "verdict" << QJsonValue() << "proof.lines[1].verdict";
        QTest::newRow("an empty verdict") << "verdict" << QJsonValue(QJsonObject()) << "proof.lines[1].verdict.assignment";
    }

    void whatCannotBeReadIsNamed()
    {
        QFETCH(QString, member);
        QFETCH(QJsonValue, value);
        QFETCH(QString, where);
        QJsonObject json = toJson(played(ProofResult::State::Passed));
        QJsonArray lines = json.value(QLatin1String("lines")).toArray();
        QJsonObject line = lines[1].toObject();
        line.insert(member, value);
        lines[1] = line;
        json.insert(QStringLiteral("lines"), lines);
        const auto read = proofFrom(json);
        QVERIFY(!read);
        QVERIFY(read.error().is(Error::Kind::Storage));
        QCOMPARE(read.error().where, where);
        QVERIFY(!proofFrom({}));
    }

    void keptWithTheNewestStandingRun()
    {
        test::ScratchDir folder;
        History history(folder.path());
        QVERIFY(QCoro::waitFor(history.open()).has_value());
        const auto begin = [&history](const char *tenant, const char *app, RunState state) {
            RunRecord run;
            run.started = QDateTime::fromString(QStringLiteral("2026-05-12T12:00:00Z"), Qt::ISODate);
            run.tenantId = QLatin1String(tenant);
            run.ids.appId = QLatin1String(app);
            run.state = state;
            run.result = {{QStringLiteral("findings"), QJsonArray()}};
            return QCoro::waitFor(history.begin(run))->id;
        };
        const QString tenant = QStringLiteral("tenant-1"), app = QStringLiteral("app-1");
        QVERIFY(!QCoro::waitFor(provableRun(history, tenant, app))->has_value());
        begin("tenant-1", "app-1", RunState::Verified);
        const QString newest = begin("tenant-1", "app-1", RunState::Verified);
        begin("tenant-1", "app-2", RunState::Verified);
        begin("tenant-2", "app-1", RunState::Verified);
        begin("tenant-1", "app-1", RunState::Undone);
        const auto found = QCoro::waitFor(provableRun(history, tenant, app));
        QVERIFY(found && found->has_value());
        QCOMPARE((*found)->id, newest);
        QVERIFY(!keptProof(**found)->has_value());

        const KeptProof first{QStringLiteral("ada@contoso.demo"), played(ProofResult::State::Pending)};
        QVERIFY(QCoro::waitFor(keepProof(history, newest, first)).has_value());
        const KeptProof second{QStringLiteral("jonas@contoso.demo"), played(ProofResult::State::Passed)};
        QVERIFY(QCoro::waitFor(keepProof(history, newest, second)).has_value());
        const auto run = QCoro::waitFor(history.run(newest));
        const auto kept = keptProof(*run);
        QVERIFY(kept && kept->has_value());
        QCOMPARE((*kept)->user, second.user);
        QCOMPARE(toJson((*kept)->proof), toJson(second.proof));
        QVERIFY2(run->result.contains(QLatin1String("findings")), "what the run kept before stays");
    }
};

QTEST_GUILESS_MAIN(tst_ProofJson)
#include "tst_ProofJson.moc"
