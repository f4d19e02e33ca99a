#include "proof/ApplicationSignIn.h"

#include "base/IsoDuration.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QUrlQuery>
#include <QUuid>

namespace pimgate {

namespace {

struct SignInText
{
    Q_DECLARE_TR_FUNCTIONS(ApplicationSignIn)
};

void addPart(QUrlQuery &query, const char *name, const QString &value)
{
    // QUrlQuery keeps a plain "+" as it is; a server reads it as a space.
    query.addQueryItem(QLatin1String(name), QString::fromLatin1(QUrl::toPercentEncoding(value)));
}

bool usesAuthorize(const Application &application)
{
    return application.sso == Application::Sso::Oidc && !application.replyUrls.isEmpty();
}

QUrl authorizeUrl(const Cloud &cloud, const Application &application, const QString &upn)
{
    QUrlQuery query;
    addPart(query, "client_id", application.appId);
    addPart(query, "redirect_uri", application.replyUrls.first());
    addPart(query, "response_type", QStringLiteral("code"));
    addPart(query, "scope", QStringLiteral("openid"));
    addPart(query, "state", QUuid::createUuid().toString(QUuid::Id128));
    addPart(query, "nonce", QUuid::createUuid().toString(QUuid::Id128));
    addPart(query, "login_hint", upn);
    addPart(query, "prompt", QStringLiteral("none"));
    QUrl url = cloud.authorizeUrl();
    url.setQuery(query);
    return url;
}

QUrl signInUrl(const Cloud &cloud, const Application &application, const QString &upn)
{
    QUrlQuery query;
    addPart(query, "login_hint", upn);
    addPart(query, "prompt", QStringLiteral("none"));
    QUrl url = cloud.login;
    url.setPath(QStringLiteral("/%1/api/signin/%2").arg(cloud.authority(), application.appId));
    url.setQuery(query);
    return url;
}

/// "AADSTS50105: …" in a page, a redirect or a JSON body.
std::optional<SignInAttempt> refusalIn(const QString &text)
{
    static const QRegularExpression pattern(QStringLiteral("AADSTS(\\d+):?\\s*([^<\\r\\n\"]*)"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return {};
    SignInAttempt attempt;
    attempt.errorCode = match.captured(1).toInt();
    attempt.text = match.captured(2).trimmed();
    return attempt;
}

std::optional<SignInAttempt> redirectAnswer(const HttpAnswer &answer)
{
    const QUrl location = QUrl::fromEncoded(answer.header("location"));
    // error_description arrives with "+" for spaces.
    QString query = location.query(QUrl::FullyEncoded);
    if (query.isEmpty())
        query = location.fragment(QUrl::FullyEncoded);
    query.replace(QLatin1Char('+'), QLatin1String("%20"));
    const QUrlQuery parts(query);
    if (parts.hasQueryItem(QStringLiteral("code"))) {
        SignInAttempt attempt;
        attempt.admitted = true;
        return attempt;
    }
    return refusalIn(parts.queryItemValue(QStringLiteral("error_description"), QUrl::FullyDecoded));
}

std::optional<SignInAttempt> answerOf(const HttpAnswer &answer, bool oidc)
{
    if (answer.status >= 300 && answer.status < 400)
        return redirectAnswer(answer);
    if (const std::optional<SignInAttempt> refusal = refusalIn(QString::fromUtf8(answer.body)))
        return refusal;
    if (answer.status != 200 || oidc)
        return {};
    SignInAttempt attempt;
    attempt.admitted = true;
    return attempt;
}

} // namespace

Task<Result<SignInAttempt>> signInToApplication(Http &http, Cloud cloud, Application application, QString upn,
                                                std::stop_token stop)
{
    const bool oidc = usesAuthorize(application);
    HttpRequest request;
    request.url = oidc ? authorizeUrl(cloud, application, upn) : signInUrl(cloud, application, upn);
    request.headers.emplaceBack("Accept", "text/html");
    const auto answer = co_await http.send(request, stop);
    if (!answer)
        co_return failure(answer.error());
    const std::optional<SignInAttempt> attempt = answerOf(*answer, oidc);
    if (!attempt) {
        Error error;
        error.kind = Error::Kind::Protocol;
        error.status = answer->status;
        error.message = SignInText::tr("The sign-in host's answer for %1 says neither yes nor no.").arg(application.displayName);
        error.where = QStringLiteral("GET %1").arg(request.url.path());
        co_return failure(error);
    }
    co_return *attempt;
}

Task<Outcome> TimeMachine::advance(std::chrono::seconds tenantTime, std::stop_token stop)
{
    if (!available())
        co_return failure(Error::Kind::Unsafe, SignInText::tr("Time passes by itself in a real tenant."));
    HttpRequest request;
    request.method = "POST";
    request.url = m_cloud.login;
    request.url.setPath(QStringLiteral("/demo/clock"));
    request.headers.emplaceBack("Content-Type", "application/json");
    request.headers.emplaceBack("X-Demo-Key", m_cloud.controlKey.toUtf8());
    request.body = "{\"advance\":\"" + IsoDuration(tenantTime).toString().toLatin1() + "\"}";
    const auto answer = co_await m_http.send(request, stop);
    if (!answer)
        co_return failure(answer.error());
    if (answer->status >= 300) {
        Error error;
        error.kind = Error::Kind::Protocol;
        error.status = answer->status;
        error.message = SignInText::tr("The demo tenant did not let time pass.");
        error.where = QStringLiteral("POST /demo/clock");
        co_return failure(error);
    }
    co_return Outcome();
}

} // namespace pimgate
