#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace pimgate {

/// One write as it goes over the wire. The area classes make it in one place each, send it, and lend it to whoever shows
/// beforehand what will be sent.
struct GraphRequest
{
    QByteArray method; ///< "POST", "PATCH", "DELETE"
    QString path;      ///< below the version root
    QJsonObject body = {};
    friend bool operator==(const GraphRequest &, const GraphRequest &) = default;
};

} // namespace pimgate
