#pragma once

#include <QJsonObject>
#include <QString>

namespace pimgate::demo {

/// The rules of device and application filters: device.isCompliant -eq True -and device.model -notContains "VM".
/// Whether a rule can be read; with a prefix every attribute must begin with it.
bool attributeFilterParses(const QString &rule, const QString &prefix = {});

/// Whether a rule selects an object with these attributes ("isCompliant", without the prefix). What is not there has
/// no value: positive operators do not match it, negative ones do. False for a rule that cannot be read.
bool attributeFilterMatches(const QString &rule, const QJsonObject &attributes);

} // namespace pimgate::demo
