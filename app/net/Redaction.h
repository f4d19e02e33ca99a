#pragma once

#include <QByteArray>
#include <QUrl>

namespace pimgate::Redaction {

/// A form or JSON body with every token, code, verifier and client_info replaced by "[removed]".
QByteArray body(const QByteArray &body);
/// The same for a query string and a fragment.
QUrl url(const QUrl &url);

} // namespace pimgate::Redaction
