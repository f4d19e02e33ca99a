#include "controllers/Workspace.h"

#include "controllers/Customer.h"
#include "graph/Directory.h"

#include <QLocale>
#include <QPointer>

namespace pimgate {
namespace {

constexpr std::chrono::milliseconds settleTime(150);

/// Owned by nobody: the workspace may go while history is still writing.
Task<Result<QString>> beginRun(Runner *runner, Plan plan, QPointer<Workspace> workspace)
{
    const auto run = co_await runner->begin(plan);
    if (!run)
        co_return failure(run.error());
    if (workspace)
        workspace->setRunId(run->id);
    co_return run->id;
}

Task<Result<QString>> knownRun(QString runId)
{
    co_return runId;
}

Task<Result<QString>> noRun(Error error)
{
    co_return failure(error);
}

QString clockText(const QDateTime &at)
{
    return QLocale().toString(at.toLocalTime().time(), QStringLiteral("HH:mm"));
}

} // namespace

Workspace::Workspace(Services &services, QObject *parent) : QObject(parent), m_services(services)
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(settleTime);
    connect(&m_settle, &QTimer::timeout, this, &Workspace::refresh);
}

Blueprint Workspace::emptyBlueprint()
{
    Blueprint blueprint;
    // The last button of step 4 arms the policy; whoever wants report-only says so there.
    blueprint.policy.enabled = true;
    blueprint.policy.stateNamed = true;
    return blueprint;
}

Customer *Workspace::customer() const
{
    Customer *customer = m_services.customer();
    return m_entered && customer && customer->session.account().isValid() ? customer : nullptr;
}

bool Workspace::demo() const
{
    Customer *customer = m_services.customer();
    return customer && customer->session.cloud().isDemo();
}

QString Workspace::tenantName() const
{
    if (!signedIn())
        return tr("Not signed in");
    if (!demo())
        return tenantDomain();
    const QString name = m_organization && !m_organization->displayName.isEmpty() ? m_organization->displayName : tenantDomain();
    return name.contains(QLatin1String("demo"), Qt::CaseInsensitive) ? name : tr("%1 (demo)").arg(name);
}

QString Workspace::tenantDomain() const
{
    Customer *customer = this->customer();
    if (!customer)
        return {};
    if (m_organization && !m_organization->defaultDomain.isEmpty())
        return m_organization->defaultDomain;
    const QString domain = customer->session.account().userName.section(QLatin1Char('@'), 1);
    return domain.isEmpty() ? customer->session.cloud().tenant : domain;
}

QString Workspace::tenantNote() const
{
    Customer *customer = this->customer();
    if (!customer)
        return tr("No tenant chosen yet");
    const QString cloud = cloudNote(customer->session.cloud());
    const QString name = m_organization && !demo() ? m_organization->displayName : QString();
    return name.isEmpty() ? cloud : name + QStringLiteral(" · ") + cloud;
}

QString Workspace::cloudNote(const Cloud &cloud)
{
    return cloud.isDemo() ? tr("invented customer, this computer") : tr("%1 cloud").arg(cloud.name);
}

void Workspace::enter()
{
    m_entered = true;
    m_organization.reset();
    Customer *customer = this->customer();
    if (!customer)
        return;
    launch(this, customer->directory.organization(), [this, customer](const Result<Organization> &found) {
        if (!found || customer != this->customer())
            return;
        m_organization = *found;
        Q_EMIT signedInChanged();
    });
    Q_EMIT signedInChanged();
    refresh();
}

void Workspace::leave()
{
    m_entered = false;
    m_reading = m_again = false;
    ++m_revision;
    m_stale = true;
    m_services.leave();
    Q_EMIT readingChanged();
    Q_EMIT signedInChanged();
}

void Workspace::setBlueprint(const Blueprint &blueprint)
{
    m_blueprint = blueprint;
    ++m_revision;
    m_stale = true;
    if (signedIn())
        m_settle.start();
    Q_EMIT blueprintChanged();
}

