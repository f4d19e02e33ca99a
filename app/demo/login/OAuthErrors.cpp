#include "demo/login/OAuthErrors.h"

#include <algorithm>
#include <array>

namespace pimgate::demo {

namespace {

struct ErrorRow
{
    int code;
    const char *authorize; ///< error of a redirect
    int status;            ///< of the token endpoint, with error and suberror
    const char *token;
    const char *suberror;
    const char *meaning;
};

constexpr const char *kDenied = "access_denied";
constexpr const char *kInteraction = "interaction_required";
constexpr const char *kRequest = "invalid_request";
constexpr const char *kGrant = "invalid_grant";

// Contract 16 and 16.1.
constexpr std::array errorRows{
    ErrorRow{16000, kInteraction, 400, kInteraction, nullptr, "The account is not in this tenant; another one must be chosen."},
    ErrorRow{28000, kRequest, 400, "invalid_scope", nullptr, "The scopes belong to more than one resource."},
    ErrorRow{50011, kRequest, 400, kRequest, nullptr, "The reply address is not registered for the application."},
    ErrorRow{50020, kDenied, 400, kGrant, nullptr, "The account lives in another tenant and is no guest here."},
    ErrorRow{50034, "login_required", 400, kGrant, nullptr, "The directory does not know the account."},
    ErrorRow{50049, kRequest, 400, "invalid_instance", nullptr, "The instance is unknown."},
    ErrorRow{50057, kDenied, 400, kGrant, nullptr, "The account is disabled."},
    ErrorRow{50058, "login_required", 400, kGrant, nullptr, "Nobody is signed in for a silent sign-in."},
    ErrorRow{50059, kRequest, 400, kRequest, nullptr, "Neither the request nor the account names a tenant."},
    ErrorRow{50074, kInteraction, 400, kInteraction, "basic_action", "An authentication strength is required."},
    ErrorRow{50076, kInteraction, 400, kInteraction, "basic_action", "Multifactor authentication is required."},
    ErrorRow{50079, kInteraction, 400, kInteraction, "basic_action", "The account must register for multifactor authentication."},
    ErrorRow{50105, kDenied, 400, kGrant, nullptr, "The account is not assigned to the application."},
    ErrorRow{50173, kDenied, 400, kGrant, "bad_token", "The grant was revoked; sign in again."},
    ErrorRow{50194, kRequest, 400, kRequest, nullptr, "The application is for its own tenant only."},
    ErrorRow{53000, kDenied, 400, kGrant, "message_only", "The device is not compliant."},
    ErrorRow{53003, kDenied, 400, kGrant, "message_only", "Conditional Access blocks this sign-in."},
    ErrorRow{54005, kDenied, 400, kGrant, nullptr, "The code was redeemed already."},
    ErrorRow{65001, "consent_required", 400, kGrant, "consent_required", "Nobody has consented to these permissions."},
    ErrorRow{65004, kDenied, 400, "authorization_declined", nullptr, "The person declined."},
    ErrorRow{70000, kRequest, 400, kGrant, "bad_token", "The code or refresh token is not valid."},
    ErrorRow{70003, kRequest, 400, "unsupported_grant_type", nullptr, "The grant type is not supported."},
    ErrorRow{70005, "unsupported_response_type", 400, kRequest, nullptr, "The response type is not supported."},
    ErrorRow{70007, kRequest, 400, kRequest, nullptr, "The response mode is not supported."},
    ErrorRow{70008, kDenied, 400, kGrant, "token_expired", "The code or refresh token has expired."},
    ErrorRow{70011, "invalid_scope", 400, "invalid_scope", nullptr, "The scope is not valid."},
    ErrorRow{70018, kRequest, 400, "bad_verification_code", nullptr, "The device code is unknown."},
    ErrorRow{70019, kRequest, 400, "expired_token", nullptr, "The device code has expired."},
    ErrorRow{90002, kRequest, 400, kRequest, nullptr, "The tenant is unknown."},
    ErrorRow{90023, kRequest, 400, kRequest, nullptr, "The request is not valid."},
    ErrorRow{90072, kDenied, 400, kGrant, nullptr, "The account of another tenant is no guest here."},
    ErrorRow{90094, kDenied, 400, kGrant, "consent_required", "An administrator must consent to these permissions."},
    ErrorRow{165000, kRequest, 400, kRequest, nullptr, "The sign-in was begun in another browser, or too long ago."},
    ErrorRow{500011, "invalid_resource", 400, "invalid_resource", nullptr, "The resource is not in this tenant."},
    ErrorRow{500112, kRequest, 400, kGrant, nullptr, "The reply address is not the one of the code."},
    ErrorRow{500113, kRequest, 400, kRequest, nullptr, "No reply address is registered for the application."},
    ErrorRow{500121, kDenied, 400, kGrant, nullptr, "The second factor was not confirmed."},
    ErrorRow{501481, kRequest, 400, kGrant, nullptr, "The code verifier does not match the code challenge."},
    ErrorRow{650053, "invalid_client", 400, "invalid_client", nullptr, "The resource has no such permission."},
    ErrorRow{700005, kRequest, 400, kGrant, nullptr, "The code was issued for another tenant."},
    ErrorRow{700016, "unauthorized_client", 400, "unauthorized_client", nullptr, "The application is not in this tenant."},
    ErrorRow{700025, kRequest, 401, "invalid_client", nullptr, "A public client must not present a secret."},
    ErrorRow{700051, "unsupported_response_type", 400, kRequest, nullptr, "The application may not ask for tokens directly."},
    ErrorRow{700054, "unsupported_response_type", 400, kRequest, nullptr, "The application may not ask for id tokens directly."},
    ErrorRow{700082, kDenied, 400, kGrant, "token_expired", "The refresh token was not used for too long."},
    ErrorRow{900144, kRequest, 400, kRequest, nullptr, "A parameter is missing."},
    ErrorRow{7000112, "unauthorized_client", 400, "unauthorized_client", nullptr, "The application is disabled."},
    ErrorRow{7000215, kRequest, 401, "invalid_client", nullptr, "The client secret is wrong."},
    ErrorRow{7000218, kRequest, 401, "invalid_client", nullptr, "The client must present a secret."},
    ErrorRow{9002313, kRequest, 400, kRequest, nullptr, "The request is malformed."},
    ErrorRow{9002325, kRequest, 400, kRequest, nullptr, "Proof Key for Code Exchange is required."},
};

const ErrorRow *rowOf(int code)
{
    const auto found = std::find_if(errorRows.begin(), errorRows.end(), [&](const ErrorRow &row) { return row.code == code; });
    return found == errorRows.end() ? nullptr : &*found;
}

} // namespace

QString authorizeError(int code)
{
    const auto *row = rowOf(code);
    return QString::fromLatin1(row ? row->authorize : kDenied);
}

TokenError tokenError(int code)
{
    const auto *row = rowOf(code);
    return row ? TokenError{row->status, row->token, row->suberror} : TokenError{400, kGrant, nullptr};
}

QString errorMeaning(int code)
{
    const auto *row = rowOf(code);
    return row ? QString::fromLatin1(row->meaning) : QString();
}

} // namespace pimgate::demo
