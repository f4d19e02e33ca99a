#include "pages/SsoPage.h"

#include "pages/ApplicationField.h"
#include "pages/Parts.h"
#include "pages/StepPanel.h"
#include "widgets/ChangePanel.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"
#include "widgets/RowTable.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QGridLayout>
#include <QUrl>

namespace pimgate {
namespace ssopage {

using Today = SsoController::Today;
using Decision = SsoController::Decision;

QString keyOf(const Today &line)
{
    if (line.kind != Today::Kind::Others)
        return line.principalId;
    return line.used ? QStringLiteral("others:used") : QStringLiteral("others:rest");
}

QString iconOf(Today::Kind kind)
{
    switch (kind) {
    case Today::Kind::Person:
        return QStringLiteral("person");
    case Today::Kind::Guest:
        return QStringLiteral("guest");
    case Today::Kind::Service:
        return QStringLiteral("service");
    case Today::Kind::Group:
    case Today::Kind::Others:
        break;
    }
    return QStringLiteral("group");
}

Cell cellOf(const QString &text, Tone tone = Tone::Normal)
{
    Cell cell;
    cell.text = text;
    cell.tone = tone;
    return cell;
}

/// "Tom Okafor (Northwind IT)" without the company; the tool tip has the whole name.
QString withoutCompany(const QString &name)
{
    const qsizetype at = name.endsWith(QLatin1Char(')')) ? name.lastIndexOf(QLatin1String(" (")) : 0;
    return at > 0 ? name.left(at) : name;
}

/// An address as far as it tells something: "app.ninjarmm.com", and below it "…/ws/account/login-saml" of the same host.
QString shortAddress(const QString &text, QString *hostAbove)
{
    const QUrl url(text);
    if (url.host().isEmpty() || text.size() <= 26)
        return text;
    const bool path = url.path().size() > 1;
    const bool below = *hostAbove == url.host();
    *hostAbove = url.host();
    if (below && path)
        return QStringLiteral("…") + url.path();
    return path ? url.host() + QStringLiteral("/…") : url.host();
}

QString kindOf(Application::Sso sso)
{
    switch (sso) {
    case Application::Sso::Saml:
        return QStringLiteral("SAML");
    case Application::Sso::Oidc:
        return QStringLiteral("OpenID Connect");
    case Application::Sso::Password:
        return QCoreApplication::translate("SsoPage", "with a stored password");
    case Application::Sso::None:
        break;
    }
    return {};
}

} // namespace ssopage

SsoPage::SsoPage(SsoController &controller, QWidget *parent)
    : Page(PageId::Sso, tr("Who may use the application?"), {}, parent), m_controller(controller),
      m_panel(new StepPanel(controller, QStringLiteral("sso"))), m_application(new ApplicationField),
      m_applicationHint((new Text(Theme::Hint, Tone::Second))->wrapped()), m_kind(new Text(Theme::Hint, Tone::Second)),
      m_roleTitle(new Text(Theme::BodyStrong)), m_role(new QComboBox),
      m_required(new QCheckBox(tr("&Only assigned people may use it"))), m_bypass(new Note(QStringLiteral("info"))),
      m_todayHead(new SectionHead(tr("Who can get in today, and afterwards"))),
      m_today(new RowTable(tr("Who can get in today, and afterwards")))
{
    m_panel->setLayoutOf(232, 138);
    setColumns(choices(), side(), Columns::C340P612, m_panel->panel());
    connect(&controller, &SsoController::changed, this, &SsoPage::refresh);
    connect(m_application, &ApplicationField::searchWanted, &controller, &SsoController::search);
    connect(m_application, &ApplicationField::chosen, &controller, &SsoController::choose);
    connect(m_role, &QComboBox::activated, this, [this](int index) { m_controller.setRole(m_role->itemData(index).toString()); });
    connect(m_required, &QCheckBox::clicked, &controller, &SsoController::setAssignmentRequired);
    refresh();
}

QWidget *SsoPage::choices()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 4);
    m_application->setObjectName(QStringLiteral("sso.application"));
    column->addWidget(new FieldLabel(tr("&Application"), m_application));
    column->addWidget(m_application);
    column->addWidget(m_applicationHint);
    column->addSpacing(10);

    m_facts = new QWidget;
    auto *facts = Parts::column(m_facts, 4);
    auto *head = new QHBoxLayout;
    head->setSpacing(Theme::Inside);
    head->addWidget(new Text(Theme::BodyStrong, Tone::Normal, tr("Single sign-on")));
    head->addWidget(m_kind, 1);
    facts->addLayout(head);
    auto *panel = new Panel;
    m_factGrid = new QGridLayout(panel);
    m_factGrid->setContentsMargins(14, 10, 14, 10);
    m_factGrid->setHorizontalSpacing(10);
    m_factGrid->setVerticalSpacing(6);
    m_factGrid->setColumnStretch(2, 1);
    facts->addWidget(panel);
    facts->addSpacing(8);
    column->addWidget(m_facts);

    m_roleBox = new QWidget;
    auto *role = Parts::column(m_roleBox, 4);
    m_role->setObjectName(QStringLiteral("sso.role"));
    m_role->setPlaceholderText(tr("Choose a role"));
    m_roleTitle->setBuddy(m_role);
    role->addWidget(m_roleTitle);
    role->addWidget(m_role);
    role->addWidget((new Text(Theme::Hint, Tone::Second, tr("The role that active members get.")))->wrapped());
    role->addSpacing(10);
    column->addWidget(m_roleBox);

    m_required->setObjectName(QStringLiteral("sso.required"));
    column->addLayout(Parts::pair(
        m_required,
        Parts::hintBelow(m_required,
                         tr("Microsoft calls this “Assignment required”. Decided here, switched on when the gate closes."))));
    column->addSpacing(10);
    column->addWidget(m_bypass);
    column->addStretch(1);
    return box;
}

