#pragma once

#include "gate/run/History.h"

#include <QSqlQuery>

namespace pimgate::historyfile {

QString stamp(const QDateTime &at);
QString text(const QJsonObject &json);
QJsonObject toJson(const Ids &ids);
/// A row of these columns, in this order.
inline const auto runColumns = QLatin1String("id, started, ended, cloud, tenant_id, tenant_name, operator, demo, application, "
                                             "blueprint, state, ids, result");
/// A Storage error that names the run when its state is none of this program's.
Result<RunRecord> runFrom(const QSqlQuery &row);
/// A row of sequence, change, outcome, note, evidence, intended, finished.
/// A Storage error that names the change when its key or outcome is none of this program's.
Result<ChangeRecord> changeRecordFrom(const QSqlQuery &row, const QString &run);

} // namespace pimgate::historyfile
