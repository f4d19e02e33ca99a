#include "controllers/ProofController.h"

#include "controllers/Customer.h"
#include "proof/ProofForecast.h"
#include "proof/ProofJson.h"

namespace pimgate {
namespace {

/// How long a moment stays in sight before the next one, at normal speed. Local time, for people only.
constexpr std::chrono::milliseconds restAtNormalSpeed(1500);

} // namespace

ProofController::ProofController(Workspace &workspace, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_justification(QStringLiteral("Trying out the gate"))
{
    const auto again = [this] {
        if (m_state == State::LookAround || m_state == State::Ready)
            reset();
        else
            Q_EMIT changed();
    };
    connect(&workspace, &Workspace::planChanged, this, again);
    connect(&workspace, &Workspace::signedInChanged, this, [this] {
        if (!m_workspace.signedIn())
            reset();
    });
}

ProofController::~ProofController()
{
    letGo();
}

/// The task of a play may still run in the object: it goes on until it meets the stop.
void ProofController::letGo()
{
    m_stop.request_stop();
    if (!m_run)
        return;
    m_run->disconnect(this);
    m_workspace.services().keep(std::move(m_run));
}

QList<Principal> ProofController::people() const
{
    QList<Principal> people;
    const Snapshot *snapshot = m_workspace.snapshot();
    const auto add = [&](const Principal &person) {
        const bool known = std::any_of(people.begin(), people.end(), [&](const Principal &p) { return p.id == person.id; });
        if (person.isUser() && !person.userName.isEmpty() && !known)
            people << person;
    };
    for (const Blueprint::Eligible &wish : m_workspace.blueprint().eligible)
        add(m_workspace.principal(wish.principal));
    if (snapshot)
        for (const PimSchedule &schedule : snapshot->eligible)
            add(snapshot->people.value(schedule.principalId));
    return people;
}

QString ProofController::person() const
{
    if (!m_person.isEmpty())
        return m_person;
    const QList<Principal> all = people();
    return all.isEmpty() ? QString() : all.first().userName;
}

void ProofController::setPerson(const QString &userName)
{
    if (userName == m_person)
        return;
    m_person = userName;
    if (m_state != State::Playing && m_state != State::Paused)
        reset();
}

ProofWish ProofController::wish() const
{
    ProofWish wish;
    wish.blueprint = m_workspace.blueprint();
    wish.user = person();
    wish.justification = m_justification;
    return wish;
}

void ProofController::foresee()
{
    const Snapshot *snapshot = m_workspace.snapshot();
    const bool known = m_workspace.signedIn() && snapshot && snapshot->application && !person().isEmpty();
    m_lines = known ? forecast(wish(), *snapshot) : QList<ProofLine>();
}

void ProofController::reset()
{
    letGo();
    m_result.reset();
    m_error.reset();
    m_selected = -1;
    foresee();
    show(m_workspace.signedIn() && m_workspace.plan() ? State::Ready : State::LookAround);
}

QString ProofController::blockedBecause() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    if (!m_workspace.signedIn())
        return tr("Sign in first.");
    if (!m_workspace.applicationKnown() || !snapshot || !snapshot->application)
        return tr("Choose the application in step 2 first.");
    if (person().isEmpty())
        return tr("Add somebody who may open the gate in step 3 first.");
    if (m_workspace.writing())
        return tr("Step %1 is still working. This waits for it.").arg(int(*m_workspace.writing()));
    const Verdict nobody = evaluate(everyone(), *snapshot);
    if (nobody.letIn)
        return tr("The gate is still open for everybody: close it in step 4 first.");
    if (m_workspace.plan()->openable.people.isEmpty())
        return tr("Nobody is eligible yet: step 3 comes first.");
    return {};
}

void ProofController::play()
{
    Customer *customer = m_workspace.customer();
    if (!customer || m_state == State::Playing || m_state == State::Paused || !blockedBecause().isEmpty())
        return;
    ProofWish wanted = wish();
    const bool takenUp = m_state == State::Pending && m_result;
    if (takenUp)
        wanted.earlier = m_result->lines;
    letGo();
    m_stop = std::stop_source();
    m_result.reset();
    m_error.reset();
    m_selected = -1;
    if (!takenUp)
        foresee();

    Services &services = m_workspace.services();
    m_run = std::make_unique<ProofRun>(customer->graph, [&services](const QString &upn) { return services.actor(upn); });
    setSpeed(m_speed);
    connect(m_run.get(), &ProofRun::lineChanged, this, &ProofController::lineChanged);
    show(State::Playing);
    launch(this, m_run->play(wanted, m_workspace.plan()->snapshot, m_stop.get_token()),
           [this, run = m_run.get(), user = wanted.user](const Result<ProofResult> &result) {
               if (run != m_run.get())
                   return;
               if (result)
                   keepWithRun(user, *result);
               ended(result);
           });
}

/// So that a report written later, and from the command line, shows what was proven. Without a run there is none to show.
void ProofController::keepWithRun(const QString &user, const ProofResult &result)
{
    if (m_workspace.runId().isEmpty())
        return;
    const KeptProof kept{user, result};
    launch(this, keepProof(m_workspace.services().history(), m_workspace.runId(), kept), [this](const Outcome &written) {
        if (written)
            return;
        m_error = written.error();
        Q_EMIT changed();
    });
}

void ProofController::lineChanged(int index, const ProofLine &line)
{
    while (m_lines.size() <= index)
        m_lines << ProofLine();
    m_lines[index] = line;
    show(m_state);
}

void ProofController::ended(const Result<ProofResult> &result)
{
    if (!result) {
        const bool stopped = result.error().is(Error::Kind::Cancelled);
        if (!stopped)
            m_error = result.error();
        show(stopped ? State::Ready : State::Failed);
    } else {
        m_result = *result;
        m_lines = result->lines;
        show(result->state == ProofResult::State::Passed    ? State::Passed
             : result->state == ProofResult::State::Pending ? State::Pending
                                                            : State::Failed);
    }
    m_workspace.refresh(); // activations change who can sign in right now
}

void ProofController::pause()
{
    if (m_state != State::Playing)
        return;
    m_run->setPaused(true);
    show(State::Paused);
}

void ProofController::goOn()
{
    if (m_state != State::Paused)
        return;
    m_run->setPaused(false);
    show(State::Playing);
}

void ProofController::setSpeed(double factor)
{
    m_speed = factor;
    if (m_run)
        m_run->setRest(factor > 0 ? std::chrono::milliseconds(qint64(double(restAtNormalSpeed.count()) / factor))
                                  : std::chrono::milliseconds(0));
}

void ProofController::select(int line)
{
    m_selected = line >= 0 && line < m_lines.size() ? line : -1;
    Q_EMIT changed();
}

/// The selected line, else the newest that was begun, else the first.
int ProofController::current() const
{
    if (m_selected >= 0 && m_selected < m_lines.size())
        return m_selected;
    int newest = 0;
    for (int i = 0; i < m_lines.size(); ++i)
        if (m_lines.at(i).state != ProofLine::State::ToCome && m_lines.at(i).state != ProofLine::State::Skipped)
            newest = i;
    return newest;
}

QDateTime ProofController::activationEnds() const
{
    QDateTime end;
    for (const ProofLine &line : m_lines)
        if (line.moment == ProofLine::Moment::Ended && line.at.isValid())
            end = line.at;
    return end;
}

Person ProofController::personOf(const ProofLine &line) const
{
    Person person;
    for (const Principal &candidate : people())
        if (candidate.userName.compare(this->person(), Qt::CaseInsensitive) == 0)
            person.who = candidate;
    person.activeMember = line.verdict.member;
    if (line.verdict.member)
        person.memberUntil = activationEnds();
    return person;
}

GateView ProofController::view() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    const bool known = snapshot && snapshot->application && m_workspace.signedIn();
    if (known && !m_lines.isEmpty()) {
        const ProofLine &line = m_lines.at(current());
        return viewOf(line.verdict, personOf(line), *snapshot, m_workspace.demo());
    }
    if (known)
        return viewOf(evaluate(everyone(), *snapshot), everyone(), *snapshot, m_workspace.demo());
    GateView unknown;
    unknown.who = everyone().who.displayName;
    unknown.everyone = true;
    unknown.application = m_workspace.applicationName();
    unknown.demo = m_workspace.demo();
    return unknown;
}

