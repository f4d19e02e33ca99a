#include "demo/login/OAuth.h"

#include "demo/login/Keys.h"
#include "demo/login/OAuthText.h"
#include "demo/store/Seed.h"

#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

OAuth::OAuth(Tenants &tenants, Router &router) : m_tenants(tenants), m_router(router) {}

void OAuth::addRoutes()
{
    using Method = Response (OAuth::*)(const Request &);
    const auto add = [this](const char *verb, const QString &path, Method method) {
        m_router.addOpen(verb, path, [this, method](Store &, const Request &request) {
            startRequest(request);
            return (this->*method)(request);
        });
    };
    using FormMethod = Response (OAuth::*)(const Request &, const Form &);
    const auto addBoth = [this](const QString &path, FormMethod method) {
        m_router.addOpen("GET", path, [this, method](Store &, const Request &request) {
            startRequest(request);
            return (this->*method)(request, queryForm(request));
        });
        m_router.addOpen("POST", path, [this, method](Store &, const Request &request) {
            startRequest(request);
            return (this->*method)(request, readForm(request.raw));
        });
    };
    add("GET", u"/{tenant}/v2.0/.well-known/openid-configuration"_s, &OAuth::discovery);
    add("GET", u"/{tenant}/discovery/instance"_s, &OAuth::instanceDiscovery);
    add("GET", u"/{tenant}/discovery/v2.0/keys"_s, &OAuth::keys);
    add("GET", u"/{tenant}/discovery/keys"_s, &OAuth::keys);
    add("GET", u"/oidc/userinfo"_s, &OAuth::userInfo);
    add("POST", u"/oidc/userinfo"_s, &OAuth::userInfo);
    addBoth(u"/{tenant}/oauth2/v2.0/authorize"_s, &OAuth::authorize);
    add("GET", u"/{tenant}/v2.0/adminconsent"_s, &OAuth::adminConsent);
    add("POST", u"/{tenant}/login"_s, &OAuth::step);
    add("POST", u"/{tenant}/oauth2/v2.0/token"_s, &OAuth::token);
    add("POST", u"/{tenant}/oauth2/v2.0/devicecode"_s, &OAuth::deviceCode);
    add("GET", u"/{tenant}/oauth2/deviceauth"_s, &OAuth::deviceSignIn);
    addBoth(u"/{tenant}/oauth2/v2.0/logout"_s, &OAuth::logout);
    m_router.addOpen("GET", u"/error"_s, [](Store &, const Request &request) {
        const auto meaning = errorMeaning(request.option(u"code"_s).toInt());
        return notePage(u"Error lookup"_s, meaning.isEmpty() ? u"The demo tenant does not know this code."_s
                                                             : u"AADSTS%1: %2"_s.arg(request.option(u"code"_s), meaning));
    });
}

void OAuth::startRequest(const Request &request)
{
    const auto sent = request.headers.find("client-request-id");
    const auto asked = sent != request.headers.end() ? QString::fromLatin1(sent->second) : request.option(u"client-request-id"_s);
    m_correlation = QUuid::fromString(asked).isNull() ? newGuid() : QUuid::fromString(asked).toString(QUuid::WithoutBraces);
    prune();
}

/// Nothing here outlives its time for long, however many sign-ins are begun and left.
void OAuth::prune()
{
    constexpr size_t plenty = 20000;
    const auto now = m_tenants.home().now();
    const auto shrink = [&](auto &map, auto isOver) {
        if (map.size() <= plenty)
            return;
        std::erase_if(map, isOver);
        while (map.size() > plenty)
            map.erase(map.begin());
    };
    const auto expired = [&](const auto &entry) { return entry.second.expires < now; };
    shrink(m_kept.flows, expired);
    shrink(m_kept.grants, expired);
    shrink(m_kept.deviceGrants, expired);
    shrink(m_kept.issued, [&](const auto &entry) { return entry.second.expires < now.toSecsSinceEpoch(); });
    shrink(m_kept.browsers, [](const auto &) { return false; });
    shrink(m_kept.refreshTokens, [&](const auto &entry) { return entry.second.issued.daysTo(now) > 90; });
}

QString OAuth::issuer(const QString &tid) const
{
    return m_origin + u'/' + tid + u"/v2.0"_s;
}

QString OAuth::tenantName(const QString &alias) const
{
    const auto *store = m_tenants.find(alias);
    const auto rows = store ? store->rows(u"organization"_s) : QList<QJsonObject>();
    return rows.isEmpty() ? QString() : rows.first()["displayName"_L1].toString();
}

