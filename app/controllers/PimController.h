#pragma once

#include "controllers/StepController.h"

namespace pimgate {

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

protected:
    void planRead() override;

private:
    bool enabledRule(const std::optional<bool> &wish, const QString &rule, bool preset) const;
    void setActivation(const std::function<void(Blueprint::ActivationWish &)> &change);
    /// Rules of a group that existed before: what the blueprint does not name stays as they are.
    const ManagementPolicy *kept() const;

    QList<Principal> m_candidates;
    IsoDuration m_eligibility = Blueprint::defaultEligibility();
    int m_search = 0;
};

} // namespace pimgate
