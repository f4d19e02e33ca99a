#pragma once

#include "base/Task.h"
#include "graph/Objects.h"

#include <stop_token>

namespace pimgate {

/// PIM for Groups, member access. Permissions: PrivilegedEligibilitySchedule.* and PrivilegedAssignmentSchedule.*.AzureADGroup.
class PrivilegedAccess
{
public:
    explicit PrivilegedAccess(GraphService &graph) : m_graph(graph) {}

    QDateTime now() const;

    Task<Result<QList<PimSchedule>>> eligible(QString groupId, std::stop_token stop = {});    ///< eligibilitySchedules
    Task<Result<QList<PimSchedule>>> eligibleNow(QString groupId, std::stop_token stop = {}); ///< eligibilityScheduleInstances
    Task<Result<QList<PimSchedule>>> activeNow(QString groupId, std::stop_token stop = {});   ///< assignmentScheduleInstances
    /// Every request about active membership that PIM keeps: GET assignmentScheduleRequests.
    Task<Result<QList<PimRequest>>> assignmentRequests(QString groupId, std::stop_token stop = {});
    /// adminAssign; an invalid duration means no expiration.
    Task<Result<PimRequest>> makeEligible(QString groupId, QString principalId, std::optional<IsoDuration> duration,
                                          QString justification, std::stop_token stop = {});
    static GraphRequest makeEligibleRequest(const QString &groupId, const QString &principalId,
                                            const std::optional<IsoDuration> &duration, const QString &justification);
    Task<Result<PimRequest>> updateEligible(QString groupId, QString principalId, std::optional<IsoDuration> duration,
                                            QString justification, std::stop_token stop = {});
    static GraphRequest updateEligibleRequest(const QString &groupId, const QString &principalId,
                                              const std::optional<IsoDuration> &duration, const QString &justification);
    /// adminRemove; refused within five minutes of creation (pitfall P26).
    Task<Result<PimRequest>> removeEligible(QString groupId, QString principalId, std::stop_token stop = {});
    static GraphRequest removeEligibleRequest(const QString &groupId, const QString &principalId);

    /// As the eligible person.
    Task<Result<QList<PimSchedule>>> myEligible(QString groupId, std::stop_token stop = {});
    Task<Result<PimRequest>> activate(QString groupId, QString principalId, IsoDuration duration, QString justification,
                                      QString ticketNumber, QString ticketSystem, std::stop_token stop = {});
    Task<Result<PimRequest>> deactivate(QString groupId, QString principalId, std::stop_token stop = {});
    Task<Result<PimRequest>> request(QString requestId, std::stop_token stop = {});
    Task<Outcome> cancelRequest(QString requestId, std::stop_token stop = {});

    /// As the approver.
    Task<Result<QList<PimRequest>>> waitingForMe(QString groupId, std::stop_token stop = {});
    Task<Result<Approval>> approval(QString approvalId, std::stop_token stop = {});
    Task<Outcome> decide(QString approvalId, QString stageId, bool approve, QString justification, std::stop_token stop = {});

private:
    GraphService &m_graph;
};

} // namespace pimgate
