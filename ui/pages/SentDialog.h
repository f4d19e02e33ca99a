#pragma once

#include "controllers/StepController.h"

class QWidget;

namespace pimgate {

/// Method, address and body of every request that the open rows come to. Object name of the dialog: "sent".
/// @param graph the address that the paths go on from.
void showSent(const QList<StepController::Sent> &rows, const QString &graph, QWidget *window);

} // namespace pimgate
