#include "gate/judge/DriftParts.h"
#include "gate/judge/OpenableWords.h"

#include <algorithm>

namespace pimgate::driftparts {
namespace {

using Weight = Finding::Weight;
using Candidate = Openable::Candidate;

constexpr int daysOfNotice = 30; ///< the last path ends sooner: renewed today, nobody stands before a shut gate then (P33)

bool isEnforced(const Snapshot &snapshot)
{
    return evaluate(everyone(), snapshot).enforced;
}

/// The loudest thing that verify can say: the gate is shut, and nobody opens it, or somebody who must never be kept out is.
QList<Finding> ofLockedOut(const Openable &paths, const Snapshot &snapshot, const QList<Change> &rows)
{
    const QString key = QLatin1String(lockedOutKey);
    if (paths.answer == Openable::Answer::No)
        return {Finding{Weight::Drift, key, DriftText::tr("The gate is shut. %1").arg(noPathSentence(paths))}};
    const bool lost = std::any_of(rows.cbegin(), rows.cend(),
                                  [](const Change &row) { return row.is(ChangeKey::Kind::Exclusion) && !row.done; });
    if (!lost)
        return {};
    return {
        Finding{Weight::Drift, key,
                DriftText::tr("%1 is on, and whom it has to leave out is blocked right now.").arg(snapshot.policy->displayName)}};
}

QList<Finding> ofEnd(const Openable &paths, const Snapshot &snapshot)
{
    const Candidate *path = paths.path();
    if (!path || !path->until.isValid() || path->until >= snapshot.readAt.addDays(daysOfNotice))
        return {};
    return {Finding{Weight::Drift, QStringLiteral("pathEnds"),
                    DriftText::tr("After that nobody can open the gate any more. %1").arg(pathSentence(paths))}};
}

/// What PIM asks through an authentication context, where that comes to less than it looks like (P16).
QList<Finding> ofContext(const Openable &paths, const Snapshot &snapshot)
{
    const auto isOf = [&paths](Openable::Context context) {
        return std::any_of(paths.people.cbegin(), paths.people.cend(),
                           [context](const Candidate &one) { return one.context == context; });
    };
    if (!snapshot.rules)
        return {};
    const QString claim = snapshot.rules->authenticationContext();
    if (isOf(Openable::Context::AsksNothing))
        return {
            Finding{Weight::Drift, QStringLiteral("contextAsksNothing"),
                    DriftText::tr("Activation asks for the authentication context %1, and no policy that is on asks the eligible "
                                  "people for anything there: not even for MFA.")
                        .arg(claim)}};
    if (isOf(Openable::Context::MfaInstead))
        return {Finding{Weight::Note, QStringLiteral("contextNotTargeted"),
                        DriftText::tr("No policy targets the authentication context %1: PIM asks for MFA instead.").arg(claim)}};
    return {};
}

} // namespace

QList<Finding> ofPaths(const Openable &paths, const Snapshot &snapshot, const QList<Change> &rows)
{
    if (!snapshot.group)
        return {};
    QList<Finding> findings;
    if (isEnforced(snapshot))
        findings << ofLockedOut(paths, snapshot, rows);
    else if (paths.answer == Openable::Answer::No)
        findings << Finding{Weight::Drift, QStringLiteral("nobodyCanOpen"), noPathSentence(paths)};
    if (paths.answer == Openable::Answer::NotKnown)
        findings << Finding{Weight::NotChecked, QStringLiteral("notChecked:path"), noPathSentence(paths)};
    return findings + ofEnd(paths, snapshot) + ofContext(paths, snapshot);
}

} // namespace pimgate::driftparts
