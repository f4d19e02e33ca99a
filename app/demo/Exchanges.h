#pragma once

#include "demo/http/Wire.h"

#include <QFile>
#include <QString>

#include <deque>
#include <memory>

namespace pimgate::demo {

/// The record of what the tenant was asked and answered, as JSON lines with secrets taken out. The newest stay in memory;
/// with PIMGATE_EXCHANGES=DIR in the environment every exchange of Graph also goes to a file of this tenant's own there.
class Exchanges
{
public:
    struct Exchange
    {
        QString api; ///< graph, login or demo
        HttpRequest request;
        HttpResponse response;
        QString actor;      ///< UPN; empty: nobody has signed in
        bool fault = false; ///< the answer was altered on purpose
    };

    /// @param folder where Graph's exchanges go to a new file; empty: nowhere
    /// @param keptBytes about what may stay in memory; the oldest leave first
    explicit Exchanges(const QString &folder = qEnvironmentVariable("PIMGATE_EXCHANGES"),
                       qsizetype keptBytes = qsizetype(64) * 1024 * 1024);

    void add(Exchange exchange);
    /// JSON lines; of one api when given.
    QByteArray lines(const QString &api);
    /// How many have left memory since the start or the last clear().
    qint64 dropped() const { return m_dropped; }
    void clear();

private:
    struct Kept
    {
        Exchange exchange;
        QByteArray line; ///< written when first asked for; then the exchange itself is gone
        qsizetype bytes = 0;
    };

    qsizetype m_keptBytes;
    qsizetype m_bytes = 0;
    qint64 m_dropped = 0;
    std::deque<Kept> m_kept;
    std::unique_ptr<QFile> m_file;
};

} // namespace pimgate::demo
