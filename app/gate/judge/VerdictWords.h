#pragma once

#include "gate/judge/Evaluator.h"

namespace pimgate {

/// The words of a verdict, for whoever reads them; where an earlier version kept its own, those.
QString assignmentWords(const Verdict &verdict); ///< "the group is assigned", "not assigned"
QString policyWords(const Verdict &verdict);     ///< "the group is excluded", "blocked by PIM only: NinjaOne"
/// "The gate is open for Ada, for 3 h 41 min more. For everyone else it is shut."
QString sentenceOf(const Verdict &verdict);

/// "3 h 41 min", "5 min", "2 days 4 h"; whole minutes, rounded down, never below one.
QString shortDuration(std::chrono::seconds duration);

} // namespace pimgate
