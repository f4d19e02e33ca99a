#pragma once

#include "base/Secret.h"
#include "cli/CommandLine.h"
#include "cli/Console.h"
#include "controllers/Customer.h"
#include "controllers/Services.h"
#include "identity/Permissions.h"

#include <stop_token>

namespace pimgate {

/// What a command works with; lives until it has ended.
struct Context
{
    const CommandLine &line;
    Console &console;
    Services &services;
    std::stop_token stop;
    Secret accessToken; ///< PIMGATE_ACCESS_TOKEN; empty: a sign-in is needed

    Customer &customer() { return *services.customer(); }
    Runner &runner() { return services.customer()->runner; }
};

/// --cloud with --tenant and --client-id put in; without --client-id the person's own registration for that cloud, if any.
Result<Cloud> cloudOf(const CommandLine &line);
/// --sign-in-as is refused anywhere but on loopback.
Outcome signInAsAllowed(const CommandLine &line, const Cloud &cloud);

/// Chooses the tenant and takes up a sign-in: the token of the environment, --sign-in-as, or the one kept in the
/// keychain. No browser: that is the command sign-in.
/// @param scopes what a fresh sign-in asks for
Task<Outcome> enter(Context &context, QStringList scopes = Permissions::toLook());

/// Chooses the tenant without a sign-in. With --sign-in-as a command signs in for itself and keeps nothing.
Result<Customer *> chooseTenant(Context &context);
Result<Customer *> chooseTenant(Context &context, Services::Kept kept);

/// The blueprint of the first operand.
Result<Blueprint> blueprintOf(const CommandLine &line);

} // namespace pimgate
