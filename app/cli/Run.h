#pragma once

#include "base/Secret.h"

#include <QStringList>

namespace pimgate {

/// PIMGATE_ACCESS_TOKEN, read once: it leaves the environment before any child process or thread starts.
Secret takeAccessToken();

/// Runs one command to its end and returns the exit status (interface.md). Needs a QCoreApplication; `report` to PDF a
/// QGuiApplication.
/// @param arguments the program's name first. @param command from CommandLine::commandOf; empty: --help or --version alone.
int runCommand(const QStringList &arguments, const QString &command, const Secret &accessToken);

} // namespace pimgate
