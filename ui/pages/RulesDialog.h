#pragma once

#include "graph/Objects.h"

class QWidget;

namespace pimgate {

/// Opens "All 17 rules": every rule of the group as the tenant has it. Does not block the window.
void showRules(const ManagementPolicy &rules, QWidget *window);

} // namespace pimgate
