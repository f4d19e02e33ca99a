#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <QFile>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using pimgate::demo::DemoTenant;

/// Conditional Access policies and What-If as a client meets them over HTTP.
class tst_DemoConditionalAccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void createsReadsChangesDeletes();
    void refuses_data();
    void refuses();
    void publicClientAndServicePrincipalId();
    void switchesAlthoughGroupIsGone();
    void securityDefaults();
    void scopesAndRoles();
    void whatIf_data();
    void whatIf();
    void whatIfFollowsMembership();
    void whatIfNeedsInformation();
    void contextsAndLocations();

private:
    DemoClient client(const char *name, const QString &scope = QStringLiteral(".default"));
    QString appId(const char *displayName);
    QJsonObject evaluate(const QString &userId, const QString &appId, const QJsonObject &conditions = {});
    QString create(const QJsonObject &policy);

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    QString m_group, m_app;
};

namespace {

const QString kPolicies = QStringLiteral("/identity/conditionalAccess/policies");

QJsonObject with(QJsonObject object, const QString &member, const QJsonValue &value)
{
    object.insert(member, value);
    return object;
}

QJsonObject wizardPolicy(const QString &appId, const QString &groupId)
{
    const QJsonObject users{{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}},
                            {QStringLiteral("excludeGroups"), QJsonArray{groupId}}};
    return {
        {QStringLiteral("displayName"), QStringLiteral("PIM only: NinjaOne")},
        {QStringLiteral("state"), QStringLiteral("enabledForReportingButNotEnforced")},
        {QStringLiteral("conditions"),
         QJsonObject{{QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
                     {QStringLiteral("applications"), QJsonObject{{QStringLiteral("includeApplications"), QJsonArray{appId}}}},
                     {QStringLiteral("users"), users}}},
        {QStringLiteral("grantControls"), QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                                                      {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("block")}}}}};
}

/// The policy with one member of its conditions replaced.
QJsonObject withCondition(const QJsonObject &policy, const char *member, const QJsonValue &value)
{
    return with(policy, QStringLiteral("conditions"),
                with(policy[QLatin1String("conditions")].toObject(), QLatin1String(member), value));
}

QJsonObject withUsers(const QJsonObject &policy, const QJsonObject &users)
{
    return withCondition(policy, "users", users);
}

QJsonObject list(const char *member, const QStringList &values)
{
    return {{QLatin1String(member), QJsonArray::fromStringList(values)}};
}

const QString kNobody = QStringLiteral("11111111-2222-3333-4444-555555555555");

} // namespace

void tst_DemoConditionalAccess::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    m_group = newGroup(*m_admin, QStringLiteral("PIM-Ninja"));
    m_app = appId("NinjaOne");
    QVERIFY(!m_app.isEmpty());
}

void tst_DemoConditionalAccess::cleanup()
{
    m_tenant.reset();
}

DemoClient tst_DemoConditionalAccess::client(const char *name, const QString &scope)
{
    DemoClient person(m_tenant->cloudFile());
    const QString refusal = person.signIn(upn(name), {}, scope);
    if (!refusal.isEmpty())
        qWarning().noquote() << refusal;
    return person;
}

QString tst_DemoConditionalAccess::appId(const char *displayName)
{
    return m_admin->get(QStringLiteral("/servicePrincipals?$filter=displayName eq '%1'").arg(QLatin1String(displayName)))
        .first()[QLatin1String("appId")]
        .toString();
}

QString tst_DemoConditionalAccess::create(const QJsonObject &policy)
{
    const Answer answer = m_admin->post(kPolicies, policy);
    if (answer.status != 201)
        qWarning().noquote() << answer.body;
    return answer.text("id");
}

