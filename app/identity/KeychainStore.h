#pragma once

#include "base/Error.h"
#include "base/Secret.h"
#include "base/Task.h"

#include <QString>

namespace pimgate {

/// The system's keychain. An absent or locked one is a Storage error, and callers then keep what they have in memory.
class KeychainStore
{
public:
    explicit KeychainStore(QString service = QStringLiteral("pimgate")) : m_service(std::move(service)) {}

    /// NotFound when there is no entry. A locked keyring that cannot ask looks the same (qt-notes).
    Task<Result<Secret>> read(QString key);
    Task<Outcome> write(QString key, Secret value);
    Task<Outcome> erase(QString key);

private:
    QString m_service;
};

} // namespace pimgate
