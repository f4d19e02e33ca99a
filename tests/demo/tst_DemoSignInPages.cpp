#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"
#include "demo/SignInDesk.h"

#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

namespace {

const QString mfaClaims = u"{\"access_token\":{\"amr\":{\"essential\":true,\"values\":[\"mfa\"]}}}"_s;

const QString mfaStrength = u"00000000-0000-0000-0000-000000000002"_s;

} // namespace

/// What a person meets in a browser: pages, the session in the cookie, the second factor, consent, sign-out.
class tst_DemoSignInPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_tenant.reset(); }

    void sessionSignsInSilently();
    void promptsAsk_data();
    void promptsAsk();
    void revocationEndsTheSession();
    void scriptsLeaveNoSession();
    void secondFactor();
    void registration();
    void authenticationStrength();
    void strengthOfAContext();
    void strengthBeyondTheFactor();
    void consentOfAPerson();
    void consentForEverybody();
    void onlyAnAdministratorMay();
    void assignmentEndsSelfConsent();
    void cancelledConsentIsNoSignIn();
    void adminConsentEndpoint();
    void formPost();
    void anotherBrowserCannotGoOn();
    void pagesAreSafe();
    void deviceCodeByHand();
    void deviceCodePolling();
    void signOut();

private:
    Answer asked(const Form &more = {}) { return m_desk->authorize(m_desk->authorizeForm(more)); }
    QJsonObject claimsOf(const Answer &redirect)
    {
        return tokenPayload(m_desk->token(m_desk->codeForm(SignInDesk::landed(redirect).value(u"code"_s))).text("access_token"));
    }
    void useFieldApp();
    /// A policy for that person with an authentication strength.
    int requireStrength(const QString &strength, const char *person, const QJsonObject &applications);
    QJsonArray grants(const QString &clientAppId);
    int audits(const QString &activity);

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<SignInDesk> m_desk;
    std::unique_ptr<DemoClient> m_admin;
};

void tst_DemoSignInPages::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_desk = std::make_unique<SignInDesk>(m_tenant->cloudFile());
    m_admin = std::make_unique<DemoClient>(m_tenant->cloudFile());
    QCOMPARE(m_admin->signIn(upn("mira.kovac")), QString());
}

/// A public client of the tenant: everybody may sign in with it, nothing more is consented.
void tst_DemoSignInPages::useFieldApp()
{
    for (const auto &each : m_tenant->cloudFile()["applications"_L1].toArray()) {
        if (each["displayName"_L1].toString() == u"Contoso Field App")
            m_desk->clientId = each["appId"_L1].toString();
    }
}

QJsonArray tst_DemoSignInPages::grants(const QString &clientAppId)
{
    const auto sp = m_admin->get(u"/servicePrincipals(appId='%1')"_s.arg(clientAppId)).text("id");
    return m_admin->get(u"/oauth2PermissionGrants?$filter=clientId eq '%1'"_s.arg(sp)).value();
}

int tst_DemoSignInPages::audits(const QString &activity)
{
    int count = 0;
    for (const auto &row : m_admin->get(u"/auditLogs/directoryAudits"_s).value())
        count += row["activityDisplayName"_L1].toString() == activity;
    return count;
}

