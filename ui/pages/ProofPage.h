#pragma once

#include "controllers/ProofController.h"
#include "pages/Page.h"

#include <QTimer>

class QComboBox;
class QPushButton;

namespace pimgate {

class ErrorFrame;
class GateDrawingWidget;
class Note;
class ProofTable;
class TimeLine;

/// Test the activation: one eligible person walks through the gate, and every moment has its proof.
class ProofPage : public Page
{
    Q_OBJECT
public:
    ProofPage(ProofController &controller, Workspace &workspace, QWidget *parent = nullptr);
    void entered() override;
    QString footNote() const override;
    QWidget *footLegend() override;
    bool nextIsDue() const override { return m_controller.state() == ProofController::State::Passed; }
    QString help() const override;

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void buildTools();
    QWidget *body();
    QWidget *legend();
    void playOrPause();
    void refresh();
    void showTools();
    void showPeople();
    void showNotice();
    void showMoments();
    bool underWay() const;

    ProofController &m_controller;
    Workspace &m_workspace;
    QComboBox *m_person;
    QPushButton *m_play;
    QComboBox *m_speed;
    QPushButton *m_again;
    Note *m_notice;
    ErrorFrame *m_error;
    GateDrawingWidget *m_gate;
    TimeLine *m_line;
    ProofTable *m_table;
    QWidget *m_legend = nullptr;
    QTimer m_tick; ///< the time left, once a second
};

} // namespace pimgate
