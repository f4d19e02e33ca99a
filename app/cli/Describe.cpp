#include "cli/Describe.h"

#include "cli/Words.h"
#include "gate/judge/VerdictWords.h"
#include "proof/ProofJson.h"
#include "proof/ProofWords.h"
#include "report/FactWords.h"

#include <QLocale>

#include <algorithm>
#include <array>

namespace pimgate {
namespace {

QString stepTitle(StepId step)
{
    switch (step) {
    case StepId::Group:
        return Cli::tr("Step 1: Create group");
    case StepId::Sso:
        return Cli::tr("Step 2: Confirm single sign-on");
    case StepId::Pim:
        return Cli::tr("Step 3: Configure PIM");
    case StepId::ConditionalAccess:
        return Cli::tr("Step 4: Create Conditional Access policy");
    }
    return {};
}

const char *nameOf(Finding::Weight weight)
{
    constexpr std::array names{"drift", "notEnforced", "notChecked", "note"};
    return names[std::size_t(weight)];
}

const char *nameOf(PageState state)
{
    constexpr std::array names{"toDo", "working", "verified", "differs", "notLicensed", "notChecked", "failed", "needsAttention"};
    return names[std::size_t(state)];
}

QString word(PageState state)
{
    switch (state) {
    case PageState::Verified:
        return Cli::tr("ok");
    case PageState::Failed:
        return Cli::tr("not met");
    case PageState::NotLicensed:
        return Cli::tr("not licensed");
    case PageState::NeedsAttention:
        return Cli::tr("look at it");
    default:
        return Cli::tr("not checked");
    }
}

QString word(ProofLine::State state)
{
    switch (state) {
    case ProofLine::State::Passed:
        return Cli::tr("passed");
    case ProofLine::State::Failed:
        return Cli::tr("FAILED");
    case ProofLine::State::Skipped:
        return Cli::tr("skipped");
    case ProofLine::State::Working:
        return Cli::tr("working");
    case ProofLine::State::ToCome:
        return Cli::tr("to come");
    }
    return {};
}

QString latin(const char *text)
{
    return QString::fromLatin1(text);
}

QString utc(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(Qt::ISODate) : QString();
}

/// Times on a screen are local, with the zone's name; documents carry UTC.
QString local(const QDateTime &at)
{
    return at.isValid() ? at.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss t")) : QString();
}

QString beforeAfter(const Change &row)
{
    if (row.done) // what the tenant says
        return row.before;
    if (row.before == row.after || row.before.isEmpty())
        return row.after;
    return row.before + QLatin1String(" -> ") + row.after;
}

QList<QStringList> lines(const QList<Change> &rows)
{
    QList<QStringList> result;
    for (const Change &row : rows)
        result << QStringList{QLatin1String("  ") + QLatin1String(row.done        ? "="
                                                                  : row.closing() ? "!"
                                                                                  : "+"),
                              row.what, beforeAfter(row)};
    return result;
}

QString outcomeWord(ChangeOutcome outcome)
{
    switch (outcome) {
    case ChangeOutcome::Unknown:
        break;
    case ChangeOutcome::Done:
        return Cli::tr("done");
    case ChangeOutcome::Already:
        return Cli::tr("was so already");
    case ChangeOutcome::Undone:
        return Cli::tr("taken back");
    case ChangeOutcome::Differs:
        return Cli::tr("accepted, never shown");
    case ChangeOutcome::Failed:
        return Cli::tr("failed");
    }
    return Cli::tr("unknown");
}

} // namespace

QString table(const QList<QStringList> &rows)
{
    QList<qsizetype> widths;
    for (const QStringList &row : rows)
        for (qsizetype i = 0; i < row.size(); ++i) {
            if (widths.size() <= i)
                widths << 0;
            widths[i] = std::max(widths[i], row[i].size());
        }
    QStringList text;
    for (const QStringList &row : rows) {
        QString textLine;
        for (qsizetype i = 0; i < row.size(); ++i)
            textLine += i + 1 == row.size() ? row[i] : row[i].leftJustified(int(widths[i]) + 2);
        while (textLine.endsWith(QLatin1Char(' ')))
            textLine.chop(1);
        text << textLine;
    }
    return text.join(QLatin1Char('\n'));
}

QString tenantName(const Plan &plan)
{
    const Organization &organization = plan.snapshot->organization;
    return organization.defaultDomain.isEmpty() ? organization.displayName : organization.defaultDomain;
}

QString tenantName(const RunRecord &run)
{
    return run.tenantName.isEmpty() ? run.tenantId : run.tenantName;
}

QString describe(const QList<Change> &rows)
{
    return table(lines(rows));
}

QString describe(const Plan &plan)
{
    QStringList parts;
    const QString application =
        plan.snapshot->application ? plan.snapshot->application->displayName : plan.blueprint.application.displayName;
    const int toMake = int(plan.toMake().size());
    parts << (toMake == 0 ? Cli::tr("%1 in %2: nothing to change.").arg(application, tenantName(plan))
                          : Cli::tr("%1 in %2: %n change(s).", nullptr, toMake).arg(application, tenantName(plan)));
    for (const StepId step : {StepId::Group, StepId::Sso, StepId::Pim, StepId::ConditionalAccess}) {
        QList<Change> opening;
        for (const Change &row : plan.ofStep(step))
            if (!row.closing())
                opening << row;
        if (!opening.isEmpty())
            parts << stepTitle(step) + QLatin1Char('\n') + table(lines(opening));
    }
    QList<Change> closing;
    for (const Change &row : plan.rows)
        if (row.closing())
            closing << row;
    if (!closing.isEmpty())
        parts << Cli::tr("When the gate closes") + QLatin1Char('\n') + table(lines(closing));
    if (!plan.rows.isEmpty())
        parts << Cli::tr("=  as asked already   +  only adds   !  takes access away");
    return parts.join(QLatin1String("\n\n"));
}

QString describe(const QList<Finding> &findings)
{
    QList<QStringList> rows;
    for (const Finding &finding : findings) {
        QString kind;
        switch (finding.weight) {
        case Finding::Weight::Drift:
            kind = Cli::tr("Drift");
            break;
        case Finding::Weight::NotEnforced:
            kind = Cli::tr("Not enforced");
            break;
        case Finding::Weight::NotChecked:
            kind = Cli::tr("Not checked");
            break;
        case Finding::Weight::Note:
            kind = Cli::tr("Note");
            break;
        }
        rows << QStringList{kind, finding.text};
    }
    return table(rows);
}

QString describe(const QList<Check> &checks)
{
    QList<QStringList> rows;
    for (const Check &check : checks) {
        rows << QStringList{word(check.state), check.title, check.found};
        if (check.state != PageState::Verified && !check.advice.isEmpty())
            rows << QStringList{QString(), QString(), check.advice};
    }
    return table(rows);
}

QString describe(ProofLabel label)
{
    switch (label) {
    case ProofLabel::Simulated:
        return Cli::tr("Simulated");
    case ProofLabel::PlayedInDemo:
        return Cli::tr("Played in the demo tenant");
    case ProofLabel::EvaluatedByMicrosoft:
        return Cli::tr("Evaluated by Microsoft");
    case ProofLabel::Observed:
        return Cli::tr("Observed in this tenant");
    }
    return {};
}

QString describe(const QList<ProofLine> &proof)
{
    QList<QStringList> rows;
    for (const ProofLine &line : proof) {
        const QString happened = happenedIn(line);
        rows << QStringList{word(line.state), whoOf(line), doneIn(line), happened.isEmpty() ? expectedIn(line) : happened,
                            QLatin1Char('[') + describe(line.label) + QLatin1Char(']')};
    }
    return table(rows);
}

QString describe(const QList<RunRecord> &runs)
{
    QList<QStringList> rows;
    for (const RunRecord &run : runs)
        rows << QStringList{run.id,
                            local(run.started),
                            nameOf(run.state),
                            run.application,
                            run.demo ? Cli::tr("%1 (demo)").arg(tenantName(run)) : tenantName(run),
                            run.operatorName};
    return table(rows);
}

QString describe(const QList<ChangeRecord> &changes)
{
    QList<QStringList> rows;
    for (const ChangeRecord &record : changes)
        rows << QStringList{outcomeWord(record.outcome), local(record.intended), record.change.what,
                            beforeAfter(record.change) + (record.note.isEmpty() ? QString() : QLatin1String("  ") + record.note)};
    return table(rows);
}

QString describe(const ArmingEvidence &evidence)
{
    QList<QStringList> rows;
    for (const ArmingEvidence::Line &line : evidence.lines)
        rows << QStringList{line.asExpected() ? Cli::tr("as expected") : Cli::tr("NOT AS EXPECTED"), line.who,
                            line.blocked ? Cli::tr("would be blocked") : Cli::tr("would not be blocked"), line.reasons};
    QString text = table(rows);
    const bool someActive = std::any_of(evidence.lines.cbegin(), evidence.lines.cend(),
                                        [](const ArmingEvidence::Line &line) { return line.role == ArmingRole::Active; });
    if (!someActive)
        text += QLatin1Char('\n') + Cli::tr("Nobody was active, so “will be admitted after activation” is Simulated. To see it: "
                                            "pimgate test");
    if (!evidence.complete())
        text += QLatin1Char('\n') + evidence.problem;
    return text.trimmed();
}

QString describe(const ReportFacts &facts, bool demo)
{
    return table({{Cli::tr("Steps"), Cli::tr("%1 of %2 verified").arg(facts.steps.verified).arg(facts.steps.of)},
                  {Cli::tr("As planned"), FactWords::planned(facts.planned)},
                  {Cli::tr("Proof"), FactWords::proof(facts.proof, demo)},
                  {Cli::tr("Policy"), FactWords::policy(facts.policy)},
                  {Cli::tr("Locked out"), FactWords::lockedOut(facts.lockedOut)},
                  {Cli::tr("Can open it"), FactWords::openable(facts.openable)},
                  {Cli::tr("Can sign in now"), FactWords::canSignIn(facts.canSignIn)}});
}

QJsonObject tenantJson(const Plan &plan)
{
    const Organization &organization = plan.snapshot->organization;
    return {{QStringLiteral("id"), organization.id},
            {QStringLiteral("displayName"), organization.displayName},
            {QStringLiteral("domain"), organization.defaultDomain}};
}

QJsonArray toJson(const QList<Change> &rows)
{
    QJsonArray array;
    for (const Change &row : rows)
        array << toJson(row);
    return array;
}

QJsonArray toJson(const QList<GraphRequest> &requests, const QString &graph)
{
    QJsonArray array;
    for (const GraphRequest &request : requests) {
        QJsonObject json{{QStringLiteral("method"), latin(request.method)}, {QStringLiteral("url"), graph + request.path}};
        if (!request.body.isEmpty())
            json.insert(QStringLiteral("body"), request.body);
        array << json;
    }
    return array;
}

QJsonArray toJson(const QList<Finding> &findings)
{
    QJsonArray array;
    for (const Finding &finding : findings)
        array << QJsonObject{{QStringLiteral("weight"), latin(nameOf(finding.weight))},
                             {QStringLiteral("key"), finding.key},
                             {QStringLiteral("text"), finding.text}};
    return array;
}

QJsonArray toJson(const QList<Check> &checks)
{
    QJsonArray array;
    for (const Check &check : checks) {
        QJsonArray people;
        for (const Principal &person : check.people)
            people << QJsonObject{{QStringLiteral("id"), person.id},
                                  {QStringLiteral("displayName"), person.displayName},
                                  {QStringLiteral("userPrincipalName"), person.userName}};
        QJsonObject json{{QStringLiteral("key"), check.key},     {QStringLiteral("state"), latin(nameOf(check.state))},
                         {QStringLiteral("title"), check.title}, {QStringLiteral("found"), check.found},
                         {QStringLiteral("who"), check.who},     {QStringLiteral("advice"), check.advice}};
        if (!people.isEmpty())
            json.insert(QStringLiteral("people"), people);
        array << json;
    }
    return array;
}

QJsonArray toJson(const QList<ProofLine> &proof)
{
    QJsonArray array;
    for (const ProofLine &line : proof)
        array << QJsonObject{{QStringLiteral("moment"), nameOf(line.moment)},
                             {QStringLiteral("state"), nameOf(line.state)},
                             {QStringLiteral("at"), utc(line.at)},
                             {QStringLiteral("who"), whoOf(line)},
                             {QStringLiteral("done"), doneIn(line)},
                             {QStringLiteral("expected"), expectedIn(line)},
                             {QStringLiteral("happened"), happenedIn(line)},
                             {QStringLiteral("errorCode"), line.errorCode},
                             {QStringLiteral("recordId"), line.recordId},
                             {QStringLiteral("label"), nameOf(line.label)},
                             {QStringLiteral("evaluator"), sentenceOf(line.verdict)},
                             {QStringLiteral("agrees"), line.agrees}};
    return array;
}

QJsonArray toJson(const QList<ChangeRecord> &changes)
{
    QJsonArray array;
    for (const ChangeRecord &record : changes)
        array << QJsonObject{
            {QStringLiteral("sequence"), record.sequence},       {QStringLiteral("change"), toJson(record.change)},
            {QStringLiteral("outcome"), nameOf(record.outcome)}, {QStringLiteral("note"), record.note},
            {QStringLiteral("intended"), utc(record.intended)},  {QStringLiteral("finished"), utc(record.finished)}};
    return array;
}

QJsonObject toJson(const RunRecord &run)
{
    return {{QStringLiteral("run"), run.id},
            {QStringLiteral("state"), nameOf(run.state)},
            {QStringLiteral("started"), utc(run.started)},
            {QStringLiteral("ended"), utc(run.ended)},
            {QStringLiteral("cloud"), run.cloud},
            {QStringLiteral("tenantId"), run.tenantId},
            {QStringLiteral("tenant"), run.tenantName},
            {QStringLiteral("operator"), run.operatorName},
            {QStringLiteral("demo"), run.demo},
            {QStringLiteral("application"), run.application}};
}

} // namespace pimgate
