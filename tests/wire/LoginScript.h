#pragma once

#include "base/Clock.h"
#include "identity/Browser.h"
#include "identity/Cloud.h"
#include "wire/WireServer.h"

#include <QCryptographicHash>
#include <QJsonArray>

namespace pimgate::test {

inline constexpr auto testTenant = "11111111-2222-3333-4444-555555555555";
inline constexpr auto testClient = "c1c1c1c1-0000-0000-0000-000000000001";

inline QByteArray base64url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

inline QByteArray jwt(const QJsonObject &header, const QJsonObject &payload)
{
    return base64url(QJsonDocument(header).toJson(QJsonDocument::Compact)) + '.' +
           base64url(QJsonDocument(payload).toJson(QJsonDocument::Compact)) + ".c2ln";
}

/// A sign-in host that follows the code flow at its own end and keeps what a test may bend in plain members.
struct LoginScript
{
    QString code = QStringLiteral("0.code");
    QJsonObject header{{QStringLiteral("alg"), QStringLiteral("RS256")}};
    std::function<void(QJsonObject &)> bendClaims;
    std::function<WireAnswer(const WireRequest &)> token; ///< replaces the answer of the token endpoint
    int lifetime = 3600;
    int issued = 0;
    QString nonce;
    QString challenge;
    QStringList claimsAsked; ///< of /authorize
    QStringList hints;       ///< login_hint and domain_hint of each /authorize
    /// Short names of Graph's scopes that somebody has consented to; empty: nobody looks at consent.
    QStringList consented;
    bool consents = true; ///< whether the person accepts what /authorize asks for

    static bool isAuthorize(const WireRequest &request)
    {
        return request.path().endsWith(QLatin1String("/oauth2/v2.0/authorize"));
    }
    static bool isToken(const WireRequest &request) { return request.path().endsWith(QLatin1String("/oauth2/v2.0/token")); }

    QJsonObject idClaims(const QString &origin) const
    {
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        QJsonObject claims{
            {QStringLiteral("iss"), origin + QLatin1Char('/') + QLatin1String(testTenant) + QLatin1String("/v2.0")},
            {QStringLiteral("aud"), QString::fromLatin1(testClient)},
            {QStringLiteral("tid"), QString::fromLatin1(testTenant)},
            {QStringLiteral("oid"), QStringLiteral("aaaaaaaa-0000-0000-0000-000000000001")},
            {QStringLiteral("preferred_username"), QStringLiteral("ada@contoso.example")},
            {QStringLiteral("name"), QStringLiteral("Ada")},
            {QStringLiteral("nonce"), nonce},
            {QStringLiteral("iat"), now},
            {QStringLiteral("nbf"), now},
            {QStringLiteral("exp"), now + lifetime}};
        if (bendClaims)
            bendClaims(claims);
        return claims;
    }

    QJsonObject tokens(const QString &origin)
    {
        const QString number = QString::number(++issued);
        return {{QStringLiteral("token_type"), QStringLiteral("Bearer")},
                {QStringLiteral("scope"),
                 consented.isEmpty() ? QStringLiteral("User.Read Group.ReadWrite.All") : consented.join(QLatin1Char(' '))},
                {QStringLiteral("expires_in"), lifetime},
                {QStringLiteral("access_token"), QLatin1String("access-") + number},
                {QStringLiteral("refresh_token"), QLatin1String("refresh-") + number},
                {QStringLiteral("id_token"), QString::fromLatin1(jwt(header, idClaims(origin)))}};
    }

    QByteArray redirect(const WireRequest &request) const
    {
        const QByteArray answer =
            consents ? "code=" + QUrl::toPercentEncoding(code)
                     : QByteArray("error=access_denied&error_description=AADSTS65004%3A+User+declined+to+consent.");
        return request.query("redirect_uri").toUtf8() + '?' + answer +
               "&state=" + QUrl::toPercentEncoding(request.query("state"));
    }

    QStringList beyondConsent(const QString &scope) const
    {
        QStringList beyond;
        for (const QString &one : scope.split(QLatin1Char(' '), Qt::SkipEmptyParts))
            if (one.contains(QLatin1Char('.')) && !consented.contains(one))
                beyond << one;
        return beyond;
    }

    /// Handles both endpoints; nothing for any other request.
    std::optional<WireAnswer> operator()(const WireRequest &request, const QString &origin)
    {
        if (isAuthorize(request)) {
            nonce = request.query("nonce");
            challenge = request.query("code_challenge");
            claimsAsked << request.query("claims");
            hints << request.query("login_hint") << request.query("domain_hint");
            if (!consented.isEmpty() && consents)
                consented += beyondConsent(request.query("scope"));
            return WireAnswer{302, {}, {{"Location", redirect(request)}}};
        }
        if (!isToken(request))
            return std::nullopt;
        if (token)
            return token(request);
        if (request.form("grant_type") == QLatin1String("authorization_code") && !isProven(request))
            return WireAnswer::json({{QStringLiteral("error"), QStringLiteral("invalid_grant")},
                                     {QStringLiteral("error_description"), QStringLiteral("AADSTS501481: verifier or code")}},
                                    400);
        if (request.form("grant_type") == QLatin1String("refresh_token") && !consented.isEmpty() &&
            !beyondConsent(request.form("scope")).isEmpty())
            return WireAnswer::json({{QStringLiteral("error"), QStringLiteral("invalid_grant")},
                                     {QStringLiteral("suberror"), QStringLiteral("consent_required")},
                                     {QStringLiteral("error_description"), QStringLiteral("AADSTS65001: no consent")}},
                                    400);
        return WireAnswer::json(tokens(origin));
    }

    bool isProven(const WireRequest &request) const
    {
        const QByteArray hash = QCryptographicHash::hash(request.form("code_verifier").toLatin1(), QCryptographicHash::Sha256);
        return request.form("code") == code && base64url(hash) == challenge.toLatin1();
    }
};

inline Cloud testCloud(const QString &origin)
{
    return Cloud::fromJson({{QStringLiteral("name"), QStringLiteral("test")},
                            {QStringLiteral("login"), origin},
                            {QStringLiteral("graph"), origin},
                            {QStringLiteral("tenant"), QString::fromLatin1(testTenant)},
                            {QStringLiteral("clientId"), QString::fromLatin1(testClient)}})
        .value();
}

} // namespace pimgate::test
