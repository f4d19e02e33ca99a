#pragma once

#include "gate/Blueprint.h"
#include "gate/Change.h"
#include "gate/Snapshot.h"

namespace pimgate {

/// A difference that verify found, or something worth telling.
struct Finding
{
    enum class Weight { Drift, NotEnforced, NotChecked, Note } weight = Weight::Note;
    QString key;  ///< "exclusionRemoved:<oid>", "memberOutsidePim:<oid>", "directlyAssigned:<oid>", "policyChanged",
                  ///< "excludedToo:<oid>", "notEnforced"
    QString text; ///< one sentence with the name
};

/// Rows that differ plus what no row covers: people excluded, assigned or active whom the blueprint does not name.
QList<Finding> drift(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows);

/// Exit status of verify (interface.md): 0 as planned and enforced, 1 drift or not enforced, 2 not checked.
int verifyStatus(const QList<Finding> &findings, bool reportOnlyOk);

} // namespace pimgate
