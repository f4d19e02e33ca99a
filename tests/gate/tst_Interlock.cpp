// The interlock against the demo tenant (pitfalls P1, P2): no write that shuts without its exclusions, and a policy that
// came back without them does not stay.
#include "gate/GateBench.h"

using namespace pimgate;
using namespace pimgate::test;

namespace {

struct LockBench;
using Prepare = void (*)(LockBench &, Snapshot &);

/// A bench with a group and a policy as the gate wants it, reached through the interlock alone.
struct LockBench : GateBench
{
    LockBench()
    {
        // Straight to the door, without a runner that would ask for it.
        permitted = QCoro::waitFor(session->permit({QStringLiteral("Policy.ReadWrite.ConditionalAccess")}));
        group = demotest::newGroup(*client, QStringLiteral("Behind PIM"));
        wanted.displayName = QStringLiteral("PIM only");
        wanted.description = QStringLiteral("pimgate run 00000000");
        wanted.includeUsers = QStringList{QStringLiteral("All")};
        breakGlassIds = QStringList{client->get(QStringLiteral("/users/") + breakGlass()).text("id")};
        wanted.excludeUsers = breakGlassIds;
        wanted.excludeGroups = QStringList{group};
        wanted.includeApplications = QStringList{application("NinjaOne")[QLatin1String("appId")].toString()};
        wanted.clientAppTypes = QStringList{QStringLiteral("all")};
        wanted.builtInControls = QStringList{QStringLiteral("block")};
    }
    Interlock &lock() { return runner->interlock(); }
    Result<CaPolicy> create() { return QCoro::waitFor(lock().create(wanted, {})); }
    /// Asks What-If about Sam Porter and break-glass.
    Result<ArmingEvidence> gather(const QString &id) { return gather(id, ordinarily()); }
    Result<ArmingEvidence> gather(const QString &id, SnapshotPtr snapshot)
    {
        return QCoro::waitFor(lock().gather(id, snapshot, breakGlassIds, {}));
    }
    SnapshotPtr ordinarily()
    {
        const auto snapshot = std::make_shared<Snapshot>();
        snapshot->application.emplace().appId = wanted.includeApplications.first();
        Principal sam;
        sam.id = this->id("sam.porter");
        sam.displayName = QStringLiteral("Sam Porter");
        snapshot->ordinary << sam;
        return snapshot;
    }
    /// Somebody of the tenant whom the snapshot knows.
    PimSchedule scheduleOf(Snapshot &snapshot, const char *name)
    {
        Principal person;
        person.type = Principal::Type::User;
        person.id = id(name);
        person.displayName = QLatin1String(name);
        snapshot.people.insert(person.id, person);
        PimSchedule schedule;
        schedule.principalId = person.id;
        return schedule;
    }
    /// The gate's own group as somebody.
    PimSchedule groupSchedule(Snapshot &snapshot) const
    {
        Principal itself;
        itself.type = Principal::Type::Group;
        itself.id = group;
        snapshot.people.insert(group, itself);
        PimSchedule schedule;
        schedule.principalId = group;
        return schedule;
    }
    /// How often the policy was looked at after the last write.
    int looksAfterwards() const
    {
        int looks = 0;
        const QList<QJsonObject> graphOnly = exchanges("?api=graph");
        for (const QJsonObject &one : graphOnly) {
            const QString path = one[QLatin1String("path")].toString();
            if (one[QLatin1String("method")] == QLatin1String("PATCH"))
                looks = 0;
            looks += one[QLatin1String("method")] == QLatin1String("GET") && path.contains(QLatin1String("/conditionalAccess/"));
        }
        return looks;
    }
    Result<CaPolicy> armAsItIs(const QString &id, bool refused = false)
    {
        return QCoro::waitFor(lock().arm(id, wanted, refused, {}));
    }
    Result<CaPolicy> arm(const QString &id)
    {
        gather(id);
        return armAsItIs(id);
    }
    /// Somebody else changes the members of users.
    int tamper(const QString &id, const QStringList &excludeUsers, const QStringList &excludeGroups) const
    {
        const QJsonObject users{{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}},
                                {QStringLiteral("excludeUsers"), QJsonArray::fromStringList(excludeUsers)},
                                {QStringLiteral("excludeGroups"), QJsonArray::fromStringList(excludeGroups)}};
        return client->patch(pathOf(id), {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), users}}}}).status;
    }
    /// These fields come out another way.
    int echo(const QString &id, const QString &fields) const
    {
        const auto has = [&fields](const char *field) { return fields.contains(QLatin1String(field)); };
        const auto array = [](const QStringList &list) { return QJsonArray::fromStringList(list); };
        const QJsonObject users{
            {QStringLiteral("includeUsers"),
             has("includeUsers")
                 ? QJsonArray{this->client->get(QStringLiteral("/users/") + demotest::upn("sam.porter")).text("id")}
                 : QJsonArray{QStringLiteral("All")}},
            {QStringLiteral("excludeUsers"), has("excludeUsers") ? QJsonArray() : array(wanted.excludeUsers)},
            {QStringLiteral("excludeGroups"), has("excludeGroups") ? QJsonArray() : array(wanted.excludeGroups)}};
        QJsonObject conditions{{QStringLiteral("users"), users}};
        if (has("includeApplications"))
            conditions.insert(QStringLiteral("applications"),
                              QJsonObject{{QStringLiteral("includeApplications"),
                                           QJsonArray{wanted.includeApplications.first(),
                                                      application("KaseyaOne")[QLatin1String("appId")].toString()}}});
        QJsonObject body{{QStringLiteral("conditions"), conditions}};
        if (has("grantControls"))
            body.insert(QStringLiteral("grantControls"),
                        QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                    {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("mfa")}}});
        return client->patch(pathOf(id), body).status;
    }
    static QString pathOf(const QString &id) { return QStringLiteral("/identity/conditionalAccess/policies/") + id; }
    QString stateOf(const QString &id) const { return client->get(pathOf(id)).text("state"); }
    int sent(const QString &kind) const { return int(kinds().count(kind)); }

    Outcome permitted;
    QStringList breakGlassIds;
    QString group;
    CaPolicy wanted;
};

} // namespace

