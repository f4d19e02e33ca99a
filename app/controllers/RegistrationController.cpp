#include "controllers/RegistrationController.h"

#include "identity/Permissions.h"

#include <QLocale>

namespace pimgate {

RegistrationController::RegistrationController(Workspace &workspace, QObject *parent) : QObject(parent), m_workspace(workspace)
{
    connect(&workspace, &Workspace::signedInChanged, this, &RegistrationController::changed); // a sign-in verifies
}

void RegistrationController::choose(const Cloud &cloud)
{
    m_error.reset();
    m_cloud = cloud;
    Q_EMIT changed();
}

QString RegistrationController::ownClient() const
{
    const auto own = m_workspace.services().registrations().of(m_cloud.name);
    return own ? own->clientId : QString();
}

bool RegistrationController::verified() const
{
    const auto own = m_workspace.services().registrations().of(m_cloud.name);
    return own && own->verified.isValid();
}

QString RegistrationController::stateText() const
{
    const auto own = m_workspace.services().registrations().of(m_cloud.name);
    if (!own)
        return defaultClient().isEmpty() ? tr("No client is known to work in this cloud: register one.") : QString();
    if (!own->verified.isValid())
        return tr("Not verified yet: sign in once through it.");
    return tr("Verified: %1 signed in through it on %2.")
        .arg(own->verifiedBy, QLocale().toString(own->verified.toLocalTime().date(), QLocale::ShortFormat));
}

QStringList RegistrationController::permissions() const
{
    return Permissions::all();
}

QUrl RegistrationController::portalLink() const
{
    return QUrl(m_cloud.portal.toString() + QLatin1String("/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade"));
}

QUrl RegistrationController::consentLink() const
{
    const Cloud cloud = m_workspace.services().registrations().applied(m_cloud);
    return cloud.clientId.isEmpty() ? QUrl() : Permissions::adminConsent(cloud, permissions());
}

bool RegistrationController::save(const QString &clientId)
{
    const auto saved = m_workspace.services().registrations().set(m_cloud.name, clientId.trimmed());
    m_error = saved ? std::nullopt : std::optional(saved.error());
    Q_EMIT changed();
    return saved.has_value();
}

} // namespace pimgate
