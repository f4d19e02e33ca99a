#include "demo/login/OAuth.h"
#include "demo/login/OAuthText.h"
#include "demo/store/Seed.h"

#include <QRandomGenerator>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int flowSeconds = 1200;

QString flowCookie(const QString &id)
{
    return u"esctx-"_s + id.left(12);
}

bool carriesCookie(const Request &request, const QString &name, const QString &digest)
{
    const auto sent = request.headers.find("cookie");
    if (sent == request.headers.end() || digest.isEmpty())
        return false;
    const auto parts = sent->second.split(';');
    const auto start = name.toLatin1() + '=';
    return std::any_of(parts.begin(), parts.end(), [&](const QByteArray &part) {
        const auto cookie = part.trimmed();
        return cookie.startsWith(start) && digestOf(QString::fromLatin1(cookie.mid(start.size()))) == digest;
    });
}

bool asksAccount(const QString &prompt)
{
    return prompt == u"login" || prompt == u"select_account" || prompt == u"create";
}

int otherNumber(int than)
{
    int number = 0;
    do {
        number = QRandomGenerator::global()->bounded(10, 100);
    } while (number == than);
    return number;
}

} // namespace

PageFrame OAuth::frameOf(const QString &id, const Flow &flow) const
{
    return {tenantName(flow.alias), u'/' + flow.alias + u"/login"_s, id, flow.form.value(u"redirect_uri"_s)};
}

/// The first page, or none when the browser's session is enough.
Response OAuth::startFlow(Flow flow, const Request &request)
{
    const auto secret = randomText();
    flow.secret = digestOf(secret);
    flow.expires = m_tenants.home().now().addSecs(flowSeconds);
    const auto prompt = flow.form.value(u"prompt"_s);
    const auto hint = flow.form.value(u"login_hint"_s);
    if (!asksAccount(prompt)) {
        const auto browser = browserOf(request);
        QList<BrowserAccount> fitting;
        for (const auto &account : browser.accounts) {
            const bool hinted = hint.isEmpty() || account.userPrincipalName.compare(hint, Qt::CaseInsensitive) == 0;
            if (hinted && m_tenants.identify(flow.alias, account.userPrincipalName).error == 0)
                fitting.append(account);
        }
        if (fitting.size() == 1) {
            flow.account = fitting.first().userPrincipalName;
            flow.mfa = fitting.first().mfa;
        }
    }
    const auto id = randomText();
    m_kept.flows[digestOf(id)] = flow;
    auto response = proceed(id, request);
    if (m_kept.flows.contains(digestOf(id)))
        response.headers.emplaceBack("Set-Cookie", cookie(flowCookie(id), secret));
    return response;
}

std::optional<OAuth::Attempt> OAuth::attemptOf(const Flow &flow, const Request &request, Refusal &refusal) const
{
    Attempt attempt;
    attempt.who = m_tenants.identify(flow.alias, flow.account);
    if (attempt.who.error != 0) {
        refusal = {attempt.who.error, attempt.who.message};
        return {};
    }
    const auto appId = flow.form.value(u"client_id"_s);
    const auto here = client(*attempt.who.tenant, appId);
    if (!here) {
        refusal = {700016, u"Application with identifier '%1' was not found in the directory."_s.arg(appId)};
        return {};
    }
    attempt.client = *here;
    attempt.asked = readScopes(*attempt.who.tenant, flow.form.value(u"scope"_s), m_origin);
    attempt.wish = readClaims(flow.form.value(u"claims"_s));
    attempt.mfa = flow.mfa;
    attempt.deviceCode = flow.kind == Flow::Kind::Device;
    const auto agent = request.headers.find("user-agent");
    attempt.userAgent = agent == request.headers.end() ? QByteArray() : agent->second;
    return attempt;
}