void Workspace::setApplication(const QString &appId, const QString &displayName)
{
    const QString previous = applicationKnown() || preset() ? applicationName() : QString();
    if (m_blueprint.application.appId != appId)
        m_usage = {};
    m_blueprint.application.appId = appId;
    m_blueprint.application.displayName.clear(); // one of the two, never both
    m_applicationName = displayName;
    if (const auto fitting = presetFor(displayName))
        m_blueprint.application.preset = fitting->id;
    else if (applicationKnown())
        m_blueprint.application.preset.clear();
    nameAfterApplication(previous);
    setBlueprint(m_blueprint);
}

void Workspace::setPreset(const QString &presetId)
{
    const QString previous = applicationKnown() || preset() ? applicationName() : QString();
    m_blueprint.application.preset = presetId;
    nameAfterApplication(previous);
    setBlueprint(m_blueprint);
}

/// Names that a person chose stay; a group that exists already keeps its name as well.
void Workspace::nameAfterApplication(const QString &previous)
{
    const auto fitting = preset();
    const QString name = applicationName();
    const auto replace = [](QString &text, const QString &old, const QString &now) {
        if (text.isEmpty() || text == old)
            text = now;
    };
    const auto groupName = [](const std::optional<Preset> &p, const QString &application) {
        return p && !p->groupName.isEmpty() ? p->groupName
                                            : QStringLiteral("PIM-%1-Admins").arg(QString(application).remove(QLatin1Char(' ')));
    };
    const auto policyName = [](const std::optional<Preset> &p, const QString &application) {
        return p && !p->policyName.isEmpty() ? p->policyName : QStringLiteral("PIM only: %1").arg(application);
    };
    const auto before = presetFor(previous);
    const auto made = [this](ChangeKey::Kind kind) {
        const QList<Change> rows = m_plan ? m_plan->rows : QList<Change>();
        return !m_runId.isEmpty() &&
               std::any_of(rows.begin(), rows.end(), [&](const Change &row) { return row.is(kind) && row.done; });
    };
    if (!made(ChangeKey::Kind::Group)) {
        replace(m_blueprint.group.displayName, groupName(before, previous), groupName(fitting, name));
        replace(m_blueprint.group.description, Blueprint::usualDescription(previous), Blueprint::usualDescription(name));
    }
    if (!made(ChangeKey::Kind::Policy))
        replace(m_blueprint.policy.displayName, policyName(before, previous), policyName(fitting, name));
}

bool Workspace::applicationKnown() const
{
    return !m_blueprint.application.appId.isEmpty() || !m_blueprint.application.displayName.isEmpty();
}

QString Workspace::applicationName() const
{
    const Snapshot *read = snapshot();
    const auto &wish = m_blueprint.application;
    if (read && read->application && applicationKnown() &&
        (wish.appId == read->application->appId || wish.displayName == read->application->displayName))
        return read->application->displayName;
    if (!wish.appId.isEmpty() && !m_applicationName.isEmpty())
        return m_applicationName;
    if (!wish.displayName.isEmpty())
        return wish.displayName;
    const auto fitting = preset();
    return fitting ? fitting->displayName : tr("the application");
}

std::optional<Preset> Workspace::preset() const
{
    const QString id = m_blueprint.application.preset;
    return id.isEmpty() ? std::nullopt : pimgate::preset(id);
}

void Workspace::refresh()
{
    m_settle.stop();
    Customer *customer = this->customer();
    if (!customer)
        return;
    if (m_reading) {
        m_again = true;
        return;
    }
    m_reading = true;
    Q_EMIT readingChanged();
    launch(this, customer->runner.plan(m_blueprint), [this, customer, revision = m_revision](const Result<Plan> &plan) {
        if (customer == this->customer())
            readDone(plan, revision);
    });
}

/// @param revision of the blueprint that was read for: an older answer is not shown as if it were about the new one.
void Workspace::readDone(const Result<Plan> &plan, quint64 revision)
{
    m_reading = false;
    const bool current = revision == m_revision;
    if (current) {
        m_readError = plan ? std::nullopt : std::optional(plan.error());
        m_stale = !plan.has_value();
        if (plan) {
            m_plan = *plan;
            // Chosen by id alone, the application's name is only known now.
            if (m_blueprint.group.displayName.isEmpty())
                m_blueprint.group.displayName = plan->blueprint.group.displayName;
            if (m_blueprint.policy.displayName.isEmpty())
                m_blueprint.policy.displayName = plan->blueprint.policy.displayName;
        }
    }
    Q_EMIT readingChanged();
    if (current)
        Q_EMIT planChanged();
    const bool again = std::exchange(m_again, false) || (!current && !m_settle.isActive());
    if (again)
        refresh();
}

