#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"

#include <QFile>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using pimgate::demo::DemoTenant;

/// Signing in to the applications of the tenant, and the log it leaves.
class tst_DemoSignIn : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void openApplication();
    void unknownThings();
    void assignmentRequired();
    void nestedGroupDoesNotCount();
    void assignmentComesBeforePolicy();
    void blockedUnlessActive();
    void reportOnlyNeverBlocks();
    void mfa();
    void mfaNotRegistered();
    void oidcRedirect();
    void log();
    void logNeedsScopeAndRole();
    void logIsLate();
    void logTakesFewOptions();
    void disabledApplication();
    void sessionOutlivesMembership();
    void contextPolicyAsksForMore();

private:
    Answer application(const QByteArray &method, const QString &tail = {}, const QByteArray &cookie = {});
    Answer open(const QString &userPrincipalName, const QString &prompt = QStringLiteral("none"));
    void assignGroup(const QString &group);
    void requireAssignment();
    QString policy(const char *state, const char *control, const QString &excludedGroup = {});
    QJsonObject newestSignIn();

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<DemoClient> m_admin;
    QString m_group, m_ada;
    QJsonObject m_app;
};

void tst_DemoSignIn::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
    m_group = newGroup(*m_admin, QStringLiteral("PIM-Ninja"));
    m_ada = idOf(*m_admin, "ada.lindqvist");
    m_app = m_admin->get(QStringLiteral("/servicePrincipals?$filter=displayName eq 'NinjaOne'")).first();
    // The seed assigns people; these tests begin with nobody.
    const QString assigned = QStringLiteral("/servicePrincipals/%1/appRoleAssignedTo").arg(m_app[QLatin1String("id")].toString());
    for (const auto &each : m_admin->get(assigned).value())
        QCOMPARE(m_admin->remove(assigned + QLatin1Char('/') + each[QLatin1String("id")].toString()).status, 204);
}

void tst_DemoSignIn::cleanup()
{
    m_tenant.reset();
}

Answer tst_DemoSignIn::open(const QString &userPrincipalName, const QString &prompt)
{
    QUrl url(QStringLiteral("%1/%2/api/signin/%3")
                 .arg(m_admin->member("login"), m_admin->member("tenant"), m_app[QLatin1String("appId")].toString()));
    QUrlQuery query;
    if (!userPrincipalName.isEmpty())
        query.addQueryItem(QStringLiteral("login_hint"), QString::fromLatin1(QUrl::toPercentEncoding(userPrincipalName)));
    if (!prompt.isEmpty())
        query.addQueryItem(QStringLiteral("prompt"), prompt);
    url.setQuery(query);
    return exchange("GET", url);
}

/// The application's own pages.
Answer tst_DemoSignIn::application(const QByteArray &method, const QString &tail, const QByteArray &cookie)
{
    const QUrl url(QStringLiteral("%1/%2/apps/%3%4")
                       .arg(m_admin->member("login"), m_admin->member("tenant"), m_app[QLatin1String("appId")].toString(), tail));
    return exchange(method, url, {},
                    cookie.isEmpty() ? QList<std::pair<QByteArray, QByteArray>>()
                                     : QList<std::pair<QByteArray, QByteArray>>{{"Cookie", cookie}});
}

void tst_DemoSignIn::assignGroup(const QString &group)
{
    const QString id = m_app[QLatin1String("id")].toString();
    QString role = QStringLiteral("00000000-0000-0000-0000-000000000000");
    for (const auto &each : m_app[QLatin1String("appRoles")].toArray())
        role = each[QLatin1String("id")].toString();
    const Answer answer = m_admin->post(
        QStringLiteral("/servicePrincipals/%1/appRoleAssignedTo").arg(id),
        {{QStringLiteral("principalId"), group}, {QStringLiteral("resourceId"), id}, {QStringLiteral("appRoleId"), role}});
    QVERIFY2(answer.status == 201, answer.body.constData());
}