QString ProofController::leftText() const
{
    const bool active = std::any_of(m_lines.begin(), m_lines.end(), [](const ProofLine &line) {
        return line.moment == ProofLine::Moment::Active && line.state == ProofLine::State::Passed;
    });
    const bool over = std::any_of(m_lines.begin(), m_lines.end(), [](const ProofLine &line) {
        return line.moment == ProofLine::Moment::Ended && line.state == ProofLine::State::Passed;
    });
    const QDateTime end = activationEnds();
    const qint64 left = end.isValid() ? m_workspace.services().clock().now().secsTo(end) : 0;
    if (!active || over || left <= 0)
        return {};
    const QString clock = QStringLiteral("%1:%2:%3")
                              .arg(left / 3600)
                              .arg(left / 60 % 60, 2, 10, QLatin1Char('0'))
                              .arg(left % 60, 2, 10, QLatin1Char('0'));
    return tr("%1 left").arg(clock);
}

double ProofController::usedShare() const
{
    QDateTime start;
    bool ended = false;
    for (const ProofLine &line : m_lines) {
        if (line.moment == ProofLine::Moment::Active && line.state == ProofLine::State::Passed)
            start = line.at;
        ended = ended || (line.moment == ProofLine::Moment::Ended && line.state == ProofLine::State::Passed);
    }
    const QDateTime end = activationEnds();
    if (ended)
        return 1;
    if (!start.isValid() || !end.isValid() || end <= start)
        return 0;
    const double used = double(start.msecsTo(m_workspace.services().clock().now())) / double(start.msecsTo(end));
    return std::clamp(used, 0.0, 1.0);
}

void ProofController::show(State state)
{
    m_state = state;
    const auto played = std::count_if(m_lines.begin(), m_lines.end(), [](const ProofLine &line) {
        return line.state == ProofLine::State::Passed || line.state == ProofLine::State::Skipped;
    });
    const QString shown = tr("%1 of %2 moments shown").arg(played).arg(m_lines.size());
    switch (state) {
    case State::LookAround:
    case State::Ready:
        m_workspace.setState(PageId::Proof, PageState::ToDo);
        break;
    case State::Playing:
    case State::Paused:
        m_workspace.setState(PageId::Proof, PageState::Working, shown);
        break;
    case State::Passed:
        m_workspace.setState(PageId::Proof, PageState::Verified);
        break;
    case State::Pending:
        m_workspace.setState(PageId::Proof, PageState::NeedsAttention, tr("pending: %1").arg(shown));
        break;
    case State::Failed:
        m_workspace.setState(PageId::Proof, PageState::Failed);
        break;
    }
    Q_EMIT changed();
}

} // namespace pimgate
