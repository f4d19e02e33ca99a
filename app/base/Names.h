#pragma once

#include <QString>

#include <array>
#include <cstddef>
#include <optional>

namespace pimgate {

/// The stable names of an enum, in the order of its values, as documents, history and JSON carry them; never translated.
/// Every enum that leaves the program specialises it:
///     template <> struct Names<Lock> { static constexpr std::array values{"open", "shut"}; };
template <class Enum>
struct Names;

template <class Enum>
QString nameOf(Enum value)
{
    return QLatin1String(Names<Enum>::values.at(std::size_t(value)));
}

/// Empty when there is no such name: what cannot be read is not the first value.
template <class Enum>
std::optional<Enum> fromName(const QString &name)
{
    for (std::size_t i = 0; i < Names<Enum>::values.size(); ++i)
        if (name == QLatin1String(Names<Enum>::values[i]))
            return Enum(i);
    return {};
}

} // namespace pimgate