void tst_DemoSignIn::requireAssignment()
{
    QCOMPARE(m_admin
                 ->patch(QStringLiteral("/servicePrincipals/") + m_app[QLatin1String("id")].toString(),
                         {{QStringLiteral("appRoleAssignmentRequired"), true}})
                 .status,
             204);
}

QString tst_DemoSignIn::policy(const char *state, const char *control, const QString &excludedGroup)
{
    QJsonObject users{{QStringLiteral("includeUsers"), QJsonArray{QStringLiteral("All")}}};
    if (!excludedGroup.isEmpty())
        users.insert(QStringLiteral("excludeGroups"), QJsonArray{excludedGroup});
    const QJsonObject applications{{QStringLiteral("includeApplications"), QJsonArray{m_app[QLatin1String("appId")]}}};
    return m_admin
        ->post(QStringLiteral("/identity/conditionalAccess/policies"),
               {{QStringLiteral("displayName"), QStringLiteral("PIM only")},
                {QStringLiteral("state"), QLatin1String(state)},
                {QStringLiteral("conditions"), QJsonObject{{QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
                                                           {QStringLiteral("applications"), applications},
                                                           {QStringLiteral("users"), users}}},
                {QStringLiteral("grantControls"),
                 QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                             {QStringLiteral("builtInControls"), QJsonArray{QLatin1String(control)}}}}})
        .text("id");
}

QJsonObject tst_DemoSignIn::newestSignIn()
{
    return m_admin
        ->get(QStringLiteral("/auditLogs/signIns?$top=1&$filter=appId eq '%1'").arg(m_app[QLatin1String("appId")].toString()))
        .first();
}

void tst_DemoSignIn::openApplication()
{
    const Answer answer = open(upn("ada.lindqvist"));
    QCOMPARE(answer.status, 200);
    QVERIFY(answer.body.contains("Signed in to NinjaOne"));
    QVERIFY(answer.header("Content-Type").startsWith("text/html"));
    const QJsonObject record = newestSignIn();
    QCOMPARE(record[QLatin1String("status")][QLatin1String("errorCode")].toInt(-1), 0);
    QCOMPARE(record[QLatin1String("conditionalAccessStatus")].toString(), QStringLiteral("notApplied"));
    QCOMPARE(record[QLatin1String("userPrincipalName")].toString(), upn("ada.lindqvist"));
    const Answer choice = open({}, {});
    QCOMPARE(choice.status, 200);
    QVERIFY(choice.body.contains("login_hint=ada.lindqvist%40contoso.demo"));
}

void tst_DemoSignIn::unknownThings()
{
    QVERIFY(open(upn("nobody")).body.contains("AADSTS50034"));
    QVERIFY(open(upn("bernd.vogt")).body.contains("AADSTS50057"));
    QCOMPARE(open(upn("bernd.vogt")).status, 403);
    const QUrl other(m_admin->member("login") + QLatin1Char('/') + m_admin->member("tenant") +
                     QStringLiteral("/api/signin/11111111-2222-3333-4444-555555555555?login_hint=x"));
    QVERIFY(exchange("GET", other).body.contains("AADSTS700016"));
    const Answer markup = open(QStringLiteral("<b>x</b>"));
    QVERIFY(!markup.body.contains("<b>x"));
}

void tst_DemoSignIn::assignmentRequired()
{
    requireAssignment();
    const Answer refused = open(upn("ada.lindqvist"));
    QCOMPARE(refused.status, 403);
    QVERIFY(refused.body.contains("AADSTS50105"));
    QVERIFY(refused.body.contains("not a direct member of a group with access"));
    QCOMPARE(newestSignIn()[QLatin1String("status")][QLatin1String("errorCode")].toInt(), 50105);
    const QString desk =
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'Service Desk'")).first()[QLatin1String("id")].toString();
    assignGroup(desk);
    QCOMPARE(open(upn("ada.lindqvist")).status, 200);
    QCOMPARE(open(upn("sam.porter")).status, 403);
}

