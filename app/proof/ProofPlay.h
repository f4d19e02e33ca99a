#pragma once

#include "proof/ApplicationDoor.h"

namespace pimgate {

/// Everything one play knows, shared by its moments: who walks with which wish, and the newest reading of what the two locks
/// read.
class ProofPlay
{
public:
    /// Admin and door must outlive its tasks.
    ProofPlay(GraphService &admin, const ApplicationDoor &door, ProofWish asked, SnapshotPtr known, std::stop_token stopping);

    /// Finds the person, says what the wish leaves open, opens the ledger with a first reading. An error for a wish that cannot
    /// be used.
    Task<Outcome> prepare();
    /// The parts of the tenant that the two locks read, once more.
    Task<Outcome> refresh();

    bool takenUp() const { return !wish.earlier.isEmpty(); }
    const QString &groupId() const { return snapshot->group->id; }
    const QString &appId() const { return snapshot->application->appId; }

    ProofWish wish;
    SnapshotPtr snapshot; ///< the newest one
    Person person;
    QString requestId;
    LedgerPtr ledger;
    std::stop_token stop;

private:
    Task<Result<Principal>> findPerson();
    Outcome completeWish();
    void openLedger();

    GraphService &m_admin;
    const ApplicationDoor &m_door;
};

using PlayPtr = std::shared_ptr<ProofPlay>;

} // namespace pimgate
