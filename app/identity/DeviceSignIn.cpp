#include "identity/DeviceSignIn.h"

#include "identity/SignIn.h"
#include "identity/SignInErrors.h"
#include "identity/TokenEndpoint.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

namespace pimgate {
namespace {

using namespace std::chrono_literals;

HttpRequest codeRequest(const Cloud &cloud, const QStringList &scopes)
{
    return TokenEndpoint::request(cloud.deviceCodeUrl(), {{"client_id", cloud.clientId}, {"scope", scopeText(cloud, scopes)}});
}

HttpRequest pollRequest(const Cloud &cloud, const Secret &deviceCode, const QString &claims)
{
    return TokenEndpoint::request(cloud.tokenUrl(),
                                  {{"grant_type", QStringLiteral("urn:ietf:params:oauth:grant-type:device_code")},
                                   {"client_id", cloud.clientId},
                                   {"device_code", QString::fromUtf8(deviceCode.reveal())},
                                   {"claims", claims},
                                   {"client_info", QStringLiteral("1")}});
}

Error deviceError(Error::Kind kind, const char *message, const char *next)
{
    Error error;
    error.kind = kind;
    error.message = QCoreApplication::translate("DeviceSignIn", message);
    error.next = QCoreApplication::translate("DeviceSignIn", next);
    return error;
}

Error codeExpired()
{
    Error error =
        deviceError(Error::Kind::SignIn, QT_TRANSLATE_NOOP("DeviceSignIn", "The code has expired before anybody used it."),
                    QT_TRANSLATE_NOOP("DeviceSignIn", "Ask for a new code."));
    error.code = QLatin1String(deviceCodeExpired);
    return error;
}

/// "No" on the other device, in words of its own; what a policy says of a code is no wonder, and the browser may do.
Error refused(const HttpAnswer &answer, const QString &said)
{
    Error error = SignInErrors::fromTokenAnswer(answer.status, answer.body);
    if (said == QLatin1String(deviceCodeDeclined) || said == QLatin1String("access_denied")) {
        error.code = QLatin1String(deviceCodeDeclined);
        error.message = QCoreApplication::translate("DeviceSignIn", "The sign-in was declined on the other device.");
        error.next = QCoreApplication::translate("DeviceSignIn", "Ask for a new code, and say there that it is you.");
    } else if (error.code.startsWith(QLatin1String("AADSTS5300"))) {
        error.next = QCoreApplication::translate("DeviceSignIn", "Sign in with the browser: many tenants block codes.");
    }
    return error;
}

Error deviceStopped()
{
    Error error;
    error.kind = Error::Kind::Cancelled;
    error.message = QCoreApplication::translate("DeviceSignIn", "The sign-in was stopped.");
    return error;
}

/// RFC 8628, 3.3.1. Only where it leads to the host that is shown: nobody reads the address behind a picture.
QUrl pageWithCode(const QJsonObject &json, const QUrl &page)
{
    const QUrl url(json.value(QStringLiteral("verification_uri_complete")).toString());
    const bool sameHost = url.scheme() == page.scheme() && url.authority() == page.authority();
    return sameHost ? url : QUrl();
}

std::chrono::seconds secondsMember(const QJsonObject &json, const char *name, int otherwise)
{
    const int seconds = json.value(QLatin1String(name)).toVariant().toInt();
    return std::chrono::seconds(seconds > 0 ? seconds : otherwise);
}

} // namespace

DeviceSignIn::DeviceSignIn(Http &http, Cloud cloud, QObject *parent) : QObject(parent), m_http(http), m_cloud(std::move(cloud)) {}

Task<Result<QByteArray>> DeviceSignIn::run(QStringList scopes, QString claims, std::stop_token stop)
{
    const auto grant = co_await begin(scopes, stop);
    if (!grant)
        co_return failure(grant.error());
    Q_EMIT codeReady(grant->shown);
    const Grant waiting = *grant;
    co_return co_await poll(waiting, claims, stop);
}

Task<Result<DeviceSignIn::Grant>> DeviceSignIn::begin(QStringList scopes, std::stop_token stop)
{
    const HttpRequest request = codeRequest(m_cloud, scopes);
    const auto answer = co_await m_http.send(request, stop);
    if (!answer)
        co_return failure(answer.error());
    if (answer->status != 200)
        co_return failure(SignInErrors::fromTokenAnswer(answer->status, answer->body));
    const QJsonObject json = QJsonDocument::fromJson(answer->body).object();
    Grant grant;
    grant.shown.userCode = json.value(QStringLiteral("user_code")).toString();
    grant.shown.page = QUrl(json.value(QStringLiteral("verification_uri")).toString());
    grant.shown.pageWithCode = pageWithCode(json, grant.shown.page);
    grant.shown.expires = m_http.clock().now() + secondsMember(json, "expires_in", 900);
    grant.deviceCode = Secret(json.value(QStringLiteral("device_code")).toString());
    grant.interval = secondsMember(json, "interval", 5);
    const bool safePage = grant.shown.page.scheme() == QLatin1String("https") || Http::isLoopback(grant.shown.page);
    if (grant.shown.userCode.isEmpty() || grant.deviceCode.isEmpty() || !safePage)
        co_return failure(deviceError(Error::Kind::Protocol,
                                      QT_TRANSLATE_NOOP("DeviceSignIn", "The sign-in host's answer holds no code."),
                                      QT_TRANSLATE_NOOP("DeviceSignIn", "Sign in with the browser.")));
    co_return grant;
}

Task<Result<QByteArray>> DeviceSignIn::poll(Grant grant, QString claims, std::stop_token stop)
{
    const HttpRequest request = pollRequest(m_cloud, grant.deviceCode, claims);
    auto interval = grant.interval;
    while (m_http.clock().now() < grant.shown.expires) {
        const bool waited = co_await m_http.clock().sleep(interval, stop);
        if (!waited)
            co_return failure(deviceStopped());
        const auto answer = co_await m_http.send(request, stop);
        if (!answer && stop.stop_requested())
            co_return failure(deviceStopped());
        if (!answer || answer->status >= 500) {
            interval *= 2; // RFC 8628, 3.5: a lost connection slows the polling down
            continue;
        }
        if (answer->status == 200)
            co_return answer->body;
        const QString error = QJsonDocument::fromJson(answer->body).object().value(QStringLiteral("error")).toString();
        if (error == QLatin1String("slow_down"))
            interval += 5s;
        else if (error == QLatin1String("expired_token"))
            break;
        else if (error != QLatin1String("authorization_pending"))
            co_return failure(refused(*answer, error));
    }
    co_return failure(codeExpired());
}

} // namespace pimgate
