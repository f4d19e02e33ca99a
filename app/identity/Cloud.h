#pragma once

#include "base/Error.h"

#include <QJsonObject>
#include <QUrl>

namespace pimgate {

/// Where Microsoft (or the demo tenant) is. Only this differs between the product and its demo.
struct Cloud
{
    QString name;
    QUrl login;       ///< https://login.microsoftonline.com
    QUrl graph;       ///< https://graph.microsoft.com; calls go to graph + "/v1.0"
    QUrl portal;      ///< https://entra.microsoft.com
    QString clientId; ///< empty where none was given and none is known to work
    QString tenant;   ///< domain or id, may be empty: "organizations"
    double timeScale = 1;
    QString controlKey; ///< demo tenant only: lets the test page pass time; ignored off loopback
    QString caFile;     ///< demo tenant with TLS only: the authority to trust

    /// A loopback host is a demo.
    bool isDemo() const;
    /// Input when there is no client id to sign in with.
    Outcome mayAskForSignIn() const;
    QString authority() const { return tenant.isEmpty() ? QStringLiteral("organizations") : tenant; }
    QUrl authorizeUrl() const;  ///< {login}/{tenant}/oauth2/v2.0/authorize
    QUrl tokenUrl() const;      ///< {login}/{tenant}/oauth2/v2.0/token
    QUrl deviceCodeUrl() const; ///< {login}/{tenant}/oauth2/v2.0/devicecode
    QUrl graphUrl(const QString &pathAndQuery) const;

    /// "global", "usgov", "usgov-dod", "china", or the path of a JSON file (interface.md). https only, plain http and
    /// timeScale on loopback alone.
    static bool isNamed(const QString &name); ///< one of the four
    static Result<Cloud> named(const QString &nameOrFile);
    static Result<Cloud> fromJson(const QJsonObject &json);
};

/// Microsoft Graph Command Line Tools: a public client that every tenant of the global and the US Government cloud knows.
inline constexpr auto defaultClientId = "14d82eec-204b-4c2f-b7e8-296a70dab67e";

} // namespace pimgate
