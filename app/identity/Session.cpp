#include "identity/Session.h"

#include "identity/Claims.h"
#include "identity/DeviceSignIn.h"
#include "identity/IdToken.h"
#include "identity/Permissions.h"
#include "identity/SignIn.h"
#include "identity/SignInErrors.h"
#include "identity/TenantLookup.h"
#include "identity/TokenCache.h"
#include "identity/TokenEndpoint.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <QPointer>

#include <algorithm>

namespace pimgate {
namespace {

constexpr qint64 renewalMarginSeconds = 300;

Error sessionError(Error::Kind kind, const char *message, const char *next = nullptr)
{
    Error error;
    error.kind = kind;
    error.message = QCoreApplication::translate("Session", message);
    if (next)
        error.next = QCoreApplication::translate("Session", next);
    return error;
}

Error stopped()
{
    return sessionError(Error::Kind::Cancelled, QT_TRANSLATE_NOOP("Session", "Stopped."));
}

Error notSignedIn()
{
    return sessionError(Error::Kind::SignIn, QT_TRANSLATE_NOOP("Session", "The sign-in has ended."),
                        QT_TRANSLATE_NOOP("Session", "Sign in again."));
}

/// The same person for another tenant: who he is there, only that tenant's own token tells.
CachedAccount refreshTokenOf(const CachedAccount &account)
{
    CachedAccount bare;
    bare.loginHost = account.loginHost;
    bare.clientId = account.clientId;
    bare.userName = account.userName;
    bare.homeAccountId = account.homeAccountId;
    bare.clientInfo = account.clientInfo;
    bare.refreshToken = account.refreshToken;
    return bare;
}

void readClaims(Account &account, const QJsonObject &claims)
{
    account.objectId = claims.value(QStringLiteral("oid")).toString(claims.value(QStringLiteral("sub")).toString());
    account.tenantId = claims.value(QStringLiteral("tid")).toString();
    account.userName =
        claims.value(QStringLiteral("preferred_username")).toString(claims.value(QStringLiteral("upn")).toString());
    account.displayName = claims.value(QStringLiteral("name")).toString(account.userName);
}

Error somebodyElse(const QString &came, const QString &expected)
{
    Error error = sessionError(
        Error::Kind::SignIn, QT_TRANSLATE_NOOP("Session", "%1 has signed in, but this is for %2."),
        QT_TRANSLATE_NOOP("Session", "Your browser still holds another person's sign-in: choose “Use another account” there, or "
                                     "open the link in a private window."));
    error.message = error.message.arg(came, expected);
    error.code = QStringLiteral("WrongAccount");
    return error;
}

Error notGranted(const QStringList &missing)
{
    Error error = sessionError(Error::Kind::Denied, QT_TRANSLATE_NOOP("Session", "PIM Gate was not granted: %1."),
                               QT_TRANSLATE_NOOP("Session", "Have a Global Administrator grant it for the whole tenant; the page "
                                                            "“Application registration” has the link."));
    error.message = error.message.arg(Permissions::inWords(missing));
    error.code = QStringLiteral("PermissionNotGranted");
    return error;
}

} // namespace

struct Session::Private
{
    bool adopted = false;
    bool mayAsk = true;
    bool renewing = false;
    Outcome renewal;
    bool steppingUp = false;
    int stepUps = 0;
    QString stepUpClaims;
    Result<Secret> stepUp;
    std::optional<Asking> asking;
    int declined = 0; ///< how often the person said no to all who wait
    std::stop_source askingStop;
    qint64 lifetimeSeconds = 3600;
    QString tenantId; ///< which tenant the cloud's domain belongs to, once it was asked for
    QString homeAccountId;
    QString clientInfo;
    Secret idToken;
};

/// What the person is asked for in the browser, and who may answer.
struct Session::Question
{
    Who who;
    QString homeAccountId; ///< nobody else is taken; empty: not known yet
    QString claims;
};

/// Why the token endpoint gave no token for the refresh token.
struct Session::Refused
{
    Error error;
    bool wantsThePerson = false;
};

Session::Session(Http &http, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache *cache, QObject *parent)
    : QObject(parent), m_http(http), m_cloud(std::move(cloud)), m_browser(std::move(browser)), m_cache(cache),
      m_scopes(Permissions::toLook()), d(std::make_unique<Private>())
{
    if (clock().timeScale() != m_cloud.timeScale)
        clock().setTimeScale(m_cloud.timeScale);
    if (!m_cloud.caFile.isEmpty())
        (void)m_http.trust(m_cloud.caFile); // a wrong file shows as a refused TLS connection
}

Session::~Session() = default;

Task<Result<Account>> Session::signIn(Who who, std::stop_token stop)
{
    const Question question{who, {}, {}};
    co_return co_await interact(question, stop);
}

Session::Question Session::sameAgain(const QString &claims) const
{
    return {{m_account.userName, m_account.objectId}, d->homeAccountId, claims};
}

/// One browser window at a time, whoever opens it.
Task<Result<QString>> Session::askBrowserTurn(QString userName, std::stop_token stop)
{
    const std::stop_callback<std::function<void()>> wakeOnStop(stop, [this] {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT askingChanged(); }, Qt::QueuedConnection);
    });
    const int declined = d->declined;
    while (d->asking && !stop.stop_requested())
        co_await untilEmitted(this, &Session::askingChanged);
    if (stop.stop_requested() || declined != d->declined)
        co_return failure(stopped());
    d->askingStop = std::stop_source();
    setAsking(Asking{userName, {}});
    // Before any window opens: a mistyped domain is said here, and the id token must be of that very tenant.
    const std::stop_token asking = d->askingStop.get_token();
    co_return co_await tenantId(asking);
}

