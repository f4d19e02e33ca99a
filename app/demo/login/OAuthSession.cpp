#include "demo/login/OAuth.h"
#include "demo/login/OAuthText.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString sessionCookie = u"ESTSAUTH"_s;

QString cookieOf(const Request &request, const QString &name)
{
    const auto sent = request.headers.find("cookie");
    if (sent == request.headers.end())
        return {};
    for (const auto &part : sent->second.split(';')) {
        const auto text = QString::fromLatin1(part.trimmed());
        if (text.section(u'=', 0, 0) == name)
            return text.section(u'=', 1);
    }
    return {};
}

} // namespace

/// A session cookie of the browser; over TLS also for answers in frames of other sites.
QByteArray OAuth::cookie(const QString &name, const QString &value) const
{
    const auto text = value.isEmpty() ? name + u"=; Max-Age=0"_s : name + u'=' + value;
    const auto site = m_origin.startsWith(u"https:") ? u"; Secure; SameSite=None"_s : u"; SameSite=Lax"_s;
    return (text + u"; Path=/; HttpOnly"_s + site).toLatin1();
}

bool OAuth::isAlive(const BrowserAccount &account) const
{
    const auto *user = accountOf(account.homeTid, account.userId);
    return user && user->value("_sessionGeneration"_L1).toInt() == account.generation &&
           user->value("accountEnabled"_L1).toBool();
}

/// The people signed in here; no cookie when the request has none that this tenant has set.
OAuth::Browser OAuth::browserOf(const Request &request) const
{
    const auto found = m_kept.browsers.find(digestOf(cookieOf(request, sessionCookie)));
    if (found == m_kept.browsers.end())
        return {};
    Browser browser{found->first, {}};
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(browser.accounts),
                 [this](const BrowserAccount &account) { return isAlive(account); });
    return browser;
}

void OAuth::remember(const Identity &who, const QString &clientId, bool mfa, const Request &request, Response &response)
{
    auto value = cookieOf(request, sessionCookie);
    if (!m_kept.browsers.contains(digestOf(value))) {
        value = randomText();
        response.headers.emplaceBack("Set-Cookie", cookie(sessionCookie, value));
    }
    auto &accounts = m_kept.browsers[digestOf(value)];
    auto known = std::find_if(accounts.begin(), accounts.end(),
                              [&](const BrowserAccount &each) { return each.homeTid == who.homeTid && each.userId == who.oid; });
    if (known == accounts.end())
        known = accounts.insert(accounts.end(), {who.homeTid, who.oid, who.user["userPrincipalName"_L1].toString()});
    known->generation = who.user["_sessionGeneration"_L1].toInt();
    known->mfa = mfa;
    if (!known->clients.contains(clientId))
        known->clients.append(clientId);
}

Response OAuth::logout(const Request &request, const Form &form)
{
    const auto browser = browserOf(request);
    QStringList clients;
    if (const auto hint = readToken(form.value(u"id_token_hint"_s).toLatin1()))
        clients.append(hint->value("aud"_L1).toString());
    for (const auto &account : browser.accounts)
        clients += account.clients;
    const auto signedOut = form.value(u"logout_hint"_s);
    auto &accounts = m_kept.browsers[browser.key];
    accounts.removeIf([&](const BrowserAccount &account) {
        return signedOut.isEmpty() || account.userPrincipalName.compare(signedOut, Qt::CaseInsensitive) == 0;
    });
    const bool nobodyLeft = accounts.isEmpty();
    if (nobodyLeft)
        m_kept.browsers.erase(browser.key);

    const auto target = form.value(u"post_logout_redirect_uri"_s);
    // Only to where one of the applications that were signed in is registered.
    const bool registered = std::any_of(clients.begin(), clients.end(), [&](const QString &appId) {
        const auto known = clientAt(request.param(u"tenant"_s), appId);
        return known && redirectAllowed(*known, target);
    });
    auto response = notePage(u"You signed out of your account"_s, u"It's a good idea to close all browser windows."_s);
    if (registered && !target.isEmpty()) {
        response = Response{};
        response.status = 302;
        const auto state = form.value(u"state"_s);
        const auto tail =
            state.isEmpty() ? QString() : (target.contains(u'?') ? u"&"_s : u"?"_s) + queryText({{u"state"_s, state}});
        response.headers.emplaceBack("Location", (target + tail).toUtf8());
        response.headers.emplaceBack("Cache-Control", "no-store");
    }
    if (nobodyLeft)
        response.headers.emplaceBack("Set-Cookie", cookie(sessionCookie, {}));
    return response;
}

} // namespace pimgate::demo
