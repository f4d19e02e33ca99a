#pragma once

#include "demo/pim/PimRequestForm.h"

namespace pimgate::demo::pim {

/// A person switches an eligibility on: at once, or after an approval.
Response selfActivate(Store &store, const Request &request, const Draft &draft);
Response selfDeactivate(Store &store, const Request &request, const Draft &draft);

} // namespace pimgate::demo::pim
