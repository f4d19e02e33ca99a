#pragma once

#include "base/Secret.h"

#include <QDateTime>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace pimgate {

/// One person in one tenant, with the tokens of one client.
struct CachedAccount
{
    QString loginHost; ///< "login.microsoftonline.com", with its port where it has one
    QString cloud;     ///< "usgov": two clouds share a login host; empty when others wrote it
    QString tenantId;
    QString tenant; ///< as the person named it: a domain, an id, or empty
    QString clientId;
    QString objectId;
    QString userName;
    QString displayName;
    QString homeAccountId; ///< "uid.utid"
    QString clientInfo;    ///< as the token endpoint sent it (base64url)
    Secret refreshToken;
    Secret idToken;
    Secret accessToken; ///< of Microsoft Graph
    QStringList scopes; ///< of the access token
    QDateTime expires;  ///< of the access token, UTC
};

/// MSAL's unified cache schema: the entries Account, IdToken, AccessToken, RefreshToken and AppMetadata with their key
/// formation, as msal-node reads and writes them. What others wrote is carried through.
namespace MsalCache {

/// Whether nobody, of whatever program, has anything in it that could sign him in.
bool isEmpty(const QJsonObject &document);
/// Last used first; a person who works in two tenants is there twice. Those without a refresh token left out.
QList<CachedAccount> accounts(const QJsonObject &document);
/// Puts the account in, or replaces what is there of it.
void put(QJsonObject &document, const CachedAccount &account);
/// Takes the tokens of this client out, and the account when no other client of this document needs it.
void drop(QJsonObject &document, const CachedAccount &account);

} // namespace MsalCache
} // namespace pimgate
