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

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>

class QNetworkReply;

namespace pimgate {

class NetworkManager;

struct HttpRequest
{
    QByteArray method = "GET";
    QUrl url;
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
    Secret bearer;                ///< sent as Authorization, never recorded
    bool followRedirects = false; ///< at most 5, to https or loopback; the bearer goes to the first host only
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
    ~Http() override;

    /// Code of a Network error after which nothing can have arrived: the host refused the connection or was not found.
    static constexpr auto notSent = "notSent";

    /// An answer of any status is a result; the error is for no answer (Network, Cancelled).
    Task<Result<HttpAnswer>> send(HttpRequest request, std::stop_token stop = {});

    QNetworkAccessManager &manager();
    Clock &clock() { return m_clock; }
    QList<Exchange> exchanges() const { return m_ring; }
    /// The same as lines to hand on: moment, status, milliseconds, call, request id; refusals with what was said.
    QString transcript() const;

    /// How long a connection may take to come about, and how long an answer may stand still; 20 s and 60 s unless told.
    void setTimeouts(std::chrono::milliseconds connect, std::chrono::milliseconds answer);
    /// Trusts this authority (PEM) for loopback hosts: the demo tenant with TLS.
    Outcome trust(const QString &caFile);
    /// Why there was no answer, in words.
    static Error noAnswer(const QNetworkReply &reply);
    /// True when the reply carries a whole answer of any status.
    static bool answered(const QNetworkReply &reply);

    static bool isLoopback(const QUrl &url);

Q_SIGNALS:
    void exchanged(const pimgate::Exchange &exchange);

private:
    Task<Result<HttpAnswer>> sendOnce(HttpRequest request, std::stop_token stop);
    QNetworkReply *start(const HttpRequest &request);
    void observe(QNetworkReply *reply);
    void remember(Exchange exchange);

    Clock &m_clock;
    std::unique_ptr<NetworkManager> m_manager;
    QList<Exchange> m_ring; ///< newest last, at most 500
};

} // namespace pimgate
