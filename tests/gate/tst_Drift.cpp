// What verify finds in a tenant that somebody changed after the gate was built: each change by its own sentence, nothing else.
#include "gate/DriftBench.h"

using namespace pimgate;
using namespace pimgate::test;

using Weight = Finding::Weight;
using Back = DriftBench::Back;
using Spoil = std::function<Back(DriftBench &)>;
Q_DECLARE_METATYPE(Spoil)

class tst_Drift : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void changes_data();
    void changes();
    void namedRules_data();
    void namedRules();
    void renamedPolicy();
    void reportOnlyIsNotEnforced();
    void unreadPart();
    void weights();

private:
    void isFound(DriftBench &bench);

    std::unique_ptr<DriftBench> m_bench; ///< the gate, armed; each row puts back what it changed
    std::unique_ptr<DriftBench> m_named; ///< one whose blueprint names every rule
};

namespace {

QJsonArray strings(std::initializer_list<const char *> list)
{
    QJsonArray array;
    for (const char *one : list)
        array << QLatin1String(one);
    return array;
}

void columns()
{
    QTest::addColumn<Spoil>("change");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("weight");
}

void row(const char *what, const char *key, const char *text, const Spoil &change, Weight weight = Weight::Drift)
{
    QTest::newRow(what) << change << QString::fromLatin1(key) << QString::fromUtf8(text) << int(weight);
}

QJsonObject about(const QJsonArray &include, const QJsonArray &exclude = {})
{
    return {{QStringLiteral("includeApplications"), include}, {QStringLiteral("excludeApplications"), exclude}};
}

QJsonObject everybody(const QString &exceptGroup = {})
{
    QJsonObject users{{QStringLiteral("includeUsers"), strings({"All"})}};
    if (!exceptGroup.isEmpty())
        users.insert(QStringLiteral("excludeGroups"), QJsonArray{exceptGroup});
    return users;
}

} // namespace

/// Takes the loudest finding out, and says whether it was there.
static bool tellsLockedOut(QList<Finding> &findings)
{
    return findings.removeIf([](const Finding &finding) { return finding.key == QLatin1String("lockedOut"); }) > 0;
}

/// Without the note that a clean gate with an untargeted context has.
static QList<Finding> besideTheContext(QList<Finding> findings)
{
    findings.removeIf([](const Finding &finding) { return finding.key == QLatin1String("contextNotTargeted"); });
    return findings;
}

void tst_Drift::initTestCase()
{
    m_bench = std::make_unique<DriftBench>();
    GATE_READY(*m_bench);
    m_named = std::make_unique<DriftBench>(QJsonObject{{QStringLiteral("mfa"), false},
                                                       {QStringLiteral("justification"), true},
                                                       {QStringLiteral("ticket"), true},
                                                       {QStringLiteral("authenticationContext"), QStringLiteral("c1")}});
    GATE_READY(*m_named);
    for (DriftBench *bench : {m_bench.get(), m_named.get()}) {
        QList<Finding> clean = bench->findings();
        if (bench == m_named.get()) { // nothing targets the context that it names: PIM asks for MFA instead
            QVERIFY2(clean.size() == 1 && clean.first().key == QLatin1String("contextNotTargeted"), listed(clean).constData());
            clean.clear();
        }
        QVERIFY2(clean.isEmpty(), listed(clean).constData());
        QVERIFY2(bench->problem.isEmpty(), qPrintable(bench->problem));
        QCOMPARE(verifyStatus(clean, false), 0);
    }
}

