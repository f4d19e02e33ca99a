#pragma once

#include "demo/http/HttpParser.h"

#include <QHostAddress>

#include <optional>

namespace pimgate::demo {

/// The names under which the tenant is asked. A web page that some browser on this machine shows can reach loopback too:
/// under a name of its own whose address it changes (DNS rebinding), which Host gives away, or from its own site, which
/// Origin gives away.
class ServedHosts
{
public:
    ServedHosts() = default;
    ServedHosts(const QHostAddress &asked, quint16 port, bool secure);

    /// "localhost:4711", "127.0.0.1:4711", "[::1]:4711" or the address that was asked for. On all interfaces any
    /// address, but no name: only names can be rebound.
    bool serves(const QByteArray &host) const;
    /// Whether Origin says that a page of somebody else asks. Without Origin nobody's page does.
    bool isForeign(const QByteArray &origin) const;

private:
    QHostAddress m_asked;
    quint16 m_port = 0;
    bool m_secure = false;
};

} // namespace pimgate::demo