/// The next page that this sign-in needs, or its end.
Response OAuth::proceed(const QString &id, const Request &request)
{
    auto &flow = m_kept.flows.at(digestOf(id));
    if (flow.account.isEmpty())
        return askAccount(id, flow, request, {});
    Refusal refusal;
    auto attempt = attemptOf(flow, request, refusal);
    if (!attempt) {
        flow.account.clear();
        return refusal.code == 700016 ? refusePage(refusal)
                                      : askAccount(id, flow, request, u"AADSTS%1: %2"_s.arg(refusal.code).arg(refusal.message));
    }
    if (flow.kind == Flow::Kind::Device && !flow.confirmed)
        return deviceConfirmPage(frameOf(id, flow), attempt->client.displayName);
    const bool mustAsk = flow.kind == Flow::Kind::AdminConsent || flow.form.value(u"prompt"_s) == u"consent";
    if (mustAsk && !flow.consented)
        attempt->consent = Attempt::Consent::Asked;
    const auto decision = decide(*attempt);
    switch (decision.refusal.code) {
    case 0:
        break;
    case 50074:
        if (flow.mfa) // he did what he can, and the strength asks for more
            return refusePage(decision.refusal);
        return askStrong(id, flow, attempt->who, {});
    case 50076:
        return askStrong(id, flow, attempt->who, {});
    case 50079:
        return proofUpPage(frameOf(id, flow), attempt->who.user["displayName"_L1].toString());
    case 65001:
        return askConsent(id, flow, *attempt, decision.missing);
    default:
        return refusePage(decision.refusal);
    }
    return finish(id, *attempt, decision.session, request);
}

Response OAuth::askAccount(const QString &id, const Flow &flow, const Request &request, const QString &problem)
{
    const auto hint = flow.form.value(u"login_hint"_s);
    const auto domain = flow.form.value(u"domain_hint"_s);
    const auto *only = m_tenants.find(flow.alias);
    QStringList signedIn;
    const auto browser = browserOf(request);
    for (const auto &account : browser.accounts)
        signedIn.append(account.userPrincipalName);
    QList<PersonChoice> people;
    for (const auto *store : m_tenants.all()) {
        if (only && store != only)
            continue;
        for (const auto &row : peopleToChoose(*store)) {
            const auto upn = row["userPrincipalName"_L1].toString();
            if (!domain.isEmpty() && m_tenants.find(domain) && !upn.endsWith(u'@' + domain, Qt::CaseInsensitive))
                continue;
            people.append({row["displayName"_L1].toString(), upn, row["jobTitle"_L1].toString(), signedIn.contains(upn)});
        }
    }
    std::stable_partition(people.begin(), people.end(), [](const PersonChoice &person) { return person.signedIn; });
    std::stable_partition(people.begin(), people.end(), [&](const PersonChoice &person) {
        return person.userPrincipalName.compare(hint, Qt::CaseInsensitive) == 0;
    });
    const auto known = clientAt(flow.alias, flow.form.value(u"client_id"_s));
    return accountPage(frameOf(id, flow), known ? known->displayName : QString(), people, problem);
}

Response OAuth::askStrong(const QString &id, Flow &flow, const Identity &who, const QString &problem)
{
    flow.number = otherNumber(flow.number);
    QList<int> choices{otherNumber(flow.number), otherNumber(flow.number)};
    choices.insert(QRandomGenerator::global()->bounded(3), flow.number);
    return strongPage(frameOf(id, flow), who.user["displayName"_L1].toString(), flow.number, choices, problem);
}

/// Nothing missing: the application (or the administrator) wants the page all the same.
Response OAuth::askConsent(const QString &id, const Flow &flow, const Attempt &attempt, const QList<ResourceScopes> &missing)
{
    const auto &who = attempt.who;
    ConsentQuestion question;
    question.application = attempt.client.displayName;
    question.publisher = attempt.client.publisher;
    question.person = who.user["userPrincipalName"_L1].toString();
    question.mayForAll = mayConsentForAll(m_tenants.rolesOf(*who.tenant, who.homeTid, who.oid));
    question.forAllOnly = flow.kind == Flow::Kind::AdminConsent;
    auto listed = missing;
    if (listed.isEmpty()) {
        auto asked = attempt.asked;
        expandDefault(*who.tenant, attempt.client.appId, who.oid, asked);
        listed = asked.resources;
        if (!asked.openId.isEmpty())
            listed.prepend({graphAppId(), asked.openId, {}});
    }
    bool adminOnly = question.forAllOnly || (!missing.isEmpty() && attempt.client.assignmentRequired);
    for (const auto &resource : listed) {
        for (const auto &name : resource.names) {
            question.permissions.append(permissionText(*who.tenant, resource.appId, name));
            adminOnly = adminOnly || (!missing.isEmpty() && question.permissions.last().adminOnly);
        }
    }
    if (adminOnly && !question.mayForAll)
        return approvalPage(
            frameOf(id, flow), question.application,
            details({90094, u"%1 needs permission to access resources in your organization that only an admin can "
                            "grant. Please ask an admin to grant permission to this app before you can use it."_s.arg(
                                question.application)}));
    return consentPage(frameOf(id, flow), question);
}

