#pragma once

#include "demo/login/OAuthErrors.h"
#include "demo/login/OAuthPages.h"
#include "demo/login/OAuthScopes.h"
#include "demo/login/OAuthTypes.h"
#include "demo/odata/Router.h"
#include "demo/store/Store.h"
#include "demo/store/Tenants.h"

#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <set>
#include <variant>

namespace pimgate::demo {

/// The sign-in host of all tenants: OpenID Connect discovery, authorization code flow with PKCE, refresh, device code,
/// consent and logout, and the check of the tokens it has issued. Follows the contract, sections 15 and 16.
///
/// People meet pages and keep a session in a cookie (ESTSAUTH), which is judged as in life: `prompt=none` signs in
/// silently, or says 50058, 50076 or 65001. One way is the demo's own, for scripts and for `--sign-in-as`
/// (interface.md): a request *without such a cookie* that says `prompt=none&login_hint=UPN` is answered at once. There
/// the person of the demo does on the spot what a page would ask of him: he signs in, and confirms his second factor
/// when `claims` or a policy ask for it, if he has one (`_mfaRegistered` of the user; else 50079). He never consents.
class OAuth
{
public:
    OAuth(Tenants &tenants, Router &router);

    void setOrigin(const QString &origin) { m_origin = origin; }
    void addRoutes();
    void reset() { m_kept = {}; }
    /// What the sign-ins so far have left: nothing of it lets anybody in.
    const oauth::Kept &kept() const { return m_kept; }
    void become(oauth::Kept kept) { m_kept = std::move(kept); }

    /// The caller of a Graph request by its Authorization header, or the 401 to answer.
    std::variant<Caller, Response> caller(const QByteArray &authorization) const;

private:
    using Form = oauth::Form;
    using Session = oauth::Session;
    using Grant = oauth::Grant;
    using DeviceGrant = oauth::DeviceGrant;
    using Flow = oauth::Flow;
    using BrowserAccount = oauth::BrowserAccount;
    struct Client
    {
        QString appId;
        QString displayName;
        QString publisher;
        QStringList redirectUris;
        QStringList secrets;
        bool isPublic = false;
        bool multiTenant = false;
        bool idTokens = false;           ///< may ask for id tokens at /authorize
        bool assignmentRequired = false; ///< nobody consents for himself any more (contract 5.2)
    };
    struct Wish ///< of a claims parameter
    {
        bool mfa = false;
        bool cp1 = false;
        QStringList acrs;
        bool broken = false;
    };
    /// Somebody at the door: what decide() judges.
    struct Attempt
    {
        Identity who;
        Client client;
        AskedScopes asked;
        Wish wish;
        /// A consent page that the application wants all the same: nobody is admitted before it is answered.
        enum class Consent { Settled, Asked, Declined };
        Consent consent = Consent::Settled;
        bool mfa = false;    ///< the second factor was confirmed
        bool atOnce = false; ///< the demo's person does what is asked of him (see above)
        bool deviceCode = false;
        bool refresh = false;
        QByteArray userAgent = {};
    };
    struct Decision
    {
        Refusal refusal; ///< 50074/50076/50079: a second factor would help; 65001: consent would
        QList<ResourceScopes> missing = {};
        Session session = {};
    };
    struct Browser
    {
        QString key; ///< among the browsers that are known
        QList<BrowserAccount> accounts;
    };
    // OAuth.cpp: routes, metadata, clients, errors
    void startRequest(const Request &request);
    Response discovery(const Request &request);
    Response instanceDiscovery(const Request &request);
    Response keys(const Request &request);
    Response userInfo(const Request &request);
    std::optional<Client> client(const Store &store, const QString &appId) const;
    std::optional<Client> clientAt(const QString &alias, const QString &appId) const;
    static bool redirectAllowed(const Client &client, const QString &redirectUri);
    static Wish readClaims(const QString &claims);
    ErrorDetails details(const Refusal &refusal) const;
    Response refuse(const Refusal &refusal) const;
    Response refusePage(const Refusal &refusal) const { return errorPage(details(refusal)); }
    QString issuer(const QString &tid) const;
    QString tenantName(const QString &alias) const;
    void prune();

