#include "widgets/DemoBand.h"

#include "look/Icon.h"

#include <QPainter>
#include <QStyle>

namespace pimgate {

DemoBand::DemoBand(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setAccessibleName(tr("DEMO TENANT"));
    setAccessibleDescription(
        tr("Everything here is invented and stays on this computer. It proves how the gate works, not that a "
           "customer has one."));
}

QSize DemoBand::sizeHint() const
{
    return {320, qMax(28, QFontMetrics(Theme::font(Theme::Hint)).height() + 10)};
}

void DemoBand::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LayoutDirectionAuto);
    painter.fillRect(rect(), c.demo);
    const auto visual = [this](const QRect &r) { return QStyle::visualRect(layoutDirection(), rect(), r); };
    Icon::paint(&painter, visual(QRect(16, 0, 15, height())), QStringLiteral("info"), c.onDemo, 15);
    QFont strong = Theme::font(Theme::HintStrong);
    if (!isRightToLeft()) // letters that join take no spacing
        strong.setLetterSpacing(QFont::AbsoluteSpacing, 1.1);
    const int width1 = QFontMetrics(strong).horizontalAdvance(accessibleName());
    painter.setPen(c.onDemo);
    painter.setFont(strong);
    const int align = int(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft | Qt::AlignVCenter)) | Qt::TextSingleLine;
    painter.drawText(visual(QRect(42, 0, width1 + 2, height())), align, accessibleName());
    painter.setFont(Theme::font(Theme::Hint));
    const QRect rest(42 + width1 + 9, 0, qMax(0, this->width() - 42 - width1 - 25), height());
    painter.drawText(visual(rest), align,
                     painter.fontMetrics().elidedText(accessibleDescription(), Qt::ElideRight, rest.width()));
}

} // namespace pimgate
