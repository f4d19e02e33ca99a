#include "graph/GraphCatalogue.h"

#include <QCoreApplication>
#include <QHash>

#include <array>

namespace pimgate::GraphCatalogue {
namespace {

using Kind = Error::Kind;

struct Row
{
    const char *codes; ///< separated by spaces
    Kind kind;
    const char *who;
    const char *message;
    const char *next;
};

constexpr auto roleOfTheStep = ""; // "with Groups Administrator active" and the like: said by the page
constexpr auto you = QT_TRANSLATE_NOOP("Graph", "You.");
constexpr auto activated = QT_TRANSLATE_NOOP("Graph", "You, once that role is active.");
constexpr auto invites = QT_TRANSLATE_NOOP("Graph", "You, or an administrator of this tenant who invites the account.");
constexpr auto nobody = QT_TRANSLATE_NOOP("Graph", "Nobody has to: it passes by itself.");
constexpr auto whileNew = QT_TRANSLATE_NOOP("Graph", "Nobody while it is new, for then it passes by itself; otherwise you.");
constexpr auto isThere = QT_TRANSLATE_NOOP("Graph", "Nobody has to: it is there.");
constexpr auto approver = QT_TRANSLATE_NOOP("Graph", "An approver of the group.");
constexpr auto globalAdmin = QT_TRANSLATE_NOOP("Graph", "A Global Administrator of this tenant.");
constexpr auto billingAdmin = QT_TRANSLATE_NOOP("Graph", "A Billing Administrator of this tenant.");
constexpr auto caAdmin = QT_TRANSLATE_NOOP("Graph", "A Conditional Access Administrator of this tenant.");
constexpr auto appAdmin = QT_TRANSLATE_NOOP("Graph", "A Cloud Application Administrator of this tenant.");
constexpr auto support = QT_TRANSLATE_NOOP("Graph", "An administrator of this tenant, with the request number.");
constexpr auto makers = QT_TRANSLATE_NOOP("Graph", "The makers of this program.");
constexpr auto microsoft = QT_TRANSLATE_NOOP("Graph", "Microsoft.");

// graph-contract 1.2, 7.7 and 10.6: codes in one row mean the same for a person. Written out, because lupdate does not look
// into macros of one's own.
constexpr std::array rows{
    // The sign-in and what it may do
    Row{"InvalidAuthenticationToken", Kind::SignIn, you,
        QT_TRANSLATE_NOOP("Graph", "The tenant does not take this sign-in any more: it has expired or was withdrawn."),
        QT_TRANSLATE_NOOP("Graph", "Sign in again.")},
    Row{"Authorization_IdentityNotFound", Kind::Denied, invites,
        QT_TRANSLATE_NOOP("Graph", "The signed-in account is not in this tenant."),
        QT_TRANSLATE_NOOP("Graph", "Sign in with an account of this tenant.")},
    Row{"Authorization_RequestDenied", Kind::Denied, roleOfTheStep,
        QT_TRANSLATE_NOOP("Graph", "The signed-in account may not do this: a permission or a directory role is missing."),
        QT_TRANSLATE_NOOP("Graph", "Look at Readiness: it names the role to activate or ask for.")},
    Row{"UnauthorizedAccessException Forbidden", Kind::Denied, roleOfTheStep,
        QT_TRANSLATE_NOOP("Graph", "The signed-in account may not do this: a role, or the ownership of the group, is missing."),
        QT_TRANSLATE_NOOP("Graph", "Look at Readiness: it names the role to activate or ask for.")},
    Row{"InsufficientPermissions", Kind::Denied, activated,
        QT_TRANSLATE_NOOP("Graph", "The signed-in account neither owns the group nor holds a role that manages it."),
        QT_TRANSLATE_NOOP("Graph",
                          "Activate Groups Administrator in PIM, for a role-assignable group Privileged Role Administrator.")},
    Row{"PermissionScopeNotGranted", Kind::Denied, globalAdmin,
        QT_TRANSLATE_NOOP("Graph", "The sign-in lacks a permission for Privileged Identity Management."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Global Administrator of this tenant to grant consent, then sign in again.")},
    Row{"AccessDenied", Kind::Denied, globalAdmin, QT_TRANSLATE_NOOP("Graph", "The sign-in lacks a permission for policies."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Global Administrator of this tenant to grant consent, Policy.Read.All and "
                                   "Application.Read.All included, then sign in again.")},
    // Licences and limits
    Row{"AadPremiumLicenseRequired", Kind::Denied, billingAdmin,
        QT_TRANSLATE_NOOP("Graph", "The tenant has no licence for Privileged Identity Management."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Billing Administrator of this tenant for Microsoft Entra ID P2 or Microsoft Entra ID "
                                   "Governance.")},
    Row{"Authentication_RequestFromNonPremiumTenantOrB2CTenant", Kind::Denied, billingAdmin,
        QT_TRANSLATE_NOOP("Graph", "The tenant has no licence for the sign-in log."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Billing Administrator of this tenant for Microsoft Entra ID P1.")},
    Row{"NotLicensed", Kind::Denied, billingAdmin,
        QT_TRANSLATE_NOOP("Graph", "The tenant has no licence for Conditional Access."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Billing Administrator of this tenant for Microsoft Entra ID P1.")},
    Row{"Directory_QuotaExceeded", Kind::Denied, globalAdmin,
        QT_TRANSLATE_NOOP("Graph", "The tenant, or the signed-in account, has as many objects as it may have."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Global Administrator of this tenant to delete objects or to raise the limit.")},
    Row{"TooManyRequests 429", Kind::Throttled, nobody,
        QT_TRANSLATE_NOOP("Graph", "The tenant has had too many requests and asks to wait."),
        QT_TRANSLATE_NOOP("Graph", "Wait a few minutes, then try again.")},
    // The directory
    Row{"Request_ResourceNotFound ResourceNotFound 404", Kind::NotFound, whileNew,
        QT_TRANSLATE_NOOP("Graph", "The tenant does not know this object, or does not know it yet."),
        QT_TRANSLATE_NOOP("Graph", "Try again in two minutes: what is still unknown then has been deleted.")},
    Row{"Request_BadRequest InvalidValue", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "The tenant does not take one of the values: %1"),
        QT_TRANSLATE_NOOP("Graph", "Change the value that it names, then try again.")},
    Row{"PropertyConflict", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "One of the values does not go together with another: %1"),
        QT_TRANSLATE_NOOP("Graph", "Change one of the two, then try again.")},
    Row{"ObjectConflict", Kind::Conflict, you, QT_TRANSLATE_NOOP("Graph", "Another object has this name already."),
        QT_TRANSLATE_NOOP("Graph", "Choose another name.")},
    Row{"Request_MultipleObjectsWithSameKeyValue", Kind::Conflict, you,
        QT_TRANSLATE_NOOP("Graph", "Another object has this value already."), QT_TRANSLATE_NOOP("Graph", "Choose another name.")},
    // The service's own words stay in it: the runner knows by them that a lost request has acted.
    Row{"AlreadyExists", Kind::Conflict, isThere, QT_TRANSLATE_NOOP("Graph", "It exists already: %1"),
        QT_TRANSLATE_NOOP("Graph", "Read again: it shows then.")},
    Row{"Request_UnsupportedQuery", Kind::Invalid, you, QT_TRANSLATE_NOOP("Graph", "The tenant does not answer this search."),
        QT_TRANSLATE_NOOP("Graph", "Search for something simpler.")},
    Row{"Directory_ConcurrencyViolation", Kind::Conflict, nobody,
        QT_TRANSLATE_NOOP("Graph", "Somebody else changes the same object right now."),
        QT_TRANSLATE_NOOP("Graph", "Wait a minute, then try again.")},
    Row{"Directory_ExpiredPageToken", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "Reading the list took so long that the tenant does not go on with it."),
        QT_TRANSLATE_NOOP("Graph", "Read again from its beginning.")},
    Row{"Directory_ResultSizeLimitExceeded", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "The tenant finds more than it gives in one answer."),
        QT_TRANSLATE_NOOP("Graph", "Search for something narrower.")},
    Row{"BadRequest", Kind::Invalid, you, QT_TRANSLATE_NOOP("Graph", "The service does not take what was asked: %1"),
        QT_TRANSLATE_NOOP("Graph", "Change what it names, then try again.")},
    Row{"Service_ServiceUnavailable", Kind::Server, microsoft,
        QT_TRANSLATE_NOOP("Graph", "Microsoft's directory cannot answer at the moment."),
        QT_TRANSLATE_NOOP("Graph", "Try again in a few minutes: what was made stays and is not made twice.")},
    Row{"UnknownError InternalServerError generalException", Kind::Server, microsoft,
        QT_TRANSLATE_NOOP("Graph", "Microsoft's service met a fault that it has no name for: %1"),
        QT_TRANSLATE_NOOP("Graph", "Try again in a few minutes: what was made stays and is not made twice.")},
    // Privileged Identity Management
    Row{"RoleAssignmentExists", Kind::Conflict, isThere, QT_TRANSLATE_NOOP("Graph", "This person has this assignment already."),
        QT_TRANSLATE_NOOP("Graph", "Read again: it shows then.")},
    Row{"RoleAssignmentDoesNotExist", Kind::NotFound, whileNew,
        QT_TRANSLATE_NOOP("Graph", "This person does not have this assignment, or has had it for less than five minutes."),
        QT_TRANSLATE_NOOP("Graph", "Try again in five minutes: what is still missing then does not exist.")},
    Row{"PendingRoleAssignmentRequest", Kind::Conflict, approver,
        QT_TRANSLATE_NOOP("Graph", "A request of this person is open already."),
        QT_TRANSLATE_NOOP("Graph", "Ask an approver of the group to decide it, or cancel it.")},
    Row{"ActiveDurationTooShort", Kind::Conflict, nobody,
        QT_TRANSLATE_NOOP("Graph", "An assignment cannot be ended within five minutes of its start."),
        QT_TRANSLATE_NOOP("Graph", "Wait until five minutes are over, then try again.")},
    Row{"InvalidRoleAssignmentRequest", Kind::Invalid, you, QT_TRANSLATE_NOOP("Graph", "PIM does not take this request: %1"),
        QT_TRANSLATE_NOOP("Graph", "Check the duration: days, hours and minutes only, at least five minutes.")},
    Row{"InvalidRoleAssignmentRequestSchedule", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "PIM does not take this start, end or duration."),
        QT_TRANSLATE_NOOP("Graph", "Check this computer's clock, and that it lasts five minutes at least.")},
    Row{"SubjectNotFound", Kind::NotFound, nobody, QT_TRANSLATE_NOOP("Graph", "PIM does not know this person or group yet."),
        QT_TRANSLATE_NOOP("Graph", "Wait two minutes while Microsoft copies it, then try again.")},
    Row{"RoleNotFound", Kind::NotFound, nobody, QT_TRANSLATE_NOOP("Graph", "PIM does not know this group yet."),
        QT_TRANSLATE_NOOP("Graph", "Wait two minutes while Microsoft copies it, then try again.")},
    Row{"ResourceIsLocked", Kind::Conflict, nobody, QT_TRANSLATE_NOOP("Graph", "PIM works on this group right now."),
        QT_TRANSLATE_NOOP("Graph", "Wait a minute, then try again.")},
    Row{"RoleAssignmentRequestAcrsValidationFailed GroupAssignmentRequestAcrsValidationFailed", Kind::Denied, you,
        QT_TRANSLATE_NOOP("Graph", "PIM wants a stronger sign-in: an authentication context."),
        QT_TRANSLATE_NOOP("Graph", "Sign in again when the browser asks for it.")},
    Row{"RoleAssignmentRequestPolicyValidationFailed", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "The group's settings in PIM refuse this request: %1"),
        QT_TRANSLATE_NOOP("Graph", "Compare the request with the group's settings in PIM.")},
    Row{"EligibilityRule", Kind::Denied, you, QT_TRANSLATE_NOOP("Graph", "This person is not eligible."),
        QT_TRANSLATE_NOOP("Graph", "Make the person eligible first.")},
    Row{"ExpirationRule", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "The duration is longer than the group's settings allow."),
        QT_TRANSLATE_NOOP("Graph", "Choose a shorter time.")},
    Row{"JustificationRule", Kind::Invalid, you, QT_TRANSLATE_NOOP("Graph", "The group's settings ask for a reason."),
        QT_TRANSLATE_NOOP("Graph", "Write a reason.")},
    Row{"TicketingRule", Kind::Invalid, you, QT_TRANSLATE_NOOP("Graph", "The group's settings ask for a ticket."),
        QT_TRANSLATE_NOOP("Graph", "Give the ticket number and its system.")},
    Row{"MfaRule", Kind::Denied, you, QT_TRANSLATE_NOOP("Graph", "The group's settings ask for multifactor authentication."),
        QT_TRANSLATE_NOOP("Graph", "Sign in again and confirm the second factor.")},
    Row{"InvalidPolicy", Kind::Invalid, you, QT_TRANSLATE_NOOP("Graph", "PIM does not take these settings together: %1"),
        QT_TRANSLATE_NOOP("Graph", "Choose either an authentication context or multifactor authentication, and give every limit "
                                   "a duration.")},
    Row{"InvalidPolicyRule RoleManagementPolicyRuleValidationError", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "PIM does not take one of these settings: %1"),
        QT_TRANSLATE_NOOP("Graph", "Check the durations and the approvers in the group's settings.")},
    // Conditional Access: what stands in its texts
    Row{"SecurityDefaultsEnabled", Kind::Invalid, caAdmin,
        QT_TRANSLATE_NOOP("Graph", "Security defaults are on, so no Conditional Access policy can be enforced."),
        QT_TRANSLATE_NOOP("Graph", "Leave the policy report-only until a Conditional Access Administrator of this tenant has "
                                   "switched security defaults off.")},
    Row{"PublicClientsAreUnsupported", Kind::Invalid, appAdmin,
        QT_TRANSLATE_NOOP("Graph", "The application is a public client, which Conditional Access cannot target."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Cloud Application Administrator of this tenant to switch “Allow public client flows” "
                                   "off in its registration.")},
    Row{"ServicePrincipalNotFound", Kind::NotFound, nobody,
        QT_TRANSLATE_NOOP("Graph", "Conditional Access does not know the application yet."),
        QT_TRANSLATE_NOOP("Graph", "Wait two minutes while Microsoft copies it, then try again.")},
    Row{"UnsupportedFirstPartyApplication", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "Conditional Access does not take this Microsoft application by itself."),
        QT_TRANSLATE_NOOP("Graph", "Choose another application.")},
    Row{"1011", Kind::Invalid, makers,
        QT_TRANSLATE_NOOP("Graph", "Conditional Access does not take the access controls of the policy: %1"),
        QT_TRANSLATE_NOOP("Graph", "Send the details to the makers of this program.")},
    Row{"1028", Kind::Invalid, caAdmin,
        QT_TRANSLATE_NOOP("Graph", "Conditional Access does not know the authentication context."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Conditional Access Administrator of this tenant to publish it.")},
    Row{"1032", Kind::Invalid, makers,
        QT_TRANSLATE_NOOP("Graph", "Conditional Access does not take the kinds of client in the policy: %1"),
        QT_TRANSLATE_NOOP("Graph", "Send the details to the makers of this program.")},
    Row{"1034", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "Conditional Access does not take the application of the policy: %1"),
        QT_TRANSLATE_NOOP("Graph", "Choose another application.")},
    Row{"1040", Kind::NotFound, nobody, QT_TRANSLATE_NOOP("Graph", "Conditional Access does not know a named location yet."),
        QT_TRANSLATE_NOOP("Graph", "Wait a minute, then try again.")},
    Row{"1054", Kind::NotFound, whileNew,
        QT_TRANSLATE_NOOP("Graph", "Conditional Access does not know the group yet, or it is gone."),
        QT_TRANSLATE_NOOP("Graph", "Try again in two minutes: what is still unknown then has been deleted.")},
    Row{"1055 1059", Kind::Invalid, you, QT_TRANSLATE_NOOP("Graph", "Conditional Access does not know one of the people: %1"),
        QT_TRANSLATE_NOOP("Graph", "Check that every excluded account still exists.")},
    // What the status tells by itself (1.1)
    Row{"400", Kind::Invalid, support, QT_TRANSLATE_NOOP("Graph", "Microsoft refuses what was asked."),
        QT_TRANSLATE_NOOP("Graph", "Give the request number to an administrator of this tenant, who can ask Microsoft.")},
    Row{"401", Kind::SignIn, you, QT_TRANSLATE_NOOP("Graph", "The service does not take this sign-in."),
        QT_TRANSLATE_NOOP("Graph", "Sign in again.")},
    Row{"402", Kind::Denied, billingAdmin, QT_TRANSLATE_NOOP("Graph", "The tenant has not paid for this: a licence is missing."),
        QT_TRANSLATE_NOOP("Graph", "Ask a Billing Administrator of this tenant to look at its licences.")},
    Row{"403", Kind::Denied, roleOfTheStep, QT_TRANSLATE_NOOP("Graph", "The signed-in account may not do this."),
        QT_TRANSLATE_NOOP("Graph", "Look at Readiness: it names the role to activate or ask for.")},
    Row{"405", Kind::Invalid, makers, QT_TRANSLATE_NOOP("Graph", "Microsoft does not offer this here."),
        QT_TRANSLATE_NOOP("Graph", "Send the details to the makers of this program.")},
    Row{"409", Kind::Conflict, you,
        QT_TRANSLATE_NOOP("Graph", "It clashes with what the tenant has, or with a change at the same moment."),
        QT_TRANSLATE_NOOP("Graph", "Read again and look at what is there now.")},
    Row{"412", Kind::Conflict, you, QT_TRANSLATE_NOOP("Graph", "The object has changed since it was read."),
        QT_TRANSLATE_NOOP("Graph", "Read again and look at what is there now.")},
    Row{"423", Kind::Conflict, nobody, QT_TRANSLATE_NOOP("Graph", "The object is locked: something else works on it."),
        QT_TRANSLATE_NOOP("Graph", "Wait a minute, then try again.")},
    Row{"424", Kind::Invalid, you,
        QT_TRANSLATE_NOOP("Graph", "This was not tried, because something that goes before it has failed."),
        QT_TRANSLATE_NOOP("Graph", "Mend what failed first, then try again.")},
    Row{"500", Kind::Server, microsoft, QT_TRANSLATE_NOOP("Graph", "Microsoft's service met a fault of its own."),
        QT_TRANSLATE_NOOP("Graph", "Try again in a few minutes; give Microsoft the request number if it stays.")},
    Row{"502 504", Kind::Server, microsoft, QT_TRANSLATE_NOOP("Graph", "Microsoft's service did not answer in time."),
        QT_TRANSLATE_NOOP("Graph", "Try again in a few minutes; give Microsoft the request number if it stays.")},
    Row{"503", Kind::Server, microsoft, QT_TRANSLATE_NOOP("Graph", "Microsoft's service cannot answer at the moment."),
        QT_TRANSLATE_NOOP("Graph", "Try again in a few minutes; give Microsoft the request number if it stays.")},
};

QHash<QString, const Row *> byCode()
{
    QHash<QString, const Row *> index;
    for (const Row &row : rows)
        for (const QString &code : QString::fromLatin1(row.codes).toLower().split(QLatin1Char(' ')))
            index.insert(code, &row);
    return index;
}

} // namespace

std::optional<Entry> find(const QString &code)
{
    static const QHash<QString, const Row *> index = byCode();
    const Row *row = index.value(code.toLower());
    if (!row)
        return std::nullopt;
    const auto words = [](const char *text) { return *text ? QCoreApplication::translate("Graph", text) : QString(); };
    return Entry{row->kind, words(row->message), words(row->who), words(row->next)};
}

Entry byStatus(int status)
{
    const auto known = find(QString::number(status));
    return known ? *known : *find(status >= 500 ? QStringLiteral("500") : QStringLiteral("400"));
}

} // namespace pimgate::GraphCatalogue
