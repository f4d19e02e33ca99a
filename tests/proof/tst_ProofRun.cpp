#include "demo/DemoTenant.h"
#include "gate/run/Runner.h"
#include "proof/ProofForecast.h"
#include "proof/ProofRun.h"
#include "wire/ScratchDir.h"

#include <QCoroTask>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QTimer>

using namespace pimgate;

namespace {

constexpr double fast = 200;

QString mail(const char *name)
{
    return QLatin1String(name) + QStringLiteral("@contoso.demo");
}

/// A demo tenant with the gate built in it, everything over HTTP on loopback.
struct Gate
{
    explicit Gate(const QString &application, bool approval = true)
    {
        demo::DemoTenant::Options options;
        options.timeScale = fast;
        auto started = demo::DemoTenant::start(options);
        if (!started)
            return;
        tenant = std::move(*started);
        cloud = *Cloud::fromJson(tenant->cloudFile());
        clock.setTimeScale(cloud.timeScale);
        const QString adminUpn = tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("admin")].toString();
        session = sessionFor(adminUpn);
        const auto account = QCoro::waitFor(session->signIn(Who{adminUpn, {}}));
        if (!account) {
            problem = account.error().text();
            return;
        }
        graph = std::make_unique<GraphService>(*session);
        history = std::make_unique<History>(folder.path());
        runner = std::make_unique<Runner>(*graph, *history);
        build(application, approval);
    }

    std::unique_ptr<Session> sessionFor(const QString &upn)
    {
        return std::make_unique<Session>(http, cloud, std::make_unique<HttpBrowser>(http, upn));
    }

    void build(const QString &application, bool approval)
    {
        QJsonObject activation{{QStringLiteral("maximumDuration"), QStringLiteral("PT4H")},
                               {QStringLiteral("mfa"), true},
                               {QStringLiteral("justification"), true},
                               {QStringLiteral("approval"), approval}};
        if (approval)
            activation.insert(QStringLiteral("approvers"), QJsonArray{mail("lena.fischer"), mail("omar.haddad")});
        const QString breakGlass = tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("breakGlass")].toString();
        const QJsonObject json{
            {QStringLiteral("application"), QJsonObject{{QStringLiteral("displayName"), application}}},
            {QStringLiteral("assignment"), QJsonObject{{QStringLiteral("otherAssignments"), QStringLiteral("remove")}}},
            {QStringLiteral("pim"), QJsonObject{{QStringLiteral("eligible"),
                                                 QJsonArray{QJsonObject{{QStringLiteral("principal"), mail("ada.lindqvist")}}}},
                                                {QStringLiteral("activation"), activation}}},
            {QStringLiteral("conditionalAccess"), QJsonObject{{QStringLiteral("state"), QStringLiteral("enabled")},
                                                              {QStringLiteral("breakGlass"), QJsonArray{breakGlass}}}}};
        const auto parsed = Blueprint::parse(QJsonDocument(json).toJson());
        if (!parsed) {
            problem = parsed.error().text();
            return;
        }
        wish.blueprint = *parsed;
        wish.user = mail("ada.lindqvist");
        wish.justification = QStringLiteral("Patch night");
        (void)QCoro::waitFor(history->open());
        const auto plan = QCoro::waitFor(runner->plan(*parsed));
        if (!plan) {
            problem = plan.error().text();
            return;
        }
        const auto begun = QCoro::waitFor(runner->begin(*plan));
        const auto result = begun ? QCoro::waitFor(runner->execute(begun->id, *plan, plan->toMake())) : failure(begun.error());
        if (!result) {
            problem = result.error().text();
            return;
        }
        // Other people's standing assignments are drift and no matter here; the policy must be on.
        snapshot = result->after.snapshot;
        if (!snapshot->policy || snapshot->policy->state != CaPolicy::State::Enabled)
            problem = QStringLiteral("not armed: ") + nameOf(result->state);
    }

    SessionFor maker()
    {
        return [this](const QString &upn) {
            actors << upn;
            return sessionFor(whoComes.value(upn, upn));
        };
    }

    Result<ProofResult> play(ProofWish with) { return QCoro::waitFor(proof().play(std::move(with), snapshot)); }

    ProofRun &proof()
    {
        if (!run)
            run = std::make_unique<ProofRun>(*graph, maker());
        return *run;
    }

    QString problem;
    test::ScratchDir folder;
    std::unique_ptr<demo::DemoTenant> tenant;
    Cloud cloud;
    Clock clock;
    Http http{clock};
    std::unique_ptr<Session> session;
    std::unique_ptr<GraphService> graph;
    std::unique_ptr<History> history;
    std::unique_ptr<Runner> runner;
    std::unique_ptr<ProofRun> run;
    SnapshotPtr snapshot;
    ProofWish wish;
    QStringList actors;
    QHash<QString, QString> whoComes; ///< whose sign-in the browser still holds, where it is not the person asked for
};

