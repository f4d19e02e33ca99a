#pragma once

#include "demo/odata/Router.h"
#include "demo/pim/PimRules.h"
#include "demo/pim/PimSchedules.h"

namespace pimgate::demo::pim {

inline const QString kApprovals = QStringLiteral("approvals");

bool isRequester(const QJsonObject &request, const QString &oid);
bool mayApprove(const Store &store, const QJsonObject &request, const QString &oid);

/// Puts a request before its approvers; nothing is stored of it but that.
QJsonObject openApproval(Store &store, QJsonObject row, const PimApprovers &approvers);
/// Approvals nobody decided die after the days that the rule gives them.
void settleApprovals(Store &store, const QDateTime &now);
void addApprovalRoutes(Router &router);

} // namespace pimgate::demo::pim
