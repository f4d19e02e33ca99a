#include "report/Evidence.h"

#include "gate/judge/OpenableWords.h"
#include "gate/judge/VerdictWords.h"
#include "proof/ProofWords.h"
#include "report/FactWords.h"
#include "report/ReportFacts.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace pimgate {

namespace {

struct EvidenceText
{
    Q_DECLARE_TR_FUNCTIONS(Evidence)
};

QStringList textsOf(const QList<Finding> &findings, Finding::Weight weight)
{
    QStringList texts;
    for (const Finding &finding : findings)
        if (finding.weight == weight)
            texts << finding.text;
    return texts;
}

/// What was not made at all: whatever only adds and is missing.
int missingOpening(const Plan &plan)
{
    return int(std::count_if(plan.rows.begin(), plan.rows.end(), [](const Change &row) { return !row.done && !row.closing(); }));
}

using Reason = ReportVerdict::Reason;

ReportVerdict notBuilt(const Evidence &evidence, Reason reason)
{
    ReportVerdict verdict{ReportVerdict::State::NotBuilt, {reason}, EvidenceText::tr("The gate is not built."), {}};
    const int missing = missingOpening(evidence.now);
    if (missing > 0)
        verdict.detail = EvidenceText::tr("%n change(s) still to make.", nullptr, missing);
    return verdict;
}

/// Why the gate keeps nobody out; empty: it does.
std::optional<Reason> enforcementGap(const Evidence &evidence, const Verdict &anybody)
{
    const Snapshot &snapshot = *evidence.now.snapshot;
    switch (factsOf(evidence).policy.state) {
    case ReportFacts::Policy::State::ReportOnly:
        return Reason::PolicyReportOnly;
    case ReportFacts::Policy::State::Off:
        return Reason::PolicyOff;
    case ReportFacts::Policy::State::NotRead:
    case ReportFacts::Policy::State::None:
    case ReportFacts::Policy::State::NotKnown:
        return Reason::PolicyStateNotKnown;
    case ReportFacts::Policy::State::On:
        break;
    }
    if (anybody.letIn || anybody.policy != Verdict::Lock::Shut)
        return Reason::PolicyLetsThrough;
    if (evidence.now.blueprint.assignment.required && !snapshot.application->assignmentRequired)
        return Reason::AssignmentNotRequired;
    return {};
}

QString gapSentence(Reason gap, const Verdict &anybody)
{
    switch (gap) {
    case Reason::PolicyReportOnly:
        return EvidenceText::tr("Not enforced: the policy is still in report-only.");
    case Reason::PolicyOff:
        return EvidenceText::tr("Not enforced: the policy is off.");
    case Reason::PolicyStateNotKnown:
        return EvidenceText::tr("Not enforced: the policy's state is not known.");
    case Reason::AssignmentNotRequired:
        return EvidenceText::tr("Not enforced: assignment is not required.");
    default:
        return EvidenceText::tr("Not enforced: %1.").arg(policyWords(anybody));
    }
}

int unanswered(const Evidence &evidence)
{
    const QList<Preset::Question> questions = bypassQuestions(evidence);
    return int(std::count_if(questions.begin(), questions.end(), [&](const Preset::Question &question) {
        return evidence.answers.value(question.key).trimmed().isEmpty();
    }));
}

/// Of a gate that is closed in Entra: what keeps it from being more than that, and what else is to be known.
ReportVerdict closedInEntra(const Evidence &evidence)
{
    ReportVerdict verdict{ReportVerdict::State::Closed, {}, EvidenceText::tr("The gate is closed."), {}};
    QStringList details;
    const auto add = [&](Reason reason, const QString &detail) {
        verdict.reasons << reason;
        details << detail;
    };
    if (const int open = unanswered(evidence); open > 0) {
        verdict.state = ReportVerdict::State::Unconfirmed;
        verdict.sentence = EvidenceText::tr("The gate is closed in Entra. Ways around it are not confirmed.");
        add(Reason::QuestionsOpen,
            EvidenceText::tr("%n question(s) about %1 itself are unanswered. Answer them, and the verdict reads “closed”.",
                             nullptr, open)
                .arg(applicationName(evidence)));
    }
    const ReportFacts facts = factsOf(evidence);
    if (!facts.openable || !facts.openable->path()) {
        verdict.state = ReportVerdict::State::Unconfirmed;
        verdict.sentence = EvidenceText::tr("The gate is closed in Entra. Whether anybody can open it is not known.");
        add(Reason::PathNotKnown, FactWords::openable(facts.openable));
    }
    const ReportFacts::Proof::State proof = facts.proof.state;
    if (proof == ReportFacts::Proof::State::NotPlayed)
        add(Reason::ProofNotPlayed, EvidenceText::tr("Nobody has walked through the gate yet: the test was not played."));
    if (proof == ReportFacts::Proof::State::Waits)
        add(Reason::ProofWaits, EvidenceText::tr("The test waits: %1").arg(howOf(*evidence.proof)));
    if (const QStringList unchecked = textsOf(evidence.now.findings, Finding::Weight::NotChecked); !unchecked.isEmpty())
        add(Reason::PartsNotChecked, unchecked.join(QLatin1Char(' ')));
    verdict.detail = details.join(QLatin1Char(' '));
    return verdict;
}

bool proofFailed(const Evidence &evidence)
{
    const ReportFacts::Proof::State proof = factsOf(evidence).proof.state;
    return proof == ReportFacts::Proof::State::Failed || proof == ReportFacts::Proof::State::Disagrees;
}

Outcome write(const QString &fileName, const QByteArray &content)
{
    QSaveFile file(fileName);
    if (file.open(QIODevice::WriteOnly) && file.write(content) == content.size() && file.commit())
        return {};
    return failure(Error::Kind::Storage, EvidenceText::tr("%1 cannot be written: %2.").arg(fileName, file.errorString()),
                   EvidenceText::tr("Choose another place."));
}

} // namespace

