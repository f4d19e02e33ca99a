#include "identity/KeychainStore.h"

#include <QCoreApplication>
#include <QCoroSignal>
#include <qt6keychain/keychain.h>

namespace pimgate {
namespace {

Error keychainError(const QKeychain::Job &job)
{
    Error error;
    error.kind = job.error() == QKeychain::EntryNotFound ? Error::Kind::NotFound : Error::Kind::Storage;
    error.message =
        error.is(Error::Kind::NotFound)
            ? QCoreApplication::translate("Keychain", "The keychain holds no sign-in.")
            : QCoreApplication::translate("Keychain", "The keychain of this computer cannot be used: %1").arg(job.errorString());
    error.next = error.is(Error::Kind::NotFound)
                     ? QCoreApplication::translate("Keychain", "Sign in.")
                     : QCoreApplication::translate(
                           "Keychain", "Unlock it to stay signed in; until then the sign-in lasts while PIM Gate runs.");
    return error;
}

/// The job deletes itself after finished(): the awaiting code reads it at once, and must not destroy it inside its own signal.
void begin(QKeychain::Job &job, const QString &key)
{
    job.setInsecureFallback(false);
    job.setKey(key);
    job.start();
}

} // namespace

Task<Result<Secret>> KeychainStore::read(QString key)
{
    auto &job = *new QKeychain::ReadPasswordJob(m_service);
    begin(job, key);
    co_await qCoro(&job, &QKeychain::Job::finished);
    if (job.error() != QKeychain::NoError)
        co_return failure(keychainError(job));
    co_return Secret(job.binaryData());
}

Task<Outcome> KeychainStore::write(QString key, Secret value)
{
    auto &job = *new QKeychain::WritePasswordJob(m_service);
    job.setBinaryData(value.reveal());
    begin(job, key);
    co_await qCoro(&job, &QKeychain::Job::finished);
    if (job.error() != QKeychain::NoError)
        co_return failure(keychainError(job));
    co_return Outcome();
}

Task<Outcome> KeychainStore::erase(QString key)
{
    auto &job = *new QKeychain::DeletePasswordJob(m_service);
    begin(job, key);
    co_await qCoro(&job, &QKeychain::Job::finished);
    if (job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound)
        co_return failure(keychainError(job));
    co_return Outcome();
}

} // namespace pimgate
