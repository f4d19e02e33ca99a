#include "report/Markup.h"

namespace pimgate::Markup {

namespace {

QString cellMarkup(const Cell &cell)
{
    QString inner = cell.cssClass
                        ? QStringLiteral("<span class=\"%1\">%2</span>").arg(QLatin1String(cell.cssClass), esc(cell.text))
                        : esc(cell.text);
    if (!cell.hint.isEmpty())
        inner += QStringLiteral("<br><span class=\"hint\">%1</span>").arg(cell.hint.toHtmlEscaped());
    return element("td", inner);
}

} // namespace

QString esc(const QString &text)
{
    return text.isEmpty() ? QStringLiteral("–") : text.toHtmlEscaped();
}

QString element(const char *name, const QString &inner, const char *cssClass)
{
    const QString tag = QLatin1String(name);
    const QString attribute = cssClass ? QStringLiteral(" class=\"%1\"").arg(QLatin1String(cssClass)) : QString();
    return QLatin1Char('<') + tag + attribute + QLatin1Char('>') + inner + QStringLiteral("</") + tag + QStringLiteral(">\n");
}

QString heading(const QString &text)
{
    return element("h2", esc(text));
}

QString paragraph(const QString &text, const char *cssClass)
{
    return element("p", esc(text), cssClass);
}

QString list(const QStringList &texts)
{
    QString items;
    for (const QString &text : texts)
        items += element("li", esc(text));
    return element("ul", items);
}

QString factTable(const QList<std::pair<QString, QString>> &facts)
{
    QString rows;
    for (const auto &[name, value] : facts)
        rows += QStringLiteral("<tr><td class=\"name\" width=\"22%\">%1</td><td>%2</td></tr>\n").arg(esc(name), esc(value));
    return QStringLiteral("<table class=\"facts\" width=\"100%\" cellspacing=\"0\" cellpadding=\"3\">\n") + rows +
           QStringLiteral("</table>\n");
}

Table::Table(const QList<Column> &columns)
{
    for (const Column &column : columns)
        m_head += QStringLiteral("<th width=\"%1%\">%2</th>").arg(column.percent).arg(column.title.toHtmlEscaped());
}

void Table::add(const QList<Cell> &cells)
{
    QString row;
    for (const Cell &cell : cells)
        row += cellMarkup(cell);
    m_rows += QStringLiteral("<tr>") + row + QStringLiteral("</tr>\n");
}

QString Table::markup() const
{
    return QStringLiteral("<table class=\"t\" width=\"100%\" cellspacing=\"0\" cellpadding=\"4\"><thead><tr>") + m_head +
           QStringLiteral("</tr></thead>\n<tbody>") + m_rows + QStringLiteral("</tbody></table>\n");
}

} // namespace pimgate::Markup
