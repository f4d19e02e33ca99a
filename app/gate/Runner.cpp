#include "gate/Runner.h"

#include "gate/ConditionalAccessStep.h"
#include "gate/EvidenceJson.h"
#include "gate/GroupStep.h"
#include "gate/PimStep.h"
#include "gate/Presets.h"
#include "gate/Refusals.h"
#include "gate/SsoStep.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSet>

#include <algorithm>
#include <array>

namespace pimgate {
namespace {

using namespace std::chrono_literals;

struct RunnerText
{
    Q_DECLARE_TR_FUNCTIONS(Runner)
};

/// Microsoft has not copied a new object to the service that was asked (graph-contract 14): the write did not happen.
bool isNotCopiedYet(const Error &error)
{
    static const QStringList codes = {QStringLiteral("SubjectNotFound"), QStringLiteral("ResourceNotFound"),
                                      QStringLiteral("Request_ResourceNotFound"), QStringLiteral("RoleNotFound")};
    if (codes.contains(error.code))
        return true;
    static const QStringList phrases = {QStringLiteral("does not exist or one of its queried"), QStringLiteral("1054"),
                                        QStringLiteral("1040")};
    return error.is(Error::Kind::Invalid) && std::any_of(phrases.cbegin(), phrases.cend(), [&](const QString &phrase) {
               return error.message.contains(phrase) || error.code.contains(phrase);
           });
}

/// The tenant refuses because it has that already: an earlier request of ours that no look showed yet (P12), or the first
/// eligible person who brought the group under PIM.
bool isThereAlready(const Error &error)
{
    static const QStringList codes = {QStringLiteral("RoleAssignmentExists"), QStringLiteral("PendingRoleAssignmentRequest"),
                                      QStringLiteral("ObjectConflict")};
    return codes.contains(error.code) || error.message.contains(QLatin1String("already exists on the object"));
}

/// Sent, and whether it was done is not known: only a look can tell.
bool isUnknownOutcome(const Error &error)
{
    return error.is(Error::Kind::Network) || error.is(Error::Kind::Server) || error.is(Error::Kind::Protocol) ||
           isThereAlready(error);
}

Error changedMeanwhile(const Change &change, const Seen &seen)
{
    Error error;
    error.kind = Error::Kind::Changed;
    error.message = RunnerText::tr("The tenant changed meanwhile: %1 is now “%2”.").arg(change.what, seen.now);
    error.next = RunnerText::tr("Read again and look at the new rows.");
    return error;
}

/// What the run has made already: its id is known, whether or not a look shows it yet.
bool isMade(const Change &change, const Ids &ids)
{
    return (change.key == QLatin1String("group") && !ids.groupId.isEmpty()) ||
           (change.key == QLatin1String("policy") && !ids.policyId.isEmpty());
}

Error stopped()
{
    Error error;
    error.kind = Error::Kind::Cancelled;
    error.message = RunnerText::tr("Stopped. What was made stays and is not made twice.");
    error.next = RunnerText::tr("Resume the run, or undo it.");
    return error;
}

QString placeOf(const Blueprint &blueprint, const QString &reference)
{
    for (int i = 0; i < blueprint.eligible.size(); ++i)
        if (blueprint.eligible[i].principal == reference)
            return QStringLiteral("pim.eligible[%1].principal").arg(i);
    const auto in = [&](const QStringList &list, const char *path) {
        const qsizetype i = list.indexOf(reference);
        return i < 0 ? QString() : QStringLiteral("%1[%2]").arg(QLatin1String(path)).arg(i);
    };
    for (const QString &place :
         {in(blueprint.activation.approvers, "pim.activation.approvers"),
          in(blueprint.policy.breakGlass, "conditionalAccess.breakGlass"), in(blueprint.assignment.remove, "assignment.remove")})
        if (!place.isEmpty())
            return place;
    return {};
}

QStringList unnamedIds(const Snapshot &snapshot)
{
    QStringList ids;
    for (const PimSchedule &schedule : snapshot.eligible + snapshot.active)
        ids << schedule.principalId;
    if (snapshot.rules)
        ids << snapshot.rules->approverIds();
    if (snapshot.policy)
        ids << snapshot.policy->exclusions();
    for (const AppAssignment &assignment : snapshot.assignments)
        if (assignment.principalType == Principal::Type::User) // guest or not, and by which name he signs in
            ids << assignment.principalId;
    ids.removeDuplicates();
    ids.removeIf([&](const QString &id) { return snapshot.people.contains(id) || (snapshot.group && snapshot.group->id == id); });
    return ids;
}

void fillIds(Ids &ids, const Snapshot &snapshot)
{
    if (snapshot.application) {
        ids.appId = snapshot.application->appId;
        ids.servicePrincipalId = snapshot.application->id;
    }
    if (ids.groupId.isEmpty() && snapshot.group)
        ids.groupId = snapshot.group->id;
    if (ids.policyId.isEmpty() && snapshot.policy)
        ids.policyId = snapshot.policy->id;
}

/// The provisional policy of a group that PIM does not know may refuse the rules: the row then needs somebody to begin with.
void nameFirstPerson(Change &change, const Plan &plan)
{
    if (change.key != QLatin1String("rules") || plan.blueprint.eligible.isEmpty())
        return;
    const Blueprint::Eligible &first = plan.blueprint.eligible.first();
    const IsoDuration duration = first.duration.value_or(Blueprint::defaultEligibility());
    change.wanted.insert(QStringLiteral("firstPerson"),
                         QJsonObject{{QStringLiteral("id"), plan.snapshot->principals.value(first.principal).id},
                                     {QStringLiteral("duration"), duration.toString()}});
}

const QString confirmedMember = QStringLiteral("confirmed");

/// The keys of all rows that a person agreed to in this run.
void noteConfirmed(RunRecord &record, const QList<Change> &confirmed)
{
    QJsonArray keys = record.result.value(confirmedMember).toArray();
    for (const Change &change : confirmed)
        if (!keys.contains(change.key))
            keys << change.key;
    record.result.insert(confirmedMember, keys);
}

bool arms(const Change &change)
{
    return change.key == QLatin1String("state") && change.closing();
}

QJsonObject toJson(const Finding &finding)
{
    static const QStringList weights = {QStringLiteral("drift"), QStringLiteral("notEnforced"), QStringLiteral("notChecked"),
                                        QStringLiteral("note")};
    return {{QStringLiteral("key"), finding.key},
            {QStringLiteral("text"), finding.text},
            {QStringLiteral("weight"), weights.value(int(finding.weight))}};
}

} // namespace

struct Runner::Execution
{
    RunRecord record;
    Plan plan;
    std::optional<ArmingEvidence> evidence;
    QStringList notDone;
    QHash<QString, std::shared_ptr<Task<Outcome>>> opening; ///< by key, while they run side by side
    std::optional<Error> failure;                           ///< the first; nothing new begins after it
    /// Looks taken while something else was waited for: good for some seconds, so that a round trip is not made twice.
    struct Look
    {
        Seen seen;
        QElapsedTimer age;
    };
    QHash<QString, Look> looks;
};

QList<Change> Plan::ofStep(StepId step) const
{
    QList<Change> mine;
    for (const Change &row : rows)
        if (row.step == step)
            mine << row;
    return mine;
}

Runner::Runner(GraphService &graph, History &history, QObject *parent)
    : QObject(parent), m_graph(graph), m_history(history), m_policies(std::make_unique<ConditionalAccess>(graph)),
      m_directory(std::make_unique<Directory>(graph)),
      m_interlock(std::make_unique<Interlock>(*m_policies, *m_directory, graph.clock()))
{
    m_steps.push_back(std::make_unique<GroupStep>(graph));
    m_steps.push_back(std::make_unique<SsoStep>(graph));
    m_steps.push_back(std::make_unique<PimStep>(graph));
    m_steps.push_back(std::make_unique<ConditionalAccessStep>(graph, *m_interlock));
}

Runner::~Runner() = default;

Step &Runner::step(StepId id)
{
    return *m_steps[size_t(id) - 1];
}

void Runner::report(const Change &change, Progress::State state, const QString &wait, const QString &typical)
{
    Progress progress;
    progress.state = state;
    progress.key = change.key;
    progress.sentence = change.sentence;
    progress.wait = wait;
    progress.typical = typical;
    progress.since = m_graph.clock().now();
    Q_EMIT progressed(progress);
}

// ---- reading ----

/// Who everybody is: read once, and carried along by the later reads of the same run.
Task<Outcome> Runner::readPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    const QStringList references = blueprint.references();
    auto people = m_directory->resolve(references, stop);
    auto count = m_directory->userCount(stop);
    const auto organization = co_await m_directory->organization(stop);
    const auto resolved = co_await people;
    const auto counted = co_await count;
    if (organization)
        snapshot->organization = *organization;
    if (counted)
        snapshot->userCount = *counted;
    if (!resolved) {
        Error error = resolved.error();
        const QString place = placeOf(blueprint, error.where);
        error.where = place.isEmpty() ? error.where : place;
        co_return failure(error);
    }
    snapshot->principals = *resolved;
    co_return {};
}

