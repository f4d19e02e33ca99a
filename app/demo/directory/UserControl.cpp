#include "demo/directory/UserControl.h"

#include "demo/directory/Directory.h"
#include "demo/directory/GroupControl.h"
#include "demo/odata/GraphTypes.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

bool weighsLittle(const QString &role)
{
    static const std::set<QString> light{roles::directoryReaders(), roles::groupsAdministrator(), roles::reportsReader(),
                                         roles::userAdministrator()};
    return light.contains(role);
}

bool hasPrivilegedGroup(const Store &store, const QString &userId)
{
    const auto within = store.transitiveGroupsOf(userId);
    const auto groups = store.rows(groupsTable, isRoleAssignable);
    return std::any_of(groups.begin(), groups.end(), [&](const QJsonObject &group) {
        const auto groupId = group["id"_L1].toString();
        return within.contains(groupId) || store.owners(groupId).contains(userId);
    });
}

} // namespace

bool outranksUserAdministrators(const Store &store, const QString &userId)
{
    const auto held = store.activeRolesOf(userId);
    return !std::all_of(held.begin(), held.end(), weighsLittle) || hasPrivilegedGroup(store, userId);
}

std::optional<Response> refuseUserControl(const Request &request, bool outranks)
{
    std::set<QString> allowed{roles::privilegedAuthenticationAdministrator()};
    if (!outranks)
        allowed.insert(roles::userAdministrator());
    return requireRole(request, allowed);
}

std::optional<Response> controlsUser(Store &store, const Request &request)
{
    const auto *user = store.user(request.param(u"id"_s));
    return refuseUserControl(request, user && outranksUserAdministrators(store, user->value("id"_L1).toString()));
}

std::optional<Response> refuseUserBody(const QJsonObject &body)
{
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (it.key().startsWith(u'@'))
            continue;
        if (!graphtypes::property(u"user"_s, it.key()))
            return badRequest(u"Property '%1' does not exist on type 'microsoft.graph.user' or is not present in the API "
                              "version specified."_s.arg(it.key()));
        if (it.key() != u"accountEnabled")
            return badRequest(u"The demo tenant changes accountEnabled of a user, not '%1'."_s.arg(it.key()));
        if (!it.value().isBool())
            return badRequest(u"Invalid value specified for property 'accountEnabled' of resource 'User'."_s);
    }
    return {};
}

} // namespace pimgate::demo
