#include "gate/judge/DriftParts.h"
#include "gate/steps/PimRows.h"

namespace pimgate::driftparts {
namespace {

const ChangeKey rulesKey{ChangeKey::Kind::Rules};

Finding differs(const QString &field, const QString &text)
{
    return Finding{Finding::Weight::Drift, QLatin1String("rules:") + field, text, rulesKey};
}

/// A setting that is on or off; empty for one that has a value.
std::optional<bool> switchOf(const QString &field, const RuleFacts &facts)
{
    return field == QLatin1String("mfa")             ? facts.mfa
           : field == QLatin1String("justification") ? facts.justification
           : field == QLatin1String("ticket")        ? facts.ticket
                                                     : std::nullopt;
}

/// Both sides ask for approval, and not from the same people: each by name.
QList<Finding> otherApprovers(const QStringList &has, const QStringList &wanted, const Snapshot &snapshot)
{
    QList<Finding> findings;
    for (const QString &id : wanted)
        if (!has.contains(id, Qt::CaseInsensitive))
            findings << Finding{Finding::Weight::Drift, QLatin1String("approverRemoved:") + id,
                                DriftText::tr("%1 is no longer asked to approve activations.").arg(snapshot.nameOf(id)),
                                rulesKey};
    for (const QString &id : has)
        if (!wanted.contains(id, Qt::CaseInsensitive) && !snapshot.gone.contains(id)) // said as deleted
            findings << Finding{Finding::Weight::Drift, QLatin1String("approverToo:") + id,
                                DriftText::tr("%1 may approve activations too; the blueprint does not name this approver.")
                                    .arg(snapshot.nameOf(id)),
                                rulesKey};
    return findings;
}

QList<Finding> ofField(const ChangeDetail &detail, const RuleFacts &now, const RuleFacts &asked, const Snapshot &snapshot)
{
    if (detail.key == QLatin1String("approval")) {
        if (!now.approvers->isEmpty() && !asked.approvers->isEmpty())
            return otherApprovers(*now.approvers, *asked.approvers, snapshot);
        return {
            differs(detail.key,
                    !asked.approvers->isEmpty()
                        ? DriftText::tr("Nobody has to approve activations any more, asked was approval by %1.").arg(detail.asked)
                        : DriftText::tr("Activations have to be approved by %1, asked was no approval.").arg(detail.now))};
    }
    const std::optional<bool> on = switchOf(detail.key, asked);
    if (!on)
        return {differs(detail.key, DriftText::tr("%1: %2, asked was %3.").arg(detail.what, detail.now, detail.asked))};
    return {differs(detail.key, *on ? DriftText::tr("%1: not required on activation, asked was required.").arg(detail.what)
                                    : DriftText::tr("%1: required on activation, asked was not required.").arg(detail.what))};
}

QList<Finding> ofOpenRow(const Blueprint &blueprint, const Snapshot &snapshot, const Change &row)
{
    const RuleFacts asked = RuleFacts::asked(blueprint, snapshot), now = RuleFacts::shown(*snapshot.rules);
    QList<Finding> findings;
    bool told = false;
    for (const ChangeDetail &detail : row.details) {
        told = told || !detail.same;
        if (!detail.same)
            findings << ofField(detail, now, asked, snapshot);
    }
    if (!told)
        findings << Finding{Finding::Weight::Drift, row.key.toString(), DriftText::tr("%1 are not as asked.").arg(row.what),
                            row.key};
    return findings;
}

/// A group of ours began with the page's defaults where the blueprint names nothing. `apply` leaves such a setting alone,
/// as it does on every existing group; that it became weaker is drift all the same, until the blueprint names it.
QList<Finding> belowDefaults(const Blueprint &blueprint, const Snapshot &snapshot)
{
    if (!madeByUs(snapshot) || snapshot.fresh())
        return {};
    const Blueprint::ActivationWish &wish = blueprint.activation;
    const ManagementPolicy &now = *snapshot.rules;
    const auto weaker = [](const char *field, const QString &text) {
        return Finding{Finding::Weight::Drift, QLatin1String("rules:") + QLatin1String(field), text};
    };
    QList<Finding> findings;
    if (!wish.maximumDuration && now.maximumActivation() > Blueprint::defaultActivation())
        findings << weaker("maximumDuration", DriftText::tr("Longest activation: %1, the group was made with %2.")
                                                  .arg(now.maximumActivation().human(), Blueprint::defaultActivation().human()));
    // MFA and an authentication context exclude each other (graph-contract 8.3).
    const bool context = !now.authenticationContext().isEmpty() || !wish.authenticationContext.value_or(QString()).isEmpty();
    if (!wish.mfa && !context && !now.enabledOnActivation().contains(QLatin1String("MultiFactorAuthentication")))
        findings << weaker("mfa", DriftText::tr("MFA: not required on activation, the group was made with it."));
    if (!wish.justification && !now.enabledOnActivation().contains(QLatin1String("Justification")))
        findings << weaker("justification", DriftText::tr("Reason: not required on activation, the group was made with it."));
    return findings;
}

/// Whom PIM still asks, and who cannot answer any more: then requests die after a day (P17).
QList<Finding> ofApprovers(const Snapshot &snapshot)
{
    QList<Finding> findings;
    if (!snapshot.rules->approvalRequired())
        return findings;
    const auto add = [&](const char *kind, const QString &id, const QString &text) {
        findings << Finding{Finding::Weight::Drift, QLatin1String(kind) + id, text.arg(snapshot.nameOf(id))};
    };
    for (const QString &id : snapshot.rules->approverIds()) {
        if (snapshot.gone.contains(id))
            add("approverDeleted:", id, DriftText::tr("%1, who is to approve activations, was deleted from the tenant."));
        else if (snapshot.disabled.contains(id))
            add("approverDisabled:", id, DriftText::tr("%1, who is to approve activations, is disabled and cannot sign in."));
        else if (snapshot.empty.contains(id))
            add("approverEmpty:", id, DriftText::tr("%1, whose members are to approve activations, has no members."));
    }
    return findings;
}

} // namespace

QList<Finding> ofRules(const Blueprint &blueprint, const Snapshot &snapshot, const QList<Change> &rows)
{
    if (!snapshot.rules)
        return {}; // the row says so, where one is asked
    QList<Finding> findings;
    if (const Change *row = openRow(rows, rulesKey))
        findings << ofOpenRow(blueprint, snapshot, *row);
    return findings + belowDefaults(blueprint, snapshot) + ofApprovers(snapshot);
}

} // namespace pimgate::driftparts
