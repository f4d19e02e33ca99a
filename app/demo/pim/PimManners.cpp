#include "demo/pim/PimManners.h"

#include "base/IsoDuration.h"

#include <QJsonDocument>

namespace pimgate::demo {
namespace {

const QString kPimSettings = QStringLiteral("demoSettings");
const QString kPimRow = QStringLiteral("pim");
const QString kWrappedCode = QStringLiteral("UnknownError");

bool isPimSwitch(const QString &name)
{
    static const QStringList names{
        QStringLiteral("policyNeedsOnboarding"), QStringLiteral("policyIdChanges"),          QStringLiteral("olderErrors"),
        QStringLiteral("rulePatchAnswers200"),   QStringLiteral("approvalWithoutApprovers"), QStringLiteral("scheduleCreated"),
        QStringLiteral("timedOutIsFailed"),      QStringLiteral("instancesLackGroup")};
    return names.contains(name);
}

std::optional<QString> mannerFault(const QString &name, const QJsonValue &value)
{
    const QString wrong = QStringLiteral("'%1' does not take this value.").arg(name);
    if (isPimSwitch(name))
        return value.isBool() ? std::nullopt : std::optional(wrong);
    if (name == QLatin1String("envelope")) {
        static const QStringList forms{QString(), QStringLiteral("plain"), QStringLiteral("wrapped")};
        return value.isString() && forms.contains(value.toString()) ? std::nullopt : std::optional(wrong);
    }
    if (name == QLatin1String("provisioning"))
        return IsoDuration::parse(value.toString()) ? std::nullopt : std::optional(wrong);
    return QStringLiteral("PIM has no manner '%1'.").arg(name);
}

/// Code and message inside a wrapped refusal; empty for a plain one.
QJsonObject insideWrapped(const QJsonObject &error)
{
    if (error.value(QLatin1String("code")).toString() != kWrappedCode)
        return {};
    return QJsonDocument::fromJson(error.value(QLatin1String("message")).toString().toUtf8()).object();
}

Response inEnvelope(const QString &envelope, const Response &response)
{
    const QJsonObject error = response.json.toObject().value(QLatin1String("error")).toObject();
    if (envelope.isEmpty() || response.status < 400 || error.contains(QLatin1String("details")))
        return response; // details have no place in the wrapped form
    const QJsonObject inside = insideWrapped(error);
    Response shaped = response;
    if (envelope == QLatin1String("plain") && !inside.isEmpty())
        shaped.json = graphError(response.status, inside.value(QLatin1String("errorCode")).toString(),
                                 inside.value(QLatin1String("message")).toString())
                          .json;
    if (envelope == QLatin1String("wrapped") && inside.isEmpty())
        shaped.json = wrappedError(response.status, error.value(QLatin1String("code")).toString(),
                                   error.value(QLatin1String("message")).toString())
                          .json;
    return shaped;
}

} // namespace

PimManners pimManners(const Store &store)
{
    const QJsonObject *row = store.find(kPimSettings, kPimRow);
    if (!row)
        return {};
    const auto is = [&](const char *name) { return row->value(QLatin1String(name)).toBool(); };
    PimManners manners;
    manners.policyNeedsOnboarding = is("policyNeedsOnboarding");
    manners.policyIdChanges = is("policyIdChanges");
    manners.olderErrors = is("olderErrors");
    manners.envelope = row->value(QLatin1String("envelope")).toString();
    manners.rulePatchAnswers200 = is("rulePatchAnswers200");
    manners.approvalWithoutApprovers = is("approvalWithoutApprovers");
    manners.scheduleCreated = is("scheduleCreated");
    manners.timedOutIsFailed = is("timedOutIsFailed");
    manners.instancesLackGroup = is("instancesLackGroup");
    manners.provisioning = row->value(QLatin1String("provisioning")).toString();
    return manners;
}

std::optional<QString> setPimManners(Store &store, const QJsonObject &wanted)
{
    for (auto it = wanted.begin(); it != wanted.end(); ++it)
        if (auto fault = mannerFault(it.key(), it.value()))
            return fault;
    QJsonObject row = wanted;
    row.insert(QStringLiteral("id"), kPimRow);
    store.put(kPimSettings, row);
    return {};
}

void addPimRoute(Router &router, const char *method, const QString &pathTemplate, Router::Handler handler)
{
    router.add(method, pathTemplate, [handler = std::move(handler)](Store &store, const Request &request) {
        const Response response = handler(store, request);
        return inEnvelope(pimManners(store).envelope, response);
    });
}

} // namespace pimgate::demo
