#include "identity/TenantLookup.h"

#include "identity/SignInErrors.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QUuid>

namespace pimgate {
namespace {

QUrl metadataUrl(const Cloud &cloud)
{
    return QUrl(cloud.login.toString() + QLatin1Char('/') + cloud.authority() +
                QLatin1String("/v2.0/.well-known/openid-configuration"));
}

/// "https://login.microsoftonline.com/{tid}/v2.0"
QString tenantOf(const QString &issuer)
{
    const QString id = QUrl(issuer).path().section(QLatin1Char('/'), 1, 1);
    return isTenantId(id) ? id.toLower() : QString();
}

} // namespace

bool isTenantId(const QString &tenant)
{
    return tenant.size() == 36 && !QUuid::fromString(tenant).isNull();
}

Task<Result<QString>> lookUpTenant(Http &http, Cloud cloud, std::stop_token stop)
{
    if (isTenantId(cloud.tenant))
        co_return QString(cloud.tenant);
    HttpRequest request;
    request.url = metadataUrl(cloud);
    request.headers = {{"Accept", "application/json"}};
    const auto answer = co_await http.send(request, stop);
    if (!answer)
        co_return failure(answer.error());
    if (answer->status != 200)
        co_return failure(SignInErrors::fromTokenAnswer(answer->status, answer->body));
    const QString issuer = QJsonDocument::fromJson(answer->body).object().value(QStringLiteral("issuer")).toString();
    const QString id = tenantOf(issuer);
    if (id.isEmpty())
        co_return failure(
            Error::Kind::Protocol,
            QCoreApplication::translate("SignIn", "The sign-in host does not say which tenant “%1” is.").arg(cloud.tenant),
            QCoreApplication::translate("SignIn", "Give the tenant id instead of the domain."));
    co_return id;
}

} // namespace pimgate
