#include "demo/store/DemoClock.h"

#include <QTimeZone>

namespace pimgate::demo {

DemoClock::DemoClock(double scale) : m_start(QDateTime::currentDateTimeUtc()), m_scale(scale)
{
    m_running.start();
}

QDateTime DemoClock::now() const
{
    const auto run = qint64(double(m_before + m_running.elapsed()) * m_scale);
    return m_start.addMSecs(run + std::chrono::milliseconds(m_advanced).count());
}

DemoClock::Setting DemoClock::setting() const
{
    return {m_start, m_advanced.count()};
}

void DemoClock::set(const Setting &setting)
{
    m_start = setting.start;
    m_before = setting.start.msecsTo(QDateTime::currentDateTimeUtc());
    m_running.restart();
    m_advanced = std::chrono::seconds(setting.advanced);
}

QString DemoClock::text(const QDateTime &moment)
{
    return moment.toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss")) + QLatin1Char('Z');
}

QDateTime DemoClock::parse(const QString &text)
{
    QString shorter = text;
    // Graph writes up to seven fractional digits; QDateTime reads three.
    const auto dot = shorter.indexOf(QLatin1Char('.'));
    if (dot > 0) {
        auto end = dot + 1;
        while (end < shorter.size() && shorter.at(end).isDigit())
            ++end;
        shorter.remove(dot, end - dot);
    }
    auto moment = QDateTime::fromString(shorter, Qt::ISODate);
    if (moment.isValid() && moment.timeSpec() == Qt::LocalTime)
        moment.setTimeZone(QTimeZone::utc());
    return moment.toUTC();
}

} // namespace pimgate::demo
