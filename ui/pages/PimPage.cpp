#include "pages/PimPage.h"

#include "pages/Parts.h"
#include "pages/PrincipalPicker.h"
#include "pages/RulesDialog.h"
#include "pages/StepPanel.h"
#include "widgets/DurationCombo.h"
#include "widgets/ErrorFrame.h"
#include "widgets/Labels.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QSignalBlocker>

namespace pimgate {
namespace pimpage {

/// A check box that is a section title; keeps its size in presenter mode.
class SectionCheck : public QCheckBox
{
public:
    explicit SectionCheck(const QString &text) : QCheckBox(text) { setFont(Theme::font(Theme::Section)); }

protected:
    void customEvent(QEvent *event) override
    {
        if (event->type() == Theme::changed())
            setFont(Theme::font(Theme::Section));
    }
};

void fill(DurationCombo *combo, const QList<IsoDuration> &choices, IsoDuration value)
{
    QStringList durations;
    for (const IsoDuration choice : choices)
        durations << choice.toString();
    combo->setChoices(durations);
    combo->setValue(value.toString());
}

void check(QCheckBox *box, bool on)
{
    const QSignalBlocker quiet(box);
    box->setChecked(on);
}

QHBoxLayout *labelled(const QString &label, QWidget *field)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(Theme::Inside);
    auto *text = new Text(Theme::Body, Tone::Normal, label);
    text->setBuddy(field);
    row->addWidget(text);
    row->addWidget(field, 1);
    return row;
}

} // namespace pimpage

PimPage::PimPage(PimController &controller, QWidget *parent)
    : Page(PageId::Pim, tr("Who can open the gate, and how?"),
           tr("Nobody is in the group for good. These people ask, somebody approves, and it ends by itself."), parent),
      m_controller(controller), m_whoHead(new SectionHead(tr("Who may open the gate"))),
      m_eligible(new PrincipalPicker(tr("Who may open the gate"), tr("Add a person or group"))),
      m_eligibility(new DurationCombo(tr("Eligible for"))), m_allRules(new LinkButton(tr("All 17 ru&les…"))),
      m_mfa(new QCheckBox(tr("sign in with M&FA"))), m_reason(new QCheckBox(tr("&give a reason"))),
      m_ticket(new QCheckBox(tr("name a &ticket"))), m_maximum(new DurationCombo(tr("for at most"))),
      m_approval(new pimpage::SectionCheck(tr("Somebody must &approve"))),
      m_either(new Text(Theme::Hint, Tone::Second, tr("either one is enough"))), m_approvers(new QWidget),
      m_approverList(new PrincipalPicker(tr("Somebody must approve"), tr("Add an approver"))),
      m_advice(new Note(QStringLiteral("info"))), m_step(new StepPanel(controller, QStringLiteral("pim")))
{
    m_step->setLayoutOf(190, 156); // names of two approvers fit in both columns
    setColumns(choices(), m_step, Columns::C392P560, m_step->panel());
    connectChoices();
    connect(&controller, &PimController::changed, this, &PimPage::refresh);
    refresh();
}

QWidget *PimPage::choices()
{
    const auto name = [](QWidget *widget, const char *called) { widget->setObjectName(QLatin1String(called)); };
    name(m_eligible, "pim.eligible");
    name(m_eligible->field(), "pim.eligible.add");
    name(m_eligibility, "pim.eligibility");
    name(m_allRules, "pim.allRules");
    name(m_mfa, "pim.mfa");
    name(m_reason, "pim.reason");
    name(m_ticket, "pim.ticket");
    name(m_maximum, "pim.maximum");
    name(m_approval, "pim.approval");
    name(m_approverList, "pim.approvers");
    name(m_approverList->field(), "pim.approvers.add");
    name(m_advice, "pim.advice");
    auto *box = new QWidget;
    auto *column = Parts::column(box, 15);
    column->addWidget(people());
    column->addWidget(conditions());
    column->addWidget(approval());
    column->addStretch(1);
    return box;
}

QWidget *PimPage::people()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 6);
    column->addWidget(m_whoHead);
    column->addWidget(m_eligible);
    auto *grid = new QGridLayout;
    grid->addLayout(pimpage::labelled(tr("&each for"), m_eligibility), 0, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    return box;
}

QWidget *PimPage::conditions()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 6);
    auto *head = new SectionHead(tr("To open it, they"));
    head->setTrailing(m_allRules);
    column->addWidget(head);
    auto *grid = new QGridLayout;
    grid->setVerticalSpacing(4);
    grid->addWidget(m_mfa, 0, 0);
    grid->addWidget(m_reason, 0, 1);
    grid->addWidget(m_ticket, 1, 0);
    grid->addLayout(pimpage::labelled(tr("for at m&ost"), m_maximum), 1, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    column->addLayout(grid);
    return box;
}

