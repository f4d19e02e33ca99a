#include "demo/ContractRows.h"
#include "demo/DemoTenant.h"

#include <QFile>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using pimgate::demo::DemoTenant;

/// Contract 9 and 10.1 to 10.8, row by row. Expectations are typed from the contract.
class tst_ContractConditionalAccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();

    void refusesPolicy_data();
    void refusesPolicy();
    void acceptsPolicy_data();
    void acceptsPolicy();
    void showsEveryMember();
    void patches_data();
    void patches();
    void refusesPatch_data();
    void refusesPatch();
    void unknownPolicy();
    void numberedTextInside();
    void permissions_data();
    void permissions();
    void securityDefaults();
    void licence();
    void theLogNamesThePolicy();
    void deletedPolicies();
    void deletedPolicyPurged();
    void namedLocations_data();
    void namedLocations();
    void namedLocationLife();
    void contexts_data();
    void contexts();
    void contextLife();
    void strengths();
    void listOptions();
    void oneAuditPerChange();

private:
    DemoClient client(const QString &upn, const QString &scope) const;
    Answer create(const QString &changes) const;
    qsizetype auditsOf(const char *activity) const;

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    Names m_names;
};

namespace {

const QString kCa = QStringLiteral("/identity/conditionalAccess/");
const QString kPolicies = kCa + QStringLiteral("policies");
const QString kDeletedPolicies = kCa + QStringLiteral("deletedItems/policies");
const QString kNamedLocations = kCa + QStringLiteral("namedLocations");
const QString kContextReferences = kCa + QStringLiteral("authenticationContextClassReferences");
const QString kNobody = QStringLiteral("11111111-2222-3333-4444-555555555555");
const QString kAllScopes = QStringLiteral("Policy.Read.All Policy.ReadWrite.ConditionalAccess Application.Read.All");

QString bg1()
{
    return QStringLiteral("bg1@contosodemo.onmicrosoft.com");
}

QString idAt(const DemoClient &client, const QString &path)
{
    return client.get(path).first()[QLatin1String("id")].toString();
}

} // namespace

void tst_ContractConditionalAccess::initTestCase()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    const auto principal = [&](const char *name) {
        return m_admin->get(QStringLiteral("/servicePrincipals?$filter=displayName eq '%1'").arg(QLatin1String(name))).first();
    };
    m_names.add("ninja", principal("NinjaOne")[QLatin1String("appId")].toString());
    m_names.add("objectid", principal("NinjaOne")[QLatin1String("id")].toString());
    m_names.add("publicclient", principal("Contoso Field App")[QLatin1String("appId")].toString());
    m_names.add("pimgroup", newGroup(*m_admin, QStringLiteral("PIM-Ninja")));
    m_names.add("ada", idOf(*m_admin, "ada.lindqvist"));
    m_names.add("bg1", m_admin->get(QStringLiteral("/users/") + bg1()).text("id"));
    m_names.add("office", idAt(*m_admin, kNamedLocations));
    m_names.add("nobody", kNobody);
    for (const auto &[name, id] : {std::pair("pimgroup", m_names["pimgroup"]), std::pair("ninja", m_names["ninja"])})
        QVERIFY2(!id.isEmpty(), name);
}

void tst_ContractConditionalAccess::cleanupTestCase()
{
    m_tenant.reset();
}

DemoClient tst_ContractConditionalAccess::client(const QString &upn, const QString &scope) const
{
    DemoClient person(m_tenant->cloudFile());
    const QString refusal = person.signIn(upn, {}, scope);
    if (!refusal.isEmpty())
        qWarning().noquote() << refusal;
    return person;
}

Answer tst_ContractConditionalAccess::create(const QString &changes) const
{
    return m_admin->post(kPolicies, changed(m_names.json(QString::fromLatin1(kWizardPolicy)), m_names.json(changes)));
}

qsizetype tst_ContractConditionalAccess::auditsOf(const char *activity) const
{
    return m_admin
        ->get(QStringLiteral("/auditLogs/directoryAudits?$filter=loggedByService eq 'Conditional Access' and category eq "
                             "'Policy' and activityDisplayName eq '%1'")
                  .arg(QLatin1String(activity)))
        .value()
        .size();
}