/// One form of one of the pages.
Response OAuth::step(const Request &request)
{
    const auto form = readForm(request.raw);
    const auto id = form.value(u"flow"_s);
    const auto found = m_kept.flows.find(digestOf(id));
    if (found == m_kept.flows.end() || found->second.expires < m_tenants.home().now() ||
        !carriesCookie(request, flowCookie(id), found->second.secret))
        return refusePage({165000, u"Invalid Request: The request did not include the required correlation cookies, or the "
                                   "sign-in took too long. Begin again at the application."_s});
    auto &flow = found->second;
    const auto name = form.value(u"step"_s);
    if (name == u"account")
        return stepAccount(flow, form, request);
    if (flow.account.isEmpty())
        return proceed(id, request);
    if (name == u"strong")
        return stepStrong(id, flow, form, request);
    if (name == u"proofup") {
        const auto who = m_tenants.identify(flow.alias, flow.account);
        auto *home = m_tenants.find(who.homeTid);
        if (who.error == 0 && home && !who.user["_mfaRegistered"_L1].toBool()) {
            home->patch(u"users"_s, who.oid, {{u"_mfaRegistered"_s, true}});
            home->audit({u"User registered security info"_s,
                         u"Authentication Methods"_s,
                         u"UserManagement"_s,
                         u"Update"_s,
                         who.oid,
                         {who.oid}});
        }
        return proceed(id, request);
    }
    if (name == u"confirm" && !form.contains(u"decline"_s)) {
        flow.confirmed = true;
        return proceed(id, request);
    }
    if (name == u"approval" && form.contains(u"another"_s)) {
        flow.account.clear();
        flow.mfa = false;
        return proceed(id, request);
    }
    if (name == u"consent" && !form.contains(u"decline"_s))
        return stepConsent(id, flow, form, request);
    return decline(id, flow, request);
}

/// A click on a person signs in; whom the browser knows keeps what he has confirmed, unless a fresh sign-in is asked for.
Response OAuth::stepAccount(Flow &flow, const Form &form, const Request &request)
{
    flow.account = form.value(u"login"_s).trimmed();
    flow.mfa = false;
    if (flow.form.value(u"prompt"_s) != u"login") {
        const auto browser = browserOf(request);
        for (const auto &account : browser.accounts) {
            if (account.userPrincipalName.compare(flow.account, Qt::CaseInsensitive) == 0)
                flow.mfa = account.mfa;
        }
    }
    return proceed(form.value(u"flow"_s), request);
}

Response OAuth::stepStrong(const QString &id, Flow &flow, const Form &form, const Request &request)
{
    if (form.contains(u"deny"_s))
        return refusePage({500121, u"Authentication failed during strong authentication request."_s});
    const bool right = flow.number > 0 && form.value(u"number"_s) == QString::number(flow.number);
    if (!right)
        return askStrong(id, flow, m_tenants.identify(flow.alias, flow.account), u"That was another number. Try again."_s);
    flow.number = 0;
    flow.mfa = true;
    return proceed(id, request);
}

Response OAuth::stepConsent(const QString &id, Flow &flow, const Form &form, const Request &request)
{
    Refusal refusal;
    auto attempt = attemptOf(flow, request, refusal);
    if (!attempt || attempt->asked.refusal)
        return proceed(id, request);
    const auto &who = attempt->who;
    expandDefault(*who.tenant, attempt->client.appId, who.oid, attempt->asked);
    const auto missing = missingConsent(*who.tenant, attempt->client.appId, who.oid, attempt->asked);
    const bool mayForAll = mayConsentForAll(m_tenants.rolesOf(*who.tenant, who.homeTid, who.oid));
    const bool forAll = flow.kind == Flow::Kind::AdminConsent || form.contains(u"organization"_s);
    const bool adminOnly = std::any_of(missing.begin(), missing.end(), [&](const ResourceScopes &resource) {
        return attempt->client.assignmentRequired ||
               std::any_of(resource.names.begin(), resource.names.end(),
                           [&](const QString &name) { return permissionText(*who.tenant, resource.appId, name).adminOnly; });
    });
    if ((forAll || adminOnly) && !mayForAll)
        return proceed(id, request); // the page that says so
    if (forAll) {
        auto all = attempt->asked.resources;
        if (!attempt->asked.openId.isEmpty())
            all.prepend({graphAppId(), attempt->asked.openId, {}});
        grantConsent(*who.tenant, attempt->client.appId, {}, who.oid, all);
    } else {
        grantConsent(*who.tenant, attempt->client.appId, who.oid, who.oid, missing);
    }
    flow.consented = true;
    return proceed(id, request);
}

