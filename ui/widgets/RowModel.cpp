#include "widgets/RowModel.h"

#include "look/Icon.h"

#include <algorithm>

namespace pimgate {

void RowModel::setHeads(const QStringList &titles, const QStringList &icons)
{
    beginResetModel();
    m_titles = titles;
    m_icons = icons;
    endResetModel();
}

void RowModel::setRows(const QList<Row> &rows)
{
    const bool same = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), [](const Row &a, const Row &b) {
        return a.key == b.key && a.section == b.section && a.spanned == b.spanned;
    });
    if (same && !rows.isEmpty()) {
        m_rows = rows;
        Q_EMIT dataChanged(index(0, 0), index(int(rows.size()) - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_rows = rows;
    endResetModel();
}

const Cell *RowModel::cell(const QModelIndex &index) const
{
    const QList<Cell> &cells = row(index).cells;
    return index.column() < cells.size() ? &cells.at(index.column()) : nullptr;
}

int RowModel::find(const QString &key) const
{
    const auto it = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row &row) { return row.key == key; });
    return it == m_rows.end() ? -1 : int(it - m_rows.begin());
}

QString RowModel::text(int row) const
{
    QStringList parts;
    if (m_rows.at(row).state)
        parts << look(*m_rows.at(row).state).word;
    for (const Cell &cell : m_rows.at(row).cells) {
        QString part = cell.text;
        for (const QString &more : {cell.hint, cell.chip ? look(*cell.chip).text : QString(), cell.below})
            if (!more.isEmpty())
                part += part.isEmpty() ? more : QLatin1Char(' ') + more;
        parts << part;
    }
    return parts.join(QLatin1Char('\t'));
}

QModelIndex RowModel::index(int row, int column, const QModelIndex &parent) const
{
    return hasIndex(row, column, parent) ? createIndex(row, column) : QModelIndex();
}

QString RowModel::spoken(const QModelIndex &index) const
{
    const Cell *c = cell(index);
    QStringList parts;
    if (c) {
        for (const QString &part : {c->text, c->hint, c->below})
            if (!part.isEmpty())
                parts << part;
        if (c->chip)
            parts << look(*c->chip).text;
    }
    const Row &r = row(index);
    if (index.column() == 0 && r.state && (!c || c->text != look(*r.state).word))
        parts << look(*r.state).word;
    return parts.join(QLatin1String(", "));
}

QVariant RowModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Cell *c = cell(index);
    switch (role) {
    case Qt::DisplayRole:
        return c ? c->text : QString();
    case Qt::AccessibleTextRole:
        return spoken(index);
    case Qt::AccessibleDescriptionRole:
        return row(index).toolTip;
    case Qt::ToolTipRole: // Qt takes a tool tip that looks like markup for markup
        if (!row(index).toolTip.isEmpty())
            return QStringLiteral("<span>%1</span>").arg(row(index).toolTip.toHtmlEscaped());
        return c && c->chip && c->shortChip ? look(*c->chip).text : QVariant();
    default:
        return {};
    }
}

QVariant RowModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= m_titles.size())
        return {};
    if (role == Qt::DisplayRole)
        return m_titles.at(section);
    if (role == Qt::DecorationRole && !m_icons.value(section).isEmpty())
        return Icon::themed(m_icons.at(section), Tone::Second);
    return {};
}

Qt::ItemFlags RowModel::flags(const QModelIndex &index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    return row(index).section ? Qt::ItemIsEnabled : Qt::ItemIsEnabled | Qt::ItemIsSelectable;
}

} // namespace pimgate
