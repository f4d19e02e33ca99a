// What holds for every gate, tried with made-up ones: apply sends exactly the confirmed rows as they were shown, a second apply
// sends nothing, undo leaves what was before, and two operators at once give one group and no policy without its exclusions.
//   PIMGATE_ROUNDS=500 tst_Properties      more of them than a run of the suite takes
#include "gate/GateBench.h"
#include "gate/ShownRequests.h"

#include <QRandomGenerator>

using namespace pimgate;
using namespace pimgate::test;

namespace {

int rounds()
{
    const int asked = qEnvironmentVariableIntValue("PIMGATE_ROUNDS");
    return asked > 0 ? asked : 25;
}

/// The same seed gives the same customer and the same wish.
class Dice
{
public:
    explicit Dice(int seed) : m_random(quint32(seed)) {}
    bool often() { return m_random.bounded(3) > 0; }
    bool seldom() { return m_random.bounded(3) == 0; }
    int upTo(int most) { return m_random.bounded(most + 1); }
    QString oneOf(const QStringList &list) { return list.at(m_random.bounded(int(list.size()))); }
    QStringList someOf(QStringList list, int least)
    {
        while (list.size() > least && often())
            list.removeAt(m_random.bounded(int(list.size())));
        return list;
    }

private:
    QRandomGenerator m_random;
};

QJsonArray people(const QStringList &names)
{
    QJsonArray array;
    for (const QString &name : names)
        array << demotest::upn(qPrintable(name));
    return array;
}

QJsonObject madeUpActivation(Dice &dice)
{
    QJsonObject activation;
    if (dice.often())
        activation.insert(QStringLiteral("maximumDuration"),
                          dice.oneOf({QStringLiteral("PT1H"), QStringLiteral("PT90M"), QStringLiteral("PT24H")}));
    for (const char *setting : {"mfa", "justification", "ticket"})
        if (dice.seldom())
            activation.insert(QLatin1String(setting), dice.often());
    if (dice.often())
        activation.insert(QStringLiteral("approvers"),
                          people(dice.someOf({QStringLiteral("lena.fischer"), QStringLiteral("omar.haddad")}, 1)));
    return activation;
}

/// A wish for this customer; the application decides which of its members make sense.
QJsonObject madeUpWish(const GateBench &bench, Dice &dice, const QString &existingGroup)
{
    const bool kaseya = dice.seldom();
    QJsonObject wish = bench.wish(kaseya ? "KaseyaOne" : "NinjaOne", dice.often());
    QJsonObject assignment;
    if (kaseya)
        assignment.insert(QStringLiteral("appRole"), QStringLiteral("Administrator"));
    if (dice.seldom())
        assignment.insert(QStringLiteral("otherAssignments"), QStringLiteral("remove"));
    if (dice.seldom())
        assignment.insert(QStringLiteral("required"), false);
    wish.insert(QStringLiteral("assignment"), assignment);
    QJsonArray eligible;
    for (const QString &name :
         dice.someOf({QStringLiteral("ada.lindqvist"), QStringLiteral("jonas.weber"), QStringLiteral("sam.porter")}, 1)) {
        QJsonObject one{{QStringLiteral("principal"), demotest::upn(qPrintable(name))}};
        if (dice.often())
            one.insert(QStringLiteral("duration"),
                       dice.oneOf({QStringLiteral("P30D"), QStringLiteral("P90D"), QStringLiteral("PT12H")}));
        eligible << one;
    }
    QJsonObject pim{{QStringLiteral("eligible"), eligible}, {QStringLiteral("activation"), madeUpActivation(dice)}};
    if (dice.seldom())
        pim.insert(QStringLiteral("eligibleOthers"), QStringLiteral("remove"));
    if (dice.seldom())
        pim.insert(QStringLiteral("notifications"),
                   QJsonObject{{QStringLiteral("activation"), QJsonArray{QStringLiteral("soc@contoso.demo")}}});
    wish.insert(QStringLiteral("pim"), pim);
    if (!existingGroup.isEmpty())
        wish.insert(QStringLiteral("group"), QJsonObject{{QStringLiteral("existing"), existingGroup}});
    return wish;
}

/// What a customer may have had before: a group of his own with its own rules and somebody eligible, assignment required.
QString madeUpPast(GateBench &bench, Dice &dice)
{
    if (dice.seldom()) {
        const QString id = bench.application("NinjaOne")[QLatin1String("id")].toString();
        bench.client->patch(QStringLiteral("/servicePrincipals/") + id, {{QStringLiteral("appRoleAssignmentRequired"), true}});
    }
    if (dice.often())
        return {};
    const QString group = demotest::newGroup(*bench.client, QStringLiteral("Own group"));
    if (dice.often())
        demotest::askPim(*bench.client, "eligibility", "adminAssign", group, bench.id("sam.porter"), demotest::lasting("P20D"));
    if (dice.often())
        demotest::changeRules(*bench.client, group,
                              {{QStringLiteral("Expiration_EndUser_Assignment"),
                                QJsonObject{{QStringLiteral("maximumDuration"), QStringLiteral("PT3H")}}}});
    bench.client->advance(QStringLiteral("PT6M"));
    return group;
}

/// The write of a row, in GateBench's words.
QString kindOf(const Change &row)
{
    const QString key = nameOf(row.key.kind);
    if (key == QLatin1String("assignment"))
        return QStringLiteral("assign");
    if (key == QLatin1String("uneligible"))
        return QStringLiteral("eligible");
    if (key == QLatin1String("state"))
        return QLatin1String("policy:") + row.wanted[QLatin1String("state")].toString();
    if (key == QLatin1String("exclusion"))
        return QStringLiteral("policy:");
    return key;
}

/// A part of what is to make that hangs together: nothing without what it waits for, closing rows only with all that opens.
QList<Change> someRows(const Plan &plan, Dice &dice)
{
    const QList<Change> all = plan.toMake();
    const bool everything = dice.often();
    QList<ChangeKey> left;
    for (const Change &row : all)
        left << row.key;
    QList<Change> chosen;
    for (const bool closing : {false, true}) {
        const bool mayClose =
            chosen.size() == std::count_if(all.cbegin(), all.cend(), [](const Change &row) { return !row.closing(); });
        for (const Change &row : all) {
            const bool waits = std::any_of(row.waitsFor.cbegin(), row.waitsFor.cend(),
                                           [&left](const ChangeKey &key) { return left.contains(key); });
            const bool wanted = everything || dice.often();
            if (row.closing() != closing || waits || !wanted || (closing && !mayClose))
                continue;
            chosen << row;
            left.removeAll(row.key);
        }
    }
    return chosen;
}

QList<Change> opening(QList<Change> rows)
{
    rows.removeIf([](const Change &row) { return row.closing(); });
    return rows;
}

QStringList sorted(QStringList list)
{
    list.sort();
    return list;
}

/// What undo says beforehand that it cannot restore is left out: logs, PIM's history and what Microsoft keeps for 30 days; the
/// ids of assignments that are made again; who last wrote PIM's policies. Those and the days of eligibility have checks of
/// their own.
QString withoutDeclaredRest(const QString &state)
{
    static const QStringList stays{QStringLiteral("directoryAudits"),
                                   QStringLiteral("deletedItems"),
                                   QStringLiteral("deletedConditionalAccessPolicies"),
                                   QStringLiteral("eligibilityScheduleRequests"),
                                   QStringLiteral("roleManagementPolicies"),
                                   QStringLiteral("signIns")};
    static const QRegularExpression newId(QStringLiteral("\"id\":\"[^\"]*\"")),
        duration(QStringLiteral("\"duration\":\"P[^\"]*\""));
    QStringList lines = state.split(QLatin1Char('\n'));
    lines.removeIf([](const QString &line) { return stays.contains(line.section(QLatin1Char(' '), 0, 0)); });
    for (QString &line : lines) {
        if (line.startsWith(QLatin1String("appRoleAssignments ")))
            line.replace(newId, QStringLiteral("\"id\":\"#\""));
        if (line.startsWith(QLatin1String("eligibilitySchedules ")))
            line.replace(duration, QStringLiteral("\"duration\":\"#\""));
    }
    lines.sort();
    return lines.join(QLatin1Char('\n'));
}

/// Who is eligible until when, and under which rules people activate, as Graph tells it.
struct PimOf
{
    PimOf(const GateBench &bench, const QString &group)
    {
        if (group.isEmpty())
            return;
        const auto schedules =
            bench.client->get(demotest::kPim + QStringLiteral("eligibilityScheduleInstances?$filter=groupId eq '%1'").arg(group))
                .value();
        for (const auto &one : schedules)
            ends.insert(one[QLatin1String("principalId")].toString(),
                        QDateTime::fromString(one[QLatin1String("endDateTime")].toString(), Qt::ISODate));
        rules = demotest::memberPolicy(*bench.client, group)[QLatin1String("rules")].toArray();
    }
    bool operator==(const PimOf &other) const
    {
        for (auto it = ends.cbegin(); it != ends.cend(); ++it)
            if (!other.ends.contains(it.key()) || qAbs(it->secsTo(other.ends.value(it.key()))) > 60)
                return false;
        return ends.size() == other.ends.size() && rules == other.rules;
    }
    QHash<QString, QDateTime> ends;
    QJsonArray rules;
};

/// Somebody who works in the same tenant at the same time, with a program and a history of his own.
struct Operator
{
    explicit Operator(GateBench &bench)
        : session(bench.http, bench.cloud, std::make_unique<HttpBrowser>(bench.http, bench.admin())), graph(session),
          history(folder.path()), runner(graph, history)
    {
        ready = bool(QCoro::waitFor(session.signIn(Who{bench.admin(), {}}))) && QCoro::waitFor(history.open());
    }
    ScratchDir folder;
    Session session;
    GraphService graph;
    History history;
    Runner runner;
    bool ready = false;
};

Task<Result<RunResult>> applyLater(Runner *runner, Blueprint blueprint, std::chrono::milliseconds later)
{
    Clock &clock = runner->graph().clock();
    const std::stop_token never;
    co_await clock.sleep(later, never);
    const auto plan = co_await runner->plan(blueprint);
    if (!plan)
        co_return failure(plan.error());
    const Plan shown = *plan;
    const auto begun = co_await runner->begin(shown);
    if (!begun)
        co_return failure(begun.error());
    const QString run = begun->id;
    const QList<Change> rows = shown.toMake();
    co_return co_await runner->execute(run, shown, rows);
}

} // namespace

