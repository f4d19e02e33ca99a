#include "gate/steps/SsoStep.h"

#include <QCoreApplication>

namespace pimgate {
namespace {

struct SsoText
{
    Q_DECLARE_TR_FUNCTIONS(SsoStep)
};

Change assignmentRow(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const Application &application = *snapshot.application;
    const auto role = SsoStep::roleFor(blueprint, application);
    const QString groupId = snapshot.group ? snapshot.group->id : QString();
    Change row;
    row.key = {ChangeKey::Kind::Assignment};
    row.step = StepId::Sso;
    row.what = snapshot.group ? snapshot.group->displayName : blueprint.group.displayName;
    row.before = SsoText::tr("not assigned");
    row.after =
        role && !role->displayName.isEmpty() ? SsoText::tr("assigned as %1").arg(role->displayName) : SsoText::tr("assigned");
    row.sentence = SsoText::tr("%1 is assigned to %2.").arg(row.what, application.displayName);
    row.undo = SsoText::tr("The assignment is removed.");
    row.waitsFor = {{ChangeKey::Kind::Group}};
    row.targetId = application.id;
    row.wanted = {{QStringLiteral("appId"), application.appId}, {QStringLiteral("role"), role ? role->id : QString()}};
    for (const AppAssignment &assignment : snapshot.assignments)
        if (!groupId.isEmpty() && assignment.principalId == groupId && role && assignment.appRoleId == role->id)
            row.done = true;
    if (row.done)
        row.before = row.after;
    return row;
}

Change requiredRow(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const Application &application = *snapshot.application;
    const auto yesNo = [](bool on) { return on ? SsoText::tr("yes") : SsoText::tr("no"); };
    Change row;
    row.key = {ChangeKey::Kind::Required};
    row.step = StepId::Sso;
    row.kind = blueprint.assignment.required ? Change::Kind::Closing : Change::Kind::Opening;
    row.what = SsoText::tr("Only assigned people may sign in");
    row.before = yesNo(application.assignmentRequired);
    row.after = yesNo(blueprint.assignment.required);
    row.sentence = blueprint.assignment.required
                       ? SsoText::tr("Assignment is required for %1: everybody else loses access.").arg(application.displayName)
                       : SsoText::tr("Assignment is no longer required for %1.").arg(application.displayName);
    row.undo = SsoText::tr("“Assignment required” goes back to what it was.");
    row.waitsFor = {{ChangeKey::Kind::Assignment}};
    row.targetId = application.id;
    row.done = application.assignmentRequired == blueprint.assignment.required;
    row.wanted = {{QStringLiteral("required"), blueprint.assignment.required}};
    row.original = row.seen = {{QStringLiteral("required"), application.assignmentRequired}};
    return row;
}

bool isToGo(const Blueprint &blueprint, const Snapshot &snapshot, const AppAssignment &assignment)
{
    if (snapshot.group && assignment.principalId == snapshot.group->id)
        return false;
    if (blueprint.assignment.removeOthers)
        return true;
    for (const QString &reference : blueprint.assignment.remove)
        if (snapshot.principals.value(reference).id == assignment.principalId)
            return true;
    return false;
}

Change unassignRow(const Snapshot &snapshot, const AppAssignment &assignment)
{
    Change row;
    row.key = {ChangeKey::Kind::Unassign, assignment.id};
    row.step = StepId::Sso;
    row.kind = Change::Kind::Closing;
    row.what = assignment.principalName;
    row.before = SsoText::tr("assigned directly");
    row.after = SsoText::tr("through PIM only");
    row.sentence =
        SsoText::tr("%1 loses the direct assignment to %2.").arg(assignment.principalName, snapshot.application->displayName);
    row.undo = SsoText::tr("The direct assignment is made again.");
    row.waitsFor = {{ChangeKey::Kind::Assignment}};
    row.targetId = assignment.id;
    row.original = row.seen = {{QStringLiteral("principalId"), assignment.principalId},
                               {QStringLiteral("role"), assignment.appRoleId},
                               {QStringLiteral("appId"), snapshot.application->appId}};
    return row;
}

QString roleIn(const QJsonObject &values)
{
    return values.value(QStringLiteral("role")).toString();
}

bool requiredIn(const QJsonObject &values)
{
    return values.value(QStringLiteral("required")).toBool();
}

} // namespace

SsoStep::SsoStep(GraphService &graph) : m_applications(graph) {}

std::optional<AppRole> SsoStep::roleFor(const Blueprint &blueprint, const Application &application)
{
    const QString &wanted = blueprint.assignment.appRole;
    if (application.roles.isEmpty()) // the default access is valid only where no role allows users (graph-contract 5.3)
        return wanted.isEmpty() || wanted == QLatin1String(defaultAccessRole)
                   ? std::optional(AppRole{QLatin1String(defaultAccessRole), {}, {}})
                   : std::nullopt;
    if (wanted.isEmpty())
        return application.roles.size() == 1 ? std::optional(application.roles.first()) : std::nullopt;
    for (const AppRole &role : application.roles)
        if (role.id == wanted || role.value == wanted || role.displayName == wanted)
            return role;
    return std::nullopt;
}

QStringList SsoStep::permissions(const Change &change) const
{
    return {change.is(ChangeKey::Kind::Required) ? QStringLiteral("Application.ReadWrite.All")
                                                 : QStringLiteral("AppRoleAssignment.ReadWrite.All")};
}

Task<Outcome> SsoStep::inspect(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    QString appId = snapshot->ids.appId.isEmpty() ? blueprint.application.appId : snapshot->ids.appId;
    if (appId.isEmpty() && blueprint.application.displayName.isEmpty())
        co_return {};
    if (appId.isEmpty()) {
        const QString name = blueprint.application.displayName;
        const auto named = co_await m_applications.idNamed(name, stop);
        if (!named)
            co_return failure(named.error());
        appId = *named;
    }
    auto application = m_applications.byAppId(appId, stop);
    auto assigned = m_applications.assignments(appId, stop);
    const auto found = co_await application;
    const auto assignments = co_await assigned;
    if (!found)
        co_return failure(found.error());
    snapshot->application = *found;
    if (!assignments)
        co_return failure(assignments.error());
    snapshot->assignments = *assignments;
    co_return {};
}

QList<Change> SsoStep::rows(const Blueprint &blueprint, const Snapshot &snapshot) const
{
    if (!snapshot.application)
        return {};
    QList<Change> rows{assignmentRow(blueprint, snapshot), requiredRow(blueprint, snapshot)};
    for (const AppAssignment &assignment : snapshot.assignments)
        if (isToGo(blueprint, snapshot, assignment))
            rows << unassignRow(snapshot, assignment);
    return rows;
}

QList<GraphRequest> SsoStep::requests(const Change &change, const Ids &ids, const Seen &) const
{
    if (change.is(ChangeKey::Kind::Assignment))
        return {Applications::assignRequest(ids.servicePrincipalId, ids.groupId, roleIn(change.wanted))};
    if (change.is(ChangeKey::Kind::Required))
        return {Applications::requireRequest(ids.servicePrincipalId, requiredIn(change.wanted))};
    if (change.is(ChangeKey::Kind::Unassign))
        return {Applications::unassignRequest(ids.servicePrincipalId, change.targetId)};
    return {};
}

Task<Result<Seen>> SsoStep::look(Change change, Ids ids, std::stop_token stop)
{
    Seen seen;
    if (change.is(ChangeKey::Kind::Required)) {
        const auto found = co_await m_applications.byAppId(ids.appId, stop);
        if (!found)
            co_return failure(found.error());
        const bool wanted = requiredIn(change.wanted);
        seen.id = found->id;
        seen.now = found->assignmentRequired ? SsoText::tr("yes") : SsoText::tr("no");
        seen.state = found->assignmentRequired == wanted ? Seen::State::Done : Seen::State::AsBefore;
        seen.evidence = {{QStringLiteral("appRoleAssignmentRequired"), found->assignmentRequired}};
        co_return seen;
    }
    const auto assignments = co_await m_applications.assignments(ids.appId, stop);
    if (!assignments)
        co_return failure(assignments.error());
    if (change.is(ChangeKey::Kind::Assignment)) {
        const QString role = roleIn(change.wanted);
        for (const AppAssignment &assignment : *assignments)
            if (assignment.principalId == ids.groupId && assignment.appRoleId == role) {
                seen.state = Seen::State::Done;
                seen.id = assignment.id;
                seen.now = change.after;
                seen.evidence = {{QStringLiteral("id"), assignment.id}, {QStringLiteral("principalId"), assignment.principalId}};
            }
        co_return seen;
    }
    if (!change.is(ChangeKey::Kind::Unassign))
        co_return failure(notOfThisStep(change));
    seen.state = Seen::State::Done; // unassign: done when it is gone
    seen.now = SsoText::tr("not assigned");
    for (const AppAssignment &assignment : *assignments)
        if (assignment.id == change.targetId)
            seen.state = Seen::State::AsBefore;
    co_return seen;
}

Task<Result<Made>> SsoStep::write(Change change, Ids ids, Seen, std::stop_token stop)
{
    if (change.is(ChangeKey::Kind::Assignment)) {
        const QString role = roleIn(change.wanted);
        const auto made = co_await m_applications.assign(ids.servicePrincipalId, ids.groupId, role, stop);
        if (!made)
            co_return failure(made.error());
        co_return Made{made->id, false};
    }
    Outcome outcome;
    if (change.is(ChangeKey::Kind::Required)) {
        const bool required = requiredIn(change.wanted);
        const auto changed = co_await m_applications.requireAssignment(ids.servicePrincipalId, required, stop);
        outcome = changed;
    } else if (change.is(ChangeKey::Kind::Unassign)) {
        const auto removed = co_await m_applications.unassign(ids.servicePrincipalId, change.targetId, stop);
        outcome = removed;
    } else {
        co_return failure(notOfThisStep(change));
    }
    if (!outcome)
        co_return failure(outcome.error());
    co_return Made();
}

Task<Outcome> SsoStep::writeBack(Change change, Ids ids, std::stop_token stop)
{
    if (change.is(ChangeKey::Kind::Required)) {
        const bool original = requiredIn(change.original);
        co_return co_await m_applications.requireAssignment(ids.servicePrincipalId, original, stop);
    }
    if (!change.is(ChangeKey::Kind::Unassign) && !change.is(ChangeKey::Kind::Assignment))
        co_return failure(notOfThisStep(change));
    const auto assignments = co_await m_applications.assignments(ids.appId, stop);
    if (!assignments)
        co_return failure(assignments.error());
    const bool give = change.is(ChangeKey::Kind::Unassign);
    const QString principal = give ? change.original.value(QStringLiteral("principalId")).toString() : ids.groupId;
    const QString role = roleIn(give ? change.original : change.wanted);
    for (const AppAssignment &assignment : *assignments) {
        if (assignment.principalId != principal || assignment.appRoleId != role)
            continue;
        if (give)
            co_return {};
        co_return co_await m_applications.unassign(ids.servicePrincipalId, assignment.id, stop);
    }
    if (!give)
        co_return {};
    const auto made = co_await m_applications.assign(ids.servicePrincipalId, principal, role, stop);
    if (!made)
        co_return failure(made.error());
    co_return {};
}

} // namespace pimgate
