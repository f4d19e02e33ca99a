#pragma once

#include <QString>

namespace pimgate {

/// Installs the program's and Qt's own texts for a language tag ("de", "de-AT"); empty: the system's. English is always
/// installed below it, because its plurals are translations too. Needs a QCoreApplication.
void useLanguage(const QString &tag);

} // namespace pimgate
