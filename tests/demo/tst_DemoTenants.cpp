#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"
#include "demo/SignInDesk.h"

#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

/// Several tenants: metadata under every alias, a partner with delegated roles (contract 16.2), continuous access
/// evaluation (15), and tokens for other resources.
class tst_DemoTenants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void metadata_data();
    void metadata();
    void keysAndInstance();
    void accessTokenClaims();
    void idTokenClaims();
    void userInfo();
    void lifetimes();
    void tokensOfOtherResources();
    void confidentialClient();
    void revocationChallengesCp1();
    void replayRevokesTheTokens();

    void homeOfAnAccount();
    void customers();
    void partnerInACustomer();
    void partnerMeetsConditionalAccess();
    void relationshipEnds();
    void storesAreApart();

private:
    Answer graph(const Answer &tokens, const QString &path, const QByteArray &method = "GET", const QJsonObject &body = {});
    Answer partner(const QString &authority, const Form &more = {});

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<SignInDesk> m_desk;
    QJsonObject m_cloud;
};

void tst_DemoTenants::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_cloud = m_tenant->cloudFile();
    m_desk = std::make_unique<SignInDesk>(m_cloud);
}

void tst_DemoTenants::cleanup()
{
    m_tenant.reset();
}

Answer tst_DemoTenants::graph(const Answer &tokens, const QString &path, const QByteArray &method, const QJsonObject &body)
{
    QList<std::pair<QByteArray, QByteArray>> headers{{"Authorization", "Bearer " + tokens.text("access_token").toUtf8()}};
    if (!body.isEmpty())
        headers.append(std::pair(QByteArray("Content-Type"), QByteArray("application/json")));
    return exchange(method, QUrl(m_tenant->origin() + u"/v1.0"_s + path),
                    body.isEmpty() ? QByteArray() : QJsonDocument(body).toJson(), headers);
}

/// The partner's technician at an authority, with all that the wizard's client may do there.
Answer tst_DemoTenants::partner(const QString &authority, const Form &more)
{
    m_desk->authority = authority;
    Form form{{u"scope"_s, u"openid profile offline_access .default"_s}};
    form.insert(more);
    return m_desk->tokensAtOnce(m_cloud["accounts"_L1]["partner"_L1].toString(), form);
}

void tst_DemoTenants::metadata_data()
{
    QTest::addColumn<QString>("alias");
    QTest::addColumn<QString>("issuedBy"); // empty: the template of many tenants
    QTest::newRow("domain") << u"contoso.demo"_s << u"contoso.demo"_s;
    QTest::newRow("initial domain") << u"contosodemo.onmicrosoft.com"_s << u"contoso.demo"_s;
    QTest::newRow("partner") << u"northwind-msp.demo"_s << u"northwind-msp.demo"_s;
    QTest::newRow("organizations") << u"organizations"_s << u""_s;
    QTest::newRow("common") << u"common"_s << u""_s;
    QTest::newRow("consumers") << u"consumers"_s << u"-"_s;
    QTest::newRow("unknown") << u"fabrikam.com"_s << u"-"_s;
}

void tst_DemoTenants::metadata()
{
    QFETCH(QString, alias);
    QFETCH(QString, issuedBy);
    const auto answer = exchange("GET", QUrl(m_tenant->origin() + u'/' + alias + u"/v2.0/.well-known/openid-configuration"_s));
    if (issuedBy == u"-") {
        QCOMPARE(answer.status, 400);
        QCOMPARE(answer.json()["error_codes"_L1][0].toInt(), 90002);
        return;
    }
    QString tid = u"{tenantid}"_s;
    for (const auto &each : m_cloud["tenants"_L1].toArray()) {
        if (each["domain"_L1].toString() == issuedBy)
            tid = each["tenant"_L1].toString();
    }
    QCOMPARE(answer.text("issuer"), m_tenant->origin() + u'/' + tid + u"/v2.0"_s);
    const auto base = m_tenant->origin() + u'/' + (issuedBy.isEmpty() ? alias : tid);
    QCOMPARE(answer.text("authorization_endpoint"), base + u"/oauth2/v2.0/authorize"_s);
    QCOMPARE(answer.text("token_endpoint"), base + u"/oauth2/v2.0/token"_s);
    QCOMPARE(answer.text("device_authorization_endpoint"), base + u"/oauth2/v2.0/devicecode"_s);
    QCOMPARE(answer.text("end_session_endpoint"), base + u"/oauth2/v2.0/logout"_s);
    QCOMPARE(answer.text("jwks_uri"), base + u"/discovery/v2.0/keys"_s);
    QCOMPARE(answer.json()["response_modes_supported"_L1].toArray(), (QJsonArray{u"query"_s, u"fragment"_s, u"form_post"_s}));
    QVERIFY(answer.json()["claims_supported"_L1].toArray().contains(u"preferred_username"_s));
    QVERIFY(!answer.text("userinfo_endpoint").isEmpty());
}

