#include "report/Body.h"

#include "gate/judge/VerdictWords.h"
#include "gate/steps/ConditionalAccessStep.h"
#include "proof/ProofWords.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace pimgate::ReportBody {

namespace {

struct BodyText
{
    Q_DECLARE_TR_FUNCTIONS(Report)
};

QString esc(const QString &text)
{
    return text.isEmpty() ? QStringLiteral("–") : text.toHtmlEscaped();
}

QString element(const char *name, const QString &inner, const char *cssClass = nullptr)
{
    const QString tag = QLatin1String(name);
    const QString attribute = cssClass ? QStringLiteral(" class=\"%1\"").arg(QLatin1String(cssClass)) : QString();
    return QLatin1Char('<') + tag + attribute + QLatin1Char('>') + inner + QStringLiteral("</") + tag + QStringLiteral(">\n");
}

QString heading(const QString &text)
{
    return element("h2", esc(text));
}

QString paragraph(const QString &text, const char *cssClass = nullptr)
{
    return element("p", esc(text), cssClass);
}

/// A cell: text with an optional smaller line and a class for its state.
struct Cell
{
    QString text;
    QString hint = {};
    const char *cssClass = nullptr;
};

QString cellMarkup(const Cell &cell)
{
    QString inner = cell.cssClass
                        ? QStringLiteral("<span class=\"%1\">%2</span>").arg(QLatin1String(cell.cssClass), esc(cell.text))
                        : esc(cell.text);
    if (!cell.hint.isEmpty())
        inner += QStringLiteral("<br><span class=\"hint\">%1</span>").arg(cell.hint.toHtmlEscaped());
    return element("td", inner);
}

class Table
{
public:
    struct Column
    {
        QString title;
        int percent;
    };
    explicit Table(const QList<Column> &columns)
    {
        for (const Column &column : columns)
            m_head += QStringLiteral("<th width=\"%1%\">%2</th>").arg(column.percent).arg(column.title.toHtmlEscaped());
    }
    void add(const QList<Cell> &cells)
    {
        QString row;
        for (const Cell &cell : cells)
            row += cellMarkup(cell);
        m_rows += QStringLiteral("<tr>") + row + QStringLiteral("</tr>\n");
    }
    QString markup() const
    {
        return QStringLiteral("<table class=\"t\" width=\"100%\" cellspacing=\"0\" cellpadding=\"4\"><thead><tr>") + m_head +
               QStringLiteral("</tr></thead>\n<tbody>") + m_rows + QStringLiteral("</tbody></table>\n");
    }
    bool isEmpty() const { return m_rows.isEmpty(); }

private:
    QString m_head, m_rows;
};

QString list(const QStringList &texts)
{
    QString items;
    for (const QString &text : texts)
        items += element("li", esc(text));
    return element("ul", items);
}

const Snapshot &snapshotOf(const Evidence &evidence)
{
    static const Snapshot none;
    return evidence.now.snapshot ? *evidence.now.snapshot : none;
}

QString applicationName(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    return snapshot.application ? snapshot.application->displayName : evidence.run.application;
}

QString tenantName(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    return evidence.run.tenantName.isEmpty() ? snapshot.organization.displayName : evidence.run.tenantName;
}

QString lockWords(Verdict::Lock lock, const QString &reason)
{
    QString word;
    switch (lock) {
    case Verdict::Lock::Open:
        word = BodyText::tr("Open");
        break;
    case Verdict::Lock::Shut:
        word = BodyText::tr("Shut");
        break;
    case Verdict::Lock::ReportOnly:
        word = BodyText::tr("Report-only");
        break;
    case Verdict::Lock::Off:
        word = BodyText::tr("Off");
        break;
    case Verdict::Lock::Unknown:
        word = BodyText::tr("Not checked");
        break;
    }
    return reason.isEmpty() ? word : BodyText::tr("%1: %2").arg(word, reason);
}

QString policyWords(const Snapshot &snapshot)
{
    if (!snapshot.policy)
        return BodyText::tr("none");
    switch (snapshot.policy->state) {
    case CaPolicy::State::Enabled:
        return BodyText::tr("%1: on").arg(snapshot.policy->displayName);
    case CaPolicy::State::ReportOnly:
        return BodyText::tr("%1: report-only").arg(snapshot.policy->displayName);
    case CaPolicy::State::Disabled:
        return BodyText::tr("%1: off").arg(snapshot.policy->displayName);
    case CaPolicy::State::Unknown:
        break;
    }
    return BodyText::tr("%1: not known").arg(snapshot.policy->displayName);
}

QString proofWords(const Evidence &evidence)
{
    if (!evidence.proof)
        return BodyText::tr("not played");
    int passed = 0, known = 0;
    for (const ProofLine &line : evidence.proof->lines) {
        passed += line.state == ProofLine::State::Passed ? 1 : 0;
        known += line.state == ProofLine::State::Skipped ? 0 : 1;
    }
    const QString moments = BodyText::tr("%1 of %2 moments").arg(passed).arg(known);
    if (evidence.proof->state == ProofResult::State::Failed)
        return BodyText::tr("failed: %1").arg(moments);
    return evidence.proof->state == ProofResult::State::Pending ? BodyText::tr("waits: %1").arg(moments) : moments;
}

/// Break-glass that the policy would block, or that What-If did not see spared.
QString lockedOutWords(const Evidence &evidence)
{
    QStringList blocked;
    int glass = 0;
    for (const Case &one : cases(evidence)) {
        if (one.note != BodyText::tr("break-glass"))
            continue;
        ++glass;
        if (one.verdict.policy == Verdict::Lock::Shut)
            blocked << one.who;
    }
    if (!blocked.isEmpty())
        return BodyText::tr("break-glass blocked: %1").arg(blocked.join(QStringLiteral(", ")));
    if (glass > 0)
        return BodyText::tr("nobody: break-glass not blocked by the policy");
    const auto &refusal = evidence.now.blueprint.policy.breakGlassRefusal;
    return refusal ? BodyText::tr("no break-glass account, as %1 decided: %2").arg(refusal->by, refusal->reason)
                   : BodyText::tr("no break-glass account is named");
}

QString peopleWords(std::optional<int> people)
{
    if (!people)
        return BodyText::tr("not known");
    return *people == 0 ? BodyText::tr("nobody until they activate") : BodyText::tr("%n person(s)", nullptr, *people);
}

QString facts(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    QString rows;
    const auto add = [&](const QString &name, const QString &value) {
        rows += QStringLiteral("<tr><td class=\"name\" width=\"22%\">%1</td><td>%2</td></tr>\n").arg(esc(name), esc(value));
    };
    add(BodyText::tr("Tenant"), evidence.run.tenantId.isEmpty()
                                    ? tenantName(evidence)
                                    : BodyText::tr("%1 (%2)").arg(tenantName(evidence), evidence.run.tenantId));
    add(BodyText::tr("Application"), applicationName(evidence));
    add(BodyText::tr("Group under PIM"), snapshot.group ? snapshot.group->displayName : BodyText::tr("none"));
    add(BodyText::tr("Policy"), policyWords(snapshot));
    const int done =
        int(std::count_if(evidence.now.rows.begin(), evidence.now.rows.end(), [](const Change &row) { return row.done; }));
    add(BodyText::tr("As planned"),
        BodyText::tr("%1 of %2 settings, read again %3 UTC").arg(done).arg(evidence.now.rows.size()).arg(utc(snapshot.readAt)));
    add(BodyText::tr("Proof"), proofWords(evidence));
    add(BodyText::tr("Locked out"), lockedOutWords(evidence));
    add(BodyText::tr("Can sign in now"), peopleWords(peopleWhoCanSignIn(snapshot)));
    add(BodyText::tr("Made by"), evidence.run.operatorName);
    if (!evidence.run.id.isEmpty())
        add(BodyText::tr("Run"),
            BodyText::tr("%1, %2 to %3 UTC").arg(evidence.run.id, utc(evidence.run.started), utc(evidence.run.ended)));
    return QStringLiteral("<table class=\"facts\" width=\"100%\" cellspacing=\"0\" cellpadding=\"3\">\n") + rows +
           QStringLiteral("</table>\n");
}

const char *verdictClass(ReportVerdict::State state)
{
    switch (state) {
    case ReportVerdict::State::Closed:
        return "verdict ok";
    case ReportVerdict::State::Unconfirmed:
        return "verdict warn";
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

Cell labelCell(ProofLabel label, bool demo)
{
    const char *cssClass = "chip";
    if (demo && label != ProofLabel::Simulated)
        cssClass = "chip played";
    else if (label == ProofLabel::Observed)
        cssClass = "chip observed";
    else if (label == ProofLabel::EvaluatedByMicrosoft)
        cssClass = "chip evaluated";
    return {labelWords(label, demo), {}, cssClass};
}

QString legend(bool demo)
{
    if (demo)
        return BodyText::tr(
            "“Played in the demo tenant”: really done over HTTP, against an imitation of Microsoft on this computer. "
            "“Simulated”: "
            "worked out by the program, nothing sent.");
    return BodyText::tr(
        "“Observed in this tenant”: a record of this tenant, with its id. “Evaluated by Microsoft”: What-If of this tenant. "
        "“Simulated”: worked out by the program, nothing sent.");
}

Cell proofState(const ProofLine &line)
{
    const QString code = line.errorCode == 0 || line.state == ProofLine::State::ToCome
                             ? QString()
                             : QStringLiteral(" (AADSTS%1)").arg(line.errorCode);
    const QString happened = happenedIn(line);
    const QString record = line.recordId.isEmpty() ? QString() : BodyText::tr("record %1").arg(line.recordId);
    switch (line.state) {
    case ProofLine::State::Passed:
        return {happened + code, record, line.agrees ? "ok" : "bad"};
    case ProofLine::State::Failed:
        return {happened + code, record, "bad"};
    case ProofLine::State::Working:
        return {happened.isEmpty() ? BodyText::tr("waits") : happened, record, "warn"};
    case ProofLine::State::ToCome:
    case ProofLine::State::Skipped:
        break;
    }
    return {happened, record};
}

QString proofTable(const Evidence &evidence)
{
    const bool demo = isDemo(evidence);
    Table table({{BodyText::tr("When (UTC)"), 12},
                 {BodyText::tr("Who"), 13},
                 {BodyText::tr("What was done"), 23},
                 {BodyText::tr("Expected"), 12},
                 {BodyText::tr("What happened"), 20},
                 {BodyText::tr("Proof"), 20}});
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
        return BodyText::tr("not eligible");
    case ArmingRole::Eligible:
        return BodyText::tr("eligible, not active");
    case ArmingRole::BreakGlass:
        return BodyText::tr("break-glass");
    case ArmingRole::Active:
        break;
    }
    return BodyText::tr("active");
}

QString armingTable(const Evidence &evidence)
{
    const bool demo = isDemo(evidence);
    const auto blocked = [](bool is) { return is ? BodyText::tr("blocked by the policy") : BodyText::tr("not blocked"); };
    Table table({{BodyText::tr("Who"), 25},
                 {BodyText::tr("Is"), 20},
                 {BodyText::tr("Expected"), 17},
                 {BodyText::tr("What-If says"), 18},
                 {BodyText::tr("Proof"), 20}});
    for (const ArmingEvidence::Line &line : evidence.arming->lines)
        table.add({{line.who},
                   {roleWords(line.role)},
                   {blocked(line.expectBlocked)},
                   {blocked(line.blocked), {}, line.asExpected() ? "ok" : "bad"},
                   labelCell(ProofLabel::EvaluatedByMicrosoft, demo)});
    QString html =
        element("h3", esc(BodyText::tr("Before the policy was switched on: What-If, %1 UTC").arg(utc(evidence.arming->at)))) +
        table.markup();
    if (!evidence.arming->complete())
        html += paragraph(evidence.arming->problem, "detail");
    return html;
}

QString proof(const Evidence &evidence)
{
    QString html = heading(BodyText::tr("What was proven"));
    if (!evidence.proof && !evidence.arming)
        return html + paragraph(BodyText::tr("Nothing yet: the test of the activation was not played."));
    html += paragraph(legend(isDemo(evidence)));
    if (evidence.proof)
        html += element("h3", esc(BodyText::tr("One eligible person walks through the gate"))) + proofTable(evidence);
    else
        html += paragraph(BodyText::tr("The test of the activation was not played."));
    if (evidence.arming && !evidence.arming->lines.isEmpty())
        html += armingTable(evidence);
    return html;
}

QString matrix(const Evidence &evidence)
{
    const QList<Case> all = cases(evidence);
    if (all.isEmpty())
        return {};
    Table table({{BodyText::tr("Who"), 28},
                 {BodyText::tr("Assignment"), 24},
                 {BodyText::tr("Conditional Access"), 28},
                 {BodyText::tr("Result"), 20}});
    for (const Case &one : all) {
        const Verdict &verdict = one.verdict;
        const bool unknown = !verdict.letIn && verdict.assignment != Verdict::Lock::Shut && verdict.policy != Verdict::Lock::Shut;
        table.add({{one.who, one.note},
                   {lockWords(verdict.assignment, assignmentWords(verdict))},
                   {lockWords(verdict.policy, policyWords(verdict))},
                   {unknown         ? BodyText::tr("not checked")
                    : verdict.letIn ? BodyText::tr("let in")
                                    : BodyText::tr("blocked"),
                    verdict.letIn && !verdict.enforced ? BodyText::tr("not enforced") : QString(), unknown ? "warn" : nullptr}});
    }
    return heading(BodyText::tr("Who can sign in")) +
           paragraph(BodyText::tr("Both locks, worked out from what was read at %1 UTC (Simulated).")
                         .arg(utc(snapshotOf(evidence).readAt))) +
           table.markup();
}

QString breakGlass(const Evidence &evidence)
{
    QStringList lines;
    for (const Case &one : cases(evidence)) {
        if (one.note != BodyText::tr("break-glass"))
            continue;
        const bool assigned = one.verdict.assignment == Verdict::Lock::Open;
        const QString policy = one.verdict.policy == Verdict::Lock::Shut ? BodyText::tr("blocked by the policy: this is wrong")
                                                                         : BodyText::tr("not blocked by the policy");
        lines << BodyText::tr("%1: %2; %3")
                     .arg(one.who, policy,
                          assigned ? BodyText::tr("assigned: a standing path into the application")
                                   : BodyText::tr("not assigned: intended"));
    }
    const auto &refusal = evidence.now.blueprint.policy.breakGlassRefusal;
    if (lines.isEmpty() && refusal)
        lines << BodyText::tr("No break-glass account is left out of the policy, as %1 decided: %2")
                     .arg(refusal->by, refusal->reason);
    if (lines.isEmpty())
        lines << BodyText::tr("No break-glass account is named.");
    lines << BodyText::tr(
        "The tenant's break-glass accounts are not the application's own emergency administrator: that one is a way "
        "around the gate (below).");
    return heading(BodyText::tr("Break-glass accounts")) + list(lines);
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
    lines << (known && !known->session.isEmpty()
                  ? BodyText::tr("%1 (source: preset)").arg(known->session)
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
    const QStringList clouds{QStringLiteral("global"), QStringLiteral("usgov"), QStringLiteral("usgov-dod"),
                             QStringLiteral("china")};
    const Cloud where = clouds.contains(evidence.run.cloud) ? Cloud::named(evidence.run.cloud).value_or(Cloud()) : Cloud();
    const auto sheet = [](const QString &text) {
        const QStringList lines = text.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
        QString html = element("h2", esc(lines.value(0)), "sheet");
        QString items;
        for (const QString &line : lines.mid(1))
            items += element("li", esc(line));
        return html + element("ol", items, "steps");
    };
    const Snapshot &snapshot = *evidence.now.snapshot;
    const bool approval = snapshot.rules ? snapshot.rules->approvalRequired() : evidence.now.blueprint.approvalWanted();
    const QString members = sheet(memberSheet(evidence.now.blueprint, snapshot, where));
    return approval ? members + sheet(approverSheet(evidence.now.blueprint, snapshot, where)) : members;
}

} // namespace

QString utc(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) : QStringLiteral("–");
}

QString labelWords(ProofLabel label, bool demo)
{
    if (label == ProofLabel::Simulated)
        return BodyText::tr("Simulated");
    if (demo)
        return BodyText::tr("Played in the demo tenant");
    if (label == ProofLabel::PlayedInDemo)
        return BodyText::tr("Simulated"); // proves nothing about a real tenant
    return label == ProofLabel::EvaluatedByMicrosoft ? BodyText::tr("Evaluated by Microsoft")
                                                     : BodyText::tr("Observed in this tenant");
}

bool isDemo(const Evidence &evidence)
{
    return evidence.demo || evidence.run.demo;
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

QList<Case> cases(const Evidence &evidence)
{
    const Snapshot &snapshot = snapshotOf(evidence);
    QList<Case> all;
    const auto add = [&](const Person &person, const QString &note) {
        all << Case{person.who.displayName, note, person, evaluate(person, snapshot)};
    };
    const auto known = [&](const QString &id) {
        Person person;
        person.who = snapshot.people.value(id);
        for (const Principal &principal : snapshot.principals)
            if (principal.id == id && person.who.id.isEmpty())
                person.who = principal;
        person.who.id = id;
        if (person.who.displayName.isEmpty())
            person.who.displayName = snapshot.nameOf(id);
        return person;
    };
    if (!snapshot.application)
        return all;
    add(everyone(), BodyText::tr("not activated"));

    QStringList seen;
    for (const PimSchedule &schedule : snapshot.eligible) {
        Person person = known(schedule.principalId);
        if (seen.contains(person.who.id))
            continue;
        seen << person.who.id;
        const QString group = person.who.isGroup() ? BodyText::tr("a member of this group, ") : QString();
        if (evaluate(person, snapshot).member)
            add(person, group + BodyText::tr("eligible, active now"));
        else
            add(person, group + BodyText::tr("eligible, not active"));
        person.activeMember = true;
        if (!evaluate(known(schedule.principalId), snapshot).member)
            add(person, group + BodyText::tr("once active"));
    }
    const QStringList glass = ConditionalAccessStep::breakGlassIds(evidence.now.blueprint, snapshot);
    for (const QString &id : glass) {
        add(known(id), BodyText::tr("break-glass"));
        seen << id;
    }
    for (const Principal &member : snapshot.members)
        if (!seen.contains(member.id) && member.isUser()) {
            add(known(member.id), BodyText::tr("active member"));
            seen << member.id;
        }
    for (const AppAssignment &assignment : snapshot.assignments)
        if (assignment.principalType == Principal::Type::User && !seen.contains(assignment.principalId)) {
            add(known(assignment.principalId), BodyText::tr("assigned directly"));
            seen << assignment.principalId;
        }
    return all;
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
