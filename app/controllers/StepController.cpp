#include "controllers/StepController.h"

#include "controllers/Customer.h"
#include "gate/PortalLinks.h"
#include "graph/GraphService.h"

namespace pimgate {
namespace {

using Ended = Result<RunResult>;

/// The place in a blueprint that each page answers for; an error about it is shown there and nowhere else.
QString sectionOf(PageId page)
{
    switch (page) {
    case PageId::Group:
        return QStringLiteral("group");
    case PageId::Sso:
        return QStringLiteral("a"); // application, assignment
    case PageId::Pim:
        return QStringLiteral("pim");
    case PageId::ConditionalAccess:
        return QStringLiteral("conditionalAccess");
    default:
        return {};
    }
}

/// What must be in order before this step writes; what belongs to later pages is asked there.
QStringList placesOf(StepId step)
{
    switch (step) {
    case StepId::Group:
        return {QStringLiteral("application"), QStringLiteral("group")};
    case StepId::Sso:
        return {QStringLiteral("application"), QStringLiteral("assignment")};
    case StepId::Pim:
        return {QStringLiteral("application"), QStringLiteral("pim"), QStringLiteral("notifications")};
    case StepId::ConditionalAccess:
        return {QStringLiteral("application"), QStringLiteral("conditionalAccess")};
    }
    return {};
}

bool isAbout(const Error &refusal, const QStringList &places)
{
    return std::any_of(places.begin(), places.end(), [&](const QString &place) {
        return refusal.where == place || refusal.where.startsWith(place + QLatin1Char('.'));
    });
}

bool isBlueprintPlace(const QString &where)
{
    for (const char *section :
         {"application", "assignment", "group", "pim", "conditionalAccess", "notifications", "accessReview"})
        if (where == QLatin1String(section) || where.startsWith(QLatin1String(section) + QLatin1Char('.')))
            return true;
    return false;
}

bool underWay(const Progress &progress)
{
    using S = Progress::State;
    return progress.state == S::Waiting || progress.state == S::Sending || progress.state == S::ReadingBack;
}

bool readBack(const Progress &progress)
{
    return progress.state == Progress::State::Done || progress.state == Progress::State::Already;
}

} // namespace

StepController::StepController(Workspace &workspace, StepId step, PageId page, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_step(step), m_page(page)
{
    connect(&workspace, &Workspace::planChanged, this, [this] {
        planRead();
        updateState();
    });
    connect(&workspace, &Workspace::signedInChanged, this, &StepController::tenantChanged);
    connect(&workspace, &Workspace::writingChanged, this, &StepController::updateState);
    connect(&workspace, &Workspace::readingChanged, this, &StepController::updateState);
    connect(&workspace, &Workspace::blueprintChanged, this, &StepController::updateState);
    connect(&workspace, &Workspace::runChanged, this, [this] {
        if (!m_workspace.runId().isEmpty())
            return;
        m_pressed = false; // undone, or another customer
        m_progress.clear();
        m_confirmed.clear();
    });
}

StepController::~StepController()
{
    m_stop.request_stop();
}

void StepController::tenantChanged()
{
    if (!m_workspace.signedIn() && m_state == State::Busy) {
        m_stop.request_stop();
        disconnect(m_listening);
        m_state = State::LookAround;
        m_workspace.setWriting({});
    }
    updateState();
}

QList<Change> StepController::rows() const
{
    QList<Change> opening;
    if (const Plan *plan = m_workspace.plan())
        for (const Change &row : plan->ofStep(m_step))
            if (!row.closing())
                opening << row;
    return opening;
}

QList<Change> StepController::rowsWhenClosing() const
{
    QList<Change> closing;
    if (const Plan *plan = m_workspace.plan())
        for (const Change &row : plan->ofStep(m_step))
            if (row.closing())
                closing << row;
    return closing;
}

QList<StepController::Sent> StepController::whatIsSent() const
{
    QList<Sent> sent;
    const Plan *plan = m_workspace.plan();
    const Customer *customer = m_workspace.customer();
    if (!plan || !customer)
        return sent;
    for (const Change &row : toMake() + open(rowsWhenClosing()))
        sent << Sent{row, customer->runner.requests(*plan, row, m_workspace.runId())};
    return sent;
}

QString StepController::graphAddress() const
{
    const Customer *customer = m_workspace.customer();
    return customer ? customer->graph.reference(QString()) : QString();
}

QList<Change> StepController::goneRows() const
{
    QList<Change> gone;
    const Plan *plan = m_workspace.plan();
    if (!plan || m_undoing)
        return gone;
    for (const Change &row : m_confirmed) {
        const bool there = std::any_of(plan->rows.begin(), plan->rows.end(), [&](const Change &r) { return r.key == row.key; });
        if (there || !readBack(m_progress.value(row.key)))
            continue;
        gone << row;
        gone.last().done = true;
    }
    return gone;
}

QString StepController::buttonText() const
{
    return tr("Make %n change(s) in %1", nullptr, int(toMake().size())).arg(m_workspace.tenantDomain());
}

QString StepController::waitsForStep(const QList<Change> &rows) const
{
    const Plan *plan = m_workspace.plan();
    if (!plan)
        return {};
    const auto here = [&](const ChangeKey &key) {
        return std::any_of(rows.begin(), rows.end(), [&](const Change &r) { return r.key == key; });
    };
    for (const Change &row : plan->rows) {
        const bool waited = std::any_of(rows.begin(), rows.end(), [&](const Change &r) { return r.waitsFor.contains(row.key); });
        if (waited && !row.done && !here(row.key))
            return tr("Make step %1 first: %2").arg(int(row.step)).arg(row.sentence);
    }
    return {};
}

QString StepController::refusal() const
{
    const Plan *plan = m_workspace.plan();
    if (!plan || m_workspace.stale())
        return {};
    for (const Error &error : plan->refusals)
        if (asksForEverything() || isAbout(error, placesOf(m_step)))
            return tr("%1 %2", "two sentences").arg(error.message, error.next).trimmed();
    return {};
}

QString StepController::blockedBecause() const
{
    if (!m_workspace.signedIn())
        return tr("Sign in first.");
    if (const auto problem = m_workspace.services().historyProblem())
        return problem->message;
    const auto writing = m_workspace.writing();
    if (writing && *writing != m_step)
        return tr("Step %1 is still working. This waits for it.").arg(int(*writing));
    const QString refused = refusal();
    return refused.isEmpty() ? waitsForStep(toMake()) : refused;
}

bool StepController::canApply() const
{
    const bool idle = m_state == State::Ready || m_state == State::Failed;
    return idle && !m_workspace.writing() && !m_workspace.stale() && !m_workspace.reading() && !toMake().isEmpty() &&
           blockedBecause().isEmpty();
}

StepController::Count StepController::count() const
{
    Count count;
    for (const Change &row : rows()) {
        const Progress progress = m_progress.value(row.key);
        const bool pressed = m_progress.contains(row.key);
        const int lines = std::max(1, int(row.details.size()));
        const int same =
            row.details.isEmpty()
                ? 0
                : int(std::count_if(row.details.begin(), row.details.end(), [](const ChangeDetail &d) { return d.same; }));
        if (row.done) {
            count.asAsked += lines;
        } else if (pressed && !underWay(progress)) { // read back, and it is something else; or refused
            const bool refused = progress.state == Progress::State::Failed;
            count.asAsked += same;
            (refused ? count.toCome : count.differ) += lines - same;
        } else {
            count.asAsked += same;
            count.toCome += lines - same;
        }
    }
    return count;
}

bool StepController::concernsThisPage(const Error &error) const
{
    return !isBlueprintPlace(error.where) || error.where.startsWith(sectionOf(m_page));
}

std::optional<Error> StepController::error() const
{
    if (m_error)
        return m_error;
    const auto read = m_workspace.readError();
    return read && concernsThisPage(*read) ? read : std::nullopt;
}

QString StepController::errorWho() const
{
    const auto shown = error();
    if (!shown)
        return {};
    if (!shown->who.isEmpty())
        return shown->who;
    switch (shown->kind) {
    case Error::Kind::Denied:
        switch (m_step) {
        case StepId::Group:
            return tr("You, with the role Groups Administrator active; a protected group needs Privileged Role Administrator.");
        case StepId::Sso:
            return tr("You, with the role Cloud Application Administrator active.");
        case StepId::Pim:
            return tr("You, with the role Privileged Role Administrator active.");
        case StepId::ConditionalAccess:
            return tr("You, with the role Conditional Access Administrator active.");
        }
        break;
    case Error::Kind::SignIn:
    case Error::Kind::Input:
    case Error::Kind::Invalid:
    case Error::Kind::Conflict:
    case Error::Kind::NotFound:
    case Error::Kind::Changed:
    case Error::Kind::Cancelled:
        return tr("You.");
    case Error::Kind::Differs:
        return tr("You: look at it in the Entra admin center.");
    case Error::Kind::Unsafe:
        return tr("You. Nothing was sent.");
    case Error::Kind::Throttled:
    case Error::Kind::Server:
        return tr("Microsoft. Try again in a few minutes; what was made stays and is not made twice.");
    case Error::Kind::Network:
        return tr("Whoever looks after the connection of this computer.");
    case Error::Kind::Protocol:
        return tr("The makers of this program, with the copied details.");
    case Error::Kind::Storage:
        return tr("You, on this computer.");
    }
    return {};
}

/// Message and place may name people: they stay on the page, what is copied does not.
QString StepController::errorDetails() const
{
    auto shown = error();
    if (!shown)
        return {};
    if (!shown->at.isValid())
        shown->at = m_errorAt;
    return shown->references().join(QStringLiteral(" · "));
}

QDateTime StepController::readBackAt() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    return snapshot ? snapshot->readAt : QDateTime();
}

bool StepController::canUndo() const
{
    const bool something = m_pressed || std::any_of(m_progress.begin(), m_progress.end(), readBack);
    return something && m_workspace.signedIn() && !m_workspace.runId().isEmpty() && !m_workspace.writing();
}

QString StepController::undoHint() const
{
    return tr(
        "Takes back every change of this run, closing acts first. PIM keeps managing the group until the group is deleted.");
}

QUrl StepController::portalLink(const Change &change) const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    const Customer *customer = m_workspace.customer();
    return snapshot && customer ? pimgate::portalLink(change, *snapshot, customer->session.cloud().portal) : QUrl();
}

