#include "demo/OAuth.h"

#include "demo/Keys.h"
#include "demo/Seed.h"

#include <QCryptographicHash>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QUrl>
#include <QUrlQuery>
#include <QUuid>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int tokenSeconds = 3600;
constexpr int codeSeconds = 600;
constexpr int deviceCodeSeconds = 900;

QString randomText(int bytes = 32)
{
    QByteArray random(bytes, '\0');
    QRandomGenerator::system()->fillRange(reinterpret_cast<quint32 *>(random.data()), bytes / 4);
    return QString::fromLatin1(base64Url(random));
}

QString newGuid()
{
    return QUuid::createUuid().toString(QUuid::WithoutBraces);
}

QMap<QString, QString> readForm(const QByteArray &body)
{
    QMap<QString, QString> form;
    auto text = body;
    text.replace('+', "%20"); // QUrlQuery leaves the plus of forms alone
    const QUrlQuery query(QString::fromUtf8(text));
    for (const auto &[name, value] : query.queryItems(QUrl::FullyDecoded))
        form.insert(name, value);
    return form;
}

QByteArray page(const QString &title, const QString &body)
{
    return (u"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>"_s + title.toHtmlEscaped() +
            u"</title><style>body{font:16px system-ui;margin:3em auto;max-width:32em}a{display:block;padding:.5em;"
            "text-decoration:none}a:hover{background:#eef}small{color:#555}</style></head><body><h1>"_s +
            title.toHtmlEscaped() + u"</h1>"_s + body + u"</body></html>"_s)
        .toUtf8();
}

Response html(const QString &title, const QString &body, int status = 200)
{
    Response response;
    response.status = status;
    response.contentType = "text/html; charset=utf-8";
    response.text = page(title, body);
    return response;
}

QString query(const QList<std::pair<QString, QString>> &values)
{
    QStringList parts;
    for (const auto &[name, value] : values)
        parts.append(name + u'=' + QString::fromLatin1(QUrl::toPercentEncoding(value)));
    return parts.join(u'&');
}

QStringList words(const QString &text)
{
    return text.split(u' ', Qt::SkipEmptyParts);
}

bool isLoopback(const QUrl &url)
{
    return url.host() == u"localhost" || url.host() == u"127.0.0.1" || url.host() == u"::1";
}

QString errorName(int code)
{
    switch (code) {
    case 50058:
        return u"login_required"_s;
    case 50076:
    case 50079:
    case 50072:
    case 50158:
        return u"interaction_required"_s;
    case 65001:
        return u"consent_required"_s;
    default:
        return u"access_denied"_s;
    }
}

Response unauthorized(const QString &origin, const QString &message)
{
    auto response = graphError(401, u"InvalidAuthenticationToken"_s, message);
    response.headers.emplaceBack("WWW-Authenticate",
                                 "Bearer realm=\"\", authorization_uri=\"" + origin.toUtf8() +
                                     "/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"");
    return response;
}

QStringList strings(const QJsonValue &value)
{
    QStringList list;
    for (const auto &item : value.toArray())
        list.append(item.toString());
    return list;
}

} // namespace

OAuth::OAuth(Store &store, Router &router) : m_store(store), m_router(router) {}

void OAuth::reset()
{
    m_grants.clear();
    m_refreshTokens.clear();
    m_deviceGrants.clear();
}

void OAuth::addRoutes()
{
    m_router.addOpen("GET", u"/{tenant}/v2.0/.well-known/openid-configuration"_s,
                     [this](Store &, const Request &request) { return discovery(request); });
    m_router.addOpen("GET", u"/{tenant}/discovery/v2.0/keys"_s, [this](Store &, const Request &) { return keys(); });
    m_router.addOpen("GET", u"/{tenant}/oauth2/v2.0/authorize"_s, [this](Store &, const Request &request) {
        Form form;
        for (auto it = request.query.begin(); it != request.query.end(); ++it)
            form.insert(it.key(), it.value());
        return authorize(request, form);
    });
    m_router.addOpen("POST", u"/{tenant}/oauth2/v2.0/authorize"_s,
                     [this](Store &, const Request &request) { return authorize(request, readForm(request.raw)); });
    m_router.addOpen("POST", u"/{tenant}/oauth2/v2.0/token"_s,
                     [this](Store &, const Request &request) { return token(request); });
    m_router.addOpen("POST", u"/{tenant}/oauth2/v2.0/devicecode"_s,
                     [this](Store &, const Request &request) { return deviceCode(request); });
    m_router.addOpen("GET", u"/{tenant}/oauth2/deviceauth"_s,
                     [this](Store &, const Request &request) { return deviceSignIn(request); });
    m_router.addOpen("GET", u"/{tenant}/oauth2/v2.0/logout"_s,
                     [this](Store &, const Request &request) { return logout(request); });
}

