#pragma once

#include "base/Error.h"

// What graph-contract 1.1, 1.2, 7.7 and 10.6 name, in their order: status, code and the service's own text, letter by letter
// where the contract has one. Apart from the test, because moc 6.4 loses its way in raw strings.
namespace pimgate::test {

struct ContractError
{
    const char *section;
    int status;
    const char *code;    ///< as it comes
    const char *said;    ///< the service's text; "" where none was captured
    Error::Kind kind;    ///< what the program makes of it
    const char *who;     ///< who can mend it; "" where the page names the role of its step
    const char *step;    ///< must stand in the next step
    const char *as = ""; ///< the code that the text makes of it, where it is another
};

using Kind = Error::Kind;

inline constexpr auto byYou = "You.";
inline constexpr auto byItself = "Nobody has to: it passes by itself.";
inline constexpr auto byItselfWhileNew = "Nobody while it is new, for then it passes by itself; otherwise you.";
inline constexpr auto isThere = "Nobody has to: it is there.";
inline constexpr auto byGlobalAdmin = "A Global Administrator of this tenant.";
inline constexpr auto byBillingAdmin = "A Billing Administrator of this tenant.";
inline constexpr auto byCaAdmin = "A Conditional Access Administrator of this tenant.";
inline constexpr auto byAppAdmin = "A Cloud Application Administrator of this tenant.";
inline constexpr auto byMakers = "The makers of this program.";
inline constexpr auto byMicrosoft = "Microsoft.";
inline constexpr auto byRoleOfStep = "";

// clang-format off
inline constexpr ContractError contractErrors[] = {
    // 1.2
    {"1.2", 401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.", Kind::SignIn, byYou, "Sign in again"},
    {"1.2", 401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.", Kind::SignIn, byYou, "Sign in again"},
    {"1.2", 401, "InvalidAuthenticationToken", "Access token is empty.", Kind::SignIn, byYou, "Sign in again"},
    {"15", 401, "InvalidAuthenticationToken", "Continuous access evaluation resulted in challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp", Kind::SignIn, byYou, "Sign in again"},
    {"1.2", 403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.", Kind::Denied, byRoleOfStep, "Readiness"},
    {"1.1", 403, "Forbidden", "", Kind::Denied, byRoleOfStep, "Readiness"},
    {"1.2", 403, "Authorization_IdentityNotFound", "", Kind::Denied, "You, or an administrator of this tenant who invites the account.", "account of this tenant"},
    {"1.2", 404, "Authorization_IdentityNotFound", "", Kind::Denied, "You, or an administrator of this tenant who invites the account.", "account of this tenant"},
    {"1.2", 404, "Request_ResourceNotFound", "Resource '{id}' does not exist or one of its queried reference-property objects are not present.", Kind::NotFound, byItselfWhileNew, "two minutes"},
    {"1.2", 400, "Request_BadRequest", "", Kind::Invalid, byYou, "Change the value"},
    {"1.2", 400, "ObjectConflict", "", Kind::Conflict, byYou, "another name"},
    {"1.2", 400, "PropertyConflict", "", Kind::Invalid, byYou, "Change one"},
    {"1.2", 400, "InvalidValue", "", Kind::Invalid, byYou, "Change the value"},
    {"1.2", 400, "Request_UnsupportedQuery", "", Kind::Invalid, byYou, "simpler"},
    {"1.2", 400, "Request_MultipleObjectsWithSameKeyValue", "", Kind::Conflict, byYou, "another name"},
    {"1.2", 403, "Directory_QuotaExceeded", "", Kind::Denied, byGlobalAdmin, "Global Administrator"},
    {"1.2", 409, "Directory_ConcurrencyViolation", "", Kind::Conflict, byItself, "Wait a minute"},
    {"1.2", 400, "Directory_ExpiredPageToken", "", Kind::Invalid, byYou, "Read again"},
    {"1.2", 400, "Directory_ResultSizeLimitExceeded", "", Kind::Invalid, byYou, "narrower"},
    {"1.2", 503, "Service_ServiceUnavailable", "", Kind::Server, byMicrosoft, "few minutes"},
    {"1.2", 500, "UnknownError", "", Kind::Server, byMicrosoft, "few minutes"},
    {"1.2", 500, "InternalServerError", "", Kind::Server, byMicrosoft, "few minutes"},
    {"1.2", 500, "generalException", "", Kind::Server, byMicrosoft, "few minutes"},
    {"1.2", 429, "TooManyRequests", "Please retry again later.", Kind::Throttled, byItself, "few minutes"},
    {"1.2", 400, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.", Kind::Denied, byBillingAdmin, "Billing Administrator"},
    {"1.2", 403, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.", Kind::Denied, byBillingAdmin, "Billing Administrator"},
    {"1.2", 403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", "", Kind::Denied, byBillingAdmin, "Billing Administrator"},
    {"1.2", 403, "PermissionScopeNotGranted", "Authorization failed due to missing permission scope PrivilegedAssignmentSchedule.Read.AzureADGroup.", Kind::Denied, byGlobalAdmin, "Global Administrator"},
    {"1.2", 403, "InsufficientPermissions", "", Kind::Denied, "You, once that role is active.", "Groups Administrator"},
    {"1.2", 403, "AccessDenied", "You cannot perform the requested operation, required scopes are missing in the token.", Kind::Denied, byGlobalAdmin, "Global Administrator"},
    {"1.1", 403, "accessDenied", "", Kind::Denied, byGlobalAdmin, "Global Administrator"},
    {"10.1", 403, "AccessDenied", "Your tenant is not licensed for this feature.", Kind::Denied, byBillingAdmin, "Billing Administrator", "NotLicensed"},
    {"1.2", 401, "UnauthorizedAccessException", "Attempted to perform an unauthorized operation.", Kind::Denied, byRoleOfStep, "Readiness"},
    {"1.2", 403, "UnauthorizedAccessException", "Attempted to perform an unauthorized operation.", Kind::Denied, byRoleOfStep, "Readiness"},
    {"1.2", 400, "BadRequest", "", Kind::Invalid, byYou, "Change what it names"},
    // 7.7
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: ["MfaRule"])", Kind::Denied, byYou, "second factor"},
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: ["JustificationRule"])", Kind::Invalid, byYou, "Write a reason"},
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: ["ExpirationRule","JustificationRule"])", Kind::Invalid, byYou, "shorter time"},
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: ["EligibilityRule","ExpirationRule"])", Kind::Invalid, byYou, "eligible first"},
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: ["TicketingRule"])", Kind::Invalid, byYou, "ticket number"},
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: JustificationRule - Justification is required)", Kind::Invalid, byYou, "Write a reason"},
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: MfaRule - Multi-factor authentication is required)", Kind::Denied, byYou, "second factor"},
    {"7.7", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: TicketingRule - Ticket information is required)", Kind::Invalid, byYou, "ticket number"},
    {"7.6", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: ["EligibilityRule"])", Kind::Denied, byYou, "eligible first"},
    {"7.6", 400, "RoleAssignmentRequestPolicyValidationFailed", R"(The following policy rules failed: ["SomeNewRule"])", Kind::Invalid, byYou, "settings in PIM"},
    {"7.7", 400, "RoleAssignmentRequestAcrsValidationFailed", "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D", Kind::Denied, byYou, "Sign in again"},
    {"7.7", 400, "RoleAssignmentExists", "The Role assignment already exists.", Kind::Conflict, isThere, "Read again"},
    {"7.7", 400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.", Kind::NotFound, byItselfWhileNew, "five minutes"},
    {"7.7", 400, "PendingRoleAssignmentRequest", "", Kind::Conflict, "An approver of the group.", "approver"},
    {"7.7", 400, "ActiveDurationTooShort", "The Active duration is too short. Miniumum Required is 5 minutes.", Kind::Conflict, byItself, "five minutes"},
    {"7.7", 400, "InvalidRoleAssignmentRequest", "The role assignment request is invalid.", Kind::Invalid, byYou, "duration"},
    {"7.7", 400, "InvalidRoleAssignmentRequestSchedule", "", Kind::Invalid, byYou, "clock"},
    {"7.7", 400, "SubjectNotFound", "The subject is not found.", Kind::NotFound, byItself, "Wait two minutes"},
    {"7.7", 404, "ResourceNotFound", "The resource is not found.", Kind::NotFound, byItselfWhileNew, "two minutes"},
    {"7.7", 400, "RoleNotFound", "", Kind::NotFound, byItself, "Wait two minutes"},
    {"7.7", 400, "ResourceIsLocked", "", Kind::Conflict, byItself, "Wait a minute"},
    {"7.7", 400, "AadPremiumLicenseRequired", "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.", Kind::Denied, byBillingAdmin, "Billing Administrator"},
    {"7.7", 403, "PermissionScopeNotGranted", "Authorization failed due to missing permission scope X[,Y].", Kind::Denied, byGlobalAdmin, "Global Administrator"},
    {"7.7", 403, "InsufficientPermissions", "", Kind::Denied, "You, once that role is active.", "Privileged Role Administrator"},
    {"7.7", 403, "UnauthorizedAccessException", "", Kind::Denied, byRoleOfStep, "Readiness"},
    {"7.7", 400, "InvalidPolicy", "The policy is invalid.", Kind::Invalid, byYou, "duration"},
    {"7.7", 400, "RoleManagementPolicyRuleValidationError", "", Kind::Invalid, byYou, "approvers"},
    {"7.7", 400, "InvalidPolicyRule", "", Kind::Invalid, byYou, "approvers"},
    // 10.6, and 10.5 and 2.6 for what stands in its texts
    {"10.6", 400, "BadRequest", R"(1034: Policy contains invalid applications: {"<appId>":"PublicClientsAreUnsupported"})", Kind::Invalid, byAppAdmin, "Cloud Application Administrator", "PublicClientsAreUnsupported"},
    {"10.6", 400, "BadRequest", R"(1034: Policy contains invalid applications: {"<appId>":"ServicePrincipalNotFound"})", Kind::NotFound, byItself, "Wait two minutes", "ServicePrincipalNotFound"},
    {"10.6", 400, "BadRequest", R"(1034: Policy contains invalid applications: {"..":"UnsupportedFirstPartyApplication"})", Kind::Invalid, byYou, "another application", "UnsupportedFirstPartyApplication"},
    {"10.6", 400, "BadRequest", "1034: Policy contains invalid applications: {...}", Kind::Invalid, byYou, "another application", "1034"},
    {"10.6", 400, "BadRequest", "1040: ", Kind::NotFound, byItself, "Wait a minute", "1040"},
    {"10.6", 400, "BadRequest", "1054: Invalid group value: x", Kind::NotFound, byItselfWhileNew, "two minutes", "1054"},
    {"10.6", 400, "BadRequest", "1059: ", Kind::Invalid, byYou, "excluded account", "1059"},
    {"10.6", 400, "BadRequest", "1055: ", Kind::Invalid, byYou, "excluded account", "1055"},
    {"10.6", 400, "BadRequest", "1011: ", Kind::Invalid, byMakers, "makers", "1011"},
    {"10.6", 400, "BadRequest", "1032: ", Kind::Invalid, byMakers, "makers", "1032"},
    {"10.6", 400, "BadRequest", "1028: ", Kind::Invalid, byCaAdmin, "Conditional Access Administrator", "1028"},
    {"10.6", 400, "BadRequest", "Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a Conditional Access policy.", Kind::Invalid, byCaAdmin, "Conditional Access Administrator", "SecurityDefaultsEnabled"},
    {"10.6", 404, "ResourceNotFound", "", Kind::NotFound, byItselfWhileNew, "two minutes"},
};

/// 1.1: the statuses by themselves, whatever stands around them.
struct ContractStatus
{
    int status;
    Error::Kind kind;
    const char *who;
    const char *step;
};
inline constexpr ContractStatus contractStatuses[] = {
    {400, Kind::Invalid, "An administrator of this tenant, with the request number.", "request number"},
    {401, Kind::SignIn, byYou, "Sign in again"},
    {402, Kind::Denied, byBillingAdmin, "Billing Administrator"},
    {403, Kind::Denied, byRoleOfStep, "Readiness"},
    {404, Kind::NotFound, byItselfWhileNew, "two minutes"},
    {405, Kind::Invalid, byMakers, "makers"},
    {409, Kind::Conflict, byYou, "Read again"},
    {412, Kind::Conflict, byYou, "Read again"},
    {418, Kind::Invalid, "An administrator of this tenant, with the request number.", "request number"},
    {423, Kind::Conflict, byItself, "Wait a minute"},
    {424, Kind::Invalid, byYou, "failed first"},
    {429, Kind::Throttled, byItself, "few minutes"},
    {500, Kind::Server, byMicrosoft, "request number"},
    {502, Kind::Server, byMicrosoft, "request number"},
    {503, Kind::Server, byMicrosoft, "request number"},
    {504, Kind::Server, byMicrosoft, "request number"},
    {599, Kind::Server, byMicrosoft, "request number"},
};

/// 7.7: names that some clients match, and that nobody has seen.
inline constexpr const char *defensiveNames[] = {
    "JustificationRuleViolated", "TicketingRuleViolated", "MfaRuleViolated", "MaximumDurationExceeded", "StartTimeInPast",
    "InvalidStartDateTime", "EligibilityNotFound", "ConcurrentActivationInProgress", "RoleAssignmentApprovalRequired",
    "GroupAssignmentRequestAcrsValidationFailed",
};

inline constexpr auto malformed = "The server could not process the request because it is malformed or incorrect.";
inline constexpr auto htmlBody = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";
inline constexpr auto halfBody = R"({"error":{"code":"Req)";
inline constexpr auto acrsFragment =
    "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D";
inline constexpr auto acrsClaims = R"({"access_token":{"acrs":{"essential":true, "value":"c1"}}})";
inline constexpr auto tooManyRequests =
    R"({"error":{"code":"TooManyRequests","innerError":{"code":"429","date":"2025-02-13T10:17:05","message":"Please retry after","request-id":"8b6f1c52","status":"429"},"message":"Please retry again later."}})";
inline constexpr auto invalidPolicy =
    R"({"error":{"code":"InvalidPolicy","message":"The policy is invalid.","details":[{"code":"RoleManagementPolicyRuleValidationError","message":"A limit needs a duration."}]}})";
inline constexpr auto badProperty =
    R"({"error":{"code":"Request_BadRequest","message":"One or more properties contain invalid values.","details":[{"code":"InvalidValue","target":"mailNickname","message":"mailNickname is too long."}]}})";
// clang-format on

} // namespace pimgate::test