void tst_DemoSignIn::nestedGroupDoesNotCount()
{
    requireAssignment();
    assignGroup(
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'All technicians'")).first()[QLatin1String("id")].toString());
    QVERIFY(open(upn("ada.lindqvist")).body.contains("AADSTS50105")); // a member through Service Desk only (P7)
}

void tst_DemoSignIn::assignmentComesBeforePolicy()
{
    requireAssignment();
    QVERIFY(!policy("enabled", "block").isEmpty());
    QVERIFY(open(upn("ada.lindqvist")).body.contains("AADSTS50105"));
}

void tst_DemoSignIn::blockedUnlessActive()
{
    requireAssignment();
    assignGroup(m_group);
    assignGroup(
        m_admin->get(QStringLiteral("/groups?$filter=displayName eq 'Service Desk'")).first()[QLatin1String("id")].toString());
    const QString id = policy("enabled", "block", m_group);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", m_group, m_ada, lasting("P30D")).status, 201);
    const Answer blocked = open(upn("ada.lindqvist"));
    QCOMPARE(blocked.status, 403);
    QVERIFY(blocked.body.contains("AADSTS53003"));
    const QJsonObject record = newestSignIn();
    QCOMPARE(record[QLatin1String("conditionalAccessStatus")].toString(), QStringLiteral("failure"));
    const QJsonArray applied = record[QLatin1String("appliedConditionalAccessPolicies")].toArray();
    const auto ours = std::find_if(applied.begin(), applied.end(),
                                   [&](const QJsonValue &each) { return each[QLatin1String("id")].toString() == id; });
    QVERIFY(ours != applied.end());
    QCOMPARE((*ours)[QLatin1String("result")].toString(), QStringLiteral("failure"));
    QCOMPARE((*ours)[QLatin1String("enforcedGrantControls")][0].toString(), QStringLiteral("Block"));

    DemoClient ada(m_tenant->cloudFile());
    QCOMPARE(ada.signIn(upn("ada.lindqvist")), QString());
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"),
                    {{QStringLiteral("justification"), QStringLiteral("Work")}})
                 .status,
             201);
    QCOMPARE(open(upn("ada.lindqvist")).status, 200);
    m_admin->advance(QStringLiteral("PT61M"));
    QVERIFY(open(upn("ada.lindqvist")).body.contains("AADSTS53003"));
}

void tst_DemoSignIn::reportOnlyNeverBlocks()
{
    const QString id = policy("enabledForReportingButNotEnforced", "block");
    QCOMPARE(open(upn("ada.lindqvist")).status, 200);
    const QJsonObject record = newestSignIn();
    QCOMPARE(record[QLatin1String("conditionalAccessStatus")].toString(), QStringLiteral("notApplied"));
    for (const auto &each : record[QLatin1String("appliedConditionalAccessPolicies")].toArray())
        if (each[QLatin1String("id")].toString() == id)
            QCOMPARE(each[QLatin1String("result")].toString(), QStringLiteral("reportOnlyFailure"));
}

void tst_DemoSignIn::mfa()
{
    QVERIFY(!policy("enabled", "mfa").isEmpty());
    QVERIFY(open(upn("ada.lindqvist")).body.contains("AADSTS50076")); // silent: nobody there to do it
    QCOMPARE(open(upn("ada.lindqvist"), {}).status, 200);
    QCOMPARE(newestSignIn()[QLatin1String("conditionalAccessStatus")].toString(), QStringLiteral("success"));
}

