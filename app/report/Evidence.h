#pragma once

#include "base/Names.h"
#include "gate/run/Runner.h"
#include "gate/wish/Presets.h"
#include "identity/Cloud.h"
#include "proof/ProofLine.h"

#include <QJsonObject>

namespace pimgate {

/// Everything a report says, gathered from history, a fresh read and the proof.
struct Evidence
{
    RunRecord run;
    QList<ChangeRecord> changes;
    Plan now; ///< read again for the report
    std::optional<ArmingEvidence> arming;
    std::optional<ProofResult> proof;
    QHash<QString, QString> answers; ///< bypass question -> answer by the operator
    bool leaveOutNames = false;
    QDateTime at;
    bool demo = false;
};

/// What the tenant showed; an empty one where nothing was read.
const Snapshot &snapshotOf(const Evidence &evidence);
bool isDemo(const Evidence &evidence);
QString applicationName(const Evidence &evidence);
QString tenantName(const Evidence &evidence);

/// The one verdict line: "The gate is closed in Entra. Ways around it are not confirmed.", "Not enforced: …".
struct ReportVerdict
{
    enum class State { Closed, Unconfirmed, NotEnforced, Drift, NotBuilt } state = State::NotBuilt;
    enum class Reason {
        NothingRead,
        LockNotKnown,
        NoGroupOrPolicy,
        PolicyReportOnly,
        PolicyOff,
        PolicyStateNotKnown,
        PolicyLetsThrough,
        AssignmentNotRequired,
        Differences,
        ChangesMissing,
        ProofFailed,
        QuestionsOpen,
        ProofNotPlayed,
        ProofWaits,
        PartsNotChecked,
        NobodyCanOpen,
        PathNotKnown
    };
    QList<Reason> reasons; ///< what the words say
    QString sentence, detail;
};
ReportVerdict verdictOf(const Evidence &evidence);
QJsonObject toJson(const ReportVerdict &verdict); ///< by names

template <>
struct Names<ReportVerdict::State>
{
    static constexpr std::array values{"closed", "unconfirmed", "notEnforced", "drift", "notBuilt"};
};

template <>
struct Names<ReportVerdict::Reason>
{
    static constexpr std::array values{"nothingRead",    "lockNotKnown",        "noGroupOrPolicy",   "policyReportOnly",
                                       "policyOff",      "policyStateNotKnown", "policyLetsThrough", "assignmentNotRequired",
                                       "differences",    "changesMissing",      "proofFailed",       "questionsOpen",
                                       "proofNotPlayed", "proofWaits",          "partsNotChecked",   "nobodyCanOpen",
                                       "pathNotKnown"};
};

/// The questions that only operator and customer can answer: of the blueprint's preset, of the preset that fits the
/// application's name, else three that hold for every application. Never empty (pitfalls P3, P4).
QList<Preset::Question> bypassQuestions(const Evidence &evidence);

/// Labels do not mix: a demo never claims Microsoft, and what was played proves nothing about a real tenant.
ProofLabel shownLabel(ProofLabel label, bool demo);

/// The same evidence with every person replaced by "person 1", "person 2"…; what toCanonicalJson, toHtml and toPdf use when
/// leaveOutNames is set. @param person "person %1", in the language of the document.
Evidence withoutNames(const Evidence &evidence, const QString &person);
Evidence withoutNames(const Evidence &evidence); ///< in the language of the program

/// RFC 8785 with "hash": SHA-256 over the rest. Names and values only, no words of a language.
QByteArray toCanonicalJson(const Evidence &evidence);
/// True when the hash of a report file fits its content; an Input error when it is not such a file.
Result<bool> checkReport(const QByteArray &json);
/// One HTML file without scripts or outside references, printable; gate drawing as inline SVG; marked when demo.
QString toHtml(const Evidence &evidence);
Result<QByteArray> toPdf(const Evidence &evidence); ///< needs a QGuiApplication

/// The sheets for people: "To open NinjaOne" and "When somebody asks you to approve".
QString memberSheet(const Blueprint &blueprint, const Snapshot &snapshot, const Cloud &cloud);
QString approverSheet(const Blueprint &blueprint, const Snapshot &snapshot, const Cloud &cloud);

/// Writes by the ending of the name: .html, .pdf, .json. Other endings are an Input error.
Outcome writeReport(const Evidence &evidence, const QString &fileName);

} // namespace pimgate
