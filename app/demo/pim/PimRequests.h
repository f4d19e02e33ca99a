#pragma once

#include "demo/store/Store.h"

namespace pimgate::demo {

/// Lets what is due in PIM happen: planned schedules start, finished ones end and their people leave the group,
/// pending approvals die after a day, and an activation whose membership somebody deleted ends with it.
void settlePim(Store &store, const QDateTime &now);

} // namespace pimgate::demo
