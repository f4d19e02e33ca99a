#pragma once

#include <QJsonObject>
#include <QStringList>

#include <optional>
#include <vector>

namespace pimgate::demo {

/// One request of a $batch.
struct BatchPart
{
    QString id;
    QJsonObject json;
    std::vector<std::size_t> after; ///< the parts it depends on
};

/// The parts of a $batch in an order in which what others depend on comes first (contract 1.5).
struct BatchPlan
{
    std::vector<BatchPart> parts;
    std::vector<std::size_t> order;
    QString problem; ///< why the whole batch is refused
};
BatchPlan planBatch(const QJsonObject &body);

} // namespace pimgate::demo
