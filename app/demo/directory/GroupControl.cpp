#include "demo/directory/GroupControl.h"

#include "demo/Manners.h"
#include "demo/directory/Directory.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

std::set<QString> groupAdministrators()
{
    return {roles::groupsAdministrator(), roles::userAdministrator(), roles::directoryWriters(),
            roles::identityGovernanceAdministrator()};
}

std::optional<Response> needRoleScope(const Request &request)
{
    return hasScopeOf(request, scopes::roleWrite) ? std::nullopt : std::optional(insufficientPrivileges());
}

} // namespace

bool isRoleAssignable(const QJsonObject &group)
{
    return group["isAssignableToRole"_L1].toBool();
}

bool isDynamic(const QJsonObject &group)
{
    return group["groupTypes"_L1].toArray().contains(u"DynamicMembership"_s);
}

bool isUnified(const QJsonObject &group)
{
    return group["groupTypes"_L1].toArray().contains(u"Unified"_s);
}

bool administersGroups(const Request &request)
{
    auto any = groupAdministrators();
    any.insert(roles::privilegedRoleAdministrator());
    return !requireRole(request, any);
}

std::optional<Response> refuseGroupControl(const Request &request, const QJsonObject &group, const std::set<QString> &owners)
{
    if (isRoleAssignable(group)) {
        if (auto refusal = needRoleScope(request))
            return refusal;
    }
    if (owners.contains(request.caller.oid.toLower()))
        return {};
    return requireRole(request,
                       isRoleAssignable(group) ? std::set<QString>{roles::privilegedRoleAdministrator()} : groupAdministrators());
}

std::optional<Response> createsGroup(Store &store, const Request &request)
{
    if (isRoleAssignable(request.body)) {
        if (auto refusal = needRoleScope(request))
            return refusal;
        return requireRole(request, {roles::privilegedRoleAdministrator()});
    }
    if (administersGroups(request))
        return {};
    const auto *creator = store.user(request.caller.oid);
    const bool member = creator && creator->value("userType"_L1).toString() != u"Guest";
    return member && directoryManners(store).membersCreateGroups ? std::nullopt : std::optional(insufficientPrivileges());
}

std::optional<Response> controlsGroup(Store &store, const Request &request)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group)
        return {};
    return refuseGroupControl(request, *group, store.owners(group->value("id"_L1).toString()));
}

std::optional<Response> deletesGroup(Store &store, const Request &request)
{
    const auto *group = store.find(groupsTable, request.param(u"id"_s));
    if (!group || !isRoleAssignable(*group))
        return controlsGroup(store, request);
    return refuseGroupControl(request, *group, {group->value("_creator"_L1).toString()});
}

std::optional<Response> refuseSynced(const QJsonObject &group)
{
    if (!group["onPremisesSyncEnabled"_L1].toBool())
        return {};
    return badRequest(u"Unable to update the specified properties for on-premises mastered Directory Sync objects or "
                      "objects currently undergoing migration."_s);
}

} // namespace pimgate::demo
