#pragma once

#include "gate/run/History.h"
#include "gate/run/Plan.h"

#include <functional>

namespace pimgate {

/// Progress of one change in words; state as the pages show it.
struct Progress
{
    enum class State { Waiting, Sending, ReadingBack, Done, Already, Failed, Differs } state = State::Waiting;
    ChangeKey key;
    QString sentence;
    QString wait;    ///< why it waits: "Microsoft is copying the group"
    QString typical; ///< "usually under 2 minutes"
    QDateTime since;
};
using TellProgress = std::function<void(const Progress &)>;

struct RunResult
{
    QString runId;
    RunState state = RunState::Running;
    Plan after; ///< one fresh inspect and plan at the end
    std::optional<ArmingEvidence> evidence;
    std::optional<Openable> openable; ///< as it was judged before the last act that takes access away; empty: none was due
    /// What was to be closed stays open, because nobody certainly could open it afterwards.
    bool nobodyCanOpen() const { return openable && !openable->path(); }
    QStringList notDone;      ///< undo and remove: what it could not take back, with the reason
    QStringList changedSince; ///< undo and remove: left alone, because somebody has changed it since; with what it is now
};

/// How changes are taken back.
struct TakeBack
{
    bool noWait = false;     ///< what PIM's five minutes still hold is left, and named in notDone
    bool changedToo = false; ///< also what somebody has changed since
};

} // namespace pimgate
