#include "demo/login/Keys.h"
#include "demo/login/OAuth.h"
#include "demo/login/OAuthText.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int codeSeconds = 600;

Refusal missingParameter(const QString &name)
{
    return {900144, u"The request body must contain the following parameter: '%1'."_s.arg(name)};
}

} // namespace

Response OAuth::authorize(const Request &request, const Form &form)
{
    const auto alias = request.param(u"tenant"_s);
    if (!m_tenants.knows(alias))
        return refusePage(
            {90002, u"Tenant '%1' not found. Check to make sure you have the correct tenant ID and are signing into "
                    "the correct cloud."_s.arg(alias)});
    const auto appId = form.value(u"client_id"_s);
    if (appId.isEmpty())
        return refusePage(missingParameter(u"client_id"_s));
    const auto who = clientAt(alias, appId);
    if (!who)
        return refusePage(
            {700016, u"Application with identifier '%1' was not found in the directory '%2'. This can happen if the "
                     "application has not been installed by the administrator of the tenant or consented to by any "
                     "user in the tenant. You may have sent your authentication request to the wrong tenant."_s.arg(
                         appId, m_tenants.find(alias) ? tenantName(alias) : alias)});
    if (Tenants::isAny(alias) && !who->multiTenant)
        return refusePage(
            {50194, u"Application '%1'(%2) is not configured as a multi-tenant application. Usage of the /common "
                    "endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific "
                    "endpoint or configure the application to be multi-tenant."_s.arg(who->appId, who->displayName)});
    if (who->redirectUris.isEmpty())
        return refusePage({500113, u"No reply address is registered for the application."_s});
    const auto redirectUri = form.value(u"redirect_uri"_s);
    if (redirectUri.isEmpty())
        return refusePage(missingParameter(u"redirect_uri"_s));
    if (!redirectAllowed(*who, redirectUri))
        return refusePage({50011, u"The redirect URI '%1' specified in the request does not match the redirect URIs configured "
                                  "for the application '%2'. Make sure the redirect URI sent in the request matches one added to "
                                  "your application in the Azure portal."_s.arg(redirectUri, who->appId)});
    const auto *store = m_tenants.find(alias);
    if (const auto fault = faultIn(form, *who, store ? *store : m_tenants.home()))
        return refuseTo(form, fault);
    if (form.value(u"prompt"_s) == u"none")
        return silently(request, alias, form, *who);
    Flow flow;
    flow.kind = Flow::Kind::Authorize;
    flow.alias = alias;
    flow.form = form;
    return startFlow(flow, request);
}

/// What is wrong with a request whose client and reply address are right; the application hears of it.
Refusal OAuth::faultIn(const Form &form, const Client &client, const Store &store) const
{
    const auto typeText = form.value(u"response_type"_s);
    if (typeText.isEmpty())
        return missingParameter(u"response_type"_s);
    const auto types = words(typeText);
    for (const auto &type : types) {
        if (type == u"token")
            return {700051, u"response_type 'token' is not enabled for the application."_s};
        if (type != u"code" && type != u"id_token")
            return {70005, u"The response_type '%1' is not supported."_s.arg(typeText)};
    }
    const bool idToken = types.contains(u"id_token"_s);
    if (idToken && !client.idTokens)
        return {700054, u"response_type 'id_token' is not enabled for the application."_s};
    const auto mode = form.value(u"response_mode"_s);
    if (!QStringList{u""_s, u"query"_s, u"fragment"_s, u"form_post"_s}.contains(mode) || (idToken && mode == u"query"))
        return {70007, u"'%1' is not a supported value of 'response_mode' when requesting a token."_s.arg(mode)};
    if (idToken && form.value(u"nonce"_s).isEmpty())
        return missingParameter(u"nonce"_s);
    if (words(form.value(u"scope"_s)).isEmpty())
        return missingParameter(u"scope"_s);
    if (const auto asked = readScopes(store, form.value(u"scope"_s), m_origin); asked.refusal)
        return asked.refusal;
    const bool proof = !form.value(u"code_challenge"_s).isEmpty() && form.value(u"code_challenge_method"_s) == u"S256";
    if (types.contains(u"code"_s) && client.isPublic && !proof)
        return {9002325, u"Proof Key for Code Exchange is required for cross-origin authorization code redemption."_s};
    static const QStringList prompts{u""_s, u"none"_s, u"login"_s, u"select_account"_s, u"consent"_s, u"create"_s};
    if (!prompts.contains(form.value(u"prompt"_s)))
        return {90023, u"Unsupported 'prompt' value."_s};
    if (readClaims(form.value(u"claims"_s)).broken)
        return {9002313, u"Invalid request. Request is malformed or invalid."_s};
    return {};
}

