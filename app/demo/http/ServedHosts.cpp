#include "demo/http/ServedHosts.h"

#include <QString>

namespace pimgate::demo {

namespace {

struct HostAndPort
{
    QByteArray host; ///< lower case, an IPv6 address without brackets
    bool bracketed = false;
    int port = -1; ///< -1: none
};

/// Nothing when there is anything else than a host and a port.
std::optional<HostAndPort> hostAndPort(const QByteArray &text)
{
    HostAndPort read;
    read.bracketed = text.startsWith('[');
    const auto end = read.bracketed ? text.indexOf(']') + 1 : text.indexOf(':') < 0 ? text.size() : text.indexOf(':');
    if (end <= 0)
        return {};
    read.host = (read.bracketed ? text.mid(1, end - 2) : text.left(end)).toLower();
    const auto rest = text.mid(end);
    if (rest.isEmpty())
        return read;
    bool number = false;
    read.port = rest.mid(1).toUShort(&number);
    const bool plain = number && QByteArray::number(read.port) == rest.mid(1);
    return rest.startsWith(':') && plain ? std::optional(read) : std::nullopt;
}

} // namespace

ServedHosts::ServedHosts(const QHostAddress &asked, quint16 port, bool secure) : m_asked(asked), m_port(port), m_secure(secure) {}

bool ServedHosts::serves(const QByteArray &host) const
{
    const auto named = hostAndPort(host);
    if (!named || (named->port < 0 ? m_port != (m_secure ? 443 : 80) : named->port != m_port))
        return false;
    if (!named->bracketed && (named->host == "localhost" || named->host == "127.0.0.1"))
        return true;
    const QHostAddress address(QString::fromLatin1(named->host));
    const bool six = address.protocol() == QAbstractSocket::IPv6Protocol;
    // "127.1" and the like are addresses to Qt, but nobody has a reason to write them.
    if (address.isNull() || six != named->bracketed || (!six && address.toString().toLatin1() != named->host))
        return false;
    const bool everywhere = m_asked == QHostAddress::Any || m_asked == QHostAddress::AnyIPv4 || m_asked == QHostAddress::AnyIPv6;
    return everywhere || address == m_asked || address == QHostAddress(QHostAddress::LocalHostIPv6);
}

bool ServedHosts::isForeign(const QByteArray &origin) const
{
    if (origin.isEmpty())
        return false;
    const QByteArray scheme = m_secure ? "https://" : "http://";
    return !origin.toLower().startsWith(scheme) || !serves(origin.mid(scheme.size()));
}

} // namespace pimgate::demo
