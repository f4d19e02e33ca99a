#include "identity/TokenEndpoint.h"

#include "identity/IdToken.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace pimgate::TokenEndpoint {
namespace {

QString text(const QJsonObject &json, const char *member)
{
    return json.value(QLatin1String(member)).toString();
}

QString homeAccountIn(const QString &clientInfo)
{
    const QByteArray bytes = QByteArray::fromBase64(clientInfo.toLatin1(), QByteArray::Base64UrlEncoding);
    const QJsonObject info = QJsonDocument::fromJson(bytes).object();
    const QString uid = text(info, "uid"), utid = text(info, "utid");
    return uid.isEmpty() || utid.isEmpty() ? QString() : uid + QLatin1Char('.') + utid;
}

} // namespace

HttpRequest request(const QUrl &url, const Fields &fields)
{
    HttpRequest request;
    request.method = "POST";
    request.url = url;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    for (const auto &[name, value] : fields)
        request.body += (request.body.isEmpty() ? "" : "&") + QByteArray(name) + '=' + QUrl::toPercentEncoding(value);
    return request;
}

Answer read(const QByteArray &body)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    Answer answer;
    answer.accessToken = Secret(text(json, "access_token"));
    answer.refreshToken = Secret(text(json, "refresh_token"));
    answer.idToken = Secret(text(json, "id_token"));
    answer.scopes = shortScopes(text(json, "scope"));
    answer.lifetimeSeconds = qint64(json.value(QLatin1String("expires_in")).toVariant().toDouble());
    answer.clientInfo = text(json, "client_info");
    answer.homeAccountId = homeAccountIn(answer.clientInfo);
    return answer;
}

QStringList shortScopes(const QString &text)
{
    QStringList scopes;
    for (const QString &scope : text.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        scopes << scope.mid(scope.lastIndexOf(QLatin1Char('/')) + 1);
    return scopes;
}

QStringList roleTemplates(const Secret &accessToken)
{
    QStringList templates;
    for (const auto &id : IdToken::payload(accessToken.reveal()).value(QStringLiteral("wids")).toArray())
        templates << id.toString();
    return templates;
}

bool wantsThePerson(const QByteArray &refusal)
{
    static const QStringList errors{QStringLiteral("invalid_grant"), QStringLiteral("interaction_required"),
                                    QStringLiteral("consent_required"), QStringLiteral("login_required")};
    return errors.contains(text(QJsonDocument::fromJson(refusal).object(), "error"));
}

bool isTheEnd(const Error &refusal)
{
    static const QStringList codes{QStringLiteral("AADSTS50132"),  QStringLiteral("AADSTS50133"),  QStringLiteral("AADSTS50173"),
                                   QStringLiteral("AADSTS70000"),  QStringLiteral("AADSTS70008"),  QStringLiteral("AADSTS70043"),
                                   QStringLiteral("AADSTS700082"), QStringLiteral("invalid_grant")};
    return codes.contains(refusal.code);
}

} // namespace pimgate::TokenEndpoint