Task<Outcome> Runner::readParts(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    auto group = step(StepId::Group).inspect(blueprint, snapshot, stop);
    auto application = step(StepId::Sso).inspect(blueprint, snapshot, stop);
    auto policy = step(StepId::ConditionalAccess).inspect(blueprint, snapshot, stop);
    Outcome groupRead;
    const bool groupKnown = !snapshot->ids.groupId.isEmpty();
    if (!groupKnown) {
        const auto found = co_await group;
        groupRead = found;
    }
    const auto pimRead = co_await step(StepId::Pim).inspect(blueprint, snapshot, stop);
    if (groupKnown) {
        const auto found = co_await group;
        groupRead = found;
    }
    const auto applicationRead = co_await application;
    const auto policyRead = co_await policy;
    if (!groupRead)
        co_return groupRead;
    if (!applicationRead) {
        Error error = applicationRead.error();
        if (error.is(Error::Kind::Input))
            error.where = QStringLiteral("application");
        co_return failure(error);
    }
    if (!pimRead && snapshot->group) // a group that is gone has no rules to read
        co_return pimRead;
    co_return policyRead;
}

Task<Result<Plan>> Runner::inspect(Blueprint blueprint, Ids ids, SnapshotPtr known, std::stop_token stop)
{
    Plan plan;
    plan.blueprint = blueprint;
    plan.snapshot = std::make_shared<Snapshot>();
    const SnapshotPtr snapshot = plan.snapshot;
    snapshot->ids = ids;
    if (known) {
        snapshot->carryFrom(*known);
        const auto parts = co_await readParts(blueprint, snapshot, stop);
        if (!parts)
            co_return failure(parts.error());
    } else {
        auto people = readPeople(blueprint, snapshot, stop);
        const auto parts = co_await readParts(blueprint, snapshot, stop);
        const auto peopleRead = co_await people;
        if (!peopleRead)
            co_return failure(peopleRead.error());
        if (!parts)
            co_return failure(parts.error());
    }
    for (const Principal &principal : std::as_const(snapshot->principals))
        snapshot->people.insert(principal.id, principal);
    for (const Principal &member : snapshot->members + snapshot->owners + snapshot->ordinary)
        snapshot->people.insert(member.id, member);
    const QStringList unnamed = unnamedIds(*snapshot);
    if (!unnamed.isEmpty()) {
        const auto named = co_await m_directory->byIds(unnamed, stop);
        if (named)
            for (const Principal &principal : *named)
                snapshot->people.insert(principal.id, principal);
    }
    snapshot->readAt = m_graph.clock().now();
    if (snapshot->application)
        plan.blueprint.fillNames(snapshot->application->displayName);
    for (const auto &one : m_steps)
        plan.rows << one->rows(plan.blueprint, *snapshot);
    plan.findings = drift(plan.blueprint, *snapshot, plan.rows);
    plan.refusals = refusals(plan.blueprint, *snapshot);
    // P2: this program's own client, also one given with --client-id.
    if (snapshot->application &&
        snapshot->application->appId.compare(m_graph.session().cloud().clientId, Qt::CaseInsensitive) == 0) {
        Error own;
        own.kind = Error::Kind::Input;
        own.where = QStringLiteral("application");
        own.message =
            RunnerText::tr("This program signs in with that application: blocking it would shut the program itself out.");
        own.next = RunnerText::tr("Choose the application that is to be put behind PIM.");
        plan.refusals << own;
    }
    co_return plan;
}

