#pragma once

#include "demo/store/Store.h"

/// What goes when an object goes (contract 4.4 and 13), and what comes back with it.
namespace pimgate::demo {

inline const QString deletedTable = QStringLiteral("deletedItems");

/// With its links, its activations and eligibilities, its app role assignments and directory roles. A Microsoft 365
/// group stays a deleted item; whether a security group does, the tenant's manners say.
void deleteGroupAndRest(Store &store, const QJsonObject &group);
void deleteUserAndRest(Store &store, const QJsonObject &user);
/// The deleted item is an object again, with what comes back with it. The object's row.
QJsonObject restoreWithRest(Store &store, const QJsonObject &deleted, const QString &kind);

} // namespace pimgate::demo
