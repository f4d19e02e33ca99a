#pragma once

#include <QByteArray>
#include <QString>

namespace pimgate::demo {

/// The services behind Microsoft Graph: each has replicas of its own (contract 14) and limits of its own (contract 1.6).
namespace services {
inline const QString directory = QStringLiteral("directory");
inline const QString appRoleAssignments = QStringLiteral("appRoleAssignments");
inline const QString privilegedAccess = QStringLiteral("privilegedAccess");
inline const QString schedules = QStringLiteral("schedules"); ///< of privileged access, read
inline const QString conditionalAccess = QStringLiteral("conditionalAccess");
inline const QString namedLocations = QStringLiteral("namedLocations");
inline const QString authenticationContexts = QStringLiteral("authenticationContexts");
inline const QString identityProtection = QStringLiteral("identityProtection");
inline const QString reports = QStringLiteral("reports");
inline const QString other = QStringLiteral("other");
} // namespace services

/// Who answers this request. @param path decoded, without "/v1.0"
QString serviceOf(const QByteArray &method, const QString &path);

/// Whether new rows of this table reach other services late (contract 14).
bool isReplicated(const QString &table);
/// Whether a service may not know a new row of this table yet that another service has made.
bool lagsBehind(const QString &service, const QString &table, const QString &maker);

} // namespace pimgate::demo
