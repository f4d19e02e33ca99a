#include "widgets/WaitRow.h"

#include "widgets/Labels.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>

namespace pimgate {

QString elapsedText(int seconds)
{
    const auto two = [](int n) { return QStringLiteral("%1").arg(n, 2, 10, QLatin1Char('0')); };
    const int hours = seconds / 3600;
    const int minutes = seconds / 60 % 60;
    const QString tail = QLatin1Char(':') + two(seconds % 60);
    return hours > 0 ? QString::number(hours) + QLatin1Char(':') + two(minutes) + tail : QString::number(minutes) + tail;
}

WaitRow::WaitRow(bool framed, QWidget *parent)
    : QWidget(parent), m_framed(framed), m_text((new Text(Theme::Body))->wrapped()),
      m_hint((new Text(Theme::Hint, Tone::Second))->wrapped()), m_elapsed(new Text(framed ? Theme::Body : Theme::BodyStrong)),
      m_stop(new QPushButton(tr("Stop")))
{
    Theme::setSmall(m_stop);
    m_elapsed->trailing();
    // Digits differ in width in some fonts; the row must not twitch every second.
    m_elapsed->setMinimumWidth(QFontMetrics(Theme::font(Theme::BodyStrong)).horizontalAdvance(QStringLiteral("00:00")));
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addStretch(1);
    words->addWidget(m_text);
    words->addWidget(m_hint);
    words->addStretch(1);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(framed ? 13 : int(Theme::Block), framed ? 9 : 4, framed ? 12 : 10, framed ? 9 : 4);
    row->setSpacing(10);
    row->addWidget(new IconLabel(QStringLiteral("clock"), Tone::Warn, 17), 0, Qt::AlignVCenter);
    row->addLayout(words, 1);
    row->addWidget(m_elapsed, 0, Qt::AlignVCenter);
    row->addSpacing(8);
    row->addWidget(m_stop, 0, Qt::AlignVCenter);
    setAccessibleName(tr("Waiting"));
    connect(m_stop, &QPushButton::clicked, this, &WaitRow::stopRequested);
}

void WaitRow::setText(const QString &strong, const QString &text, const QString &hint)
{
    m_text->setRuns(strong, strong.isEmpty() ? text : QLatin1Char(' ') + text);
    m_hint->setPlain(hint);
    m_hint->setVisible(!hint.isEmpty());
    setAccessibleName(tr("Waiting: %1 %2").arg(strong, text).simplified());
    setAccessibleDescription(hint);
    m_stop->setAccessibleDescription(text);
}

void WaitRow::setElapsed(int seconds)
{
    m_elapsed->setPlain(elapsedText(seconds));
}

void WaitRow::setStopText(const QString &text)
{
    m_stop->setText(text);
    m_stop->setVisible(!text.isEmpty());
}

/// Wrapped words ask for a narrow shape; a wait is as wide as its table.
QSize WaitRow::sizeHint() const
{
    const int wide = width() > 300 && testAttribute(Qt::WA_WState_Polished) ? width() : 540;
    return {wide, layout()->heightForWidth(wide)};
}

void WaitRow::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    QPainter painter(this);
    if (m_framed) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(c.highContrast ? c.warn : c.hairline, c.highContrast ? 2 : 1));
        painter.setBrush(c.highContrast ? c.base : c.warnSoft);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::ControlRadius, Theme::ControlRadius);
        return;
    }
    painter.fillRect(rect(), c.highContrast ? c.base : c.warnSoft);
    const int line = c.highContrast ? 2 : 1;
    const QColor edge = c.highContrast ? c.warn : c.hairline;
    if (c.highContrast)
        painter.fillRect(QRect(0, 0, width(), line), edge);
    painter.fillRect(QRect(0, height() - line, width(), line), edge);
}

void WaitRow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !m_stop->isHidden()) { // Esc stops a wait and never closes the window
        Q_EMIT stopRequested();
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace pimgate