bool OAuth::knowsTenant(const QString &tenant) const
{
    if (tenant == u"common" || tenant == u"organizations")
        return true;
    return tenant.compare(m_store.tenantId(), Qt::CaseInsensitive) == 0 || m_store.find(u"domains"_s, tenant);
}

QString OAuth::issuer() const
{
    return m_origin + u'/' + m_store.tenantId() + u"/v2.0"_s;
}

Response OAuth::discovery(const Request &request) const
{
    const auto tenant = request.param(u"tenant"_s);
    if (!knowsTenant(tenant))
        return refuse({400, "invalid_tenant", 90002, u"Tenant '%1' not found."_s.arg(tenant)});
    const bool any = tenant == u"common" || tenant == u"organizations";
    const auto base = m_origin + u'/' + (any ? tenant : m_store.tenantId());
    return Response::ok(
        QJsonObject{{u"issuer"_s, any ? m_origin + u"/{tenantid}/v2.0"_s : issuer()},
                    {u"authorization_endpoint"_s, base + u"/oauth2/v2.0/authorize"_s},
                    {u"token_endpoint"_s, base + u"/oauth2/v2.0/token"_s},
                    {u"device_authorization_endpoint"_s, base + u"/oauth2/v2.0/devicecode"_s},
                    {u"end_session_endpoint"_s, base + u"/oauth2/v2.0/logout"_s},
                    {u"jwks_uri"_s, base + u"/discovery/v2.0/keys"_s},
                    {u"response_types_supported"_s, QJsonArray{u"code"_s, u"id_token"_s, u"code id_token"_s}},
                    {u"response_modes_supported"_s, QJsonArray{u"query"_s, u"fragment"_s, u"form_post"_s}},
                    {u"subject_types_supported"_s, QJsonArray{u"pairwise"_s}},
                    {u"id_token_signing_alg_values_supported"_s, QJsonArray{u"RS256"_s}},
                    {u"code_challenge_methods_supported"_s, QJsonArray{u"S256"_s}},
                    {u"token_endpoint_auth_methods_supported"_s, QJsonArray{u"client_secret_post"_s, u"none"_s}},
                    {u"scopes_supported"_s, QJsonArray{u"openid"_s, u"profile"_s, u"email"_s, u"offline_access"_s}},
                    {u"claims_supported"_s, QJsonArray{u"sub"_s, u"iss"_s, u"aud"_s, u"exp"_s, u"iat"_s, u"nonce"_s,
                                                       u"preferred_username"_s, u"name"_s, u"tid"_s}},
                    {u"request_uri_parameter_supported"_s, false},
                    {u"tenant_region_scope"_s, u"EU"_s},
                    {u"cloud_instance_name"_s, QUrl(m_origin).authority()},
                    {u"msgraph_host"_s, QUrl(m_origin).authority()}});
}

Response OAuth::keys() const
{
    return Response::ok(QJsonObject{{u"keys"_s, QJsonArray{SigningKey::shared().jwk(issuer())}}});
}

std::optional<OAuth::Client> OAuth::client(const QString &appId) const
{
    const auto *sp = m_store.findBy(u"servicePrincipals"_s, u"appId"_s, appId);
    if (!sp || appId.isEmpty())
        return {};
    Client client{appId.toLower(), sp->value("displayName"_L1).toString(), strings(sp->value("replyUrls"_L1)), false};
    if (const auto *application = m_store.findBy(u"applications"_s, u"appId"_s, appId)) {
        client.isPublic = application->value("isFallbackPublicClient"_L1).toBool();
        client.redirectUris += strings(application->value("publicClient"_L1).toObject()["redirectUris"_L1]);
        client.redirectUris += strings(application->value("web"_L1).toObject()["redirectUris"_L1]);
    }
    client.isPublic = client.isPublic || client.appId == defaultClientId();
    return client;
}

bool OAuth::redirectAllowed(const Client &client, const QString &redirectUri)
{
    if (client.redirectUris.contains(redirectUri))
        return true;
    const QUrl asked(redirectUri);
    const auto pathOf = [](const QUrl &url) { return url.path().isEmpty() ? u"/"_s : url.path(); };
    // Loopback: the registration has no port and any port matches; the path must be the same.
    return std::any_of(client.redirectUris.begin(), client.redirectUris.end(), [&](const QString &uri) {
        const QUrl registered(uri);
        return registered.scheme() == u"http" && registered.host() == u"localhost" && asked.scheme() == u"http" &&
               isLoopback(asked) && pathOf(asked) == pathOf(registered) && !asked.hasFragment();
    });
}

