#include "pages/ConditionalAccessPage.h"

#include "pages/ConditionList.h"
#include "pages/MatrixTable.h"
#include "pages/NamesDialog.h"
#include "pages/Parts.h"
#include "pages/PolicyBox.h"
#include "pages/PolicyWishBox.h"
#include "pages/StepPanel.h"
#include "widgets/ChangePanel.h"
#include "widgets/ErrorFrame.h"
#include "widgets/GateDrawingWidget.h"
#include "widgets/Labels.h"
#include "widgets/Panel.h"
#include "widgets/RowTable.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QLocale>
#include <QRadioButton>
#include <QSignalBlocker>

namespace pimgate {

ConditionalAccessPage::ConditionalAccessPage(ConditionalAccessController &controller, QWidget *parent)
    : Page(PageId::ConditionalAccess, {}, {}, parent), m_controller(controller), m_wish(new PolicyWishBox(controller)),
      m_readBack(new QWidget), m_readAt(new Text(Theme::Hint, Tone::Second)), m_policy(new PolicyBox),
      m_about((new Text(Theme::Hint, Tone::Second))->wrapped()), m_conditions(new ConditionList), m_choice(new QWidget),
      m_enforce(new QRadioButton(tr("Closing switches it &on"))), m_watch(new QRadioButton(tr("It stays in report-on&ly"))),
      m_answers(new QWidget), m_gate(new GateDrawingWidget(GateSize::Medium)), m_matrix(new MatrixTable),
      m_step(new StepPanel(controller, QStringLiteral("ca")))
{
    m_step->setLayoutOf(268, 132, 27);
    auto *side = new QWidget;
    auto *right = Parts::column(side, 5); // with the demo's band the closing button still stands in sight
    right->addWidget(answers());
    right->addWidget(m_step, 1);
    setColumns(choices(), side, Columns::C316P636, m_step->panel());
    connect(&controller, &ConditionalAccessController::changed, this, &ConditionalAccessPage::refresh);
    connect(m_conditions, &ConditionList::askAgain, &controller, &ConditionalAccessController::gatherEvidence);
    connect(m_enforce, &QRadioButton::toggled, &controller, &ConditionalAccessController::setEnforce);
    connect(m_matrix, &RowTable::rowSelected, this, &ConditionalAccessPage::showGate);
    connect(m_step->panel(), &ChangePanel::footLinkActivated, this, [this] {
        if (m_controller.closing())
            showWho();
    });
    refresh();
}

QWidget *ConditionalAccessPage::choices()
{
    auto *box = new QWidget;
    auto *column = Parts::column(box, 14);
    column->addWidget(m_wish);
    column->addWidget(policyAsReadBack());
    column->addWidget(m_conditions);
    column->addWidget(enforceChoice());
    column->addStretch(1);
    return box;
}

QWidget *ConditionalAccessPage::policyAsReadBack()
{
    auto *column = Parts::column(m_readBack, 4);
    auto *head = new QHBoxLayout;
    head->setSpacing(Theme::Inside);
    head->addWidget(new Text(Theme::BodyStrong, Tone::Normal, tr("Policy")));
    head->addWidget(m_readAt);
    head->addStretch(1);
    column->addLayout(head);
    column->addWidget(m_policy);
    column->addSpacing(5);
    column->addWidget(m_about);
    return m_readBack;
}

QWidget *ConditionalAccessPage::enforceChoice()
{
    m_enforce->setObjectName(QStringLiteral("ca.enforce"));
    m_watch->setObjectName(QStringLiteral("ca.reportOnly"));
    auto *column = Parts::column(m_choice, 0);
    column->addWidget(new Text(Theme::BodyStrong, Tone::Normal, tr("When the gate closes")));
    column->addSpacing(4);
    for (QRadioButton *choice : {m_enforce, m_watch})
        column->addWidget(choice);
    column->insertWidget(3, Parts::hintBelow(m_enforce, tr("Until then it only watches; nobody loses anything.")));
    column->addWidget(Parts::hintBelow(m_watch, tr("Then only the assignment keeps people out: not enforced.")));
    return m_choice;
}

QWidget *ConditionalAccessPage::answers()
{
    m_gate->setObjectName(QStringLiteral("ca.gate"));
    auto *column = Parts::column(m_answers, 5);
    column->addWidget(m_gate);
    column->addWidget(new RoundFrame(m_matrix));
    return m_answers;
}

void ConditionalAccessPage::entered()
{
    Workspace &workspace = m_controller.workspace();
    if (workspace.signedIn() && (!workspace.plan() || workspace.stale()))
        m_controller.refresh();
    if (m_step->errorFrame()->isVisible())
        m_step->errorFrame()->takeFocus();
    else if (m_wish->isVisible())
        m_wish->nameField()->setFocus();
    else if (m_matrix->isVisible())
        m_matrix->setFocus();
    else
        m_step->panel()->table()->setFocus();
}

bool ConditionalAccessPage::enforced() const
{
    const Snapshot *snapshot = m_controller.workspace().snapshot();
    return snapshot && snapshot->policy && snapshot->policy->state == CaPolicy::State::Enabled;
}

QString ConditionalAccessPage::footNote() const
{
    Workspace &workspace = m_controller.workspace();
    if (!workspace.signedIn() || !workspace.snapshot())
        return {};
    if (workspace.rightNow().assignment == Verdict::Lock::Open && !enforced())
        return tr("Going on now leaves the gate open.");
    return enforced() ? QString() : tr("Not enforced: the policy is not on.");
}

bool ConditionalAccessPage::nextIsDue() const
{
    return m_controller.state() == StepController::State::Done && enforced();
}

void ConditionalAccessPage::refresh()
{
    const bool closing = m_controller.closing();
    showQuestion(closing);
    m_wish->setVisible(!closing);
    m_wish->refresh();
    m_readBack->setVisible(closing);
    m_answers->setVisible(closing);
    showEvidence(closing);
    const QSignalBlocker quietOn(m_enforce), quietOff(m_watch);
    m_enforce->setChecked(m_controller.enforce());
    m_watch->setChecked(!m_controller.enforce());
    // Later the closing button says it; only who chose report-only can still change his mind.
    m_choice->setVisible(!closing || (!m_controller.enforce() && !enforced()));
    m_choice->setEnabled(m_controller.state() != StepController::State::Busy);
    if (closing) {
        m_matrix->setMatrix(m_controller.matrix());
        m_matrix->parentWidget()->setVisible(!enforced()); // foreseen; from then on the tenant itself says it
        showGate();
        m_step->setReadyFoot([this](ChangePanel &panel) { fillFoot(panel); });
    } else {
        m_step->setReadyFoot({});
    }
    m_step->setClosing(closing);
    m_step->refresh();
    Q_EMIT footChanged();
}

void ConditionalAccessPage::showQuestion(bool closing)
{
    if (!closing)
        setQuestion(tr("Who is never locked out?"),
                    tr("The policy starts in report-only: it watches and blocks nobody. The gate closes afterwards."));
    else if (!m_controller.toMake().isEmpty())
        setQuestion(tr("Ready to close the gate?"),
                    tr("So far nobody lost access. Closing takes it away from everybody who has not activated."));
    else
        setQuestion(enforced() ? tr("The gate is closed") : tr("The policy only watches"),
                    enforced() ? tr("Only who has activated gets in. The next page proves it.")
                               : tr("Not enforced: the policy is still in report-only."));
}

void ConditionalAccessPage::showEvidence(bool closing)
{
    const bool asked = closing && (m_controller.enforce() || m_controller.evidence());
    m_conditions->setVisible(asked);
    const Snapshot *snapshot = m_controller.workspace().snapshot();
    if (!closing || !snapshot || !snapshot->policy)
        return;
    const QString application = m_controller.workspace().applicationName();
    const auto evidence = m_controller.evidence();
    m_conditions->setConditions(m_controller.conditions(), m_controller.evidenceLabel(), evidence ? evidence->at : QDateTime(),
                                m_controller.gathering());
    m_policy->setPolicy(*snapshot, application);
    m_readAt->setPlain(tr("read back at %1")
                           .arg(QLocale().toString(m_controller.readBackAt().toLocalTime().time(), QStringLiteral("HH:mm:ss"))));
    QStringList names;
    for (const QString &id : snapshot->policy->excludeUsers)
        names << snapshot->shortNameOf(id);
    const QString narrow = tr("Nothing but %1 is named, so the admin center is not affected.").arg(application);
    m_about->setPlain(
        names.isEmpty()
            ? narrow
            : tr("%1 %2", "two sentences").arg(tr("Break-glass: %1.").arg(names.join(tr(", ", "between names"))), narrow));
}

void ConditionalAccessPage::showGate()
{
    const int row = m_matrix->selected();
    m_gate->setView(m_controller.view(row));
    const QList<MatrixRow> matrix = m_controller.matrix();
    m_gate->setTitle(tr("The gate right now"), row >= 0 && row < matrix.size() ? forWhom(matrix.at(row)) : QString());
}

/// "for Ada, not active"; short, because it stands beside the name of a lock.
QString ConditionalAccessPage::forWhom(const MatrixRow &row) const
{
    const QString name = MatrixTable::firstName(row);
    const QString text = row.kind == MatrixRow::Kind::OnceActive ? tr("for %1, once active").arg(name)
                         : row.kind == MatrixRow::Kind::Eligible ? tr("for %1, not active").arg(name)
                                                                 : tr("for %1").arg(MatrixTable::who(row));
    return QFontMetrics(Theme::font(Theme::Hint)).elidedText(text, Qt::ElideRight, 150);
}

/// "14 people lose access. [Who?]" and below "So do 197 who have not used it for 30 days."
void ConditionalAccessPage::fillFoot(ChangePanel &panel)
{
    const ConditionalAccessController::Loss loss = m_controller.whoLosesAccess();
    panel.setFootNote(QStringLiteral("person"), loss.sentence,
                      m_controller.whoLosesAccessNames().isEmpty() ? QString() : tr("&Who?"), loss.andThen);
}

void ConditionalAccessPage::showWho()
{
    showNames(tr("Who loses access"), m_controller.whoLosesAccessNames(), window());
}

QString ConditionalAccessPage::help() const
{
    return tr(
        "The policy blocks everybody from this one application except the group and the break-glass accounts. It is made in "
        "report-only, where it blocks nobody. Before it is switched on, Microsoft’s What-If is asked about an ordinary "
        "user, the break-glass accounts and the eligible people. Closing makes the assignment required and switches the "
        "policy on, one after another, each read back; it can be undone.");
}

} // namespace pimgate
