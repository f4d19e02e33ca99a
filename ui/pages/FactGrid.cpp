#include "pages/FactGrid.h"

#include "look/State.h"
#include "widgets/Labels.h"

#include <QGridLayout>
#include <QHBoxLayout>

namespace pimgate {
namespace factgrid {

QWidget *line(const ReportController::Fact &fact)
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(6, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(new IconLabel(look(fact.state).icon, look(fact.state).tone, 14), 0, Qt::AlignVCenter);
    auto *what = new Text(Theme::Body, Tone::Second, fact.what);
    what->setMinimumWidth(77);
    row->addWidget(what);
    row->addWidget((new Text(Theme::Body, Tone::Normal, fact.found))->shrinking(), 1);
    box->setAccessibleName(QStringList{fact.what, fact.found, look(fact.state).word}.join(QLatin1String(", ")));
    return box;
}

} // namespace factgrid

FactGrid::FactGrid(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(16);
    m_grid->setVerticalSpacing(2);
}

void FactGrid::setFacts(const QList<ReportController::Fact> &facts)
{
    QStringList shown;
    for (const ReportController::Fact &fact : facts)
        shown << QString::number(int(fact.state)) + fact.what + fact.found;
    if (shown == m_shown)
        return;
    m_shown = shown;
    qDeleteAll(m_lines);
    m_lines.clear();
    for (const ReportController::Fact &fact : facts)
        m_lines << factgrid::line(fact);
    place();
}

/// Down the first column, then down the second, as the picture reads.
void FactGrid::place()
{
    while (QLayoutItem *item = m_grid->takeAt(0))
        delete item;
    const int rows = (int(m_lines.size()) + m_columns - 1) / m_columns;
    for (int i = 0; i < m_lines.size(); ++i)
        m_grid->addWidget(m_lines.at(i), i % rows, i / rows);
    for (int column = 0; column < 2; ++column)
        m_grid->setColumnStretch(column, column < m_columns ? 1 : 0);
}

void FactGrid::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    const int columns = width() < 640 ? 1 : 2;
    if (columns == m_columns)
        return;
    m_columns = columns;
    place();
}

} // namespace pimgate
