#pragma once

#include "gate/run/History.h"
#include "gate/steps/Interlock.h"

#include <QJsonObject>

#include <optional>

namespace pimgate {

/// What was asked before the gate closed, as history keeps it (RunRecord::result["evidence"]).
QJsonObject toJson(const ArmingEvidence &evidence);
/// A Storage error when the text is not such an object.
Result<ArmingEvidence> armingFrom(const QJsonObject &json);
/// Empty when the run never asked; a Storage error when it did and the answer cannot be read.
Result<std::optional<ArmingEvidence>> keptArming(const RunRecord &run);

} // namespace pimgate