Q_DECLARE_METATYPE(Prepare)

class tst_Interlock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void createsReportOnly();
    void whatIsRefusedIsTold_data();
    void whatIsRefusedIsTold();
    void stopped();
    void whatCannotBeReadBack_data();
    void whatCannotBeReadBack();
    void goneWhileItIsSwitchedOff();
    void whatShowsLate_data();
    void whatShowsLate();
    void whoIsAsked_data();
    void whoIsAsked();
    void nobodyIsAskedWithoutAnApplication();
    void aGoneExclusionSendsNothing_data();
    void aGoneExclusionSendsNothing();
    void reservedTargets_data();
    void reservedTargets();
    void needsAGroupToLeaveOut();
    void aDifferentEchoEndsDisabled_data();
    void aDifferentEchoEndsDisabled();
    void namesThatDoNotResolve_data();
    void namesThatDoNotResolve();
    void aPolicyThatDiffersIsNotArmed();
    void armingSendsStateOnly();
    void armingNeedsEvidence_data();
    void armingNeedsEvidence();
    void anUnknownAnswerToArmingIsReadBack_data();
    void anUnknownAnswerToArmingIsReadBack();
    void exclusionsComeBack();
    void anotherExclusionIsLostMeanwhile();
    void looseningNeedsNothing();
};

void tst_Interlock::createsReportOnly()
{
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY2(made, qPrintable(made ? QString() : made.error().text()));
    QCOMPARE(made->state, CaPolicy::State::ReportOnly);
    QCOMPARE(bench.stateOf(made->id), QStringLiteral("enabledForReportingButNotEnforced"));
    QCOMPARE(made->exclusions(), bench.wanted.exclusions());
}

void tst_Interlock::whatIsRefusedIsTold_data()
{
    QTest::addColumn<QString>("act");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("sent");   // writes
    QTest::addColumn<bool>("looks"); // at the policy afterwards
    const auto row = [](const char *act, const char *method, const char *path, int status, int sent, bool looks = false) {
        QTest::addRow("%s, %s %s, %d", act, method, path, status)
            << QString::fromLatin1(act) << QString::fromLatin1(method) << QString::fromLatin1(path) << status << sent << looks;
    };
    const auto ids = "/getByIds$", policies = "/conditionalAccess/policies$", policy = "/conditionalAccess/policies/";
    row("create", "POST", ids, 403, 0);
    row("create", "POST", policies, 403, 1);
    row("arm", "POST", ids, 403, 0);
    row("arm", "GET", policy, 403, 0);
    row("arm", "PATCH", policy, 403, 1);
    row("arm", "PATCH", policy, 500, 1, true); // it may have acted
    row("leave out", "GET", policy, 403, 0);
    row("leave out", "POST", ids, 403, 0);
    row("leave out", "PATCH", policy, 403, 1);
    row("loosen", "PATCH", policy, 403, 1);
    row("remove", "DELETE", policy, 403, 1);
}

/// The tenant says no at one request: its own words come back, and nothing goes on.
void tst_Interlock::whatIsRefusedIsTold()
{
    QFETCH(QString, act);
    QFETCH(QString, method);
    QFETCH(QString, path);
    QFETCH(int, status);
    QFETCH(int, sent);
    QFETCH(bool, looks);
    LockBench bench;
    GATE_READY(bench);
    QString id;
    if (act != QLatin1String("create")) {
        const auto made = bench.create();
        QVERIFY(made);
        id = made->id;
    }
    if (act == QLatin1String("arm"))
        QVERIFY(bench.gather(id));
    const qsizetype before = bench.writes().size();
    bench.faults({GateBench::fault(qPrintable(method), qPrintable(path),
                                   {{QStringLiteral("status"), status}, {QStringLiteral("times"), 99}})});
    std::optional<Error> refused;
    const auto tell = [&refused](const auto &done) {
        if (!done)
            refused = done.error();
    };
    if (act == QLatin1String("create"))
        tell(bench.create());
    else if (act == QLatin1String("arm"))
        tell(bench.armAsItIs(id));
    else if (act == QLatin1String("leave out"))
        tell(QCoro::waitFor(bench.lock().addExclusions(id, {bench.id("lena.fischer")}, {}, {})));
    else if (act == QLatin1String("loosen"))
        tell(QCoro::waitFor(bench.lock().loosen(id, CaPolicy::State::Disabled, {})));
    else
        tell(QCoro::waitFor(bench.lock().remove(id, {})));
    QVERIFY(refused);
    QCOMPARE(refused->status, status);
    bench.faults({});
    QCOMPARE(bench.writes().size(), before + sent);
    if (method == QLatin1String("PATCH"))
        QCOMPARE(bench.looksAfterwards() > 0, looks);
    if (!id.isEmpty())
        QCOMPARE(bench.stateOf(id), QStringLiteral("enabledForReportingButNotEnforced"));
}

