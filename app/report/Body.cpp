#include "report/Body.h"

#include "proof/ProofForecast.h"
#include "report/FactWords.h"
#include "report/Markup.h"

#include <QCoreApplication>
#include <QLocale>

namespace pimgate::ReportBody {

namespace {

using Markup::Cell;
using Markup::element;
using Markup::esc;
using Markup::heading;
using Markup::list;
using Markup::paragraph;
using Markup::Table;

struct BodyText
{
    Q_DECLARE_TR_FUNCTIONS(Report)
};

QString facts(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    const ReportFacts said = factsOf(evidence);
    QList<std::pair<QString, QString>> rows{
        {BodyText::tr("Tenant"), evidence.run.tenantId.isEmpty()
                                     ? tenantName(evidence)
                                     : BodyText::tr("%1 (%2)").arg(tenantName(evidence), evidence.run.tenantId)},
        {BodyText::tr("Application"), applicationName(evidence)},
        {BodyText::tr("Group under PIM"), snapshot.group ? snapshot.group->displayName : BodyText::tr("none")},
        {BodyText::tr("Policy"), FactWords::policy(said.policy)},
        {BodyText::tr("As planned"),
         BodyText::tr("%1, read again %2 UTC").arg(FactWords::planned(said.planned), utc(said.readAt))},
        {BodyText::tr("Proof"), FactWords::proof(said.proof, isDemo(evidence))},
        {BodyText::tr("Locked out"), FactWords::lockedOut(said.lockedOut)},
        {BodyText::tr("Can open it"), FactWords::openable(said.openable)},
        {BodyText::tr("Can sign in now"), FactWords::canSignIn(said.canSignIn)},
        {BodyText::tr("Made by"), evidence.run.operatorName}};
    if (!evidence.run.id.isEmpty())
        rows << std::pair{
            BodyText::tr("Run"),
            BodyText::tr("%1, %2 to %3 UTC").arg(evidence.run.id, utc(evidence.run.started), utc(evidence.run.ended))};
    return Markup::factTable(rows);
}

const char *verdictClass(ReportVerdict::State state)
{
    switch (state) {
    case ReportVerdict::State::Closed:
        return "verdict ok";
    case ReportVerdict::State::Unconfirmed:
    case ReportVerdict::State::NotEnforced:
    case ReportVerdict::State::NotBuilt:
        return "verdict warn";
    case ReportVerdict::State::Drift:
        break;
    }
    return "verdict bad";
}

QString verdictBlock(const Evidence &evidence)
{
    const ReportVerdict verdict = verdictOf(evidence);
    QString inner = element("p", esc(verdict.sentence), verdictClass(verdict.state));
    if (!verdict.detail.isEmpty())
        inner += paragraph(verdict.detail, "detail");
    return inner;
}

Cell outcomeCell(const ChangeRecord &record)
{
    switch (record.outcome) {
    case ChangeOutcome::Done:
        return {BodyText::tr("made and read back"), record.note, "ok"};
    case ChangeOutcome::Already:
        return {BodyText::tr("was so already"), record.note, "ok"};
    case ChangeOutcome::Undone:
        return {BodyText::tr("taken back"), record.note};
    case ChangeOutcome::Differs:
        return {BodyText::tr("accepted, never shown"), record.note, "bad"};
    case ChangeOutcome::Failed:
        return {BodyText::tr("failed"), record.note, "bad"};
    case ChangeOutcome::Unknown:
        break;
    }
    return {BodyText::tr("sent or not: unknown"), record.note, "warn"};
}

QString stepWords(StepId id)
{
    switch (id) {
    case StepId::Group:
        return BodyText::tr("1 Create group");
    case StepId::Sso:
        return BodyText::tr("2 Confirm single sign-on");
    case StepId::Pim:
        return BodyText::tr("3 Configure PIM");
    case StepId::ConditionalAccess:
        break;
    }
    return BodyText::tr("4 Conditional Access");
}

QString changes(const Evidence &evidence)
{
    QString html = heading(BodyText::tr("What was, what changed"));
    if (evidence.changes.isEmpty())
        return html + paragraph(BodyText::tr("This run changed nothing."));
    html += paragraph(
        BodyText::tr("Every change that was sent to the tenant, in the order of sending, by %1.").arg(evidence.run.operatorName));
    Table table({{BodyText::tr("When (UTC)"), 15},
                 {BodyText::tr("What"), 27},
                 {BodyText::tr("Before"), 20},
                 {BodyText::tr("After"), 20},
                 {BodyText::tr("Outcome"), 18}});
    for (const ChangeRecord &record : evidence.changes) {
        const Change &change = record.change;
        table.add({{utc(record.finished.isValid() ? record.finished : record.intended)},
                   {change.what, change.sentence},
                   {change.before},
                   {change.after},
                   outcomeCell(record)});
        for (const ChangeDetail &detail : change.details)
            if (!detail.same)
                table.add({{QStringLiteral(" ")}, {detail.what}, {detail.now}, {detail.asked}, {QStringLiteral(" ")}});
    }
    return html + table.markup();
}

QString now(const Evidence &evidence)
{
    QString html = heading(BodyText::tr("What the tenant shows now"));
    Table table(
        {{BodyText::tr("Step"), 24}, {BodyText::tr("What"), 28}, {BodyText::tr("Asked"), 28}, {BodyText::tr("Read back"), 20}});
    for (const Change &row : evidence.now.rows)
        table.add({{stepWords(row.step)},
                   {row.what},
                   {row.after},
                   row.done ? Cell{BodyText::tr("as asked"), {}, "ok"} : Cell{row.before, BodyText::tr("differs"), "bad"}});
    if (!table.isEmpty())
        html += paragraph(BodyText::tr("Read again at %1 UTC for this report.").arg(utc(snapshotOf(evidence).readAt))) +
                table.markup();
    QStringList findings;
    for (const Finding &finding : evidence.now.findings)
        findings << finding.text;
    if (!findings.isEmpty())
        html += element("h3", esc(BodyText::tr("Worth knowing"))) + list(findings);
    else if (table.isEmpty())
        html += paragraph(BodyText::tr("Nothing was read."));
    return html;
}

QString waysAround(const Evidence &evidence)
{
    Table table({{BodyText::tr("Question"), 55}, {BodyText::tr("Answer"), 45}});
    for (const Preset::Question &question : bypassQuestions(evidence)) {
        const QString answer = evidence.answers.value(question.key).trimmed();
        const QString source =
            question.source.isEmpty() ? QString() : BodyText::tr("source: %1, read %2").arg(question.source, question.date);
        QStringList hints{question.what, source};
        hints.removeAll(QString());
        table.add({{question.question, hints.join(QStringLiteral(" · "))},
                   answer.isEmpty() ? Cell{BodyText::tr("Not answered"), {}, "warn"} : Cell{answer}});
    }
    return heading(BodyText::tr("Ways around the gate")) +
           paragraph(BodyText::tr(
               "The gate stands in Entra. These ways do not pass Entra; only the customer and the operator can know them.")) +
           table.markup();
}

QString cannotBeUndone(const Evidence &evidence)
{
    QStringList lines;
    const Snapshot &snapshot = snapshotOf(evidence);
    if (snapshot.group && snapshot.rules && !snapshot.rules->untouched)
        lines << BodyText::tr("PIM keeps managing %1 until the group is deleted; deleting it shows in PIM within 24 hours.")
                     .arg(snapshot.group->displayName);
    for (const ChangeRecord &record : evidence.changes)
        if (!record.change.undoable && record.outcome != ChangeOutcome::Undone)
            lines << BodyText::tr("%1: %2").arg(record.change.what, record.change.undo);
    lines.removeDuplicates();
    lines << BodyText::tr("Everything else can be taken back, what takes access away first.");
    return heading(BodyText::tr("What cannot be undone")) + list(lines);
}

QString afterTheEnd(const Evidence &evidence)
{
    std::optional<Preset> known = preset(evidence.now.blueprint.application.preset);
    if (!known)
        known = presetFor(applicationName(evidence));
    QStringList lines;
    lines << BodyText::tr(
                 "Entra is asked when somebody signs in. A session that is open in %1 may go on after the activation has ended.")
                 .arg(applicationName(evidence));
    lines << (known ? BodyText::tr("%1 (source: preset)").arg(known->session)
                    : BodyText::tr("How long a session of %1 lasts is not known here.").arg(applicationName(evidence)));
    lines << BodyText::tr(
        "Activation takes seconds; a new sign-in sees it at once or a little later. A new private window helps.");
    lines << BodyText::tr(
        "If provisioning (SCIM) is limited to the group under PIM, people fall out of it when they are not active; "
        "keep a standing group for it.");
    return heading(BodyText::tr("What goes on after the end of an activation")) + list(lines);
}

QString sheets(const Evidence &evidence)
{
    if (!evidence.now.snapshot)
        return {};
    // Only the national clouds have an address worth printing; a demo tenant is gone tomorrow.
    const QString &cloud = evidence.run.cloud;
    const Cloud where = Cloud::isNamed(cloud) ? Cloud::named(cloud).value_or(Cloud()) : Cloud();
    const auto sheet = [](const QString &text) {
        const QStringList lines = text.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QString html = element("h2", esc(lines.value(0)), "sheet");
        QString items;
        for (const QString &line : lines.mid(1))
            items += element("li", esc(line));
        return html + element("ol", items, "steps");
    };
    const Snapshot &snapshot = *evidence.now.snapshot;
    const QString members = sheet(memberSheet(evidence.now.blueprint, snapshot, where));
    return approvalNeeded(evidence.now.blueprint, snapshot)
               ? members + sheet(approverSheet(evidence.now.blueprint, snapshot, where))
               : members;
}

} // namespace

QString utc(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) : QStringLiteral("–");
}

