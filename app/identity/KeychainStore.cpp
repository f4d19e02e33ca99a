#include "identity/KeychainStore.h"

#include "identity/SecretService.h"

#include <QCoreApplication>
#include <QScopedPointer>
#include <QUuid>
#include <qt6keychain/keychain.h>

#include <memory>

namespace pimgate {
namespace {

const QByteArray splitMark = "pimgate-parts:"; // no JSON document starts like that

Error keychainError(const QKeychain::Job &job)
{
    Error error;
    error.kind = job.error() == QKeychain::EntryNotFound ? Error::Kind::NotFound : Error::Kind::Storage;
    error.message = error.is(Error::Kind::NotFound)
                        ? QCoreApplication::translate("Keychain", "The keychain holds no sign-in.")
                        : QCoreApplication::translate("Keychain", "The keychain of this computer cannot be used (%1).")
                              .arg(job.errorString());
    error.next = error.is(Error::Kind::NotFound)
                     ? QCoreApplication::translate("Keychain", "Sign in.")
                     : QCoreApplication::translate(
                           "Keychain", "Start or unlock it to stay signed in; until then the sign-in lasts while PIM Gate runs.");
    return error;
}

Error lockedError()
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.message = QCoreApplication::translate("Keychain", "The keychain of this computer is locked.");
    error.next =
        QCoreApplication::translate("Keychain", "Unlock it to stay signed in; until then the sign-in lasts while PIM Gate runs.");
    return error;
}

/// Kept until it was read: a job that deletes itself may be gone before whoever waits for it goes on.
template <class Job>
using JobPtr = std::unique_ptr<Job, QScopedPointerDeleteLater>;

void begin(QKeychain::Job &job, const QString &key)
{
    job.setAutoDelete(false);
    job.setInsecureFallback(false);
    job.setKey(key);
    job.start();
}

QStringList partsIn(const QByteArray &entry)
{
    if (!entry.startsWith(splitMark))
        return {};
    return QString::fromLatin1(entry.mid(splitMark.size())).split(QLatin1Char(' '), Qt::SkipEmptyParts);
}

} // namespace

KeychainStore::KeychainStore(QString service, qsizetype entryLimit) : m_service(std::move(service)), m_entryLimit(entryLimit) {}

qsizetype KeychainStore::platformLimit()
{
#ifdef Q_OS_WIN
    return 2560; // CRED_MAX_CREDENTIAL_BLOB_SIZE
#else
    return 0;
#endif
}

Task<Result<Secret>> KeychainStore::read(QString key)
{
    const auto entry = co_await readEntry(key);
    if (!entry)
        co_return failure(entry.error());
    const QStringList parts = partsIn(entry->reveal());
    if (parts.isEmpty())
        co_return Result<Secret>(*entry);
    co_return co_await join(parts);
}

Task<Result<Secret>> KeychainStore::join(QStringList parts)
{
    QByteArray whole;
    for (const QString &part : parts) {
        const auto piece = co_await readEntry(part);
        if (!piece)
            co_return failure(piece.error());
        whole += piece->reveal();
    }
    co_return Secret(whole);
}

Task<Outcome> KeychainStore::write(QString key, Secret value)
{
    const auto before = co_await readEntry(key);
    if (!before && !before.error().is(Error::Kind::NotFound))
        co_return failure(before.error());
    QStringList parts;
    if (m_entryLimit > 0 && value.reveal().size() > m_entryLimit) {
        // New names each time: the old parts stay whole until the entry names the new ones.
        const QString generation = key + QLatin1Char('-') + QUuid::createUuid().toString(QUuid::Id128).left(8);
        for (qsizetype at = 0; at < value.reveal().size(); at += m_entryLimit) {
            const QString part = generation + QLatin1Char('-') + QString::number(parts.size());
            const Secret piece(value.reveal().mid(at, m_entryLimit));
            const auto written = co_await writeEntry(part, piece);
            if (!written)
                co_return failure(written.error());
            parts << part;
        }
    }
    const Secret entry = parts.isEmpty() ? value : Secret(splitMark + parts.join(QLatin1Char(' ')).toLatin1());
    const auto written = co_await writeEntry(key, entry);
    if (!written)
        co_return failure(written.error());
    const QStringList old = before ? partsIn(before->reveal()) : QStringList();
    co_return co_await eraseParts(old);
}

Task<Outcome> KeychainStore::erase(QString key)
{
    const auto before = co_await readEntry(key);
    if (!before)
        co_return before.error().is(Error::Kind::NotFound) ? Outcome() : Outcome(failure(before.error()));
    const auto erased = co_await eraseEntry(key);
    if (!erased)
        co_return failure(erased.error());
    const QStringList parts = partsIn(before->reveal());
    co_return co_await eraseParts(parts);
}

Task<Outcome> KeychainStore::eraseParts(QStringList parts)
{
    for (const QString &part : parts) {
        const auto erased = co_await eraseEntry(part);
        if (!erased)
            co_return failure(erased.error());
    }
    co_return Outcome();
}

Task<Result<Secret>> KeychainStore::readEntry(QString key)
{
    const JobPtr<QKeychain::ReadPasswordJob> job(new QKeychain::ReadPasswordJob(m_service));
    begin(*job, key);
    co_await untilEmitted<QKeychain::Job>(job.get(), &QKeychain::Job::finished);
    if (job->error() == QKeychain::NoError)
        co_return Secret(job->binaryData());
    const Error error = keychainError(*job);
    // A locked keyring that cannot ask answers "no entry" (qt-notes).
    if (error.is(Error::Kind::NotFound)) {
        const bool locked = co_await SecretService::isLocked();
        if (locked)
            co_return failure(lockedError());
    }
    co_return failure(error);
}

Task<Outcome> KeychainStore::writeEntry(QString key, Secret value)
{
    const JobPtr<QKeychain::WritePasswordJob> job(new QKeychain::WritePasswordJob(m_service));
    job->setBinaryData(value.reveal());
    begin(*job, key);
    co_await untilEmitted<QKeychain::Job>(job.get(), &QKeychain::Job::finished);
    if (job->error() != QKeychain::NoError)
        co_return failure(keychainError(*job));
    co_return Outcome();
}

Task<Outcome> KeychainStore::eraseEntry(QString key)
{
    const JobPtr<QKeychain::DeletePasswordJob> job(new QKeychain::DeletePasswordJob(m_service));
    begin(*job, key);
    co_await untilEmitted<QKeychain::Job>(job.get(), &QKeychain::Job::finished);
    if (job->error() != QKeychain::NoError && job->error() != QKeychain::EntryNotFound)
        co_return failure(keychainError(*job));
    // It also takes the deletion of what it keeps locked for done.
    const bool locked = co_await SecretService::isLocked();
    if (locked)
        co_return failure(lockedError());
    co_return Outcome();
}

} // namespace pimgate
