#include "pages/MatrixTable.h"

#include <algorithm>

namespace pimgate {
namespace matrixtable {

using Kind = MatrixRow::Kind;

Cell cellOf(const QString &word, const QString &icon, Tone iconTone, Tone tone = Tone::Normal)
{
    Cell cell;
    cell.text = word;
    cell.icon = icon;
    cell.iconTone = iconTone;
    cell.tone = tone;
    return cell;
}

QString iconOf(const MatrixRow &line)
{
    if (line.kind == Kind::BreakGlass)
        return QStringLiteral("shield");
    if (line.kind == Kind::OnceActive)
        return QStringLiteral("key");
    return line.kind == Kind::Anybody ? QStringLiteral("group") : QStringLiteral("person");
}

} // namespace matrixtable

MatrixTable::MatrixTable(QWidget *parent) : RowTable(tr("What the policy does with"), parent)
{
    setObjectName(QStringLiteral("ca.matrix"));
    setRowHeight(27);
    setSelectionMode(QAbstractItemView::SingleSelection);
}

QString MatrixTable::firstName(const MatrixRow &line)
{
    return line.person.who.displayName.section(QLatin1Char(' '), 0, 0);
}

QString MatrixTable::who(const MatrixRow &line)
{
    switch (line.kind) {
    case MatrixRow::Kind::OnceActive:
        return tr("%1, once active").arg(firstName(line));
    case MatrixRow::Kind::BreakGlass:
        return line.names.join(tr(", ", "between names"));
    case MatrixRow::Kind::Operator:
        return tr("You");
    case MatrixRow::Kind::Ordinary:
    case MatrixRow::Kind::Anybody:
    case MatrixRow::Kind::Eligible:
    case MatrixRow::Kind::ActiveNow:
        break;
    }
    return line.name;
}

QString MatrixTable::note(MatrixRow::Kind kind)
{
    switch (kind) {
    case MatrixRow::Kind::Ordinary:
        return tr("ordinary user");
    case MatrixRow::Kind::Anybody:
        return tr("not activated");
    case MatrixRow::Kind::Eligible:
        return tr("eligible, not active");
    case MatrixRow::Kind::OnceActive:
        return {};
    case MatrixRow::Kind::ActiveNow:
        return tr("active now");
    case MatrixRow::Kind::BreakGlass:
        return tr("break-glass");
    case MatrixRow::Kind::Operator:
        return tr("not eligible");
    }
    return {};
}

Cell MatrixTable::answer(MatrixRow::Answer is)
{
    using matrixtable::cellOf;
    switch (is) {
    case MatrixRow::Answer::WouldBeBlocked:
        return cellOf(tr("would be blocked"), QStringLiteral("eye"), Tone::Warn, Tone::Warn);
    case MatrixRow::Answer::Blocked:
        return cellOf(tr("blocked"), QStringLiteral("lock-shut"), Tone::Normal);
    case MatrixRow::Answer::LetThrough:
        return cellOf(tr("let through"), QStringLiteral("check"), Tone::Accent);
    case MatrixRow::Answer::NotBlocked:
        return cellOf(tr("not blocked"), QStringLiteral("check"), Tone::Accent);
    case MatrixRow::Answer::NotChecked:
        break;
    }
    return cellOf(tr("not checked"), QStringLiteral("dash"), Tone::Grey);
}

Row MatrixTable::rowOf(const MatrixRow &line, int index)
{
    Cell first;
    first.text = who(line);
    first.hint = note(line.kind);
    first.icon = matrixtable::iconOf(line);
    if (line.simulated)
        first.chip = ProofLabel::Simulated;
    Row row;
    row.key = QStringLiteral("%1:%2:%3").arg(QString::number(index), QString::number(int(line.kind)), line.person.who.id);
    row.cells = {first, answer(line.now), answer(line.whenOn), answer(line.afterItEnds)};
    return row;
}

void MatrixTable::setMatrix(const QList<MatrixRow> &matrix)
{
    setColumns({{tr("What the policy does with"), 250, {}},
                {tr("Report-only (now)"), 146, QStringLiteral("shield")},
                {tr("When on"), 116, QStringLiteral("simulated")},
                {tr("After it ends"), 0, QStringLiteral("simulated")}});
    QList<Row> rows;
    for (const MatrixRow &line : matrix)
        rows << rowOf(line, int(rows.size()));
    setRows(rows);
    if (!selectedKey().isEmpty() || rows.isEmpty())
        return;
    const auto eligible =
        std::find_if(matrix.begin(), matrix.end(), [](const MatrixRow &line) { return line.kind == MatrixRow::Kind::Eligible; });
    const auto at = eligible == matrix.end() ? 0 : eligible - matrix.begin(); // the person whom the gate is built for
    selectKey(rows.at(at).key);
}

int MatrixTable::selected() const
{
    const QString key = selectedKey();
    return key.isEmpty() ? -1 : key.section(QLatin1Char(':'), 0, 0).toInt();
}

} // namespace pimgate
