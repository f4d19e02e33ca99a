#pragma once

#include <QDateTime>
#include <QElapsedTimer>
#include <QString>

#include <chrono>

namespace pimgate::demo {

/// The tenant's own time. It starts at the machine's time, runs `scale` times as fast and can be advanced by hand;
/// it never goes back, unless a state brings its own time. Every lifetime in the tenant (tokens, schedules, approvals, log
/// records) asks this clock.
class DemoClock
{
public:
    static constexpr int lastYear = 3000; ///< moments are written with four digits

    explicit DemoClock(double scale = 1);

    /// UTC, with milliseconds.
    QDateTime now() const;
    void advance(std::chrono::seconds by) { m_advanced += by; }
    double scale() const { return m_scale; }

    /// What the time follows from, at any moment: the machine's time at the start, and what was added by hand.
    struct Setting
    {
        QDateTime start;
        qint64 advanced = 0; ///< seconds
    };
    Setting setting() const;
    /// From now on this clock shows what one with this setting does.
    void set(const Setting &setting);

    /// "2026-03-01T09:30:00Z": the form in which Graph writes a moment.
    static QString text(const QDateTime &moment);
    /// Reads what clients send; invalid when it is no moment.
    static QDateTime parse(const QString &text);

private:
    QDateTime m_start;
    qint64 m_before = 0; ///< milliseconds from m_start to where m_running begins
    QElapsedTimer m_running;
    std::chrono::seconds m_advanced{0};
    double m_scale;
};

} // namespace pimgate::demo
