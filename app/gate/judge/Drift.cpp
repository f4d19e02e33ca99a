#include "gate/judge/DriftParts.h"

#include <algorithm>

namespace pimgate {
namespace driftparts {

const Change *openRow(const QList<Change> &rows, const ChangeKey &key)
{
    const auto found =
        std::find_if(rows.cbegin(), rows.cend(), [&key](const Change &row) { return row.key == key && !row.done; });
    return found == rows.cend() ? nullptr : &*found;
}

bool madeByUs(const Snapshot &snapshot)
{
    return snapshot.group && snapshot.group->mailNickname.startsWith(QLatin1String(groupMark));
}

namespace {

/// A row whose sentence another part says, with the names that the row does not know.
bool saidElsewhere(const Change &row, const Snapshot &snapshot)
{
    if (row.is(ChangeKey::Kind::State))
        return row.closing(); // by notEnforced
    if (row.is(ChangeKey::Kind::Rules))
        return snapshot.rules.has_value();
    return row.is(ChangeKey::Kind::Exclusion) || row.is(ChangeKey::Kind::Eligible) || row.is(ChangeKey::Kind::Uneligible) ||
           row.is(ChangeKey::Kind::Unassign);
}

QString sentenceOf(const Change &row, const Snapshot &snapshot)
{
    const QString application = snapshot.application ? snapshot.application->displayName : QString();
    if (row.is(ChangeKey::Kind::Group))
        return DriftText::tr("There is no group %1: it was deleted, renamed or never made.").arg(row.after);
    if (row.is(ChangeKey::Kind::Policy))
        return DriftText::tr("There is no policy %1: it was deleted, renamed or never made.")
            .arg(row.wanted.value(QLatin1String("displayName")).toString());
    if (row.is(ChangeKey::Kind::Assignment))
        return DriftText::tr("%1 is not assigned to %2 as asked: activating gives no access.").arg(row.what, application);
    if (row.is(ChangeKey::Kind::Required) && row.closing())
        return DriftText::tr("%1 does not require assignment any more: not only assigned people may sign in.").arg(application);
    return DriftText::tr("%1: is “%2”, asked was “%3”.").arg(row.what, row.before, row.after);
}

QList<Finding> ofRows(const Snapshot &snapshot, const QList<Change> &rows)
{
    QList<Finding> findings;
    for (const Change &row : rows)
        if (!row.done && !saidElsewhere(row, snapshot))
            findings << Finding{Finding::Weight::Drift, row.key.toString(), sentenceOf(row, snapshot), row.key};
    return findings;
}

QList<Finding> notChecked(const Blueprint &blueprint, const Snapshot &snapshot)
{
    QList<Finding> findings;
    for (auto it = snapshot.unread.cbegin(); it != snapshot.unread.cend(); ++it)
        findings << Finding{Finding::Weight::NotChecked, QLatin1String("notChecked:") + it.key(),
                            DriftText::tr("Not checked (%1): %2").arg(it.key(), it->message)};
    if (blueprint.accessReview)
        findings << Finding{Finding::Weight::NotChecked, QStringLiteral("notChecked:accessReview"),
                            DriftText::tr("Not checked: the wizard does not set up access reviews yet.")};
    return findings;
}

} // namespace
} // namespace driftparts

QList<Finding> drift(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows, const Openable &paths)
{
    using namespace driftparts;
    return ofPaths(paths, snapshot, rows) + ofRows(snapshot, rows) + ofRules(blueprint, snapshot, rows) +
           ofPeople(blueprint, snapshot, rows) + ofPolicies(blueprint, snapshot, rows) + notChecked(blueprint, snapshot);
}

int verifyStatus(const QList<Finding> &findings, bool reportOnlyOk)
{
    const auto has = [&](Finding::Weight weight) {
        return std::any_of(findings.cbegin(), findings.cend(),
                           [weight](const Finding &finding) { return finding.weight == weight; });
    };
    if (has(Finding::Weight::Drift) || (!reportOnlyOk && has(Finding::Weight::NotEnforced)))
        return 1;
    return has(Finding::Weight::NotChecked) ? 2 : 0;
}

} // namespace pimgate
