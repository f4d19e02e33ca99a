#pragma once

#include "base/IsoDuration.h"
#include "graph/Directory.h"

namespace pimgate {

/// A current or future eligible or active assignment of one principal to the group (schedule or instance).
struct PimSchedule
{
    QString id;
    QString principalId;
    QString groupId;
    QString accessId;       ///< "member" or "owner"
    QString status;         ///< of a schedule: "Provisioned"
    bool activated = false; ///< an active assignment that came from an activation
    bool direct = true;
    QDateTime start, end; ///< UTC; end invalid: no end
    bool provisioned() const
    {
        return status.isEmpty() || status.compare(QLatin1String("Provisioned"), Qt::CaseInsensitive) == 0;
    }
};

/// A schedule request: HTTP 201 does not mean active, the status decides (pitfall P27).
struct PimRequest
{
    QString id;
    QString status;
    QString action;
    QString principalId;
    QString groupId;
    QString approvalId;
    QString justification;
    QDateTime created, start;
    IsoDuration duration;

    enum class State { Working, Waiting /*for approval*/, Active, Scheduled, Ended /*revoked, cancelled*/, Denied, Failed };
    State state() const;
};

struct Approval
{
    QString id;
    struct Stage
    {
        QString id, status, reviewResult, reviewedBy, justification;
        QDateTime reviewed;
        bool assignedToMe = false;
    };
    QList<Stage> stages;
};

/// PIM for Groups, member access. Permissions: PrivilegedEligibilitySchedule.* and PrivilegedAssignmentSchedule.*.AzureADGroup.
class PrivilegedAccess
{
public:
    explicit PrivilegedAccess(GraphService &graph) : m_graph(graph) {}

    QDateTime now() const { return m_graph.clock().now(); }

    Task<Result<QList<PimSchedule>>> eligible(QString groupId, std::stop_token stop = {});    ///< eligibilitySchedules
    Task<Result<QList<PimSchedule>>> eligibleNow(QString groupId, std::stop_token stop = {}); ///< eligibilityScheduleInstances
    Task<Result<QList<PimSchedule>>> activeNow(QString groupId, std::stop_token stop = {});   ///< assignmentScheduleInstances
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
