#pragma once

#include <QString>

#include <optional>

namespace pimgate::SignInCatalogue {

/// What a refusal of the sign-in host means for a person: why, who can mend it, and the one next step.
struct Entry
{
    QString message;
    QString who;
    QString next;
};

/// @param code as the host gives it: the number of "AADSTS50011", an OAuth error ("server_error") or a suberror.
/// Nothing when it is not known.
std::optional<Entry> find(const QString &code);

} // namespace pimgate::SignInCatalogue
