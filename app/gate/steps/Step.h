#pragma once

#include "base/Task.h"
#include "gate/Change.h"
#include "gate/Snapshot.h"
#include "gate/steps/TakeAwayPermit.h"
#include "gate/wish/Blueprint.h"

#include <stop_token>

namespace pimgate {

/// What a look at one change's target shows.
struct Seen
{
    enum class State {
        AsBefore, ///< as the row said: the change may be sent
        Done,     ///< the tenant shows what was asked
        Other     ///< neither: the tenant changed behind our back
    };
    State state = State::AsBefore;
    QString now;                                ///< in words
    QString id;                                 ///< of the object found
    QJsonObject evidence;                       ///< as the tenant sent it, for the report
    std::optional<ManagementPolicy> rules = {}; ///< what stands there, for the request that keeps some of it
    std::optional<CaPolicy> policy = {};
};

/// What came of the one write of a row.
struct Made
{
    QString id;                ///< of what was made, if any
    bool readBack = false;     ///< the step has already read it back and it is as asked (Conditional Access: the interlock does)
    QString note = {};         ///< what the person should know of how it went
    QJsonObject evidence = {}; ///< of the read-back, as the tenant sent it
};

/// A row was given to a step that does not make it: nothing is guessed.
Error notOfThisStep(const Change &change);

/// One chore of the gate: read its part of the tenant, say which rows differ, make the request of one row when it is
/// due, and take a row back.
class Step
{
public:
    virtual ~Step() = default;
    virtual StepId id() const = 0;
    /// The delegated permissions that writing this row needs, or taking it back.
    virtual QStringList permissions(const Change &change) const = 0;
    /// Reads its part of the tenant into the snapshot (reads only).
    virtual Task<Outcome> inspect(Blueprint blueprint, SnapshotPtr snapshot, std::stop_token stop) = 0;
    /// Pure: every row of this step, in the order of writing; those the tenant already shows have done set.
    virtual QList<Change> rows(const Blueprint &blueprint, const Snapshot &snapshot) const = 0;
    /// Pure: the writes of one row, in order, as make() sends them where nothing goes wrong. Their bodies come from where the
    /// area classes take what they send.
    /// @param seen the look just before, or seenIn() what the plan has read.
    virtual QList<GraphRequest> requests(const Change &change, const Ids &ids, const Seen &seen) const = 0;
    /// Pure: what a look at this row shows, as far as the plan has read it.
    virtual Seen seenIn(const Snapshot &snapshot, const Change &change) const;
    /// Re-reads the target of one row by id.
    virtual Task<Result<Seen>> look(Change change, Ids ids, std::stop_token stop) = 0;
    /// Sends the one write of a row; nothing, and Unsafe, where it takes access away without a permit.
    /// @param seen the look just before.
    Task<Result<Made>> make(Change change, Ids ids, Seen seen, TakeAwayPermit permit, std::stop_token stop);
    /// Takes a row back, to `original`; nothing, and Unsafe, where that shuts the gate again without a permit.
    Task<Outcome> takeBack(Change change, Ids ids, TakeAwayPermit permit, std::stop_token stop);

protected:
    virtual Task<Result<Made>> write(Change change, Ids ids, Seen seen, std::stop_token stop) = 0;
    virtual Task<Outcome> writeBack(Change change, Ids ids, std::stop_token stop) = 0;
};

} // namespace pimgate
