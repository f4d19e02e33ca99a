#include "pages/ReportPage.h"

#include "look/Icon.h"
#include "pages/ErrorWords.h"
#include "pages/EvidenceFiles.h"
#include "pages/FactGrid.h"
#include "pages/Parts.h"
#include "pages/UndoQuestion.h"
#include "pages/WaysTable.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"
#include "widgets/VerdictFrame.h"

#include <QCheckBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QPushButton>
#include <QStandardPaths>

namespace pimgate {
namespace reportpage {

PageState stateOf(ReportVerdict::State state)
{
    switch (state) {
    case ReportVerdict::State::Closed:
        return PageState::Verified;
    case ReportVerdict::State::Unconfirmed:
    case ReportVerdict::State::NotEnforced:
        return PageState::NeedsAttention;
    case ReportVerdict::State::Drift:
        return PageState::Differs;
    case ReportVerdict::State::NotBuilt:
        break;
    }
    return PageState::ToDo;
}

} // namespace reportpage

ReportPage::ReportPage(ReportController &controller, Workspace &workspace, QWidget *parent)
    : Page(PageId::Report, tr("Report"), tr("What was, what changed, what was proven, by whom and when."), parent),
      m_controller(controller), m_workspace(workspace), m_verdict(new VerdictFrame), m_error(new ErrorFrame),
      m_facts(new FactGrid), m_ways(new WaysTable), m_residue(new Note(QStringLiteral("lock-shut"))),
      m_names(new QCheckBox(tr("&leave out names"))), m_files(new EvidenceFiles), m_save(new QPushButton(tr("&Save all…"))),
      m_undo(new QPushButton(tr("&Undo everything…"))), m_saved(new Note(QStringLiteral("state-verified"), {}, Tone::Ok))
{
    setBody(body());
    connect(&controller, &ReportController::changed, this, &ReportPage::refresh);
    connect(&workspace, &Workspace::writingChanged, this, &ReportPage::refresh);
    connect(m_error, &ErrorFrame::primaryChosen, this, [this] {
        m_saveError.reset();
        m_controller.refresh();
    });
    connect(m_ways, &WaysTable::answered, &controller, &ReportController::setAnswer);
    connect(m_names, &QCheckBox::toggled, &controller, &ReportController::setLeaveOutNames);
    connect(m_files, &EvidenceFiles::openRequested, this,
            [](const QString &path) { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
    connect(m_save, &QPushButton::clicked, this, &ReportPage::chooseFolder);
    connect(m_undo, &QPushButton::clicked, this, &ReportPage::confirmUndo);
    connect(&m_controller, &ReportController::leftAlone, this, [this](const QStringList &changedSince) {
        UndoQuestion::askAboutChanged(this, changedSince, m_workspace.tenantDomain(),
                                      [this] { m_controller.undoEverything(true); });
    });
    refresh();
}

QWidget *ReportPage::body()
{
    m_verdict->setObjectName(QStringLiteral("report.verdict"));
    m_error->setObjectName(QStringLiteral("report.error"));
    auto *box = new QWidget;
    auto *column = Parts::column(box);
    column->addWidget(m_error);
    column->addWidget(m_verdict);
    column->addSpacing(8);
    column->addWidget(m_facts);
    column->addSpacing(8);
    m_columns = new QBoxLayout(QBoxLayout::LeftToRight);
    m_columns->setSpacing(Theme::Columns);
    m_columns->addWidget(ways(), 588);
    m_columns->addWidget(files(), 364);
    column->addLayout(m_columns, 1);
    return box;
}

QWidget *ReportPage::ways()
{
    m_ways->setObjectName(QStringLiteral("report.ways"));
    auto *box = new QWidget;
    auto *column = Parts::column(box, 6);
    column->addWidget(new SectionHead(tr("Ways around the gate"), tr("only you and the customer can know")));
    column->addWidget(new RoundFrame(m_ways), 1000);
    column->addSpacing(2);
    column->addWidget(m_residue);
    column->addStretch(1);
    return box;
}

QWidget *ReportPage::files()
{
    m_names->setObjectName(QStringLiteral("report.names"));
    m_names->setFont(Theme::font(Theme::Hint));
    m_files->setObjectName(QStringLiteral("report.files"));
    m_save->setObjectName(QStringLiteral("report.save"));
    Icon::set(m_save, QStringLiteral("document"));
    m_undo->setObjectName(QStringLiteral("report.undo"));
    Icon::set(m_undo, QStringLiteral("undo"));
    auto *box = new QWidget;
    auto *column = Parts::column(box, 6);
    auto *head = new SectionHead(tr("Evidence"));
    head->setTrailing(m_names);
    column->addWidget(head);
    column->addWidget(new RoundFrame(m_files));
    column->addSpacing(8);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Theme::Inside);
    buttons->addWidget(m_save);
    buttons->addWidget(m_undo);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addWidget(m_saved);
    column->addStretch(1);
    m_saved->hide();
    return box;
}

void ReportPage::entered()
{
    m_controller.refresh();
    m_save->setFocus();
}

void ReportPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_columns->setDirection(width() < 760 ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

void ReportPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refresh();
}

void ReportPage::refresh()
{
    showVerdict();
    showWays();
    showFiles();
    showError();
    Q_EMIT footChanged();
}

void ReportPage::showVerdict()
{
    const ReportVerdict verdict = m_controller.verdict();
    const QString reading = tr("Reading the tenant again.");
    const bool first = m_controller.busy() && !m_controller.evidence();
    m_verdict->setVerdict(reportpage::stateOf(verdict.state), first ? reading : verdict.sentence, verdict.detail);
    m_verdict->setGate(m_controller.view());
    m_facts->setFacts(m_controller.facts());
}

void ReportPage::showWays()
{
    QHash<QString, QString> answers;
    for (const Preset::Question &question : m_controller.questions())
        if (const QString answer = m_controller.answer(question.key); !answer.isEmpty())
            answers.insert(question.key, answer);
    m_ways->setQuestions(m_controller.questions(), answers);
    m_ways->parentWidget()->setVisible(!m_controller.questions().isEmpty());
    m_ways->parentWidget()->setMaximumHeight(m_ways->wholeHeight() + 2);
    const QString residue = m_controller.undoResidue();
    m_residue->setNote(QStringLiteral("lock-shut"), residue);
    m_residue->setVisible(!residue.isEmpty());
}

void ReportPage::showFiles()
{
    m_files->setNames(m_controller.fileNames());
    const bool ready = m_controller.evidence().has_value() && !m_controller.busy();
    if (!m_controller.evidence()) { // another customer
        m_files->setFolder({});
        m_saved->hide();
    }
    m_save->setEnabled(ready);
    if (isVisible()) // a hidden page does not take the default button from the one that is seen
        Theme::setFilled(m_save, ready);
    m_undo->setEnabled(m_controller.canUndo());
}

void ReportPage::showError()
{
    const auto error = m_saveError ? m_saveError : m_controller.error();
    if (error) {
        m_error->setError(errorText(*error));
        m_error->setPrimary(tr("&Read again"));
    }
    const bool fresh = error && m_error->isHidden();
    m_error->setVisible(error.has_value());
    if (fresh && isVisible())
        m_error->takeFocus();
}

/// Not modal to the program: the tenant may still answer meanwhile.
void ReportPage::chooseFolder()
{
    auto *dialog = new QFileDialog(window(), tr("Save the report in a folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("report.folder"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    dialog->setDirectory(QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation));
    connect(dialog, &QFileDialog::fileSelected, this, &ReportPage::saveIn);
    dialog->open();
}

void ReportPage::saveIn(const QString &folder)
{
    const Outcome saved = m_controller.save(folder);
    m_saveError = saved ? std::nullopt : std::optional(saved.error());
    m_files->setFolder(saved ? folder : QString());
    m_saved->setNote(QStringLiteral("state-verified"), tr("Saved in %1").arg(QDir::toNativeSeparators(folder)), Tone::Ok);
    m_saved->setVisible(bool(saved));
    showError();
}

void ReportPage::confirmUndo()
{
    QString text = tr("Everything this run made in %1 is taken back, closing acts first. Until the gate is built again everybody "
                      "who could sign in before can sign in.")
                       .arg(m_workspace.tenantDomain());
    if (const QString residue = m_controller.undoResidue(); !residue.isEmpty())
        text += QLatin1String("\n\n") + residue;
    UndoQuestion::ask(this, tr("Undo everything"), text, m_workspace.tenantDomain(), [this] { m_controller.undoEverything(); });
}

QString ReportPage::help() const
{
    return tr("The verdict is worked out from what the tenant shows now, not from what was sent. Answer the questions about the "
              "application itself with the customer: the gate cannot see those ways. Save all writes the report for the "
              "customer, the same to sign, the evidence with its hash, and the blueprint for the next customer.");
}

} // namespace pimgate
