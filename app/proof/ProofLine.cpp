#include "proof/ProofLine.h"

#include <algorithm>

namespace pimgate {

QList<QString *> ProofLine::texts()
{
    QList<QString *> all{&who, &application, &justification, &said, &verdict.who, &verdict.application, &verdict.blockedBy};
    if (written)
        all << &written->done << &written->expected << &written->happened;
    if (verdict.written)
        all << &verdict.written->assignmentReason << &verdict.written->policyReason << &verdict.written->sentence;
    return all;
}

const ProofLine *ProofResult::endedAt() const
{
    const auto found = std::find_if(lines.begin(), lines.end(), [](const ProofLine &line) { return !line.finished(); });
    return found == lines.end() ? nullptr : &*found;
}

} // namespace pimgate