void tst_DemoSignInPages::sessionSignsInSilently()
{
    const auto page = asked();
    QCOMPARE(page.status, 200);
    QCOMPARE(SignInDesk::titleOf(page), u"Pick an account"_s);
    const auto first = m_desk->choose(page, upn("ada.lindqvist"));
    QCOMPARE(first.status, 302);
    QCOMPARE(claimsOf(first)["upn"_L1].toString(), upn("ada.lindqvist"));
    QVERIFY(m_desk->cookies.contains("ESTSAUTH"));
    QVERIFY(first.header("Set-Cookie").contains("HttpOnly") && first.header("Set-Cookie").contains("SameSite=Lax"));

    for (const auto &prompt : {u""_s, u"none"_s}) {
        const auto again = asked({{u"prompt"_s, prompt}});
        QCOMPARE(again.status, 302);
        QCOMPARE(claimsOf(again)["upn"_L1].toString(), upn("ada.lindqvist"));
    }
    // As in life a hint is no way in for a browser that has a session of somebody else.
    const auto other = asked({{u"prompt"_s, u"none"_s}, {u"login_hint"_s, upn("sam.porter")}});
    QVERIFY(SignInDesk::landed(other)[u"error_description"_s].startsWith(u"AADSTS50058"));
    QCOMPARE(asked({{u"login_hint"_s, upn("sam.porter")}}).status, 200);

    m_desk->choose(asked({{u"prompt"_s, u"select_account"_s}}), upn("sam.porter"));
    const auto two = asked({{u"prompt"_s, u"none"_s}});
    QVERIFY(SignInDesk::landed(two)[u"error_description"_s].startsWith(u"AADSTS16000"));
    const auto hinted = asked({{u"prompt"_s, u"none"_s}, {u"login_hint"_s, upn("sam.porter")}});
    QCOMPARE(claimsOf(hinted)["upn"_L1].toString(), upn("sam.porter"));
}

void tst_DemoSignInPages::promptsAsk_data()
{
    QTest::addColumn<QString>("prompt");
    QTest::addColumn<QString>("title");
    QTest::newRow("login") << u"login"_s << u"Pick an account"_s;
    QTest::newRow("select_account") << u"select_account"_s << u"Pick an account"_s;
    QTest::newRow("create") << u"create"_s << u"Pick an account"_s;
    QTest::newRow("consent") << u"consent"_s << u"Permissions requested"_s;
}

void tst_DemoSignInPages::promptsAsk()
{
    QFETCH(QString, prompt);
    m_desk->choose(asked(), upn("ada.lindqvist"));
    const auto page = asked({{u"prompt"_s, prompt}});
    QCOMPARE(page.status, 200);
    QTEST(SignInDesk::titleOf(page), "title");
    if (prompt == u"consent") {
        QCOMPARE(m_desk->press(page, u"accept"_s, u"1"_s).status, 302);
        QCOMPARE(audits(u"Consent to application"_s), 0); // everything was granted before
    }
}

void tst_DemoSignInPages::revocationEndsTheSession()
{
    m_desk->choose(asked(), upn("ada.lindqvist"));
    const auto ada = idOf(*m_admin, "ada.lindqvist");
    QCOMPARE(m_admin->send("POST", u"/users/%1/revokeSignInSessions"_s.arg(ada)).status, 200);
    QVERIFY(SignInDesk::landed(asked({{u"prompt"_s, u"none"_s}}))[u"error_description"_s].startsWith(u"AADSTS50058"));
    QCOMPARE(asked().status, 200);
}

void tst_DemoSignInPages::scriptsLeaveNoSession()
{
    QCOMPARE(m_desk->authorize(m_desk->atOnce(upn("ada.lindqvist"))).status, 302);
    QVERIFY(m_desk->cookies.isEmpty());
    const auto claims = tokenPayload(
        m_desk->tokensAtOnce(upn("ada.lindqvist"), {{u"claims"_s, mfaClaims}}).text("access_token")); // he does it on the spot
    QCOMPARE(claims["amr"_L1].toArray(), (QJsonArray{u"pwd"_s, u"mfa"_s}));
}

