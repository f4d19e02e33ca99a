#include "widgets/FitRow.h"

#include <QBoxLayout>
#include <QEvent>

namespace pimgate {

FitRow::FitRow(const QWidgetList &widgets, int spacing, QWidget *parent)
    : QWidget(parent), m_widgets(widgets), m_row(new QBoxLayout(QBoxLayout::LeftToRight, this))
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(spacing);
    for (QWidget *widget : widgets)
        m_row->addWidget(widget, widget->sizePolicy().horizontalStretch(), Qt::AlignLeading);
    m_row->addStretch(0);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

int FitRow::rowWidth() const
{
    int width = 0;
    for (const QWidget *widget : m_widgets)
        if (!widget->isHidden())
            width += (width > 0 ? m_row->spacing() : 0) + widget->sizeHint().width();
    return width;
}

QSize FitRow::sizeHint() const
{
    return {rowWidth(), m_row->sizeHint().height()};
}

QSize FitRow::minimumSizeHint() const
{
    int widest = 0;
    for (const QWidget *widget : m_widgets)
        if (!widget->isHidden())
            widest = qMax(widest, widget->minimumSizeHint().width());
    return {widest, m_row->minimumSize().height()};
}

void FitRow::arrange()
{
    m_row->setDirection(rowWidth() <= width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void FitRow::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    arrange();
}

bool FitRow::event(QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest)
        arrange();
    return QWidget::event(event);
}

} // namespace pimgate
