#pragma once

#include "identity/Session.h"
#include "proof/ApplicationDoor.h"

#include <functional>

namespace pimgate {

/// Makes a session for one actor (HttpBrowser on loopback, system browser elsewhere).
using SessionFor = std::function<std::unique_ptr<Session>(const QString &upn)>;

/// Finds somebody who may approve the request, and approves with his own session.
class ProofApprover
{
public:
    ProofApprover(GraphService &admin, SessionFor sessionFor, const ApplicationDoor &door)
        : m_admin(admin), m_sessionFor(std::move(sessionFor)), m_door(door)
    {
    }

    /// The one named; else the first approver who is a user, or a member of an approving group, and not the person himself.
    Task<Result<std::optional<Principal>>> find(QString named, LedgerPtr ledger, std::stop_token stop);
    /// Approves the person's request, of which PIM lets no two wait; its id. Where the ledger is over afterwards, it
    /// says why he could not.
    Task<Result<QString>> decideAs(Principal approver, LedgerPtr ledger, std::stop_token stop);

private:
    GraphService &m_admin;
    SessionFor m_sessionFor;
    const ApplicationDoor &m_door;
};

} // namespace pimgate
