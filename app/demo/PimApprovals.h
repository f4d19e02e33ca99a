#pragma once

#include "demo/PimSchedules.h"
#include "demo/Router.h"

namespace pimgate::demo::pim {

inline const QString kApprovals = QStringLiteral("approvals");

bool isRequester(const QJsonObject &request, const QString &oid);
bool mayApprove(const Store &store, const QJsonObject &request, const QString &oid);

/// Puts an activation before its approvers.
QJsonObject openApproval(Store &store, QJsonObject row, const QJsonArray &rules, const PimApprovers &approvers);
/// Approvals nobody decided die after a day.
void settleApprovals(Store &store, const QDateTime &now);
void addApprovalRoutes(Router &router);

} // namespace pimgate::demo::pim
