#include "widgets/SideList.h"

#include "look/Icon.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QListView>
#include <QPainter>
#include <QStandardItemModel>
#include <QStyledItemDelegate>

namespace pimgate {
namespace sidelist {

constexpr int kState = Qt::UserRole + 1;
constexpr int kWord = Qt::UserRole + 2;
constexpr int kIcon = 18;

int rowHeight()
{
    const int text = QFontMetrics(Theme::font(Theme::Body)).height() + QFontMetrics(Theme::font(Theme::Hint)).height();
    return qMax(int(Theme::SideRowHeight), text + 9);
}

/// Icon and two lines; the current page lies on the page's white with an accent edge.
class Delegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    bool compact = false;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return compact ? QSize(44, 40) : QSize(160, rowHeight());
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const bool current = option.state & QStyle::State_Selected;
        const StateLook state = look(PageState(index.data(kState).toInt()));
        painter->save();
        painter->setLayoutDirection(Qt::LayoutDirectionAuto);
        if (current)
            marker(painter, option);
        const auto visual = [&](const QRect &r) {
            return QStyle::visualRect(option.direction, option.rect, r.translated(option.rect.topLeft()));
        };
        const int shift = current && Theme::colors().highContrast && !compact ? 3 : 0;
        const int height = option.rect.height();
        const QRect icon = compact ? QRect(0, 0, option.rect.width(), height) : QRect(21 + shift, 0, kIcon, height);
        Icon::paint(painter, visual(icon), state.icon, Theme::color(state.tone), kIcon);
        if (!compact)
            words(painter, option, index, visual, 52 + shift, current);
        if (option.widget && option.widget->hasFocus() && current &&
            option.widget->window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
            painter->setPen(QPen(Theme::colors().accent, 2));
            painter->drawRect(option.rect.adjusted(1, 1, -1, -1));
        }
        painter->restore();
    }

private:
    void marker(QPainter *painter, const QStyleOptionViewItem &option) const
    {
        const StateColors &c = Theme::colors();
        painter->fillRect(option.rect, c.base);
        const QRect &r = option.rect;
        const int edge = c.highContrast ? 6 : 3;
        const QRect at = compact ? QRect(r.left(), r.bottom() - 2, r.width(), 3)
                                 : QStyle::visualRect(option.direction, r, QRect(r.left(), r.top(), edge, r.height()));
        painter->fillRect(at, c.accent);
        if (c.highContrast) {
            painter->setPen(QPen(c.accent, 2));
            painter->drawRect(r.adjusted(1, 1, -1, -1));
        }
    }

    template <typename Visual>
    void words(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index, Visual visual, int left,
               bool current) const
    {
        const QFont title = Theme::font(current ? Theme::BodyStrong : Theme::Body);
        const QFont hint = Theme::font(Theme::Hint);
        const int first = QFontMetrics(title).height();
        const int second = QFontMetrics(hint).height();
        const int top = (option.rect.height() - first - second + 1) / 2;
        const int width = option.rect.width() - left - 8;
        const int align = int(QStyle::visualAlignment(option.direction, Qt::AlignLeft | Qt::AlignVCenter)) | Qt::TextSingleLine;
        const StateColors &c = Theme::colors();
        painter->setFont(title);
        painter->setPen(current && c.highContrast ? c.accent : c.text);
        painter->drawText(visual(QRect(left, top, width, first)), align,
                          QFontMetrics(title).elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, width));
        painter->setFont(hint);
        painter->setPen(c.text2);
        painter->drawText(visual(QRect(left, top + first - 2, width, second)), align,
                          QFontMetrics(hint).elidedText(index.data(kWord).toString(), Qt::ElideRight, width));
    }
};

} // namespace sidelist

SideList::SideList(QWidget *parent)
    : QWidget(parent), m_tenant(new QWidget), m_name((new Text(Theme::Title))->wrapped()),
      m_lines((new Text(Theme::Hint, Tone::Second))->wrapped()), m_link(new LinkButton(QString())), m_list(new QListView),
      m_model(new QStandardItemModel(this)), m_foot(new QWidget), m_footTitle((new Text(Theme::HintStrong))->wrapped()),
      m_facts(new QVBoxLayout)
{
    auto *tenant = new QVBoxLayout(m_tenant);
    tenant->setContentsMargins(20, 13, 20, 13);
    tenant->setSpacing(0);
    tenant->addWidget(m_name);
    tenant->addWidget(m_lines);
    tenant->addWidget(m_link);

    m_list->setModel(m_model);
    m_list->setItemDelegate(new sidelist::Delegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setAccessibleName(tr("Pages"));
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);

    auto *foot = new QVBoxLayout(m_foot);
    foot->setContentsMargins(Theme::Block, 0, Theme::Block, 12);
    foot->setSpacing(0);
    foot->addWidget(new Hairline);
    foot->addSpacing(9);
    m_footTitle->setContentsMargins(4, 0, 4, 0);
    foot->addWidget(m_footTitle);
    foot->addSpacing(4);
    m_facts->setSpacing(3);
    m_facts->setContentsMargins(4, 0, 4, 0);
    foot->addLayout(m_facts);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(isRightToLeft() ? 1 : 0, 0, isRightToLeft() ? 0 : 1, 0);
    column->setSpacing(0);
    column->addWidget(m_tenant);
    column->addWidget(m_list, 1);
    column->addWidget(m_foot);
    m_foot->hide();

    connect(m_link, &QPushButton::clicked, this, &SideList::tenantLinkActivated);
    connect(m_list, &QListView::clicked, this, [this](const QModelIndex &index) { Q_EMIT pageChosen(index.row()); });
    connect(m_list, &QListView::activated, this, [this](const QModelIndex &index) { Q_EMIT pageChosen(index.row()); });
    // Assistive technology selects a row and leaves the current one alone; mouse and keys move both.
    const auto chosenOtherwise = [this] {
        const QModelIndexList chosen = m_list->selectionModel()->selectedIndexes();
        if (chosen.size() == 1 && chosen.first() != m_list->currentIndex())
            Q_EMIT pageChosen(chosen.first().row());
    };
    connect(m_list->selectionModel(), &QItemSelectionModel::selectionChanged, this, chosenOtherwise, Qt::QueuedConnection);
}

