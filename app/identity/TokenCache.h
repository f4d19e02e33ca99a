#pragma once

#include "identity/KeychainStore.h"

#include <QJsonObject>
#include <QList>

#include <optional>

namespace pimgate {

struct CachedAccount
{
    QString loginHost; ///< "login.microsoftonline.com", with its port where it has one
    QString tenantId;
    QString tenant; ///< as the person named it: a domain, an id, or empty
    QString clientId;
    QString objectId;
    QString userName;
    QString displayName;
    QString homeAccountId; ///< "uid.utid"
    Secret refreshToken;
};

/// Refresh tokens between runs: one JSON document in the keychain with MSAL's unified names. Access tokens are not kept.
class TokenCache
{
public:
    explicit TokenCache(KeychainStore store = KeychainStore()) : m_store(std::move(store)) {}

    Task<Result<QList<CachedAccount>>> accounts();
    /// The account last kept for this login host, tenant (id, or as once named; empty: any) and client.
    Task<Result<std::optional<CachedAccount>>> find(QString loginHost, QString tenant, QString clientId);
    Task<Outcome> keep(CachedAccount account);
    /// Storage when the keychain could not be changed: the person is not told he is signed out when he is not.
    Task<Outcome> forget(CachedAccount account);

private:
    Task<Result<QJsonObject>> load();
    Task<Outcome> save(QJsonObject document);

    KeychainStore m_store;
};

} // namespace pimgate