void tst_ContractConditionalAccess::refusesPolicy_data()
{
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *changes, const char *text) {
        QTest::newRow(name) << QString::fromUtf8(changes) << QString::fromUtf8(text);
    };
    // 10.5
    row("10.5 public client", R"({"conditions/applications/includeApplications":["$publicclient"]})",
        R"(1034: Policy contains invalid applications: {"$publicclient":"PublicClientsAreUnsupported"})");
    row("10.5 no service principal", R"({"conditions/applications/includeApplications":["$nobody"]})",
        R"(1034: Policy contains invalid applications: {"$nobody":"ServicePrincipalNotFound"})");
    row("10.5 object id instead of appId", R"({"conditions/applications/includeApplications":["$objectid"]})",
        R"(1034: Policy contains invalid applications: {"$objectid":"ServicePrincipalNotFound"})");
    row("10.5 some first-party", R"({"conditions/applications/includeApplications":["00000003-0000-0000-c000-000000000000"]})",
        R"(1034: Policy contains invalid applications: {"00000003-0000-0000-c000-000000000000":"UnsupportedFirstPartyApplication"})");
    row("10.5 excluded ones too", R"({"conditions/applications/excludeApplications":["$nobody"]})", "ServicePrincipalNotFound");
    row("10.2 All cannot be excluded", R"({"conditions/applications/excludeApplications":["All"]})", "1034: ");
    row("10.2 unknown user action", R"({"conditions/applications":{"includeUserActions":["urn:user:dance"]}})", "1034: ");
    row("10.2 no applications", R"({"conditions/applications":"gone"})", "1034: ");
    row("10.2 empty applications", R"({"conditions/applications":{}})", "1034: ");
    row("10.2 application filter without mode", R"({"conditions/applications":{"applicationFilter":{"rule":"a.b -eq \"c\""}}})",
        "1034: ");
    // 10.6
    row("10.6 group", R"({"conditions/users/excludeGroups":["$nobody"]})", "1054: Invalid group value: $nobody");
    row("10.6 included group", R"({"conditions/users":{"includeGroups":["$nobody"]}})", "1054: Invalid group value: $nobody");
    row("10.6 a user is no group", R"({"conditions/users/excludeGroups":["$ada"]})", "1054: Invalid group value: $ada");
    row("10.6 user", R"({"conditions/users/includeUsers":["$nobody"]})", "1055: ");
    row("10.6 excluded user", R"({"conditions/users/excludeUsers":["$nobody"]})", "1055: ");
    row("10.2 All is not for excludeUsers", R"({"conditions/users/excludeUsers":["All"]})", "1055: ");
    row("10.6 nobody", R"({"conditions/users":{}})", "1059: ");
    row("10.2 no users", R"({"conditions/users":"gone"})", "1059: ");
    row("10.2 role template unknown", R"({"conditions/users":{"includeRoles":["$nobody"]}})", "105");
    row("10.6 location", R"({"conditions/locations":{"includeLocations":["$nobody"]}})", "1040: ");
    row("10.6 excluded location", R"({"conditions/locations":{"includeLocations":["All"],"excludeLocations":["$nobody"]}})",
        "1040: ");
    row("10.6 context", R"({"conditions/applications":{"includeAuthenticationContextClassReferences":["c77"]}})", "1028: ");
    row("10.2 no client apps", R"({"conditions/clientAppTypes":"gone"})", "1032: ");
    row("10.2 empty client apps", R"({"conditions/clientAppTypes":[]})", "1032: ");
    row("10.6 unknown client app", R"({"conditions/clientAppTypes":["telnet"]})", "1032: ");
    row("10.2 all client apps and one more", R"({"conditions/clientAppTypes":["all","browser"]})", "1032: ");
    // controls
    row("10.2 block must be alone", R"({"grantControls/builtInControls":["block","mfa"]})", "1011: ");
    row("10.2 block with a strength", R"({"grantControls/authenticationStrength":{"id":"00000000-0000-0000-0000-000000000002"}})",
        "1011: ");
    row("10.2 both controls null", R"({"grantControls":null})", "1011: ");
    row("10.2 no controls member", R"({"grantControls":"gone"})", "1011: ");
    row("10.2 empty session controls only", R"({"grantControls":null,"sessionControls":{}})", "1011: ");
    row("10.2 no control in it", R"({"grantControls/builtInControls":[]})", "1011: ");
    row("10.6 unknown control", R"({"grantControls/builtInControls":["prayer"]})", "1011: ");
    row("10.2 operator missing", R"({"grantControls/operator":"gone"})", "1011: ");
    row("10.2 operator unknown", R"({"grantControls/operator":"XOR"})", "1011: ");
    row("10.2 strength unknown", R"({"grantControls":{"operator":"OR","authenticationStrength":{"id":"$nobody"}}})", "1011: ");
    row("10.2 passwordChange without mfa",
        R"({"grantControls":{"operator":"OR","builtInControls":["passwordChange"]},"conditions/userRiskLevels":["high"]})",
        "1032: ConditionalActionPolicy validation failed due to InvalidPasswordResetControl.");
    // form
    row("10.2 displayName required", R"({"displayName":"gone"})", "displayName");
    row("10.2 displayName empty", R"({"displayName":" "})", "displayName");
    row("10.2 state required", R"({"state":"gone"})", "state");
    for (const auto &[name, changes] :
         {std::pair("10.2 unknown state", R"({"state":"on"})"), std::pair("10.2 unknown member", R"({"colour":"red"})"),
          std::pair("10.2 unknown condition", R"({"conditions/user":{}})"),
          std::pair("10.2 unknown member of users", R"({"conditions/users/includeEverybody":["All"]})"),
          std::pair("10.2 unknown member of grantControls", R"({"grantControls/controls":["mfa"]})"),
          std::pair("10.2 text for a list", R"({"conditions/users/includeUsers":"All"})"),
          std::pair("10.2 number in a list", R"({"conditions/users/includeUsers":[1]})"),
          std::pair("10.2 unknown risk", R"({"conditions/signInRiskLevels":["extreme"]})"),
          std::pair("10.2 unknown insider risk", R"({"conditions/insiderRiskLevels":"extreme"})"),
          std::pair("10.2 unknown platform", R"({"conditions/platforms":{"includePlatforms":["amiga"]}})"),
          std::pair("10.2 unknown filter mode", R"({"conditions/devices":{"deviceFilter":{"mode":"maybe","rule":"x"}}})"),
          std::pair("10.2 unknown transfer method", R"({"conditions/authenticationFlows":{"transferMethods":"pigeon"}})"),
          std::pair("10.2 unknown guest type",
                    R"({"conditions/users/excludeGuestsOrExternalUsers":{"guestOrExternalUserTypes":"martian"}})")})
        row(name, changes, "1007: Incoming ConditionalAccessPolicy object is null or does not match the schema");
    row("10.2 device filter that cannot be read",
        R"({"conditions/devices":{"deviceFilter":{"mode":"include","rule":"device.isCompliant is True"}}})", "device filter");
    row("10.2 platforms excluded from nothing", R"({"conditions/platforms":{"excludePlatforms":["iOS"]}})", "platforms");
    row("10.2 workload policies can only block",
        R"({"conditions/users":{"includeUsers":["None"]},
            "conditions/clientApplications":{"includeServicePrincipals":["ServicePrincipalsInMyTenant"]},
            "grantControls/builtInControls":["mfa"]})",
        "1011: ");
    row("10.2 unknown service principal", R"({"conditions/clientApplications":{"includeServicePrincipals":["$nobody"]}})",
        "service principal");
}

void tst_ContractConditionalAccess::refusesPolicy()
{
    QFETCH(QString, changes);
    QFETCH(QString, text);
    const QByteArray before = m_admin->control("GET", QStringLiteral("state?times=0")).body;
    m_admin->sendsNonsense = true;
    const Answer answer = create(changes);
    m_admin->sendsNonsense = false;
    QCOMPARE(answer.status, 400);
    QCOMPARE(answer.code(), QStringLiteral("BadRequest"));
    QVERIFY2(answer.message().contains(m_names.fill(text)), qPrintable(answer.message()));
    QCOMPARE(m_admin->control("GET", QStringLiteral("state?times=0")).body, before); // nothing done, nothing logged
}