class tst_Properties : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void exactlyTheConfirmedRows_data() { seeds(); }
    void exactlyTheConfirmedRows();
    void applyAgainAndUndo_data() { seeds(); }
    void applyAgainAndUndo();
    void twoOperators_data() { seeds(); }
    void twoOperators();

private:
    static void seeds()
    {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= rounds(); ++seed)
            QTest::addRow("%d", seed) << seed;
    }
};

void tst_Properties::exactlyTheConfirmedRows()
{
    QFETCH(int, seed);
    Dice dice(seed);
    GateBench bench(1000);
    GATE_READY(bench);
    const QString group = madeUpPast(bench, dice);
    const QJsonObject wish = madeUpWish(bench, dice, group);
    const auto plan = bench.plan(wish);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().text()));
    QVERIFY2(plan->refusals.isEmpty(), qPrintable(plan->refusals.isEmpty() ? QString() : plan->refusals.first().text()));
    const QList<Change> rows = someRows(*plan, dice);
    const qsizetype before = bench.writes().size();
    const auto begun = QCoro::waitFor(bench.runner->begin(*plan));
    QVERIFY(begun);
    QCOMPARE(bench.writes().size(), before); // a record, no write
    const ShownRequests shown(bench, *plan, rows), shownOpening(bench, *plan, opening(rows));
    const auto done = QCoro::waitFor(bench.runner->execute(begun->id, *plan, rows));
    QVERIFY2(done, told(done).constData());
    const bool closed = done->state != RunState::ReportOnly; // no closing act without evidence
    QStringList expected;
    for (const Change &row : closed ? rows : opening(rows))
        expected << kindOf(row);
    QCOMPARE(sorted(bench.kinds().mid(before)), sorted(expected));
    SENT_AS_SHOWN(closed ? shown : shownOpening, begun->id);
}