Task<Result<Account>> Session::interact(Question question, std::stop_token stop)
{
    if (const auto may = m_cloud.mayAskForSignIn(); !may)
        co_return failure(may.error());
    const QPointer<Session> self(this);
    const QString userName = question.who.userName;
    const auto tenant = co_await askBrowserTurn(userName, stop);
    if (!self)
        co_return failure(stopped());
    if (!tenant) {
        setAsking(std::nullopt);
        co_return failure(tenant.error());
    }
    const std::stop_callback<std::function<void()>> stopAsking(stop,
                                                               [source = d->askingStop]() mutable { source.request_stop(); });
    SignIn signIn(m_http, m_cloud, *m_browser);
    connect(&signIn, &SignIn::linkReady, this, &Session::linkReady);
    connect(&signIn, &SignIn::opening, this, [this, userName](const QUrl &link) { setAsking(Asking{userName, link}); });
    const SignIn::Ask ask{question.who.userName, Claims::merged(question.claims), m_scopes};
    const std::stop_token asking = d->askingStop.get_token();
    const auto tokens = co_await signIn.run(ask, asking);
    if (!self)
        co_return failure(stopped());
    setAsking(std::nullopt);
    if (!tokens)
        co_return failure(tokens.error());
    const auto account = take(tokens->json, tokens->nonce, question);
    if (!account)
        co_return failure(account.error());
    co_await keep();
    co_return account;
}

Task<Result<Account>> Session::signInByCode(std::stop_token stop)
{
    if (const auto may = m_cloud.mayAskForSignIn(); !may)
        co_return failure(may.error());
    const QPointer<Session> self(this);
    const auto tenant = co_await tenantId(stop);
    if (!self)
        co_return failure(stopped());
    if (!tenant)
        co_return failure(tenant.error());
    DeviceSignIn signIn(m_http, m_cloud);
    connect(&signIn, &DeviceSignIn::codeReady, this, &Session::deviceCodeReady);
    const QStringList scopes = m_scopes;
    const QString claims = Claims::ours();
    const auto tokens = co_await signIn.run(scopes, claims, stop);
    if (!self)
        co_return failure(stopped());
    if (!tokens)
        co_return failure(tokens.error());
    const auto account = take(*tokens, QString(), Question());
    if (!account)
        co_return failure(account.error());
    co_await keep();
    co_return account;
}

