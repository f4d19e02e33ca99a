#pragma once

#include "base/Task.h"

namespace pimgate::SecretService {

/// Whether the default collection of the Secret Service (Linux) is locked. False where there is none: then the keychain
/// library says what it cannot do.
Task<bool> isLocked();

} // namespace pimgate::SecretService
