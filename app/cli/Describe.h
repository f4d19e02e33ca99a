#pragma once

#include "gate/judge/Readiness.h"
#include "gate/run/EvidenceJson.h"
#include "gate/run/Runner.h"
#include "proof/ProofLine.h"
#include "report/ReportFacts.h"

#include <QJsonArray>
#include <QStringList>

namespace pimgate {

/// Columns padded to their widest entry, two spaces apart; the last one is left as it is.
QString table(const QList<QStringList> &rows);

/// "contoso.com", or what is known of it.
QString tenantName(const Plan &plan);
QString tenantName(const RunRecord &run);

QString describe(const Plan &plan);
QString describe(const QList<Change> &rows);
QString describe(const QList<Finding> &findings);
QString describe(const QList<Check> &checks);
QString describe(const QList<ProofLine> &lines);
QString describe(const QList<RunRecord> &runs);
QString describe(const QList<ChangeRecord> &changes);
QString describe(const ArmingEvidence &evidence);
QString describe(const ReportFacts &facts, bool demo);

QJsonObject tenantJson(const Plan &plan);
QJsonArray toJson(const QList<Change> &rows);
/// @param graph the address that the paths go on from.
QJsonArray toJson(const QList<GraphRequest> &requests, const QString &graph);
QJsonArray toJson(const QList<Finding> &findings);
QJsonArray toJson(const QList<Check> &checks);
QJsonArray toJson(const QList<ProofLine> &lines);
QJsonArray toJson(const QList<ChangeRecord> &changes);
QJsonObject toJson(const RunRecord &run);

/// Where a proof line comes from, in words.
QString describe(ProofLabel label);

} // namespace pimgate