void tst_Interlock::stopped()
{
    LockBench bench;
    GATE_READY(bench);
    std::stop_source stop;
    stop.request_stop();
    const qsizetype before = bench.writes().size();
    const auto created = QCoro::waitFor(bench.lock().create(bench.wanted, stop.get_token()));
    QCOMPARE(created.error().kind, Error::Kind::Cancelled);
    QCOMPARE(created.error().message, QStringLiteral("Stopped before anything was sent."));
    QCOMPARE(bench.writes().size(), before);
    // The stop comes with the last answer before the PATCH.
    const auto made = bench.create();
    QVERIFY(made);
    QVERIFY(bench.gather(made->id));
    std::stop_source late;
    int answers = 0;
    QObject::connect(&bench.http, &Http::exchanged, &bench.http, [&](const Exchange &) {
        if (++answers == 2) // whom it leaves out, and itself
            late.request_stop();
    });
    const auto armed = QCoro::waitFor(bench.lock().arm(made->id, bench.wanted, false, late.get_token()));
    QVERIFY(!armed);
    QCOMPARE(armed.error().kind, Error::Kind::Cancelled);
    QCOMPARE(armed.error().message, QStringLiteral("Stopped before anything was sent."));
    QCOMPARE(bench.sent(QStringLiteral("policy:enabled")), 0);
}

void tst_Interlock::whatCannotBeReadBack_data()
{
    QTest::addColumn<int>("unread"); // looks that fail
    QTest::addColumn<int>("disabling");
    QTest::newRow("once") << 1 << 0;
    QTest::newRow("until it is off") << 5 << 2; // four looks at what was made, one at whether it is off
    QTest::newRow("ever") << 1000 << 7;
}

/// What nobody can look at does not stay, and is not said to be off either.
void tst_Interlock::whatCannotBeReadBack()
{
    QFETCH(int, unread);
    QFETCH(int, disabling);
    LockBench bench;
    GATE_READY(bench);
    bench.faults({GateBench::fault("GET", "/conditionalAccess/policies/",
                                   {{QStringLiteral("status"), 403}, {QStringLiteral("times"), unread}})});
    const auto made = bench.create();
    bench.faults({});
    QCOMPARE(bench.sent(QStringLiteral("policy:disabled")), disabling);
    if (disabling == 0) {
        QVERIFY2(made, qPrintable(made ? QString() : made.error().text()));
        return;
    }
    QVERIFY(!made);
    QCOMPARE(made.error().code, QStringLiteral("exclusionLost"));
    QVERIFY2(!made.error().message.contains(QLatin1String("()")), qPrintable(made.error().message));
    QCOMPARE(made.error().message.contains(QLatin1String("could not be confirmed")), unread > 5);
    QCOMPARE(bench.policyState("NinjaOne"), QStringLiteral("disabled"));
}

void tst_Interlock::goneWhileItIsSwitchedOff()
{
    LockBench bench;
    GATE_READY(bench);
    const QJsonObject late{{QStringLiteral("delayMs"), 400}};
    bench.faults({GateBench::fault("POST", "/conditionalAccess/policies$", late)});
    whenFaultsAreUsed(bench, [&] {
        const QString id = bench.policy("NinjaOne")[QLatin1String("id")].toString();
        QCOMPARE(bench.tamper(id, {}, {bench.group}), 204);
        bench.faults({GateBench::fault("PATCH", "/conditionalAccess/policies/", late)});
        whenFaultsAreUsed(bench, [&bench, id] { QCOMPARE(bench.client->remove(LockBench::pathOf(id)).status, 204); });
    });
    const auto made = bench.create();
    QVERIFY(!made);
    QVERIFY2(made.error().message.contains(QLatin1String("read back as off")), qPrintable(made.error().message));
    QCOMPARE(bench.sent(QStringLiteral("policy:disabled")), 1);
}

void tst_Interlock::whatShowsLate_data()
{
    QTest::addColumn<bool>("arming");
    QTest::addColumn<QString>("hidden");
    QTest::addColumn<bool>("shows");
    for (const bool arming : {false, true}) {
        QTest::addRow("%s, after a minute", arming ? "arming" : "creating") << arming << QStringLiteral("PT60S") << true;
        QTest::addRow("%s, never", arming ? "arming" : "creating") << arming << QStringLiteral("P9D") << false;
    }
}

/// What is not shown yet hurts nobody: it is waited for, and never switched off (P12).
void tst_Interlock::whatShowsLate()
{
    QFETCH(bool, arming);
    QFETCH(QString, hidden);
    QFETCH(bool, shows);
    LockBench bench;
    GATE_READY(bench);
    QString id;
    if (arming) {
        const auto made = bench.create();
        QVERIFY(made);
        id = made->id;
        QVERIFY(bench.gather(id));
    }
    bench.faults({GateBench::fault("^(POST|PATCH)$", "/conditionalAccess/policies", {{QStringLiteral("invisibleFor"), hidden}})});
    const auto done = arming ? bench.armAsItIs(id) : bench.create();
    QCOMPARE(bool(done), shows);
    if (!shows)
        QCOMPARE(done.error().code, QLatin1String(notShownCode));
    QCOMPARE(bench.sent(QStringLiteral("policy:disabled")), 0);
}

