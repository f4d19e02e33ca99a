#pragma once

#include "controllers/SsoController.h"
#include "pages/Page.h"

#include <QPointer>

class QCheckBox;
class QComboBox;
class QGridLayout;

namespace pimgate {

class ApplicationField;
class Note;
class RowTable;
class SectionHead;
class StepPanel;
class Text;

/// Step 2: which application, and who keeps what when the gate closes.
class SsoPage : public Page
{
    Q_OBJECT
public:
    explicit SsoPage(SsoController &controller, QWidget *parent = nullptr);
    void entered() override;
    bool nextIsDue() const override { return m_controller.state() == StepController::State::Done; }
    QString help() const override;

private:
    QWidget *choices();
    QWidget *side();
    void refresh();
    void showFacts();
    void showRoles();
    static QString afterwards(const SsoController::Today &line);
    static QString whyAfterwards(SsoController::Today::Afterwards afterwards);
    void showToday();
    void showDecisions(const QList<SsoController::Today> &lines);
    void showLosses(const QList<SsoController::Today> &lines);

    SsoController &m_controller;
    StepPanel *m_panel;
    ApplicationField *m_application;
    Text *m_applicationHint;
    Text *m_kind;
    QWidget *m_facts = nullptr;
    QGridLayout *m_factGrid = nullptr;
    QWidget *m_roleBox = nullptr;
    Text *m_roleTitle;
    QComboBox *m_role;
    QCheckBox *m_required;
    Note *m_bypass;
    SectionHead *m_todayHead;
    RowTable *m_today;
    QHash<QString, QPointer<QComboBox>> m_decisions; ///< by principal
};

} // namespace pimgate