void tst_DemoSignInPages::secondFactor()
{
    const auto plain = m_desk->choose(asked(), upn("ada.lindqvist"));
    QCOMPARE(claimsOf(plain)["amr"_L1].toArray(), QJsonArray{u"pwd"_s});
    const auto silent = asked({{u"prompt"_s, u"none"_s}, {u"claims"_s, mfaClaims}});
    QCOMPARE(SignInDesk::landed(silent)[u"error"_s], u"interaction_required"_s);

    const auto page = asked({{u"claims"_s, mfaClaims}});
    QCOMPARE(SignInDesk::titleOf(page), u"Approve sign in request"_s);
    static const QRegularExpression shown(u"id=\"number\">(\\d+)<"_s), choice(u"name=\"number\" value=\"(\\d+)\""_s);
    const auto right = shown.match(QString::fromUtf8(page.body)).captured(1);
    QString wrong;
    for (auto it = choice.globalMatch(QString::fromUtf8(page.body)); it.hasNext();) {
        const auto offered = it.next().captured(1);
        wrong = offered == right ? wrong : offered;
    }
    const auto again = m_desk->press(page, u"number"_s, wrong);
    QCOMPARE(SignInDesk::titleOf(again), u"Approve sign in request"_s);
    QVERIFY(again.body.contains("role=\"alert\""));
    const auto done = m_desk->confirmNumber(again);
    QCOMPARE(claimsOf(done)["amr"_L1].toArray(), (QJsonArray{u"pwd"_s, u"mfa"_s}));
    // The session remembers it, a fresh sign-in does not.
    QCOMPARE(claimsOf(asked({{u"prompt"_s, u"none"_s}, {u"claims"_s, mfaClaims}}))["amr"_L1].toArray(),
             (QJsonArray{u"pwd"_s, u"mfa"_s}));
    const auto fresh = m_desk->choose(asked({{u"prompt"_s, u"login"_s}, {u"claims"_s, mfaClaims}}), upn("ada.lindqvist"));
    QCOMPARE(SignInDesk::titleOf(fresh), u"Approve sign in request"_s);
    // A policy asks for it too: the seed's, of administrators.
    const auto admin = m_desk->choose(asked({{u"prompt"_s, u"select_account"_s}}), upn("mira.kovac"));
    QCOMPARE(SignInDesk::titleOf(admin), u"Approve sign in request"_s);
    QCOMPARE(m_desk->confirmNumber(admin).status, 302);
}

void tst_DemoSignInPages::registration()
{
    const auto page = m_desk->choose(asked({{u"claims"_s, mfaClaims}}), upn("zoe.janssens"));
    QCOMPARE(SignInDesk::titleOf(page), u"More information required"_s);
    QCOMPARE(audits(u"User registered security info"_s), 0);
    const auto number = m_desk->press(page, u"register"_s, u"1"_s);
    QCOMPARE(audits(u"User registered security info"_s), 1);
    QCOMPARE(claimsOf(m_desk->confirmNumber(number))["amr"_L1].toArray(), (QJsonArray{u"pwd"_s, u"mfa"_s}));
}

int tst_DemoSignInPages::requireStrength(const QString &strength, const char *person, const QJsonObject &applications)
{
    DemoClient breakGlass(m_tenant->cloudFile());
    breakGlass.signIn(m_tenant->cloudFile()["accounts"_L1]["breakGlass"_L1].toString());
    const QJsonObject users{{u"includeUsers"_s, QJsonArray{idOf(breakGlass, person)}}};
    const QJsonObject grant{{u"operator"_s, u"OR"_s},
                            {u"builtInControls"_s, QJsonArray()},
                            {u"authenticationStrength"_s, QJsonObject{{u"id"_s, strength}}}};
    return breakGlass
        .send("POST", u"/identity/conditionalAccess/policies"_s,
              QJsonObject{{u"displayName"_s, u"Strength"_s},
                          {u"state"_s, u"enabled"_s},
                          {u"conditions"_s, QJsonObject{{u"clientAppTypes"_s, QJsonArray{u"all"_s}},
                                                        {u"applications"_s, applications},
                                                        {u"users"_s, users}}},
                          {u"grantControls"_s, grant}})
        .status;
}

