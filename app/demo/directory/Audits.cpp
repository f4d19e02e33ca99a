#include "demo/Manners.h"
#include "demo/directory/Directory.h"
#include "demo/pim/PimAccess.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The log is late, and keeps 30 days with a premium licence and seven without (contract 12).
QList<QJsonObject> auditsShown(const Store &store)
{
    const auto newest = DemoClock::text(loggedUntil(store, "auditDelay"));
    const auto oldest = DemoClock::text(store.now().addDays(hasPremiumLicence(store) ? -30 : -7));
    auto rows = store.rows(u"directoryAudits"_s, [&](const QJsonObject &row) {
        const auto moment = row["activityDateTime"_L1].toString();
        return moment <= newest && moment >= oldest;
    });
    std::stable_sort(rows.begin(), rows.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return a["activityDateTime"_L1].toString() > b["activityDateTime"_L1].toString();
    });
    return rows;
}

Response listAudits(Store &store, const Request &request)
{
    return collection(request, auditsShown(store), u"auditLogs/directoryAudits"_s, 1000, 1000);
}

Response getAudit(Store &store, const Request &request)
{
    const auto wanted = request.param(u"id"_s);
    for (const auto &row : auditsShown(store)) {
        if (row["id"_L1].toString().compare(wanted, Qt::CaseInsensitive) == 0)
            return entity(request, row, u"auditLogs/directoryAudits"_s);
    }
    return notFound(wanted);
}

} // namespace

void addAuditRoutes(Router &router)
{
    const Permission read{.scopes = {u"AuditLog.Read.All"_s, u"Directory.Read.All Directory.ReadWrite.All"_s},
                          .person = holds({roles::reportsReader(), roles::securityReader(), roles::securityAdministrator(),
                                           roles::globalReader()})};
    addOperations(router, {{"GET", u"/auditLogs/directoryAudits"_s, read, listAudits},
                           {"GET", u"/auditLogs/directoryAudits/{id}"_s, read, getAudit}});
}

} // namespace pimgate::demo
