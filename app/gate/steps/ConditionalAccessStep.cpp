#include "gate/steps/ConditionalAccessStep.h"

#include "gate/steps/BreakGlass.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace pimgate {
namespace {

struct PolicyText
{
    Q_DECLARE_TR_FUNCTIONS(ConditionalAccessStep)
};

const QString breakGlassRefused = QStringLiteral("breakGlassRefused");

QString stateText(CaPolicy::State state)
{
    switch (state) {
    case CaPolicy::State::Enabled:
        return PolicyText::tr("on");
    case CaPolicy::State::ReportOnly:
        return PolicyText::tr("report-only");
    case CaPolicy::State::Disabled:
        return PolicyText::tr("off");
    case CaPolicy::State::Unknown:
        break;
    }
    return PolicyText::tr("not known");
}

/// Finds a policy of an interrupted run again.
QString markOf(const QString &run)
{
    return QLatin1String(policyMark) + run;
}

QJsonArray arrayOfIds(const QStringList &ids)
{
    return QJsonArray::fromStringList(ids);
}

QStringList stringsOf(const QJsonValue &value)
{
    QStringList list;
    const QJsonArray array = value.toArray();
    for (const QJsonValue &item : array)
        list << item.toString();
    return list;
}

/// The policy as it is to be; the group's id is known only when the row is due.
CaPolicy wantedPolicy(const Change &change, const Ids &ids)
{
    CaPolicy wanted;
    wanted.displayName = change.wanted.value(QStringLiteral("displayName")).toString();
    wanted.description = markOf(ids.run);
    wanted.includeUsers = {QStringLiteral("All")};
    wanted.excludeUsers = stringsOf(change.wanted.value(QStringLiteral("excludeUsers")));
    wanted.excludeGroups = stringsOf(change.wanted.value(QStringLiteral("excludeGroups")));
    if (!ids.groupId.isEmpty() && !wanted.excludeGroups.contains(ids.groupId))
        wanted.excludeGroups.prepend(ids.groupId);
    wanted.includeApplications = {change.wanted.value(QStringLiteral("appId")).toString()};
    wanted.clientAppTypes = {QStringLiteral("all")};
    wanted.builtInControls = {QStringLiteral("block")};
    return wanted;
}

QJsonObject wantedValues(const Blueprint &blueprint, const Snapshot &snapshot)
{
    return {{QStringLiteral("displayName"), blueprint.policy.displayName},
            {QStringLiteral("appId"), snapshot.application->appId},
            {QStringLiteral("excludeUsers"), arrayOfIds(breakGlassAccounts(blueprint, snapshot))},
            {QStringLiteral("excludeGroups"), arrayOfIds(breakGlassGroups(blueprint, snapshot))}};
}

Change policyRow(const Blueprint &blueprint, const Snapshot &snapshot)
{
    const QString group = snapshot.group ? snapshot.group->displayName : blueprint.group.displayName;
    QStringList except{group};
    for (const QString &id : breakGlassIds(blueprint, snapshot))
        except << snapshot.nameOf(id);
    Change row;
    row.key = {ChangeKey::Kind::Policy};
    row.step = StepId::ConditionalAccess;
    row.what = PolicyText::tr("Policy");
    row.done = snapshot.policy.has_value();
    row.before = row.done ? snapshot.policy->displayName : PolicyText::tr("none");
    row.after = row.done ? snapshot.policy->displayName : PolicyText::tr("%1, report-only").arg(blueprint.policy.displayName);
    row.sentence =
        PolicyText::tr("The policy %1 is created in report-only: it blocks nobody yet.").arg(blueprint.policy.displayName);
    row.undo = PolicyText::tr("The policy is deleted.");
    row.waitsFor = {{ChangeKey::Kind::Group}};
    row.targetId = row.done ? snapshot.policy->id : QString();
    row.wanted = wantedValues(blueprint, snapshot);
    const auto detail = [&row](const QString &what, const QString &asked) {
        row.details << ChangeDetail{what, row.done ? asked : QString(), asked, row.done};
    };
    detail(PolicyText::tr("Blocks"), PolicyText::tr("everyone, from %1").arg(snapshot.application->displayName));
    detail(PolicyText::tr("Except"), except.join(QLatin1String(", ")));
    return row;
}

/// One row per exclusion that the policy has lost.
QList<Change> exclusionRows(const Blueprint &blueprint, const Snapshot &snapshot)
{
    QList<Change> rows;
    if (!snapshot.policy)
        return rows;
    QStringList users = breakGlassAccounts(blueprint, snapshot);
    QStringList groups = breakGlassGroups(blueprint, snapshot);
    if (snapshot.group)
        groups.prepend(snapshot.group->id);
    const auto add = [&](const QString &id, bool group) {
        if (snapshot.policy->exclusions().contains(id, Qt::CaseInsensitive))
            return;
        Change row;
        row.key = {ChangeKey::Kind::Exclusion, id};
        row.step = StepId::ConditionalAccess;
        row.what = PolicyText::tr("%1 in the policy").arg(snapshot.nameOf(id));
        row.before = PolicyText::tr("not left out: would be blocked");
        row.after = PolicyText::tr("left out");
        row.sentence = PolicyText::tr("The policy leaves out %1 again.").arg(snapshot.nameOf(id));
        row.undoable = false;
        row.undo = PolicyText::tr("Stays: taking an exclusion away could lock somebody out.");
        row.targetId = id;
        row.wanted = {{QStringLiteral("group"), group}};
        for (const Change &before : std::as_const(rows)) // each writes whom the policy leaves out by then
            row.waitsFor << before.key;
        rows << row;
    };
    for (const QString &id : std::as_const(users))
        add(id, false);
    for (const QString &id : std::as_const(groups))
        add(id, true);
    return rows;
}

std::optional<Change> stateRow(const Blueprint &blueprint, const Snapshot &snapshot)
{
    using State = CaPolicy::State;
    const State now = snapshot.policy ? snapshot.policy->state : State::ReportOnly; // a new policy starts so
    State wanted = blueprint.policy.enabled ? State::Enabled : State::ReportOnly;
    if (!blueprint.policy.stateNamed && now == State::Enabled)
        wanted = State::Enabled;
    if (!snapshot.policy && wanted == State::ReportOnly)
        return std::nullopt;
    Change row;
    row.key = {ChangeKey::Kind::State};
    row.step = StepId::ConditionalAccess;
    row.kind = wanted == State::Enabled ? Change::Kind::Closing : Change::Kind::Opening;
    row.what = PolicyText::tr("State of the policy");
    row.before = stateText(now);
    row.after = stateText(wanted);
    row.sentence = wanted == State::Enabled
                       ? PolicyText::tr("The policy is switched on: everybody who has not activated is blocked.")
                       : PolicyText::tr("The policy goes to report-only: it blocks nobody.");
    row.undo = PolicyText::tr("The policy goes back to what it was.");
    row.waitsFor = {{ChangeKey::Kind::Policy}};
    row.targetId = snapshot.policy ? snapshot.policy->id : QString();
    row.done = snapshot.policy && now == wanted;
    row.wanted = wantedValues(blueprint, snapshot);
    row.wanted.insert(QStringLiteral("state"), CaPolicy::stateName(wanted));
    row.wanted.insert(breakGlassRefused, blueprint.policy.breakGlassRefusal.has_value());
    row.original = row.seen = {{QStringLiteral("state"), CaPolicy::stateName(now)}};
    return row;
}

CaPolicy::State stateFrom(const QJsonValue &value)
{
    for (const auto state : {CaPolicy::State::Enabled, CaPolicy::State::ReportOnly, CaPolicy::State::Disabled})
        if (CaPolicy::stateName(state) == value.toString())
            return state;
    return CaPolicy::State::Unknown;
}

CaPolicy::State wantedState(const Change &change)
{
    return stateFrom(change.wanted.value(QStringLiteral("state")));
}

struct LeftOut
{
    QStringList users, groups;
};

LeftOut leftOut(const QString &id, bool group)
{
    return group ? LeftOut{{}, {id}} : LeftOut{{id}, {}};
}

/// Whom the row of an exclusion adds.
LeftOut leftOutBy(const Change &change)
{
    return leftOut(change.targetId, change.wanted.value(QStringLiteral("group")).toBool());
}

bool isGroup(const QString &id, const Snapshot &snapshot)
{
    return (snapshot.group && snapshot.group->id == id) || snapshot.people.value(id).isGroup();
}

} // namespace

