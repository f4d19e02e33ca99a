#include "demo/ContractRows.h"
#include "demo/DemoTenant.h"

#include <QFile>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using pimgate::demo::DemoTenant;

/// Contract 10.4 and 10.9: does a policy apply to a sign-in, and why not. The same facts go through What-If and, where
/// a real sign-in can have them, through the door of the application; both must say the same.
class tst_ContractEvaluation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void applies_data();
    void applies();
    void reportOnlyIsEvaluatedAndNeverBlocks();
    void blockWinsOverGrants();
    void whatStops_data();
    void whatStops();
    void appliedOnly();
    void refusesQuestion_data();
    void refusesQuestion();
    void bothNames();

private:
    QString make(const QString &changes, const char *state = "enabled");
    void drop(const QString &id);
    QJsonObject question(const QString &identity, const QString &context, const QString &conditions) const;
    QJsonObject whatIf(const QString &id, const QJsonObject &question) const;
    Answer open(const QString &upn, const QString &appId) const;
    QJsonObject lastSignIn(const QString &appId) const;
    QString resultOf(const QJsonObject &signIn, const QString &id) const;
    void signInsHave(const QJsonObject &conditions) const;

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    Names m_names;
    QMap<QString, QString> m_upns; ///< by id
};

namespace {

const QString kPolicySet = QStringLiteral("/identity/conditionalAccess/policies");
const QString kEvaluate = QStringLiteral("/identity/conditionalAccess/evaluate");
const QString kAda = QStringLiteral("user $ada");
const QString kNinja = QStringLiteral("app $ninja");

} // namespace

