#include "gate/judge/DriftParts.h"
#include "gate/steps/BreakGlass.h"
#include "gate/steps/Interlock.h"

#include <algorithm>

namespace pimgate::driftparts {
namespace {

using Weight = Finding::Weight;

/// What became of the block, in words; the field's own name helps to find it in the portal.
QString phraseOf(const QString &field, const CaPolicy &policy, const Snapshot &snapshot)
{
    QStringList names;
    for (const QString &id : policy.includeUsers + policy.includeGroups + policy.includeRoles)
        names << snapshot.nameOf(id);
    const QString list = names.join(QLatin1String(", "));
    QString phrase = DriftText::tr("it holds under a further condition only");
    if (field == QLatin1String("includeUsers"))
        phrase = list.isEmpty() ? DriftText::tr("it is about nobody") : DriftText::tr("it is about %1 only").arg(list);
    else if (field == QLatin1String("includeApplications"))
        phrase = policy.includeApplications.contains(snapshot.application->appId, Qt::CaseInsensitive)
                     ? DriftText::tr("it is about further applications")
                     : DriftText::tr("it is about other applications");
    else if (field == QLatin1String("excludeApplications"))
        phrase = DriftText::tr("it leaves applications out");
    else if (field == QLatin1String("clientAppTypes"))
        phrase = DriftText::tr("it holds for some kinds of clients only");
    else if (field == QLatin1String("grantControls"))
        phrase = policy.builtInControls.isEmpty()
                     ? DriftText::tr("it does not block")
                     : DriftText::tr("it asks for %1").arg(policy.builtInControls.join(QLatin1String(", ")));
    return QStringLiteral("%1 (%2)").arg(phrase, field);
}

QList<Finding> ofShape(const Snapshot &snapshot)
{
    if (!snapshot.application)
        return {};
    QStringList phrases;
    for (const QString &field : Interlock::shapeDifferences(*snapshot.policy, snapshot.application->appId))
        phrases << phraseOf(field, *snapshot.policy, snapshot);
    if (phrases.isEmpty())
        return {};
    return {
        Finding{Weight::Drift, QStringLiteral("policyChanged"),
                DriftText::tr("%1 no longer blocks everyone from %2: %3.")
                    .arg(snapshot.policy->displayName, snapshot.application->displayName, phrases.join(QLatin1String(", ")))}};
}

bool guestsExcluded(const CaPolicy &policy)
{
    const QJsonValue users = policy.raw.value(QLatin1String("conditions")).toObject().value(QLatin1String("users"));
    return users[QLatin1String("excludeGuestsOrExternalUsers")].isObject() ||
           policy.excludeUsers.contains(QLatin1String("GuestsOrExternalUsers"));
}

QList<Finding> ofExclusions(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows)
{
    QList<Finding> findings;
    for (const Change &row : rows)
        if (!row.done && row.is(ChangeKey::Kind::Exclusion))
            findings << Finding{
                Weight::Drift, QLatin1String("exclusionRemoved:") + row.targetId,
                DriftText::tr("%1 is no longer left out of the policy, so it is blocked.").arg(snapshot.nameOf(row.targetId)),
                row.key};
    QStringList expected = breakGlassIds(blueprint, snapshot);
    if (snapshot.group)
        expected << snapshot.group->id;
    const auto add = [&findings](const QString &id, const QString &text) {
        findings << Finding{Weight::Drift, QLatin1String("excludedToo:") + id, text};
    };
    for (const QString &id : snapshot.policy->exclusions())
        if (!expected.contains(id, Qt::CaseInsensitive))
            add(id, DriftText::tr("%1 is left out of the policy; the blueprint does not name it.").arg(snapshot.nameOf(id)));
    for (const QString &role : snapshot.policy->excludeRoles)
        add(role, DriftText::tr("A whole directory role (%1) is left out of the policy.").arg(role));
    if (guestsExcluded(*snapshot.policy))
        add(QStringLiteral("guests"), DriftText::tr("Guests are left out of the policy."));
    return findings;
}

/// Being left out of the policy helps nobody who cannot sign in.
QList<Finding> ofBreakGlass(const Blueprint &blueprint, const Snapshot &snapshot)
{
    QList<Finding> findings;
    for (const QString &reference : blueprint.policy.breakGlass) {
        const Principal who = snapshot.principals.value(reference);
        if (who.deleted)
            findings << Finding{Weight::Drift, QLatin1String("breakGlassDeleted:") + who.id,
                                DriftText::tr("The break-glass account %1 was deleted from the tenant.").arg(who.displayName)};
        else if (who.isUser() && !who.enabled)
            findings << Finding{Weight::Drift, QLatin1String("breakGlassDisabled:") + who.id,
                                DriftText::tr("The break-glass account %1 is disabled and cannot sign in.").arg(who.displayName)};
    }
    return findings;
}

QList<Finding> ofState(const CaPolicy &policy)
{
    if (policy.state == CaPolicy::State::Enabled)
        return {};
    return {Finding{Weight::NotEnforced, QStringLiteral("notEnforced"),
                    policy.state == CaPolicy::State::ReportOnly
                        ? DriftText::tr("Not enforced: the policy %1 is in report-only.").arg(policy.displayName)
                        : DriftText::tr("Not enforced: the policy %1 is off.").arg(policy.displayName)}};
}

/// Old protocols and device codes: whole tenants block them, and a browser's sign-in to the application never meets that.
bool sparesBrowsers(const CaPolicy &policy)
{
    const auto old = [](const QString &type) {
        return type == QLatin1String("exchangeActiveSync") || type == QLatin1String("other");
    };
    const QJsonObject conditions = policy.raw.value(QLatin1String("conditions")).toObject();
    const bool oldOnly =
        !policy.clientAppTypes.isEmpty() && std::all_of(policy.clientAppTypes.cbegin(), policy.clientAppTypes.cend(), old);
    return oldOnly || conditions.value(QLatin1String("authenticationFlows")).isObject();
}

/// MFA for all applications is every tenant's; a word is worth what blocks the application too, or spares it what holds for
/// all others. Drift is only what breaks the gate's promise: a second block that does not leave its group out.
std::optional<Finding> ofOther(const CaPolicy &policy, const Snapshot &snapshot)
{
    const Application &application = *snapshot.application;
    const QString key = QLatin1String("otherPolicy:") + policy.id;
    const bool all = policy.includeApplications.contains(QLatin1String("All"));
    if (policy.excludeApplications.contains(application.appId, Qt::CaseInsensitive))
        return all ? std::optional(Finding{Weight::Note, key,
                                           DriftText::tr("The policy %1 is about all applications and leaves %2 out.")
                                               .arg(policy.displayName, application.displayName)})
                   : std::nullopt;
    const bool named = policy.includeApplications.contains(application.appId, Qt::CaseInsensitive);
    if ((!all && !named) || !policy.builtInControls.contains(QLatin1String("block")) || sparesBrowsers(policy))
        return std::nullopt;
    const bool keepsGroupOut = snapshot.group && !policy.excludeGroups.contains(snapshot.group->id, Qt::CaseInsensitive) &&
                               Interlock::shapeDifferences(policy, application.appId).isEmpty();
    if (keepsGroupOut)
        return Finding{Weight::Drift, key,
                       DriftText::tr("The policy %1 blocks everyone from %2, also those who have activated.")
                           .arg(policy.displayName, application.displayName)};
    return Finding{Weight::Note, key,
                   DriftText::tr("The policy %1 blocks sign-ins to %2 too.").arg(policy.displayName, application.displayName)};
}

QList<Finding> ofOthers(const Snapshot &snapshot)
{
    QList<Finding> findings;
    if (!snapshot.application)
        return findings;
    for (const CaPolicy &policy : snapshot.otherPolicies)
        if (policy.state == CaPolicy::State::Enabled)
            if (const auto finding = ofOther(policy, snapshot))
                findings << *finding;
    return findings;
}

} // namespace

QList<Finding> ofPolicies(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows)
{
    if (!snapshot.policy)
        return ofOthers(snapshot);
    return ofExclusions(blueprint, snapshot, rows) + ofBreakGlass(blueprint, snapshot) + ofShape(snapshot) +
           ofState(*snapshot.policy) + ofOthers(snapshot);
}

} // namespace pimgate::driftparts
