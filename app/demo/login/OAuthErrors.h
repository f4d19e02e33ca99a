#pragma once

#include <QString>

namespace pimgate::demo {

/// A "no" of the sign-in host, before it is worded for the token endpoint (JSON), a redirect or a page.
struct Refusal
{
    int code = 0; ///< AADSTS number; 0: no refusal
    QString message = {};
    QString claims = {}; ///< to be sent along to /authorize

    explicit operator bool() const { return code != 0; }
};

/// error= of a redirect from /authorize.
QString authorizeError(int code);
/// What the token endpoint says about an AADSTS number.
struct TokenError
{
    int status;
    const char *error;
    const char *suberror; ///< null: none
};
TokenError tokenError(int code);
/// The number in words, for the page behind error_uri; empty when the demo does not know it.
QString errorMeaning(int code);

} // namespace pimgate::demo