/// prompt=none: no page, whatever happens. See OAuth.h for the two ways.
Response OAuth::silently(const Request &request, const QString &alias, const Form &form, const Client &client)
{
    const auto hint = form.value(u"login_hint"_s);
    const auto browser = browserOf(request);
    const Refusal nobody{50058, u"A silent sign-in request was sent but no user is signed in."_s};
    QList<std::pair<Identity, bool>> candidates; // and whether he has confirmed his second factor
    if (browser.key.isEmpty()) {
        if (hint.isEmpty())
            return refuseTo(form, nobody);
        const auto domain = hint.section(u'@', 1);
        if (Tenants::isAny(alias) && !domain.isEmpty() && !hint.contains(u"#EXT#") && !m_tenants.find(domain))
            return refuseTo(form, {50059, u"No tenant-identifying information found in either the request or implied by any "
                                          "provided credentials."_s});
        candidates.append({m_tenants.identify(alias, hint), false});
    } else {
        for (const auto &account : browser.accounts) {
            if (hint.isEmpty() || account.userPrincipalName.compare(hint, Qt::CaseInsensitive) == 0)
                candidates.append({m_tenants.identify(alias, account.userPrincipalName), account.mfa});
        }
        if (candidates.isEmpty())
            return refuseTo(form, nobody);
        const bool foreign = candidates.size() == 1 && candidates.first().first.error == 50020;
        if (candidates.size() > 1 || foreign)
            return refuseTo(form, {16000, u"Either multiple user identities are available for the current request or selected "
                                          "account is not supported for the scenario."_s});
    }
    Attempt attempt;
    attempt.who = candidates.first().first;
    attempt.mfa = candidates.first().second;
    if (attempt.who.error != 0)
        return refuseTo(form, {attempt.who.error, attempt.who.message});
    const auto here = this->client(*attempt.who.tenant, client.appId);
    if (!here)
        return refuseTo(form, {700016, u"Application with identifier '%1' was not found in the directory."_s.arg(client.appId)});
    attempt.client = *here;
    attempt.asked = readScopes(*attempt.who.tenant, form.value(u"scope"_s), m_origin);
    attempt.wish = readClaims(form.value(u"claims"_s));
    attempt.atOnce = browser.key.isEmpty();
    const auto agent = request.headers.find("user-agent");
    attempt.userAgent = agent == request.headers.end() ? QByteArray() : agent->second;
    const auto decision = decide(attempt);
    return decision.refusal ? refuseTo(form, decision.refusal) : answerAuthorize(form, decision.session);
}

Response OAuth::answerAuthorize(const Form &form, Session session)
{
    const auto types = words(form.value(u"response_type"_s));
    FormValues values;
    QString code;
    if (types.contains(u"code"_s)) {
        code = u"1."_s + randomText();
        session.family = newGuid();
        m_kept.grants[digestOf(code)] = {session, form.value(u"redirect_uri"_s), form.value(u"code_challenge"_s),
                                         form.value(u"nonce"_s), m_tenants.home().now().addSecs(codeSeconds)};
        values.append({u"code"_s, code});
    }
    if (types.contains(u"id_token"_s))
        values.append({u"id_token"_s, idToken(session, form.value(u"nonce"_s), code)});
    if (form.value(u"client_info"_s) == u"1")
        values.append({u"client_info"_s, clientInfo(session)});
    values.append({u"session_state"_s, m_tenants.home().id(u"session"_s, session.homeTid + session.userId)});
    return redirect(form, values);
}

Response OAuth::refuseTo(const Form &form, const Refusal &refusal) const
{
    return redirect(form, {{u"error"_s, authorizeError(refusal.code)},
                           {u"error_description"_s, details(refusal).description()},
                           {u"error_uri"_s, m_origin + u"/error?code="_s + QString::number(refusal.code)}});
}

Response OAuth::redirect(const Form &form, FormValues values) const
{
    const auto redirectUri = form.value(u"redirect_uri"_s);
    if (form.contains(u"state"_s))
        values.append({u"state"_s, form.value(u"state"_s)});
    const bool hasIdToken = words(form.value(u"response_type"_s)).contains(u"id_token"_s);
    const auto asked = form.value(u"response_mode"_s);
    if (asked == u"form_post")
        return formPostPage(redirectUri, values);
    const bool fragment = asked == u"fragment" || (hasIdToken && asked != u"query");
    Response response;
    response.status = 302;
    const auto glue = fragment ? u"#"_s : redirectUri.contains(u'?') ? u"&"_s : u"?"_s;
    response.headers.emplaceBack("Location", (redirectUri + glue + queryText(values)).toUtf8());
    response.headers.emplaceBack("Cache-Control", "no-store");
    response.headers.emplaceBack("Referrer-Policy", "strict-origin-when-cross-origin");
    return response;
}

} // namespace pimgate::demo
