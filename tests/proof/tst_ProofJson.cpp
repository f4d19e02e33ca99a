// The proof as history keeps it: there and back, and into the run it belongs to.
#include "gate/judge/VerdictWords.h"
#include "proof/ProofJson.h"
#include "proof/ProofWords.h"
#include "wire/ScratchDir.h"

#include <QCoroTask>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace pimgate;

namespace {

ProofResult played(ProofResult::State state)
{
    ProofResult proof;
    proof.state = state;
    proof.how = ProofResult::How::Error;
    proof.said = QStringLiteral("Lena approves.");
    for (int i = 0; i < 5; ++i) {
        ProofLine line;
        line.moment = ProofLine::Moment(i);
        line.state = ProofLine::State(i);
        line.label = ProofLabel(i % 4);
        if (i != 4)
            line.at = QDateTime::fromString(QStringLiteral("2026-05-12T12:00:07.250Z"), Qt::ISODateWithMs).addSecs(60 * i);
        line.who = QStringLiteral("Ada <Lindqvist>");
        line.act = ProofLine::Act(i);
        line.expectation = ProofLine::Expectation(i % 4);
        line.happening = ProofLine::Happening(6 * i);
        line.application = QStringLiteral("NinjaOne");
        line.justification = QStringLiteral("“so”");
        line.duration = line.act == ProofLine::Act::Asks ? IsoDuration(std::chrono::hours(4)) : IsoDuration();
        line.said = QStringLiteral("said %1").arg(i);
        if (i != 2)
            line.when = QDateTime::fromString(QStringLiteral("2026-05-12T16:00:07.250Z"), Qt::ISODateWithMs);
        line.errorCode = i == 0 ? 53003 : 0;
        line.recordId = QStringLiteral("record-%1").arg(i);
        line.agrees = i != 3;
        line.verdict.assignment = Verdict::Lock(i);
        line.verdict.policy = Verdict::Lock(4 - i);
        line.verdict.letIn = i == 3;
        line.verdict.enforced = true;
        line.verdict.member = i == 3;
        line.verdict.assignmentReason = Verdict::AssignmentReason(2 * i);
        line.verdict.policyReason = Verdict::PolicyReason(3 * i);
        line.verdict.blockedBy = QStringLiteral("PIM only: NinjaOne");
        line.verdict.who = QStringLiteral("Ada <Lindqvist>");
        line.verdict.accountEnabled = i != 4;
        line.verdict.application = QStringLiteral("NinjaOne");
        line.verdict.alone = i == 3;
        if (i == 3)
            line.verdict.left = std::chrono::seconds(13267);
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
                QCOMPARE(doneIn(back->lines[i]), doneIn(proof.lines[i]));
                QCOMPARE(expectedIn(back->lines[i]), expectedIn(proof.lines[i]));
                QCOMPARE(happenedIn(back->lines[i]), happenedIn(proof.lines[i]));
                QCOMPARE(sentenceOf(back->lines[i].verdict), sentenceOf(proof.lines[i].verdict));
                QVERIFY(!back->lines[i].written && !back->lines[i].verdict.written);
            }
        }
    }

    /// As versions wrote it before facts had names: the words are all there is of them, and they stay as they are.
    void keptInWords()
    {
        const QByteArray kept =
            R"({"how":"Nobody approves an own request.","state":"pending","user":"ada@contoso.demo","lines":[{)"
            R"("agrees":true,"at":"2026-05-12T12:00:07.250Z","done":"Öffnet NinjaOne","errorCode":50105,"expected":"blocked",)"
            R"("happened":"blocked: not assigned","label":"playedInDemo","moment":"blocked","recordId":"r-1","state":"passed",)"
            R"("who":"Ada Lindqvist","verdict":{"assignment":"shut","assignmentReason":"not assigned","enforced":true,)"
            R"("expectedError":50105,"letIn":false,"member":false,"policy":"shut","policyReason":"blocked by PIM only: NinjaOne",)"
            R"("sentence":"The gate is shut for Ada Lindqvist: stopped at both locks."}}]})";
        QJsonObject json = QJsonDocument::fromJson(kept).object();
        QVERIFY(!json.isEmpty());
        const auto proof = proofFrom(json);
        QVERIFY2(proof.has_value(), proof ? "" : qPrintable(proof.error().text()));
        QCOMPARE(howOf(*proof), QStringLiteral("Nobody approves an own request."));
        const ProofLine &line = proof->lines.at(0);
        QCOMPARE(whoOf(line), QStringLiteral("Ada Lindqvist"));
        QCOMPARE(doneIn(line), QStringLiteral("Öffnet NinjaOne"));
        QCOMPARE(expectedIn(line), QStringLiteral("blocked"));
        QCOMPARE(happenedIn(line), QStringLiteral("blocked: not assigned"));
        QCOMPARE(assignmentWords(line.verdict), QStringLiteral("not assigned"));
        QCOMPARE(policyWords(line.verdict), QStringLiteral("blocked by PIM only: NinjaOne"));
        QCOMPARE(sentenceOf(line.verdict), QStringLiteral("The gate is shut for Ada Lindqvist: stopped at both locks."));
        QVERIFY(line.finished());
        json.remove(QStringLiteral("user")); // beside the proof, not of it
        QCOMPARE(toJson(*proof), json);
    }

    /// Documents carry them for ever.
    void theNamesAreInTheOrderOfTheValues()
    {
        using Happening = ProofLine::Happening;
        using How = ProofResult::How;
        static_assert(Names<Happening>::values.size() == std::size_t(Happening::Error) + 1);
        static_assert(Names<How>::values.size() == std::size_t(How::Error) + 1);
        static_assert(Names<Verdict::AssignmentReason>::values.size() == std::size_t(Verdict::AssignmentReason::NotAssigned) + 1);
        static_assert(Names<Verdict::PolicyReason>::values.size() == std::size_t(Verdict::PolicyReason::OnlyAtRisk) + 1);
        static_assert(Names<ProofLine::Act>::values.size() == std::size_t(ProofLine::Act::OpensAfterTheEnd) + 1);
        static_assert(Names<ProofLine::Expectation>::values.size() == std::size_t(ProofLine::Expectation::LetIn) + 1);
        QCOMPARE(nameOf(Happening::ForeseenBlocked), QStringLiteral("foreseenBlocked"));
        QCOMPARE(nameOf(Happening::RefusedOtherwise), QStringLiteral("refusedOtherwise"));
        QCOMPARE(nameOf(Happening::LetInByOne), QStringLiteral("letInByOne"));
        QCOMPARE(nameOf(Happening::NoRecord), QStringLiteral("noRecord"));
        QCOMPARE(nameOf(Happening::NotHeld), QStringLiteral("notHeld"));
        QCOMPARE(nameOf(Happening::MakingMembership), QStringLiteral("makingMembership"));
        QCOMPARE(nameOf(Happening::NoApprovalNeeded), QStringLiteral("noApprovalNeeded"));
        QCOMPARE(nameOf(Happening::Error), QStringLiteral("error"));
        QCOMPARE(nameOf(How::NotTheGate), QStringLiteral("notTheGate"));
        QCOMPARE(nameOf(How::ApprovalExpected), QStringLiteral("approvalExpected"));
        QCOMPARE(nameOf(How::LogIsSilent), QStringLiteral("logIsSilent"));
        QCOMPARE(nameOf(Verdict::AssignmentReason::GroupNotAssigned), QStringLiteral("groupNotAssigned"));
        QCOMPARE(nameOf(Verdict::PolicyReason::Off), QStringLiteral("off"));
        QCOMPARE(nameOf(Verdict::PolicyReason::GroupExcluded), QStringLiteral("groupExcluded"));
        QCOMPARE(nameOf(Verdict::PolicyReason::Blocks), QStringLiteral("blocks"));
        QCOMPARE(fromName<Happening>(QStringLiteral("dreamt")), std::nullopt);
    }

    void noFactIsWordsInJson()
    {
        const QByteArray json = QJsonDocument(toJson(played(ProofResult::State::Failed))).toJson();
        for (const char *word : {"sentence", "\"happened\"", "\"done\"", "\"expected\"", "Reason", "not assigned"})
            QVERIFY2(!json.contains(word), word);
    }

    void whatCannotBeReadIsNamed_data()
    {
        QTest::addColumn<QString>("member");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("where");
        QTest::newRow("no such state") << "state" << QJsonValue(QStringLiteral("won")) << "proof.lines[1].state";
        QTest::newRow("a number for a name") << "who" << QJsonValue(7) << "proof.lines[1].who";
        QTest::newRow("no time") << "at" << QJsonValue(QStringLiteral("noon")) << "proof.lines[1].at";
        QTest::newRow("no such happening") << "happening" << QJsonValue(QStringLiteral("dreamt")) << "proof.lines[1].happening";
        QTest::newRow("no duration") << "duration" << QJsonValue(QStringLiteral("long")) << "proof.lines[1].duration";
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