void tst_ContractEvaluation::initTestCase()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    const auto first = [&](const QString &path, const char *member) {
        return m_admin->get(path).first()[QLatin1String(member)].toString();
    };
    const auto principal = [&](const char *name, const char *member) {
        return first(QStringLiteral("/servicePrincipals?$filter=displayName eq '%1'").arg(QLatin1String(name)), member);
    };
    const auto group = [&](const char *name) {
        return first(QStringLiteral("/groups?$filter=displayName eq '%1'").arg(QLatin1String(name)), "id");
    };
    m_names.add("ninja", principal("NinjaOne", "appId"));
    m_names.add("ncentral", principal("N-able N-central", "appId"));
    m_names.add("workload", principal("NinjaOne", "id"));
    m_names.add("otherload", principal("N-able N-central", "id"));
    m_names.add("exchange", QStringLiteral("00000002-0000-0ff1-ce00-000000000000"));
    m_names.add("portal", QStringLiteral("c44b4083-3bb0-49c1-b47d-974e53cbdf3c"));
    m_names.add("desk", group("Service Desk"));
    m_names.add("technicians", group("All technicians")); // holds Service Desk
    m_names.add("sales", group("Sales"));
    m_names.add("pimgroup", newGroup(*m_admin, QStringLiteral("PIM-Ninja")));
    m_names.add("caadmin", QStringLiteral("b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"));
    m_names.add("nobody", QStringLiteral("11111111-2222-3333-4444-555555555555"));
    m_names.add("office", first(QStringLiteral("/identity/conditionalAccess/namedLocations"), "id")); // 203.0.113.0/24, trusted
    const QString guest = QStringLiteral("tom.okafor_northwind-it.com#EXT#@contosodemo.onmicrosoft.com");
    for (const auto &[name, person] :
         {std::pair("ada", upn("ada.lindqvist")), std::pair("sam", upn("sam.porter")), std::pair("mira", upn("mira.kovac")),
          std::pair("bg1", QStringLiteral("bg1@contosodemo.onmicrosoft.com")), std::pair("guest", guest)}) {
        const QString id =
            m_admin->get(QStringLiteral("/users/") + QString(person).replace(QLatin1Char('#'), QLatin1String("%23"))).text("id");
        QVERIFY2(!id.isEmpty(), name);
        m_names.add(name, id);
        m_upns.insert(id, person);
    }
    const QJsonObject country = m_names.json(QStringLiteral(
        R"({"@odata.type":"#microsoft.graph.countryNamedLocation","displayName":"Nordics","countriesAndRegions":["DK","SE"]})"));
    m_names.add("nordics", m_admin->post(QStringLiteral("/identity/conditionalAccess/namedLocations"), country).text("id"));
    QVERIFY(!m_names["nordics"].isEmpty() && !m_names["technicians"].isEmpty() && !m_names["office"].isEmpty());
}

void tst_ContractEvaluation::cleanupTestCase()
{
    m_tenant.reset();
}

QString tst_ContractEvaluation::make(const QString &changes, const char *state)
{
    QJsonObject policy = changed(m_names.json(QString::fromLatin1(kWizardPolicy)), m_names.json(changes));
    policy.insert(QStringLiteral("displayName"), QStringLiteral("The policy"));
    if (!m_names.json(changes).contains(QLatin1String("state")))
        policy.insert(QStringLiteral("state"), QLatin1String(state));
    const Answer answer = m_admin->post(kPolicySet, policy);
    if (answer.status != 201)
        qWarning().noquote() << answer.body;
    return answer.text("id");
}

void tst_ContractEvaluation::drop(const QString &id)
{
    QCOMPARE(m_admin->remove(kPolicySet + QLatin1Char('/') + id).status, 204);
}

/// "user ID", "user ID TYPE TENANT" or "workload ID"; "app ID", "context c1" or "action NAME".
QJsonObject tst_ContractEvaluation::question(const QString &identity, const QString &context, const QString &conditions) const
{
    const QStringList who = m_names.fill(identity).split(QLatin1Char(' ')), what = m_names.fill(context).split(QLatin1Char(' '));
    const auto typed = [](const char *type, const char *member, const QJsonValue &value) {
        return QJsonObject{{QStringLiteral("@odata.type"), QLatin1String("#microsoft.graph.") + QLatin1String(type)},
                           {QLatin1String(member), value}};
    };
    QJsonObject person = who.first() == QLatin1String("user")
                             ? typed("userSignIn", "userId", who.value(1))
                             : typed("servicePrincipalSignIn", "servicePrincipalId", who.value(1));
    if (who.size() > 2)
        person.insert(QStringLiteral("externalUserType"), who.value(2));
    if (who.size() > 3)
        person.insert(QStringLiteral("externalTenantId"), who.value(3));
    const QJsonObject target =
        what.first() == QLatin1String("app")       ? typed("applicationContext", "includeApplications", QJsonArray{what.value(1)})
        : what.first() == QLatin1String("context") ? typed("authContext", "authenticationContextValue", what.value(1))
                                                   : typed("userActionContext", "userAction", what.value(1));
    return {{QStringLiteral("signInIdentity"), person},
            {QStringLiteral("signInContext"), target},
            {QStringLiteral("signInConditions"), m_names.json(conditions)}};
}

QJsonObject tst_ContractEvaluation::whatIf(const QString &id, const QJsonObject &question) const
{
    const Answer answer = m_admin->post(kEvaluate, question);
    for (const auto &each : answer.value())
        if (each[QLatin1String("id")].toString() == id)
            return each.toObject();
    if (answer.status != 200)
        qWarning().noquote() << answer.body;
    return {};
}

Answer tst_ContractEvaluation::open(const QString &upn, const QString &appId) const
{
    return exchange("GET", QUrl(QStringLiteral("%1/%2/api/signin/%3?prompt=none&login_hint=%4")
                                    .arg(m_admin->member("login"), m_admin->member("tenant"), appId,
                                         QString::fromLatin1(QUrl::toPercentEncoding(upn)))));
}

QJsonObject tst_ContractEvaluation::lastSignIn(const QString &appId) const
{
    return m_admin->get(QStringLiteral("/auditLogs/signIns?$top=1&$filter=appId eq '%1'").arg(appId)).first();
}

QString tst_ContractEvaluation::resultOf(const QJsonObject &signIn, const QString &id) const
{
    for (const auto &each : signIn[QLatin1String("appliedConditionalAccessPolicies")].toArray())
        if (each[QLatin1String("id")].toString() == id)
            return each[QLatin1String("result")].toString();
    return {};
}

void tst_ContractEvaluation::signInsHave(const QJsonObject &conditions) const
{
    QCOMPARE(m_admin->control("POST", QStringLiteral("conditionalAccess"), {{QStringLiteral("signIn"), conditions}}).status, 204);
}

void tst_ContractEvaluation::applies_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<QString>("identity");
    QTest::addColumn<QString>("context");
    QTest::addColumn<QString>("conditions");
    QTest::addColumn<QString>("reasons"); // "notSet": it applies
    const auto row = [](const char *name, const char *policy, const char *conditions, const char *reasons,
                        const QString &identity = kAda, const QString &context = kNinja) {
        QTest::newRow(name) << QString::fromUtf8(policy) << identity << context << QString::fromUtf8(conditions)
                            << QString::fromLatin1(reasons);
    };
    const QString guest = QStringLiteral("user $guest"), sam = QStringLiteral("user $sam");
    // Who: exclusion beats inclusion, groups are transitive.
    row("10.3 All", "{}", "{}", "notSet");
    row("10.3 All covers guests", "{}", "{}", "notSet", guest);
    row("10.3 workloads are not covered", "{}", "{}", "workloadIdentities", QStringLiteral("workload $workload"));
    row("10.2 None", R"({"conditions/users":{"includeUsers":["None"]}})", "{}", "users");
    row("10.4 included by id", R"({"conditions/users":{"includeUsers":["$ada"]}})", "{}", "notSet");
    row("10.4 another by id", R"({"conditions/users":{"includeUsers":["$ada"]}})", "{}", "users", sam);
    row("10.4 excluded by id", R"({"conditions/users/excludeUsers":["$ada"]})", "{}", "users");
    row("10.4 included and excluded", R"({"conditions/users":{"includeUsers":["$ada"],"excludeUsers":["$ada"]}})", "{}", "users");
    row("10.4 group", R"({"conditions/users":{"includeGroups":["$desk"]}})", "{}", "notSet");
    row("10.4 nested group", R"({"conditions/users":{"includeGroups":["$technicians"]}})", "{}", "notSet");
    row("10.4 not in the group", R"({"conditions/users":{"includeGroups":["$technicians"]}})", "{}", "users", sam);
    row("10.4 excluded nested group", R"({"conditions/users/excludeGroups":["$technicians"]})", "{}", "users");
    row("10.4 group in, person out", R"({"conditions/users":{"includeGroups":["$desk"],"excludeUsers":["$ada"]}})", "{}",
        "users");
    row("10.2 role", R"({"conditions/users":{"includeRoles":["$caadmin"]}})", "{}", "notSet", QStringLiteral("user $mira"));
    row("10.2 not the role", R"({"conditions/users":{"includeRoles":["$caadmin"]}})", "{}", "users");
    row("10.2 excluded role", R"({"conditions/users/excludeRoles":["$caadmin"]})", "{}", "users", QStringLiteral("user $mira"));
    // Guests
    row("10.2 guests", R"({"conditions/users":{"includeUsers":["GuestsOrExternalUsers"]}})", "{}", "notSet", guest);
    row("10.2 members are no guests", R"({"conditions/users":{"includeUsers":["GuestsOrExternalUsers"]}})", "{}", "users");
    row("10.2 guests excluded", R"({"conditions/users/excludeUsers":["GuestsOrExternalUsers"]})", "{}", "users", guest);
    row("10.2 guest type", R"({"conditions/users":{"includeGuestsOrExternalUsers":
        {"guestOrExternalUserTypes":"b2bCollaborationGuest"}}})",
        "{}", "notSet", guest);
    row("10.2 other guest types", R"({"conditions/users":{"includeGuestsOrExternalUsers":
        {"guestOrExternalUserTypes":"internalGuest,serviceProvider"}}})",
        "{}", "users", guest);
    row("10.9 externalUserType", R"({"conditions/users":{"includeGuestsOrExternalUsers":
        {"guestOrExternalUserTypes":"serviceProvider"}}})",
        "{}", "notSet", kAda + QStringLiteral(" serviceProvider"));
    row("10.2 guests of all tenants", R"({"conditions/users/excludeGuestsOrExternalUsers":
        {"guestOrExternalUserTypes":"b2bCollaborationGuest","externalTenants":
         {"@odata.type":"#microsoft.graph.conditionalAccessAllExternalTenants","membershipKind":"all"}}})",
        "{}", "users", guest);
    const char *ofOneTenant = R"({"conditions/users/excludeGuestsOrExternalUsers":
        {"guestOrExternalUserTypes":"b2bCollaborationGuest","externalTenants":
         {"@odata.type":"#microsoft.graph.conditionalAccessEnumeratedExternalTenants","membershipKind":"enumerated",
          "members":["$nobody"]}}})";
    row("10.9 guests of one tenant, said", ofOneTenant, "{}", "users",
        QStringLiteral("user $guest b2bCollaborationGuest $nobody"));
    row("10.9 guests of another tenant, said", ofOneTenant, "{}", "notSet",
        QStringLiteral("user $guest b2bCollaborationGuest 99999999-2222-3333-4444-555555555555"));
    row("10.9 guests of one tenant, not said", ofOneTenant, "{}", "notEnoughInformation", guest);
    // What
    row("10.2 another application", "{}", "{}", "application", kAda, QStringLiteral("app $ncentral"));
    row("10.2 All applications", R"({"conditions/applications":{"includeApplications":["All"]}})", "{}", "notSet");
    row("10.2 no application", R"({"conditions/applications":{"includeApplications":["None"]}})", "{}", "application");
    row("10.4 application excluded", R"({"conditions/applications":{"includeApplications":["All"],
        "excludeApplications":["$ninja"]}})",
        "{}", "application");
    row("10.2 Office365", R"({"conditions/applications":{"includeApplications":["Office365"]}})", "{}", "notSet", kAda,
        QStringLiteral("app $exchange"));
    row("10.2 Office365 is not all", R"({"conditions/applications":{"includeApplications":["Office365"]}})", "{}", "application");
    row("10.2 Office365 excluded", R"({"conditions/applications":{"includeApplications":["All"],
        "excludeApplications":["Office365"]}})",
        "{}", "application", kAda, QStringLiteral("app $exchange"));
    row("10.2 portals", R"({"conditions/applications":{"includeApplications":["MicrosoftAdminPortals"]}})", "{}", "notSet", kAda,
        QStringLiteral("app $portal"));
    row("10.2 portals are not Exchange", R"({"conditions/applications":{"includeApplications":["MicrosoftAdminPortals"]}})", "{}",
        "application", kAda, QStringLiteral("app $exchange"));
    row("10.2 attributes nobody knows", R"({"conditions/applications":{"applicationFilter":
        {"mode":"include","rule":"CustomSecurityAttribute.Set_Kind -eq \"x\""}}})",
        "{}", "notEnoughInformation");
    row("10.2 user action", R"({"conditions/applications":{"includeUserActions":["urn:user:registersecurityinfo"]}})", "{}",
        "notSet", kAda, QStringLiteral("action registerSecurityInformation"));
    row("10.2 other user action", R"({"conditions/applications":{"includeUserActions":["urn:user:registersecurityinfo"]}})", "{}",
        "userActions", kAda, QStringLiteral("action registerOrJoinDevices"));
    row("10.2 an application is no user action", "{}", "{}", "userActions", kAda,
        QStringLiteral("action registerSecurityInformation"));
    row("9 context", R"({"conditions/applications":{"includeAuthenticationContextClassReferences":["c1"]}})", "{}", "notSet",
        kAda, QStringLiteral("context c1"));
    row("9 other context", R"({"conditions/applications":{"includeAuthenticationContextClassReferences":["c1"]}})", "{}",
        "authenticationContext", kAda, QStringLiteral("context c2"));
    row("9 a context policy leaves the application", R"({"conditions/applications":
        {"includeAuthenticationContextClassReferences":["c1"]}})",
        "{}", "application");
    // Client applications
    row("10.2 all client apps", "{}", R"({"clientAppType":"exchangeActiveSync"})", "notSet");
    row("10.2 browser", R"({"conditions/clientAppTypes":["browser"]})", R"({"clientAppType":"browser"})", "notSet");
    row("10.2 not browser", R"({"conditions/clientAppTypes":["browser"]})", R"({"clientAppType":"other"})", "clientApps");
    row("10.9 client app not said", R"({"conditions/clientAppTypes":["browser"]})", "{}", "notEnoughInformation");
    // Platforms
    const char *ios = R"({"conditions/platforms":{"includePlatforms":["iOS"]}})";
    row("10.2 platform", ios, R"({"devicePlatform":"iOS"})", "notSet");
    row("10.2 other platform", ios, R"({"devicePlatform":"windows"})", "devicePlatform");
    row("10.9 platform not said", ios, "{}", "notEnoughInformation");
    row("10.2 all platforms", R"({"conditions/platforms":{"includePlatforms":["all"]}})", "{}", "notSet");
    row("10.4 platform excluded", R"({"conditions/platforms":{"includePlatforms":["all"],"excludePlatforms":["iOS"]}})",
        R"({"devicePlatform":"iOS"})", "devicePlatform");
    // Locations
    const char *here = R"({"ipAddress":"203.0.113.9","country":"DE"})", *there = R"({"ipAddress":"198.51.100.1","country":"DK"})";
    row("10.7 named network", R"({"conditions/locations":{"includeLocations":["$office"]}})", here, "notSet");
    row("10.7 outside", R"({"conditions/locations":{"includeLocations":["$office"]}})", there, "location");
    row("10.7 trusted left alone", R"({"conditions/locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}})",
        here, "location");
    row("10.7 not trusted", R"({"conditions/locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted"]}})", there,
        "notSet");
    row("10.7 country", R"({"conditions/locations":{"includeLocations":["$nordics"]}})", there, "notSet");
    row("10.7 other country", R"({"conditions/locations":{"includeLocations":["$nordics"]}})", here, "location");
    row("10.9 place not said", R"({"conditions/locations":{"includeLocations":["$nordics"]}})", "{}", "notEnoughInformation");
    row("10.2 All locations", R"({"conditions/locations":{"includeLocations":["All"]}})", "{}", "notSet");
    // Risks
    row("10.2 sign-in risk", R"({"conditions/signInRiskLevels":["high","medium"]})", R"({"signInRiskLevel":"medium"})", "notSet");
    row("10.2 lower sign-in risk", R"({"conditions/signInRiskLevels":["high"]})", R"({"signInRiskLevel":"low"})", "signInRisk");
    row("10.9 risk not said", R"({"conditions/signInRiskLevels":["high"]})", "{}", "notEnoughInformation");
    row("10.2 user risk", R"({"conditions/userRiskLevels":["high"]})", R"({"userRiskLevel":"high"})", "notSet");
    row("10.2 no user risk", R"({"conditions/userRiskLevels":["high"]})", R"({"userRiskLevel":"none"})", "userRisk");
    row("10.2 insider risk", R"({"conditions/insiderRiskLevels":"moderate,elevated"})", R"({"insiderRiskLevel":"elevated"})",
        "notSet");
    row("10.2 lower insider risk", R"({"conditions/insiderRiskLevels":"moderate,elevated"})", R"({"insiderRiskLevel":"minor"})",
        "insiderRisk");
    // Devices
    const char *managed = R"({"conditions/devices":{"deviceFilter":{"mode":"exclude","rule":"device.isCompliant -eq True"}}})";
    row("10.2 device excluded", managed, R"({"deviceInfo":{"isCompliant":true}})", "devices");
    row("10.2 device not excluded", managed, R"({"deviceInfo":{"isCompliant":false}})", "notSet");
    row("10.9 device not said", managed, "{}", "notEnoughInformation");
    row("10.2 device included", R"({"conditions/devices":{"deviceFilter":{"mode":"include",
        "rule":"(device.trustType -in [\"ServerAD\", \"AzureAD\"]) -and device.model -startsWith \"Sur\""}}})",
        R"({"deviceInfo":{"trustType":"AzureAD","model":"Surface"}})", "notSet");
    row("10.2 device without the attribute", R"({"conditions/devices":{"deviceFilter":{"mode":"include",
        "rule":"device.trustType -eq \"ServerAD\" -or device.model -contains \"VM\""}}})",
        R"({"deviceInfo":{}})", "devices");
    row("10.2 negative rules catch it", R"({"conditions/devices":{"deviceFilter":{"mode":"include",
        "rule":"device.trustType -ne \"ServerAD\""}}})",
        R"({"deviceInfo":{}})", "notSet");
    // Flows
    const char *deviceCode = R"({"conditions/authenticationFlows":{"transferMethods":"deviceCodeFlow"}})";
    row("10.2 flow", deviceCode, R"({"authenticationFlow":{"transferMethod":"deviceCodeFlow"}})", "notSet");
    row("10.2 other flow", deviceCode, R"({"authenticationFlow":{"transferMethod":"none"}})", "authenticationFlow");
    row("10.9 flow not said", deviceCode, "{}", "notEnoughInformation");
    // Several at once: all conditions must match; what says no is known although something else is not.
    row("10.4 all match", R"({"conditions/platforms":{"includePlatforms":["iOS"]},"conditions/clientAppTypes":["browser"]})",
        R"({"devicePlatform":"iOS","clientAppType":"browser"})", "notSet");
    row("10.4 one does not", R"({"conditions/platforms":{"includePlatforms":["iOS"]},"conditions/clientAppTypes":["browser"]})",
        R"({"devicePlatform":"iOS","clientAppType":"other"})", "clientApps");
    row("10.9 two reasons",
        R"({"conditions/users/excludeUsers":["$ada"],"conditions/applications/includeApplications":["$ncentral"]})", "{}",
        "users,application");
    row("10.9 no is no, whatever is not said", R"({"conditions/users/excludeUsers":["$ada"],
        "conditions/signInRiskLevels":["high"]})",
        "{}", "users");
    row("10.9 disabled", R"({"state":"disabled"})", "{}", "policyNotEnabled");
    // Workloads
    const char *workloads = R"({"conditions/users":{"includeUsers":["None"]},
        "conditions/applications":{"includeApplications":["All"]},
        "conditions/clientApplications":{"includeServicePrincipals":["$workload"]}})";
    row("10.9 workload", workloads, "{}", "notSet", QStringLiteral("workload $workload"));
    row("10.9 other workload", workloads, "{}", "workloadIdentities", QStringLiteral("workload $otherload"));
    row("10.9 people are no workloads", workloads, "{}", "users");
}

