#pragma once

#include "identity/Cloud.h"
#include "net/Http.h"

#include <stop_token>

namespace pimgate {

/// The id of the tenant that the cloud names by its domain, out of the sign-in host's public metadata:
/// GET {login}/{tenant}/v2.0/.well-known/openid-configuration; an id is returned as it is, without asking.
/// Errors: SignIn (AADSTS90002: no such tenant), Network, Protocol.
Task<Result<QString>> lookUpTenant(Http &http, Cloud cloud, std::stop_token stop = {});

/// Whether this is an id (a GUID) and no domain.
bool isTenantId(const QString &tenant);

} // namespace pimgate
