#pragma once

#include "demo/Router.h"

namespace pimgate::demo {

bool isNickname(const QString &text);

/// The ids of "owners@odata.bind": URLs of this tenant's Graph; nothing when one cannot be resolved.
struct Bound
{
    QStringList ids;
    std::optional<Response> refusal;
};
Bound boundObjects(const Store &store, const Request &request, const QJsonValue &value);

/// What is wrong with a body, for a new group (empty id) as for a change.
std::optional<Response> refuseGroupBody(const Store &store, const QJsonObject &body, const QString &groupId);
/// What is wrong with the body of a new group besides.
std::optional<Response> refuseNewGroup(const Request &request);
QJsonObject newGroupRow(Store &store, const QJsonObject &body);

} // namespace pimgate::demo