void tst_Properties::applyAgainAndUndo()
{
    QFETCH(int, seed);
    Dice dice(seed + 10'000);
    GateBench bench(1000);
    GATE_READY(bench);
    const QString group = madeUpPast(bench, dice);
    const QJsonObject wish = madeUpWish(bench, dice, group);
    const QString before = withoutDeclaredRest(bench.comparable());
    const PimOf pimBefore(bench, group);
    const auto plan = bench.plan(wish);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().text()));
    const ShownRequests shown(bench, *plan, plan->toMake());
    const auto first = bench.execute(*plan);
    QVERIFY2(first, told(first).constData());
    QVERIFY2(first->state == RunState::Verified, told(first).constData());
    const QString run = bench.run;
    SENT_AS_SHOWN(shown, run);
    const qsizetype written = bench.writes().size();
    ENDS(bench.apply(wish), "verified");
    QCOMPARE(bench.writes().size(), written);
    const auto undone = QCoro::waitFor(bench.runner->undo(run));
    ENDS(undone, "undone");
    QCOMPARE(undone->notDone, QStringList());
    QCOMPARE(undone->changedSince, QStringList());
    const QString after = withoutDeclaredRest(bench.comparable());
    QVERIFY2(after == before, difference(before, after).constData());
    QVERIFY(PimOf(bench, group) == pimBefore);
}