OAuth::Wish OAuth::readClaims(const QString &claims)
{
    Wish wish;
    if (claims.isEmpty())
        return wish;
    const auto document = QJsonDocument::fromJson(claims.toUtf8());
    wish.broken = !document.isObject();
    const auto access = document.object()["access_token"_L1].toObject();
    const auto values = [&](QLatin1String claim) {
        const auto asked = access[claim].toObject();
        auto list = strings(asked["values"_L1]);
        if (asked["value"_L1].isString())
            list.append(asked["value"_L1].toString());
        return list;
    };
    wish.mfa = values("amr"_L1).contains(u"mfa"_s);
    wish.cp1 = values("xms_cc"_L1).contains(u"cp1"_s, Qt::CaseInsensitive);
    wish.acrs = values("acrs"_L1);
    return wish;
}

/// Short names; nothing when a scope belongs to another resource.
std::optional<QStringList> OAuth::graphScopes(const QString &scope) const
{
    QStringList scopes;
    for (auto each : words(scope)) {
        for (const auto &prefix : {m_origin + u'/', u"https://graph.microsoft.com/"_s, graphAppId() + u'/'}) {
            if (each.startsWith(prefix))
                each = each.mid(prefix.size());
        }
        if (each.contains(u'/') || each.contains(u':'))
            return {};
        if (each == u".default")
            scopes += consentedScopes();
        else
            scopes.append(each);
    }
    scopes.removeDuplicates();
    return scopes;
}

Response OAuth::authorize(const Request &request, const Form &form)
{
    const auto tenant = request.param(u"tenant"_s);
    if (!knowsTenant(tenant))
        return errorPage(90002, u"Tenant '%1' not found."_s.arg(tenant));
    for (const auto &name : {u"client_id"_s, u"redirect_uri"_s}) {
        if (form.value(name).isEmpty())
            return errorPage(900144, u"The request body must contain the following parameter: '%1'."_s.arg(name));
    }
    const auto who = client(form.value(u"client_id"_s));
    if (!who)
        return errorPage(700016, u"Application with identifier '%1' was not found in the directory '%2'."_s.arg(
                                     form.value(u"client_id"_s), u"Contoso (demo)"_s));
    const auto redirectUri = form.value(u"redirect_uri"_s);
    if (!redirectAllowed(*who, redirectUri))
        return errorPage(50011, u"The redirect URI '%1' specified in the request does not match the redirect URIs "
                                "configured for the application '%2'."_s.arg(redirectUri, who->appId));
    const auto refuseTo = [&](const QString &error, int code, const QString &message) {
        return redirect(form, redirectUri, {{u"error"_s, error}, {u"error_description"_s, describe(code, message)}});
    };
    const auto type = words(form.value(u"response_type"_s));
    if (type.isEmpty() || (!type.contains(u"code"_s) && !type.contains(u"id_token"_s)))
        return refuseTo(u"unsupported_response_type"_s, 700054, u"The response_type is not supported."_s);
    if (type.contains(u"id_token"_s) && form.value(u"nonce"_s).isEmpty())
        return refuseTo(u"invalid_request"_s, 900144, u"The request body must contain the following parameter: 'nonce'."_s);
    if (words(form.value(u"scope"_s)).isEmpty())
        return refuseTo(u"invalid_request"_s, 900144, u"The request body must contain the following parameter: 'scope'."_s);
    if (!graphScopes(form.value(u"scope"_s)))
        return refuseTo(u"invalid_resource"_s, 500011, u"The resource principal was not found in the tenant."_s);
    const bool proof = !form.value(u"code_challenge"_s).isEmpty() && form.value(u"code_challenge_method"_s) == u"S256";
    if (type.contains(u"code"_s) && who->isPublic && !proof)
        return refuseTo(u"invalid_request"_s, 9002325,
                        u"Proof Key for Code Exchange is required for authorization code redemption."_s);
    if (readClaims(form.value(u"claims"_s)).broken)
        return refuseTo(u"invalid_request"_s, 9002313, u"Invalid request. The claims parameter is malformed."_s);

    const bool silent = form.value(u"prompt"_s) == u"none";
    const auto hint = form.value(u"login_hint"_s);
    if (!silent)
        return choosePerson(request.path, form);
    if (hint.isEmpty())
        return refuseTo(u"login_required"_s, 50058, u"A silent sign-in request was sent but no user is signed in."_s);
    const auto *user = m_store.user(hint);
    if (!user)
        return refuseTo(u"login_required"_s, 50034, u"The user account %1 does not exist in the directory."_s.arg(hint));
    const auto userId = user->value("id"_L1).toString();
    return answerAuthorize(form, redirectUri, userId,
                           request.headers.contains("user-agent") ? request.headers.at("user-agent") : QByteArray());
}

