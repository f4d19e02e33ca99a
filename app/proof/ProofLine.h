#pragma once

#include "base/States.h"
#include "gate/judge/Evaluator.h"
#include "gate/wish/Blueprint.h"

namespace pimgate {

/// One line of the proof: what was done, what was expected, what happened, and how much that proves.
struct ProofLine
{
    enum class Moment { Blocked, Requested, Approved, Active, Ended } moment = Moment::Blocked;
    enum class State { ToCome, Working, Passed, Failed, Skipped } state = State::ToCome;
    QDateTime at; ///< UTC, the tenant's clock
    QString who, done, expected, happened;
    int errorCode = 0; ///< AADSTS number when a sign-in was refused
    QString recordId;  ///< request id, sign-in log id
    ProofLabel label = ProofLabel::Simulated;
    Verdict verdict; ///< the evaluator's word on the same person and moment: must agree with what happened
    bool agrees = true;

    /// Nothing is left to do for it.
    bool finished() const { return state == State::Passed || state == State::Skipped; }
};

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
    QList<ProofLine> lines;
    QString how; ///< pending: how to go on; failed: what to look at
};

} // namespace pimgate
