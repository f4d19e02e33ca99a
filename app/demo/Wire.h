#pragma once

#include "base/Error.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QSslCertificate>
#include <QSslKey>
#include <QTcpServer>

#include <functional>
#include <map>
#include <optional>
#include <utility>

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

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>;

struct HttpResponse
{
    int status = 200;
    HttpHeaders headers;
    QByteArray body;
    int delayMs = 0;   ///< held back that long, without blocking anybody
    bool drop = false; ///< close the connection instead of answering
};

/// A small HTTP/1.1 server: keep-alive, pipelining answered in order, chunked request bodies, HEAD, 100-continue,
/// limits on headers (32 KB) and bodies (8 MB); what is malformed gets 400 and the connection ends.
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

    explicit Wire(Handler handler, std::optional<Tls> tls = {}, QObject *parent = nullptr);

    const Handler &handler() const { return m_handler; }
    /// Answers malformed requests too; the tenant adds its Date.
    static QByteArray reason(int status);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Handler m_handler;
    std::optional<Tls> m_tls;
};

} // namespace pimgate::demo
