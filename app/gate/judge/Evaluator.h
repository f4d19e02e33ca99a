#pragma once

#include "gate/Snapshot.h"

#include <chrono>

namespace pimgate {

/// What the two locks do to one person at one moment. Pure: it reads a snapshot and nothing else.
struct Verdict
{
    enum class Lock { Open, Shut, ReportOnly, Off, Unknown };
    Lock assignment = Lock::Unknown;
    Lock policy = Lock::Unknown;
    bool letIn = false;
    bool enforced = false;    ///< the second lock is armed
    bool member = false;      ///< active member of the group at that moment
    QString assignmentReason; ///< "the group is assigned", "not assigned"
    QString policyReason;     ///< "the group is excluded", "blocked by PIM only: NinjaOne"
    QString sentence;         ///< "The gate is open for Ada, for 3 h 41 min more. For everyone else it is shut."
    int expectedError = 0;    ///< 0, 50105 or 53003; assignment first (graph-contract 5.2)
};

struct Person
{
    Principal who;
    std::optional<bool> activeMember; ///< empty: as the snapshot says; set: "once active", "after it ends"
    QDateTime memberUntil;
    QStringList groups; ///< ids, transitive, other than the gate's group
    /// Those of `groups` that he is in directly: assignment does not count nested members (pitfall P7). Empty optional:
    /// not known; being in another assigned group then answers Unknown instead of guessing.
    std::optional<QStringList> directGroups = std::nullopt;
};

/// The rule of design.md section 7: lock 1 is open if the group is assigned, assignment is required and the person is an
/// active direct member (or directly assigned); lock 2 is open if the policy is on and the person is a member of an
/// excluded group (or excluded).
Verdict evaluate(const Person &person, const Snapshot &snapshot);

/// The activation that PIM shows for this person at the moment of reading; null: none.
const PimSchedule *activation(const Snapshot &snapshot, const QString &personId);

/// "Everyone, not activated": an invented person who is in nothing.
Person everyone();

/// How many people could sign in now, as far as the snapshot knows; empty when it does not.
std::optional<int> peopleWhoCanSignIn(const Snapshot &snapshot);

/// "3 h 41 min", "5 min", "2 days 4 h"; whole minutes, rounded down, never below one.
QString shortDuration(std::chrono::seconds duration);

} // namespace pimgate
