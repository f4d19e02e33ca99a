#pragma once

#include "base/Error.h"

#include <QString>

#include <chrono>

namespace pimgate {

/// Edm.Duration as Graph takes it: ISO 8601 without years, months and weeks ("PT30M", "PT8H", "P180D").
/// "PT24H" and "P1D" are equal; toString() gives the normal form.
class IsoDuration
{
public:
    constexpr IsoDuration() = default;
    constexpr explicit IsoDuration(std::chrono::seconds value) : m_value(value) {}

    /// Refuses years, months, weeks, signs, fractions and an empty duration, and says what is allowed.
    static Result<IsoDuration> parse(const QString &text);

    std::chrono::seconds value() const { return m_value; }
    /// Normal form: whole days as days, the rest as hours, minutes, seconds.
    QString toString() const;
    /// "4 hours", "180 days", "1 hour 30 minutes", translated.
    QString human() const;

    friend constexpr bool operator==(IsoDuration, IsoDuration) = default;
    friend constexpr auto operator<=>(IsoDuration a, IsoDuration b) { return a.m_value <=> b.m_value; }

private:
    std::chrono::seconds m_value{0};
};

} // namespace pimgate
