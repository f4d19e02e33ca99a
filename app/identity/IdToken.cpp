#include "identity/IdToken.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace pimgate::IdToken {
namespace {

constexpr qint64 toleranceSeconds = 300;

QJsonObject jwtPart(const QByteArray &token, int index)
{
    const auto parts = token.split('.');
    if (parts.size() != 3)
        return {};
    const auto bytes =
        QByteArray::fromBase64Encoding(parts.at(index), QByteArray::Base64UrlEncoding | QByteArray::AbortOnBase64DecodingErrors);
    return bytes ? QJsonDocument::fromJson(*bytes).object() : QJsonObject();
}

bool isIssuer(const QString &issuer, const Cloud &cloud, const QString &tenantId)
{
    const QString tail = QLatin1Char('/') + tenantId + QLatin1String("/v2.0");
    if (issuer == cloud.login.toString() + tail)
        return true;
    // 21Vianet: tokens of login.chinacloudapi.cn name the newer host.
    return cloud.login.host() == QLatin1String("login.chinacloudapi.cn") &&
           issuer == QLatin1String("https://login.partner.microsoftonline.cn") + tail;
}

bool isOtherTenant(const Cloud &cloud, const QString &tenantId)
{
    const bool namedById = cloud.tenant.size() == 36 && cloud.tenant.count(QLatin1Char('-')) == 4;
    return namedById && cloud.tenant.compare(tenantId, Qt::CaseInsensitive) != 0;
}

QString fault(const QJsonObject &header, const QJsonObject &claims, const Cloud &cloud, const QString &nonce,
              const QDateTime &now)
{
    const QString algorithm = header.value(QStringLiteral("alg")).toString();
    if (algorithm.isEmpty() || algorithm.compare(QLatin1String("none"), Qt::CaseInsensitive) == 0)
        return QCoreApplication::translate("SignIn", "it is not signed");
    const QString tenantId = claims.value(QStringLiteral("tid")).toString();
    if (tenantId.isEmpty() || isOtherTenant(cloud, tenantId))
        return QCoreApplication::translate("SignIn", "it is for another tenant");
    if (!isIssuer(claims.value(QStringLiteral("iss")).toString(), cloud, tenantId))
        return QCoreApplication::translate("SignIn", "its issuer is not the sign-in host");
    if (claims.value(QStringLiteral("aud")).toString() != cloud.clientId)
        return QCoreApplication::translate("SignIn", "it is for another application");
    if (!nonce.isEmpty() && claims.value(QStringLiteral("nonce")).toString() != nonce)
        return QCoreApplication::translate("SignIn", "it does not answer this sign-in");
    const qint64 seconds = now.toSecsSinceEpoch();
    if (qint64(claims.value(QStringLiteral("exp")).toDouble()) + toleranceSeconds < seconds)
        return QCoreApplication::translate("SignIn", "it has expired");
    if (qint64(claims.value(QStringLiteral("nbf")).toDouble()) > seconds + toleranceSeconds ||
        qint64(claims.value(QStringLiteral("iat")).toDouble()) > seconds + toleranceSeconds)
        return QCoreApplication::translate("SignIn", "it is not valid yet");
    return {};
}

} // namespace

QJsonObject payload(const QByteArray &token)
{
    return jwtPart(token, 1);
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