Task<Result<Plan>> Runner::plan(Blueprint blueprint, std::stop_token stop)
{
    const bool nameless = blueprint.group.displayName.isEmpty() || blueprint.policy.displayName.isEmpty();
    const QString appId = blueprint.application.appId;
    if (nameless && !appId.isEmpty()) { // the names come from the application's own
        Applications applications(m_graph);
        const auto application = co_await applications.byAppId(appId, stop);
        if (!application) {
            Error error = application.error();
            error.where = QStringLiteral("application.appId");
            co_return failure(error);
        }
        blueprint.fillNames(application->displayName);
    }
    const Ids none;
    const SnapshotPtr nothing;
    co_return co_await inspect(blueprint, none, nothing, stop);
}

// ---- a run ----

Task<Result<RunRecord>> Runner::begin(Plan plan)
{
    const Session &session = m_graph.session();
    RunRecord record;
    record.started = m_graph.clock().now();
    record.cloud = session.cloud().name;
    record.demo = session.cloud().isDemo();
    record.tenantId = session.account().tenantId;
    record.tenantName = plan.snapshot->organization.defaultDomain;
    record.operatorName = session.account().userName;
    record.application = plan.snapshot->application ? plan.snapshot->application->displayName : QString();
    record.blueprint = plan.blueprint.toJson();
    record.state = QStringLiteral("running");
    fillIds(record.ids, *plan.snapshot);
    co_return co_await m_history.begin(record);
}

Task<Result<Runner::ExecutionPtr>> Runner::executionOf(QString runId)
{
    const auto record = co_await m_history.run(runId);
    if (!record)
        co_return failure(record.error());
    auto run = std::make_shared<Execution>();
    run->record = *record;
    run->record.ids.run = record->id;
    const QString tenant = m_graph.session().account().tenantId;
    if (!tenant.isEmpty() && !record->tenantId.isEmpty() && tenant != record->tenantId)
        co_return failure(Error::Kind::Input,
                          RunnerText::tr("Run %1 belongs to %2, and you are signed in elsewhere.").arg(runId, record->tenantName),
                          RunnerText::tr("Sign in to that tenant."));
    co_return run;
}

