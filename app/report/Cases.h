#pragma once

#include "base/Names.h"
#include "report/Evidence.h"

namespace pimgate {

/// One person in the matrix of "Who can sign in".
struct Case
{
    enum class Kind {
        Everyone,   ///< whoever is in nothing
        Eligible,   ///< and not active now
        OnceActive, ///< the same person after an activation
        Active,     ///< eligible, and active now
        BreakGlass,
        Member, ///< of the group, without being eligible
        Direct  ///< assigned to the application without the group
    } kind = Kind::Everyone;
    bool ofGroup = false; ///< the name is a group's; what is said holds for whoever is in it
    Person person;
    Verdict verdict;
};

template <>
struct Names<Case::Kind>
{
    static constexpr std::array values{"everyone", "eligible", "onceActive", "active", "breakGlass", "member", "direct"};
};

QList<Case> casesOf(const Evidence &evidence);

} // namespace pimgate
