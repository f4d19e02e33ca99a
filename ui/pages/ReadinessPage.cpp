#include "pages/ReadinessPage.h"

#include "look/Icon.h"
#include "pages/ErrorWords.h"
#include "pages/Parts.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"
#include "widgets/RowTable.h"

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>

namespace pimgate {
namespace readinesspage {

/// On this page a check that holds reads "ok"; "verified" is for what this program made.
QString word(PageState state)
{
    return state == PageState::Verified ? QCoreApplication::translate("ReadinessPage", "ok") : look(state).word;
}

} // namespace readinesspage

ReadinessPage::ReadinessPage(ReadinessController &controller, Workspace &workspace, QWidget *parent)
    : Page(PageId::Readiness, tr("Is everything ready?"), {}, parent), m_controller(controller), m_workspace(workspace),
      m_counts(new QHBoxLayout), m_again(new QPushButton(tr("Check &again"))),
      m_copy(new QPushButton(tr("&Copy list without names"))), m_error(new ErrorFrame), m_table(new RowTable(tr("Checks"))),
      m_about(new Panel), m_aboutIcon(new IconLabel(QStringLiteral("info"), Tone::Accent, 20)),
      m_aboutTitle((new Text(Theme::BodyStrong))->wrapped()), m_aboutText((new Text(Theme::Body, Tone::Second))->wrapped()),
      m_accounts(new QHBoxLayout), m_confirm(new QPushButton(tr("Con&firm")))
{
    setBody(body());
    connect(&controller, &ReadinessController::changed, this, &ReadinessPage::refresh);
    connect(m_again, &QPushButton::clicked, &controller, &ReadinessController::refresh);
    connect(m_error, &ErrorFrame::primaryChosen, &controller, &ReadinessController::refresh);
    connect(m_copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_controller.listWithoutNames()); });
    connect(m_table, &RowTable::rowSelected, this, &ReadinessPage::showAbout);
    connect(m_confirm, &QPushButton::clicked, this, &ReadinessPage::confirm);
    refresh();
}

QWidget *ReadinessPage::body()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 8);
    column->addWidget(head());
    m_error->setObjectName(QStringLiteral("readiness.error"));
    m_error->setPrimary(tr("&Read again"));
    m_error->hide();
    column->addWidget(m_error);
    m_table->setObjectName(QStringLiteral("readiness.checks"));
    m_table->setColumns(
        {{tr("State"), 172, {}}, {tr("Check"), 212, {}}, {tr("What was found"), 332, {}}, {tr("Who can change it"), 0, {}}});
    column->addWidget(new RoundFrame(m_table));
    column->addSpacing(6);
    column->addWidget(about());
    column->addStretch(1);
    return box;
}

QWidget *ReadinessPage::head()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(20);
    m_counts->setSpacing(20);
    row->addLayout(m_counts);
    row->addStretch(1);
    m_again->setObjectName(QStringLiteral("readiness.again"));
    m_copy->setObjectName(QStringLiteral("readiness.copy"));
    Icon::set(m_copy, QStringLiteral("copy"));
    for (QPushButton *button : {m_again, m_copy}) {
        Theme::setSmall(button);
        row->addWidget(button);
    }
    return box;
}

QWidget *ReadinessPage::about()
{
    auto *row = new QHBoxLayout(m_about);
    row->setContentsMargins(Theme::Block, Theme::Group, Theme::Block, Theme::Group);
    row->setSpacing(14);
    row->addWidget(m_aboutIcon, 0, Qt::AlignTop);
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_aboutTitle);
    words->addWidget(m_aboutText);
    m_accounts->setSpacing(20);
    m_confirm->setObjectName(QStringLiteral("readiness.confirm"));
    Theme::setSmall(m_confirm);
    m_accounts->addWidget(m_confirm);
    m_accounts->addStretch(1);
    words->addLayout(m_accounts);
    row->addLayout(words, 1);
    return m_about;
}

void ReadinessPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_accounts->setDirection(width() < 760 ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_accounts->setSpacing(width() < 760 ? 6 : 20);
}

void ReadinessPage::entered()
{
    const bool never = m_controller.checks().isEmpty() && !m_controller.error();
    const bool chosenSince = m_workspace.applicationKnown() && applicationUnknown();
    if (!m_controller.reading() && (never || chosenSince))
        m_controller.refresh();
    m_table->setFocus();
}

/// The checks were made before an application was chosen.
bool ReadinessPage::applicationUnknown() const
{
    const QList<Check> checks = m_controller.checks();
    return std::any_of(checks.begin(), checks.end(), [](const Check &check) {
        return check.key == QLatin1String("application") && check.state == PageState::NotChecked;
    });
}

QString ReadinessPage::footNote() const
{
    const int open = m_controller.countOf(PageState::NeedsAttention) + m_controller.countOf(PageState::Failed);
    return open > 0 ? tr("You can go on; step 4 will ask again.") : QString();
}

