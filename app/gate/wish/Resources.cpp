#include "gate/wish/Resources.h"

#include <QDir>
#include <QFile>

/// A static library's resources are dropped by the linker unless somebody asks for them; the macro works outside namespaces only.
void initPimgateGateResources()
{
    Q_INIT_RESOURCE(gate);
}

namespace pimgate {
namespace {
const QLatin1String gateResourceRoot(":/pimgate/gate/");
}

QByteArray gateResource(const QString &name)
{
    initPimgateGateResources();
    QFile file(gateResourceRoot + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList gateResources(const QString &folder)
{
    initPimgateGateResources();
    return QDir(gateResourceRoot + folder).entryList(QDir::Files, QDir::Name);
}

} // namespace pimgate
