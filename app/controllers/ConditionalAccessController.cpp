#include "controllers/ConditionalAccessController.h"

#include "controllers/Customer.h"
#include "gate/judge/OpenableWords.h"
#include "graph/Directory.h"

namespace pimgate {
namespace {

bool isRole(const ArmingEvidence::Line &line, ArmingRole role)
{
    return line.role == role;
}

} // namespace

ConditionalAccessController::ConditionalAccessController(Workspace &workspace, QObject *parent)
    : StepController(workspace, StepId::ConditionalAccess, PageId::ConditionalAccess, parent)
{
    connect(&workspace, &Workspace::usageChanged, this, &ConditionalAccessController::updateState);
    connect(&workspace, &Workspace::statesChanged, this,
            &ConditionalAccessController::changed); // waits for the decisions of step 2
    updateState();
}

QString ConditionalAccessController::policyName() const
{
    return m_workspace.blueprint().policy.displayName;
}

void ConditionalAccessController::setPolicyName(const QString &name)
{
    if (name != policyName())
        edit([&](Blueprint &blueprint) { blueprint.policy.displayName = name; });
}

QList<PimController::Row> ConditionalAccessController::breakGlass() const
{
    QList<PimController::Row> rows;
    for (const QString &reference : m_workspace.blueprint().policy.breakGlass) {
        const Principal principal = m_workspace.principal(reference);
        rows << PimController::Row{reference, principal.displayName, principal.isGroup() ? tr("group") : principal.userName};
    }
    return rows;
}

void ConditionalAccessController::addBreakGlass(const Principal &principal)
{
    const QString reference = m_workspace.know(principal);
    if (m_workspace.blueprint().policy.breakGlass.contains(reference, Qt::CaseInsensitive))
        return;
    edit([&](Blueprint &blueprint) {
        blueprint.policy.breakGlass << reference;
        blueprint.policy.breakGlassRefusal.reset();
    });
}

void ConditionalAccessController::removeBreakGlass(const QString &reference)
{
    edit([&](Blueprint &blueprint) { blueprint.policy.breakGlass.removeAll(reference); });
}

void ConditionalAccessController::refuseBreakGlass(const QString &by, const QString &reason)
{
    edit([&](Blueprint &blueprint) {
        const bool said = !by.trimmed().isEmpty() && !reason.trimmed().isEmpty();
        blueprint.policy.breakGlassRefusal =
            said ? std::optional(Blueprint::PolicyWish::Refusal{by.trimmed(), reason.trimmed()}) : std::nullopt;
    });
}

bool ConditionalAccessController::enforce() const
{
    return m_workspace.blueprint().policy.enabled;
}

void ConditionalAccessController::setEnforce(bool on)
{
    if (on != enforce())
        edit([&](Blueprint &blueprint) {
            blueprint.policy.enabled = on;
            blueprint.policy.stateNamed = true;
        });
}

void ConditionalAccessController::search(const QString &text)
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

/// The policy is there and nothing that only adds is left on this page.
bool ConditionalAccessController::closing() const
{
    const QList<Change> opening = StepController::rows();
    return !opening.isEmpty() && open(opening).isEmpty();
}

QList<Change> ConditionalAccessController::rows() const
{
    if (!closing())
        return StepController::rows();
    QList<Change> closing;
    for (const Change &row : m_workspace.plan()->rows)
        if (row.closing())
            closing << row;
    return closing + goneRows();
}

QList<Change> ConditionalAccessController::rowsWhenClosing() const
{
    QList<Change> all;
    if (closing() || !m_workspace.plan())
        return all;
    for (const Change &row : m_workspace.plan()->rows)
        if (row.closing())
            all << row;
    return all;
}

QString ConditionalAccessController::buttonText() const
{
    if (!closing())
        return StepController::buttonText();
    return tr("Close the gate: %n change(s) in %1", nullptr, int(toMake().size())).arg(m_workspace.tenantDomain());
}

QString ConditionalAccessController::blockedBecause() const
{
    if (!m_workspace.signedIn())
        return StepController::blockedBecause();
    const auto &wish = m_workspace.blueprint().policy;
    if (!m_workspace.applicationKnown())
        return tr("Choose the application in step 2 first.");
    if (wish.displayName.trimmed().isEmpty())
        return tr("Give the policy a name.");
    if (wish.breakGlass.isEmpty() && !wish.breakGlassRefusal)
        return tr("Name a break-glass account, or write down who refuses one and why.");
    const QString general = StepController::blockedBecause();
    if (!general.isEmpty() || !closing())
        return general;
    return toMake().isEmpty() ? QString() : whyNotClose();
}

/// Nothing that takes access away leaves before everything that gives access was read back.
QString ConditionalAccessController::whyNotClose() const
{
    for (const Change &row : m_workspace.plan()->rows)
        if (!row.closing() && !row.done)
            return tr("Make step %1 first: %2").arg(int(row.step)).arg(row.sentence);
    if (m_workspace.state(PageId::Sso) == PageState::NeedsAttention)
        return tr("Decide in step 2 who keeps access first.");
    const Openable &paths = m_workspace.plan()->openable;
    if (!paths.path())
        return noPathSentence(paths) + QLatin1Char(' ') + mendSentence(paths);
    if (!enforce())
        return {};
    if (m_gathering)
        return tr("Asking Microsoft whom the policy would block.");
    if (m_evidenceError)
        return tr("Not checked whom the policy would block: %1").arg(m_evidenceError->message);
    if (!m_evidence || m_evidenceOf != evidenceKey())
        return tr("Ask first whom the policy would block.");
    return m_evidence->problem;
}

QStringList ConditionalAccessController::breakGlassIds() const
{
    QStringList ids;
    for (const QString &reference : m_workspace.blueprint().policy.breakGlass) {
        const QString id = m_workspace.principal(reference).id;
        if (!id.isEmpty())
            ids << id;
    }
    return ids;
}

/// Evidence counts for one policy, one set of exclusions and one set of people.
QString ConditionalAccessController::evidenceKey() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    if (!snapshot || !snapshot->policy)
        return {};
    QStringList ids = breakGlassIds() + snapshot->policy->exclusions();
    for (const PimSchedule &schedule : snapshot->eligible)
        ids << schedule.principalId;
    ids.sort();
    return snapshot->policy->id + QLatin1Char('|') + ids.join(QLatin1Char(','));
}

