#include "identity/Registrations.h"

#include "identity/Session.h"

#include <QCoreApplication>
#include <QDir>
#include <QSettings>
#include <QUuid>

namespace pimgate {
namespace {

const QString clientIdKey = QStringLiteral("clientId");
const QString verifiedKey = QStringLiteral("verified");
const QString verifiedByKey = QStringLiteral("verifiedBy");

QString groupOf(const QString &cloudName)
{
    return QLatin1String("registration.") + cloudName;
}

} // namespace

Registrations::Registrations(const QString &dataDir) : m_file(QDir(dataDir).filePath(QStringLiteral("settings.ini"))) {}

std::optional<Registrations::Registration> Registrations::of(const QString &cloudName) const
{
    QSettings settings(m_file, QSettings::IniFormat);
    settings.beginGroup(groupOf(cloudName));
    const Registration registration{settings.value(clientIdKey).toString(), settings.value(verifiedKey).toDateTime(),
                                    settings.value(verifiedByKey).toString()};
    return registration.clientId.isEmpty() ? std::nullopt : std::optional(registration);
}

Outcome Registrations::set(const QString &cloudName, const QString &clientId)
{
    if (const auto known = of(cloudName); known && known->clientId == clientId)
        return {};
    if (!clientId.isEmpty() && (clientId.size() != 36 || QUuid::fromString(clientId).isNull()))
        return failure(Error::Kind::Input, QCoreApplication::translate("Cloud", "“%1” is not a client id.").arg(clientId),
                       QCoreApplication::translate("Cloud", "Give the application (client) id, a GUID."));
    QSettings settings(m_file, QSettings::IniFormat);
    settings.remove(groupOf(cloudName)); // what was verified belongs to the old one
    if (!clientId.isEmpty())
        settings.setValue(groupOf(cloudName) + QLatin1Char('/') + clientIdKey, clientId);
    settings.sync();
    if (settings.status() == QSettings::NoError)
        return {};
    return failure(Error::Kind::Storage, QCoreApplication::translate("Cloud", "“%1” cannot be written.").arg(m_file),
                   QCoreApplication::translate("Cloud", "Choose another folder with --data-dir."));
}

Cloud Registrations::applied(Cloud cloud) const
{
    if (const auto own = of(cloud.name))
        cloud.clientId = own->clientId;
    return cloud;
}

void Registrations::noteSignIn(const Cloud &cloud, const Account &account, const QDateTime &now)
{
    const auto known = of(cloud.name);
    if (!known || known->clientId != cloud.clientId || known->verified.isValid())
        return;
    QSettings settings(m_file, QSettings::IniFormat);
    settings.beginGroup(groupOf(cloud.name));
    settings.setValue(verifiedKey, now);
    settings.setValue(verifiedByKey, account.userName);
}

} // namespace pimgate
