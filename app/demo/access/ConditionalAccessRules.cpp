#include "demo/access/ConditionalAccessRules.h"

#include "demo/access/AttributeFilter.h"
#include "demo/access/ConditionalAccessService.h"
#include "demo/store/Seed.h"

#include <QJsonDocument>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

bool caOneOf(const QString &word, const QStringList &words)
{
    return words.contains(word, Qt::CaseInsensitive);
}

/// Why an application cannot be targeted (10.5); empty: it can.
QString caUntargetable(const Store &store, const QString &appId)
{
    const QJsonObject *principal = store.findBy(u"servicePrincipals"_s, u"appId"_s, appId);
    if (!principal)
        return u"ServicePrincipalNotFound"_s;
    // Graph itself and Microsoft's own public clients are no targets; Exchange and its like are.
    if (caOneOf(appId, {graphAppId(), defaultClientId()}))
        return u"UnsupportedFirstPartyApplication"_s;
    const QJsonObject *application = store.findBy(u"applications"_s, u"appId"_s, appId);
    return application && application->value("isFallbackPublicClient"_L1).toBool() ? u"PublicClientsAreUnsupported"_s : QString();
}

QString caApplicationsFault(const Store &store, const QJsonObject &applications)
{
    const QStringList included = caList(applications, u"includeApplications"_s);
    const QStringList excluded = caList(applications, u"excludeApplications"_s);
    const QStringList actions = caList(applications, u"includeUserActions"_s);
    const QStringList contexts = caList(applications, u"includeAuthenticationContextClassReferences"_s);
    const QJsonObject filter = applications["applicationFilter"_L1].toObject();
    QJsonObject invalid;
    const auto look = [&](const QStringList &appIds, const QStringList &special) {
        for (const QString &appId : appIds)
            if (const QString why = caOneOf(appId, special) ? QString() : caUntargetable(store, appId); !why.isEmpty())
                invalid.insert(appId, why);
    };
    look(included, {u"All"_s, u"None"_s, u"Office365"_s, u"MicrosoftAdminPortals"_s});
    look(excluded, {u"Office365"_s, u"MicrosoftAdminPortals"_s});
    if (!invalid.isEmpty())
        return u"1034: Policy contains invalid applications: %1"_s.arg(
            QString::fromUtf8(QJsonDocument(invalid).toJson(QJsonDocument::Compact)));
    for (const QString &action : actions)
        if (!caOneOf(action, {u"urn:user:registersecurityinfo"_s, u"urn:user:registerdevice"_s}))
            return u"1034: Policy contains invalid user actions: %1"_s.arg(action);
    for (const QString &claim : contexts)
        if (!store.find(u"authenticationContexts"_s, claim))
            return u"1028: Invalid authentication context value: %1"_s.arg(claim);
    if (!filter.isEmpty() && (filter["mode"_L1].isNull() || !attributeFilterParses(filter["rule"_L1].toString())))
        return u"1034: Policy contains an invalid application filter."_s;
    const bool none = included.isEmpty() && actions.isEmpty() && contexts.isEmpty() && filter.isEmpty();
    return none ? u"1034: Policy contains no applications, user actions or authentication contexts."_s : QString();
}

/// The first id of the lists that is neither special nor a row of the table; empty: all are there.
QString caUnknown(const Store &store, const QJsonObject &object, const QStringList &lists, const QStringList &special,
                  const QString &table)
{
    for (const QString &list : lists)
        for (const QString &id : caList(object, list))
            if (!caOneOf(id, special) && !store.find(table, id))
                return id.isEmpty() ? u"''"_s : id;
    return {};
}

QString caUsersFault(const Store &store, const QJsonObject &users)
{
    const QString guests = u"GuestsOrExternalUsers"_s;
    QString unknown = caUnknown(store, users, {u"includeUsers"_s}, {u"All"_s, u"None"_s, guests}, u"users"_s);
    if (unknown.isEmpty())
        unknown = caUnknown(store, users, {u"excludeUsers"_s}, {guests}, u"users"_s);
    if (!unknown.isEmpty())
        return u"1055: Invalid user value: %1"_s.arg(unknown);
    unknown = caUnknown(store, users, {u"includeGroups"_s, u"excludeGroups"_s}, {}, u"groups"_s);
    if (!unknown.isEmpty())
        return u"1054: Invalid group value: %1"_s.arg(unknown);
    unknown = caUnknown(store, users, {u"includeRoles"_s, u"excludeRoles"_s}, {}, u"roleDefinitions"_s);
    if (!unknown.isEmpty())
        return u"1056: Invalid role value: %1"_s.arg(unknown);
    const bool nobody = caList(users, u"includeUsers"_s).isEmpty() && caList(users, u"includeGroups"_s).isEmpty() &&
                        caList(users, u"includeRoles"_s).isEmpty() && !users["includeGuestsOrExternalUsers"_L1].isObject();
    return nobody ? u"1059: Policy must include users, groups or roles."_s : QString();
}

