#include "graph/Pace.h"

#include <algorithm>

namespace pimgate {
namespace {

using namespace std::chrono_literals;

/// At most so many requests in so long; none: as fast as answers come.
struct Limit
{
    size_t requests = 0;
    std::chrono::milliseconds span{0};
};

Limit limitOf(Pace::Service service)
{
    switch (service) {
    case Pace::Service::ConditionalAccess:
        return {1, 1100ms}; // one a second in the whole tenant, and its 429 names no time
    case Pace::Service::Reports:
        return {5, 10s};
    case Pace::Service::Directory:
    case Pace::Service::PrivilegedAccess:
        break;
    }
    return {};
}

} // namespace

Pace::Service Pace::serviceOf(const QString &path)
{
    if (path.startsWith(QLatin1String("/identity/conditionalAccess/")))
        return Service::ConditionalAccess;
    if (path.startsWith(QLatin1String("/auditLogs/")))
        return Service::Reports;
    const bool pim = path.startsWith(QLatin1String("/identityGovernance/privilegedAccess/")) ||
                     path.startsWith(QLatin1String("/policies/roleManagementPolic"));
    return pim ? Service::PrivilegedAccess : Service::Directory;
}

QDateTime Pace::slot(const Gate &gate, Service service) const
{
    const Limit limit = limitOf(service);
    QDateTime at = m_clock.now();
    if (gate.closedUntil.isValid())
        at = std::max(at, gate.closedUntil);
    if (limit.requests > 0 && gate.left.size() == limit.requests)
        at = std::max(at, gate.left.front().addMSecs(limit.span.count()));
    return at;
}

Task<bool> Pace::turn(Service service, std::stop_token stop)
{
    Gate &gate = m_gates[service]; // a map keeps its places
    const size_t counted = limitOf(service).requests;
    const QDateTime mine = slot(gate, service);
    if (counted > 0) {
        gate.left.push_back(mine);
        if (gate.left.size() > counted)
            gate.left.pop_front();
    }
    for (QDateTime until = mine;;) {
        const std::chrono::milliseconds wait(m_clock.now().msecsTo(until));
        if (wait.count() <= 0)
            co_return !stop.stop_requested();
        const bool goesOn = co_await m_clock.sleep(wait, stop);
        if (!goesOn)
            co_return false;
        if (gate.closedUntil.isValid()) // it may have closed meanwhile
            until = std::max(until, gate.closedUntil);
    }
}

void Pace::hold(Service service, std::chrono::milliseconds wait)
{
    Gate &gate = m_gates[service];
    const QDateTime until = m_clock.now().addMSecs(wait.count());
    gate.closedUntil = gate.closedUntil.isValid() ? std::max(gate.closedUntil, until) : until;
}

} // namespace pimgate
