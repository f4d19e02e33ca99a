#include "pages/GroupPage.h"

#include "pages/Parts.h"
#include "pages/StepPanel.h"
#include "widgets/ChangePanel.h"
#include "widgets/Labels.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QRadioButton>
#include <QStandardItemModel>

namespace pimgate {

GroupPage::GroupPage(GroupController &controller, QWidget *parent)
    : Page(PageId::Group, tr("Which group opens the gate?"), {}, parent), m_controller(controller),
      m_panel(new StepPanel(controller, QStringLiteral("group"))), m_new(new QRadioButton(tr("A new &group"))),
      m_existing(new QRadioButton(tr("A group that &exists"))), m_name(new QLineEdit),
      m_nameIcon(new IconLabel(QStringLiteral("check"), Tone::Ok, 15, m_name)),
      m_nameState(new Text(Theme::Hint, Tone::Ok, {}, m_name)), m_nameProblem((new Text(Theme::Hint, Tone::Second))->wrapped()),
      m_description(new QLineEdit), m_protect(new QCheckBox(tr("&Protect the group"))), m_similar(new QComboBox),
      m_owners(new Note(QStringLiteral("info")))
{
    m_panel->setLayoutOf(214, 104, 36);
    m_panel->setAskedWidth(152);
    setColumns(choices(), m_panel, Columns::C392P560, m_panel->panel());
    m_new->setChecked(true);
    connect(&controller, &GroupController::changed, this, &GroupPage::refresh);
    // Changed, not edited: assistive technology sets a text; one that is there already changes nothing.
    connect(m_name, &QLineEdit::textChanged, &controller, &GroupController::setName);
    connect(m_name, &QLineEdit::editingFinished, &controller, &GroupController::searchSimilar);
    connect(m_description, &QLineEdit::textChanged, &controller, &GroupController::setDescription);
    connect(m_protect, &QCheckBox::clicked, &controller, &GroupController::setRoleAssignable);
    connect(m_new, &QRadioButton::clicked, this, [this] { m_controller.useExisting({}); });
    connect(m_existing, &QRadioButton::clicked, this, [this] {
        m_controller.searchSimilar();
        refresh();
    });
    connect(m_similar, &QComboBox::activated, this,
            [this](int index) { m_controller.useExisting(m_similar->itemData(index).toString()); });
    refresh();
}

QWidget *GroupPage::choices()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box);
    for (QRadioButton *radio : {m_new, m_existing})
        Parts::makeHeading(radio);
    m_new->setObjectName(QStringLiteral("group.new"));
    m_existing->setObjectName(QStringLiteral("group.existing"));
    column->addWidget(m_new);
    column->addWidget(Parts::hintBelow(m_new, tr("Advised: used for nothing else, so nothing else can break.")));
    m_newBox = newGroup();
    column->addWidget(m_newBox);
    column->addSpacing(14);
    column->addWidget(m_existing);
    m_existingHint = Parts::hintBelow(m_existing, {});
    column->addWidget(m_existingHint);
    column->addWidget(existingGroup());
    column->addSpacing(12);
    column->addWidget(m_owners);
    column->addStretch(1);
    return box;
}

QWidget *GroupPage::newGroup()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 4);
    column->setContentsMargins(isRightToLeft() ? 0 : 25, 12, isRightToLeft() ? 25 : 0, 0);
    m_name->setObjectName(QStringLiteral("group.name"));
    m_description->setObjectName(QStringLiteral("group.description"));
    m_protect->setObjectName(QStringLiteral("group.protect"));
    auto *inside = new QHBoxLayout(m_name); // the answer stands inside the field, at its end
    inside->setContentsMargins(10, 0, 10, 0);
    inside->setSpacing(4);
    inside->addStretch(1);
    inside->addWidget(m_nameIcon);
    inside->addWidget(m_nameState);
    m_nameState->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_nameState->setForegroundRole(QPalette::WindowText);
    column->addWidget(new FieldLabel(tr("N&ame"), m_name));
    column->addWidget(m_name);
    column->addWidget(m_nameProblem);
    column->addSpacing(10);
    column->addWidget(new FieldLabel(tr("&Description"), m_description));
    column->addWidget(m_description);
    column->addSpacing(10);
    m_protectHint = Parts::hintBelow(m_protect, {});
    column->addLayout(Parts::pair(m_protect, m_protectHint));
    return box;
}

QWidget *GroupPage::existingGroup()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box);
    column->setContentsMargins(isRightToLeft() ? 0 : 25, 8, isRightToLeft() ? 25 : 0, 0);
    m_similar->setObjectName(QStringLiteral("group.similar"));
    m_similar->setAccessibleName(tr("Groups with a similar name"));
    m_similar->setAccessibleDescription(m_similar->accessibleName()); // on Linux the name of a combo box is its value
    m_similar->setPlaceholderText(tr("Choose a group"));
    m_similar->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    column->addWidget(m_similar);
    return box;
}

