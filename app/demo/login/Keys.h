#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QJsonObject>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>

#include <memory>

struct evp_pkey_st;

namespace pimgate::demo {

/// An RSA key made at the start of the process: signs the tenant's tokens (RS256).
class SigningKey
{
public:
    /// One per process: making a key costs time, and nothing in the tenant depends on which it is.
    static const SigningKey &shared();

    QByteArray sign(const QByteArray &text) const;
    bool verify(const QByteArray &text, const QByteArray &signature) const;
    const QString &keyId() const { return m_keyId; }
    /// {kty, use, alg, kid, x5t, x5c, n, e, issuer} as in a key set.
    QJsonObject jwk(const QString &issuer) const;

    SigningKey(const SigningKey &) = delete;
    SigningKey &operator=(const SigningKey &) = delete;

private:
    SigningKey();
    ~SigningKey();
    evp_pkey_st *m_key = nullptr;
    QByteArray m_certificate; ///< DER
    QString m_keyId;
};

/// A certificate for loopback and the authority that issued it, both made now.
struct ServerIdentity
{
    QSslCertificate certificate;
    QSslKey key;
    QByteArray authorityPem;
    static Result<ServerIdentity> make();
};

QByteArray base64Url(const QByteArray &bytes);
QByteArray fromBase64Url(const QByteArray &text);

} // namespace pimgate::demo
