#pragma once

#include "proof/ProofLine.h"

namespace pimgate {

/// The words of a proof, for whoever reads them; where an earlier version kept its own, those.
QString whoOf(const ProofLine &line);
QString doneIn(const ProofLine &line);     ///< "Opens NinjaOne"
QString expectedIn(const ProofLine &line); ///< "blocked"
QString happenedIn(const ProofLine &line); ///< "blocked: not assigned"
QString howOf(const ProofResult &proof);   ///< how to go on, what to look at; empty when all is well

/// "18:33:05 CET"; the zone stands beside it: a report shows the same words next to times in UTC.
QString clockTime(const QDateTime &utc);

} // namespace pimgate
