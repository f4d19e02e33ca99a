#pragma once

#include "gate/judge/Evaluator.h"
#include "gate/steps/Interlock.h"

#include <array>

namespace pimgate {

/// One row of what the policy does with whom. Facts; the page has the words.
struct MatrixRow
{
    enum class Kind { Ordinary, Anybody, Eligible, OnceActive, ActiveNow, BreakGlass, Operator };
    enum class Answer { WouldBeBlocked, Blocked, LetThrough, NotBlocked, NotChecked };

    Kind kind = Kind::Anybody;
    Person person;
    QString name;            ///< of the person, as Microsoft or the tenant said it
    QStringList names = {};  ///< Kind::BreakGlass: all who are left out, short
    bool simulated = false;  ///< worked out here; else What-If has said it
    Answer now = {};         ///< while the policy is in report-only
    Answer whenOn = {};      ///< once it is on
    Answer afterItEnds = {}; ///< once on, without an activation
};

/// One of each kind stands for the others, and whoever is not answered as expected before all; the evidence has them all.
/// @param on the tenant with the policy on. @param breakGlass ids of who is left out. @param you who is signed in.
QList<MatrixRow> policyMatrix(const Snapshot &on, const std::optional<ArmingEvidence> &evidence, const QStringList &breakGlass,
                              const Principal &you);

/// A person of the snapshot by id, or with this name where it does not know him.
Person personIn(const Snapshot &snapshot, const QString &userId, const QString &name);

} // namespace pimgate
