#include "demo/TenantServer.h"
#include "demo/odata/BatchPlan.h"
#include "demo/odata/RequestReading.h"

#include <QJsonDocument>
#include <QUrl>
#include <QUuid>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The answer to a part as it stands in "responses".
QJsonObject batchAnswer(const QString &partId, const Response &response)
{
    QJsonObject headers;
    for (const auto &[name, value] : response.headers)
        headers.insert(QString::fromLatin1(name), QString::fromUtf8(value));
    QJsonObject answer{{u"id"_s, partId}, {u"status"_s, response.status}};
    if (response.json.isObject()) {
        headers.insert(u"Content-Type"_s, u"application/json"_s);
        answer.insert(u"body"_s, response.json);
    } else if (!response.contentType.isEmpty()) {
        headers.insert(u"Content-Type"_s, QString::fromLatin1(response.contentType));
        answer.insert(u"body"_s, QString::fromUtf8(response.text));
    }
    answer.insert(u"headers"_s, headers);
    return answer;
}

} // namespace

/// Contract 1.5.
TenantServer::Served TenantServer::serveBatch(const Request &batch, const QString &prefix)
{
    const auto fault = m_control.take("POST", u"/v1.0/$batch"_s);
    if (fault && (fault->status || fault->drop == u"before"))
        return applyFault(*fault, Router::Area::Graph, batch);
    const auto plan = planBatch(batch.body);
    if (!plan.problem.isEmpty())
        return {graphError(400, u"BadRequest"_s, plan.problem)};
    Served whole;
    std::vector<int> statuses(plan.parts.size(), 0);
    QJsonArray responses;
    for (const auto index : plan.order) {
        const auto &part = plan.parts[index];
        const bool failed =
            std::any_of(part.after.begin(), part.after.end(), [&](std::size_t before) { return statuses[before] >= 400; });
        auto served = failed ? Served{graphError(424, u"FailedDependency"_s,
                                                 u"The request was not executed: one that it depends on failed."_s)}
                             : serveBatchPart(batch, part.json, prefix);
        whole.delayMs = std::max(whole.delayMs, served.delayMs);
        whole.drop = whole.drop || served.drop;
        whole.garbage = whole.garbage || served.garbage;
        whole.truncated = whole.truncated || served.truncated;
        whole.fault = whole.fault || served.fault;
        statuses[index] = served.response.status;
        addErrorDetails(served.response, QUuid::createUuid().toByteArray(QUuid::WithoutBraces), {});
        responses.prepend(batchAnswer(part.id, served.response)); // any order is right: never the one of the requests
    }
    if (fault)
        disturb(whole, *fault);
    whole.response = Response::ok(QJsonObject{{u"responses"_s, responses}});
    return whole;
}

TenantServer::Served TenantServer::serveBatchPart(const Request &batch, const QJsonObject &part, const QString &prefix)
{
    auto url = part["url"_L1].toString();
    if (url.section(u'?', 0, 0).contains(u"://"_s))
        return {graphError(400, u"BadRequest"_s, u"Invalid URL: it has to be relative to the version of the batch."_s)};
    if (!url.startsWith(u'/'))
        url.prepend(u'/');
    HttpRequest http;
    http.method = part["method"_L1].toString().toUpper().toLatin1();
    http.target = (prefix + url).toUtf8();
    for (const auto &[name, value] : part["headers"_L1].toObject().toVariantMap().asKeyValueRange())
        http.headers[name.toLower().toLatin1()] = value.toString().toUtf8();
    auto request = readRequest(http, m_origin);
    request.path = request.path.mid(prefix.size());
    request.caller = batch.caller;
    if (const auto body = part["body"_L1]; !body.isUndefined() && !body.isNull()) {
        request.raw = body.isObject() ? QJsonDocument(body.toObject()).toJson(QJsonDocument::Compact) : QByteArray("[]");
        if (auto refusal = readJson(request))
            return {*refusal};
    }
    if (request.path.startsWith(u"/$batch"_s))
        return {graphError(400, u"BadRequest"_s, u"A batch cannot hold a batch."_s)};
    return serve(Router::Area::Graph, request, QUrl::fromPercentEncoding(http.target));
}

} // namespace pimgate::demo
