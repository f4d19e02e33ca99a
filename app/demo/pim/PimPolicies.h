#pragma once

#include "demo/store/Store.h"

namespace pimgate::demo {

/// The rules that hold for a group now: those written, or the defaults while nobody has touched it.
/// @param access "member" or "owner"
QJsonArray pimRulesFor(const Store &store, const QString &groupId, const QString &access);

/// PIM takes a group over with the first request or the first change of a policy; both policies get new ids then.
bool pimManages(const Store &store, const QString &groupId);
void pimOnboard(Store &store, const QString &groupId);

} // namespace pimgate::demo
