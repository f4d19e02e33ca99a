#include "graph/GraphErrors.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringList>
#include <QUrl>

#include <array>
#include <optional>

namespace pimgate::GraphErrors {
namespace {

using Kind = Error::Kind;

struct GraphWords
{
    const char *code;
    std::optional<Kind> kind; ///< empty: by status
    const char *message;
    const char *next;
};

#define W(text) QT_TRANSLATE_NOOP("Graph", text)
const std::array graphWords{
    GraphWords{"InvalidAuthenticationToken", Kind::SignIn, W("The tenant does not take this sign-in any more."),
               W("Sign in again.")},
    GraphWords{"Authorization_RequestDenied", Kind::Denied,
               W("The signed-in account may not do this: a permission or a directory role is missing."),
               W("Look at Readiness: it names the role to activate or ask for.")},
    GraphWords{"Authorization_IdentityNotFound", Kind::Denied, W("The signed-in account is not in this tenant."),
               W("Sign in with an account of this tenant.")},
    GraphWords{"Request_ResourceNotFound", Kind::NotFound, W("The tenant does not know this object, or does not know it yet."),
               W("Wait a minute if it is new; else check that nobody has deleted it.")},
    GraphWords{"ResourceNotFound", Kind::NotFound, W("The tenant does not know this object, or does not know it yet."),
               W("Wait a minute if it is new; else check that nobody has deleted it.")},
    GraphWords{"ObjectConflict", Kind::Conflict, W("Another object has this name already."), W("Choose another name.")},
    GraphWords{"AlreadyExists", Kind::Conflict, W("It exists already."), W("Nothing needs to be done.")},
    GraphWords{"Request_MultipleObjectsWithSameKeyValue", Kind::Conflict, W("Another object has this value already."),
               W("Choose another name.")},
    GraphWords{"Request_UnsupportedQuery", Kind::Invalid, W("The tenant does not answer this search."),
               W("Search for something simpler.")},
    GraphWords{"Directory_QuotaExceeded", Kind::Denied, W("The tenant's limit of objects is reached."),
               W("Have an administrator delete objects or raise the limit.")},
    GraphWords{"Directory_ConcurrencyViolation", Kind::Conflict, W("Somebody changes the same object right now."),
               W("Try again in a minute.")},
    GraphWords{"TooManyRequests", Kind::Throttled, W("The tenant has had too many requests and asks to wait."),
               W("Wait a few minutes, then try again.")},
    GraphWords{"AadPremiumLicenseRequired", Kind::Denied, W("The tenant has no licence for Privileged Identity Management."),
               W("It takes Microsoft Entra ID P2 or Microsoft Entra ID Governance.")},
    GraphWords{"Authentication_RequestFromNonPremiumTenantOrB2CTenant", Kind::Denied,
               W("The tenant has no licence for the sign-in log."), W("It takes Microsoft Entra ID P1.")},
    GraphWords{"PermissionScopeNotGranted", Kind::Denied, W("The sign-in lacks a permission for Privileged Identity Management."),
               W("Have an administrator grant consent, then sign in again.")},
    GraphWords{"InsufficientPermissions", Kind::Denied,
               W("The signed-in account neither owns the group nor holds a role that manages it."),
               W("Activate Groups Administrator, for a role-assignable group Privileged Role Administrator.")},
    GraphWords{"UnauthorizedAccessException", Kind::Denied, W("The signed-in account may not do this."),
               W("Look at Readiness: it names the role to activate or ask for.")},
    GraphWords{"AccessDenied", Kind::Denied, W("The sign-in lacks a permission for policies."),
               W("It takes Policy.Read.All and Application.Read.All beside the permission to write; have them granted and sign "
                 "in again.")},
    GraphWords{"RoleAssignmentExists", Kind::Conflict, W("This person has this assignment already."),
               W("Nothing needs to be done.")},
    GraphWords{"RoleAssignmentDoesNotExist", Kind::NotFound,
               W("This person does not have this assignment, or has had it for less than five minutes."),
               W("Wait five minutes if it is new.")},
    GraphWords{"PendingRoleAssignmentRequest", Kind::Conflict, W("A request of this person is open already."),
               W("Wait for its decision, or cancel it.")},
    GraphWords{"ActiveDurationTooShort", Kind::Conflict, W("An assignment cannot be ended within five minutes of its start."),
               W("Wait until five minutes are over.")},
    GraphWords{"InvalidRoleAssignmentRequest", Kind::Invalid, W("PIM does not take this request."),
               W("Check the duration: days, hours and minutes only, at least five minutes.")},
    GraphWords{"InvalidRoleAssignmentRequestSchedule", Kind::Invalid, W("PIM does not take this start, end or duration."),
               W("Check this computer's clock, and that it lasts five minutes at least.")},
    GraphWords{"SubjectNotFound", Kind::NotFound, W("PIM does not know this person or group yet."),
               W("Microsoft copies new objects within two minutes; try again then.")},
    GraphWords{"RoleNotFound", Kind::NotFound, W("PIM does not know this group yet."),
               W("Microsoft copies new objects within two minutes; try again then.")},
    GraphWords{"ResourceIsLocked", Kind::Conflict, W("PIM works on this group right now."), W("Try again in a minute.")},
    GraphWords{"RoleAssignmentRequestAcrsValidationFailed", Kind::Denied,
               W("PIM wants a stronger sign-in: an authentication context."), W("Sign in again when the browser asks for it.")},
    GraphWords{"EligibilityRule", Kind::Denied, W("This person is not eligible."), W("Make the person eligible first.")},
    GraphWords{"ExpirationRule", Kind::Invalid, W("The duration is longer than the group's settings allow."),
               W("Choose a shorter time.")},
    GraphWords{"JustificationRule", Kind::Invalid, W("The group's settings ask for a reason."), W("Write a reason.")},
    GraphWords{"TicketingRule", Kind::Invalid, W("The group's settings ask for a ticket."),
               W("Give the ticket number and its system.")},
    GraphWords{"MfaRule", Kind::Denied, W("The group's settings ask for multifactor authentication."),
               W("Sign in again and confirm the second factor.")},
    GraphWords{"InvalidPolicy", Kind::Invalid, W("PIM does not take these settings together."),
               W("An authentication context and multifactor authentication exclude each other; a limit needs a duration.")},
    GraphWords{"InvalidPolicyRule", Kind::Invalid, W("PIM does not take one of these settings."),
               W("Check durations and approvers.")},
    GraphWords{"SecurityDefaultsEnabled", Kind::Invalid,
               W("Security defaults are on, so no Conditional Access policy can be enforced."),
               W("Leave the policy report-only, or have an administrator switch security defaults off.")},
    GraphWords{"PublicClientsAreUnsupported", Kind::Invalid,
               W("The application is a public client, which Conditional Access cannot target."),
               W("Choose another application, or have “Allow public client flows” switched off in its registration.")},
    GraphWords{"ServicePrincipalNotFound", Kind::NotFound, W("Conditional Access does not know the application yet."),
               W("Microsoft copies new objects within two minutes; try again then.")},
    GraphWords{"UnsupportedFirstPartyApplication", Kind::Invalid,
               W("Conditional Access does not take this Microsoft application by itself."), W("Choose another application.")},
    GraphWords{"1040", Kind::NotFound, W("Conditional Access does not know a named location yet."), W("Try again in a minute.")},
    GraphWords{"1054", Kind::NotFound, W("Conditional Access does not know the group yet, or it is gone."),
               W("Microsoft copies new objects within two minutes; try again then.")},
    GraphWords{"1055", Kind::NotFound, W("Conditional Access does not know one of the people."),
               W("Check that every excluded account still exists.")},
    GraphWords{"1059", Kind::NotFound, W("Conditional Access does not know one of the people."),
               W("Check that every excluded account still exists.")},
};
#undef W

struct GraphText
{
    Q_DECLARE_TR_FUNCTIONS(Graph)
};

Kind kindOf(int status)
{
    switch (status) {
    case 401:
        return Kind::SignIn;
    case 402:
    case 403:
        return Kind::Denied;
    case 404:
        return Kind::NotFound;
    case 409:
    case 412:
    case 423:
        return Kind::Conflict;
    case 429:
        return Kind::Throttled;
    default:
        return status >= 500 ? Kind::Server : Kind::Invalid;
    }
}

const GraphWords *wordsFor(const QString &code)
{
    for (const auto &words : graphWords)
        if (code.compare(QLatin1String(words.code), Qt::CaseInsensitive) == 0)
            return &words;
    return nullptr;
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
    for (const QString &reason : reasons)
        if (said.contains(reason))
            return reason;
    if (const auto match = number.match(said); match.hasMatch())
        return match.captured(1);
    if (said.contains(QLatin1String("already exists on the object")) || said.contains(QLatin1String("references already exist")))
        return QStringLiteral("AlreadyExists");
    return code;
}

void explainRules(Error &error, const QString &said)
{
    const QStringList rules = failedRules(said);
    QStringList messages, steps;
    for (const QString &rule : rules) {
        messages << GraphText::tr(wordsFor(rule)->message);
        steps << GraphText::tr(wordsFor(rule)->next);
    }
    error.kind = rules.size() == 1 ? wordsFor(rules.first())->kind.value() : Kind::Invalid;
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

void explainUnknown(Error &error, const QString &said)
{
    const QString brief = said.simplified().left(240);
    if (error.status == 429) {
        error.message = GraphText::tr("The tenant has had too many requests and asks to wait.");
        error.next = GraphText::tr("Wait a few minutes, then try again.");
    } else if (error.status >= 500) {
        error.message = GraphText::tr("Microsoft's service has a fault: %1").arg(brief.isEmpty() ? error.code : brief);
        error.next = GraphText::tr("Try again in a few minutes; give Microsoft the request number if it stays.");
    } else {
        error.message = GraphText::tr("The tenant refuses: %1").arg(brief.isEmpty() ? error.code : brief);
        error.next = GraphText::tr("Give the request number to your administrator if you cannot tell why.");
    }
}

} // namespace

void explain(Error &error, const QString &said)
{
    error.kind = kindOf(error.status);
    if (error.code == QLatin1String("RoleAssignmentRequestPolicyValidationFailed") && !failedRules(said).isEmpty())
        return explainRules(error, said);
    if (error.code.endsWith(QLatin1String("AcrsValidationFailed")))
        readFragmentClaims(error, said);
    error.code = codeInText(error.code, said);
    const GraphWords *words = wordsFor(error.code);
    if (!words)
        return explainUnknown(error, said);
    if (words->kind)
        error.kind = *words->kind;
    error.message = GraphText::tr(words->message);
    error.next = GraphText::tr(words->next);
}

} // namespace pimgate::GraphErrors
