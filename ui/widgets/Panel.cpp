#include "widgets/Panel.h"

#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

namespace pimgate {
namespace panelparts {

/// The line, and the page's colour in the four corners outside it.
class Outline : public QWidget
{
public:
    explicit Outline(QWidget *parent) : QWidget(parent)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        setFocusPolicy(Qt::NoFocus);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF line = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
        QPainterPath inside;
        inside.addRoundedRect(line, Theme::PanelRadius, Theme::PanelRadius);
        QPainterPath all;
        all.addRect(rect());
        painter.fillPath(all.subtracted(inside), Theme::colors().base);
        painter.setPen(Theme::colors().hairline);
        painter.drawPath(inside);
    }
};

} // namespace panelparts

Panel::Panel(Fill fill, QWidget *parent) : QWidget(parent), m_fill(fill) {}

void Panel::setFill(Fill fill)
{
    m_fill = fill;
    update();
}

void Panel::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    const bool contrastWait = m_fill == Waiting && c.highContrast;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(contrastWait ? c.warn : c.hairline, contrastWait ? 2 : 1));
    painter.setBrush(m_fill == Grey ? c.panel : m_fill == White || c.highContrast ? c.base : c.warnSoft);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::PanelRadius, Theme::PanelRadius);
}

RoundFrame::RoundFrame(QWidget *content, Fill fill, QWidget *parent)
    : Panel(fill, parent), m_outline(new panelparts::Outline(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->addWidget(content);
    setSizePolicy(content->sizePolicy());
}

void RoundFrame::resizeEvent(QResizeEvent *event)
{
    Panel::resizeEvent(event);
    m_outline->setGeometry(rect());
    m_outline->raise();
}

Hairline::Hairline(QWidget *parent) : QWidget(parent)
{
    setFixedHeight(1);
}

void Hairline::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), Theme::colors().hairline);
}

} // namespace pimgate
