#pragma once

#include "demo/odata/Permission.h"

/// What service principals and their assignments share.
namespace pimgate::demo {

/// By id or by appId, as the template has it; null when there is none.
const QJsonObject *addressedPrincipal(const Store &store, const Request &request);
/// The id or appId that the path names.
QString principalAddress(const Request &request);
/// The two ways to name a service principal in a path.
QStringList principalPaths();
bool isFirstParty(const QJsonObject &principal);

/// An owner of the service principal, or a holder of one of the roles.
std::optional<Response> ownsOrHolds(const Store &store, const Request &request, const QJsonObject &principal,
                                    const std::set<QString> &anyOf);

} // namespace pimgate::demo
