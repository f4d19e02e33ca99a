#include "demo/pim/PimAudit.h"

/// What the clock and other hands do to schedules.
namespace pimgate::demo::pim {
namespace {

bool isDueNow(const QJsonObject &schedule, const QDateTime &now)
{
    if (textIn(schedule, "status") == QLatin1String("Provisioned"))
        return false;
    const QString provisioned = textIn(schedule, "_dueDateTime");
    return spanOf(schedule).start <= now && (provisioned.isEmpty() || DemoClock::parse(provisioned) <= now);
}

/// An activation needs its eligibility and an enabled account at the moment it starts, too.
void startDue(Store &store, const Half &half, const QJsonObject &schedule)
{
    const QString principalId = textIn(schedule, "principalId");
    const bool mayStart =
        !isActivated(schedule) ||
        (isEnabled(store, principalId) &&
         eligibilityFor(store, principalId, textIn(schedule, "groupId"), textIn(schedule, "accessId")).has_value());
    if (mayStart) {
        startSchedule(store, half, schedule);
        return;
    }
    failRequest(store, half, textIn(schedule, "createdUsing"));
    store.remove(half.schedules(), textIn(schedule, "id"));
}

void expireSchedule(Store &store, const Half &half, const QJsonObject &schedule)
{
    endSchedule(store, half, schedule);
    if (store.holds(half.schedules(), textIn(schedule, "id")))
        return; // the last owner stays for now
    if (!isOver(schedule, store.now()))
        return; // it was to end earlier, and its person could not leave then
    if (isActivated(schedule))
        auditPim(store, QStringLiteral("Remove member from role (PIM activation expired)"), {}, schedule);
    else // may be renewed
        store.patch(half.requests(), textIn(schedule, "createdUsing"), {{QStringLiteral("_expired"), true}});
}

/// PIM gives up after thirty days: the owner stays one without a schedule.
bool gaveUp(const QJsonObject &schedule, const QDateTime &now)
{
    const QString until = textIn(schedule, "_retryUntilDateTime");
    return !until.isEmpty() && DemoClock::parse(until) <= now;
}

/// The group is gone: nobody is in it, and restored it must not bring its activated members back.
void forgetWithGroup(Store &store, const Half &half, const QJsonObject &schedule)
{
    store.remove(half.schedules(), textIn(schedule, "id"));
    const QString groupId = textIn(schedule, "groupId");
    const QJsonObject *deleted = store.find(QStringLiteral("deletedItems"), groupId);
    if (!deleted || !schedule.value(QLatin1String("_joined")).toBool())
        return;
    const bool owner = textIn(schedule, "accessId") == QLatin1String("owner");
    const QString links = owner ? QStringLiteral("_owners") : QStringLiteral("_members");
    QJsonArray kept;
    for (const auto &each : deleted->value(links).toArray())
        if (!same(each.toString(), textIn(schedule, "principalId")))
            kept.append(each);
    store.patch(QStringLiteral("deletedItems"), groupId, {{links, kept}});
}

void settleOne(Store &store, const Half &half, const QJsonObject &schedule, const QDateTime &now)
{
    if (!store.holds(half.schedules(), textIn(schedule, "id")))
        return; // taken away a moment ago, and only still shown
    if (!half.eligibility && !store.holds(kGroups, textIn(schedule, "groupId")))
        forgetWithGroup(store, half, schedule);
    else if (gaveUp(schedule, now))
        store.remove(half.schedules(), textIn(schedule, "id"));
    else if (isOver(schedule, now) || hasText(schedule, "_retryUntilDateTime"))
        expireSchedule(store, half, schedule);
    else if (isDueNow(schedule, now))
        startDue(store, half, schedule);
    else if (!half.eligibility && isCurrent(schedule, now) && joinGroup(store, schedule)) {
        leaveGroup(store, schedule); // he was taken out by hand: his activation ended with that (contract 4.3)
        store.remove(half.schedules(), textIn(schedule, "id"));
    }
}

} // namespace

void settleSchedules(Store &store, const Half &half, const QDateTime &now)
{
    for (const QJsonObject &schedule : store.rows(half.schedules()))
        settleOne(store, half, schedule, now);
}

} // namespace pimgate::demo::pim