void tst_Drift::changes_data()
{
    columns();
    row("break-glass exclusion removed", "exclusionRemoved:", "Break glass 1 is no longer left out of the policy",
        [](DriftBench &b) { return b.users("excludeUsers", {}); });
    row("group exclusion removed", "exclusionRemoved:", "PIM-NinjaOne-Admins is no longer left out of the policy",
        [](DriftBench &b) { return b.users("excludeGroups", {}); });
    row("somebody excluded", "excludedToo:", "Sam Porter is left out of the policy",
        [](DriftBench &b) { return b.users("excludeUsers", {b.id("sam.porter")}, true); });
    row("a role excluded", "excludedToo:", "A whole directory role",
        [](DriftBench &b) { return b.users("excludeRoles", strings({"62e90394-69f5-4237-9190-012177145e10"})); });
    row("fewer people included", "policyChanged", "it is about",
        [](DriftBench &b) { return b.users("includeUsers", {b.id("sam.porter")}); });
    row("about another application", "policyChanged", "no longer blocks everyone from NinjaOne: it is about other applications",
        [](DriftBench &b) {
            const QString other = b.GateBench::application("KaseyaOne")[QLatin1String("appId")].toString();
            return b.condition("applications", about({other}));
        });
    row("asks for MFA instead of blocking", "policyChanged", "it asks for mfa (grantControls)", [](DriftBench &b) {
        return b.ofPolicy("grantControls", QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                                       {QStringLiteral("builtInControls"), strings({"mfa"})}});
    });
    row("trusted places left out", "policyChanged", "it holds under a further condition only (locations)", [](DriftBench &b) {
        return b.condition("locations", QJsonObject{{QStringLiteral("includeLocations"), strings({"All"})},
                                                    {QStringLiteral("excludeLocations"), strings({"AllTrusted"})}});
    });
    row(
        "policy switched off", "notEnforced", "Not enforced: the policy PIM only: NinjaOne is off.",
        [](DriftBench &b) { return b.ofPolicy("state", QStringLiteral("disabled")); }, Weight::NotEnforced);
    row(
        "policy back in report-only", "notEnforced", "Not enforced: the policy PIM only: NinjaOne is in report-only.",
        [](DriftBench &b) { return b.ofPolicy("state", QStringLiteral("enabledForReportingButNotEnforced")); },
        Weight::NotEnforced);

    row("member added outside PIM", "memberOutsidePim:", "Sam Porter is a member of the group, added outside PIM.",
        [](DriftBench &b) { return b.linked("members", b.id("sam.porter")); });
    row(
        "active in PIM without activating", "activeAssigned:", "Sam Porter is in the group without activating",
        [](DriftBench &b) { return b.activeInPim("sam.porter"); }, Weight::Note);
    row("assigned directly", "directlyAssigned:", "Sam Porter is assigned to the application directly.",
        [](DriftBench &b) { return b.assigned(b.id("sam.porter")); });
    row("group no longer assigned", "assignment", "PIM-NinjaOne-Admins is not assigned to NinjaOne",
        [](DriftBench &b) { return b.groupUnassigned(); });
    row("assignment no longer required", "required", "NinjaOne does not require assignment any more",
        [](DriftBench &b) { return b.assignmentNotRequired(); });
    row("no longer eligible", "eligible:", "Jonas Weber is not eligible",
        [](DriftBench &b) { return b.eligibility("adminRemove", "jonas.weber"); });
    row("eligible for longer", "eligible:", "Jonas Weber is eligible until", [](DriftBench &b) {
        const QString jonas = b.id("jonas.weber");
        b.must(demotest::askPim(*b.client, "eligibility", "adminUpdate", b.group, jonas, demotest::lasting("P300D")));
        return Back([&b, jonas] {
            b.must(demotest::askPim(*b.client, "eligibility", "adminUpdate", b.group, jonas, demotest::lasting("P90D")));
        });
    });
    row(
        "somebody else eligible", "eligibleToo:", "Sam Porter is eligible too",
        [](DriftBench &b) { return b.eligibility("adminAssign", "sam.porter", demotest::lasting("P90D")); }, Weight::Note);

    row("longer activations", "rules:maximumDuration", "Longest activation: 12 hour(s), asked was 2 hour(s).", [](DriftBench &b) {
        return b.rule("Expiration_EndUser_Assignment", {{QStringLiteral("maximumDuration"), QStringLiteral("PT12H")}});
    });
    row("MFA removed, a default", "rules:mfa", "MFA: not required on activation, the group was made with it.",
        [](DriftBench &b) { return b.enabledRules(strings({"Justification"})); });
    row("reason removed, a default", "rules:justification", "Reason: not required on activation",
        [](DriftBench &b) { return b.enabledRules(strings({"MultiFactorAuthentication"})); });
    row("approval removed", "rules:approval",
        "Nobody has to approve activations any more, asked was approval by Lena Fischer, Omar Haddad.", [](DriftBench &b) {
            QJsonObject rule = demotest::ruleOf(demotest::memberPolicy(*b.client, b.group), "Approval_EndUser_Assignment");
            QJsonObject setting = rule[QLatin1String("setting")].toObject();
            setting.insert(QStringLiteral("isApprovalRequired"), false);
            return b.rule("Approval_EndUser_Assignment", {{QStringLiteral("setting"), setting}});
        });
    row("an approver taken out", "approverRemoved:", "Omar Haddad is no longer asked to approve activations.",
        [](DriftBench &b) { return b.approvers({"lena.fischer"}); });
    row("an approver put in", "approverToo:", "Sam Porter may approve activations too", [](DriftBench &b) {
        return b.approvers({"lena.fischer", "omar.haddad", "sam.porter"});
    });

    row("another policy blocks everybody",
        "otherPolicy:", "The policy Block NinjaOne blocks everyone from NinjaOne, also those who have activated.",
        [](DriftBench &b) { return b.another("Block NinjaOne", about({b.appId}), everybody(), "block"); });
    row(
        "another policy blocks and leaves the group out",
        "otherPolicy:", "The policy Second block blocks sign-ins to NinjaOne too.",
        [](DriftBench &b) { return b.another("Second block", about({b.appId}), everybody(b.group), "block"); }, Weight::Note);
    row(
        "another policy spares the application",
        "otherPolicy:", "The policy MFA for all is about all applications and leaves NinjaOne out.",
        [](DriftBench &b) { return b.another("MFA for all", about(strings({"All"}), {b.appId}), everybody(), "mfa"); },
        Weight::Note);
    row(
        "old protocols are blocked", "", "",
        [](DriftBench &b) { return b.another("No old protocols", about(strings({"All"})), everybody(), "block", "other"); },
        Weight::Note);
    row(
        "MFA for all applications", "", "",
        [](DriftBench &b) { return b.another("MFA for all", about(strings({"All"})), everybody(), "mfa"); }, Weight::Note);
}

