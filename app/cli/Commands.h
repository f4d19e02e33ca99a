#pragma once

#include "base/Task.h"

#include <QCommandLineOption>
#include <QList>
#include <QString>

#include <optional>

namespace pimgate {

struct Context;

/// One row of the table of commands.
struct Command
{
    QString name;
    QString operands; ///< "BLUEPRINT", as the help shows it
    QString what;     ///< one sentence
    int least = 0, most = 0;
    QList<QCommandLineOption> options;
    Task<int> (*run)(Context &context); ///< returns the exit status; null: runs otherwise (demo-tenant, the window)
};

/// Made anew on every call: its sentences are in the language installed by then.
QList<Command> commandTable();
std::optional<Command> commandNamed(const QString &name);
/// The wizard ("") or "tour": what main.cpp runs itself, with the options they take.
Command windowCommand(const QString &name);

Task<int> readinessCommand(Context &context);
Task<int> planCommand(Context &context);
Task<int> applyCommand(Context &context);
Task<int> verifyCommand(Context &context);
Task<int> testCommand(Context &context);
Task<int> undoCommand(Context &context);
Task<int> resumeCommand(Context &context);
Task<int> removeCommand(Context &context);
Task<int> historyCommand(Context &context);
Task<int> reportCommand(Context &context);
Task<int> verifyReportCommand(Context &context);
Task<int> signInCommand(Context &context);
Task<int> signOutCommand(Context &context);
Task<int> accountsCommand(Context &context);

} // namespace pimgate
