#pragma once

#include "demo/store/Store.h"

#include <QJsonObject>
#include <QString>

namespace pimgate::demo {

/// What is wrong with a policy as a whole, worded and numbered as the service does it (10.5, 10.6); empty: nothing.
/// @param judgesConditions false where a PATCH sent none: a policy whose group is gone meanwhile can still be switched
QString caPolicyFault(const Store &store, const QJsonObject &policy, bool judgesConditions);

bool securityDefaultsOn(const Store &store);

} // namespace pimgate::demo