QWidget *SsoPage::side()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box);
    column->addWidget(m_todayHead);
    column->addSpacing(6);
    m_today->setObjectName(QStringLiteral("sso.today"));
    m_today->setColumns({{tr("Who"), 172, {}},
                         {tr("Assigned"), 88, {}},
                         {tr("Last sign-in"), 102, {}},
                         {tr("Decision"), 130, {}},
                         {tr("After closing"), 0, {}}});
    column->addWidget(new RoundFrame(m_today));
    column->addSpacing(14);
    column->addWidget(m_panel, 1);
    return box;
}

void SsoPage::entered()
{
    if (m_controller.workspace().signedIn() && !m_controller.application())
        return m_application->setFocus();
    for (QComboBox *combo : std::as_const(m_decisions)) // the first open question
        if (combo && combo->currentIndex() == 0)
            return combo->setFocus();
    m_required->setFocus();
}

void SsoPage::refresh()
{
    const Workspace &workspace = m_controller.workspace();
    setQuestion(tr("Who may use %1?").arg(workspace.applicationName()),
                tr("Now the group is added; nobody loses anything yet. Decide here who keeps access when the gate closes."));
    m_application->setChosen(workspace.applicationKnown() ? workspace.applicationName() : QString());
    m_application->setFound(m_controller.found());
    m_application->setEnabled(workspace.signedIn() && m_controller.state() != StepController::State::Busy);
    m_applicationHint->setPlain(m_controller.applicationHint());
    m_required->setChecked(m_controller.assignmentRequired());
    const auto preset = workspace.preset();
    m_bypass->setVisible(preset && !preset->bypass.isEmpty());
    if (preset)
        m_bypass->setNote(QStringLiteral("info"),
                          tr("%1 also has ways in without single sign-on. The gate does not see those; the "
                             "report asks about them.")
                              .arg(preset->displayName));
    showFacts();
    showRoles();
    showToday();
    Q_EMIT footChanged();
}