void tst_ContractConditionalAccess::acceptsPolicy_data()
{
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value"); // as JSON
    const auto row = [](const char *name, const char *changes, const char *path, const char *value) {
        QTest::newRow(name) << QString::fromUtf8(changes) << QString::fromLatin1(path) << QString::fromUtf8(value);
    };
    row("10.3 the wizard's policy", "{}", "grantControls/builtInControls", R"(["block"])");
    row("10.2 enabled", R"({"state":"enabled"})", "state", R"("enabled")");
    row("10.2 disabled", R"({"state":"disabled"})", "state", R"("disabled")");
    row("1 enum letter case", R"({"state":"Disabled","conditions/clientAppTypes":["ALL"]})", "conditions/clientAppTypes",
        R"(["all"])");
    row("10.2 description", R"({"description":"Why"})", "description", R"("Why")");
    row("10.2 All applications", R"({"conditions/applications":{"includeApplications":["All"]}})",
        "conditions/applications/includeApplications", R"(["All"])");
    row("10.2 Office365 without portals",
        R"({"conditions/applications":{"includeApplications":["Office365"],"excludeApplications":["MicrosoftAdminPortals"]}})",
        "conditions/applications/excludeApplications", R"(["MicrosoftAdminPortals"])");
    row("10.2 user actions", R"({"conditions/applications":{"includeUserActions":["urn:user:registersecurityinfo"]},
         "grantControls/builtInControls":["mfa"]})",
        "conditions/applications/includeUserActions", R"(["urn:user:registersecurityinfo"])");
    row("9 context with mfa", R"({"conditions/applications":{"includeAuthenticationContextClassReferences":["c1"]},
         "grantControls/builtInControls":["mfa"]})",
        "conditions/applications/includeAuthenticationContextClassReferences", R"(["c1"])");
    row("9 context with a strength", R"({"conditions/applications":{"includeAuthenticationContextClassReferences":["c1"]},
         "grantControls":{"operator":"OR","builtInControls":[],
                          "authenticationStrength":{"id":"00000000-0000-0000-0000-000000000002"}}})",
        "grantControls/authenticationStrength/displayName", R"("Multifactor authentication")");
    row("10.2 role template", R"({"conditions/users":{"includeRoles":["62e90394-69f5-4237-9190-012177145e10"]}})",
        "conditions/users/includeRoles", R"(["62e90394-69f5-4237-9190-012177145e10"])");
    row("10.2 guests", R"({"conditions/users":{"includeUsers":["GuestsOrExternalUsers"]}})", "conditions/users/includeUsers",
        R"(["GuestsOrExternalUsers"])");
    row("10.2 guest types", R"({"conditions/users/excludeGuestsOrExternalUsers":
         {"guestOrExternalUserTypes":"internalGuest,serviceProvider"}})",
        "conditions/users/excludeGuestsOrExternalUsers/guestOrExternalUserTypes", R"("internalGuest,serviceProvider")");
    row("10.2 platforms", R"({"conditions/platforms":{"includePlatforms":["all"],"excludePlatforms":["ios"]}})",
        "conditions/platforms/excludePlatforms", R"(["iOS"])");
    row("10.2 locations", R"({"conditions/locations":{"includeLocations":["All"],"excludeLocations":["AllTrusted","$office"]}})",
        "conditions/locations/excludeLocations", R"(["AllTrusted","$office"])");
    row("10.2 risks", R"({"conditions/signInRiskLevels":["high"],"conditions/userRiskLevels":["medium","high"]})",
        "conditions/userRiskLevels", R"(["medium","high"])");
    row("10.2 insider risk", R"({"conditions/insiderRiskLevels":"minor,elevated"})", "conditions/insiderRiskLevels",
        R"("minor,elevated")");
    row("10.2 device filter",
        R"({"conditions/devices":{"deviceFilter":{"mode":"exclude",
            "rule":"device.isCompliant -eq True -and device.model -notContains \"VM\""}}})",
        "conditions/devices/deviceFilter/mode", R"("exclude")");
    row("10.2 flows", R"({"conditions/authenticationFlows":{"transferMethods":"deviceCodeFlow,authenticationTransfer"}})",
        "conditions/authenticationFlows/transferMethods", R"("deviceCodeFlow,authenticationTransfer")");
    row("10.2 workload identities instead of users",
        R"({"conditions/users":"gone","conditions/clientApplications":{"includeServicePrincipals":["$objectid"]}})",
        "conditions/clientApplications/includeServicePrincipals", R"(["$objectid"])");
    row("10.2 session controls alone",
        R"({"grantControls":null,"sessionControls":{"signInFrequency":
            {"@odata.type":"#microsoft.graph.signInFrequencySessionControl","isEnabled":true,"type":"hours","value":4,
             "frequencyInterval":"timeBased","authenticationType":"primaryAndSecondaryAuthentication"}}})",
        "sessionControls/signInFrequency/value", "4");
    row("10.2 AND of two", R"({"grantControls":{"operator":"AND","builtInControls":["mfa","compliantDevice"]}})",
        "grantControls/operator", R"("AND")");
}

void tst_ContractConditionalAccess::acceptsPolicy()
{
    QFETCH(QString, changes);
    QFETCH(QString, path);
    QFETCH(QString, value);
    const Answer answer = create(changes);
    QVERIFY2(answer.status == 201, answer.body.constData());
    const QString one = kPolicies + QLatin1Char('/') + answer.text("id");
    const QJsonValue wanted = m_names.json(QStringLiteral("{\"value\":%1}").arg(value))[QLatin1String("value")];
    QCOMPARE(at(answer.json(), path), wanted);
    QCOMPARE(at(m_admin->get(one).json(), path), wanted);
    QCOMPARE(m_admin->remove(one).status, 204);
}

