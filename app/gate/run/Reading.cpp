#include "gate/run/Reading.h"

#include "gate/judge/Openable.h"
#include "gate/judge/Refusals.h"
#include "gate/run/Execution.h"
#include "gate/steps/BreakGlass.h"
#include "gate/steps/ConditionalAccessStep.h"
#include "gate/steps/GroupStep.h"
#include "gate/steps/PimStep.h"
#include "gate/steps/SsoStep.h"
#include "graph/Applications.h"
#include "graph/ConditionalAccess.h"
#include "graph/GraphService.h"
#include "graph/Groups.h"
#include "graph/PrivilegedAccess.h"

namespace pimgate {

namespace {

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

} // namespace

QList<Change> Plan::ofStep(StepId step) const
{
    QList<Change> mine;
    for (const Change &row : rows)
        if (row.step == step)
            mine << row;
    return mine;
}

Reading::Reading(GraphService &graph, Interlock &interlock) : m_graph(graph), m_directory(graph)
{
    m_steps.push_back(std::make_unique<GroupStep>(graph));
    m_steps.push_back(std::make_unique<SsoStep>(graph));
    m_steps.push_back(std::make_unique<PimStep>(graph));
    m_steps.push_back(std::make_unique<ConditionalAccessStep>(graph, interlock));
}

/// Who everybody is: read once, and carried along by the later reads of the same run.
Task<Outcome> Reading::readPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    const QStringList references = blueprint.references();
    auto people = m_directory.resolve(references, stop);
    auto count = m_directory.userCount(stop);
    const auto organization = co_await m_directory.organization(stop);
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

Task<Outcome> Reading::readParts(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
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

/// Somebody who left, or may no longer sign in, can neither activate nor approve; his eligibility and his name in the rule
/// stay where they are. Asked anew at every read: an account that was disabled a minute ago must be seen.
Task<> Reading::readStanding(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    QStringList ids = snapshot->rules ? snapshot->rules->approverIds() : QStringList();
    for (const PimSchedule &schedule : std::as_const(snapshot->eligible))
        ids << schedule.principalId;
    const QSet<QString> involved(ids.cbegin(), ids.cend());
    for (const QString &reference : blueprint.references())
        ids << snapshot->principals.value(reference).id;
    ids.removeDuplicates();
    ids.removeIf([&snapshot](const QString &id) { return id.isEmpty() || (snapshot->group && snapshot->group->id == id); });
    if (ids.isEmpty())
        co_return;
    const auto read = co_await m_directory.standing(ids, stop);
    if (!read) {
        snapshot->unread.insert(QStringLiteral("accounts"), read.error());
        co_return;
    }
    snapshot->standing = *read;
    snapshot->people.insert(read->people);
    for (const QString &id : involved) {
        if (read->unread.contains(id))
            snapshot->unread.insert(QStringLiteral("accounts"), read->unread.value(id));
        if (read->disabled.contains(id))
            snapshot->disabled << id;
        if (read->gone.contains(id))
            snapshot->gone << id;
        if (read->empty.contains(id))
            snapshot->empty << id;
    }
}

/// What else decides whether somebody can open the gate; in most tenants nothing, and then nothing is asked.
Task<> Reading::readPaths(SnapshotPtr snapshot, std::stop_token stop)
{
    const QStringList people = peopleToPlace(*snapshot);
    if (!people.isEmpty()) {
        const auto placed = co_await m_directory.memberships(people, stop);
        if (placed)
            snapshot->memberships = *placed;
    }
    if (snapshot->rules && !snapshot->rules->authenticationContext().isEmpty()) {
        ConditionalAccess policies(m_graph);
        const auto contexts = co_await policies.contexts(stop);
        if (contexts)
            snapshot->contexts = *contexts;
        else
            snapshot->unread.insert(QStringLiteral("contexts"), contexts.error());
    }
    if (!snapshot->group || !activationsMatter(*snapshot))
        co_return;
    PrivilegedAccess access(m_graph);
    const QString groupId = snapshot->group->id;
    const auto requests = co_await access.assignmentRequests(groupId, stop);
    if (!requests)
        co_return;
    for (const PimRequest &request : *requests) {
        const bool granted = request.state() == PimRequest::State::Active || request.state() == PimRequest::State::Ended;
        const bool activation = request.action.compare(QLatin1String("selfActivate"), Qt::CaseInsensitive) == 0;
        const QDateTime before = snapshot->activated.value(request.principalId);
        if (granted && activation && (!before.isValid() || request.created > before))
            snapshot->activated.insert(request.principalId, request.created);
    }
}

Task<Result<Plan>> Reading::inspect(Blueprint blueprint, Ids ids, SnapshotPtr known, std::stop_token stop)
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
    co_await readStanding(blueprint, snapshot, stop);
    co_await readPaths(snapshot, stop);
    const QStringList unnamed = unnamedIds(*snapshot);
    if (!unnamed.isEmpty()) {
        const auto named = co_await m_directory.byIds(unnamed, stop);
        if (named)
            for (const Principal &principal : *named)
                snapshot->people.insert(principal.id, principal);
    }
    snapshot->readAt = m_graph.clock().now();
    if (snapshot->application)
        plan.blueprint.fillNames(snapshot->application->displayName);
    for (const auto &one : m_steps)
        plan.rows << one->rows(plan.blueprint, *snapshot);
    plan.openable = openable(onceClosed(*snapshot, plan.rows));
    plan.findings = drift(plan.blueprint, *snapshot, plan.rows, plan.openable);
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

Task<Result<Plan>> Reading::plan(Blueprint blueprint, std::stop_token stop)
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

Task<Result<QStringList>> Reading::breakGlassPeople(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    Groups groups(m_graph);
    QStringList people;
    const QStringList named = breakGlassIds(blueprint, *snapshot);
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

} // namespace pimgate
