#include "demo/login/Keys.h"
#include "demo/login/OAuth.h"
#include "demo/login/OAuthText.h"
#include "demo/store/Seed.h"

#include <QCryptographicHash>
#include <QJsonDocument>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int idTokenSeconds = 3600;

QByteArray compact(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString signedToken(const QJsonObject &payload)
{
    const auto &key = SigningKey::shared();
    const QJsonObject header{{u"typ"_s, u"JWT"_s}, {u"alg"_s, u"RS256"_s}, {u"kid"_s, key.keyId()}};
    const auto text = base64Url(compact(header)) + '.' + base64Url(compact(payload));
    return QString::fromLatin1(text + '.' + base64Url(key.sign(text)));
}

QString securityTokenService(const QString &tid)
{
    return u"https://sts.windows.net/"_s + tid + u'/';
}

/// Contract 15, word by word.
QByteArray challengeHeader(const QByteArray &more = {})
{
    return "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", "
           "client_id=\"00000003-0000-0000-c000-000000000000\"" +
           more;
}

Response unauthorized(const QString &message, const QByteArray &more = {})
{
    auto response = graphError(401, u"InvalidAuthenticationToken"_s, message);
    response.headers.emplaceBack("WWW-Authenticate", challengeHeader(more));
    return response;
}

/// Continuous access evaluation: the token must be younger than the revocation.
Response revokedChallenge(qint64 now)
{
    const QJsonObject notBefore{{u"essential"_s, true}, {u"value"_s, QString::number(now)}};
    const auto claims = compact({{u"access_token"_s, QJsonObject{{u"nbf"_s, notBefore}}}});
    return unauthorized(u"Continuous access evaluation resulted in challenge with result: InteractionRequired and code: "
                        "TokenIssuedBeforeRevocationTimestamp"_s,
                        ", error=\"insufficient_claims\", claims=\"" + claims.toBase64() + "\"");
}

} // namespace

Response OAuth::issue(const Session &session, const QString &nonce, bool withClientInfo)
{
    const auto lifetime = lifetimeOf(session);
    QStringList shown;
    for (const auto &scope : session.scopes) {
        if (scope != u"offline_access")
            shown.append(isOpenIdScope(scope) ? scope : session.prefix + scope);
    }
    QJsonObject body{{u"token_type"_s, u"Bearer"_s},
                     {u"scope"_s, shown.join(u' ')},
                     {u"expires_in"_s, lifetime},
                     {u"ext_expires_in"_s, lifetime},
                     {u"access_token"_s, accessToken(session, lifetime)}};
    if (session.cp1)
        body.insert(u"refresh_in"_s, lifetime / 2);
    if (session.scopes.contains(u"offline_access"_s)) {
        const auto refresh = u"1."_s + randomText(96);
        m_kept.refreshTokens[digestOf(refresh)] = {session, m_tenants.home().now()};
        body.insert(u"refresh_token"_s, refresh);
    }
    if (session.scopes.contains(u"openid"_s))
        body.insert(u"id_token"_s, idToken(session, nonce, {}));
    if (withClientInfo)
        body.insert(u"client_info"_s, clientInfo(session));
    auto response = Response::ok(body);
    response.headers.emplaceBack("Cache-Control", "no-store, no-cache");
    response.headers.emplaceBack("Pragma", "no-cache");
    return response;
}

/// 60 to 90 minutes, and 20 to 28 hours for a client that understands revocation (cp1); the same for the same person.
qint64 OAuth::lifetimeOf(const Session &session) const
{
    const auto number = m_tenants.home().id(u"lifetime"_s, session.userId + session.clientId).left(6).toLongLong(nullptr, 16);
    return session.cp1 ? qint64(20) * 3600 + number % (qint64(8) * 3600 + 1) : 3600 + number % 1801;
}

QString OAuth::clientInfo(const Session &session)
{
    return QString::fromLatin1(base64Url(compact({{u"uid"_s, session.userId}, {u"utid"_s, session.homeTid}})));
}

