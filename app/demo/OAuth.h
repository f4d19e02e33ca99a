#pragma once

#include "demo/Router.h"
#include "demo/Store.h"
#include "demo/Tenants.h"

#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QStringList>

#include <map>
#include <variant>

namespace pimgate::demo {

/// The sign-in host: OpenID Connect discovery, authorization code flow with PKCE, refresh and device code for public
/// clients, and the check of the tokens it has issued. Follows the contract, section 16.
class OAuth
{
public:
    OAuth(Tenants &tenants, Router &router);

    void setOrigin(const QString &origin) { m_origin = origin; }
    void addRoutes();
    void reset();

    /// The caller of a Graph request by its Authorization header, or the 401 to answer.
    std::variant<Caller, Response> caller(const QByteArray &authorization) const;

private:
    using Form = QMap<QString, QString>;
    /// What a person agreed to at one sign-in; lives on in refresh tokens.
    struct Session
    {
        QString userId;
        QString clientId;
        QStringList scopes;
        QStringList amr{QStringLiteral("pwd")};
        QStringList acrs = {};
        bool cp1 = false;
        int generation = 0; ///< of the user's sessions; revokeSignInSessions counts it up
    };
    struct Grant ///< behind an authorization code
    {
        Session session;
        QString redirectUri;
        QString challenge;
        QString nonce;
        QDateTime expires;
        bool used = false;
    };
    struct DeviceGrant
    {
        QString userCode;
        QString clientId;
        QStringList scopes;
        QDateTime expires;
        QDateTime lastPoll = {};
        int interval = 5;
        QString userId = {}; ///< empty: nobody has signed in yet
        bool declined = false;
    };
    struct Client
    {
        QString appId;
        QString displayName;
        QStringList redirectUris;
        bool isPublic = false;
    };
    struct Wish ///< of a claims parameter
    {
        bool mfa = false;
        bool cp1 = false;
        QStringList acrs;
        bool broken = false;
    };

    Response discovery(const Request &request) const;
    Response keys() const;
    Response authorize(const Request &request, const Form &form);
    Response answerAuthorize(const Form &form, const QString &redirectUri, const QString &userId, const QByteArray &userAgent);
    Response choosePerson(const QString &path, const Form &form) const;
    Response deviceCode(const Request &request);
    Response deviceSignIn(const Request &request);
    Response logout(const Request &request) const;
    Response token(const Request &request);
    Response redeemCode(const Form &form, const Client &client);
    Response redeemRefresh(const Form &form, const Client &client);
    Response redeemDevice(const Form &form, const Client &client);
    Response issue(const Session &session, const QString &nonce);

    bool knowsTenant(const QString &tenant) const;
    std::optional<Client> client(const QString &appId) const;
    std::optional<QStringList> graphScopes(const QString &scope) const;
    static bool redirectAllowed(const Client &client, const QString &redirectUri);
    static Wish readClaims(const QString &claims);
    std::optional<Session> signIn(const QString &userId, const QString &clientId, const QStringList &scopes, const Wish &wish,
                                  const QByteArray &userAgent, bool deviceCode, Response &refusal);
    QString idToken(const Session &session, const QString &nonce) const;
    QString accessToken(const Session &session) const;
    QString jwt(const QJsonObject &payload) const;
    QString issuer() const;

    struct Refusal
    {
        int status = 400;
        const char *error = "invalid_request";
        int code = 0;
        QString message;
        const char *suberror = nullptr;
        QString claims = {};
    };
    Response refuse(const Refusal &refusal) const;
    QString describe(int code, const QString &message) const;
    Response errorPage(int code, const QString &message) const;
    Response redirect(const Form &form, const QString &redirectUri, const QList<std::pair<QString, QString>> &values) const;

    Tenants &m_tenants;
    Store &m_store;
    Router &m_router;
    QString m_origin;
    std::map<QString, Grant> m_grants;
    std::map<QString, Session> m_refreshTokens;
    std::map<QString, DeviceGrant> m_deviceGrants;
};

} // namespace pimgate::demo
