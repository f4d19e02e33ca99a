#pragma once

#include "controllers/PimController.h"
#include "controllers/PolicyMatrix.h"

namespace pimgate {

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
    QList<Change> rowsWhenClosing() const override;
    bool closing() const; ///< the button is now "Close the gate"
    QString buttonText() const override;
    QString blockedBecause() const override;

    std::optional<ArmingEvidence> evidence() const { return m_evidence; }
    bool gathering() const { return m_gathering; }
    void gatherEvidence();
    /// One line of "Before the gate can close": state icon, sentence, hint below. The last may be softer (PageState::ToDo).
    struct Condition
    {
        PageState state;
        QString sentence, hint;
        ProofLabel label;
    };
    QList<Condition> conditions() const;
    ProofLabel evidenceLabel() const; ///< Played in the demo tenant, or Evaluated by Microsoft

    QList<MatrixRow> matrix() const;
    struct Loss
    {
        QString sentence, andThen; ///< "14 people lose access.", "So do 197 who have not used it for 30 days."
    };
    Loss whoLosesAccess() const;
    QStringList whoLosesAccessNames() const; ///< behind the link "Who?"
    GateView view(int matrixRow) const;

protected:
    std::pair<PageState, QString> pageState() const override;
    void planRead() override;
    bool asksForEverything() const override { return closing(); }

private:
    QString whyNotClose() const;
    Condition pathCondition(bool someActive) const;
    QStringList breakGlassIds() const;
    QString evidenceKey() const;
    QList<Principal> losing() const;

    QList<Principal> m_candidates;
    std::optional<ArmingEvidence> m_evidence;
    std::optional<Error> m_evidenceError;
    QString m_evidenceOf; ///< what it was gathered for: policy and exclusions
    bool m_gathering = false;
    int m_search = 0;
};

} // namespace pimgate