/// Empty where any tenant will do.
Task<Result<QString>> Session::tenantId(std::stop_token stop)
{
    if (!d->tenantId.isEmpty() || m_cloud.tenant.isEmpty())
        co_return QString(d->tenantId);
    const QPointer<Session> self(this);
    const auto found = co_await lookUpTenant(m_http, m_cloud, stop);
    if (found && self)
        d->tenantId = *found;
    co_return found;
}

void Session::setMayAsk(bool mayAsk)
{
    d->mayAsk = mayAsk;
}

std::optional<Session::Asking> Session::asking() const
{
    return d->asking;
}

void Session::setAsking(const std::optional<Asking> &asking)
{
    d->asking = asking;
    Q_EMIT askingChanged();
}

void Session::stopAsking()
{
    if (!d->asking)
        return;
    ++d->declined;
    d->askingStop.request_stop();
}

Task<Result<Secret>> Session::token(std::stop_token stop)
{
    if (hasFreshToken())
        co_return heldToken();
    const Secret stale = m_accessToken;
    co_return co_await renewed(stale, stop);
}

/// A copy: QCoro 0.8 moves out of whatever lvalue co_return names, a member too.
Result<Secret> Session::heldToken() const
{
    return m_accessToken;
}

bool Session::hasFreshToken() const
{
    const qint64 margin = std::min(renewalMarginSeconds, d->lifetimeSeconds / 5);
    return !m_accessToken.isEmpty() && m_http.clock().now().addSecs(margin) < m_account.expires;
}

Task<Result<Secret>> Session::renewed(Secret rejected, std::stop_token stop)
{
    if (!(m_accessToken == rejected) && hasFreshToken())
        co_return heldToken();
    if (!d->renewing) {
        d->renewing = true;
        launch(this, renew(), [] {});
    }
    const std::stop_callback<std::function<void()>> wakeOnStop(stop, [this] {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT renewalEnded(); }, Qt::QueuedConnection);
    });
    while (d->renewing && !stop.stop_requested())
        co_await untilEmitted(this, &Session::renewalEnded);
    if (stop.stop_requested())
        co_return failure(stopped());
    if (!d->renewal)
        co_return failure(d->renewal.error());
    co_return heldToken();
}

Task<> Session::renew()
{
    const QPointer<Session> self(this);
    if (m_refreshToken.isEmpty()) {
        d->renewal = failure(notSignedIn());
    } else {
        const auto refused = co_await refresh();
        if (!self)
            co_return;
        d->renewal = refused ? Outcome(failure(refused->error)) : Outcome();
        if (refused && refused->wantsThePerson && d->mayAsk && !m_account.userName.isEmpty()) {
            // The dead token is gone by now: whoever comes after a "no" is told, not asked again.
            const Question question = sameAgain(refused->error.claims);
            const std::stop_token untilAnswered;
            const auto account = co_await interact(question, untilAnswered);
            if (!self)
                co_return;
            d->renewal = account ? Outcome() : Outcome(failure(account.error()));
        }
    }
    d->renewing = false;
    Q_EMIT renewalEnded();
}

/// Sends the refresh token once. What comes back is kept before anybody uses it: the host may take the old one no more.
Task<std::optional<Session::Refused>> Session::refresh()
{
    const QPointer<Session> self(this);
    // No stop: the first caller must not take the renewal away from the others.
    const HttpRequest request = refreshRequest();
    const auto answer = co_await m_http.send(request);
    if (!self)
        co_return Refused{stopped()};
    if (!answer)
        co_return Refused{answer.error()};
    if (answer->status != 200) {
        const Error error = SignInErrors::fromTokenAnswer(answer->status, answer->body);
        const bool again = TokenEndpoint::wantsThePerson(answer->body);
        if (again && TokenEndpoint::isTheEnd(error))
            co_await forgetStale();
        co_return Refused{error, again};
    }
    const auto account = take(answer->body, {}, sameAgain({}));
    if (!account)
        co_return Refused{account.error()};
    co_await keep();
    co_return std::nullopt;
}

