#include "demo/odata/Throttle.h"

#include "demo/odata/Service.h"

#include <algorithm>
#include <cmath>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace {

const auto throttlingTable = u"demoSettings"_s;
const auto throttlingRow = u"throttling"_s;

constexpr auto unitSpan = 10s;
constexpr qsizetype applicationWrites = 3000;
constexpr auto applicationWriteSpan = 150s;
constexpr qsizetype tenantWrites = 18000;
constexpr auto tenantWriteSpan = 300s;
constexpr qsizetype reportRequests = 5;
constexpr auto reportSpan = 10s;
constexpr double tellFrom = 0.8; ///< of the limit: from here on the answers say how near it is

int unitLimit(qsizetype users)
{
    return users < 50 ? 3500 : users <= 500 ? 5000 : 8000;
}

bool throttles(const QJsonObject &settings, const QString &service)
{
    if (service == services::directory || service == services::appRoleAssignments)
        return settings["directory"_L1].toBool();
    if (service == services::reports)
        return settings["reports"_L1].toBool();
    const bool conditionalAccess = service == services::conditionalAccess || service == services::namedLocations ||
                                   service == services::authenticationContexts || service == services::identityProtection;
    return conditionalAccess && settings["conditionalAccess"_L1].toBool();
}

int baseCost(const QByteArray &method, const QString &path)
{
    static const QRegularExpression members(u"^/groups/[^/]+/members$"_s, QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression transitiveMembers(u"^/groups/[^/]+/transitiveMembers(/|$)"_s,
                                                      QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression memberOf(u"^/(me|users/[^/]+)/transitiveMemberOf(/|$)"_s,
                                             QRegularExpression::CaseInsensitiveOption);
    if (method == "POST")
        return path.endsWith("/checkMemberGroups"_L1, Qt::CaseInsensitive) ? 4 : 1;
    if (method != "GET")
        return 1;
    if (members.match(path).hasMatch() || path.compare("/subscribedSkus"_L1, Qt::CaseInsensitive) == 0)
        return 3;
    if (transitiveMembers.match(path).hasMatch())
        return 5;
    if (path.compare("/users"_L1, Qt::CaseInsensitive) == 0 || memberOf.match(path).hasMatch())
        return 2;
    return 1;
}

QByteArray seconds(std::chrono::milliseconds wait)
{
    return QByteArray::number(std::max<qint64>(1, (wait.count() + 999) / 1000));
}

} // namespace

Response tooManyRequests(const QString &code, const QString &message)
{
    const QJsonObject inner{{u"code"_s, u"429"_s}, {u"message"_s, u"Please retry after"_s}, {u"status"_s, u"429"_s}};
    return {429,
            QJsonObject{{u"error"_s, QJsonObject{{u"code"_s, code.isEmpty() ? u"TooManyRequests"_s : code},
                                                 {u"innerError"_s, inner},
                                                 {u"message"_s, message.isEmpty() ? u"Please retry again later."_s : message}}}}};
}

std::optional<QString> setThrottling(Store &store, const QJsonObject &body)
{
    const auto *before = store.find(throttlingTable, throttlingRow);
    auto row = before ? *before : QJsonObject{{u"id"_s, throttlingRow}};
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (it.key() != u"conditionalAccess" && it.key() != u"directory" && it.key() != u"reports")
            return u"There is no throttling of '%1'."_s.arg(it.key());
        if (!it.value().isBool())
            return u"'%1' is true or false."_s.arg(it.key());
        row.insert(it.key(), it.value());
    }
    row.insert(u"resourceUnits"_s, unitLimit(store.rows(u"users"_s).size()));
    store.put(throttlingTable, row);
    return {};
}

int resourceUnits(const Request &request)
{
    const auto top = request.query.constFind(u"$top"_s);
    const bool few = top != request.query.constEnd() && top->toInt() > 0 && top->toInt() < 20;
    const int cost = baseCost(request.method, request.path) - (request.query.contains(u"$select"_s) ? 1 : 0) +
                     (request.query.contains(u"$expand"_s) ? 1 : 0) - (few ? 1 : 0);
    return std::max(1, cost);
}

std::optional<std::chrono::milliseconds> Throttle::Window::wait(const QDateTime &now, qsizetype limit, std::chrono::seconds span)
{
    const auto end = now.addMSecs(-std::chrono::milliseconds(span).count());
    while (!times.isEmpty() && times.front() <= end)
        times.pop_front();
    if (times.size() >= limit)
        return std::chrono::milliseconds(end.msecsTo(times.front()));
    return {};
}

