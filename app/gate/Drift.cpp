#include "gate/Drift.h"

#include "gate/ConditionalAccessStep.h"
#include "gate/Interlock.h"

#include <QCoreApplication>

#include <algorithm>

namespace pimgate {
namespace {

struct DriftText
{
    Q_DECLARE_TR_FUNCTIONS(Drift)
};

void addRows(QList<Finding> &findings, const QList<Change> &rows)
{
    for (const Change &row : rows) {
        if (row.done)
            continue;
        if (row.key.startsWith(QLatin1String("exclusion:"))) {
            findings << Finding{Finding::Weight::Drift, QLatin1String("exclusionRemoved:") + row.targetId,
                                DriftText::tr("%1: the exclusion was removed, so it is blocked.").arg(row.what)};
        } else if (row.key == QLatin1String("state") && row.kind == Change::Kind::Closing) {
            continue; // said by notEnforced
        } else {
            findings << Finding{Finding::Weight::Drift, row.key,
                                DriftText::tr("%1: is “%2”, asked was “%3”.").arg(row.what, row.before, row.after)};
        }
    }
}

/// An active member with a schedule came through PIM; a plain one shows up without start and end (graph-contract 7.3).
bool cameThroughPim(const Snapshot &snapshot, const QString &memberId)
{
    return std::any_of(snapshot.active.cbegin(), snapshot.active.cend(), [&](const PimSchedule &schedule) {
        return schedule.principalId == memberId && (schedule.activated || schedule.start.isValid() || schedule.end.isValid());
    });
}

void addPeople(QList<Finding> &findings, const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows)
{
    if (!snapshot.unread.contains(QStringLiteral("active")))
        for (const Principal &member : snapshot.members)
            if (!cameThroughPim(snapshot, member.id))
                findings << Finding{Finding::Weight::Drift, QLatin1String("memberOutsidePim:") + member.id,
                                    DriftText::tr("%1 is a member of the group, added outside PIM.").arg(member.displayName)};
    QStringList named;
    for (const Blueprint::Eligible &wish : blueprint.eligible)
        named << snapshot.principals.value(wish.principal).id;
    for (const PimSchedule &schedule : snapshot.eligible)
        if (!named.contains(schedule.principalId))
            findings << Finding{Finding::Weight::Note, QLatin1String("eligibleToo:") + schedule.principalId,
                                DriftText::tr("%1 is eligible too; the blueprint does not name this person.")
                                    .arg(snapshot.nameOf(schedule.principalId))};
    for (const AppAssignment &assignment : snapshot.assignments) {
        const bool group = snapshot.group && assignment.principalId == snapshot.group->id;
        const bool row =
            std::any_of(rows.cbegin(), rows.cend(), [&](const Change &change) { return change.targetId == assignment.id; });
        if (!group && !row)
            findings << Finding{Finding::Weight::Drift, QLatin1String("directlyAssigned:") + assignment.principalId,
                                DriftText::tr("%1 is assigned to the application directly.").arg(assignment.principalName)};
    }
}

bool guestsExcluded(const CaPolicy &policy)
{
    const QJsonValue users = policy.raw.value(QLatin1String("conditions")).toObject().value(QLatin1String("users"));
    return users[QLatin1String("excludeGuestsOrExternalUsers")].isObject() ||
           policy.excludeUsers.contains(QLatin1String("GuestsOrExternalUsers"));
}

void addPolicy(QList<Finding> &findings, const Blueprint &blueprint, const Snapshot &snapshot)
{
    if (!snapshot.policy)
        return;
    QStringList expected = ConditionalAccessStep::breakGlassIds(blueprint, snapshot);
    if (snapshot.group)
        expected << snapshot.group->id;
    for (const QString &id : snapshot.policy->exclusions())
        if (!expected.contains(id, Qt::CaseInsensitive))
            findings << Finding{
                Finding::Weight::Drift, QLatin1String("excludedToo:") + id,
                DriftText::tr("%1 is left out of the policy; the blueprint does not name it.").arg(snapshot.nameOf(id))};
    const QStringList differ =
        snapshot.application ? Interlock::shapeDifferences(*snapshot.policy, snapshot.application->appId) : QStringList();
    if (!differ.isEmpty())
        findings << Finding{
            Finding::Weight::Drift, QStringLiteral("policyChanged"),
            DriftText::tr("%1 no longer blocks everyone from %2: changed are %3.")
                .arg(snapshot.policy->displayName, snapshot.application->displayName, differ.join(QLatin1String(", ")))};
    for (const QString &role : snapshot.policy->excludeRoles)
        findings << Finding{Finding::Weight::Drift, QLatin1String("excludedToo:") + role,
                            DriftText::tr("A whole directory role (%1) is left out of the policy.").arg(role)};
    if (guestsExcluded(*snapshot.policy))
        findings << Finding{Finding::Weight::Drift, QStringLiteral("excludedToo:guests"),
                            DriftText::tr("Guests are left out of the policy.")};
    if (snapshot.policy->state != CaPolicy::State::Enabled)
        findings << Finding{Finding::Weight::NotEnforced, QStringLiteral("notEnforced"),
                            snapshot.policy->state == CaPolicy::State::ReportOnly
                                ? DriftText::tr("Not enforced: the policy is still in report-only.")
                                : DriftText::tr("Not enforced: the policy is off.")};
}

} // namespace

QList<Finding> drift(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows)
{
    QList<Finding> findings;
    addRows(findings, rows);
    addPeople(findings, blueprint, snapshot, rows);
    addPolicy(findings, blueprint, snapshot);
    for (auto it = snapshot.unread.cbegin(); it != snapshot.unread.cend(); ++it)
        findings << Finding{Finding::Weight::NotChecked, QLatin1String("notChecked:") + it.key(),
                            DriftText::tr("Not checked (%1): %2").arg(it.key(), it->message)};
    if (blueprint.accessReview)
        findings << Finding{Finding::Weight::NotChecked, QStringLiteral("notChecked:accessReview"),
                            DriftText::tr("Not checked: the wizard does not set up access reviews yet.")};
    return findings;
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
