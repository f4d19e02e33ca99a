#include "identity/SignInErrors.h"

#include "identity/SignInCatalogue.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

namespace pimgate::SignInErrors {
namespace {

constexpr int longestSentence = 200;

/// What the host gave as its reason, wherever it stood.
struct Said
{
    QString error; ///< OAuth code ("invalid_grant")
    QString description;
    QString suberror;
    QString number; ///< of AADSTS; empty when there is none
};

QString captured(const char *pattern, const QString &text)
{
    return QRegularExpression(QString::fromLatin1(pattern)).match(text).captured(1);
}

QString numberIn(const QString &description)
{
    return captured("AADSTS(\\d+)", description);
}

/// "2026-03-01 12:00:00Z", in a description as in JSON.
QDateTime momentFrom(QString text)
{
    QDateTime moment = QDateTime::fromString(text.replace(QLatin1Char(' '), QLatin1Char('T')), Qt::ISODate);
    return moment.isValid() ? moment.toUTC() : QDateTime();
}

/// The first sentence of the host's text, without its number and its trace lines.
QString firstSentence(QString description)
{
    static const QRegularExpression trailer(QStringLiteral("\\s*(Trace ID|Correlation ID|Timestamp):.*"),
                                            QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression number(QStringLiteral("^\\s*AADSTS\\d+:\\s*"));
    static const QRegularExpression end(QStringLiteral("(?<=[.!?])\\s+(?=\\p{Lu})"));
    const QString text = description.remove(trailer).remove(number).simplified();
    return text.section(end, 0, 0).left(longestSentence);
}

/// A suberror that names a step of its own, whatever the number says about the cause.
bool decidesTheStep(const QString &suberror)
{
    static const QStringList deciding{QStringLiteral("consent_required"), QStringLiteral("user_password_expired"),
                                      QStringLiteral("protection_policy_required"),
                                      QStringLiteral("device_authentication_failed")};
    return deciding.contains(suberror);
}

SignInCatalogue::Entry unknown(const Said &said, const QString &code)
{
    const QString sentence = firstSentence(said.description);
    const QString message =
        sentence.isEmpty()
            ? QCoreApplication::translate("SignIn", "The sign-in host says no with the code %1 alone.").arg(code)
            : QCoreApplication::translate("SignIn", "The sign-in host says no with the code %1: %2").arg(code, sentence);
    return {message, QCoreApplication::translate("SignIn", "An administrator of this tenant, with the copied details."),
            QCoreApplication::translate("SignIn", "Look the code up at https://login.microsoftonline.com/error.")};
}

SignInCatalogue::Entry wordsFor(const Said &said, const QString &code)
{
    const auto bySuberror = SignInCatalogue::find(said.suberror);
    const auto byNumber = SignInCatalogue::find(said.number);
    if (said.number.isEmpty()) {
        const auto byError = SignInCatalogue::find(said.error);
        return bySuberror.value_or(byError.value_or(unknown(said, code)));
    }
    SignInCatalogue::Entry entry = byNumber.value_or(unknown(said, code));
    if (bySuberror && (!byNumber || decidesTheStep(said.suberror))) {
        entry.who = bySuberror->who;
        entry.next = bySuberror->next;
    }
    return entry;
}

Error from(const Said &said)
{
    Error error;
    error.kind = Error::Kind::SignIn;
    error.code = said.number.isEmpty() ? said.error : QLatin1String("AADSTS") + said.number;
    const auto words = wordsFor(said, error.code);
    error.message = words.message;
    error.who = words.who;
    error.next = words.next;
    error.requestId = captured("Correlation ID:\\s*([0-9a-fA-F-]{36})", said.description);
    error.traceId = captured("Trace ID:\\s*([0-9a-fA-F-]{36})", said.description);
    error.at = momentFrom(captured("Timestamp:\\s*(\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d:\\d\\dZ)", said.description));
    return error;
}

QString text(const QJsonObject &json, const char *member)
{
    return json.value(QLatin1String(member)).toString();
}

/// The first of the codes that the catalogue knows, else the first.
QString numberIn(const QJsonArray &codes)
{
    const auto number = [](const QJsonValue &code) { return QString::number(code.toVariant().toLongLong()); };
    for (const auto &code : codes)
        if (SignInCatalogue::find(number(code)))
            return number(code);
    return codes.isEmpty() ? QString() : number(codes.first());
}

} // namespace

Error fromRedirect(const QHash<QString, QString> &values)
{
    const QString description = values.value(QStringLiteral("error_description"));
    return from(
        {values.value(QStringLiteral("error")), description, values.value(QStringLiteral("suberror")), numberIn(description)});
}

Error fromTokenAnswer(int status, const QByteArray &body)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    Said said{text(json, "error"), text(json, "error_description"), text(json, "suberror"), {}};
    if (said.error.isEmpty()) {
        Error error;
        error.kind = status >= 500 ? Error::Kind::Server : Error::Kind::Protocol;
        error.status = status;
        error.message = QCoreApplication::translate("SignIn", "The sign-in host gave no token and no reason.");
        error.next = QCoreApplication::translate("SignIn", "Sign in again in a few minutes.");
        return error;
    }
    said.number = numberIn(said.description);
    if (said.number.isEmpty())
        said.number = numberIn(json.value(QStringLiteral("error_codes")).toArray());
    Error error = from(said);
    error.status = status;
    error.claims = text(json, "claims");
    if (error.requestId.isEmpty())
        error.requestId = text(json, "correlation_id");
    if (error.traceId.isEmpty())
        error.traceId = text(json, "trace_id");
    if (!error.at.isValid())
        error.at = momentFrom(text(json, "timestamp"));
    return error;
}

} // namespace pimgate::SignInErrors
