#pragma once

#include <QByteArray>
#include <QList>

#include <map>

namespace pimgate::demo {

struct HttpRequest
{
    QByteArray method;
    QByteArray target;                        ///< as sent: "/v1.0/users?$top=5"
    std::map<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;

    QByteArray path() const { return target.left(target.indexOf('?') < 0 ? target.size() : target.indexOf('?')); }
    QByteArray query() const { return target.indexOf('?') < 0 ? QByteArray() : target.mid(target.indexOf('?') + 1); }
    QByteArray header(const QByteArray &lowerCaseName) const;
};

/// HTTP/1.1 requests out of a stream of bytes, without a socket. Strict wherever two readers of the same bytes could
/// disagree about where a request ends (RFC 9112, section 11.2): there it refuses, and the connection is over.
class HttpParser
{
public:
    struct Limits
    {
        qsizetype head = qsizetype(32) * 1024; ///< request line and fields; trailers count again
        int fields = 100;
        qsizetype body = qsizetype(8) * 1024 * 1024;
    };
    enum class State {
        Waiting,  ///< for more bytes
        Continue, ///< the client waits for "100 Continue"; said once
        Complete, ///< take() has a request
        Refused,  ///< refusal() is the status; nothing that follows means anything
    };
    enum class Phase { Idle, Head, Body };

    HttpParser() = default;
    explicit HttpParser(Limits limits) : m_limits(limits) {}

    void feed(const QByteArray &bytes) { m_buffer += bytes; }
    /// Reads on until something has to be done.
    State proceed();
    HttpRequest take();
    int refusal() const { return m_refusal; }

    // Of the request that proceed() completed last.
    bool http10() const { return m_http10; }
    bool closes() const { return m_closes; }

    Phase phase() const;
    qsizetype held() const { return m_buffer.size() + m_request.body.size(); }

private:
    enum class Step { Head, Body, ChunkSize, ChunkData, Trailer, Done, Refused };
    enum class Found { Nothing, Line, TooLong, Broken };

    bool step(); ///< false: the buffer has to grow first, or there is something to do
    bool readHead();
    bool readRequestLine(const QByteArray &line);
    bool readTarget(const QByteArray &target);
    bool readField(const QByteArray &line);
    bool checkFields();
    bool startBody();
    bool readBody();
    bool readChunkSize();
    bool readChunkData();
    bool readTrailer();
    bool refuse(int status);
    Found takeLine(QByteArray &line, qsizetype limit);

    Limits m_limits;
    QByteArray m_buffer;
    HttpRequest m_request;
    Step m_step = Step::Head;
    QByteArray m_authority; ///< of an absolute target: it counts instead of Host
    qsizetype m_headBytes = 0;
    int m_fields = 0;
    int m_emptyLines = 0;
    qsizetype m_searched = 0;
    qint64 m_expected = 0;
    int m_refusal = 0;
    bool m_continue = false;
    bool m_http10 = false;
    bool m_closes = false;
};

} // namespace pimgate::demo
