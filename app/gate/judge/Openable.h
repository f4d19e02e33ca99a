#pragma once

#include "base/IsoDuration.h"
#include "base/Names.h"
#include "gate/Change.h"
#include "gate/judge/PolicyMeets.h"

namespace pimgate {

/// Whether somebody can open the gate: who, how and until when; and of everybody else who may, why not. "Eligible" is a
/// setting, "can open" is worked out from what was read. The one judgement: whatever closes, reports or verifies asks it. No
/// words: OpenableWords.h makes them.
struct Openable
{
    enum class Answer {
        Yes,
        No,
        NotKnown ///< nobody certainly can, and somebody perhaps can: no path for closing
    };

    /// Why somebody cannot, or why nobody knows.
    enum class Lack {
        None,
        AccountDeleted,
        AccountDisabled,
        AccountNotRead,
        NotAPerson,     ///< a service principal, a device
        Guest,          ///< the home tenant decides whether he can sign in
        GroupIsTheGate, ///< the gate's own group is no source of its eligibility
        GroupEmpty,     ///< nobody is in it
        OnlyNested,     ///< only groups are in it: a deeper nesting proves nothing
        NotYet,         ///< `from`
        Ended,
        NotProvisioned,
        RulesNotRead,
        OwnRequest,       ///< of an approver: nobody approves for himself
        NobodyApproves,   ///< approval is on, and nobody but the person can approve
        ApproverNotKnown, ///< who perhaps can
        ContextNotRead,
        ContextNotPublished, ///< `about`
        ContextBlocks,       ///< `about`: the policy
        ContextAsks,         ///< `about`: the policy asks for what nobody can judge from here
        RoadBlocked,         ///< `about`: a policy on all applications keeps the person from activating
        RoadNotKnown,        ///< `about`
        ApplicationNotRead,
        ApplicationOff,
        GroupNotAssigned,
        RoleOff, ///< of the group's assignment
        PolicyNotRead,
        PolicyBlocks,  ///< `about`: also whoever has activated
        PolicyNotKnown ///< `about`
    };

    /// What stands behind the authentication context that PIM asks for (pitfall P16).
    enum class Context {
        NotAsked,
        MfaInstead,  ///< no policy targets it: PIM asks for MFA
        AsksNothing, ///< its policies are off, report-only or not about the person
        Shown        ///< the person has activated under it as it is now
    };

    struct Candidate
    {
        Principal who;
        QString group;         ///< display name of the group through which he is eligible; empty: himself
        QDateTime from, until; ///< of the eligibility; until invalid: no end
        QStringList approvers; ///< display names of who can approve; empty where nobody has to
        struct NoApprover
        {
            QString who; ///< display name
            Lack lack = Lack::None;
            QString about = {};
        };
        QList<NoApprover> noApprovers; ///< who is asked and cannot, or nobody knows
        Answer answer = Answer::NotKnown;
        Lack lack = Lack::None;
        QString about = {}; ///< display name of what stands in the way
        Context context = Context::NotAsked;
    };

    Answer answer = Answer::No;
    QList<Candidate> people; ///< everybody who may, members of eligible groups by name as far as the first that can
    int notNamed = 0;        ///< members of eligible groups beyond the first twenty
    IsoDuration longest;     ///< of an activation

    /// The path that lasts longest; null: nobody certainly can.
    const Candidate *path() const;
};

template <>
struct Names<Openable::Answer>
{
    static constexpr std::array values{"yes", "no", "notKnown"};
};

template <>
struct Names<Openable::Lack>
{
    static constexpr std::array values{"none",
                                       "accountDeleted",
                                       "accountDisabled",
                                       "accountNotRead",
                                       "notAPerson",
                                       "guest",
                                       "groupIsTheGate",
                                       "groupEmpty",
                                       "onlyNested",
                                       "notYet",
                                       "ended",
                                       "notProvisioned",
                                       "rulesNotRead",
                                       "ownRequest",
                                       "nobodyApproves",
                                       "approverNotKnown",
                                       "contextNotRead",
                                       "contextNotPublished",
                                       "contextBlocks",
                                       "contextAsks",
                                       "roadBlocked",
                                       "roadNotKnown",
                                       "applicationNotRead",
                                       "applicationOff",
                                       "groupNotAssigned",
                                       "roleOff",
                                       "policyNotRead",
                                       "policyBlocks",
                                       "policyNotKnown"};
};

/// Pure. Judges the tenant as it is in the snapshot: for a gate that is to be closed, give it onceClosed().
Openable openable(const Snapshot &snapshot);

/// The tenant as these rows will leave it: assignment required, others' assignments and eligibilities gone, the policy on.
Snapshot onceClosed(const Snapshot &snapshot, const QList<Change> &rows);

/// The tenant as these rows of step 3 will leave it: people eligible, what PIM asks.
Snapshot onceAsked(const Snapshot &snapshot, const QList<Change> &rows);

/// Whose groups and roles must be read before anybody can say whether a policy stops them; empty where no policy asks.
QStringList peopleToPlace(const Snapshot &snapshot);
/// Whether activations on record can show what no policy tells.
bool activationsMatter(const Snapshot &snapshot);

} // namespace pimgate