/// The result for the one policy that these tests make.
QJsonObject tst_DemoConditionalAccess::evaluate(const QString &userId, const QString &appId, const QJsonObject &conditions)
{
    const Answer answer =
        m_admin->post(QStringLiteral("/identity/conditionalAccess/evaluate"),
                      {{QStringLiteral("signInIdentity"),
                        QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.userSignIn")},
                                    {QStringLiteral("userId"), userId}}},
                       {QStringLiteral("signInContext"),
                        QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.applicationContext")},
                                    {QStringLiteral("includeApplications"), QJsonArray{appId}}}},
                       {QStringLiteral("signInConditions"), conditions}});
    for (const auto &result : answer.value())
        if (result[QLatin1String("displayName")].toString() == QLatin1String("PIM only: NinjaOne"))
            return result.toObject();
    qWarning().noquote() << answer.body;
    return {};
}

void tst_DemoConditionalAccess::createsReadsChangesDeletes()
{
    const Answer created = m_admin->post(kPolicies, wizardPolicy(m_app, m_group));
    QCOMPARE(created.status, 201);
    const QString path = kPolicies + QLatin1Char('/') + created.text("id");
    const QJsonObject read = m_admin->get(path).json();
    QCOMPARE(read[QLatin1String("conditions")][QLatin1String("users")][QLatin1String("excludeUsers")].toArray().size(), 0);
    QVERIFY(read[QLatin1String("modifiedDateTime")].isNull());
    // A PATCH of the state leaves all else; a list that is sent replaces that list alone.
    QCOMPARE(m_admin->patch(path, {{QStringLiteral("state"), QStringLiteral("enabled")}}).status, 204);
    const QJsonObject users{{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}},
                            {QStringLiteral("excludeUsers"), QJsonArray{idOf(*m_admin, "ada.lindqvist")}}};
    QCOMPARE(m_admin->patch(path, {{QStringLiteral("conditions"), QJsonObject{{QStringLiteral("users"), users}}}}).status, 204);
    const QJsonObject after = m_admin->get(path).json();
    QCOMPARE(after[QLatin1String("state")].toString(), QStringLiteral("enabled"));
    QCOMPARE(after[QLatin1String("conditions")][QLatin1String("users")][QLatin1String("excludeGroups")].toArray(),
             QJsonArray{m_group});
    QCOMPARE(after[QLatin1String("conditions")][QLatin1String("users")][QLatin1String("excludeUsers")].toArray().size(), 1);
    QCOMPARE(after[QLatin1String("conditions")][QLatin1String("applications")],
             read[QLatin1String("conditions")][QLatin1String("applications")]);
    QVERIFY(after[QLatin1String("modifiedDateTime")].isString());

    QCOMPARE(m_admin->remove(path).status, 204);
    QCOMPARE(m_admin->get(path).status, 404);
    const QString deleted = QStringLiteral("/identity/conditionalAccess/deletedItems/policies");
    QCOMPARE(m_admin->get(deleted).value().size(), 1);
    QVERIFY(m_admin->get(deleted).first()[QLatin1String("deletedDateTime")].isString());
    const Answer restored = m_admin->send("POST", deleted + QLatin1Char('/') + created.text("id") + QStringLiteral("/restore"));
    QCOMPARE(restored.status, 200);
    QCOMPARE(m_admin->get(path).text("state"), QStringLiteral("enabled"));
    QVERIFY(m_admin->get(deleted).value().isEmpty());
    const QByteArray state = m_admin->control("GET", QStringLiteral("state")).body;
    for (const char *activity :
         {"Add conditional access policy", "Update conditional access policy", "Delete conditional access policy"})
        QVERIFY(state.contains(activity));
}

void tst_DemoConditionalAccess::refuses_data()
{
    QTest::addColumn<QString>("change");
    for (const char *each : {"unknown application", "unknown group", "unknown user", "unknown excluded user", "unknown location",
                             "nobody", "no application", "block and more", "unknown control", "no controls", "no operator",
                             "no client apps", "bad state", "no name", "unknown member"})
        QTest::newRow(each) << QString::fromLatin1(each);
}