HttpRequest Session::refreshRequest() const
{
    return TokenEndpoint::request(m_cloud.tokenUrl(),
                                  {{"grant_type", QStringLiteral("refresh_token")},
                                   {"client_id", m_cloud.clientId},
                                   {"refresh_token", QString::fromUtf8(m_refreshToken.reveal())},
                                   {"scope", scopeText(m_cloud, m_scopes)},
                                   {"claims", Claims::ours()}, // cp1 lives on only when asked for again (graph-contract 7.8)
                                   {"client_info", QStringLiteral("1")}});
}

Task<Outcome> Session::permit(QStringList scopes, std::stop_token stop)
{
    const QStringList missing = Permissions::missing(scopes, m_account.scopes);
    const bool notKnown = d->adopted && m_account.scopes.isEmpty(); // a token that cannot be read: the service decides
    if (missing.isEmpty() || notKnown)
        co_return Outcome();
    if (d->adopted)
        co_return failure(notGranted(missing));
    co_return co_await askPermission(missing, stop);
}

Task<Outcome> Session::askPermission(QStringList scopes, std::stop_token stop)
{
    const QPointer<Session> self(this);
    while (d->renewing && !stop.stop_requested()) // one that is under way asks for less
        co_await untilEmitted(this, &Session::renewalEnded);
    if (!self || stop.stop_requested())
        co_return failure(stopped());
    const QStringList before = m_scopes;
    m_scopes += Permissions::missing(scopes, m_scopes);
    // Silently where somebody has consented before; the host says so when it wants the person.
    const Secret narrow = m_accessToken;
    const auto token = co_await renewed(narrow, stop);
    if (!self)
        co_return failure(stopped());
    const QStringList missing = Permissions::missing(scopes, m_account.scopes);
    if (token && missing.isEmpty())
        co_return Outcome();
    m_scopes = before; // or every later renewal would ask for them again
    co_return failure(token ? notGranted(missing) : token.error());
}

/// The cloud with the id of the tenant that the answer must be of, where it is known.
Cloud Session::cloudOfAnswer(const Question &question) const
{
    Cloud cloud = m_cloud;
    if (!d->tenantId.isEmpty())
        cloud.tenant = d->tenantId;
    else if (!question.who.objectId.isEmpty() && !question.homeAccountId.isEmpty()) // the same person again
        cloud.tenant = m_account.tenantId;
    return cloud;
}

Result<Account> Session::take(const QByteArray &tokenAnswer, const QString &nonce, const Question &question)
{
    const TokenEndpoint::Answer answer = TokenEndpoint::read(tokenAnswer);
    if (answer.accessToken.isEmpty())
        return failure(sessionError(Error::Kind::Protocol,
                                    QT_TRANSLATE_NOOP("Session", "The sign-in host's answer holds no access token."),
                                    QT_TRANSLATE_NOOP("Session", "Sign in again.")));
    Account account = m_account;
    // Only a renewal may do without: of a sign-in, nothing else tells who it was.
    const bool signsIn = !nonce.isEmpty() || question.homeAccountId.isEmpty();
    if (!answer.idToken.isEmpty() || signsIn) {
        const auto claims = IdToken::check(answer.idToken.reveal(), cloudOfAnswer(question), nonce, clock().now());
        if (!claims)
            return failure(claims.error());
        readClaims(account, *claims);
    }
    const QString home = homeAccountOf(answer, account);
    const bool another = (!question.who.objectId.isEmpty() && question.who.objectId != account.objectId) ||
                         (!question.homeAccountId.isEmpty() && question.homeAccountId != home);
    if (another)
        return failure(somebodyElse(account.userName, question.who.userName));
    d->lifetimeSeconds = answer.lifetimeSeconds;
    account.expires = clock().now().addSecs(d->lifetimeSeconds);
    if (!answer.scopes.isEmpty())
        account.scopes = answer.scopes;
    account.roleTemplates = TokenEndpoint::roleTemplates(answer.accessToken);
    d->homeAccountId = home;
    if (!answer.clientInfo.isEmpty())
        d->clientInfo = answer.clientInfo;
    if (!answer.idToken.isEmpty())
        d->idToken = answer.idToken;
    d->adopted = false;
    m_accessToken = answer.accessToken;
    if (!answer.refreshToken.isEmpty())
        m_refreshToken = answer.refreshToken;
    m_account = account;
    Q_EMIT accountChanged();
    return account;
}

