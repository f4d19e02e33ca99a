#pragma once

#include <QCoreApplication>

namespace pimgate {

/// Everything the command line says goes through Cli::tr, so that translators find it in one place.
struct Cli
{
    Q_DECLARE_TR_FUNCTIONS(Cli)
};

} // namespace pimgate