ConditionalAccessStep::ConditionalAccessStep(GraphService &graph, Interlock &interlock)
    : m_policies(graph), m_directory(graph), m_interlock(interlock)
{
}

QStringList ConditionalAccessStep::permissions(const Change &) const
{
    return {QStringLiteral("Policy.ReadWrite.ConditionalAccess")}; // reading came with the sign-in (P22)
}

Task<Outcome> ConditionalAccessStep::inspect(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    auto policies = m_policies.list(stop);
    auto defaults = m_directory.securityDefaultsOn(stop); // each time: with them on, no policy can be switched on
    if (snapshot->ordinary.isEmpty()) {
        const auto ordinary = co_await m_directory.some(stop);
        if (ordinary)
            snapshot->ordinary = *ordinary;
    }
    const auto defaultsOn = co_await defaults;
    if (defaultsOn)
        snapshot->securityDefaultsOn = *defaultsOn;
    const auto listed = co_await policies;
    if (!listed)
        co_return failure(listed.error());
    QList<CaPolicy> ours;
    for (const CaPolicy &policy : *listed) {
        const bool mine = snapshot->ids.policyId.isEmpty()
                              ? policy.displayName == blueprint.policy.displayName && !policy.displayName.isEmpty()
                              : policy.id == snapshot->ids.policyId;
        (mine ? ours : snapshot->otherPolicies) << policy;
    }
    if (ours.size() == 1)
        snapshot->policy = ours.first();
    else
        snapshot->sameNamePolicies = ours;
    co_return {};
}

