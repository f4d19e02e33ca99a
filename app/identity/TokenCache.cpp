#include "identity/TokenCache.h"

#include <QCoreApplication>
#include <QCoroTimer>
#include <QDir>
#include <QJsonDocument>
#include <QLockFile>
#include <QStandardPaths>

#include <chrono>

namespace pimgate {
namespace {

using namespace std::chrono_literals;

constexpr auto lockAttempts = 50;
constexpr auto lockPause = 100ms;

QString cacheKey()
{
    return QStringLiteral("msal-cache");
}

/// In a folder of the person's own; the file itself holds nothing but the owner's process id.
QString lockFileFor(const KeychainStore &store)
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericCacheLocation);
    QDir().mkpath(folder);
    return folder + QLatin1Char('/') + store.service() + QLatin1String("-tokens.lock");
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

Error storageError(const char *message, const char *next)
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.message = QCoreApplication::translate("TokenCache", message);
    error.next = QCoreApplication::translate("TokenCache", next);
    return error;
}

} // namespace

TokenCache TokenCache::inMemory()
{
    TokenCache cache;
    cache.thisSessionOnly();
    return cache;
}

Task<Result<QList<CachedAccount>>> TokenCache::accounts()
{
    if (!m_store)
        co_return MsalCache::accounts(m_document);
    const KeychainStore store = *m_store;
    const auto document = co_await load(store);
    if (!document)
        co_return failure(document.error());
    co_return MsalCache::accounts(*document);
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
    const auto edit = [account](QJsonObject &document) { MsalCache::put(document, account); };
    co_return co_await change(edit);
}

Task<Outcome> TokenCache::forget(CachedAccount account)
{
    const auto edit = [account](QJsonObject &document) { MsalCache::drop(document, account); };
    const auto changed = co_await change(edit);
    if (!changed)
        co_return failure(changed.error());
    // A locked keyring takes a deletion for done (qt-notes): looked at again.
    const auto left = co_await accounts();
    if (!left)
        co_return failure(left.error());
    for (const auto &other : *left)
        if (isSame(other.homeAccountId, account.homeAccountId) && isSame(other.loginHost, account.loginHost) &&
            isSame(other.tenantId, account.tenantId) && isSame(other.clientId, account.clientId))
            co_return failure(storageError(QT_TRANSLATE_NOOP("TokenCache", "The keychain still holds this sign-in."),
                                           QT_TRANSLATE_NOOP("TokenCache", "Unlock the keychain and sign out again.")));
    co_return Outcome();
}

Task<Outcome> TokenCache::change(std::function<void(QJsonObject &)> edit)
{
    if (!m_store) {
        edit(m_document);
        co_return Outcome();
    }
    const KeychainStore store = *m_store; // a copy: the person may give the keychain up meanwhile
    QLockFile lock(lockFileFor(store));
    for (int attempt = 0; !lock.tryLock(0); ++attempt) {
        if (lock.error() == QLockFile::PermissionError)
            break; // nowhere to lock: the change itself must not fail for that
        if (attempt == lockAttempts)
            co_return failure(storageError(QT_TRANSLATE_NOOP("TokenCache", "Another PIM Gate is changing the kept sign-ins."),
                                           QT_TRANSLATE_NOOP("TokenCache", "Close it, then try again.")));
        co_await QCoro::sleepFor(lockPause);
    }
    co_return co_await changeLocked(store, edit);
}

Task<Outcome> TokenCache::changeLocked(KeychainStore store, std::function<void(QJsonObject &)> edit)
{
    const auto loaded = co_await load(store);
    if (!loaded)
        co_return failure(loaded.error());
    QJsonObject document = *loaded;
    edit(document);
    if (MsalCache::isEmpty(document)) {
        const QString key = cacheKey();
        co_return co_await store.erase(key);
    }
    const Secret value(QJsonDocument(document).toJson(QJsonDocument::Compact));
    const QString key = cacheKey();
    co_return co_await store.write(key, value);
}

Task<Result<QJsonObject>> TokenCache::load(KeychainStore store)
{
    const QString key = cacheKey();
    const auto stored = co_await store.read(key);
    if (!stored && stored.error().is(Error::Kind::NotFound))
        co_return QJsonObject();
    if (!stored)
        co_return failure(stored.error());
    co_return QJsonDocument::fromJson(stored->reveal()).object();
}

} // namespace pimgate
