#include "demo/login/Keys.h"
#include "demo/login/OAuth.h"
#include "demo/login/OAuthText.h"
#include "demo/store/Seed.h"

#include <QCryptographicHash>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int refreshDays = 90;

Refusal missingMember(const QString &name)
{
    return {900144, u"The request body must contain the following parameter: '%1'."_s.arg(name)};
}

/// "Basic aWQ6c2VjcmV0" as id and secret, both percent-encoded (RFC 6749, 2.3.1).
std::pair<QString, QString> basicCredentials(const Request &request)
{
    const auto sent = request.headers.find("authorization");
    if (sent == request.headers.end() || !sent->second.toLower().startsWith("basic "))
        return {};
    const auto text = QByteArray::fromBase64(sent->second.mid(6).trimmed());
    const auto colon = text.indexOf(':');
    return {QString::fromUtf8(QByteArray::fromPercentEncoding(text.left(colon))),
            QString::fromUtf8(QByteArray::fromPercentEncoding(text.mid(colon + 1)))};
}

} // namespace

Response OAuth::token(const Request &request)
{
    const auto alias = request.param(u"tenant"_s);
    if (!m_tenants.knows(alias))
        return refuse(
            {90002, u"Tenant '%1' not found. Check to make sure you have the correct tenant ID and are signing into the "
                    "correct cloud."_s.arg(alias)});
    auto form = readForm(request.raw);
    const auto [basicId, basicSecret] = basicCredentials(request);
    if (!basicId.isEmpty()) {
        form.insert(u"client_id"_s, basicId);
        form.insert(u"client_secret"_s, basicSecret);
    }
    for (const auto &name : {u"client_id"_s, u"grant_type"_s}) {
        if (form.value(name).isEmpty())
            return refuse(missingMember(name));
    }
    const auto grantType = form.value(u"grant_type"_s);
    const auto who = clientAt(alias, form.value(u"client_id"_s));
    if (!who)
        return refuse(
            {700016, u"Application with identifier '%1' was not found in the directory '%2'. This can happen if the "
                     "application has not been installed by the administrator of the tenant or consented to by any user "
                     "in the tenant. You may have sent your authentication request to the wrong tenant."_s.arg(
                         form.value(u"client_id"_s), m_tenants.find(alias) ? tenantName(alias) : alias)});
    if (const auto refusal = authenticate(*who, form, request))
        return refuse(refusal);
    if (grantType == u"authorization_code")
        return redeemCode(alias, form, *who);
    if (grantType == u"refresh_token")
        return redeemRefresh(alias, form, *who);
    // MSAL for Node still sends the short name of Entra's first days.
    if (grantType == u"urn:ietf:params:oauth:grant-type:device_code" || grantType == u"device_code")
        return redeemDevice(form, *who);
    return refuse({70003, u"The app requested an unsupported grant type '%1'."_s.arg(grantType)});
}

Refusal OAuth::authenticate(const Client &client, const Form &form, const Request &request) const
{
    const bool secret =
        form.contains(u"client_secret"_s) || form.contains(u"client_assertion"_s) || request.headers.contains("authorization");
    if (client.isPublic && secret) // also an empty one: MSAL never sends it, and Entra refuses it
        return {700025, u"Client is public so neither 'client_assertion' nor 'client_secret' should be presented."_s};
    if (client.isPublic)
        return {};
    if (!secret)
        return {7000218, u"The request body must contain the following parameter: 'client_assertion' or 'client_secret'."_s};
    if (!client.secrets.contains(form.value(u"client_secret"_s)))
        return {7000215,
                u"Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
                "not the client secret ID, for a secret added to app '%1'."_s.arg(client.appId)};
    return {};
}

Response OAuth::redeemCode(const QString &alias, const Form &form, const Client &client)
{
    for (const auto &name : {u"code"_s, u"redirect_uri"_s}) {
        if (form.value(name).isEmpty())
            return refuse(missingMember(name));
    }
    const auto found = m_kept.grants.find(digestOf(form.value(u"code"_s)));
    if (found == m_kept.grants.end() || found->second.session.clientId != client.appId)
        return refuse({70000, u"The provided value for the 'code' parameter is not valid."_s});
    auto &grant = found->second;
    const auto *tenant = m_tenants.find(alias);
    if (tenant && tenant->tenantId() != grant.session.tid)
        return refuse(
            {700005, u"The provided authorization code is intended to be used against another tenant, thus rejected."_s});
    if (grant.used) {
        m_kept.revokedFamilies.insert(grant.session.family); // somebody else has it too (RFC 6749, 4.1.2)
        return refuse({54005, u"OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an "
                              "existing refresh token."_s});
    }
    if (grant.expires < m_tenants.home().now())
        return refuse({70008, u"The provided authorization code or refresh token has expired due to inactivity. Send a new "
                              "interactive authorization request for this user and resource."_s});
    if (grant.redirectUri != form.value(u"redirect_uri"_s))
        return refuse({500112, u"The reply address '%1' does not match the reply address '%2' provided when requesting "
                               "Authorization code."_s.arg(form.value(u"redirect_uri"_s), grant.redirectUri)});
    const auto verifier = form.value(u"code_verifier"_s).toLatin1();
    const auto challenge = base64Url(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256));
    const bool proven = verifier.size() >= 43 && verifier.size() <= 128 && grant.challenge.toLatin1() == challenge;
    if (!grant.challenge.isEmpty() && !proven)
        return refuse({501481, u"The Code_Verifier does not match the code_challenge supplied in the authorization request."_s});
    auto session = grant.session;
    if (const auto refusal = narrow(session, form.value(u"scope"_s)))
        return refuse(refusal);
    // Claims may come with the code too: MSAL repeats its capabilities here.
    const auto wish = readClaims(form.value(u"claims"_s));
    session.cp1 = session.cp1 || wish.cp1;
    if (wish.broken || !satisfies(session, wish))
        return refuse(wish.broken ? Refusal{9002313, u"Invalid request. Request is malformed or invalid."_s}
                                  : Refusal{50076,
                                            u"Due to a configuration change made by your administrator, you must use "
                                            "multi-factor authentication to access '%1'."_s.arg(session.resource),
                                            form.value(u"claims"_s)});
    grant.used = true;
    return issue(session, grant.nonce, form.value(u"client_info"_s) == u"1");
}