void ReadinessPage::refresh()
{
    const int open = m_controller.countOf(PageState::NeedsAttention);
    const int all = int(m_controller.checks().size());
    QString sentence =
        tr("Sign in first: then this page reads what the tenant, your account and its roles allow. It writes nothing.");
    if (m_workspace.signedIn() && all == 0)
        sentence = tr("Reading what the tenant, your account and its roles allow. Nothing is written.");
    else if (m_workspace.signedIn() && open == 0)
        sentence = tr("%n checks, all read-only. None stops you later.", nullptr, all);
    else if (m_workspace.signedIn())
        sentence = tr("%1 Only those marked “needs attention” stop you later, and each says who can fix it.")
                       .arg(tr("%n checks, all read-only.", nullptr, all));
    setQuestion(tr("Is everything ready?"), sentence);
    m_again->setEnabled(m_workspace.signedIn() && !m_controller.reading());
    m_again->setText(m_controller.reading() ? tr("Checking…") : tr("Check &again"));
    m_copy->setEnabled(all > 0);
    if (const auto error = m_controller.error())
        m_error->setError(errorText(*error));
    m_error->setVisible(m_controller.error().has_value());
    showCounts();
    showChecks();
    showAbout();
    Q_EMIT footChanged();
}

void ReadinessPage::showCounts()
{
    while (QLayoutItem *item = m_counts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const PageState state :
         {PageState::Verified, PageState::NeedsAttention, PageState::Failed, PageState::NotLicensed, PageState::NotChecked}) {
        const int count = m_controller.countOf(state);
        if (count == 0)
            continue;
        const QString word = state == PageState::NeedsAttention ? (count == 1 ? tr("needs attention") : tr("need attention"))
                                                                : readinesspage::word(state);
        auto *text = new Text(Theme::Body, state == PageState::Verified ? Tone::Normal : look(state).tone);
        text->setRuns(QString::number(count), QStringLiteral("  ") + word);
        m_counts->addWidget(text);
    }
}

void ReadinessPage::showChecks()
{
    m_checks = m_controller.checks();
    QList<Row> rows;
    for (const Check &check : std::as_const(m_checks)) {
        const StateLook state = look(check.state);
        Row row;
        row.key = check.key;
        row.state = check.state;
        row.cells = {Cell{readinesspage::word(check.state), false, state.tone, {}, {}, {}, Tone::Second, {}, false, false},
                     Cell{check.title, true, Tone::Normal, {}, {}, {}, Tone::Second, {}, false, false},
                     Cell{check.found,
                          false,
                          check.state == PageState::NotLicensed ? Tone::Second : Tone::Normal,
                          {},
                          {},
                          {},
                          Tone::Second,
                          {},
                          false,
                          false},
                     Cell{check.who, false, Tone::Second, {}, {}, {}, Tone::Second, {}, false, false}};
        row.toolTip = check.advice;
        rows << row;
    }
    m_table->setRows(rows);
    m_table->parentWidget()->setVisible(!rows.isEmpty());
    if (!m_table->selectedKey().isEmpty())
        return;
    for (const Check &check : std::as_const(m_checks)) // the first one that waits for the person
        if (check.state == PageState::NeedsAttention || check.state == PageState::Failed)
            return m_table->selectKey(check.key);
}

const Check *ReadinessPage::chosen() const
{
    const QString key = m_table->selectedKey();
    for (const Check &check : m_checks)
        if (check.key == key)
            return &check;
    return nullptr;
}

void ReadinessPage::showAbout()
{
    const Check *check = chosen();
    m_about->setVisible(check);
    if (!check)
        return;
    const StateLook state = look(check->state);
    m_aboutIcon->setIcon(state.icon, state.tone);
    m_aboutTitle->setPlain(check->title);
    m_aboutText->setPlain(check->advice.isEmpty() ? check->found : check->advice);
    showAccounts(*check);
}

/// Which of those that look like it are break-glass accounts is for a person to say.
void ReadinessPage::showAccounts(const Check &check)
{
    qDeleteAll(m_boxes);
    m_boxes.clear();
    const bool ask = check.key == QLatin1String("breakGlass") && !check.people.isEmpty();
    m_confirm->setVisible(ask);
    if (!ask)
        return;
    const QStringList named = m_workspace.blueprint().policy.breakGlass;
    for (const Principal &person : check.people) {
        QString text = person.userName;
        auto *box = new QCheckBox(text.replace(QLatin1Char('&'), QLatin1String("&&")));
        box->setObjectName(QLatin1String("readiness.account.") + person.userName);
        box->setProperty("userName", person.userName);
        box->setAccessibleName(tr("%1 is a break-glass account").arg(person.displayName));
        box->setChecked(!m_controller.breakGlassConfirmed() || named.contains(person.userName, Qt::CaseInsensitive));
        m_accounts->insertWidget(int(m_boxes.size()), box);
        m_boxes << box;
    }
    QWidget *before = m_table;
    for (QCheckBox *box : std::as_const(m_boxes)) {
        setTabOrder(before, box);
        before = box;
    }
    setTabOrder(before, m_confirm);
}

void ReadinessPage::confirm()
{
    QStringList userNames;
    for (const QCheckBox *box : std::as_const(m_boxes))
        if (box->isChecked())
            userNames << box->property("userName").toString();
    m_controller.confirmBreakGlass(userNames);
}

QString ReadinessPage::help() const
{
    return tr(
        "Each line is one thing that can stop you later, with who can change it. Checks only read. “Not licensed” and “not "
        "checked” are not errors: what needs them is left out. Confirm the break-glass accounts here: step 4 keeps them out of "
        "the block, and the answer is kept on this computer.");
}

} // namespace pimgate