/// A host that does not say where the account is at home leaves it where it was, or here.
QString Session::homeAccountOf(const TokenEndpoint::Answer &answer, const Account &account) const
{
    if (!answer.homeAccountId.isEmpty())
        return answer.homeAccountId;
    const bool samePerson = account.objectId == m_account.objectId && !d->homeAccountId.isEmpty();
    return samePerson ? d->homeAccountId : account.objectId + QLatin1Char('.') + account.tenantId;
}

Task<Result<Secret>> Session::stepUp(QString claims, std::stop_token stop)
{
    if (d->adopted)
        co_return failure(sessionError(
            Error::Kind::SignIn,
            QT_TRANSLATE_NOOP("Session", "The tenant wants a stronger sign-in than the access token that was given."),
            QT_TRANSLATE_NOOP("Session", "Sign in in PIM Gate instead of giving it a token.")));
    const std::stop_callback<std::function<void()>> wakeOnStop(stop, [this] {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT stepUpEnded(); }, Qt::QueuedConnection);
    });
    // One browser window at a time; whoever waits for the same claims takes the same token.
    while (d->steppingUp && !stop.stop_requested()) {
        const bool same = d->stepUpClaims == claims;
        const int before = d->stepUps, declined = d->declined;
        co_await untilEmitted(this, &Session::stepUpEnded);
        // The first caller's stop is his own; the person's "no" is meant for all.
        const bool stopOfAnother = !d->stepUp && d->stepUp.error().is(Error::Kind::Cancelled) && declined == d->declined;
        if (same && d->stepUps != before && !stopOfAnother)
            co_return Result<Secret>(d->stepUp);
    }
    if (stop.stop_requested())
        co_return failure(stopped());

    const QPointer<Session> self(this);
    d->steppingUp = true;
    d->stepUpClaims = claims;
    const Question question = sameAgain(claims);
    const auto account = co_await interact(question, stop);
    if (!self)
        co_return failure(stopped());
    d->stepUp = account ? Result<Secret>(m_accessToken) : Result<Secret>(failure(account.error()));
    d->steppingUp = false;
    ++d->stepUps;
    const Result<Secret> result = d->stepUp;
    Q_EMIT stepUpEnded();
    co_return result;
}

void Session::adopt(const Secret &accessToken)
{
    const QJsonObject claims = IdToken::payload(accessToken.reveal());
    d->adopted = true;
    m_accessToken = accessToken;
    m_refreshToken = Secret();
    m_account = Account();
    readClaims(m_account, claims);
    m_account.scopes = TokenEndpoint::shortScopes(claims.value(QStringLiteral("scp")).toString());
    m_account.roleTemplates = TokenEndpoint::roleTemplates(accessToken);
    const qint64 expires = qint64(claims.value(QStringLiteral("exp")).toDouble());
    // A token that cannot be read is used until the service refuses it.
    m_account.expires = expires > 0 ? QDateTime::fromSecsSinceEpoch(expires).toUTC() : clock().now().addYears(1);
    d->lifetimeSeconds = 0;
    Q_EMIT accountChanged();
}

Task<Result<Account>> Session::resume(std::stop_token stop)
{
    const Error nobody = sessionError(Error::Kind::NotFound, QT_TRANSLATE_NOOP("Session", "Nobody is signed in to this tenant."),
                                      QT_TRANSLATE_NOOP("Session", "Sign in."));
    if (!m_cache)
        co_return failure(nobody);
    const QPointer<Session> self(this);
    const QString host = m_cloud.login.authority();
    const QString tenant = m_cloud.tenant;
    const QString clientId = m_cloud.clientId;
    const auto cached = co_await m_cache->find(host, tenant, clientId);
    if (!self)
        co_return failure(stopped());
    if (!cached)
        co_return failure(cached.error());
    if (!*cached)
        co_return failure(nobody);
    takeUp(**cached);
    const auto token = co_await this->token(stop);
    if (!self)
        co_return failure(stopped());
    if (!token)
        co_return failure(token.error());
    co_return Result<Account>(m_account);
}