void tst_ContractEvaluation::applies()
{
    QFETCH(QString, policy);
    QFETCH(QString, identity);
    QFETCH(QString, context);
    QFETCH(QString, conditions);
    QFETCH(QString, reasons);
    const QString id = make(policy);
    QVERIFY(!id.isEmpty());
    const QJsonObject asked = question(identity, context, conditions);
    const QJsonObject said = whatIf(id, asked);
    const bool hits = reasons == QLatin1String("notSet");
    QCOMPARE(said[QLatin1String("analysisReasons")].toString(), reasons);
    QCOMPARE(said[QLatin1String("policyApplies")].toBool(), hits);

    // The same facts at the door, where a person comes to an application as himself and everything is said.
    const QStringList who = m_names.fill(identity).split(QLatin1Char(' '));
    const QString target = m_names.fill(context).section(QLatin1Char(' '), 1), upn = m_upns.value(who.value(1));
    const bool atTheDoor = who.size() == 2 && !upn.isEmpty() && context.startsWith(QLatin1String("app ")) &&
                           context != QLatin1String("app $portal") && reasons != QLatin1String("notEnoughInformation");
    if (atTheDoor) {
        signInsHave(m_names.json(conditions));
        const Answer page = open(upn, target);
        signInsHave({});
        const QString result = resultOf(lastSignIn(target), id);
        QCOMPARE(result, hits                                           ? QStringLiteral("failure")
                         : reasons == QLatin1String("policyNotEnabled") ? QStringLiteral("notEnabled")
                                                                        : QStringLiteral("notApplied"));
        QCOMPARE(page.body.contains("AADSTS53003"), hits);
    }
    drop(id);
}

