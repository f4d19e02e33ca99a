#pragma once

#include "base/Error.h"
#include "base/Secret.h"
#include "base/Task.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace pimgate {

/// The system's keychain. An absent or locked one is a Storage error, and callers then keep what they have in memory.
/// A value longer than an entry may be (Windows: 2,560 bytes) is kept in parts; the entry itself then names the parts
/// and is written last, so that a reader sees the old value or the new one.
class KeychainStore
{
public:
    /// @param entryLimit the most bytes that one entry takes; 0: no limit
    explicit KeychainStore(QString service = QStringLiteral("pimgate"), qsizetype entryLimit = platformLimit());

    const QString &service() const { return m_service; }
    static qsizetype platformLimit();

    /// NotFound when there is no entry.
    Task<Result<Secret>> read(QString key);
    Task<Outcome> write(QString key, Secret value);
    Task<Outcome> erase(QString key);

private:
    Task<Result<Secret>> readEntry(QString key);
    Task<Outcome> writeEntry(QString key, Secret value);
    Task<Outcome> eraseEntry(QString key);
    Task<Result<Secret>> join(QStringList parts);
    Task<Outcome> eraseParts(QStringList parts);

    QString m_service;
    qsizetype m_entryLimit;
};

} // namespace pimgate