QList<Change> ConditionalAccessStep::rows(const Blueprint &blueprint, const Snapshot &snapshot) const
{
    if (!snapshot.application)
        return {};
    QList<Change> rows{policyRow(blueprint, snapshot)};
    rows << exclusionRows(blueprint, snapshot);
    if (const auto state = stateRow(blueprint, snapshot))
        rows << *state;
    return rows;
}

QList<GraphRequest> ConditionalAccessStep::requests(const Change &change, const Ids &ids, const Seen &seen) const
{
    if (change.is(ChangeKey::Kind::Policy))
        return {ConditionalAccess::createRequest(wantedPolicy(change, ids))};
    if (change.is(ChangeKey::Kind::State))
        return {ConditionalAccess::stateRequest(ids.policyId, wantedState(change))};
    if (change.is(ChangeKey::Kind::Exclusion) && seen.policy) {
        const auto [users, groups] = leftOutBy(change);
        return {ConditionalAccess::leaveOutRequest(Interlock::alsoLeavingOut(*seen.policy, users, groups))};
    }
    return {};
}

Seen ConditionalAccessStep::seenIn(const Snapshot &snapshot, const Change &change) const
{
    Seen seen;
    seen.policy = snapshot.policy;
    if (!seen.policy || !change.is(ChangeKey::Kind::Exclusion))
        return seen;
    for (const ChangeKey &before : change.waitsFor) { // by then it leaves those out, too
        const auto [users, groups] = leftOut(before.id, isGroup(before.id, snapshot));
        seen.policy = Interlock::alsoLeavingOut(*seen.policy, users, groups);
    }
    return seen;
}

