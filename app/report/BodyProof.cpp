#include "gate/judge/VerdictWords.h"
#include "proof/ProofWords.h"
#include "report/Body.h"
#include "report/Markup.h"

#include <QCoreApplication>

namespace pimgate::ReportBody {

namespace {

using Markup::Cell;
using Markup::element;
using Markup::esc;
using Markup::heading;
using Markup::paragraph;
using Markup::Table;

struct ProofText
{
    Q_DECLARE_TR_FUNCTIONS(Report)
};

const char *chipOf(ProofLabel shown)
{
    switch (shown) {
    case ProofLabel::Simulated:
        break;
    case ProofLabel::PlayedInDemo:
        return "chip played";
    case ProofLabel::EvaluatedByMicrosoft:
        return "chip evaluated";
    case ProofLabel::Observed:
        return "chip observed";
    }
    return "chip";
}

Cell labelCell(ProofLabel label, bool demo)
{
    return {labelWords(label, demo), {}, chipOf(shownLabel(label, demo))};
}

QString legend(bool demo)
{
    if (demo)
        return ProofText::tr(
            "“Played in the demo tenant”: really done over HTTP, against an imitation of Microsoft on this computer. "
            "“Simulated”: "
            "worked out by the program, nothing sent.");
    return ProofText::tr(
        "“Observed in this tenant”: a record of this tenant, with its id. “Evaluated by Microsoft”: What-If of this tenant. "
        "“Simulated”: worked out by the program, nothing sent.");
}

Cell proofState(const ProofLine &line)
{
    const QString code = line.errorCode == 0 ? QString() : QStringLiteral(" (AADSTS%1)").arg(line.errorCode);
    const QString happened = happenedIn(line);
    const QString record = line.recordId.isEmpty() ? QString() : ProofText::tr("record %1").arg(line.recordId);
    switch (line.state) {
    case ProofLine::State::Passed:
        return {happened + code, record, line.agrees ? "ok" : "bad"};
    case ProofLine::State::Failed:
        return {happened + code, record, "bad"};
    case ProofLine::State::Working:
        return {happened.isEmpty() ? ProofText::tr("waits") : happened, record, "warn"};
    case ProofLine::State::ToCome:
    case ProofLine::State::Skipped:
        break;
    }
    return {happened, record};
}

QString proofTable(const Evidence &evidence)
{
    const bool demo = isDemo(evidence);
    Table table({{ProofText::tr("When (UTC)"), 12},
                 {ProofText::tr("Who"), 13},
                 {ProofText::tr("What was done"), 23},
                 {ProofText::tr("Expected"), 12},
                 {ProofText::tr("What happened"), 20},
                 {ProofText::tr("Proof"), 20}});
    for (const ProofLine &line : evidence.proof->lines)
        table.add({{line.state == ProofLine::State::ToCome ? QString() : utc(line.at)},
                   {whoOf(line)},
                   {doneIn(line), line.state == ProofLine::State::Skipped ? QString() : sentenceOf(line.verdict)},
                   {expectedIn(line)},
                   proofState(line),
                   labelCell(line.label, demo)});
    QString html = table.markup();
    if (const QString how = howOf(*evidence.proof); !how.isEmpty())
        html += paragraph(how, "detail");
    return html;
}

QString roleWords(ArmingRole role)
{
    switch (role) {
    case ArmingRole::Ordinary:
        return ProofText::tr("not eligible");
    case ArmingRole::Eligible:
        return ProofText::tr("eligible, not active");
    case ArmingRole::BreakGlass:
        return ProofText::tr("break-glass");
    case ArmingRole::Active:
        break;
    }
    return ProofText::tr("active");
}

QString armingTable(const ArmingEvidence &arming, bool demo)
{
    const auto blocked = [](bool is) { return is ? ProofText::tr("blocked by the policy") : ProofText::tr("not blocked"); };
    Table table({{ProofText::tr("Who"), 25},
                 {ProofText::tr("Is"), 20},
                 {ProofText::tr("Expected"), 17},
                 {ProofText::tr("What-If says"), 18},
                 {ProofText::tr("Proof"), 20}});
    for (const ArmingEvidence::Line &line : arming.lines)
        table.add({{line.who},
                   {roleWords(line.role)},
                   {blocked(line.expectBlocked)},
                   {blocked(line.blocked), {}, line.asExpected() ? "ok" : "bad"},
                   labelCell(ProofLabel::EvaluatedByMicrosoft, demo)});
    QString html = element("h3", esc(ProofText::tr("Before the policy was switched on: What-If, %1 UTC").arg(utc(arming.at)))) +
                   table.markup();
    if (!arming.complete())
        html += paragraph(arming.problem, "detail");
    return html;
}

} // namespace

QString proof(const Evidence &evidence)
{
    QString html = heading(ProofText::tr("What was proven"));
    if (!evidence.proof && !evidence.arming)
        return html + paragraph(ProofText::tr("Nothing yet: the test of the activation was not played."));
    html += paragraph(legend(isDemo(evidence)));
    if (evidence.proof)
        html += element("h3", esc(ProofText::tr("One eligible person walks through the gate"))) + proofTable(evidence);
    else
        html += paragraph(ProofText::tr("The test of the activation was not played."));
    if (const ArmingEvidence arming = evidence.arming.value_or(ArmingEvidence()); !arming.lines.isEmpty())
        html += armingTable(arming, isDemo(evidence));
    return html;
}

} // namespace pimgate::ReportBody