/// The classification of 16.1: 50074 is answered by going through the second factor, as 50076 is.
void tst_DemoSignInPages::authenticationStrength()
{
    const auto before = m_desk->tokensAtOnce(upn("ada.lindqvist")); // with one factor
    m_desk->choose(asked(), upn("ada.lindqvist"));
    const QJsonObject everything{{u"includeApplications"_s, QJsonArray{u"All"_s}}};
    QCOMPARE(requireStrength(mfaStrength, "ada.lindqvist", everything), 201);
    QCOMPARE(requireStrength(mfaStrength, "zoe.janssens", everything), 201);
    const auto silent = SignInDesk::landed(asked({{u"prompt"_s, u"none"_s}}));
    QCOMPARE(silent[u"error"_s], u"interaction_required"_s);
    QVERIFY2(silent[u"error_description"_s].startsWith(u"AADSTS50074: "), qPrintable(silent[u"error_description"_s]));
    const auto refreshed = m_desk->token(SignInDesk::refreshForm(before));
    QCOMPARE(refreshed.status, 400);
    QCOMPARE(refreshed.text("error"), u"interaction_required"_s);
    QCOMPARE(refreshed.text("suberror"), u"basic_action"_s);
    QCOMPARE(refreshed.json()["error_codes"_L1].toArray(), QJsonArray{50074});

    const auto page = asked();
    QCOMPARE(SignInDesk::titleOf(page), u"Approve sign in request"_s);
    QCOMPARE(claimsOf(m_desk->confirmNumber(page))["amr"_L1].toArray(), (QJsonArray{u"pwd"_s, u"mfa"_s}));
    QVERIFY(SignInDesk::landed(asked({{u"prompt"_s, u"none"_s}})).contains(u"code"_s));

    m_desk->cookies.clear(); // and a person who has none yet
    const auto proofUp = m_desk->choose(asked(), upn("zoe.janssens"));
    QCOMPARE(SignInDesk::titleOf(proofUp), u"More information required"_s);
    const auto number = m_desk->press(proofUp, u"register"_s, u"1"_s);
    QCOMPARE(claimsOf(m_desk->confirmNumber(number))["amr"_L1].toArray(), (QJsonArray{u"pwd"_s, u"mfa"_s}));
}

void tst_DemoSignInPages::strengthOfAContext()
{
    const QJsonObject context{{u"includeAuthenticationContextClassReferences"_s, QJsonArray{u"c1"_s}}};
    QCOMPARE(requireStrength(mfaStrength, "ada.lindqvist", context), 201);
    const Form stepUp{{u"claims"_s, u"{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}"_s}};
    QCOMPARE(m_desk->choose(asked(), upn("ada.lindqvist")).status, 302); // without the context nobody asks
    const auto page = asked(stepUp);
    QCOMPARE(SignInDesk::titleOf(page), u"Approve sign in request"_s);
    QCOMPARE(claimsOf(m_desk->confirmNumber(page))["acrs"_L1].toArray(), QJsonArray{u"c1"_s});
}

/// What the demo's phone cannot do ends the sign-in instead of asking for ever.
void tst_DemoSignInPages::strengthBeyondTheFactor()
{
    const auto phishingResistant = u"00000000-0000-0000-0000-000000000004"_s;
    QCOMPARE(requireStrength(phishingResistant, "ada.lindqvist", {{u"includeApplications"_s, QJsonArray{u"All"_s}}}), 201);
    const auto page = m_desk->choose(asked(), upn("ada.lindqvist"));
    QCOMPARE(SignInDesk::titleOf(page), u"Approve sign in request"_s);
    const auto end = m_desk->confirmNumber(page);
    QCOMPARE(end.status, 400);
    QVERIFY(end.body.contains("AADSTS50074"));
}

void tst_DemoSignInPages::consentOfAPerson()
{
    useFieldApp();
    const Form mail{{u"scope"_s, u"openid profile Mail.Read"_s}};
    const auto page = m_desk->choose(asked(mail), upn("ada.lindqvist"));
    QCOMPARE(SignInDesk::titleOf(page), u"Permissions requested"_s);
    QVERIFY(page.body.contains("Contoso Field App") && page.body.contains("Mail.Read"));
    QVERIFY(!page.body.contains("User.Read<") && !page.body.contains("Consent on behalf"));
    QCOMPARE(grants(m_desk->clientId).size(), 1);
    const auto done = m_desk->press(page, u"accept"_s, u"1"_s);
    QCOMPARE(claimsOf(done)["scp"_L1].toString(), u"openid profile Mail.Read"_s);
    QJsonObject own;
    for (const auto &grant : grants(m_desk->clientId)) {
        if (grant["consentType"_L1].toString() == u"Principal")
            own = grant.toObject();
    }
    QCOMPARE(own["principalId"_L1].toString(), idOf(*m_admin, "ada.lindqvist"));
    QCOMPARE(own["scope"_L1].toString(), u"Mail.Read"_s);
    QCOMPARE(audits(u"Consent to application"_s), 1);
    QCOMPARE(asked(mail).status, 302); // not asked twice
    // Incremental: only what is new is on the next page; somebody else is asked for all of it.
    const auto more = asked({{u"scope"_s, u"openid Mail.Read Calendars.Read"_s}});
    QVERIFY(more.body.contains("Calendars.Read") && !more.body.contains("Mail.Read<"));
    const auto sam = m_desk->authorize(m_desk->atOnce(upn("sam.porter"), mail));
    QCOMPARE(sam.status, 302);
    m_desk->cookies.clear();
    QVERIFY(SignInDesk::landed(m_desk->authorize(m_desk->atOnce(upn("sam.porter"), mail)))[u"error_description"_s].startsWith(
        u"AADSTS65001"));
}

