#pragma once

#include "report/ReportFacts.h"

namespace pimgate::FactWords {

/// The words of every place that has room for a sentence.
QString planned(const ReportFacts::Planned &planned);
QString policy(const ReportFacts::Policy &policy);
QString proof(const ReportFacts::Proof &proof, bool demo);
QString lockedOut(const ReportFacts::LockedOut &lockedOut);
/// Who can open the gate and until when, or why nobody can.
QString openable(const std::optional<Openable> &openable);
QString canSignIn(std::optional<int> people);

} // namespace pimgate::FactWords
