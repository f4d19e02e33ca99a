#include "demo/http/Wire.h"

#include "demo/http/WireConnection.h"

#include <QSslSocket>
#include <QTcpSocket>
#include <QTimer>

#include <map>

namespace pimgate::demo {

namespace {

/// Beyond the limit this many more are told so; the rest are just closed.
constexpr int toldConnections = 64;
constexpr int backlog = 256;
constexpr int acceptAgainMs = 100;

} // namespace

Wire::Wire(Handler handler, std::optional<Tls> tls, QObject *parent)
    : QTcpServer(parent), m_handler(std::move(handler)), m_tls(std::move(tls))
{
    setListenBacklogSize(backlog);
    // Without a free file descriptor Qt stops accepting, and would never start again.
    connect(this, &QTcpServer::acceptError, this,
            [this] { QTimer::singleShot(acceptAgainMs, this, [this] { resumeAccepting(); }); });
}

void Wire::incomingConnection(qintptr descriptor)
{
    auto *secure = m_tls ? new QSslSocket : nullptr;
    auto *socket = secure ? secure : new QTcpSocket;
    if (!socket->setSocketDescriptor(descriptor) || m_load->connections >= m_limits.connections + toldConnections) {
        delete socket; // closes it
        return;
    }
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (secure) {
        secure->setLocalCertificate(m_tls->certificate);
        secure->setPrivateKey(m_tls->key);
        secure->setPeerVerifyMode(QSslSocket::VerifyNone); // no client certificates
        secure->startServerEncryption();
    }
    auto *connection = new WireConnection(socket, this);
    if (m_load->connections > m_limits.connections)
        connection->refuse(503);
}

QByteArray Wire::reason(int status)
{
    static const std::map<int, const char *> reasons{
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {423, "Locked"},
        {424, "Failed Dependency"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    const auto found = reasons.find(status);
    return found == reasons.end() ? QByteArray("Unknown") : QByteArray(found->second);
}

} // namespace pimgate::demo
