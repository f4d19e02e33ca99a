#include "pages/ConditionList.h"

#include "look/State.h"
#include "pages/Parts.h"
#include "widgets/Chip.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"

#include <QHBoxLayout>
#include <QLocale>

namespace pimgate {

using Condition = ConditionalAccessController::Condition;

ConditionList::ConditionList(QWidget *parent)
    : QWidget(parent), m_head(new SectionHead(tr("Before the gate can close"))), m_lines(Parts::column(this, 9))
{
    setObjectName(QStringLiteral("ca.conditions"));
    setAccessibleName(tr("Before the gate can close"));
    m_lines->addWidget(m_head);
}

/// Built anew only when the answers changed: the focus stays on "Ask again".
void ConditionList::setConditions(const QList<Condition> &conditions, ProofLabel label, const QDateTime &asked, bool asking)
{
    QStringList shown{asked.toString(Qt::ISODate), asking ? QStringLiteral("asking") : QString(), QString::number(int(label))};
    int met = 0, due = 0;
    for (const Condition &condition : conditions) {
        shown << condition.sentence + QLatin1String(", ") + look(condition.state).word + QLatin1String(". ") + condition.hint;
        due += condition.state != PageState::ToDo;
        met += condition.state == PageState::Verified;
    }
    if (const QString all = shown.join(QLatin1Char('\n')); all == m_shown)
        return;
    else
        m_shown = all;
    setAccessibleDescription(shown.mid(3).join(QLatin1Char(' ')));
    m_head->setNote(tr("%1 of %2").arg(met).arg(due));
    if (m_box) {
        m_box->hide();
        m_box->deleteLater(); // "Ask again" in it may still be delivering its click
    }
    m_box = new QWidget;
    Parts::column(m_box, 8);
    for (const Condition &condition : conditions)
        if (condition.state != PageState::ToDo)
            addLine(condition, false);
    const QString at = QLocale().toString(asked.toLocalTime().time(), QStringLiteral("HH:mm"));
    if (asking)
        addLabel(label, tr("asking"), false);
    else if (asked.isValid())
        addLabel(label, tr("What-If, %1").arg(at), true);
    for (const Condition &condition : conditions)
        if (condition.state == PageState::ToDo) {
            m_box->layout()->addWidget(new Hairline);
            addLine(condition, true);
            addLabel(condition.label, condition.hint, false);
        }
    m_lines->addWidget(m_box);
}

void ConditionList::addLine(const Condition &condition, bool soft)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(1, 0, 0, 0);
    row->setSpacing(10);
    const StateLook state = look(condition.state);
    row->addWidget(soft ? new IconLabel(QStringLiteral("info"), Tone::Second, 16) : new IconLabel(state.icon, state.tone, 16), 0,
                   Qt::AlignTop);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget((new Text(Theme::Body, soft ? Tone::Second : Tone::Normal, condition.sentence))->wrapped());
    if (!soft && !condition.hint.isEmpty())
        words->addWidget((new Text(Theme::Hint, Tone::Second, condition.hint))->wrapped());
    row->addLayout(words, 1);
    m_box->layout()->addWidget(line);
}

void ConditionList::addLabel(ProofLabel label, const QString &words, bool again)
{
    auto *line = new QWidget;
    auto *row = new QHBoxLayout(line);
    row->setContentsMargins(isRightToLeft() ? 0 : 27, 0, isRightToLeft() ? 27 : 0, 0);
    row->setSpacing(8);
    row->addWidget(new Chip(label, label == ProofLabel::PlayedInDemo)); // the band says the long form
    row->addWidget((new Text(Theme::Hint, Tone::Second, words))->shrinking(), 1);
    if (again) {
        auto *ask = new LinkButton(tr("Ask &again"));
        ask->setObjectName(QStringLiteral("ca.ask"));
        connect(ask, &QPushButton::clicked, this, &ConditionList::askAgain);
        row->addWidget(ask);
    }
    m_box->layout()->addWidget(line);
}

} // namespace pimgate
