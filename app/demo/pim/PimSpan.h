#pragma once

#include <QDateTime>
#include <QJsonObject>
#include <QString>

#include <optional>

namespace pimgate::demo {

/// A requestSchedule, understood: from when to when.
struct ScheduleSpan
{
    QDateTime start;
    std::optional<QDateTime> end; ///< empty: permanent
    QString fault;                ///< error code (InvalidRoleAssignmentRequest…), empty when usable
};

/// Start omitted or past = now. Edm.Duration knows no months and years; recurrence is not supported.
ScheduleSpan readSchedule(const QJsonObject &scheduleInfo, const QDateTime &now);

/// The same schedule as PIM writes it back.
QJsonObject writeSchedule(const QJsonObject &asked, const ScheduleSpan &span);

/// True where an Expiration rule allows that span.
bool expirationAllows(const QJsonObject &expirationRule, const ScheduleSpan &span);

} // namespace pimgate::demo
