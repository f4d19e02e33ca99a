#include "demo/odata/Permission.h"

#include <algorithm>

namespace pimgate::demo {

bool hasScopeOf(const Request &request, const QString &anyOf)
{
    const auto scopes = anyOf.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::any_of(scopes.begin(), scopes.end(), [&](const QString &scope) { return request.caller.hasScope(scope); });
}

bool isSelf(const Store &store, const Request &request)
{
    const auto *user = store.user(request.param(QStringLiteral("id")));
    return user && user->value(QLatin1String("id")).toString() == request.caller.oid;
}

PersonCheck holds(const std::set<QString> &anyOf)
{
    return [anyOf](Store &, const Request &request) { return requireRole(request, anyOf); };
}

PersonCheck isSelfOrHolds(const std::set<QString> &anyOf)
{
    return [anyOf](Store &store, const Request &request) -> std::optional<Response> {
        if (isSelf(store, request) || !store.user(request.param(QStringLiteral("id"))))
            return {};
        return requireRole(request, anyOf);
    };
}

std::optional<Response> refusePermission(Store &store, const Request &request, const Permission &permission)
{
    const bool own = !permission.ownScopes.isEmpty() && hasScopeOf(request, permission.ownScopes) && isSelf(store, request);
    const auto granted = [&](const QString &anyOf) { return hasScopeOf(request, anyOf); };
    if (!own && !std::all_of(permission.scopes.begin(), permission.scopes.end(), granted))
        return insufficientPrivileges();
    return permission.person ? permission.person(store, request) : std::nullopt;
}

void addOperations(Router &router, const QList<Operation> &operations)
{
    for (const auto &operation : operations) {
        router.add(operation.method, operation.path,
                   [permission = operation.permission, handler = operation.handler](Store &store, const Request &request) {
                       if (auto refusal = refusePermission(store, request, permission))
                           return *refusal;
                       return handler(store, request);
                   });
    }
}

} // namespace pimgate::demo