void tst_DemoConditionalAccess::refuses()
{
    QFETCH(QString, change);
    const QJsonObject good = wizardPolicy(m_app, m_group);
    const auto grant = [](const QStringList &controls) {
        return QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                           {QStringLiteral("builtInControls"), QJsonArray::fromStringList(controls)}};
    };
    const QStringList all{QStringLiteral("All")};
    const QMap<QString, std::pair<QJsonObject, QString>> cases{
        {QStringLiteral("unknown application"),
         {wizardPolicy(kNobody, m_group),
          QStringLiteral("1034: Policy contains invalid applications: {\"%1\":\"ServicePrincipalNotFound\"}").arg(kNobody)}},
        {QStringLiteral("unknown group"),
         {wizardPolicy(m_app, kNobody), QStringLiteral("1054: Invalid group value: ") + kNobody}},
        {QStringLiteral("unknown user"), {withUsers(good, list("includeUsers", {kNobody})), QStringLiteral("1055: ")}},
        {QStringLiteral("unknown excluded user"),
         {withUsers(good, {{QStringLiteral("includeUsers"), QJsonArray::fromStringList(all)},
                           {QStringLiteral("excludeUsers"), QJsonArray{kNobody}}}),
          QStringLiteral("1055: ")}},
        {QStringLiteral("unknown location"),
         {withCondition(good, "locations", list("includeLocations", {kNobody})), QStringLiteral("1040: ")}},
        {QStringLiteral("nobody"), {withUsers(good, {}), QStringLiteral("1059: ")}},
        {QStringLiteral("no application"), {withCondition(good, "applications", QJsonObject()), QStringLiteral("1034: ")}},
        {QStringLiteral("block and more"),
         {with(good, QStringLiteral("grantControls"), grant({QStringLiteral("block"), QStringLiteral("mfa")})),
          QStringLiteral("1011: ")}},
        {QStringLiteral("unknown control"),
         {with(good, QStringLiteral("grantControls"), grant({QStringLiteral("prayer")})), QStringLiteral("1011: ")}},
        {QStringLiteral("no controls"),
         {with(good, QStringLiteral("grantControls"), QJsonValue::Null), QStringLiteral("1011: ")}},
        {QStringLiteral("no operator"),
         {with(good, QStringLiteral("grantControls"), list("builtInControls", {QStringLiteral("block")})),
          QStringLiteral("1011: ")}},
        {QStringLiteral("no client apps"), {withCondition(good, "clientAppTypes", QJsonArray()), QStringLiteral("1032: ")}},
        {QStringLiteral("bad state"), {with(good, QStringLiteral("state"), QStringLiteral("on")), QStringLiteral("1007: ")}},
        {QStringLiteral("no name"), {with(good, QStringLiteral("displayName"), QString()), QStringLiteral("displayName")}},
        {QStringLiteral("unknown member"), {withCondition(good, "user", QJsonObject()), QStringLiteral("1007: ")}}};
    QVERIFY(cases.contains(change));
    m_admin->sendsNonsense = true;
    const Answer answer = m_admin->post(kPolicies, cases.value(change).first);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), QStringLiteral("BadRequest"));
    QVERIFY2(answer.message().contains(cases.value(change).second), qPrintable(answer.message()));
}

void tst_DemoConditionalAccess::publicClientAndServicePrincipalId()
{
    const Answer clients = m_admin->get(QStringLiteral("/applications?$top=999&$select=appId,isFallbackPublicClient"));
    QString publicClient;
    for (const auto &application : clients.value())
        if (application[QLatin1String("isFallbackPublicClient")].toBool())
            publicClient = application[QLatin1String("appId")].toString();
    QVERIFY(!publicClient.isEmpty());
    QCOMPARE(
        m_admin->post(kPolicies, wizardPolicy(publicClient, m_group)).message(),
        QStringLiteral("1034: Policy contains invalid applications: {\"%1\":\"PublicClientsAreUnsupported\"}").arg(publicClient));
    const QString objectId = m_admin->get(QStringLiteral("/servicePrincipals?$filter=appId eq '%1'").arg(m_app))
                                 .first()[QLatin1String("id")]
                                 .toString();
    QVERIFY(
        m_admin->post(kPolicies, wizardPolicy(objectId, m_group)).message().contains(QLatin1String("ServicePrincipalNotFound")));
}