void tst_Properties::twoOperators()
{
    QFETCH(int, seed);
    Dice dice(seed + 20'000);
    GateBench bench(1000);
    GATE_READY(bench);
    Operator other(bench);
    QVERIFY(other.ready);
    const auto blueprint = Blueprint::parse(QJsonDocument(bench.wish("NinjaOne", dice.often())).toJson());
    QVERIFY(blueprint);
    QJsonArray delays;
    for (int i = 0; i < 6; ++i)
        delays << GateBench::fault("", "^/v1.0/",
                                   {{QStringLiteral("skip"), dice.upTo(60)}, {QStringLiteral("delayMs"), 1 + dice.upTo(30)}});
    bench.faults(delays);
    const std::chrono::milliseconds mine(dice.upTo(60'000)), theirs(dice.upTo(60'000)); // the tenant's time
    auto one = applyLater(bench.runner.get(), *blueprint, mine);
    auto two = applyLater(&other.runner, *blueprint, theirs);
    auto first = QCoro::waitFor(one);
    auto second = QCoro::waitFor(two);
    bench.faults({});
    QVERIFY(bench.rows("groups", "displayName", QStringLiteral("PIM-NinjaOne-Admins")).size() == 1);
    QCOMPARE(bench.lockedOut("NinjaOne", QStringLiteral("PIM-NinjaOne-Admins")), QString());
    // Whoever was told that the tenant changed reads again and goes on with what is there.
    for (int again = 0; again < 3 && !(first && second); ++again) {
        const auto told = !first ? first.error() : second.error();
        QVERIFY2(told.is(Error::Kind::Changed) || told.is(Error::Kind::Differs) || told.is(Error::Kind::Input),
                 qPrintable(told.text()));
        if (!first)
            first = QCoro::waitFor(applyLater(bench.runner.get(), *blueprint, std::chrono::milliseconds(0)));
        if (!second)
            second = QCoro::waitFor(applyLater(&other.runner, *blueprint, std::chrono::milliseconds(0)));
    }
    QVERIFY2(first, told(first).constData());
    QVERIFY2(second, told(second).constData());
    QCOMPARE(bench.rows("groups", "displayName", QStringLiteral("PIM-NinjaOne-Admins")).size(), 1);
    const QString group =
        bench.row("groups", "displayName", QStringLiteral("PIM-NinjaOne-Admins"))[QLatin1String("id")].toString();
    const QString breakGlass = bench.client->get(QStringLiteral("/users/") + bench.breakGlass()).text("id");
    int policies = 0;
    for (const auto &policy : bench.state()[QLatin1String("conditionalAccessPolicies")].toArray()) {
        if (policy[QLatin1String("displayName")] != blueprint->policy.displayName)
            continue;
        ++policies;
        const QJsonValue users = policy[QLatin1String("conditions")][QLatin1String("users")];
        QVERIFY(users[QLatin1String("excludeGroups")].toArray().contains(group));
        QVERIFY(users[QLatin1String("excludeUsers")].toArray().contains(breakGlass));
    }
    QCOMPARE(policies, 1);
    QCOMPARE(bench.lockedOut("NinjaOne", QStringLiteral("PIM-NinjaOne-Admins")), QString());
}

QTEST_GUILESS_MAIN(tst_Properties)
#include "tst_Properties.moc"