void Workspace::setPlan(const Plan &plan)
{
    ++m_revision; // a read that began before the run is older than this
    m_plan = plan;
    m_stale = false;
    m_readError.reset();
    Q_EMIT planChanged();
}

SnapshotPtr Workspace::afterClosing() const
{
    if (!m_plan || !m_plan->snapshot)
        return {};
    auto after = std::make_shared<Snapshot>(*m_plan->snapshot);
    for (const Change &row : m_plan->rows) {
        if (row.is(ChangeKey::Kind::Required) && after->application)
            after->application->assignmentRequired = m_blueprint.assignment.required;
        if (row.is(ChangeKey::Kind::Unassign))
            after->assignments.removeIf([&](const AppAssignment &a) { return a.id == row.targetId; });
    }
    if (after->policy && m_blueprint.policy.enabled)
        after->policy->state = CaPolicy::State::Enabled;
    return after;
}

QString Workspace::know(const Principal &principal)
{
    const QString reference = principal.isGroup()             ? QLatin1String("group:") + principal.displayName
                              : !principal.userName.isEmpty() ? principal.userName
                                                              : principal.id;
    m_known.insert(reference, principal);
    return reference;
}

Principal Workspace::principal(const QString &reference) const
{
    if (const auto known = m_known.constFind(reference); known != m_known.constEnd())
        return *known;
    if (const Snapshot *read = snapshot(); read && read->principals.contains(reference))
        return read->principals.value(reference);
    Principal unknown;
    unknown.displayName = reference.startsWith(QLatin1String("group:")) ? reference.mid(6) : reference;
    return unknown;
}

void Workspace::setUsage(const Usage &usage)
{
    m_usage = usage;
    Q_EMIT usageChanged();
}

Task<Result<QString>> Workspace::ensureRun()
{
    Customer *customer = this->customer();
    if (!m_runId.isEmpty())
        return knownRun(m_runId);
    if (!customer || !m_plan) {
        Error error;
        error.kind = Error::Kind::SignIn;
        error.message = tr("Nobody is signed in.");
        error.next = tr("Sign in first.");
        return noRun(error);
    }
    if (const auto problem = m_services.historyProblem())
        return noRun(*problem);
    return beginRun(&customer->runner, *m_plan, QPointer<Workspace>(this));
}

void Workspace::setRunId(const QString &runId)
{
    m_runId = runId;
    Q_EMIT runChanged();
}

void Workspace::setWriting(std::optional<StepId> step)
{
    m_writing = step;
    Q_EMIT writingChanged();
}

void Workspace::startOver()
{
    m_settle.stop();
    m_blueprint = emptyBlueprint();
    m_applicationName.clear();
    m_plan.reset();
    m_readError.reset();
    m_organization.reset();
    m_arming.reset();
    m_writing.reset();
    m_usage = {};
    m_runId.clear();
    m_known.clear();
    m_states.clear();
    leave();
    Q_EMIT runChanged();
    Q_EMIT blueprintChanged();
    Q_EMIT planChanged();
    Q_EMIT statesChanged();
}

PageState Workspace::state(PageId page) const
{
    return m_states.value(page, {PageState::ToDo, {}}).first;
}

QString Workspace::stateWord(PageId page) const
{
    const auto state = m_states.value(page, {PageState::ToDo, {}});
    return state.second.isEmpty() ? wordOf(state.first) : state.second;
}

void Workspace::setState(PageId page, PageState state, const QString &word)
{
    const std::pair wanted{state, word};
    if (m_states.value(page, {PageState::ToDo, {}}) == wanted)
        return;
    m_states.insert(page, wanted);
    Q_EMIT statesChanged();
}

