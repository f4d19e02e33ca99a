#pragma once

#include "base/Names.h"
#include "base/States.h"
#include "gate/judge/Evaluator.h"
#include "gate/wish/Blueprint.h"

namespace pimgate {

/// One line of the proof: what was done, what was expected, what happened, and how much that proves. No words: ProofWords.h
/// makes them from this alone.
struct ProofLine
{
    enum class Moment { Blocked, Requested, Approved, Active, Ended } moment = Moment::Blocked;
    enum class State { ToCome, Working, Passed, Failed, Skipped } state = State::ToCome;
    enum class Act { Nothing, Opens, Asks, Approves, NeedsNoApproval, OpensAfterTheEnd } act = Act::Nothing;
    enum class Expectation { Nothing, Blocked, WaitsForApproval, ActiveMember, LetIn } expectation = Expectation::Nothing;
    enum class Happening {
        Nothing,
        // foreseen
        Foreseen, ///< as expected
        ForeseenBlocked,
        ForeseenLetIn,
        NotKnown,
        // at the door
        BlockedByAssignment,
        BlockedByPolicy,
        BlockedOnceActive, ///< by whatever `said` says
        RefusedOtherwise,  ///< by something that is not the gate: `said`
        LetIn,             ///< although it should be shut
        LetInByBoth,
        LetInByOne,           ///< the second lock is not enforced
        OpensInPrivateWindow, ///< waits for the sign-in log
        NoRecord,             ///< it does not show anything since `when`
        AnswersAsBefore,
        // the request
        WaitsForApproval,
        WaitsSinceEarlier,
        NotHeld,       ///< for approval: `said` is its status
        AlreadyActive, ///< until `when`
        AlreadyActiveForGood,
        RequestExists,
        EndedAs, ///< `said` is its status
        MakingMembership,
        StillNotActive,
        ActiveUntil, ///< `when`
        // the approval
        NoApprovalNeeded,
        WaitsForApprover,
        NotAskedToApprove,
        // the end
        Due, ///< at `when`
        DueIn,
        Error ///< `said` in the words of whoever made it
    } happening = Happening::Nothing;

    QDateTime at;          ///< UTC, the tenant's clock
    QString who;           ///< display name; empty: an approver who is not known yet
    QString application;   ///< display name
    IsoDuration duration;  ///< asked for
    QString justification; ///< with the request
    QString said;          ///< by Microsoft, or an error's message
    QDateTime when;        ///< UTC
    int errorCode = 0;     ///< AADSTS number when a sign-in was refused
    QString recordId;      ///< request id, sign-in log id
    ProofLabel label = ProofLabel::Simulated;
    Verdict verdict; ///< the evaluator's word on the same person and moment: must agree with what happened
    bool agrees = true;

    /// What history says of a line kept before these had names: shown as it was written.
    struct Written
    {
        QString done, expected, happened;
    };
    std::optional<Written> written = std::nullopt;

    /// Nothing is left to do for it.
    bool finished() const { return state == State::Passed || state == State::Skipped; }
    /// Whatever may name somebody.
    QList<QString *> texts();
};

/// How long PIM, the directory and the sign-in host may lag (pitfall P13), in the tenant's time.
inline constexpr std::chrono::minutes proofPatience(5);

struct ProofWish
{
    Blueprint blueprint;
    QString user;     ///< UPN of an eligible person
    QString approver; ///< UPN, empty: the first approver who is a user and not the person himself
    QString justification;
    QString ticket;
    std::optional<IsoDuration> duration; ///< empty: the longest allowed where time can be passed, else five minutes
    /// The lines of a run that ended Pending: it is taken up at the first one that is not finished.
    QList<ProofLine> earlier = {};
};

struct ProofResult
{
    enum class State { Passed, Failed, Pending } state = State::Failed;
    /// Pending: how to go on; failed: what to look at. Names and times are those of the lines.
    enum class How {
        Nothing,
        SeeEvaluator,
        EvaluatorDisagrees,
        NotTheGate,     ///< to be mended first
        NotTheGateSaid, ///< what was said instead
        EndActivation,
        WaitForEnd,
        NoApprovalExpected,
        ApprovalExpected,
        AskAgain,
        LookAtRequest,
        NobodyApproves,
        OwnRequest,
        ApproverElsewhere,
        LogIsSilent,
        Error ///< `said` in the words of whoever made it
    } how = How::Nothing;
    QString said;
    QList<ProofLine> lines;
    std::optional<QString> written = std::nullopt; ///< what history says of a proof kept before that had a name

    /// Where it ended: the first line that is not finished.
    const ProofLine *endedAt() const;
};

template <>
struct Names<ProofLabel>
{
    static constexpr std::array values{"simulated", "playedInDemo", "evaluatedByMicrosoft", "observed"};
};

template <>
struct Names<ProofLine::Moment>
{
    static constexpr std::array values{"blocked", "requested", "approved", "active", "ended"};
};

template <>
struct Names<ProofLine::State>
{
    static constexpr std::array values{"toCome", "working", "passed", "failed", "skipped"};
};

template <>
struct Names<ProofLine::Act>
{
    static constexpr std::array values{"nothing", "opens", "asks", "approves", "needsNoApproval", "opensAfterTheEnd"};
};

template <>
struct Names<ProofLine::Expectation>
{
    static constexpr std::array values{"nothing", "blocked", "waitsForApproval", "activeMember", "letIn"};
};

template <>
struct Names<ProofLine::Happening>
{
    static constexpr std::array values{"nothing",
                                       "foreseen",
                                       "foreseenBlocked",
                                       "foreseenLetIn",
                                       "notKnown",
                                       "blockedByAssignment",
                                       "blockedByPolicy",
                                       "blockedOnceActive",
                                       "refusedOtherwise",
                                       "letIn",
                                       "letInByBoth",
                                       "letInByOne",
                                       "opensInPrivateWindow",
                                       "noRecord",
                                       "answersAsBefore",
                                       "waitsForApproval",
                                       "waitsSinceEarlier",
                                       "notHeld",
                                       "alreadyActive",
                                       "alreadyActiveForGood",
                                       "requestExists",
                                       "endedAs",
                                       "makingMembership",
                                       "stillNotActive",
                                       "activeUntil",
                                       "noApprovalNeeded",
                                       "waitsForApprover",
                                       "notAskedToApprove",
                                       "due",
                                       "dueIn",
                                       "error"};
};

template <>
struct Names<ProofResult::State>
{
    static constexpr std::array values{"passed", "failed", "pending"};
};

template <>
struct Names<ProofResult::How>
{
    static constexpr std::array values{"nothing",          "seeEvaluator",      "evaluatorDisagrees", "notTheGate",
                                       "notTheGateSaid",   "endActivation",     "waitForEnd",         "noApprovalExpected",
                                       "approvalExpected", "askAgain",          "lookAtRequest",      "nobodyApproves",
                                       "ownRequest",       "approverElsewhere", "logIsSilent",        "error"};
};

} // namespace pimgate