void ConditionalAccessController::planRead()
{
    const Snapshot *snapshot = m_workspace.snapshot();
    if (!snapshot || m_workspace.stale())
        return;
    if (!snapshot->policy || !closing()) {
        m_evidence.reset();
        m_evidenceError.reset();
        m_evidenceOf.clear();
        return;
    }
    const auto latest = m_workspace.arming();
    if (latest && (!m_evidence || latest->at > m_evidence->at))
        m_evidence = latest; // asked again just before closing
    // What-If costs one request a person: asked once for each state of the policy, again when the page asks for it.
    const bool needed = enforce() && !toMake().isEmpty() && m_evidenceOf != evidenceKey();
    if (needed && !m_gathering && !m_workspace.writing())
        gatherEvidence();
}

void ConditionalAccessController::gatherEvidence()
{
    Customer *customer = m_workspace.customer();
    const Plan *plan = m_workspace.plan();
    if (!customer || !plan || !plan->snapshot || !plan->snapshot->policy || m_gathering)
        return;
    m_gathering = true;
    m_evidenceError.reset();
    m_evidenceOf = evidenceKey();
    Q_EMIT changed();
    const QString policyId = plan->snapshot->policy->id;
    launch(this, customer->runner.interlock().gather(policyId, plan->snapshot, breakGlassIds(), {}),
           [this, customer](const Result<ArmingEvidence> &gathered) {
               m_gathering = false;
               if (customer != m_workspace.customer())
                   return;
               m_evidence.reset();
               if (gathered) {
                   m_evidence = *gathered;
                   m_workspace.setArming(m_evidence);
               } else {
                   m_evidenceError = gathered.error();
               }
               updateState();
           });
}

ProofLabel ConditionalAccessController::evidenceLabel() const
{
    return m_workspace.demo() ? ProofLabel::PlayedInDemo : ProofLabel::EvaluatedByMicrosoft;
}

QList<ConditionalAccessController::Condition> ConditionalAccessController::conditions() const
{
    QList<Condition> conditions;
    const auto condition = [&](ArmingRole role, const QString &sentence, const QString &hint) {
        PageState state = m_gathering ? PageState::Working : PageState::NotChecked;
        if (m_evidence) {
            QList<ArmingEvidence::Line> asked;
            std::copy_if(m_evidence->lines.begin(), m_evidence->lines.end(), std::back_inserter(asked),
                         [&](const ArmingEvidence::Line &line) { return isRole(line, role); });
            const bool all =
                std::all_of(asked.begin(), asked.end(), [](const ArmingEvidence::Line &line) { return line.asExpected(); });
            state = asked.isEmpty() ? PageState::NotChecked : all ? PageState::Verified : PageState::Differs;
        }
        conditions << Condition{state, sentence, hint, evidenceLabel()};
    };
    const auto &wish = m_workspace.blueprint().policy;
    condition(ArmingRole::Ordinary, tr("An ordinary user would be blocked"), {});
    if (wish.breakGlass.isEmpty() && wish.breakGlassRefusal)
        conditions << Condition{PageState::NeedsAttention, tr("No break-glass account is left out"),
                                tr("refused by %1: %2").arg(wish.breakGlassRefusal->by, wish.breakGlassRefusal->reason),
                                ProofLabel::Simulated};
    else
        condition(ArmingRole::BreakGlass, tr("Break-glass accounts would not be blocked by the policy"),
                  tr("not assigned to %1: intended").arg(m_workspace.applicationName()));
    condition(ArmingRole::Eligible, tr("Eligible people who are not active would be blocked"), tr("that is the gate"));
    const bool someActive = m_evidence && std::any_of(m_evidence->lines.begin(), m_evidence->lines.end(),
                                                      [](const auto &line) { return isRole(line, ArmingRole::Active); });
    if (someActive)
        condition(ArmingRole::Active, tr("Whoever is active now would not be blocked"), {});
    conditions << pathCondition(someActive);
    return conditions;
}

