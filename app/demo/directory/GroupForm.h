#pragma once

#include "demo/odata/Router.h"

/// What a group's body and its links may be (contract 4.1 and 4.3).
namespace pimgate::demo {

bool isNickname(const QString &text);
/// Whether a Microsoft 365 group other than this one has the nickname.
bool nicknameTaken(const Store &store, const QString &nickname, const QString &groupId);

/// The ids of "owners@odata.bind": URLs of this tenant's Graph; nothing when one cannot be resolved.
struct Bound
{
    QStringList ids;
    std::optional<Response> refusal;
};
Bound boundObjects(const Store &store, const Request &request, const QJsonValue &value);

/// What is wrong with a body, for a new group (empty row) as for a change.
std::optional<Response> refuseGroupBody(const Store &store, const QJsonObject &body, const QJsonObject &group);
/// What is wrong with the body of a new group besides.
std::optional<Response> refuseNewGroup(const Store &store, const QJsonObject &body);
/// What a change may not touch: what is fixed at creation.
std::optional<Response> refuseFixedMembers(const QJsonObject &body, const QJsonObject &group);
/// Why these cannot become members or owners: nesting rules, dynamic groups, links that exist, more than 20.
std::optional<Response> refuseLinks(const Store &store, const QJsonObject &group, const QStringList &principals, bool asOwners);

QJsonObject newGroupRow(Store &store, const QJsonObject &body, const QString &creator);

} // namespace pimgate::demo
