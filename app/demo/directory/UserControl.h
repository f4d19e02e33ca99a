#pragma once

#include "demo/odata/Router.h"

/// Who may disable, delete and restore people: Microsoft's "who can perform sensitive actions".
namespace pimgate::demo {

/// A person whom a User Administrator may not touch: he holds a role of more than little weight, or is in a group that
/// can be given roles, or owns one.
bool outranksUserAdministrators(const Store &store, const QString &userId);
std::optional<Response> refuseUserControl(const Request &request, bool outranks);
/// For Permission::person: of the user in the path.
std::optional<Response> controlsUser(Store &store, const Request &request);

/// What is wrong with the body of a PATCH; this tenant changes accountEnabled alone.
std::optional<Response> refuseUserBody(const QJsonObject &body);

} // namespace pimgate::demo