Response OAuth::answerAuthorize(const Form &form, const QString &redirectUri, const QString &userId, const QByteArray &userAgent)
{
    const auto clientId = form.value(u"client_id"_s).toLower();
    Response refusal;
    const auto session = signIn(userId, clientId, *graphScopes(form.value(u"scope"_s)), readClaims(form.value(u"claims"_s)),
                                userAgent, false, refusal);
    if (!session) {
        const auto code = refusal.json["error_codes"_L1][0].toInt();
        return redirect(
            form, redirectUri,
            {{u"error"_s, errorName(code)}, {u"error_description"_s, refusal.json["error_description"_L1].toString()}});
    }
    QList<std::pair<QString, QString>> values;
    if (words(form.value(u"response_type"_s)).contains(u"code"_s)) {
        const auto code = u"0."_s + randomText();
        m_grants[code] = {*session, redirectUri, form.value(u"code_challenge"_s), form.value(u"nonce"_s),
                          m_store.now().addSecs(codeSeconds)};
        values.append({u"code"_s, code});
    }
    if (words(form.value(u"response_type"_s)).contains(u"id_token"_s))
        values.append({u"id_token"_s, idToken(*session, form.value(u"nonce"_s))});
    if (form.value(u"client_info"_s) == u"1") {
        const QJsonObject info{{u"uid"_s, userId}, {u"utid"_s, m_store.tenantId()}};
        values.append({u"client_info"_s, QString::fromLatin1(base64Url(QJsonDocument(info).toJson(QJsonDocument::Compact)))});
    }
    values.append({u"session_state"_s, newGuid()});
    return redirect(form, redirectUri, values);
}

/// Whether this person gets a session with this client now; all rules of the tenant are asked here.
std::optional<OAuth::Session> OAuth::signIn(const QString &userId, const QString &clientId, const QStringList &scopes,
                                            const Wish &wish, const QByteArray &userAgent, bool deviceCode, Response &refusal)
{
    const auto *user = m_store.user(userId);
    if (!user || !user->value("accountEnabled"_L1).toBool()) {
        refusal = refuse({400, "invalid_grant", user ? 50057 : 50034,
                          user ? u"The user account is disabled."_s : u"The user account does not exist."_s});
        return {};
    }
    Session session{userId, clientId, scopes};
    session.generation = user->value("_sessionGeneration"_L1).toInt();
    session.cp1 = wish.cp1;
    session.acrs = wish.acrs;
    if (wish.mfa || !wish.acrs.isEmpty())
        session.amr.append(u"mfa"_s);
    SignInAttempt attempt;
    attempt.userId = userId;
    attempt.appId = clientId;
    attempt.resourceAppId = clientId == defaultClientId() ? graphAppId() : clientId;
    attempt.mfa = session.amr.contains(u"mfa"_s);
    attempt.acrs = session.acrs;
    attempt.deviceCode = deviceCode;
    attempt.userAgent = userAgent;
    const auto verdict = m_router.checkSignIn(m_store, attempt);
    if (verdict.errorCode != 0) {
        refusal = refuse({400, "invalid_grant", verdict.errorCode, verdict.message});
        return {};
    }
    if (verdict.mfa && !attempt.mfa)
        session.amr.append(u"mfa"_s);
    return session;
}

Response OAuth::choosePerson(const QString &path, const Form &form) const
{
    QString body = u"<p>Choose a person of the demo tenant. There are no passwords.</p>"_s;
    auto people = peopleToChoose(m_store);
    const auto hint = form.value(u"login_hint"_s);
    std::stable_partition(people.begin(), people.end(), [&](const QJsonObject &person) {
        return person["userPrincipalName"_L1].toString().compare(hint, Qt::CaseInsensitive) == 0;
    });
    for (const auto &person : people) {
        auto asked = form;
        asked.insert(u"prompt"_s, u"none"_s);
        asked.insert(u"login_hint"_s, person["userPrincipalName"_L1].toString());
        QList<std::pair<QString, QString>> values;
        for (auto it = asked.begin(); it != asked.end(); ++it)
            values.append({it.key(), it.value()});
        body += u"<a href=\"%1\">%2<br><small>%3 &middot; %4</small></a>"_s.arg(
            (path + u'?' + query(values)).toHtmlEscaped(), person["displayName"_L1].toString().toHtmlEscaped(),
            person["userPrincipalName"_L1].toString().toHtmlEscaped(), person["jobTitle"_L1].toString().toHtmlEscaped());
    }
    return html(u"Sign in to Contoso (demo)"_s, body);
}

