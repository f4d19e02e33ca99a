#pragma once

#include "base/Error.h"

#include <QByteArray>

namespace pimgate::SignInErrors {

/// The words for an error of the sign-in host. @param error OAuth code ("invalid_grant"). @param description as the host
/// gave it; its AADSTS number becomes Error::code.
Error from(const QString &error, const QString &description, int status = 0);
/// The same from the JSON body of the token endpoint; a Protocol error when it is not one.
Error fromTokenAnswer(int status, const QByteArray &body);

} // namespace pimgate::SignInErrors
