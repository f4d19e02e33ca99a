#pragma once

#include "base/Clock.h"
#include "base/Names.h"
#include "base/Task.h"
#include "gate/Snapshot.h"

#include <QUrl>

#include <stop_token>

namespace pimgate {

/// Code of a Differs error: it was accepted, and the tenant has not shown it in its time. It is not sent a second time.
inline constexpr auto notShownCode = "notShown";

/// As whom somebody was asked about before the policy is switched on.
enum class ArmingRole {
    Ordinary, ///< neither eligible nor left out: must be blocked
    Eligible, ///< and not active: must be blocked
    BreakGlass,
    Active
};
template <>
struct Names<ArmingRole>
{
    static constexpr std::array values{"ordinary", "eligible", "breakGlass", "active"};
};

/// Evidence that arming the policy shuts out whom it should and nobody else: What-If, asked before the last act.
struct ArmingEvidence
{
    struct Line
    {
        QString who; ///< display name
        QString userId;
        ArmingRole role = ArmingRole::Ordinary;
        bool expectBlocked = true;
        bool blocked = false; ///< by our policy, as What-If says
        QString reasons;
        bool asExpected() const { return blocked == expectBlocked; }
    };
    QList<Line> lines;
    QString policyId;
    QDateTime at;    ///< the tenant's clock
    QString problem; ///< empty: complete and as expected
    /// Who can open the gate once it is closed, as it was judged then.
    struct Path
    {
        QString who, userId;   ///< who: display name
        QStringList approvers; ///< display names; empty: nobody has to approve
        QDateTime until;       ///< invalid: no end
    };
    std::optional<Path> path = {};
    bool complete() const { return problem.isEmpty(); }
};

/// The one room through which every Conditional Access write passes (pitfalls P1, P2).
class Interlock
{
public:
    /// @param portal the admin center of the cloud: where a person switches off what could not be switched off here.
    Interlock(ConditionalAccess &policies, Directory &directory, Clock &clock, QUrl portal);

    /// Always report-only. Every excluded id is re-read just before; one that is gone: Unsafe, nothing is sent. Reserved
    /// targets and an empty exclusion are refused. Read back; an echo that lost an exclusion ends disabled.
    Task<Result<CaPolicy>> create(CaPolicy wanted, std::stop_token stop);
    /// PATCH {"state":"enabled"} and nothing else, after re-reading every excluded id and the whole policy. Unsafe, and
    /// nothing is sent, without evidence that gather() has had complete in the last ten minutes; it serves once. Break-glass
    /// must be left out beside the group, unless its recorded refusal says that nobody is.
    Task<Result<CaPolicy>> arm(QString policyId, CaPolicy wanted, bool breakGlassRefused, std::stop_token stop);
    /// Adds missing exclusions: only loosens, always allowed.
    Task<Outcome> addExclusions(QString policyId, QStringList users, QStringList groups, std::stop_token stop);
    /// The policy as it is to be then.
    static CaPolicy alsoLeavingOut(CaPolicy policy, const QStringList &users, const QStringList &groups);
    /// To report-only or disabled: only loosens, always allowed.
    Task<Outcome> loosen(QString policyId, CaPolicy::State state, std::stop_token stop);
    Task<Outcome> remove(QString policyId, std::stop_token stop);
    /// What-If for one ordinary person, up to three eligible people who are not active, all break-glass, whoever is active.
    /// What it finds is kept for arm().
    Task<Result<ArmingEvidence>> gather(QString policyId, SnapshotPtr snapshot, QStringList breakGlassIds, std::stop_token stop);

    /// Field names in which the policy as read differs from the one wanted (users, applications, grant; state apart).
    static QStringList differences(const CaPolicy &wanted, const CaPolicy &read);
    /// What keeps this policy from being "everyone is blocked from this application", exclusions and state apart: names of
    /// fields as Graph has them; empty when it is that policy.
    static QStringList shapeDifferences(const CaPolicy &policy, const QString &appId);
    /// Empty, or why this application must never be the target.
    static QString reservedTarget(const QString &appId);

private:
    Task<Outcome> exclusionsExist(CaPolicy wanted, std::stop_token stop);
    Task<Result<ArmingEvidence>> ask(QString policyId, SnapshotPtr snapshot, QStringList breakGlassIds, std::stop_token stop);
    Outcome mayArm(const QString &policyId, const CaPolicy &wanted, bool breakGlassRefused);
    Task<Result<CaPolicy>> readBack(QString policyId, CaPolicy wanted, CaPolicy::State state, std::stop_token stop);
    Task<Error> disableLoudly(QString policyId, QStringList lost, std::stop_token stop);

    ConditionalAccess &m_policies;
    Directory &m_directory;
    Clock &m_clock;
    QUrl m_portal;
    std::optional<ArmingEvidence> m_evidence; ///< the last that was gathered, until it has served
};

} // namespace pimgate