void tst_DemoSignInPages::consentForEverybody()
{
    useFieldApp();
    const Form groups{{u"scope"_s, u"openid Group.Read.All"_s}};
    auto page = m_desk->choose(asked(groups), upn("mira.kovac"));
    page = m_desk->confirmNumber(page);
    QVERIFY(page.body.contains("Consent on behalf of your organization"));
    const auto done = m_desk->press(page, u"accept"_s, u"1"_s, {{u"organization"_s, u"1"_s}});
    QCOMPARE(done.status, 302);
    const auto rows = grants(m_desk->clientId);
    QCOMPARE(rows.size(), 1);
    QCOMPARE(rows[0]["consentType"_L1].toString(), u"AllPrincipals"_s);
    QVERIFY(rows[0]["scope"_L1].toString().split(u' ').contains(u"Group.Read.All"_s));
    QCOMPARE(audits(u"Consent to application"_s), 1);
    m_desk->cookies.clear();
    const auto sam = m_desk->tokensAtOnce(upn("sam.porter"), groups);
    QCOMPARE(tokenPayload(sam.text("access_token"))["scp"_L1].toString(), u"openid Group.Read.All"_s);
}

void tst_DemoSignInPages::onlyAnAdministratorMay()
{
    useFieldApp();
    const auto page = m_desk->choose(asked({{u"scope"_s, u"openid Group.Read.All"_s}}), upn("ada.lindqvist"));
    QCOMPARE(SignInDesk::titleOf(page), u"Need admin approval"_s);
    QVERIFY(page.body.contains("AADSTS90094"));
    // Not by a form of one's own either.
    const auto forged = SignInDesk::hiddenFields(QString::fromUtf8(page.body));
    const auto tried = m_desk->post(
        m_desk->endpoint(u"/login"_s),
        {{u"flow"_s, forged[u"flow"_s]}, {u"step"_s, u"consent"_s}, {u"accept"_s, u"1"_s}, {u"organization"_s, u"1"_s}});
    QCOMPARE(SignInDesk::titleOf(tried), u"Need admin approval"_s);
    QCOMPARE(audits(u"Consent to application"_s), 0);
    const auto back = SignInDesk::landed(m_desk->press(tried, u"decline"_s, u"1"_s));
    QCOMPARE(back[u"error"_s], u"access_denied"_s);
    QVERIFY(back[u"error_description"_s].startsWith(u"AADSTS65004"));
}

