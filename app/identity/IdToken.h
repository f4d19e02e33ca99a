#pragma once

#include "base/Error.h"
#include "identity/Cloud.h"

#include <QDateTime>
#include <QJsonObject>

namespace pimgate::IdToken {

/// The payload of a token, unchecked: for hints alone. Empty when it is not a JWT.
QJsonObject payload(const QByteArray &token);

/// Whether an issuer as a redirect names it (RFC 9207) is this cloud's sign-in host, for whichever tenant.
bool isIssuerOf(const Cloud &cloud, const QString &issuer);

/// Checks algorithm, issuer, audience, nonce and times of an id token that came straight from the token endpoint over
/// the connection we opened (OpenID Connect Core 3.1.3.7: TLS stands in for the signature), and returns its claims.
/// @param nonce as sent to /authorize; empty for a refresh, where none is repeated.
Result<QJsonObject> check(const QByteArray &token, const Cloud &cloud, const QString &nonce, const QDateTime &now);

} // namespace pimgate::IdToken
