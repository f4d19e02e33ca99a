#pragma once

#include "demo/odata/Router.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QList>

#include <optional>

namespace pimgate::demo {

/// Another administrator, who acts while the client that is tested works: each act once, after so many of Graph's
/// requests.
class SecondAdmin
{
public:
    struct Act
    {
        int after = 0; ///< requests that Graph has answered since the acts were set
        QByteArray method;
        QString path; ///< below /v1.0, with its query
        QJsonObject body;

        QJsonObject json() const;
        HttpRequest request() const;
    };

    /// Replaces the list and counts anew; the reason when an entry is not understood.
    std::optional<QString> set(const QJsonArray &acts);
    QJsonArray unused() const;
    void countRequest() { ++m_answered; }
    /// The acts whose moment has come, in their order; they are used up.
    QList<Act> takeDue();
    void reset() { *this = {}; }

    /// His user name; a person of the home tenant.
    static QString userName() { return QStringLiteral("valeria.conti@contoso.demo"); }
    /// He has every scope, and acts as Global Administrator.
    static Caller caller(const Store &store, const QString &clientId);

private:
    QList<Act> m_acts;
    int m_answered = 0;
};

} // namespace pimgate::demo