void StepController::refresh()
{
    if (m_state == State::Busy)
        return;
    m_error.reset();
    m_workspace.refresh();
    updateState();
}

void StepController::begin()
{
    m_error.reset();
    m_stop = std::stop_source();
    m_state = State::Busy;
    m_workspace.setWriting(m_step);
}

void StepController::apply()
{
    if (!canApply())
        return;
    m_confirmed = confirmed();
    m_progress.clear();
    m_undoing = false;
    m_pressed = true;
    for (const Change &row : std::as_const(m_confirmed)) {
        Progress waiting;
        waiting.key = row.key;
        waiting.sentence = row.sentence;
        m_progress.insert(row.key, waiting);
    }
    begin();
    updateState();
    launch(this, m_workspace.ensureRun(), [this](const Result<QString> &run) {
        if (run)
            execute(*run);
        else
            failed(run.error());
    });
}

void StepController::execute(const QString &runId)
{
    Customer *customer = m_workspace.customer();
    const Plan *plan = m_workspace.plan();
    if (!customer || !plan)
        return;
    listen(*customer);
    Plan confirmedPlan = *plan;
    if (!asksForEverything())
        confirmedPlan.refusals.removeIf([this](const Error &error) { return !isAbout(error, placesOf(m_step)); });
    launch(this, customer->runner.execute(runId, confirmedPlan, m_confirmed, m_stop.get_token()),
           [this, customer](const Ended &result) {
               if (customer == m_workspace.customer())
                   runEnded(result);
           });
}

