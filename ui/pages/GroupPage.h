#pragma once

#include "controllers/GroupController.h"
#include "pages/Page.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QRadioButton;

namespace pimgate {

class IconLabel;
class Note;
class StepPanel;
class Text;

/// Step 1: which group opens the gate.
class GroupPage : public Page
{
    Q_OBJECT
public:
    explicit GroupPage(GroupController &controller, QWidget *parent = nullptr);
    void entered() override;
    bool nextIsDue() const override { return m_controller.state() == StepController::State::Done; }
    QString help() const override;

private:
    QWidget *choices();
    QWidget *newGroup();
    QWidget *existingGroup();
    void refresh();
    void showNameState();
    void showSimilar();
    void showFacts();

    GroupController &m_controller;
    StepPanel *m_panel;
    QRadioButton *m_new;
    QRadioButton *m_existing;
    Text *m_existingHint = nullptr;
    QWidget *m_newBox = nullptr;
    QLineEdit *m_name;
    IconLabel *m_nameIcon;
    Text *m_nameState;
    Text *m_nameProblem;
    QLineEdit *m_description;
    QCheckBox *m_protect;
    Text *m_protectHint = nullptr;
    QComboBox *m_similar;
    Note *m_owners;
};

} // namespace pimgate
