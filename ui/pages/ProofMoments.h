#pragma once

#include "proof/ProofRun.h"
#include "widgets/TimeLine.h"

namespace pimgate {

/// The five moments of the time line, from the lines of a proof.
QList<Moment> momentsOf(const QList<ProofLine> &lines);
/// The line that a moment stands for; -1: none.
int lineOfMoment(const QList<ProofLine> &lines, int moment);

} // namespace pimgate
