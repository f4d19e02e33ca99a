#include "demo/Manners.h"

#include "base/IsoDuration.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

const auto mannersTable = u"demoSettings"_s;

QJsonObject manners(const Store &store, const QString &rowId)
{
    const auto *row = store.find(mannersTable, rowId);
    return row ? *row : QJsonObject{{u"id"_s, rowId}};
}

struct ServicePlan
{
    QString id;
    QString name;
};

/// The plans that a licence carries; each includes the ones before it.
QList<ServicePlan> plansOf(const QString &licence)
{
    static const QStringList names{u"none"_s, u"P1"_s, u"P2"_s, u"governance"_s};
    static const QList<ServicePlan> plans{{u"41781fb2-bc02-4b7c-bd55-b576c07bb09d"_s, u"AAD_PREMIUM"_s},
                                          {u"eec0eb4f-6444-4f95-aba0-50c24d67f998"_s, u"AAD_PREMIUM_P2"_s},
                                          {u"e866a266-3cff-43a3-acca-0c90a7e00c8b"_s, u"Entra_Identity_Governance"_s}};
    return plans.first(names.indexOf(licence));
}

void setLicence(Store &store, const QString &licence)
{
    QJsonArray plans;
    for (const auto &plan : plansOf(licence))
        plans.append(QJsonObject{{u"servicePlanId"_s, plan.id},
                                 {u"servicePlanName"_s, plan.name},
                                 {u"provisioningStatus"_s, u"Success"_s},
                                 {u"appliesTo"_s, u"User"_s}});
    for (const auto &sku : store.rows(u"subscribedSkus"_s))
        store.patch(u"subscribedSkus"_s, sku["id"_L1].toString(), {{u"servicePlans"_s, plans}});
}

} // namespace

DirectoryManners directoryManners(const Store &store)
{
    const auto row = manners(store, u"directory"_s);
    return {row["securityGroupsAreGoneAtOnce"_L1].toBool(false), row["membersCreateGroups"_L1].toBool(true)};
}

std::optional<QString> setDirectoryManners(Store &store, const QJsonObject &body)
{
    auto row = manners(store, u"directory"_s);
    for (auto it = body.begin(); it != body.end(); ++it) {
        const bool flag = it.key() == u"securityGroupsAreGoneAtOnce" || it.key() == u"membersCreateGroups";
        static const QStringList licences{u"none"_s, u"P1"_s, u"P2"_s, u"governance"_s};
        if (flag ? !it.value().isBool() : it.key() != u"licence" || !licences.contains(it.value().toString()))
            return u"'%1' is unknown here, or its value is."_s.arg(it.key());
        if (flag)
            row.insert(it.key(), it.value());
    }
    if (body.contains("licence"_L1))
        setLicence(store, body["licence"_L1].toString());
    store.put(mannersTable, row);
    return {};
}

std::optional<QString> setLogManners(Store &store, const QJsonObject &body)
{
    auto row = manners(store, u"logs"_s);
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (it.key() != u"auditDelay" && it.key() != u"signInDelay")
            return u"The logs have no setting '%1'."_s.arg(it.key());
        const auto delay = IsoDuration::parse(it.value().toString());
        if (!delay)
            return delay.error().message;
        row.insert(it.key(), it.value());
    }
    store.put(mannersTable, row);
    return {};
}

QDateTime loggedUntil(const Store &store, const char *delay)
{
    const auto text = manners(store, u"logs"_s)[QLatin1String(delay)].toString();
    const auto duration = IsoDuration::parse(text.isEmpty() ? u"PT0S"_s : text);
    return store.now().addSecs(duration ? -duration->value().count() : 0);
}

} // namespace pimgate::demo