const QJsonObject *OAuth::accountOf(const QString &homeTid, const QString &userId) const
{
    const auto *home = m_tenants.find(homeTid);
    return home ? home->find(u"users"_s, userId) : nullptr;
}

QString OAuth::idToken(const Session &session, const QString &nonce, const QString &code) const
{
    const auto now = m_tenants.home().now().toSecsSinceEpoch();
    const auto *user = accountOf(session.homeTid, session.userId);
    QJsonObject payload{{u"ver"_s, u"2.0"_s},
                        {u"iss"_s, issuer(session.tid)},
                        {u"aud"_s, session.clientId},
                        {u"iat"_s, now},
                        {u"nbf"_s, now},
                        {u"exp"_s, now + idTokenSeconds},
                        {u"aio"_s, randomText(48)},
                        {u"sub"_s, pairwiseSubject(session.tid, session.userId, session.clientId)},
                        {u"tid"_s, session.tid},
                        {u"uti"_s, randomText(16)}};
    if (session.scopes.contains(u"profile"_s)) {
        payload.insert(u"oid"_s, session.userId);
        payload.insert(u"name"_s, user ? user->value("displayName"_L1) : QJsonValue());
        payload.insert(u"preferred_username"_s, user ? user->value("userPrincipalName"_L1) : QJsonValue());
    }
    if (session.scopes.contains(u"email"_s) && user && user->value("mail"_L1).isString())
        payload.insert(u"email"_s, user->value("mail"_L1));
    if (session.homeTid != session.tid)
        payload.insert(u"idp"_s, securityTokenService(session.homeTid));
    if (!session.acrs.isEmpty())
        payload.insert(u"acrs"_s, QJsonArray::fromStringList(session.acrs));
    if (!nonce.isEmpty())
        payload.insert(u"nonce"_s, nonce);
    if (!code.isEmpty()) // the hybrid answer binds the code to the id token beside it
        payload.insert(u"c_hash"_s, QString::fromLatin1(base64Url(
                                        QCryptographicHash::hash(code.toLatin1(), QCryptographicHash::Sha256).left(16))));
    return signedToken(payload);
}

QString OAuth::accessToken(const Session &session, qint64 lifetime)
{
    const auto now = m_tenants.home().now().toSecsSinceEpoch();
    const auto *tenant = m_tenants.find(session.tid);
    const auto *user = accountOf(session.homeTid, session.userId);
    const auto known = client(*tenant, session.clientId);
    auto scopes = session.scopes;
    scopes.removeAll(u"offline_access"_s);
    QJsonArray wids;
    for (const auto &role : m_tenants.rolesOf(*tenant, session.homeTid, session.userId))
        wids.append(role);
    const auto uti = randomText(16);
    m_kept.issued[uti] = {session.family, session.generation, now + lifetime};
    const auto upn = user ? user->value("userPrincipalName"_L1) : QJsonValue();
    QJsonObject payload{{u"aud"_s, session.resource},
                        {u"iss"_s, securityTokenService(session.tid)},
                        {u"iat"_s, now},
                        {u"nbf"_s, now},
                        {u"exp"_s, now + lifetime},
                        {u"acct"_s, 0},
                        {u"acr"_s, u"1"_s},
                        {u"aio"_s, randomText(48)},
                        {u"amr"_s, QJsonArray::fromStringList(session.amr)},
                        {u"app_displayname"_s, known ? known->displayName : QString()},
                        {u"appid"_s, session.clientId},
                        {u"appidacr"_s, known && known->isPublic ? u"0"_s : u"1"_s},
                        {u"idtyp"_s, u"user"_s},
                        {u"ipaddr"_s, u"127.0.0.1"_s},
                        {u"name"_s, user ? user->value("displayName"_L1) : QJsonValue()},
                        {u"oid"_s, session.userId},
                        {u"scp"_s, scopes.join(u' ')},
                        {u"sub"_s, pairwiseSubject(session.tid, session.userId, session.resource)},
                        {u"tenant_region_scope"_s, u"EU"_s},
                        {u"tid"_s, session.tid},
                        {u"unique_name"_s, upn},
                        {u"upn"_s, upn},
                        {u"uti"_s, uti},
                        {u"ver"_s, u"1.0"_s},
                        {u"wids"_s, wids}};
    for (const auto &[claim, member] : {std::pair{u"given_name"_s, u"givenName"_s}, {u"family_name"_s, u"surname"_s}}) {
        if (user && user->value(member).isString())
            payload.insert(claim, user->value(member));
    }
    if (session.homeTid != session.tid) // a partner's technician: known elsewhere
        payload.insert(u"idp"_s, securityTokenService(session.homeTid));
    if (!session.acrs.isEmpty())
        payload.insert(u"acrs"_s, QJsonArray::fromStringList(session.acrs));
    if (session.cp1)
        payload.insert(u"xms_cc"_s, QJsonArray{u"cp1"_s});
    return signedToken(payload);
}

