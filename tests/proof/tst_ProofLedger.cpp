// What a line of the proof may claim: the evaluator's word, the record, the label.
#include "proof/ProofForecast.h"
#include "proof/ProofLedger.h"

#include <QTest>

using namespace pimgate;

namespace {

using Moment = ProofLine::Moment;
using State = ProofLine::State;
using Happening = ProofLine::Happening;
using How = ProofResult::How;
using Policy = CaPolicy::State;

const QDateTime noon = QDateTime::fromString(QStringLiteral("2026-05-12T12:00:00Z"), Qt::ISODate);

/// A gate of two locks as somebody left it.
SnapshotPtr gate(bool required, Policy policy, bool member)
{
    const auto made = std::make_shared<Snapshot>();
    made->readAt = noon;
    made->application = Application();
    made->application->id = QStringLiteral("service");
    made->application->appId = QStringLiteral("app");
    made->application->displayName = QStringLiteral("NinjaOne");
    made->application->assignmentRequired = required;
    made->group = Group();
    made->group->id = QStringLiteral("group");
    made->assignments << AppAssignment{
        QStringLiteral("1"), QStringLiteral("group"), QStringLiteral("PIM"), Principal::Type::Group, {}, {}};
    if (member)
        made->members << Principal{Principal::Type::User, QStringLiteral("ada"), QStringLiteral("Ada"), {}, {}};
    made->policy = CaPolicy();
    made->policy->state = policy;
    made->policy->includeUsers = {QStringLiteral("All")};
    made->policy->excludeGroups = {QStringLiteral("group")};
    made->policy->includeApplications = {QStringLiteral("app")};
    made->policy->builtInControls = {QStringLiteral("block")};
    return made;
}

struct Play
{
    explicit Play(ProofLabel label = ProofLabel::PlayedInDemo, bool approval = true)
        : ledger(std::make_shared<ProofLedger>(clock, label, lines(), approval))
    {
        read(true, Policy::Enabled, false);
    }

    static QList<ProofLine> lines()
    {
        QList<ProofLine> five;
        for (const Moment moment : ProofLedger::moments) {
            ProofLine line;
            line.moment = moment;
            five << line;
        }
        return five;
    }

    void read(bool required, Policy policy, bool member)
    {
        Person person;
        person.who = Principal{Principal::Type::User, QStringLiteral("ada"), QStringLiteral("Ada"), {}, {}};
        person.directGroups = QStringList();
        ledger->read(gate(required, policy, member), person);
    }

    Clock clock;
    LedgerPtr ledger;
};

SignInAttempt attempt(bool admitted, int code)
{
    SignInAttempt made;
    made.admitted = admitted;
    made.errorCode = code;
    return made;
}

} // namespace

