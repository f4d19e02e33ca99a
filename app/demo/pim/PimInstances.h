#pragma once

#include "demo/pim/PimSchedules.h"

#include <QStringList>

#include <set>

/// What clients see beside the stored rows: instances, and the objects that $expand follows.
namespace pimgate::demo::pim {

/// The schedules that hold now, as instances.
QList<QJsonObject> currentInstances(const Store &store, const Half &half);
/// Members and owners of the groups whom nobody put there through PIM and whom `known` does not show.
QList<QJsonObject> plainInstances(const Store &store, const std::set<QString> &groups, const QList<QJsonObject> &known);
/// Somebody in an eligible group sees that group's eligibility as his own, of memberType Group.
QList<QJsonObject> inherited(const Store &store, const QString &principalId, const QList<QJsonObject> &rows);

/// The navigation properties of a set.
QStringList navigationsOf(const Half &half, const QString &set);
/// What one of them leads to; null where there is nothing.
QJsonValue navigation(const Store &store, const QJsonObject &row, const QString &name);

} // namespace pimgate::demo::pim
