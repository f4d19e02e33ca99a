#include "base/Clock.h"

#include <QCoroTimer>
#include <QTimer>

#include <functional>

namespace pimgate {

QDateTime Clock::scaledNow() const
{
    const QDateTime local = QDateTime::currentDateTimeUtc();
    if (!m_scaleStart.isValid())
        return local;
    return m_scaleStart.addMSecs(qint64(double(m_scaleStart.msecsTo(local)) * m_scale));
}

QDateTime Clock::now() const
{
    return scaledNow().addMSecs(m_offset.count());
}

void Clock::learn(const QDateTime &date)
{
    if (!date.isValid())
        return;
    // A Date header is cut to whole seconds: anything within that second leaves the offset alone.
    const qint64 ahead = scaledNow().addMSecs(m_offset.count()).msecsTo(date);
    if (ahead > 0 || ahead < -1000)
        m_offset += std::chrono::milliseconds(ahead);
}

void Clock::setTimeScale(double scale)
{
    const QDateTime before = now();
    m_scaleStart = QDateTime::currentDateTimeUtc();
    m_scale = scale;
    m_offset = std::chrono::milliseconds(m_scaleStart.msecsTo(before));
}

Task<bool> Clock::sleep(std::chrono::milliseconds tenantTime, std::stop_token stop)
{
    if (stop.stop_requested())
        co_return false;
    const auto local = std::chrono::milliseconds(qint64(double(tenantTime.count()) / m_scale));
    QTimer timer;
    timer.setSingleShot(true);
    timer.start(local);
    // Stopping fires the timer at once; a stop is requested on the thread that sleeps.
    std::stop_callback<std::function<void()>> wake(stop, [&timer] { timer.start(0); });
    co_await timer;
    co_return !stop.stop_requested();
}

} // namespace pimgate
