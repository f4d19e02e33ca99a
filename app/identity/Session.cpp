#include "identity/Session.h"

#include "identity/Claims.h"
#include "identity/DeviceSignIn.h"
#include "identity/IdToken.h"
#include "identity/SignIn.h"
#include "identity/SignInErrors.h"
#include "identity/TokenCache.h"

#include <QCoreApplication>
#include <QCoroSignal>
#include <QJsonDocument>
#include <QPointer>
#include <QUrlQuery>

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

QString loginHostOf(const Cloud &cloud)
{
    return cloud.login.port() < 0 ? cloud.login.host()
                                  : cloud.login.host() + QLatin1Char(':') + QString::number(cloud.login.port());
}

/// Scopes without the Graph host of a national cloud.
QStringList shortScopes(const QString &text)
{
    QStringList scopes;
    for (const QString &scope : text.split(QLatin1Char(' '), Qt::SkipEmptyParts))
        scopes << scope.mid(scope.lastIndexOf(QLatin1Char('/')) + 1);
    return scopes;
}

QString homeAccountOf(const QJsonObject &answer, const Account &account)
{
    const auto info =
        QJsonDocument::fromJson(QByteArray::fromBase64(answer.value(QStringLiteral("client_info")).toString().toLatin1(),
                                                       QByteArray::Base64UrlEncoding))
            .object();
    const QString uid = info.value(QStringLiteral("uid")).toString();
    const QString utid = info.value(QStringLiteral("utid")).toString();
    if (uid.isEmpty() || utid.isEmpty())
        return account.objectId + QLatin1Char('.') + account.tenantId;
    return uid + QLatin1Char('.') + utid;
}

void readClaims(Account &account, const QJsonObject &claims)
{
    account.objectId = claims.value(QStringLiteral("oid")).toString(claims.value(QStringLiteral("sub")).toString());
    account.tenantId = claims.value(QStringLiteral("tid")).toString();
    account.userName =
        claims.value(QStringLiteral("preferred_username")).toString(claims.value(QStringLiteral("upn")).toString());
    account.displayName = claims.value(QStringLiteral("name")).toString(account.userName);
}

} // namespace

struct Session::Private
{
    bool adopted = false;
    bool renewing = false;
    Outcome renewal;
    bool steppingUp = false;
    int stepUps = 0;
    QString stepUpClaims;
    Result<Secret> stepUp;
    qint64 lifetimeSeconds = 3600;
    QString homeAccountId;
    QString clientInfo;
    Secret idToken;
};

Session::Session(Http &http, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache *cache, QObject *parent)
    : QObject(parent), m_http(http), m_cloud(std::move(cloud)), m_browser(std::move(browser)), m_cache(cache),
      d(std::make_unique<Private>())
{
    if (clock().timeScale() != m_cloud.timeScale)
        clock().setTimeScale(m_cloud.timeScale);
    if (!m_cloud.caFile.isEmpty())
        (void)m_http.trust(m_cloud.caFile); // a wrong file shows as a refused TLS connection
}

Session::~Session() = default;

Task<Result<Account>> Session::signIn(QString loginHint, QString claims, std::stop_token stop)
{
    co_return co_await interact(loginHint, claims, QString(), stop);
}

Task<Result<Account>> Session::interact(QString loginHint, QString claims, QString onlyFor, std::stop_token stop)
{
    const QPointer<Session> self(this);
    SignIn signIn(m_http, m_cloud, *m_browser);
    connect(&signIn, &SignIn::linkReady, this, &Session::linkReady);
    const SignIn::Ask ask{loginHint, Claims::merged(claims), m_scopes};
    const auto tokens = co_await signIn.run(ask, stop);
    if (!self)
        co_return failure(stopped());
    if (!tokens)
        co_return failure(tokens.error());
    const auto account = take(tokens->json, tokens->nonce, onlyFor);
    if (!account)
        co_return failure(account.error());
    co_await keep();
    co_return account;
}

