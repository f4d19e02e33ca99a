#include "demo/Wire.h"

#include <QSslSocket>
#include <QTcpSocket>
#include <QTimer>

namespace pimgate::demo {

namespace {

constexpr qsizetype headerLimit = 32 * 1024;
constexpr qsizetype bodyLimit = 8 * 1024 * 1024;

/// One connection: reads a request, answers it, then reads the next, so pipelined requests stay in order also when
/// an answer is held back.
class Connection : public QObject
{
public:
    Connection(QTcpSocket *socket, Wire *wire) : QObject(wire), m_socket(socket), m_wire(wire)
    {
        socket->setParent(this);
        connect(socket, &QTcpSocket::readyRead, this, [this] {
            m_buffer += m_socket->readAll();
            proceed();
        });
        connect(socket, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    }

private:
    enum class Step { Head, Body, ChunkSize, ChunkData, Trailer };
    enum class More { Yes, No }; ///< whether what is in the buffer may finish the next step

    void proceed()
    {
        while (!m_answering && !m_ended && step() == More::Yes) {
        }
    }

    More step()
    {
        switch (m_step) {
        case Step::Head:
            return readHead();
        case Step::Body:
            return readBody();
        case Step::ChunkSize:
            return readChunkSize();
        case Step::ChunkData:
            return readChunkData();
        case Step::Trailer:
            return readTrailer();
        }
        return More::No;
    }

    More readHead()
    {
        while (m_buffer.startsWith("\r\n")) // allowed before a request line
            m_buffer.remove(0, 2);
        const auto end = m_buffer.indexOf("\r\n\r\n");
        if (end > headerLimit || (end < 0 && m_buffer.size() > headerLimit))
            return refuse(431);
        if (end < 0)
            return More::No;
        const auto lines = m_buffer.left(end).split('\n');
        m_buffer.remove(0, end + 4);
        m_request = {};
        const auto first = lines.first().trimmed().split(' ');
        if (first.size() != 3 || first.at(0).isEmpty() || !first.at(2).startsWith("HTTP/1."))
            return refuse(400);
        m_request.method = first.at(0);
        m_request.target = first.at(1);
        m_http10 = first.at(2) == "HTTP/1.0";
        if (m_request.target.startsWith("http://") || m_request.target.startsWith("https://"))
            m_request.target = m_request.target.mid(m_request.target.indexOf('/', m_request.target.indexOf("//") + 2));
        if (!m_request.target.startsWith('/'))
            return refuse(400);
        for (qsizetype i = 1; i < lines.size(); ++i) {
            if (!readHeader(lines.at(i)))
                return refuse(400);
        }
        if (!m_http10 && m_request.header("host").isEmpty())
            return refuse(400);
        return startBody();
    }

    bool readHeader(QByteArray line)
    {
        if (line.endsWith('\r'))
            line.chop(1);
        const auto colon = line.indexOf(':');
        if (colon <= 0 || line.startsWith(' ') || line.startsWith('\t'))
            return false;
        const auto name = line.left(colon);
        if (name.contains(' ') || line.contains('\0'))
            return false;
        const auto value = line.mid(colon + 1).trimmed();
        auto &known = m_request.headers[name.toLower()];
        if (!known.isEmpty() && name.toLower() == "content-length" && known != value)
            return false;
        known = known.isEmpty() || name.toLower() == "content-length" ? value : known + ", " + value;
        return true;
    }

    More startBody()
    {
        const auto length = m_request.header("content-length");
        const auto encoding = m_request.header("transfer-encoding").toLower();
        if (!encoding.isEmpty() && (encoding != "chunked" || !length.isEmpty()))
            return refuse(encoding == "chunked" ? 400 : 501);
        bool number = true;
        m_expected = length.isEmpty() ? 0 : length.toLongLong(&number);
        if (!number || m_expected < 0)
            return refuse(400);
        if (m_expected > bodyLimit)
            return refuse(413);
        if (m_request.header("expect").toLower() == "100-continue" && (m_expected > 0 || !encoding.isEmpty()))
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        m_step = encoding.isEmpty() ? Step::Body : Step::ChunkSize;
        return More::Yes;
    }

    More readBody()
    {
        if (m_buffer.size() < m_expected)
            return More::No;
        m_request.body = m_buffer.left(m_expected);
        m_buffer.remove(0, m_expected);
        return handle();
    }

    More readChunkSize()
    {
        const auto end = m_buffer.indexOf("\r\n");
        if (end < 0)
            return m_buffer.size() > 1024 ? refuse(400) : More::No;
        bool number = false;
        m_expected = m_buffer.left(end).split(';').first().trimmed().toLongLong(&number, 16);
        m_buffer.remove(0, end + 2);
        if (!number || m_expected < 0)
            return refuse(400);
        if (m_request.body.size() + m_expected > bodyLimit)
            return refuse(413);
        m_step = m_expected == 0 ? Step::Trailer : Step::ChunkData;
        return More::Yes;
    }

    More readChunkData()
    {
        if (m_buffer.size() < m_expected + 2)
            return More::No;
        if (m_buffer.mid(m_expected, 2) != "\r\n")
            return refuse(400);
        m_request.body += m_buffer.left(m_expected);
        m_buffer.remove(0, m_expected + 2);
        m_step = Step::ChunkSize;
        return More::Yes;
    }

    More readTrailer()
    {
        const auto end = m_buffer.indexOf("\r\n");
        if (end < 0)
            return m_buffer.size() > headerLimit ? refuse(431) : More::No;
        m_buffer.remove(0, end + 2);
        return end == 0 ? handle() : More::Yes;
    }

    More handle()
    {
        m_step = Step::Head;
        m_answering = true;
        m_head = m_request.method == "HEAD";
        if (m_head)
            m_request.method = "GET";
        const auto wish = m_request.header("connection").toLower();
        m_close = wish == "close" || (m_http10 && wish != "keep-alive");
        auto response = m_wire->handler()(m_request);
        if (response.delayMs > 0) {
            const auto delay = response.delayMs;
            QTimer::singleShot(delay, this, [this, held = std::move(response)] {
                send(held);
                proceed();
            });
        } else {
            send(response);
        }
        return More::Yes;
    }

    void send(const HttpResponse &response)
    {
        m_answering = false;
        if (response.drop) {
            m_ended = true;
            m_socket->abort();
            return;
        }
        QByteArray head = "HTTP/1.1 " + QByteArray::number(response.status) + ' ' + Wire::reason(response.status) + "\r\n";
        for (const auto &[name, value] : response.headers)
            head += name + ": " + value + "\r\n";
        if (response.status != 204 && response.status != 304)
            head += "Content-Length: " + QByteArray::number(response.body.size()) + "\r\n";
        if (m_close)
            head += "Connection: close\r\n";
        const bool body = !m_head && response.status != 204 && response.status != 304;
        m_socket->write(body ? head + "\r\n" + response.body : head + "\r\n");
        if (m_close)
            end();
    }

    More refuse(int status)
    {
        m_socket->write("HTTP/1.1 " + QByteArray::number(status) + ' ' + Wire::reason(status) +
                        "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        end();
        return More::No;
    }

    void end()
    {
        m_ended = true;
        m_socket->disconnectFromHost();
    }

    QTcpSocket *m_socket;
    Wire *m_wire;
    QByteArray m_buffer;
    HttpRequest m_request;
    Step m_step = Step::Head;
    qint64 m_expected = 0;
    bool m_answering = false;
    bool m_ended = false;
    bool m_http10 = false;
    bool m_head = false;
    bool m_close = false;
};

} // namespace

QByteArray HttpRequest::header(const QByteArray &lowerCaseName) const
{
    const auto found = headers.find(lowerCaseName);
    return found == headers.end() ? QByteArray() : found->second;
}

Wire::Wire(Handler handler, std::optional<Tls> tls, QObject *parent)
    : QTcpServer(parent), m_handler(std::move(handler)), m_tls(std::move(tls))
{
}

void Wire::incomingConnection(qintptr descriptor)
{
    if (!m_tls) {
        auto *socket = new QTcpSocket;
        new Connection(socket, this);
        socket->setSocketDescriptor(descriptor);
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        return;
    }
    auto *socket = new QSslSocket;
    new Connection(socket, this);
    socket->setSocketDescriptor(descriptor);
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    socket->setLocalCertificate(m_tls->certificate);
    socket->setPrivateKey(m_tls->key);
    socket->setPeerVerifyMode(QSslSocket::VerifyNone); // no client certificates
    socket->startServerEncryption();
}

QByteArray Wire::reason(int status)
{
    static const std::map<int, const char *> reasons{
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {302, "Found"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {424, "Failed Dependency"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    const auto found = reasons.find(status);
    return found == reasons.end() ? QByteArray("Unknown") : QByteArray(found->second);
}

} // namespace pimgate::demo
