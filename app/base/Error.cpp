#include "base/Error.h"

#include <QCoreApplication>

namespace pimgate {

QString Error::text() const
{
    QString text = where.isEmpty() ? message : where + QLatin1String(": ") + message;
    if (!next.isEmpty())
        text += QLatin1Char(' ') + next;
    if (const QStringList details = references(); !details.isEmpty())
        text += QLatin1String(" (") + details.join(QLatin1String(", ")) + QLatin1Char(')');
    return text;
}

QStringList Error::references() const
{
    const QString number = status != 0 ? QString::number(status) : QString();
    QStringList list;
    if (const QString answer = QString(number + QLatin1Char(' ') + code).trimmed(); !answer.isEmpty())
        list << answer;
    if (!requestId.isEmpty())
        list << QCoreApplication::translate("Error", "request %1").arg(requestId);
    if (!traceId.isEmpty())
        list << QCoreApplication::translate("Error", "trace %1").arg(traceId);
    if (at.isValid())
        list << at.toUTC().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss")) + QLatin1String(" UTC");
    return list;
}

} // namespace pimgate