const Snapshot &snapshotOf(const Evidence &evidence)
{
    static const Snapshot none;
    return evidence.now.snapshot ? *evidence.now.snapshot : none;
}

bool isDemo(const Evidence &evidence)
{
    return evidence.demo || evidence.run.demo;
}

ProofLabel shownLabel(ProofLabel label, bool demo)
{
    if (label == ProofLabel::Simulated)
        return label;
    if (demo)
        return ProofLabel::PlayedInDemo;
    return label == ProofLabel::PlayedInDemo ? ProofLabel::Simulated : label;
}

QString applicationName(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    return snapshot.application ? snapshot.application->displayName : evidence.run.application;
}

QString tenantName(const Evidence &evidence)
{
    return evidence.run.tenantName.isEmpty() ? snapshotOf(evidence).organization.displayName : evidence.run.tenantName;
}

QList<Preset::Question> bypassQuestions(const Evidence &evidence)
{
    std::optional<Preset> known = preset(evidence.now.blueprint.application.preset);
    if (!known && evidence.now.snapshot && evidence.now.snapshot->application)
        known = presetFor(evidence.now.snapshot->application->displayName);
    if (known && !known->bypass.isEmpty())
        return known->bypass;
    const auto question = [](const char *key, const QString &text, const QString &what) {
        return Preset::Question{QLatin1String(key), text, what, {}, {}};
    };
    return {question("localPassword", EvidenceText::tr("Local passwords beside single sign-on"),
                     EvidenceText::tr("look in the application's own user list")),
            question("emergencyAdmin", EvidenceText::tr("The application's own emergency administrator"),
                     EvidenceText::tr("who holds it?")),
            question("apiClients", EvidenceText::tr("API keys, tokens and agents"),
                     EvidenceText::tr("they never meet Conditional Access"))};
}

/// The order is the order of what matters: not there, not enforced, changed, not known, not confirmed.
ReportVerdict verdictOf(const Evidence &evidence)
{
    const Plan &now = evidence.now;
    if (!now.snapshot)
        return notBuilt(evidence, Reason::NothingRead);
    const Snapshot &snapshot = *now.snapshot;
    const Verdict anybody = evaluate(everyone(), snapshot);
    if (anybody.assignment == Verdict::Lock::Unknown || anybody.policy == Verdict::Lock::Unknown)
        return {ReportVerdict::State::Unconfirmed,
                {Reason::LockNotKnown},
                sentenceOf(anybody),
                EvidenceText::tr("What could not be read is not called closed.")};
    if (!snapshot.group || !snapshot.policy)
        return notBuilt(evidence, Reason::NoGroupOrPolicy);

    const QStringList differences = textsOf(now.findings, Finding::Weight::Drift);
    const QString differ = differences.join(QLatin1Char(' '));
    if (const std::optional<Reason> gap = enforcementGap(evidence, anybody))
        return {ReportVerdict::State::NotEnforced, {*gap}, gapSentence(*gap, anybody), differ};
    const std::optional<Openable> paths = factsOf(evidence).openable;
    if (paths && paths->answer == Openable::Answer::No)
        return {ReportVerdict::State::Drift,
                {Reason::NobodyCanOpen},
                EvidenceText::tr("The gate is shut, and nobody can open it."),
                noPathSentence(*paths) + QLatin1Char(' ') + mendSentence(*paths)};
    if (!differences.isEmpty())
        return {ReportVerdict::State::Drift,
                {Reason::Differences},
                EvidenceText::tr("The tenant is no longer as planned: %n difference(s).", nullptr, int(differences.size())),
                differ};
    if (missingOpening(now) > 0)
        return notBuilt(evidence, Reason::ChangesMissing);
    if (proofFailed(evidence))
        return {ReportVerdict::State::Unconfirmed,
                {Reason::ProofFailed},
                EvidenceText::tr("The gate is closed in Entra. The test of the activation failed."),
                howOf(*evidence.proof)};
    return closedInEntra(evidence);
}

Outcome writeReport(const Evidence &evidence, const QString &fileName)
{
    const QString ending = QFileInfo(fileName).suffix().toLower();
    if (ending == QLatin1String("json"))
        return write(fileName, toCanonicalJson(evidence));
    if (ending == QLatin1String("html"))
        return write(fileName, toHtml(evidence).toUtf8());
    if (ending != QLatin1String("pdf"))
        return failure(Error::Kind::Input,
                       EvidenceText::tr("A report is a .html, .pdf or .json file; “%1” is none.").arg(fileName),
                       EvidenceText::tr("Give the file one of these endings."));
    const Result<QByteArray> pdf = toPdf(evidence);
    if (!pdf)
        return failure(pdf.error());
    return write(fileName, *pdf);
}

} // namespace pimgate