Task<Result<Account>> Session::signInByCode(std::stop_token stop)
{
    const QPointer<Session> self(this);
    DeviceSignIn signIn(m_http, m_cloud);
    connect(&signIn, &DeviceSignIn::codeReady, this, &Session::deviceCodeReady);
    const QStringList scopes = m_scopes;
    const QString claims = Claims::ours();
    const auto tokens = co_await signIn.run(scopes, claims, stop);
    if (!self)
        co_return failure(stopped());
    if (!tokens)
        co_return failure(tokens.error());
    const auto account = take(*tokens, QString(), QString());
    if (!account)
        co_return failure(account.error());
    co_await keep();
    co_return account;
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
        co_await qCoro(this, &Session::renewalEnded);
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
        // No stop: the first caller must not take the renewal away from the others.
        const HttpRequest request = refreshRequest();
        const auto answer = co_await m_http.send(request);
        if (!self)
            co_return;
        d->renewal = Outcome();
        if (!answer) {
            d->renewal = failure(answer.error());
        } else if (answer->status != 200) {
            const Error error = SignInErrors::fromTokenAnswer(answer->status, answer->body);
            d->renewal = failure(error);
            if (QJsonDocument::fromJson(answer->body).object().value(QStringLiteral("error")) == QLatin1String("invalid_grant"))
                co_await forgetStale();
        } else {
            const auto account = take(answer->body, {}, m_account.objectId);
            if (account)
                co_await keep();
            else
                d->renewal = failure(account.error());
        }
        if (!self)
            co_return;
    }
    d->renewing = false;
    Q_EMIT renewalEnded();
}

HttpRequest Session::refreshRequest() const
{
    QByteArray form;
    const auto add = [&form](const char *name, const QString &value) {
        form += (form.isEmpty() ? "" : "&") + QByteArray(name) + '=' + QUrl::toPercentEncoding(value);
    };
    add("grant_type", QStringLiteral("refresh_token"));
    add("client_id", m_cloud.clientId);
    add("refresh_token", QString::fromUtf8(m_refreshToken.reveal()));
    add("scope", scopeText(m_cloud, m_scopes));
    add("claims", Claims::ours()); // cp1 lives on only when it is asked for again (graph-contract 7.8)
    add("client_info", QStringLiteral("1"));
    HttpRequest request;
    request.method = "POST";
    request.url = m_cloud.tokenUrl();
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    request.body = form;
    return request;
}