/// Whether what the claims ask for was done at this sign-in.
bool OAuth::satisfies(const Session &session, const Wish &wish)
{
    const bool contexts =
        std::all_of(wish.acrs.begin(), wish.acrs.end(), [&](const QString &value) { return session.acrs.contains(value); });
    return contexts && (!wish.mfa || session.amr.contains(u"mfa"_s));
}

/// The token is for one resource; what was not consented to is not in it.
Refusal OAuth::narrow(Session &session, const QString &scope) const
{
    if (words(scope).isEmpty())
        return {};
    const auto *tenant = m_tenants.find(session.tid);
    auto asked = readScopes(*tenant, scope, m_origin);
    if (asked.refusal)
        return asked.refusal;
    if (asked.resources.size() > 1)
        return {28000, u"Provided value for the input parameter scope is not valid because it contains more than one resource. "
                       "Scope %1 is not valid."_s.arg(scope)};
    expandDefault(*tenant, session.clientId, session.userId, asked);
    if (!missingConsent(*tenant, session.clientId, session.userId, asked).isEmpty())
        return {65001, u"The user or administrator has not consented to use the application with ID '%1'. Send an interactive "
                       "authorization request for this user and resource."_s.arg(session.clientId)};
    auto scopes = asked.openId;
    std::copy_if(session.scopes.begin(), session.scopes.end(), std::back_inserter(scopes), isOpenIdScope);
    session.resource = graphAppId();
    session.prefix.clear();
    if (!asked.resources.isEmpty()) {
        session.resource = asked.resources.first().appId;
        session.prefix = asked.resources.first().prefix;
        scopes += asked.resources.first().names;
    }
    scopes.removeDuplicates();
    session.scopes = scopes;
    return {};
}

Response OAuth::redeemRefresh(const QString &alias, const Form &form, const Client &client)
{
    if (form.value(u"refresh_token"_s).isEmpty())
        return refuse(missingMember(u"refresh_token"_s));
    const auto found = m_kept.refreshTokens.find(digestOf(form.value(u"refresh_token"_s)));
    if (found == m_kept.refreshTokens.end() || found->second.session.clientId != client.appId)
        return refuse({70000, u"The provided value for the input parameter 'refresh_token' is not valid."_s});
    const auto old = found->second.session;
    const auto issued = found->second.issued;
    const auto now = m_tenants.home().now();
    if (issued.addDays(refreshDays) < now)
        return refuse(
            {700082, u"The refresh token has expired due to inactivity. The token was issued on %1 and was inactive for "
                     "90.00:00:00."_s.arg(DemoClock::text(issued))});
    const auto *user = accountOf(old.homeTid, old.userId);
    if (m_kept.revokedFamilies.contains(old.family) || (user && user->value("_sessionGeneration"_L1).toInt() != old.generation))
        return refuse({50173, u"The provided grant has expired due to it being revoked, a fresh auth token is needed. The user "
                              "might have changed or reset their password."_s});
    const auto claims = form.value(u"claims"_s);
    auto decision = satisfies(old, readClaims(claims))
                        ? renew(alias, old, client, form)
                        : Decision{{50076, u"Due to a configuration change made by your administrator, you must use "
                                           "multi-factor authentication to access '%1'."_s.arg(old.resource)}};
    if (decision.refusal) {
        const bool interaction = QList<int>{50074, 50076, 50079}.contains(decision.refusal.code);
        decision.refusal.claims = interaction ? claims : QString();
        return refuse(decision.refusal);
    }
    decision.session.family = old.family;
    if (!decision.session.scopes.contains(u"offline_access"_s))
        decision.session.scopes.append(u"offline_access"_s); // a refresh always answers with the next refresh token
    return issue(decision.session, {}, form.value(u"client_info"_s) == u"1");
}

/// Everything is asked again, of a person who is not there.
OAuth::Decision OAuth::renew(const QString &alias, const Session &old, const Client &client, const Form &form)
{
    Attempt attempt;
    attempt.who = m_tenants.identify(Tenants::isAny(alias) ? old.tid : alias, old.userId);
    if (attempt.who.error == 50020)
        attempt.who.error = 90072;
    if (attempt.who.error != 0)
        return {{attempt.who.error, attempt.who.message}};
    attempt.client = client;
    if (form.contains(u"scope"_s)) {
        attempt.asked = readScopes(*attempt.who.tenant, form.value(u"scope"_s), m_origin);
    } else {
        ResourceScopes same{old.resource, {}, old.prefix};
        for (const auto &name : old.scopes)
            (isOpenIdScope(name) ? attempt.asked.openId : same.names).append(name);
        if (!same.names.isEmpty())
            attempt.asked.resources.append(same);
    }
    if (attempt.asked.resources.size() > 1)
        return {
            {28000, u"Provided value for the input parameter scope is not valid because it contains more than one resource."_s}};
    attempt.wish = readClaims(form.value(u"claims"_s));
    attempt.wish.cp1 = attempt.wish.cp1 || old.cp1;
    attempt.wish.acrs = old.acrs;
    attempt.mfa = old.amr.contains(u"mfa"_s);
    attempt.refresh = true;
    return decide(attempt);
}

} // namespace pimgate::demo
