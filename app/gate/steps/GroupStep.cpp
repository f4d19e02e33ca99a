#include "gate/steps/GroupStep.h"

#include <QCoreApplication>
#include <QUuid>

#include <algorithm>

namespace pimgate {
namespace {

struct GroupText
{
    Q_DECLARE_TR_FUNCTIONS(GroupStep)
};

// Role template ids (graph-contract 2.4).
const QStringList protectors = {QStringLiteral("62e90394-69f5-4237-9190-012177145e10"),  // Global Administrator
                                QStringLiteral("e8611ab8-c189-46e8-94e1-60213ab1f814")}; // Privileged Role Administrator

QJsonObject wantedGroup(const Blueprint &blueprint, bool roleAssignable)
{
    return {{QStringLiteral("displayName"), blueprint.group.displayName},
            {QStringLiteral("description"), blueprint.group.description},
            {QStringLiteral("roleAssignable"), roleAssignable}};
}

Change groupRow(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const bool roleAssignable = blueprint.group.roleAssignable.value_or(snapshot.operatorMayProtect.value_or(false));
    Change row;
    row.key = {ChangeKey::Kind::Group};
    row.step = StepId::Group;
    row.what = GroupText::tr("Group");
    row.done = snapshot.group.has_value();
    row.before = row.done ? snapshot.group->displayName : GroupText::tr("none");
    row.after = row.done ? snapshot.group->displayName : blueprint.group.displayName;
    row.sentence = GroupText::tr("The security group %1 is created.").arg(row.after);
    row.undo = GroupText::tr("The group is deleted again. From step 3 on PIM keeps it until it is deleted.");
    row.targetId = row.done ? snapshot.group->id : QString();
    row.wanted = wantedGroup(blueprint, roleAssignable);
    const auto yesNo = [](bool on) { return on ? GroupText::tr("yes") : GroupText::tr("no"); };
    const auto detail = [&](const QString &what, const QString &now, const QString &asked) {
        row.details << ChangeDetail{what, row.done ? now : QString(), asked, row.done};
    };
    const bool protectedNow = row.done && snapshot.group->roleAssignable;
    detail(GroupText::tr("Kind"), GroupText::tr("security group"), GroupText::tr("security group"));
    detail(GroupText::tr("Protected (role-assignable)"), yesNo(protectedNow), yesNo(row.done ? protectedNow : roleAssignable));
    detail(GroupText::tr("Owners"), snapshot.owners.isEmpty() ? GroupText::tr("none") : QString::number(snapshot.owners.size()),
           GroupText::tr("none"));
    detail(GroupText::tr("Members"),
           snapshot.members.isEmpty() ? GroupText::tr("none") : QString::number(snapshot.members.size()),
           GroupText::tr("none before step 3"));
    return row;
}

QString descriptionOf(const QJsonObject &values)
{
    return values.value(QStringLiteral("description")).toString();
}

/// The group as it is to be made: the mark finds it again.
Group groupOf(const Change &change, const Ids &ids)
{
    Group wanted;
    wanted.displayName = change.wanted.value(QStringLiteral("displayName")).toString();
    wanted.description = descriptionOf(change.wanted);
    wanted.roleAssignable = change.wanted.value(QStringLiteral("roleAssignable")).toBool();
    wanted.mailNickname = QLatin1String(groupMark) + ids.run;
    return wanted;
}

bool asAsked(const Group &group, const QString &name, bool roleAssignable)
{
    return group.displayName == name && group.securityEnabled && group.roleAssignable == roleAssignable;
}

QJsonObject evidenceOf(const Group &group)
{
    return {{QStringLiteral("id"), group.id}, {QStringLiteral("displayName"), group.displayName}};
}

/// Graph tells whole seconds; within one the id decides, for everybody alike.
bool isOlder(const Group &a, const Group &b)
{
    return a.created != b.created ? a.created < b.created : a.id < b.id;
}

} // namespace

GroupStep::GroupStep(GraphService &graph) : m_groups(graph), m_directory(graph) {}

Task<Result<QList<Group>>> GroupStep::candidates(Blueprint blueprint, Ids ids, std::stop_token stop)
{
    const QString known = ids.groupId.isEmpty() ? blueprint.group.existing : ids.groupId;
    if (!known.isEmpty() && !QUuid::fromString(known).isNull()) {
        const auto found = co_await m_groups.byId(known, stop);
        if (!found)
            co_return failure(found.error());
        QList<Group> one;
        if (*found)
            one << **found;
        co_return one;
    }
    const QString name = known.isEmpty() ? blueprint.group.displayName : known;
    if (name.isEmpty())
        co_return QList<Group>();
    co_return co_await m_groups.named(name, stop);
}

QStringList GroupStep::permissions(const Change &change) const
{
    QStringList scopes{QStringLiteral("Group.ReadWrite.All")};
    if (change.wanted.value(QStringLiteral("roleAssignable")).toBool())
        scopes << QStringLiteral("RoleManagement.ReadWrite.Directory");
    return scopes;
}

Task<Outcome> GroupStep::inspect(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    const Ids ids = snapshot->ids;
    auto search = candidates(blueprint, ids, stop);
    if (!snapshot->operatorMayProtect) {
        const auto held = co_await m_directory.myRoles(stop);
        if (held)
            snapshot->operatorMayProtect = std::any_of(held->cbegin(), held->cend(), [](const RoleHeld &role) {
                return role.active && protectors.contains(role.templateId);
            });
    }
    const auto found = co_await search;
    if (!found)
        co_return failure(found.error());
    if (found->size() > 1) // never the first of two: names are not unique (peers, row 33)
        snapshot->sameName = *found;
    else if (!found->isEmpty())
        snapshot->group = found->first();
    co_return {};
}

QList<Change> GroupStep::rows(const Blueprint &blueprint, const Snapshot &snapshot) const
{
    if (blueprint.group.displayName.isEmpty() && !snapshot.group)
        return {};
    QList<Change> rows{groupRow(blueprint, snapshot)};
    const bool describe = snapshot.group && !blueprint.group.description.isEmpty() && blueprint.group.descriptionNamed &&
                          snapshot.group->description != blueprint.group.description;
    if (describe) {
        Change row;
        row.key = {ChangeKey::Kind::Description};
        row.what = GroupText::tr("Description");
        row.before = snapshot.group->description;
        row.after = blueprint.group.description;
        row.sentence = GroupText::tr("The description of %1 is changed.").arg(snapshot.group->displayName);
        row.undo = GroupText::tr("The old description is written back.");
        row.targetId = snapshot.group->id;
        row.wanted = {{QStringLiteral("description"), row.after}};
        row.original = row.seen = {{QStringLiteral("description"), row.before}};
        rows << row;
    }
    return rows;
}

QList<GraphRequest> GroupStep::requests(const Change &change, const Ids &ids, const Seen &) const
{
    if (change.is(ChangeKey::Kind::Description))
        return {Groups::describeRequest(ids.groupId, descriptionOf(change.wanted))};
    if (change.is(ChangeKey::Kind::Group))
        return {Groups::createRequest(groupOf(change, ids))};
    return {};
}

Task<Result<Seen>> GroupStep::look(Change change, Ids ids, std::stop_token stop)
{
    Seen seen;
    const QString wantedName = change.wanted.value(QStringLiteral("displayName")).toString();
    if (ids.groupId.isEmpty()) {
        const auto found = co_await m_groups.named(wantedName, stop);
        if (!found)
            co_return failure(found.error());
        for (const Group &group : *found) {
            seen.id = group.id;
            seen.now = group.displayName;
            const bool ours = group.mailNickname == QLatin1String(groupMark) + ids.run;
            seen.state = ours ? Seen::State::Done : Seen::State::Other;
            if (ours)
                break;
        }
        co_return seen;
    }
    const auto found = co_await m_groups.byId(ids.groupId, stop);
    if (!found)
        co_return failure(found.error());
    if (!*found)
        co_return seen;
    const Group &group = **found;
    seen.id = group.id;
    seen.now = group.displayName;
    if (change.is(ChangeKey::Kind::Description)) {
        seen.now = group.description;
        if (group.description == descriptionOf(change.wanted))
            seen.state = Seen::State::Done;
        else if (group.description != descriptionOf(change.seen))
            seen.state = Seen::State::Other;
        co_return seen;
    }
    if (!change.is(ChangeKey::Kind::Group))
        co_return failure(notOfThisStep(change));
    const bool roleAssignable = change.wanted.value(QStringLiteral("roleAssignable")).toBool();
    seen.state = asAsked(group, wantedName, roleAssignable) ? Seen::State::Done : Seen::State::Other;
    seen.evidence = evidenceOf(group);
    co_return seen;
}

Task<Result<Made>> GroupStep::write(Change change, Ids ids, Seen, std::stop_token stop)
{
    if (change.is(ChangeKey::Kind::Description)) {
        const QString description = descriptionOf(change.wanted);
        const auto changed = co_await m_groups.describe(ids.groupId, description, stop);
        if (!changed)
            co_return failure(changed.error());
        co_return Made{ids.groupId, false};
    }
    if (!change.is(ChangeKey::Kind::Group))
        co_return failure(notOfThisStep(change));
    const Group wanted = groupOf(change, ids);
    const auto made = co_await m_groups.create(wanted, stop);
    if (!made)
        co_return failure(made.error());
    const Group group = *made;
    co_return co_await yieldToRival(group, stop);
}

/// Two operators may have looked at the same moment and both found no group of this name: the later one goes again, while
/// it is empty and nobody knows it. Where a replica hides the other, the next plan tells of two.
Task<Result<Made>> GroupStep::yieldToRival(Group made, std::stop_token stop)
{
    const auto found = co_await m_groups.named(made.displayName, stop);
    if (!found)
        co_return Made{made.id, false}; // the usual read-back goes on looking
    const auto mine = std::find_if(found->cbegin(), found->cend(), [&](const Group &group) { return group.id == made.id; });
    if (mine == found->cend())
        co_return Made{made.id, false};
    for (const Group &other : *found) {
        if (!isOlder(other, *mine))
            continue;
        const auto gone = co_await m_groups.remove(made.id, stop);
        const QString left = gone ? GroupText::tr("Ours was removed again.")
                                  : GroupText::tr("Ours (%1) could not be removed: %2").arg(made.id, gone.error().text());
        co_return failure(Error::Kind::Changed,
                          GroupText::tr("Somebody else made a group named %1 at the same moment. %2").arg(made.displayName, left),
                          GroupText::tr("Read again: the rows then go on with that group."));
    }
    Made shown{made.id, asAsked(*mine, made.displayName, made.roleAssignable)};
    shown.evidence = evidenceOf(*mine);
    co_return shown;
}

Task<Outcome> GroupStep::writeBack(Change change, Ids ids, std::stop_token stop)
{
    if (ids.groupId.isEmpty()) // it was never made
        co_return {};
    if (change.is(ChangeKey::Kind::Description)) {
        const QString original = descriptionOf(change.original);
        co_return co_await m_groups.describe(ids.groupId, original, stop);
    }
    if (!change.is(ChangeKey::Kind::Group))
        co_return failure(notOfThisStep(change));
    const auto found = co_await m_groups.byId(ids.groupId, stop);
    if (!found)
        co_return failure(found.error());
    if (!*found)
        co_return {};
    // A run that was cut off before it made the group may have taken up somebody else's of that name.
    if (!(*found)->mailNickname.startsWith(QLatin1String(groupMark)))
        co_return failure(Error::Kind::Unsafe,
                          GroupText::tr("%1 was not made by this program, so it is not deleted.").arg((*found)->displayName));
    const auto gone = co_await m_groups.remove(ids.groupId, stop);
    if (!gone && gone.error().is(Error::Kind::NotFound))
        co_return {};
    co_return gone;
}

} // namespace pimgate