/// Contract 5.2: with appRoleAssignmentRequired users cannot consent for themselves any more.
void tst_DemoSignInPages::assignmentEndsSelfConsent()
{
    useFieldApp();
    const auto sp = m_admin->get(u"/servicePrincipals(appId='%1')"_s.arg(m_desk->clientId)).text("id");
    QCOMPARE(m_admin->patch(u"/servicePrincipals/"_s + sp, {{u"appRoleAssignmentRequired"_s, true}}).status, 204);
    for (const auto *name : {"ada.lindqvist", "mira.kovac"})
        QCOMPARE(m_admin
                     ->post(u"/servicePrincipals/%1/appRoleAssignedTo"_s.arg(sp),
                            {{u"principalId"_s, idOf(*m_admin, name)},
                             {u"resourceId"_s, sp},
                             {u"appRoleId"_s, u"00000000-0000-0000-0000-000000000000"_s}})
                     .status,
                 201);
    const Form mail{{u"scope"_s, u"openid profile Mail.Read"_s}};
    const auto page = m_desk->choose(asked(mail), upn("ada.lindqvist"));
    QCOMPARE(SignInDesk::titleOf(page), u"Need admin approval"_s);
    QVERIFY(page.body.contains("AADSTS90094"));
    const auto hidden = SignInDesk::hiddenFields(QString::fromUtf8(page.body));
    const auto forged = m_desk->post(m_desk->endpoint(u"/login"_s),
                                     {{u"flow"_s, hidden[u"flow"_s]}, {u"step"_s, u"consent"_s}, {u"accept"_s, u"1"_s}});
    QCOMPARE(SignInDesk::titleOf(forged), u"Need admin approval"_s);
    QCOMPARE(audits(u"Consent to application"_s), 0);
    m_desk->cookies.clear();
    const auto silent = SignInDesk::landed(m_desk->authorize(m_desk->atOnce(upn("ada.lindqvist"), mail)));
    QVERIFY(silent[u"error_description"_s].startsWith(u"AADSTS65001"));

    const auto admin = m_desk->confirmNumber(m_desk->choose(asked(mail), upn("mira.kovac")));
    QCOMPARE(SignInDesk::titleOf(admin), u"Permissions requested"_s);
    QCOMPARE(claimsOf(m_desk->press(admin, u"accept"_s, u"1"_s))["scp"_L1].toString(), u"openid profile Mail.Read"_s);
}

void tst_DemoSignInPages::cancelledConsentIsNoSignIn()
{
    useFieldApp();
    const auto logged = [&](int code) {
        return m_admin
            ->get(u"/auditLogs/signIns?$filter=appId eq '%1' and status/errorCode eq %2"_s.arg(m_desk->clientId).arg(code))
            .value()
            .size();
    };
    const Form consent{{u"scope"_s, u"openid profile"_s}, {u"prompt"_s, u"consent"_s}}; // both were granted before
    auto page = m_desk->choose(asked(consent), upn("ada.lindqvist"));
    QCOMPARE(SignInDesk::titleOf(page), u"Permissions requested"_s);
    QCOMPARE(logged(0), 0);
    const auto back = SignInDesk::landed(m_desk->press(page, u"decline"_s, u"1"_s));
    QVERIFY(back[u"error_description"_s].startsWith(u"AADSTS65004"));
    QCOMPARE(logged(0), 0);
    QCOMPARE(logged(65004), 1);
    const QUrl application(m_desk->member("login") +
                           u"/%1/apps/%2?login_hint=%3"_s.arg(m_desk->member("tenant"), m_desk->clientId, upn("ada.lindqvist")));
    QVERIFY(exchange("GET", application).body.contains("Nobody is signed in"));

    page = m_desk->choose(asked(consent), upn("ada.lindqvist"));
    QVERIFY(SignInDesk::landed(m_desk->press(page, u"accept"_s, u"1"_s)).contains(u"code"_s));
    QCOMPARE(logged(0), 1);
}

void tst_DemoSignInPages::adminConsentEndpoint()
{
    useFieldApp();
    const Form form{{u"client_id"_s, m_desk->clientId},
                    {u"redirect_uri"_s, m_desk->redirectUri},
                    {u"state"_s, u"s & t"_s},
                    {u"scope"_s, u"https://graph.microsoft.com/Directory.Read.All"_s}};
    auto page = m_desk->get(m_desk->endpoint(u"/v2.0/adminconsent"_s), form);
    QCOMPARE(SignInDesk::titleOf(m_desk->choose(page, upn("ada.lindqvist"))), u"Need admin approval"_s);
    m_desk->cookies.clear();
    page = m_desk->get(m_desk->endpoint(u"/v2.0/adminconsent"_s), form);
    page = m_desk->confirmNumber(m_desk->choose(page, upn("mira.kovac")));
    QVERIFY(page.body.contains("Directory.Read.All"));
    const auto back = SignInDesk::landed(m_desk->press(page, u"accept"_s, u"1"_s));
    QCOMPARE(back[u"admin_consent"_s], u"True"_s);
    QCOMPARE(back[u"tenant"_s], m_desk->member("tenant"));
    QCOMPARE(back[u"state"_s], u"s & t"_s);
    QVERIFY(grants(m_desk->clientId)[0]["scope"_L1].toString().contains(u"Directory.Read.All"_s));
    page = m_desk->get(m_desk->endpoint(u"/v2.0/adminconsent"_s), form);
    page = m_desk->choose(page, upn("mira.kovac"));
    QCOMPARE(SignInDesk::landed(m_desk->press(page, u"decline"_s, u"1"_s))[u"error"_s], u"permission_denied"_s);
}

