#pragma once

#include "base/Clock.h"

#include <QString>

#include <deque>
#include <map>

namespace pimgate {

/// When the next request of a service may leave: the pace that Microsoft publishes for it (graph-contract 1.6), and the
/// wait that a refusal asks of everybody. One for all callers of a GraphService, so that one 429 slows them all.
class Pace
{
public:
    enum class Service { Directory, PrivilegedAccess, ConditionalAccess, Reports };

    explicit Pace(Clock &clock) : m_clock(clock) {}

    /// @param path below the version root.
    static Service serviceOf(const QString &path);
    /// Waits until a request of this service may leave. False when stopped before.
    Task<bool> turn(Service service, std::stop_token stop);
    /// The service asked to wait: nobody's request leaves before that is over.
    void hold(Service service, std::chrono::milliseconds wait);

private:
    struct Gate
    {
        std::deque<QDateTime> left; ///< when the last requests leave: as many as the pace counts
        QDateTime closedUntil;
    };
    QDateTime slot(const Gate &gate, Service service) const;

    Clock &m_clock;
    std::map<Service, Gate> m_gates;
};

} // namespace pimgate