QString caWorkloadsFault(const Store &store, const QJsonObject &workloads)
{
    const QString own = u"ServicePrincipalsInMyTenant"_s;
    QString unknown = caUnknown(store, workloads, {u"includeServicePrincipals"_s}, {own}, u"servicePrincipals"_s);
    if (unknown.isEmpty())
        unknown = caUnknown(store, workloads, {u"excludeServicePrincipals"_s}, {}, u"servicePrincipals"_s);
    if (!unknown.isEmpty())
        return u"Invalid service principal value: %1"_s.arg(unknown);
    const bool nobody =
        caList(workloads, u"includeServicePrincipals"_s).isEmpty() && !workloads["servicePrincipalFilter"_L1].isObject();
    return nobody ? u"The policy must include service principals."_s : QString();
}

QString caLocationsFault(const Store &store, const QJsonObject &locations)
{
    const QString unknown = caUnknown(store, locations, {u"includeLocations"_s, u"excludeLocations"_s},
                                      {u"All"_s, u"AllTrusted"_s}, u"namedLocations"_s);
    if (!unknown.isEmpty())
        return u"1040: Policy contains an invalid location: %1"_s.arg(unknown);
    const bool onlyOut = caList(locations, u"includeLocations"_s).isEmpty() && !locations.isEmpty();
    return onlyOut ? u"1040: Policy must include locations before it can exclude some."_s : QString();
}

QString caClientAppsFault(const QJsonObject &conditions)
{
    static const QStringList known{u"all"_s,          u"browser"_s, u"mobileAppsAndDesktopClients"_s, u"exchangeActiveSync"_s,
                                   u"easSupported"_s, u"other"_s};
    const QStringList types = caList(conditions, u"clientAppTypes"_s);
    const bool valid =
        !types.isEmpty() && std::all_of(types.begin(), types.end(), [&](const QString &type) { return caOneOf(type, known); });
    const bool allAndMore = types.size() > 1 && caOneOf(u"all"_s, types);
    return valid && !allAndMore ? QString() : u"1032: Policy contains invalid client app types."_s;
}

QString caConditionsFault(const Store &store, const QJsonObject &conditions)
{
    const QJsonObject workloads = conditions["clientApplications"_L1].toObject();
    const QJsonObject filter = conditions["devices"_L1].toObject()["deviceFilter"_L1].toObject();
    const QJsonObject platforms = conditions["platforms"_L1].toObject();
    if (!conditions["applications"_L1].isObject())
        return u"1034: Policy contains no applications."_s;
    QString fault = caApplicationsFault(store, conditions["applications"_L1].toObject());
    if (fault.isEmpty())
        fault = workloads.isEmpty() ? caUsersFault(store, conditions["users"_L1].toObject()) : caWorkloadsFault(store, workloads);
    if (fault.isEmpty())
        fault = caLocationsFault(store, conditions["locations"_L1].toObject());
    if (fault.isEmpty())
        fault = caClientAppsFault(conditions);
    if (fault.isEmpty() && !platforms.isEmpty() && caList(platforms, u"includePlatforms"_s).isEmpty())
        fault = u"The policy must include platforms before it can exclude some."_s;
    if (fault.isEmpty() && !filter.isEmpty() &&
        (filter["mode"_L1].isNull() || !attributeFilterParses(filter["rule"_L1].toString(), u"device."_s)))
        fault = u"The rule of the device filter is not valid: %1"_s.arg(filter["rule"_L1].toString());
    return fault;
}

/// passwordChange goes with mfa and AND, for all applications, at a user risk (documentation of the grant controls).
bool caPasswordChangeFits(const QJsonObject &grant, const QStringList &controls, const QJsonObject &conditions)
{
    const QJsonObject applications = conditions["applications"_L1].toObject();
    return caOneOf(u"mfa"_s, controls) && grant["operator"_L1].toString().compare("AND"_L1, Qt::CaseInsensitive) == 0 &&
           caOneOf(u"All"_s, caList(applications, u"includeApplications"_s)) &&
           caList(applications, u"excludeApplications"_s).isEmpty() && !caList(conditions, u"userRiskLevels"_s).isEmpty();
}