QString Workspace::wordOf(PageState state)
{
    switch (state) {
    case PageState::ToDo:
        return tr("to do");
    case PageState::Working:
        return tr("working");
    case PageState::Verified:
        return tr("verified");
    case PageState::Differs:
        return tr("differs");
    case PageState::NotLicensed:
        return tr("not licensed");
    case PageState::NotChecked:
        return tr("not checked");
    case PageState::Failed:
        return tr("failed");
    case PageState::NeedsAttention:
        return tr("needs attention");
    }
    return {};
}

QString Workspace::peopleText(const Snapshot &snapshot) const
{
    const auto count = peopleWhoCanSignIn(snapshot);
    if (!count)
        return tr("Who can sign in: not known");
    if (*count == 0)
        return tr("Nobody can sign in until they activate");
    const bool oneActive = *count == 1 && snapshot.active.size() == 1;
    if (!oneActive)
        return tr("%n people can sign in", nullptr, *count);
    const PimSchedule &active = snapshot.active.first();
    const QString name = snapshot.nameOf(active.principalId).section(QLatin1Char(' '), 0, 0);
    return active.end.isValid() ? tr("1 person can sign in: %1, until %2").arg(name, clockText(active.end))
                                : tr("1 person can sign in: %1").arg(name);
}

/// Who passes the first lock besides the group; not whether: that the evaluator says.
QString Workspace::assignmentText(const Verdict &everybody, const Snapshot &snapshot)
{
    if (everybody.assignment == Verdict::Lock::Unknown)
        return tr("Assignment: not known");
    if (everybody.assignment == Verdict::Lock::Off)
        return tr("Assignment: not required");
    if (!snapshot.application->enabled)
        return tr("Assignment: sign-in is switched off");
    const QString gate = snapshot.group ? snapshot.group->id : QString();
    const auto others = std::count_if(snapshot.assignments.begin(), snapshot.assignments.end(),
                                      [&](const AppAssignment &a) { return a.principalId != gate; });
    if (others > 0)
        return tr("Assignment: %n besides the group", nullptr, int(others));
    return snapshot.assignments.isEmpty() ? tr("Assignment: nobody") : tr("Assignment: only the group");
}

QString Workspace::policyText(const Verdict &everybody, const Snapshot &snapshot)
{
    switch (everybody.policy) {
    case Verdict::Lock::Shut:
        return everybody.enforced ? tr("Conditional Access: on") : tr("Conditional Access: another policy blocks");
    case Verdict::Lock::ReportOnly:
        return tr("Conditional Access: report-only");
    case Verdict::Lock::Open:
        return tr("Conditional Access: not for everyone");
    case Verdict::Lock::Off:
        if (!snapshot.policy)
            return tr("Conditional Access: no policy");
        return snapshot.policy->state == CaPolicy::State::Disabled ? tr("Conditional Access: off")
                                                                   : tr("Conditional Access: blocks nobody");
    case Verdict::Lock::Unknown:
        break;
    }
    return tr("Conditional Access: not known");
}

Workspace::RightNow Workspace::rightNow() const
{
    using Lock = Verdict::Lock;
    RightNow now;
    now.title = applicationKnown() || preset() ? tr("%1 right now").arg(applicationName()) : tr("Right now");
    now.assignmentText = tr("Assignment: not known");
    now.policyText = tr("Conditional Access: not known");
    const Snapshot *read = snapshot();
    if (!signedIn() || !read || !read->application) {
        now.peopleText = signedIn() ? tr("Choose the application to see who can get in") : tr("Sign in to see who can get in");
        return now;
    }
    const Verdict everybody = evaluate(everyone(), *read);
    // A lock that is not there stands open; a policy that is there and off is told as such.
    now.assignment = everybody.assignment == Lock::Off ? Lock::Open : everybody.assignment;
    now.policy = everybody.policy == Lock::Off && !read->policy ? Lock::Open : everybody.policy;
    now.assignmentText = assignmentText(everybody, *read);
    now.policyText = policyText(everybody, *read);
    now.peopleText = peopleText(*read);
    return now;
}

} // namespace pimgate