void tst_Drift::changes()
{
    isFound(*m_bench);
}

void tst_Drift::namedRules_data()
{
    columns();
    row("ticket removed", "rules:ticket", "Ticket: not required on activation, asked was required.",
        [](DriftBench &b) { return b.enabledRules(strings({"Justification"})); });
    row("reason removed", "rules:justification", "Reason: not required on activation, asked was required.",
        [](DriftBench &b) { return b.enabledRules(strings({"Ticketing"})); });
    row("authentication context removed", "rules:authenticationContext", "Authentication context: none, asked was c1.",
        [](DriftBench &b) {
            return b.rule("AuthenticationContext_EndUser_Assignment",
                          {{QStringLiteral("isEnabled"), false}, {QStringLiteral("claimValue"), QJsonValue()}});
        });
}

void tst_Drift::namedRules()
{
    isFound(*m_named);
}

/// One change is one finding; without the change there is none. Planning sends reads only.
void tst_Drift::isFound(DriftBench &bench)
{
    QFETCH(Spoil, change);
    QFETCH(QString, key);
    QFETCH(QString, text);
    QFETCH(int, weight);
    const Back back = change(bench);
    QList<Finding> found = besideTheContext(bench.findings());
    static const QStringList shutsOut{QStringLiteral("break-glass exclusion removed"), QStringLiteral("group exclusion removed"),
                                      QStringLiteral("group no longer assigned"),
                                      QStringLiteral("another policy blocks everybody")};
    QCOMPARE(tellsLockedOut(found), shutsOut.contains(QLatin1String(QTest::currentDataTag())));
    back();
    const QList<Finding> again = besideTheContext(bench.findings());
    QVERIFY2(found.size() == (key.isEmpty() ? 0 : 1), listed(found).constData());
    if (!key.isEmpty()) {
        const Finding &one = found.first();
        QVERIFY2(one.key.startsWith(key) && one.text.contains(text) && int(one.weight) == weight, listed(found).constData());
    }
    QCOMPARE(verifyStatus(found, false), weight == int(Weight::Note) ? 0 : 1);
    QVERIFY2(again.isEmpty(), listed(again).constData());
    QVERIFY2(bench.problem.isEmpty(), qPrintable(bench.problem));
}

/// Without history a policy is known by its name: the one that blocks is then another one.
void tst_Drift::renamedPolicy()
{
    const Back back = m_bench->ofPolicy("displayName", QStringLiteral("Old gate"));
    const QList<Finding> found = m_bench->findings();
    QVERIFY2(found.size() == 2 && found.at(0).key == QLatin1String("policy") && found.at(0).weight == Weight::Drift &&
                 found.at(1).text == QLatin1String("The policy Old gate blocks sign-ins to NinjaOne too."),
             listed(found).constData());
    back();
    QVERIFY2(m_bench->findings().isEmpty(), listed(m_bench->findings()).constData());
}

void tst_Drift::reportOnlyIsNotEnforced()
{
    GateBench bench;
    GATE_READY(bench);
    const QJsonObject wish = bench.wish("NinjaOne", false);
    ENDS(bench.apply(wish), "verified");
    const auto plan = bench.plan(wish);
    QVERIFY(plan);
    QCOMPARE(plan->findings.size(), 1);
    QCOMPARE(plan->findings.first().weight, Weight::NotEnforced);
    QCOMPARE(verifyStatus(plan->findings, false), 1);
    QCOMPARE(verifyStatus(plan->findings, true), 0);
}

void tst_Drift::unreadPart()
{
    for (const char *part : {"/assignmentScheduleInstances", "/owners"}) {
        m_bench->faults({GateBench::fault("GET", part, {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 20}})});
        const auto plan = m_bench->plan(m_bench->wanted);
        m_bench->faults({});
        QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().text()));
        QVERIFY2(verifyStatus(plan->findings, false) == 2, listed(plan->findings).constData());
    }
}

void tst_Drift::weights()
{
    const Finding drifted{Weight::Drift, {}, {}}, open{Weight::NotEnforced, {}, {}}, unread{Weight::NotChecked, {}, {}},
        note{Weight::Note, {}, {}};
    QCOMPARE(verifyStatus({}, false), 0);
    QCOMPARE(verifyStatus({note}, false), 0);
    QCOMPARE(verifyStatus({unread, note}, false), 2);
    QCOMPARE(verifyStatus({unread, drifted}, false), 1); // drift wins over not checked
    QCOMPARE(verifyStatus({unread, open}, false), 1);
    QCOMPARE(verifyStatus({unread, open}, true), 2);
}

QTEST_GUILESS_MAIN(tst_Drift)
#include "tst_Drift.moc"
