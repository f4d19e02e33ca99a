#pragma once

#include "base/Error.h"
#include "base/Secret.h"

#include <QStringList>

namespace pimgate {

/// PIMGATE_ACCESS_TOKEN, read once: it leaves the environment before any child process or thread starts.
Secret takeAccessToken();

class CommandLine;
class Services;

/// --log FILE: appends every request from now on, without secrets. Nothing to do without the option.
Outcome keepLog(const CommandLine &line, Services &services);

/// Runs one command to its end and returns the exit status (interface.md). Needs a QCoreApplication; `report` to PDF a
/// QGuiApplication.
/// @param arguments the program's name first. @param command from CommandLine::commandOf; empty: --help or --version alone.
int runCommand(const QStringList &arguments, const QString &command, const Secret &accessToken);

} // namespace pimgate