Response OAuth::discovery(const Request &request)
{
    const auto alias = request.param(u"tenant"_s);
    const auto *store = m_tenants.find(alias);
    if (!m_tenants.knows(alias)) {
        auto refusal = refuse({90002, u"Tenant '%1' not found. Check to make sure you have the correct tenant ID and are signing "
                                      "into the correct cloud."_s.arg(alias)});
        auto body = refusal.json.toObject();
        body.insert(u"error"_s, u"invalid_tenant"_s);
        refusal.json = body;
        return refusal;
    }
    const auto base = m_origin + u'/' + (store ? store->tenantId() : alias);
    const auto host = QUrl(m_origin).authority();
    const QJsonArray claims{u"sub"_s,
                            u"iss"_s,
                            u"cloud_instance_name"_s,
                            u"cloud_instance_host_name"_s,
                            u"aud"_s,
                            u"exp"_s,
                            u"iat"_s,
                            u"auth_time"_s,
                            u"acr"_s,
                            u"nonce"_s,
                            u"preferred_username"_s,
                            u"name"_s,
                            u"tid"_s,
                            u"ver"_s,
                            u"at_hash"_s,
                            u"c_hash"_s,
                            u"email"_s};
    return Response::ok(QJsonObject{
        {u"token_endpoint"_s, base + u"/oauth2/v2.0/token"_s},
        {u"token_endpoint_auth_methods_supported"_s, QJsonArray{u"client_secret_post"_s, u"client_secret_basic"_s, u"none"_s}},
        {u"jwks_uri"_s, base + u"/discovery/v2.0/keys"_s},
        {u"response_modes_supported"_s, QJsonArray{u"query"_s, u"fragment"_s, u"form_post"_s}},
        {u"subject_types_supported"_s, QJsonArray{u"pairwise"_s}},
        {u"id_token_signing_alg_values_supported"_s, QJsonArray{u"RS256"_s}},
        {u"response_types_supported"_s, QJsonArray{u"code"_s, u"id_token"_s, u"code id_token"_s}},
        {u"scopes_supported"_s, QJsonArray{u"openid"_s, u"profile"_s, u"email"_s, u"offline_access"_s}},
        {u"issuer"_s, store ? issuer(store->tenantId()) : m_origin + u"/{tenantid}/v2.0"_s},
        {u"request_uri_parameter_supported"_s, false},
        {u"userinfo_endpoint"_s, m_origin + u"/oidc/userinfo"_s},
        {u"authorization_endpoint"_s, base + u"/oauth2/v2.0/authorize"_s},
        {u"device_authorization_endpoint"_s, base + u"/oauth2/v2.0/devicecode"_s},
        {u"http_logout_supported"_s, true},
        {u"frontchannel_logout_supported"_s, false},
        {u"end_session_endpoint"_s, base + u"/oauth2/v2.0/logout"_s},
        {u"claims_supported"_s, claims},
        {u"claims_parameter_supported"_s, true},
        {u"code_challenge_methods_supported"_s, QJsonArray{u"S256"_s}},
        {u"tenant_region_scope"_s, store ? QJsonValue(u"EU"_s) : QJsonValue()},
        {u"cloud_instance_name"_s, host},
        {u"cloud_graph_host_name"_s, host},
        {u"msgraph_host"_s, host}});
}

/// What MSAL asks before it trusts an authority.
Response OAuth::instanceDiscovery(const Request &request)
{
    const QUrl endpoint(request.option(u"authorization_endpoint"_s));
    const auto host = QUrl(m_origin).authority();
    const auto alias = endpoint.path().section(u'/', 1, 1);
    if (endpoint.authority() != host || !m_tenants.knows(alias))
        return refuse({50049, u"Unknown or invalid instance."_s});
    return Response::ok(QJsonObject{
        {u"tenant_discovery_endpoint"_s, m_origin + u'/' + alias + u"/v2.0/.well-known/openid-configuration"_s},
        {u"api-version"_s, u"1.1"_s},
        {u"metadata"_s, QJsonArray{QJsonObject{
                            {u"preferred_network"_s, host}, {u"preferred_cache"_s, host}, {u"aliases"_s, QJsonArray{host}}}}}});
}

Response OAuth::keys(const Request &request)
{
    const auto alias = request.param(u"tenant"_s);
    if (!m_tenants.knows(alias))
        return refuse({90002, u"Tenant '%1' not found."_s.arg(alias)});
    const auto *store = m_tenants.find(alias);
    return Response::ok(
        QJsonObject{{u"keys"_s, QJsonArray{SigningKey::shared().jwk(issuer(store ? store->tenantId() : u"{tenantid}"_s))}}});
}

