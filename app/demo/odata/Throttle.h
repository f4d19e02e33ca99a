#pragma once

#include "demo/odata/Router.h"
#include "demo/store/StateArchive.h"
#include "demo/store/Store.h"

#include <QDateTime>

#include <chrono>
#include <map>
#include <optional>

namespace pimgate::demo {

/// The limits of contract 1.6, on the tenant's clock, for the services that POST /demo/throttling has switched on.
class Throttle
{
public:
    struct Verdict
    {
        std::optional<Response> refusal;
        HttpHeaders headers = {}; ///< for the answer, also when it is admitted
    };
    Verdict admit(const Store &store, const Request &request);
    void reset() { m_used = {}; }

    struct Bucket
    {
        double tokens = 0;
        QDateTime filled;
    };
    /// So many requests in any such span; those refused do not count.
    struct Window
    {
        QList<QDateTime> times;
        /// Nothing when there is room, else how long until there is.
        std::optional<std::chrono::milliseconds> wait(const QDateTime &now, qsizetype limit, std::chrono::seconds span);
    };
    /// What was taken of the limits so far.
    struct Used
    {
        std::map<QString, Bucket> units;   ///< by application and tenant
        std::map<QString, Window> windows; ///< by limit, application and tenant
    };
    QJsonObject state() const;
    static Used usedIn(const QJsonValue &state, const QString &path, StateFault &fault);
    void become(Used used) { m_used = std::move(used); }

private:
    Verdict admitDirectory(const Store &store, const Request &request);
    std::optional<Response> overWrites(const Request &request, const QDateTime &now);
    static Response refusal(std::chrono::milliseconds wait);

    Used m_used;
};

/// POST /demo/throttling {"conditionalAccess", "directory", "reports"}: what is not named stays. The row "throttling" of
/// demoSettings. What is wrong with it, or nothing.
std::optional<QString> setThrottling(Store &store, const QJsonObject &body);

/// What a directory request costs in resource units. @param path without "/v1.0", "/me" or "/users/{id}"
int resourceUnits(const Request &request);

/// 429 as Graph words it (contract 1.2), without Retry-After.
Response tooManyRequests(const QString &code = {}, const QString &message = {});

} // namespace pimgate::demo
