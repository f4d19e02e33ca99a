#include "widgets/RowDelegate.h"

#include "look/Icon.h"
#include "widgets/Chip.h"
#include "widgets/RowModel.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <QTreeView>

namespace pimgate {
namespace rowpainting {

constexpr int kIcon = 17;
constexpr int kStateGap = 9;
constexpr int kLinkRoom = 36;

const RowModel *model(const QModelIndex &index)
{
    return static_cast<const RowModel *>(index.model());
}

int before(const QModelIndex &index)
{
    return index.column() == 0 ? int(Theme::Block) : 0;
}

bool isLast(const QModelIndex &index)
{
    return index.column() == index.model()->columnCount() - 1;
}

/// Takes pieces off one line, from its start; mirrors them when painted.
struct Line
{
    QRect cell;
    Qt::LayoutDirection direction;
    QRect rest;

    QRect take(int width, int gap)
    {
        const QRect piece(rest.left(), rest.top(), qMax(0, qMin(width, rest.width())), rest.height());
        rest.setLeft(rest.left() + width + gap);
        return QStyle::visualRect(direction, cell, piece);
    }
    QRect takeFromEnd(int width, int gap)
    {
        const QRect piece(rest.right() - width + 1, rest.top(), width, rest.height());
        rest.setRight(piece.left() - 1 - gap);
        return QStyle::visualRect(direction, cell, piece);
    }
};

void word(QPainter *painter, const QRect &rect, const QString &text, const QFont &font, const QColor &color,
          Qt::LayoutDirection direction)
{
    painter->setFont(font);
    painter->setPen(color);
    painter->drawText(rect, int(QStyle::visualAlignment(direction, Qt::AlignLeft | Qt::AlignVCenter)) | Qt::TextSingleLine,
                      QFontMetrics(font).elidedText(text, Qt::ElideRight, rect.width()));
}

/// What stands behind the last "·" (where a thing was read, how large a file is) outlives the words before it.
QString cutBelow(const QString &text, const QFont &font, int width)
{
    const QFontMetrics metrics(font);
    const qsizetype at = text.lastIndexOf(QStringLiteral(" · "));
    const QString end = at > 0 ? text.mid(at) : QString();
    const int room = width - metrics.horizontalAdvance(end);
    if (end.isEmpty() || metrics.horizontalAdvance(text) <= width || room < 60)
        return text;
    return metrics.elidedText(text.left(at), Qt::ElideRight, room) + end;
}

int textWidth(const QFont &font, const QString &text)
{
    return text.isEmpty() ? 0 : QFontMetrics(font).horizontalAdvance(text) + 1;
}

void background(QPainter *painter, const QStyleOptionViewItem &option, const Row &row, bool lastOfModel, bool drawLine)
{
    const StateColors &c = Theme::colors();
    const bool selected = option.state & QStyle::State_Selected;
    const Soft soft = row.soft != Soft::None ? row.soft : selected ? Soft::Accent : Soft::None;
    QColor fill = Theme::soft(soft);
    if (row.section && soft == Soft::None)
        fill = c.window;
    if (fill.isValid())
        painter->fillRect(option.rect, fill);
    const QRect &r = option.rect;
    if (!lastOfModel || drawLine)
        painter->fillRect(QRect(r.left(), r.bottom(), r.width(), 1), c.hairline);
    const auto *tree = qobject_cast<const QTreeView *>(option.widget);
    if (option.rect.top() == 0 && drawLine && tree && tree->isHeaderHidden()) // nothing else divides it from the title
        painter->fillRect(QRect(r.left(), r.top(), r.width(), 1), c.hairline);
    if (c.highContrast && soft != Soft::None) {
        painter->fillRect(QRect(r.left(), r.top(), r.width(), 2), Theme::softLine(soft));
        painter->fillRect(QRect(r.left(), r.bottom() - 1, r.width(), 2), Theme::softLine(soft));
    } else if (selected && row.soft != Soft::None) {
        // The row keeps the fill that says why; selection is then the accent line at its foot.
        painter->fillRect(QRect(r.left(), r.bottom() - 1, r.width(), 2), c.accent);
    }
}

/// 2 px accent around the whole row; every cell draws its own part.
void focus(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, bool spanned)
{
    const QRect &r = option.rect;
    const QColor accent = Theme::colors().accent;
    painter->fillRect(QRect(r.left(), r.top(), r.width(), 2), accent);
    painter->fillRect(QRect(r.left(), r.bottom() - 1, r.width(), 2), accent);
    const bool mirrored = option.direction == Qt::RightToLeft;
    const bool first = index.column() == 0;
    const bool last = spanned || isLast(index);
    if (mirrored ? last : first)
        painter->fillRect(QRect(r.left(), r.top(), 2, r.height()), accent);
    if (mirrored ? first : last)
        painter->fillRect(QRect(r.right() - 1, r.top(), 2, r.height()), accent);
}

} // namespace rowpainting

QRect RowDelegate::linkRect(const QRect &cell, Qt::LayoutDirection direction)
{
    const QRect at(cell.right() - 30, cell.top(), 17, cell.height());
    return QStyle::visualRect(direction, cell, at);
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    using namespace rowpainting;
    const RowModel *rows = model(index);
    const Row &row = rows->row(index);
    painter->save();
    painter->setClipRect(option.rect);
    painter->setLayoutDirection(Qt::LayoutDirectionAuto); // a name reads its own way in any window
    const bool lastRow = index.row() == rows->rowCount() - 1;
    const bool closed = option.widget && option.widget->property("closeLastRow").toBool();
    background(painter, option, row, lastRow, closed);
    const bool hasFocus = option.widget && option.widget->hasFocus() && option.state & QStyle::State_Selected &&
                          option.widget->window()->testAttribute(Qt::WA_KeyboardFocusChange);
    if (hasFocus)
        focus(painter, option, index, row.spanned || row.section);

    Line line{option.rect, option.direction, option.rect.adjusted(before(index), 0, -Theme::Tight, -1)};
    if (!row.link.isEmpty() && isLast(index)) {
        Icon::paint(painter, linkRect(option.rect, option.direction), QStringLiteral("external-link"), Theme::color(Tone::Accent),
                    15);
        line.rest.setRight(option.rect.right() - kLinkRoom);
    }
    if (index.column() == 0 && row.state) {
        const StateLook state = look(*row.state);
        Icon::paint(painter, line.take(kIcon, kStateGap), state.icon, Theme::color(state.tone), kIcon);
    }
    if (const Cell *cell = rows->cell(index)) {
        if (!cell->icon.isEmpty())
            Icon::paint(painter, line.take(kIcon, Theme::Inside), cell->icon, Theme::color(cell->iconTone), 15);
        if (cell->chip && cell->chipAtEnd) {
            const QSize size = Chip::sizeFor(*cell->chip, cell->shortChip);
            const QRect room = line.takeFromEnd(size.width() + 10, Theme::Inside);
            const QRect pill(option.direction == Qt::RightToLeft ? room.right() - size.width() + 1 : room.left(),
                             room.top() + (room.height() - size.height()) / 2, size.width(), size.height());
            Chip::paint(painter, pill, *cell->chip, cell->shortChip, option.direction);
        }
        if (!cell->below.isEmpty()) {
            const int split = line.rest.top() + line.rest.height() / 2 + 2;
            const QRect lower(line.rest.left(), split, line.rest.width(), line.rest.bottom() - split - 4);
            const QFont small = Theme::font(Theme::Hint);
            word(painter, QStyle::visualRect(option.direction, line.cell, lower), cutBelow(cell->below, small, lower.width()),
                 small, Theme::color(Tone::Second), option.direction);
            line.rest.setBottom(split + 1);
            line.rest.setTop(line.rest.top() + 4);
        }
        const QFont font = Theme::font(cell->strong ? Theme::BodyStrong : Theme::Body);
        word(painter, line.take(qMin(textWidth(font, cell->text), line.rest.width()), 5), cell->text, font,
             Theme::color(cell->tone), option.direction);
        if (!cell->hint.isEmpty()) {
            const QFont small = Theme::font(row.section ? Theme::Body : Theme::Hint);
            word(painter, line.take(qMin(textWidth(small, cell->hint), line.rest.width()), 6), cell->hint, small,
                 Theme::color(Tone::Second), option.direction);
        }
        if (cell->chip && !cell->chipAtEnd) {
            const QSize size = Chip::sizeFor(*cell->chip, cell->shortChip);
            const QRect room = line.take(size.width(), 0);
            Chip::paint(painter,
                        QRect(room.left(), room.top() + (room.height() - size.height()) / 2, size.width(), size.height()),
                        *cell->chip, cell->shortChip, option.direction);
        }
    }
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const
{
    const Row &row = rowpainting::model(index)->row(index);
    bool two = row.spanned;
    for (const Cell &cell : row.cells)
        two = two || !cell.below.isEmpty();
    const int text = QFontMetrics(Theme::font(Theme::Body)).height() + 9;
    const int hint = QFontMetrics(Theme::font(Theme::Hint)).height();
    int height = qMax(m_height > 0 ? m_height : int(Theme::RowHeight), text);
    if (m_height > 0 && m_height < Theme::RowHeight)
        height = qMax(m_height, text - 4);
    if (two)
        height = qMax(int(Theme::TwoLineRowHeight), text + hint + 2);
    return {rowpainting::model(index)->cell(index) ? neededWidth(index) : 0, row.height > 0 ? row.height : height};
}

int RowDelegate::neededWidth(const QModelIndex &index) const
{
    using namespace rowpainting;
    const Row &row = model(index)->row(index);
    const Cell *cell = model(index)->cell(index);
    int width = before(index) + Theme::Inside;
    if (index.column() == 0 && row.state)
        width += kIcon + kStateGap;
    if (!cell)
        return width;
    if (!cell->icon.isEmpty())
        width += kIcon + Theme::Inside;
    int text = textWidth(Theme::font(cell->strong ? Theme::BodyStrong : Theme::Body), cell->text);
    if (!cell->hint.isEmpty())
        text += 5 + textWidth(Theme::font(row.section ? Theme::Body : Theme::Hint), cell->hint);
    if (cell->chip)
        text += Chip::sizeFor(*cell->chip, cell->shortChip).width() + (text > 0 ? 8 : 0);
    width += qMax(text, textWidth(Theme::font(Theme::Hint), cell->below));
    return width + (!row.link.isEmpty() && isLast(index) ? kLinkRoom : 0);
}

bool RowDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                            const QModelIndex &index)
{
    if (!index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    const Cell *cell = rowpainting::model(index)->cell(index);
    const bool cut = cell && neededWidth(index) > option.rect.width() + Theme::Inside;
    if (event->type() == QEvent::ToolTip && cut && index.data(Qt::ToolTipRole).toString().isEmpty()) {
        // Qt shows a tool tip that looks like markup as markup; names come from a tenant.
        const QString text = index.data(Qt::AccessibleTextRole).toString();
        QToolTip::showText(event->globalPos(), QStringLiteral("<span>%1</span>").arg(text.toHtmlEscaped()), view);
        return true;
    }
    return QStyledItemDelegate::helpEvent(event, view, option, index);
}

} // namespace pimgate
