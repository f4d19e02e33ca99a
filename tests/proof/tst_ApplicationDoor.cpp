// The door to the application as a real tenant has it: somebody opens it elsewhere, and the sign-in log tells.
#include "ProofBench.h"
#include "graph/Applications.h"
#include "graph/Audit.h"
#include "graph/Directory.h"
#include "proof/ApplicationDoor.h"
#include "proof/ProofForecast.h"
#include "proof/ProofWords.h"

#include <QElapsedTimer>

using namespace pimgate;
using namespace pimgate::test;

namespace {

/// One sign-in at the application: whose, to which, before or after the door was asked, and what comes of it.
struct Visit
{
    enum Time { Never, Before, After } time = Never;
    const char *who = "";
    const char *application = "";
    bool open = false;   ///< the application asks for no assignment while it is made
    bool hidden = false; ///< its record comes later than others
};

/// What the log must be taken for, written down by hand.
struct Row
{
    const char *name;
    const char *delay; ///< of the whole log
    int pass;          ///< minutes that pass once all have come
    std::array<Visit, 2> visits;
    bool answered, admitted;
    int errorCode;
};

constexpr const char *ninja = "NinjaOne", *ncentral = "N-able N-central", *ada = "ada.lindqvist", *jonas = "jonas.weber";

constexpr std::array rows{
    Row{"refused", "PT0S", 0, {Visit{Visit::After, ada, ninja}}, true, false, 50105},
    Row{"let in", "PT0S", 0, {Visit{Visit::After, ada, ninja, true}}, true, true, 0},
    Row{"late", "PT6M", 0, {Visit{Visit::After, ada, ninja}}, true, false, 50105},
    Row{"an hour late", "PT60M", 58, {Visit{Visit::After, ada, ninja}}, true, false, 50105},
    Row{"missing", "PT8H", 80, {Visit{Visit::After, ada, ninja}}, false, false, 0},
    Row{"nobody came", "PT0S", 80, {Visit{}}, false, false, 0},
    Row{"of somebody else", "PT0S", 80, {Visit{Visit::After, jonas, ninja, true}}, false, false, 0},
    Row{"of somebody else too",
        "PT0S",
        0,
        {Visit{Visit::After, ada, ninja}, Visit{Visit::After, jonas, ninja, true}},
        true,
        false,
        50105},
    Row{"of another application", "PT0S", 80, {Visit{Visit::After, ada, ncentral, true}}, false, false, 0},
    Row{"from before", "PT0S", 80, {Visit{Visit::Before, ada, ninja, true}}, false, false, 0},
    Row{"from before, but shown only now", "PT0S", 80, {Visit{Visit::Before, ada, ninja, true, true}}, false, false, 0},
    Row{"from before and now",
        "PT0S",
        0,
        {Visit{Visit::Before, ada, ninja, true}, Visit{Visit::After, ada, ninja}},
        true,
        false,
        50105},
    Row{"refused, then let in",
        "PT0S",
        0,
        {Visit{Visit::After, ada, ninja}, Visit{Visit::After, ada, ninja, true}},
        true,
        true,
        0},
    Row{"let in, then refused",
        "PT0S",
        0,
        {Visit{Visit::After, ada, ninja, true}, Visit{Visit::After, ada, ninja}},
        true,
        false,
        50105},
    Row{"the newer one first",
        "PT0S",
        0,
        {Visit{Visit::After, ada, ninja, true, true}, Visit{Visit::After, ada, ninja}},
        true,
        false,
        50105},
};

/// A tenant with applications and nothing built in it.
struct Bench : Gate
{
    explicit Bench(double pace = fast) : Gate(QString(), true, {}, pace)
    {
        const QStringList scopes{QStringLiteral("Application.ReadWrite.All")};
        const auto granted = QCoro::waitFor(session->permit(scopes));
        if (!granted)
            problem = granted.error().text();
    }
    Application application(const char *name)
    {
        Applications applications(*graph);
        const auto found = QCoro::waitFor(applications.named(QLatin1String(name)));
        return found.value_or(Application());
    }
    LedgerPtr ledgerFor(const ApplicationDoor &door, const char *name, QDateTime memberUntil = {})
    {
        const auto known = std::make_shared<Snapshot>();
        known->application = application(name);
        known->readAt = clock.now();
        Person who;
        who.who = person(ada);
        who.memberUntil = memberUntil;
        ProofWish asked;
        asked.user = who.who.userName;
        known->principals.insert(asked.user, who.who);
        const auto ledger = std::make_shared<ProofLedger>(clock, door.label(), forecast(asked, *known), false);
        ledger->read(known, who);
        return ledger;
    }
    void requireAssignment(const Application &at, bool required)
    {
        Applications applications(*graph);
        QVERIFY(QCoro::waitFor(applications.requireAssignment(at.id, required)));
    }
    void hideNextSignIn()
    {
        const QJsonObject match{{QStringLiteral("path"), QStringLiteral("/api/signin/")}};
        const QJsonObject fault{{QStringLiteral("match"), match}, {QStringLiteral("invisibleFor"), QStringLiteral("PT2M")}};
        control("faults", QJsonDocument(QJsonArray{fault}));
    }
    void make(const Visit &one)
    {
        const Application at = application(one.application);
        requireAssignment(at, !one.open);
        if (one.hidden)
            hideNextSignIn();
        const SignInAttempt came = visit(one.who, at);
        QCOMPARE(came.admitted, one.open);
    }
};

} // namespace

