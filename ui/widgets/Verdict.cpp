#include "widgets/Verdict.h"

#include "look/State.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"

#include <QHBoxLayout>

namespace pimgate {

Verdict::Verdict(QWidget *parent)
    : Panel(Grey, parent), m_icon(new IconLabel(QStringLiteral("dash"), Tone::Grey, 36)),
      m_verdict((new Text(Theme::VerdictText))->wrapped()), m_reason((new Text(Theme::Body, Tone::Second))->wrapped()),
      m_gate(new GateDrawingWidget(GateSize::Medium, false))
{
    auto *words = new QVBoxLayout;
    words->setSpacing(6);
    words->addStretch(1);
    words->addWidget(m_verdict);
    words->addWidget(m_reason);
    words->addStretch(1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(22, 8, 2, 8);
    row->setSpacing(18);
    row->addWidget(m_icon, 0, Qt::AlignVCenter);
    row->addLayout(words, 1);
    row->addWidget(m_gate, 1, Qt::AlignVCenter);
    setAccessibleName(tr("Verdict"));
}

void Verdict::setVerdict(PageState state, const QString &verdict, const QString &reason)
{
    m_icon->setIcon(look(state).icon, look(state).tone);
    m_verdict->setPlain(verdict);
    m_reason->setPlain(reason);
    setAccessibleDescription(verdict + QLatin1Char(' ') + reason);
}

void Verdict::setGate(const GateView &view)
{
    m_gate->setView(view);
}

} // namespace pimgate
