#pragma once

#include "controllers/ReportController.h"
#include "pages/Page.h"

class QBoxLayout;
class QCheckBox;
class QFileDialog;
class QPushButton;

namespace pimgate {

class ErrorFrame;
class EvidenceFiles;
class FactGrid;
class Note;
class SectionHead;
class VerdictFrame;
class WaysTable;

/// One verdict, what it rests on, the ways around the gate, and the files that carry it away.
class ReportPage : public Page
{
    Q_OBJECT
public:
    ReportPage(ReportController &controller, Workspace &workspace, QWidget *parent = nullptr);
    void entered() override;
    QString nextText() const override { return tr("&Next customer"); }
    QString help() const override;
    /// What the folder dialog of "Save all" calls.
    void saveIn(const QString &folder);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    QWidget *body();
    QWidget *ways();
    QWidget *files();
    void refresh();
    void showVerdict();
    void showWays();
    void showFiles();
    void showError();
    void chooseFolder();
    void confirmUndo();

    ReportController &m_controller;
    Workspace &m_workspace;
    VerdictFrame *m_verdict;
    ErrorFrame *m_error;
    FactGrid *m_facts;
    WaysTable *m_ways;
    Note *m_residue;
    QCheckBox *m_names;
    EvidenceFiles *m_files;
    QPushButton *m_save;
    QPushButton *m_undo;
    Note *m_saved;
    QBoxLayout *m_columns = nullptr;
    std::optional<Error> m_saveError;
};

} // namespace pimgate
