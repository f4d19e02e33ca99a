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

Seen Step::seenIn(const Snapshot &, const Change &) const
{
    return {};
}

} // namespace pimgate