QWidget *PimPage::approval()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 6);
    auto *head = new QHBoxLayout;
    head->addWidget(m_approval);
    head->addStretch(1);
    head->addWidget(m_either);
    column->addLayout(head);
    auto *inner = Parts::column(m_approvers, 6);
    inner->addWidget(m_approverList);
    inner->addWidget(m_advice);
    column->addWidget(m_approvers);
    return box;
}

void PimPage::connectChoices()
{
    const auto searchFor = [this](PrincipalPicker *other) {
        return [this, other](const QString &text) {
            other->forgetSearch();
            m_controller.search({}); // what is found next answers this search and no other
            m_controller.search(text);
        };
    };
    connect(m_eligible, &PeopleList::searchWanted, this, searchFor(m_approverList));
    connect(m_approverList, &PeopleList::searchWanted, this, searchFor(m_eligible));
    connect(m_eligible, &PrincipalPicker::picked, &m_controller, &PimController::addEligible);
    connect(m_eligible, &PeopleList::removeRequested, &m_controller, &PimController::removeEligible);
    connect(m_approverList, &PrincipalPicker::picked, &m_controller, &PimController::addApprover);
    connect(m_approverList, &PeopleList::removeRequested, &m_controller, &PimController::removeApprover);
    connect(m_eligibility, &DurationCombo::valueChosen, this, [this](const QString &iso) {
        if (const auto duration = IsoDuration::parse(iso))
            m_controller.setEligibility(*duration);
    });
    connect(m_maximum, &DurationCombo::valueChosen, this, [this](const QString &iso) {
        if (const auto duration = IsoDuration::parse(iso))
            m_controller.setMaximumActivation(*duration);
    });
    connect(m_mfa, &QCheckBox::toggled, &m_controller, &PimController::setMfa);
    connect(m_reason, &QCheckBox::toggled, &m_controller, &PimController::setJustification);
    connect(m_ticket, &QCheckBox::toggled, &m_controller, &PimController::setTicket);
    connect(m_approval, &QCheckBox::toggled, &m_controller, &PimController::setApproval);
    connect(m_allRules, &QPushButton::clicked, this, &PimPage::showRulesOfTenant);
}

void PimPage::entered()
{
    Workspace &workspace = m_controller.workspace();
    if (workspace.signedIn() && (!workspace.plan() || workspace.stale()))
        m_controller.refresh();
    if (m_step->errorFrame()->isVisible())
        m_step->errorFrame()->takeFocus();
    else
        m_eligible->field()->setFocus();
}

QString PimPage::footNote() const
{
    return m_controller.state() == StepController::State::Busy ? tr("You can go on; this keeps running.") : QString();
}

void PimPage::refresh()
{
    const QList<PimController::Row> eligible = m_controller.eligible();
    m_whoHead->setNote(eligible.isEmpty() ? QString() : tr("%n eligible people", nullptr, int(eligible.size())));
    m_eligible->setChosen(eligible);
    m_eligible->offer(m_controller.candidates());
    const QList<PimController::Row> approvers = m_controller.approvers();
    m_approverList->setChosen(approvers);
    m_either->setVisible(m_controller.approval() && approvers.size() > 1);
    m_approverList->offer(m_controller.candidates());
    pimpage::fill(m_eligibility, m_controller.eligibilityChoices(), m_controller.eligibility());
    pimpage::fill(m_maximum, m_controller.activationChoices(), m_controller.maximumActivation());
    pimpage::check(m_mfa, m_controller.mfa());
    pimpage::check(m_reason, m_controller.justification());
    pimpage::check(m_ticket, m_controller.ticket());
    pimpage::check(m_approval, m_controller.approval());
    m_approvers->setVisible(m_controller.approval());
    const QString advice = m_controller.advice();
    m_advice->setNote(QStringLiteral("info"), advice);
    m_advice->setVisible(!advice.isEmpty());
    const Snapshot *snapshot = m_controller.workspace().snapshot();
    m_allRules->setVisible(snapshot && snapshot->rules && !snapshot->rules->rules.isEmpty());
    for (QWidget *choice : std::initializer_list<QWidget *>{m_eligible, m_eligibility, m_mfa, m_reason, m_ticket, m_maximum,
                                                            m_approval, m_approvers})
        choice->setEnabled(m_controller.state() != StepController::State::Busy);
    Q_EMIT footChanged();
}

void PimPage::showRulesOfTenant()
{
    const Snapshot *snapshot = m_controller.workspace().snapshot();
    if (snapshot && snapshot->rules)
        showRules(*snapshot->rules, window());
}

QString PimPage::help() const
{
    return tr("Eligible people are not members: they ask for it each time, for at most the time you set, and it ends by itself. "
              "Microsoft calls this Privileged Identity Management for Groups. Name two approvers: the first answer counts, and "
              "nobody can approve the own request. The rules are written before the people, so that nobody ever activates under "
              "Microsoft’s defaults.");
}

} // namespace pimgate
