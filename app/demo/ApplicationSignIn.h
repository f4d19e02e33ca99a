#pragma once

#include "demo/Router.h"

namespace pimgate::demo {

/// Judges one attempt as the sign-in host does before it issues anything, and writes its signIns row:
/// account disabled (50057), assignment required and neither directly assigned nor a direct member of an assigned
/// group (50105), then all enabled Conditional Access policies over transitive membership (53003, 50076).
SignInVerdict decideSignIn(Store &store, const SignInAttempt &attempt);

} // namespace pimgate::demo
