#include "demo/DemoClient.h"
#include "demo/DemoTenant.h"

#include <QFile>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslSocket>
#include <QTest>

#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

namespace {

const QByteArray verifier = "a-verifier-of-more-than-forty-three-characters-0123456789";

QString challenge()
{
    return QString::fromLatin1(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)
                                   .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals));
}

QJsonObject payload(const QString &token)
{
    return QJsonDocument::fromJson(QByteArray::fromBase64(token.section(u'.', 1, 1).toLatin1(), QByteArray::Base64UrlEncoding))
        .object();
}

using Form = QMap<QString, QString>;

QByteArray encode(const Form &form)
{
    QByteArrayList parts;
    for (auto it = form.begin(); it != form.end(); ++it)
        parts.append(QUrl::toPercentEncoding(it.key()) + '=' + QUrl::toPercentEncoding(it.value()));
    return parts.join('&');
}

} // namespace

/// The sign-in host as a public client meets it over HTTP.
class tst_DemoOAuth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_tenant.reset(); }

    void discoveryAndKeys();
    void codeFlow();
    void answersByFragmentAndForm();
    void redirectAddresses_data();
    void redirectAddresses();
    void refusesAtAuthorize_data();
    void refusesAtAuthorize();
    void whatWasRefusedIsInTheLogOnce();
    void pageOffersPeople();
    void refusesAtToken_data();
    void refusesAtToken();
    void codeWorksOnce();
    void codeExpires();
    void refreshRotates();
    void refreshAfterRevocation();
    void stepUp();
    void tokensExpire();
    void refusesForgedTokens();
    void deviceCode();
    void logout();
    void overTls();
    void oneKeyForAll();

private:
    QUrl endpoint(const QString &path) const;
    Form authorizeForm() const;
    Answer authorize(const Form &form) const;
    QUrlQuery landed(const Answer &answer) const;
    QString code(const Form &form) const;
    Form tokenForm(const QString &code) const;
    Answer token(const Form &form) const;
    QJsonObject signedIn(const QString &scope = u"openid offline_access User.Read"_s) const;
    int graphStatus(const QString &accessToken) const;

    std::unique_ptr<DemoTenant> m_tenant;
    QJsonObject m_cloud;
};

void tst_DemoOAuth::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY2(tenant, qPrintable(tenant ? QString() : tenant.error().text()));
    m_tenant = std::move(*tenant);
    m_cloud = m_tenant->cloudFile();
}

QUrl tst_DemoOAuth::endpoint(const QString &path) const
{
    return QUrl(m_cloud["login"_L1].toString() + u'/' + m_cloud["tenant"_L1].toString() + path);
}

Form tst_DemoOAuth::authorizeForm() const
{
    return {{u"client_id"_s, m_cloud["clientId"_L1].toString()},
            {u"response_type"_s, u"code"_s},
            {u"redirect_uri"_s, u"http://localhost:50123/"_s},
            {u"scope"_s, u"openid profile offline_access User.Read"_s},
            {u"state"_s, u"a state & more"_s},
            {u"nonce"_s, u"n-1"_s},
            {u"code_challenge"_s, challenge()},
            {u"code_challenge_method"_s, u"S256"_s},
            {u"client_info"_s, u"1"_s},
            {u"login_hint"_s, u"mira.kovac@contoso.demo"_s},
            {u"prompt"_s, u"none"_s}};
}

Answer tst_DemoOAuth::authorize(const Form &form) const
{
    QUrl url = endpoint(u"/oauth2/v2.0/authorize"_s);
    url.setQuery(QString::fromLatin1(encode(form)), QUrl::StrictMode);
    return exchange("GET", url);
}

QUrlQuery tst_DemoOAuth::landed(const Answer &answer) const
{
    return QUrlQuery(QUrl::fromEncoded(answer.header("Location")).query(QUrl::FullyEncoded));
}

QString tst_DemoOAuth::code(const Form &form) const
{
    return landed(authorize(form)).queryItemValue(u"code"_s, QUrl::FullyDecoded);
}