void tst_ContractEvaluation::reportOnlyIsEvaluatedAndNeverBlocks()
{
    const QString id = make(QStringLiteral("{}"), "enabledForReportingButNotEnforced");
    const QJsonObject said = whatIf(id, question(kAda, kNinja, QStringLiteral("{}")));
    QVERIFY(said[QLatin1String("policyApplies")].toBool());
    QCOMPARE(said[QLatin1String("state")].toString(), QStringLiteral("enabledForReportingButNotEnforced"));
    QCOMPARE(open(upn("ada.lindqvist"), m_names["ninja"]).status, 200);
    const QJsonObject record = lastSignIn(m_names["ninja"]);
    QCOMPARE(resultOf(record, id), QStringLiteral("reportOnlyFailure"));
    QCOMPARE(record[QLatin1String("conditionalAccessStatus")].toString(), QStringLiteral("notApplied"));
    QCOMPARE(m_admin
                 ->patch(kPolicySet + QLatin1Char('/') + id,
                         m_names.json(QStringLiteral(R"({"grantControls":{"builtInControls":["mfa"]}})")))
                 .status,
             204);
    open(upn("ada.lindqvist"), m_names["ninja"]);
    QCOMPARE(resultOf(lastSignIn(m_names["ninja"]), id), QStringLiteral("reportOnlyInterrupted"));
    open(upn("ada.lindqvist"), m_names["ncentral"]);
    QCOMPARE(resultOf(lastSignIn(m_names["ncentral"]), id), QStringLiteral("reportOnlyNotApplied"));
    drop(id);
}

