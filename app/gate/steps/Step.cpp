#include "gate/steps/Step.h"

#include <QCoreApplication>

namespace pimgate {

Error notOfThisStep(const Change &change)
{
    Error error;
    error.kind = Error::Kind::Unsafe;
    error.message = QCoreApplication::translate("Step", "“%1” is no change that this step makes, so nothing was sent.")
                        .arg(change.key.toString());
    error.next = QCoreApplication::translate("Step", "Read again, then look at the rows.");
    return error;
}

namespace {

Error nobodyCanOpen(const Change &change)
{
    Error error;
    error.kind = Error::Kind::Unsafe;
    error.message = QCoreApplication::translate(
                        "Step", "“%1” takes access away, and nobody is known who can open the gate, so nothing was sent.")
                        .arg(change.what);
    error.next = QCoreApplication::translate("Step", "See to it that somebody can open the gate, then close it.");
    return error;
}

} // namespace

Task<Result<Made>> Step::make(Change change, Ids ids, Seen seen, TakeAwayPermit permit, std::stop_token stop)
{
    if (change.closing() && !permit.given())
        co_return failure(nobodyCanOpen(change));
    co_return co_await write(change, ids, seen, stop);
}

Task<Outcome> Step::takeBack(Change change, Ids ids, TakeAwayPermit permit, std::stop_token stop)
{
    if (change.shutsWhenTakenBack() && !permit.given())
        co_return failure(nobodyCanOpen(change));
    co_return co_await writeBack(change, ids, stop);
}

Seen Step::seenIn(const Snapshot &, const Change &) const
{
    return {};
}

} // namespace pimgate