Response OAuth::userInfo(const Request &request)
{
    const auto sent = request.headers.find("authorization");
    const auto known = caller(sent == request.headers.end() ? QByteArray() : sent->second);
    if (const auto *refusal = std::get_if<Response>(&known))
        return *refusal;
    const auto &who = std::get<Caller>(known);
    if (!who.hasScope(u"openid"_s))
        return graphError(403, u"Authorization_RequestDenied"_s, u"Insufficient privileges to complete the operation."_s);
    const auto payload = readToken(sent->second.mid(7).trimmed());
    const auto *user = accountOf(who.tid, who.oid);
    QJsonObject info{{u"sub"_s, pairwiseSubject(who.tid, who.oid, who.clientId)}};
    if (who.hasScope(u"profile"_s)) {
        info.insert(u"name"_s, payload->value("name"_L1));
        for (const auto &[claim, member] : {std::pair{u"given_name"_s, u"givenName"_s}, {u"family_name"_s, u"surname"_s}}) {
            if (user && user->value(member).isString())
                info.insert(claim, user->value(member));
        }
        info.insert(u"picture"_s, m_origin + u"/v1.0/me/photo/$value"_s);
    }
    if (who.hasScope(u"email"_s) && user && user->value("mail"_L1).isString())
        info.insert(u"email"_s, user->value("mail"_L1));
    return Response::ok(info);
}

std::optional<OAuth::Client> OAuth::client(const Store &store, const QString &appId) const
{
    const auto *sp = store.findBy(u"servicePrincipals"_s, u"appId"_s, appId);
    if (!sp || appId.isEmpty())
        return {};
    const bool firstParty = sp->value("appOwnerOrganizationId"_L1).toString() == microsoftTenantId();
    Client client;
    client.appId = appId.toLower();
    client.displayName = sp->value("displayName"_L1).toString();
    client.publisher = firstParty ? u"Microsoft"_s : tenantName(store.tenantId()) + u" (unverified)"_s;
    client.redirectUris = strings(sp->value("replyUrls"_L1));
    client.multiTenant = sp->value("signInAudience"_L1).toString() != u"AzureADMyOrg";
    client.assignmentRequired = sp->value("appRoleAssignmentRequired"_L1).toBool();
    client.isPublic = client.appId == defaultClientId();
    if (const auto *application = store.findBy(u"applications"_s, u"appId"_s, appId)) {
        client.isPublic = application->value("isFallbackPublicClient"_L1).toBool();
        for (const auto &platform : {u"publicClient"_s, u"web"_s, u"spa"_s})
            client.redirectUris += strings(application->value(platform)["redirectUris"_L1]);
        client.idTokens = application->value("web"_L1)["implicitGrantSettings"_L1]["enableIdTokenIssuance"_L1].toBool();
        client.secrets = strings(application->value("_secrets"_L1));
    }
    return client;
}

std::optional<OAuth::Client> OAuth::clientAt(const QString &alias, const QString &appId) const
{
    if (const auto *store = m_tenants.find(alias))
        return client(*store, appId);
    for (const auto *store : m_tenants.all()) {
        if (const auto found = client(*store, appId))
            return found;
    }
    return {};
}

bool OAuth::redirectAllowed(const Client &client, const QString &redirectUri)
{
    if (client.redirectUris.contains(redirectUri))
        return true;
    const QUrl asked(redirectUri);
    const auto pathOf = [](const QUrl &url) { return url.path().isEmpty() ? u"/"_s : url.path(); };
    const QStringList loopback{u"localhost"_s, u"127.0.0.1"_s};
    // Loopback: any port matches, host and path must be those of the registration; a registration of localhost says
    // nothing about 127.0.0.1 (contract 16).
    return std::any_of(client.redirectUris.begin(), client.redirectUris.end(), [&](const QString &uri) {
        const QUrl registered(uri);
        return registered.scheme() == u"http" && asked.scheme() == u"http" && loopback.contains(registered.host()) &&
               asked.host() == registered.host() && pathOf(asked) == pathOf(registered) && asked.query() == registered.query() &&
               asked.userInfo().isEmpty() && !asked.hasFragment();
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

ErrorDetails OAuth::details(const Refusal &refusal) const
{
    return {refusal.code, refusal.message, newGuid(), m_correlation,
            m_tenants.home().now().toString(u"yyyy-MM-dd HH:mm:ss"_s) + u'Z'};
}

Response OAuth::refuse(const Refusal &refusal) const
{
    const auto said = details(refusal);
    const auto kind = tokenError(refusal.code);
    QJsonObject body{{u"error"_s, QString::fromLatin1(kind.error)},
                     {u"error_description"_s, said.description()},
                     {u"error_codes"_s, QJsonArray{refusal.code}},
                     {u"timestamp"_s, said.stamp},
                     {u"trace_id"_s, said.trace},
                     {u"correlation_id"_s, said.correlation},
                     {u"error_uri"_s, m_origin + u"/error?code="_s + QString::number(refusal.code)}};
    if (kind.suberror)
        body.insert(u"suberror"_s, QString::fromLatin1(kind.suberror));
    if (!refusal.claims.isEmpty())
        body.insert(u"claims"_s, refusal.claims);
    Response response{kind.status, body};
    response.headers.emplaceBack("Cache-Control", "no-store, no-cache");
    return response;
}

} // namespace pimgate::demo
