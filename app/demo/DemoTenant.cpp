#include "demo/DemoTenant.h"

#include "demo/TenantServer.h"
#include "demo/login/Keys.h"

#include <QCoreApplication>
#include <QDir>
#include <QRandomGenerator>
#include <QTemporaryFile>
#include <QThread>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

struct DemoTenant::Running
{
    QThread thread;
    QObject context; ///< lives on the thread; work is sent to it
    std::unique_ptr<TenantServer> server;
    std::unique_ptr<QTemporaryFile> authority;
};

DemoTenant::DemoTenant() : m_running(std::make_unique<Running>()) {}

Result<std::unique_ptr<DemoTenant>> DemoTenant::start(const Options &options)
{
    std::unique_ptr<DemoTenant> tenant(new DemoTenant);
    auto &running = *tenant->m_running;
    std::optional<Wire::Tls> tls;
    if (options.tls) {
        const auto &identity = ServerIdentity::shared();
        tls = Wire::Tls{identity.certificate, identity.key};
        running.authority = std::make_unique<QTemporaryFile>(QDir::temp().filePath(u"pimgate-demo-XXXXXX.pem"_s));
        if (!running.authority->open() || running.authority->write(identity.authorityPem) < 0 || !running.authority->flush())
            return failure(Error::Kind::Storage,
                           QCoreApplication::translate("pimgate::demo", "The demo tenant cannot write its certificate: %1.")
                               .arg(running.authority->errorString()));
    }
    const auto key =
        options.controlKey.isEmpty() ? QString::number(QRandomGenerator::system()->generate64(), 16) : options.controlKey;
    running.thread.setObjectName(u"demo tenant"_s);
    running.context.moveToThread(&running.thread);
    running.thread.start();
    Outcome outcome;
    QMetaObject::invokeMethod(
        &running.context,
        [&] {
            running.server = std::make_unique<TenantServer>(options, key);
            outcome = running.server->listen(std::move(tls));
            tenant->m_cloudFile = running.server->cloudFile();
        },
        Qt::BlockingQueuedConnection);
    if (!outcome)
        return tl::unexpected(outcome.error());
    if (running.authority)
        tenant->m_cloudFile.insert(u"caFile"_s, running.authority->fileName());
    return tenant;
}

DemoTenant::~DemoTenant()
{
    if (m_running->thread.isRunning()) {
        QMetaObject::invokeMethod(
            &m_running->context, [this] { m_running->server.reset(); }, Qt::BlockingQueuedConnection);
        m_running->thread.quit();
        m_running->thread.wait();
    }
}

QString DemoTenant::origin() const
{
    return m_cloudFile["graph"_L1].toString();
}

QString DemoTenant::controlKey() const
{
    return m_cloudFile["controlKey"_L1].toString();
}

} // namespace pimgate::demo