void tst_DemoSignInPages::formPost()
{
    const auto page = m_desk->authorize(
        m_desk->atOnce(upn("ada.lindqvist"), {{u"response_mode"_s, u"form_post"_s}, {u"state"_s, u"\"><script>1</script>"_s}}));
    QCOMPARE(page.status, 200);
    const auto fields = SignInDesk::hiddenFields(QString::fromUtf8(page.body));
    QCOMPARE(fields[u"state"_s], u"\"><script>1</script>"_s);
    QVERIFY(page.body.contains("<form method=\"post\" action=\"http://localhost:50123/\">") &&
            page.body.contains("<button>Continue</button>"));
    QCOMPARE(page.body.count("<script>"), 1);
    const auto hash = QCryptographicHash::hash("document.forms[0].submit()", QCryptographicHash::Sha256).toBase64();
    QVERIFY(page.header("Content-Security-Policy").contains("script-src 'sha256-" + hash + "'"));
    QCOMPARE(m_desk->token(m_desk->codeForm(fields[u"code"_s])).status, 200);
    const auto refused = m_desk->authorize(
        m_desk->atOnce(upn("ada.lindqvist"), {{u"response_mode"_s, u"form_post"_s}, {u"login_hint"_s, QString()}}));
    QCOMPARE(SignInDesk::hiddenFields(QString::fromUtf8(refused.body))[u"error"_s], u"login_required"_s);
}

void tst_DemoSignInPages::anotherBrowserCannotGoOn()
{
    const auto page = asked();
    m_desk->cookies.clear();
    const auto answer = m_desk->choose(page, upn("ada.lindqvist"));
    QCOMPARE(answer.status, 400);
    QVERIFY(answer.body.contains("AADSTS165000"));
    QVERIFY(!m_desk->cookies.contains("ESTSAUTH"));
}

void tst_DemoSignInPages::pagesAreSafe()
{
    useFieldApp();
    const auto sp = m_admin->get(u"/servicePrincipals(appId='%1')"_s.arg(m_desk->clientId)).text("id");
    const auto hinted = asked({{u"login_hint"_s, u"\"><img src=x>@contoso.demo"_s}, {u"scope"_s, u"openid"_s}});
    const auto unknown = m_desk->press(hinted, {}, {}, {{u"login"_s, u"<b>nobody</b>"_s}});
    const auto wrong = m_desk->authorize(m_desk->authorizeForm({{u"redirect_uri"_s, u"http://evil.example/<script>"_s}}));
    const auto code = m_desk->get(m_desk->endpoint(u"/oauth2/deviceauth"_s), {{u"user_code"_s, u"<i>code</i>"_s}});
    for (const auto &page : {hinted, unknown, wrong, code}) {
        QVERIFY(page.header("Content-Type").startsWith("text/html"));
        for (const auto *tag : {"<img", "<b>", "<script", "<i>"})
            QVERIFY2(!page.body.contains(tag), page.body.constData());
        const auto policy = page.header("Content-Security-Policy");
        QVERIFY(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        QVERIFY(!policy.contains("unsafe") && !policy.contains("script-src"));
        QVERIFY(!page.body.contains("http://") || page.body.contains("evil.example")); // nothing comes from elsewhere
        QVERIFY(page.body.contains("<html lang=\"en\">"));
    }
    // Chromium holds the redirect after a form against the same policy.
    QVERIFY(hinted.header("Content-Security-Policy").contains("form-action 'self' http://localhost:50123"));
    QVERIFY(unknown.body.contains("AADSTS50034"));
}

void tst_DemoSignInPages::deviceCodeByHand()
{
    const auto started = m_desk->post(m_desk->endpoint(u"/oauth2/v2.0/devicecode"_s),
                                      {{u"client_id"_s, m_desk->clientId},
                                       {u"scope"_s, u"openid profile offline_access User.Read"_s},
                                       {u"claims"_s, u"{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"},"
                                                     "\"xms_cc\":{\"values\":[\"cp1\"]}}}"_s}});
    const QUrl address(started.text("verification_uri"));
    QVERIFY(address.path().endsWith(u"/oauth2/deviceauth"));
    QVERIFY(started.text("message").contains(started.text("user_code")));
    QVERIFY(m_desk->get(address).body.contains("name=\"user_code\""));
    QVERIFY(m_desk->get(address, {{u"user_code"_s, u"WRONGCODE"_s}}).body.contains("role=\"alert\""));
    auto page = m_desk->get(address, {{u"user_code"_s, started.text("user_code").toLower()}});
    QCOMPARE(SignInDesk::titleOf(page), u"Pick an account"_s);
    page = m_desk->choose(page, upn("lena.fischer"));
    QCOMPARE(SignInDesk::titleOf(page), u"Are you trying to sign in to Microsoft Graph Command Line Tools?"_s);
    QVERIFY(SignInDesk::titleOf(m_desk->press(page, u"accept"_s, u"1"_s)).startsWith(u"You have signed in"));
    const auto got = m_desk->token(
        {{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s}, {u"device_code"_s, started.text("device_code")}});
    const auto claims = tokenPayload(got.text("access_token"));
    QCOMPARE(claims["upn"_L1].toString(), upn("lena.fischer"));
    QVERIFY(!claims.contains("acrs"_L1)); // contract 16: a device code cannot satisfy a context
    QCOMPARE(claims["xms_cc"_L1].toArray(), QJsonArray{u"cp1"_s});
}

