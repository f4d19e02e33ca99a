#pragma once

#include "demo/odata/Router.h"

namespace pimgate::demo {

/// How this tenant's PIM behaves where the documentation and the field differ (graph-contract.md 7.7, 18):
/// POST /demo/pim with these names; what is not named has its default.
struct PimManners
{
    bool policyNeedsOnboarding = false;    ///< a provisional policy cannot be changed: 404 until a request came first
    bool policyIdChanges = false;          ///< every change of a policy gives it a new id
    bool olderErrors = false;              ///< failed rules as a JSON array inside the message
    QString envelope;                      ///< "plain" or "wrapped"; empty: wrapped where it was captured so
    bool rulePatchAnswers200 = false;      ///< the changed rule instead of 204
    bool approvalWithoutApprovers = false; ///< approval may be required with nobody to approve
    bool scheduleCreated = false;          ///< a later start reads ScheduleCreated instead of Granted
    bool timedOutIsFailed = false;         ///< an approval nobody decided ends Failed instead of TimedOut
    bool instancesLackGroup = false;       ///< $expand=group on instances gives null
    QString provisioning;                  ///< a duration: so long a granted request reads PendingProvisioning
};
PimManners pimManners(const Store &store);
/// The reason where a name or a value is not understood.
std::optional<QString> setPimManners(Store &store, const QJsonObject &wanted);

/// A Graph operation of PIM, whose refusals leave in the envelope of this tenant.
void addPimRoute(Router &router, const char *method, const QString &pathTemplate, Router::Handler handler);

} // namespace pimgate::demo