Task<Result<RunResult>> Runner::execute(QString runId, Plan plan, QList<Change> confirmed, std::stop_token stop)
{
    if (!plan.refusals.isEmpty())
        co_return failure(plan.refusals.first());
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    run->plan = plan;
    run->record.blueprint = plan.blueprint.toJson();
    run->record.state = QStringLiteral("running");
    run->record.ended = {};
    // What was learned first stays: a plan for another group must not be written to the run's own.
    const QString planned = plan.snapshot->group ? plan.snapshot->group->id : QString();
    if (!planned.isEmpty() && !run->record.ids.groupId.isEmpty() && planned != run->record.ids.groupId)
        co_return failure(Error::Kind::Changed, RunnerText::tr("Run %1 is about another group than the rows shown.").arg(runId),
                          RunnerText::tr("Undo the run, or begin a new one for this group."));
    fillIds(run->record.ids, *plan.snapshot);
    noteConfirmed(run->record, confirmed);
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!noted)
        co_return failure(noted.error());
    QList<Change> opening, closing;
    for (Change change : confirmed) {
        nameFirstPerson(change, plan);
        (change.closing() ? closing : opening) << change;
    }
    auto outcome = co_await makeOpening(run, opening, stop);
    if (outcome && !closing.isEmpty()) {
        const auto closed = co_await close(run, closing, stop);
        outcome = closed;
    }
    co_return co_await finish(run, outcome, stop);
}

Task<Result<RunResult>> Runner::resume(QString runId, std::stop_token stop)
{
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    const auto blueprint = Blueprint::parse(QJsonDocument(run->record.blueprint).toJson());
    if (!blueprint)
        co_return failure(blueprint.error());
    const Blueprint wanted = *blueprint;
    const Ids ids = run->record.ids;
    const SnapshotPtr nothing;
    const auto plan = co_await inspect(wanted, ids, nothing, stop);
    if (!plan)
        co_return failure(plan.error());
    const Plan found = *plan;
    QList<Change> rest = found.toMake();
    // Nobody agreed to more than the rows confirmed then: a wizard's run may have been cut off in its first step.
    const QJsonArray agreed = run->record.result.value(confirmedMember).toArray();
    rest.removeIf([&agreed](const Change &row) { return !agreed.contains(row.key); });
    co_return co_await execute(runId, found, rest, stop);
}

// ---- opening acts ----

Task<Outcome> Runner::makeOpening(ExecutionPtr run, QList<Change> changes, std::stop_token stop)
{
    for (const Change &change : changes) // rows come in the order of writing: what a row waits for stands before it
        run->opening.insert(change.key, std::make_shared<Task<Outcome>>(makeWhenDue(run, change, stop)));
    // QCoro 0.8 moves the result out to the first who awaits it: the outcome is kept in the execution, not taken from the tasks.
    for (const Change &change : changes) {
        const std::shared_ptr<Task<Outcome>> task = run->opening.value(change.key);
        co_await *task;
    }
    run->opening.clear();
    if (run->failure)
        co_return failure(*run->failure);
    co_return {};
}

Task<Outcome> Runner::makeWhenDue(ExecutionPtr run, Change change, std::stop_token stop)
{
    for (const QString &key : std::as_const(change.waitsFor)) {
        const std::shared_ptr<Task<Outcome>> task = run->opening.value(key);
        if (!task)
            continue;
        co_await *task;
        // The group is there and the rules are still on their way: the look costs no time of its own now.
        if (key == QLatin1String("group") && change.waitsFor.size() > 1 && !run->failure)
            co_await lookAhead(run, change, stop);
    }
    if (run->failure)
        co_return {};
    const auto made = co_await makeOne(run, change, stop);
    if (!made && !run->failure)
        run->failure = made.error();
    co_return {};
}

Task<Outcome> Runner::keepIds(ExecutionPtr run, Change change, QString id)
{
    if (id.isEmpty())
        co_return {};
    if (change.key == QLatin1String("group"))
        run->record.ids.groupId = id;
    else if (change.key == QLatin1String("policy"))
        run->record.ids.policyId = id;
    else
        co_return {};
    const RunRecord record = run->record;
    co_return co_await m_history.update(record);
}

Task<> Runner::lookAhead(ExecutionPtr run, Change change, std::stop_token stop)
{
    const Ids ids = run->record.ids;
    const auto seen = co_await step(change.step).look(change, ids, stop);
    if (!seen)
        co_return;
    QElapsedTimer age;
    age.start();
    run->looks.insert(change.key, Execution::Look{*seen, age});
}

Task<Result<Seen>> Runner::lookBefore(ExecutionPtr run, Change change, std::stop_token stop)
{
    constexpr qint64 goodFor = 5000; // ms of this computer's time
    const auto ahead = run->looks.constFind(change.key);
    if (ahead != run->looks.constEnd() && ahead->age.elapsed() < goodFor) {
        const Seen seen = ahead->seen;
        run->looks.erase(ahead);
        co_return seen;
    }
    const Ids ids = run->record.ids;
    co_return co_await step(change.step).look(change, ids, stop);
}

