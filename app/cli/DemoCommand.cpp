#include "cli/DemoCommand.h"

#include "cli/StopSignals.h"
#include "cli/Words.h"
#include "demo/DemoTenant.h"

#include <QJsonDocument>
#include <QSocketNotifier>

#include <array>
#include <cstdio>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace pimgate {
namespace democommand {

tl::unexpected<Error> badValue(const char *option, const QString &value, const QString &allowed)
{
    return failure(Error::Kind::Input, Cli::tr("--%1 cannot be “%2”.").arg(QLatin1String(option), value), allowed);
}

/// A number within its limits; `otherwise` when the option is not given.
Result<double> number(const CommandLine &line, const char *option, double otherwise, double least, double most)
{
    if (!line.isSet(option))
        return otherwise;
    bool ok = false;
    const double value = line.value(option).toDouble(&ok);
    if (!ok || value < least || value > most)
        return badValue(option, line.value(option), Cli::tr("Give a number from %1 to %2.").arg(least).arg(most, 0, 'f', 0));
    return value;
}

Result<demo::DemoTenant::Options> optionsOf(const CommandLine &line)
{
    demo::DemoTenant::Options options;
    const QString listen = line.value("listen");
    const qsizetype colon = listen.lastIndexOf(QLatin1Char(':'));
    QString host = listen.left(colon);
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']')))
        host = host.mid(1, host.size() - 2);
    const QHostAddress address(host);
    bool ok = false;
    const uint port = listen.mid(colon + 1).toUInt(&ok);
    // Its people have no passwords: it answers this computer alone.
    if (colon < 0 || !ok || port > 65535 || !address.isLoopback())
        return badValue("listen", listen, Cli::tr("Give an address of this computer and a port, such as 127.0.0.1:0."));
    options.address = address;
    options.port = quint16(port);
    options.tls = line.isSet("tls");
    const auto latency = number(line, "latency", options.latencyMs, 0, 600'000);
    if (!latency)
        return failure(latency.error());
    options.latencyMs = int(*latency);
    const auto scale = number(line, "time-scale", options.timeScale, 1, 1'000'000);
    if (!scale)
        return failure(scale.error());
    options.timeScale = *scale;
    const auto users = number(line, "users", options.users, 0, 1'000'000);
    if (!users)
        return failure(users.error());
    options.users = int(*users);
    const auto apps = number(line, "apps", options.apps, 0, 100'000);
    if (!apps)
        return failure(apps.error());
    options.apps = int(*apps);
    const auto seed = number(line, "seed", double(options.seed), 0, 4'294'967'295.0);
    if (!seed)
        return failure(seed.error());
    options.seed = decltype(options.seed)(*seed);
    if (line.isSet("control-key"))
        options.controlKey = line.value("control-key");
    return options;
}

#ifdef Q_OS_UNIX
void endWithInput(QObject *owner)
{
    auto *notifier = new QSocketNotifier(STDIN_FILENO, QSocketNotifier::Read, owner);
    QObject::connect(notifier, &QSocketNotifier::activated, owner, [notifier] {
        std::array<char, 4096> ignored{};
        if (::read(STDIN_FILENO, ignored.data(), ignored.size()) > 0)
            return;
        notifier->setEnabled(false);
        QCoreApplication::quit();
    });
}
#else
void endWithInput(QObject *) {}
#endif

} // namespace democommand

int serveDemoTenant(const CommandLine &line, Console &console)
{
    const auto options = democommand::optionsOf(line);
    if (!options)
        return console.wrongUse(options.error().text());
    StopSignals stopSignals;
    QObject::connect(&stopSignals, &StopSignals::stopRequested, &QCoreApplication::quit);
    const auto tenant = demo::DemoTenant::start(*options);
    if (!tenant)
        return console.fail(tenant.error());
    const QByteArray firstLine = QJsonDocument((*tenant)->cloudFile()).toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(firstLine.constData(), 1, std::size_t(firstLine.size()), stdout);
    std::fflush(stdout);
    QObject owner;
    if (line.isSet("until-eof"))
        democommand::endWithInput(&owner);
    return QCoreApplication::exec();
}

} // namespace pimgate
