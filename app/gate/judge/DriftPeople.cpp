#include "gate/judge/DriftParts.h"
#include "gate/steps/PimRows.h"

#include <QLocale>

#include <algorithm>

namespace pimgate::driftparts {
namespace {

using Weight = Finding::Weight;

constexpr int daysAhead = 30; ///< an eligibility that ends sooner is told in time to renew it

/// An active member with a schedule came through PIM; a plain one shows up without start and end (graph-contract 7.3).
bool cameThroughPim(const Snapshot &snapshot, const QString &memberId)
{
    return std::any_of(snapshot.active.cbegin(), snapshot.active.cend(), [&](const PimSchedule &schedule) {
        return schedule.principalId == memberId && (schedule.activated || schedule.start.isValid() || schedule.end.isValid());
    });
}

QList<Finding> ofMembers(const Snapshot &snapshot)
{
    QList<Finding> findings;
    if (snapshot.unread.contains(QStringLiteral("active")))
        return findings;
    for (const Principal &member : snapshot.members)
        if (!cameThroughPim(snapshot, member.id))
            findings << Finding{Weight::Drift, QLatin1String("memberOutsidePim:") + member.id,
                                DriftText::tr("%1 is a member of the group, added outside PIM.").arg(member.displayName)};
    // PIM knows it, so it is no way around PIM; nobody activated or approved it all the same.
    for (const PimSchedule &schedule : snapshot.active)
        if (!schedule.activated && schedule.direct && schedule.start.isValid())
            findings << Finding{Weight::Note, QLatin1String("activeAssigned:") + schedule.principalId,
                                DriftText::tr("%1 is in the group without activating: assigned as active in PIM.")
                                    .arg(snapshot.nameOf(schedule.principalId))};
    return findings;
}

QString day(const QDateTime &at)
{
    return QLocale().toString(at.toLocalTime().date(), QLocale::ShortFormat);
}

QString notAsAsked(const PimSchedule &schedule, const Change &row)
{
    if (!schedule.provisioned())
        return DriftText::tr("The eligibility of %1 is not in force: Microsoft says “%2”.").arg(row.what, schedule.status);
    return schedule.end.isValid()
               ? DriftText::tr("%1 is eligible until %2, asked was: %3.").arg(row.what, day(schedule.end), row.after)
               : DriftText::tr("%1 is eligible without end, asked was: %2.").arg(row.what, row.after);
}

/// Whom the blueprint names: eligible as asked, and for how long yet.
QList<Finding> ofNamed(const Principal &who, const Snapshot &snapshot, const QList<Change> &rows)
{
    if (who.deleted)
        return {Finding{Weight::Drift, QLatin1String("eligibleDeleted:") + who.id,
                        DriftText::tr("%1, who is to be eligible, was deleted from the tenant.").arg(who.displayName)}};
    const PimSchedule *schedule = pimrows::scheduleOf(snapshot.eligible, who.id);
    if (const Change *row = openRow(rows, {ChangeKey::Kind::Eligible, who.id}))
        return {Finding{Weight::Drift, row->key.toString(),
                        schedule
                            ? notAsAsked(*schedule, *row)
                            : DriftText::tr("%1 is not eligible: it has expired, was removed or was never made.").arg(row->what),
                        row->key}};
    if (schedule && schedule->end.isValid() && schedule->end < snapshot.readAt.addDays(daysAhead))
        return {Finding{Weight::Note, QLatin1String("eligibleEnds:") + who.id,
                        DriftText::tr("%1 is eligible until %2 only.").arg(who.displayName, day(schedule->end))}};
    return {};
}

/// People are only added: whom the blueprint does not name is no drift, unless it asks that nobody else is eligible.
Finding ofUnnamed(const PimSchedule &schedule, const Snapshot &snapshot, const QList<Change> &rows)
{
    const QString name = snapshot.nameOf(schedule.principalId);
    if (const Change *row = openRow(rows, {ChangeKey::Kind::Uneligible, schedule.principalId}))
        return Finding{Weight::Drift, row->key.toString(),
                       DriftText::tr("%1 is eligible too, asked was that nobody else is.").arg(name), row->key};
    return Finding{Weight::Note, QLatin1String("eligibleToo:") + schedule.principalId,
                   DriftText::tr("%1 is eligible too; the blueprint does not name this person.").arg(name)};
}

/// Accounts that can never activate: a seat, and a name that somebody may take for access.
QList<Finding> ofAccounts(const Snapshot &snapshot)
{
    QList<Finding> findings;
    QStringList told;
    for (const PimSchedule &schedule : snapshot.eligible) {
        const QString &id = schedule.principalId;
        if (told.contains(id))
            continue;
        told << id;
        if (snapshot.gone.contains(id))
            findings << Finding{Weight::Drift, QLatin1String("eligibleDeleted:") + id,
                                DriftText::tr("%1 is still eligible, and was deleted from the tenant.").arg(snapshot.nameOf(id))};
        else if (snapshot.disabled.contains(id))
            findings << Finding{
                Weight::Drift, QLatin1String("eligibleDisabled:") + id,
                DriftText::tr("%1 is eligible, and the account is disabled: it cannot activate.").arg(snapshot.nameOf(id))};
    }
    return findings;
}

QList<Finding> ofEligible(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows)
{
    QList<Finding> findings;
    QStringList named;
    for (const Blueprint::Eligible &wish : blueprint.eligible) {
        const Principal who = snapshot.principals.value(wish.principal);
        if (who.id.isEmpty() || named.contains(who.id))
            continue;
        named << who.id;
        if (!snapshot.gone.contains(who.id)) // ofAccounts says that
            findings << ofNamed(who, snapshot, rows);
    }
    for (const PimSchedule &schedule : snapshot.eligible)
        if (!named.contains(schedule.principalId) && !snapshot.gone.contains(schedule.principalId))
            findings << ofUnnamed(schedule, snapshot, rows);
    return findings + ofAccounts(snapshot);
}

/// Owners can add members past PIM and change its rules (P11). The blueprint names none, so the group tells whose they are:
/// one that was there before keeps its owners, and they are worth a word. One that this program made has none, save perhaps
/// the account that made it while it held no administrator role; nobody else belongs there. Who that was is known only as far
/// as it is the account that looks now: sparing "the only owner" would miss just the one who made himself owner of a group
/// that had none.
QList<Finding> ofOwners(const Snapshot &snapshot)
{
    QList<Finding> findings;
    for (const Principal &owner : snapshot.owners) {
        const bool me = !snapshot.operatorId.isEmpty() && owner.id.compare(snapshot.operatorId, Qt::CaseInsensitive) == 0;
        const bool became = madeByUs(snapshot) && !me;
        const QString text =
            became ? DriftText::tr("%1 became an owner of the group and can add members outside PIM.").arg(owner.displayName)
            : me   ? DriftText::tr("%1, who is signed in, owns the group and can add members outside PIM.").arg(owner.displayName)
                   : DriftText::tr("%1 is an owner of the group and can add members outside PIM.").arg(owner.displayName);
        findings << Finding{became ? Weight::Drift : Weight::Note, QLatin1String("owner:") + owner.id, text};
    }
    return findings;
}

QList<Finding> ofAssignments(const Snapshot &snapshot, const QList<Change> &rows)
{
    QList<Finding> findings;
    for (const AppAssignment &assignment : snapshot.assignments) {
        if (snapshot.group && assignment.principalId == snapshot.group->id)
            continue;
        const Change *row = openRow(rows, {ChangeKey::Kind::Unassign, assignment.id});
        findings << Finding{Weight::Drift, QLatin1String("directlyAssigned:") + assignment.principalId,
                            DriftText::tr("%1 is assigned to the application directly.").arg(assignment.principalName),
                            row ? std::optional(row->key) : std::nullopt};
    }
    return findings;
}

} // namespace

QList<Finding> ofPeople(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows)
{
    return ofMembers(snapshot) + ofEligible(blueprint, snapshot, rows) + ofOwners(snapshot) + ofAssignments(snapshot, rows);
}

} // namespace pimgate::driftparts
