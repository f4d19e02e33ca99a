#pragma once

#include "cli/Commands.h"

#include <QCommandLineParser>
#include <QStringList>

#include <algorithm>

namespace pimgate {

/// One parsed command line: the command, what stands after it, and its options.
class CommandLine
{
public:
    /// The command of some arguments (program name first), "" for the wizard. Options that take a value may stand before it.
    static QString commandOf(const QStringList &arguments);

    explicit CommandLine(Command command);
    /// Empty, or what is wrong with the arguments.
    QString parse(const QStringList &arguments);

    const Command &command() const { return m_command; }
    bool isSet(const char *option) const { return m_parser.isSet(QLatin1String(option)); }
    QString value(const char *option) const { return m_parser.value(QLatin1String(option)); }
    /// What stands after the command.
    QString operand(int index) const { return m_parser.positionalArguments().value(index + 1); }
    int operands() const { return std::max(0, int(m_parser.positionalArguments().size()) - 1); }
    QString help() const;

private:
    Command m_command;
    QCommandLineParser m_parser;
};

/// Options that every command takes.
QList<QCommandLineOption> commonOptions();
/// Where history and settings are kept unless --data-dir says otherwise.
QString defaultDataDir();

} // namespace pimgate
