#include "pages/PolicyWishBox.h"

#include "pages/Parts.h"
#include "pages/PrincipalPicker.h"
#include "widgets/Labels.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QVBoxLayout>

namespace pimgate {

PolicyWishBox::PolicyWishBox(ConditionalAccessController &controller, QWidget *parent)
    : QWidget(parent), m_controller(controller), m_name(new QLineEdit),
      m_breakGlass(new PrincipalPicker(tr("Break-glass accounts"), tr("Add a break-glass account"))),
      m_refuse(new QCheckBox(tr("There is none, and somebody says wh&y"))), m_refusal(new QWidget), m_by(new QLineEdit),
      m_why(new QLineEdit)
{
    m_name->setObjectName(QStringLiteral("ca.name"));
    m_breakGlass->setObjectName(QStringLiteral("ca.breakGlass"));
    m_breakGlass->field()->setObjectName(QStringLiteral("ca.breakGlass.add"));
    m_refuse->setObjectName(QStringLiteral("ca.refuse"));
    auto *column = Parts::column(this, 4);
    column->addWidget(new FieldLabel(tr("&Policy"), m_name, tr("as it will be called in Entra")));
    column->addWidget(m_name);
    column->addSpacing(12);
    column->addWidget(new FieldLabel(tr("Brea&k-glass accounts"), m_breakGlass->field(), tr("never blocked by it")));
    column->addWidget(m_breakGlass);
    column->addSpacing(2);
    column->addWidget(m_refuse);
    column->addWidget(refusal());
    m_breakGlass->field()->setAccessibleName(tr("Add a break-glass account"));

    connect(m_name, &QLineEdit::textChanged, &controller, &ConditionalAccessController::setPolicyName);
    connect(m_breakGlass, &PeopleList::searchWanted, this, [this](const QString &text) {
        m_controller.search({}); // what is found next answers this search and no other
        m_controller.search(text);
    });
    connect(m_breakGlass, &PrincipalPicker::picked, &controller, &ConditionalAccessController::addBreakGlass);
    connect(m_breakGlass, &PeopleList::removeRequested, &controller, &ConditionalAccessController::removeBreakGlass);
    connect(m_refuse, &QCheckBox::toggled, this, [this](bool on) {
        m_refusal->setVisible(on);
        if (on)
            m_by->setFocus();
        else
            m_controller.refuseBreakGlass({}, {});
    });
    for (QLineEdit *field : {m_by, m_why})
        connect(field, &QLineEdit::textEdited, this, &PolicyWishBox::sayRefusal);
}

/// Goes into history and report.
QWidget *PolicyWishBox::refusal()
{
    m_by->setObjectName(QStringLiteral("ca.refusedBy"));
    m_why->setObjectName(QStringLiteral("ca.refusedWhy"));
    auto *column = Parts::column(m_refusal, 4);
    column->setContentsMargins(isRightToLeft() ? 0 : 25, 0, isRightToLeft() ? 25 : 0, 0);
    column->addWidget(new FieldLabel(tr("Who re&fuses it"), m_by));
    column->addWidget(m_by);
    column->addWidget(new FieldLabel(tr("&Why"), m_why, tr("stands in the report")));
    column->addWidget(m_why);
    m_refusal->hide();
    return m_refusal;
}

void PolicyWishBox::sayRefusal()
{
    m_controller.refuseBreakGlass(m_by->text(), m_why->text());
}

void PolicyWishBox::refresh()
{
    if (m_name->text() != m_controller.policyName())
        m_name->setText(m_controller.policyName());
    const QList<PimController::Row> breakGlass = m_controller.breakGlass();
    m_breakGlass->setChosen(breakGlass);
    m_breakGlass->offer(m_controller.candidates());
    m_refuse->setVisible(breakGlass.isEmpty());
    if (!breakGlass.isEmpty() && m_refuse->isChecked())
        m_refuse->setChecked(false);
    setEnabled(m_controller.state() != StepController::State::Busy);
}

} // namespace pimgate