Task<Outcome> Runner::makeOne(ExecutionPtr run, Change change, std::stop_token stop)
{
    if (stop.stop_requested())
        co_return failure(stopped());
    report(change, Progress::State::Sending);
    const auto seen = co_await lookBefore(run, change, stop);
    if (!seen)
        co_return failure(seen.error());
    const QString runId = run->record.id;
    const QDateTime now = m_graph.clock().now();
    if (seen->state == Seen::State::Other) {
        report(change, Progress::State::Differs);
        co_return failure(changedMeanwhile(change, *seen));
    }
    if (seen->state == Seen::State::AsBefore && isMade(change, run->record.ids))
        co_return co_await awaitMade(run, change, stop);
    const auto sequence = co_await m_history.intend(runId, change, now);
    if (!sequence)
        co_return failure(sequence.error());
    if (seen->state == Seen::State::Done) {
        const auto kept = co_await keepIds(run, change, seen->id);
        if (!kept)
            co_return kept;
        const QString already = QStringLiteral("already");
        const auto noted = co_await m_history.finish(runId, *sequence, already, seen->now, seen->evidence, now);
        report(change, Progress::State::Already);
        co_return noted;
    }
    const Seen before = *seen;
    const auto made = co_await send(run, change, before, stop);
    Error error;
    if (!made)
        error = made.error();
    std::chrono::seconds window = change.key == QLatin1String("assignment") ? 300s : 180s;
    Result<Seen> back;
    if (made && made->readBack) {
        back = Seen{Seen::State::Done, change.after, made->id, {}};
    } else if (made || isUnknownOutcome(error)) {
        // Names are not unique: a group or policy whose answer got lost has its time to show before anybody sends again (P12).
        const bool couldBeTwice = change.key == QLatin1String("group") || change.key == QLatin1String("policy");
        if (!made && !couldBeTwice && !isThereAlready(error))
            window = 30s;
        const auto shown = co_await readBack(run, change, window, stop);
        back = shown;
    } else {
        back = failure(error);
    }
    if (made || (back && back->state == Seen::State::Done)) {
        const QString id = made ? made->id : back->id;
        const auto kept = co_await keepIds(run, change, id);
        if (!kept)
            co_return kept;
    }
    if (back && back->state != Seen::State::Done && !made)
        back = failure(error); // not there: the lost request did not act
    if (back && back->state != Seen::State::Done)
        back = failure(Error::Kind::Differs,
                       RunnerText::tr("%1: Microsoft still says “%2”, asked was “%3”.").arg(change.what, back->now, change.after),
                       RunnerText::tr("Read again in some minutes; it is not sent a second time."));
    const QDateTime finished = m_graph.clock().now();
    const bool undecided = !back && back.error().is(Error::Kind::Cancelled);
    const QString outcome = back ? QStringLiteral("done") : undecided ? QString() : QStringLiteral("failed");
    const QString note = back ? back->now : back.error().text();
    const QJsonObject evidence = back ? back->evidence : QJsonObject();
    const auto noted = co_await m_history.finish(runId, *sequence, outcome, note, evidence, finished);
    report(change, back ? Progress::State::Done : Progress::State::Failed);
    if (!back)
        co_return failure(back.error());
    co_return noted;
}

Task<Outcome> Runner::awaitMade(ExecutionPtr run, Change change, std::stop_token stop)
{
    const std::chrono::seconds window = 180s;
    const auto back = co_await readBack(run, change, window, stop);
    if (!back)
        co_return failure(back.error());
    const bool there = back->state == Seen::State::Done;
    report(change, there ? Progress::State::Already : Progress::State::Differs);
    if (!there)
        co_return failure(Error::Kind::Changed, RunnerText::tr("%1: what this run has made is gone.").arg(change.what),
                          RunnerText::tr("Undo the run, then begin a new one."));
    co_return {};
}

Task<Result<Made>> Runner::send(ExecutionPtr run, Change change, Seen seen, std::stop_token stop)
{
    constexpr std::array pauses = {2s, 4s, 8s, 16s, 30s, 30s, 30s, 30s, 30s};
    for (size_t attempt = 0;; ++attempt) {
        const Ids ids = run->record.ids;
        const auto made = co_await step(change.step).make(change, ids, seen, stop);
        if (made || !isNotCopiedYet(made.error()) || attempt == pauses.size())
            co_return made;
        report(change, Progress::State::Waiting, RunnerText::tr("Microsoft is copying the group"),
               RunnerText::tr("usually under 2 minutes"));
        const auto pause = pauses[attempt];
        const bool goesOn = co_await m_graph.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(stopped());
    }
}

Task<Result<Seen>> Runner::readBack(ExecutionPtr run, Change change, std::chrono::seconds window, std::stop_token stop)
{
    report(change, Progress::State::ReadingBack);
    if (change.key == QLatin1String("group") && run->record.ids.groupId.isEmpty())
        window = std::max<std::chrono::seconds>(window, 30s);
    const QDateTime until = m_graph.clock().now().addSecs(window.count());
    for (std::chrono::seconds pause = 1s;; pause = std::min<std::chrono::seconds>(pause * 2, 10s)) {
        const Ids ids = run->record.ids;
        auto seen = co_await step(change.step).look(change, ids, stop);
        const bool decided = !seen || seen->state == Seen::State::Done;
        if (decided || m_graph.clock().now() >= until)
            co_return seen;
        report(change, Progress::State::ReadingBack, RunnerText::tr("Microsoft does not show it yet"),
               RunnerText::tr("usually some seconds"));
        const bool goesOn = co_await m_graph.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(stopped());
    }
}

