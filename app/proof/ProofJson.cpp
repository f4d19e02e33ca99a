#include "proof/ProofJson.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace pimgate {
namespace proofjson {

QString text(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(Qt::ISODateWithMs) : QString();
}

/// Takes members out of one object and remembers the first that is not what it must be.
class Reader
{
public:
    Reader(const QJsonObject &json, QString path) : m_json(json), m_path(std::move(path)) {}

    QString text(const char *member) { return typed(member, QJsonValue::String).toString(); }
    int number(const char *member) { return typed(member, QJsonValue::Double).toInt(); }
    bool flag(const char *member) { return typed(member, QJsonValue::Bool).toBool(); }
    QJsonArray list(const char *member) { return typed(member, QJsonValue::Array).toArray(); }
    QJsonObject object(const char *member) { return typed(member, QJsonValue::Object).toObject(); }

    /// An empty text is "not known"; any other has to be a time.
    QDateTime time(const char *member)
    {
        const QString written = text(member);
        const QDateTime at = QDateTime::fromString(written, Qt::ISODateWithMs);
        if (!written.isEmpty() && !at.isValid())
            blame(member);
        return at.toUTC();
    }

    IsoDuration duration(const char *member)
    {
        const auto parsed = IsoDuration::parse(text(member));
        if (!parsed)
            blame(member);
        return parsed.value_or(IsoDuration());
    }

    template <class Enum>
    Enum one(const char *member)
    {
        const std::optional<Enum> named = fromName<Enum>(text(member));
        if (!named)
            blame(member);
        return named.value_or(Enum(0));
    }

    bool has(const char *member) const { return m_json.contains(QLatin1String(member)); }
    QString path(const char *member) const { return m_path + QLatin1Char('.') + QLatin1String(member); }
    const QString &wrong() const { return m_wrong; }

private:
    QJsonValue typed(const char *member, QJsonValue::Type type)
    {
        const QJsonValue value = m_json.value(QLatin1String(member));
        if (value.type() != type)
            blame(member);
        return value;
    }
    void blame(const char *member)
    {
        if (m_wrong.isEmpty())
            m_wrong = path(member);
    }

    QJsonObject m_json;
    QString m_path, m_wrong;
};

tl::unexpected<Error> unreadable(const QString &where)
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.where = where;
    error.message = QCoreApplication::translate("ProofJson", "The proof that history keeps cannot be read.");
    error.next = QCoreApplication::translate("ProofJson", "Play the proof again: it takes this one's place.");
    return failure(error);
}

Result<Verdict> verdictFrom(const QJsonObject &json, const QString &path)
{
    Reader reader(json, path);
    Verdict verdict;
    verdict.assignment = reader.one<Verdict::Lock>("assignment");
    verdict.policy = reader.one<Verdict::Lock>("policy");
    verdict.letIn = reader.flag("letIn");
    verdict.enforced = reader.flag("enforced");
    verdict.member = reader.flag("member");
    verdict.expectedError = reader.number("expectedError");
    if (reader.has("sentence")) {
        verdict.written = {reader.text("assignmentReason"), reader.text("policyReason"), reader.text("sentence")};
    } else {
        verdict.assignmentReason = reader.one<Verdict::AssignmentReason>("assignmentBecause");
        verdict.policyReason = reader.one<Verdict::PolicyReason>("policyBecause");
        verdict.blockedBy = reader.text("blockedBy");
        verdict.everyone = reader.flag("everyone");
        verdict.who = reader.text("who");
        verdict.accountEnabled = reader.flag("accountEnabled");
        verdict.application = reader.text("application");
        verdict.alone = reader.flag("alone");
        if (reader.has("secondsLeft"))
            verdict.left = std::chrono::seconds(reader.number("secondsLeft"));
    }
    if (!reader.wrong().isEmpty())
        return unreadable(reader.wrong());
    return verdict;
}

void readFacts(Reader &reader, ProofLine &line)
{
    line.act = reader.one<ProofLine::Act>("act");
    line.expectation = reader.one<ProofLine::Expectation>("expectation");
    line.happening = reader.one<ProofLine::Happening>("happening");
    line.application = reader.text("application");
    line.justification = reader.text("justification");
    line.said = reader.text("said");
    line.when = reader.time("when");
    if (reader.has("duration"))
        line.duration = reader.duration("duration");
}

Result<ProofLine> lineFrom(const QJsonObject &json, const QString &path)
{
    Reader reader(json, path);
    ProofLine line;
    line.moment = reader.one<ProofLine::Moment>("moment");
    line.state = reader.one<ProofLine::State>("state");
    line.at = reader.time("at");
    line.who = reader.text("who");
    if (reader.has("happened"))
        line.written = {reader.text("done"), reader.text("expected"), reader.text("happened")};
    else
        readFacts(reader, line);
    line.errorCode = reader.number("errorCode");
    line.recordId = reader.text("recordId");
    line.label = reader.one<ProofLabel>("label");
    line.agrees = reader.flag("agrees");
    const QJsonObject verdictJson = reader.object("verdict");
    if (!reader.wrong().isEmpty())
        return unreadable(reader.wrong());
    const auto verdict = verdictFrom(verdictJson, reader.path("verdict"));
    if (!verdict)
        return failure(verdict.error());
    line.verdict = *verdict;
    return line;
}

} // namespace proofjson

