#pragma once

#include "demo/odata/Router.h"

/// Inside of access reviews (contract 11): what definitions, instances and decisions share.
namespace pimgate::demo::reviews {

inline const QString definitionsTable = QStringLiteral("accessReviews");
inline const QString instancesTable = QStringLiteral("accessReviewInstances"); ///< + "_definition", "_number"
inline const QString decisionsTable = QStringLiteral("accessReviewDecisions"); ///< + "_instance"

// --- form ---------------------------------------------------------------------------------------------------------

/// The refusal of a definition to create or to put, or nothing.
std::optional<Response> refuseDefinition(const Store &store, const QJsonObject &body);
/// The group that a scope or reviewer query such as "/groups/{id}/transitiveMembers" names.
QString groupOfQuery(const QString &query);
/// settings with every member that the service shows.
QJsonObject completeSettings(const QJsonObject &given);
Response badReview(const QString &message);

// --- runs ---------------------------------------------------------------------------------------------------------

struct Occurrence
{
    QDateTime start;
    QDateTime end;
};
/// The n-th time (from 0) that the definition is reviewed; nothing when it is over before.
std::optional<Occurrence> occurrence(const QJsonObject &definition, int n);
/// Starts what is due, ends what is over.
void settleReviews(Store &store, const QDateTime &now);
/// Ends a running instance now: default decisions, and applying where that is automatic.
void finishInstance(Store &store, const QJsonObject &instance, const QDateTime &at);
/// Carries the decisions out.
void applyDecisions(Store &store, const QJsonObject &instance, const QString &actor, const QDateTime &at);
/// Writes the status that the definition has by its instances.
void refreshStatus(Store &store, const QString &definitionId);
QList<QJsonObject> instancesOf(const Store &store, const QString &definitionId); ///< the first one first
QList<QJsonObject> decisionsOf(const Store &store, const QString &instanceId);

// --- who ----------------------------------------------------------------------------------------------------------

/// Whether PIM or a role makes the group one that only few may have reviewed.
bool isPrivileged(const Store &store, const QString &groupId);
/// The people who decide about a principal.
std::set<QString> reviewersFor(const Store &store, const QJsonObject &definition, const QString &principalId);
/// Whether the caller decides about anybody in the definition.
bool isReviewer(const Store &store, const QJsonObject &definition, const QString &oid);
std::optional<Response> refuseReader(const Store &store, const Request &request, const QJsonObject &definition);
std::optional<Response> refuseWriter(const Store &store, const Request &request, const QString &groupId);
Response reviewForbidden();
Response reviewMissing();
void auditReview(Store &store, const QString &activity, const QString &operation, const QString &actor,
                 const QStringList &targets);

void addInstanceRoutes(Router &router);

} // namespace pimgate::demo::reviews