void tst_ContractEvaluation::blockWinsOverGrants()
{
    const QString grants = make(QStringLiteral(R"({"grantControls":{"operator":"OR","builtInControls":["mfa"]}})"));
    const QString blocks = make(QStringLiteral("{}"));
    QVERIFY(open(upn("ada.lindqvist"), m_names["ninja"]).body.contains("AADSTS53003"));
    drop(blocks);
    QVERIFY(open(upn("ada.lindqvist"), m_names["ninja"]).body.contains("AADSTS50076"));
    drop(grants);
}

void tst_ContractEvaluation::whatStops_data()
{
    QTest::addColumn<QString>("grant");
    QTest::addColumn<QString>("conditions");
    QTest::addColumn<int>("code"); // 16.1; 0: nothing stops
    const auto row = [](const char *name, const char *grant, const char *conditions, int code) {
        QTest::newRow(name) << QString::fromUtf8(grant) << QString::fromUtf8(conditions) << code;
    };
    row("16.1 block", R"({"operator":"OR","builtInControls":["block"]})", "{}", 53003);
    row("16.1 mfa", R"({"operator":"OR","builtInControls":["mfa"]})", "{}", 50076);
    row("16.1 compliant device", R"({"operator":"OR","builtInControls":["compliantDevice"]})", "{}", 53000);
    row("16.1 domain joined", R"({"operator":"OR","builtInControls":["domainJoinedDevice"]})", "{}", 53001);
    row("16.1 approved application", R"({"operator":"OR","builtInControls":["approvedApplication"]})", "{}", 53002);
    row("a compliant device", R"({"operator":"OR","builtInControls":["compliantDevice"]})",
        R"({"deviceInfo":{"isCompliant":true}})", 0);
    row("a hybrid device", R"({"operator":"OR","builtInControls":["domainJoinedDevice"]})",
        R"({"deviceInfo":{"trustType":"ServerAD"}})", 0);
    row("OR: one is enough", R"({"operator":"OR","builtInControls":["mfa","compliantDevice"]})",
        R"({"deviceInfo":{"isCompliant":true}})", 0);
    row("AND: one is not", R"({"operator":"AND","builtInControls":["mfa","compliantDevice"]})",
        R"({"deviceInfo":{"isCompliant":true}})", 50076);
    row("AND: nor the other", R"({"operator":"AND","builtInControls":["compliantDevice","domainJoinedDevice"]})",
        R"({"deviceInfo":{"isCompliant":true}})", 53001);
    row("a strength", R"({"operator":"OR","builtInControls":[],"authenticationStrength":
        {"id":"00000000-0000-0000-0000-000000000002"}})",
        "{}", 50074);
}