Task<Result<Account>> Session::resumeAs(CachedAccount account, std::stop_token stop)
{
    const QPointer<Session> self(this);
    const auto here = co_await tenantId(stop);
    if (!self)
        co_return failure(stopped());
    if (!here)
        co_return failure(here.error());
    if (m_cache) { // rotated since it was chosen, perhaps: the cache has the newest
        const auto kept = co_await m_cache->accounts();
        for (const CachedAccount &newest : kept.value_or(QList<CachedAccount>()))
            if (newest.homeAccountId == account.homeAccountId && newest.loginHost == account.loginHost &&
                newest.clientId == account.clientId)
                account.refreshToken = newest.refreshToken;
    }
    if (!self)
        co_return failure(stopped());
    const bool elsewhere = !here->isEmpty() && here->compare(account.tenantId, Qt::CaseInsensitive) != 0;
    takeUp(elsewhere ? refreshTokenOf(account) : account);
    const auto token = co_await this->token(stop);
    if (!self)
        co_return failure(stopped());
    if (!token)
        co_return failure(token.error());
    co_return Result<Account>(m_account);
}

void Session::takeUp(const CachedAccount &cached)
{
    m_refreshToken = cached.refreshToken;
    m_account = Account{cached.objectId,
                        cached.tenantId,
                        cached.userName,
                        cached.displayName,
                        cached.scopes,
                        cached.expires,
                        TokenEndpoint::roleTemplates(cached.accessToken)};
    d->homeAccountId = cached.homeAccountId;
    d->clientInfo = cached.clientInfo;
    d->idToken = cached.idToken;
    d->adopted = false;
    // What it was asked for may have grown since: a token without those scopes is renewed.
    m_accessToken = Permissions::missing(m_scopes, cached.scopes).isEmpty() ? cached.accessToken : Secret();
    Q_EMIT accountChanged();
}

CachedAccount Session::cached() const
{
    CachedAccount cached;
    cached.loginHost = m_cloud.login.authority();
    cached.cloud = m_cloud.name;
    cached.tenantId = m_account.tenantId;
    cached.tenant = m_cloud.tenant;
    cached.clientId = m_cloud.clientId;
    cached.objectId = m_account.objectId;
    cached.userName = m_account.userName;
    cached.displayName = m_account.displayName;
    cached.homeAccountId = d->homeAccountId;
    cached.clientInfo = d->clientInfo;
    cached.refreshToken = m_refreshToken;
    cached.idToken = d->idToken;
    cached.accessToken = m_accessToken;
    cached.scopes = m_account.scopes;
    cached.expires = m_account.expires;
    return cached;
}

Task<Outcome> Session::signOut()
{
    const CachedAccount cached = this->cached();
    m_accessToken = Secret();
    m_refreshToken = Secret();
    m_account = Account();
    d->adopted = false;
    d->idToken = Secret();
    Q_EMIT accountChanged();
    if (!m_cache || cached.homeAccountId.isEmpty())
        co_return Outcome();
    co_return co_await m_cache->forget(cached);
}

Task<> Session::keep()
{
    if (!m_cache || m_refreshToken.isEmpty())
        co_return;
    const QPointer<Session> self(this);
    const CachedAccount cached = this->cached();
    const auto kept = co_await m_cache->keep(cached);
    if (!kept && self)
        Q_EMIT notKept(kept.error());
}

Task<> Session::forgetStale()
{
    m_refreshToken = Secret();
    if (!m_cache || d->homeAccountId.isEmpty())
        co_return;
    const CachedAccount cached = this->cached();
    const auto forgotten = co_await m_cache->forget(cached);
    Q_UNUSED(forgotten); // a refresh token that stays is refused again next time
}

} // namespace pimgate