Response OAuth::redirect(const Form &form, const QString &redirectUri, const QList<std::pair<QString, QString>> &values) const
{
    auto all = values;
    if (form.contains(u"state"_s))
        all.append({u"state"_s, form.value(u"state"_s)});
    const bool hasIdToken = words(form.value(u"response_type"_s)).contains(u"id_token"_s);
    const auto mode = form.value(u"response_mode"_s, hasIdToken ? u"fragment"_s : u"query"_s);
    if (mode == u"form_post") {
        QString inputs;
        for (const auto &[name, value] : all)
            inputs += u"<input type=\"hidden\" name=\"%1\" value=\"%2\">"_s.arg(name, value.toHtmlEscaped());
        return html(u"Working"_s, u"<form method=\"post\" action=\"%1\">%2<button>Continue</button></form>"
                                  "<script>document.forms[0].submit()</script>"_s.arg(redirectUri.toHtmlEscaped(), inputs));
    }
    Response response;
    response.status = 302;
    auto glue = mode == u"fragment" ? u"#"_s : redirectUri.contains(u'?') ? u"&"_s : u"?"_s;
    response.headers.emplaceBack("Location", (redirectUri + glue + query(all)).toUtf8());
    response.headers.emplaceBack("Cache-Control", "no-store");
    return response;
}

Response OAuth::logout(const Request &request) const
{
    const auto target = request.option(u"post_logout_redirect_uri"_s);
    if (target.isEmpty() || !isLoopback(QUrl(target)))
        return html(u"Signed out"_s, u"<p>You are signed out. Close this window.</p>"_s);
    Response response;
    response.status = 302;
    response.headers.emplaceBack("Location", target.toUtf8());
    return response;
}

Response OAuth::deviceCode(const Request &request)
{
    const auto form = readForm(request.raw);
    const auto who = client(form.value(u"client_id"_s));
    if (!knowsTenant(request.param(u"tenant"_s)))
        return refuse({400, "invalid_request", 90002, u"Tenant '%1' not found."_s.arg(request.param(u"tenant"_s))});
    if (!who)
        return refuse({400, "unauthorized_client", 700016,
                       u"Application with identifier '%1' was not found."_s.arg(form.value(u"client_id"_s))});
    const auto scopes = graphScopes(form.value(u"scope"_s));
    if (!scopes || scopes->isEmpty())
        return refuse({400, "invalid_scope", 70011, u"The provided value for the input parameter 'scope' is not valid."_s});
    const auto code = randomText();
    auto userCode = randomText(8).remove(u'-').remove(u'_').toUpper().left(9);
    m_deviceGrants[code] = {userCode, who->appId, *scopes, m_store.now().addSecs(deviceCodeSeconds), {}};
    const auto address = m_origin + u'/' + m_store.tenantId() + u"/oauth2/deviceauth"_s;
    return Response::ok(QJsonObject{
        {u"user_code"_s, userCode},
        {u"device_code"_s, code},
        {u"verification_uri"_s, address},
        {u"expires_in"_s, deviceCodeSeconds},
        {u"interval"_s, 5},
        {u"message"_s,
         u"To sign in, use a web browser to open the page %1 and enter the code %2 to authenticate."_s.arg(address, userCode)}});
}

Response OAuth::deviceSignIn(const Request &request)
{
    const auto userCode = request.option(u"user_code"_s).trimmed();
    if (userCode.isEmpty())
        return html(u"Enter the code"_s, u"<form><input name=\"user_code\" autofocus><button>Next</button></form>"_s);
    const auto found = std::find_if(m_deviceGrants.begin(), m_deviceGrants.end(), [&](const auto &entry) {
        return entry.second.userCode.compare(userCode, Qt::CaseInsensitive) == 0;
    });
    if (found == m_deviceGrants.end() || found->second.expires < m_store.now())
        return errorPage(70019, u"The code is unknown or has expired."_s);
    if (request.option(u"decline"_s) == u"1") {
        found->second.declined = true;
        return html(u"Declined"_s, u"<p>Close this window.</p>"_s);
    }
    Form form{{u"user_code"_s, userCode}};
    const auto *user = m_store.user(request.option(u"login_hint"_s));
    if (!user || request.option(u"prompt"_s) != u"none")
        return choosePerson(request.path, form);
    found->second.userId = user->value("id"_L1).toString();
    return html(u"You are signed in"_s, u"<p>Close this window and go back to your device.</p>"_s);
}

