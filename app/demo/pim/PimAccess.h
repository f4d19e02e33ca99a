#pragma once

#include "demo/odata/Router.h"

#include <initializer_list>

namespace pimgate::demo {

enum class PimNeed { Read, Write };

/// 403 PermissionScopeNotGranted, wrapped as the PIM service does it, when the token lacks the scope.
/// @param family "PrivilegedEligibilitySchedule", "PrivilegedAssignmentSchedule", "RoleManagementPolicy"
std::optional<Response> requirePimScope(const Request &request, const QString &family, PimNeed need);

/// 404 when the group is not there, 400 when the tenant has no licence or the group cannot be managed by PIM.
std::optional<Response> requirePimGroup(const Store &store, const QString &groupId);

/// 403 when the caller is neither owner (to read: or member) of the group nor holds the role that its kind asks for.
std::optional<Response> requirePimRole(const Store &store, const Request &request, const QString &groupId, PimNeed need);

/// Whether a subscription that is alive carries one of the service plans.
bool hasServicePlan(const Store &store, std::initializer_list<const char *> anyOf);
/// Conditional Access and sign-in logs need Entra ID P1.
bool hasPremiumLicence(const Store &store);

/// Error codes as the PIM service words them.
Response pimError(const QString &code, const QString &message);
Response pimNotFound();
Response pimForbidden();

} // namespace pimgate::demo
