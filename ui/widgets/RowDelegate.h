#pragma once

#include <QStyledItemDelegate>

namespace pimgate {

struct Cell;
struct Row;

/// Paints the cells of RowTable: hairline, soft row, state icon, semibold, hint, chip, link mark.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void setRowHeight(int height) { m_height = height; }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;
    /// Width the cell needs to show everything.
    int neededWidth(const QModelIndex &index) const;
    /// Where the link mark of a row lies, seen from the rectangle of its last cell.
    static QRect linkRect(const QRect &cell, Qt::LayoutDirection direction);

private:
    int m_height = 0;
};

} // namespace pimgate
