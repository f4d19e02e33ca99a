#pragma once

#include "demo/odata/Router.h"

#include <QList>

namespace pimgate::demo {

/// Asks for more than scopes: a directory role, ownership. A refusal, or nothing. An object that is not there is no
/// refusal: the operation itself says 404.
using PersonCheck = std::function<std::optional<Response>(Store &, const Request &)>;

/// Who may call an operation, as the contract's sections 2 to 5 and 12 list it.
struct Permission
{
    QStringList scopes = {}; ///< "A B C": one of these must be in the token; several entries: one of each
    QString ownScopes = {};  ///< for the caller's own user object one of these is enough instead
    PersonCheck person = {};
};

/// A person who holds one of the roles (or is a Global Administrator).
PersonCheck holds(const std::set<QString> &anyOf);
/// ... or who is the user of the path himself.
PersonCheck isSelfOrHolds(const std::set<QString> &anyOf);

bool hasScopeOf(const Request &request, const QString &anyOf);
/// The user of the path is the caller.
bool isSelf(const Store &store, const Request &request);
std::optional<Response> refusePermission(Store &store, const Request &request, const Permission &permission);

/// One line of an area's table: what is called, who may, what it does.
struct Operation
{
    const char *method;
    QString path;
    Permission permission;
    Router::Handler handler;
};
void addOperations(Router &router, const QList<Operation> &operations);

} // namespace pimgate::demo
