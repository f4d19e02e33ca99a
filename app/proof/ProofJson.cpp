#include "proof/ProofJson.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <array>

namespace pimgate {
namespace proofjson {

constexpr std::array moments{"blocked", "requested", "approved", "active", "ended"};
constexpr std::array lineStates{"toCome", "working", "passed", "failed", "skipped"};
constexpr std::array labels{"simulated", "playedInDemo", "evaluatedByMicrosoft", "observed"};
constexpr std::array states{"passed", "failed", "pending"};
constexpr std::array locks{"open", "shut", "reportOnly", "off", "unknown"};

template <class Enum, std::size_t Size>
QString name(const std::array<const char *, Size> &names, Enum value)
{
    return QLatin1String(names[std::size_t(value)]);
}

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

    template <class Enum, std::size_t Size>
    Enum one(const char *member, const std::array<const char *, Size> &names)
    {
        const QString written = text(member);
        for (std::size_t i = 0; i < Size; ++i)
            if (written == QLatin1String(names[i]))
                return Enum(i);
        blame(member);
        return Enum(0);
    }

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
    verdict.assignment = reader.one<Verdict::Lock>("assignment", locks);
    verdict.policy = reader.one<Verdict::Lock>("policy", locks);
    verdict.letIn = reader.flag("letIn");
    verdict.enforced = reader.flag("enforced");
    verdict.member = reader.flag("member");
    verdict.assignmentReason = reader.text("assignmentReason");
    verdict.policyReason = reader.text("policyReason");
    verdict.sentence = reader.text("sentence");
    verdict.expectedError = reader.number("expectedError");
    if (!reader.wrong().isEmpty())
        return unreadable(reader.wrong());
    return verdict;
}

Result<ProofLine> lineFrom(const QJsonObject &json, const QString &path)
{
    Reader reader(json, path);
    ProofLine line;
    line.moment = reader.one<ProofLine::Moment>("moment", moments);
    line.state = reader.one<ProofLine::State>("state", lineStates);
    line.at = reader.time("at");
    line.who = reader.text("who");
    line.done = reader.text("done");
    line.expected = reader.text("expected");
    line.happened = reader.text("happened");
    line.errorCode = reader.number("errorCode");
    line.recordId = reader.text("recordId");
    line.label = reader.one<ProofLabel>("label", labels);
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

QString nameOf(ProofLine::Moment moment)
{
    return proofjson::name(proofjson::moments, moment);
}

QString nameOf(ProofLine::State state)
{
    return proofjson::name(proofjson::lineStates, state);
}

QString nameOf(ProofLabel label)
{
    return proofjson::name(proofjson::labels, label);
}

QString nameOf(ProofResult::State state)
{
    return proofjson::name(proofjson::states, state);
}

QString nameOf(Verdict::Lock lock)
{
    return proofjson::name(proofjson::locks, lock);
}

QJsonObject toJson(const Verdict &verdict)
{
    return {{QStringLiteral("assignment"), nameOf(verdict.assignment)},
            {QStringLiteral("assignmentReason"), verdict.assignmentReason},
            {QStringLiteral("policy"), nameOf(verdict.policy)},
            {QStringLiteral("policyReason"), verdict.policyReason},
            {QStringLiteral("letIn"), verdict.letIn},
            {QStringLiteral("enforced"), verdict.enforced},
            {QStringLiteral("member"), verdict.member},
            {QStringLiteral("expectedError"), verdict.expectedError},
            {QStringLiteral("sentence"), verdict.sentence}};
}

QJsonObject toJson(const ProofLine &line)
{
    return {{QStringLiteral("moment"), nameOf(line.moment)},
            {QStringLiteral("state"), nameOf(line.state)},
            {QStringLiteral("at"), proofjson::text(line.at)},
            {QStringLiteral("who"), line.who},
            {QStringLiteral("done"), line.done},
            {QStringLiteral("expected"), line.expected},
            {QStringLiteral("happened"), line.happened},
            {QStringLiteral("errorCode"), line.errorCode},
            {QStringLiteral("recordId"), line.recordId},
            {QStringLiteral("label"), nameOf(line.label)},
            {QStringLiteral("verdict"), toJson(line.verdict)},
            {QStringLiteral("agrees"), line.agrees}};
}

QJsonObject toJson(const ProofResult &proof)
{
    QJsonArray lines;
    for (const ProofLine &line : proof.lines)
        lines << toJson(line);
    return {{QStringLiteral("state"), nameOf(proof.state)}, {QStringLiteral("how"), proof.how}, {QStringLiteral("lines"), lines}};
}

Result<ProofResult> proofFrom(const QJsonObject &json)
{
    proofjson::Reader reader(json, QStringLiteral("proof"));
    ProofResult proof;
    proof.state = reader.one<ProofResult::State>("state", proofjson::states);
    proof.how = reader.text("how");
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
