#include "demo/http/WireConnection.h"

#include <algorithm>

namespace pimgate::demo {

namespace {

constexpr qsizetype readBuffer = qsizetype(64) * 1024;
constexpr qint64 unreadAnswers = qint64(1024) * 1024; ///< no further request is answered while more than this waits
constexpr qint64 drainLimit = qint64(16) * 1024 * 1024;

enum Watched { Anew = -2, Nothing, Reading = 100, Lingering }; ///< beside the phases of the parser

/// A value may hold text that somebody sent: a line break in it would begin a field of his own.
QByteArray oneLine(QByteArray value)
{
    std::replace_if(
        value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
    return value;
}

QByteArray statusLine(int status)
{
    return "HTTP/1.1 " + QByteArray::number(status) + ' ' + Wire::reason(status) + "\r\n";
}

} // namespace

WireConnection::WireConnection(QTcpSocket *socket, Wire *wire)
    : QObject(wire), m_socket(socket), m_wire(wire), m_load(wire->load()), m_parser(wire->limits().request)
{
    ++m_load->connections;
    socket->setParent(this);
    socket->setReadBufferSize(readBuffer);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] { late(); });
    connect(socket, &QTcpSocket::readyRead, this, [this] { m_ended ? drain() : work(); });
    connect(socket, &QTcpSocket::bytesWritten, this, [this] {
        if (m_watched == Reading)
            m_watched = Anew; // it takes its answer: another span
        work();
    });
    connect(socket, &QTcpSocket::disconnected, this, &QObject::deleteLater);
    watch();
}

WireConnection::~WireConnection()
{
    m_socket->disconnect(this);
    m_load->held -= m_accounted;
    --m_load->connections;
}

bool WireConnection::mayWork() const
{
    return !m_answering && !m_ended && m_socket->bytesToWrite() < unreadAnswers;
}

void WireConnection::work()
{
    while (mayWork()) {
        switch (m_parser.proceed()) {
        case HttpParser::State::Waiting:
            if (m_socket->bytesAvailable() == 0)
                return watch();
            m_parser.feed(m_socket->read(readBuffer));
            account();
            break;
        case HttpParser::State::Continue:
            write("HTTP/1.1 100 Continue\r\n\r\n");
            break;
        case HttpParser::State::Complete:
            answer();
            break;
        case HttpParser::State::Refused:
            return refuse(m_parser.refusal());
        }
    }
    watch();
}

/// Keeps the books of what all unfinished requests hold; whoever goes over the limit is sent away.
void WireConnection::account()
{
    m_load->held += m_parser.held() - m_accounted;
    m_accounted = m_parser.held();
    if (m_load->held > m_wire->limits().held && m_accounted > readBuffer)
        refuse(503);
}

void WireConnection::answer()
{
    m_answering = true;
    m_fresh = false;
    m_watched = Anew;
    auto request = m_parser.take();
    account();
    m_head = request.method == "HEAD";
    if (m_head)
        request.method = "GET";
    auto response = m_wire->handler()(request);
    if (response.delayMs <= 0)
        return send(response);
    const auto delay = response.delayMs;
    QTimer::singleShot(delay, this, [this, held = std::move(response)] {
        send(held);
        work();
    });
}

void WireConnection::send(const HttpResponse &response)
{
    if (response.drop || (response.truncated && response.body.isEmpty())) {
        m_ended = true;
        m_socket->abort();
        return;
    }
    auto head = statusLine(response.status);
    for (const auto &[name, value] : response.headers)
        head += name + ": " + oneLine(value) + "\r\n";
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!bodiless)
        head += "Content-Length: " + QByteArray::number(response.body.size()) + "\r\n";
    if (m_parser.closes())
        head += "Connection: close\r\n";
    else if (m_parser.http10())
        head += "Connection: keep-alive\r\n";
    const auto body = response.truncated ? response.body.left(response.body.size() / 2) : response.body;
    write(m_head || bodiless ? head + "\r\n" : head + "\r\n" + body);
    if (m_parser.closes() || response.truncated)
        end();
    m_answering = false; // not before: flushing calls work()
}

/// At once to the kernel: a client that has shut down its side already gets its answer too.
void WireConnection::write(const QByteArray &bytes)
{
    m_socket->write(bytes);
    m_socket->flush();
}

void WireConnection::refuse(int status)
{
    if (m_ended)
        return;
    m_ended = true;
    m_parser = {};
    account();
    write(statusLine(status) + "Content-Length: 0\r\nConnection: close\r\n\r\n");
    drain();
    watch();
}

void WireConnection::end()
{
    m_ended = true;
    m_socket->disconnectFromHost(); // after what is still to be written
}

/// Closing with unread bytes resets the connection, and the client would never see why: for a moment what it still
/// sends is thrown away.
void WireConnection::drain()
{
    m_drained += m_socket->readAll().size();
    if (m_drained > drainLimit)
        m_socket->abort();
}

/// Starts the deadline of what is awaited now; what has not changed keeps its deadline, however many bytes trickle in.
void WireConnection::watch()
{
    const auto &limits = m_wire->limits();
    const auto phase = m_parser.phase();
    const int now = m_socket->bytesToWrite() > 0 ? int(Reading)
                    : m_ended                    ? int(Lingering)
                    : m_answering                ? int(Nothing)
                                                 : int(phase);
    if (now == m_watched)
        return;
    m_watched = now;
    if (now == Nothing)
        return m_deadline.stop();
    const auto span = now == Reading                                 ? limits.reading
                      : now == Lingering                             ? limits.linger
                      : phase == HttpParser::Phase::Body             ? limits.body
                      : phase == HttpParser::Phase::Idle && !m_fresh ? limits.idle
                                                                     : limits.head;
    m_deadline.start(span);
}

void WireConnection::late()
{
    const bool asking = m_watched == int(HttpParser::Phase::Head) || m_watched == int(HttpParser::Phase::Body);
    m_watched = Anew;
    if (asking)
        return refuse(408);
    m_socket->abort();
    deleteLater(); // a socket that never connected does not say "disconnected"
}

} // namespace pimgate::demo
