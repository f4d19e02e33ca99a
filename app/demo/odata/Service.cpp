#include "demo/odata/Service.h"

#include <QStringList>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isDirectory(const QString &segment)
{
    static const QStringList segments{
        u"users"_s,          u"groups"_s,         u"servicePrincipals"_s, u"applications"_s,           u"directoryObjects"_s,
        u"directory"_s,      u"directoryRoles"_s, u"organization"_s,      u"oauth2PermissionGrants"_s, u"domains"_s,
        u"subscribedSkus"_s, u"contracts"_s,      u"devices"_s,           u"administrativeUnits"_s,    u"me"_s,
    };
    return segments.contains(segment, Qt::CaseInsensitive);
}

} // namespace

QString serviceOf(const QByteArray &method, const QString &path)
{
    const auto lies = [&](const char *below) { return path.startsWith(QLatin1String(below), Qt::CaseInsensitive); };
    if (path.contains("/appRoleAssign"_L1, Qt::CaseInsensitive))
        return services::appRoleAssignments;
    if (lies("/identityGovernance/privilegedAccess")) {
        const bool schedules =
            path.contains("ScheduleInstances"_L1, Qt::CaseInsensitive) || path.contains("Schedules"_L1, Qt::CaseInsensitive);
        return schedules && method == "GET" ? services::schedules : services::privilegedAccess;
    }
    if (lies("/policies/roleManagementPolic"))
        return services::privilegedAccess;
    if (lies("/identity/conditionalAccess/namedLocations"))
        return services::namedLocations;
    if (lies("/identity/conditionalAccess/authenticationContext"))
        return services::authenticationContexts;
    if (lies("/identity/conditionalAccess"))
        return services::conditionalAccess;
    if (lies("/identityProtection"))
        return services::identityProtection;
    if (lies("/auditLogs"))
        return services::reports;
    auto first = path.section(u'/', 1, 1);
    return isDirectory(first.section(u'(', 0, 0)) ? services::directory : services::other;
}

bool isReplicated(const QString &table)
{
    static const QStringList tables{u"users"_s,
                                    u"groups"_s,
                                    u"servicePrincipals"_s,
                                    u"applications"_s,
                                    u"namedLocations"_s,
                                    u"authenticationContexts"_s,
                                    u"eligibilitySchedules"_s,
                                    u"assignmentSchedules"_s};
    return tables.contains(table);
}

bool lagsBehind(const QString &service, const QString &table, const QString &maker)
{
    if (service.isEmpty() || service == maker)
        return false;
    // The directory and the requests know the schedules; only reading them by themselves comes late.
    const bool schedule = table == u"eligibilitySchedules" || table == u"assignmentSchedules";
    return schedule ? service == services::schedules : isReplicated(table);
}

} // namespace pimgate::demo
