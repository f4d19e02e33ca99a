#pragma once

#include "base/Names.h"
#include "gate/Snapshot.h"

#include <chrono>

namespace pimgate {

/// What the two locks do to one person at one moment. Pure: it reads a snapshot and nothing else. No words: VerdictWords.h
/// makes them from this alone.
struct Verdict
{
    enum class Lock { Open, Shut, ReportOnly, Off, Unknown };
    /// Why the first lock is as it is.
    enum class AssignmentReason {
        Unread,
        SignInOff,
        NotRequired,
        AssignedDirectly,
        PerhapsAnotherGroup, ///< in another assigned group, directly or not
        AnotherGroup,
        GroupNotAssigned,
        MembersUnread,
        GroupAssigned,
        NestedGroup,
        NotAssigned
    };
    /// Why the second lock is as it is.
    enum class PolicyReason {
        Unread,
        NoPolicy,
        AnotherApplication,
        DoesNotBlock,
        WouldBlock,
        WouldLetThrough,
        Off,
        StateUnknown,
        PersonExcluded,
        GroupExcluded,
        AnotherGroupExcluded,
        MembersUnread,
        NotAboutPerson,
        DirectoryRoles,
        FurtherConditions, ///< of the one named `blockedBy`, if it is not the gate's own
        Blocks,            ///< the one named `blockedBy`
        SparesBrowsers,
        FurtherDemands, ///< of the one named `blockedBy`: a device, terms of use, a strength above MFA
        OnlyAtRisk      ///< and an ordinary sign-in is at none
    };
    Lock assignment = Lock::Unknown;
    Lock policy = Lock::Unknown;
    bool letIn = false;
    bool enforced = false; ///< the second lock is armed
    bool member = false;   ///< active member of the group at that moment
    AssignmentReason assignmentReason = AssignmentReason::Unread;
    PolicyReason policyReason = PolicyReason::Unread;
    QString blockedBy;     ///< display name of the policy that blocks
    int expectedError = 0; ///< 0, 50105 or 53003; assignment first (graph-contract 5.2)

    bool everyone = false;
    QString who; ///< display name
    bool accountEnabled = true;
    QString application;                      ///< display name
    std::optional<std::chrono::seconds> left; ///< of the activation
    bool alone = false;                       ///< nobody else is let in, as far as is known

    /// What history says of a verdict kept before reasons had names: shown as it was written.
    struct Written
    {
        QString assignmentReason, policyReason, sentence;
    };
    std::optional<Written> written = std::nullopt;
};

template <>
struct Names<Verdict::Lock>
{
    static constexpr std::array values{"open", "shut", "reportOnly", "off", "unknown"};
};

template <>
struct Names<Verdict::AssignmentReason>
{
    static constexpr std::array values{
        "unread",           "signInOff",     "notRequired",   "assignedDirectly", "perhapsAnotherGroup", "anotherGroup",
        "groupNotAssigned", "membersUnread", "groupAssigned", "nestedGroup",      "notAssigned"};
};

template <>
struct Names<Verdict::PolicyReason>
{
    static constexpr std::array values{"unread",
                                       "noPolicy",
                                       "anotherApplication",
                                       "doesNotBlock",
                                       "wouldBlock",
                                       "wouldLetThrough",
                                       "off",
                                       "stateUnknown",
                                       "personExcluded",
                                       "groupExcluded",
                                       "anotherGroupExcluded",
                                       "membersUnread",
                                       "notAboutPerson",
                                       "directoryRoles",
                                       "furtherConditions",
                                       "blocks",
                                       "sparesBrowsers",
                                       "furtherDemands",
                                       "onlyAtRisk"};
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
    bool groupsRead = true;                          ///< false: `groups` says nothing
    std::optional<QStringList> roles = std::nullopt; ///< template ids of active directory roles; empty: not known
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

} // namespace pimgate