Form tst_DemoOAuth::tokenForm(const QString &code) const
{
    return {{u"grant_type"_s, u"authorization_code"_s},
            {u"client_id"_s, m_cloud["clientId"_L1].toString()},
            {u"code"_s, code},
            {u"redirect_uri"_s, u"http://localhost:50123/"_s},
            {u"code_verifier"_s, QString::fromLatin1(verifier)},
            {u"client_info"_s, u"1"_s}};
}

Answer tst_DemoOAuth::token(const Form &form) const
{
    return exchange("POST", endpoint(u"/oauth2/v2.0/token"_s), encode(form),
                    {{"Content-Type", "application/x-www-form-urlencoded"}});
}

QJsonObject tst_DemoOAuth::signedIn(const QString &scope) const
{
    auto form = authorizeForm();
    form[u"scope"_s] = scope;
    return token(tokenForm(code(form))).json();
}

int tst_DemoOAuth::graphStatus(const QString &accessToken) const
{
    return exchange("GET", QUrl(m_tenant->origin() + u"/v1.0/me"_s), {}, {{"Authorization", "Bearer " + accessToken.toUtf8()}})
        .status;
}

void tst_DemoOAuth::discoveryAndKeys()
{
    const auto tenant = m_cloud["tenant"_L1].toString();
    for (const auto &alias : {tenant, u"contoso.demo"_s, u"organizations"_s, u"common"_s}) {
        const auto answer =
            exchange("GET", QUrl(m_tenant->origin() + u'/' + alias + u"/v2.0/.well-known/openid-configuration"_s));
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.text("token_endpoint").startsWith(m_tenant->origin()));
    }
    const auto metadata = exchange("GET", endpoint(u"/v2.0/.well-known/openid-configuration"_s));
    QCOMPARE(metadata.text("issuer"), m_tenant->origin() + u'/' + tenant + u"/v2.0"_s);
    const auto keys = exchange("GET", QUrl(metadata.text("jwks_uri"))).json()["keys"_L1].toArray();
    QCOMPARE(keys.size(), 1);
    QCOMPARE(keys[0]["kty"_L1].toString(), u"RSA"_s);
    QVERIFY(keys[0]["n"_L1].toString().size() > 300);
    const auto stranger = exchange("GET", QUrl(m_tenant->origin() + u"/fabrikam.com/v2.0/.well-known/openid-configuration"_s));
    QCOMPARE(stranger.status, 400);
    QCOMPARE(stranger.json()["error_codes"_L1][0].toInt(), 90002);
}

void tst_DemoOAuth::codeFlow()
{
    const auto answer = authorize(authorizeForm());
    QCOMPARE(answer.status, 302);
    const auto back = landed(answer);
    QCOMPARE(back.queryItemValue(u"state"_s, QUrl::FullyDecoded), u"a state & more"_s);
    QVERIFY(back.hasQueryItem(u"client_info"_s));
    const auto got = token(tokenForm(back.queryItemValue(u"code"_s, QUrl::FullyDecoded)));
    QCOMPARE(got.status, 200);
    QCOMPARE(got.text("token_type"), u"Bearer"_s);
    const int lifetime = got.json()["expires_in"_L1].toInt(); // 60 to 90 minutes
    QVERIFY2(lifetime >= 3600 && lifetime <= 5400, qPrintable(QString::number(lifetime)));

    const auto id = payload(got.text("id_token"));
    QCOMPARE(id["nonce"_L1].toString(), u"n-1"_s);
    QCOMPARE(id["aud"_L1].toString(), m_cloud["clientId"_L1].toString());
    QCOMPARE(id["preferred_username"_L1].toString(), u"mira.kovac@contoso.demo"_s);
    QCOMPARE(id["name"_L1].toString(), u"Mira Kovač"_s);
    const auto access = payload(got.text("access_token"));
    QCOMPARE(access["scp"_L1].toString(), u"openid profile User.Read"_s);
    QCOMPARE(access["oid"_L1], id["oid"_L1]);
    QVERIFY(access["wids"_L1].toArray().contains(u"e8611ab8-c189-46e8-94e1-60213ab1f814"_s));
    QCOMPARE(graphStatus(got.text("access_token")), 200);

    const auto info =
        QJsonDocument::fromJson(QByteArray::fromBase64(got.text("client_info").toLatin1(), QByteArray::Base64UrlEncoding))
            .object();
    QCOMPARE(info["uid"_L1], access["oid"_L1]);
    QCOMPARE(info["utid"_L1].toString(), m_cloud["tenant"_L1].toString());
}