    // OAuthAuthorize.cpp: /authorize, and the answer to the application
    Response authorize(const Request &request, const Form &form);
    Refusal faultIn(const Form &form, const Client &client, const Store &store) const;
    Response silently(const Request &request, const QString &alias, const Form &form, const Client &client);
    Response answerAuthorize(const Form &form, Session session);
    Response refuseTo(const Form &form, const Refusal &refusal) const;
    Response redirect(const Form &form, FormValues values) const;

    // OAuthDecide.cpp: all rules of the tenant are asked here
    Decision decide(Attempt attempt);

    // OAuthFlow.cpp: the pages
    Response startFlow(Flow flow, const Request &request);
    Response proceed(const QString &id, const Request &request);
    Response step(const Request &request);
    Response stepAccount(Flow &flow, const Form &form, const Request &request);
    Response stepStrong(const QString &id, Flow &flow, const Form &form, const Request &request);
    Response stepConsent(const QString &id, Flow &flow, const Form &form, const Request &request);
    Response askAccount(const QString &id, const Flow &flow, const Request &request, const QString &problem);
    Response askStrong(const QString &id, Flow &flow, const Identity &who, const QString &problem);
    Response askConsent(const QString &id, const Flow &flow, const Attempt &attempt, const QList<ResourceScopes> &missing);
    Response finish(const QString &id, const Attempt &attempt, const Session &session, const Request &request);
    Response decline(const QString &id, const Flow &flow, const Request &request);
    std::optional<Attempt> attemptOf(const Flow &flow, const Request &request, Refusal &refusal) const;
    PageFrame frameOf(const QString &id, const Flow &flow) const;
    Response adminConsent(const Request &request);

    // OAuthSession.cpp: the browser's cookie, and logout
    Browser browserOf(const Request &request) const;
    bool isAlive(const BrowserAccount &account) const;
    void remember(const Identity &who, const QString &clientId, bool mfa, const Request &request, Response &response);
    QByteArray cookie(const QString &name, const QString &value) const;
    Response logout(const Request &request, const Form &form);

    // OAuthDevice.cpp
    Response deviceCode(const Request &request);
    Response deviceSignIn(const Request &request);
    Response redeemDevice(const Form &form, const Client &client);
    DeviceGrant *deviceGrant(const QString &userCode);

    // OAuthTokens.cpp: the token endpoint
    Response token(const Request &request);
    Refusal authenticate(const Client &client, const Form &form, const Request &request) const;
    Response redeemCode(const QString &alias, const Form &form, const Client &client);
    Response redeemRefresh(const QString &alias, const Form &form, const Client &client);
    Decision renew(const QString &alias, const Session &old, const Client &client, const Form &form);
    static bool satisfies(const Session &session, const Wish &wish);
    Refusal narrow(Session &session, const QString &scope) const;

    // OAuthIssue.cpp: tokens, made and checked
    Response issue(const Session &session, const QString &nonce, bool clientInfo);
    QString idToken(const Session &session, const QString &nonce, const QString &code) const;
    QString accessToken(const Session &session, qint64 lifetime);
    qint64 lifetimeOf(const Session &session) const;
    static QString clientInfo(const Session &session);
    const QJsonObject *accountOf(const QString &homeTid, const QString &userId) const;
    /// The payload of a token of ours; nothing when it is forged or malformed.
    static std::optional<QJsonObject> readToken(const QByteArray &token);

    Tenants &m_tenants;
    Router &m_router;
    QString m_origin;
    QString m_correlation; ///< of the request that is being answered
    oauth::Kept m_kept;
};

} // namespace pimgate::demo
