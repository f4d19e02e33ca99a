#pragma once

#include "controllers/PimController.h"
#include "pages/Page.h"

class QCheckBox;

namespace pimgate {

class DurationCombo;
class LinkButton;
class Note;
class PrincipalPicker;
class SectionHead;
class StepPanel;
class Text;

/// Step 3: who can open the gate, and how.
class PimPage : public Page
{
    Q_OBJECT
public:
    explicit PimPage(PimController &controller, QWidget *parent = nullptr);
    void entered() override;
    QString footNote() const override;
    bool nextIsDue() const override { return m_controller.state() == StepController::State::Done; }
    QString help() const override;

private:
    QWidget *choices();
    QWidget *people();
    QWidget *conditions();
    QWidget *approval();
    void connectChoices();
    void refresh();
    void showRulesOfTenant();

    PimController &m_controller;
    SectionHead *m_whoHead;
    PrincipalPicker *m_eligible;
    DurationCombo *m_eligibility;
    LinkButton *m_allRules;
    QCheckBox *m_mfa;
    QCheckBox *m_reason;
    QCheckBox *m_ticket;
    DurationCombo *m_maximum;
    QCheckBox *m_approval;
    Text *m_either;
    QWidget *m_approvers;
    PrincipalPicker *m_approverList;
    Note *m_advice;
    StepPanel *m_step;
};

} // namespace pimgate