void tst_DemoOAuth::answersByFragmentAndForm()
{
    auto form = authorizeForm();
    form[u"response_mode"_s] = u"fragment"_s;
    QVERIFY(authorize(form).header("Location").startsWith("http://localhost:50123/#code="));
    form[u"response_mode"_s] = u"form_post"_s;
    const auto page = authorize(form);
    QCOMPARE(page.status, 200);
    QVERIFY(page.body.contains("<form method=\"post\" action=\"http://localhost:50123/\">"));
    QVERIFY(page.body.contains("name=\"code\""));
    QVERIFY(page.body.contains("value=\"a state &amp; more\""));
}

void tst_DemoOAuth::redirectAddresses_data()
{
    QTest::addColumn<QString>("address");
    QTest::addColumn<int>("status");
    QTest::newRow("any port") << u"http://localhost:1234"_s << 302;
    QTest::newRow("the address instead of the name") << u"http://127.0.0.1:9/"_s << 400;
    QTest::newRow("with a query") << u"http://localhost:1234/?a=b"_s << 400;
    QTest::newRow("other path") << u"http://localhost:1234/callback"_s << 400;
    QTest::newRow("https loopback") << u"https://localhost:1234/"_s << 400;
    QTest::newRow("elsewhere") << u"https://evil.example/"_s << 400;
    QTest::newRow("loopback in a name") << u"http://localhost.evil.example/"_s << 400;
}

void tst_DemoOAuth::redirectAddresses()
{
    QFETCH(QString, address);
    auto form = authorizeForm();
    form[u"redirect_uri"_s] = address;
    const auto answer = authorize(form);
    QTEST(answer.status, "status");
    if (answer.status == 400)
        QVERIFY(answer.body.contains("AADSTS50011") && answer.header("Location").isEmpty());
}

void tst_DemoOAuth::refusesAtAuthorize_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("error");
    QTest::addColumn<int>("code");
    QTest::newRow("no challenge") << u"code_challenge"_s << QString() << u"invalid_request"_s << 9002325;
    QTest::newRow("plain challenge") << u"code_challenge_method"_s << u"plain"_s << u"invalid_request"_s << 9002325;
    QTest::newRow("nobody signed in") << u"login_hint"_s << QString() << u"login_required"_s << 50058;
    QTest::newRow("unknown person") << u"login_hint"_s << u"x@contoso.demo"_s << u"login_required"_s << 50034;
    QTest::newRow("disabled") << u"login_hint"_s << u"bernd.vogt@contoso.demo"_s << u"access_denied"_s << 50057;
    QTest::newRow("no scope") << u"scope"_s << QString() << u"invalid_request"_s << 900144;
    QTest::newRow("other resource") << u"scope"_s << u"https://other.example/x"_s << u"invalid_resource"_s << 500011;
    QTest::newRow("claims") << u"claims"_s << u"{"_s << u"invalid_request"_s << 9002313;
    QTest::newRow("token") << u"response_type"_s << u"token"_s << u"unsupported_response_type"_s << 700051;
    QTest::newRow("response mode") << u"response_mode"_s << u"web_message"_s << u"invalid_request"_s << 70007;
    QTest::newRow("prompt") << u"prompt"_s << u"now"_s << u"invalid_request"_s << 90023;
}

void tst_DemoOAuth::refusesAtAuthorize()
{
    QFETCH(QString, member);
    QFETCH(QString, value);
    QFETCH(int, code);
    auto form = authorizeForm();
    form[member] = value;
    const auto answer = authorize(form);
    QCOMPARE(answer.status, 302);
    const auto back = landed(answer);
    QTEST(back.queryItemValue(u"error"_s), "error");
    const auto text = back.queryItemValue(u"error_description"_s, QUrl::FullyDecoded);
    QVERIFY2(text.startsWith(u"AADSTS%1: "_s.arg(code)), qPrintable(text));
    QCOMPARE(back.queryItemValue(u"state"_s, QUrl::FullyDecoded), u"a state & more"_s);
    QVERIFY(!back.hasQueryItem(u"code"_s));
}