Response OAuth::token(const Request &request)
{
    const auto tenant = request.param(u"tenant"_s);
    if (!knowsTenant(tenant))
        return refuse({400, "invalid_request", 90002, u"Tenant '%1' not found."_s.arg(tenant)});
    const auto form = readForm(request.raw);
    const auto grantType = form.value(u"grant_type"_s);
    for (const auto &name : {u"client_id"_s, u"grant_type"_s}) {
        if (form.value(name).isEmpty())
            return refuse(
                {400, "invalid_request", 900144, u"The request body must contain the following parameter: '%1'."_s.arg(name)});
    }
    const auto who = client(form.value(u"client_id"_s));
    if (!who)
        return refuse({400, "unauthorized_client", 700016,
                       u"Application with identifier '%1' was not found in the directory '%2'."_s.arg(form.value(u"client_id"_s),
                                                                                                      m_store.tenantId())});
    const bool secret =
        form.contains(u"client_secret"_s) || form.contains(u"client_assertion"_s) || request.headers.contains("authorization");
    if (who->isPublic && secret) // also an empty one: MSAL never sends it, and Entra refuses it
        return refuse({401, "invalid_client", 700025,
                       u"Client is public so neither 'client_assertion' nor 'client_secret' should be presented."_s});
    if (!who->isPublic && !secret)
        return refuse({401, "invalid_client", 7000218,
                       u"The request body must contain the following parameter: 'client_assertion' or 'client_secret'."_s});
    if (!who->isPublic)
        return refuse({401, "invalid_client", 7000215, u"Invalid client secret provided."_s});
    if (grantType == u"authorization_code")
        return redeemCode(form, *who);
    if (grantType == u"refresh_token")
        return redeemRefresh(form, *who);
    if (grantType == u"urn:ietf:params:oauth:grant-type:device_code")
        return redeemDevice(form, *who);
    return refuse({400, "unsupported_grant_type", 70003, u"The app requested an unsupported grant type '%1'."_s.arg(grantType)});
}

Response OAuth::redeemCode(const Form &form, const Client &client)
{
    for (const auto &name : {u"code"_s, u"redirect_uri"_s}) {
        if (form.value(name).isEmpty())
            return refuse(
                {400, "invalid_request", 900144, u"The request body must contain the following parameter: '%1'."_s.arg(name)});
    }
    const auto found = m_grants.find(form.value(u"code"_s));
    if (found == m_grants.end() || found->second.session.clientId != client.appId)
        return refuse({400, "invalid_grant", 70000, u"The provided value for the 'code' parameter is not valid."_s});
    auto &grant = found->second;
    if (grant.used)
        return refuse({400, "invalid_grant", 54005,
                       u"OAuth2 Authorization code was already redeemed, please retry with a new valid code."_s});
    if (grant.expires < m_store.now())
        return refuse({400, "invalid_grant", 70008, u"The provided authorization code or refresh token has expired."_s});
    if (grant.redirectUri != form.value(u"redirect_uri"_s))
        return refuse({400, "invalid_grant", 500112,
                       u"The reply address '%1' does not match the reply address '%2' provided when requesting "
                       "Authorization code."_s.arg(form.value(u"redirect_uri"_s), grant.redirectUri)});
    const auto verifier = form.value(u"code_verifier"_s).toLatin1();
    const auto challenge = base64Url(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256));
    if (verifier.size() < 43 || verifier.size() > 128 || grant.challenge.toLatin1() != challenge)
        return refuse({400, "invalid_grant", 501481,
                       u"The Code_Verifier does not match the code_challenge supplied in the authorization request."_s});
    grant.used = true;
    return issue(grant.session, grant.nonce);
}

Response OAuth::redeemRefresh(const Form &form, const Client &client)
{
    const auto found = m_refreshTokens.find(form.value(u"refresh_token"_s));
    if (found == m_refreshTokens.end() || found->second.clientId != client.appId)
        return refuse({400, "invalid_grant", 70000, u"The provided refresh token is not valid."_s, "bad_token"});
    const auto old = found->second;
    const auto *user = m_store.user(old.userId);
    if (user && user->value("_sessionGeneration"_L1).toInt() != old.generation)
        return refuse({400, "invalid_grant", 50173,
                       u"The provided grant has expired due to it being revoked, a fresh auth token is needed."_s, "bad_token"});
    auto wish = readClaims(form.value(u"claims"_s));
    const bool knowsAcrs =
        std::all_of(wish.acrs.begin(), wish.acrs.end(), [&](const QString &value) { return old.acrs.contains(value); });
    if ((wish.mfa && !old.amr.contains(u"mfa"_s)) || !knowsAcrs)
        return refuse({400, "interaction_required", 50076,
                       u"Due to a configuration change made by your administrator, you must use multi-factor "
                       "authentication to access '%1'."_s.arg(graphAppId()),
                       "basic_action", form.value(u"claims"_s)});
    auto scopes = old.scopes;
    if (form.contains(u"scope"_s)) {
        const auto asked = graphScopes(form.value(u"scope"_s));
        if (!asked)
            return refuse({400, "invalid_resource", 500011, u"The resource principal was not found in the tenant."_s});
        scopes = *asked;
        if (!scopes.contains(u"offline_access"_s))
            scopes.append(u"offline_access"_s); // a refresh always answers with the next refresh token
    }
    wish.mfa = old.amr.contains(u"mfa"_s);
    wish.acrs = old.acrs;
    wish.cp1 = wish.cp1 || old.cp1;
    Response refusal;
    auto session = signIn(old.userId, old.clientId, scopes, wish, {}, false, refusal);
    if (!session)
        return refusal;
    return issue(*session, {});
}

