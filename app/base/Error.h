#pragma once

#include <QDateTime>
#include <QStringList>

#include <chrono>
#include <optional>
#include <tl/expected.hpp>

namespace pimgate {

/// What went wrong, in a form that a page, a command and a log can all show. Made where the wire, a file or a
/// person's input is read; acted on once per user action.
struct Error
{
    enum class Kind {
        Input,     ///< a person or a file gave something that cannot be used
        SignIn,    ///< the sign-in host said no, or the sign-in was not finished
        Denied,    ///< 401/403: scope, role or licence missing
        NotFound,  ///< 404
        Invalid,   ///< 400: the server refused the content
        Conflict,  ///< 409/412
        Throttled, ///< 429 after all retries
        Server,    ///< 5xx after all retries
        Network,   ///< no answer: offline, refused, TLS, time-out
        Protocol,  ///< an answer that cannot be understood
        Storage,   ///< history, keychain or file
        Changed,   ///< the tenant is no longer as it was shown
        Differs,   ///< the read-back stays different from what was asked
        Unsafe,    ///< refused by the interlock, before anything was sent
        Cancelled
    };

    Kind kind = Kind::Protocol;
    QString code;      ///< the most specific code of the server ("RoleAssignmentExists", "AADSTS53003"), else empty
    int status = 0;    ///< HTTP status, 0 where there was none
    QString message;   ///< what happened and why, one sentence, for a person
    QString next;      ///< the next step, one sentence; may be empty
    QString who;       ///< who can fix it; empty: what its kind says
    QString where;     ///< JSON path in a blueprint, or the call ("POST /groups")
    QString requestId; ///< Microsoft's request-id or correlation id
    QString traceId;   ///< of the sign-in host, where it gave one
    QDateTime at;      ///< when the server said so, UTC; invalid where it did not tell
    std::optional<std::chrono::seconds> retryAfter;
    QString claims; ///< a claims challenge, decoded JSON, else empty

    bool is(Kind k) const { return kind == k; }
    /// "where: message next (status code, request id, moment)" on one line, without secrets.
    QString text() const;
    /// What somebody who looks into it asks for: status and code, request, trace, moment. Nothing that names a person.
    QStringList references() const;
};

template <class T>
using Result = tl::expected<T, Error>;
using Outcome = Result<void>;

inline tl::unexpected<Error> failure(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

inline tl::unexpected<Error> failure(Error::Kind kind, QString message, QString next = {})
{
    Error error;
    error.kind = kind;
    error.message = std::move(message);
    error.next = std::move(next);
    return tl::unexpected<Error>(std::move(error));
}

} // namespace pimgate
