#include "widgets/RowTable.h"

#include "widgets/RowDelegate.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QStyle>

namespace pimgate {

RowTable::RowTable(const QString &accessibleName, QWidget *parent)
    : QTreeView(parent), m_model(new RowModel(this)), m_delegate(new RowDelegate(this))
{
    setAccessibleName(accessibleName);
    setModel(m_model);
    setItemDelegate(m_delegate);
    setFrameShape(QFrame::NoFrame);
    setRootIsDecorated(false);
    setIndentation(0);
    setItemsExpandable(false);
    setUniformRowHeights(false);
    setAllColumnsShowFocus(true);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setTabKeyNavigation(false);
    setMouseTracking(true);
    header()->setSectionsMovable(false);
    header()->setSectionsClickable(false);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(20);
    header()->setFocusPolicy(Qt::NoFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
    takeSurface();
}

void RowTable::setColumns(const QList<Column> &columns)
{
    m_columns = columns;
    QStringList titles, icons;
    for (const Column &column : columns) {
        titles << column.title;
        icons << column.icon;
    }
    m_model->setHeads(titles, icons);
    span();
    layOutColumns();
}

void RowTable::setHeadVisible(bool visible)
{
    setHeaderHidden(!visible);
    updateGeometry();
}

void RowTable::setRowHeight(int height)
{
    m_delegate->setRowHeight(height);
    scheduleDelayedItemsLayout();
    updateGeometry();
}

void RowTable::setSurface(bool grey)
{
    m_grey = grey;
    setProperty("closeLastRow", grey); // in a panel the last row ends with a line; a frame closes itself
    takeSurface();
}

void RowTable::takeSurface()
{
    QPalette colours = palette();
    colours.setColor(QPalette::Base, m_grey ? Theme::colors().panel : Theme::colors().base);
    colours.setColor(QPalette::AlternateBase, Theme::colors().panel);
    setPalette(colours);
}

void RowTable::setRows(const QList<Row> &rows)
{
    const QString current = selectedKey();
    m_model->setRows(rows);
    span();
    if (!current.isEmpty())
        selectKey(current);
    scheduleDelayedItemsLayout();
    updateGeometry();
}

void RowTable::setCellWidget(const QString &key, int column, QWidget *widget)
{
    auto *holder = new QWidget; // a view stretches its widgets over the whole cell
    auto *room = new QHBoxLayout(holder);
    room->setContentsMargins(isRightToLeft() ? int(Theme::Block) : 0, 2, isRightToLeft() ? 0 : int(Theme::Block), 2);
    room->addWidget(widget, 0, Qt::AlignVCenter);
    setRowWidgetAt(m_model->find(key), column, holder);
}

void RowTable::setRowWidget(const QString &key, QWidget *widget)
{
    setRowWidgetAt(m_model->find(key), 0, widget);
}

void RowTable::setRowWidgetAt(int row, int column, QWidget *widget)
{
    if (row < 0) {
        delete widget;
        return;
    }
    setIndexWidget(m_model->index(row, column), widget);
    updateGeometry();
}

void RowTable::selectKey(const QString &key)
{
    if (const int row = m_model->find(key); row >= 0)
        setCurrentIndex(m_model->index(row, 0));
}

QString RowTable::selectedKey() const
{
    return currentIndex().isValid() && currentIndex().row() < m_model->rowCount() ? m_model->row(currentIndex()).key : QString();
}

void RowTable::span()
{
    for (int row = 0; row < m_model->rowCount(); ++row)
        setFirstColumnSpanned(row, {}, m_model->rows().at(row).section || m_model->rows().at(row).spanned);
}

/// Fixed columns keep their width as far as there is room; columns of width 0 share the rest.
/// Below four fifths of their width words would be lost: then the table scrolls sideways.
void RowTable::layOutColumns()
{
    constexpr int narrow = 115; // a time, a short name: it cannot lose anything
    int stiff = 0;
    int fixed = 0;
    int sharing = 0;
    for (const Column &column : std::as_const(m_columns)) {
        (column.width <= narrow ? stiff : fixed) += column.width;
        sharing += column.width == 0;
    }
    const int room = viewport()->width();
    const bool tooWide = fixed > 0 && stiff + fixed + 90 * sharing > room;
    const double shrink = tooWide ? qBound(0.8, double(room - stiff - 90 * sharing) / fixed, 1.0) : 1.0;
    const auto widthOf = [&](const Column &column) { return column.width <= narrow ? column.width : int(column.width * shrink); };
    const bool scrolls = stiff + int(fixed * shrink) + 90 * sharing > room + 2;
    const auto policy = scrolls ? Qt::ScrollBarAlwaysOn : Qt::ScrollBarAlwaysOff;
    if (policy != horizontalScrollBarPolicy()) {
        setHorizontalScrollBarPolicy(policy);
        updateGeometry();
    }
    int left = scrolls ? stiff + int(fixed * shrink) + 110 * sharing : room;
    for (const Column &column : std::as_const(m_columns))
        left -= widthOf(column);
    for (int i = 0; i < m_columns.size(); ++i) {
        const int width = widthOf(m_columns.at(i));
        header()->resizeSection(i, width > 0 ? width : qMax(20, left / qMax(1, sharing)));
    }
}

int RowTable::contentHeight() const
{
    int height = 0;
    QStyleOptionViewItem option;
    for (int row = 0; row < m_model->rowCount(); ++row) {
        int one = m_delegate->sizeHint(option, m_model->index(row, 0)).height();
        for (int column = 0; column < m_model->columnCount(); ++column)
            if (const QWidget *widget = indexWidget(m_model->index(row, column)))
                one = qMax(one, widget->sizeHint().height());
        height += one;
    }
    return height;
}

QSize RowTable::sizeHint() const
{
    int width = 0;
    for (const Column &column : m_columns)
        width += column.width > 0 ? column.width : 120;
    const bool scrolls = horizontalScrollBarPolicy() == Qt::ScrollBarAlwaysOn;
    const int bar = scrolls ? style()->pixelMetric(QStyle::PM_ScrollBarExtent, nullptr, this) : 0;
    return {width, contentHeight() + bar + (isHeaderHidden() ? 0 : header()->sizeHint().height())};
}

QSize RowTable::minimumSizeHint() const
{
    const int head = isHeaderHidden() ? 0 : header()->sizeHint().height();
    return {120, qMin(sizeHint().height(), head + 2 * Theme::RowHeight)};
}

bool RowTable::onLink(const QPoint &at) const
{
    const QModelIndex index = indexAt(at);
    if (!index.isValid() || m_model->row(index).link.isEmpty() || index.column() != m_model->columnCount() - 1)
        return false;
    return RowDelegate::linkRect(visualRect(index), layoutDirection()).adjusted(-4, 0, 4, 0).contains(at);
}

void RowTable::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        QStringList lines;
        QModelIndexList rows = selectionModel()->selectedRows();
        std::sort(rows.begin(), rows.end());
        for (const QModelIndex &index : std::as_const(rows))
            lines << m_model->text(index.row());
        QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
        return;
    }
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && currentIndex().isValid() && !m_model->row(currentIndex()).link.isEmpty()) {
        Q_EMIT linkActivated(selectedKey(), m_model->row(currentIndex()).link);
        return;
    }
    if (enter) { // belongs to the page's filled button
        event->ignore();
        return;
    }
    QTreeView::keyPressEvent(event);
}

void RowTable::mouseReleaseEvent(QMouseEvent *event)
{
    QTreeView::mouseReleaseEvent(event);
    if (event->button() == Qt::LeftButton && onLink(event->pos()))
        Q_EMIT linkActivated(selectedKey(), m_model->row(indexAt(event->pos())).link);
}

void RowTable::mouseMoveEvent(QMouseEvent *event)
{
    QTreeView::mouseMoveEvent(event);
    viewport()->setCursor(onLink(event->pos()) ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

void RowTable::resizeEvent(QResizeEvent *event)
{
    QTreeView::resizeEvent(event);
    layOutColumns();
}

void RowTable::customEvent(QEvent *event)
{
    if (event->type() != Theme::changed())
        return;
    takeSurface();
    scheduleDelayedItemsLayout();
    updateGeometry();
}

void RowTable::currentChanged(const QModelIndex &current, const QModelIndex &previous)
{
    QTreeView::currentChanged(current, previous);
    if (current.isValid())
        Q_EMIT rowSelected(m_model->row(current).key);
}

} // namespace pimgate