QByteArray story(const ProofResult &result)
{
    QString text = result.how;
    for (const ProofLine &line : result.lines)
        text += QStringLiteral("\n%1 | %2 | %3 | %4 %5 | %6 agrees=%7")
                    .arg(QString::number(int(line.state)), line.who, line.done, line.happened, QString::number(line.errorCode),
                         line.verdict.sentence)
                    .arg(line.agrees);
    return text.toLocal8Bit();
}

} // namespace

#define READY(gate) QVERIFY2((gate).problem.isEmpty() && (gate).snapshot, qPrintable((gate).problem))

class tst_ProofRun : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fiveMoments_data();
    void fiveMoments();
    void pendingAndTakenUp();
    void openGateFailsAndActiveIsTold();
    void wishesThatCannotBe();
    void stopAndPause();
    void theWrongPersonsBrowserIsNoticed();
};

void tst_ProofRun::fiveMoments_data()
{
    QTest::addColumn<QString>("application");
    QTest::addColumn<bool>("approval");
    QTest::newRow("SAML, approval") << QStringLiteral("NinjaOne") << true;
    QTest::newRow("OIDC, no approval") << QStringLiteral("N-able N-central") << false;
}

void tst_ProofRun::fiveMoments()
{
    QFETCH(QString, application);
    QFETCH(bool, approval);
    Gate gate(application, approval);
    READY(gate);
    QCOMPARE(gate.snapshot->application->sso,
             application.startsWith(QLatin1String("Ninja")) ? Application::Sso::Saml : Application::Sso::Oidc);

    const QList<ProofLine> foreseen = forecast(gate.wish, *gate.snapshot);
    QCOMPARE(foreseen.size(), 5);
    for (const ProofLine &line : foreseen) {
        QCOMPARE(line.state, ProofLine::State::ToCome);
        QCOMPARE(line.label, ProofLabel::Simulated);
    }
    QCOMPARE(foreseen[0].happened, QStringLiteral("foreseen: blocked"));
    QCOMPARE(foreseen[3].happened, QStringLiteral("foreseen: let in"));

    QList<GateView> views;
    connect(&gate.proof(), &ProofRun::viewChanged, this, [&](const GateView &view) { views << view; });
    const auto result = gate.play(gate.wish);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == ProofResult::State::Passed, story(*result).constData());
    const QList<ProofLine> &lines = result->lines;
    QCOMPARE(lines.size(), 5);
    for (const ProofLine &line : lines) {
        const bool skipped = line.moment == ProofLine::Moment::Approved && !approval;
        QCOMPARE(line.state, skipped ? ProofLine::State::Skipped : ProofLine::State::Passed);
        QCOMPARE(line.label, skipped ? ProofLabel::Simulated : ProofLabel::PlayedInDemo);
        QVERIFY2(line.agrees, story(*result).constData());
        QVERIFY(line.at.isValid());
        QVERIFY2(skipped || !line.recordId.isEmpty(), story(*result).constData());
    }
    QCOMPARE(lines[0].errorCode, 50105);
    QCOMPARE(lines[0].verdict.expectedError, 50105);
    QCOMPARE(lines[3].errorCode, 0);
    QVERIFY(lines[3].verdict.letIn && lines[3].verdict.enforced);
    QCOMPARE(lines[4].errorCode, 50105);
    QVERIFY(lines[0].recordId != lines[4].recordId);
    // The end came when the activation was over, by the tenant's clock, and not before.
    QVERIFY(lines[3].at.secsTo(lines[4].at) > 3 * 3600);
    QVERIFY(lines[3].at.secsTo(lines[4].at) < 5 * 3600);
    // Every actor has a session of his own.
    QCOMPARE(gate.actors.size(), approval ? 2 : 1);
    QCOMPARE(gate.actors.first(), mail("ada.lindqvist"));
    if (approval)
        QVERIFY(gate.actors.last() != gate.actors.first());
    QVERIFY(!views.isEmpty());
    QVERIFY(std::any_of(views.begin(), views.end(), [](const GateView &view) { return view.letIn && view.member; }));
    QVERIFY(!views.last().letIn);
    for (const GateView &view : views)
        QVERIFY(view.demo && view.sentence.startsWith(QLatin1String("Demo: ")));
}

