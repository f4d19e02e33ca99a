#pragma once

#include "demo/store/Store.h"

#include <QJsonObject>
#include <QStringList>

namespace pimgate::demo {

/// The public client that the wizard signs in with: "Microsoft Graph Command Line Tools".
inline QString defaultClientId()
{
    return QStringLiteral("14d82eec-204b-4c2f-b7e8-296a70dab67e");
}
inline QString graphAppId()
{
    return QStringLiteral("00000003-0000-0000-c000-000000000000");
}
inline QString microsoftTenantId()
{
    return QStringLiteral("f8cdef31-a31e-4b4a-93e4-5f571e91255a");
}
inline QString defaultAppRole()
{
    return QStringLiteral("00000000-0000-0000-0000-000000000000");
}

/// Fills an empty store with resources/demo-seed.json, plus that many invented users and applications.
void fillStore(Store &store, int extraUsers, int extraApplications);

/// Scopes that an administrator has consented to for everybody, for the default client.
QStringList consentedScopes();

/// The people that a sign-in page offers, as {displayName, userPrincipalName, jobTitle}.
QList<QJsonObject> peopleToChoose(const Store &store);

} // namespace pimgate::demo
