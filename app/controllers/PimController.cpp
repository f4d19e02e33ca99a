#include "controllers/PimController.h"

#include "controllers/Customer.h"
#include "graph/Directory.h"

#include <QSet>

namespace pimgate {
namespace {

IsoDuration pimMinutes(int minutes)
{
    return IsoDuration(std::chrono::minutes(minutes));
}

IsoDuration pimDays(int days)
{
    return IsoDuration(std::chrono::hours(24 * days));
}

/// Offers `current` as well, in its place.
QList<IsoDuration> withCurrent(QList<IsoDuration> choices, IsoDuration current)
{
    if (!choices.contains(current) && current.value().count() > 0)
        choices << current;
    std::sort(choices.begin(), choices.end());
    return choices;
}

} // namespace

PimController::PimController(Workspace &workspace, QObject *parent) : StepController(workspace, StepId::Pim, PageId::Pim, parent)
{
    updateState();
}

/// On a group of our own the page's defaults are what the page shows: named from now on, so that the read-back after
/// applying shows each of them, too.
void PimController::planRead()
{
    const Snapshot *snapshot = m_workspace.snapshot();
    const Blueprint::ActivationWish &wish = m_workspace.blueprint().activation;
    if (!snapshot || !snapshot->group || kept() || (wish.maximumDuration && wish.mfa && wish.justification && wish.ticket))
        return;
    setActivation([this](Blueprint::ActivationWish &activation) {
        activation.maximumDuration = maximumActivation();
        activation.mfa = mfa();
        activation.justification = justification();
        activation.ticket = ticket();
    });
}

const ManagementPolicy *PimController::kept() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    return snapshot && snapshot->rules && !snapshot->fresh() ? &*snapshot->rules : nullptr;
}

QList<PimController::Row> PimController::eligible() const
{
    QList<Row> rows;
    for (const Blueprint::Eligible &wish : m_workspace.blueprint().eligible)
        rows << Row{wish.principal, m_workspace.principal(wish.principal).displayName,
                    wish.duration.value_or(Blueprint::defaultEligibility()).human()};
    return rows;
}

QList<PimController::Row> PimController::approvers() const
{
    QList<Row> rows;
    for (const QString &reference : m_workspace.blueprint().activation.approvers) {
        const Principal principal = m_workspace.principal(reference);
        rows << Row{reference, principal.displayName, principal.isGroup() ? tr("group") : principal.jobTitle};
    }
    return rows;
}

void PimController::addEligible(const Principal &principal)
{
    const QString reference = m_workspace.know(principal);
    for (const Blueprint::Eligible &wish : m_workspace.blueprint().eligible)
        if (wish.principal.compare(reference, Qt::CaseInsensitive) == 0)
            return;
    edit([&](Blueprint &blueprint) { blueprint.eligible << Blueprint::Eligible{reference, m_eligibility}; });
}

void PimController::removeEligible(const QString &reference)
{
    edit([&](Blueprint &blueprint) {
        blueprint.eligible.removeIf([&](const Blueprint::Eligible &wish) { return wish.principal == reference; });
    });
}

IsoDuration PimController::eligibility() const
{
    const auto &wishes = m_workspace.blueprint().eligible;
    return wishes.isEmpty() ? m_eligibility : wishes.first().duration.value_or(Blueprint::defaultEligibility());
}

void PimController::setEligibility(IsoDuration duration)
{
    m_eligibility = duration;
    edit([&](Blueprint &blueprint) {
        for (Blueprint::Eligible &wish : blueprint.eligible)
            wish.duration = duration;
    });
}

void PimController::addApprover(const Principal &principal)
{
    const QString reference = m_workspace.know(principal);
    if (m_workspace.blueprint().activation.approvers.contains(reference, Qt::CaseInsensitive))
        return;
    setActivation([&](Blueprint::ActivationWish &activation) {
        activation.approvers << reference;
        activation.approval = true;
    });
}

void PimController::removeApprover(const QString &reference)
{
    setActivation([&](Blueprint::ActivationWish &activation) { activation.approvers.removeAll(reference); });
}

/// What PIM's own page offers, up to a day (P29).
QList<IsoDuration> PimController::activationChoices() const
{
    return withCurrent({pimMinutes(30), pimMinutes(60), pimMinutes(2 * 60), pimMinutes(4 * 60), pimMinutes(8 * 60),
                        pimMinutes(12 * 60), pimDays(1)},
                       maximumActivation());
}

