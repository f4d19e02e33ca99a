#include "demo/OAuth.h"

#include "demo/Keys.h"
#include "demo/OAuthText.h"
#include "demo/Seed.h"

#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

OAuth::OAuth(Tenants &tenants, Router &router) : m_tenants(tenants), m_store(tenants.home()), m_router(router) {}

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
    session.acrs = verdict.acrs;
    return session;
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
