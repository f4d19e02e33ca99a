#include "controllers/ReadinessController.h"

#include "controllers/Customer.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace pimgate {
namespace {

const QString breakGlassSetting = QStringLiteral("breakGlass");

QString readinessWord(PageState state)
{
    return state == PageState::Verified ? QCoreApplication::translate("ReadinessController", "ok") : Workspace::wordOf(state);
}

} // namespace

ReadinessController::ReadinessController(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&workspace, &Workspace::signedInChanged, this, &ReadinessController::tenantChanged);
}

void ReadinessController::tenantChanged()
{
    Customer *customer = m_workspace.customer();
    if (customer == m_enteredAs)
        return;
    m_enteredAs = customer;
    m_checks.clear();
    m_error.reset();
    m_reading = m_confirmed = false;
    if (customer) {
        recallBreakGlass();
        refresh();
    }
    show();
}

int ReadinessController::countOf(PageState state) const
{
    return int(std::count_if(m_checks.begin(), m_checks.end(), [&](const Check &check) { return check.state == state; }));
}

/// What was found may name people and accounts: only the state and the check are copied.
QString ReadinessController::listWithoutNames() const
{
    QStringList lines;
    for (const Check &check : m_checks)
        lines << tr("%1: %2", "state, check").arg(readinessWord(check.state), check.title);
    return lines.join(QLatin1Char('\n'));
}

void ReadinessController::refresh()
{
    Customer *customer = m_workspace.customer();
    if (!customer || m_reading)
        return;
    m_reading = true;
    m_error.reset();
    show();
    launch(this, customer->readiness.check(m_workspace.blueprint()), [this, customer](const Result<QList<Check>> &checks) {
        if (customer != m_workspace.customer())
            return;
        m_reading = false;
        if (checks)
            m_checks = *checks;
        else
            m_error = checks.error();
        show();
    });
}

/// Asked once per tenant; the answer is kept on this computer.
void ReadinessController::recallBreakGlass()
{
    Customer *customer = m_workspace.customer();
    launch(this, m_workspace.services().history().recall(customer->session.account().tenantId, breakGlassSetting),
           [this, customer](const Result<QJsonValue> &kept) {
               if (!kept || customer != m_workspace.customer())
                   return;
               QStringList userNames;
               for (const QJsonValue &name : kept->toArray())
                   userNames << name.toString();
               if (userNames.isEmpty())
                   return;
               m_confirmed = true;
               if (m_workspace.blueprint().policy.breakGlass.isEmpty())
                   takeBreakGlass(userNames);
               show();
           });
}

void ReadinessController::takeBreakGlass(const QStringList &userNames)
{
    for (const Check &check : std::as_const(m_checks))
        for (const Principal &person : check.people)
            if (userNames.contains(person.userName, Qt::CaseInsensitive))
                m_workspace.know(person);
    Blueprint blueprint = m_workspace.blueprint();
    blueprint.policy.breakGlass = userNames;
    if (!userNames.isEmpty())
        blueprint.policy.breakGlassRefusal.reset();
    m_workspace.setBlueprint(blueprint);
}

void ReadinessController::confirmBreakGlass(const QStringList &userNames)
{
    Customer *customer = m_workspace.customer();
    m_confirmed = !userNames.isEmpty();
    takeBreakGlass(userNames);
    if (customer) {
        const QJsonValue kept = QJsonArray::fromStringList(userNames);
        launch(this, m_workspace.services().history().remember(customer->session.account().tenantId, breakGlassSetting, kept),
               [this](const Outcome &done) {
                   if (done)
                       return;
                   m_error = done.error();
                   Q_EMIT changed();
               });
    }
    show();
}

void ReadinessController::show()
{
    if (m_confirmed) {
        QStringList named;
        for (const QString &userName : m_workspace.blueprint().policy.breakGlass)
            named << userName.section(QLatin1Char('@'), 0, 0); // the panel below has the whole names
        for (Check &check : m_checks) {
            if (check.key != QLatin1String("breakGlass") || check.state != PageState::NeedsAttention)
                continue;
            check.state = PageState::Verified;
            check.found = tr("%n confirmed: %1", nullptr, int(named.size())).arg(named.join(QStringLiteral(", ")));
            check.who.clear();
        }
    }
    const int attention = countOf(PageState::NeedsAttention) + countOf(PageState::Failed);
    if (!m_workspace.signedIn())
        m_workspace.setState(PageId::Readiness, PageState::ToDo);
    else if (m_reading && m_checks.isEmpty())
        m_workspace.setState(PageId::Readiness, PageState::Working);
    else if (m_error && m_checks.isEmpty())
        m_workspace.setState(PageId::Readiness, PageState::Failed);
    else if (attention > 0)
        m_workspace.setState(PageId::Readiness, PageState::NeedsAttention, tr("%n need(s) attention", nullptr, attention));
    else if (!m_checks.isEmpty())
        m_workspace.setState(PageId::Readiness, PageState::Verified);
    Q_EMIT changed();
}

} // namespace pimgate
