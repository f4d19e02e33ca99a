#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QHash>

namespace pimgate::SignInErrors {

/// The words for an error that came back with the browser. @param values of the redirect, decoded: error, error_description
/// and suberror. The AADSTS number becomes Error::code, else the OAuth error ("access_denied").
Error fromRedirect(const QHash<QString, QString> &values);
/// The same from the JSON body of the token endpoint; a Protocol or Server error when it is not one.
Error fromTokenAnswer(int status, const QByteArray &body);

} // namespace pimgate::SignInErrors