void tst_DemoTenants::keysAndInstance()
{
    const auto origin = m_tenant->origin();
    for (const auto &path : {u"/common/discovery/keys"_s, u"/contoso.demo/discovery/v2.0/keys"_s}) {
        const auto key = exchange("GET", QUrl(origin + path)).json()["keys"_L1][0];
        QCOMPARE(key["kty"_L1].toString(), u"RSA"_s);
        QCOMPARE(key["x5c"_L1].toArray().size(), 1);
    }
    const auto ask = [&](const QString &endpoint) {
        return exchange("GET", QUrl(origin + u"/common/discovery/instance?api-version=1.1&authorization_endpoint="_s +
                                    QString::fromLatin1(QUrl::toPercentEncoding(endpoint))));
    };
    const auto known = ask(origin + u"/organizations/oauth2/v2.0/authorize"_s);
    QCOMPARE(known.text("tenant_discovery_endpoint"), origin + u"/organizations/v2.0/.well-known/openid-configuration"_s);
    QVERIFY(known.json()["metadata"_L1][0]["aliases"_L1].toArray().contains(QUrl(origin).authority()));
    const auto unknown = ask(u"https://login.evil.example/common/oauth2/v2.0/authorize"_s);
    QCOMPARE(unknown.text("error"), u"invalid_instance"_s);
}

void tst_DemoTenants::accessTokenClaims()
{
    const auto tokens = m_desk->tokensAtOnce(upn("mira.kovac"));
    const auto claims = tokenPayload(tokens.text("access_token"));
    QCOMPARE(claims["aud"_L1].toString(), u"00000003-0000-0000-c000-000000000000"_s);
    QCOMPARE(claims["iss"_L1].toString(), u"https://sts.windows.net/%1/"_s.arg(m_desk->member("tenant")));
    QCOMPARE(claims["ver"_L1].toString(), u"1.0"_s);
    QCOMPARE(claims["idtyp"_L1].toString(), u"user"_s);
    QCOMPARE(claims["app_displayname"_L1].toString(), u"Microsoft Graph Command Line Tools"_s);
    QCOMPARE(claims["appid"_L1].toString(), m_desk->clientId);
    QCOMPARE(claims["tid"_L1].toString(), m_desk->member("tenant"));
    QCOMPARE(claims["upn"_L1].toString(), upn("mira.kovac"));
    QCOMPARE(claims["amr"_L1].toArray(), (QJsonArray{u"pwd"_s, u"mfa"_s})); // a policy asks it of administrators
    for (const auto *claim : {"oid", "sub", "uti", "nbf", "iat", "exp", "scp", "wids", "name"})
        QVERIFY2(claims.contains(QLatin1String(claim)), claim);
    const auto header = QJsonDocument::fromJson(QByteArray::fromBase64(tokens.text("access_token").section(u'.', 0, 0).toLatin1(),
                                                                       QByteArray::Base64UrlEncoding))
                            .object();
    QCOMPARE(header["alg"_L1].toString(), u"RS256"_s);
    QCOMPARE(header["kid"_L1].toString(),
             exchange("GET", m_desk->endpoint(u"/discovery/v2.0/keys"_s)).json()["keys"_L1][0]["kid"_L1].toString());
    QVERIFY(!tokens.json().contains("client_info"_L1)); // only when asked
}

