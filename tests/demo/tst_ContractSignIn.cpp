#include "demo/DemoPeople.h"
#include "demo/DemoTenant.h"
#include "demo/SignInDesk.h"

#include <QTest>

#include <functional>
#include <memory>

using namespace pimgate::demotest;
using namespace Qt::Literals::StringLiterals;
using pimgate::demo::DemoTenant;

namespace {

const QString mfaClaims = u"{\"access_token\":{\"amr\":{\"essential\":true,\"values\":[\"mfa\"]}}}"_s;
const QString acrsClaims = u"{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1\"}}}"_s;
const QString fieldApp = u"Contoso Field App"_s; ///< a public client of the tenant, consented for signing in only

} // namespace

/// Contract 16.1: each AADSTS number that the demo can give, provoked; 16: in the form that each place has.
class tst_ContractSignIn : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_tenant.reset(); }

    void refusals_data();
    void refusals();

private:
    using Provocation = std::function<Answer(tst_ContractSignIn &)>;
    struct Row
    {
        const char *place; ///< "page", "redirect" or "token"
        QString error;     ///< of a redirect or of the token endpoint
        Provocation provoke;
    };
    static std::map<int, Row> rows();
    QString appIdOf(const QString &displayName) const;
    Answer device(const Form &form);
    Answer policy(const char *control);
    Answer asGlobalAdministrator(const QByteArray &method, const QString &path, const QJsonObject &body = {});

    std::unique_ptr<DemoTenant> m_tenant;
    std::unique_ptr<SignInDesk> m_desk;
};

void tst_ContractSignIn::init()
{
    auto tenant = DemoTenant::start({});
    QVERIFY(tenant);
    m_tenant = std::move(*tenant);
    m_desk = std::make_unique<SignInDesk>(m_tenant->cloudFile());
}

QString tst_ContractSignIn::appIdOf(const QString &displayName) const
{
    for (const auto &each : m_tenant->cloudFile()["applications"_L1].toArray()) {
        if (each["displayName"_L1].toString() == displayName)
            return each["appId"_L1].toString();
    }
    return {};
}

Answer tst_ContractSignIn::device(const Form &form)
{
    return m_desk->post(m_desk->endpoint(u"/oauth2/v2.0/devicecode"_s), form);
}

Answer tst_ContractSignIn::asGlobalAdministrator(const QByteArray &method, const QString &path, const QJsonObject &body)
{
    DemoClient admin(m_tenant->cloudFile());
    admin.signIn(m_tenant->cloudFile()["accounts"_L1]["breakGlass"_L1].toString());
    return admin.send(method, path, body.isEmpty() ? std::nullopt : std::optional(body));
}

/// A policy for Ada and every resource.
Answer tst_ContractSignIn::policy(const char *control)
{
    const auto ada = asGlobalAdministrator("GET", u"/users/"_s + upn("ada.lindqvist")).text("id");
    const QJsonObject users{{u"includeUsers"_s, QJsonArray{ada}}};
    return asGlobalAdministrator(
        "POST", u"/identity/conditionalAccess/policies"_s,
        {{u"displayName"_s, u"Ada"_s},
         {u"state"_s, u"enabled"_s},
         {u"conditions"_s, QJsonObject{{u"clientAppTypes"_s, QJsonArray{u"all"_s}},
                                       {u"applications"_s, QJsonObject{{u"includeApplications"_s, QJsonArray{u"All"_s}}}},
                                       {u"users"_s, users}}},
         {u"grantControls"_s,
          QJsonObject{{u"operator"_s, u"OR"_s}, {u"builtInControls"_s, QJsonArray{QString::fromLatin1(control)}}}}});
}