void tst_DemoSignInPages::deviceCodePolling()
{
    const auto start = [&] {
        return m_desk->post(m_desk->endpoint(u"/oauth2/v2.0/devicecode"_s),
                            {{u"client_id"_s, m_desk->clientId}, {u"scope"_s, u"openid User.Read"_s}});
    };
    const auto started = start();
    QCOMPARE(started.json()["interval"_L1].toInt(), 5);
    const Form poll{{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s},
                    {u"device_code"_s, started.text("device_code")}};
    const DemoClient clock(m_tenant->cloudFile());
    QCOMPARE(m_desk->token(poll).text("error"), u"authorization_pending"_s);
    QCOMPARE(m_desk->token(poll).text("error"), u"slow_down"_s); // and from now on ten seconds
    clock.advance(u"PT6S"_s);
    QCOMPARE(m_desk->token(poll).text("error"), u"slow_down"_s); // fifteen
    clock.advance(u"PT15S"_s);
    QCOMPARE(m_desk->token(poll).text("error"), u"authorization_pending"_s);
    m_desk->get(QUrl(started.text("verification_uri")), {{u"user_code"_s, started.text("user_code")}, {u"decline"_s, u"1"_s}});
    clock.advance(u"PT15S"_s);
    QCOMPARE(m_desk->token(poll).text("error"), u"authorization_declined"_s);
}

void tst_DemoSignInPages::signOut()
{
    const auto done = m_desk->choose(asked(), upn("ada.lindqvist"));
    QCOMPARE(done.status, 302);
    const auto target = u"http://localhost:50999/"_s;
    const auto out = m_desk->get(m_desk->endpoint(u"/oauth2/v2.0/logout"_s),
                                 {{u"post_logout_redirect_uri"_s, target}, {u"state"_s, u"bye"_s}});
    QCOMPARE(out.header("Location"), QByteArray("http://localhost:50999/?state=bye"));
    QVERIFY(!m_desk->cookies.contains("ESTSAUTH"));
    QCOMPARE(asked().status, 200);
    const auto page = m_desk->get(m_desk->endpoint(u"/oauth2/v2.0/logout"_s), {{u"post_logout_redirect_uri"_s, target}});
    QCOMPARE(SignInDesk::titleOf(page), u"You signed out of your account"_s);
}

QTEST_GUILESS_MAIN(tst_DemoSignInPages)
#include "tst_DemoSignInPages.moc"