Response OAuth::redeemDevice(const Form &form, const Client &client)
{
    const auto found = m_deviceGrants.find(form.value(u"device_code"_s));
    if (found == m_deviceGrants.end() || found->second.clientId != client.appId)
        return refuse({400, "bad_verification_code", 70018, u"The verification code is not valid."_s});
    auto &grant = found->second;
    const auto now = m_store.now();
    if (grant.expires < now)
        return refuse({400, "expired_token", 70019, u"The verification code expired."_s});
    if (grant.declined)
        return refuse({400, "authorization_declined", 65004, u"The user declined to sign in."_s});
    const bool hasty = grant.lastPoll.isValid() && grant.lastPoll.msecsTo(now) < grant.interval * 1000 - 500;
    grant.lastPoll = now;
    if (grant.userId.isEmpty() && hasty) {
        grant.interval += 5;
        return refuse({400, "slow_down", 70016, u"Polling too often."_s});
    }
    if (grant.userId.isEmpty())
        return refuse(
            {400, "authorization_pending", 70016, u"OAuth 2.0 device flow error. Authorization is pending. Continue polling."_s});
    Response refusal;
    const auto session = signIn(grant.userId, client.appId, grant.scopes, {}, {}, true, refusal);
    m_deviceGrants.erase(found);
    return session ? issue(*session, {}) : refusal;
}

Response OAuth::issue(const Session &session, const QString &nonce)
{
    auto shown = session.scopes;
    shown.removeAll(u"offline_access"_s);
    QJsonObject body{{u"token_type"_s, u"Bearer"_s},
                     {u"scope"_s, shown.join(u' ')},
                     {u"expires_in"_s, tokenSeconds},
                     {u"ext_expires_in"_s, tokenSeconds},
                     {u"access_token"_s, accessToken(session)}};
    if (session.scopes.contains(u"offline_access"_s)) {
        const auto refresh = u"1."_s + randomText(48);
        m_refreshTokens[refresh] = session;
        body.insert(u"refresh_token"_s, refresh);
    }
    if (session.scopes.contains(u"openid"_s)) {
        body.insert(u"id_token"_s, idToken(session, nonce));
        const QJsonObject info{{u"uid"_s, session.userId}, {u"utid"_s, m_store.tenantId()}};
        body.insert(u"client_info"_s, QString::fromLatin1(base64Url(QJsonDocument(info).toJson(QJsonDocument::Compact))));
    }
    auto response = Response::ok(body);
    response.headers.emplaceBack("Cache-Control", "no-store, no-cache");
    return response;
}

QString OAuth::jwt(const QJsonObject &payload) const
{
    const auto &key = SigningKey::shared();
    const QJsonObject header{{u"typ"_s, u"JWT"_s}, {u"alg"_s, u"RS256"_s}, {u"kid"_s, key.keyId()}};
    const auto part = [](const QJsonObject &object) { return base64Url(QJsonDocument(object).toJson(QJsonDocument::Compact)); };
    const auto text = part(header) + '.' + part(payload);
    return QString::fromLatin1(text + '.' + base64Url(key.sign(text)));
}

QString OAuth::idToken(const Session &session, const QString &nonce) const
{
    const auto now = m_store.now().toSecsSinceEpoch();
    const auto *user = m_store.user(session.userId);
    QJsonObject payload{{u"ver"_s, u"2.0"_s},
                        {u"iss"_s, issuer()},
                        {u"aud"_s, session.clientId},
                        {u"iat"_s, now},
                        {u"nbf"_s, now},
                        {u"exp"_s, now + tokenSeconds},
                        {u"sub"_s, m_store.id(u"sub"_s, session.userId + session.clientId)},
                        {u"oid"_s, session.userId},
                        {u"tid"_s, m_store.tenantId()},
                        {u"name"_s, user->value("displayName"_L1)},
                        {u"preferred_username"_s, user->value("userPrincipalName"_L1)}};
    if (!nonce.isEmpty())
        payload.insert(u"nonce"_s, nonce);
    return jwt(payload);
}