void tst_ContractConditionalAccess::showsEveryMember()
{
    const Answer answer = create(QStringLiteral("{}"));
    const QJsonObject policy = answer.json();
    for (const char *path : {"id",
                             "templateId",
                             "displayName",
                             "description",
                             "state",
                             "conditions",
                             "grantControls",
                             "sessionControls",
                             "createdDateTime",
                             "modifiedDateTime",
                             "conditions/users",
                             "conditions/applications",
                             "conditions/clientAppTypes",
                             "conditions/signInRiskLevels",
                             "conditions/userRiskLevels",
                             "conditions/servicePrincipalRiskLevels",
                             "conditions/insiderRiskLevels",
                             "conditions/platforms",
                             "conditions/locations",
                             "conditions/devices",
                             "conditions/clientApplications",
                             "conditions/authenticationFlows",
                             "conditions/users/includeGroups",
                             "conditions/users/includeRoles",
                             "conditions/users/includeGuestsOrExternalUsers",
                             "conditions/applications/applicationFilter",
                             "grantControls/termsOfUse",
                             "grantControls/authenticationStrength"})
        QVERIFY2(!at(policy, QLatin1String(path)).isUndefined(), path);
    QVERIFY(policy[QLatin1String("modifiedDateTime")].isNull());
    QVERIFY(policy[QLatin1String("createdDateTime")].isString());
    // Read-only members that are sent count for nothing.
    const Answer again = create(QStringLiteral(R"({"createdDateTime":"2001-01-01T00:00:00Z","id":"$nobody"})"));
    QCOMPARE(again.status, 201);
    QVERIFY(again.text("id") != kNobody);
    for (const Answer &made : {answer, again})
        QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + made.text("id")).status, 204);
}

void tst_ContractConditionalAccess::patches_data()
{
    QTest::addColumn<QString>("changes");
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("value");
    const auto row = [](const char *name, const char *changes, const char *patch, const char *path, const char *value) {
        QTest::newRow(name) << QString::fromUtf8(changes) << QString::fromUtf8(patch) << QString::fromLatin1(path)
                            << QString::fromUtf8(value);
    };
    row("10.1 report-only to enabled", "{}", R"({"state":"enabled"})", "state", R"("enabled")");
    row("10.1 enabled to disabled", R"({"state":"enabled"})", R"({"state":"disabled"})", "state", R"("disabled")");
    row("10.1 disabled to report-only", R"({"state":"disabled"})", R"({"state":"enabledForReportingButNotEnforced"})", "state",
        R"("enabledForReportingButNotEnforced")");
    row("the state leaves the users", "{}", R"({"state":"disabled"})", "conditions/users/excludeGroups", R"(["$pimgroup"])");
    row("the name leaves the controls", "{}", R"({"displayName":"Other"})", "grantControls/builtInControls", R"(["block"])");
    row("a list replaces", "{}", R"({"conditions":{"users":{"excludeUsers":["$ada"]}}})", "conditions/users/excludeUsers",
        R"(["$ada"])");
    row("a list leaves its neighbours", "{}", R"({"conditions":{"users":{"excludeUsers":["$ada"]}}})",
        "conditions/users/excludeGroups", R"(["$pimgroup"])");
    row("a list leaves other conditions", "{}", R"({"conditions":{"users":{"excludeUsers":[]}}})",
        "conditions/applications/includeApplications", R"(["$ninja"])");
    row("null takes away", R"({"conditions/platforms":{"includePlatforms":["iOS"]}})", R"({"conditions":{"platforms":null}})",
        "conditions/platforms", "null");
    row("controls", "{}", R"({"grantControls":{"operator":"OR","builtInControls":["mfa"]}})", "grantControls/builtInControls",
        R"(["mfa"])");
}

void tst_ContractConditionalAccess::patches()
{
    QFETCH(QString, changes);
    QFETCH(QString, patch);
    QFETCH(QString, path);
    QFETCH(QString, value);
    const QString one = kPolicies + QLatin1Char('/') + create(changes).text("id");
    const Answer answer = m_admin->patch(one, m_names.json(patch));
    QVERIFY2(answer.status == 204, answer.body.constData());
    QVERIFY(answer.body.isEmpty());
    const QJsonObject after = m_admin->get(one).json();
    QCOMPARE(at(after, path), m_names.json(QStringLiteral("{\"value\":%1}").arg(value))[QLatin1String("value")]);
    QVERIFY(after[QLatin1String("modifiedDateTime")].isString());
    QCOMPARE(m_admin->remove(one).status, 204);
}

void tst_ContractConditionalAccess::refusesPatch_data()
{
    QTest::addColumn<QString>("patch");
    QTest::addColumn<QString>("text");
    const auto row = [](const char *name, const char *patch, const char *text) {
        QTest::newRow(name) << QString::fromUtf8(patch) << QString::fromLatin1(text);
    };
    row("10.2 block and more", R"({"grantControls":{"builtInControls":["block","mfa"]}})", "1011: ");
    row("10.2 controls taken away", R"({"grantControls":null})", "1011: ");
    row("10.6 group", R"({"conditions":{"users":{"excludeGroups":["$nobody"]}}})", "1054: ");
    row("10.5 application", R"({"conditions":{"applications":{"includeApplications":["$nobody"]}}})", "1034: ");
    row("10.2 nobody left", R"({"conditions":{"users":{"includeUsers":[]}}})", "1059: ");
    row("10.2 name taken away", R"({"displayName":null})", "displayName");
    row("10.2 unknown state", R"({"state":"on"})", "1007: ");
    row("10.2 unknown member", R"({"conditions":{"everything":true}})", "1007: ");
}

void tst_ContractConditionalAccess::refusesPatch()
{
    QFETCH(QString, patch);
    QFETCH(QString, text);
    const QString one = kPolicies + QLatin1Char('/') + create(QStringLiteral("{}")).text("id");
    const QJsonObject before = m_admin->get(one).json();
    const Answer answer = m_admin->nonsense("PATCH", one, m_names.json(patch));
    QCOMPARE(answer.status, 400);
    QVERIFY2(answer.message().contains(text), qPrintable(answer.message()));
    QCOMPARE(m_admin->get(one).json(), before);
    QCOMPARE(m_admin->remove(one).status, 204);
}

void tst_ContractConditionalAccess::unknownPolicy()
{
    const QString one = kPolicies + QLatin1Char('/') + kNobody;
    for (const Answer &answer : {m_admin->get(one), m_admin->patch(one, {{QStringLiteral("state"), QStringLiteral("disabled")}}),
                                 m_admin->remove(one), m_admin->get(kDeletedPolicies + QLatin1Char('/') + kNobody)}) {
        QCOMPARE(answer.status, 404);
        QCOMPARE(answer.code(), QStringLiteral("ResourceNotFound"));
    }
}

