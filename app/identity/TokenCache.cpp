#include "identity/TokenCache.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QJsonDocument>

#include <algorithm>

namespace pimgate {
namespace {

const QString accountsMember = QStringLiteral("Account");
const QString refreshMember = QStringLiteral("RefreshToken");
// Beside MSAL's own members, which it carries through unchanged.
const QString namedTenantMember = QStringLiteral("pimgate_tenant");
const QString usedMember = QStringLiteral("pimgate_used");
const QString clientMember = QStringLiteral("pimgate_client");

QString cacheKey()
{
    return QStringLiteral("msal-cache");
}

QString accountKey(const CachedAccount &account)
{
    return account.homeAccountId + QLatin1Char('-') + account.loginHost + QLatin1Char('-') + account.tenantId;
}

QString refreshKey(const QString &homeAccountId, const QString &host, const QString &clientId)
{
    return homeAccountId + QLatin1Char('-') + host + QLatin1String("-refreshtoken-") + clientId + QLatin1String("---");
}

QJsonObject accountEntry(const CachedAccount &account)
{
    return {{QStringLiteral("home_account_id"), account.homeAccountId},
            {QStringLiteral("environment"), account.loginHost},
            {QStringLiteral("realm"), account.tenantId},
            {QStringLiteral("local_account_id"), account.objectId},
            {QStringLiteral("username"), account.userName},
            {QStringLiteral("authority_type"), QStringLiteral("MSSTS")},
            {QStringLiteral("name"), account.displayName},
            {clientMember, account.clientId},
            {namedTenantMember, account.tenant},
            {usedMember, double(QDateTime::currentMSecsSinceEpoch())}};
}

QJsonObject refreshEntry(const CachedAccount &account)
{
    return {{QStringLiteral("home_account_id"), account.homeAccountId},
            {QStringLiteral("environment"), account.loginHost},
            {QStringLiteral("credential_type"), QStringLiteral("RefreshToken")},
            {QStringLiteral("client_id"), account.clientId},
            {QStringLiteral("secret"), QString::fromUtf8(account.refreshToken.reveal())}};
}

CachedAccount accountFrom(const QJsonObject &entry, const QJsonObject &refreshTokens)
{
    CachedAccount account;
    account.homeAccountId = entry.value(QStringLiteral("home_account_id")).toString();
    account.loginHost = entry.value(QStringLiteral("environment")).toString();
    account.tenantId = entry.value(QStringLiteral("realm")).toString();
    account.tenant = entry.value(namedTenantMember).toString();
    account.clientId = entry.value(clientMember).toString();
    account.objectId = entry.value(QStringLiteral("local_account_id")).toString();
    account.userName = entry.value(QStringLiteral("username")).toString();
    account.displayName = entry.value(QStringLiteral("name")).toString();
    const auto refresh = refreshTokens.value(refreshKey(account.homeAccountId, account.loginHost, account.clientId)).toObject();
    account.refreshToken = Secret(refresh.value(QStringLiteral("secret")).toString());
    return account;
}

/// Last used first, those without a refresh token left out.
QList<CachedAccount> accountsIn(const QJsonObject &document)
{
    const QJsonObject entries = document.value(accountsMember).toObject();
    const QJsonObject refreshTokens = document.value(refreshMember).toObject();
    QList<QJsonObject> sorted;
    for (const auto &entry : entries)
        sorted << entry.toObject();
    std::sort(sorted.begin(), sorted.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return a.value(usedMember).toDouble() > b.value(usedMember).toDouble();
    });
    QList<CachedAccount> accounts;
    for (const auto &entry : sorted)
        if (const auto account = accountFrom(entry, refreshTokens); !account.refreshToken.isEmpty())
            accounts << account;
    return accounts;
}

bool isSame(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

bool isOfTenant(const CachedAccount &account, const QString &tenant)
{
    return tenant.isEmpty() || isSame(account.tenantId, tenant) || isSame(account.tenant, tenant) ||
           account.userName.endsWith(QLatin1Char('@') + tenant, Qt::CaseInsensitive);
}

void putEntry(QJsonObject &document, const QString &member, const QString &key, const QJsonObject &entry)
{
    QJsonObject entries = document.value(member).toObject();
    entries.insert(key, entry);
    document.insert(member, entries);
}

void dropEntry(QJsonObject &document, const QString &member, const QString &key)
{
    QJsonObject entries = document.value(member).toObject();
    entries.remove(key);
    document.insert(member, entries);
}

} // namespace

Task<Result<QList<CachedAccount>>> TokenCache::accounts()
{
    const auto document = co_await load();
    if (!document)
        co_return failure(document.error());
    co_return accountsIn(*document);
}

Task<Result<std::optional<CachedAccount>>> TokenCache::find(QString loginHost, QString tenant, QString clientId)
{
    const auto all = co_await accounts();
    if (!all)
        co_return failure(all.error());
    for (const auto &account : *all)
        if (isSame(account.loginHost, loginHost) && isSame(account.clientId, clientId) && isOfTenant(account, tenant))
            co_return std::optional<CachedAccount>(account);
    co_return std::optional<CachedAccount>();
}

Task<Outcome> TokenCache::keep(CachedAccount account)
{
    const auto loaded = co_await load();
    if (!loaded)
        co_return failure(loaded.error());
    QJsonObject document = *loaded;
    putEntry(document, accountsMember, accountKey(account), accountEntry(account));
    putEntry(document, refreshMember, refreshKey(account.homeAccountId, account.loginHost, account.clientId),
             refreshEntry(account));
    co_return co_await save(document);
}

Task<Outcome> TokenCache::forget(CachedAccount account)
{
    const auto loaded = co_await load();
    if (!loaded)
        co_return failure(loaded.error());
    QJsonObject document = *loaded;
    dropEntry(document, accountsMember, accountKey(account));
    dropEntry(document, refreshMember, refreshKey(account.homeAccountId, account.loginHost, account.clientId));
    co_return co_await save(document);
}

Task<Result<QJsonObject>> TokenCache::load()
{
    const auto stored = co_await m_store.read(cacheKey());
    if (!stored && stored.error().is(Error::Kind::NotFound))
        co_return QJsonObject();
    if (!stored)
        co_return failure(stored.error());
    co_return QJsonDocument::fromJson(stored->reveal()).object();
}

Task<Outcome> TokenCache::save(QJsonObject document)
{
    const Secret value(QJsonDocument(document).toJson(QJsonDocument::Compact));
    co_return co_await m_store.write(cacheKey(), value);
}

} // namespace pimgate
