#pragma once

#include "base/Task.h"

#include <QDateTime>

#include <chrono>
#include <stop_token>

namespace pimgate {

/// Client time is the tenant's time: the local clock plus the offset learned from the last Date header. Token
/// lifetimes, countdowns and expiry all ask this clock. Nothing else starts a timer for protocol time.
class Clock
{
public:
    /// UTC.
    QDateTime now() const;
    /// @param date the Date header of an answer that has just arrived (whole seconds).
    void learn(const QDateTime &date);
    /// How far the local clock is behind the tenant's; tells a wrong computer clock.
    std::chrono::milliseconds offset() const { return m_offset; }

    /// How many times as fast the tenant's clock runs; 1 except on loopback. Divides every sleep.
    void setTimeScale(double scale);
    double timeScale() const { return m_scale; }

    /// Waits for that much of the tenant's time. False when stopped before the end.
    Task<bool> sleep(std::chrono::milliseconds tenantTime, std::stop_token stop);

private:
    QDateTime scaledNow() const;
    std::chrono::milliseconds m_offset{0};
    double m_scale = 1;
    QDateTime m_scaleStart; ///< local time when the scale was set; from there local time counts N times
};

} // namespace pimgate