void StepController::undo(bool changedToo)
{
    Customer *customer = m_workspace.customer();
    if (!canUndo() || !customer)
        return;
    m_undoing = true;
    m_progress.clear();
    begin();
    updateState();
    listen(*customer);
    const TakeBack how{false, changedToo};
    launch(this, customer->runner.undo(m_workspace.runId(), how, m_stop.get_token()), [this, customer](const Ended &result) {
        if (customer != m_workspace.customer())
            return;
        runEnded(result);
        if (result && !result->changedSince.isEmpty())
            Q_EMIT leftAlone(result->changedSince);
    });
}

void StepController::listen(Customer &customer)
{
    disconnect(m_listening);
    m_listening = connect(&customer.runner, &Runner::progressed, this, [this](const Progress &progress) {
        m_progress.insert(progress.key, progress);
        updateState();
    });
}

void StepController::runEnded(const Ended &result)
{
    if (!result) {
        failed(result.error());
        return;
    }
    disconnect(m_listening);
    m_state = State::Ready;
    if (result->state == RunState::Undone) {
        m_workspace.setRunId({});
        m_workspace.setArming({});
    }
    if (result->evidence)
        m_workspace.setArming(result->evidence);
    m_workspace.setWriting({});
    if (result->after.snapshot)
        m_workspace.setPlan(result->after);
    else
        m_workspace.refresh(); // undo does not read again
    updateState();
    Q_EMIT applied();
}