void tst_DemoOAuth::whatWasRefusedIsInTheLogOnce()
{
    auto disabled = authorizeForm();
    disabled[u"login_hint"_s] = u"bernd.vogt@contoso.demo"_s;
    authorize(disabled);
    auto notConsented = authorizeForm();
    notConsented[u"scope"_s] = u"openid Mail.Read"_s;
    authorize(notConsented);
    DemoClient admin(m_tenant->cloudFile());
    QCOMPARE(admin.signIn(u"mira.kovac@contoso.demo"_s), QString());
    for (const int code : {50057, 65001}) {
        const auto rows = admin.get(u"/auditLogs/signIns?$filter=status/errorCode eq %1"_s.arg(code)).value();
        QCOMPARE(rows.size(), 1);
        QVERIFY(!rows.first()["status"_L1]["failureReason"_L1].toString().isEmpty());
    }
}

void tst_DemoOAuth::pageOffersPeople()
{
    auto form = authorizeForm();
    form.remove(u"prompt"_s);
    form.remove(u"login_hint"_s);
    const auto page = authorize(form);
    QCOMPARE(page.status, 200);
    QVERIFY(page.header("Content-Type").startsWith("text/html"));
    QVERIFY(page.body.contains("Mira Kova\xc4\x8d"));
    QVERIFY(page.body.contains("Grace O&#39;Neill") || page.body.contains("Grace O'Neill"));
    QVERIFY(!page.body.contains("Bernd Vogt"));
    QVERIFY(page.body.contains("<form method=\"post\""));
}

void tst_DemoOAuth::refusesAtToken_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<QString>("value"); // null: left out
    QTest::addColumn<QString>("error");
    QTest::addColumn<int>("code");
    QTest::newRow("wrong verifier") << u"code_verifier"_s << QString(50, u'x') << u"invalid_grant"_s << 501481;
    QTest::newRow("no verifier") << u"code_verifier"_s << QString() << u"invalid_grant"_s << 501481;
    QTest::newRow("other redirect") << u"redirect_uri"_s << u"http://localhost:50124/"_s << u"invalid_grant"_s << 500112;
    QTest::newRow("unknown code") << u"code"_s << u"0.nonsense"_s << u"invalid_grant"_s << 70000;
    QTest::newRow("no code") << u"code"_s << QString() << u"invalid_request"_s << 900144;
    QTest::newRow("secret") << u"client_secret"_s << u"s3cret"_s << u"invalid_client"_s << 700025;
    QTest::newRow("empty secret") << u"client_secret"_s << u""_s << u"invalid_client"_s << 700025;
    QTest::newRow("unknown client") << u"client_id"_s << u"00000000-1111-2222-3333-444444444444"_s << u"unauthorized_client"_s
                                    << 700016;
    QTest::newRow("unknown grant") << u"grant_type"_s << u"password"_s << u"unsupported_grant_type"_s << 70003;
}

void tst_DemoOAuth::refusesAtToken()
{
    QFETCH(QString, member);
    QFETCH(QString, value);
    QFETCH(int, code);
    auto form = tokenForm(this->code(authorizeForm()));
    if (value.isNull())
        form.remove(member);
    else
        form[member] = value;
    const auto answer = token(form);
    QVERIFY(answer.status == 400 || answer.status == 401);
    QTEST(answer.text("error"), "error");
    QCOMPARE(answer.json()["error_codes"_L1].toArray(), QJsonArray{code});
    QVERIFY(answer.text("error_description").startsWith(u"AADSTS%1: "_s.arg(code)));
    QVERIFY(!answer.text("trace_id").isEmpty() && !answer.text("correlation_id").isEmpty());
}

void tst_DemoOAuth::codeWorksOnce()
{
    const auto form = tokenForm(code(authorizeForm()));
    QCOMPARE(token(form).status, 200);
    const auto again = token(form);
    QCOMPARE(again.status, 400);
    QCOMPARE(again.json()["error_codes"_L1][0].toInt(), 54005);
}