void GroupPage::entered()
{
    m_controller.searchSimilar();
    if (m_name->isEnabled())
        m_name->setFocus();
}

void GroupPage::refresh()
{
    setQuestion(tr("Which group opens the gate?"),
                tr("Whoever is an active member of this group gets in to %1. Everybody else stays out.")
                    .arg(m_controller.workspace().applicationName()));
    const bool made = m_controller.state() == StepController::State::Done || m_controller.state() == StepController::State::Busy;
    if (!m_controller.existing().isEmpty())
        m_existing->setChecked(true);
    const bool fresh = m_new->isChecked();
    if (m_name->text() != m_controller.name())
        m_name->setText(m_controller.name());
    if (m_description->text() != m_controller.description())
        m_description->setText(m_controller.description());
    m_protect->setChecked(m_controller.roleAssignable());
    m_protect->setEnabled(
        !made && (m_controller.canBeRoleAssignable() || m_controller.roleAssignable() || !m_controller.workspace().signedIn()));
    Parts::setHint(m_protect, m_protectHint, m_controller.roleAssignableHint());
    for (QWidget *field : std::initializer_list<QWidget *>{m_name, m_description, m_new, m_existing, m_similar})
        field->setEnabled(!made);
    m_newBox->setVisible(fresh);
    Parts::setHint(m_existing, m_existingHint,
                   m_controller.workspace().signedIn() ? m_controller.similarHint()
                                                       : tr("Sign in to see the groups of the tenant."));
    m_owners->setNote(QStringLiteral("info"), m_controller.ownersHint());
    m_owners->setVisible(!m_controller.ownersHint().isEmpty());
    showNameState();
    showSimilar();
    showFacts();
    Q_EMIT footChanged();
}

/// "free" inside the field; anything that is a sentence below it.
void GroupPage::showNameState()
{
    const QString state = m_controller.nameState();
    const GroupController::NameIs is = m_controller.nameIs();
    const bool good = is == GroupController::NameIs::Free || is == GroupController::NameIs::Ours;
    m_nameIcon->setVisible(good);
    m_nameState->setVisible(good);
    m_nameState->setPlain(state);
    QMargins around = m_name->textMargins();
    const int room = good ? m_nameState->sizeHint().width() + 34 : m_description->textMargins().right();
    if (isRightToLeft())
        around.setLeft(room);
    else
        around.setRight(room);
    m_name->setTextMargins(around);
    m_nameProblem->setTone(good || state.isEmpty() ? Tone::Second : Tone::Warn);
    m_nameProblem->setPlain(good || state.isEmpty() ? tr("from the template PIM-{application}-Admins") : state);
    m_name->setAccessibleDescription(state);
}

void GroupPage::showSimilar()
{
    m_similar->setVisible(!m_new->isChecked());
    auto *items = qobject_cast<QStandardItemModel *>(m_similar->model());
    const QList<Group> groups = m_controller.similar();
    m_similar->clear();
    for (const Group &group : groups) {
        const QString whyNot = group.whyNotForPim();
        m_similar->addItem(whyNot.isEmpty() ? group.displayName : tr("%1: %2", "group, why not").arg(group.displayName, whyNot),
                           group.id);
        items->item(m_similar->count() - 1)->setEnabled(whyNot.isEmpty());
    }
    m_similar->setCurrentIndex(m_similar->findData(m_controller.existing()));
}

/// Creating a group lets nobody in and shuts nobody out: said in numbers.
void GroupPage::showFacts()
{
    const Workspace &workspace = m_controller.workspace();
    const Snapshot *snapshot = workspace.snapshot();
    const auto people = snapshot && snapshot->application ? peopleWhoCanSignIn(*snapshot) : std::nullopt;
    QList<Row> facts;
    if (people) {
        const QString count = tr("%n people", nullptr, *people);
        Row row;
        row.key = QStringLiteral("fact:people");
        row.cells = {Cell(), Cell(), Cell()};
        row.cells[0].text = tr("Who can sign in to %1").arg(workspace.applicationName());
        row.cells[0].tone = row.cells[1].tone = Tone::Second;
        row.cells[1].text = count;
        row.cells[2].text = tr("%1, as before").arg(count);
        facts << row;
    }
    const bool made = m_controller.state() == StepController::State::Done;
    m_panel->setHint(QStringLiteral("undo"), {},
                     made ? QString()
                          : tr("Can be undone: the group is deleted again. From step 3 on PIM keeps it until it is "
                               "deleted."));
    m_panel->setFacts(facts);
}

QString GroupPage::help() const
{
    return tr(
        "The gate is one security group. Being an active member of it lets a person in; PIM makes that membership temporary. A "
        "group of its own is advised. A protected (role-assignable) group cannot be changed by ordinary administrators; "
        "Microsoft allows that choice only when the group is created.");
}

} // namespace pimgate
