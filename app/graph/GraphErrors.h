#pragma once

#include "base/Error.h"

namespace pimgate::GraphErrors {

/// Gives the error its kind, message and next step from its status and code (graph-contract 1.2, 7.7, 10.6).
/// @param said the server's own text: shortened inside the message where the code is unknown; PIM and Conditional Access
/// tell apart by it alone, so it may also make the code more specific.
void explain(Error &error, const QString &said);

} // namespace pimgate::GraphErrors