void tst_Interlock::whoIsAsked_data()
{
    QTest::addColumn<Prepare>("prepare");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const char *asked, const char *problem, Prepare prepare) {
        QTest::newRow(name) << prepare << QString::fromLatin1(asked) << QString::fromUtf8(problem);
    };
    const auto both = "breakGlass, ordinary Sam Porter blocked";
    row("break-glass and somebody ordinary", both, "", [](LockBench &, Snapshot &) {});
    row("nobody ordinary", "breakGlass", "There is no ordinary person to ask What-If about.",
        [](LockBench &, Snapshot &s) { s.ordinary.clear(); });
    row("somebody without an id", both, "", [](LockBench &bench, Snapshot &) { bench.breakGlassIds << QString(); });
    row("somebody who is disabled", both, "", [](LockBench &, Snapshot &s) {
        Principal gone;
        gone.id = QStringLiteral("11111111-2222-3333-4444-555555555555");
        gone.enabled = false;
        s.ordinary.prepend(gone);
    });
    row("somebody ordinary who is break-glass", both, "", [](LockBench &bench, Snapshot &s) {
        Principal same;
        same.id = bench.breakGlassIds.first();
        s.ordinary.prepend(same);
    });
    row("two ordinary people", both, "", [](LockBench &, Snapshot &s) { s.ordinary << s.ordinary.first(); });
    row("nobody but eligible people", "breakGlass, eligible blocked", "There is no ordinary person to ask What-If about.",
        [](LockBench &bench, Snapshot &s) { s.eligible << bench.scheduleOf(s, "sam.porter"); });
    row("somebody active", "breakGlass, active blocked, ordinary Sam Porter blocked",
        "The policy would block ada.lindqvist, who is active now.",
        [](LockBench &bench, Snapshot &s) { s.active << bench.scheduleOf(s, "ada.lindqvist"); });
    row("somebody active who is eligible", "breakGlass, active blocked, ordinary Sam Porter blocked",
        "The policy would block ada.lindqvist, who is active now.", [](LockBench &bench, Snapshot &s) {
            s.active << bench.scheduleOf(s, "ada.lindqvist");
            s.eligible << s.active;
        });
    row("break-glass that is active", both, "", [](LockBench &bench, Snapshot &s) {
        PimSchedule active;
        active.principalId = bench.breakGlassIds.first();
        s.active << active;
    });
    row("three active people before somebody eligible",
        "breakGlass, active, active, active, eligible blocked, ordinary Sam Porter blocked", "",
        [](LockBench &bench, Snapshot &s) {
            for (const char *name : {"ada.lindqvist", "lena.fischer", "omar.haddad"})
                s.active << bench.scheduleOf(s, name);
            s.eligible = s.active;
            s.eligible << bench.scheduleOf(s, "jonas.weber");
            QStringList leftOut = bench.breakGlassIds; // whoever is active is let through, as by the group
            for (const PimSchedule &schedule : std::as_const(s.active))
                leftOut << schedule.principalId;
            QCOMPARE(bench.tamper(bench.policy("NinjaOne")[QLatin1String("id")].toString(), leftOut, {bench.group}), 204);
        });
    row("an active group", both, "", [](LockBench &bench, Snapshot &s) { s.active << bench.groupSchedule(s); });
    row("an eligible group", both, "", [](LockBench &bench, Snapshot &s) { s.eligible << bench.groupSchedule(s); });
    row("four eligible people, the last of whom seems ordinary",
        "breakGlass, eligible blocked, eligible blocked, eligible blocked, ordinary Sam Porter blocked", "",
        [](LockBench &bench, Snapshot &s) {
            for (const char *name : {"ada.lindqvist", "jonas.weber", "lena.fischer", "omar.haddad"})
                s.eligible << bench.scheduleOf(s, name);
            s.ordinary.prepend(s.people.value(s.eligible.last().principalId));
        });
    row("three groups before somebody eligible", "breakGlass, eligible blocked, ordinary Sam Porter blocked", "",
        [](LockBench &bench, Snapshot &s) {
            s.eligible = {bench.groupSchedule(s), bench.groupSchedule(s), bench.groupSchedule(s),
                          bench.scheduleOf(s, "jonas.weber")};
        });
    row("somebody left out", "breakGlass, eligible, ordinary Sam Porter blocked", "The policy would not block lena.fischer.",
        [](LockBench &bench, Snapshot &s) {
            s.eligible << bench.scheduleOf(s, "lena.fischer");
            QCOMPARE(bench.tamper(bench.policy("NinjaOne")[QLatin1String("id")].toString(),
                                  bench.breakGlassIds + QStringList{bench.id("lena.fischer")}, {bench.group}),
                     204);
        });
    row("a policy that asks for MFA", "breakGlass, ordinary Sam Porter", "The policy would not block Sam Porter.",
        [](LockBench &bench, Snapshot &) {
            QCOMPARE(bench.echo(bench.policy("NinjaOne")[QLatin1String("id")].toString(), QStringLiteral("grantControls")), 204);
        });
    row("a policy that Microsoft does not know", "breakGlass, ordinary Sam Porter",
        "Microsoft's What-If does not know the policy yet.", [](LockBench &bench, Snapshot &) {
            QCOMPARE(bench.client->remove(LockBench::pathOf(bench.policy("NinjaOne")[QLatin1String("id")].toString())).status,
                     204);
        });
}

