#include "widgets/PageFrame.h"

#include "widgets/ChangePanel.h"
#include "widgets/Labels.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>

namespace pimgate {
namespace pagegrid {
constexpr int kStackBelow = 920;
constexpr int kChoicesMost = 480;
constexpr int kPanelMost = 960;
constexpr int kRingRoom = 6; // a focus ring stands 4 px outside its widget; the scroll area must not cut it

int choicesOf976(PageFrame::Columns columns)
{
    switch (columns) {
    case PageFrame::Columns::C392P560:
        return 392;
    case PageFrame::Columns::C340P612:
        return 340;
    case PageFrame::Columns::C316P636:
        return 316;
    case PageFrame::Columns::C440P512:
        break;
    }
    return 440;
}
} // namespace pagegrid

PageFrame::PageFrame(const QString &question, const QString &sentence, QWidget *parent)
    : QWidget(parent), m_step(new Text(Theme::Hint, Tone::Second)), m_question((new Text(Theme::PageQuestion))->wrapped()),
      m_sentence((new Text(Theme::Body, Tone::Second))->wrapped()), m_tools(new QHBoxLayout), m_outer(new QVBoxLayout(this)),
      m_head(new QWidget), m_scroll(new QScrollArea), m_content(new QWidget),
      m_body(new QBoxLayout(QBoxLayout::LeftToRight, m_content)), m_stickyRoom(new QVBoxLayout)
{
    auto *words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(m_step);
    words->addWidget(m_question);
    words->addWidget(m_sentence);
    m_step->hide();
    m_tools->setSpacing(Theme::Inside);
    m_headRow = new QBoxLayout(QBoxLayout::LeftToRight, m_head);
    m_headRow->setContentsMargins(0, 0, 0, 0);
    m_headRow->addLayout(words, 1);
    auto *tools = new QVBoxLayout;
    tools->addLayout(m_tools);
    tools->addStretch(1);
    m_headRow->addLayout(tools);

    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->setWidget(m_content);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_content->setAutoFillBackground(false);
    m_body->setSpacing(Theme::Columns);
    m_body->setContentsMargins(pagegrid::kRingRoom, pagegrid::kRingRoom, pagegrid::kRingRoom, pagegrid::kRingRoom);

    m_outer->setSpacing(0);
    m_outer->addWidget(m_head);
    m_outer->addWidget(m_scroll, 1);
    m_outer->addLayout(m_stickyRoom);
    setQuestion(question, sentence);
    arrange();
}

void PageFrame::setQuestion(const QString &question, const QString &sentence)
{
    m_question->setPlain(question);
    m_sentence->setPlain(sentence);
    setAccessibleName(question);
    setAccessibleDescription(sentence);
}

void PageFrame::setStepLine(const QString &text)
{
    m_step->setPlain(text);
    m_step->setVisible(!text.isEmpty());
}

void PageFrame::setBody(QWidget *body)
{
    m_body->addWidget(body);
    arrange();
}

void PageFrame::setColumns(QWidget *choices, QWidget *panel, Columns columns, ChangePanel *sticky)
{
    m_choices = choices;
    m_panel = panel;
    m_columns = columns;
    m_sticky = sticky;
    m_body->addWidget(choices);
    m_body->addWidget(panel, 1);
    arrange();
}

int PageFrame::choicesWidth(int content) const
{
    const int share = pagegrid::choicesOf976(m_columns);
    return qMin(share + qMax(0, content - 976) * share / 976, pagegrid::kChoicesMost);
}

/// Margins grow beyond choices 480 and panel 960; narrow pages stack their columns.
void PageFrame::arrange()
{
    const int page = width();
    const bool stacked = m_choices && page < pagegrid::kStackBelow;
    int margin = page < 720 ? int(Theme::Block) : int(Theme::Margin);
    const int most = (m_choices ? pagegrid::kChoicesMost + Theme::Columns : 0) + pagegrid::kPanelMost + (m_choices ? 0 : 504);
    margin = qMax(margin, (page - most) / 2);
    const bool tight = m_tools->count() > 0; // the pages with tools need their height for drawings
    const bool below = tight && page < 760;  // the tools under the sentence
    m_headRow->setDirection(below ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_headRow->setSpacing(tight ? below ? int(Theme::Inside) : int(Theme::Columns) : 0);
    m_head->setContentsMargins(margin, 0, margin, tight ? 5 : 11);
    m_outer->setContentsMargins(0, tight ? 9 : 15, 0, tight ? 4 : Theme::Block - pagegrid::kRingRoom);
    const int side = margin - pagegrid::kRingRoom;
    m_body->setContentsMargins(side + pagegrid::kRingRoom, pagegrid::kRingRoom, side + pagegrid::kRingRoom, pagegrid::kRingRoom);
    if (!m_choices)
        return;
    if (stacked) {
        m_choices->setMinimumWidth(0);
        m_choices->setMaximumWidth(QWIDGETSIZE_MAX);
    } else {
        m_choices->setFixedWidth(choicesWidth(page - 2 * margin));
    }
    if (stacked == m_stacked)
        return;
    m_stacked = stacked;
    m_body->setDirection(stacked ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    if (!m_sticky)
        return;
    if (stacked)
        m_stickyRoom->addWidget(m_sticky->foot());
    else
        m_sticky->takeFootBack();
}

/// Later, because what appears has no place yet.
void PageFrame::bringUp(QWidget *part)
{
    QTimer::singleShot(0, part, [this, part] {
        m_body->activate();
        m_scroll->verticalScrollBar()->setValue(part->mapTo(m_content, QPoint()).y() - pagegrid::kRingRoom);
    });
}

void PageFrame::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

void PageFrame::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), Theme::colors().base);
}

} // namespace pimgate
