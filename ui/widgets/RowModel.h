#pragma once

#include "look/State.h"

#include <QAbstractItemModel>

#include <optional>

namespace pimgate {

/// One cell of a flat table: [icon] text [hint] [chip], and a second line below.
struct Cell
{
    QString text = {};
    bool strong = false;
    Tone tone = Tone::Normal;
    QString hint = {};  ///< behind the text, hint type
    QString below = {}; ///< second line, makes the row 47 px high
    QString icon = {};
    Tone iconTone = Tone::Second;
    std::optional<ProofLabel> chip = {};
    bool shortChip = false;
    bool chipAtEnd = false; ///< against the far edge of the column
};

/// One row. A section spans all columns and cannot be selected.
struct Row
{
    QString key = {}; ///< stable; keeps selection and editors when the rows come again
    QList<Cell> cells = {};
    std::optional<PageState> state = {}; ///< icon before the first cell; its word is read out
    Soft soft = Soft::None;
    bool section = false; ///< cells[0]: title (strong), its hint and icon
    bool spanned = false; ///< room for a widget over all columns (a wait)
    int height = 0;       ///< 0: by the content
    QString link = {};    ///< an "open in the portal" mark at the end; the address is the tooltip
    QString toolTip = {};
};

/// Rows of plain text for RowTable. Read-only; pages set it whole.
class RowModel : public QAbstractItemModel
{
    Q_OBJECT

public:
    explicit RowModel(QObject *parent = nullptr) : QAbstractItemModel(parent) {}

    void setHeads(const QStringList &titles, const QStringList &icons = {});
    /// Same keys in the same order: cells are updated in place. Otherwise the model is reset.
    void setRows(const QList<Row> &rows);
    const QList<Row> &rows() const { return m_rows; }
    const Row &row(const QModelIndex &index) const { return m_rows.at(index.row()); }
    const Cell *cell(const QModelIndex &index) const;
    int find(const QString &key) const;
    /// "Ada Lindqvist\teligible, 180 days\tuntil 14 Dec 2026", as Ctrl+C copies it.
    QString text(int row) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &) const override { return {}; }
    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex & = {}) const override { return int(m_titles.size()); }
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

private:
    QString spoken(const QModelIndex &index) const;

    QStringList m_titles;
    QStringList m_icons;
    QList<Row> m_rows;
};

} // namespace pimgate
