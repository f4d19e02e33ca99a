#pragma once

#include "demo/odata/Permission.h"

namespace pimgate::demo {

inline const QString usersTable = QStringLiteral("users");
inline const QString groupsTable = QStringLiteral("groups");
inline const QString principalsTable = QStringLiteral("servicePrincipals");
inline const QString registrationsTable = QStringLiteral("applications");
inline const QString assignmentsTable = QStringLiteral("appRoleAssignments");

/// Scopes that are as good as each other, the least first, as Permission::scopes takes them.
namespace scopes {
inline const QString userRead =
    QStringLiteral("User.ReadBasic.All User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All");
inline const QString userReadAll = QStringLiteral("User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All");
inline const QString userWrite = QStringLiteral("User.ReadWrite.All Directory.ReadWrite.All");
inline const QString userSwitch = QStringLiteral("User.EnableDisableAccount.All User.ReadWrite.All Directory.ReadWrite.All");
inline const QString ownUser = QStringLiteral("User.Read User.ReadWrite");
inline const QString groupRead = QStringLiteral("GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All "
                                                "Group.ReadWrite.All Directory.Read.All Directory.ReadWrite.All");
inline const QString groupWrite = QStringLiteral("Group.ReadWrite.All Directory.ReadWrite.All");
inline const QString memberWrite = QStringLiteral("GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All");
inline const QString applicationRead =
    QStringLiteral("Application.Read.All Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All");
inline const QString applicationWrite = QStringLiteral("Application.ReadWrite.All Directory.ReadWrite.All");
inline const QString roleRead =
    QStringLiteral("RoleManagement.Read.Directory RoleManagement.Read.All RoleManagement.ReadWrite.Directory "
                   "Directory.Read.All Directory.ReadWrite.All");
inline const QString roleWrite = QStringLiteral("RoleManagement.ReadWrite.Directory");
} // namespace scopes

namespace roles {
inline QString hybridIdentityAdministrator()
{
    return QStringLiteral("8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2");
}
} // namespace roles

/// How much of an object the token may see (contract 3 and 4.2).
enum class Sight {
    All,
    Basic,    ///< of a user: the names and addresses of User.ReadBasic.All
    Existence ///< its type and id
};
/// @param kind "user", "group", "servicePrincipal", "directoryRole"
Sight sightOf(const Request &request, const QString &kind, const QString &objectId);
/// The row with what may not be seen taken out.
QJsonObject seen(const QJsonObject &row, Sight sight);

QJsonObject typed(QJsonObject row, const QString &kind);
/// Users, groups and service principals by id, each as the token may see it. @param cast one kind only
QList<QJsonObject> objectsSeen(const Store &store, const Request &request, const std::set<QString> &ids,
                               const QString &cast = {});
QJsonObject directoryRole(const Store &store, const QString &templateId);
/// The user, or whatever else the id of the path names; null when there is none.
const QJsonObject *addressedObject(const Store &store, const Request &request);

/// ".../members", ".../members/graph.user", ...: a navigation with its casts.
QString castPath(const QString &navigation, const QString &cast);

// One file each.
void addUserRoutes(Router &router);
void addMembershipRoutes(Router &router);
void addDirectoryObjectRoutes(Router &router);
void addGroupRoutes(Router &router);
void addGroupLinkRoutes(Router &router);
void addDeletedItemRoutes(Router &router);
void addRoleRoutes(Router &router);
void addTenantRoutes(Router &router);
void addAuditRoutes(Router &router);
void addAppRoleAssignmentRoutes(Router &router);

} // namespace pimgate::demo
