#include "demo/Manners.h"

#include "demo/store/Seed.h"

#include <QHash>

#include <functional>

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

QStringList licences()
{
    return {u"none"_s, u"P1"_s, u"P2"_s, u"governance"_s};
}

/// The plans that a licence carries; each includes the ones before it.
QList<ServicePlan> plansOf(const QString &licence)
{
    static const QList<ServicePlan> plans{{u"41781fb2-bc02-4b7c-bd55-b576c07bb09d"_s, u"AAD_PREMIUM"_s},
                                          {u"eec0eb4f-6444-4f95-aba0-50c24d67f998"_s, u"AAD_PREMIUM_P2"_s},
                                          {u"e866a266-3cff-43a3-acca-0c90a7e00c8b"_s, u"Entra_Identity_Governance"_s}};
    return plans.first(licences().indexOf(licence));
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

std::optional<QString> setRoles(Store &store, const QJsonObject &roles)
{
    for (auto it = roles.begin(); it != roles.end(); ++it) {
        const auto *user = store.user(it.key());
        if (!user)
            return u"There is no '%1'."_s.arg(it.key());
        const auto userId = user->value("id"_L1).toString();
        for (const auto &held :
             store.rows(u"roleAssignments"_s, [&](const QJsonObject &row) { return row["principalId"_L1] == userId; }))
            store.remove(u"roleAssignments"_s, held["id"_L1].toString());
        for (const auto &name : it.value().toArray()) {
            const auto *role = store.findBy(u"roleDefinitions"_s, u"displayName"_s, name.toString());
            if (!role)
                return u"There is no directory role '%1'."_s.arg(name.toString());
            const auto roleId = role->value("id"_L1).toString();
            store.put(u"roleAssignments"_s, {{u"id"_s, store.id(u"roleAssignment"_s, userId + roleId)},
                                             {u"principalId"_s, userId},
                                             {u"roleDefinitionId"_s, roleId},
                                             {u"directoryScopeId"_s, u"/"_s}});
        }
    }
    return {};
}

/// More of what everybody may ask for with the wizard's client.
void addConsented(Store &store, const QString &scopes)
{
    const auto *client = store.findBy(u"servicePrincipals"_s, u"appId"_s, defaultClientId());
    for (const auto &grant : store.rows(u"oauth2PermissionGrants"_s)) {
        if (client && grant["clientId"_L1] == client->value("id"_L1) && grant["principalId"_L1].isNull())
            store.patch(u"oauth2PermissionGrants"_s, grant["id"_L1].toString(),
                        {{u"scope"_s, QString(grant["scope"_L1].toString() + u' ' + scopes)}});
    }
}

} // namespace

DirectoryManners directoryManners(const Store &store)
{
    const auto row = manners(store, u"directory"_s);
    return {row["securityGroupsAreGoneAtOnce"_L1].toBool(false), row["membersCreateGroups"_L1].toBool(true)};
}

std::optional<QString> setDirectoryManners(Store &store, const QJsonObject &body)
{
    static const QHash<QString, std::function<bool(const QJsonValue &)>> known{
        {u"securityGroupsAreGoneAtOnce"_s, [](const QJsonValue &value) { return value.isBool(); }},
        {u"membersCreateGroups"_s, [](const QJsonValue &value) { return value.isBool(); }},
        {u"licence"_s, [](const QJsonValue &value) { return licences().contains(value.toString()); }},
        {u"roles"_s, [](const QJsonValue &value) { return value.isObject(); }},
        {u"consented"_s, [](const QJsonValue &value) { return value.isString(); }}};
    auto row = manners(store, u"directory"_s);
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (!known.contains(it.key()) || !known[it.key()](it.value()))
            return u"'%1' is unknown here, or its value is."_s.arg(it.key());
        if (it.value().isBool())
            row.insert(it.key(), it.value());
    }
    if (const auto wrong = setRoles(store, body["roles"_L1].toObject()))
        return wrong;
    if (body.contains("licence"_L1))
        setLicence(store, body["licence"_L1].toString());
    if (body.contains("consented"_L1))
        addConsented(store, body["consented"_L1].toString());
    store.put(mannersTable, row);
    return {};
}

Result<IsoDuration> parseDelay(const QString &text)
{
    return text == u"PT0S" ? Result<IsoDuration>(IsoDuration()) : IsoDuration::parse(text);
}

std::optional<QString> setLogManners(Store &store, const QJsonObject &body)
{
    auto row = manners(store, u"logs"_s);
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (it.key() != u"auditDelay" && it.key() != u"signInDelay")
            return u"The logs have no setting '%1'."_s.arg(it.key());
        const auto delay = parseDelay(it.value().toString());
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
    const auto duration = parseDelay(text.isEmpty() ? u"PT0S"_s : text);
    return store.now().addSecs(duration ? -duration->value().count() : 0);
}

} // namespace pimgate::demo
