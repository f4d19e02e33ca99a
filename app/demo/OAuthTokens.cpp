#include "demo/Keys.h"
#include "demo/OAuth.h"
#include "demo/OAuthText.h"
#include "demo/Seed.h"

#include <QCryptographicHash>
#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int tokenSeconds = 3600;

Response unauthorized(const QString &origin, const QString &message)
{
    auto response = graphError(401, u"InvalidAuthenticationToken"_s, message);
    response.headers.emplaceBack("WWW-Authenticate",
                                 "Bearer realm=\"\", authorization_uri=\"" + origin.toUtf8() +
                                     "/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"");
    return response;
}

} // namespace

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
    // MSAL for Node still sends the short name of Entra's first days.
    if (grantType == u"urn:ietf:params:oauth:grant-type:device_code" || grantType == u"device_code")
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

} // namespace pimgate::demo