void tst_ProofRun::pendingAndTakenUp()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    ProofWish own = gate.wish;
    own.approver = own.user;
    const auto waits = gate.play(own);
    QVERIFY2(waits, waits ? "" : qPrintable(waits.error().text()));
    QVERIFY2(waits->state == ProofResult::State::Pending, story(*waits).constData());
    QCOMPARE(waits->lines[1].state, ProofLine::State::Passed);
    QCOMPARE(waits->lines[2].state, ProofLine::State::Working);
    QCOMPARE(waits->lines[2].label, ProofLabel::Simulated);
    QVERIFY(waits->how.contains(QLatin1String("own request")));

    // Taken up with the lines of before: nothing is asked twice.
    ProofWish again = gate.wish;
    again.approver = mail("omar.haddad");
    again.earlier = waits->lines;
    const auto result = gate.play(again);
    QVERIFY2(result, result ? "" : qPrintable(result.error().text()));
    QVERIFY2(result->state == ProofResult::State::Passed, story(*result).constData());
    QCOMPARE(result->lines[0].at, waits->lines[0].at);
    QCOMPARE(result->lines[2].who, QStringLiteral("Omar Haddad"));

    // Somebody who may not approve cannot be made to.
    ProofWish wrong = gate.wish;
    wrong.approver = mail("mira.kovac");
    const auto refused = gate.play(wrong);
    QVERIFY(refused);
    QVERIFY2(refused->state == ProofResult::State::Pending, story(*refused).constData());
    QVERIFY(refused->lines[2].happened.contains(QLatin1String("not asked")));
}

void tst_ProofRun::openGateFailsAndActiveIsTold()
{
    Gate gate(QStringLiteral("NinjaOne"), false);
    READY(gate);
    Applications applications(*gate.graph);
    ConditionalAccess policies(*gate.graph);
    const QString service = gate.snapshot->application->id;
    const QString policy = gate.snapshot->policy->id;

    // The first lock off: the second one answers, and says which it is.
    QVERIFY(QCoro::waitFor(applications.requireAssignment(service, false)));
    std::stop_source stop;
    const auto connection = connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (index == 3 && line.state == ProofLine::State::Passed)
            stop.request_stop();
    });
    ProofLine first;
    const auto watch = connect(&gate.proof(), &ProofRun::lineChanged, this, [&](int index, const ProofLine &line) {
        if (index == 0)
            first = line;
    });
    const auto stopped = QCoro::waitFor(gate.proof().play(gate.wish, gate.snapshot, stop.get_token()));
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().kind, Error::Kind::Cancelled);
    QCOMPARE(first.errorCode, 53003);
    QCOMPARE(first.state, ProofLine::State::Passed);
    QVERIFY(first.agrees);
    disconnect(connection);
    disconnect(watch);

    // Still active from before: told, not hidden and not ended behind anybody's back.
    const auto active = gate.play(gate.wish);
    QVERIFY2(active, active ? "" : qPrintable(active.error().text()));
    QVERIFY(active->state == ProofResult::State::Failed);
    QVERIFY2(active->lines[0].happened.startsWith(QLatin1String("already active until")), story(*active).constData());
    QVERIFY(active->how.contains(QLatin1String("End ")));

    TimeMachine machine(gate.http, gate.cloud);
    QVERIFY(machine.available());
    QVERIFY(QCoro::waitFor(machine.advance(std::chrono::hours(5))));

    // Both locks off: the person walks in, and the proof says so.
    QVERIFY(QCoro::waitFor(policies.setState(policy, CaPolicy::State::ReportOnly)));
    const auto open = gate.play(gate.wish);
    QVERIFY2(open, open ? "" : qPrintable(open.error().text()));
    QVERIFY2(open->state == ProofResult::State::Failed, story(*open).constData());
    QCOMPARE(open->lines[0].happened, QStringLiteral("let in"));
    QVERIFY(open->lines[0].verdict.letIn);
    QVERIFY2(open->how.contains(QLatin1String("Not enforced")), story(*open).constData());
    QCOMPARE(open->lines[1].state, ProofLine::State::ToCome);
}