void tst_Interlock::whoIsAsked()
{
    QFETCH(Prepare, prepare);
    QFETCH(QString, asked);
    QFETCH(QString, problem);
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY(made);
    const SnapshotPtr snapshot = bench.ordinarily();
    prepare(bench, *snapshot);
    const auto evidence = bench.gather(made->id, snapshot);
    QVERIFY2(evidence, qPrintable(evidence ? QString() : evidence.error().text()));
    QStringList lines;
    for (const ArmingEvidence::Line &line : evidence->lines)
        lines << nameOf(line.role) + (line.role == ArmingRole::Ordinary ? QLatin1Char(' ') + line.who : QString()) +
                     (line.blocked ? QStringLiteral(" blocked") : QString());
    QCOMPARE(lines.join(QLatin1String(", ")), asked);
    QCOMPARE(evidence->problem, problem);
}

void tst_Interlock::nobodyIsAskedWithoutAnApplication()
{
    LockBench bench;
    GATE_READY(bench);
    const SnapshotPtr snapshot = bench.ordinarily();
    snapshot->application.reset();
    const auto evidence = bench.gather(QStringLiteral("any"), snapshot);
    QVERIFY(!evidence);
    QCOMPARE(evidence.error().kind, Error::Kind::Input);
}

void tst_Interlock::aGoneExclusionSendsNothing_data()
{
    QTest::addColumn<bool>("arming");
    QTest::addColumn<bool>("person");
    for (const bool arming : {false, true})
        for (const bool person : {false, true})
            QTest::addRow("%s, %s", arming ? "arming" : "creating", person ? "break-glass" : "group") << arming << person;
}

void tst_Interlock::aGoneExclusionSendsNothing()
{
    QFETCH(bool, arming);
    QFETCH(bool, person);
    LockBench bench;
    GATE_READY(bench);
    QString id;
    if (arming) {
        const auto made = bench.create();
        QVERIFY(made);
        id = made->id;
        QVERIFY(bench.gather(id));
    }
    if (person) // a second break-glass account that nobody has any more
        bench.wanted.excludeUsers << QStringLiteral("11111111-2222-3333-4444-555555555555");
    else
        QCOMPARE(bench.client->remove(QStringLiteral("/groups/") + bench.group).status, 204);
    const qsizetype before = bench.writes().size();
    const auto done = arming ? bench.armAsItIs(id) : bench.create();
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Unsafe);
    QVERIFY2(done.error().message.contains(QLatin1String("no longer has")), qPrintable(done.error().message));
    QCOMPARE(bench.writes().size(), before);
    if (arming)
        QCOMPARE(bench.stateOf(id), QStringLiteral("enabledForReportingButNotEnforced"));
}

void tst_Interlock::reservedTargets_data()
{
    QTest::addColumn<QString>("target");
    for (const char *target :
         {"All", "all", "None", "Office365", "MicrosoftAdminPortals", "", "00000003-0000-0000-c000-000000000000",
          "797f4846-ba00-4fd7-ba43-dac1f8f63013", "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "00000002-0000-0000-c000-000000000000",
          "1b730954-1685-4b74-9bfd-dac224a7b894", "14d82eec-204b-4c2f-b7e8-296a70dab67e"})
        QTest::addRow("“%s”", target) << QString::fromLatin1(target);
}

void tst_Interlock::reservedTargets()
{
    QFETCH(QString, target);
    LockBench bench;
    GATE_READY(bench);
    bench.wanted.includeApplications = QStringList{target};
    const qsizetype before = bench.writes().size();
    const auto made = bench.create();
    QVERIFY(!made);
    QCOMPARE(made.error().kind, Error::Kind::Unsafe);
    QVERIFY(!made.error().message.isEmpty());
    QCOMPARE(bench.writes().size(), before);
}

void tst_Interlock::needsAGroupToLeaveOut()
{
    LockBench bench;
    GATE_READY(bench);
    const qsizetype before = bench.writes().size();
    bench.wanted.excludeGroups.clear();
    QCOMPARE(bench.create().error().kind, Error::Kind::Unsafe);
    bench.wanted.excludeGroups = QStringList{bench.group};
    bench.wanted.includeApplications << QStringLiteral("8b6f0a9b-0000-4000-8000-000000000001");
    QCOMPARE(bench.create().error().kind, Error::Kind::Unsafe);
    QCOMPARE(bench.writes().size(), before);
}

void tst_Interlock::aDifferentEchoEndsDisabled_data()
{
    QTest::addColumn<QString>("what");        // what the tenant shows instead
    QTest::addColumn<bool>("creating");       // or arming
    QTest::addColumn<QJsonObject>("trouble"); // that the PATCH to disabled meets
    QTest::addColumn<int>("sent"); // PATCHes to disabled; 0: as many as there are tries, and none of them comes through
    const QJsonObject none;
    for (const char *what :
         {"excludeUsers", "excludeGroups", "excludeUsers, excludeGroups", "includeUsers", "includeApplications", "grantControls"})
        for (const bool creating : {true, false})
            QTest::addRow("%s, %s", creating ? "creating" : "arming", what) << QString::fromLatin1(what) << creating << none << 1;
    const auto row = [](const char *name, const QJsonObject &trouble, int times, int sent) {
        QJsonObject repeated = trouble;
        repeated.insert(QStringLiteral("times"), times);
        for (const bool creating : {true, false})
            QTest::addRow("%s, the disabling PATCH %s", creating ? "creating" : "arming", name)
                << QStringLiteral("excludeUsers") << creating << repeated << sent;
    };
    const auto status = [](int number) { return QJsonObject{{QStringLiteral("status"), number}}; };
    const auto drop = [](const char *when) { return QJsonObject{{QStringLiteral("drop"), QLatin1String(when)}}; };
    row("first meets 429", status(429), 2, 3);
    row("first meets 429 with a time", {{QStringLiteral("status"), 429}, {QStringLiteral("retryAfter"), 10}}, 2, 3);
    row("first meets 500", status(500), 2, 3);
    row("first meets 503", status(503), 2, 3);
    row("is lost on the way twice", drop("before"), 2, 3);
    row("is answered into the void", drop("after"), 1, 1);
    row("is answered with garbage", {{QStringLiteral("garbage"), true}}, 1, 1);
    row("is refused for good", status(403), 1000, 0);
    row("fails for good", status(500), 1000, 0);
    row("never arrives", drop("before"), 1000, 0);
}

