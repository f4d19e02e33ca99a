#pragma once

#include "base/Error.h"
#include "base/Task.h"
#include "graph/GraphRequest.h"
#include "graph/Pace.h"
#include "identity/Session.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QUrl>

#include <stop_token>

namespace pimgate {

/// One request of a $batch; url relative to the version root ("/users/ada@contoso.com").
struct BatchPart
{
    QString id;
    QByteArray method = "GET";
    QString url;
    QJsonObject body;
};

struct BatchAnswer
{
    QString id;
    int status = 0;
    QJsonObject body;
    Error error; ///< meaningful when status >= 400
    bool ok() const { return status >= 200 && status < 300; }
};

/// Speaks Microsoft Graph v1.0 for one session: bearer, paging, batch, errors, the pace of each service and the wait it
/// asks for, one renewal after 401, one step-up after a claims challenge. A read is repeated after any failure that may
/// pass, a write only when the service certainly did not act. Every room above asks Graph through the area classes that
/// use this.
class GraphService : public QObject
{
    Q_OBJECT
public:
    explicit GraphService(Session &session, QObject *parent = nullptr);

    /// @param path below the version root, with its query, already percent-encoded ("/groups?$top=1"); build it with query().
    Task<Result<QJsonObject>> get(QString path, std::stop_token stop = {});
    /// Like get, but "not there" (404) is an empty optional.
    Task<Result<std::optional<QJsonObject>>> find(QString path, std::stop_token stop = {});
    /// Follows @odata.nextLink verbatim; refuses a link to another host. eventual: ConsistencyLevel header.
    Task<Result<QJsonArray>> list(QString path, bool eventual = false, int atMost = 0, std::stop_token stop = {});
    /// A write is repeated only when the service certainly did not act: 429, 503 with Retry-After, a lock, no connection.
    Task<Result<QJsonObject>> post(QString path, QJsonObject body, std::stop_token stop = {});
    /// A POST that only reads (getByIds, evaluate): repeated like a read.
    Task<Result<QJsonObject>> ask(QString path, QJsonObject body, std::stop_token stop = {});
    Task<Result<QJsonObject>> patch(QString path, QJsonObject body, std::stop_token stop = {});
    Task<Outcome> remove(QString path, std::stop_token stop = {});
    /// post, patch or remove, as the request says.
    Task<Result<QJsonObject>> write(GraphRequest request, std::stop_token stop = {});
    /// Any number of parts; sent as batches of 20, throttled parts again. Answers in the order asked.
    Task<Result<QList<BatchAnswer>>> batch(QList<BatchPart> parts, std::stop_token stop = {});

    Session &session() { return m_session; }
    Clock &clock() { return m_session.clock(); }
    /// "https://graph.microsoft.com/v1.0/…" of this cloud, for @odata.bind and @odata.id.
    QString reference(const QString &path) const;

    /// "a=b&c=d" with every value percent-encoded as Graph wants it.
    static QString query(std::initializer_list<std::pair<const char *, QString>> parts);
    /// A string literal of $filter: quotes doubled.
    static QString literal(const QString &text);
    /// A UPN or name as one segment of a path.
    static QString segment(const QString &text);
    /// Reads the error envelope, both forms of PIM's included (graph-contract 1, 7.7).
    static Error errorFrom(int status, const QByteArray &body, const QHash<QByteArray, QByteArray> &headers);

private:
    struct Ask;
    Task<Result<QJsonObject>> send(Ask ask, std::stop_token stop);
    Task<Result<HttpAnswer>> exchange(Ask ask, std::stop_token stop);
    Task<Result<QList<BatchAnswer>>> batchOfTwenty(QList<BatchPart> parts, std::stop_token stop);
    Result<Ask> nextPage(const Ask &ask, const QString &nextLink) const;
    bool isOurs(const QUrl &url) const;

    Session &m_session;
    Pace m_pace;
};

} // namespace pimgate