void tst_DemoOAuth::codeExpires()
{
    const auto form = tokenForm(code(authorizeForm()));
    QCOMPARE(DemoClient(m_cloud).advance(u"PT11M"_s).status, 200);
    QCOMPARE(token(form).json()["error_codes"_L1][0].toInt(), 70008);
}

void tst_DemoOAuth::refreshRotates()
{
    const auto first = signedIn();
    Form form{{u"grant_type"_s, u"refresh_token"_s},
              {u"client_id"_s, m_cloud["clientId"_L1].toString()},
              {u"refresh_token"_s, first["refresh_token"_L1].toString()},
              {u"scope"_s, u"openid Group.ReadWrite.All"_s}};
    const auto next = token(form);
    QCOMPARE(next.status, 200);
    QVERIFY(next.text("refresh_token") != first["refresh_token"_L1].toString());
    QCOMPARE(payload(next.text("access_token"))["scp"_L1].toString(), u"openid Group.ReadWrite.All"_s);
    form[u"refresh_token"_s] = u"1.nonsense"_s;
    QCOMPARE(token(form).json()["error_codes"_L1][0].toInt(), 70000);
    QVERIFY(!signedIn(u"openid User.Read"_s).contains("refresh_token"_L1));
    QVERIFY(!signedIn(u"User.Read"_s).contains("id_token"_L1));
}

void tst_DemoOAuth::refreshAfterRevocation()
{
    const auto ada = [&] {
        auto form = authorizeForm();
        form[u"login_hint"_s] = u"ada.lindqvist@contoso.demo"_s;
        form[u"scope"_s] = u"openid offline_access User.Read User.RevokeSessions.All"_s;
        return token(tokenForm(code(form))).json();
    };
    const auto before = ada();
    const auto revoked = exchange("POST", QUrl(m_tenant->origin() + u"/v1.0/me/revokeSignInSessions"_s), {},
                                  {{"Authorization", "Bearer " + before["access_token"_L1].toString().toUtf8()}});
    QCOMPARE(revoked.status, 200);
    QCOMPARE(revoked.json()["value"_L1].toBool(), true);
    Form form{{u"grant_type"_s, u"refresh_token"_s},
              {u"client_id"_s, m_cloud["clientId"_L1].toString()},
              {u"refresh_token"_s, before["refresh_token"_L1].toString()}};
    QCOMPARE(token(form).json()["error_codes"_L1][0].toInt(), 50173);
    form[u"refresh_token"_s] = ada()["refresh_token"_L1].toString();
    QCOMPARE(token(form).status, 200);
}

void tst_DemoOAuth::stepUp()
{
    auto form = authorizeForm();
    form[u"login_hint"_s] = u"ada.lindqvist@contoso.demo"_s;
    const auto plain = token(tokenForm(code(form)));
    QCOMPARE(payload(plain.text("access_token"))["amr"_L1].toArray(), QJsonArray{u"pwd"_s});
    QVERIFY(!payload(plain.text("access_token")).contains("xms_cc"_L1));

    const auto claims = u"{\"access_token\":{\"amr\":{\"essential\":true,\"values\":[\"mfa\"]},"
                        "\"acrs\":{\"essential\":true,\"value\":\"c1\"},\"xms_cc\":{\"values\":[\"cp1\"]}}}"_s;
    // A session without it cannot be refreshed into it.
    Form refresh{{u"grant_type"_s, u"refresh_token"_s},
                 {u"client_id"_s, m_cloud["clientId"_L1].toString()},
                 {u"refresh_token"_s, plain.text("refresh_token")},
                 {u"claims"_s, claims}};
    const auto challenged = token(refresh);
    QCOMPARE(challenged.text("error"), u"interaction_required"_s);
    QCOMPARE(challenged.text("claims"), claims);

    form[u"claims"_s] = claims;
    const auto stepped = token(tokenForm(code(form)));
    refresh[u"refresh_token"_s] = stepped.text("refresh_token");
    for (const auto &answer : {stepped, token(refresh)}) {
        const auto access = payload(answer.text("access_token"));
        QCOMPARE(access["amr"_L1].toArray(), (QJsonArray{u"pwd"_s, u"mfa"_s}));
        QCOMPARE(access["acrs"_L1].toArray(), QJsonArray{u"c1"_s});
        QCOMPARE(access["xms_cc"_L1].toArray(), QJsonArray{u"cp1"_s});
    }
}