/// Somebody, or the service, makes another policy of it between the write and its read-back.
void tst_Interlock::aDifferentEchoEndsDisabled()
{
    QFETCH(QString, what);
    QFETCH(bool, creating);
    QFETCH(QJsonObject, trouble);
    QFETCH(int, sent);
    LockBench bench;
    GATE_READY(bench);
    if (!creating)
        QVERIFY(bench.create());
    // The answer is late: time to change the policy before the read-back.
    const QJsonObject late{{QStringLiteral("delayMs"), 400}};
    bench.faults({creating ? GateBench::fault("POST", "/conditionalAccess/policies$", late)
                           : GateBench::fault("PATCH", "/conditionalAccess/policies/", late)});
    const qsizetype before = bench.writes().size();
    QString id;
    whenFaultsAreUsed(bench, [&] {
        id = bench.policy("NinjaOne")[QLatin1String("id")].toString();
        QCOMPARE(bench.echo(id, what), 204);
        if (!trouble.isEmpty())
            bench.faults({GateBench::fault("PATCH", "/conditionalAccess/policies/", trouble)});
    });
    const auto done = creating ? bench.create() : bench.arm(bench.policy("NinjaOne")[QLatin1String("id")].toString());
    QVERIFY(!id.isEmpty());
    QVERIFY(!done);
    QCOMPARE(done.error().code, QStringLiteral("exclusionLost"));
    QVERIFY2(done.error().message.contains(QLatin1Char('(') + what + QLatin1Char(')')), qPrintable(done.error().message));
    // What left: the write itself, the change behind its back, and nothing but PATCHes to disabled.
    QStringList left = bench.kinds().mid(before);
    QCOMPARE(left.mid(0, 2),
             (QStringList{creating ? QStringLiteral("policy") : QStringLiteral("policy:enabled"), QStringLiteral("policy:")}));
    const qsizetype disabling = left.size() - 2;
    QCOMPARE(left.mid(2).count(QStringLiteral("policy:disabled")), disabling);
    if (sent == 0) { // said loudly, with the link to do it by hand
        QVERIFY2(disabling >= 7, qPrintable(QString::number(disabling)));
        QVERIFY(done.error().message.contains(QLatin1String("could not be confirmed")));
        QVERIFY2(done.error().next.contains(QLatin1String("http")) && done.error().next.contains(id),
                 qPrintable(done.error().next));
        QVERIFY(bench.stateOf(id) != QLatin1String("disabled"));
        return;
    }
    QCOMPARE(disabling, sent);
    QVERIFY(done.error().message.contains(QLatin1String("read back as off")));
    QVERIFY2(!done.error().next.contains(QLatin1String("http")), qPrintable(done.error().next)); // nothing is left to do by hand
    QCOMPARE(bench.stateOf(id), QStringLiteral("disabled"));
}

void tst_Interlock::namesThatDoNotResolve_data()
{
    QTest::addColumn<QString>("breakGlass");
    QTest::addColumn<QString>("eligible");
    QTest::addColumn<QString>("where");
    const QString path = QStringLiteral("conditionalAccess.breakGlass[0]"), ada = demotest::upn("ada.lindqvist");
    QTest::newRow("a typo") << QStringLiteral("braek.glass1@contoso.demo") << ada << path;
    QTest::newRow("an unknown id") << QStringLiteral("11111111-2222-3333-4444-555555555555") << ada << path;
    QTest::newRow("an unknown group") << QStringLiteral("group:Emergency accounts") << ada << path;
    QTest::newRow("a group name that two have") << QStringLiteral("group:Twice") << ada << path;
    QTest::newRow("an eligible person with a typo")
        << QString() << QStringLiteral("ada.lindquist@contoso.demo") << QStringLiteral("pim.eligible[0].principal");
}

/// P1: what cannot be told for certain is never sent.
void tst_Interlock::namesThatDoNotResolve()
{
    QFETCH(QString, breakGlass);
    QFETCH(QString, eligible);
    QFETCH(QString, where);
    GateBench bench;
    GATE_READY(bench);
    demotest::newGroup(*bench.client, QStringLiteral("Twice"));
    demotest::newGroup(*bench.client, QStringLiteral("Twice"));
    const qsizetype before = bench.writes().size();
    QJsonObject wish = bench.wish("NinjaOne", true);
    QJsonObject policy = wish[QLatin1String("conditionalAccess")].toObject();
    if (!breakGlass.isEmpty())
        policy.insert(QStringLiteral("breakGlass"), QJsonArray{breakGlass});
    wish.insert(QStringLiteral("conditionalAccess"), policy);
    QJsonObject pim = wish[QLatin1String("pim")].toObject();
    pim.insert(QStringLiteral("eligible"), QJsonArray{QJsonObject{{QStringLiteral("principal"), eligible}}});
    wish.insert(QStringLiteral("pim"), pim);
    const auto done = bench.apply(wish);
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Input);
    QCOMPARE(done.error().where, where);
    QVERIFY(!done.error().next.isEmpty());
    QCOMPARE(bench.writes().size(), before);
}