template <typename Archive>
void describe(Archive &archive, Throttle::Bucket &bucket)
{
    archive("tokens", bucket.tokens);
    archive("filledDateTime", bucket.filled);
}

template <typename Archive>
void describe(Archive &archive, Throttle::Window &window)
{
    archive("times", window.times);
}

template <typename Archive>
void describe(Archive &archive, Throttle::Used &used)
{
    archive("units", used.units);
    archive("windows", used.windows);
}

QJsonObject Throttle::state() const
{
    return StateWriter::written(m_used);
}

Throttle::Used Throttle::usedIn(const QJsonValue &state, const QString &path, StateFault &fault)
{
    Used used;
    StateReader::read(state, path, fault, used);
    return used;
}

Response Throttle::refusal(std::chrono::milliseconds wait)
{
    auto response = tooManyRequests();
    response.headers.emplaceBack("Retry-After", seconds(wait));
    return response;
}

Throttle::Verdict Throttle::admit(const Store &store, const Request &request)
{
    const auto *settings = store.find(throttlingTable, throttlingRow);
    const auto service = serviceOf(request.method, request.path);
    if (!settings || !throttles(*settings, service))
        return {};
    if (service == services::directory || service == services::appRoleAssignments)
        return admitDirectory(store, request);
    const auto now = store.now();
    const bool report = service == services::reports;
    auto &window = report ? m_used.windows[u"reports|"_s + request.caller.clientId + u'|' + request.caller.tid]
                          : m_used.windows[u"conditionalAccess|"_s + request.caller.tid];
    const auto wait = window.wait(now, report ? reportRequests : 1, report ? reportSpan : 1s);
    if (wait)
        return {report ? refusal(*wait) : tooManyRequests()}; // Conditional Access does not say how long
    window.times.append(now);
    return {};
}

std::optional<Response> Throttle::overWrites(const Request &request, const QDateTime &now)
{
    if (request.method == "GET")
        return {};
    auto &application = m_used.windows[u"writes|"_s + request.caller.clientId + u'|' + request.caller.tid];
    auto &tenant = m_used.windows[u"writes|"_s + request.caller.tid];
    auto wait = application.wait(now, applicationWrites, applicationWriteSpan);
    if (!wait)
        wait = tenant.wait(now, tenantWrites, tenantWriteSpan);
    if (wait)
        return refusal(*wait);
    application.times.append(now);
    tenant.times.append(now);
    return {};
}

Throttle::Verdict Throttle::admitDirectory(const Store &store, const Request &request)
{
    const auto now = store.now();
    const auto scope = [&](const char *limit) {
        return "Tenant_Application/" + QByteArray(limit) + '/' + request.caller.clientId.toLatin1() + '/' +
               request.caller.tid.toLatin1();
    };
    if (auto refused = overWrites(request, now)) {
        refused->headers.emplaceBack("x-ms-throttle-scope", scope("Write"));
        refused->headers.emplaceBack("x-ms-throttle-information", "WriteLimitExceeded");
        return {*refused};
    }
    const double limit = store.find(throttlingTable, throttlingRow)->value("resourceUnits"_L1).toInt();
    const double perMillisecond = limit / std::chrono::milliseconds(unitSpan).count();
    auto &bucket = m_used.units[request.caller.clientId + u'|' + request.caller.tid];
    bucket.tokens =
        bucket.filled.isValid() ? std::min(limit, bucket.tokens + double(bucket.filled.msecsTo(now)) * perMillisecond) : limit;
    bucket.filled = now;
    const int cost = resourceUnits(request);
    const double used = (limit - bucket.tokens + cost) / limit;
    Verdict verdict;
    verdict.headers.emplaceBack("x-ms-resource-unit", QByteArray::number(cost));
    if (used >= tellFrom)
        verdict.headers.emplaceBack("x-ms-throttle-limit-percentage", QByteArray::number(std::min(used, 1.8), 'f', 2));
    if (bucket.tokens < cost) {
        const auto missing = std::chrono::milliseconds(qint64(std::ceil((cost - bucket.tokens) / perMillisecond)));
        verdict.refusal = refusal(missing);
        verdict.headers.emplaceBack("x-ms-throttle-scope", scope("ReadWrite"));
        verdict.headers.emplaceBack("x-ms-throttle-information", "ResourceUnitLimitExceeded");
    } else {
        bucket.tokens -= cost;
    }
    return verdict;
}

} // namespace pimgate::demo
