#pragma once

#include "controllers/StepController.h"
#include "gate/Readiness.h"

namespace pimgate {

/// Step 1: which group opens the gate.
class GroupController : public StepController
{
    Q_OBJECT
public:
    explicit GroupController(Workspace &workspace, QObject *parent = nullptr);
    QString name() const;
    QString description() const;
    bool roleAssignable() const;      ///< default: on where the operator is Privileged Role or Global Administrator now (P10)
    bool canBeRoleAssignable() const;
    QString roleAssignableHint() const;
    QString nameState() const;        ///< "free", "taken: it would be used", reason why not
    QList<Group> similar() const { return m_similar; } ///< groups that exist, with Group::whyNotForPim
    QString existing() const;
    void setName(const QString &name);
    void setDescription(const QString &text);
    void setRoleAssignable(bool on);
    void useExisting(const QString &groupId); ///< empty: a new group
    void searchSimilar();
    QString blockedBecause() const override;

private:
    QList<Group> m_similar;
};

/// Step 2: which application, and who keeps what when the gate closes.
class SsoController : public StepController
{
    Q_OBJECT
public:
    explicit SsoController(Workspace &workspace, QObject *parent = nullptr);
    void search(const QString &text); ///< fills found()
    QList<Application> found() const { return m_found; }
    void choose(const QString &appId);
    std::optional<Application> application() const;
    struct SsoFact
    {
        PageState state;
        QString what, found;
    };
    QList<SsoFact> ssoFacts() const; ///< identifier, reply URL, certificate, worked lately
    QList<AppRole> roles() const;
    QString role() const;
    void setRole(const QString &roleId);
    bool assignmentRequired() const;
    void setAssignmentRequired(bool on);

    enum class Decision { Undecided, Keep, ThroughPim };
    /// One line of "Who can get in today, and afterwards".
    struct Today
    {
        QString assignmentId, principalId, name, kind; ///< kind: "person", "guest", "service", "group", "others"
        QString assigned, lastSignIn, afterwards;
        bool needsDecision = false;
        Decision decision = Decision::Undecided;
    };
    QList<Today> today() const;
    void decide(const QString &principalId, Decision decision);
    int undecided() const;
    QString blockedBecause() const override;

private:
    QList<Application> m_found;
    QList<SignInRecord> m_signIns;
    QHash<QString, Decision> m_decisions;
};

/// Step 3: who can open the gate, and how.
class PimController : public StepController
{
    Q_OBJECT
public:
    explicit PimController(Workspace &workspace, QObject *parent = nullptr);
    struct Row
    {
        QString reference, name, note; ///< note: "180 days", "Head of Operations"
    };
    QList<Row> eligible() const;
    QList<Row> approvers() const;
    void addEligible(const Principal &principal);
    void removeEligible(const QString &reference);
    void setEligibility(IsoDuration duration);
    IsoDuration eligibility() const;
    void addApprover(const Principal &principal);
    void removeApprover(const QString &reference);
    QList<IsoDuration> activationChoices() const; ///< PT30M … P1D
    QList<IsoDuration> eligibilityChoices() const;
    IsoDuration maximumActivation() const;
    bool mfa() const, justification() const, ticket() const, approval() const;
    void setMaximumActivation(IsoDuration duration);
    void setMfa(bool on);
    void setJustification(bool on);
    void setTicket(bool on);
    void setApproval(bool on);
    void search(const QString &text); ///< fills candidates()
    QList<Principal> candidates() const { return m_candidates; }
    QString advice() const; ///< "Name a second approver: …" (P17); empty when all is well
    QString blockedBecause() const override;

private:
    QList<Principal> m_candidates;
};

/// Step 4: the policy in report-only, the evidence, and the one button that takes access away.
class ConditionalAccessController : public StepController
{
    Q_OBJECT
public:
    explicit ConditionalAccessController(Workspace &workspace, QObject *parent = nullptr);
    QString policyName() const;
    void setPolicyName(const QString &name);
    QList<PimController::Row> breakGlass() const;
    void addBreakGlass(const Principal &principal);
    void removeBreakGlass(const QString &reference);
    void refuseBreakGlass(const QString &by, const QString &reason);
    bool enforce() const; ///< true: closing arms the policy; false: stays report-only
    void setEnforce(bool on);
    void search(const QString &text);
    QList<Principal> candidates() const { return m_candidates; }

    /// Before the policy exists in report-only: its row. Afterwards: every closing row, of all steps.
    QList<Change> rows() const override;
    bool closing() const; ///< the button is now "Close the gate"
    QString buttonText() const override;
    QString blockedBecause() const override;
    std::optional<ArmingEvidence> evidence() const { return m_evidence; }
    void gatherEvidence();
    struct MatrixRow
    {
        QString who, note;
        QStringList cells; ///< report-only now, when on, after it ends
        bool simulated = false;
        Person person;
    };
    QList<MatrixRow> matrix() const;
    QString whoLosesAccess() const;
    GateView view(int matrixRow) const;

private:
    QList<Principal> m_candidates;
    std::optional<ArmingEvidence> m_evidence;
};

} // namespace pimgate
