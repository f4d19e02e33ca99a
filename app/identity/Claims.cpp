#include "identity/Claims.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace pimgate::Claims {

QString ours()
{
    return merged({});
}

QString merged(const QString &challenge)
{
    QJsonObject claims = QJsonDocument::fromJson(challenge.toUtf8()).object();
    QJsonObject accessToken = claims.value(QStringLiteral("access_token")).toObject();
    QJsonObject capabilities = accessToken.value(QStringLiteral("xms_cc")).toObject();
    QJsonArray values = capabilities.value(QStringLiteral("values")).toArray();
    if (!values.contains(QStringLiteral("cp1")))
        values.append(QStringLiteral("cp1"));
    capabilities.insert(QStringLiteral("values"), values);
    accessToken.insert(QStringLiteral("xms_cc"), capabilities);
    claims.insert(QStringLiteral("access_token"), accessToken);
    return QString::fromUtf8(QJsonDocument(claims).toJson(QJsonDocument::Compact));
}

} // namespace pimgate::Claims
