#pragma once

#include "demo/odata/Router.h"

/// Who may change a group, and which groups may be changed (contract 4).
namespace pimgate::demo {

bool isRoleAssignable(const QJsonObject &group);
bool isDynamic(const QJsonObject &group);
bool isUnified(const QJsonObject &group);

/// An administrator of groups in general: he does not become owner of what he creates.
bool administersGroups(const Request &request);
/// A role-assignable group wants its own scope besides, and among roles the Privileged Role Administrator.
std::optional<Response> refuseGroupControl(const Request &request, const QJsonObject &group, const std::set<QString> &owners);

// For Permission::person.
std::optional<Response> createsGroup(Store &store, const Request &request);
std::optional<Response> controlsGroup(Store &store, const Request &request);
/// Like controlsGroup; a role-assignable group its creator may delete, no other owner.
std::optional<Response> deletesGroup(Store &store, const Request &request);

/// Groups mastered on-premises are not changed here.
std::optional<Response> refuseSynced(const QJsonObject &group);

} // namespace pimgate::demo
