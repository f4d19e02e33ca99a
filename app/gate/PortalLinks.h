#pragma once

#include "gate/Change.h"
#include "gate/Snapshot.h"

#include <QUrl>

namespace pimgate {

/// The blade of the Entra admin center where a row can be seen. Empty when the object is not there yet.
QUrl portalLink(const Change &change, const Snapshot &snapshot, const QUrl &portal);
/// One Conditional Access policy there.
QUrl policyLink(const QString &policyId, const QUrl &portal);

} // namespace pimgate
