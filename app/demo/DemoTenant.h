#pragma once

#include "base/Error.h"

#include <QHostAddress>
#include <QJsonObject>
#include <QString>

#include <memory>

namespace pimgate::demo {

/// A Microsoft Entra tenant that exists only in this process: "Contoso (demo)". Serves the sign-in host, Microsoft
/// Graph and the control plane (/demo/) at one origin, on a thread of its own that alone touches the data.
class DemoTenant
{
public:
    struct Options
    {
        QHostAddress address = QHostAddress(QHostAddress::LocalHost);
        quint16 port = 0;     ///< 0: any free one
        bool tls = false;     ///< with a certificate of an authority made at the start
        int latencyMs = 0;    ///< added to every answer of Graph and the sign-in host
        double timeScale = 1; ///< how many times as fast the tenant's clock runs
        int users = 0;        ///< invented people beyond the seed
        int apps = 0;         ///< invented applications beyond the seed
        quint32 seed = 1;     ///< all ids derive from it
        QString controlKey;   ///< empty: a random one
    };

    /// Kind Network when the address cannot be listened on.
    static Result<std::unique_ptr<DemoTenant>> start(const Options &options);
    /// Stops and joins.
    ~DemoTenant();

    /// The first line of `pimgate demo-tenant`, itself a valid cloud file.
    const QJsonObject &cloudFile() const { return m_cloudFile; }
    /// "http://127.0.0.1:4711"
    QString origin() const;
    QString controlKey() const;

    DemoTenant(const DemoTenant &) = delete;
    DemoTenant &operator=(const DemoTenant &) = delete;

private:
    DemoTenant();
    struct Running;
    std::unique_ptr<Running> m_running;
    QJsonObject m_cloudFile;
};

} // namespace pimgate::demo