/// Contract 16: nobody passes a policy with a second factor that he has not registered.
void tst_DemoSignIn::mfaNotRegistered()
{
    QCOMPARE(open(upn("zoe.janssens"), {}).status, 200);
    QVERIFY(!policy("enabled", "mfa").isEmpty());
    for (const QString &prompt : {QString(), QStringLiteral("none")}) {
        const Answer refused = open(upn("zoe.janssens"), prompt);
        QCOMPARE(refused.status, 403);
        QVERIFY(refused.body.contains("AADSTS50079"));
        const QJsonObject record = newestSignIn();
        QCOMPARE(record[QLatin1String("userPrincipalName")].toString(), upn("zoe.janssens"));
        QCOMPARE(record[QLatin1String("status")][QLatin1String("errorCode")].toInt(), 50079);
        QCOMPARE(record[QLatin1String("conditionalAccessStatus")].toString(), QStringLiteral("failure"));
    }
}

void tst_DemoSignIn::oidcRedirect()
{
    // Any application with a reply address that is registered for OpenID Connect.
    QJsonObject oidc;
    for (const auto &each : m_admin->get(QStringLiteral("/servicePrincipals?$top=999")).value())
        if (!each[QLatin1String("replyUrls")].toArray().isEmpty() && each[QLatin1String("preferredSingleSignOnMode")].isNull() &&
            each[QLatin1String("replyUrls")][0].toString().startsWith(QLatin1String("https://")))
            oidc = each.toObject();
    QVERIFY(!oidc.isEmpty());
    m_app = oidc;
    const auto location = [&] {
        QUrl url(QStringLiteral("%1/%2/oauth2/v2.0/authorize").arg(m_admin->member("login"), m_admin->member("tenant")));
        QUrlQuery query;
        query.setQueryItems({{QStringLiteral("client_id"), oidc[QLatin1String("appId")].toString()},
                             {QStringLiteral("response_type"), QStringLiteral("code")},
                             {QStringLiteral("redirect_uri"),
                              QString::fromLatin1(QUrl::toPercentEncoding(oidc[QLatin1String("replyUrls")][0].toString()))},
                             {QStringLiteral("scope"), QStringLiteral("openid")},
                             {QStringLiteral("login_hint"), upn("ada.lindqvist")},
                             {QStringLiteral("prompt"), QStringLiteral("none")}});
        url.setQuery(query);
        return QUrlQuery(QUrl(QString::fromLatin1(exchange("GET", url).header("Location"))).query());
    };
    QVERIFY(location().hasQueryItem(QStringLiteral("code")));
    QVERIFY(!policy("enabled", "block").isEmpty());
    QVERIFY(!location().hasQueryItem(QStringLiteral("code")));
    QVERIFY(location().queryItemValue(QStringLiteral("error_description")).contains(QLatin1String("AADSTS53003")));
    requireAssignment();
    QVERIFY(location().queryItemValue(QStringLiteral("error_description")).contains(QLatin1String("AADSTS50105")));
}

void tst_DemoSignIn::log()
{
    requireAssignment();
    open(upn("ada.lindqvist"));
    m_admin->advance(QStringLiteral("PT10M"));
    open(upn("sam.porter"));
    const QString app = m_app[QLatin1String("appId")].toString();
    const QString signIns = QStringLiteral("/auditLogs/signIns?$filter=");
    const Answer both = m_admin->get(signIns + QStringLiteral("appId eq '%1' and status/errorCode eq 50105").arg(app));
    QCOMPARE(both.value().size(), 2);
    QCOMPARE(both.value()[0][QLatin1String("userPrincipalName")].toString(), upn("sam.porter")); // newest first
    QCOMPARE(
        m_admin->get(signIns + QStringLiteral("userId eq '%1' and appId eq '%2' and status/errorCode eq 50105").arg(m_ada, app))
            .value()
            .size(),
        1);
    const QString since = both.value()[0][QLatin1String("createdDateTime")].toString().left(19) + QLatin1Char('Z');
    QCOMPARE(m_admin->get(signIns + QStringLiteral("appId eq '%1' and createdDateTime ge %2").arg(app, since)).value().size(), 1);
    const Answer page =
        m_admin->get(QStringLiteral("/auditLogs/signIns?$top=1&$filter=appId eq '%1' and status/errorCode eq 50105").arg(app));
    QCOMPARE(page.value().size(), 1);
    const QString next = page.text("@odata.nextLink");
    QVERIFY(next.startsWith(m_admin->member("graph")));
    const Answer second = m_admin->get(next.mid(m_admin->member("graph").size() + 5));
    QCOMPARE(second.first()[QLatin1String("userPrincipalName")].toString(), upn("ada.lindqvist"));
    QVERIFY(!second.json().contains(QLatin1String("@odata.nextLink")));
    QCOMPARE(m_admin->get(QStringLiteral("/auditLogs/signIns/") + second.first()[QLatin1String("id")].toString()).status, 200);
}