QString labelWords(ProofLabel label, bool demo)
{
    switch (shownLabel(label, demo)) {
    case ProofLabel::Simulated:
        break;
    case ProofLabel::PlayedInDemo:
        return BodyText::tr("Played in the demo tenant");
    case ProofLabel::EvaluatedByMicrosoft:
        return BodyText::tr("Evaluated by Microsoft");
    case ProofLabel::Observed:
        return BodyText::tr("Observed in this tenant");
    }
    return BodyText::tr("Simulated");
}

QString title(const Evidence &evidence)
{
    return BodyText::tr("%1 in %2").arg(applicationName(evidence), tenantName(evidence));
}

GateView view(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    const Verdict verdict = evaluate(everyone(), snapshot);
    GateView gate = viewOf(verdict, everyone(), snapshot, isDemo(evidence));
    gate.application = applicationName(evidence);
    gate.rightToLeft = QLocale().textDirection() == Qt::RightToLeft;
    return gate;
}

QString body(const Evidence &evidence, const QString &drawing, const QString &hash)
{
    QString html =
        paragraph(isDemo(evidence) ? BodyText::tr("PIM Gate report · DEMO") : BodyText::tr("PIM Gate report"), "brand");
    html += element("h1", esc(title(evidence)));
    html += verdictBlock(evidence) + drawing;
    const GateView gate = view(evidence);
    html += paragraph(gate.sentence, "caption");
    html += facts(evidence);
    html += changes(evidence) + now(evidence) + proof(evidence) + matrix(evidence) + breakGlass(evidence) + waysAround(evidence);
    html += cannotBeUndone(evidence) + afterTheEnd(evidence) + sheets(evidence);
    const QString program = QStringLiteral("PIM Gate %1").arg(QCoreApplication::applicationVersion()).trimmed();
    html += paragraph(BodyText::tr("Written %1 UTC by %2. The JSON report of the same evidence carries the hash %3.")
                          .arg(utc(evidence.at), program, hash),
                      "foot");
    return html;
}

} // namespace pimgate::ReportBody
