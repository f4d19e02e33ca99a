#include "pages/ErrorWords.h"

#include <QCoreApplication>

namespace pimgate {
namespace errorwords {

QString tr(const char *text)
{
    return QCoreApplication::translate("ErrorWords", text);
}

QString title(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Input:
        return tr("Something here cannot be used as it is");
    case Error::Kind::SignIn:
        return tr("The sign-in was not finished");
    case Error::Kind::Denied:
        return tr("Microsoft refused: something is not allowed");
    case Error::Kind::NotFound:
        return tr("It is not there");
    case Error::Kind::Invalid:
        return tr("Microsoft refused what was asked");
    case Error::Kind::Conflict:
        return tr("Somebody else changed it at the same time");
    case Error::Kind::Throttled:
        return tr("Microsoft asks everybody to slow down");
    case Error::Kind::Server:
        return tr("Microsoft could not answer");
    case Error::Kind::Network:
        return tr("There is no connection to Microsoft");
    case Error::Kind::Protocol:
        return tr("The answer cannot be understood");
    case Error::Kind::Storage:
        return tr("This computer could not keep or read something");
    case Error::Kind::Changed:
        return tr("The tenant changed while you were looking");
    case Error::Kind::Differs:
        return tr("Microsoft shows something else than was asked");
    case Error::Kind::Unsafe:
        return tr("Not sent: somebody could be locked out");
    case Error::Kind::Cancelled:
        return tr("Stopped");
    }
    return {};
}

QString who(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Denied:
        return tr("You with another role, or a Global Administrator of this tenant.");
    case Error::Kind::Throttled:
    case Error::Kind::Server:
        return tr("Microsoft.");
    case Error::Kind::Network:
        return tr("Whoever looks after the connection of this computer.");
    case Error::Kind::Protocol:
        return tr("The makers of this program, with the copied details.");
    case Error::Kind::Storage:
        return tr("You, on this computer.");
    default:
        return tr("You.");
    }
}

QString next(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Network:
        return tr("Look at the connection, then try again.");
    case Error::Kind::Throttled:
    case Error::Kind::Server:
        return tr("Try again in a few minutes. What was made stays and is not made twice.");
    case Error::Kind::Changed:
    case Error::Kind::Conflict:
        return tr("Read again and look at the new rows.");
    default:
        return tr("Read again, or copy the details for somebody who knows.");
    }
}

} // namespace errorwords

ErrorText errorText(const Error &error)
{
    const QString code =
        QStringList{error.status ? QString::number(error.status) : QString(), error.code}.join(QLatin1Char(' ')).trimmed();
    QStringList details;
    if (!code.isEmpty())
        details << code;
    if (!error.requestId.isEmpty())
        details << QCoreApplication::translate("ErrorWords", "request %1").arg(error.requestId);
    return {errorwords::title(error.kind), error.message, errorwords::who(error.kind),
            error.next.isEmpty() ? errorwords::next(error.kind) : error.next, details.join(QStringLiteral(" · "))};
}

} // namespace pimgate
