#pragma once

#include "proof/GateView.h"
#include "report/Evidence.h"

namespace pimgate {

/// The parts of a report as simple HTML that both a browser and QTextDocument lay out; classes carry the look. All text
/// is escaped here.
namespace ReportBody {

/// One person in the matrix of "Who can sign in".
struct Case
{
    QString who;
    QString note; ///< "not activated", "once active", "break-glass"
    Person person;
    Verdict verdict;
};
QList<Case> cases(const Evidence &evidence);

/// "2026-05-12 14:30:02", UTC; a dash when there is none.
QString utc(const QDateTime &at);
/// The chip's words. A report of a demo never claims Microsoft (labels do not mix).
QString labelWords(ProofLabel label, bool demo);
bool isDemo(const Evidence &evidence);
QString title(const Evidence &evidence);
/// What the drawing at the top shows: everyone who is not activated.
GateView view(const Evidence &evidence);

/// @param drawing markup of the gate drawing; @param hash of the JSON report
QString body(const Evidence &evidence, const QString &drawing, const QString &hash);

} // namespace ReportBody

} // namespace pimgate
