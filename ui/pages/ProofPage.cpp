#include "pages/ProofPage.h"

#include "look/Icon.h"
#include "pages/ErrorWords.h"
#include "pages/Parts.h"
#include "pages/ProofMoments.h"
#include "pages/ProofTable.h"
#include "proof/ProofWords.h"
#include "widgets/Chip.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLocale>
#include <QPushButton>
#include <QSignalBlocker>

namespace pimgate {

using ProofState = ProofController::State;

ProofPage::ProofPage(ProofController &controller, Workspace &workspace, QWidget *parent)
    : Page(PageId::Proof, tr("See it work"), {}, parent), m_controller(controller), m_workspace(workspace),
      m_person(new QComboBox), m_play(new QPushButton), m_speed(new QComboBox), m_again(new QPushButton(tr("Start &again"))),
      m_notice(new Note(QStringLiteral("warning"), {}, Tone::Warn)), m_error(new ErrorFrame),
      m_gate(new GateDrawingWidget(GateSize::Large)), m_line(new TimeLine), m_table(new ProofTable)
{
    buildTools();
    setBody(body());
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &ProofPage::showMoments);
    connect(&controller, &ProofController::changed, this, &ProofPage::refresh);
    connect(&workspace, &Workspace::writingChanged, this, &ProofPage::refresh);
    connect(m_play, &QPushButton::clicked, this, &ProofPage::playOrPause);
    connect(m_again, &QPushButton::clicked, &controller, &ProofController::reset);
    connect(m_error, &ErrorFrame::primaryChosen, &controller, &ProofController::reset);
    connect(m_person, &QComboBox::activated, this,
            [this](int index) { m_controller.setPerson(m_person->itemData(index).toString()); });
    connect(m_speed, &QComboBox::activated, this,
            [this](int index) { m_controller.setSpeed(m_speed->itemData(index).toDouble()); });
    connect(m_table, &ProofTable::lineChosen, &controller, &ProofController::select);
    connect(m_table, &ProofTable::spacePressed, this, &ProofPage::playOrPause);
    connect(m_line, &TimeLine::momentChosen, this,
            [this](int moment) { m_controller.select(lineOfMoment(m_controller.lines(), moment)); });
    refresh();
}

void ProofPage::buildTools()
{
    m_person->setObjectName(QStringLiteral("proof.person"));
    m_person->setAccessibleName(tr("Who walks through the gate"));
    m_person->setAccessibleDescription(m_person->accessibleName()); // on Linux the name of a combo box is its value
    m_person->setMinimumWidth(168);
    m_play->setObjectName(QStringLiteral("proof.play"));
    m_speed->setObjectName(QStringLiteral("proof.speed"));
    m_speed->setAccessibleName(tr("Speed"));
    m_speed->setAccessibleDescription(m_speed->accessibleName());
    for (const double factor : {0.5, 1.0, 2.0, 4.0})
        m_speed->addItem(tr("%1×", "speed").arg(QLocale().toString(factor)), factor);
    m_speed->setCurrentIndex(1);
    m_again->setObjectName(QStringLiteral("proof.again"));
    Icon::set(m_again, QStringLiteral("undo"));
    for (QWidget *tool : std::initializer_list<QWidget *>{m_person, m_play, m_speed, m_again})
        headerTools()->addWidget(tool);
}

QWidget *ProofPage::body()
{
    m_notice->setObjectName(QStringLiteral("proof.notice"));
    m_error->setObjectName(QStringLiteral("proof.error"));
    m_gate->setObjectName(QStringLiteral("proof.gate"));
    m_line->setObjectName(QStringLiteral("proof.moments"));
    m_table->setObjectName(QStringLiteral("proof.lines"));
    auto *box = new QWidget;
    auto *column = Parts::column(box, 8);
    column->addWidget(m_notice);
    column->addWidget(m_error);
    column->addWidget(m_gate);
    column->addWidget(m_line);
    column->addSpacing(-3); // the moments bring their own room
    column->addWidget(new RoundFrame(m_table));
    column->addStretch(1);
    return box;
}

/// Only the two labels that a demo can show: nobody shall take it for more.
QWidget *ProofPage::legend()
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(7);
    row->addWidget(new Chip(ProofLabel::PlayedInDemo, true));
    row->addWidget((new Text(Theme::Hint, Tone::Second, tr("really done, against our imitation of Microsoft")))->shrinking());
    row->addSpacing(16);
    row->addWidget(new Chip(ProofLabel::Simulated, true));
    row->addWidget((new Text(Theme::Hint, Tone::Second, tr("worked out here, nothing sent")))->shrinking());
    box->hide();
    return box;
}

void ProofPage::entered()
{
    if (!m_workspace.plan() || m_workspace.stale())
        m_workspace.refresh();
    refresh();
    if (m_play->isEnabled())
        m_play->setFocus();
    else
        m_person->setFocus();
}

