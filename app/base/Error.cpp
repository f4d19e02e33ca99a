#include "base/Error.h"

#include <QStringList>

namespace pimgate {

QString Error::text() const
{
    QString text = where.isEmpty() ? message : where + QLatin1String(": ") + message;
    if (!next.isEmpty())
        text += QLatin1Char(' ') + next;
    QStringList details;
    if (status != 0)
        details << QString::number(status);
    if (!code.isEmpty())
        details << code;
    if (!requestId.isEmpty())
        details << QLatin1String("request ") + requestId;
    if (!details.isEmpty())
        text += QLatin1String(" (") + details.join(QLatin1String(", ")) + QLatin1Char(')');
    return text;
}

} // namespace pimgate
