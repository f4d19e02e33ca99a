#include "controllers/ReportController.h"

#include "controllers/Customer.h"
#include "gate/judge/OpenableWords.h"
#include "report/FactWords.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonDocument>
#include <QLocale>
#include <QRegularExpression>
#include <QSaveFile>

namespace pimgate {
namespace {

/// What history keeps of a run and what the tenant shows now.
Task<Result<Evidence>> collectEvidence(Customer *customer, History *history, QString runId, Blueprint blueprint)
{
    Evidence evidence;
    if (!runId.isEmpty()) {
        const auto run = co_await history->run(runId);
        if (!run)
            co_return failure(run.error());
        evidence.run = *run;
        const auto changes = co_await history->changes(runId);
        if (!changes)
            co_return failure(changes.error());
        evidence.changes = *changes;
    }
    const auto now = co_await customer->runner.plan(blueprint);
    if (!now)
        co_return failure(now.error());
    evidence.now = *now;
    co_return evidence;
}

QString fileSafe(QString text)
{
    static const QRegularExpression other(QStringLiteral("[^A-Za-z0-9-]+"));
    text.replace(other, QStringLiteral("-"));
    static const QRegularExpression edges(QStringLiteral("^-+|-+$"));
    return text.remove(edges);
}

Outcome writeBlueprint(const Blueprint &blueprint, const QString &fileName)
{
    const QByteArray json = QJsonDocument(blueprint.toJson()).toJson(QJsonDocument::Indented);
    QSaveFile file(fileName);
    if (file.open(QIODevice::WriteOnly) && file.write(json) == json.size() && file.commit())
        return {};
    return failure(
        Error::Kind::Storage,
        QCoreApplication::translate("ReportController", "%1 could not be written: %2.").arg(fileName, file.errorString()),
        QCoreApplication::translate("ReportController", "Choose another folder."));
}

PageState stateOf(ReportFacts::Proof::State proof)
{
    switch (proof) {
    case ReportFacts::Proof::State::NotPlayed:
        return PageState::ToDo;
    case ReportFacts::Proof::State::Passed:
        return PageState::Verified;
    case ReportFacts::Proof::State::Waits:
        return PageState::NeedsAttention;
    case ReportFacts::Proof::State::Failed:
    case ReportFacts::Proof::State::Disagrees:
        break;
    }
    return PageState::Failed;
}

PageState stateOf(ReportFacts::Policy::State policy)
{
    switch (policy) {
    case ReportFacts::Policy::State::On:
        return PageState::Verified;
    case ReportFacts::Policy::State::NotRead:
    case ReportFacts::Policy::State::NotKnown:
        return PageState::NotChecked;
    case ReportFacts::Policy::State::None:
    case ReportFacts::Policy::State::ReportOnly:
    case ReportFacts::Policy::State::Off:
        break;
    }
    return PageState::NeedsAttention;
}

PageState stateOf(const std::optional<Openable> &openable)
{
    if (!openable || openable->answer == Openable::Answer::NotKnown)
        return PageState::NotChecked;
    return openable->path() ? PageState::Verified : PageState::Differs;
}

PageState stateOf(ReportFacts::LockedOut::State lockedOut)
{
    using State = ReportFacts::LockedOut::State;
    switch (lockedOut) {
    case State::NobodyBreakGlassSpared:
        return PageState::Verified;
    case State::BreakGlassBlocked:
    case State::SomebodyBlocked:
    case State::WhatIfBlocks:
    case State::WouldBlock:
    case State::WhatIfDiffers:
        return PageState::Differs;
    case State::BreakGlassRefused:
    case State::NoBreakGlassNamed:
        return PageState::NeedsAttention;
    case State::NoPolicy:
        return PageState::ToDo;
    case State::NotKnown:
    case State::NotAsked:
    case State::WhatIfIncomplete:
        break;
    }
    return PageState::NotChecked;
}

/// Short: the page has no room for the policy's name.
QString policyWords(const ReportFacts::Policy &policy)
{
    switch (policy.state) {
    case ReportFacts::Policy::State::On:
        return ReportController::tr("on");
    case ReportFacts::Policy::State::ReportOnly:
        return ReportController::tr("report-only: not enforced");
    case ReportFacts::Policy::State::Off:
        return ReportController::tr("off: not enforced");
    case ReportFacts::Policy::State::NotKnown:
        return ReportController::tr("its state is not known");
    case ReportFacts::Policy::State::NotRead:
    case ReportFacts::Policy::State::None:
        break;
    }
    return FactWords::policy(policy);
}

} // namespace

ReportController::ReportController(Workspace &workspace, ProofController &proof, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_proof(proof)
{
    connect(&workspace, &Workspace::planChanged, this, [this] {
        if (!m_workspace.plan()) { // next customer
            m_run.clear();
            m_evidence.reset();
            m_answers.clear();
            m_notUndone.clear();
            m_error.reset();
        }
        Q_EMIT changed();
    });
    connect(&workspace, &Workspace::runChanged, this, [this] {
        if (!m_workspace.runId().isEmpty())
            m_run = m_workspace.runId();
    });
}

ReportController::~ReportController()
{
    m_stop.request_stop();
}

void ReportController::refresh()
{
    Customer *customer = m_workspace.customer();
    if (!customer || m_busy)
        return;
    m_busy = true;
    m_error.reset();
    Q_EMIT changed();
    launch(this, collectEvidence(customer, &m_workspace.services().history(), m_run, m_workspace.blueprint()),
           [this, customer](const Result<Evidence> &evidence) {
               m_busy = false;
               if (customer != m_workspace.customer())
                   return;
               if (evidence)
                   take(*evidence);
               else
                   m_error = evidence.error();
               show();
           });
}

void ReportController::take(Evidence evidence)
{
    Customer *customer = m_workspace.customer();
    if (evidence.run.id.isEmpty()) { // nothing was written by this wizard: the report is about what the tenant shows
        evidence.run.tenantId = customer->session.account().tenantId;
        evidence.run.tenantName = m_workspace.tenantDomain();
        evidence.run.operatorName = customer->session.account().userName;
        evidence.run.cloud = customer->session.cloud().name;
        evidence.run.application = m_workspace.applicationName();
        evidence.run.blueprint = m_workspace.blueprint().toJson();
        evidence.run.demo = m_workspace.demo();
    }
    evidence.arming = m_workspace.arming();
    evidence.proof = m_proof.result();
    evidence.answers = m_answers;
    evidence.leaveOutNames = m_leaveOutNames;
    evidence.at = m_workspace.services().clock().now();
    evidence.demo = m_workspace.demo();
    m_evidence = evidence;
}

ReportVerdict ReportController::verdict() const
{
    if (m_evidence)
        return verdictOf(*m_evidence);
    ReportVerdict none;
    none.sentence = m_workspace.signedIn() ? tr("Not read yet.") : tr("Nothing to report yet.");
    none.detail = m_workspace.signedIn() ? QString() : tr("Sign in, or look around first.");
    return none;
}

GateView ReportController::view() const
{
    const Snapshot *snapshot = m_evidence ? m_evidence->now.snapshot.get() : m_workspace.snapshot();
    if (snapshot && snapshot->application)
        return viewOf(evaluate(everyone(), *snapshot), everyone(), *snapshot, m_workspace.demo());
    GateView unknown;
    unknown.who = everyone().who.displayName;
    unknown.everyone = true;
    unknown.application = m_workspace.applicationName();
    unknown.demo = m_workspace.demo();
    return unknown;
}

QList<ReportController::Fact> ReportController::facts() const
{
    return m_evidence ? factsIn(*m_evidence) : QList<Fact>();
}

QList<ReportController::Fact> ReportController::factsIn(const Evidence &evidence)
{
    const ReportFacts said = factsOf(evidence);
    if (!said.read)
        return {};
    const QString at = QLocale().toString(said.readAt.toLocalTime().time(), QStringLiteral("HH:mm"));
    const bool verified = said.steps.verified == said.steps.of;
    return {{verified ? PageState::Verified : PageState::NeedsAttention, tr("Steps"),
             tr("%1 of %2 verified, read again at %3").arg(said.steps.verified).arg(said.steps.of).arg(at)},
            {stateOf(said.proof.state), tr("Proof"), FactWords::proof(said.proof, isDemo(evidence))},
            {stateOf(said.policy.state), tr("Policy"), policyWords(said.policy)},
            {stateOf(said.lockedOut.state), tr("Locked out"), FactWords::lockedOut(said.lockedOut)},
            {stateOf(said.openable), tr("Can open it"),
             said.openable && said.openable->path() ? pathWords(*said.openable) : FactWords::openable(said.openable)}};
}

QList<Preset::Question> ReportController::questions() const
{
    if (m_evidence)
        return bypassQuestions(*m_evidence); // the ones that the verdict waits for, also without a preset
    const auto preset = m_workspace.preset();
    return preset ? preset->bypass : QList<Preset::Question>();
}

QString ReportController::answer(const QString &questionKey) const
{
    return m_answers.value(questionKey);
}

void ReportController::setAnswer(const QString &questionKey, const QString &answer)
{
    if (answer.isEmpty())
        m_answers.remove(questionKey);
    else
        m_answers.insert(questionKey, answer);
    if (m_evidence)
        m_evidence->answers = m_answers;
    show();
}

void ReportController::setLeaveOutNames(bool on)
{
    m_leaveOutNames = on;
    if (m_evidence)
        m_evidence->leaveOutNames = on;
    Q_EMIT changed();
}

QStringList ReportController::fileNames() const
{
    const QString tenant = m_workspace.tenantDomain().section(QLatin1Char('.'), 0, 0);
    QStringList parts{fileSafe(m_workspace.applicationName())};
    if (!tenant.isEmpty() && !m_leaveOutNames)
        parts << fileSafe(tenant);
    if (m_workspace.demo())
        parts << QStringLiteral("Demo");
    const QString stem = parts.join(QLatin1Char('-')) + QLatin1String("-report");
    return {stem + QLatin1String(".html"), stem + QLatin1String(".pdf"), stem + QLatin1String(".json"),
            QStringLiteral("blueprint.json")};
}

Outcome ReportController::save(const QString &folder)
{
    if (!m_evidence)
        return failure(Error::Kind::Input, tr("There is nothing to save yet."), tr("Wait until the tenant was read again."));
    const QDir dir(folder);
    if (!dir.mkpath(QStringLiteral(".")))
        return failure(Error::Kind::Storage, tr("The folder %1 could not be made.").arg(folder), tr("Choose another folder."));
    m_evidence->proof = m_proof.result();
    for (const QString &name : fileNames()) {
        const QString path = dir.filePath(name);
        const Outcome written = name == QLatin1String("blueprint.json") ? writeBlueprint(m_workspace.blueprint(), path)
                                                                        : writeReport(*m_evidence, path);
        if (!written)
            return written;
    }
    return {};
}

QString ReportController::undoResidue() const
{
    if (!m_notUndone.isEmpty())
        return tr("Could not be undone: %1").arg(m_notUndone.join(QLatin1Char(' ')));
    const Snapshot *snapshot = m_workspace.snapshot();
    if (!snapshot || !snapshot->group || !snapshot->rules || snapshot->rules->untouched)
        return {};
    return tr("Cannot be undone: PIM keeps managing %1 until the group is deleted. Everything else can.")
        .arg(snapshot->group->displayName);
}

bool ReportController::canUndo() const
{
    return m_workspace.signedIn() && !m_workspace.runId().isEmpty() && !m_workspace.writing() && !m_busy;
}

void ReportController::undoEverything(bool changedToo)
{
    Customer *customer = m_workspace.customer();
    if (!canUndo() || !customer)
        return;
    m_busy = true;
    m_error.reset();
    m_undoError.reset();
    m_stop = std::stop_source();
    m_workspace.setWriting(StepId::ConditionalAccess);
    Q_EMIT changed();
    const TakeBack how{false, changedToo};
    launch(this, customer->runner.undo(m_workspace.runId(), how, m_stop.get_token()),
           [this, customer](const Result<RunResult> &undone) {
               m_busy = false;
               if (customer != m_workspace.customer())
                   return;
               m_workspace.setWriting({});
               if (!undone) {
                   if (!undone.error().is(Error::Kind::Cancelled))
                       m_undoError = undone.error();
                   m_workspace.refresh();
               } else {
                   m_notUndone = undone->notDone;
                   if (undone->changedSince.isEmpty()) {
                       m_workspace.setRunId({});
                       m_workspace.setArming({});
                   }
                   m_workspace.refresh();
               }
               refresh();
               if (undone && !undone->changedSince.isEmpty())
                   Q_EMIT leftAlone(undone->changedSince);
           });
}

void ReportController::stop()
{
    m_stop.request_stop();
}

int ReportController::unanswered() const
{
    const QList<Preset::Question> all = questions();
    return int(std::count_if(all.begin(), all.end(),
                             [this](const Preset::Question &question) { return !m_answers.contains(question.key); }));
}

void ReportController::show()
{
    if (!m_evidence) {
        m_workspace.setState(PageId::Report, m_error ? PageState::Failed : PageState::ToDo);
    } else {
        switch (verdict().state) {
        case ReportVerdict::State::Closed:
            m_workspace.setState(PageId::Report, PageState::Verified);
            break;
        case ReportVerdict::State::Unconfirmed:
            m_workspace.setState(PageId::Report, PageState::NeedsAttention, tr("%n question(s) left", nullptr, unanswered()));
            break;
        case ReportVerdict::State::NotEnforced:
            m_workspace.setState(PageId::Report, PageState::NeedsAttention, tr("not enforced"));
            break;
        case ReportVerdict::State::Drift:
            m_workspace.setState(PageId::Report, PageState::Differs);
            break;
        case ReportVerdict::State::NotBuilt:
            m_workspace.setState(PageId::Report, PageState::ToDo);
            break;
        }
    }
    Q_EMIT changed();
}

} // namespace pimgate
