#pragma once

#include <QString>

namespace pimgate::Claims {

/// Our own request: cp1, without which PIM repeats an authentication context error for ever (graph-contract 7.8).
QString ours();
/// A claims challenge (JSON) with ours merged in; ours alone when it is empty or not an object.
QString merged(const QString &challenge);

} // namespace pimgate::Claims