Response OAuth::decline(const QString &id, const Flow &flow, const Request &request)
{
    Refusal unknown;
    auto attempt = attemptOf(flow, request, unknown);
    if (attempt && (flow.kind != Flow::Kind::Device || flow.confirmed)) { // what he declined is consent: for the log
        attempt->consent = Attempt::Consent::Declined;
        decide(*attempt);
    }
    const auto form = flow.form;
    const auto kind = flow.kind;
    m_kept.flows.erase(digestOf(id));
    if (kind == Flow::Kind::Device) {
        if (auto *grant = deviceGrant(form.value(u"user_code"_s)))
            grant->declined = true;
        return notePage(u"Sign-in cancelled"_s, u"You can close this window. Your device was not signed in."_s);
    }
    if (kind == Flow::Kind::AdminConsent)
        return redirect(form, {{u"error"_s, u"permission_denied"_s},
                               {u"error_description"_s, details({65004, u"The admin canceled the request."_s}).description()}});
    return refuseTo(form, {65004, u"User declined to consent to access the app."_s});
}

Response OAuth::finish(const QString &id, const Attempt &attempt, const Session &session, const Request &request)
{
    const auto flow = m_kept.flows.at(digestOf(id));
    m_kept.flows.erase(digestOf(id));
    Response response;
    if (flow.kind == Flow::Kind::Device) {
        auto *grant = deviceGrant(flow.form.value(u"user_code"_s));
        if (!grant)
            return refusePage({70019, u"The code has expired."_s});
        grant->alias = attempt.who.tenant->tenantId();
        grant->account = attempt.who.oid;
        grant->mfa = session.amr.contains(u"mfa"_s);
        response = notePage(u"You have signed in to %1 on your device"_s.arg(attempt.client.displayName),
                            u"You may now close this window."_s);
    } else if (flow.kind == Flow::Kind::AdminConsent) {
        response = redirect(flow.form, {{u"admin_consent"_s, u"True"_s},
                                        {u"tenant"_s, attempt.who.tenant->tenantId()},
                                        {u"scope"_s, flow.form.value(u"scope"_s)}});
    } else {
        response = answerAuthorize(flow.form, session);
    }
    remember(attempt.who, attempt.client.appId, session.amr.contains(u"mfa"_s), request, response);
    response.headers.emplaceBack("Set-Cookie", cookie(flowCookie(id), {}));
    return response;
}

/// An administrator consents for everybody before anybody signs in.
Response OAuth::adminConsent(const Request &request)
{
    auto form = queryForm(request);
    const auto alias = request.param(u"tenant"_s);
    if (!m_tenants.knows(alias))
        return refusePage({90002, u"Tenant '%1' not found."_s.arg(alias)});
    for (const auto &name : {u"client_id"_s, u"redirect_uri"_s}) {
        if (form.value(name).isEmpty())
            return refusePage({900144, u"The request body must contain the following parameter: '%1'."_s.arg(name)});
    }
    const auto who = clientAt(alias, form.value(u"client_id"_s));
    if (!who)
        return refusePage(
            {700016, u"Application with identifier '%1' was not found in the directory."_s.arg(form.value(u"client_id"_s))});
    if (!redirectAllowed(*who, form.value(u"redirect_uri"_s)))
        return refusePage(
            {50011, u"The redirect URI '%1' specified in the request does not match the redirect URIs configured for "
                    "the application '%2'."_s.arg(form.value(u"redirect_uri"_s), who->appId)});
    if (form.value(u"scope"_s).isEmpty())
        form.insert(u"scope"_s, u"https://graph.microsoft.com/.default"_s);
    const auto *store = m_tenants.find(alias);
    if (const auto asked = readScopes(store ? *store : m_tenants.home(), form.value(u"scope"_s), m_origin); asked.refusal)
        return refuseTo(form, asked.refusal);
    form.insert(u"prompt"_s, u"select_account"_s);
    Flow flow;
    flow.kind = Flow::Kind::AdminConsent;
    flow.alias = alias;
    flow.form = form;
    return startFlow(flow, request);
}

} // namespace pimgate::demo
