#include "gate/run/History.h"
#include "proof/ProofJson.h"
#include "proof/ProofWords.h"
#include "report/Body.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace pimgate {

namespace {

constexpr auto reportFormat = "pimgate-report";

QString iso(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(Qt::ISODate) : QString();
}

QString verdictName(ReportVerdict::State state)
{
    switch (state) {
    case ReportVerdict::State::Closed:
        return QStringLiteral("closed");
    case ReportVerdict::State::Unconfirmed:
        return QStringLiteral("unconfirmed");
    case ReportVerdict::State::NotEnforced:
        return QStringLiteral("notEnforced");
    case ReportVerdict::State::Drift:
        return QStringLiteral("drift");
    case ReportVerdict::State::NotBuilt:
        break;
    }
    return QStringLiteral("notBuilt");
}

QString weightName(Finding::Weight weight)
{
    switch (weight) {
    case Finding::Weight::Drift:
        return QStringLiteral("drift");
    case Finding::Weight::NotEnforced:
        return QStringLiteral("notEnforced");
    case Finding::Weight::NotChecked:
        return QStringLiteral("notChecked");
    case Finding::Weight::Note:
        break;
    }
    return QStringLiteral("note");
}

QJsonObject runJson(const RunRecord &run)
{
    return {{QStringLiteral("id"), run.id},
            {QStringLiteral("started"), iso(run.started)},
            {QStringLiteral("ended"), iso(run.ended)},
            {QStringLiteral("cloud"), run.cloud},
            {QStringLiteral("tenantId"), run.tenantId},
            {QStringLiteral("tenantName"), run.tenantName},
            {QStringLiteral("operator"), run.operatorName},
            {QStringLiteral("application"), run.application},
            {QStringLiteral("state"), nameOf(run.state)},
            {QStringLiteral("blueprint"), run.blueprint},
            {QStringLiteral("groupId"), run.ids.groupId},
            {QStringLiteral("servicePrincipalId"), run.ids.servicePrincipalId},
            {QStringLiteral("policyId"), run.ids.policyId}};
}

QJsonArray changesJson(const QList<ChangeRecord> &records)
{
    QJsonArray array;
    for (const ChangeRecord &record : records)
        array << QJsonObject{
            {QStringLiteral("sequence"), record.sequence},       {QStringLiteral("change"), toJson(record.change)},
            {QStringLiteral("outcome"), nameOf(record.outcome)}, {QStringLiteral("note"), record.note},
            {QStringLiteral("evidence"), record.evidence},       {QStringLiteral("intended"), iso(record.intended)},
            {QStringLiteral("finished"), iso(record.finished)}};
    return array;
}

QJsonObject nowJson(const Plan &now)
{
    QJsonArray rows, findings;
    for (const Change &row : now.rows)
        rows << toJson(row);
    for (const Finding &finding : now.findings)
        findings << QJsonObject{{QStringLiteral("weight"), weightName(finding.weight)},
                                {QStringLiteral("key"), finding.key},
                                {QStringLiteral("text"), finding.text}};
    return {{QStringLiteral("readAt"), now.snapshot ? iso(now.snapshot->readAt) : QString()},
            {QStringLiteral("rows"), rows},
            {QStringLiteral("findings"), findings}};
}

QJsonArray casesJson(const Evidence &evidence)
{
    QJsonArray array;
    for (const ReportBody::Case &one : ReportBody::cases(evidence))
        array << QJsonObject{{QStringLiteral("who"), one.who},
                             {QStringLiteral("note"), one.note},
                             {QStringLiteral("verdict"), toJson(one.verdict)}};
    return array;
}

QJsonObject proofJson(const ProofResult &proof, bool demo)
{
    QJsonArray lines;
    for (const ProofLine &line : proof.lines)
        lines << QJsonObject{{QStringLiteral("moment"), nameOf(line.moment)},
                             {QStringLiteral("state"), nameOf(line.state)},
                             {QStringLiteral("at"), iso(line.at)},
                             {QStringLiteral("who"), whoOf(line)},
                             {QStringLiteral("done"), doneIn(line)},
                             {QStringLiteral("expected"), expectedIn(line)},
                             {QStringLiteral("happened"), happenedIn(line)},
                             {QStringLiteral("errorCode"), line.errorCode},
                             {QStringLiteral("recordId"), line.recordId},
                             {QStringLiteral("label"), ReportBody::labelWords(line.label, demo)},
                             {QStringLiteral("verdict"), toJson(line.verdict)},
                             {QStringLiteral("agrees"), line.agrees}};
    return {
        {QStringLiteral("state"), nameOf(proof.state)}, {QStringLiteral("how"), howOf(proof)}, {QStringLiteral("lines"), lines}};
}

QJsonObject armingJson(const ArmingEvidence &arming, bool demo)
{
    QJsonArray lines;
    for (const ArmingEvidence::Line &line : arming.lines)
        lines << QJsonObject{{QStringLiteral("who"), line.who},
                             {QStringLiteral("role"), nameOf(line.role)},
                             {QStringLiteral("expectBlocked"), line.expectBlocked},
                             {QStringLiteral("blocked"), line.blocked},
                             {QStringLiteral("reasons"), line.reasons},
                             {QStringLiteral("label"), ReportBody::labelWords(ProofLabel::EvaluatedByMicrosoft, demo)}};
    return {
        {QStringLiteral("at"), iso(arming.at)}, {QStringLiteral("problem"), arming.problem}, {QStringLiteral("lines"), lines}};
}

QJsonArray questionsJson(const Evidence &evidence)
{
    QJsonArray array;
    for (const Preset::Question &question : bypassQuestions(evidence))
        array << QJsonObject{{QStringLiteral("key"), question.key},
                             {QStringLiteral("question"), question.question},
                             {QStringLiteral("source"), question.source},
                             {QStringLiteral("date"), question.date},
                             {QStringLiteral("answer"), evidence.answers.value(question.key)}};
    return array;
}

QJsonObject evidenceJson(const Evidence &evidence)
{
    const bool demo = ReportBody::isDemo(evidence);
    const ReportVerdict verdict = verdictOf(evidence);
    QJsonObject json{{QStringLiteral("format"), QLatin1String(reportFormat)},
                     {QStringLiteral("version"), 1},
                     {QStringLiteral("program"), QCoreApplication::applicationVersion()},
                     {QStringLiteral("demo"), demo},
                     {QStringLiteral("at"), iso(evidence.at)},
                     {QStringLiteral("title"), ReportBody::title(evidence)},
                     {QStringLiteral("verdict"), QJsonObject{{QStringLiteral("state"), verdictName(verdict.state)},
                                                             {QStringLiteral("sentence"), verdict.sentence},
                                                             {QStringLiteral("detail"), verdict.detail}}},
                     {QStringLiteral("run"), runJson(evidence.run)},
                     {QStringLiteral("changes"), changesJson(evidence.changes)},
                     {QStringLiteral("now"), nowJson(evidence.now)},
                     {QStringLiteral("whoCanSignIn"), casesJson(evidence)},
                     {QStringLiteral("waysAround"), questionsJson(evidence)}};
    if (evidence.arming)
        json.insert(QStringLiteral("arming"), armingJson(*evidence.arming, demo));
    if (evidence.proof)
        json.insert(QStringLiteral("proof"), proofJson(*evidence.proof, demo));
    return json;
}

/// QJsonObject keeps its keys sorted; the compact form has no spaces.
QByteArray canonical(const QJsonObject &object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QString hashOf(const QJsonObject &withoutHash)
{
    return QString::fromLatin1(QCryptographicHash::hash(canonical(withoutHash), QCryptographicHash::Sha256).toHex());
}

} // namespace

QByteArray toCanonicalJson(const Evidence &evidence)
{
    QJsonObject json = evidenceJson(evidence.leaveOutNames ? withoutNames(evidence) : evidence);
    json.insert(QStringLiteral("hash"), hashOf(json));
    return canonical(json);
}

Result<bool> checkReport(const QByteArray &json)
{
    const QString notOne = QCoreApplication::translate("Evidence", "This is not a report of PIM Gate.");
    const QString next = QCoreApplication::translate("Evidence", "Choose the .json file of a report.");
    const QJsonDocument document = QJsonDocument::fromJson(json);
    QJsonObject object = document.object();
    if (!document.isObject() || object.value(QLatin1String("format")) != QLatin1String(reportFormat))
        return failure(Error::Kind::Input, notOne, next);
    const QJsonValue hash = object.take(QLatin1String("hash"));
    if (!hash.isString())
        return failure(Error::Kind::Input, notOne, next);
    const bool fits = hash.toString() == hashOf(object);
    // Byte for byte: spaces, doubled keys and other spellings of the same values are changes too. An editor's last line
    // break is not.
    object.insert(QStringLiteral("hash"), hash);
    QByteArray bytes = json;
    while (bytes.endsWith('\n') || bytes.endsWith('\r'))
        bytes.chop(1);
    return fits && bytes == canonical(object);
}

} // namespace pimgate
