#pragma once

#include "controllers/ConditionalAccessController.h"
#include "pages/Page.h"

class QRadioButton;

namespace pimgate {

class ChangePanel;
class ConditionList;
class GateDrawingWidget;
class MatrixTable;
class PolicyBox;
class PolicyWishBox;
class StepPanel;
class Text;

/// Step 4: the policy in report-only, the evidence, and the one button that takes access away.
class ConditionalAccessPage : public Page
{
    Q_OBJECT
public:
    explicit ConditionalAccessPage(ConditionalAccessController &controller, QWidget *parent = nullptr);
    void entered() override;
    QString footNote() const override;
    bool nextIsDue() const override;
    QString help() const override;

private:
    QWidget *choices();
    QWidget *policyAsReadBack();
    QWidget *enforceChoice();
    QWidget *answers();
    void refresh();
    void showQuestion(bool closing);
    void showEvidence(bool closing);
    void showGate();
    QString forWhom(const MatrixRow &row) const;
    void fillFoot(ChangePanel &panel);
    void showWho();
    bool enforced() const;

    ConditionalAccessController &m_controller;
    PolicyWishBox *m_wish;
    QWidget *m_readBack;
    Text *m_readAt;
    PolicyBox *m_policy;
    Text *m_about;
    ConditionList *m_conditions;
    QWidget *m_choice;
    QRadioButton *m_enforce;
    QRadioButton *m_watch;
    QWidget *m_answers;
    GateDrawingWidget *m_gate;
    MatrixTable *m_matrix;
    StepPanel *m_step;
};

} // namespace pimgate
