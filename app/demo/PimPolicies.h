#pragma once

#include "demo/Store.h"

namespace pimgate::demo {

/// The rules that hold for a group now: those written, or the defaults while nobody has touched it.
/// @param access "member" or "owner"
QJsonArray pimRulesFor(const Store &store, const QString &groupId, const QString &access);

/// PIM takes a group over with the first request or the first change of a policy; both policies get new ids then.
bool pimManages(const Store &store, const QString &groupId);
void pimOnboard(Store &store, const QString &groupId);

/// How this tenant behaves where the documentation and the field differ: the row "pim" of the table demoSettings.
struct PimManners
{
    bool policyNeedsOnboarding = false; ///< a provisional policy cannot be changed: 404 until a request came first
    bool olderErrors = false;           ///< failed rules as a JSON array inside the message
};
PimManners pimManners(const Store &store);
void setPimManners(Store &store, PimManners manners);

} // namespace pimgate::demo
