#include "demo/pim/PimAudit.h"

namespace pimgate::demo::pim {

QString spanWord(const QJsonObject &scheduleInfo)
{
    const QString type = scheduleInfo.value(QLatin1String("expiration")).toObject().value(QLatin1String("type")).toString();
    return type == QLatin1String("noExpiration") ? QStringLiteral("permanent") : QStringLiteral("timebound");
}

QString activityOf(const Half &half, const QString &action, const char *step, const QString &span)
{
    const QString did = QLatin1String(step);
    const QString what = half.eligibility ? QStringLiteral("eligible member") : QStringLiteral("member");
    const bool completed = did == QLatin1String("completed");
    if (action == QLatin1String("selfActivate"))
        return QStringLiteral("Add member to role %1 (PIM activation)").arg(did);
    if (action == QLatin1String("selfDeactivate"))
        return QStringLiteral("Remove member from role %1 (PIM deactivate)").arg(did);
    if (action == QLatin1String("adminRemove"))
        return QStringLiteral("Remove %1 from role in PIM %2 (%3)").arg(what, did, span);
    if (action == QLatin1String("adminAssign"))
        return QStringLiteral("Add %1 to role in PIM %2 (%3)").arg(what, did, span);
    if (completed)
        return QStringLiteral("Update member in PIM approved by admin (extend/renew)");
    if (action.endsWith(QLatin1String("Renew")))
        return QStringLiteral("Add %1 to role in PIM %2 (renew)").arg(what, did);
    return QStringLiteral("Update %1 in PIM %2 (extend)").arg(what, did);
}

void auditPim(Store &store, const QString &activity, const QString &actor, const QJsonObject &row)
{
    Store::Audit entry;
    entry.activity = activity;
    entry.service = QStringLiteral("PIM");
    const QString verb = activity.section(QLatin1Char(' '), 0, 0); // "Add", "Remove"; an expired request is an update
    entry.operation = verb == QLatin1String("PIM") ? QStringLiteral("Update") : verb;
    entry.actor = actor;
    entry.targets = {textIn(row, "groupId"), textIn(row, "principalId")};
    entry.reason = textIn(row, "justification");
    store.audit(entry);
}

} // namespace pimgate::demo::pim
