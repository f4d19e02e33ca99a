// A policy that keeps its name and exclusions and still no longer shuts the gate: refused before a run, drift after it.
#include "gate/judge/Drift.h"
#include "gate/judge/Refusals.h"
#include "gate/run/EvidenceJson.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>
#include <functional>

using namespace pimgate;
using Spoil = std::function<void(CaPolicy &)>;
Q_DECLARE_METATYPE(Spoil)

namespace {

/// Whether anybody can open the gate is another matter here.
Openable somebodyCan()
{
    Openable paths;
    paths.answer = Openable::Answer::Yes;
    return paths;
}

Snapshot armed()
{
    Snapshot snapshot;
    Application application;
    application.id = QStringLiteral("sp-1");
    application.appId = QStringLiteral("app-1");
    application.displayName = QStringLiteral("NinjaOne");
    application.sso = Application::Sso::Saml;
    snapshot.application = application;
    Group group;
    group.id = QStringLiteral("group-1");
    snapshot.group = group;
    CaPolicy policy;
    policy.id = QStringLiteral("policy-1");
    policy.displayName = QStringLiteral("PIM only: NinjaOne");
    policy.state = CaPolicy::State::Enabled;
    policy.includeUsers = {QStringLiteral("All")};
    policy.excludeGroups = {group.id};
    policy.includeApplications = {application.appId};
    policy.clientAppTypes = {QStringLiteral("all")};
    policy.builtInControls = {QStringLiteral("block")};
    snapshot.policy = policy;
    return snapshot;
}

QString textOf(const QList<Finding> &findings, const QString &key)
{
    const auto found =
        std::find_if(findings.begin(), findings.end(), [&key](const Finding &finding) { return finding.key == key; });
    return found != findings.end() && found->weight == Finding::Weight::Drift ? found->text : QString();
}

QJsonObject withCondition(const char *name, const QJsonValue &value)
{
    return {{QStringLiteral("conditions"), QJsonObject{{QLatin1String(name), value}}}};
}

} // namespace

class tst_PolicyShape : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asMadeIsNoFinding()
    {
        Snapshot snapshot = armed();
        QVERIFY(drift({}, snapshot, {}, somebodyCan()).isEmpty());
        // As Graph writes an unused condition.
        snapshot.policy->raw = withCondition("platforms", QJsonValue::Null);
        QVERIFY(drift({}, snapshot, {}, somebodyCan()).isEmpty());
        snapshot.policy->raw = withCondition("signInRiskLevels", QJsonArray());
        QVERIFY(drift({}, snapshot, {}, somebodyCan()).isEmpty());
    }

    void changedShapes_data()
    {
        QTest::addColumn<Spoil>("spoil");
        QTest::addColumn<QString>("field");
        const auto row = [](const char *field, const Spoil &spoil) {
            QTest::newRow(field) << spoil << QString::fromLatin1(field);
        };
        row("includeUsers", [](CaPolicy &policy) { policy.includeUsers = {QStringLiteral("user-7")}; });
        row("includeApplications", [](CaPolicy &policy) { policy.includeApplications = {QStringLiteral("app-2")}; });
        row("excludeApplications", [](CaPolicy &policy) { policy.excludeApplications = {QStringLiteral("app-1")}; });
        row("clientAppTypes", [](CaPolicy &policy) { policy.clientAppTypes = {QStringLiteral("browser")}; });
        row("grantControls", [](CaPolicy &policy) { policy.builtInControls = {QStringLiteral("mfa")}; });
        row("platforms", [](CaPolicy &policy) { policy.raw = withCondition("platforms", QJsonObject{}); });
        row("locations", [](CaPolicy &policy) { policy.raw = withCondition("locations", QJsonObject{}); });
        row("insiderRiskLevels",
            [](CaPolicy &policy) { policy.raw = withCondition("insiderRiskLevels", QStringLiteral("elevated")); });
        row("signInRiskLevels",
            [](CaPolicy &policy) { policy.raw = withCondition("signInRiskLevels", QJsonArray{QStringLiteral("high")}); });
    }

    void changedShapes()
    {
        QFETCH(Spoil, spoil);
        QFETCH(QString, field);
        Snapshot snapshot = armed();
        spoil(*snapshot.policy);
        const QList<Finding> findings = drift({}, snapshot, {}, somebodyCan());
        const QString text = textOf(findings, QStringLiteral("policyChanged"));
        QVERIFY2(text.contains(field) && text.contains(QStringLiteral("PIM only: NinjaOne")), qPrintable(text));
        QCOMPARE(verifyStatus(findings, true), 1);

        Blueprint blueprint;
        const QList<Error> errors = refusals(blueprint, snapshot);
        const bool refused = std::any_of(errors.begin(), errors.end(), [&field](const Error &error) {
            return error.where == QLatin1String("conditionalAccess.displayName") && error.message.contains(field);
        });
        QVERIFY2(refused, "what verify calls drift, apply refuses");
    }

    /// An exclusion only loosens: apply goes on, verify tells.
    void wholeRolesAndGuests()
    {
        Snapshot snapshot = armed();
        snapshot.policy->excludeRoles = {QStringLiteral("role-1")};
        const QJsonObject users{{QStringLiteral("excludeGuestsOrExternalUsers"), QJsonObject()}};
        snapshot.policy->raw = withCondition("users", users);
        const QList<Finding> findings = drift({}, snapshot, {}, somebodyCan());
        QVERIFY(!textOf(findings, QStringLiteral("excludedToo:role-1")).isEmpty());
        QVERIFY(!textOf(findings, QStringLiteral("excludedToo:guests")).isEmpty());
        QVERIFY(textOf(findings, QStringLiteral("policyChanged")).isEmpty());
        QVERIFY(refusals({}, snapshot).isEmpty());
    }

    void evidenceThereAndBack()
    {
        ArmingEvidence evidence;
        evidence.at = QDateTime::fromString(QStringLiteral("2026-05-12T12:00:00Z"), Qt::ISODate);
        evidence.problem = QStringLiteral("The policy would not block Ada.");
        evidence.lines << ArmingEvidence::Line{QStringLiteral("Ada"),  QStringLiteral("id-1"), ArmingRole::Eligible, true, false,
                                               QStringLiteral("users")};
        evidence.lines << ArmingEvidence::Line{
            QStringLiteral("Break glass"), QStringLiteral("id-2"), ArmingRole::BreakGlass, false, false, {}};
        const auto back = armingFrom(toJson(evidence));
        QVERIFY(back.has_value());
        QCOMPARE(back->at, evidence.at);
        QCOMPARE(back->problem, evidence.problem);
        QCOMPARE(toJson(*back), toJson(evidence));
        QVERIFY(!back->lines[0].asExpected() && back->lines[1].asExpected());

        RunRecord run;
        QVERIFY(keptArming(run).has_value() && !keptArming(run)->has_value());
        QJsonObject broken = toJson(evidence);
        broken.insert(QStringLiteral("lines"), QJsonArray{QJsonObject{{QStringLiteral("who"), 7}}});
        run.result = {{QStringLiteral("evidence"), broken}};
        const auto refused = keptArming(run);
        QVERIFY(!refused);
        QVERIFY(refused.error().is(Error::Kind::Storage));
        QCOMPARE(refused.error().where, QStringLiteral("evidence.lines[0]"));
    }
};

QTEST_GUILESS_MAIN(tst_PolicyShape)
#include "tst_PolicyShape.moc"
