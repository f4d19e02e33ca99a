#pragma once

#include "base/Names.h"
#include "gate/Snapshot.h"

namespace pimgate {

/// What does not exist before something is sent. A request that is shown beforehand has its name there: "‹the new group›".
/// Nothing else in a request is unknown: an eligibility carries no start, which means from when it arrives.
enum class ToCome {
    Run,      ///< eight digits, in the marks of group and policy and in the reasons given to PIM
    Group,    ///< its id
    PimRules, ///< id of PIM's policy for the new group
    Policy    ///< id of the Conditional Access policy
};
template <>
struct Names<ToCome>
{
    static constexpr std::array values{"this run", "the new group", "PIM's rules of the new group", "the new policy"};
};

/// "‹the new group›"
QString placeOf(ToCome what);
/// The ids with a place for each that does not exist yet.
Ids withPlaces(Ids ids);
/// Each place in the words of the person who reads.
QString placesInWords(QString text);

} // namespace pimgate