void tst_DemoOAuth::tokensExpire()
{
    const auto got = signedIn();
    const auto access = got["access_token"_L1].toString();
    QCOMPARE(graphStatus(access), 200);
    QCOMPARE(DemoClient(m_cloud).advance(u"PT59M"_s).status, 200);
    QCOMPARE(graphStatus(access), 200);
    QCOMPARE(DemoClient(m_cloud).advance(u"PT32M"_s).status, 200);
    const auto answer =
        exchange("GET", QUrl(m_tenant->origin() + u"/v1.0/me"_s), {}, {{"Authorization", "Bearer " + access.toUtf8()}});
    QCOMPARE(answer.status, 401);
    QCOMPARE(answer.code(), u"InvalidAuthenticationToken"_s);
    QVERIFY(answer.message().startsWith(u"Lifetime validation failed"));
    QVERIFY(answer.header("WWW-Authenticate").startsWith("Bearer "));
    const Form refresh{{u"grant_type"_s, u"refresh_token"_s},
                       {u"client_id"_s, m_cloud["clientId"_L1].toString()},
                       {u"refresh_token"_s, got["refresh_token"_L1].toString()}};
    QCOMPARE(graphStatus(token(refresh).text("access_token")), 200);
}

void tst_DemoOAuth::refusesForgedTokens()
{
    const auto got = signedIn();
    const auto access = got["access_token"_L1].toString();
    auto forgedPayload = payload(access);
    forgedPayload[u"scp"_s] = u"Directory.ReadWrite.All"_s;
    const auto forged = access.section(u'.', 0, 0) + u'.' +
                        QString::fromLatin1(QJsonDocument(forgedPayload)
                                                .toJson(QJsonDocument::Compact)
                                                .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals)) +
                        u'.' + access.section(u'.', 2, 2);
    QCOMPARE(graphStatus(forged), 401);
    QCOMPARE(graphStatus(got["id_token"_L1].toString()), 401); // signed, for somebody else
    QCOMPARE(graphStatus(u"not.a.token"_s), 401);
    QCOMPARE(graphStatus(u""_s), 401);
}

void tst_DemoOAuth::deviceCode()
{
    const auto started = exchange(
        "POST", endpoint(u"/oauth2/v2.0/devicecode"_s),
        encode({{u"client_id"_s, m_cloud["clientId"_L1].toString()}, {u"scope"_s, u"openid offline_access User.Read"_s}}),
        {{"Content-Type", "application/x-www-form-urlencoded"}});
    QCOMPARE(started.status, 200);
    QCOMPARE(started.json()["expires_in"_L1].toInt(), 900);
    const Form poll{{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s},
                    {u"client_id"_s, m_cloud["clientId"_L1].toString()},
                    {u"device_code"_s, started.text("device_code")}};
    QCOMPARE(token(poll).text("error"), u"authorization_pending"_s);
    QCOMPARE(token(poll).text("error"), u"slow_down"_s);
    QUrl approve(started.text("verification_uri"));
    approve.setQuery(QString::fromLatin1(encode({{u"user_code"_s, started.text("user_code")},
                                                 {u"login_hint"_s, u"lena.fischer@contoso.demo"_s},
                                                 {u"prompt"_s, u"none"_s}})));
    QCOMPARE(exchange("GET", approve).status, 200);
    auto asMsalSendsIt = poll;
    asMsalSendsIt.insert(u"grant_type"_s, u"device_code"_s);
    const auto got = token(asMsalSendsIt);
    QCOMPARE(payload(got.text("access_token"))["upn"_L1].toString(), u"lena.fischer@contoso.demo"_s);
    QCOMPARE(token(poll).text("error"), u"bad_verification_code"_s);
}

