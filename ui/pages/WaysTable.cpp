#include "pages/WaysTable.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

namespace pimgate {
namespace waystable {

Row row(const Preset::Question &question, bool answered)
{
    const QDate read = QDate::fromString(question.date, Qt::ISODate);
    const QString source =
        read.isValid()
            ? QCoreApplication::translate("WaysTable", "source read %1").arg(QLocale().toString(read, QLocale::ShortFormat))
            : QString();
    Cell cell;
    cell.text = question.question;
    static const QRegularExpression firstThought(QStringLiteral("^[^;?]*\\??")); // the tooltip has all of it
    QStringList below{firstThought.match(question.what).captured()};
    if (!source.isEmpty())
        below << source;
    cell.below = below.join(QStringLiteral(" · "));
    Row made;
    made.key = question.key;
    made.state = answered ? PageState::Verified : PageState::NotChecked;
    made.cells = {cell, {}};
    made.toolTip = QStringList{question.what, question.source, source}.join(QLatin1Char('\n'));
    return made;
}

} // namespace waystable

WaysTable::WaysTable(QWidget *parent) : RowTable(tr("Ways around the gate"), parent)
{
    setHeadVisible(false);
    setFocusPolicy(Qt::NoFocus); // the answers have it
    setSelectionMode(QAbstractItemView::NoSelection);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    setColumns({{tr("Way"), 0, {}}, {tr("Answer"), 186, {}}});
}

QSize WaysTable::sizeHint() const
{
    QSize size = RowTable::sizeHint();
    size.setHeight(qMin(size.height(), 7 * int(Theme::TwoLineRowHeight) / 2)); // half a row says that there are more
    return size;
}

void WaysTable::setQuestions(const QList<Preset::Question> &questions, const QHash<QString, QString> &answers)
{
    QList<Row> rows;
    QStringList keys;
    for (const Preset::Question &question : questions) {
        rows << waystable::row(question, answers.contains(question.key));
        keys << question.key;
    }
    const bool same = keys == m_keys; // then the combo boxes stay where they are
    m_keys = keys;
    setRows(rows);
    if (!same) {
        m_combos.clear();
        for (const Preset::Question &question : questions)
            setCellWidget(question.key, 1, combo(question));
    }
    for (auto it = m_combos.cbegin(); it != m_combos.cend(); ++it)
        it.value()->setCurrentIndex(qMax(0, it.value()->findData(answers.value(it.key()))));
}

QComboBox *WaysTable::combo(const Preset::Question &question)
{
    auto *box = new QComboBox;
    box->setObjectName(QLatin1String("report.answer.") + question.key);
    box->setAccessibleName(question.question);
    // On Linux the name of a combo box is its value, so the question stands here too.
    box->setAccessibleDescription(QStringList{question.question, question.what}.join(QLatin1Char(' ')).trimmed());
    box->addItem(tr("Not answered"), QString());
    for (const QString &answer : {tr("There is none"), tr("Closed"), tr("Kept on purpose"), tr("Told to the customer")})
        box->addItem(answer, answer);
    connect(box, &QComboBox::activated, this,
            [this, box, key = question.key](int index) { Q_EMIT answered(key, box->itemData(index).toString()); });
    m_combos.insert(question.key, box);
    return box;
}

} // namespace pimgate
