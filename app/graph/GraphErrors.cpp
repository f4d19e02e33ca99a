#include "graph/GraphErrors.h"

#include "graph/GraphCatalogue.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>
#include <QUrl>

namespace pimgate::GraphErrors {
namespace {

constexpr int longestQuote = 240;

struct GraphText
{
    Q_DECLARE_TR_FUNCTIONS(Graph)
};

/// The service's own text on one line; its code where it said nothing.
QString quoted(const QString &said, const QString &code)
{
    const QString text = said.simplified();
    if (text.isEmpty())
        return code;
    return text.size() <= longestQuote ? text : text.left(longestQuote - 1) + QChar(0x2026);
}

void say(Error &error, const GraphCatalogue::Entry &words, const QString &quote)
{
    error.message = words.message.contains(QLatin1String("%1")) ? words.message.arg(quote) : words.message;
    error.who = words.who;
    error.next = words.next;
}

QStringList failedRules(const QString &said)
{
    static const QStringList known{QStringLiteral("EligibilityRule"), QStringLiteral("ExpirationRule"),
                                   QStringLiteral("JustificationRule"), QStringLiteral("TicketingRule"),
                                   QStringLiteral("MfaRule")};
    QStringList failed;
    for (const QString &rule : known)
        if (said.contains(rule))
            failed << rule;
    return failed;
}

/// What only the text tells (graph-contract 1: PIM and Conditional Access).
QString codeInText(const QString &code, const QString &said)
{
    static const QStringList reasons{QStringLiteral("PublicClientsAreUnsupported"), QStringLiteral("ServicePrincipalNotFound"),
                                     QStringLiteral("UnsupportedFirstPartyApplication")};
    static const QRegularExpression number(QStringLiteral("(?:^|\\s)(10\\d\\d):"));
    if (said.contains(QLatin1String("Security Defaults is enabled")))
        return QStringLiteral("SecurityDefaultsEnabled");
    if (code.compare(QLatin1String("AccessDenied"), Qt::CaseInsensitive) == 0 && said.contains(QLatin1String("not licensed")))
        return QStringLiteral("NotLicensed");
    for (const QString &reason : reasons)
        if (said.contains(reason))
            return reason;
    if (const auto match = number.match(said); match.hasMatch())
        return match.captured(1);
    if (said.contains(QLatin1String("already exists on the object")) || said.contains(QLatin1String("references already exist")))
        return QStringLiteral("AlreadyExists");
    return code;
}

void explainRules(Error &error, const QStringList &rules)
{
    QStringList messages, steps;
    for (const QString &rule : rules) {
        const auto words = GraphCatalogue::find(rule);
        error.kind = rules.size() == 1 ? words->kind : Error::Kind::Invalid;
        error.who = words->who; // the same for all of them
        messages << words->message;
        steps << words->next;
    }
    error.message = messages.join(QLatin1Char(' '));
    error.next = steps.join(QLatin1Char(' '));
    // A second factor helps only when nothing else is wrong.
    if (rules == QStringList{QStringLiteral("MfaRule")})
        error.claims = QStringLiteral("{\"access_token\":{\"amr\":{\"essential\":true,\"values\":[\"mfa\"]}}}");
}

void readFragmentClaims(Error &error, const QString &said)
{
    static const QRegularExpression fragment(QStringLiteral("[?&]claims=([^&\\s]+)"));
    if (const auto match = fragment.match(said); match.hasMatch())
        error.claims = QUrl::fromPercentEncoding(match.captured(1).toUtf8());
}

void explainByStatus(Error &error, const GraphCatalogue::Entry &words, const QString &quote)
{
    say(error, words, quote);
    if (!quote.isEmpty())
        error.message += QLatin1Char(' ') + GraphText::tr("The service says: %1").arg(quote);
    else if (error.requestId.isEmpty() && error.status < 500) // Graph always says something
        error.next = GraphText::tr("Look at what stands between this computer and Microsoft: a proxy can answer like this.");
}

} // namespace

void explain(Error &error, const QString &said)
{
    const auto byStatus = GraphCatalogue::byStatus(error.status);
    error.kind = byStatus.kind;
    if (error.code == QLatin1String("RoleAssignmentRequestPolicyValidationFailed"))
        if (const QStringList rules = failedRules(said); !rules.isEmpty())
            return explainRules(error, rules);
    if (error.code.endsWith(QLatin1String("AcrsValidationFailed")))
        readFragmentClaims(error, said);
    error.code = codeInText(error.code, said);
    const QString quote = quoted(said, error.code);
    const auto words = GraphCatalogue::find(error.code);
    // "UnknownError" is what PIM calls a refusal, too.
    if (!words || (words->kind == Error::Kind::Server && error.status < 500))
        return explainByStatus(error, byStatus, quote);
    say(error, *words, quote);
    // After a fault of the service nobody knows whether it acted, whatever it calls it.
    if (error.status < 500)
        error.kind = words->kind;
}

} // namespace pimgate::GraphErrors