class tst_ApplicationDoor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theLog_data()
    {
        QTest::addColumn<int>("row");
        for (int row = 0; row < int(rows.size()); ++row)
            QTest::newRow(rows[row].name) << row;
    }

    void theLog()
    {
        QFETCH(int, row);
        const Row &asked = rows[row];
        Bench bench;
        READY(bench);
        bench.callItReal();
        const auto door = ApplicationDoor::to(*bench.elsewhereGraph);
        QCOMPARE(door->label(), ProofLabel::Observed);
        bench.control("logs", QJsonDocument(QJsonObject{{QStringLiteral("signInDelay"), QLatin1String(asked.delay)}}));
        const LedgerPtr ledger = bench.ledgerFor(*door, ninja);
        for (const Visit &visit : asked.visits)
            if (visit.time == Visit::Before)
                bench.make(visit);
        (void)QCoro::waitFor(bench.clock.sleep(std::chrono::seconds(10), {})); // the log counts whole seconds

        const QDateTime asking = bench.clock.now();
        bool came = false;
        connect(ledger.get(), &ProofLedger::lineChanged, this, [&](int index, const ProofLine &line) {
            QCOMPARE(index, int(ProofLine::Moment::Blocked));
            bench.bringToken();
            if (came)
                return;
            came = true;
            QVERIFY2(happenedIn(line).startsWith(QLatin1String("Ada Lindqvist opens NinjaOne in a new private window")),
                     qPrintable(happenedIn(line)));
            for (const Visit &visit : asked.visits)
                if (visit.time == Visit::After)
                    bench.make(visit);
            if (asked.pass > 0)
                bench.advance(std::chrono::minutes(asked.pass));
        });
        const auto tried = QCoro::waitFor(door->attempt(ledger, ProofLine::Moment::Blocked, {}));
        QVERIFY2(tried, tried ? "" : qPrintable(tried.error().text()));
        QVERIFY(came);
        QCOMPARE(!ledger->over(), asked.answered);
        QCOMPARE(tried->admitted, asked.admitted);
        QCOMPARE(tried->errorCode, asked.errorCode);
        QCOMPARE(!tried->recordId.isEmpty(), asked.answered);
        if (asked.answered) {
            QVERIFY(tried->at >= asking.addSecs(-1));
            return;
        }
        QCOMPARE(ledger->result().state, ProofResult::State::Pending);
        const ProofLine &line = ledger->line(ProofLine::Moment::Blocked);
        QCOMPARE(happenedIn(line), QStringLiteral("no record yet"));
        QCOMPARE(line.label, ProofLabel::Simulated);
        QVERIFY(howOf(ledger->result())
                    .startsWith(QLatin1String("The sign-in log does not show Ada Lindqvist opening NinjaOne since")));
        QVERIFY(asking.secsTo(bench.clock.now()) >= 75 * 60);
    }

    /// Nothing of the person's is said while the log cannot be read.
    void aLogThatCannotBeRead()
    {
        Bench bench;
        READY(bench);
        bench.callItReal();
        const auto door = ApplicationDoor::to(*bench.elsewhereGraph);
        const LedgerPtr ledger = bench.ledgerFor(*door, ninja);
        bench.control("directory", QJsonDocument(QJsonObject{{QStringLiteral("licence"), QStringLiteral("none")}}));
        const auto tried = QCoro::waitFor(door->attempt(ledger, ProofLine::Moment::Blocked, {}));
        QVERIFY(!tried);
        QVERIFY(!ledger->over());
    }

    /// Where the log cannot be read, the demo tenant's own answer is what there is; one that is not of this sign-in proves
    /// nothing.
    void theRecordOfTheDemo()
    {
        Bench bench(1); // the log counts whole seconds
        READY(bench);
        const auto door = ApplicationDoor::to(*bench.graph);
        const LedgerPtr ledger = bench.ledgerFor(*door, ninja);
        const auto tried = [&] {
            return QCoro::waitFor(door->attempt(ledger, ProofLine::Moment::Blocked, {})).value_or(SignInAttempt());
        };
        const Visit refused{Visit::Before, ada, ninja}, letIn{Visit::Before, ada, ninja, true};
        bench.make(letIn);
        bench.make(refused);
        const SignInAttempt again = tried();
        QCOMPARE(again.errorCode, 50105);
        Audit audit(*bench.graph);
        const QString appId = bench.application(ninja).appId;
        const QDateTime since = bench.clock.now().addSecs(-60);
        const auto records = QCoro::waitFor(audit.signIns(appId, since));
        QVERIFY(records && records->size() == 3);
        QStringList older;
        for (const SignInRecord &record : *records)
            if (record.id != again.recordId)
                older << record.id;
        QCOMPARE(older.size(), 2);

        bench.control("directory", QJsonDocument(QJsonObject{{QStringLiteral("licence"), QStringLiteral("none")}}));
        const SignInAttempt unread = tried();
        QCOMPARE(unread.errorCode, 50105);
        QVERIFY(unread.recordId.isEmpty());
        QVERIFY(!ledger->over());
    }

    void waitingStops_data()
    {
        QTest::addColumn<bool>("real");
        QTest::newRow("demo") << false;
        QTest::newRow("real") << true;
    }

    /// Without a key to make time pass, too.
    void waitingStops()
    {
        QFETCH(bool, real);
        Bench bench;
        READY(bench);
        Cloud without = bench.cloud;
        without.controlKey.clear();
        Session other(bench.http, without, std::make_unique<HttpBrowser>(bench.http, QString()));
        GraphService graph(other);
        bench.callItReal();
        const auto door = ApplicationDoor::to(real ? *bench.elsewhereGraph : graph);
        const LedgerPtr ledger = bench.ledgerFor(*door, ninja, bench.clock.now().addSecs(60));
        std::stop_source stop;
        connect(ledger.get(), &ProofLedger::lineChanged, this, [&] { stop.request_stop(); });
        const auto passed = QCoro::waitFor(door->passTime(ledger, ProofLine::Moment::Ended, stop.get_token()));
        QVERIFY(!passed);
        QCOMPARE(passed.error().kind, Error::Kind::Cancelled);
    }

    /// After the end, or where there is none.
    void nothingToWaitFor()
    {
        Bench bench;
        READY(bench);
        const auto door = ApplicationDoor::to(*bench.graph);
        for (const QDateTime &end : {QDateTime(), bench.clock.now().addSecs(-3600)}) {
            const LedgerPtr ledger = bench.ledgerFor(*door, ninja, end);
            const QDateTime before = bench.clock.now();
            QVERIFY(QCoro::waitFor(door->passTime(ledger, ProofLine::Moment::Ended, {})));
            Directory directory(*bench.graph);
            QVERIFY(QCoro::waitFor(directory.me())); // the next answer brings the time
            QVERIFY(before.secsTo(bench.clock.now()) < 3600);
        }
    }

    void timePassesByItself()
    {
        Bench bench;
        READY(bench);
        bench.callItReal();
        const auto real = ApplicationDoor::to(*bench.elsewhereGraph);
        const IsoDuration longest(std::chrono::hours(8)), shortest(std::chrono::minutes(5));
        QCOMPARE(real->usualDuration(longest), shortest);
        QVERIFY(real->usualTicket().isEmpty());
        QVERIFY(!real->everybodyIsHere());
        const QDateTime start = bench.clock.now();
        const LedgerPtr ledger = bench.ledgerFor(*real, ninja, start.addSecs(4 * 60));
        QStringList said;
        connect(ledger.get(), &ProofLedger::lineChanged, this, [&](int, const ProofLine &line) { said << happenedIn(line); });
        QElapsedTimer timer;
        timer.start();
        QVERIFY(QCoro::waitFor(real->passTime(ledger, ProofLine::Moment::Ended, {})));
        QVERIFY(timer.elapsed() >= 1000 * 4 * 60 / qint64(fast) - 500);
        QVERIFY(start.secsTo(bench.clock.now()) >= 4 * 60 + 30);
        QVERIFY(said.size() > 5 && said.first().contains(QLatin1String(", in 3 min")));
        QVERIFY(said.last().endsWith(QLatin1String(", in 1 min")));
    }

    void timeIsMadeToPassInTheDemo()
    {
        Bench bench;
        READY(bench);
        const auto demo = ApplicationDoor::to(*bench.graph);
        QCOMPARE(demo->label(), ProofLabel::PlayedInDemo);
        const IsoDuration longest(std::chrono::hours(8)), shortest(std::chrono::minutes(5));
        QCOMPARE(demo->usualDuration(longest), longest);
        QCOMPARE(demo->usualTicket(), QStringLiteral("DEMO-1"));
        QVERIFY(demo->everybodyIsHere());
        const QDateTime end = bench.clock.now().addSecs(4 * 3600);
        const LedgerPtr ledger = bench.ledgerFor(*demo, ninja, end);
        QVERIFY(QCoro::waitFor(demo->passTime(ledger, ProofLine::Moment::Ended, {})));
        Directory directory(*bench.graph);
        QVERIFY(QCoro::waitFor(directory.me())); // the next answer brings the time
        QVERIFY(bench.clock.now() >= end.addSecs(30));

        // Somebody else's demo tenant: without its key time passes by itself there too.
        Cloud without = bench.cloud;
        without.controlKey.clear();
        Session other(bench.http, without, std::make_unique<HttpBrowser>(bench.http, QString()));
        GraphService graph(other);
        QCOMPARE(ApplicationDoor::to(graph)->usualDuration(longest), shortest);
    }
};

QTEST_GUILESS_MAIN(tst_ApplicationDoor)
#include "tst_ApplicationDoor.moc"