void tst_DemoConditionalAccess::switchesAlthoughGroupIsGone()
{
    const QString path = kPolicies + QLatin1Char('/') + create(wizardPolicy(m_app, m_group));
    QCOMPARE(m_admin->remove(QStringLiteral("/groups/") + m_group).status, 204);
    QCOMPARE(m_admin->patch(path, {{QStringLiteral("state"), QStringLiteral("disabled")}}).status, 204);
    QCOMPARE(m_admin->get(path)
                 .json()[QLatin1String("conditions")][QLatin1String("users")][QLatin1String("excludeGroups")][0]
                 .toString(),
             m_group);
}

void tst_DemoConditionalAccess::securityDefaults()
{
    const QString defaults = QStringLiteral("/policies/identitySecurityDefaultsEnforcementPolicy");
    const DemoClient breakGlass = [&] {
        DemoClient person(m_tenant->cloudFile());
        person.consent(QStringLiteral("Policy.ReadWrite.SecurityDefaults"));
        person.signIn(
            QStringLiteral("bg1@contosodemo.onmicrosoft.com"), {},
            QStringLiteral(
                "Policy.Read.All Policy.ReadWrite.SecurityDefaults Policy.ReadWrite.ConditionalAccess Application.Read.All"));
        return person;
    }();
    QCOMPARE(breakGlass.patch(defaults, {{QStringLiteral("isEnabled"), true}}).status, 204);
    const QString path = kPolicies + QLatin1Char('/') + create(wizardPolicy(m_app, m_group)); // report-only is accepted
    QCOMPARE(m_admin->get(path).status, 200);
    const Answer armed = m_admin->patch(path, {{QStringLiteral("state"), QStringLiteral("enabled")}});
    QCOMPARE(armed.status, 400);
    QVERIFY(armed.message().startsWith(QLatin1String("Security Defaults is enabled in the tenant.")));
    QCOMPARE(breakGlass.patch(defaults, {{QStringLiteral("isEnabled"), false}}).status, 204);
    QCOMPARE(m_admin->patch(path, {{QStringLiteral("state"), QStringLiteral("enabled")}}).status, 204);
}

void tst_DemoConditionalAccess::scopesAndRoles()
{
    const QJsonObject policy = wizardPolicy(m_app, m_group);
    // P22: the write scope alone is not enough.
    QCOMPARE(client("mira.kovac", QStringLiteral("Policy.ReadWrite.ConditionalAccess")).post(kPolicies, policy).code(),
             QStringLiteral("AccessDenied"));
    QCOMPARE(
        client("mira.kovac", QStringLiteral("Policy.ReadWrite.ConditionalAccess Policy.Read.All")).post(kPolicies, policy).status,
        403);
    QCOMPARE(client("mira.kovac", QStringLiteral("Policy.ReadWrite.ConditionalAccess Policy.Read.All Application.Read.All"))
                 .post(kPolicies, policy)
                 .status,
             201);
    QCOMPARE(client("mira.kovac", QStringLiteral("User.Read")).get(kPolicies).status, 403);
    QCOMPARE(client("ada.lindqvist").get(kPolicies).status, 403);
    const DemoClient olga = client("olga.ivanova"); // Security Reader
    QCOMPARE(olga.get(kPolicies).status, 200);
    QCOMPARE(olga.post(kPolicies, policy).status, 403);
}