void StepController::failed(const Error &error)
{
    disconnect(m_listening);
    const bool stopped = error.is(Error::Kind::Cancelled);
    m_state = State::Ready;
    if (!stopped) {
        m_state = State::Failed;
        m_error = error;
        m_errorAt = m_workspace.services().clock().now();
    }
    m_workspace.setWriting({});
    m_workspace.refresh(); // what was made stays: show it as the tenant has it
    updateState();
    Q_EMIT applied();
}

void StepController::stop()
{
    m_stop.request_stop();
}

void StepController::edit(const std::function<void(Blueprint &)> &change)
{
    Blueprint blueprint = m_workspace.blueprint();
    change(blueprint);
    m_error.reset();
    m_workspace.setBlueprint(blueprint);
}

std::pair<PageState, QString> StepController::pageState() const
{
    const QList<Change> all = rows();
    if (all.isEmpty() || !toMake().isEmpty()) {
        const bool differs = m_pressed && count().differ > 0;
        return {differs ? PageState::Differs : PageState::ToDo, {}};
    }
    const bool closes = !open(rowsWhenClosing()).isEmpty();
    return {PageState::Verified, closes ? tr("verified; closes in step 4") : QString()};
}

PageState StepController::workingState(QString *word) const
{
    const auto left = std::count_if(m_progress.begin(), m_progress.end(), underWay);
    *word = left > 0 ? tr("working: %n still to come", nullptr, int(left)) : QString();
    return PageState::Working;
}

void StepController::updateState()
{
    if (m_state != State::Busy) {
        const bool unread = !m_workspace.plan() || m_workspace.stale();
        if (!m_workspace.signedIn()) {
            m_error.reset();
            m_state = State::LookAround;
        } else if (error()) {
            m_state = State::Failed;
        } else if (unread) {
            m_state = State::Reading;
        } else {
            m_state = !rows().isEmpty() && toMake().isEmpty() ? State::Done : State::Ready;
        }
    }
    showState();
    Q_EMIT changed();
}

/// What the side list says of this page.
void StepController::showState()
{
    QString word;
    if (m_state == State::Busy) {
        const PageState working = workingState(&word);
        m_workspace.setState(m_page, working, word);
    } else if (m_state == State::Failed) {
        const auto done = std::count_if(m_progress.begin(), m_progress.end(), readBack);
        const bool broke = m_error && !m_confirmed.isEmpty() && !m_undoing;
        m_workspace.setState(m_page, PageState::Failed,
                             broke ? tr("failed: change %1 of %2").arg(done + 1).arg(m_confirmed.size()) : QString());
    } else if (m_state == State::LookAround) {
        m_workspace.setState(m_page, PageState::ToDo);
    } else if (m_state != State::Reading) {
        const std::pair<PageState, QString> shown = pageState();
        m_workspace.setState(m_page, shown.first, shown.second);
    }
}

} // namespace pimgate
