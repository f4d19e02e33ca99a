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

enum class Required { No, Yes, NotRead };

/// A gate of two locks as somebody left it.
SnapshotPtr gate(Required required, Policy policy, bool member)
{
    const auto made = std::make_shared<Snapshot>();
    made->readAt = noon;
    made->application = Application();
    made->application->id = QStringLiteral("service");
    made->application->appId = QStringLiteral("app");
    made->application->displayName = QStringLiteral("NinjaOne");
    made->application->assignmentRequired = required == Required::Yes;
    if (required == Required::NotRead)
        made->unread.insert(QStringLiteral("application"), Error());
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
        read(Required::Yes, Policy::Enabled, false);
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

    void read(Required required, Policy policy, bool member, const QDateTime &until = {})
    {
        Person person;
        person.who = Principal{Principal::Type::User, QStringLiteral("ada"), QStringLiteral("Ada"), {}, {}};
        person.directGroups = QStringList();
        person.memberUntil = until;
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
        QTest::addColumn<Required>("required");
        QTest::addColumn<Policy>("policy");
        QTest::addColumn<bool>("member");
        QTest::addColumn<bool>("admitted");
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("agrees");
        const auto row = [](const char *name, Required required, Policy policy, bool member, bool admitted, int code,
                            bool agrees) { QTest::newRow(name) << required << policy << member << admitted << code << agrees; };
        row("both shut, the first answers", Required::Yes, Policy::Enabled, false, false, 50105, true);
        row("both shut, the second answers", Required::Yes, Policy::Enabled, false, false, 53003, true);
        row("both shut, let in", Required::Yes, Policy::Enabled, false, true, 0, false);
        row("both shut, something else refuses", Required::Yes, Policy::Enabled, false, false, 7000112, true);
        row("both open, let in", Required::Yes, Policy::Enabled, true, true, 0, true);
        row("both open, the first refuses", Required::Yes, Policy::Enabled, true, false, 50105, false);
        row("both open, the second refuses", Required::Yes, Policy::Enabled, true, false, 53003, false);
        row("both open, something else refuses", Required::Yes, Policy::Enabled, true, false, 7000112, false);
        row("only the second shut, the second answers", Required::No, Policy::Enabled, false, false, 53003, true);
        row("only the second shut, the first answers", Required::No, Policy::Enabled, false, false, 50105, false);
        row("only the first shut, the first answers", Required::Yes, Policy::ReportOnly, false, false, 50105, true);
        row("only the first shut, the second answers", Required::Yes, Policy::ReportOnly, false, false, 53003, false);
        row("none shut, let in", Required::No, Policy::Disabled, false, true, 0, true);
        row("none shut, refused", Required::No, Policy::Disabled, false, false, 50105, false);
        row("the second not known, let in", Required::No, Policy::Unknown, false, true, 0, true);
        row("the second not known, it refuses", Required::No, Policy::Unknown, false, false, 53003, true);
        row("the second not known, the first shut, it refuses", Required::Yes, Policy::Unknown, false, false, 53003, true);
        row("the second not known, the first open, it refuses", Required::Yes, Policy::Unknown, true, false, 50105, false);
        row("the second not known, something else refuses", Required::No, Policy::Unknown, false, false, 7000112, true);
        row("the first not known, let in", Required::NotRead, Policy::Enabled, true, true, 0, true);
        row("the first not known, it refuses", Required::NotRead, Policy::Enabled, true, false, 50105, true);
        row("the first not known, the second open, it refuses", Required::NotRead, Policy::Enabled, true, false, 53003, false);
        row("the first not known, the second shut, let in", Required::NotRead, Policy::Enabled, false, true, 0, false);
        row("the first not known, the second shut, it refuses", Required::NotRead, Policy::Enabled, false, false, 53003, true);
        row("the first not known, the second shut, the first refuses", Required::NotRead, Policy::Enabled, false, false, 50105,
            true);
        row("the second not known, the first shut, let in", Required::Yes, Policy::Unknown, false, true, 0, false);
    }

    void theEvaluatorAgrees()
    {
        QFETCH(Required, required);
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

    /// Both locks are open, and the evaluator does not let him in all the same.
    void aDisabledPersonIsNotLetIn()
    {
        for (const bool enabled : {true, false}) {
            Play play;
            Person person = play.ledger->person();
            person.who.enabled = enabled;
            play.ledger->read(gate(Required::Yes, Policy::Enabled, true), person);
            play.ledger->judge(Moment::Active, attempt(true, 0));
            QCOMPARE(play.ledger->line(Moment::Active).agrees, enabled);
        }
    }

    void membershipThatTheMomentWants_data()
    {
        QTest::addColumn<Moment>("moment");
        QTest::addColumn<bool>("approval");
        QTest::addColumn<bool>("member");
        QTest::newRow("blocked") << Moment::Blocked << true << false;
        QTest::newRow("blocked, nothing held") << Moment::Blocked << false << false;
        QTest::newRow("ended, nothing held") << Moment::Ended << false << false;
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
            play.read(Required::Yes, Policy::Enabled, is);
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

        Play other; // nothing is known that helps
        error.next.clear();
        QVERIFY(other.ledger->fail(Moment::Requested, error));
        QCOMPARE(other.ledger->result().said, error.text());
    }

    /// The view is of what has happened; the note at the application of somebody who was let in.
    void whatIsShown_data()
    {
        QTest::addColumn<Moment>("moment");
        QTest::addColumn<State>("state");
        QTest::addColumn<int>("views");
        QTest::addColumn<bool>("note");
        QTest::newRow("to come") << Moment::Active << State::ToCome << 0 << false;
        QTest::newRow("working") << Moment::Active << State::Working << 1 << false;
        QTest::newRow("blocked") << Moment::Blocked << State::Passed << 1 << false;
        QTest::newRow("failed") << Moment::Active << State::Failed << 1 << false;
        QTest::newRow("let in") << Moment::Active << State::Passed << 1 << true;
    }

    void whatIsShown()
    {
        QFETCH(Moment, moment);
        QFETCH(State, state);
        QFETCH(int, views);
        QFETCH(bool, note);
        Play play;
        QList<GateView> shown;
        int lines = 0;
        connect(play.ledger.get(), &ProofLedger::viewChanged, this, [&](const GateView &view) { shown << view; });
        connect(play.ledger.get(), &ProofLedger::lineChanged, this, [&] { ++lines; });
        play.ledger->line(moment).state = state;
        play.ledger->show(moment);
        QCOMPARE(lines, 1);
        QCOMPARE(shown.size(), views);
        QCOMPARE(!shown.isEmpty() && shown.first().applicationNote.startsWith(QLatin1String("signed in ")), note);
    }

    /// Until it has happened the end has the time when it is due.
    void theEndIsDue()
    {
        for (const QDateTime &until : {QDateTime(), noon}) {
            Play play;
            play.read(Required::Yes, Policy::Enabled, true, until);
            int lines = 0;
            connect(play.ledger.get(), &ProofLedger::lineChanged, this, [&] { ++lines; });
            const QDateTime before = QDateTime::currentDateTimeUtc();
            play.ledger->line(Moment::Ended).at = before;
            play.ledger->showDue();
            QCOMPARE(lines, until.isValid() ? 1 : 0);
            QCOMPARE(play.ledger->line(Moment::Ended).at, until.isValid() ? noon : before);
        }
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