void tst_DemoConditionalAccess::whatIf_data()
{
    QTest::addColumn<QString>("situation");
    QTest::addColumn<bool>("applies");
    QTest::addColumn<QString>("reasons");
    QTest::newRow("everybody") << QStringLiteral("everybody") << true << QStringLiteral("notSet");
    QTest::newRow("other application") << QStringLiteral("other application") << false << QStringLiteral("application");
    QTest::newRow("excluded user") << QStringLiteral("excluded user") << false << QStringLiteral("users");
    QTest::newRow("nested group") << QStringLiteral("nested group") << false << QStringLiteral("users");
    QTest::newRow("role") << QStringLiteral("role") << false << QStringLiteral("users");
    QTest::newRow("guests only") << QStringLiteral("guests only") << false << QStringLiteral("users");
    QTest::newRow("disabled") << QStringLiteral("disabled") << false << QStringLiteral("policyNotEnabled");
    QTest::newRow("nobody") << QStringLiteral("nobody") << false << QStringLiteral("users");
    QTest::newRow("two reasons") << QStringLiteral("two reasons") << false << QStringLiteral("users,application");
}

void tst_DemoConditionalAccess::whatIf()
{
    QFETCH(QString, situation);
    QFETCH(bool, applies);
    QFETCH(QString, reasons);
    const QString technicians =
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'All technicians'")).first()[QLatin1String("id")].toString();
    const QString all = QStringLiteral("All");
    const auto users = [&](const char *member, const QString &value) {
        return with(list("includeUsers", {all}), QLatin1String(member), QJsonArray{value});
    };
    QString who = idOf(*m_admin, "ada.lindqvist"), app = m_app;
    QJsonObject policy = wizardPolicy(m_app, m_group);
    if (situation == QLatin1String("other application"))
        app = appId("Microsoft Graph");
    else if (situation == QLatin1String("excluded user"))
        policy = withUsers(policy, users("excludeUsers", who));
    else if (situation == QLatin1String("nested group"))
        policy = withUsers(policy, users("excludeGroups", technicians)); // through Service Desk
    else if (situation == QLatin1String("role")) {
        who = idOf(*m_admin, "mira.kovac");
        policy = withUsers(policy, users("excludeRoles", QStringLiteral("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9")));
    } else if (situation == QLatin1String("guests only"))
        policy = withUsers(policy, list("includeUsers", {QStringLiteral("GuestsOrExternalUsers")}));
    else if (situation == QLatin1String("disabled"))
        policy.insert(QStringLiteral("state"), QStringLiteral("disabled"));
    else if (situation == QLatin1String("nobody"))
        policy = withUsers(policy, list("includeUsers", {QStringLiteral("None")}));
    else if (situation == QLatin1String("two reasons")) {
        policy = withUsers(policy, users("excludeUsers", who));
        app = appId("Microsoft Graph");
    }
    QVERIFY(!create(policy).isEmpty());
    const QJsonObject result = evaluate(who, app);
    QCOMPARE(result[QLatin1String("analysisReasons")].toString(), reasons);
    QCOMPARE(result[QLatin1String("policyApplies")].toBool(), applies);
}

void tst_DemoConditionalAccess::whatIfFollowsMembership()
{
    create(wizardPolicy(m_app, m_group));
    const QString ada = idOf(*m_admin, "ada.lindqvist");
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", m_group, ada, lasting("P30D")).status, 201);
    QVERIFY(evaluate(ada, m_app)[QLatin1String("policyApplies")].toBool()); // eligible, not active: blocked
    QCOMPARE(askPim(client("ada.lindqvist"), "assignment", "selfActivate", m_group, ada, lasting("PT1H"),
                    {{QStringLiteral("justification"), QStringLiteral("Work")}})
                 .status,
             201);
    QCOMPARE(evaluate(ada, m_app)[QLatin1String("analysisReasons")].toString(), QStringLiteral("users"));
}