void tst_DemoTenants::idTokenClaims()
{
    const auto first = tokenPayload(m_desk->tokensAtOnce(upn("ada.lindqvist")).text("id_token"));
    QCOMPARE(first["ver"_L1].toString(), u"2.0"_s);
    QCOMPARE(first["iss"_L1].toString(), m_tenant->origin() + u'/' + m_desk->member("tenant") + u"/v2.0"_s);
    QCOMPARE(first["nonce"_L1].toString(), u"n-1"_s);
    QCOMPARE(first["preferred_username"_L1].toString(), upn("ada.lindqvist"));
    QVERIFY(!first.contains("email"_L1) && !first.contains("c_hash"_L1));
    const auto bare =
        tokenPayload(m_desk->tokensAtOnce(upn("ada.lindqvist"), {{u"scope"_s, u"openid email"_s}}).text("id_token"));
    QVERIFY(!bare.contains("name"_L1) && !bare.contains("oid"_L1)); // those are the profile scope's
    QCOMPARE(bare["email"_L1].toString(), upn("ada.lindqvist"));
    for (const auto &each : m_cloud["applications"_L1].toArray()) {
        if (each["displayName"_L1].toString() == u"Contoso Field App")
            m_desk->clientId = each["appId"_L1].toString();
    }
    const auto other = tokenPayload(m_desk->tokensAtOnce(upn("ada.lindqvist")).text("id_token"));
    QVERIFY(other["sub"_L1] != first["sub"_L1]); // pairwise
    QCOMPARE(other["oid"_L1], first["oid"_L1]);
}

void tst_DemoTenants::userInfo()
{
    const auto tokens = m_desk->tokensAtOnce(upn("ada.lindqvist"), {{u"scope"_s, u"openid profile email"_s}});
    const QUrl address(m_tenant->origin() + u"/oidc/userinfo"_s);
    const auto info = exchange("GET", address, {}, {{"Authorization", "Bearer " + tokens.text("access_token").toUtf8()}});
    QCOMPARE(info.text("sub"), tokenPayload(tokens.text("id_token"))["sub"_L1].toString());
    QCOMPARE(info.text("family_name"), u"Lindqvist"_s);
    QCOMPARE(info.text("email"), upn("ada.lindqvist"));
    QCOMPARE(exchange("GET", address).status, 401);
}

void tst_DemoTenants::lifetimes()
{
    const auto cp1 = u"{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}"_s;
    const auto plain = m_desk->tokensAtOnce(upn("ada.lindqvist")).json()["expires_in"_L1].toInt();
    QVERIFY(plain >= 3600 && plain <= 5400);
    const auto tokens = m_desk->tokensAtOnce(upn("ada.lindqvist"), {{u"claims"_s, cp1}});
    const auto seconds = tokens.json()["expires_in"_L1].toInt();
    QVERIFY(seconds >= 20 * 3600 && seconds <= 28 * 3600); // contract 15
    const auto claims = tokenPayload(tokens.text("access_token"));
    QCOMPARE(claims["exp"_L1].toInteger() - claims["iat"_L1].toInteger(), seconds);
    QVERIFY(tokens.json()["refresh_in"_L1].toInt() < seconds);
}

void tst_DemoTenants::tokensOfOtherResources()
{
    // For itself; Graph refuses it.
    const auto tokens = m_desk->tokensAtOnce(upn("ada.lindqvist"), {{u"scope"_s, m_desk->clientId + u"/.default"_s}});
    QCOMPARE(tokenPayload(tokens.text("access_token"))["aud"_L1].toString(), m_desk->clientId);
    const auto refused = graph(tokens, u"/me"_s);
    QCOMPARE(refused.status, 401);
    QCOMPARE(refused.code(), u"InvalidAuthenticationToken"_s);
    const auto other =
        m_desk->authorize(m_desk->atOnce(upn("ada.lindqvist"), {{u"scope"_s, u"https://one.kaseya.com/.default"_s}}));
    QCOMPARE(SignInDesk::landed(other)[u"error"_s], u"consent_required"_s);
}

