#pragma once

#include "demo/PolicyEvaluation.h"
#include "demo/Store.h"

namespace pimgate::demo {

/// What the directory knows about a user for an evaluation: guest, groups (transitive), active roles.
SignInFacts factsAbout(const Store &store, const QString &userId);

/// The named locations that hold an address or a country, and AllTrusted where one of them is trusted.
QSet<QString> locationsOf(const Store &store, const QString &ipAddress, const QString &country);

} // namespace pimgate::demo
