#pragma once

#include "base/Clock.h"
#include "identity/Browser.h"
#include "identity/Cloud.h"
#include "net/Http.h"

#include <QDateTime>
#include <QStringList>

#include <functional>
#include <memory>

namespace pimgate {

struct CachedAccount;
struct DeviceCode;

/// Who is signed in, read from the id token and the access token.
struct Account
{
    QString objectId;
    QString tenantId;
    QString userName; ///< UPN
    QString displayName;
    QStringList scopes;
    QDateTime expires; ///< of the access token, UTC
    bool isValid() const { return !objectId.isEmpty(); }
};

class TokenCache;

/// One person signed in to one tenant. Hands out access tokens: from memory, by refresh (one at a time for all
/// callers), or by one interactive call. Tokens live here and in the keychain only.
class Session : public QObject
{
    Q_OBJECT
public:
    /// @param cache where refresh tokens are kept between runs; null: this session only.
    Session(Http &http, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache *cache = nullptr, QObject *parent = nullptr);
    ~Session() override;

    /// Authorization code with PKCE, state and nonce in the browser. Cancelled within a second of stop.
    /// @param loginHint UPN to offer, may be empty. @param claims claims request (JSON), merged with our own cp1.
    Task<Result<Account>> signIn(QString loginHint = {}, QString claims = {}, std::stop_token stop = {});
    /// The same by device code, for a computer without a browser: deviceCodeReady() tells what to show. The code cannot
    /// satisfy an authentication context, nor a policy about the device.
    Task<Result<Account>> signInByCode(std::stop_token stop = {});
    /// A valid access token: renewed ahead of its expiry by the tenant's clock. No browser.
    Task<Result<Secret>> token(std::stop_token stop = {});
    /// After a 401: the token that replaced the rejected one, or one renewal for all callers that had the same.
    Task<Result<Secret>> renewed(Secret rejected, std::stop_token stop = {});
    /// After a claims challenge: one interactive call with those claims; exactly that new token is returned.
    Task<Result<Secret>> stepUp(QString claims, std::stop_token stop = {});
    /// PIMGATE_ACCESS_TOKEN: serves without sign-in; a claims challenge then fails.
    void adopt(const Secret &accessToken);
    /// Takes up a cached account silently: its access token while that is fresh, else by refresh. NotFound when there is none.
    Task<Result<Account>> resume(std::stop_token stop = {});
    Task<Outcome> signOut();

    const Account &account() const { return m_account; }
    const Cloud &cloud() const { return m_cloud; }
    Http &http() { return m_http; }
    Clock &clock() { return m_http.clock(); }
    Browser &browser() { return *m_browser; }
    void setScopes(const QStringList &scopes) { m_scopes = scopes; }

    /// Everything the wizard asks for (graph-contract 2.5), and what an eligible user or approver needs.
    static QStringList wizardScopes();
    static QStringList memberScopes();

Q_SIGNALS:
    void accountChanged();
    /// The browser could not be opened or has not come back: the link to copy.
    void linkReady(const QUrl &url);
    void deviceCodeReady(const pimgate::DeviceCode &code);
    /// The keychain does not take the sign-in: it lasts while the program runs.
    void notKept(const pimgate::Error &error);
    /// For callers of token() and stepUp() that wait for another caller's.
    void renewalEnded();
    void stepUpEnded();

private:
    bool hasFreshToken() const;
    Result<Secret> heldToken() const;
    HttpRequest refreshRequest() const;
    Task<> renew();
    CachedAccount cached() const;
    void takeUp(const CachedAccount &cached);
    Task<Result<Account>> interact(QString loginHint, QString claims, QString onlyFor, std::stop_token stop);
    Result<Account> take(const QByteArray &tokenAnswer, const QString &nonce, const QString &onlyFor);
    Task<> keep();
    Task<> forgetStale();

    Http &m_http;
    Cloud m_cloud;
    std::unique_ptr<Browser> m_browser;
    TokenCache *m_cache;
    QStringList m_scopes = wizardScopes();
    Account m_account;
    Secret m_accessToken;
    Secret m_refreshToken;
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace pimgate
