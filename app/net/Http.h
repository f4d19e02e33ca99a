#pragma once

#include "base/Clock.h"
#include "base/Error.h"
#include "base/Secret.h"
#include "base/Task.h"

#include <QByteArray>
#include <QHash>
#include <QNetworkAccessManager>
#include <QObject>
#include <QUrl>

#include <functional>
#include <stop_token>

namespace pimgate {

struct HttpRequest
{
    QByteArray method = "GET";
    QUrl url;
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
    Secret bearer; ///< sent as Authorization, never recorded
    bool followRedirects = false;
};

struct HttpAnswer
{
    int status = 0;
    QHash<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;
    QUrl url;

    QByteArray header(const QByteArray &lowerCaseName) const { return headers.value(lowerCaseName); }
};

/// One request and its answer as kept in the ring: without bearer, codes, tokens and cookies.
struct Exchange
{
    QDateTime at; ///< UTC, the tenant's clock
    QByteArray method;
    QUrl url;
    QByteArray requestBody;
    int status = 0; ///< 0: no answer
    QByteArray responseBody;
    QString requestId;
    qint64 milliseconds = 0;
};

/// Owns the one QNetworkAccessManager of the program and lends it to NetworkAuth. Teaches the Clock every Date header,
/// keeps the last exchanges without secrets, refuses plain http except on loopback.
class Http : public QObject
{
    Q_OBJECT
public:
    explicit Http(Clock &clock, QObject *parent = nullptr);

    /// An answer of any status is a result; the error is for no answer (Network, Cancelled).
    Task<Result<HttpAnswer>> send(HttpRequest request, std::stop_token stop = {});

    QNetworkAccessManager &manager() { return m_manager; }
    Clock &clock() { return m_clock; }
    QList<Exchange> exchanges() const { return m_ring; }

    static bool isLoopback(const QUrl &url);

Q_SIGNALS:
    void exchanged(const pimgate::Exchange &exchange);

private:
    void remember(Exchange exchange);

    Clock &m_clock;
    QNetworkAccessManager m_manager;
    QList<Exchange> m_ring; ///< newest last, at most 500
};

} // namespace pimgate
