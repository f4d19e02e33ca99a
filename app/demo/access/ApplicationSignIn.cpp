#include "demo/access/ApplicationSignIn.h"

#include "demo/login/OAuthPages.h"
#include "demo/store/Seed.h"

#include <QUrl>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

Response refusedPage(const SignInVerdict &verdict)
{
    const int code = verdict.errorCode;
    const int status = code == 700016 || code == 90002 || code == 50034 ? 404 : 403;
    QString body =
        u"<p class=\"problem\" role=\"alert\">AADSTS%1: %2</p>"_s.arg(QString::number(code), verdict.message.toHtmlEscaped());
    if (!verdict.policies.isEmpty())
        body += u"<p>Conditional Access: %1</p>"_s.arg(verdict.policies.join(u", "_s).toHtmlEscaped());
    return framedPage(status, u"You cannot sign in"_s, body);
}

QString percentEncoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

Response peoplePage(const Store &store, const Request &request, const QString &applicationName)
{
    QString body = u"<p>Choose a person of the demo: a click signs in, without a password.</p><div class=\"people\">"_s;
    for (const QJsonObject &person : peopleToChoose(store)) {
        const QString upn = person["userPrincipalName"_L1].toString();
        body += u"<a class=\"person\" href=\"%1?login_hint=%2\"><strong>%3</strong><span>%4</span><span>%5</span></a>"_s.arg(
            request.path.toHtmlEscaped(), percentEncoded(upn), person["displayName"_L1].toString().toHtmlEscaped(),
            upn.toHtmlEscaped(), person["jobTitle"_L1].toString().toHtmlEscaped());
    }
    body += u"</div>"_s;
    return framedPage(200, u"Sign in to %1"_s.arg(applicationName), body);
}

/// The application that a path names, or why there is none.
std::variant<QJsonObject, SignInVerdict> applicationOf(const Store &store, const Request &request)
{
    const QString tenant = request.param(u"tenant"_s), appId = request.param(u"appId"_s);
    if (tenant.compare(store.tenantId(), Qt::CaseInsensitive) != 0 && !store.find(u"domains"_s, tenant))
        return SignInVerdict{90002, u"Tenant '%1' not found."_s.arg(tenant)};
    const QJsonObject *application = store.findBy(u"servicePrincipals"_s, u"appId"_s, appId);
    if (!application)
        return SignInVerdict{700016, u"Application with identifier '%1' was not found in the directory."_s.arg(appId)};
    return *application;
}

QString applicationPath(const Request &request)
{
    return u"/%1/apps/%2"_s.arg(request.param(u"tenant"_s), request.param(u"appId"_s));
}

QByteArray sessionCookie(const QString &appId)
{
    return "app-" + appId.toLower().toLatin1();
}

/// The link that starts a sign-in to an application, whatever its kind; no SAML response is needed here.
Response signInToApplication(Store &store, const Request &request)
{
    const auto found = applicationOf(store, request);
    if (const auto *refusal = std::get_if<SignInVerdict>(&found))
        return refusedPage(*refusal);
    const QJsonObject &application = std::get<QJsonObject>(found);
    const QString name = application["displayName"_L1].toString();
    const QString hint = request.option(u"login_hint"_s);
    if (hint.isEmpty())
        return peoplePage(store, request, name);
    const QJsonObject *user = store.user(hint);
    if (!user)
        return refusedPage({50034, u"The user account %1 does not exist in the directory."_s.arg(hint)});
    SignInAttempt attempt;
    attempt.userId = user->value("id"_L1).toString();
    attempt.appId = attempt.resourceAppId = application["appId"_L1].toString();
    // Who has no second factor cannot do it, however long he sits there.
    attempt.interactive = request.option(u"prompt"_s) != u"none" && user->value("_mfaRegistered"_L1).toBool();
    if (const auto agent = request.headers.find("user-agent"); agent != request.headers.end())
        attempt.userAgent = agent->second;
    const QString person = user->value("displayName"_L1).toString();
    const SignInVerdict verdict = decideSignIn(store, attempt);
    if (verdict.errorCode != 0)
        return refusedPage(verdict);
    Response response = framedPage(200, u"Signed in to %1"_s.arg(name),
                                   u"<p>%1 is signed in to %2.</p><a href=\"%3\">Open %2</a>"_s.arg(
                                       person.toHtmlEscaped(), name.toHtmlEscaped(), applicationPath(request).toHtmlEscaped()));
    response.headers.append(std::pair(QByteArray("Set-Cookie"), sessionCookie(attempt.appId) + '=' +
                                                                    openSession(store, attempt.appId, attempt.userId).toLatin1() +
                                                                    "; Path=/; HttpOnly; SameSite=Lax"));
    return response;
}

