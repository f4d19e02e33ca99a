#include "cli/CommandLine.h"

#include "cli/Words.h"

#include <QDir>
#include <QStandardPaths>

namespace pimgate {

QList<QCommandLineOption> commonOptions()
{
    return {
        {QStringLiteral("cloud"), Cli::tr("Where the tenant lives: global, usgov, usgov-dod, china, or a JSON file."),
         QStringLiteral("CLOUD"), QStringLiteral("global")},
        {QStringLiteral("tenant"), Cli::tr("The tenant, by domain or id."), QStringLiteral("TENANT")},
        {QStringLiteral("client-id"), Cli::tr("The application to sign in with."), QStringLiteral("GUID")},
        {QStringLiteral("data-dir"), Cli::tr("Folder of history and settings."), QStringLiteral("DIR"), defaultDataDir()},
        {QStringLiteral("language"), Cli::tr("Language of all text, such as de."), QStringLiteral("TAG")},
        {QStringLiteral("json"), Cli::tr("Answer with one JSON document; diagnostics go to stderr.")},
        {QStringLiteral("log"), Cli::tr("Append every request, without secrets, to a file."), QStringLiteral("FILE")},
        {QStringLiteral("sign-in-as"), Cli::tr("Demo tenant only: sign in as this person, without a browser."),
         QStringLiteral("UPN")},
        {{QStringLiteral("h"), QStringLiteral("help")}, Cli::tr("Show this help.")},
        {{QStringLiteral("v"), QStringLiteral("version")}, Cli::tr("Show the version.")},
    };
}

QString defaultDataDir()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
}

QString CommandLine::commandOf(const QStringList &arguments)
{
    // Unknown options are not its business: the command itself refuses them. It only has to know which take a value.
    QStringList valued;
    const auto remember = [&valued](const QList<QCommandLineOption> &options) {
        for (const QCommandLineOption &option : options)
            if (!option.valueName().isEmpty())
                valued << option.names();
    };
    remember(commonOptions());
    for (const Command &command : commandTable())
        remember(command.options);
    remember(windowCommand(QStringLiteral("tour")).options);
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        const QString &argument = arguments[i];
        if (!argument.startsWith(QLatin1Char('-')))
            return argument;
        if (argument.startsWith(QLatin1String("--")) && !argument.contains(QLatin1Char('=')) && valued.contains(argument.mid(2)))
            ++i;
    }
    return {};
}

CommandLine::CommandLine(Command command) : m_command(std::move(command))
{
    m_parser.addOptions(commonOptions());
    m_parser.addOptions(m_command.options);
}

QString CommandLine::parse(const QStringList &arguments)
{
    if (!m_parser.parse(arguments))
        return m_parser.errorText();
    if (isSet("help") || isSet("version"))
        return {};
    if (operands() < m_command.least)
        return Cli::tr("%1 needs %2.").arg(m_command.name, m_command.operands);
    if (operands() > m_command.most)
        return Cli::tr("%1 does not know what to do with “%2”.").arg(m_command.name, operand(m_command.most));
    for (const char *option : {"cloud", "tenant", "client-id", "data-dir", "log", "sign-in-as"})
        if (isSet(option) && value(option).isEmpty())
            return Cli::tr("--%1 needs a value.").arg(QLatin1String(option));
    return {};
}

QString CommandLine::help() const
{
    QString text = QStringLiteral("pimgate %1%2\n%3\n")
                       .arg(m_command.name, m_command.operands.isEmpty() ? QString() : QLatin1Char(' ') + m_command.operands,
                            m_command.what);
    const auto list = [&text](const QString &title, const QList<QCommandLineOption> &options) {
        if (options.isEmpty())
            return;
        text += QLatin1Char('\n') + title + QLatin1Char('\n');
        for (const QCommandLineOption &option : options) {
            QString name = QLatin1String("--") + option.names().last();
            if (!option.valueName().isEmpty())
                name += QLatin1Char(' ') + option.valueName();
            text += QStringLiteral("  %1  %2\n").arg(name, -22).arg(option.description());
        }
    };
    list(Cli::tr("Options of this command:"), m_command.options);
    list(Cli::tr("Options of every command:"), commonOptions());
    return text.trimmed();
}

} // namespace pimgate
