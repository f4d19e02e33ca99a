#pragma once

#include "controllers/ReadinessController.h"
#include "pages/Page.h"

class QCheckBox;
class QHBoxLayout;
class QPushButton;

namespace pimgate {

class ErrorFrame;
class IconLabel;
class Panel;
class RowTable;
class Text;

/// The checks before step 1, and what to do about the one that is chosen.
class ReadinessPage : public Page
{
    Q_OBJECT
public:
    ReadinessPage(ReadinessController &controller, Workspace &workspace, QWidget *parent = nullptr);
    void entered() override;
    QString footNote() const override;
    bool nextIsDue() const override { return !m_controller.checks().isEmpty() && !m_controller.reading(); }
    QString help() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *body();
    QWidget *head();
    QWidget *about();
    void refresh();
    void showCounts();
    void showChecks();
    void showAbout();
    void showAccounts(const Check &check);
    const Check *chosen() const;
    bool applicationUnknown() const;
    void confirm();

    ReadinessController &m_controller;
    Workspace &m_workspace;
    QHBoxLayout *m_counts;
    QPushButton *m_again;
    QPushButton *m_copy;
    ErrorFrame *m_error;
    RowTable *m_table;
    QList<Check> m_checks; ///< as shown
    Panel *m_about;
    IconLabel *m_aboutIcon;
    Text *m_aboutTitle;
    Text *m_aboutText;
    QHBoxLayout *m_accounts;
    QList<QCheckBox *> m_boxes;
    QPushButton *m_confirm;
};

} // namespace pimgate
