#pragma once

#include "cli/CommandLine.h"
#include "cli/Console.h"

namespace pimgate {

/// Serves the demo tenant until SIGTERM, SIGINT or (--until-eof) the end of input; its first line on stdout is a cloud file.
int serveDemoTenant(const CommandLine &line, Console &console);

} // namespace pimgate
