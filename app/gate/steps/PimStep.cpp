#include "gate/steps/PimStep.h"

#include "gate/steps/PimRows.h"
#include "gate/steps/ToCome.h"

#include <QJsonArray>
#include <QSet>

namespace pimgate {

namespace {

std::optional<IsoDuration> remaining(const QJsonObject &original, const QDateTime &now)
{
    const QDateTime end = QDateTime::fromString(original.value(QStringLiteral("end")).toString(), Qt::ISODate);
    if (!end.isValid())
        return std::nullopt;
    return IsoDuration(std::chrono::seconds(qMax<qint64>(300, now.secsTo(end))));
}

Seen seenOfRules(const Change &change, const ManagementPolicy &policy)
{
    Seen seen;
    seen.id = policy.policyId;
    seen.rules = policy;
    const RuleFacts shown = RuleFacts::shown(policy);
    const bool asAsked = pimrows::factsIn(change.wanted).differFrom(shown).isEmpty();
    const bool asBefore = pimrows::factsIn(change.seen).differFrom(shown).isEmpty();
    seen.state = asAsked ? Seen::State::Done : asBefore ? Seen::State::AsBefore : Seen::State::Other;
    seen.now = asAsked ? change.after : PimText::tr("other rules");
    seen.evidence = {{QStringLiteral("policyId"), policy.policyId}};
    return seen;
}

Result<IsoDuration> durationIn(const QJsonObject &values)
{
    return IsoDuration::parse(values.value(QStringLiteral("duration")).toString());
}

Seen seenOfPerson(const Change &change, const QList<PimSchedule> &schedules)
{
    const PimSchedule *has = pimrows::scheduleOf(schedules, change.targetId);
    const auto duration = durationIn(change.wanted);
    const bool going = change.is(ChangeKey::Kind::Uneligible);
    Seen seen;
    seen.now = has ? PimText::tr("eligible %1").arg(pimrows::untilText(*has)) : PimText::tr("not eligible");
    seen.id = has ? has->id : QString();
    if (going ? !has : has && has->provisioned() && duration && pimrows::lasts(*has, *duration))
        seen.state = Seen::State::Done;
    else if (has && !pimrows::sameTimes(change.seen, *has))
        seen.state = Seen::State::Other; // made or changed by somebody else since the row was shown
    if (has)
        seen.evidence = {{QStringLiteral("id"), has->id},
                         {QStringLiteral("status"), has->status},
                         {QStringLiteral("end"), has->end.toString(Qt::ISODate)}};
    return seen;
}

/// What PIM keeps with the request; like the marks, the same in every language.
QString reasonOf(const Ids &ids)
{
    return QStringLiteral("Eligible for the gate, run %1.").arg(ids.run);
}

} // namespace

PimStep::PimStep(GraphService &graph) : m_access(graph), m_groups(graph), m_directory(graph), m_policies(graph) {}

QStringList PimStep::permissions(const Change &change) const
{
    const QString eligibility = QStringLiteral("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup");
    if (!change.is(ChangeKey::Kind::Rules))
        return {eligibility};
    // A group that PIM does not know yet may need its first eligible person before its rules.
    return {QStringLiteral("RoleManagementPolicy.ReadWrite.AzureADGroup"), eligibility};
}

Task<Outcome> PimStep::inspect(Blueprint, SnapshotPtr snapshot, std::stop_token stop)
{
    const QString groupId = snapshot->group ? snapshot->group->id : snapshot->ids.groupId;
    if (groupId.isEmpty())
        co_return {};
    auto rules = m_policies.forMembers(groupId, stop);
    auto eligible = m_access.eligible(groupId, stop);
    auto active = m_access.activeNow(groupId, stop);
    auto members = m_groups.members(groupId, stop);
    auto owners = m_groups.owners(groupId, stop);
    const auto rulesRead = co_await rules;
    const auto eligibleRead = co_await eligible;
    snapshot->rules = rulesRead ? std::optional(*rulesRead) : std::nullopt;
    snapshot->eligible = eligibleRead ? *eligibleRead : QList<PimSchedule>();
    snapshot->operatorId = m_directory.signedIn();
    const auto activeRead = co_await active;
    const auto membersRead = co_await members;
    const auto ownersRead = co_await owners;
    if (!rulesRead)
        co_return failure(rulesRead.error());
    if (!eligibleRead)
        co_return failure(eligibleRead.error());
    const auto keep = [&snapshot](const char *part, const auto &read, auto &into) {
        if (read)
            into = *read;
        else
            snapshot->unread.insert(QLatin1String(part), read.error());
    };
    keep("active", activeRead, snapshot->active);
    keep("members", membersRead, snapshot->members);
    keep("owners", ownersRead, snapshot->owners);
    co_return {};
}

QList<Change> PimStep::rows(const Blueprint &blueprint, const Snapshot &snapshot) const
{
    QList<Change> rows{pimrows::rulesRow(blueprint, snapshot)};
    QSet<QString> named;
    for (const Blueprint::Eligible &wish : blueprint.eligible) {
        const Principal who = snapshot.principals.value(wish.principal);
        if (who.id.isEmpty() || named.contains(who.id))
            continue;
        named << who.id;
        rows << pimrows::eligibleRow(wish, who, snapshot);
    }
    if (blueprint.removeOtherEligibles)
        for (const PimSchedule &schedule : snapshot.eligible)
            if (!named.contains(schedule.principalId) && schedule.direct)
                rows << pimrows::uneligibleRow(schedule, snapshot);
    return rows;
}

QList<GraphRequest> PimStep::requests(const Change &change, const Ids &ids, const Seen &seen) const
{
    if (change.is(ChangeKey::Kind::Rules))
        return {ManagementPolicies::writeRequest(seen.id, pimrows::rulesToWrite(change, seen.rules))};
    if (change.is(ChangeKey::Kind::Uneligible))
        return {PrivilegedAccess::removeEligibleRequest(ids.groupId, change.targetId)};
    const auto duration = durationIn(change.wanted);
    if (!change.is(ChangeKey::Kind::Eligible) || !duration)
        return {};
    return {seen.id.isEmpty() ? PrivilegedAccess::makeEligibleRequest(ids.groupId, change.targetId, *duration, reasonOf(ids))
                              : PrivilegedAccess::updateEligibleRequest(ids.groupId, change.targetId, *duration, reasonOf(ids))};
}

Seen PimStep::seenIn(const Snapshot &snapshot, const Change &change) const
{
    if (!change.is(ChangeKey::Kind::Rules))
        return seenOfPerson(change, snapshot.eligible);
    if (snapshot.rules)
        return seenOfRules(change, *snapshot.rules);
    Seen seen;
    seen.id = placeOf(ToCome::PimRules);
    return seen;
}

Task<Result<Seen>> PimStep::look(Change change, Ids ids, std::stop_token stop)
{
    if (change.is(ChangeKey::Kind::Rules)) {
        const auto policy = co_await m_policies.forMembers(ids.groupId, stop);
        if (!policy)
            co_return failure(policy.error());
        co_return seenOfRules(change, *policy);
    }
    if (!change.is(ChangeKey::Kind::Eligible) && !change.is(ChangeKey::Kind::Uneligible))
        co_return failure(notOfThisStep(change));
    const auto schedules = co_await m_access.eligible(ids.groupId, stop);
    if (!schedules)
        co_return failure(schedules.error());
    co_return seenOfPerson(change, *schedules);
}

Task<Outcome> PimStep::onboardWithFirstPerson(Change change, Ids ids, std::stop_token stop)
{
    const QJsonObject first = change.wanted.value(QStringLiteral("firstPerson")).toObject();
    const QString principal = first.value(QStringLiteral("id")).toString();
    const auto duration = durationIn(first);
    if (principal.isEmpty() || !duration)
        co_return failure(Error::Kind::NotFound,
                          PimText::tr("PIM does not know the group yet, and nobody is to become eligible."));
    const std::optional<IsoDuration> lasting = *duration;
    const QString why = reasonOf(ids); // as the person's own row would
    const auto made = co_await m_access.makeEligible(ids.groupId, principal, lasting, why, stop);
    if (!made)
        co_return failure(made.error());
    co_return {};
}

Task<Outcome> PimStep::writeRulesOver(Change change, ManagementPolicy there, std::stop_token stop)
{
    const QList<PolicyRule> rules = pimrows::rulesToWrite(change, there);
    co_return co_await m_policies.write(there.policyId, rules, stop);
}

Task<Result<Made>> PimStep::writeRules(Change change, Ids ids, ManagementPolicy shown, std::stop_token stop)
{
    const auto stale = [](const Error &error) { return error.is(Error::Kind::NotFound) || error.is(Error::Kind::Invalid); };
    const auto first = co_await writeRulesOver(change, shown, stop);
    if (first)
        co_return Made();
    if (!stale(first.error()))
        co_return failure(first.error());
    // PIM may not know the group yet: its provisional policy id answers 404 or 400. Resolve once more and repeat.
    const auto again = co_await m_policies.forMembers(ids.groupId, stop);
    if (!again)
        co_return failure(again.error());
    const ManagementPolicy resolved = *again;
    if (resolved.policyId != shown.policyId || first.error().is(Error::Kind::NotFound)) {
        const auto second = co_await writeRulesOver(change, resolved, stop);
        if (second)
            co_return Made();
        if (!stale(second.error()))
            co_return failure(second.error());
    }
    if (!resolved.untouched)
        co_return failure(first.error());
    // Then the first eligible person brings the group under PIM; default rules hold for those seconds (pitfalls, last part).
    const auto onboarded = co_await onboardWithFirstPerson(change, ids, stop);
    if (!onboarded)
        co_return failure(first.error());
    const auto known = co_await m_policies.forMembers(ids.groupId, stop);
    if (!known)
        co_return failure(known.error());
    const ManagementPolicy managed = *known;
    const auto last = co_await writeRulesOver(change, managed, stop);
    if (!last)
        co_return failure(last.error());
    Made made;
    made.note = PimText::tr("PIM took the group only with its first eligible person: for some seconds its default rules held.");
    co_return made;
}

Task<Result<Made>> PimStep::write(Change change, Ids ids, Seen seen, std::stop_token stop)
{
    if (change.is(ChangeKey::Kind::Rules)) {
        const ManagementPolicy shown = seen.rules.value_or(ManagementPolicy());
        co_return co_await writeRules(change, ids, shown, stop);
    }
    if (change.is(ChangeKey::Kind::Uneligible)) {
        const auto removed = co_await m_access.removeEligible(ids.groupId, change.targetId, stop);
        if (!removed)
            co_return failure(removed.error());
        co_return Made();
    }
    if (!change.is(ChangeKey::Kind::Eligible))
        co_return failure(notOfThisStep(change));
    const auto duration = durationIn(change.wanted);
    if (!duration)
        co_return failure(duration.error());
    const std::optional<IsoDuration> lasting = *duration;
    const QString why = reasonOf(ids);
    Result<PimRequest> made;
    if (seen.id.isEmpty()) {
        const auto assigned = co_await m_access.makeEligible(ids.groupId, change.targetId, lasting, why, stop);
        made = assigned;
    } else {
        const auto updated = co_await m_access.updateEligible(ids.groupId, change.targetId, lasting, why, stop);
        made = updated;
    }
    if (!made)
        co_return failure(made.error());
    // 201 is not "eligible": the status decides (P27).
    const PimRequest::State state = made->state();
    if (state == PimRequest::State::Denied || state == PimRequest::State::Failed)
        co_return failure(Error::Kind::Invalid,
                          PimText::tr("Microsoft took the request and ended it as “%1”.").arg(made->status));
    co_return Made{made->id, false};
}

Task<Outcome> PimStep::writeBack(Change change, Ids ids, std::stop_token stop)
{
    const auto back = co_await giveBack(change, ids, stop);
    if (back || !back.error().is(Error::Kind::NotFound))
        co_return back;
    // An undo that was cut off has deleted the group already, and with it everything that PIM knew of it.
    const auto group = co_await m_groups.byId(ids.groupId, stop);
    if (group && !*group)
        co_return {};
    co_return back;
}

Task<Outcome> PimStep::giveBack(Change change, Ids ids, std::stop_token stop)
{
    if (ids.groupId.isEmpty()) // without a group nothing was made
        co_return {};
    if (change.is(ChangeKey::Kind::Rules)) {
        const QList<PolicyRule> originals = pimrows::rulesIn(change.original);
        if (originals.isEmpty())
            co_return {};
        const auto policy = co_await m_policies.forMembers(ids.groupId, stop);
        if (!policy)
            co_return failure(policy.error());
        co_return co_await m_policies.write(policy->policyId, originals, stop);
    }
    if (!change.is(ChangeKey::Kind::Eligible) && !change.is(ChangeKey::Kind::Uneligible))
        co_return failure(notOfThisStep(change));
    const QString why = QStringLiteral("Undo of run %1.").arg(ids.run);
    const bool wasThere = !change.original.isEmpty();
    Result<PimRequest> made;
    if (wasThere) {
        const std::optional<IsoDuration> left = remaining(change.original, m_access.now());
        if (change.is(ChangeKey::Kind::Uneligible)) {
            const auto again = co_await m_access.makeEligible(ids.groupId, change.targetId, left, why, stop);
            made = again;
        } else {
            const auto back = co_await m_access.updateEligible(ids.groupId, change.targetId, left, why, stop);
            made = back;
        }
    } else {
        const auto removed = co_await m_access.removeEligible(ids.groupId, change.targetId, stop);
        made = removed;
        if (!made && made.error().code == QLatin1String("RoleAssignmentDoesNotExist"))
            co_return {};
    }
    if (!made)
        co_return failure(made.error());
    co_return {};
}

} // namespace pimgate
