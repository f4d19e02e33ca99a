#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace pimgate::Markup {

/// Simple HTML that both a browser and QTextDocument lay out; classes carry the look. Every text is escaped here.
QString esc(const QString &text); ///< a dash where there is none
/// @param inner is markup already
QString element(const char *name, const QString &inner, const char *cssClass = nullptr);
QString heading(const QString &text);
QString paragraph(const QString &text, const char *cssClass = nullptr);
QString list(const QStringList &texts);
/// The names and values at the top of a report.
QString factTable(const QList<std::pair<QString, QString>> &facts);

/// A cell: text with an optional smaller line and a class for its state.
struct Cell
{
    QString text;
    QString hint = {};
    const char *cssClass = nullptr;
};

class Table
{
public:
    struct Column
    {
        QString title;
        int percent;
    };
    explicit Table(const QList<Column> &columns);
    void add(const QList<Cell> &cells);
    QString markup() const;
    bool isEmpty() const { return m_rows.isEmpty(); }

private:
    QString m_head, m_rows;
};

} // namespace pimgate::Markup