/// Longer than the live rule allows is not offered (P29).
QList<IsoDuration> PimController::eligibilityChoices() const
{
    QList<IsoDuration> choices{pimDays(15), pimDays(30), pimDays(90), pimDays(180), pimDays(365)};
    const ManagementPolicy *rules = kept();
    const auto longest = rules ? rules->maximumEligibility() : std::nullopt;
    if (longest)
        choices.removeIf([&](IsoDuration choice) { return choice > *longest; });
    return withCurrent(choices, eligibility());
}

IsoDuration PimController::maximumActivation() const
{
    const auto &wish = m_workspace.blueprint().activation.maximumDuration;
    if (wish)
        return *wish;
    const ManagementPolicy *rules = kept();
    return rules ? rules->maximumActivation() : Blueprint::defaultActivation();
}

bool PimController::enabledRule(const std::optional<bool> &wish, const QString &rule, bool preset) const
{
    if (wish)
        return *wish;
    const ManagementPolicy *rules = kept();
    return rules ? rules->enabledOnActivation().contains(rule) : preset;
}

bool PimController::mfa() const
{
    return enabledRule(m_workspace.blueprint().activation.mfa, QStringLiteral("MultiFactorAuthentication"), true);
}

bool PimController::justification() const
{
    return enabledRule(m_workspace.blueprint().activation.justification, QStringLiteral("Justification"), true);
}

bool PimController::ticket() const
{
    return enabledRule(m_workspace.blueprint().activation.ticket, QStringLiteral("Ticketing"), false);
}

bool PimController::approval() const
{
    const auto &activation = m_workspace.blueprint().activation;
    if (activation.approval || !activation.approvers.isEmpty())
        return m_workspace.blueprint().approvalWanted();
    const ManagementPolicy *rules = kept();
    return rules && rules->approvalRequired();
}

void PimController::setActivation(const std::function<void(Blueprint::ActivationWish &)> &change)
{
    edit([&](Blueprint &blueprint) { change(blueprint.activation); });
}

void PimController::setMaximumActivation(IsoDuration duration)
{
    setActivation([&](Blueprint::ActivationWish &activation) { activation.maximumDuration = duration; });
}

void PimController::setMfa(bool on)
{
    setActivation([&](Blueprint::ActivationWish &activation) { activation.mfa = on; });
}

void PimController::setJustification(bool on)
{
    setActivation([&](Blueprint::ActivationWish &activation) { activation.justification = on; });
}

void PimController::setTicket(bool on)
{
    setActivation([&](Blueprint::ActivationWish &activation) { activation.ticket = on; });
}

void PimController::setApproval(bool on)
{
    setActivation([&](Blueprint::ActivationWish &activation) { activation.approval = on; });
}

void PimController::search(const QString &text)
{
    Customer *customer = m_workspace.customer();
    const int turn = ++m_search;
    if (!customer || text.trimmed().size() < 2) {
        m_candidates.clear();
        Q_EMIT changed();
        return;
    }
    launch(this, customer->directory.search(text.trimmed(), true), [this, turn](const Result<QList<Principal>> &found) {
        if (turn != m_search)
            return;
        m_candidates = found.value_or(QList<Principal>());
        Q_EMIT changed();
    });
}

QString PimController::advice() const
{
    const auto &blueprint = m_workspace.blueprint();
    if (!approval() || blueprint.activation.approvers.isEmpty())
        return {};
    const bool alone =
        blueprint.activation.approvers.size() == 1 && !m_workspace.principal(blueprint.activation.approvers.first()).isGroup();
    if (alone)
        return tr("Name a second approver: the first answer counts, and a request nobody answers dies after 24 hours.");
    QSet<QString> eligible;
    for (const auto &wish : blueprint.eligible)
        eligible.insert(wish.principal);
    const bool allEligible = std::all_of(blueprint.activation.approvers.begin(), blueprint.activation.approvers.end(),
                                         [&](const QString &approver) { return eligible.contains(approver); });
    return allEligible ? tr("Every approver is eligible as well. Nobody can approve the own request.") : QString();
}

QString PimController::blockedBecause() const
{
    if (!m_workspace.signedIn())
        return StepController::blockedBecause();
    const auto &blueprint = m_workspace.blueprint();
    if (blueprint.eligible.isEmpty())
        return tr("Add somebody who may open the gate.");
    const auto &approvers = blueprint.activation.approvers;
    if (approval() && approvers.isEmpty() && !kept())
        return tr("Name an approver, or switch approval off.");
    const bool askedAlone = approval() && approvers.size() == 1 && blueprint.eligible.size() == 1 &&
                            approvers.first() == blueprint.eligible.first().principal;
    if (askedAlone)
        return tr("%1 cannot approve the own request. Name another approver.")
            .arg(m_workspace.principal(approvers.first()).displayName);
    return StepController::blockedBecause();
}

} // namespace pimgate