void SideList::setTenant(const QString &name, const QStringList &lines, const QString &link)
{
    m_name->setPlain(name);
    m_lines->setPlain(lines.join(QLatin1Char('\n')));
    m_link->setText(link);
    m_link->setVisible(!link.isEmpty());
}

void SideList::setRows(const QList<SideRow> &rows)
{
    const int page = current();
    while (m_model->rowCount() > rows.size())
        m_model->removeRow(m_model->rowCount() - 1);
    for (int i = 0; i < rows.size(); ++i) {
        if (i == m_model->rowCount())
            m_model->appendRow(new QStandardItem);
        QStandardItem *item = m_model->item(i);
        const QString word = rows.at(i).word.isEmpty() ? look(rows.at(i).state).word : rows.at(i).word;
        item->setText(rows.at(i).title);
        item->setData(int(rows.at(i).state), sidelist::kState);
        item->setData(word, sidelist::kWord);
        const QString whole = tr("%1, %2").arg(rows.at(i).title, word);
        item->setData(whole, Qt::AccessibleTextRole);
        item->setToolTip(m_compact ? whole : QString());
    }
    setCurrent(page < 0 ? 0 : page);
}

void SideList::setCurrent(int page)
{
    m_list->setCurrentIndex(m_model->index(page, 0));
}

int SideList::current() const
{
    return m_list->currentIndex().isValid() ? m_list->currentIndex().row() : -1;
}

void SideList::setRightNow(const QString &title, const QList<SideFact> &facts)
{
    m_footTitle->setPlain(title);
    while (QLayoutItem *item = m_facts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const SideFact &fact : facts) {
        auto *line = new QWidget;
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(Theme::Inside);
        row->addWidget(new IconLabel(fact.icon, fact.iconTone, 15), 0, Qt::AlignTop);
        row->addWidget((new Text(Theme::Hint, fact.strong ? Tone::Normal : Tone::Second, fact.text))->wrapped(), 1);
        m_facts->addWidget(line);
    }
    m_foot->setVisible(!m_compact && !title.isEmpty());
}

void SideList::setCompact(bool compact)
{
    m_compact = compact;
    static_cast<sidelist::Delegate *>(m_list->itemDelegate())->compact = compact;
    m_list->setFlow(compact ? QListView::LeftToRight : QListView::TopToBottom);
    m_tenant->setVisible(!compact);
    m_foot->setVisible(!compact && !m_footTitle->text().isEmpty());
    for (int i = 0; i < m_model->rowCount(); ++i)
        m_model->item(i)->setToolTip(compact ? m_model->item(i)->data(Qt::AccessibleTextRole).toString() : QString());
    m_list->setFixedHeight(compact ? 42 : QWIDGETSIZE_MAX);
    if (!compact)
        m_list->setMinimumHeight(0);
    m_list->doItemsLayout();
    updateGeometry();
}

QSize SideList::sizeHint() const
{
    return m_compact ? QSize(8 * 44, 42) : QSize(248, 560);
}

void SideList::paintEvent(QPaintEvent *)
{
    const StateColors &c = Theme::colors();
    QPainter painter(this);
    painter.fillRect(rect(), c.window);
    const QRect line = m_compact ? QRect(0, height() - 1, width(), 1) : QRect(width() - 1, 0, 1, height());
    painter.fillRect(QStyle::visualRect(layoutDirection(), rect(), line), c.hairline);
}

void SideList::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LayoutDirectionChange) // layouts mirror their items, not their margins
        layout()->setContentsMargins(isRightToLeft() ? 1 : 0, 0, isRightToLeft() ? 0 : 1, 0);
}

void SideList::customEvent(QEvent *event)
{
    if (event->type() == Theme::changed())
        m_list->doItemsLayout();
}

} // namespace pimgate
