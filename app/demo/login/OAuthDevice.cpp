#include "demo/login/OAuth.h"
#include "demo/login/OAuthText.h"

#include <QRandomGenerator>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int deviceCodeSeconds = 900;
constexpr int pollSeconds = 5;

/// Nine letters and digits that cannot be taken for one another.
QString newUserCode()
{
    static const QString signs = u"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"_s;
    QString code;
    while (code.size() < 9)
        code += signs.at(QRandomGenerator::system()->bounded(int(signs.size())));
    return code;
}

Response pollAnswer(Response refusal, const QString &error)
{
    auto body = refusal.json.toObject();
    body.insert(u"error"_s, error);
    refusal.json = body;
    return refusal;
}

} // namespace

Response OAuth::deviceCode(const Request &request)
{
    const auto form = readForm(request.raw);
    const auto alias = request.param(u"tenant"_s);
    if (!m_tenants.knows(alias))
        return refuse({90002, u"Tenant '%1' not found."_s.arg(alias)});
    if (form.value(u"client_id"_s).isEmpty())
        return refuse({900144, u"The request body must contain the following parameter: 'client_id'."_s});
    const auto who = clientAt(alias, form.value(u"client_id"_s));
    if (!who)
        return refuse({700016, u"Application with identifier '%1' was not found in the directory '%2'."_s.arg(
                                   form.value(u"client_id"_s), alias)});
    if (!who->isPublic)
        return refuse({7000218, u"The request body must contain the following parameter: 'client_assertion' or "
                                "'client_secret'."_s});
    if (form.value(u"scope"_s).isEmpty())
        return refuse({900144, u"The request body must contain the following parameter: 'scope'."_s});
    const auto *store = m_tenants.find(alias);
    if (const auto asked = readScopes(store ? *store : m_tenants.home(), form.value(u"scope"_s), m_origin); asked.refusal)
        return refuse(asked.refusal);
    const auto code = randomText();
    const auto userCode = newUserCode();
    DeviceGrant grant;
    grant.userCode = userCode;
    grant.clientId = who->appId;
    grant.alias = alias;
    grant.scope = form.value(u"scope"_s);
    grant.claims = form.value(u"claims"_s);
    grant.expires = m_tenants.home().now().addSecs(deviceCodeSeconds);
    grant.interval = pollSeconds;
    m_kept.deviceGrants[digestOf(code)] = grant;
    const auto address = m_origin + u"/common/oauth2/deviceauth"_s;
    return Response::ok(QJsonObject{
        {u"user_code"_s, userCode},
        {u"device_code"_s, code},
        {u"verification_uri"_s, address},
        {u"expires_in"_s, deviceCodeSeconds},
        {u"interval"_s, pollSeconds},
        {u"message"_s,
         u"To sign in, use a web browser to open the page %1 and enter the code %2 to authenticate."_s.arg(address, userCode)}});
}

/// The grant that waits for somebody who has this code.
OAuth::DeviceGrant *OAuth::deviceGrant(const QString &userCode)
{
    const auto found = std::find_if(m_kept.deviceGrants.begin(), m_kept.deviceGrants.end(), [&](const auto &entry) {
        return entry.second.userCode.compare(userCode, Qt::CaseInsensitive) == 0;
    });
    const bool waits = found != m_kept.deviceGrants.end() && found->second.expires >= m_tenants.home().now() &&
                       found->second.account.isEmpty() && !found->second.declined;
    return waits ? &found->second : nullptr;
}

/// The page where a person enters the code. With login_hint=UPN&prompt=none the demo's person does at once what the
/// pages would ask of him (see OAuth.h); decline=1 says no.
Response OAuth::deviceSignIn(const Request &request)
{
    const auto userCode = request.option(u"user_code"_s).trimmed();
    if (userCode.isEmpty())
        return deviceCodePage(request.path, {});
    auto *grant = deviceGrant(userCode);
    if (!grant)
        return deviceCodePage(request.path, u"That code didn't work. Check the code and try again."_s);
    if (request.option(u"decline"_s) == u"1") {
        grant->declined = true;
        return notePage(u"Sign-in cancelled"_s, u"You can close this window. Your device was not signed in."_s);
    }
    Flow flow;
    flow.kind = Flow::Kind::Device;
    flow.alias = grant->alias;
    flow.form = {{u"client_id"_s, grant->clientId},
                 {u"scope"_s, grant->scope},
                 {u"claims"_s, grant->claims},
                 {u"user_code"_s, userCode},
                 {u"prompt"_s, u"select_account"_s}};
    if (request.option(u"prompt"_s) != u"none")
        return startFlow(flow, request);
    flow.account = request.option(u"login_hint"_s);
    Refusal refusal;
    auto attempt = attemptOf(flow, request, refusal);
    if (!attempt)
        return refusePage(refusal);
    attempt->atOnce = true;
    const auto decision = decide(*attempt);
    if (decision.refusal)
        return refusePage(decision.refusal);
    grant->alias = attempt->who.tenant->tenantId();
    grant->account = attempt->who.oid;
    grant->mfa = decision.session.amr.contains(u"mfa"_s);
    return notePage(u"You have signed in to %1 on your device"_s.arg(attempt->client.displayName),
                    u"You may now close this window."_s);
}

Response OAuth::redeemDevice(const Form &form, const Client &client)
{
    if (form.value(u"device_code"_s).isEmpty())
        return refuse({900144, u"The request body must contain the following parameter: 'device_code'."_s});
    const auto found = m_kept.deviceGrants.find(digestOf(form.value(u"device_code"_s)));
    if (found == m_kept.deviceGrants.end() || found->second.clientId != client.appId)
        return refuse({70018, u"Invalid verification code due to User typing in wrong user code for device code flow."_s});
    auto &grant = found->second;
    const auto now = m_tenants.home().now();
    if (grant.expires < now)
        return refuse({70019, u"Verification code expired."_s});
    if (grant.declined)
        return refuse({65004, u"User declined to consent to access the app."_s});
    const Refusal pending{70016, u"OAuth 2.0 device flow error. Authorization is pending. Continue polling."_s};
    const bool hasty = grant.lastPoll.isValid() && grant.lastPoll.msecsTo(now) < grant.interval * 1000 - 500;
    grant.lastPoll = now;
    if (grant.account.isEmpty() && hasty) {
        grant.interval += pollSeconds;
        return pollAnswer(refuse(pending), u"slow_down"_s);
    }
    if (grant.account.isEmpty())
        return pollAnswer(refuse(pending), u"authorization_pending"_s);
    Attempt attempt;
    attempt.who = m_tenants.identify(grant.alias, grant.account);
    attempt.client = client;
    if (attempt.who.tenant)
        attempt.asked = readScopes(*attempt.who.tenant, grant.scope, m_origin);
    // Our own client asks for cp1 with every token; it may come with the poll only.
    attempt.wish = readClaims(form.contains(u"claims"_s) ? form.value(u"claims"_s) : grant.claims);
    attempt.mfa = grant.mfa;
    attempt.deviceCode = true;
    auto decision = decide(attempt);
    m_kept.deviceGrants.erase(found);
    if (decision.refusal)
        return refuse(decision.refusal);
    decision.session.family = newGuid();
    return issue(decision.session, {}, form.value(u"client_info"_s) == u"1");
}

} // namespace pimgate::demo
