#pragma once

#include "base/Secret.h"
#include "net/Http.h"

#include <QStringList>

namespace pimgate::TokenEndpoint {

using Fields = QList<std::pair<const char *, QString>>;

/// A form for the token or the device code endpoint, every value percent-encoded. Never with a client secret: Entra refuses
/// a public client that sends one, even an empty one (AADSTS700025).
HttpRequest request(const QUrl &url, const Fields &fields);

/// The 200 of the token endpoint; what it does not say is empty.
struct Answer
{
    Secret accessToken;
    Secret refreshToken; ///< a new one replaces the old
    Secret idToken;
    QStringList scopes; ///< without the Graph host of a national cloud
    qint64 lifetimeSeconds = 0;
    QString clientInfo;    ///< as sent (base64url)
    QString homeAccountId; ///< "uid.utid", out of clientInfo
};
Answer read(const QByteArray &body);

QStringList shortScopes(const QString &text);
/// Template ids of the directory roles that an access token of Graph carries: a hint, not checked.
QStringList roleTemplates(const Secret &accessToken);

/// Whether the host wants the person in the browser; a refusal of any other kind stays one.
bool wantsThePerson(const QByteArray &refusal);
/// Whether a refresh token so refused will never be taken again (graph-contract 16.1: new sign-in).
bool isTheEnd(const Error &refusal);

} // namespace pimgate::TokenEndpoint
