#include "widgets/GateDrawingWidget.h"

#include "look/Theme.h"

#include <QEvent>
#include <QPainter>
#include <QStyle>

namespace pimgate {
namespace gatewidget {
/// Room between frame and drawing: above, below (with and without the sentence), and on both sides together.
struct Inset
{
    int top, below, sentence, sides;
};
Inset inset(GateSize size, bool framed)
{
    if (!framed)
        return {0, 0, 32, 0};
    return size == GateSize::Large ? Inset{11, 5, 32, 2} : Inset{9, 7, 28, 22};
}
} // namespace gatewidget

GateDrawingWidget::GateDrawingWidget(GateSize size, bool framed, QWidget *parent)
    : QWidget(parent), m_size(size), m_framed(framed), m_sentence(size == GateSize::Large)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("The gate"));
    draw();
}

void GateDrawingWidget::setView(const GateView &view)
{
    m_view = view;
    updateGeometry();
    draw();
}

void GateDrawingWidget::setTitle(const QString &title, const QString &note)
{
    m_title = title;
    m_note = note;
    updateGeometry();
    update();
}

void GateDrawingWidget::setSentenceVisible(bool visible)
{
    m_sentence = visible;
    updateGeometry();
    update();
}

void GateDrawingWidget::setReasonsVisible(bool visible)
{
    m_reasons = visible;
    draw();
}

int GateDrawingWidget::designWidth() const
{
    return m_size == GateSize::Large ? 976 : m_size == GateSize::Medium ? 640 : 480;
}

/// Narrow pages get the smaller drawing instead of cut words.
GateSize GateDrawingWidget::sizeFor(int width) const
{
    return m_size == GateSize::Large && width < 720 ? GateSize::Medium : m_size;
}

/// On narrow pages the title stands above the drawing instead of beside the names of the locks.
int GateDrawingWidget::titleHeight(int width) const
{
    return m_title.isEmpty() || width >= 600 ? 0 : QFontMetrics(Theme::font(Theme::Section)).height() + 4;
}

int GateDrawingWidget::sentenceHeight(int width) const
{
    const QFontMetrics metrics(Theme::font(Theme::Title));
    const QRect room(0, 0, qMax(100, width - 2 * Theme::Block), 1000);
    const int words = metrics.boundingRect(room, Qt::TextWordWrap | Qt::AlignHCenter, m_view.sentence).height();
    return qMax(words, metrics.height());
}

/// The drawing keeps its proportions and stops at 1.5 times its size.
qreal GateDrawingWidget::scaleFor(int width) const
{
    return qBound(1.0, qreal(width) / designWidth(), 1.5);
}

QSize GateDrawingWidget::sizeHint() const
{
    const int width = m_size == GateSize::Mini ? 320 : m_size == GateSize::Medium ? 488 : 720;
    return {width, heightForWidth(width)};
}

QSize GateDrawingWidget::minimumSizeHint() const
{
    const int width = m_size == GateSize::Mini ? 240 : m_size == GateSize::Medium ? 380 : 440;
    return {width, heightForWidth(width)};
}

int GateDrawingWidget::heightForWidth(int width) const
{
    const auto inset = gatewidget::inset(m_size, m_framed);
    const int sentence = qMax(inset.sentence, sentenceHeight(width) + 10);
    return titleHeight(width) + inset.top + int(gateHeight(sizeFor(width)) * scaleFor(width)) +
           (m_sentence ? sentence : inset.below);
}

void GateDrawingWidget::draw()
{
    m_view.rightToLeft = isRightToLeft();
    const StateColors &c = Theme::colors();
    const int room = qMax(200, width() - gatewidget::inset(m_size, m_framed).sides);
    const qreal scale = scaleFor(width());
    GateView drawn = m_view;
    if (!m_reasons) {
        drawn.assignmentWord.clear();
        drawn.policyWord.clear();
    }
    m_svg.load(
        gateSvg(drawn, sizeFor(width()), int(qMin(room / scale, qreal(designWidth()))), c.gate(m_framed ? c.panel : c.base)));
    setAccessibleDescription(gateText(m_view));
    update();
}

void GateDrawingWidget::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    QPainter painter(this);
    painter.setLayoutDirection(Qt::LayoutDirectionAuto);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_framed) {
        painter.setPen(c.hairline);
        painter.setBrush(c.panel);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::PanelRadius, Theme::PanelRadius);
    }
    const QSizeF size = QSizeF(m_svg.defaultSize()) * scaleFor(width());
    const qreal top = titleHeight(width()) + gatewidget::inset(m_size, m_framed).top;
    m_svg.render(&painter, QRectF((width() - size.width()) / 2, top, size.width(), size.height()));
    const int start = int(QStyle::visualAlignment(layoutDirection(), Qt::AlignLeft | Qt::AlignTop)) | Qt::TextSingleLine;
    const int end = int(QStyle::visualAlignment(layoutDirection(), Qt::AlignRight | Qt::AlignTop)) | Qt::TextSingleLine;
    const QRect corners = rect().adjusted(Theme::Block, 10, -Theme::Block, 0);
    painter.setPen(c.text);
    if (!m_title.isEmpty()) {
        painter.setFont(Theme::font(Theme::Section));
        painter.drawText(corners, start, m_title);
    }
    if (m_sentence) {
        painter.setFont(Theme::font(Theme::Title));
        const QRect line(Theme::Block, int(top + size.height()) - 1, width() - 2 * Theme::Block, sentenceHeight(width()));
        painter.drawText(line, int(Qt::AlignCenter) | Qt::TextWordWrap, m_view.sentence);
    }
    if (!m_note.isEmpty()) {
        painter.setFont(Theme::font(Theme::Hint));
        painter.setPen(c.text2);
        painter.drawText(corners.translated(0, 2), end, m_note);
    }
}

void GateDrawingWidget::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    draw();
}

void GateDrawingWidget::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange)
        draw();
}

void GateDrawingWidget::customEvent(QEvent *event)
{
    if (event->type() == Theme::changed())
        draw();
}

} // namespace pimgate
