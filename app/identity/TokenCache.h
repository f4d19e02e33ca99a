#pragma once

#include "identity/KeychainStore.h"
#include "identity/MsalCache.h"

#include <QJsonObject>
#include <QList>

#include <functional>
#include <optional>

namespace pimgate {

/// The sign-ins of this computer's person: MSAL's unified cache as one value in the keychain, or in memory while the
/// program runs; never a file. A change is read, made and written under a lock that other PIM Gates respect, so that two do
/// not lose each other's rotation.
class TokenCache
{
public:
    explicit TokenCache(KeychainStore store = KeychainStore()) : m_store(std::move(store)) {}
    static TokenCache inMemory();

    /// The person chose to do without the keychain, for as long as the program runs.
    void thisSessionOnly() { m_store.reset(); }
    bool survivesTheProgram() const { return m_store.has_value(); }

    Task<Result<QList<CachedAccount>>> accounts();
    /// The account last kept for this login host, tenant (id, or as once named; empty: any) and client.
    Task<Result<std::optional<CachedAccount>>> find(QString loginHost, QString tenant, QString clientId);
    Task<Outcome> keep(CachedAccount account);
    /// Looks afterwards whether it is really gone. Storage when it is not, or when the keychain could not be changed: nobody
    /// is told he is signed out when he is not.
    Task<Outcome> forget(CachedAccount account);

private:
    Task<Result<QJsonObject>> load(KeychainStore store);
    Task<Outcome> change(std::function<void(QJsonObject &)> edit);
    Task<Outcome> changeLocked(KeychainStore store, std::function<void(QJsonObject &)> edit);

    std::optional<KeychainStore> m_store; ///< none: m_document is all there is
    QJsonObject m_document;
};

} // namespace pimgate
