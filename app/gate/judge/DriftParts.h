#pragma once

#include "gate/judge/Drift.h"

#include <QCoreApplication>

namespace pimgate::driftparts {

struct DriftText
{
    Q_DECLARE_TR_FUNCTIONS(Drift)
};

/// Whether anybody can open the gate, and for how long yet.
QList<Finding> ofPaths(const Openable &paths, const Snapshot &snapshot, const QList<Change> &rows);
/// Settings of PIM that are not as asked, field by field, and who is to approve.
QList<Finding> ofRules(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows);
/// Who is in the group, eligible for it, owns it, or holds the application past it.
QList<Finding> ofPeople(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows);
/// The policy of the gate, and what other policies do to the application.
QList<Finding> ofPolicies(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows);

/// The row of that key as long as it is open, else null.
const Change *openRow(const QList<Change> &rows, const ChangeKey &key);
/// The group was made by this program: what the blueprint leaves open was set to the page's defaults.
bool madeByUs(const Snapshot &snapshot);

} // namespace pimgate::driftparts
