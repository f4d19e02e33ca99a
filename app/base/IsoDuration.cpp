#include "base/IsoDuration.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>

namespace pimgate {
namespace {
struct IsoDurationText
{
    Q_DECLARE_TR_FUNCTIONS(IsoDuration)
};
} // namespace

Result<IsoDuration> IsoDuration::parse(const QString &text)
{
    static const QRegularExpression pattern(
        QStringLiteral("^P(?:(\\d{1,5})D)?(?:T(?=\\d)(?:(\\d{1,6})H)?(?:(\\d{1,6})M)?(?:(\\d{1,6})S)?)?\\z"));
    const auto match = pattern.match(text);
    const auto part = [&](int i) { return match.captured(i).toLongLong(); };
    const std::chrono::seconds value{part(1) * 86400 + part(2) * 3600 + part(3) * 60 + part(4)};
    if (!match.hasMatch() || value.count() == 0)
        return failure(Error::Kind::Input, IsoDurationText::tr("“%1” is not a duration that Microsoft takes.").arg(text),
                       IsoDurationText::tr(
                           "Write days, hours or minutes, such as P180D, PT4H or PT30M; years, months and weeks are refused."));
    return IsoDuration(value);
}

QString IsoDuration::toString() const
{
    qint64 rest = m_value.count();
    const qint64 days = rest / 86400;
    rest %= 86400;
    QString text = QLatin1String("P");
    if (days > 0)
        text += QString::number(days) + QLatin1Char('D');
    if (rest > 0 || days == 0)
        text += QLatin1Char('T');
    if (const qint64 hours = rest / 3600; hours > 0)
        text += QString::number(hours) + QLatin1Char('H');
    if (const qint64 minutes = rest % 3600 / 60; minutes > 0)
        text += QString::number(minutes) + QLatin1Char('M');
    if (const qint64 seconds = rest % 60; seconds > 0 || m_value.count() == 0)
        text += QString::number(seconds) + QLatin1Char('S');
    return text;
}

QString IsoDuration::human() const
{
    qint64 rest = m_value.count();
    QStringList parts;
    if (const int days = int(rest / 86400); days > 0)
        parts << IsoDurationText::tr("%n day(s)", nullptr, days);
    rest %= 86400;
    if (const int hours = int(rest / 3600); hours > 0)
        parts << IsoDurationText::tr("%n hour(s)", nullptr, hours);
    if (const int minutes = int(rest % 3600 / 60); minutes > 0)
        parts << IsoDurationText::tr("%n minute(s)", nullptr, minutes);
    if (const int seconds = int(rest % 60); seconds > 0 || parts.isEmpty())
        parts << IsoDurationText::tr("%n second(s)", nullptr, seconds);
    return parts.join(QLatin1Char(' '));
}

} // namespace pimgate