/// Somebody, by name, can open the gate once it is closed.
ConditionalAccessController::Condition ConditionalAccessController::pathCondition(bool someActive) const
{
    if (!m_workspace.plan())
        return {PageState::NotChecked, tr("Somebody can open the gate"), {}, ProofLabel::Simulated};
    const Openable &paths = m_workspace.plan()->openable;
    if (paths.path())
        return {PageState::Verified, pathSentence(paths), someActive ? QString() : tr("a test first would prove more"),
                ProofLabel::Simulated};
    return {paths.answer == Openable::Answer::No ? PageState::Differs : PageState::NotChecked, noPathSentence(paths),
            mendSentence(paths), ProofLabel::Simulated};
}

QList<MatrixRow> ConditionalAccessController::matrix() const
{
    const SnapshotPtr on = m_workspace.afterClosing();
    Customer *customer = m_workspace.customer();
    if (!on || !on->policy || !customer)
        return {};
    on->policy->state = CaPolicy::State::Enabled;
    const Account &account = customer->session.account();
    return policyMatrix(*on, m_evidence, breakGlassIds(),
                        Principal{Principal::Type::User, account.objectId, account.displayName, {}, {}});
}

/// People who used the application lately, get in now, and are neither eligible nor left out afterwards.
QList<Principal> ConditionalAccessController::losing() const
{
    QList<Principal> losing;
    const SnapshotPtr after = m_workspace.afterClosing();
    const Snapshot *now = m_workspace.snapshot();
    const Usage &usage = m_workspace.usage();
    if (!after || !now || !now->application || usage.appId() != now->application->appId)
        return losing;
    const auto &wishes = m_workspace.blueprint().eligible;
    for (const Usage::User &user : usage.people()) {
        const Principal &person = user.who;
        Person who;
        who.who = person;
        const bool eligible =
            std::any_of(after->eligible.begin(), after->eligible.end(),
                        [&](const PimSchedule &schedule) { return schedule.principalId == person.id; }) ||
            std::any_of(wishes.begin(), wishes.end(), [&](const Blueprint::Eligible &wish) {
                return wish.principal.compare(person.userName, Qt::CaseInsensitive) == 0 || wish.principal == person.id;
            });
        if (!eligible && evaluate(who, *now).letIn && !evaluate(who, *after).letIn)
            losing << person;
    }
    return losing;
}

ConditionalAccessController::Loss ConditionalAccessController::whoLosesAccess() const
{
    const Snapshot *now = m_workspace.snapshot();
    if (!now || !now->application)
        return {};
    const auto total = peopleWhoCanSignIn(*now);
    const Usage &usage = m_workspace.usage();
    if (!usage.readable() || usage.appId() != now->application->appId)
        return {total ? tr("%n people can sign in now; after closing only who has activated. The sign-in log could not be read.",
                           nullptr, *total)
                      : tr("After closing only who has activated gets in."),
                {}};
    const QString first = tr("%n people lose access.", nullptr, int(losing().size()));
    const Verdict open = evaluate(everyone(), *now);
    const int people = int(usage.people().size());
    if (!open.letIn || !now->userCount || *now->userCount <= people)
        return {first, {}};
    int eligibleUnused = 0;
    for (const PimSchedule &schedule : now->eligible)
        eligibleUnused += usage.lastOf(schedule.principalId).isValid() ? 0 : 1;
    const int unused = std::max(0, *now->userCount - people - eligibleUnused);
    return {first, tr("So do %n who have not used it for 30 days.", nullptr, unused)};
}

QStringList ConditionalAccessController::whoLosesAccessNames() const
{
    QStringList names;
    for (const Principal &person : losing())
        names << (person.guest ? tr("%1 (guest)").arg(person.displayName) : person.displayName);
    return names;
}

GateView ConditionalAccessController::view(int matrixRow) const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    const QList<MatrixRow> rows = matrix();
    const Person person = matrixRow >= 0 && matrixRow < rows.size() ? rows.at(matrixRow).person : everyone();
    if (!snapshot || !snapshot->application) {
        GateView unknown;
        unknown.who = person.who.displayName;
        unknown.everyone = true;
        unknown.application = m_workspace.applicationName();
        unknown.demo = m_workspace.demo();
        return unknown;
    }
    return viewOf(evaluate(person, *snapshot), person, *snapshot, m_workspace.demo());
}

std::pair<PageState, QString> ConditionalAccessController::pageState() const
{
    const Snapshot *snapshot = m_workspace.snapshot();
    if (snapshot && snapshot->policy && closing() && snapshot->policy->state != CaPolicy::State::Enabled)
        return {PageState::NeedsAttention, snapshot->policy->state == CaPolicy::State::ReportOnly
                                               ? tr("report-only: not enforced")
                                               : tr("off: not enforced")};
    return StepController::pageState();
}

} // namespace pimgate