void tst_DemoSignIn::logNeedsScopeAndRole()
{
    DemoClient ada(m_tenant->cloudFile());
    QCOMPARE(ada.signIn(upn("ada.lindqvist")), QString());
    QCOMPARE(ada.get(QStringLiteral("/auditLogs/signIns")).status, 403);
    DemoClient narrow(m_tenant->cloudFile());
    QCOMPARE(narrow.signIn(upn("mira.kovac"), {}, QStringLiteral("User.Read")), QString());
    QCOMPARE(narrow.get(QStringLiteral("/auditLogs/signIns")).status, 403);
}

void tst_DemoSignIn::logIsLate()
{
    m_admin->control("POST", QStringLiteral("logs"), {{QStringLiteral("signInDelay"), QStringLiteral("PT5M")}});
    requireAssignment();
    open(upn("sam.porter"));
    const QString refused = QStringLiteral("/auditLogs/signIns?$filter=appId eq '%1' and status/errorCode eq 50105")
                                .arg(m_app[QLatin1String("appId")].toString());
    QCOMPARE(m_admin->get(refused).value().size(), 0);
    m_admin->advance(QStringLiteral("PT4M"));
    QCOMPARE(m_admin->get(refused).value().size(), 0);
    m_admin->advance(QStringLiteral("PT2M"));
    QCOMPARE(m_admin->get(refused).value().size(), 1);
}

void tst_DemoSignIn::logTakesFewOptions()
{
    open(upn("ada.lindqvist"));
    const QString signIns = QStringLiteral("/auditLogs/signIns?");
    QCOMPARE(m_admin->get(signIns + QStringLiteral("$top=1")).status, 200); // contract 12: $filter, $top, $skiptoken only
    for (const char *option : {"$select=id", "$orderby=createdDateTime", "$count=true", "$search=\"appId:x\""})
        QCOMPARE(m_admin->nonsense("GET", signIns + QLatin1String(option)).status, 400);
    QCOMPARE(m_admin->get(signIns + QStringLiteral("$filter=startsWith(userPrincipalName,'ada.')&$top=1")).value().size(), 1);
    QVERIFY(!m_admin->get(signIns + QStringLiteral("$filter=conditionalAccessStatus eq 'notApplied'&$top=1")).value().isEmpty());
}

void tst_DemoSignIn::disabledApplication()
{
    m_app = m_admin->get(QStringLiteral("/servicePrincipals?$filter=displayName eq 'Old RMM'")).first();
    const Answer answer = open(upn("ada.lindqvist"));
    QCOMPARE(answer.status, 403);
    QVERIFY(answer.body.contains("AADSTS7000112"));
    QCOMPARE(newestSignIn()[QLatin1String("status")][QLatin1String("errorCode")].toInt(), 7000112);
}