std::map<int, tst_ContractSignIn::Row> tst_ContractSignIn::rows()
{
    const auto ada = upn("ada.lindqvist");
    const auto signedInBrowser = [](SignInDesk &desk, const QString &person) {
        const auto page = desk.authorize(desk.authorizeForm());
        desk.choose(page, person);
    };
    const auto withField = [](const char *name, const QString &value) {
        return [name = QString::fromLatin1(name), value](tst_ContractSignIn &t) {
            return t.m_desk->authorize(t.m_desk->atOnce(upn("ada.lindqvist"), {{name, value}}));
        };
    };
    return {
        {16000,
         {"redirect", u"interaction_required"_s,
          [=](tst_ContractSignIn &t) {
              signedInBrowser(*t.m_desk, ada); // and now to a tenant where nobody knows her
              t.m_desk->authority = u"litware.demo"_s;
              return t.m_desk->authorize(t.m_desk->authorizeForm({{u"prompt"_s, u"none"_s}}));
          }}},
        {28000,
         {"token", u"invalid_scope"_s,
          [=](tst_ContractSignIn &t) {
              return t.m_desk->token(t.m_desk->codeForm(t.m_desk->codeAtOnce(ada),
                                                        {{u"scope"_s, u"User.Read https://contoso.eu.ninjarmm.com/.default"_s}}));
          }}},
        {50011, {"page", {}, withField("redirect_uri", u"https://evil.example/"_s)}},
        {50020,
         {"redirect", u"access_denied"_s,
          [](tst_ContractSignIn &t) { // a partner without a role here
              return t.m_desk->authorize(t.m_desk->atOnce(u"paul.leitner@northwind-msp.demo"_s));
          }}},
        {50034, {"redirect", u"login_required"_s, withField("login_hint", u"nobody@contoso.demo"_s)}},
        {50057, {"redirect", u"access_denied"_s, withField("login_hint", upn("bernd.vogt"))}},
        {50058, {"redirect", u"login_required"_s, withField("login_hint", {})}},
        {50059,
         {"redirect", u"invalid_request"_s,
          [](tst_ContractSignIn &t) {
              t.m_desk->authority = u"organizations"_s;
              return t.m_desk->authorize(t.m_desk->atOnce(u"ann@nowhere.example"_s));
          }}},
        {50076,
         {"redirect", u"interaction_required"_s,
          [=](tst_ContractSignIn &t) {
              signedInBrowser(*t.m_desk, ada); // with one factor
              return t.m_desk->authorize(t.m_desk->authorizeForm({{u"prompt"_s, u"none"_s}, {u"claims"_s, mfaClaims}}));
          }}},
        {50079,
         {"redirect", u"interaction_required"_s,
          [](tst_ContractSignIn &t) { // nobody has set up a second factor
              return t.m_desk->authorize(t.m_desk->atOnce(upn("zoe.janssens"), {{u"claims"_s, mfaClaims}}));
          }}},
        {50105,
         {"redirect", u"access_denied"_s,
          [](tst_ContractSignIn &t) {
              const auto appId = t.appIdOf(u"N-able N-central"_s);
              const auto patched = t.asGlobalAdministrator("PATCH", u"/servicePrincipals(appId='%1')"_s.arg(appId),
                                                           {{u"appRoleAssignmentRequired"_s, true}});
              if (patched.status != 204)
                  return patched;
              t.m_desk->clientId = appId;
              t.m_desk->redirectUri = u"https://ncentral.contoso.demo:443/openIDSignInLogin"_s;
              return t.m_desk->authorize(t.m_desk->atOnce(upn("sam.porter"), {{u"scope"_s, u"openid"_s}}));
          }}},
        {50173,
         {"token", u"invalid_grant"_s,
          [=](tst_ContractSignIn &t) {
              const auto tokens = t.m_desk->tokensAtOnce(ada);
              DemoClient self(t.m_tenant->cloudFile());
              self.signIn(ada);
              self.send("POST", u"/me/revokeSignInSessions"_s);
              return t.m_desk->token(SignInDesk::refreshForm(tokens));
          }}},
        {50194,
         {"page",
          {},
          [=](tst_ContractSignIn &t) {
              t.m_desk->clientId = t.appIdOf(fieldApp);
              t.m_desk->authority = u"common"_s;
              return t.m_desk->authorize(t.m_desk->atOnce(ada));
          }}},
        {53000,
         {"redirect", u"access_denied"_s,
          [=](tst_ContractSignIn &t) {
              t.policy("compliantDevice");
              return t.m_desk->authorize(t.m_desk->atOnce(ada));
          }}},
        {53003,
         {"redirect", u"access_denied"_s,
          [=](tst_ContractSignIn &t) {
              t.policy("block");
              return t.m_desk->authorize(t.m_desk->atOnce(ada));
          }}},
        {54005,
         {"token", u"invalid_grant"_s,
          [=](tst_ContractSignIn &t) {
              const auto form = t.m_desk->codeForm(t.m_desk->codeAtOnce(ada));
              t.m_desk->token(form);
              return t.m_desk->token(form);
          }}},
        {65001,
         {"redirect", u"consent_required"_s,
          [=](tst_ContractSignIn &t) {
              t.m_desk->clientId = t.appIdOf(fieldApp);
              return t.m_desk->authorize(t.m_desk->atOnce(ada, {{u"scope"_s, u"openid Mail.Read"_s}}));
          }}},
        {65004,
         {"redirect", u"access_denied"_s,
          [=](tst_ContractSignIn &t) {
              t.m_desk->clientId = t.appIdOf(fieldApp);
              const auto page = t.m_desk->authorize(t.m_desk->authorizeForm({{u"scope"_s, u"openid Mail.Read"_s}}));
              return t.m_desk->press(t.m_desk->choose(page, ada), u"decline"_s, u"1"_s);
          }}},
        {70000,
         {"token", u"invalid_grant"_s,
          [](tst_ContractSignIn &t) {
              return t.m_desk->token({{u"grant_type"_s, u"refresh_token"_s}, {u"refresh_token"_s, u"1.nonsense"_s}});
          }}},
        {70003,
         {"token", u"unsupported_grant_type"_s,
          [](tst_ContractSignIn &t) {
              return t.m_desk->token({{u"grant_type"_s, u"password"_s}});
          }}},
        {70008,
         {"token", u"invalid_grant"_s,
          [=](tst_ContractSignIn &t) {
              const auto form = t.m_desk->codeForm(t.m_desk->codeAtOnce(ada));
              DemoClient(t.m_tenant->cloudFile()).advance(u"PT11M"_s);
              return t.m_desk->token(form);
          }}},
        {70011, {"redirect", u"invalid_scope"_s, withField("scope", u"openid .default User.Read"_s)}},
        {70016,
         {"token", u"authorization_pending"_s,
          [](tst_ContractSignIn &t) {
              const auto started = t.device({{u"client_id"_s, t.m_desk->clientId}, {u"scope"_s, u"User.Read"_s}});
              return t.m_desk->token({{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s},
                                      {u"device_code"_s, started.text("device_code")}});
          }}},
        {70018,
         {"token", u"bad_verification_code"_s,
          [](tst_ContractSignIn &t) {
              return t.m_desk->token(
                  {{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s}, {u"device_code"_s, u"nonsense"_s}});
          }}},
        {70019,
         {"token", u"expired_token"_s,
          [](tst_ContractSignIn &t) {
              const auto started = t.device({{u"client_id"_s, t.m_desk->clientId}, {u"scope"_s, u"User.Read"_s}});
              DemoClient(t.m_tenant->cloudFile()).advance(u"PT16M"_s);
              return t.m_desk->token({{u"grant_type"_s, u"urn:ietf:params:oauth:grant-type:device_code"_s},
                                      {u"device_code"_s, started.text("device_code")}});
          }}},
        {90002,
         {"token", u"invalid_request"_s,
          [](tst_ContractSignIn &t) {
              t.m_desk->authority = u"fabrikam.com"_s;
              return t.m_desk->token({{u"grant_type"_s, u"refresh_token"_s}});
          }}},
        {90072,
         {"token", u"invalid_grant"_s,
          [](tst_ContractSignIn &t) {
              t.m_desk->authority = u"northwind-msp.demo"_s;
              const auto tokens = t.m_desk->tokensAtOnce(u"paul.leitner@northwind-msp.demo"_s);
              t.m_desk->authority = u"contoso.demo"_s;
              return t.m_desk->token(SignInDesk::refreshForm(tokens));
          }}},
        {90094,
         {"page-ok",
          {},
          [=](tst_ContractSignIn &t) {
              t.m_desk->clientId = t.appIdOf(fieldApp);
              const auto page = t.m_desk->authorize(t.m_desk->authorizeForm({{u"scope"_s, u"openid Group.ReadWrite.All"_s}}));
              return t.m_desk->choose(page, ada);
          }}},
        {500011, {"redirect", u"invalid_resource"_s, withField("scope", u"https://other.example/read"_s)}},
        {500112,
         {"token", u"invalid_grant"_s,
          [=](tst_ContractSignIn &t) {
              return t.m_desk->token(
                  t.m_desk->codeForm(t.m_desk->codeAtOnce(ada), {{u"redirect_uri"_s, u"http://localhost:50124/"_s}}));
          }}},
        {500113,
         {"page",
          {},
          [=](tst_ContractSignIn &t) {
              t.m_desk->clientId = u"00000002-0000-0ff1-ce00-000000000000"_s; // has no reply address
              return t.m_desk->authorize(t.m_desk->atOnce(ada));
          }}},
        {500121,
         {"page",
          {},
          [=](tst_ContractSignIn &t) {
              const auto page = t.m_desk->authorize(t.m_desk->authorizeForm({{u"claims"_s, mfaClaims}}));
              return t.m_desk->press(t.m_desk->choose(page, ada), u"deny"_s, u"1"_s);
          }}},
        {501481,
         {"token", u"invalid_grant"_s,
          [=](tst_ContractSignIn &t) {
              return t.m_desk->token(t.m_desk->codeForm(t.m_desk->codeAtOnce(ada), {{u"code_verifier"_s, QString(50, u'x')}}));
          }}},
        {650053, {"redirect", u"invalid_client"_s, withField("scope", u"openid Nothing.Read"_s)}},
        {700016,
         {"token", u"unauthorized_client"_s,
          [](tst_ContractSignIn &t) {
              return t.m_desk->token(
                  {{u"grant_type"_s, u"refresh_token"_s}, {u"client_id"_s, u"00000000-1111-2222-3333-444444444444"_s}});
          }}},
        {700025,
         {"token", u"invalid_client"_s,
          [=](tst_ContractSignIn &t) { // also an empty one
              return t.m_desk->token(t.m_desk->codeForm(t.m_desk->codeAtOnce(ada), {{u"client_secret"_s, u""_s}}));
          }}},
        {700082,
         {"token", u"invalid_grant"_s,
          [=](tst_ContractSignIn &t) {
              const auto tokens = t.m_desk->tokensAtOnce(ada);
              DemoClient(t.m_tenant->cloudFile()).advance(u"P91D"_s);
              return t.m_desk->token(SignInDesk::refreshForm(tokens));
          }}},
        {900144,
         {"token", u"invalid_request"_s,
          [](tst_ContractSignIn &t) {
              return t.m_desk->token({{u"grant_type"_s, u"authorization_code"_s}, {u"code"_s, u"x"_s}});
          }}},
        {7000215,
         {"token", u"invalid_client"_s,
          [](tst_ContractSignIn &t) {
              return t.m_desk->token({{u"grant_type"_s, u"authorization_code"_s},
                                      {u"client_id"_s, t.appIdOf(u"Inforcer"_s)},
                                      {u"client_secret"_s, u"guess"_s}});
          }}},
        {7000218,
         {"token", u"invalid_client"_s,
          [](tst_ContractSignIn &t) {
              return t.m_desk->token({{u"grant_type"_s, u"authorization_code"_s}, {u"client_id"_s, t.appIdOf(u"Inforcer"_s)}});
          }}},
        {9002313, {"redirect", u"invalid_request"_s, withField("claims", u"{"_s)}},
        {9002325, {"redirect", u"invalid_request"_s, withField("code_challenge_method", u"plain"_s)}},
    };
}

