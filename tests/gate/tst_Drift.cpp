// What verify finds in a tenant that somebody changed after the gate was built.
#include "gate/GateBench.h"

using namespace pimgate;
using namespace pimgate::test;

namespace {

QByteArray listed(const QList<Finding> &findings)
{
    QStringList lines;
    for (const Finding &finding : findings)
        lines << QStringLiteral("%1 [%2] %3").arg(QString::number(int(finding.weight)), finding.key, finding.text);
    return lines.join(QLatin1Char('\n')).toUtf8();
}

} // namespace

class tst_Drift : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void changes_data();
    void changes();
    void reportOnlyIsNotEnforced();
    void unreadPart();
    void weights();

private:
    std::unique_ptr<GateBench> m_bench; ///< the gate, armed; each row puts back what it changed
    QString m_group, m_policy, m_application;
};

void tst_Drift::initTestCase()
{
    m_bench = std::make_unique<GateBench>();
    GATE_READY(*m_bench);
    ENDS(m_bench->apply(m_bench->wish("NinjaOne", true)), "verified");
    m_group = m_bench->row("groups", "displayName", QStringLiteral("PIM-NinjaOne-Admins"))[QLatin1String("id")].toString();
    m_policy = m_bench->policy("NinjaOne")[QLatin1String("id")].toString();
    m_application = m_bench->application("NinjaOne")[QLatin1String("id")].toString();
    const auto plan = m_bench->plan(m_bench->wish("NinjaOne", true));
    QVERIFY(plan);
    QVERIFY2(plan->findings.isEmpty(), listed(plan->findings).constData());
    QCOMPARE(verifyStatus(plan->findings, false), 0);
}

void tst_Drift::changes_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("name");
    const auto row = [](const char *what, const char *key, const char *name) {
        QTest::newRow(what) << QString::fromLatin1(what) << QString::fromLatin1(key) << QString::fromUtf8(name);
    };
    row("break-glass exclusion removed", "exclusionRemoved:", "Break glass 1");
    row("group exclusion removed", "exclusionRemoved:", "PIM-NinjaOne-Admins");
    row("somebody excluded", "excludedToo:", "Sam Porter");
    row("a role excluded", "excludedToo:", "role");
    row("fewer people included", "policyChanged", "includeUsers");
    row("asks for MFA instead of blocking", "policyChanged", "grantControls");
    row("trusted places left out", "policyChanged", "locations");
    row("member added outside PIM", "memberOutsidePim:", "Sam Porter");
    row("assigned directly", "directlyAssigned:", "Sam Porter");
    row("assignment no longer required", "required", "Only assigned people");
    row("rules loosened", "rules", "Activation rules");
    row("policy switched off", "notEnforced", "off");
}

