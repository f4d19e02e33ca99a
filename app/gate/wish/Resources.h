#pragma once

#include <QByteArray>
#include <QString>

namespace pimgate {

/// A file linked into the gate room ("presets/ninjaone.json", "blueprint.schema.json"); empty when there is none.
QByteArray gateResource(const QString &name);
/// Names in a folder of these files ("presets"), sorted.
QStringList gateResources(const QString &folder);

} // namespace pimgate
