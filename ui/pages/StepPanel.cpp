#include "pages/StepPanel.h"

#include "pages/ErrorWords.h"
#include "pages/SentDialog.h"
#include "pages/UndoQuestion.h"
#include "widgets/ChangePanel.h"
#include "widgets/RowTable.h"
#include "widgets/WaitRow.h"

#include <QDesktopServices>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace pimgate {
namespace steppanel {

using P = Progress::State;

Cell cell(const QString &text, Tone tone = Tone::Normal, bool strong = false)
{
    Cell made;
    made.text = text;
    made.tone = tone;
    made.strong = strong;
    return made;
}

bool underWay(const Progress &progress)
{
    return progress.state == P::Waiting || progress.state == P::Sending || progress.state == P::ReadingBack;
}

QString waitKey(const Change &change)
{
    return QLatin1String("wait:") + change.key.toString();
}

/// A mnemonic on the first letter; an ampersand in a name stays one.
QString withMnemonic(QString text)
{
    return text.isEmpty() ? text : QLatin1Char('&') + text.replace(QLatin1Char('&'), QLatin1String("&&"));
}

/// "Lena, Omar" of "Lena Fischer, Omar Haddad", where the whole names stand beside it. Other lists stay as they are.
QString firstNames(const QString &names)
{
    const QStringList all = names.split(QLatin1String(", "));
    QStringList first;
    for (const QString &name : all) {
        const QString one = name.section(QLatin1Char(' '), 0, 0);
        if (name.count(QLatin1Char(' ')) != 1 || !one.front().isUpper() || first.contains(one))
            return names;
        first << one;
    }
    return first.size() > 1 ? first.join(QLatin1String(", ")) : names;
}

QString clock(const QDateTime &at)
{
    return QLocale().toString(at.toLocalTime().time(), QStringLiteral("HH:mm:ss"));
}

} // namespace steppanel

StepPanel::StepPanel(StepController &controller, const QString &name, QWidget *parent)
    : QWidget(parent), m_controller(controller), m_name(name), m_panel(new ChangePanel), m_error(new ErrorFrame)
{
    const auto named = [&](QWidget *widget, const char *part) { widget->setObjectName(name + QLatin1String(part)); };
    named(m_panel, ".panel");
    named(m_panel->table(), ".rows");
    named(m_panel->writeButton(), ".write");
    named(m_panel->undoButton(), ".undo");
    named(m_error, ".error");
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::Group);
    column->addWidget(m_error);
    column->addWidget(m_panel, 1);
    m_error->hide();
    m_tick.setInterval(1000);

    connect(&controller, &StepController::changed, this, &StepPanel::refresh);
    connect(m_panel, &ChangePanel::writeRequested, &controller, &StepController::apply);
    connect(m_panel, &ChangePanel::undoRequested, this, &StepPanel::confirmUndo);
    connect(&m_controller, &StepController::leftAlone, this, [this](const QStringList &changedSince) {
        UndoQuestion::askAboutChanged(this, changedSince, m_controller.workspace().tenantDomain(),
                                      [this] { m_controller.undo(true); });
    });
    connect(m_panel, &ChangePanel::footLinkActivated, this, [this] {
        if (!m_readyFoot)
            showSent(m_controller.whatIsSent(), m_controller.graphAddress(), window());
    });
    connect(m_panel->table(), &RowTable::linkActivated, this,
            [](const QString &, const QString &link) { QDesktopServices::openUrl(QUrl(link)); });
    connect(m_error, &ErrorFrame::primaryChosen, &controller, &StepController::refresh);
    connect(m_error, &ErrorFrame::secondChosen, &controller, &StepController::refresh);
    connect(&m_tick, &QTimer::timeout, this, &StepPanel::tick);
}

void StepPanel::setLayoutOf(int what, int now, int rowHeight)
{
    m_what = what;
    m_now = now;
    m_panel->table()->setRowHeight(rowHeight);
}

