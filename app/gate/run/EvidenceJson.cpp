#include "gate/run/EvidenceJson.h"

#include <QCoreApplication>
#include <QJsonArray>

#include <algorithm>

namespace pimgate {
namespace evidencejson {

tl::unexpected<Error> unreadable(const QString &where)
{
    Error error;
    error.kind = Error::Kind::Storage;
    error.where = where;
    error.message = QCoreApplication::translate("EvidenceJson", "The evidence that history keeps cannot be read.");
    error.next = QCoreApplication::translate("EvidenceJson", "Apply the blueprint again: a new run asks anew.");
    return failure(error);
}

bool fits(const QJsonObject &json, std::initializer_list<const char *> members, QJsonValue::Type type)
{
    return std::all_of(members.begin(), members.end(),
                       [&](const char *member) { return json.value(QLatin1String(member)).type() == type; });
}

QJsonValue toJson(const std::optional<ArmingEvidence::Path> &path)
{
    if (!path)
        return QJsonValue::Null;
    return QJsonObject{
        {QStringLiteral("who"), path->who},
        {QStringLiteral("userId"), path->userId},
        {QStringLiteral("approvers"), QJsonArray::fromStringList(path->approvers)},
        {QStringLiteral("until"), path->until.isValid() ? QJsonValue(path->until.toUTC().toString(Qt::ISODate)) : QJsonValue()}};
}

/// Absent or null: evidence of a version that did not judge it.
Result<std::optional<ArmingEvidence::Path>> pathFrom(const QJsonValue &json)
{
    if (json.isUndefined() || json.isNull())
        return std::optional<ArmingEvidence::Path>();
    const QJsonObject one = json.toObject();
    if (!fits(one, {"who", "userId"}, QJsonValue::String) || !fits(one, {"approvers"}, QJsonValue::Array))
        return unreadable(QStringLiteral("evidence.path"));
    ArmingEvidence::Path path;
    path.who = one.value(QLatin1String("who")).toString();
    path.userId = one.value(QLatin1String("userId")).toString();
    for (const auto &name : one.value(QLatin1String("approvers")).toArray())
        path.approvers << name.toString();
    path.until = QDateTime::fromString(one.value(QLatin1String("until")).toString(), Qt::ISODate).toUTC();
    return path;
}

} // namespace evidencejson

QJsonObject toJson(const ArmingEvidence &evidence)
{
    QJsonArray lines;
    for (const ArmingEvidence::Line &line : evidence.lines)
        lines << QJsonObject{{QStringLiteral("who"), line.who},           {QStringLiteral("userId"), line.userId},
                             {QStringLiteral("role"), nameOf(line.role)}, {QStringLiteral("expectBlocked"), line.expectBlocked},
                             {QStringLiteral("blocked"), line.blocked},   {QStringLiteral("reasons"), line.reasons}};
    return {{QStringLiteral("at"), evidence.at.isValid() ? evidence.at.toUTC().toString(Qt::ISODate) : QString()},
            {QStringLiteral("complete"), evidence.complete()},
            {QStringLiteral("problem"), evidence.problem},
            {QStringLiteral("lines"), lines},
            {QStringLiteral("path"), evidencejson::toJson(evidence.path)}};
}

Result<ArmingEvidence> armingFrom(const QJsonObject &json)
{
    using evidencejson::fits;
    if (!fits(json, {"at", "problem"}, QJsonValue::String) || !fits(json, {"lines"}, QJsonValue::Array))
        return evidencejson::unreadable(QStringLiteral("evidence"));
    ArmingEvidence evidence;
    evidence.at = QDateTime::fromString(json.value(QLatin1String("at")).toString(), Qt::ISODate).toUTC();
    evidence.problem = json.value(QLatin1String("problem")).toString();
    const QJsonArray lines = json.value(QLatin1String("lines")).toArray();
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QJsonObject one = lines[i].toObject();
        if (!fits(one, {"who", "userId", "role", "reasons"}, QJsonValue::String) ||
            !fits(one, {"expectBlocked", "blocked"}, QJsonValue::Bool))
            return evidencejson::unreadable(QStringLiteral("evidence.lines[%1]").arg(i));
        ArmingEvidence::Line line;
        line.who = one.value(QLatin1String("who")).toString();
        line.userId = one.value(QLatin1String("userId")).toString();
        const auto role = fromName<ArmingRole>(one.value(QLatin1String("role")).toString());
        if (!role)
            return evidencejson::unreadable(QStringLiteral("evidence.lines[%1].role").arg(i));
        line.role = *role;
        line.expectBlocked = one.value(QLatin1String("expectBlocked")).toBool();
        line.blocked = one.value(QLatin1String("blocked")).toBool();
        line.reasons = one.value(QLatin1String("reasons")).toString();
        evidence.lines << line;
    }
    const auto path = evidencejson::pathFrom(json.value(QLatin1String("path")));
    if (!path)
        return failure(path.error());
    evidence.path = *path;
    return evidence;
}

Result<std::optional<ArmingEvidence>> keptArming(const RunRecord &run)
{
    const QJsonValue kept = run.result.value(QLatin1String("evidence"));
    if (kept.isUndefined())
        return std::optional<ArmingEvidence>();
    const auto evidence = armingFrom(kept.toObject());
    if (!evidence)
        return failure(evidence.error());
    return *evidence;
}

} // namespace pimgate
