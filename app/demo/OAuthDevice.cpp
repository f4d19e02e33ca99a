#include "demo/OAuth.h"
#include "demo/OAuthText.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int deviceCodeSeconds = 900;

} // namespace

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

} // namespace pimgate::demo
