#include "controllers/ReportController.h"

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
    QList<Fact> facts;
    if (!m_evidence || !m_evidence->now.snapshot)
        return facts;
    const Snapshot &now = *m_evidence->now.snapshot;

    int verified = 0;
    for (int step = 1; step <= 4; ++step) {
        const QList<Change> rows = m_evidence->now.ofStep(StepId(step));
        verified += !rows.isEmpty() && open(rows).isEmpty() ? 1 : 0;
    }
    const QString at = QLocale().toString(now.readAt.toLocalTime().time(), QStringLiteral("HH:mm"));
    facts << Fact{verified == 4 ? PageState::Verified : PageState::NeedsAttention, tr("Steps"),
                  tr("%1 of 4 verified, read again at %2").arg(verified).arg(at)};

    if (!m_evidence->proof) {
        facts << Fact{PageState::ToDo, tr("Proof"), tr("not played")};
    } else {
        const ProofResult &proof = *m_evidence->proof;
        int shown = 0, observed = 0;
        for (const ProofLine &line : proof.lines) {
            shown += line.state == ProofLine::State::Passed || line.state == ProofLine::State::Skipped ? 1 : 0;
            observed += line.label == ProofLabel::Observed || line.label == ProofLabel::PlayedInDemo ? 1 : 0;
        }
        const QString how = m_workspace.demo() ? tr("%1 of %2 moments, %3 played in the demo tenant")
                                               : tr("%1 of %2 moments, %3 observed in this tenant");
        const PageState state = proof.state == ProofResult::State::Passed    ? PageState::Verified
                                : proof.state == ProofResult::State::Pending ? PageState::NeedsAttention
                                                                             : PageState::Failed;
        facts << Fact{state, tr("Proof"), how.arg(shown).arg(proof.lines.size()).arg(observed)};
    }

    const CaPolicy::State state = now.policy ? now.policy->state : CaPolicy::State::Unknown;
    const bool unread = now.unread.contains(QStringLiteral("policy")) || now.unread.contains(QStringLiteral("policies"));
    if (unread)
        facts << Fact{PageState::NotChecked, tr("Policy"), tr("could not be read")};
    else if (!now.policy)
        facts << Fact{PageState::NeedsAttention, tr("Policy"), tr("none")};
    else
        facts << Fact{state == CaPolicy::State::Enabled ? PageState::Verified : PageState::NeedsAttention, tr("Policy"),
                      state == CaPolicy::State::Enabled      ? tr("on")
                      : state == CaPolicy::State::ReportOnly ? tr("report-only: not enforced")
                                                             : tr("off: not enforced")};

    if (!m_evidence->arming)
        facts << Fact{PageState::NotChecked, tr("Locked out"), tr("nobody was asked about")};
    else if (m_evidence->arming->complete())
        facts << Fact{PageState::Verified, tr("Locked out"), tr("nobody: break-glass not blocked by the policy")};
    else
        facts << Fact{PageState::Differs, tr("Locked out"), m_evidence->arming->problem};
    return facts;
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
