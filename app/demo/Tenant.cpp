#include "demo/Directory.h"
#include "demo/Seed.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

Response listOrganization(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"User.Read", "Organization.Read.All", "Directory.Read.All"}))
        return *refusal;
    auto rows = store.rows(u"organization"_s);
    if (requireScope(request, {"Organization.Read.All", "Directory.Read.All", "Directory.ReadWrite.All"})) {
        static const QStringList open{u"id"_s, u"displayName"_s, u"verifiedDomains"_s};
        for (const auto &member : rows.first().keys()) {
            if (!open.contains(member))
                rows.first().insert(member, rows.first()[member].isArray() ? QJsonValue(QJsonArray()) : QJsonValue());
        }
    }
    return collection(request, rows, u"organization"_s);
}

Response listSkus(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Organization.Read.All", "LicenseAssignment.Read.All", "Directory.Read.All"}))
        return *refusal;
    for (auto it = request.query.begin(); it != request.query.end(); ++it) {
        if (it.key().startsWith(u'$') && it.key() != u"$select")
            return badRequest(u"The query parameter '%1' is not supported."_s.arg(it.key()));
    }
    return collection(request, store.rows(u"subscribedSkus"_s), u"subscribedSkus"_s);
}

Response getSecurityDefaults(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Policy.Read.All"}))
        return *refusal;
    return entity(request, store.rows(u"securityDefaults"_s).first(), u"policies/identitySecurityDefaultsEnforcementPolicy"_s);
}

Response patchSecurityDefaults(Store &store, const Request &request)
{
    if (auto refusal = requireScope(request, {"Policy.ReadWrite.SecurityDefaults"}))
        return *refusal;
    if (auto refusal = requireRole(request, {roles::conditionalAccessAdministrator(), roles::securityAdministrator()}))
        return *refusal;
    if (!request.body["isEnabled"_L1].isBool())
        return badRequest(u"isEnabled must be true or false."_s);
    const auto policyId = store.rows(u"securityDefaults"_s).first()["id"_L1].toString();
    store.patch(u"securityDefaults"_s, policyId, {{u"isEnabled"_s, request.body["isEnabled"_L1]}});
    store.audit({request.body["isEnabled"_L1].toBool() ? u"Enable Security Defaults"_s : u"Disable Security Defaults"_s,
                 u"Core Directory"_s,
                 u"Policy"_s,
                 u"Update"_s,
                 request.caller.oid,
                 {policyId}});
    return Response::noContent();
}

std::optional<Response> needAuditRead(const Request &request)
{
    if (auto refusal = requireScope(request, {"AuditLog.Read.All"}))
        return refusal;
    if (auto refusal = requireScope(request, {"Directory.Read.All", "Directory.ReadWrite.All"}))
        return refusal;
    return requireRole(request,
                       {roles::reportsReader(), roles::securityReader(), roles::securityAdministrator(), roles::globalReader()});
}

Response listAudits(Store &store, const Request &request)
{
    if (auto refusal = needAuditRead(request))
        return *refusal;
    auto rows = store.rows(u"directoryAudits"_s);
    std::stable_sort(rows.begin(), rows.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return a["activityDateTime"_L1].toString() > b["activityDateTime"_L1].toString();
    });
    return collection(request, rows, u"auditLogs/directoryAudits"_s, 1000, 1000);
}

Response getAudit(Store &store, const Request &request)
{
    if (auto refusal = needAuditRead(request))
        return *refusal;
    const auto *row = store.find(u"directoryAudits"_s, request.param(u"id"_s));
    return row ? entity(request, *row, u"auditLogs/directoryAudits"_s) : notFound(request.param(u"id"_s));
}

} // namespace

void addTenantRoutes(Router &router)
{
    router.add("GET", u"/organization"_s, listOrganization);
    router.add("GET", u"/subscribedSkus"_s, listSkus);
    router.add("GET", u"/domains"_s, [](Store &store, const Request &request) {
        if (auto refusal = requireScope(request, {"Domain.Read.All", "Directory.Read.All"}))
            return *refusal;
        return collection(request, store.rows(u"domains"_s), u"domains"_s);
    });
    router.add("GET", u"/policies/identitySecurityDefaultsEnforcementPolicy"_s, getSecurityDefaults);
    router.add("PATCH", u"/policies/identitySecurityDefaultsEnforcementPolicy"_s, patchSecurityDefaults);
    router.add("GET", u"/oauth2PermissionGrants"_s, [](Store &store, const Request &request) {
        if (auto refusal = requireScope(request, {"DelegatedPermissionGrant.Read.All", "Directory.Read.All"}))
            return *refusal;
        return collection(request, store.rows(u"oauth2PermissionGrants"_s), u"oauth2PermissionGrants"_s);
    });
    router.add("GET", u"/auditLogs/directoryAudits"_s, listAudits);
    router.add("GET", u"/auditLogs/directoryAudits/{id}"_s, getAudit);
}

} // namespace pimgate::demo
