#pragma once

#include "gate/judge/Openable.h"

namespace pimgate {

/// The words of the judgement, for whoever reads them.

/// "Ada Lindqvist can open it until 29 May 2027: Lena Fischer or Omar Haddad approves, for 4 hours."; empty without a path.
QString pathSentence(const Openable &openable);
/// "Ada Lindqvist until 29 May 2027", where there is little room; empty without a path.
QString pathWords(const Openable &openable);
/// "Nobody can open the gate: Bernd Vogt (the account is disabled)."; empty where somebody can.
QString noPathSentence(const Openable &openable);
/// What would mend it, one sentence; empty where somebody can.
QString mendSentence(const Openable &openable);
/// Why this one cannot: "the account is disabled".
QString lackWords(const Openable::Candidate &candidate);

} // namespace pimgate
