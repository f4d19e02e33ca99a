#pragma once

#include "base/Clock.h"
#include "identity/Browser.h"
#include "identity/Cloud.h"
#include "net/Http.h"

#include <QDateTime>
#include <QStringList>

#include <memory>
#include <optional>
#include <stop_token>

namespace pimgate {

namespace TokenEndpoint {
struct Answer;
}
struct CachedAccount;
struct DeviceCode;

/// Whom a sign-in is for; empty: whoever signs in.
struct Who
{
    QString userName; ///< offered in the browser
    QString objectId; ///< in this tenant; somebody else's sign-in is refused
};

/// Who is signed in, read from the id token and the access token.
struct Account
{
    QString objectId;
    QString tenantId;
    QString userName; ///< UPN
    QString displayName;
    QStringList scopes;
    QDateTime expires; ///< of the access token, UTC
    /// Template ids of the directory roles that the access token carries (wids): a hint, and all there is about a partner's
    /// person (graph-contract 16.2).
    QStringList roleTemplates = {};
    bool isValid() const { return !objectId.isEmpty(); }
};

class TokenCache;

/// One person signed in to one tenant. Hands out access tokens: from memory, by refresh (one at a time for all
/// callers), or by one interactive call. Tokens live here and in the keychain only.
/// A refresh token that the host no longer takes leads to one question in the browser, not to one for every caller.
class Session : public QObject
{
    Q_OBJECT
public:
    /// @param cache where refresh tokens are kept between runs; null: this session only.
    Session(Http &http, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache *cache = nullptr, QObject *parent = nullptr);
    ~Session() override;

    /// Authorization code with PKCE, state and nonce in the browser. Cancelled within a second of stop.
    /// SignIn with code "WrongAccount" when somebody else came back than expected.
    Task<Result<Account>> signIn(Who who = {}, std::stop_token stop = {});
    /// The same by device code, for a computer without a browser: deviceCodeReady() tells what to show. The code cannot
    /// satisfy an authentication context, nor a policy about the device.
    Task<Result<Account>> signInByCode(std::stop_token stop = {});
    /// A valid access token: renewed ahead of its expiry by the tenant's clock. No browser.
    Task<Result<Secret>> token(std::stop_token stop = {});
    /// After a 401: the token that replaced the rejected one, or one renewal for all callers that had the same.
    Task<Result<Secret>> renewed(Secret rejected, std::stop_token stop = {});
    /// After a claims challenge: one interactive call with those claims; exactly that new token is returned.
    Task<Result<Secret>> stepUp(QString claims, std::stop_token stop = {});
    /// Makes sure that these permissions were granted: silently where somebody has consented before, else by one
    /// interactive call. Denied, naming what they are for, when they are not.
    Task<Outcome> permit(QStringList scopes, std::stop_token stop = {});
    /// PIMGATE_ACCESS_TOKEN: serves without sign-in; a claims challenge then fails.
    void adopt(const Secret &accessToken);
    /// Takes up a cached account silently: its access token while that is fresh, else by refresh. NotFound when there is none.
    Task<Result<Account>> resume(std::stop_token stop = {});
    /// The same with one that was chosen. Kept for another tenant, its refresh token is tried in this one: a partner's
    /// person, or a guest (graph-contract 16.2).
    Task<Result<Account>> resumeAs(CachedAccount account, std::stop_token stop = {});
    Task<Outcome> signOut();
    /// Keeps what is signed in once more, after the keychain was unlocked or given up; notKept() when it failed again.
    Task<> keep();

    /// Whether it may open a browser by itself when the host wants the person again; true unless told.
    void setMayAsk(bool mayAsk);
    /// Whom the browser is asking for something right now, and the link for one that did not open.
    struct Asking
    {
        QString userName; ///< empty: whoever signs in
        QUrl link;
    };
    std::optional<Asking> asking() const;
    /// The person does not want to: everybody who waits for the answer is told so.
    void stopAsking();

    const Account &account() const { return m_account; }
    const Cloud &cloud() const { return m_cloud; }
    Http &http() { return m_http; }
    Clock &clock() { return m_http.clock(); }
    Browser &browser() { return *m_browser; }
    /// What is asked for at the next sign-in; Permissions::toLook() unless told.
    void setScopes(const QStringList &scopes) { m_scopes = scopes; }

Q_SIGNALS:
    void accountChanged();
    void askingChanged();
    /// The browser could not be opened or has not come back: the link to copy.
    void linkReady(const QUrl &url);
    void deviceCodeReady(const pimgate::DeviceCode &code);
    /// The keychain does not take the sign-in: it lasts while the program runs.
    void notKept(const pimgate::Error &error);
    /// For callers of token() and stepUp() that wait for another caller's.
    void renewalEnded();
    void stepUpEnded();

private:
    struct Private;
    struct Question;
    struct Refused;
    bool hasFreshToken() const;
    Result<Secret> heldToken() const;
    HttpRequest refreshRequest() const;
    Task<std::optional<Refused>> refresh();
    Task<> renew();
    Task<Outcome> askPermission(QStringList scopes, std::stop_token stop);
    Question sameAgain(const QString &claims) const;
    Task<Result<Account>> interact(Question question, std::stop_token stop);
    Task<Result<QString>> askBrowserTurn(QString userName, std::stop_token stop);
    Task<Result<QString>> tenantId(std::stop_token stop);
    void setAsking(const std::optional<Asking> &asking);
    CachedAccount cached() const;
    void takeUp(const CachedAccount &cached);
    QString homeAccountOf(const TokenEndpoint::Answer &answer, const Account &account) const;
    Cloud cloudOfAnswer(const Question &question) const;
    Result<Account> take(const QByteArray &tokenAnswer, const QString &nonce, const Question &question);
    Task<> forgetStale();

    Http &m_http;
    Cloud m_cloud;
    std::unique_ptr<Browser> m_browser;
    TokenCache *m_cache;
    QStringList m_scopes;
    Account m_account;
    Secret m_accessToken;
    Secret m_refreshToken;
    std::unique_ptr<Private> d;
};

} // namespace pimgate
