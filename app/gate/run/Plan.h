#pragma once

#include "gate/judge/Drift.h"
#include "gate/judge/Openable.h"
#include "gate/steps/Interlock.h"

namespace pimgate {

/// What is wanted beside what the tenant has: the rows a person confirms.
struct Plan
{
    Blueprint blueprint;
    SnapshotPtr snapshot;
    QList<Change> rows; ///< all, in the order of writing; open() gives those to make
    Openable openable;  ///< as it stands, and were the rows made that take access away
    QList<Finding> findings;
    QList<Error> refusals; ///< why it must not be applied as it is, each with its place in the blueprint

    QList<Change> toMake() const { return open(rows); }
    QList<Change> ofStep(StepId step) const;
};

} // namespace pimgate