void tst_DemoTenants::confidentialClient()
{
    for (const auto &each : m_cloud["applications"_L1].toArray()) {
        if (each["displayName"_L1].toString() == u"Inforcer")
            m_desk->clientId = each["appId"_L1].toString();
    }
    m_desk->redirectUri = u"https://portal.inforcer.com/signin-oidc"_s;
    const Form own{{u"scope"_s, u"openid profile"_s}, {u"code_challenge"_s, {}}, {u"code_challenge_method"_s, {}}};
    const auto redeem = [&](const Form &more) {
        auto form = m_desk->codeForm(m_desk->codeAtOnce(upn("ada.lindqvist"), own), more);
        form.remove(u"code_verifier"_s);
        return m_desk->token(form);
    };
    QCOMPARE(redeem({}).json()["error_codes"_L1][0].toInt(), 7000218);
    QCOMPARE(redeem({{u"client_secret"_s, u"no"_s}}).json()["error_codes"_L1][0].toInt(), 7000215);
    const auto tokens = redeem({{u"client_secret"_s, u"demo~inforcer~secret"_s}});
    QCOMPARE(tokenPayload(tokens.text("id_token"))["aud"_L1].toString(), m_desk->clientId);
    // The hybrid answer binds its code.
    const auto hybrid = SignInDesk::landed(m_desk->authorize(
        m_desk->atOnce(upn("ada.lindqvist"), {{u"scope"_s, u"openid profile"_s}, {u"response_type"_s, u"code id_token"_s}})));
    const auto half = QCryptographicHash::hash(hybrid[u"code"_s].toLatin1(), QCryptographicHash::Sha256).left(16);
    QCOMPARE(tokenPayload(hybrid[u"id_token"_s])["c_hash"_L1].toString().toLatin1(),
             half.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

void tst_DemoTenants::revocationChallengesCp1()
{
    const auto cp1 = u"{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}"_s;
    const Form scopes{{u"scope"_s, u"openid offline_access User.Read User.RevokeSessions.All"_s}};
    const auto plain = m_desk->tokensAtOnce(upn("ada.lindqvist"), scopes);
    auto withCp1 = scopes;
    withCp1.insert(u"claims"_s, cp1);
    const auto capable = m_desk->tokensAtOnce(upn("ada.lindqvist"), withCp1);
    QCOMPARE(graph(capable, u"/me"_s).status, 200);
    QCOMPARE(graph(plain, u"/me/revokeSignInSessions"_s, "POST").status, 200);

    QCOMPARE(graph(plain, u"/me"_s).status, 200); // lives on until it expires
    const auto challenged = graph(capable, u"/me"_s);
    QCOMPARE(challenged.status, 401);
    QCOMPARE(challenged.code(), u"InvalidAuthenticationToken"_s);
    QCOMPARE(challenged.message(),
             u"Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
             "TokenIssuedBeforeRevocationTimestamp"_s);
    // Contract 15, word by word.
    static const QRegularExpression header(
        u"^Bearer realm=\"\", authorization_uri=\"https://login\\.microsoftonline\\.com/common/oauth2/authorize\", "
        "client_id=\"00000003-0000-0000-c000-000000000000\", error=\"insufficient_claims\", claims=\"([A-Za-z0-9+/=]+)\"$"_s);
    const auto match = header.match(QString::fromLatin1(challenged.header("WWW-Authenticate")));
    QVERIFY2(match.hasMatch(), challenged.header("WWW-Authenticate").constData());
    const auto claims = QByteArray::fromBase64(match.captured(1).toLatin1());
    const auto notBefore = QJsonDocument::fromJson(claims).object()["access_token"_L1]["nbf"_L1];
    QCOMPARE(notBefore["essential"_L1].toBool(), true);
    QVERIFY(notBefore["value"_L1].toString().toLongLong() > 0);

    QCOMPARE(m_desk->token(SignInDesk::refreshForm(capable)).json()["error_codes"_L1][0].toInt(), 50173);
    withCp1[u"claims"_s] = QString::fromUtf8(claims);
    QCOMPARE(graph(m_desk->tokensAtOnce(upn("ada.lindqvist"), withCp1), u"/me"_s).status, 200);
}

void tst_DemoTenants::replayRevokesTheTokens()
{
    const auto form = m_desk->codeForm(m_desk->codeAtOnce(upn("ada.lindqvist")));
    const auto first = m_desk->token(form);
    const auto second = m_desk->token(SignInDesk::refreshForm(first));
    QCOMPARE(second.status, 200);
    QCOMPARE(m_desk->token(SignInDesk::refreshForm(first)).status, 200); // rotation does not end the old one
    QCOMPARE(m_desk->token(form).json()["error_codes"_L1][0].toInt(), 54005);
    for (const auto &tokens : {first, second})
        QCOMPARE(m_desk->token(SignInDesk::refreshForm(tokens)).json()["error_codes"_L1][0].toInt(), 50173);
}

void tst_DemoTenants::homeOfAnAccount()
{
    for (const auto &[account, domain] :
         {std::pair{upn("ada.lindqvist"), u"contoso.demo"_s}, {u"hanna.keller@litware.demo"_s, u"litware.demo"_s}}) {
        m_desk->authority = u"organizations"_s;
        const auto claims = tokenPayload(m_desk->tokensAtOnce(account).text("id_token"));
        m_desk->authority = domain;
        const auto metadata = exchange("GET", m_desk->endpoint(u"/v2.0/.well-known/openid-configuration"_s));
        QCOMPARE(claims["iss"_L1].toString(), metadata.text("issuer"));
    }
    // The code of one tenant is nothing to another.
    m_desk->authority = u"contoso.demo"_s;
    const auto form = m_desk->codeForm(m_desk->codeAtOnce(upn("ada.lindqvist")));
    m_desk->authority = u"litware.demo"_s;
    QCOMPARE(m_desk->token(form).json()["error_codes"_L1][0].toInt(), 700005);
}

void tst_DemoTenants::customers()
{
    const auto tokens = partner(u"northwind-msp.demo"_s);
    const auto contracts = graph(tokens, u"/contracts"_s).value();
    QStringList names;
    for (const auto &contract : contracts)
        names << contract["displayName"_L1].toString() + u' ' + contract["defaultDomainName"_L1].toString();
    names.sort();
    QCOMPARE(names, (QStringList{u"Contoso (demo) contoso.demo"_s, u"Litware (demo) litware.demo"_s}));
    const auto relationships = graph(tokens, u"/tenantRelationships/delegatedAdminRelationships"_s).value();
    QCOMPARE(relationships.size(), 2);
    for (const auto &each : relationships) {
        QCOMPARE(each["status"_L1].toString(), u"active"_s);
        QVERIFY(!each["accessDetails"_L1]["unifiedRoles"_L1].toArray().isEmpty());
    }
    const auto own = graph(partner(u"northwind-msp.demo"_s, {{u"scope"_s, u"openid User.Read"_s}}), u"/contracts"_s);
    QCOMPARE(own.status, 403);
    // A customer is nobody's partner.
    DemoClient admin(m_cloud);
    admin.signIn(upn("mira.kovac"));
    QVERIFY(admin.get(u"/contracts"_s).value().isEmpty());
}

void tst_DemoTenants::partnerInACustomer()
{
    const auto home = tokenPayload(partner(u"northwind-msp.demo"_s).text("access_token"));
    const auto tokens = partner(u"contoso.demo"_s, {{u"client_info"_s, u"1"_s}});
    const auto claims = tokenPayload(tokens.text("access_token"));
    QCOMPARE(claims["tid"_L1].toString(), m_desk->member("tenant"));
    QCOMPARE(claims["oid"_L1], home["oid"_L1]);
    // contract 2.4: what the wizard needs, as the relationship gives it; not her role at home
    QVERIFY(claims["wids"_L1].toArray().contains(u"b1be1c3e-b65d-4f19-8427-f6fa0d97feb9"_s));
    QVERIFY(!claims["wids"_L1].toArray().contains(u"62e90394-69f5-4237-9190-012177145e10"_s));
    QVERIFY(claims["idp"_L1].toString().contains(home["tid"_L1].toString()));

    QCOMPARE(graph(tokens, u"/me"_s).status, 404); // contract 16.2: no user object in the customer
    QCOMPARE(graph(tokens, u"/users/ada.lindqvist@contoso.demo"_s).status, 200);
    const QJsonObject group{{u"displayName"_s, u"PIM-Partner"_s},
                            {u"mailNickname"_s, u"pimpartner"_s},
                            {u"mailEnabled"_s, false},
                            {u"securityEnabled"_s, true}};
    QCOMPARE(graph(tokens, u"/groups"_s, "POST", group).status, 201);
    QCOMPARE(graph(tokens, u"/identity/conditionalAccess/policies"_s).status, 200);
    // Felix has a role in the other customer only.
    m_desk->authority = u"contoso.demo"_s;
    const auto felix = SignInDesk::landed(m_desk->authorize(m_desk->atOnce(u"felix.gruber@northwind-msp.demo"_s)));
    QVERIFY(felix[u"error_description"_s].startsWith(u"AADSTS50020"));
    m_desk->authority = u"litware.demo"_s;
    const auto reader =
        m_desk->tokensAtOnce(u"felix.gruber@northwind-msp.demo"_s, {{u"scope"_s, u"openid offline_access .default"_s}});
    QCOMPARE(graph(reader, u"/users"_s).status, 200);
    QCOMPARE(graph(reader, u"/groups"_s, "POST", group).status, 403);
    // One refresh token serves every customer.
    m_desk->authority = u"litware.demo"_s;
    const auto moved = m_desk->token(SignInDesk::refreshForm(tokens));
    QVERIFY(tokenPayload(moved.text("access_token"))["tid"_L1] != claims["tid"_L1]);
}

void tst_DemoTenants::partnerMeetsConditionalAccess()
{
    // Contract 16.2: "All users" includes the partner's, unless the policy excludes service providers.
    DemoClient admin(m_cloud);
    admin.signIn(m_cloud["accounts"_L1]["breakGlass"_L1].toString());
    const auto policy = [&](bool exclude) {
        QJsonObject users{{u"includeUsers"_s, QJsonArray{u"All"_s}},
                          {u"excludeUsers"_s, QJsonArray{admin.get(u"/me"_s).json()["id"_L1]}}};
        if (exclude)
            users.insert(u"excludeGuestsOrExternalUsers"_s,
                         QJsonObject{{u"guestOrExternalUserTypes"_s, u"serviceProvider"_s},
                                     {u"externalTenants"_s,
                                      QJsonObject{{u"@odata.type"_s, u"#microsoft.graph.conditionalAccessAllExternalTenants"_s},
                                                  {u"membershipKind"_s, u"all"_s}}}});
        return QJsonObject{
            {u"displayName"_s, u"Block"_s},
            {u"state"_s, u"enabled"_s},
            {u"conditions"_s, QJsonObject{{u"clientAppTypes"_s, QJsonArray{u"all"_s}},
                                          {u"applications"_s, QJsonObject{{u"includeApplications"_s, QJsonArray{u"All"_s}}}},
                                          {u"users"_s, users}}},
            {u"grantControls"_s, QJsonObject{{u"operator"_s, u"OR"_s}, {u"builtInControls"_s, QJsonArray{u"block"_s}}}}};
    };
    const auto made = admin.post(u"/identity/conditionalAccess/policies"_s, policy(false));
    QVERIFY2(made.status == 201, made.body.constData());
    m_desk->authority = u"contoso.demo"_s;
    const auto blocked = SignInDesk::landed(m_desk->authorize(m_desk->atOnce(m_cloud["accounts"_L1]["partner"_L1].toString())));
    QVERIFY2(blocked[u"error_description"_s].startsWith(u"AADSTS53003"), qPrintable(blocked[u"error_description"_s]));
    const auto id = made.text("id");
    QCOMPARE(admin.patch(u"/identity/conditionalAccess/policies/"_s + id, policy(true)).status, 204);
    QCOMPARE(partner(u"contoso.demo"_s).status, 200);
}

void tst_DemoTenants::relationshipEnds()
{
    const auto tokens = partner(u"contoso.demo"_s, {{u"claims"_s, u"{\"access_token\":{\"xms_cc\":{\"values\":[\"cp1\"]}}}"_s}});
    QCOMPARE(graph(tokens, u"/users"_s).status, 200);
    DemoClient(m_cloud).advance(u"P531D"_s); // two years after it began
    QCOMPARE(m_desk->token(SignInDesk::refreshForm(tokens)).json()["error_codes"_L1][0].toInt(), 700082);
    const auto late = SignInDesk::landed(m_desk->authorize(m_desk->atOnce(m_cloud["accounts"_L1]["partner"_L1].toString())));
    QVERIFY(late[u"error_description"_s].startsWith(u"AADSTS50020"));
}

void tst_DemoTenants::storesAreApart()
{
    DemoClient home(m_cloud);
    home.signIn(upn("mira.kovac"));
    const auto before = home.control("GET", u"state?times=0"_s).body;
    const auto before2 = home.control("GET", u"state?times=0&tenant=litware.demo"_s).body;
    m_desk->authority = u"litware.demo"_s;
    const auto hanna = m_desk->tokensAtOnce(u"hanna.keller@litware.demo"_s, {{u"scope"_s, u"openid .default"_s}});
    QCOMPARE(graph(hanna, u"/users"_s).value().size(), 2);
    QCOMPARE(graph(hanna, u"/organization"_s).first()["displayName"_L1].toString(), u"Litware (demo)"_s);
    QCOMPARE(graph(hanna, u"/users/ada.lindqvist@contoso.demo"_s).status, 404);
    QCOMPARE(graph(hanna, u"/groups"_s, "POST",
                   {{u"displayName"_s, u"Workshop"_s},
                    {u"mailNickname"_s, u"workshop"_s},
                    {u"mailEnabled"_s, false},
                    {u"securityEnabled"_s, true}})
                 .status,
             201);
    QCOMPARE(home.control("GET", u"state?times=0"_s).body, before);
    QVERIFY(home.control("GET", u"state?times=0&tenant=litware.demo"_s).body != before2);
    QCOMPARE(home.control("GET", u"state?tenant=nowhere.example"_s).status, 404);
}

QTEST_GUILESS_MAIN(tst_DemoTenants)
#include "tst_DemoTenants.moc"