void tst_Drift::changes()
{
    QFETCH(QString, what);
    QFETCH(QString, key);
    QFETCH(QString, name);
    const auto &client = *m_bench->client;
    const QString policyPath = QStringLiteral("/identity/conditionalAccess/policies/") + m_policy;
    const QString sam = m_bench->id("sam.porter");
    const QJsonObject conditions = client.get(policyPath).json()[QLatin1String("conditions")].toObject();
    const QJsonObject grant = client.get(policyPath).json()[QLatin1String("grantControls")].toObject();
    const auto setUsers = [&](const char *member, const QJsonArray &value) {
        QJsonObject users = conditions[QLatin1String("users")].toObject();
        users.insert(QLatin1String(member), value);
        QCOMPARE(client.patch(policyPath, {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), users}}}}).status,
                 204);
    };
    std::function<void()> back = [&] {
        client.patch(policyPath, {{QStringLiteral("conditions"), conditions}, {QStringLiteral("grantControls"), grant}});
    };
    if (what == QLatin1String("break-glass exclusion removed")) {
        setUsers("excludeUsers", {});
    } else if (what == QLatin1String("group exclusion removed")) {
        setUsers("excludeGroups", {});
    } else if (what == QLatin1String("somebody excluded")) {
        QJsonArray excluded = conditions[QLatin1String("users")][QLatin1String("excludeUsers")].toArray();
        excluded << sam;
        setUsers("excludeUsers", excluded);
    } else if (what == QLatin1String("a role excluded")) {
        setUsers("excludeRoles", {QStringLiteral("62e90394-69f5-4237-9190-012177145e10")});
    } else if (what == QLatin1String("fewer people included")) {
        setUsers("includeUsers", {sam});
    } else if (what == QLatin1String("asks for MFA instead of blocking")) {
        QJsonObject mfa = grant;
        mfa.insert(QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("mfa")});
        QCOMPARE(client.patch(policyPath, {{QStringLiteral("grantControls"), mfa}}).status, 204);
    } else if (what == QLatin1String("trusted places left out")) {
        const QJsonObject locations{{QStringLiteral("includeLocations"), QJsonArray{QStringLiteral("All")}},
                                    {QStringLiteral("excludeLocations"), QJsonArray{QStringLiteral("AllTrusted")}}};
        QCOMPARE(client.patch(policyPath, {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("locations"), locations}}}})
                     .status,
                 204);
        back = [&] {
            QJsonObject without = conditions;
            without.insert(QStringLiteral("locations"), QJsonValue::Null);
            client.patch(policyPath, {{QStringLiteral("conditions"), without}});
        };
    } else if (what == QLatin1String("member added outside PIM")) {
        const QJsonObject member{
            {QStringLiteral("@odata.id"), m_bench->cloud.graphUrl(QStringLiteral("/directoryObjects/") + sam).toString()}};
        QCOMPARE(client.post(QStringLiteral("/groups/%1/members/$ref").arg(m_group), member).status, 204);
        back = [&] { client.remove(QStringLiteral("/groups/%1/members/%2/$ref").arg(m_group, sam)); };
    } else if (what == QLatin1String("assigned directly")) {
        const QJsonObject body{{QStringLiteral("principalId"), sam},
                               {QStringLiteral("resourceId"), m_application},
                               {QStringLiteral("appRoleId"), QLatin1String(defaultAccessRole)}};
        const auto made = client.post(QStringLiteral("/servicePrincipals/%1/appRoleAssignedTo").arg(m_application), body);
        QCOMPARE(made.status, 201);
        back = [&, id = made.text("id")] {
            client.remove(QStringLiteral("/servicePrincipals/%1/appRoleAssignedTo/%2").arg(m_application, id));
        };
    } else if (what == QLatin1String("assignment no longer required")) {
        const auto set = [&](bool on) {
            return client
                .patch(QStringLiteral("/servicePrincipals/") + m_application, {{QStringLiteral("appRoleAssignmentRequired"), on}})
                .status;
        };
        QCOMPARE(set(false), 204);
        back = [set] { set(true); };
    } else if (what == QLatin1String("rules loosened")) {
        const auto set = [&](const char *duration) {
            return demotest::changeRules(client, m_group,
                                         {{QStringLiteral("Expiration_EndUser_Assignment"),
                                           QJsonObject{{QStringLiteral("maximumDuration"), QLatin1String(duration)}}}})
                .status;
        };
        QCOMPARE(set("PT12H"), 200);
        back = [set] { set("PT2H"); };
    } else {
        const auto set = [&](const char *state) {
            return client.patch(policyPath, {{QStringLiteral("state"), QLatin1String(state)}}).status;
        };
        QCOMPARE(set("disabled"), 204);
        back = [set] { set("enabled"); };
    }
    const qsizetype writes = m_bench->writes().size();
    const auto plan = m_bench->plan(m_bench->wish("NinjaOne", true));
    QVERIFY(plan);
    QCOMPARE(m_bench->writes().size(), writes);
    const auto named = [&](const Finding &finding) { return finding.key.startsWith(key) && finding.text.contains(name); };
    QVERIFY2(std::any_of(plan->findings.cbegin(), plan->findings.cend(), named), listed(plan->findings).constData());
    QCOMPARE(verifyStatus(plan->findings, false), 1);
    back();
    const auto again = m_bench->plan(m_bench->wish("NinjaOne", true));
    QVERIFY(again);
    QVERIFY2(verifyStatus(again->findings, false) == 0, listed(again->findings).constData());
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
    QCOMPARE(plan->findings.first().weight, Finding::Weight::NotEnforced);
    QCOMPARE(verifyStatus(plan->findings, false), 1);
    QCOMPARE(verifyStatus(plan->findings, true), 0);
}

void tst_Drift::unreadPart()
{
    m_bench->faults({GateBench::fault("GET", "/assignmentScheduleInstances",
                                      {{QStringLiteral("status"), 403}, {QStringLiteral("times"), 20}})});
    const auto plan = m_bench->plan(m_bench->wish("NinjaOne", true));
    m_bench->faults({});
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().text()));
    QVERIFY2(verifyStatus(plan->findings, false) == 2, listed(plan->findings).constData());
}

void tst_Drift::weights()
{
    const Finding drifted{Finding::Weight::Drift, {}, {}}, open{Finding::Weight::NotEnforced, {}, {}},
        unread{Finding::Weight::NotChecked, {}, {}}, note{Finding::Weight::Note, {}, {}};
    QCOMPARE(verifyStatus({}, false), 0);
    QCOMPARE(verifyStatus({note}, false), 0);
    QCOMPARE(verifyStatus({unread, note}, false), 2);
    QCOMPARE(verifyStatus({unread, drifted}, false), 1); // drift wins over not checked
    QCOMPARE(verifyStatus({unread, open}, false), 1);
    QCOMPARE(verifyStatus({unread, open}, true), 2);
}

QTEST_GUILESS_MAIN(tst_Drift)
#include "tst_Drift.moc"
