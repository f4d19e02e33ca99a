#include "identity/IdToken.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace pimgate::IdToken {
namespace {

constexpr double toleranceSeconds = 300;

QJsonObject jwtPart(const QByteArray &token, int index)
{
    const auto parts = token.split('.');
    if (parts.size() != 3)
        return {};
    const auto bytes =
        QByteArray::fromBase64Encoding(parts.at(index), QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    return bytes ? QJsonDocument::fromJson(*bytes).object() : QJsonObject();
}

QStringList issuingHosts(const Cloud &cloud)
{
    QStringList hosts{cloud.login.toString()};
    // 21Vianet: tokens of login.chinacloudapi.cn name the newer host.
    if (cloud.login.host() == QLatin1String("login.chinacloudapi.cn"))
        hosts << QStringLiteral("https://login.partner.microsoftonline.cn");
    return hosts;
}

bool isIssuer(const QString &issuer, const Cloud &cloud, const QString &tenantId)
{
    const QStringList hosts = issuingHosts(cloud);
    return std::any_of(hosts.cbegin(), hosts.cend(), [&](const QString &host) {
        return issuer == host + QLatin1Char('/') + tenantId + QLatin1String("/v2.0");
    });
}

bool isOtherTenant(const Cloud &cloud, const QString &tenantId)
{
    const bool namedById = cloud.tenant.size() == 36 && cloud.tenant.count(QLatin1Char('-')) == 4;
    return namedById && cloud.tenant.compare(tenantId, Qt::CaseInsensitive) != 0;
}

QString fault(const QJsonObject &header, const QJsonObject &claims, const Cloud &cloud, const QString &nonce,
              const QDateTime &now)
{
    // The one algorithm of Entra's metadata; every spelling of "none" is another.
    if (header.value(QStringLiteral("alg")).toString() != QLatin1String("RS256"))
        return QCoreApplication::translate("SignIn", "it is not signed as Microsoft signs");
    const QString tenantId = claims.value(QStringLiteral("tid")).toString();
    if (tenantId.isEmpty() || isOtherTenant(cloud, tenantId))
        return QCoreApplication::translate("SignIn", "it is for another tenant");
    if (!isIssuer(claims.value(QStringLiteral("iss")).toString(), cloud, tenantId))
        return QCoreApplication::translate("SignIn", "its issuer is not the sign-in host");
    if (claims.value(QStringLiteral("aud")).toString() != cloud.clientId)
        return QCoreApplication::translate("SignIn", "it is for another application");
    if (!nonce.isEmpty() && claims.value(QStringLiteral("nonce")).toString() != nonce)
        return QCoreApplication::translate("SignIn", "it does not answer this sign-in");
    const double seconds = double(now.toSecsSinceEpoch());
    if (claims.value(QStringLiteral("exp")).toDouble() + toleranceSeconds < seconds)
        return QCoreApplication::translate("SignIn", "it has expired");
    if (claims.value(QStringLiteral("nbf")).toDouble() > seconds + toleranceSeconds ||
        claims.value(QStringLiteral("iat")).toDouble() > seconds + toleranceSeconds)
        return QCoreApplication::translate("SignIn", "it is not valid yet");
    return {};
}

} // namespace

QJsonObject payload(const QByteArray &token)
{
    return jwtPart(token, 1);
}

bool isIssuerOf(const Cloud &cloud, const QString &issuer)
{
    const QStringList hosts = issuingHosts(cloud);
    return std::any_of(hosts.cbegin(), hosts.cend(),
                       [&](const QString &host) { return issuer.startsWith(host + QLatin1Char('/')); });
}

Result<QJsonObject> check(const QByteArray &token, const Cloud &cloud, const QString &nonce, const QDateTime &now)
{
    const QJsonObject claims = payload(token);
    const QString reason = claims.isEmpty() ? QCoreApplication::translate("SignIn", "it cannot be read")
                                            : fault(jwtPart(token, 0), claims, cloud, nonce, now);
    if (reason.isEmpty())
        return claims;
    return failure(
        Error::Kind::SignIn, QCoreApplication::translate("SignIn", "The id token is refused: %1.").arg(reason),
        QCoreApplication::translate("SignIn", "Sign in again; if it stays so, check the address of the sign-in host."));
}

} // namespace pimgate::IdToken
