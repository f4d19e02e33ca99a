#pragma once

#include "proof/GateView.h"
#include "report/Evidence.h"

namespace pimgate {

/// The parts of a report as simple HTML that both a browser and QTextDocument lay out; classes carry the look. All text
/// is escaped here.
namespace ReportBody {

/// "2026-05-12 14:30:02", UTC; a dash when there is none.
QString utc(const QDateTime &at);
/// The chip's words. A report of a demo never claims Microsoft (labels do not mix).
QString labelWords(ProofLabel label, bool demo);
QString title(const Evidence &evidence);
/// What the drawing at the top shows: everyone who is not activated.
GateView view(const Evidence &evidence);

// Whole parts of it, each with its heading.
QString proof(const Evidence &evidence);
QString matrix(const Evidence &evidence); ///< "Who can sign in"
QString breakGlass(const Evidence &evidence);

/// @param drawing markup of the gate drawing; @param hash of the JSON report
QString body(const Evidence &evidence, const QString &drawing, const QString &hash);

} // namespace ReportBody

} // namespace pimgate