void StepPanel::setFacts(const QList<Row> &facts)
{
    m_facts = facts;
    refresh();
}

void StepPanel::setClosing(bool closing)
{
    m_closing = closing;
}

void StepPanel::setHint(const QString &icon, const QString &strong, const QString &text)
{
    m_hint = {icon, strong, text};
    m_ownHint = true;
    refresh();
}

/// Hidden pages do not take the default button from the one that is seen.
void StepPanel::refresh()
{
    if (!isVisible())
        return;
    showHead();
    showRows();
    showFoot();
    showError();
}

void StepPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refresh();
}

/// Rows that no press was about yet are still to be asked for (step 4: the closing rows after the policy was made).
bool StepPanel::saysNow() const
{
    if (m_controller.state() == StepController::State::Done)
        return true;
    const QHash<ChangeKey, Progress> pressed = m_controller.progress();
    const QList<Change> rows = m_controller.rows();
    return m_controller.showsReadBack() &&
           std::any_of(rows.begin(), rows.end(), [&](const Change &row) { return pressed.contains(row.key); });
}

void StepPanel::showHead()
{
    const QString tenant = m_controller.workspace().tenantDomain();
    const bool now = saysNow();
    QString note;
    if (!m_controller.workspace().signedIn())
        note = tr("nobody is signed in");
    else if (now && m_controller.readBackAt().isValid())
        note = tr("read back at %1, not taken on trust").arg(steppanel::clock(m_controller.readBackAt()));
    else if (m_controller.state() == StepController::State::Reading)
        note = tr("reading %1").arg(tenant);
    else
        note = tr("in %1 · nothing changed yet").arg(tenant);
    m_panel->table()->setHeadVisible(now || !m_closing);
    if (m_closing && !now) {
        m_panel->setTitle(tr("When the gate closes"), tr("one after another, each read back · can be undone"));
        m_panel->table()->setColumns({{tr("What"), 260, {}}, {tr("Now"), 128, {}}, {{}, 26, {}}, {tr("After"), 0, {}}});
        return;
    }
    m_panel->setTitle(now ? tr("What Microsoft says now") : tr("What will change"), note);
    m_panel->table()->setColumns({{tr("What"), m_what, {}},
                                  {now ? tr("Asked") : tr("Now"), now && m_asked ? m_asked : m_now, {}},
                                  {now ? tr("Microsoft says") : tr("After"), 0, {}}});
}

std::optional<PageState> StepPanel::stateOf(const Change &change, bool same) const
{
    if (!saysNow())
        return std::nullopt;
    if (same || change.done)
        return PageState::Verified;
    const auto progress = m_controller.progress();
    if (!progress.contains(change.key))
        return PageState::ToDo;
    const Progress one = progress.value(change.key);
    if (one.state == steppanel::P::Failed)
        return PageState::Failed;
    if (m_controller.state() != StepController::State::Busy) // stopped, or read back as something else
        return steppanel::underWay(one) ? PageState::ToDo : PageState::Differs;
    return one.state == steppanel::P::Differs ? PageState::Differs : PageState::Working;
}

QString StepPanel::says(const Change &change) const
{
    const auto state = stateOf(change, change.done);
    if (state == PageState::Failed)
        return tr("refused");
    if (state == PageState::Working)
        return tr("sent, not read back yet");
    return change.done && change.before.isEmpty() ? change.after : change.before;
}

bool StepPanel::waits(const Change &change) const
{
    const auto progress = m_controller.progress();
    const Progress one = progress.value(change.key);
    return m_controller.state() == StepController::State::Busy && progress.contains(change.key) && steppanel::underWay(one) &&
           !one.wait.isEmpty();
}

