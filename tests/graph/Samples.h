#pragma once

// Bodies as they were seen on the wire (graph-contract 7.7, 10.6, 15). Apart from the test, because moc 6.4 loses its way
// in raw strings.
namespace pimgate::test {

// clang-format off
inline constexpr auto plainEnvelope =
    R"({"error":{"code":"RoleAssignmentExists","message":"The Role assignment already exists."}})";
inline constexpr auto wrappedEnvelope =
    R"({"error":{"code":"UnknownError","message":"{\"errorCode\":\"RoleAssignmentRequestAcrsValidationFailed\",\"message\":\"&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D\"}"}})";
inline constexpr auto contextClaims =
    R"({"access_token":{"acrs":{"essential":true, "value":"c1"}}})";
inline constexpr auto mfaRule =
    R"({"error":{"code":"RoleAssignmentRequestPolicyValidationFailed","message":"The following policy rules failed: [\"MfaRule\"]"}})";
inline constexpr auto mfaClaims =
    R"({"access_token":{"amr":{"essential":true,"values":["mfa"]}}})";
inline constexpr auto twoRules =
    R"({"error":{"code":"RoleAssignmentRequestPolicyValidationFailed","message":"The following policy rules failed: [\"MfaRule\",\"ExpirationRule\"]"}})";
inline constexpr auto innerNumber =
    R"({"error":{"code":"BadRequest","message":"The server could not process the request.","innerError":{"message":"1034: Policy contains invalid applications: {\"x\":\"PublicClientsAreUnsupported\"}","request-id":"r1"}}})";
inline constexpr auto groupValue =
    R"({"error":{"code":"BadRequest","message":"1054: Invalid group value: x"}})";
inline constexpr auto objectConflict =
    R"({"error":{"code":"Request_BadRequest","message":"m","details":[{"code":"ObjectConflict","message":"x"}]}})";
inline constexpr auto challenge =
    R"({"access_token":{"acrs":{"essential":true,"value":"c7"}}})";
// clang-format on

} // namespace pimgate::test