QJsonObject toJson(const Verdict &verdict)
{
    QJsonObject json{{QStringLiteral("assignment"), nameOf(verdict.assignment)},
                     {QStringLiteral("policy"), nameOf(verdict.policy)},
                     {QStringLiteral("letIn"), verdict.letIn},
                     {QStringLiteral("enforced"), verdict.enforced},
                     {QStringLiteral("member"), verdict.member},
                     {QStringLiteral("expectedError"), verdict.expectedError}};
    if (verdict.written) {
        json.insert(QStringLiteral("assignmentReason"), verdict.written->assignmentReason);
        json.insert(QStringLiteral("policyReason"), verdict.written->policyReason);
        json.insert(QStringLiteral("sentence"), verdict.written->sentence);
        return json;
    }
    json.insert(QStringLiteral("assignmentBecause"), nameOf(verdict.assignmentReason));
    json.insert(QStringLiteral("policyBecause"), nameOf(verdict.policyReason));
    json.insert(QStringLiteral("blockedBy"), verdict.blockedBy);
    json.insert(QStringLiteral("everyone"), verdict.everyone);
    json.insert(QStringLiteral("who"), verdict.everyone ? QString() : verdict.who);
    json.insert(QStringLiteral("accountEnabled"), verdict.accountEnabled);
    json.insert(QStringLiteral("application"), verdict.application);
    json.insert(QStringLiteral("alone"), verdict.alone);
    if (verdict.left)
        json.insert(QStringLiteral("secondsLeft"), qint64(verdict.left->count()));
    return json;
}

QJsonObject toJson(const ProofLine &line)
{
    QJsonObject json{{QStringLiteral("moment"), nameOf(line.moment)},  {QStringLiteral("state"), nameOf(line.state)},
                     {QStringLiteral("at"), proofjson::text(line.at)}, {QStringLiteral("who"), line.who},
                     {QStringLiteral("errorCode"), line.errorCode},    {QStringLiteral("recordId"), line.recordId},
                     {QStringLiteral("label"), nameOf(line.label)},    {QStringLiteral("verdict"), toJson(line.verdict)},
                     {QStringLiteral("agrees"), line.agrees}};
    if (line.written) {
        json.insert(QStringLiteral("done"), line.written->done);
        json.insert(QStringLiteral("expected"), line.written->expected);
        json.insert(QStringLiteral("happened"), line.written->happened);
        return json;
    }
    json.insert(QStringLiteral("act"), nameOf(line.act));
    json.insert(QStringLiteral("expectation"), nameOf(line.expectation));
    json.insert(QStringLiteral("happening"), nameOf(line.happening));
    json.insert(QStringLiteral("application"), line.application);
    json.insert(QStringLiteral("justification"), line.justification);
    json.insert(QStringLiteral("said"), line.said);
    json.insert(QStringLiteral("when"), proofjson::text(line.when));
    if (line.act == ProofLine::Act::Asks)
        json.insert(QStringLiteral("duration"), line.duration.toString());
    return json;
}

QJsonObject toJson(const ProofResult &proof)
{
    QJsonArray lines;
    for (const ProofLine &line : proof.lines)
        lines << toJson(line);
    QJsonObject json{{QStringLiteral("state"), nameOf(proof.state)}, {QStringLiteral("lines"), lines}};
    if (proof.written) {
        json.insert(QStringLiteral("how"), *proof.written);
        return json;
    }
    json.insert(QStringLiteral("next"), nameOf(proof.how));
    json.insert(QStringLiteral("said"), proof.said);
    return json;
}

Result<ProofResult> proofFrom(const QJsonObject &json)
{
    proofjson::Reader reader(json, QStringLiteral("proof"));
    ProofResult proof;
    proof.state = reader.one<ProofResult::State>("state");
    if (reader.has("how")) {
        proof.written = reader.text("how");
    } else {
        proof.how = reader.one<ProofResult::How>("next");
        proof.said = reader.text("said");
    }
    const QJsonArray lines = reader.list("lines");
    if (!reader.wrong().isEmpty())
        return proofjson::unreadable(reader.wrong());
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const auto line = proofjson::lineFrom(lines[i].toObject(), QStringLiteral("proof.lines[%1]").arg(i));
        if (!line)
            return failure(line.error());
        proof.lines << *line;
    }
    return proof;
}

Result<std::optional<KeptProof>> keptProof(const RunRecord &run)
{
    const QJsonValue kept = run.result.value(QLatin1String("proof"));
    if (kept.isUndefined())
        return std::optional<KeptProof>();
    const auto proof = proofFrom(kept.toObject());
    if (!proof)
        return failure(proof.error());
    return KeptProof{kept[QLatin1String("user")].toString(), *proof};
}

Task<Outcome> keepProof(History &history, QString runId, KeptProof proof)
{
    const auto run = co_await history.run(runId);
    if (!run)
        co_return failure(run.error());
    RunRecord record = *run;
    QJsonObject json = toJson(proof.proof);
    json.insert(QStringLiteral("user"), proof.user);
    record.result.insert(QStringLiteral("proof"), json);
    co_return co_await history.update(record);
}

Task<Result<std::optional<RunRecord>>> provableRun(History &history, QString tenantId, QString appId)
{
    const auto runs = co_await history.runs();
    if (!runs)
        co_return failure(runs.error());
    for (const RunRecord &run : *runs)
        if (run.tenantId == tenantId && run.ids.appId == appId && run.state != RunState::Undone)
            co_return std::optional(run);
    co_return std::optional<RunRecord>();
}

} // namespace pimgate
