#pragma once

#include "widgets/RowModel.h"

#include <QTreeView>

namespace pimgate {

class RowDelegate;

struct Column
{
    QString title = {};
    int width = 0; ///< px at 100 %; 0 shares what is left
    QString icon = {};
};

/// The flat table of every page: rows of plain text over a RowModel. As high as its rows as long as there is room.
/// Ctrl+C copies the selected rows, Enter follows a row's link.
class RowTable : public QTreeView
{
    Q_OBJECT

public:
    explicit RowTable(const QString &accessibleName, QWidget *parent = nullptr);

    void setColumns(const QList<Column> &columns);
    void setHeadVisible(bool visible);
    /// 36 on step 1, 27 on step 4; 0 is the usual 29.
    void setRowHeight(int height);
    /// The page's white or the panel's grey.
    void setSurface(bool grey);
    void setRows(const QList<Row> &rows);
    const RowModel &rowModel() const { return *m_model; }
    /// A control in a cell (a decision); the table owns it. Survives setRows as long as the keys stay.
    void setCellWidget(const QString &key, int column, QWidget *widget);
    /// A widget over all columns of a spanned row (WaitRow).
    void setRowWidget(const QString &key, QWidget *widget);
    void selectKey(const QString &key);
    QString selectedKey() const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void rowSelected(const QString &key);
    void linkActivated(const QString &key, const QString &link);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void customEvent(QEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;

private:
    void setRowWidgetAt(int row, int column, QWidget *widget);
    void span();
    void layOutColumns();
    void takeSurface();
    int contentHeight() const;
    bool onLink(const QPoint &at) const;

    RowModel *m_model;
    RowDelegate *m_delegate;
    QList<Column> m_columns;
    bool m_grey = false;
};

} // namespace pimgate