void tst_ContractConditionalAccess::numberedTextInside()
{
    QCOMPARE(m_admin->control("POST", QStringLiteral("conditionalAccess"), {{QStringLiteral("numberedTextInside"), true}}).status,
             204);
    const Answer answer = create(QStringLiteral(R"({"conditions/users/excludeGroups":["$nobody"]})"));
    QCOMPARE(answer.message(), QStringLiteral("The server could not process the request because it is malformed or incorrect."));
    QCOMPARE(answer.code(), QStringLiteral("BadRequest"));
    const QJsonObject inner = at(answer.json(), QStringLiteral("error/innerError")).toObject();
    QCOMPARE(inner[QLatin1String("message")].toString(), QStringLiteral("1054: Invalid group value: ") + kNobody);
    QVERIFY(inner[QLatin1String("request-id")].isString());
    const QJsonObject unknown{{QStringLiteral("colour"), true}};
    QCOMPARE(m_admin->control("POST", QStringLiteral("conditionalAccess"), unknown).status, 400);
    m_admin->control("POST", QStringLiteral("conditionalAccess"), {{QStringLiteral("numberedTextInside"), false}});
    QVERIFY(create(QStringLiteral(R"({"conditions/users/excludeGroups":["$nobody"]})"))
                .message()
                .startsWith(QLatin1String("1054: ")));
}

void tst_ContractConditionalAccess::permissions_data()
{
    QTest::addColumn<QString>("call");
    QTest::addColumn<QString>("person");
    QTest::addColumn<QString>("scope");
    QTest::addColumn<int>("status");
    const QString mira = upn("mira.kovac"), olga = upn("olga.ivanova"), ada = upn("ada.lindqvist");
    const auto row = [](const char *call, const char *name, const QString &person, const char *scope, int status) {
        QTest::newRow(qPrintable(QLatin1String(call) + QLatin1String(": ") + QLatin1String(name)))
            << QString::fromLatin1(call) << person << QString::fromLatin1(scope) << status;
    };
    // 10.1
    row("list", "Policy.Read.ConditionalAccess", mira, "Policy.Read.ConditionalAccess", 200);
    row("list", "Policy.Read.All", mira, "Policy.Read.All", 200);
    row("list", "none of them", mira, "User.Read", 403);
    row("list", "Application.Read.All is another thing", mira, "Application.Read.All", 403);
    row("list", "Security Reader", olga, "Policy.Read.All", 200);
    row("list", "no role", ada, "Policy.Read.All", 403);
    row("list", "Global Administrator", bg1(), "Policy.Read.All", 200);
    row("create", "write scope alone", mira, "Policy.ReadWrite.ConditionalAccess", 403);
    row("create", "two of three", mira, "Policy.ReadWrite.ConditionalAccess Policy.Read.All", 403);
    row("create", "the other two", mira, "Policy.Read.All Application.Read.All", 403);
    row("create", "and the other two", mira, "Policy.ReadWrite.ConditionalAccess Application.Read.All", 403);
    row("create", "all three", mira, "Policy.ReadWrite.ConditionalAccess Policy.Read.All Application.Read.All", 201);
    row("create", "Security Reader", olga, "Policy.ReadWrite.ConditionalAccess Policy.Read.All Application.Read.All", 403);
    row("create", "no role", ada, "Policy.ReadWrite.ConditionalAccess Policy.Read.All Application.Read.All", 403);
    row("change", "write scope alone", mira, "Policy.ReadWrite.ConditionalAccess", 403);
    row("change", "two of three", mira, "Policy.ReadWrite.ConditionalAccess Policy.Read.All", 403);
    row("change", "all three", mira, "Policy.ReadWrite.ConditionalAccess Policy.Read.All Application.Read.All", 204);
    row("delete", "read scope", mira, "Policy.Read.All", 403);
    row("delete", "write and read", mira, "Policy.ReadWrite.ConditionalAccess Policy.Read.All", 204);
    row("delete", "Security Reader", olga, "Policy.ReadWrite.ConditionalAccess Policy.Read.All", 403);
    // 10.9
    row("evaluate", "Policy.Read.ConditionalAccess", mira, "Policy.Read.ConditionalAccess", 200);
    row("evaluate", "Policy.ReadWrite.ConditionalAccess", mira, "Policy.ReadWrite.ConditionalAccess", 200);
    row("evaluate", "none of them", mira, "User.Read", 403);
    // 9
    row("contexts", "AuthenticationContext.Read.All", mira, "AuthenticationContext.Read.All", 200);
    row("contexts", "Policy.Read.ConditionalAccess", mira, "Policy.Read.ConditionalAccess", 200);
    row("contexts", "none of them", mira, "User.Read", 403);
    row("contexts", "Security Reader is not in the list", olga, "AuthenticationContext.Read.All", 403);
    row("write context", "read scope", mira, "AuthenticationContext.Read.All", 403);
    row("write context", "AuthenticationContext.ReadWrite.All", mira, "AuthenticationContext.ReadWrite.All", 204);
    row("write context", "Policy.ReadWrite.ConditionalAccess", mira, "Policy.ReadWrite.ConditionalAccess", 204);
    row("write context", "no role", ada, "AuthenticationContext.ReadWrite.All", 403);
    // 10.7, 10.8
    row("locations", "Policy.Read.All", mira, "Policy.Read.All", 200);
    row("locations", "AuthenticationContext.Read.All", mira, "AuthenticationContext.Read.All", 403);
    row("write location", "read scope", mira, "Policy.Read.All", 403);
    row("write location", "Security Reader", olga, "Policy.ReadWrite.ConditionalAccess Policy.Read.All", 403);
    row("deleted", "Policy.Read.All", mira, "Policy.Read.All", 200);
    row("deleted", "none of them", mira, "User.Read", 403);
}