void tst_DemoOAuth::logout()
{
    QUrl url = endpoint(u"/oauth2/v2.0/logout"_s);
    QCOMPARE(exchange("GET", url).status, 200);
    // Only to an address of the application that the hint names.
    const auto hint = u"&id_token_hint="_s + signedIn()["id_token"_L1].toString();
    url.setQuery(u"post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A77%2F&state=s%201"_s + hint);
    QCOMPARE(exchange("GET", url).header("Location"), QByteArray("http://localhost:77/?state=s%201"));
    url.setQuery(u"post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A77%2F"_s);
    QCOMPARE(exchange("GET", url).status, 200);
    url.setQuery(u"post_logout_redirect_uri=https%3A%2F%2Fevil.example%2F"_s + hint);
    QCOMPARE(exchange("GET", url).status, 200);
}

void tst_DemoOAuth::overTls()
{
    DemoTenant::Options options;
    options.tls = true;
    const auto secure = DemoTenant::start(options);
    QVERIFY(secure);
    const auto cloud = (*secure)->cloudFile();
    QVERIFY(cloud["login"_L1].toString().startsWith(u"https://127.0.0.1:"));
    QFile pem(cloud["caFile"_L1].toString());
    QVERIFY(pem.open(QIODevice::ReadOnly));

    QNetworkRequest request(QUrl(cloud["login"_L1].toString() + u"/common/v2.0/.well-known/openid-configuration"_s));
    auto tls = QSslConfiguration::defaultConfiguration();
    const auto status = [&] {
        QNetworkAccessManager network; // a kept connection would keep the old trust too
        request.setSslConfiguration(tls);
        std::unique_ptr<QNetworkReply> reply(network.get(request));
        QEventLoop loop;
        QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
        loop.exec();
        return reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    };
    QCOMPARE(status(), 0); // nobody trusts it by itself
    tls.setCaCertificates(QSslCertificate::fromDevice(&pem));
    QCOMPARE(status(), 200);
}

/// Tenants of one process share their key, with TLS and without: making one is what takes long at a start.
void tst_DemoOAuth::oneKeyForAll()
{
    DemoTenant::Options options;
    options.tls = true;
    QList<QByteArray> authorities;
    QList<QSslKey> serverKeys;
    for (int n = 0; n < 2; ++n) {
        const auto secure = DemoTenant::start(options);
        QVERIFY(secure);
        QFile pem((*secure)->cloudFile()["caFile"_L1].toString());
        QVERIFY(pem.open(QIODevice::ReadOnly));
        authorities.append(pem.readAll());
        const QUrl origin((*secure)->origin());
        QSslSocket socket;
        QSslConfiguration trusting = socket.sslConfiguration();
        trusting.setCaCertificates({QSslCertificate(authorities.last())});
        socket.setSslConfiguration(trusting);
        socket.connectToHostEncrypted(origin.host(), quint16(origin.port()));
        QVERIFY2(socket.waitForEncrypted(), qPrintable(socket.errorString()));
        serverKeys.append(socket.peerCertificate().publicKey());
    }
    QVERIFY2(QSslCertificate(authorities.first()).publicKey() != serverKeys.first(), "whoever issues has a key of its own");
    QCOMPARE(serverKeys.at(0), serverKeys.at(1));
    QCOMPARE(authorities.at(0), authorities.at(1));
    const auto other = DemoTenant::start({});
    QVERIFY(other);
    const auto signer = [](const QString &origin) {
        return exchange("GET", QUrl(origin + u"/common/discovery/v2.0/keys"_s)).json()["keys"_L1][0].toObject();
    };
    QCOMPARE(signer((*other)->origin())["kid"_L1], signer(m_tenant->origin())["kid"_L1]);
    const QSslCertificate certificate(QByteArray::fromBase64(signer(m_tenant->origin())["x5c"_L1][0].toString().toLatin1()),
                                      QSsl::Der);
    QCOMPARE(certificate.publicKey(), serverKeys.first());
}

QTEST_GUILESS_MAIN(tst_DemoOAuth)
#include "tst_DemoOAuth.moc"