void tst_ProofRun::wishesThatCannotBe()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    ProofWish wish = gate.wish;
    wish.duration = IsoDuration(std::chrono::minutes(4));
    QCOMPARE(gate.play(wish).error().kind, Error::Kind::Input);
    wish.duration = IsoDuration(std::chrono::hours(5));
    QCOMPARE(gate.play(wish).error().kind, Error::Kind::Input);
    wish = gate.wish;
    wish.user = mail("nobody.here");
    QCOMPARE(gate.play(wish).error().kind, Error::Kind::Input);
    // Somebody who is not eligible: blocked first, and then his request is refused.
    wish.user = gate.tenant->cloudFile()[QLatin1String("accounts")][QLatin1String("ordinary")].toString();
    const auto ordinary = gate.play(wish);
    QVERIFY2(ordinary, ordinary ? "" : qPrintable(ordinary.error().text()));
    QVERIFY(ordinary->state == ProofResult::State::Failed);
    QCOMPARE(ordinary->lines[0].state, ProofLine::State::Passed);
    QCOMPARE(ordinary->lines[1].state, ProofLine::State::Failed);

    const SnapshotPtr empty = std::make_shared<Snapshot>();
    QVERIFY(!QCoro::waitFor(gate.proof().play(gate.wish, empty)));
}

void tst_ProofRun::theWrongPersonsBrowserIsNoticed()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    gate.whoComes.insert(mail("lena.fischer"), mail("omar.haddad")); // an approver too, so he could approve
    const auto approving = gate.play(gate.wish);
    QVERIFY(approving);
    const ProofLine approved = approving->lines.at(2);
    QVERIFY2(approved.state == ProofLine::State::Failed && approved.happened.contains(mail("omar.haddad")) &&
                 approved.happened.contains(mail("lena.fischer")),
             story(*approving));
    for (const PimSchedule &active : gate.snapshot->active)
        QVERIFY(active.principalId != gate.snapshot->principals.value(mail("ada.lindqvist")).id);

    Gate other(QStringLiteral("NinjaOne"));
    READY(other);
    other.whoComes.insert(mail("ada.lindqvist"), mail("lena.fischer"));
    const auto asking = other.play(other.wish);
    QVERIFY(asking);
    const ProofLine requested = asking->lines.at(1);
    QVERIFY2(requested.state == ProofLine::State::Failed && requested.happened.contains(mail("lena.fischer")), story(*asking));
    QVERIFY(!other.actors.contains(mail("omar.haddad"))); // nobody was asked to approve
}

void tst_ProofRun::stopAndPause()
{
    Gate gate(QStringLiteral("NinjaOne"));
    READY(gate);
    std::stop_source stop;
    gate.proof().setPaused(true);
    int played = 0;
    connect(&gate.proof(), &ProofRun::lineChanged, this,
            [&](int, const ProofLine &line) { played += line.state == ProofLine::State::Passed ? 1 : 0; });
    QElapsedTimer timer;
    timer.start();
    QTimer::singleShot(400, this, [&] { stop.request_stop(); });
    const auto result = QCoro::waitFor(gate.proof().play(gate.wish, gate.snapshot, stop.get_token()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, Error::Kind::Cancelled);
    QCOMPARE(played, 0);
    QVERIFY(timer.elapsed() >= 400);
    QVERIFY(timer.elapsed() < 3000);
}

QTEST_GUILESS_MAIN(tst_ProofRun)
#include "tst_ProofRun.moc"
