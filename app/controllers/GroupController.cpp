#include "controllers/GroupController.h"

#include "controllers/Customer.h"
#include "graph/Groups.h"

namespace pimgate {

GroupController::GroupController(Workspace &workspace, QObject *parent)
    : StepController(workspace, StepId::Group, PageId::Group, parent)
{
    updateState();
}

QString GroupController::name() const
{
    return m_workspace.blueprint().group.displayName;
}

QString GroupController::description() const
{
    return m_workspace.blueprint().group.description;
}

QString GroupController::existing() const
{
    return m_workspace.blueprint().group.existing;
}

bool GroupController::canBeRoleAssignable() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    return snapshot && snapshot->operatorMayProtect.value_or(false) && !snapshot->group; // only at creation (P8)
}

bool GroupController::roleAssignable() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    if (snapshot && snapshot->group)
        return snapshot->group->roleAssignable;
    return m_workspace.blueprint().group.roleAssignable.value_or(canBeRoleAssignable());
}

QString GroupController::roleAssignableHint() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    if (snapshot && snapshot->group)
        return snapshot->group->roleAssignable
                   ? tr("Only Privileged Role Administrators can change its members.")
                   : tr("Other administrators could add themselves. Microsoft does not let this be changed later.");
    if (!snapshot || !snapshot->operatorMayProtect)
        return tr("Only Privileged Role Administrators can then change its members. Cannot be changed later.");
    if (!*snapshot->operatorMayProtect)
        return tr("Needs Privileged Role Administrator, which is not active for you now. Without it group administrators could "
                  "add themselves: "
                  "activate the role, or ask such an administrator to make the group.");
    return tr(
        "Only Privileged Role Administrators can then change its members. Without it other administrators could add themselves. "
        "Cannot be changed later.");
}

QString GroupController::ownersHint() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    if (!snapshot || !snapshot->group || snapshot->owners.isEmpty())
        return {};
    QStringList names;
    for (const Principal &owner : snapshot->owners)
        names << owner.displayName;
    return tr("Owners can add members and change the rules of PIM: %1. The last owner cannot be removed.")
        .arg(names.join(QStringLiteral(", ")));
}

QString GroupController::whyNotName() const
{
    if (name().trimmed().isEmpty() && existing().isEmpty())
        return tr("Give the group a name.");
    if (name().size() > 256)
        return tr("A name has at most 256 characters.");
    const Snapshot *snapshot = m_workspace.snapshot();
    if (!snapshot || m_workspace.stale())
        return {};
    if (!snapshot->sameName.isEmpty())
        return tr("%n groups have this name. Choose one of them, or another name.", nullptr, int(snapshot->sameName.size()));
    return snapshot->group ? snapshot->group->whyNotForPim() : QString();
}

GroupController::NameIs GroupController::nameIs() const
{
    if (!whyNotName().isEmpty())
        return NameIs::Refused;
    const Snapshot *snapshot = m_workspace.snapshot();
    if (!snapshot || m_workspace.stale())
        return NameIs::NotKnown;
    if (!snapshot->group)
        return NameIs::Free;
    const bool ours = !m_workspace.runId().isEmpty() && snapshot->group->mailNickname.endsWith(m_workspace.runId());
    return ours ? NameIs::Ours : NameIs::Taken;
}

QString GroupController::nameState() const
{
    switch (nameIs()) {
    case NameIs::Refused:
        return whyNotName();
    case NameIs::Free:
        return tr("free");
    case NameIs::Ours:
        return tr("made by this run");
    case NameIs::Taken:
        return tr("taken: it would be used");
    case NameIs::NotKnown:
        break;
    }
    return {};
}

QString GroupController::similarHint() const
{
    if (!m_searched)
        return {};
    if (m_similar.isEmpty())
        return tr("None with a similar name.");
    const auto usable =
        std::count_if(m_similar.begin(), m_similar.end(), [](const Group &group) { return group.whyNotForPim().isEmpty(); });
    const QString found = tr("%n with a similar name.", nullptr, int(m_similar.size()));
    const QString can =
        usable == m_similar.size() ? tr("All can be used.") : tr("%n can be used; the others say why not.", nullptr, int(usable));
    return tr("%1 %2", "two sentences").arg(found, can);
}

void GroupController::setName(const QString &name)
{
    if (name != this->name())
        edit([&](Blueprint &blueprint) { blueprint.group.displayName = name; });
}

void GroupController::setDescription(const QString &text)
{
    if (text != description())
        edit([&](Blueprint &blueprint) {
            blueprint.group.description = text;
            blueprint.group.descriptionNamed = true;
        });
}

void GroupController::setRoleAssignable(bool on)
{
    if (on != roleAssignable())
        edit([&](Blueprint &blueprint) { blueprint.group.roleAssignable = on; });
}

void GroupController::useExisting(const QString &groupId)
{
    if (groupId != existing())
        edit([&](Blueprint &blueprint) { blueprint.group.existing = groupId; });
}

void GroupController::searchSimilar()
{
    Customer *customer = m_workspace.customer();
    const QString start = name().section(QLatin1Char('-'), 0, 1).trimmed(); // "PIM-NinjaOne" of "PIM-NinjaOne-Admins"
    if (!customer || start.isEmpty())
        return;
    launch(this, customer->groups.startingWith(start), [this, turn = ++m_search](const Result<QList<Group>> &found) {
        if (turn != m_search)
            return;
        m_searched = found.has_value();
        m_similar = found.value_or(QList<Group>());
        Q_EMIT changed();
    });
}

QString GroupController::blockedBecause() const
{
    if (!m_workspace.signedIn())
        return StepController::blockedBecause();
    const QString whyNot = whyNotName();
    if (!whyNot.isEmpty())
        return whyNot;
    const bool wish = m_workspace.blueprint().group.roleAssignable.value_or(false);
    const Snapshot *snapshot = m_workspace.snapshot();
    if (wish && snapshot && !snapshot->group && snapshot->operatorMayProtect == false)
        return tr("Protecting the group needs Privileged Role Administrator. Activate it, or switch “Protect the group” off.");
    return StepController::blockedBecause();
}

} // namespace pimgate