void tst_DemoConditionalAccess::whatIfNeedsInformation()
{
    QJsonObject policy =
        withCondition(wizardPolicy(m_app, m_group), "platforms", list("includePlatforms", {QStringLiteral("windows")}));
    policy = withCondition(policy, "signInRiskLevels", QJsonArray{QStringLiteral("high")});
    create(policy);
    const QString ada = idOf(*m_admin, "ada.lindqvist");
    const QString platform = QStringLiteral("devicePlatform"), risk = QStringLiteral("signInRiskLevel");
    const auto reasons = [&](const QJsonObject &conditions) {
        return evaluate(ada, m_app, conditions)[QLatin1String("analysisReasons")].toString();
    };
    QCOMPARE(reasons({}), QStringLiteral("notEnoughInformation"));
    QCOMPARE(reasons({{platform, QStringLiteral("windows")}}), QStringLiteral("notEnoughInformation"));
    QCOMPARE(reasons({{platform, QStringLiteral("linux")}}), QStringLiteral("devicePlatform"));
    QCOMPARE(reasons({{platform, QStringLiteral("windows")}, {risk, QStringLiteral("low")}}), QStringLiteral("signInRisk"));
    QCOMPARE(reasons({{platform, QStringLiteral("windows")}, {risk, QStringLiteral("high")}}), QStringLiteral("notSet"));
    const QJsonObject half{{QStringLiteral("signInIdentity"),
                            QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.userSignIn")},
                                        {QStringLiteral("userId"), kNobody}}},
                           {QStringLiteral("signInContext"),
                            QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.applicationContext")},
                                        {QStringLiteral("includeApplications"), QJsonArray{m_app}}}},
                           {QStringLiteral("signInConditions"), QJsonObject()}};
    QCOMPARE(m_admin->post(QStringLiteral("/identity/conditionalAccess/evaluate"), half).status, 400);
    QJsonObject applied = half;
    applied.insert(QStringLiteral("signInIdentity"),
                   QJsonObject{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.userSignIn")},
                               {QStringLiteral("userId"), ada}});
    applied.insert(QStringLiteral("appliedPoliciesOnly"), true);
    const Answer answer = m_admin->post(QStringLiteral("/identity/conditionalAccess/evaluate"), applied);
    QCOMPARE(answer.status, 200);
    for (const auto &result : answer.value())
        QVERIFY(result[QLatin1String("policyApplies")].toBool());
}

void tst_DemoConditionalAccess::contextsAndLocations()
{
    const QString contexts = QStringLiteral("/identity/conditionalAccess/authenticationContextClassReferences");
    const QString locations = QStringLiteral("/identity/conditionalAccess/namedLocations");
    QCOMPARE(m_admin->get(contexts + QStringLiteral("/c1")).json()[QLatin1String("isAvailable")].toBool(), true);
    const QString office = m_admin->get(locations).first()[QLatin1String("id")].toString();
    QCOMPARE(m_admin->get(locations + QLatin1Char('/') + office).status, 200);
    const DemoClient narrow = client("mira.kovac", QStringLiteral("AuthenticationContext.Read.All"));
    QCOMPARE(narrow.get(contexts).status, 200);
    QCOMPARE(narrow.get(locations).status, 403);

    // Trusted addresses are left alone; without an address nothing can be said.
    create(withCondition(wizardPolicy(m_app, m_group), "locations",
                         QJsonObject{{QStringLiteral("includeLocations"), QJsonArray{QStringLiteral("All")}},
                                     {QStringLiteral("excludeLocations"), QJsonArray{QStringLiteral("AllTrusted")}}}));
    const QString ada = idOf(*m_admin, "ada.lindqvist");
    const auto from = [&](const char *address) {
        const QJsonObject conditions{{QStringLiteral("ipAddress"), QLatin1String(address)},
                                     {QStringLiteral("country"), QStringLiteral("DE")}};
        return evaluate(ada, m_app, conditions)[QLatin1String("analysisReasons")].toString();
    };
    QCOMPARE(from("203.0.113.9"), QStringLiteral("location"));
    QCOMPARE(from("198.51.100.1"), QStringLiteral("notSet"));
    QCOMPARE(evaluate(ada, m_app)[QLatin1String("analysisReasons")].toString(), QStringLiteral("notEnoughInformation"));
}

QTEST_GUILESS_MAIN(tst_DemoConditionalAccess)
#include "tst_DemoConditionalAccess.moc"