QString OAuth::accessToken(const Session &session) const
{
    const auto now = m_store.now().toSecsSinceEpoch();
    const auto *user = m_store.user(session.userId);
    auto scopes = session.scopes;
    scopes.removeAll(u"offline_access"_s);
    QJsonArray wids;
    for (const auto &role : m_store.activeRolesOf(session.userId))
        wids.append(role);
    QJsonObject payload{{u"aud"_s, graphAppId()},
                        {u"iss"_s, issuer()},
                        {u"iat"_s, now},
                        {u"nbf"_s, now},
                        {u"exp"_s, now + tokenSeconds},
                        {u"appid"_s, session.clientId},
                        {u"oid"_s, session.userId},
                        {u"tid"_s, m_store.tenantId()},
                        {u"upn"_s, user->value("userPrincipalName"_L1)},
                        {u"name"_s, user->value("displayName"_L1)},
                        {u"scp"_s, scopes.join(u' ')},
                        {u"wids"_s, wids},
                        {u"amr"_s, QJsonArray::fromStringList(session.amr)},
                        {u"ver"_s, u"1.0"_s}};
    if (!session.acrs.isEmpty())
        payload.insert(u"acrs"_s, QJsonArray::fromStringList(session.acrs));
    if (session.cp1)
        payload.insert(u"xms_cc"_s, QJsonArray{u"cp1"_s});
    return jwt(payload);
}

std::variant<Caller, Response> OAuth::caller(const QByteArray &authorization) const
{
    const auto refuse = [this](const QString &message) { return unauthorized(m_origin, message); };
    if (!authorization.toLower().startsWith("bearer ") || authorization.mid(7).trimmed().isEmpty())
        return refuse(u"Access token is empty."_s);
    const auto parts = authorization.mid(7).trimmed().split('.');
    if (parts.size() != 3)
        return refuse(u"IDX14100: JWT is not well formed, there are no dots (.)."_s);
    const auto header = QJsonDocument::fromJson(fromBase64Url(parts.at(0))).object();
    const auto payload = QJsonDocument::fromJson(fromBase64Url(parts.at(1))).object();
    const bool genuine = header["alg"_L1] == u"RS256"_s &&
                         SigningKey::shared().verify(parts.at(0) + '.' + parts.at(1), fromBase64Url(parts.at(2)));
    if (!genuine)
        return refuse(u"Access token validation failure. Invalid signature."_s);
    if (payload["aud"_L1].toString() != graphAppId() || payload["tid"_L1].toString() != m_store.tenantId())
        return refuse(u"Access token validation failure. Invalid audience."_s);
    if (payload["exp"_L1].toInteger() <= m_store.now().toSecsSinceEpoch())
        return refuse(u"Lifetime validation failed, the token is expired."_s);
    Caller caller;
    caller.oid = payload["oid"_L1].toString();
    caller.tid = payload["tid"_L1].toString();
    caller.clientId = payload["appid"_L1].toString();
    caller.scopes = words(payload["scp"_L1].toString());
    caller.amr = strings(payload["amr"_L1]);
    caller.acrs = strings(payload["acrs"_L1]);
    caller.cp1 = strings(payload["xms_cc"_L1]).contains(u"cp1"_s);
    const auto *user = m_store.user(caller.oid);
    if (!user)
        return graphError(403, u"Authorization_IdentityNotFound"_s,
                          u"The identity of the calling application could not be established."_s);
    caller.roles = m_store.activeRolesOf(caller.oid);
    return caller;
}

QString OAuth::describe(int code, const QString &message) const
{
    return u"AADSTS%1: %2 Trace ID: %3 Correlation ID: %4 Timestamp: %5"_s.arg(
        QString::number(code), message, newGuid(), newGuid(), m_store.now().toString(u"yyyy-MM-dd HH:mm:ss"_s) + u'Z');
}

Response OAuth::refuse(const Refusal &refusal) const
{
    const auto stamp = m_store.now().toString(u"yyyy-MM-dd HH:mm:ss"_s) + u'Z';
    const auto trace = newGuid();
    const auto correlation = newGuid();
    QJsonObject body{{u"error"_s, QString::fromLatin1(refusal.error)},
                     {u"error_description"_s, u"AADSTS%1: %2 Trace ID: %3 Correlation ID: %4 Timestamp: %5"_s.arg(
                                                  QString::number(refusal.code), refusal.message, trace, correlation, stamp)},
                     {u"error_codes"_s, QJsonArray{refusal.code}},
                     {u"timestamp"_s, stamp},
                     {u"trace_id"_s, trace},
                     {u"correlation_id"_s, correlation},
                     {u"error_uri"_s, m_origin + u"/error?code="_s + QString::number(refusal.code)}};
    if (refusal.suberror)
        body.insert(u"suberror"_s, QString::fromLatin1(refusal.suberror));
    if (!refusal.claims.isEmpty())
        body.insert(u"claims"_s, refusal.claims);
    return {refusal.status, body};
}

Response OAuth::errorPage(int code, const QString &message) const
{
    return html(u"Sign in"_s,
                u"<p>Sorry, but we're having trouble signing you in.</p><p>%1</p>"_s.arg(describe(code, message).toHtmlEscaped()),
                400);
}

} // namespace pimgate::demo
