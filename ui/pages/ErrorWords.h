#pragma once

#include "base/Error.h"
#include "widgets/ErrorFrame.h"

namespace pimgate {

/// An error as the frame on a page says it: title, what happened, who can fix it, what to do, and the line that is copied
/// (code, request, trace, moment and nothing that names a person).
ErrorText errorText(const Error &error);

} // namespace pimgate