void tst_ContractConditionalAccess::permissions()
{
    QFETCH(QString, call);
    QFETCH(QString, person);
    QFETCH(QString, scope);
    QFETCH(int, status);
    const DemoClient caller = client(person, scope);
    const QJsonObject policy = m_names.json(QString::fromLatin1(kWizardPolicy));
    const QString one =
        kPolicies + QLatin1Char('/') +
        (call == QLatin1String("change") || call == QLatin1String("delete") ? create(QStringLiteral("{}")).text("id")
                                                                            : QString());
    const QJsonObject supposed = m_names.json(QStringLiteral(R"({"signInIdentity":{"@odata.type":"#microsoft.graph.userSignIn",
        "userId":"$ada"},"signInContext":{"@odata.type":"#microsoft.graph.applicationContext","includeApplications":["$ninja"]},
        "signInConditions":{}})"));
    const QJsonObject context{{QStringLiteral("displayName"), QStringLiteral("Fifty")}};
    const QMap<QString, std::function<Answer()>> calls{
        {QStringLiteral("list"), [&] { return caller.get(kPolicies); }},
        {QStringLiteral("create"), [&] { return caller.post(kPolicies, policy); }},
        {QStringLiteral("change"),
         [&] {
             return caller.patch(one, {{QStringLiteral("state"), QStringLiteral("disabled")}});
         }},
        {QStringLiteral("delete"), [&] { return caller.remove(one); }},
        {QStringLiteral("evaluate"), [&] { return caller.post(kCa + QStringLiteral("evaluate"), supposed); }},
        {QStringLiteral("contexts"), [&] { return caller.get(kContextReferences); }},
        {QStringLiteral("write context"), [&] { return caller.patch(kContextReferences + QStringLiteral("/c50"), context); }},
        {QStringLiteral("locations"), [&] { return caller.get(kNamedLocations); }},
        {QStringLiteral("write location"), [&] { return caller.remove(kNamedLocations + QLatin1Char('/') + m_names["office"]); }},
        {QStringLiteral("deleted"), [&] { return caller.get(kDeletedPolicies); }}};
    const Answer answer = calls.value(call)();
    QVERIFY2(answer.status == status, answer.body.constData());
    // 1.2: what is missing in the token is AccessDenied; a role is another thing.
    if (status == 403 && person == upn("mira.kovac")) {
        QCOMPARE(answer.code(), QStringLiteral("AccessDenied"));
        QCOMPARE(answer.message(),
                 QStringLiteral("You cannot perform the requested operation, required scopes are missing in the token."));
    }
    if (status == 403 && person != upn("mira.kovac"))
        QCOMPARE(answer.code(), QStringLiteral("Authorization_RequestDenied"));
}

void tst_ContractConditionalAccess::securityDefaults()
{
    const QString defaults = QStringLiteral("/policies/identitySecurityDefaultsEnforcementPolicy");
    QCOMPARE(m_admin->consent(QStringLiteral("Policy.ReadWrite.SecurityDefaults")).status, 204);
    const DemoClient breakGlass = client(bg1(), kAllScopes + QStringLiteral(" Policy.ReadWrite.SecurityDefaults"));
    const QString armed = kPolicies + QLatin1Char('/') + create(QStringLiteral(R"({"state":"enabled"})")).text("id");
    QCOMPARE(breakGlass.patch(defaults, {{QStringLiteral("isEnabled"), true}}).status, 204);
    const QString text = QStringLiteral(
        "Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a Conditional Access "
        "policy.");
    // 2.6: creating or switching to enabled fails; the other two are taken.
    const Answer refused = create(QStringLiteral(R"({"state":"enabled"})"));
    QCOMPARE(refused.status, 400);
    QCOMPARE(refused.message(), text);
    const Answer off = create(QStringLiteral(R"({"state":"disabled"})")), reporting = create(QStringLiteral("{}"));
    QCOMPARE(off.status, 201);
    QCOMPARE(reporting.status, 201);
    for (const Answer &made : {off, reporting}) {
        const Answer switched = m_admin->patch(kPolicies + QLatin1Char('/') + made.text("id"),
                                               {{QStringLiteral("state"), QStringLiteral("enabled")}});
        QCOMPARE(switched.status, 400);
        QCOMPARE(switched.message(), text);
    }
    // What was enabled before can still be changed and left.
    QCOMPARE(m_admin->patch(armed, {{QStringLiteral("displayName"), QStringLiteral("Other")}}).status, 204);
    QCOMPARE(m_admin->patch(armed, {{QStringLiteral("state"), QStringLiteral("disabled")}}).status, 204);
    QCOMPARE(breakGlass.patch(defaults, {{QStringLiteral("isEnabled"), false}}).status, 204);
    QCOMPARE(m_admin->patch(armed, {{QStringLiteral("state"), QStringLiteral("enabled")}}).status, 204);
    for (const QString &id : {armed.section(QLatin1Char('/'), -1), off.text("id"), reporting.text("id")})
        QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + id).status, 204);
}

/// 12: targets carry displayName, and are found by it; also of a policy that is gone.
void tst_ContractConditionalAccess::theLogNamesThePolicy()
{
    const Answer made = create(QStringLiteral(R"({"displayName":"Named in the log"})"));
    QCOMPARE(made.status, 201);
    QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + made.text("id")).status, 204);
    const auto rows = m_admin
                          ->get(QStringLiteral("/auditLogs/directoryAudits?$filter=targetResources/any(t:t/displayName eq "
                                               "'Named in the log')"))
                          .value();
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows.first()[QLatin1String("targetResources")][0][QLatin1String("id")].toString(), made.text("id"));
}

void tst_ContractConditionalAccess::licence()
{
    const auto licence = [&](const char *name) {
        m_admin->control("POST", QStringLiteral("directory"), {{QStringLiteral("licence"), QLatin1String(name)}});
    };
    licence("none");
    for (const Answer &answer : {m_admin->get(kPolicies), create(QStringLiteral("{}")), m_admin->get(kNamedLocations)}) {
        QCOMPARE(answer.status, 403);
        QVERIFY2(answer.message().contains(QLatin1String("not licensed")), answer.body.constData());
    }
    QCOMPARE(m_admin->get(QStringLiteral("/auditLogs/signIns?$top=1")).code(),
             QStringLiteral("Authentication_RequestFromNonPremiumTenantOrB2CTenant"));
    licence("P1");
    QCOMPARE(m_admin->get(kPolicies).status, 200);
    licence("P2");
}

void tst_ContractConditionalAccess::deletedPolicies()
{
    const QString id = create(QStringLiteral(R"({"state":"enabled"})")).text("id");
    const QJsonObject policy = m_admin->get(kPolicies + QLatin1Char('/') + id).json();
    QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + id).status, 204); // of an active policy too
    QCOMPARE(m_admin->get(kPolicies + QLatin1Char('/') + id).status, 404);
    const QString gone = kDeletedPolicies + QLatin1Char('/') + id;
    QVERIFY(m_admin->get(gone).json()[QLatin1String("deletedDateTime")].isString());
    QCOMPARE(m_admin->send("POST", gone + QStringLiteral("/restore")).status, 200);
    QCOMPARE(m_admin->get(gone).status, 404);
    QCOMPARE(m_admin->get(kPolicies + QLatin1Char('/') + id).json(), policy);
    // 30 days, by the clock.
    QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + id).status, 204);
    m_admin->advance(QStringLiteral("P29D"));
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(m_admin->get(gone).status, 200);
    m_admin->advance(QStringLiteral("P2D"));
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    QCOMPARE(m_admin->get(gone).status, 404);
}