// ---- closing acts ----

Task<Outcome> Runner::mayClose(ExecutionPtr run, QList<Change> changes, std::stop_token stop)
{
    const Blueprint blueprint = run->plan.blueprint;
    const Ids ids = run->record.ids;
    const SnapshotPtr known = run->plan.snapshot;
    const auto fresh = co_await inspect(blueprint, ids, known, stop);
    if (!fresh)
        co_return failure(fresh.error());
    run->plan = *fresh;
    for (const Change &row : fresh->toMake())
        if (!row.closing())
            co_return failure(Error::Kind::Differs, RunnerText::tr("The gate stays open: %1 is not there yet.").arg(row.what),
                              RunnerText::tr("Make the rows that give access first."));
    if (!fresh->refusals.isEmpty()) // security defaults came on, the policy became another one...
        co_return failure(fresh->refusals.first());
    QSet<QString> going;
    for (const Change &change : std::as_const(changes))
        if (change.key.startsWith(QLatin1String("uneligible:")))
            going << change.targetId;
    const QList<PimSchedule> &eligible = fresh->snapshot->eligible;
    const bool somebodyOpens = std::any_of(eligible.cbegin(), eligible.cend(), [&going](const PimSchedule &schedule) {
        return schedule.provisioned() && !going.contains(schedule.principalId);
    });
    if (!somebodyOpens)
        co_return failure(Error::Kind::Unsafe,
                          RunnerText::tr("The gate stays open: nobody could open it, because nobody is eligible."),
                          RunnerText::tr("Make at least one person eligible in step 3."));
    if (std::none_of(changes.cbegin(), changes.cend(), arms))
        co_return {};
    const SnapshotPtr snapshot = run->plan.snapshot;
    const auto breakGlass = co_await breakGlassPeople(blueprint, snapshot, stop);
    if (!breakGlass)
        co_return failure(breakGlass.error());
    if (breakGlass->isEmpty() && !blueprint.policy.breakGlass.isEmpty()) {
        run->evidence = ArmingEvidence{
            {}, m_graph.clock().now(), RunnerText::tr("The break-glass group has no members, so it protects nobody.")};
        co_return {};
    }
    const QStringList breakGlassIds = *breakGlass;
    auto asked = m_interlock->gather(ids.policyId, snapshot, breakGlassIds, stop);
    std::vector<Task<>> looks;
    for (const Change &change : std::as_const(changes))
        looks.push_back(lookAhead(run, change, stop));
    const auto evidence = co_await asked;
    for (const Task<> &look : looks)
        co_await look;
    if (!evidence && evidence.error().is(Error::Kind::Cancelled))
        co_return failure(evidence.error());
    for (const Change &change : std::as_const(changes)) {
        const auto look = run->looks.constFind(change.key);
        if (look != run->looks.constEnd() && look->seen.state == Seen::State::Other)
            co_return failure(changedMeanwhile(change, look->seen));
    }
    // No answer is no evidence: the gate stays open, and the run ends report-only (interface.md).
    const QString silent =
        evidence ? QString() : RunnerText::tr("Microsoft's What-If did not answer: %1").arg(evidence.error().text());
    run->evidence = evidence ? *evidence : ArmingEvidence{{}, m_graph.clock().now(), silent};
    co_return {};
}

Task<Result<QStringList>> Runner::breakGlassPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    // What-If asks about people: a break-glass group is asked about by whoever is in it.
    Groups groups(m_graph);
    QStringList people;
    const QStringList named = ConditionalAccessStep::breakGlassIds(blueprint, *snapshot);
    for (const QString &id : named) {
        if (!snapshot->people.value(id).isGroup()) {
            people << id;
            continue;
        }
        const auto members = co_await groups.members(id, stop);
        if (!members)
            co_return failure(members.error());
        for (const Principal &member : *members) {
            if (!member.isUser())
                continue;
            people << member.id;
            snapshot->people.insert(member.id, member);
        }
    }
    co_return people;
}

Task<Outcome> Runner::close(ExecutionPtr run, QList<Change> changes, std::stop_token stop)
{
    const auto may = co_await mayClose(run, changes, stop);
    if (!may)
        co_return may;
    if (run->evidence && !run->evidence->complete()) // no closing act leaves: the run ends report-only (interface.md)
        co_return {};
    for (const Change &change : std::as_const(changes)) {
        const auto made = co_await makeOne(run, change, stop);
        if (!made)
            co_return made;
    }
    co_return {};
}

