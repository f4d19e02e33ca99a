#include "demo/odata/BatchPlan.h"

#include <QHash>
#include <QJsonArray>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype mostBatchParts = 20;

/// Why this part refuses the whole batch; empty when it does not.
QString partProblem(const QJsonObject &part)
{
    static const QStringList methods{u"GET"_s, u"POST"_s, u"PATCH"_s, u"PUT"_s, u"DELETE"_s};
    const auto partId = part["id"_L1].toString();
    if (partId.isEmpty())
        return u"Request Id cannot be null or empty."_s;
    if (!methods.contains(part["method"_L1].toString().toUpper()))
        return u"Invalid HTTP method for request id: %1."_s.arg(partId);
    if (part["url"_L1].toString().isEmpty())
        return u"Invalid URL for request id: %1."_s.arg(partId);
    if (!part.contains("body"_L1) || part["body"_L1].isNull())
        return {};
    const auto headers = part["headers"_L1].toObject();
    const auto names = headers.keys();
    const bool typed = std::any_of(names.begin(), names.end(),
                                   [](const QString &name) { return name.compare(u"Content-Type", Qt::CaseInsensitive) == 0; });
    return typed ? QString() : u"Write request id : %1 does not contain Content-Type header or body."_s.arg(partId);
}

QString linkParts(std::vector<BatchPart> &parts, const QHash<QString, std::size_t> &byId)
{
    for (auto &part : parts) {
        const auto before = part.json["dependsOn"_L1];
        if (!before.isUndefined() && !before.isNull() && !before.isArray())
            return u"Invalid dependsOn of request id: %1."_s.arg(part.id);
        for (const auto &name : before.toArray()) {
            const auto found = byId.constFind(name.toString().toLower());
            if (found == byId.cend())
                return u"Request id: %1 depends on request id: %2, which is not in the batch."_s.arg(part.id, name.toString());
            part.after.push_back(*found);
        }
    }
    return {};
}

/// As given, except that a part waits for those it depends on. Shorter than `parts` when they wait for each other.
std::vector<std::size_t> batchOrder(const std::vector<BatchPart> &parts)
{
    std::vector<std::size_t> order;
    std::vector<bool> done(parts.size(), false);
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto &after = parts[i].after;
            if (done[i] || !std::all_of(after.begin(), after.end(), [&](std::size_t other) { return done[other]; }))
                continue;
            done[i] = moved = true;
            order.push_back(i);
        }
    }
    return order;
}

} // namespace

BatchPlan planBatch(const QJsonObject &body)
{
    BatchPlan plan;
    const auto requests = body["requests"_L1].toArray();
    if (requests.isEmpty())
        return {{}, {}, u"Invalid batch payload format: 'requests' holds no request."_s};
    if (requests.size() > mostBatchParts)
        return {{}, {}, u"Number of batch request steps exceeds the maximum value of %1."_s.arg(mostBatchParts)};
    QHash<QString, std::size_t> byId;
    for (const auto &each : requests) {
        const auto part = each.toObject();
        if (auto problem = partProblem(part); !problem.isEmpty())
            return {{}, {}, problem};
        const auto partId = part["id"_L1].toString();
        if (byId.contains(partId.toLower()))
            return {{}, {}, u"Request Id: %1 is not unique: ids differ by more than case."_s.arg(partId)};
        byId.insert(partId.toLower(), plan.parts.size());
        plan.parts.push_back({partId, part, {}});
    }
    plan.problem = linkParts(plan.parts, byId);
    if (!plan.problem.isEmpty())
        return plan;
    plan.order = batchOrder(plan.parts);
    if (plan.order.size() < plan.parts.size())
        plan.problem = u"The dependsOn members of the batch form a cycle."_s;
    return plan;
}

} // namespace pimgate::demo