/// One line for the act, and one for each of its settings; only what this page writes now is semibold.
QList<Row> StepPanel::rowsOf(const Change &change, bool opening) const
{
    const bool now = saysNow() && opening;
    const QString link = now && change.done ? m_controller.portalLink(change).toString() : QString();
    QList<Row> rows;
    const auto add = [&](const QString &key, const QString &what, const QString &second, const QString &third, bool strong,
                         bool same) {
        Row row;
        row.key = key;
        const bool closing = m_closing && !now;
        row.cells = {steppanel::cell(what, now || closing ? Tone::Normal : Tone::Second), steppanel::cell(second, Tone::Second),
                     steppanel::cell(third, Tone::Normal, strong && !now)};
        if (closing && change.is(ChangeKey::Kind::State)) // report-only is not enforced
            row.cells[1].tone = Tone::Warn;
        if (closing)
            row.cells.insert(2, steppanel::cell(isRightToLeft() ? QStringLiteral("←") : QStringLiteral("→"), Tone::Second));
        if (now)
            row.state = stateOf(change, same);
        if (row.state == PageState::Differs || row.state == PageState::Failed) {
            row.soft = Soft::Bad;
            row.cells[2].tone = Tone::Bad;
            row.cells[2].strong = true;
        }
        row.link = link;
        rows << row;
    };
    const bool rulesOnly = change.is(ChangeKey::Kind::Rules) && !change.details.isEmpty(); // its settings say it all
    if (!rulesOnly)
        add(change.key.toString(), change.what, now ? change.after : change.before, now ? says(change) : change.after,
            opening && !change.done, change.done);
    for (const ChangeDetail &detail : change.details)
        add(change.key.toString() + QLatin1Char('/') + detail.what, detail.what,
            now ? detail.same ? steppanel::firstNames(detail.asked) : detail.asked : detail.now, now ? detail.now : detail.asked,
            rulesOnly && !detail.same, detail.same);
    if (!waits(change))
        return rows;
    Row wait;
    wait.key = steppanel::waitKey(change);
    wait.spanned = true;
    if (change.details.isEmpty())
        rows.clear(); // the wait names the row itself
    rows << wait;
    return rows;
}

QList<Row> StepPanel::closingRows() const
{
    const QList<Change> closing = m_controller.rowsWhenClosing();
    if (closing.isEmpty())
        return {};
    Row head;
    head.key = QStringLiteral("section:closing");
    head.section = true;
    head.cells = {steppanel::cell(tr("When the gate closes"), Tone::Normal, true)};
    head.cells[0].hint = tr("(end of step 4)");
    head.cells[0].icon = QStringLiteral("lock-shut");
    QList<Row> rows{head};
    for (const Change &change : closing)
        rows << rowsOf(change, false);
    for (Row &row : rows)
        if (!row.section)
            row.cells[0].tone = Tone::Normal;
    return rows;
}

QList<Row> StepPanel::allRows() const
{
    QList<Row> rows;
    for (const Change &change : m_controller.rows())
        rows << rowsOf(change, true);
    if (!rows.isEmpty() && !saysNow())
        rows << m_facts;
    return rows + closingRows();
}

void StepPanel::showRows()
{
    m_panel->table()->setRows(allRows());
    const bool empty = m_panel->table()->rowModel().rows().isEmpty();
    m_panel->table()->setVisible(!empty);
    if (empty && !m_controller.workspace().signedIn())
        m_panel->setHint(
            QStringLiteral("info"), {},
            tr("Look around: nothing is read yet. Once somebody is signed in, every row that would change stands here "
               "before a button writes it."));
    else if (m_ownHint)
        m_panel->setHint(m_hint.icon, m_hint.strong, empty ? QString() : m_hint.text);
    else if (m_lookedAround)
        m_panel->setHint({}, {}, {});
    m_lookedAround = empty && !m_controller.workspace().signedIn();
    const QHash<ChangeKey, Progress> progress = m_controller.progress();
    for (const Change &change : m_controller.rows()) {
        if (!waits(change))
            continue;
        QPointer<WaitRow> &row = m_waits[change.key];
        if (!row) {
            row = new WaitRow;
            connect(row, &WaitRow::stopRequested, &m_controller, &StepController::stop);
            m_panel->table()->setRowWidget(steppanel::waitKey(change), row);
        }
        const Progress one = progress.value(change.key);
        if (row)
            row->setText(tr("%1:").arg(change.what), one.wait, one.typical);
    }
    if (m_controller.state() == StepController::State::Busy)
        m_tick.start();
    else
        m_tick.stop();
    tick();
}

