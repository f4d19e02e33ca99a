#include "graph/Audit.h"

#include "graph/GraphService.h"
#include "graph/Json.h"

#include <algorithm>

namespace pimgate {
namespace {

constexpr int signInsPerPage = 1000;
constexpr int mostSignInPages = 20;

SignInRecord signInFrom(const QJsonObject &json)
{
    const QJsonObject status = Json::object(json, "status");
    SignInRecord record;
    record.id = Json::text(json, "id");
    record.at = Json::time(json, "createdDateTime");
    record.userId = Json::text(json, "userId");
    record.userName = Json::text(json, "userPrincipalName");
    record.userDisplayName = Json::text(json, "userDisplayName");
    record.errorCode = status.value(QStringLiteral("errorCode")).toInt();
    record.failureReason = Json::text(status, "failureReason");
    record.conditionalAccessStatus = Json::text(json, "conditionalAccessStatus");
    record.interactive = Json::flag(json, "isInteractive", true);
    return record;
}

} // namespace

Task<Result<QList<SignInRecord>>> Audit::signIns(QString appId, QDateTime since, QString userId, std::stop_token stop)
{
    QString filter = QLatin1String("appId eq ") + GraphService::literal(appId) + QLatin1String(" and createdDateTime ge ") +
                     since.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss")) + QLatin1Char('Z');
    if (!userId.isEmpty())
        filter += QLatin1String(" and userId eq ") + GraphService::literal(userId);
    const QString path = QLatin1String("/auditLogs/signIns?") +
                         GraphService::query({{"$filter", filter}, {"$top", QString::number(signInsPerPage)}});
    const auto found = co_await m_graph.list(path, false, signInsPerPage * mostSignInPages, stop);
    if (!found)
        co_return failure(found.error());
    QList<SignInRecord> records;
    for (const auto &value : *found)
        records << signInFrom(value.toObject());
    std::stable_sort(records.begin(), records.end(), [](const SignInRecord &a, const SignInRecord &b) { return a.at > b.at; });
    co_return records;
}

Task<Outcome> Audit::probe(std::stop_token stop)
{
    const QString path = QStringLiteral("/auditLogs/signIns?$top=1");
    const auto answer = co_await m_graph.get(path, stop);
    if (!answer)
        co_return failure(answer.error());
    co_return Outcome();
}

} // namespace pimgate