void tst_Interlock::aPolicyThatDiffersIsNotArmed()
{
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY(made);
    QVERIFY(bench.gather(made->id));
    QCOMPARE(bench.tamper(made->id, {}, {bench.group}), 204);
    const auto armed = bench.armAsItIs(made->id);
    QVERIFY(!armed);
    QCOMPARE(armed.error().kind, Error::Kind::Unsafe);
    QVERIFY(armed.error().message.contains(QLatin1String("excludeUsers")));
    QCOMPARE(bench.sent(QStringLiteral("policy:enabled")), 0);
    // Gone altogether: nothing to arm.
    QCOMPARE(bench.tamper(made->id, bench.breakGlassIds, {bench.group}), 204);
    QVERIFY(bench.gather(made->id));
    QCOMPARE(bench.client->remove(LockBench::pathOf(made->id)).status, 204);
    QCOMPARE(bench.armAsItIs(made->id).error().kind, Error::Kind::Changed);
    QCOMPARE(bench.sent(QStringLiteral("policy:enabled")), 0);
}

void tst_Interlock::armingSendsStateOnly()
{
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY(made);
    const auto armed = bench.arm(made->id);
    QVERIFY(armed);
    QCOMPARE(armed->state, CaPolicy::State::Enabled);
    QCOMPARE(bench.writes().last().body.toObject().keys(), QStringList{QStringLiteral("state")});
    QCOMPARE(bench.sent(QStringLiteral("policy:enabled")), 1);
}

void tst_Interlock::armingNeedsEvidence_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("says"); // empty: it is armed
    const auto row = [](const char *what, const char *says) {
        QTest::newRow(what) << QString::fromLatin1(what) << QString::fromUtf8(says);
    };
    row("none", "Microsoft was not asked");
    row("nine minutes old", "");
    row("eleven minutes old", "Microsoft was not asked");
    row("about another policy", "Microsoft was not asked");
    row("it has served", "Microsoft was not asked");
    row("break-glass would be blocked", "would block the break-glass account");
    row("an ordinary person would not be blocked", "would not block Sam Porter");
    row("What-If did not answer", "Microsoft was not asked");
    row("no break-glass", "No break-glass account");
    row("break-glass refused in writing", "");
}

void tst_Interlock::armingNeedsEvidence()
{
    QFETCH(QString, what);
    QFETCH(QString, says);
    const auto is = [&what](const char *row) { return what == QLatin1String(row); };
    LockBench bench;
    GATE_READY(bench);
    const bool alone = is("no break-glass") || is("break-glass refused in writing");
    if (alone) {
        bench.breakGlassIds.clear();
        bench.wanted.excludeUsers.clear();
    }
    const auto made = bench.create();
    QVERIFY2(made, qPrintable(made ? QString() : made.error().text()));
    QString id = made->id;
    if (is("break-glass would be blocked"))
        QCOMPARE(bench.tamper(id, {}, {bench.group}), 204);
    if (is("an ordinary person would not be blocked"))
        QCOMPARE(bench.tamper(id, bench.breakGlassIds + QStringList{bench.id("sam.porter")}, {bench.group}), 204);
    if (is("What-If did not answer"))
        bench.faults({GateBench::fault("POST", "/evaluate$", {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 9}})});
    if (!is("none"))
        QCOMPARE(bool(bench.gather(id)), !is("What-If did not answer"));
    if (is("nine minutes old"))
        bench.client->advance(QStringLiteral("PT9M"));
    if (is("eleven minutes old"))
        bench.client->advance(QStringLiteral("PT11M"));
    if (what.endsWith(QLatin1String("minutes old"))) // the client's clock learns it from the next answer
        QVERIFY(QCoro::waitFor(bench.graph->get(QStringLiteral("/organization"))));
    if (is("about another policy")) {
        const auto another = bench.create();
        QVERIFY(another);
        id = another->id;
    }
    if (is("it has served")) {
        QVERIFY(bench.armAsItIs(id));
        QVERIFY(QCoro::waitFor(bench.lock().loosen(id, CaPolicy::State::ReportOnly, {})));
    }
    const qsizetype before = bench.writes().size();
    const auto armed = bench.armAsItIs(id, is("break-glass refused in writing"));
    if (says.isEmpty()) {
        QVERIFY2(armed, qPrintable(armed ? QString() : armed.error().text()));
        QCOMPARE(bench.stateOf(id), QStringLiteral("enabled"));
        return;
    }
    QVERIFY(!armed);
    QCOMPARE(armed.error().kind, Error::Kind::Unsafe);
    QVERIFY2(armed.error().message.contains(says), qPrintable(armed.error().message));
    QCOMPARE(bench.writes().size(), before);
    QCOMPARE(bench.stateOf(id), QStringLiteral("enabledForReportingButNotEnforced"));
}

void tst_Interlock::anUnknownAnswerToArmingIsReadBack_data()
{
    QTest::addColumn<QJsonObject>("trouble");
    QTest::addColumn<bool>("tampered"); // before it is looked at, somebody takes break-glass out
    QTest::newRow("lost") << QJsonObject{{QStringLiteral("drop"), QStringLiteral("after")}} << false;
    QTest::newRow("garbled") << QJsonObject{{QStringLiteral("garbage"), true}} << false;
    QTest::newRow("lost, and not as it was")
        << QJsonObject{{QStringLiteral("drop"), QStringLiteral("after")}, {QStringLiteral("delayMs"), 400}} << true;
}