Task<Result<RunResult>> Runner::finish(ExecutionPtr run, Outcome outcome, std::stop_token stop)
{
    run->record.ended = m_graph.clock().now();
    RunResult result;
    result.runId = run->record.id;
    result.evidence = run->evidence;
    if (outcome) {
        const Blueprint blueprint = run->plan.blueprint;
        const Ids ids = run->record.ids;
        const SnapshotPtr known = run->plan.snapshot;
        const auto after = co_await inspect(blueprint, ids, known, stop);
        if (after)
            result.after = *after;
        else
            outcome = failure(after.error());
    }
    if (!outcome) {
        run->record.state = outcome.error().is(Error::Kind::Cancelled) ? QStringLiteral("stopped") : QStringLiteral("failed");
    } else if (run->evidence && !run->evidence->complete()) {
        run->record.state = QStringLiteral("reportOnly");
    } else {
        // What closes the gate waits for its own button: open closing rows are no drift of this run.
        const QList<Change> rest = result.after.toMake();
        const bool drifted = std::any_of(rest.cbegin(), rest.cend(), [](const Change &row) { return !row.closing(); });
        run->record.state = drifted ? QStringLiteral("drift") : QStringLiteral("verified");
    }
    result.state = run->record.state;
    QJsonArray findings;
    for (const Finding &finding : std::as_const(result.after.findings))
        findings << toJson(finding);
    if (outcome)
        run->record.result.insert(QStringLiteral("findings"), findings);
    if (run->evidence)
        run->record.result.insert(QStringLiteral("evidence"), toJson(*run->evidence));
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!noted)
        co_return failure(noted.error());
    co_return result;
}

// ---- taking back ----

namespace {

/// Closing acts first, then the last made first (graph-contract 13).
QList<ChangeRecord> inUndoOrder(QList<ChangeRecord> records)
{
    records.removeIf([](const ChangeRecord &record) {
        return record.outcome == QLatin1String("already") || record.outcome == QLatin1String("undone");
    });
    std::stable_sort(records.begin(), records.end(), [](const ChangeRecord &a, const ChangeRecord &b) {
        if (a.change.closing() != b.change.closing())
            return a.change.closing();
        return a.sequence > b.sequence;
    });
    return records;
}

QString endOfTakingBack(const Outcome &outcome)
{
    if (outcome)
        return QStringLiteral("undone");
    return outcome.error().is(Error::Kind::Cancelled) ? QStringLiteral("stopped") : QStringLiteral("failed");
}

bool contains(const QList<ChangeRecord> &records, const char *key)
{
    return std::any_of(records.cbegin(), records.cend(),
                       [key](const ChangeRecord &record) { return record.change.key == QLatin1String(key); });
}

} // namespace

Task<Result<QList<ChangeRecord>>> Runner::undoPlan(QString runId)
{
    const auto records = co_await m_history.changes(runId);
    if (!records)
        co_return failure(records.error());
    co_return inUndoOrder(*records);
}

Task<Outcome> Runner::takeBackOne(ExecutionPtr run, Change change, bool noWait, std::stop_token stop)
{
    const QDateTime until = m_graph.clock().now().addSecs(360);
    while (true) {
        const Ids ids = run->record.ids;
        const auto back = co_await step(change.step).takeBack(change, ids, stop);
        // PIM's own rule: the first five minutes cannot be ended early (P26).
        const bool tooEarly = !back && back.error().code == QLatin1String("ActiveDurationTooShort");
        if (!tooEarly || noWait || m_graph.clock().now() > until)
            co_return back;
        report(change, Progress::State::Waiting, RunnerText::tr("PIM's own rule: the first five minutes cannot be ended early"),
               RunnerText::tr("at most 5 minutes"));
        const std::chrono::seconds pause = 10s;
        const bool goesOn = co_await m_graph.clock().sleep(pause, stop);
        if (!goesOn)
            co_return failure(stopped());
    }
}

Task<Outcome> Runner::takeBackAll(ExecutionPtr run, QList<ChangeRecord> records, bool noWait, std::stop_token stop)
{
    const bool groupGoes = contains(records, "group");
    Outcome outcome;
    for (const ChangeRecord &record : std::as_const(records)) {
        Change change = record.change;
        change.sentence = change.what + QLatin1String(": ") + change.undo;            // what the progress says
        const bool goesWithGroup = groupGoes && change.key == QLatin1String("rules"); // the rules go with the group
        if (!change.undoable || goesWithGroup)
            continue;
        if (stop.stop_requested())
            co_return failure(stopped());
        report(change, Progress::State::Sending);
        const auto back = co_await takeBackOne(run, change, noWait, stop);
        if (!back) {
            report(change, Progress::State::Failed);
            if (back.error().is(Error::Kind::Cancelled))
                co_return back;
            run->notDone << RunnerText::tr("%1 was not taken back: %2").arg(change.what, back.error().text());
            const bool floor = back.error().code == QLatin1String("ActiveDurationTooShort");
            if (!floor && outcome)
                outcome = back;
            if (change.closing() && !floor) // what shuts people out comes first; if that fails, leave the rest standing
                co_return back;
            continue;
        }
        report(change, Progress::State::Done);
        if (record.sequence > 0) {
            const QString runId = run->record.id, undone = QStringLiteral("undone");
            const QDateTime now = m_graph.clock().now();
            const auto noted = co_await m_history.finish(runId, record.sequence, undone, {}, {}, now);
            if (!noted)
                co_return noted;
        }
    }
    co_return outcome;
}

