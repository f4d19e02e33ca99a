#pragma once

#include "demo/odata/Router.h"

namespace pimgate::demo {

/// POST identity/conditionalAccess/evaluate: which policies would apply to a sign-in that somebody supposes.
Response caEvaluate(Store &store, const Request &request);

} // namespace pimgate::demo