void tst_Interlock::anUnknownAnswerToArmingIsReadBack()
{
    QFETCH(QJsonObject, trouble);
    QFETCH(bool, tampered);
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY(made);
    bench.faults({GateBench::fault("PATCH", "/conditionalAccess/policies/", trouble)});
    if (tampered)
        whenFaultsAreUsed(bench, [&] { QCOMPARE(bench.tamper(made->id, {}, {bench.group}), 204); });
    const auto armed = bench.arm(made->id);
    if (tampered) {
        QVERIFY(!armed);
        QCOMPARE(armed.error().code, QStringLiteral("exclusionLost"));
        QCOMPARE(bench.stateOf(made->id), QStringLiteral("disabled"));
        return;
    }
    QVERIFY2(armed, qPrintable(armed ? QString() : armed.error().text()));
    QCOMPARE(bench.sent(QStringLiteral("policy:enabled")) + bench.sent(QStringLiteral("policy:")), 1);
    QCOMPARE(bench.stateOf(made->id), QStringLiteral("enabled"));
}

void tst_Interlock::exclusionsComeBack()
{
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY(made);
    QVERIFY(bench.arm(made->id));
    const QString other = bench.id("lena.fischer");
    QCOMPARE(bench.tamper(made->id, {other}, {}), 204);
    // The PATCH that adds takes a while to show: that is no reason to switch the gate off.
    bench.faults(
        {GateBench::fault("PATCH", "/conditionalAccess/policies/", {{QStringLiteral("invisibleFor"), QStringLiteral("PT60S")}})});
    const auto added =
        QCoro::waitFor(bench.lock().addExclusions(made->id, bench.wanted.excludeUsers, bench.wanted.excludeGroups, {}));
    QVERIFY2(added, qPrintable(added ? QString() : added.error().text()));
    bench.client->advance(QStringLiteral("PT2M"));
    const QJsonValue users = bench.policy("NinjaOne")[QLatin1String("conditions")][QLatin1String("users")];
    QVERIFY(users[QLatin1String("excludeUsers")].toArray().contains(other)); // only adds
    QVERIFY(users[QLatin1String("excludeUsers")].toArray().contains(bench.wanted.excludeUsers.first()));
    QVERIFY(users[QLatin1String("excludeGroups")].toArray().contains(bench.group));
    QCOMPARE(bench.stateOf(made->id), QStringLiteral("enabled"));
    // What is left out already is not named twice.
    QVERIFY(QCoro::waitFor(bench.lock().addExclusions(made->id, {other}, {bench.group}, {})));
    const QJsonValue sent = bench.writes().last().body[QLatin1String("conditions")][QLatin1String("users")];
    QCOMPARE(sent[QLatin1String("excludeUsers")].toArray().size(), 2);
    QCOMPARE(sent[QLatin1String("excludeGroups")].toArray().size(), 1);
}

/// Adding makes nothing worse; what was left out before and has gone is another matter.
void tst_Interlock::anotherExclusionIsLostMeanwhile()
{
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY(made);
    const QString other = bench.id("lena.fischer");
    bench.faults({GateBench::fault("PATCH", "/conditionalAccess/policies/", {{QStringLiteral("delayMs"), 400}})});
    whenFaultsAreUsed(bench, [&] { QCOMPARE(bench.tamper(made->id, {other}, {bench.group}), 204); });
    const auto added = QCoro::waitFor(bench.lock().addExclusions(made->id, {other}, {}, {}));
    QVERIFY(!added);
    QCOMPARE(added.error().code, QStringLiteral("exclusionLost"));
    QCOMPARE(bench.stateOf(made->id), QStringLiteral("disabled"));
}

void tst_Interlock::looseningNeedsNothing()
{
    LockBench bench;
    GATE_READY(bench);
    const auto made = bench.create();
    QVERIFY(made);
    QVERIFY(bench.arm(made->id));
    QCOMPARE(bench.client->remove(QStringLiteral("/groups/") + bench.group).status, 204); // even now
    QVERIFY(QCoro::waitFor(bench.lock().loosen(made->id, CaPolicy::State::ReportOnly, {})));
    QCOMPARE(bench.stateOf(made->id), QStringLiteral("enabledForReportingButNotEnforced"));
    QVERIFY(!QCoro::waitFor(bench.lock().loosen(made->id, CaPolicy::State::Enabled, {})));
    QVERIFY(!QCoro::waitFor(bench.lock().loosen(made->id, CaPolicy::State::Unknown, {})));
    QCOMPARE(bench.stateOf(made->id), QStringLiteral("enabledForReportingButNotEnforced"));
    QVERIFY(QCoro::waitFor(bench.lock().remove(made->id, {})));
    QVERIFY(QCoro::waitFor(bench.lock().remove(made->id, {}))); // gone is gone
    QVERIFY(QCoro::waitFor(bench.lock().loosen(made->id, CaPolicy::State::Disabled, {})));
    const qsizetype before = bench.writes().size();
    const auto added = QCoro::waitFor(bench.lock().addExclusions(made->id, {bench.id("lena.fischer")}, {}, {}));
    QVERIFY(!added);
    QCOMPARE(added.error().kind, Error::Kind::NotFound);
    QCOMPARE(bench.writes().size(), before);
}

QTEST_GUILESS_MAIN(tst_Interlock)
#include "tst_Interlock.moc"
