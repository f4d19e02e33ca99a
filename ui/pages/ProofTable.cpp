#include "pages/ProofTable.h"

#include "proof/ProofWords.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QLocale>
#include <QScopedValueRollback>

namespace pimgate {
namespace prooftable {

Cell cell(const QString &text, Tone tone = Tone::Normal)
{
    Cell made;
    made.text = text;
    made.tone = tone;
    return made;
}

PageState stateOf(ProofLine::State state)
{
    switch (state) {
    case ProofLine::State::ToCome:
        break;
    case ProofLine::State::Working:
        return PageState::Working;
    case ProofLine::State::Passed:
    case ProofLine::State::Skipped:
        return PageState::Verified;
    case ProofLine::State::Failed:
        return PageState::Failed;
    }
    return PageState::ToDo;
}

Row row(const ProofLine &line, int index, bool demo)
{
    Row made;
    made.key = QString::number(index);
    made.state = stateOf(line.state);
    const bool open = line.state == ProofLine::State::ToCome;
    const bool failed = line.state == ProofLine::State::Failed;
    Cell happened = cell(happenedIn(line), failed ? Tone::Bad : open ? Tone::Second : Tone::Normal);
    happened.strong = failed;
    if (line.errorCode != 0 && !open)
        happened.hint = QString::number(line.errorCode);
    Cell label;
    label.chip = line.label;
    label.shortChip = demo;
    label.chipAtEnd = true;
    const QString at =
        line.at.isValid() ? QLocale().toString(line.at.toLocalTime().time(), QStringLiteral("HH:mm:ss")) : QString();
    made.cells = {
        cell(at, Tone::Second), cell(whoOf(line)), cell(doneIn(line)), cell(expectedIn(line), Tone::Second), happened, label};
    if (failed)
        made.soft = Soft::Bad;
    if (!line.recordId.isEmpty())
        made.toolTip = QCoreApplication::translate("ProofTable", "Record %1").arg(line.recordId);
    return made;
}

} // namespace prooftable

ProofTable::ProofTable(QWidget *parent) : RowTable(tr("What was done, and what happened"), parent)
{
    setRowHeight(25);
    setSelectionMode(QAbstractItemView::SingleSelection);
    connect(this, &RowTable::rowSelected, this, [this](const QString &key) {
        if (!m_quiet)
            Q_EMIT lineChosen(key.toInt());
    });
}

void ProofTable::setLines(const QList<ProofLine> &lines, bool demo)
{
    const QScopedValueRollback<bool> quiet(m_quiet, true);
    setColumns({{tr("When"), 114, {}},
                {tr("Who"), 108, {}},
                {tr("What was done"), demo ? 246 : 226, {}},
                {tr("Expected"), 132, {}},
                {tr("What happened"), demo ? 234 : 204, {}},
                {tr("Proof"), 0, {}}});
    QList<Row> rows;
    for (int i = 0; i < lines.size(); ++i)
        rows << prooftable::row(lines.at(i), i, demo);
    setRows(rows);
}

void ProofTable::select(int line)
{
    const QScopedValueRollback<bool> quiet(m_quiet, true);
    if (line >= 0)
        selectKey(QString::number(line));
    else
        setCurrentIndex({});
}

/// Space pauses the play wherever the keyboard is on the page.
void ProofTable::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space)
        Q_EMIT spacePressed();
    else
        RowTable::keyPressEvent(event);
}

} // namespace pimgate
