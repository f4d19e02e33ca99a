#pragma once

#include "demo/Router.h"

namespace pimgate::demo {

inline const QString usersTable = QStringLiteral("users");
inline const QString groupsTable = QStringLiteral("groups");
inline const QString deletedTable = QStringLiteral("deletedItems");

std::optional<Response> needUserRead(const Request &request);
std::optional<Response> needGroupRead(const Request &request);
std::optional<Response> needGroupWrite(const Request &request);
/// Who may change a group: its owners, and for role-assignable ones only the Privileged Role Administrator besides.
std::optional<Response> needGroupControl(Store &store, const Request &request, const QJsonObject &group);

bool isRoleAssignable(const QJsonObject &group);
bool isDynamic(const QJsonObject &group);
bool isUnified(const QJsonObject &group);

QJsonObject typed(QJsonObject row, const QString &kind);
QList<QJsonObject> objectsOf(const Store &store, const std::set<QString> &ids, const QString &cast = {});
QJsonObject directoryRole(const Store &store, const QString &templateId);

// One file each.
void addUserRoutes(Router &router);
void addGroupRoutes(Router &router);
void addDeletedItemRoutes(Router &router);
void addRoleRoutes(Router &router);
void addTenantRoutes(Router &router);

} // namespace pimgate::demo
