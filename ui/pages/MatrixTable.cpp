#include "pages/MatrixTable.h"

namespace pimgate {
namespace matrixtable {

using CA = ConditionalAccessController;

Cell answer(const QString &word)
{
    Cell cell;
    cell.text = word;
    if (word == CA::tr("would be blocked")) {
        cell.icon = QStringLiteral("eye");
        cell.tone = cell.iconTone = Tone::Warn;
    } else if (word == CA::tr("blocked")) {
        cell.icon = QStringLiteral("lock-shut");
        cell.iconTone = Tone::Normal;
    } else if (word == CA::tr("not checked")) {
        cell.icon = QStringLiteral("dash");
        cell.iconTone = Tone::Grey;
    } else {
        cell.icon = QStringLiteral("check");
        cell.iconTone = Tone::Accent;
    }
    return cell;
}

QString iconOf(const CA::MatrixRow &line)
{
    if (line.note == CA::tr("break-glass"))
        return QStringLiteral("shield");
    if (line.person.activeMember.value_or(false))
        return QStringLiteral("key");
    return line.person.who.id.isEmpty() ? QStringLiteral("group") : QStringLiteral("person");
}

} // namespace matrixtable

MatrixTable::MatrixTable(QWidget *parent) : RowTable(tr("What the policy does with"), parent)
{
    setObjectName(QStringLiteral("ca.matrix"));
    setRowHeight(27);
    setSelectionMode(QAbstractItemView::SingleSelection);
}

Row MatrixTable::rowOf(const ConditionalAccessController::MatrixRow &line, int index) const
{
    Cell who;
    who.text = line.who;
    who.hint = line.note;
    who.icon = matrixtable::iconOf(line);
    if (line.simulated)
        who.chip = ProofLabel::Simulated;
    Row row;
    row.key = QString::number(index) + QLatin1Char(':') + line.who;
    row.cells = {who};
    for (const QString &word : line.cells)
        row.cells << matrixtable::answer(word);
    return row;
}

void MatrixTable::setMatrix(const QList<ConditionalAccessController::MatrixRow> &matrix)
{
    setColumns({{tr("What the policy does with"), 250, {}},
                {tr("Report-only (now)"), 146, QStringLiteral("shield")},
                {tr("When on"), 116, QStringLiteral("simulated")},
                {tr("After it ends"), 0, QStringLiteral("simulated")}});
    QList<Row> rows;
    int eligible = 0;
    for (int i = 0; i < matrix.size(); ++i) {
        rows << rowOf(matrix.at(i), i);
        if (matrix.at(i).note == ConditionalAccessController::tr("eligible, not active") && eligible == 0)
            eligible = i;
    }
    setRows(rows);
    if (selectedKey().isEmpty() && eligible < rows.size()) // the person whom the gate is built for
        selectKey(rows.at(eligible).key);
}

int MatrixTable::selected() const
{
    const QString key = selectedKey();
    return key.isEmpty() ? -1 : key.section(QLatin1Char(':'), 0, 0).toInt();
}

} // namespace pimgate