void tst_ContractConditionalAccess::deletedPolicyPurged()
{
    const QString id = create(QStringLiteral("{}")).text("id");
    m_admin->remove(kPolicies + QLatin1Char('/') + id);
    const QString gone = kDeletedPolicies + QLatin1Char('/') + id;
    QCOMPARE(m_admin->remove(gone).status, 204);
    QCOMPARE(m_admin->get(gone).status, 404);
    QCOMPARE(m_admin->send("POST", gone + QStringLiteral("/restore")).status, 404);
}

void tst_ContractConditionalAccess::namedLocations_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *body, int status) {
        QTest::newRow(name) << QString::fromUtf8(body) << status;
    };
    row("10.7 ip", R"({"@odata.type":"#microsoft.graph.ipNamedLocation","displayName":"Lab","isTrusted":false,
        "ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"198.51.100.0/24"},
                    {"@odata.type":"#microsoft.graph.iPv6CidrRange","cidrAddress":"2001:db8::/32"}]})",
        201);
    row("10.7 country", R"({"@odata.type":"#microsoft.graph.countryNamedLocation","displayName":"Nordics",
        "countriesAndRegions":["DK","SE"],"countryLookupMethod":"clientIpAddress","includeUnknownCountriesAndRegions":false})",
        201);
    row("10.7 @odata.type required", R"({"displayName":"Lab","ipRanges":[]})", 400);
    row("10.7 another type", R"({"@odata.type":"#microsoft.graph.user","displayName":"Lab"})", 400);
    row("no name", R"({"@odata.type":"#microsoft.graph.countryNamedLocation","countriesAndRegions":["DK"]})", 400);
    row("no ranges", R"({"@odata.type":"#microsoft.graph.ipNamedLocation","displayName":"Lab","ipRanges":[]})", 400);
    row("range without type",
        R"({"@odata.type":"#microsoft.graph.ipNamedLocation","displayName":"Lab","ipRanges":[{"cidrAddress":"10.0.0.0/8"}]})",
        400);
    row("no network", R"({"@odata.type":"#microsoft.graph.ipNamedLocation","displayName":"Lab",
        "ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"10.0.0.300/24"}]})",
        400);
    row("address family of another type", R"({"@odata.type":"#microsoft.graph.ipNamedLocation","displayName":"Lab",
        "ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"2001:db8::/32"}]})",
        400);
    row("no countries", R"({"@odata.type":"#microsoft.graph.countryNamedLocation","displayName":"Lab",
        "countriesAndRegions":[]})",
        400);
    row("country names", R"({"@odata.type":"#microsoft.graph.countryNamedLocation","displayName":"Lab",
        "countriesAndRegions":["Denmark"]})",
        400);
    row("member of the other type", R"({"@odata.type":"#microsoft.graph.countryNamedLocation","displayName":"Lab",
        "countriesAndRegions":["DK"],"isTrusted":true})",
        400);
}

void tst_ContractConditionalAccess::namedLocations()
{
    QFETCH(QString, body);
    QFETCH(int, status);
    const QJsonObject sent = m_names.json(body);
    const Answer answer = status == 201 ? m_admin->post(kNamedLocations, sent) : m_admin->nonsense("POST", kNamedLocations, sent);
    QVERIFY2(answer.status == status, answer.body.constData());
    if (status != 201)
        return;
    const QJsonObject read = m_admin->get(kNamedLocations + QLatin1Char('/') + answer.text("id")).json();
    for (auto it = sent.begin(); it != sent.end(); ++it)
        QCOMPARE(read.value(it.key()), it.value());
    QCOMPARE(m_admin->remove(kNamedLocations + QLatin1Char('/') + answer.text("id")).status, 204);
}

void tst_ContractConditionalAccess::namedLocationLife()
{
    const QJsonObject sent = m_names.json(QStringLiteral(
        R"({"@odata.type":"#microsoft.graph.ipNamedLocation","displayName":"Branch","isTrusted":true,
        "ipRanges":[{"@odata.type":"#microsoft.graph.iPv4CidrRange","cidrAddress":"192.0.2.0/24"}]})"));
    const QString id = m_admin->post(kNamedLocations, sent).text("id"), one = kNamedLocations + QLatin1Char('/') + id;
    Names names = m_names;
    names.add("branch", id);
    const QString policy =
        m_admin
            ->post(kPolicies, changed(names.json(QString::fromLatin1(kWizardPolicy)),
                                      names.json(QStringLiteral(R"({"conditions/locations":{"includeLocations":["$branch"]}})"))))
            .text("id");
    QCOMPARE(m_admin->remove(one).status, 400); // in use
    QCOMPARE(m_admin->nonsense("PATCH", one, QJsonObject{{QStringLiteral("displayName"), QStringLiteral("X")}}).status, 400);
    QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + policy).status, 204);
    QCOMPARE(m_admin->remove(one).status, 400); // trusted
    const QJsonObject untrusted{{QStringLiteral("@odata.type"), QStringLiteral("#microsoft.graph.ipNamedLocation")},
                                {QStringLiteral("isTrusted"), false}};
    QCOMPARE(m_admin->patch(one, untrusted).status, 204);
    const QJsonObject read = m_admin->get(one).json();
    QCOMPARE(read[QLatin1String("isTrusted")].toBool(true), false);
    QCOMPARE(read[QLatin1String("displayName")].toString(), QStringLiteral("Branch"));
    QCOMPARE(m_admin->remove(one).status, 204);
    QCOMPARE(m_admin->get(one).code(), QStringLiteral("ResourceNotFound"));
    for (const char *activity : {"Add named location", "Update named location", "Delete named location"})
        QVERIFY2(auditsOf(activity) >= 1, activity);
}