void tst_ContractEvaluation::whatStops()
{
    QFETCH(QString, grant);
    QFETCH(QString, conditions);
    QFETCH(int, code);
    const QString id = make(QStringLiteral(R"({"grantControls":%1})").arg(grant));
    signInsHave(m_names.json(conditions));
    const Answer page = open(upn("ada.lindqvist"), m_names["ninja"]);
    signInsHave({});
    const QJsonObject record = lastSignIn(m_names["ninja"]);
    QCOMPARE(record[QLatin1String("status")][QLatin1String("errorCode")].toInt(-1), code);
    QCOMPARE(page.body.contains("AADSTS" + QByteArray::number(code)), code != 0);
    QCOMPARE(page.body.contains("The policy"), code != 0); // which policy it was
    QCOMPARE(resultOf(record, id), code == 0 ? QStringLiteral("success") : QStringLiteral("failure"));
    QCOMPARE(record[QLatin1String("conditionalAccessStatus")].toString(),
             code == 0 ? QStringLiteral("success") : QStringLiteral("failure"));
    drop(id);
}

void tst_ContractEvaluation::appliedOnly()
{
    const QString applies = make(QStringLiteral("{}"));
    const QString unknown = make(QStringLiteral(R"({"conditions/signInRiskLevels":["high"]})"));
    QJsonObject asked = question(kAda, kNinja, QStringLiteral("{}"));
    const auto ids = [&] {
        QStringList list;
        for (const auto &each : m_admin->post(kEvaluate, asked).value())
            list << each[QLatin1String("id")].toString();
        return list;
    };
    QVERIFY(ids().contains(applies) && ids().contains(unknown));
    asked.insert(QStringLiteral("appliedPoliciesOnly"), true);
    QCOMPARE(ids(), QStringList{applies});
    drop(applies);
    drop(unknown);
}