class tst_ProofLedger : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theEvaluatorAgrees_data()
    {
        QTest::addColumn<bool>("required");
        QTest::addColumn<Policy>("policy");
        QTest::addColumn<bool>("member");
        QTest::addColumn<bool>("admitted");
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("agrees");
        const auto row = [](const char *name, bool required, Policy policy, bool member, bool admitted, int code, bool agrees) {
            QTest::newRow(name) << required << policy << member << admitted << code << agrees;
        };
        row("both shut, the first answers", true, Policy::Enabled, false, false, 50105, true);
        row("both shut, the second answers", true, Policy::Enabled, false, false, 53003, true);
        row("both shut, let in", true, Policy::Enabled, false, true, 0, false);
        row("both shut, something else refuses", true, Policy::Enabled, false, false, 7000112, true);
        row("both open, let in", true, Policy::Enabled, true, true, 0, true);
        row("both open, the first refuses", true, Policy::Enabled, true, false, 50105, false);
        row("both open, the second refuses", true, Policy::Enabled, true, false, 53003, false);
        row("both open, something else refuses", true, Policy::Enabled, true, false, 7000112, false);
        row("only the second shut, the second answers", false, Policy::Enabled, false, false, 53003, true);
        row("only the second shut, the first answers", false, Policy::Enabled, false, false, 50105, false);
        row("only the first shut, the first answers", true, Policy::ReportOnly, false, false, 50105, true);
        row("only the first shut, the second answers", true, Policy::ReportOnly, false, false, 53003, false);
        row("none shut, let in", false, Policy::Disabled, false, true, 0, true);
        row("none shut, refused", false, Policy::Disabled, false, false, 50105, false);
        row("the second not known, let in", false, Policy::Unknown, false, true, 0, true);
        row("the second not known, it refuses", false, Policy::Unknown, false, false, 53003, true);
        row("the second not known, the first shut, let in", true, Policy::Unknown, false, true, 0, false);
    }

    void theEvaluatorAgrees()
    {
        QFETCH(bool, required);
        QFETCH(Policy, policy);
        QFETCH(bool, member);
        QFETCH(bool, admitted);
        QFETCH(int, code);
        QFETCH(bool, agrees);
        Play play;
        play.read(required, policy, member);
        play.ledger->judge(Moment::Blocked, attempt(admitted, code));
        QCOMPARE(play.ledger->line(Moment::Blocked).agrees, agrees);
        play.ledger->pass(Moment::Blocked, Happening::BlockedByAssignment);
        QCOMPARE(play.ledger->line(Moment::Blocked).state, agrees ? State::Passed : State::Failed);
        QCOMPARE(play.ledger->over(), !agrees);
        if (!agrees)
            QCOMPARE(play.ledger->result().how, How::EvaluatorDisagrees);
    }

    void membershipThatTheMomentWants_data()
    {
        QTest::addColumn<Moment>("moment");
        QTest::addColumn<bool>("approval");
        QTest::addColumn<bool>("member");
        QTest::newRow("blocked") << Moment::Blocked << true << false;
        QTest::newRow("requested, held") << Moment::Requested << true << false;
        QTest::newRow("requested, not held") << Moment::Requested << false << true;
        QTest::newRow("approved") << Moment::Approved << true << true;
        QTest::newRow("active") << Moment::Active << true << true;
        QTest::newRow("ended") << Moment::Ended << true << false;
    }

    void membershipThatTheMomentWants()
    {
        QFETCH(Moment, moment);
        QFETCH(bool, approval);
        QFETCH(bool, member);
        for (const bool is : {true, false}) {
            Play play(ProofLabel::PlayedInDemo, approval);
            play.read(true, Policy::Enabled, is);
            play.ledger->judge(moment);
            QCOMPARE(play.ledger->line(moment).agrees, is == member);
        }
    }

    void labelAndTime_data()
    {
        QTest::addColumn<ProofLabel>("played");
        QTest::addColumn<QString>("record");
        QTest::addColumn<State>("end");
        QTest::addColumn<ProofLabel>("label");
        QTest::addColumn<bool>("timeOfRecord");
        const QString none, record = QStringLiteral("record");
        const auto demo = ProofLabel::PlayedInDemo, observed = ProofLabel::Observed, simulated = ProofLabel::Simulated;
        QTest::newRow("demo, passed") << demo << none << State::Passed << demo << false;
        QTest::newRow("demo, passed with a record") << demo << record << State::Passed << demo << false;
        QTest::newRow("demo, failed") << demo << none << State::Failed << demo << false;
        QTest::newRow("demo, skipped") << demo << none << State::Skipped << simulated << false;
        QTest::newRow("demo, pending") << demo << none << State::Working << simulated << false;
        QTest::newRow("real, passed without a record") << observed << none << State::Passed << simulated << false;
        QTest::newRow("real, passed") << observed << record << State::Passed << observed << true;
        QTest::newRow("real, failed without a record") << observed << none << State::Failed << simulated << false;
        QTest::newRow("real, failed") << observed << record << State::Failed << observed << false;
        QTest::newRow("real, skipped") << observed << none << State::Skipped << simulated << false;
        QTest::newRow("real, pending") << observed << none << State::Working << simulated << false;
    }

    void labelAndTime()
    {
        QFETCH(ProofLabel, played);
        QFETCH(QString, record);
        QFETCH(State, end);
        Play play(played);
        ProofLedger &ledger = *play.ledger;
        ledger.begin(Moment::Blocked);
        ledger.line(Moment::Blocked).recordId = record;
        ledger.line(Moment::Blocked).at = noon;
        if (end == State::Passed)
            ledger.pass(Moment::Blocked, Happening::BlockedByPolicy);
        else if (end == State::Failed)
            ledger.fail(Moment::Blocked, Happening::LetIn, How::SeeEvaluator);
        else if (end == State::Skipped)
            ledger.skip(Moment::Blocked, Happening::NoApprovalNeeded);
        else
            ledger.pend(Moment::Blocked, Happening::NoRecord, How::LogIsSilent);
        const ProofLine &line = ledger.line(Moment::Blocked);
        QCOMPARE(line.state, end);
        QTEST(line.label, "label");
        QTEST(line.at == noon, "timeOfRecord");
        ledger.finish();
        QCOMPARE(ledger.over(), end == State::Failed || end == State::Working);
        QCOMPARE(ledger.result().state, end == State::Failed    ? ProofResult::State::Failed
                                        : end == State::Working ? ProofResult::State::Pending
                                                                : ProofResult::State::Passed);
    }

    void whatHasNothingToDoWithTheGate()
    {
        using Kind = Error::Kind;
        for (const Kind outside : {Kind::Cancelled, Kind::Network, Kind::Server, Kind::Throttled, Kind::Input}) {
            Play play;
            Error error;
            error.kind = outside;
            QVERIFY(!play.ledger->fail(Moment::Requested, error));
            QVERIFY(!play.ledger->over());
        }
        Play play;
        Error error;
        error.kind = Kind::Denied;
        error.message = QStringLiteral("Not allowed.");
        error.next = QStringLiteral("Ask.");
        QVERIFY(play.ledger->fail(Moment::Requested, error));
        QCOMPARE(play.ledger->line(Moment::Requested).state, State::Failed);
        QCOMPARE(play.ledger->line(Moment::Requested).happening, Happening::Error);
        QCOMPARE(play.ledger->line(Moment::Requested).said, error.message);
        QCOMPARE(play.ledger->result().how, How::Error);
        QCOMPARE(play.ledger->result().said, error.next);
    }

    void takenUpAtTheFirstUnfinished()
    {
        QList<ProofLine> earlier = Play::lines();
        for (ProofLine &line : earlier)
            line.recordId = QStringLiteral("earlier");
        earlier[0].state = State::Passed;
        earlier[1].state = State::Skipped;
        earlier[2].state = State::Working;
        earlier[3].state = State::Passed;
        Play play;
        play.ledger->takeUp(earlier);
        QVERIFY(play.ledger->line(Moment::Blocked).finished() && play.ledger->line(Moment::Requested).finished());
        QVERIFY(play.ledger->line(Moment::Approved).recordId.isEmpty());
        QVERIFY(play.ledger->line(Moment::Active).recordId.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_ProofLedger)
#include "tst_ProofLedger.moc"
