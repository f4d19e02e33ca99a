#pragma once

#include "demo/odata/Router.h"
#include "demo/store/Store.h"

#include <QDateTime>

#include <chrono>
#include <deque>
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
    void reset();

private:
    struct Bucket
    {
        double tokens = 0;
        QDateTime filled;
    };
    /// So many requests in any such span; those refused do not count.
    struct Window
    {
        std::deque<QDateTime> times;
        /// Nothing when there is room, else how long until there is.
        std::optional<std::chrono::milliseconds> wait(const QDateTime &now, std::size_t limit, std::chrono::seconds span);
    };

    Verdict admitDirectory(const Store &store, const Request &request);
    std::optional<Response> overWrites(const Request &request, const QDateTime &now);
    static Response refusal(std::chrono::milliseconds wait);

    std::map<QString, Bucket> m_units;   ///< by application and tenant
    std::map<QString, Window> m_windows; ///< by limit, application and tenant
};

/// POST /demo/throttling {"conditionalAccess", "directory", "reports"}: what is not named stays. The row "throttling" of
/// demoSettings. What is wrong with it, or nothing.
std::optional<QString> setThrottling(Store &store, const QJsonObject &body);

/// What a directory request costs in resource units. @param path without "/v1.0", "/me" or "/users/{id}"
int resourceUnits(const Request &request);

/// 429 as Graph words it (contract 1.2), without Retry-After.
Response tooManyRequests(const QString &code = {}, const QString &message = {});

} // namespace pimgate::demo