void tst_ContractEvaluation::refusesQuestion_data()
{
    QTest::addColumn<QString>("changes");
    const auto row = [](const char *name, const char *changes) { QTest::newRow(name) << QString::fromUtf8(changes); };
    row("10.9 signInIdentity required", R"({"signInIdentity":"gone"})");
    row("10.9 signInContext required", R"({"signInContext":"gone"})");
    row("10.9 signInConditions required", R"({"signInConditions":"gone"})");
    row("10.9 identity without type", R"({"signInIdentity":{"userId":"$ada"}})");
    row("10.9 unknown user", R"({"signInIdentity/userId":"$nobody"})");
    row("10.9 unknown workload",
        R"({"signInIdentity":{"@odata.type":"#microsoft.graph.servicePrincipalSignIn","servicePrincipalId":"$nobody"}})");
    row("10.9 context without type", R"({"signInContext":{"includeApplications":["$ninja"]}})");
    row("10.9 context without application", R"({"signInContext/includeApplications":[]})");
    row("10.9 unknown action", R"({"signInContext":{"@odata.type":"#microsoft.graph.userActionContext","userAction":"dance"}})");
    row("10.9 address without country", R"({"signInConditions":{"ipAddress":"203.0.113.9"}})");
    row("10.9 country without address", R"({"signInConditions":{"country":"DE"}})");
    row("10.9 no address", R"({"signInConditions":{"ipAddress":"here","country":"DE"}})");
    row("10.9 country by name", R"({"signInConditions":{"ipAddress":"203.0.113.9","country":"Germany"}})");
    row("10.9 unknown platform", R"({"signInConditions":{"devicePlatform":"amiga"}})");
    row("10.9 unknown risk", R"({"signInConditions":{"userRiskLevel":"extreme"}})");
    row("10.9 appliedPoliciesOnly", R"({"appliedPoliciesOnly":"yes"})");
}

void tst_ContractEvaluation::refusesQuestion()
{
    QFETCH(QString, changes);
    const QJsonObject asked = changed(question(kAda, kNinja, QStringLiteral("{}")), m_names.json(changes));
    const Answer answer = m_admin->nonsense("POST", kEvaluate, asked);
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), QStringLiteral("BadRequest"));
}

/// 1: bound operations by their full name; 10.9: members that no document names are ignored.
void tst_ContractEvaluation::bothNames()
{
    const QJsonObject asked = changed(question(kAda, kNinja, QStringLiteral("{}")),
                                      {{QStringLiteral("signInConditions/networkAccess"), QStringLiteral("x")}});
    const Answer answer =
        m_admin->nonsense("POST", QStringLiteral("/identity/conditionalAccess/microsoft.graph.evaluate"), asked);
    QCOMPARE(answer.status, 200);
    QVERIFY(!answer.value().isEmpty());
}

QTEST_GUILESS_MAIN(tst_ContractEvaluation)
#include "tst_ContractEvaluation.moc"
