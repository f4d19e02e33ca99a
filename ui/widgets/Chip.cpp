#include "widgets/Chip.h"

#include "look/Icon.h"

#include <QFontMetrics>
#include <QPainter>
#include <QStyle>

namespace pimgate {
namespace chipmeasures {
constexpr int kIcon = 13;
constexpr int kPadding = 9;
constexpr int kGap = 5;
QString words(const ProofLook &look, bool shortText)
{
    return shortText ? look.shortText : look.text;
}
} // namespace chipmeasures

Chip::Chip(ProofLabel label, bool shortText, QWidget *parent) : QWidget(parent), m_label(label), m_short(shortText)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setLabel(label);
}

void Chip::setLabel(ProofLabel label)
{
    m_label = label;
    setAccessibleName(look(label).text);
    setToolTip(m_short ? look(label).text : QString());
    updateGeometry();
    update();
}

QSize Chip::sizeFor(ProofLabel label, bool shortText)
{
    const QFontMetrics metrics(Theme::font(Theme::Hint));
    const int text = metrics.horizontalAdvance(chipmeasures::words(look(label), shortText));
    return {text + chipmeasures::kIcon + chipmeasures::kGap + 2 * chipmeasures::kPadding, qMax(20, metrics.height() + 3)};
}

void Chip::paint(QPainter *painter, const QRect &rect, ProofLabel label, bool shortText, Qt::LayoutDirection direction)
{
    const ProofLook style = look(label);
    const StateColors &c = Theme::colors();
    const QColor ink = style.inverse ? c.onDemo : Theme::color(style.tone);
    painter->save();
    painter->setLayoutDirection(Qt::LayoutDirectionAuto); // a name reads its own way in any window
    painter->setRenderHint(QPainter::Antialiasing);
    const QColor soft = Theme::soft(style.fill);
    painter->setBrush(style.inverse ? QBrush(c.demo) : soft.isValid() ? QBrush(soft) : Qt::NoBrush);
    QPen edge(style.inverse ? c.demo : Theme::color(style.edge), 1);
    if (style.dashed)
        edge.setDashPattern({3, 2});
    painter->setPen(edge);
    const QRectF pill = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5);
    painter->drawRoundedRect(pill, pill.height() / 2, pill.height() / 2);
    const QRect icon(rect.left() + chipmeasures::kPadding, rect.top(), chipmeasures::kIcon, rect.height());
    Icon::paint(painter, QStyle::visualRect(direction, rect, icon), style.icon, ink, chipmeasures::kIcon);
    const QRect text = rect.adjusted(chipmeasures::kPadding + chipmeasures::kIcon + chipmeasures::kGap, 0, -4, 0);
    painter->setPen(ink);
    painter->setFont(Theme::font(Theme::Hint));
    painter->drawText(QStyle::visualRect(direction, rect, text),
                      int(QStyle::visualAlignment(direction, Qt::AlignLeft | Qt::AlignVCenter)) | Qt::TextSingleLine,
                      chipmeasures::words(style, shortText));
    painter->restore();
}

void Chip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paint(&painter, rect(), m_label, m_short, layoutDirection());
}

} // namespace pimgate
