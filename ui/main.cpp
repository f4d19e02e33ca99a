#include "cli/CommandLine.h"
#include "cli/Console.h"
#include "cli/Language.h"
#include "cli/Run.h"

#include <QGuiApplication>

#include <cstdio>
#include <memory>

namespace {

QStringList argumentsOf(int argc, char **argv)
{
    QStringList arguments;
    for (int i = 0; i < argc; ++i)
        arguments << QString::fromLocal8Bit(argv[i]);
    return arguments;
}

/// Found before there is an application, because the language of every text depends on it.
QString languageIn(const QStringList &arguments)
{
    for (qsizetype i = 1; i < arguments.size(); ++i) {
        if (arguments[i].startsWith(QLatin1String("--language=")))
            return arguments[i].section(QLatin1Char('='), 1);
        if (arguments[i] == QLatin1String("--language"))
            return arguments.value(i + 1);
    }
    return {};
}

void setNames()
{
    QCoreApplication::setApplicationName(QStringLiteral("pimgate"));
    QCoreApplication::setApplicationVersion(QStringLiteral(PIMGATE_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("pimgate"));
}

void platformUnlessChosen(const char *platform)
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", platform);
}

} // namespace

int main(int argc, char **argv)
{
    const pimgate::Secret accessToken = pimgate::takeAccessToken();
    setNames();
    const QStringList arguments = argumentsOf(argc, argv);
    const QString command = pimgate::CommandLine::commandOf(arguments);
    const bool asks = arguments.contains(QLatin1String("--help")) || arguments.contains(QLatin1String("-h")) ||
                      arguments.contains(QLatin1String("--version")) || arguments.contains(QLatin1String("-v"));

    if ((command.isEmpty() && !asks) || command == QLatin1String("tour")) {
        pimgate::CommandLine line(pimgate::windowCommand(command));
        if (const QString wrong = line.parse(arguments); !wrong.isEmpty())
            return pimgate::Console(false).wrongUse(wrong + QLatin1String(" pimgate --help shows what is allowed."));
        if (line.isSet("help")) {
            std::puts(qUtf8Printable(line.help()));
            return pimgate::Exit::Done;
        }
        std::fputs("pimgate: this build has no window yet, only the commands. pimgate --help lists them.\n", stderr);
        return pimgate::Exit::NotPossible;
    }
    // A PDF is painted, so the report needs fonts; a screen it does not need.
    std::unique_ptr<QCoreApplication> application;
    if (command == QLatin1String("report")) {
        platformUnlessChosen("offscreen");
        application = std::make_unique<QGuiApplication>(argc, argv);
    } else {
        application = std::make_unique<QCoreApplication>(argc, argv);
    }
    pimgate::useLanguage(languageIn(arguments));
    return pimgate::runCommand(arguments, command, accessToken);
}
