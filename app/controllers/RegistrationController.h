#pragma once

#include "controllers/Workspace.h"

namespace pimgate {

/// The application that PIM Gate signs in as, per Microsoft cloud: Microsoft's own, or one that the person registered.
class RegistrationController : public QObject
{
    Q_OBJECT
public:
    explicit RegistrationController(Workspace &workspace, QObject *parent = nullptr);

    /// @param cloud a named one, with Microsoft's client; its tenant is whose administrator would grant the permissions
    void choose(const Cloud &cloud);
    QString cloudName() const { return m_cloud.name; }
    QString defaultClient() const { return m_cloud.clientId; } ///< empty: none is known to work in this cloud
    QString ownClient() const;                                 ///< empty: none was registered
    bool verified() const;                                     ///< somebody has signed in through the own one
    QString stateText() const;
    QStringList permissions() const;
    QUrl portalLink() const;  ///< the list of registrations in the admin center
    QUrl consentLink() const; ///< for an administrator of the tenant; empty without a client id
    /// Empty: Microsoft's own again. Returns whether it was saved; error() says why not.
    bool save(const QString &clientId);
    std::optional<Error> error() const { return m_error; }

Q_SIGNALS:
    void changed();

private:
    Workspace &m_workspace;
    Cloud m_cloud;
    std::optional<Error> m_error;
};

} // namespace pimgate
