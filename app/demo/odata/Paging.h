#pragma once

#include "demo/odata/Router.h"

namespace pimgate::demo {

/// Where the next page begins: after a row, known by its id and, in an ordered collection, by what it is ordered by.
/// Rows that come and go in between shift nothing.
struct PagePosition
{
    QString lastId;
    QJsonArray keys;
    qint64 offset = 0; ///< for rows without an id, or when the last one is gone
};

/// The opaque $skiptoken: bound to the query and the caller, signed, good for an hour of the tenant's time.
QString pageToken(const Request &request, const PagePosition &position);
/// Nothing when the token is not ours, too old, altered or of another query.
std::optional<PagePosition> readPageToken(const Request &request);

struct Page
{
    QList<QJsonObject> rows;
    qint64 total = 0;
    std::optional<PagePosition> next;
};

/// Rows one by one, in their order; the visitor says false when it has seen enough.
using RowVisitor = std::function<bool(const QJsonObject &)>;
struct RowSource
{
    /// From the row after the one with that id on; from the first when it is empty or the rows are in another order.
    std::function<void(const QString &after, const RowVisitor &)> visit;
    bool byId = false; ///< in the order of their ids
};

/// The rows that `keep` selects, ordered by $orderby, from the position on, as many as the page takes.
Page readPage(const RowSource &source, const std::function<bool(const QJsonObject &)> &keep, const QString &orderBy,
              const PagePosition &from, qint64 size, bool countAll);

} // namespace pimgate::demo
