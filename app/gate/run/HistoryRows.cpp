#include "gate/run/HistoryRows.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

namespace pimgate {
namespace historyfile {

QString stamp(const QDateTime &at)
{
    return at.isValid() ? at.toUTC().toString(Qt::ISODateWithMs) : QString();
}

namespace {

QDateTime time(const QVariant &stamp)
{
    return QDateTime::fromString(stamp.toString(), Qt::ISODateWithMs);
}

} // namespace

QString text(const QJsonObject &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

namespace {

QJsonObject object(const QVariant &text)
{
    return QJsonDocument::fromJson(text.toString().toUtf8()).object();
}

} // namespace

QJsonObject toJson(const Ids &ids)
{
    return {{QStringLiteral("run"), ids.run},
            {QStringLiteral("appId"), ids.appId},
            {QStringLiteral("servicePrincipalId"), ids.servicePrincipalId},
            {QStringLiteral("groupId"), ids.groupId},
            {QStringLiteral("policyId"), ids.policyId}};
}

namespace {

Ids idsFrom(const QJsonObject &json)
{
    Ids ids;
    ids.run = json.value(QLatin1String("run")).toString();
    ids.appId = json.value(QLatin1String("appId")).toString();
    ids.servicePrincipalId = json.value(QLatin1String("servicePrincipalId")).toString();
    ids.groupId = json.value(QLatin1String("groupId")).toString();
    ids.policyId = json.value(QLatin1String("policyId")).toString();
    return ids;
}

} // namespace

namespace {

struct RowText
{
    Q_DECLARE_TR_FUNCTIONS(History)
};

tl::unexpected<Error> unreadable(const QString &message)
{
    return failure(Error::Kind::Storage, message,
                   RowText::tr("It was damaged, or a newer version of this program wrote it. Use that version, or look at the "
                               "tenant in the Entra admin center."));
}

} // namespace

Result<RunRecord> runFrom(const QSqlQuery &row)
{
    RunRecord run;
    run.id = row.value(0).toString();
    run.started = time(row.value(1));
    run.ended = time(row.value(2));
    run.cloud = row.value(3).toString();
    run.tenantId = row.value(4).toString();
    run.tenantName = row.value(5).toString();
    run.operatorName = row.value(6).toString();
    run.demo = row.value(7).toInt() != 0;
    run.application = row.value(8).toString();
    run.blueprint = object(row.value(9));
    const auto state = fromName<RunState>(row.value(10).toString());
    if (!state)
        return unreadable(RowText::tr("Run %1 of the history cannot be read.").arg(run.id));
    run.state = *state;
    run.ids = idsFrom(object(row.value(11)));
    run.result = object(row.value(12));
    return run;
}

Result<ChangeRecord> changeRecordFrom(const QSqlQuery &row, const QString &run)
{
    ChangeRecord record;
    record.sequence = row.value(0).toInt();
    const auto change = changeFrom(object(row.value(1)));
    const auto outcome = fromName<ChangeOutcome>(row.value(2).toString());
    if (!change || !outcome)
        return unreadable(RowText::tr("Change %1 of run %2 in the history cannot be read.").arg(record.sequence).arg(run));
    record.change = *change;
    record.outcome = *outcome;
    record.note = row.value(3).toString();
    record.evidence = object(row.value(4));
    record.intended = time(row.value(5));
    record.finished = time(row.value(6));
    return record;
}

} // namespace historyfile

QJsonObject toJson(const Change &change)
{
    QJsonArray details;
    for (const ChangeDetail &detail : change.details)
        details << QJsonObject{{QStringLiteral("what"), detail.what},
                               {QStringLiteral("now"), detail.now},
                               {QStringLiteral("asked"), detail.asked},
                               {QStringLiteral("same"), detail.same}};
    QJsonArray waitsFor;
    for (const ChangeKey &key : change.waitsFor)
        waitsFor << key.toString();
    return {{QStringLiteral("key"), change.key.toString()},
            {QStringLiteral("step"), int(change.step)},
            {QStringLiteral("kind"), change.closing() ? QStringLiteral("closing") : QStringLiteral("opening")},
            {QStringLiteral("what"), change.what},
            {QStringLiteral("before"), change.before},
            {QStringLiteral("after"), change.after},
            {QStringLiteral("sentence"), change.sentence},
            {QStringLiteral("done"), change.done},
            {QStringLiteral("undoable"), change.undoable},
            {QStringLiteral("undo"), change.undo},
            {QStringLiteral("waitsFor"), waitsFor},
            {QStringLiteral("targetId"), change.targetId},
            {QStringLiteral("wanted"), change.wanted},
            {QStringLiteral("original"), change.original},
            {QStringLiteral("seen"), change.seen},
            {QStringLiteral("details"), details}};
}

std::optional<Change> changeFrom(const QJsonObject &json)
{
    const auto string = [&json](const char *key) { return json.value(QLatin1String(key)).toString(); };
    const auto key = ChangeKey::parse(string("key"));
    if (!key)
        return {};
    Change change;
    change.key = *key;
    change.step = StepId(json.value(QLatin1String("step")).toInt(1));
    change.kind = string("kind") == QLatin1String("closing") ? Change::Kind::Closing : Change::Kind::Opening;
    change.what = string("what");
    change.before = string("before");
    change.after = string("after");
    change.sentence = string("sentence");
    change.done = json.value(QLatin1String("done")).toBool();
    change.undoable = json.value(QLatin1String("undoable")).toBool(true);
    change.undo = string("undo");
    change.targetId = string("targetId");
    change.wanted = json.value(QLatin1String("wanted")).toObject();
    change.original = json.value(QLatin1String("original")).toObject();
    change.seen = json.value(QLatin1String("seen")).toObject();
    const QJsonArray keys = json.value(QLatin1String("waitsFor")).toArray();
    for (const QJsonValue &text : keys) {
        const auto waited = ChangeKey::parse(text.toString());
        if (!waited)
            return {};
        change.waitsFor << *waited;
    }
    const QJsonArray details = json.value(QLatin1String("details")).toArray();
    for (const QJsonValue &one : details)
        change.details << ChangeDetail{one[QLatin1String("what")].toString(), one[QLatin1String("now")].toString(),
                                       one[QLatin1String("asked")].toString(), one[QLatin1String("same")].toBool()};
    return change;
}

} // namespace pimgate
