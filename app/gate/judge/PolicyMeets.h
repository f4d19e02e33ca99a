#pragma once

#include "gate/judge/Evaluator.h"

namespace pimgate {

/// An answer that may be missing: what cannot be read or worked out here is neither yes nor no.
enum class Truth { No, Yes, NotKnown };

/// In the gate's group only through another group: counts for Conditional Access, not for assignment (pitfall P7).
bool nestedMember(const Person &person, const Snapshot &snapshot);

/// Whether a Conditional Access policy holds for somebody's sign-in, its state and what it asks left aside. Open: it spares
/// the person.
struct Meeting
{
    Verdict::Lock lock = Verdict::Lock::Unknown;
    Verdict::PolicyReason reason = Verdict::PolicyReason::Unread;
};

/// @param member whether the person is in the gate's group; empty: not known.
Meeting meetingOf(const CaPolicy &policy, const Person &person, std::optional<bool> member, const Snapshot &snapshot);

/// Whether the policy is about this application.
Truth aboutApplication(const CaPolicy &policy, const QString &appId);
/// Whether it is about the authentication context ("c1").
bool aboutContext(const CaPolicy &policy, const QString &claim);

/// What the policy asks of whom it meets.
enum class Demand {
    CanBeMet, ///< nothing, or MFA
    Blocks,
    NotKnown ///< a device, terms of use, a strength above MFA: nobody can say from here
};
Demand demandOf(const CaPolicy &policy);

} // namespace pimgate