/// Contract 10.4: who is in the application stays until the application asks Entra again.
void tst_DemoSignIn::sessionOutlivesMembership()
{
    requireAssignment();
    assignGroup(m_group);
    QVERIFY(!policy("enabled", "block", m_group).isEmpty());
    QCOMPARE(application("GET").status, 401);
    QCOMPARE(askPim(*m_admin, "eligibility", "adminAssign", m_group, m_ada, lasting("P30D")).status, 201);
    DemoClient ada(m_tenant->cloudFile());
    QCOMPARE(ada.signIn(upn("ada.lindqvist")), QString());
    QCOMPARE(askPim(ada, "assignment", "selfActivate", m_group, m_ada, lasting("PT1H"),
                    {{QStringLiteral("justification"), QStringLiteral("Work")}})
                 .status,
             201);
    const Answer entered = open(upn("ada.lindqvist"));
    QCOMPARE(entered.status, 200);
    const QByteArray cookie = entered.header("Set-Cookie").split(';').first();
    QVERIFY(entered.header("Set-Cookie").contains("HttpOnly"));
    QCOMPARE(application("GET", {}, cookie).status, 200);

    m_admin->advance(QStringLiteral("PT61M"));
    QVERIFY(open(upn("ada.lindqvist")).body.contains("AADSTS50105")); // a new sign-in is refused
    const QByteArray hinted = "still signed in (the application's own session";
    QVERIFY(application("GET", {}, cookie).body.contains(hinted));
    const QString hint = QStringLiteral("?login_hint=") + upn("ada.lindqvist");
    QVERIFY(application("GET", hint).body.contains(hinted));
    QCOMPARE(application("GET", {}, "app-x=y; " + cookie.split('=').first() + "=guessed").status, 401);
    QCOMPARE(application("POST", QStringLiteral("/signout"), cookie).status, 200);
    QCOMPARE(application("GET", {}, cookie).status, 401);
    QCOMPARE(application("GET", hint).status, 401);
}

/// A policy for an authentication context stands before the token that shall carry it, and before nothing else.
void tst_DemoSignIn::contextPolicyAsksForMore()
{
    const QJsonObject policy{
        {QStringLiteral("displayName"), QStringLiteral("Privileged")},
        {QStringLiteral("state"), QStringLiteral("enabled")},
        {QStringLiteral("conditions"),
         QJsonObject{{QStringLiteral("clientAppTypes"), QJsonArray{QStringLiteral("all")}},
                     {QStringLiteral("applications"), QJsonObject{{QStringLiteral("includeAuthenticationContextClassReferences"),
                                                                   QJsonArray{QStringLiteral("c1")}}}},
                     {QStringLiteral("users"), QJsonObject{{QStringLiteral("includeUsers"), QJsonArray{m_ada}}}}}},
        {QStringLiteral("grantControls"),
         QJsonObject{{QStringLiteral("operator"), QStringLiteral("OR")},
                     {QStringLiteral("builtInControls"), QJsonArray{QStringLiteral("compliantDevice")}}}}};
    const QJsonObject stepUp{{QStringLiteral("acrs"),
                              QJsonObject{{QStringLiteral("essential"), true}, {QStringLiteral("value"), QStringLiteral("c1")}}}};
    DemoClient ada(m_tenant->cloudFile());
    QCOMPARE(ada.signIn(upn("ada.lindqvist"), stepUp), QString());
    QCOMPARE(m_admin->post(QStringLiteral("/identity/conditionalAccess/policies"), policy).status, 201);
    QVERIFY(ada.signIn(upn("ada.lindqvist"), stepUp).contains(QLatin1String("AADSTS53000")));
    QCOMPARE(ada.signIn(upn("ada.lindqvist")), QString());
    const QJsonObject compliant{{QStringLiteral("signIn"), QJsonObject{{QStringLiteral("deviceInfo"),
                                                                        QJsonObject{{QStringLiteral("isCompliant"), true}}}}}};
    QCOMPARE(m_admin->control("POST", QStringLiteral("conditionalAccess"), compliant).status, 204);
    QCOMPARE(ada.signIn(upn("ada.lindqvist"), stepUp), QString());
}

QTEST_GUILESS_MAIN(tst_DemoSignIn)
#include "tst_DemoSignIn.moc"
