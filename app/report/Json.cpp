#include "base/CanonicalJson.h"
#include "gate/run/History.h"
#include "proof/ProofJson.h"
#include "report/Cases.h"
#include "report/ReportFacts.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace pimgate {

namespace {

constexpr auto reportFormat = "pimgate-report";
constexpr int reportVersion = 2; ///< 1 held translated words and was canonical in a way of its own

QString iso(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(Qt::ISODate) : QString();
}

QJsonObject lockedOutJson(const ReportFacts::LockedOut &lockedOut)
{
    QJsonObject json{{QStringLiteral("state"), nameOf(lockedOut.state)}};
    if (!lockedOut.who.isEmpty())
        json.insert(QStringLiteral("who"), QJsonArray::fromStringList(lockedOut.who));
    if (lockedOut.state == ReportFacts::LockedOut::State::BreakGlassRefused) { // of the blueprint; a problem's words stay out
        json.insert(QStringLiteral("by"), lockedOut.by);
        json.insert(QStringLiteral("reason"), lockedOut.reason);
    }
    return json;
}

QString stepName(StepId step)
{
    switch (step) {
    case StepId::Group:
        return QStringLiteral("group");
    case StepId::Sso:
        return QStringLiteral("sso");
    case StepId::Pim:
        return QStringLiteral("pim");
    case StepId::ConditionalAccess:
        break;
    }
    return QStringLiteral("conditionalAccess");
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

/// The values behind a row; its words are made where they are read.
QJsonObject changeJson(const Change &change)
{
    QJsonArray details;
    for (const ChangeDetail &detail : change.details)
        if (!detail.key.isEmpty()) // history keeps none
            details << QJsonObject{{QStringLiteral("key"), detail.key}, {QStringLiteral("same"), detail.same}};
    return {{QStringLiteral("key"), change.key.toString()},
            {QStringLiteral("step"), stepName(change.step)},
            {QStringLiteral("kind"), change.closing() ? QStringLiteral("closing") : QStringLiteral("opening")},
            {QStringLiteral("targetId"), change.targetId},
            {QStringLiteral("wanted"), change.wanted},
            {QStringLiteral("original"), change.original},
            {QStringLiteral("seen"), change.seen},
            {QStringLiteral("undoable"), change.undoable},
            {QStringLiteral("details"), details}};
}

QJsonArray changesJson(const QList<ChangeRecord> &records)
{
    QJsonArray array;
    for (const ChangeRecord &record : records) {
        QJsonObject json = changeJson(record.change);
        json.insert(QStringLiteral("sequence"), record.sequence);
        json.insert(QStringLiteral("outcome"),
                    record.outcome == ChangeOutcome::Unknown ? QStringLiteral("unknown") : nameOf(record.outcome));
        json.insert(QStringLiteral("evidence"), record.evidence);
        json.insert(QStringLiteral("intended"), iso(record.intended));
        json.insert(QStringLiteral("finished"), iso(record.finished));
        array << json;
    }
    return array;
}

QJsonObject nowJson(const Plan &now)
{
    QJsonArray rows, findings;
    for (const Change &row : now.rows) {
        QJsonObject json = changeJson(row);
        json.insert(QStringLiteral("asAsked"), row.done);
        rows << json;
    }
    for (const Finding &finding : now.findings)
        findings << QJsonObject{{QStringLiteral("weight"), weightName(finding.weight)}, {QStringLiteral("key"), finding.key}};
    return {{QStringLiteral("readAt"), now.snapshot ? iso(now.snapshot->readAt) : QString()},
            {QStringLiteral("rows"), rows},
            {QStringLiteral("findings"), findings}};
}

/// What history has only in an earlier version's words stays out.
QJsonObject locksJson(const Verdict &verdict)
{
    QJsonObject json{{QStringLiteral("assignment"), nameOf(verdict.assignment)},
                     {QStringLiteral("policy"), nameOf(verdict.policy)},
                     {QStringLiteral("letIn"), verdict.letIn},
                     {QStringLiteral("enforced"), verdict.enforced},
                     {QStringLiteral("member"), verdict.member},
                     {QStringLiteral("expectedError"), verdict.expectedError}};
    if (verdict.written)
        return json;
    json.insert(QStringLiteral("assignmentBecause"), nameOf(verdict.assignmentReason));
    json.insert(QStringLiteral("policyBecause"), nameOf(verdict.policyReason));
    json.insert(QStringLiteral("blockedBy"), verdict.blockedBy);
    return json;
}

/// "Everyone" has no name of their own.
QJsonArray casesJson(const Evidence &evidence)
{
    QJsonArray array;
    for (const Case &one : casesOf(evidence)) {
        QJsonObject json{{QStringLiteral("kind"), nameOf(one.kind)}, {QStringLiteral("verdict"), locksJson(one.verdict)}};
        if (one.kind != Case::Kind::Everyone)
            json.insert(one.ofGroup ? QStringLiteral("group") : QStringLiteral("who"), one.person.who.displayName);
        array << json;
    }
    return array;
}

QJsonObject lineJson(const ProofLine &line, bool demo)
{
    QJsonObject json{{QStringLiteral("moment"), nameOf(line.moment)},
                     {QStringLiteral("state"), nameOf(line.state)},
                     {QStringLiteral("at"), iso(line.at)},
                     {QStringLiteral("who"), line.who},
                     {QStringLiteral("errorCode"), line.errorCode},
                     {QStringLiteral("recordId"), line.recordId},
                     {QStringLiteral("label"), nameOf(shownLabel(line.label, demo))},
                     {QStringLiteral("verdict"), locksJson(line.verdict)},
                     {QStringLiteral("agrees"), line.agrees}};
    if (line.written)
        return json;
    json.insert(QStringLiteral("act"), nameOf(line.act));
    json.insert(QStringLiteral("expectation"), nameOf(line.expectation));
    json.insert(QStringLiteral("happening"), nameOf(line.happening));
    return json;
}

QJsonObject proofJson(const ProofResult &proof, bool demo)
{
    QJsonArray lines;
    for (const ProofLine &line : proof.lines)
        lines << lineJson(line, demo);
    QJsonObject json{{QStringLiteral("state"), nameOf(proof.state)}, {QStringLiteral("lines"), lines}};
    if (!proof.written)
        json.insert(QStringLiteral("next"), nameOf(proof.how));
    return json;
}

/// What-If's own reasons are Microsoft's names.
QJsonObject armingJson(const ArmingEvidence &arming, bool demo)
{
    QJsonArray lines;
    for (const ArmingEvidence::Line &line : arming.lines)
        lines << QJsonObject{{QStringLiteral("who"), line.who},
                             {QStringLiteral("role"), nameOf(line.role)},
                             {QStringLiteral("expectBlocked"), line.expectBlocked},
                             {QStringLiteral("blocked"), line.blocked},
                             {QStringLiteral("reasons"), line.reasons},
                             {QStringLiteral("label"), nameOf(shownLabel(ProofLabel::EvaluatedByMicrosoft, demo))}};
    return {{QStringLiteral("at"), iso(arming.at)},
            {QStringLiteral("complete"), arming.complete()},
            {QStringLiteral("lines"), lines},
            {QStringLiteral("path"), arming.path ? QJsonValue(arming.path->who) : QJsonValue()}};
}

/// The answers are the operator's own words.
QJsonArray questionsJson(const Evidence &evidence)
{
    QJsonArray array;
    for (const Preset::Question &question : bypassQuestions(evidence))
        array << QJsonObject{{QStringLiteral("key"), question.key},
                             {QStringLiteral("source"), question.source},
                             {QStringLiteral("date"), question.date},
                             {QStringLiteral("answer"), evidence.answers.value(question.key)}};
    return array;
}

QJsonObject evidenceJson(const Evidence &evidence)
{
    const bool demo = isDemo(evidence);
    const std::optional<Group> &group = snapshotOf(evidence).group;
    QJsonObject json{{QStringLiteral("format"), QLatin1String(reportFormat)},
                     {QStringLiteral("version"), reportVersion},
                     {QStringLiteral("program"), QCoreApplication::applicationVersion()},
                     {QStringLiteral("demo"), demo},
                     {QStringLiteral("at"), iso(evidence.at)},
                     {QStringLiteral("application"), applicationName(evidence)},
                     {QStringLiteral("tenant"), tenantName(evidence)},
                     {QStringLiteral("group"), group ? group->displayName : QString()},
                     {QStringLiteral("verdict"), toJson(verdictOf(evidence))},
                     {QStringLiteral("facts"), toJson(factsOf(evidence))},
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

/// The bytes that the hash is over; empty where there is no canonical form. Version 1 was what Qt prints: keys sorted, no
/// spaces.
QByteArray canonical(const QJsonObject &object, int version)
{
    if (version == 1)
        return QJsonDocument(object).toJson(QJsonDocument::Compact);
    return canonicalJson(object).value_or(QByteArray());
}

QJsonValue openableJson(const std::optional<Openable> &openable)
{
    if (!openable)
        return QJsonValue::Null;
    QJsonArray people;
    for (const Openable::Candidate &one : openable->people)
        people << QJsonObject{{QStringLiteral("who"), one.who.displayName},
                              {QStringLiteral("group"), one.group},
                              {QStringLiteral("until"), iso(one.until)},
                              {QStringLiteral("approvers"), QJsonArray::fromStringList(one.approvers)},
                              {QStringLiteral("answer"), nameOf(one.answer)},
                              {QStringLiteral("lack"), nameOf(one.lack)},
                              {QStringLiteral("about"), one.about}};
    return QJsonObject{{QStringLiteral("answer"), nameOf(openable->answer)},
                       {QStringLiteral("people"), people},
                       {QStringLiteral("notNamed"), openable->notNamed}};
}

QString hashOf(const QByteArray &text)
{
    return QString::fromLatin1(QCryptographicHash::hash(text, QCryptographicHash::Sha256).toHex());
}

} // namespace

QJsonObject toJson(const ReportVerdict &verdict)
{
    QJsonArray reasons;
    for (const ReportVerdict::Reason reason : verdict.reasons)
        reasons << nameOf(reason);
    return {{QStringLiteral("state"), nameOf(verdict.state)}, {QStringLiteral("reasons"), reasons}};
}

QJsonObject toJson(const ReportFacts &facts)
{
    return {{QStringLiteral("steps"),
             QJsonObject{{QStringLiteral("verified"), facts.steps.verified}, {QStringLiteral("of"), facts.steps.of}}},
            {QStringLiteral("asPlanned"),
             QJsonObject{{QStringLiteral("done"), facts.planned.done}, {QStringLiteral("of"), facts.planned.of}}},
            {QStringLiteral("policy"),
             QJsonObject{{QStringLiteral("state"), nameOf(facts.policy.state)}, {QStringLiteral("name"), facts.policy.name}}},
            {QStringLiteral("proof"), QJsonObject{{QStringLiteral("state"), nameOf(facts.proof.state)},
                                                  {QStringLiteral("passed"), facts.proof.passed},
                                                  {QStringLiteral("of"), facts.proof.of},
                                                  {QStringLiteral("shown"), facts.proof.shown}}},
            {QStringLiteral("lockedOut"), lockedOutJson(facts.lockedOut)},
            {QStringLiteral("openable"), openableJson(facts.openable)},
            {QStringLiteral("canSignIn"), facts.canSignIn ? QJsonValue(*facts.canSignIn) : QJsonValue()},
            {QStringLiteral("readAt"), iso(facts.readAt)}};
}

QByteArray toCanonicalJson(const Evidence &given)
{
    // No word of a language in it, so that two people's reports of one thing are the same.
    const Evidence evidence = given.leaveOutNames ? withoutNames(given, QStringLiteral("person %1")) : given;
    QJsonObject json = withoutLoneSurrogates(evidenceJson(evidence)).toObject();
    json.insert(QStringLiteral("hash"), hashOf(canonical(json, reportVersion)));
    return canonical(json, reportVersion);
}

Result<bool> checkReport(const QByteArray &json)
{
    const QString notOne = QCoreApplication::translate("Evidence", "This is not a report of PIM Gate.");
    const QString next = QCoreApplication::translate("Evidence", "Choose the .json file of a report.");
    const QJsonDocument document = QJsonDocument::fromJson(json);
    QJsonObject object = document.object();
    if (!document.isObject() || object.value(QLatin1String("format")) != QLatin1String(reportFormat))
        return failure(Error::Kind::Input, notOne, next);
    const int version = object.value(QLatin1String("version")).toInt();
    if (version > reportVersion)
        return failure(Error::Kind::Input,
                       QCoreApplication::translate("Evidence", "This report was written by a newer PIM Gate."),
                       QCoreApplication::translate("Evidence", "Let that one check it."));
    const QJsonValue hash = object.take(QLatin1String("hash"));
    if (version < 1 || !hash.isString())
        return failure(Error::Kind::Input, notOne, next);
    const bool fits = hash.toString() == hashOf(canonical(object, version));
    // Byte for byte: spaces, doubled keys and other spellings of the same values are changes too. An editor's last line
    // break is not.
    object.insert(QStringLiteral("hash"), hash);
    QByteArray bytes = json;
    while (bytes.endsWith('\n') || bytes.endsWith('\r'))
        bytes.chop(1);
    return fits && bytes == canonical(object, version);
}

} // namespace pimgate