Task<Outcome> Runner::recoverIds(ExecutionPtr run, QList<ChangeRecord> records, std::stop_token stop)
{
    // Cut off between a write and its answer: what the run made is found by its marks, group first (the policy names it).
    for (const char *key : {"group", "policy"})
        for (const ChangeRecord &record : std::as_const(records)) {
            const Change change = record.change;
            const Ids ids = run->record.ids;
            if (change.key != QLatin1String(key) || isMade(change, ids))
                continue;
            const auto seen = co_await step(change.step).look(change, ids, stop);
            if (!seen)
                co_return failure(seen.error());
            // A group of that name without our mark is somebody else's; a policy has an id here only if it bears the mark.
            const bool ours = seen->state == Seen::State::Done || change.key == QLatin1String("policy");
            if (!ours)
                continue;
            const QString id = seen->id;
            const auto kept = co_await keepIds(run, change, id);
            if (!kept)
                co_return kept;
        }
    co_return {};
}

QStringList Runner::residueOf(const QList<Change> &changes)
{
    const auto has = [&changes](const char *key) {
        return std::any_of(changes.cbegin(), changes.cend(),
                           [key](const Change &change) { return change.key == QLatin1String(key); });
    };
    QStringList residue;
    for (const Change &change : changes)
        if (!change.undoable)
            residue << change.what + QLatin1String(": ") + change.undo;
    if (has("group")) // graph-contract 13: soft-deleted for 30 days; request history and audit stay
        residue << RunnerText::tr(
            "Microsoft keeps the deleted group and policy for 30 days, and PIM's request history and the audit log.");
    else if (has("rules")) // no off-boarding (P9)
        residue << RunnerText::tr("PIM keeps managing the group until the group is deleted.");
    return residue;
}

Task<Result<RunResult>> Runner::undo(QString runId, bool noWait, std::stop_token stop)
{
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    const auto records = co_await undoPlan(runId);
    if (!records)
        co_return failure(records.error());
    const QList<ChangeRecord> list = *records;
    auto outcome = co_await recoverIds(run, list, stop);
    if (outcome) {
        const auto back = co_await takeBackAll(run, list, noWait, stop);
        outcome = back;
    }
    run->record.state = endOfTakingBack(outcome);
    run->record.ended = m_graph.clock().now();
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!noted)
        co_return failure(noted.error());
    RunResult result;
    result.runId = runId;
    result.state = record.state;
    result.notDone = run->notDone;
    co_return result;
}

Task<Result<QList<Change>>> Runner::removalPlan(Plan plan)
{
    QList<Change> standing;
    for (Change row : std::as_const(plan.rows)) {
        const bool ours = plan.snapshot->group && plan.snapshot->group->mailNickname.startsWith(QLatin1String(groupMark));
        if (!row.done || !row.undoable || (row.key == QLatin1String("group") && !ours) || row.key == QLatin1String("rules"))
            continue;
        // A policy of the same name and shape that somebody else made is loosened, not deleted.
        if (row.key == QLatin1String("policy") && !plan.snapshot->policy->description.startsWith(QLatin1String(policyMark)))
            continue;
        if (row.key == QLatin1String("required"))
            row.original = {{QStringLiteral("required"), false}};
        if (row.key == QLatin1String("state"))
            row.original = {{QStringLiteral("state"), CaPolicy::stateName(CaPolicy::State::ReportOnly)}};
        if (row.key.startsWith(QLatin1String("eligible:")))
            row.original = {};
        standing << row;
    }
    std::stable_sort(standing.begin(), standing.end(),
                     [](const Change &a, const Change &b) { return a.closing() && !b.closing(); });
    const auto opening = std::find_if(standing.begin(), standing.end(), [](const Change &row) { return !row.closing(); });
    std::reverse(standing.begin(), opening);
    std::reverse(opening, standing.end());
    co_return standing;
}

Task<Result<RunResult>> Runner::remove(Plan plan, QList<Change> confirmed, bool noWait, std::stop_token stop)
{
    const auto begun = co_await begin(plan);
    if (!begun)
        co_return failure(begun.error());
    const QString runId = begun->id;
    const auto started = co_await executionOf(runId);
    if (!started)
        co_return failure(started.error());
    const ExecutionPtr run = *started;
    QList<ChangeRecord> records;
    for (const Change &change : std::as_const(confirmed)) {
        const QDateTime now = m_graph.clock().now();
        const auto sequence = co_await m_history.intend(runId, change, now);
        if (!sequence)
            co_return failure(sequence.error());
        ChangeRecord record;
        record.sequence = *sequence;
        record.change = change;
        records << record;
    }
    const auto outcome = co_await takeBackAll(run, records, noWait, stop);
    run->record.state = endOfTakingBack(outcome);
    run->record.ended = m_graph.clock().now();
    const RunRecord record = run->record;
    const auto noted = co_await m_history.update(record);
    if (!outcome)
        co_return failure(outcome.error());
    if (!noted)
        co_return failure(noted.error());
    RunResult result;
    result.runId = runId;
    result.state = record.state;
    result.notDone = run->notDone;
    co_return result;
}

} // namespace pimgate