void tst_ContractSignIn::refusals_data()
{
    QTest::addColumn<int>("number");
    for (const auto &[number, row] : rows())
        QTest::newRow(qPrintable(u"contract 16.1: AADSTS%1 (%2)"_s.arg(number).arg(QString::fromLatin1(row.place)))) << number;
}

void tst_ContractSignIn::refusals()
{
    QFETCH(int, number);
    const auto all = rows();
    const auto &row = all.at(number);
    const auto answer = row.provoke(*this);
    const auto place = QByteArray(row.place);
    const auto begins = u"AADSTS%1: "_s.arg(number);
    if (place == "redirect") {
        QVERIFY2(answer.status == 302, answer.body.constData());
        QVERIFY(answer.header("Location").startsWith(m_desk->redirectUri.toLatin1()));
        const auto back = SignInDesk::landed(answer);
        QVERIFY2(back[u"error_description"_s].startsWith(begins), qPrintable(back[u"error_description"_s]));
        QCOMPARE(back[u"error"_s], row.error);
        QCOMPARE(back[u"state"_s], u"s & t"_s);
        QVERIFY(back[u"error_uri"_s].endsWith(u"/error?code=%1"_s.arg(number)));
        QVERIFY(!back.contains(u"code"_s));
    } else if (place.startsWith("page")) {
        QCOMPARE(answer.status, place == "page" ? 400 : 200);
        QVERIFY(answer.header("Content-Type").startsWith("text/html"));
        QVERIFY2(answer.body.contains("AADSTS" + QByteArray::number(number) + ":"), answer.body.constData());
        for (const auto *part : {"Request Id", "Correlation Id", "Timestamp"})
            QVERIFY(answer.body.contains(part));
    } else { // contract 16: the error JSON
        QVERIFY(answer.status == 400 || answer.status == 401);
        QCOMPARE(answer.status == 401, row.error == u"invalid_client");
        QCOMPARE(answer.text("error"), row.error);
        QCOMPARE(answer.json()["error_codes"_L1].toArray(), QJsonArray{number});
        static const QRegularExpression form(
            u"^AADSTS\\d+: .+ Trace ID: [0-9a-f-]{36} Correlation ID: [0-9a-f-]{36} Timestamp: [0-9: -]+Z$"_s);
        const auto text = answer.text("error_description");
        QVERIFY2(text.startsWith(begins) && form.match(text).hasMatch(), qPrintable(text));
        QCOMPARE(answer.text("correlation_id").toLatin1(), SignInDesk::requestId);
        QVERIFY(text.contains(answer.text("trace_id")) && text.contains(answer.text("timestamp")));
        QVERIFY(answer.text("error_uri").endsWith(u"/error?code=%1"_s.arg(number)));
        QVERIFY(!answer.json().contains("access_token"_L1));
    }
}

QTEST_GUILESS_MAIN(tst_ContractSignIn)
#include "tst_ContractSignIn.moc"
