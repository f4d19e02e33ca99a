#pragma once

#include "base/Error.h"

namespace pimgate::GraphCatalogue {

/// What a refusal of Microsoft Graph means for a person: why, who can mend it, and the one next step.
struct Entry
{
    Error::Kind kind;
    QString message; ///< "%1", where it stands, is for what the service said
    QString who;     ///< empty where the page knows better, because a role of its own step is missing
    QString next;
};

/// @param code as the service gives it, in any case, or as GraphErrors reads it out of a text. Nothing when it is not known.
std::optional<Entry> find(const QString &code);
/// What the status alone tells.
Entry byStatus(int status);

} // namespace pimgate::GraphCatalogue