void SsoPage::showFacts()
{
    const QList<SsoController::SsoFact> facts = m_controller.ssoFacts();
    m_facts->setVisible(!facts.isEmpty());
    const auto chosen = m_controller.application();
    m_kind->setPlain(chosen ? ssopage::kindOf(chosen->sso) : QString());
    while (QLayoutItem *item = m_factGrid->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    QString host;
    for (int i = 0; i < facts.size(); ++i) {
        const StateLook state = look(facts[i].state);
        m_factGrid->addWidget(new IconLabel(state.icon, state.tone, 17), i, 0, Qt::AlignTop);
        m_factGrid->addWidget(new Text(Theme::Body, Tone::Second, facts[i].what), i, 1, Qt::AlignTop);
        auto *found = new Text(Theme::Body, Tone::Normal, ssopage::shortAddress(facts[i].found, &host));
        // An address is cut; a reason why something was not checked is read whole.
        m_factGrid->addWidget(facts[i].found.contains(QLatin1Char(' ')) ? found->wrapped() : found->shrinking(), i, 2);
        if (found->text() != facts[i].found)
            found->setToolTip(QStringLiteral("<span>%1</span>").arg(facts[i].found.toHtmlEscaped()));
        found->setAccessibleName(tr("%1: %2, %3", "fact, value, state").arg(facts[i].what, facts[i].found, state.word));
        found->setAccessibleDescription(found->accessibleName()); // else the tool tip is read, markup and all
    }
}

void SsoPage::showRoles()
{
    const QList<AppRole> roles = m_controller.roles();
    m_roleBox->setVisible(!roles.isEmpty());
    m_roleTitle->setPlain(
        tr("&Role in %1").arg(m_controller.workspace().applicationName().replace(QLatin1Char('&'), QLatin1String("&&"))));
    m_role->setAccessibleName(tr("Role in %1").arg(m_controller.workspace().applicationName()));
    if (m_role->count() != roles.size() || (!roles.isEmpty() && m_role->itemData(0).toString() != roles.first().id)) {
        m_role->clear();
        for (const AppRole &role : roles)
            m_role->addItem(role.displayName, role.id);
    }
    m_role->setCurrentIndex(m_role->findData(m_controller.role()));
}

QString SsoPage::afterwards(const SsoController::Today &line)
{
    using Afterwards = SsoController::Today::Afterwards;
    const bool many = line.kind == SsoController::Today::Kind::Others;
    switch (line.afterwards) {
    case Afterwards::NotDecided:
        return tr("not decided");
    case Afterwards::WhileActive:
        return tr("only while active");
    case Afterwards::Keeps:
        return many ? tr("keep access") : tr("keeps access");
    case Afterwards::CannotActivate:
    case Afterwards::NotAssigned:
    case Afterwards::Loses:
        return many ? tr("lose access") : tr("loses access");
    case Afterwards::AssignedBlocked:
    case Afterwards::Blocked:
        return tr("blocked");
    }
    return {};
}

/// The second line, where the first does not say it all.
QString SsoPage::whyAfterwards(SsoController::Today::Afterwards afterwards)
{
    using Afterwards = SsoController::Today::Afterwards;
    switch (afterwards) {
    case Afterwards::CannotActivate:
        return tr("cannot activate");
    case Afterwards::NotAssigned:
        return tr("assign it first");
    case Afterwards::AssignedBlocked:
        return tr("stays assigned");
    case Afterwards::Blocked:
        return tr("by the policy");
    case Afterwards::NotDecided:
    case Afterwards::WhileActive:
    case Afterwards::Keeps:
    case Afterwards::Loses:
        break;
    }
    return {};
}

void SsoPage::showToday()
{
    using ssopage::Decision;
    const QList<SsoController::Today> lines = m_controller.today();
    m_todayHead->setNote(m_controller.todayNote());
    QList<Row> rows;
    for (const auto &line : lines) {
        Row row;
        row.key = ssopage::keyOf(line);
        const bool open = line.needsDecision && line.decision == Decision::Undecided;
        const bool pim = line.decision == Decision::ThroughPim && line.kind != SsoController::Today::Kind::Service;
        const QString after = afterwards(line), why = whyAfterwards(line.afterwards);
        row.cells = {ssopage::cellOf(line.name), ssopage::cellOf(line.assigned, Tone::Second),
                     ssopage::cellOf(line.lastSignIn, Tone::Second), Cell(),
                     ssopage::cellOf(after, open  ? Tone::Warn
                                            : pim ? Tone::Accent
                                                  : Tone::Normal)};
        row.cells[0].icon = ssopage::iconOf(line.kind);
        if (line.kind == SsoController::Today::Kind::Guest) {
            row.cells[0].text = ssopage::withoutCompany(line.name);
            row.cells[0].hint = tr("(guest)");
        }
        row.cells[4].strong = !pim;
        row.cells[4].below = why;
        row.toolTip =
            (why.isEmpty() ? QStringList{line.name, after} : QStringList{line.name, after, why}).join(QLatin1String(": "));
        row.soft = open ? Soft::Warn : Soft::None;
        rows << row;
    }
    m_today->setRows(rows);
    m_today->parentWidget()->setVisible(!rows.isEmpty());
    m_todayHead->setVisible(!rows.isEmpty());
    showDecisions(lines);
    showLosses(lines);
}

void SsoPage::showDecisions(const QList<SsoController::Today> &lines)
{
    using ssopage::Decision;
    QList<QComboBox *> order;
    bool fresh = false;
    for (const auto &line : lines) {
        if (!line.needsDecision)
            continue;
        QPointer<QComboBox> &combo = m_decisions[line.principalId];
        if (!combo) {
            combo = new QComboBox;
            combo->setObjectName(QLatin1String("sso.decision.") + line.principalId);
            combo->setProperty("small", true);
            combo->setAccessibleName(tr("Decision about %1").arg(line.name));
            combo->setAccessibleDescription(combo->accessibleName()); // on Linux the name of a combo box is its value
            combo->addItem(tr("Decide"), int(Decision::Undecided));
            combo->addItem(tr("Through PIM"), int(Decision::ThroughPim));
            combo->addItem(tr("Keep"), int(Decision::Keep));
            connect(combo, &QComboBox::activated, this, [this, id = line.principalId, box = combo.data()](int index) {
                m_controller.decide(id, Decision(box->itemData(index).toInt()));
            });
            m_today->setCellWidget(ssopage::keyOf(line), 3, combo);
            fresh = true;
        }
        combo->setCurrentIndex(combo->findData(int(line.decision)));
        order << combo;
    }
    QWidget *before = m_today;
    for (QComboBox *combo : std::as_const(order)) {
        if (fresh)
            setTabOrder(before, combo);
        before = combo;
    }
}

void SsoPage::showLosses(const QList<SsoController::Today> &lines)
{
    using ssopage::Decision;
    int losing = 0;
    for (const auto &line : lines)
        if (line.assignmentId.isEmpty() && line.decision == Decision::Undecided && !line.needsDecision)
            losing += line.people;
    const bool closes = m_controller.assignmentRequired() && losing > 0 && !m_controller.rowsWhenClosing().isEmpty();
    m_panel->setHint(QStringLiteral("person"), closes ? tr("%n people lose access then;", nullptr, losing) : QString(),
                     closes ? tr(" nobody loses anything before.") : QString());
}

QString SsoPage::help() const
{
    return tr(
        "The group gets the application now. Requiring assignment and taking away direct assignments is decided here and written "
        "by the last button of step 4. “Through PIM”: the person becomes eligible and loses the direct assignment. “Keep”: "
        "the assignment stays; a service account that signs in by itself needs that.");
}

} // namespace pimgate
