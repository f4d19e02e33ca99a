#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QSslCertificate>
#include <QSslKey>
#include <QString>

#include <memory>

struct evp_pkey_st;

namespace pimgate::demo {

/// Signs the tokens of all tenants of the process (RS256).
class SigningKey
{
public:
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
    evp_pkey_st *m_key;       ///< the process's
    QByteArray m_certificate; ///< DER
    QString m_keyId;
};

/// A certificate for loopback over the one RSA key, and the authority that issued it, for all tenants of the process.
struct ServerIdentity
{
    QSslCertificate certificate;
    QSslKey key;
    QByteArray authorityPem;
    static const ServerIdentity &shared();

private:
    ServerIdentity();
};

QByteArray base64Url(const QByteArray &bytes);
QByteArray fromBase64Url(const QByteArray &text);

} // namespace pimgate::demo
