#include "cli/Run.h"

#include "cli/Context.h"
#include "cli/DemoCommand.h"
#include "cli/Describe.h"
#include "cli/StopSignals.h"
#include "cli/Words.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTimer>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pimgate {
namespace runcommand {

void print(const QString &text)
{
    const QByteArray bytes = text.toUtf8() + '\n';
    std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stdout);
}

QString overview()
{
    QList<QStringList> rows{
        {QStringLiteral("  pimgate"), Cli::tr("The wizard; --demo opens it on the embedded demo tenant.")},
        {QStringLiteral("  pimgate tour --out DIR"), Cli::tr("Walks the whole wizard through the demo tenant by itself.")}};
    for (const Command &command : commandTable())
        rows << QStringList{(QStringLiteral("  pimgate ") + command.name + QLatin1Char(' ') + command.operands).trimmed(),
                            command.what};
    for (QStringList &row : rows)
        if (!row.first().startsWith(QLatin1String("  ")))
            row.first().prepend(QLatin1String("  "));
    return Cli::tr("Puts an enterprise application behind Microsoft Entra PIM, and shows that the gate is shut.") +
           QLatin1String("\n\n") + table(rows) + QLatin1String("\n\n") + Cli::tr("pimgate COMMAND --help shows its options.");
}

/// Appends every exchange, already without secrets, as one line. The last column is local time since the command began:
/// the tenant's clock may run at another speed.
bool keepLog(Http &http, const QString &fileName, QObject *owner)
{
    auto *file = new QFile(fileName, owner);
    if (!file->open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Text))
        return false;
    QElapsedTimer timer;
    timer.start();
    QObject::connect(&http, &Http::exchanged, file, [file, timer](const Exchange &exchange) {
        const QStringList columns{exchange.at.toUTC().toString(Qt::ISODateWithMs),
                                  exchange.status == 0 ? QStringLiteral("---") : QString::number(exchange.status),
                                  QString::fromLatin1(exchange.method),
                                  exchange.url.toString(QUrl::FullyEncoded),
                                  exchange.requestId.isEmpty() ? QStringLiteral("-") : exchange.requestId,
                                  QStringLiteral("%1ms").arg(exchange.milliseconds),
                                  QStringLiteral("+%1ms").arg(timer.elapsed())};
        file->write(columns.join(QLatin1Char(' ')).toUtf8() + '\n');
        file->flush();
    });
    return true;
}

/// The one event loop of a command: the task starts inside it and ends it.
int loop(const Command &command, Context &context)
{
    int status = Exit::NotPossible;
    QObject owner;
    QTimer::singleShot(0, &owner, [&] {
        launch(&owner, command.run(context), [&status](int result) {
            status = result;
            QCoreApplication::quit();
        });
    });
    QCoreApplication::exec();
    return status;
}

} // namespace runcommand

Secret takeAccessToken()
{
    constexpr auto name = "PIMGATE_ACCESS_TOKEN";
    Secret token(qgetenv(name).trimmed());
#ifdef Q_OS_UNIX
    // Where the program was started with it: /proc shows that place for as long as the program runs.
    if (char *value = std::getenv(name))
        std::memset(value, 0, std::strlen(value));
#endif
    qunsetenv(name);
    return token;
}

Outcome keepLog(const CommandLine &line, Services &services)
{
    if (!line.isSet("log") || runcommand::keepLog(services.http(), line.value("log"), &services))
        return {};
    return failure(Error::Kind::Storage, Cli::tr("“%1” cannot be written.").arg(line.value("log")),
                   Cli::tr("Name another file with --log."));
}

int runCommand(const QStringList &arguments, const QString &name, const Secret &accessToken)
{
    const auto command = commandNamed(name);
    if (!command) {
        if (name.isEmpty() && (arguments.contains(QLatin1String("--version")) || arguments.contains(QLatin1String("-v")))) {
            runcommand::print(QStringLiteral("pimgate ") + QCoreApplication::applicationVersion());
            return Exit::Done;
        }
        if (name.isEmpty() || name == QLatin1String("help")) {
            runcommand::print(runcommand::overview());
            return Exit::Done;
        }
        return Console(false).wrongUse(Cli::tr("there is no command “%1”. pimgate --help lists them.").arg(name));
    }
    CommandLine line(*command);
    if (const QString wrong = line.parse(arguments); !wrong.isEmpty())
        return Console(false).wrongUse(Cli::tr("%1 pimgate %2 --help shows what is allowed.").arg(wrong, name));
    if (line.isSet("version") || line.isSet("help")) {
        runcommand::print(line.isSet("help") ? line.help() : QStringLiteral("pimgate ") + QCoreApplication::applicationVersion());
        return Exit::Done;
    }

    Console console(line.isSet("json"));
    if (command->run == nullptr)
        return serveDemoTenant(line, console);
    StopSignals stopSignals;
    Services services(line.value("data-dir"));
    int status = Exit::Done;
    if (const auto kept = keepLog(line, services); !kept) {
        status = console.fail(kept.error());
    } else {
        Context context{line, console, services, stopSignals.token(), accessToken};
        status = runcommand::loop(*command, context);
        // However a stopped command ended, the caller hears that it was stopped; what was done by then stands.
        if (stopSignals.stopped() && status != Exit::Done)
            status = Exit::Stopped;
    }
    if (status != Exit::WrongUse)
        console.finish(name, status);
    return status;
}

} // namespace pimgate
