#include "report/Evidence.h"

#include "gate/judge/VerdictWords.h"
#include "proof/ProofWords.h"

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

int count(const QList<Finding> &findings, Finding::Weight weight)
{
    return int(std::count_if(findings.begin(), findings.end(), [weight](const Finding &f) { return f.weight == weight; }));
}

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

QString enforcementGap(const Snapshot &snapshot)
{
    if (snapshot.policy->state == CaPolicy::State::ReportOnly)
        return EvidenceText::tr("Not enforced: the policy is still in report-only.");
    if (snapshot.policy->state == CaPolicy::State::Disabled)
        return EvidenceText::tr("Not enforced: the policy is off.");
    return snapshot.policy->state == CaPolicy::State::Enabled
               ? QString()
               : EvidenceText::tr("Not enforced: the policy's state is not known.");
}

ReportVerdict notBuilt(const Evidence &evidence)
{
    ReportVerdict verdict;
    verdict.state = ReportVerdict::State::NotBuilt;
    verdict.sentence = EvidenceText::tr("The gate is not built.");
    const int missing = missingOpening(evidence.now);
    if (missing > 0)
        verdict.detail = EvidenceText::tr("%n change(s) still to make.", nullptr, missing);
    return verdict;
}

ReportVerdict unconfirmed(const QString &sentence, const QString &detail)
{
    ReportVerdict verdict;
    verdict.state = ReportVerdict::State::Unconfirmed;
    verdict.sentence = sentence;
    verdict.detail = detail;
    return verdict;
}

QString proofDetail(const Evidence &evidence)
{
    if (!evidence.proof)
        return EvidenceText::tr("Nobody has walked through the gate yet: the test was not played.");
    if (evidence.proof->state == ProofResult::State::Pending)
        return EvidenceText::tr("The test waits: %1").arg(howOf(*evidence.proof));
    return {};
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
        return notBuilt(evidence);
    const Snapshot &snapshot = *now.snapshot;
    const Verdict anybody = evaluate(everyone(), snapshot);
    if (anybody.assignment == Verdict::Lock::Unknown || anybody.policy == Verdict::Lock::Unknown)
        return unconfirmed(sentenceOf(anybody), EvidenceText::tr("What could not be read is not called closed."));
    if (!snapshot.group || !snapshot.policy)
        return notBuilt(evidence);

    ReportVerdict verdict;
    verdict.state = ReportVerdict::State::NotEnforced;
    verdict.sentence = enforcementGap(snapshot);
    verdict.detail = textsOf(now.findings, Finding::Weight::Drift).join(QLatin1Char(' '));
    if (!verdict.sentence.isEmpty())
        return verdict;
    if (anybody.letIn || anybody.policy != Verdict::Lock::Shut) {
        verdict.sentence = EvidenceText::tr("Not enforced: %1.").arg(policyWords(anybody));
        return verdict;
    }
    if (now.blueprint.assignment.required && !snapshot.application->assignmentRequired) {
        verdict.sentence = EvidenceText::tr("Not enforced: assignment is not required.");
        return verdict;
    }
    if (const int drifted = count(now.findings, Finding::Weight::Drift); drifted > 0) {
        verdict.state = ReportVerdict::State::Drift;
        verdict.sentence = EvidenceText::tr("The tenant is no longer as planned: %n difference(s).", nullptr, drifted);
        return verdict;
    }
    if (missingOpening(now) > 0)
        return notBuilt(evidence);
    if (evidence.proof && evidence.proof->state == ProofResult::State::Failed)
        return unconfirmed(EvidenceText::tr("The gate is closed in Entra. The test of the activation failed."),
                           howOf(*evidence.proof));

    const QList<Preset::Question> questions = bypassQuestions(evidence);
    const int open = int(std::count_if(questions.begin(), questions.end(), [&](const Preset::Question &question) {
        return evidence.answers.value(question.key).trimmed().isEmpty();
    }));
    const QString application = snapshot.application->displayName;
    QStringList details;
    if (open > 0)
        details << EvidenceText::tr("%n question(s) about %1 itself are unanswered. Answer them, and the verdict reads “closed”.",
                                    nullptr, open)
                       .arg(application);
    details << proofDetail(evidence) << textsOf(now.findings, Finding::Weight::NotChecked);
    details.removeAll(QString());
    if (open > 0)
        return unconfirmed(EvidenceText::tr("The gate is closed in Entra. Ways around it are not confirmed."),
                           details.join(QLatin1Char(' ')));
    verdict.state = ReportVerdict::State::Closed;
    verdict.sentence = EvidenceText::tr("The gate is closed.");
    verdict.detail = details.join(QLatin1Char(' '));
    return verdict;
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
