#include "identity/SignInErrors.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <array>

namespace pimgate::SignInErrors {
namespace {

struct SignInWords
{
    int code;
    const char *message;
    const char *next;
};

// graph-contract 16.1
constexpr std::array signInWords{
    SignInWords{16000, QT_TRANSLATE_NOOP("SignIn", "This account is not in the tenant."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in with an account of this tenant.")},
    SignInWords{50011, QT_TRANSLATE_NOOP("SignIn", "The client has no reply address http://localhost."),
                QT_TRANSLATE_NOOP("SignIn", "Add http://localhost under “Mobile and desktop applications” of its registration.")},
    SignInWords{50020, QT_TRANSLATE_NOOP("SignIn", "This account comes from elsewhere and is not in the tenant."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in with an account of this tenant, or have it invited.")},
    SignInWords{50034, QT_TRANSLATE_NOOP("SignIn", "The tenant does not know this account."),
                QT_TRANSLATE_NOOP("SignIn", "Check the user name.")},
    SignInWords{50053, QT_TRANSLATE_NOOP("SignIn", "The account is locked after too many attempts, or the address is blocked."),
                QT_TRANSLATE_NOOP("SignIn", "Wait a while, or ask an administrator.")},
    SignInWords{50055, QT_TRANSLATE_NOOP("SignIn", "The password has expired."),
                QT_TRANSLATE_NOOP("SignIn", "Change it in the browser, then sign in again.")},
    SignInWords{50057, QT_TRANSLATE_NOOP("SignIn", "The account is disabled."),
                QT_TRANSLATE_NOOP("SignIn", "Use another account, or have it enabled.")},
    SignInWords{50058, QT_TRANSLATE_NOOP("SignIn", "Nobody is signed in for a silent sign-in."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser.")},
    SignInWords{50072, QT_TRANSLATE_NOOP("SignIn", "The account must register for multifactor authentication."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser and finish the registration.")},
    SignInWords{50074, QT_TRANSLATE_NOOP("SignIn", "Multifactor authentication is required."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in again and confirm the second factor.")},
    SignInWords{50076, QT_TRANSLATE_NOOP("SignIn", "Multifactor authentication is required."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in again and confirm the second factor.")},
    SignInWords{50079, QT_TRANSLATE_NOOP("SignIn", "The account must register for multifactor authentication."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in through the browser and finish the registration.")},
    SignInWords{50105, QT_TRANSLATE_NOOP("SignIn", "This account is not assigned to the application."),
                QT_TRANSLATE_NOOP("SignIn", "Have the account or a group of it assigned.")},
    SignInWords{50126, QT_TRANSLATE_NOOP("SignIn", "The user name or the password is wrong."),
                QT_TRANSLATE_NOOP("SignIn", "Try again.")},
    SignInWords{50133, QT_TRANSLATE_NOOP("SignIn", "The session has been revoked."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    SignInWords{50173, QT_TRANSLATE_NOOP("SignIn", "The session has been revoked."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    SignInWords{53000, QT_TRANSLATE_NOOP("SignIn", "A Conditional Access policy wants a compliant device."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in from a device that your organization manages.")},
    SignInWords{53003, QT_TRANSLATE_NOOP("SignIn", "A Conditional Access policy blocks this sign-in."),
                QT_TRANSLATE_NOOP("SignIn", "The sign-in log names the policy.")},
    SignInWords{54005, QT_TRANSLATE_NOOP("SignIn", "The sign-in code has been used already."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    SignInWords{65001, QT_TRANSLATE_NOOP("SignIn", "Nobody has consented to these permissions in this tenant."),
                QT_TRANSLATE_NOOP("SignIn", "Have an administrator grant consent, then sign in again.")},
    SignInWords{65004, QT_TRANSLATE_NOOP("SignIn", "The consent was declined."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in again and accept, or ask an administrator.")},
    SignInWords{70008, QT_TRANSLATE_NOOP("SignIn", "The sign-in has expired."), QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    SignInWords{70043, QT_TRANSLATE_NOOP("SignIn", "The tenant wants a fresh sign-in."),
                QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    SignInWords{90002, QT_TRANSLATE_NOOP("SignIn", "This tenant does not exist."),
                QT_TRANSLATE_NOOP("SignIn", "Check the domain or the tenant id.")},
    SignInWords{90094, QT_TRANSLATE_NOOP("SignIn", "An administrator must consent to these permissions."),
                QT_TRANSLATE_NOOP("SignIn", "Have an administrator grant consent, then sign in again.")},
    SignInWords{700016, QT_TRANSLATE_NOOP("SignIn", "The tenant does not know this client."),
                QT_TRANSLATE_NOOP("SignIn", "Check the client id, or register the client in this tenant.")},
    SignInWords{700082, QT_TRANSLATE_NOOP("SignIn", "The sign-in has expired."), QT_TRANSLATE_NOOP("SignIn", "Sign in again.")},
    SignInWords{7000218, QT_TRANSLATE_NOOP("SignIn", "This client is not a public client."),
                QT_TRANSLATE_NOOP("SignIn", "Allow public client flows in its registration.")},
};

int numberIn(const QString &description)
{
    static const QRegularExpression pattern(QStringLiteral("AADSTS(\\d{4,9})"));
    return pattern.match(description).captured(1).toInt();
}

/// The first sentence of the host's text, without its trace lines.
QString brief(const QString &description)
{
    static const QRegularExpression trailer(QStringLiteral("\\s*(Trace ID|Correlation ID|Timestamp):.*"),
                                            QRegularExpression::DotMatchesEverythingOption);
    QString text = description;
    text.remove(trailer);
    return text.simplified().left(200);
}

QString correlationIn(const QString &description)
{
    static const QRegularExpression pattern(QStringLiteral("Correlation ID:\\s*([0-9a-fA-F-]{36})"));
    return pattern.match(description).captured(1);
}

} // namespace

Error from(const QString &error, const QString &description, int status)
{
    Error result;
    result.kind = Error::Kind::SignIn;
    result.status = status;
    result.requestId = correlationIn(description);
    const int number = numberIn(description);
    result.code = number ? QStringLiteral("AADSTS%1").arg(number) : error;
    for (const auto &known : signInWords) {
        if (known.code == number) {
            result.message = QCoreApplication::translate("SignIn", known.message);
            result.next = QCoreApplication::translate("SignIn", known.next);
            return result;
        }
    }
    const QString said = description.isEmpty() ? error : brief(description);
    result.message = error == QLatin1String("access_denied")
                         ? QCoreApplication::translate("SignIn", "The sign-in was refused: %1").arg(said)
                         : QCoreApplication::translate("SignIn", "The sign-in host says no: %1").arg(said);
    result.next = QCoreApplication::translate("SignIn", "Sign in again; if it stays so, give the code to your administrator.");
    return result;
}

Error fromTokenAnswer(int status, const QByteArray &body)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    const QString code = json.value(QStringLiteral("error")).toString();
    if (code.isEmpty()) {
        Error error;
        error.kind = status >= 500 ? Error::Kind::Server : Error::Kind::Protocol;
        error.status = status;
        error.message = QCoreApplication::translate("SignIn", "The sign-in host gave no token and no reason.");
        error.next = QCoreApplication::translate("SignIn", "Sign in again in a few minutes.");
        return error;
    }
    Error error = from(code, json.value(QStringLiteral("error_description")).toString(), status);
    error.claims = json.value(QStringLiteral("claims")).toString();
    if (error.requestId.isEmpty())
        error.requestId = json.value(QStringLiteral("correlation_id")).toString();
    return error;
}

} // namespace pimgate::SignInErrors
