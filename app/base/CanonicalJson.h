#pragma once

#include "base/Error.h"

#include <QJsonValue>

namespace pimgate {

/// RFC 8785 (JSON Canonicalization Scheme): keys by UTF-16 code units, numbers as ECMAScript writes them, UTF-8 without
/// spaces. An Input error for what it has no form for: a lone surrogate, a number that is not finite.
Result<QByteArray> canonicalJson(const QJsonValue &value);

/// The same value with U+FFFD in the place of every lone surrogate: somebody else's text may hold one.
QJsonValue withoutLoneSurrogates(const QJsonValue &value);

} // namespace pimgate
