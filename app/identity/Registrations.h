#pragma once

#include "identity/Cloud.h"

#include <QDateTime>
#include <QString>

#include <optional>

namespace pimgate {

struct Account;

/// The person's own application registrations, one per cloud, in settings.ini of the data folder. A client id is no secret.
/// A saved one proves nothing: it is verified once somebody has signed in through it.
class Registrations
{
public:
    explicit Registrations(const QString &dataDir);

    struct Registration
    {
        QString clientId;
        QDateTime verified; ///< UTC; invalid: nobody has signed in through it yet
        QString verifiedBy; ///< the user name of that sign-in
    };
    std::optional<Registration> of(const QString &cloudName) const;
    /// Empty: back to the cloud's own client. Input when it is no client id, Storage when it cannot be saved.
    Outcome set(const QString &cloudName, const QString &clientId);
    /// The cloud with the own client id, where there is one.
    Cloud applied(Cloud cloud) const;
    /// Somebody has just signed in: verifies the registration if it was the one used.
    void noteSignIn(const Cloud &cloud, const Account &account, const QDateTime &now);

private:
    QString m_file;
};

} // namespace pimgate
