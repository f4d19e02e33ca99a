#include "pages/ErrorWords.h"

#include <QCoreApplication>

namespace pimgate {
namespace errorwords {

struct ErrorWordsText
{
    Q_DECLARE_TR_FUNCTIONS(ErrorWords)
};

QString title(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Input:
        return ErrorWordsText::tr("Something here cannot be used as it is");
    case Error::Kind::SignIn:
        return ErrorWordsText::tr("The sign-in was not finished");
    case Error::Kind::Denied:
        return ErrorWordsText::tr("Microsoft refused: something is not allowed");
    case Error::Kind::NotFound:
        return ErrorWordsText::tr("It is not there");
    case Error::Kind::Invalid:
        return ErrorWordsText::tr("Microsoft refused what was asked");
    case Error::Kind::Conflict:
        return ErrorWordsText::tr("Somebody else changed it at the same time");
    case Error::Kind::Throttled:
        return ErrorWordsText::tr("Microsoft asks everybody to slow down");
    case Error::Kind::Server:
        return ErrorWordsText::tr("Microsoft could not answer");
    case Error::Kind::Network:
        return ErrorWordsText::tr("There is no connection to Microsoft");
    case Error::Kind::Protocol:
        return ErrorWordsText::tr("The answer cannot be understood");
    case Error::Kind::Storage:
        return ErrorWordsText::tr("This computer could not keep or read something");
    case Error::Kind::Changed:
        return ErrorWordsText::tr("The tenant changed while you were looking");
    case Error::Kind::Differs:
        return ErrorWordsText::tr("Microsoft shows something else than was asked");
    case Error::Kind::Unsafe:
        return ErrorWordsText::tr("Not sent: somebody could be locked out");
    case Error::Kind::Cancelled:
        return ErrorWordsText::tr("Stopped");
    }
    return {};
}

QString who(const Error &error)
{
    if (!error.who.isEmpty())
        return error.who;
    switch (error.kind) {
    case Error::Kind::Denied:
        return ErrorWordsText::tr("You with another role, or a Global Administrator of this tenant.");
    case Error::Kind::Throttled:
    case Error::Kind::Server:
        return ErrorWordsText::tr("Microsoft.");
    case Error::Kind::Network:
        return ErrorWordsText::tr("Whoever looks after the connection of this computer.");
    case Error::Kind::Protocol:
        return ErrorWordsText::tr("The makers of this program, with the copied details.");
    case Error::Kind::Storage:
        return ErrorWordsText::tr("You, on this computer.");
    default:
        return ErrorWordsText::tr("You.");
    }
}

QString next(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Network:
        return ErrorWordsText::tr("Look at the connection, then try again.");
    case Error::Kind::Throttled:
    case Error::Kind::Server:
        return ErrorWordsText::tr("Try again in a few minutes. What was made stays and is not made twice.");
    case Error::Kind::Changed:
    case Error::Kind::Conflict:
        return ErrorWordsText::tr("Read again and look at the new rows.");
    default:
        return ErrorWordsText::tr("Read again, or copy the details for somebody who knows.");
    }
}

} // namespace errorwords

ErrorText errorText(const Error &error)
{
    return {errorwords::title(error.kind), error.message, errorwords::who(error),
            error.next.isEmpty() ? errorwords::next(error.kind) : error.next, error.references().join(QStringLiteral(" · "))};
}

} // namespace pimgate