QString caGrantFault(const QJsonObject &policy)
{
    static const QStringList known{u"block"_s,
                                   u"mfa"_s,
                                   u"compliantDevice"_s,
                                   u"domainJoinedDevice"_s,
                                   u"approvedApplication"_s,
                                   u"compliantApplication"_s,
                                   u"passwordChange"_s,
                                   u"riskRemediation"_s};
    const QJsonObject grant = policy["grantControls"_L1].toObject();
    const QJsonObject conditions = policy["conditions"_L1].toObject();
    const QStringList controls = caList(grant, u"builtInControls"_s);
    const bool strength = grant["authenticationStrength"_L1].isObject();
    const bool others =
        strength || !caList(grant, u"termsOfUse"_s).isEmpty() || !caList(grant, u"customAuthenticationFactors"_s).isEmpty();
    const bool block = caOneOf(u"block"_s, controls);
    for (const QString &control : controls)
        if (!caOneOf(control, known))
            return u"1011: Invalid grant control: %1"_s.arg(control);
    if (block && (controls.size() > 1 || others))
        return u"1011: The block control cannot be combined with other controls."_s;
    if (controls.isEmpty() && !others)
        return u"1011: grantControls contains no control."_s;
    if (!caOneOf(grant["operator"_L1].toString(), {u"OR"_s, u"AND"_s}))
        return u"1011: The operator of grantControls must be OR or AND."_s;
    if (strength && authenticationStrength(grant["authenticationStrength"_L1].toObject()["id"_L1].toString()).isEmpty())
        return u"1011: The authentication strength does not exist."_s;
    if (strength && caOneOf(u"mfa"_s, controls))
        return u"1011: mfa cannot be combined with an authentication strength."_s;
    if (conditions["clientApplications"_L1].isObject() && !block)
        return u"1011: A policy for workload identities can only block."_s;
    if (caOneOf(u"passwordChange"_s, controls) && !caPasswordChangeFits(grant, controls, conditions))
        return u"1032: ConditionalActionPolicy validation failed due to InvalidPasswordResetControl."_s;
    return {};
}

QString caSessionFault(const QJsonObject &session)
{
    const QJsonObject frequency = session["signInFrequency"_L1].toObject();
    const bool everyTime = frequency["frequencyInterval"_L1].toString() == u"everyTime";
    const bool whole = everyTime || (frequency["value"_L1].toInt() > 0 && !frequency["type"_L1].isNull());
    if (frequency["isEnabled"_L1].toBool() && !whole)
        return u"1011: signInFrequency needs a type and a value."_s;
    const QJsonObject browser = session["persistentBrowser"_L1].toObject();
    if (browser["isEnabled"_L1].toBool() && browser["mode"_L1].isNull())
        return u"1011: persistentBrowser needs a mode."_s;
    return {};
}

QString caControlsFault(const QJsonObject &policy)
{
    const QJsonObject session = policy["sessionControls"_L1].toObject();
    const bool anySession = std::any_of(session.begin(), session.end(), [](const auto &value) { return !value.isNull(); });
    const bool grants = policy["grantControls"_L1].isObject();
    if (!grants && !anySession)
        return u"1011: Policy must contain grantControls or sessionControls."_s;
    const QString fault = grants ? caGrantFault(policy) : QString();
    return fault.isEmpty() ? caSessionFault(session) : fault;
}

} // namespace

QString caPolicyFault(const Store &store, const QJsonObject &policy, bool judgesConditions)
{
    const QString name = policy["displayName"_L1].toString();
    if (name.trimmed().isEmpty() || name.size() > 256)
        return u"The displayName of a policy must have 1 to 256 characters."_s;
    if (policy["state"_L1].toString().isEmpty())
        return u"The state of a policy is required."_s;
    const QString fault = judgesConditions ? caConditionsFault(store, policy["conditions"_L1].toObject()) : QString();
    return fault.isEmpty() ? caControlsFault(policy) : fault;
}

bool securityDefaultsOn(const Store &store)
{
    const QList<QJsonObject> rows = store.rows(u"securityDefaults"_s);
    return std::any_of(rows.begin(), rows.end(), [](const QJsonObject &row) { return row["isEnabled"_L1].toBool(); });
}

} // namespace pimgate::demo
