#pragma once

#include "base/Task.h"
#include "graph/Objects.h"
#include "identity/Cloud.h"
#include "net/Http.h"

namespace pimgate {

/// One sign-in to the application as one person, and who stopped him.
struct SignInAttempt
{
    /// The two refusals that are the gate's own locks; any other one is somebody else's.
    static constexpr int notAssigned = 50105;
    static constexpr int blockedByPolicy = 53003;

    bool admitted = false;
    int errorCode = 0; ///< 50105, 53003, 50057…
    QString text;
    QString recordId; ///< of auditLogs/signIns, where it could be read
    QDateTime at;     ///< of that record

    bool refusedByLock() const { return errorCode == notAssigned || errorCode == blockedByPolicy; }
};

/// Loopback only: signs in to the application as a browser would that already holds the person's session
/// (login_hint, prompt=none), and does not go on to the application itself.
/// OIDC: GET {login}/{tenant}/oauth2/v2.0/authorize; others: GET {login}/{tenant}/api/signin/{appId}.
/// An error is for no answer or one that says neither yes nor no; a refusal is a result.
Task<Result<SignInAttempt>> signInToApplication(Http &http, Cloud cloud, Application application, QString upn,
                                                std::stop_token stop = {});

/// Lets time pass in the demo tenant; nowhere else.
class TimeMachine
{
public:
    TimeMachine(Http &http, const Cloud &cloud) : m_http(http), m_cloud(cloud) {}
    bool available() const { return m_cloud.isDemo() && !m_cloud.controlKey.isEmpty(); }
    Task<Outcome> advance(std::chrono::seconds tenantTime, std::stop_token stop = {});

private:
    Http &m_http;
    Cloud m_cloud;
};

} // namespace pimgate