QString ProofPage::footNote() const
{
    if (m_workspace.demo() || !underWay())
        return {};
    const int end = lineOfMoment(m_controller.lines(), int(ProofLine::Moment::Ended));
    const QDateTime at = end < 0 ? QDateTime() : m_controller.lines().at(end).at;
    return at.isValid() ? tr("Leave and come back: the run waits for %1.")
                              .arg(QLocale().toString(at.toLocalTime().time(), QStringLiteral("HH:mm:ss")))
                        : QString();
}

QWidget *ProofPage::footLegend()
{
    if (!m_workspace.demo())
        return nullptr;
    if (!m_legend)
        m_legend = legend();
    return m_legend;
}

bool ProofPage::underWay() const
{
    return m_controller.state() == ProofState::Playing || m_controller.state() == ProofState::Paused;
}

void ProofPage::playOrPause()
{
    if (m_controller.state() == ProofState::Playing)
        m_controller.pause();
    else if (m_controller.state() == ProofState::Paused)
        m_controller.goOn();
    else
        m_controller.play();
}

void ProofPage::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space && m_play->isEnabled())
        playOrPause();
    else
        Page::keyPressEvent(event);
}

void ProofPage::showEvent(QShowEvent *event)
{
    Page::showEvent(event);
    refresh();
}

void ProofPage::refresh()
{
    setQuestion(tr("See it work"),
                m_workspace.demo() ? tr("One eligible person walks through the gate. Plays by itself; space pauses.")
                                   : tr("One eligible person walks through the gate. Each moment is a real request, and each has "
                                        "its proof."));
    showTools();
    showNotice();
    m_gate->setView(m_controller.view());
    showMoments();
    m_table->setLines(m_controller.lines(), m_workspace.demo());
    m_table->select(m_controller.lines().isEmpty() ? -1 : m_controller.current());
    m_table->parentWidget()->setVisible(!m_controller.lines().isEmpty());
    Q_EMIT footChanged();
}

void ProofPage::showTools()
{
    const ProofState state = m_controller.state();
    showPeople();
    m_play->setText(state == ProofState::Playing   ? tr("&Pause")
                    : state == ProofState::Paused  ? tr("&Play on")
                    : state == ProofState::Pending ? tr("&Play on")
                                                   : tr("&Play"));
    Icon::set(m_play, state == ProofState::Playing ? QStringLiteral("pause") : QStringLiteral("play"));
    m_play->setEnabled(underWay() || m_controller.blockedBecause().isEmpty());
    if (isVisible()) // a hidden page does not take the default button from the one that is seen
        Theme::setFilled(m_play, m_play->isEnabled() && !underWay() && state != ProofState::Passed);
    m_speed->setVisible(m_workspace.demo() || !m_workspace.signedIn());
    m_again->setEnabled(underWay() || state == ProofState::Passed || state == ProofState::Failed || state == ProofState::Pending);
}

void ProofPage::showPeople()
{
    const QSignalBlocker quiet(m_person);
    const QList<Principal> people = m_controller.people();
    bool same = m_person->count() == people.size();
    for (int i = 0; same && i < people.size(); ++i)
        same = m_person->itemData(i).toString() == people.at(i).userName && m_person->itemText(i) == people.at(i).displayName;
    if (!same) {
        m_person->clear();
        for (const Principal &person : people)
            m_person->addItem(person.displayName, person.userName);
    }
    m_person->setCurrentIndex(m_person->findData(m_controller.person()));
    m_person->setEnabled(!people.isEmpty() && !underWay());
}

void ProofPage::showNotice()
{
    const auto error = m_controller.error();
    if (error) {
        m_error->setError(errorText(*error));
        m_error->setPrimary(tr("&Read again"));
    }
    const bool fresh = error && m_error->isHidden();
    m_error->setVisible(error.has_value());
    if (fresh && isVisible())
        m_error->takeFocus();
    QString text = underWay() ? QString() : m_controller.blockedBecause();
    if (text.isEmpty() && m_controller.result())
        text = howOf(*m_controller.result());
    m_notice->setNote(QStringLiteral("warning"), text, Tone::Warn);
    m_notice->setVisible(!text.isEmpty());
    m_notice->setAccessibleName(text);
    m_play->setAccessibleDescription(text);
}

void ProofPage::showMoments()
{
    m_line->setMoments(momentsOf(m_controller.lines()));
    const QString left = m_controller.leftText();
    m_line->setRemaining(left.isEmpty() ? -1 : m_controller.usedShare(), left);
    if (left.isEmpty())
        m_tick.stop();
    else if (!m_tick.isActive())
        m_tick.start();
}

QString ProofPage::help() const
{
    return tr("One eligible person tries to sign in, asks for access, is approved, signs in, and is blocked again when the time "
              "is over. Each line says what was expected and what happened, and how much that proves. In the demo tenant the "
              "clock is moved on; in a real tenant the run waits, and can be left and taken up again.");
}

} // namespace pimgate
