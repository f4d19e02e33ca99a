#include "Tour.h"
#include "cli/CommandLine.h"
#include "cli/Console.h"
#include "cli/Context.h"
#include "cli/Language.h"
#include "cli/Run.h"
#include "demo/DemoTenant.h"
#include "look/FocusRing.h"
#include "look/Theme.h"

#include <QApplication>
#include <QFile>
#include <QIcon>
#include <QJsonDocument>
#include <QLocale>
#include <QTimer>

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

/// Starts the embedded demo tenant when somebody chooses it, once.
pimgate::WelcomeController::DemoCloud embeddedDemo(double timeScale)
{
    auto tenant = std::make_shared<std::unique_ptr<pimgate::demo::DemoTenant>>();
    return [tenant, timeScale]() -> pimgate::Result<QJsonObject> {
        if (!*tenant) {
            pimgate::demo::DemoTenant::Options options;
            options.timeScale = timeScale;
            auto started = pimgate::demo::DemoTenant::start(options);
            if (!started)
                return pimgate::failure(started.error());
            *tenant = std::move(*started);
        }
        return (*tenant)->cloudFile();
    };
}

/// A demo tenant that somebody serves (`pimgate demo-tenant`), described by its cloud FILE; nothing but a demo is taken.
pimgate::Result<pimgate::WelcomeController::DemoCloud> servedDemo(const QString &fileName)
{
    const auto cloud = pimgate::Cloud::named(fileName);
    if (!cloud)
        return pimgate::failure(cloud.error());
    QFile file(fileName);
    if (!cloud->isDemo() || !file.open(QIODevice::ReadOnly))
        return pimgate::failure(pimgate::Error::Kind::Input, QStringLiteral("The tour plays on a demo tenant only."),
                                QStringLiteral("Leave --cloud out, or name the file that pimgate demo-tenant prints."));
    const QJsonObject described = QJsonDocument::fromJson(file.readAll()).object();
    return pimgate::WelcomeController::DemoCloud([described] { return pimgate::Result<QJsonObject>(described); });
}

void dress(QApplication &application, pimgate::Theme::Mode mode)
{
    pimgate::Theme::apply(application, mode);
    pimgate::FocusRing::install(application);
    application.setWindowIcon(QIcon(QStringLiteral(":/icons/gate.svg")));
    application.setLayoutDirection(QLocale().textDirection());
}

int runWizard(int argc, char **argv, const pimgate::CommandLine &line)
{
    QApplication application(argc, argv);
    pimgate::useLanguage(line.value("language"));
    const auto cloud = pimgate::cloudOf(line);
    if (!cloud)
        return pimgate::Console(false).fail(cloud.error());
    if (const auto allowed = pimgate::signInAsAllowed(line, *cloud); !allowed)
        return pimgate::Console(false).fail(allowed.error());
    dress(application, pimgate::Theme::Mode::System);
    constexpr double demoSpeed = 10; // a wait that takes Microsoft a minute takes the demo some seconds
    pimgate::Services services(line.value("data-dir"));
    if (const auto kept = pimgate::keepLog(line, services); !kept)
        return pimgate::Console(false).fail(kept.error());
    pimgate::Wizard wizard(services, embeddedDemo(demoSpeed), line.isSet("demo"));
    if (line.isSet("cloud") || line.isSet("tenant") || line.isSet("client-id"))
        wizard.startAt(*cloud, line.value("sign-in-as"));
    wizard.show();
    return QApplication::exec();
}

/// What is wrong with the options of the tour; empty: nothing.
QString readTourOptions(const pimgate::CommandLine &line, pimgate::TourOptions *options)
{
    options->outDir = line.value("out");
    options->language = line.value("language");
    options->dark = line.isSet("dark");
    if (options->outDir.isEmpty())
        return QStringLiteral("tour needs --out DIR.");
    if (line.isSet("size")) {
        const QStringList sides = line.value("size").split(QLatin1Char('x'));
        options->size = QSize(sides.value(0).toInt(), sides.value(1).toInt());
        if (sides.size() != 2 || options->size.width() < 640 || options->size.height() < 360)
            return QStringLiteral("--size takes WIDTHxHEIGHT, at least 640x360.");
    }
    if (line.isSet("scale")) {
        options->scale = line.value("scale").toDouble();
        if (options->scale < 0.5 || options->scale > 4)
            return QStringLiteral("--scale takes a number from 0.5 to 4.");
    }
    return {};
}

int runTour(int argc, char **argv, const pimgate::CommandLine &line)
{
    pimgate::TourOptions options;
    if (const QString wrong = readTourOptions(line, &options); !wrong.isEmpty())
        return pimgate::Console(false).wrongUse(wrong);
    platformUnlessChosen("offscreen");
    if (line.isSet("scale"))
        qputenv("QT_SCALE_FACTOR", QByteArray::number(options.scale));
    QApplication application(argc, argv);
    pimgate::useLanguage(options.language);
    pimgate::Theme::setMotion(false);
    dress(application, options.dark ? pimgate::Theme::Mode::Dark : pimgate::Theme::Mode::Light);
    constexpr double demoSpeed = 200;
    auto demo = embeddedDemo(demoSpeed);
    if (line.isSet("cloud")) {
        const auto served = servedDemo(line.value("cloud"));
        if (!served)
            return pimgate::Console(false).fail(served.error());
        demo = *served;
    }
    pimgate::Tour tour(options, demo);
    QTimer::singleShot(0, &tour, [&tour] { // exit() counts only once the loop runs
        pimgate::launch(&tour, tour.play(), [](int status) { QCoreApplication::exit(status); });
    });
    return QApplication::exec();
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
        return command.isEmpty() ? runWizard(argc, argv, line) : runTour(argc, argv, line);
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