Result<Account> Session::take(const QByteArray &tokenAnswer, const QString &nonce, const QString &onlyFor)
{
    const QJsonObject answer = QJsonDocument::fromJson(tokenAnswer).object();
    const QByteArray accessToken = answer.value(QStringLiteral("access_token")).toString().toUtf8();
    if (accessToken.isEmpty())
        return failure(sessionError(Error::Kind::Protocol,
                                    QT_TRANSLATE_NOOP("Session", "The sign-in host's answer holds no access token."),
                                    QT_TRANSLATE_NOOP("Session", "Sign in again.")));
    Account account = m_account;
    const QByteArray idToken = answer.value(QStringLiteral("id_token")).toString().toUtf8();
    if (!idToken.isEmpty() || !nonce.isEmpty()) {
        const auto claims = IdToken::check(idToken, m_cloud, nonce, clock().now());
        if (!claims)
            return failure(claims.error());
        readClaims(account, *claims);
    }
    if (!onlyFor.isEmpty() && account.objectId != onlyFor)
        return failure(sessionError(Error::Kind::SignIn, QT_TRANSLATE_NOOP("Session", "Somebody else has signed in."),
                                    QT_TRANSLATE_NOOP("Session", "Sign in with the same account as before.")));
    d->lifetimeSeconds = qint64(answer.value(QStringLiteral("expires_in")).toVariant().toDouble());
    account.expires = clock().now().addSecs(d->lifetimeSeconds);
    const QString scope = answer.value(QStringLiteral("scope")).toString();
    if (!scope.isEmpty())
        account.scopes = shortScopes(scope);
    d->homeAccountId = homeAccountOf(answer, account);
    d->clientInfo = answer.value(QStringLiteral("client_info")).toString(d->clientInfo);
    if (!idToken.isEmpty())
        d->idToken = Secret(idToken);
    d->adopted = false;
    m_accessToken = Secret(accessToken);
    if (const QString rotated = answer.value(QStringLiteral("refresh_token")).toString(); !rotated.isEmpty())
        m_refreshToken = Secret(rotated);
    m_account = account;
    Q_EMIT accountChanged();
    return account;
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
        const int before = d->stepUps;
        co_await qCoro(this, &Session::stepUpEnded);
        if (same && d->stepUps != before && (d->stepUp || !d->stepUp.error().is(Error::Kind::Cancelled)))
            co_return Result<Secret>(d->stepUp);
    }
    if (stop.stop_requested())
        co_return failure(stopped());

    const QPointer<Session> self(this);
    d->steppingUp = true;
    d->stepUpClaims = claims;
    const QString loginHint = m_account.userName;
    const QString onlyFor = m_account.objectId;
    const auto account = co_await interact(loginHint, claims, onlyFor, stop);
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
    m_account.scopes = shortScopes(claims.value(QStringLiteral("scp")).toString());
    const qint64 expires = qint64(claims.value(QStringLiteral("exp")).toDouble());
    // A token that cannot be read is used until the service refuses it.
    m_account.expires = expires > 0 ? QDateTime::fromSecsSinceEpoch(expires, Qt::UTC) : clock().now().addYears(1);
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
    const QString host = loginHostOf(m_cloud);
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
    if (!token)
        co_return failure(token.error());
    co_return Result<Account>(m_account);
}

void Session::takeUp(const CachedAccount &cached)
{
    m_refreshToken = cached.refreshToken;
    m_account = Account{cached.objectId, cached.tenantId, cached.userName, cached.displayName, cached.scopes, cached.expires};
    d->homeAccountId = cached.homeAccountId;
    d->clientInfo = cached.clientInfo;
    d->idToken = cached.idToken;
    d->adopted = false;
    // What it was asked for may have grown since: a token without those scopes is renewed.
    const bool complete = std::all_of(m_scopes.cbegin(), m_scopes.cend(), [&cached](const QString &scope) {
        return cached.scopes.contains(scope, Qt::CaseInsensitive);
    });
    m_accessToken = complete ? cached.accessToken : Secret();
    Q_EMIT accountChanged();
}

CachedAccount Session::cached() const
{
    CachedAccount cached;
    cached.loginHost = loginHostOf(m_cloud);
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

QStringList Session::wizardScopes()
{
    return {QStringLiteral("User.Read"),
            QStringLiteral("User.Read.All"),
            QStringLiteral("Group.ReadWrite.All"),
            QStringLiteral("RoleManagement.ReadWrite.Directory"),
            QStringLiteral("Application.ReadWrite.All"),
            QStringLiteral("AppRoleAssignment.ReadWrite.All"),
            QStringLiteral("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup"),
            QStringLiteral("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"),
            QStringLiteral("RoleManagementPolicy.ReadWrite.AzureADGroup"),
            QStringLiteral("Policy.Read.All"),
            QStringLiteral("Policy.ReadWrite.ConditionalAccess"),
            QStringLiteral("Application.Read.All"), // asked for by name beside the write scope (pitfall P22)
            QStringLiteral("AuthenticationContext.Read.All"),
            QStringLiteral("AccessReview.ReadWrite.All"),
            QStringLiteral("AuditLog.Read.All"),
            QStringLiteral("Directory.Read.All"),
            QStringLiteral("Organization.Read.All"),
            QStringLiteral("RoleManagement.Read.Directory"),
            QStringLiteral("Synchronization.Read.All")};
}

QStringList Session::memberScopes()
{
    return {QStringLiteral("User.Read"), QStringLiteral("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup"),
            QStringLiteral("PrivilegedEligibilitySchedule.Read.AzureADGroup")};
}

} // namespace pimgate
