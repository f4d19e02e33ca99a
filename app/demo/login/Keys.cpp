#include "demo/login/Keys.h"

#include <QCryptographicHash>
#include <QJsonArray>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

namespace pimgate::demo {

namespace {

using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using CertPtr = std::unique_ptr<X509, decltype(&X509_free)>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

QByteArray number(EVP_PKEY *key, const char *name)
{
    BIGNUM *value = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &value) != 1)
        return {};
    QByteArray bytes(BN_num_bytes(value), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char *>(bytes.data()));
    BN_free(value);
    return bytes;
}

template <class Write>
QByteArray pem(Write write)
{
    BIO *memory = BIO_new(BIO_s_mem());
    write(memory);
    char *data = nullptr;
    const auto size = BIO_get_mem_data(memory, &data);
    QByteArray text(data, int(size));
    BIO_free(memory);
    return text;
}

void extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    if (X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value)) {
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }
}

CertPtr certificateFor(EVP_PKEY *key, const char *commonName, long serial, X509 *issuer, EVP_PKEY *issuerKey)
{
    CertPtr certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 60L * 60 * 24 * 30);
    X509_set_pubkey(certificate.get(), key);
    X509_NAME *name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>(commonName), -1, -1, 0);
    X509 *signer = issuer ? issuer : certificate.get();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
    extend(certificate.get(), signer, NID_subject_key_identifier, "hash");
    if (issuer) {
        extend(certificate.get(), signer, NID_basic_constraints, "critical,CA:FALSE");
        extend(certificate.get(), signer, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
        extend(certificate.get(), signer, NID_ext_key_usage, "serverAuth");
        extend(certificate.get(), signer, NID_authority_key_identifier, "keyid");
    } else {
        extend(certificate.get(), signer, NID_basic_constraints, "critical,CA:TRUE");
        extend(certificate.get(), signer, NID_key_usage, "critical,keyCertSign,cRLSign");
    }
    X509_sign(certificate.get(), issuerKey, EVP_sha256());
    return certificate;
}

/// The one RSA key of the process, for every tenant in it: making one costs more than all else at a start.
EVP_PKEY *processKey()
{
    static const KeyPtr key(EVP_RSA_gen(2048), &EVP_PKEY_free);
    return key.get();
}

} // namespace

SigningKey::SigningKey() : m_key(processKey())
{
    // As Entra does it, a key is named by the thumbprint of a certificate that holds it.
    const auto certificate = certificateFor(m_key, "accounts.accesscontrol.windows.net", 1, nullptr, m_key);
    unsigned char *der = nullptr;
    const int size = i2d_X509(certificate.get(), &der);
    m_certificate = QByteArray(reinterpret_cast<const char *>(der), size);
    OPENSSL_free(der);
    m_keyId = QString::fromLatin1(base64Url(QCryptographicHash::hash(m_certificate, QCryptographicHash::Sha1)));
}

const SigningKey &SigningKey::shared()
{
    static const SigningKey key;
    return key;
}

QByteArray SigningKey::sign(const QByteArray &text) const
{
    const ContextPtr context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const auto *data = reinterpret_cast<const unsigned char *>(text.constData());
    size_t length = 0;
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key);
    EVP_DigestSign(context.get(), nullptr, &length, data, size_t(text.size()));
    QByteArray signature(int(length), '\0');
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char *>(signature.data()), &length, data, size_t(text.size()));
    return signature.left(int(length));
}

bool SigningKey::verify(const QByteArray &text, const QByteArray &signature) const
{
    const ContextPtr context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, m_key);
    return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char *>(signature.constData()),
                            size_t(signature.size()), reinterpret_cast<const unsigned char *>(text.constData()),
                            size_t(text.size())) == 1;
}

QJsonObject SigningKey::jwk(const QString &issuer) const
{
    return {{QStringLiteral("kty"), QStringLiteral("RSA")},
            {QStringLiteral("use"), QStringLiteral("sig")},
            {QStringLiteral("alg"), QStringLiteral("RS256")},
            {QStringLiteral("kid"), m_keyId},
            {QStringLiteral("x5t"), m_keyId},
            {QStringLiteral("x5c"), QJsonArray{QString::fromLatin1(m_certificate.toBase64())}},
            {QStringLiteral("n"), QString::fromLatin1(base64Url(number(m_key, OSSL_PKEY_PARAM_RSA_N)))},
            {QStringLiteral("e"), QString::fromLatin1(base64Url(number(m_key, OSSL_PKEY_PARAM_RSA_E)))},
            {QStringLiteral("issuer"), issuer}};
}

const ServerIdentity &ServerIdentity::shared()
{
    static const ServerIdentity identity;
    return identity;
}

ServerIdentity::ServerIdentity()
{
    EVP_PKEY *rsa = processKey();
    // Whoever issues does not share the key of what is issued; a curve's key is made in no time.
    const KeyPtr curve(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const auto authority = certificateFor(curve.get(), "Demo tenant test authority", 1, nullptr, curve.get());
    const auto server = certificateFor(rsa, "localhost", 2, authority.get(), curve.get());
    authorityPem = pem([&](BIO *out) { PEM_write_bio_X509(out, authority.get()); });
    certificate = QSslCertificate(pem([&](BIO *out) { PEM_write_bio_X509(out, server.get()); }));
    key = QSslKey(pem([&](BIO *out) { PEM_write_bio_PrivateKey(out, rsa, nullptr, nullptr, 0, nullptr, nullptr); }), QSsl::Rsa);
}

QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

QByteArray fromBase64Url(const QByteArray &text)
{
    return QByteArray::fromBase64(text, QByteArray::Base64UrlEncoding);
}

} // namespace pimgate::demo