std::optional<QJsonObject> OAuth::readToken(const QByteArray &token)
{
    const auto parts = token.split('.');
    if (parts.size() != 3)
        return {};
    const auto header = QJsonDocument::fromJson(fromBase64Url(parts.at(0))).object();
    const bool genuine = header["alg"_L1].toString() == u"RS256" &&
                         SigningKey::shared().verify(parts.at(0) + '.' + parts.at(1), fromBase64Url(parts.at(2)));
    if (!genuine)
        return {};
    return QJsonDocument::fromJson(fromBase64Url(parts.at(1))).object();
}

std::variant<Caller, Response> OAuth::caller(const QByteArray &authorization) const
{
    const auto token = authorization.mid(7).trimmed();
    if (!authorization.toLower().startsWith("bearer ") || token.isEmpty())
        return unauthorized(u"Access token is empty."_s);
    if (token.count('.') != 2)
        return unauthorized(u"IDX14100: JWT is not well formed, there are no dots (.)."_s);
    const auto read = readToken(token);
    if (!read)
        return unauthorized(u"Access token validation failure. Invalid signature."_s);
    const auto &payload = *read;
    const auto *tenant = m_tenants.find(payload["tid"_L1].toString());
    if (payload["aud"_L1].toString() != graphAppId() || !tenant)
        return unauthorized(u"Access token validation failure. Invalid audience."_s);
    const auto now = tenant->now().toSecsSinceEpoch();
    if (payload["exp"_L1].toInteger() <= now)
        return unauthorized(u"Lifetime validation failed, the token is expired."_s);
    Caller caller;
    caller.oid = payload["oid"_L1].toString();
    caller.tid = tenant->tenantId();
    caller.clientId = payload["appid"_L1].toString();
    caller.scopes = words(payload["scp"_L1].toString());
    caller.amr = strings(payload["amr"_L1]);
    caller.acrs = strings(payload["acrs"_L1]);
    caller.cp1 = strings(payload["xms_cc"_L1]).contains(u"cp1"_s);

    const auto idp = payload["idp"_L1].toString();
    const auto homeTid = idp.isEmpty() ? caller.tid : idp.section(u'/', 3, 3);
    const auto *user = accountOf(homeTid, caller.oid);
    const auto issued = m_kept.issued.find(payload["uti"_L1].toString());
    if (caller.cp1 && issued != m_kept.issued.end()) { // deleted, disabled or revoked: the token is refused at once
        const bool revoked = !user || issued->second.generation != user->value("_sessionGeneration"_L1).toInt() ||
                             m_kept.revokedFamilies.contains(issued->second.family) || !user->value("accountEnabled"_L1).toBool();
        if (revoked)
            return revokedChallenge(now);
    }
    caller.roles = m_tenants.rolesOf(*tenant, homeTid, caller.oid);
    if (!user || (homeTid != caller.tid && caller.roles.empty()))
        return graphError(403, u"Authorization_IdentityNotFound"_s,
                          u"The identity of the calling application could not be established."_s);
    return caller;
}

} // namespace pimgate::demo