void tst_ContractConditionalAccess::contexts_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("body");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *method, const char *id, const char *body, int status) {
        QTest::newRow(name) << QString::fromLatin1(method) << QString::fromLatin1(id) << QString::fromUtf8(body) << status;
    };
    row("9 create", "POST", "", R"({"id":"c3","displayName":"Three","description":"For three","isAvailable":false})", 201);
    row("9 id required", "POST", "", R"({"displayName":"None"})", 400);
    row("9 c1 is taken", "POST", "", R"({"id":"c1","displayName":"Once more"})", 400);
    row("9 c0", "POST", "", R"({"id":"c0","displayName":"Zero"})", 400);
    row("9 c99", "POST", "", R"({"id":"c99","displayName":"Last"})", 201);
    row("9 c100", "POST", "", R"({"id":"c100","displayName":"Too far"})", 400);
    row("9 another id", "POST", "", R"({"id":"admins","displayName":"Admins"})", 400);
    row("9 no name", "POST", "", R"({"id":"c4"})", 400);
    row("9 unknown member", "POST", "", R"({"id":"c4","displayName":"Four","colour":"red"})", 400);
    row("9 PATCH upserts", "PATCH", "c25", R"({"displayName":"Twenty-five","isAvailable":true})", 204);
    row("9 PATCH changes", "PATCH", "c3", R"({"description":"Changed"})", 204);
    row("9 PATCH of c100", "PATCH", "c100", R"({"displayName":"Too far"})", 400);
    row("9 PATCH makes none without a name", "PATCH", "c26", R"({"isAvailable":true})", 400);
    row("9 published", "DELETE", "c25", "{}", 403);
    row("9 unknown", "DELETE", "c98", "{}", 404);
    row("9 delete", "DELETE", "c99", "{}", 204);
}

void tst_ContractConditionalAccess::contexts()
{
    QFETCH(QString, method);
    QFETCH(QString, id);
    QFETCH(QString, body);
    QFETCH(int, status);
    const QString path = kContextReferences + (id.isEmpty() ? QString() : QLatin1Char('/') + id);
    const QJsonObject sent = m_names.json(body);
    const std::optional<QJsonObject> content = method == QLatin1String("DELETE") ? std::nullopt : std::optional(sent);
    const Answer answer =
        status < 300 ? m_admin->send(method.toLatin1(), path, content) : m_admin->nonsense(method.toLatin1(), path, content);
    QVERIFY2(answer.status == status, answer.body.constData());
    if (status != 201 && status != 204)
        return;
    const QString key = id.isEmpty() ? sent[QLatin1String("id")].toString() : id;
    const Answer read = m_admin->get(kContextReferences + QLatin1Char('/') + key);
    QCOMPARE(read.status, method == QLatin1String("DELETE") ? 404 : 200);
    if (method != QLatin1String("DELETE"))
        for (auto it = sent.begin(); it != sent.end(); ++it)
            QCOMPARE(read.json().value(it.key()), it.value());
}

void tst_ContractConditionalAccess::contextLife()
{
    const QString one = kContextReferences + QStringLiteral("/c40");
    const QJsonObject hidden{{QStringLiteral("displayName"), QStringLiteral("Forty")}, {QStringLiteral("isAvailable"), false}};
    QCOMPARE(m_admin->patch(one, hidden).status, 204);
    const QString policy =
        create(QStringLiteral(R"({"conditions/applications":{"includeAuthenticationContextClassReferences":["c40"]}})"))
            .text("id");
    QCOMPARE(m_admin->remove(one).status, 400); // not published, but used
    QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + policy).status, 204);
    QCOMPARE(m_admin->remove(one).status, 204);
    QVERIFY(auditsOf("Add AuthenticationContextClassReference") >= 1);
    QVERIFY(auditsOf("Delete AuthenticationContextClassReference") >= 1);
}

void tst_ContractConditionalAccess::strengths()
{
    const QString all = QStringLiteral("/policies/authenticationStrengthPolicies");
    const Answer answer = m_admin->get(all);
    QCOMPARE(answer.value().size(), 3);
    QStringList names;
    for (const auto &each : answer.value()) {
        names << each[QLatin1String("displayName")].toString();
        QCOMPARE(each[QLatin1String("policyType")].toString(), QStringLiteral("builtIn"));
    }
    names.sort();
    QCOMPARE(names, (QStringList{QStringLiteral("Multifactor authentication"), QStringLiteral("Passwordless MFA"),
                                 QStringLiteral("Phishing-resistant MFA")}));
    QCOMPARE(client(upn("mira.kovac"), QStringLiteral("User.Read")).get(all).status, 403);
}

void tst_ContractConditionalAccess::listOptions()
{
    const QString id = create(QStringLiteral(R"({"displayName":"AAA first"})")).text("id");
    const auto names = [](const Answer &answer) {
        QStringList list;
        for (const auto &each : answer.value())
            list << each[QLatin1String("displayName")].toString();
        return list;
    };
    QCOMPARE(names(m_admin->get(kPolicies + QStringLiteral("?$filter=displayName eq 'AAA first'"))),
             QStringList{QStringLiteral("AAA first")});
    QVERIFY(
        !names(m_admin->get(kPolicies + QStringLiteral("?$filter=state eq 'disabled'"))).contains(QStringLiteral("AAA first")));
    const Answer selected = m_admin->get(kPolicies + QStringLiteral("?$select=id,displayName"));
    QVERIFY(!selected.first().contains(QLatin1String("state")));
    QCOMPARE(m_admin->get(kPolicies + QStringLiteral("?$top=1")).value().size(), 1);
    QCOMPARE(m_admin->remove(kPolicies + QLatin1Char('/') + id).status, 204);
}

void tst_ContractConditionalAccess::oneAuditPerChange()
{
    const auto count = [&](const char *activity) { return auditsOf(activity); };
    const qsizetype added = count("Add conditional access policy"), updated = count("Update conditional access policy"),
                    deleted = count("Delete conditional access policy");
    const QString one = kPolicies + QLatin1Char('/') + create(QStringLiteral("{}")).text("id");
    m_admin->patch(one, {{QStringLiteral("state"), QStringLiteral("disabled")}});
    m_admin->nonsense("PATCH", one, QJsonObject{{QStringLiteral("state"), QStringLiteral("on")}});
    m_admin->remove(one);
    m_admin->remove(one);
    QCOMPARE(count("Add conditional access policy"), added + 1);
    QCOMPARE(count("Update conditional access policy"), updated + 1);
    QCOMPARE(count("Delete conditional access policy"), deleted + 1);
}

QTEST_GUILESS_MAIN(tst_ContractConditionalAccess)
#include "tst_ContractConditionalAccess.moc"