void StepPanel::tick()
{
    const QDateTime now = m_controller.workspace().services().clock().now();
    const QHash<ChangeKey, Progress> progress = m_controller.progress();
    for (auto it = m_waits.cbegin(); it != m_waits.cend(); ++it)
        if (it.value())
            it.value()->setElapsed(int(qMax<qint64>(0, progress.value(it.key()).since.secsTo(now))));
}

void StepPanel::showFoot()
{
    const QString blocked = m_controller.blockedBecause();
    const bool busy = m_controller.state() == StepController::State::Busy;
    const StepController::Count count = shownCount();
    m_panel->clearFoot();
    if (busy || (saysNow() && m_controller.toMake().isEmpty())) {
        m_panel->setFootSummary(tr("%n as asked", nullptr, count.asAsked), tr("· %1 · %2", "counts")
                                                                               .arg(tr("%n still to come", nullptr, count.toCome),
                                                                                    tr("%n differ(s)", nullptr, count.differ)));
    } else if (!blocked.isEmpty()) {
        m_panel->setFootWarning(blocked);
    } else if (m_controller.canApply() && m_readyFoot) {
        m_readyFoot(*m_panel);
    } else if (m_controller.canApply()) {
        m_panel->setFootLink(tr("&Show what is sent"));
    }
    showWriteOrUndo();
}

/// As many as there are lines to see; a line says nothing else than its icon.
StepController::Count StepPanel::shownCount() const
{
    StepController::Count count;
    for (const Row &row : m_panel->table()->rowModel().rows()) {
        if (!row.spanned && row.state == PageState::Verified)
            ++count.asAsked;
        else if (!row.spanned && row.state == PageState::Differs)
            ++count.differ;
        else if (row.spanned || row.state)
            ++count.toCome;
    }
    return count;
}

void StepPanel::showWriteOrUndo()
{
    const bool busy = m_controller.state() == StepController::State::Busy;
    const bool open = !m_controller.toMake().isEmpty();
    m_panel->setUndoButton({});
    m_panel->setWriteButton({}, false);
    if (!busy && open)
        m_panel->setWriteButton(steppanel::withMnemonic(m_controller.buttonText()), m_controller.canApply(), m_closing);
    else if (busy || m_controller.canUndo())
        m_panel->setUndoButton(tr("&Undo these changes…"), !busy && m_controller.canUndo());
}

void StepPanel::showError()
{
    const auto error = m_controller.error();
    const QString text = error ? error->text() : QString();
    if (error) {
        ErrorText words = errorText(*error);
        if (const QString who = m_controller.errorWho(); !who.isEmpty())
            words.whoCanFixIt = who;
        words.code = m_controller.errorDetails();
        m_error->setError(words);
        const bool again = m_controller.canApply(); // then the writing button is the way out
        m_error->setPrimary(again ? QString() : tr("&Read again"));
        m_error->setSecond(again ? tr("&Read again") : QString());
    }
    m_error->setVisible(error.has_value());
    if (error && text != m_shownError)
        m_error->takeFocus();
    m_shownError = text;
}

void StepPanel::confirmUndo()
{
    UndoQuestion::ask(this, tr("Undo these changes"), m_controller.undoHint(), m_controller.workspace().tenantDomain(),
                      [this] { m_controller.undo(); });
}

} // namespace pimgate
