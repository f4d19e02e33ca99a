#pragma once

#include "demo/login/OAuthErrors.h"
#include "demo/store/Store.h"

#include <QList>
#include <QString>
#include <QStringList>

namespace pimgate::demo {

// What a scope parameter asks for, and who has consented to what (contract 2.5 and 16).

struct PermissionText
{
    QString name;
    QString title;  ///< what a person reads
    bool adminOnly; ///< a user cannot consent to it for himself
};

/// The scopes asked of one resource.
struct ResourceScopes
{
    QString appId; ///< of the resource
    QStringList names;
    QString prefix = {}; ///< "api://.../": as the client wrote it; empty for Graph
};

struct AskedScopes
{
    QStringList openId; ///< openid, profile, email, offline_access
    QList<ResourceScopes> resources;
    Refusal refusal = {}; ///< 500011, 650053, 70011

    bool has(const QString &openIdScope) const { return openId.contains(openIdScope); }
};

/// Reads a scope parameter. Short names and those of `origin` are Graph's; others name their resource before the last
/// slash: an appId, "api://...", or an identifier of an application of the tenant.
AskedScopes readScopes(const Store &store, const QString &scope, const QString &origin);

/// One of Graph's delegated permissions; null when Graph has none of that name.
const PermissionText *graphPermission(const QString &name);
QStringList graphPermissionNames();
PermissionText permissionText(const Store &store, const QString &resourceAppId, const QString &name);
bool isOpenIdScope(const QString &name);

/// Consented for this person or for everybody (oauth2PermissionGrants).
QStringList grantedScopes(const Store &store, const QString &clientAppId, const QString &resourceAppId, const QString &userId);
/// Replaces ".default" by what has been consented to, or else by what the resource has to offer.
void expandDefault(const Store &store, const QString &clientAppId, const QString &userId, AskedScopes &asked);
/// What of the asked nobody has consented to yet.
QList<ResourceScopes> missingConsent(const Store &store, const QString &clientAppId, const QString &userId,
                                     const AskedScopes &asked);
/// May consent for everybody, and to what only administrators may consent to.
bool mayConsentForAll(const std::set<QString> &roles);
/// Writes the grant (for everybody when `principalId` is empty) and its audit record.
void grantConsent(Store &store, const QString &clientAppId, const QString &principalId, const QString &actor,
                  const QList<ResourceScopes> &scopes);

} // namespace pimgate::demo
