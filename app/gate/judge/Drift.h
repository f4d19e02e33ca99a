#pragma once

#include "gate/Change.h"
#include "gate/Snapshot.h"
#include "gate/judge/Openable.h"
#include "gate/wish/Blueprint.h"

namespace pimgate {

/// A difference that verify found, or something worth telling.
struct Finding
{
    enum class Weight { Drift, NotEnforced, NotChecked, Note } weight = Weight::Note;
    /// Stable, with the object it is about: "memberOutsidePim:<oid>", "rules:mfa", "excludedToo:<oid>", "notEnforced"; what
    /// only a row says has the row's own key.
    QString key;
    QString text;                      ///< one sentence with the name
    std::optional<ChangeKey> row = {}; ///< the open row that says the same in a plan, if any
};

/// The key of the finding that is told loudest: an enforced gate that nobody can open, or one that lost an exclusion.
inline constexpr auto lockedOutKey = "lockedOut";

/// What differs from the blueprint, each by a sentence of its own, and what no row covers: people excluded, assigned, active
/// or owning whom the blueprint does not name, accounts that are gone, other policies. Pure: everything was read before.
/// @param paths whether anybody can open the gate as it stands, were it closed.
QList<Finding> drift(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows, const Openable &paths);

/// Exit status of verify (interface.md): 0 as planned and enforced, 1 drift or not enforced, 2 not checked.
int verifyStatus(const QList<Finding> &findings, bool reportOnlyOk);

} // namespace pimgate
