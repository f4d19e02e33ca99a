#include "demo/pim/PimSpan.h"

#include "base/IsoDuration.h"
#include "demo/store/DemoClock.h"

#include <QHash>

#include <algorithm>

namespace pimgate::demo {
namespace {

ScheduleSpan scheduleFault(const char *code)
{
    return {{}, {}, QLatin1String(code)};
}

} // namespace

ScheduleSpan readSchedule(const QJsonObject &scheduleInfo, const QDateTime &now)
{
    const QJsonObject expiration = scheduleInfo.value(QLatin1String("expiration")).toObject();
    const QString type = expiration.value(QLatin1String("type")).toString().toLower();
    if (scheduleInfo.isEmpty() || type.isEmpty() || !scheduleInfo.value(QLatin1String("recurrence")).toObject().isEmpty())
        return scheduleFault("InvalidRoleAssignmentRequest");
    ScheduleSpan span{DemoClock::parse(DemoClock::text(now)), {}, {}}; // whole seconds, as they are written back
    if (const QString start = scheduleInfo.value(QLatin1String("startDateTime")).toString(); !start.isEmpty()) {
        const QDateTime asked = DemoClock::parse(start);
        if (!asked.isValid())
            return scheduleFault("InvalidRoleAssignmentRequest");
        span.start = std::max(asked, span.start);
    }
    if (type == QLatin1String("noexpiration") || type == QLatin1String("notspecified"))
        return span;
    if (type == QLatin1String("afterduration")) {
        const auto duration = IsoDuration::parse(expiration.value(QLatin1String("duration")).toString());
        if (!duration)
            return scheduleFault("InvalidRoleAssignmentRequest");
        span.end = span.start.addSecs(duration->value().count());
    } else if (type == QLatin1String("afterdatetime")) {
        span.end = DemoClock::parse(expiration.value(QLatin1String("endDateTime")).toString());
        if (!span.end->isValid())
            return scheduleFault("InvalidRoleAssignmentRequest");
    } else {
        return scheduleFault("InvalidRoleAssignmentRequest");
    }
    if (span.start.secsTo(*span.end) < 300)
        return scheduleFault("InvalidRoleAssignmentRequestSchedule");
    return span;
}

QJsonObject writeSchedule(const QJsonObject &asked, const ScheduleSpan &span)
{
    const QJsonObject expiration = asked.value(QLatin1String("expiration")).toObject();
    const QString type = expiration.value(QLatin1String("type")).toString().toLower();
    static const QHash<QString, QString> names{{QStringLiteral("noexpiration"), QStringLiteral("noExpiration")},
                                               {QStringLiteral("notspecified"), QStringLiteral("notSpecified")},
                                               {QStringLiteral("afterduration"), QStringLiteral("afterDuration")},
                                               {QStringLiteral("afterdatetime"), QStringLiteral("afterDateTime")}};
    const bool byDuration = type == QLatin1String("afterduration");
    QJsonObject kept{{QStringLiteral("type"), names.value(type)},
                     {QStringLiteral("endDateTime"), QJsonValue::Null},
                     {QStringLiteral("duration"), QJsonValue::Null}};
    if (byDuration)
        kept.insert(QStringLiteral("duration"), expiration.value(QLatin1String("duration")));
    else if (span.end)
        kept.insert(QStringLiteral("endDateTime"), DemoClock::text(*span.end));
    return {{QStringLiteral("startDateTime"), DemoClock::text(span.start)},
            {QStringLiteral("recurrence"), QJsonValue::Null},
            {QStringLiteral("expiration"), kept}};
}

bool expirationAllows(const QJsonObject &expirationRule, const ScheduleSpan &span)
{
    if (!expirationRule.value(QLatin1String("isExpirationRequired")).toBool())
        return true;
    const auto maximum = IsoDuration::parse(expirationRule.value(QLatin1String("maximumDuration")).toString());
    return span.end && maximum && span.start.secsTo(*span.end) <= maximum->value().count();
}

} // namespace pimgate::demo
