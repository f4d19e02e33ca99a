#pragma once

#include "base/IsoDuration.h"
#include "demo/store/Store.h"

#include <QDateTime>

namespace pimgate::demo {

/// How the directory behaves where tenants or documents differ: the row "directory" of the table demoSettings.
struct DirectoryManners
{
    bool securityGroupsAreGoneAtOnce = false; ///< older documents: no deleted item is left (contract 4.4)
    bool membersCreateGroups = true;          ///< authorizationPolicy: anybody may create security groups
};
DirectoryManners directoryManners(const Store &store);

/// The control plane's POST /demo/directory, each member if it is to change:
/// - "securityGroupsAreGoneAtOnce", "membersCreateGroups": true or false
/// - "licence": "none", "P1", "P2" or "governance"
/// - "consented": "Scope Scope", more that an administrator has consented to for everybody on the wizard's client
/// - "roles": {UPN: [role names]}, the directory roles that this person holds from now on
/// What is wrong with it, or nothing.
std::optional<QString> setDirectoryManners(Store &store, const QJsonObject &body);

/// A duration, or "PT0S": none.
Result<IsoDuration> parseDelay(const QString &text);

/// POST /demo/logs {"auditDelay": "PT5M", "signInDelay": "PT5M"}: the row "logs" of demoSettings (contract 12: logs
/// are minutes late). What is wrong with it, or nothing.
std::optional<QString> setLogManners(Store &store, const QJsonObject &body);

/// What happened after this moment is not in the log yet. @param delay "auditDelay" or "signInDelay"
QDateTime loggedUntil(const Store &store, const char *delay);

} // namespace pimgate::demo
