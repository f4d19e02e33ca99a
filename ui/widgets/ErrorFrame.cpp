#include "widgets/ErrorFrame.h"

#include "look/FocusRing.h"
#include "look/Icon.h"
#include "widgets/Labels.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QGridLayout>
#include <QPainter>
#include <QPainterPath>

namespace pimgate {

ErrorFrame::ErrorFrame(QWidget *parent)
    : QWidget(parent), m_title((new Text(Theme::Title))->wrapped()), m_primary(new QPushButton), m_second(new QPushButton),
      m_copy(new QPushButton(tr("Copy details"))), m_code((new Text(Theme::Hint, Tone::Second))->wrapped())
{
    setFocusPolicy(Qt::StrongFocus);
    FocusRing::always(this);
    Theme::setFilled(m_primary, true);
    Icon::set(m_copy, QStringLiteral("copy"));
    m_code->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto *head = new QHBoxLayout;
    head->setSpacing(Theme::Group);
    head->addWidget(new IconLabel(QStringLiteral("state-failed"), Tone::Bad, 24), 0, Qt::AlignTop);
    head->addWidget(m_title, 1, Qt::AlignVCenter);

    auto *answers = new QGridLayout;
    answers->setHorizontalSpacing(20);
    answers->setVerticalSpacing(Theme::Inside);
    answers->setColumnStretch(1, 1);
    const QString questions[] = {tr("What happened"), tr("Who can fix it"), tr("What to do")};
    for (int i = 0; i < 3; ++i) {
        m_answers[i] = (new Text(Theme::Body))->wrapped();
        answers->addWidget(new Text(Theme::Body, Tone::Second, questions[i]), i, 0, Qt::AlignTop);
        answers->addWidget(m_answers[i], i, 1);
    }

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(10);
    buttons->addWidget(m_primary);
    buttons->addWidget(m_second);
    buttons->addStretch(1);
    buttons->addWidget(m_copy);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(isRightToLeft() ? 19 : 25, 15, isRightToLeft() ? 25 : 19, 14);
    column->setSpacing(Theme::Group);
    column->addLayout(head);
    column->addLayout(answers);
    column->addLayout(buttons);
    column->addWidget(m_code);
    column->setSpacing(14);

    setPrimary({});
    setSecond({});
    connect(m_primary, &QPushButton::clicked, this, &ErrorFrame::primaryChosen);
    connect(m_second, &QPushButton::clicked, this, &ErrorFrame::secondChosen);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        QApplication::clipboard()->setText(details());
        Q_EMIT detailsCopied();
    });
}

void ErrorFrame::setError(const ErrorText &error)
{
    m_error = error;
    m_title->setPlain(error.title);
    m_answers[0]->setPlain(error.whatHappened);
    m_answers[1]->setPlain(error.whoCanFixIt);
    m_answers[2]->setPlain(error.whatToDo);
    m_code->setPlain(error.code);
    m_code->setVisible(!error.code.isEmpty());
    setAccessibleName(error.title);
    setAccessibleDescription(QStringList{error.whatHappened, error.whoCanFixIt, error.whatToDo}.join(QLatin1Char(' ')));
}

void ErrorFrame::setPrimary(const QString &text, const QString &icon)
{
    m_primary->setText(text);
    Icon::set(m_primary, icon);
    m_primary->setVisible(!text.isEmpty());
}

void ErrorFrame::setSecond(const QString &text)
{
    m_second->setText(text);
    m_second->setVisible(!text.isEmpty());
}

void ErrorFrame::takeFocus()
{
    setFocus(Qt::OtherFocusReason);
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

/// The code line only: names and sentences about people stay on the screen.
QString ErrorFrame::details() const
{
    return m_error.code;
}

/// Layouts mirror their items, not their margins.
void ErrorFrame::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange)
        layout()->setContentsMargins(isRightToLeft() ? 19 : 25, 15, isRightToLeft() ? 25 : 19, 14);
}

void ErrorFrame::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF line = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath frame;
    frame.addRoundedRect(line, Theme::PanelRadius, Theme::PanelRadius);
    painter.fillPath(frame, c.base);
    const QRectF edge(isRightToLeft() ? width() - 6 : 0, 0, 6, height());
    QPainterPath band;
    band.addRect(edge);
    painter.fillPath(frame.intersected(band), c.bad);
    painter.setPen(QPen(c.bad, c.highContrast ? 2 : 1));
    painter.drawPath(frame);
}

} // namespace pimgate
