#pragma once

#include "base/Error.h"
#include "demo/http/HttpParser.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QSslCertificate>
#include <QSslKey>
#include <QTcpServer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace pimgate::demo {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>;

struct HttpResponse
{
    int status = 200;
    HttpHeaders headers;
    QByteArray body;
    int delayMs = 0;        ///< held back that long, without blocking anybody
    bool drop = false;      ///< close the connection instead of answering
    bool truncated = false; ///< close it after half of the body
};

/// A small HTTP/1.1 server: keep-alive, pipelining answered in order, chunked request bodies, HEAD, 100-continue.
/// What is malformed, too large or too slow is refused and the connection ends; so nobody can fill the memory or keep
/// others waiting.
class Wire : public QTcpServer
{
    Q_OBJECT
public:
    using Handler = std::function<HttpResponse(const HttpRequest &)>;
    struct Tls
    {
        QSslCertificate certificate;
        QSslKey key;
    };
    struct Limits
    {
        int connections = 512;                         ///< more are told 503
        qsizetype held = qsizetype(256) * 1024 * 1024; ///< bytes of unfinished requests of all connections together
        std::chrono::milliseconds idle{120000};        ///< a kept connection without a request
        std::chrono::milliseconds head{10000};    ///< for a request line and its fields; the first one from the connection on
        std::chrono::milliseconds body{30000};    ///< from there to the end of its body
        std::chrono::milliseconds reading{30000}; ///< a client that does not take its answer
        std::chrono::milliseconds linger{200};    ///< after a refusal, so that the client can read why
        HttpParser::Limits request = {};
    };
    /// What the connections share; they may outlive the server's own members by a moment.
    struct Load
    {
        int connections = 0;
        qsizetype held = 0;
    };

    explicit Wire(Handler handler, std::optional<Tls> tls = {}, QObject *parent = nullptr);

    void setLimits(const Limits &limits) { m_limits = limits; }
    const Limits &limits() const { return m_limits; }
    const Handler &handler() const { return m_handler; }
    const std::shared_ptr<Load> &load() const { return m_load; }
    static QByteArray reason(int status);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Handler m_handler;
    std::optional<Tls> m_tls;
    Limits m_limits;
    std::shared_ptr<Load> m_load = std::make_shared<Load>();
};

} // namespace pimgate::demo