/// The session that the cookie of the browser names, or that a login_hint does where there is no browser.
QString sessionOf(const Store &store, const Request &request, const QString &appId)
{
    if (const QJsonObject *user = store.user(request.option(u"login_hint"_s)))
        return openSession(store, appId, user->value("id"_L1).toString());
    const auto header = request.headers.find("cookie");
    if (header == request.headers.end())
        return {};
    for (const QByteArray &part : header->second.split(';')) {
        const QByteArray cookie = part.trimmed(), start = sessionCookie(appId) + '=';
        const QJsonObject *row =
            cookie.startsWith(start) ? store.find(kSignInTable, QString::fromLatin1(cookie.mid(start.size()))) : nullptr;
        if (row && isOpenSession(*row, appId))
            return row->value("id"_L1).toString();
    }
    return {};
}

/// The application as its users see it: it has its own session and does not ask Entra again (10.4).
Response showApplication(Store &store, const Request &request)
{
    const auto found = applicationOf(store, request);
    if (const auto *refusal = std::get_if<SignInVerdict>(&found))
        return refusedPage(*refusal);
    const QJsonObject &application = std::get<QJsonObject>(found);
    const QString name = application["displayName"_L1].toString();
    const QString session = sessionOf(store, request, application["appId"_L1].toString());
    if (session.isEmpty())
        return framedPage(
            401, name,
            u"<p>Nobody is signed in to %1.</p><a href=\"/%2/api/signin/%3\">Sign in</a>"_s.arg(
                name.toHtmlEscaped(), request.param(u"tenant"_s).toHtmlEscaped(), request.param(u"appId"_s).toHtmlEscaped()));
    const QJsonObject row = *store.find(kSignInTable, session);
    const QString hint = request.option(u"login_hint"_s);
    return framedPage(200, name,
                      u"<p>%1 is still signed in (the application's own session, since %2).</p>"
                      "<form method=\"post\" action=\"%3/signout%4\"><button class=\"act\">Sign out of %5</button></form>"_s.arg(
                          row["userDisplayName"_L1].toString().toHtmlEscaped(),
                          row["createdDateTime"_L1].toString().toHtmlEscaped(), applicationPath(request).toHtmlEscaped(),
                          hint.isEmpty() ? QString() : u"?login_hint="_s + percentEncoded(hint), name.toHtmlEscaped()));
}

Response leaveApplication(Store &store, const Request &request)
{
    const auto found = applicationOf(store, request);
    if (const auto *refusal = std::get_if<SignInVerdict>(&found))
        return refusedPage(*refusal);
    const QJsonObject &application = std::get<QJsonObject>(found);
    const QString appId = application["appId"_L1].toString(), session = sessionOf(store, request, appId);
    const QJsonObject *row = store.find(kSignInTable, session);
    const QString userId = row ? row->value("userId"_L1).toString() : QString();
    // Whoever signed in several times has one session with the application.
    for (QString open = session; !open.isEmpty(); open = openSession(store, appId, userId))
        endSession(store, open);
    Response response = framedPage(200, u"Signed out"_s, u"<p>The session with the application has ended.</p>"_s);
    response.headers.append(std::pair(QByteArray("Set-Cookie"), sessionCookie(appId) + "=; Path=/; Max-Age=0; HttpOnly"));
    return response;
}

} // namespace

void addApplicationPageRoutes(Router &router)
{
    router.addOpen("GET", u"/{tenant}/api/signin/{appId}"_s, signInToApplication);
    router.addOpen("GET", u"/{tenant}/apps/{appId}"_s, showApplication);
    router.addOpen("POST", u"/{tenant}/apps/{appId}/signout"_s, leaveApplication);
}

} // namespace pimgate::demo