Task<Result<Seen>> ConditionalAccessStep::look(Change change, Ids ids, std::stop_token stop)
{
    Seen seen;
    std::optional<CaPolicy> policy;
    if (ids.policyId.isEmpty()) { // not made yet, or made and the answer lost: only the run's own mark counts
        const auto listed = co_await m_policies.list(stop);
        if (!listed)
            co_return failure(listed.error());
        const QString name = change.wanted.value(QStringLiteral("displayName")).toString();
        for (const CaPolicy &candidate : *listed) {
            if (candidate.description == markOf(ids.run))
                policy = candidate;
            else if (candidate.displayName == name)
                seen.state = Seen::State::Other;
        }
    } else {
        const auto found = co_await m_policies.byId(ids.policyId, stop);
        if (!found)
            co_return failure(found.error());
        policy = *found;
    }
    if (!policy)
        co_return seen;
    seen.id = policy->id;
    seen.now = stateText(policy->state);
    seen.evidence = policy->raw;
    seen.policy = policy;
    if (change.is(ChangeKey::Kind::Policy)) {
        const CaPolicy wanted = wantedPolicy(change, ids);
        seen.state = Interlock::differences(wanted, *policy).isEmpty() ? Seen::State::Done : Seen::State::Other;
    } else if (change.is(ChangeKey::Kind::State)) {
        const bool asked = policy->state == wantedState(change);
        const bool before = policy->state == stateFrom(change.seen.value(QStringLiteral("state")));
        seen.state = asked ? Seen::State::Done : before ? Seen::State::AsBefore : Seen::State::Other;
    } else if (change.is(ChangeKey::Kind::Exclusion)) {
        seen.state =
            policy->exclusions().contains(change.targetId, Qt::CaseInsensitive) ? Seen::State::Done : Seen::State::AsBefore;
    } else {
        co_return failure(notOfThisStep(change));
    }
    co_return seen;
}

Task<Result<Made>> ConditionalAccessStep::write(Change change, Ids ids, Seen, std::stop_token stop)
{
    const CaPolicy wanted = wantedPolicy(change, ids);
    Result<CaPolicy> made;
    if (change.is(ChangeKey::Kind::Policy)) {
        const auto created = co_await m_interlock.create(wanted, stop);
        made = created;
    } else if (change.is(ChangeKey::Kind::State)) {
        const CaPolicy::State state = wantedState(change);
        if (state == CaPolicy::State::Enabled) {
            const bool refused = change.wanted.value(breakGlassRefused).toBool();
            const auto armed = co_await m_interlock.arm(ids.policyId, wanted, refused, stop);
            made = armed;
        } else {
            const auto loosened = co_await m_interlock.loosen(ids.policyId, state, stop);
            if (!loosened)
                co_return failure(loosened.error());
            co_return Made{ids.policyId, false};
        }
    } else if (change.is(ChangeKey::Kind::Exclusion)) {
        const LeftOut also = leftOutBy(change);
        const auto added = co_await m_interlock.addExclusions(ids.policyId, also.users, also.groups, stop);
        if (!added)
            co_return failure(added.error());
        co_return Made{ids.policyId, false};
    } else {
        co_return failure(notOfThisStep(change));
    }
    if (!made)
        co_return failure(made.error());
    Made policy{made->id, true};
    policy.evidence = made->raw;
    co_return policy;
}

Task<Outcome> ConditionalAccessStep::writeBack(Change change, Ids ids, std::stop_token stop)
{
    if (ids.policyId.isEmpty()) // it was never made
        co_return {};
    if (change.is(ChangeKey::Kind::Policy))
        co_return co_await m_interlock.remove(ids.policyId, stop);
    if (!change.is(ChangeKey::Kind::State)) // an exclusion stays
        co_return failure(notOfThisStep(change));
    const CaPolicy::State original = stateFrom(change.original.value(QStringLiteral("state")));
    if (original == CaPolicy::State::Enabled) // it was armed before the run loosened it
    {
        const CaPolicy wanted = wantedPolicy(change, ids);
        const bool refused = change.wanted.value(breakGlassRefused).toBool();
        const auto armed = co_await m_interlock.arm(ids.policyId, wanted, refused, stop);
        if (!armed)
            co_return failure(armed.error());
        co_return {};
    }
    co_return co_await m_interlock.loosen(ids.policyId, original, stop);
}

} // namespace pimgate
