#include "widgets/VerdictFrame.h"

#include "look/State.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"

#include <QHBoxLayout>

namespace pimgate {

VerdictFrame::VerdictFrame(QWidget *parent)
    : Panel(Grey, parent), m_row(new QBoxLayout(QBoxLayout::LeftToRight, this)),
      m_icon(new IconLabel(QStringLiteral("dash"), Tone::Grey, 36)), m_verdict((new Text(Theme::VerdictText))->wrapped()),
      m_reason((new Text(Theme::Body, Tone::Second))->wrapped()), m_gate(new GateDrawingWidget(GateSize::Medium, false))
{
    m_gate->setReasonsVisible(false);
    auto *words = new QVBoxLayout;
    words->setSpacing(6);
    words->addStretch(1);
    words->addWidget(m_verdict);
    words->addWidget(m_reason);
    words->addStretch(1);
    auto *said = new QHBoxLayout;
    said->setSpacing(18);
    said->addWidget(m_icon, 0, Qt::AlignVCenter);
    said->addLayout(words, 1);
    m_row->setContentsMargins(22, 9, 9, 9);
    m_row->setSpacing(18);
    m_row->addLayout(said, 1);
    m_row->addWidget(m_gate, 0, Qt::AlignVCenter);
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Verdict"));
}

void VerdictFrame::setVerdict(PageState state, const QString &verdict, const QString &reason)
{
    m_icon->setIcon(look(state).icon, look(state).tone);
    m_verdict->setPlain(verdict);
    m_reason->setPlain(reason);
    setAccessibleDescription(verdict + QLatin1Char(' ') + reason);
}

void VerdictFrame::resizeEvent(QResizeEvent *event)
{
    Panel::resizeEvent(event);
    const bool narrow = width() < 720;
    m_row->setDirection(narrow ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_gate->setMaximumWidth(narrow ? QWIDGETSIZE_MAX : 440);
}

void VerdictFrame::setGate(const GateView &view)
{
    m_gate->setView(view);
}

} // namespace pimgate
