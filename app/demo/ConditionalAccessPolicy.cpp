#include "demo/ConditionalAccessPolicy.h"

#include "demo/PimAccess.h"
#include "demo/Seed.h"

#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

namespace pimgate::demo {

namespace {

Response caScopesMissing()
{
    return graphError(403, QStringLiteral("AccessDenied"),
                      QStringLiteral("You cannot perform the requested operation, required scopes are missing in the token."));
}

} // namespace

std::optional<Response> caLicenceMissing(const Store &store)
{
    if (hasPremiumLicence(store))
        return {};
    return graphError(403, QStringLiteral("AccessDenied"), QStringLiteral("Your tenant is not licensed for this feature."));
}

std::optional<Response> caMayRead(const Store &store, const Request &request)
{
    if (requireScope(request, {"Policy.Read.All", "Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"}))
        return caScopesMissing();
    if (auto refused = caLicenceMissing(store))
        return refused;
    return requireRole(request, {roles::conditionalAccessAdministrator(), roles::securityAdministrator(), roles::globalReader(),
                                 roles::securityReader()});
}

std::optional<Response> caMayWrite(const Store &store, const Request &request, bool applications)
{
    const bool missing = requireScope(request, {"Policy.ReadWrite.ConditionalAccess"}) ||
                         requireScope(request, {"Policy.Read.All"}) ||
                         (applications && requireScope(request, {"Application.Read.All", "Application.ReadWrite.All"}));
    if (missing)
        return caScopesMissing();
    if (auto refused = caLicenceMissing(store))
        return refused;
    return requireRole(request, {roles::conditionalAccessAdministrator(), roles::securityAdministrator()});
}

Response caBadRequest(const QString &message)
{
    return graphError(400, QStringLiteral("BadRequest"), message);
}

namespace {

CaForm caForm(const QStringList &lists, const QStringList &nullable)
{
    CaForm form;
    for (const QString &name : lists)
        form.append({name, QJsonArray()});
    for (const QString &name : nullable)
        form.append({name, QJsonValue::Null});
    return form;
}

QString caUnknownMember(const QJsonObject &sent, const CaForm &form)
{
    for (const QString &member : sent.keys())
        if (!member.contains(QLatin1Char('@')) &&
            std::none_of(form.begin(), form.end(), [&](const auto &known) { return known.first == member; }))
            return member;
    return {};
}

} // namespace

QJsonObject caFilled(const QJsonObject &sent, const CaForm &form)
{
    QJsonObject filled;
    for (const auto &[member, missing] : form) {
        const QJsonValue value = sent.value(member);
        filled.insert(member, value.isUndefined() || value.isNull() ? missing : value);
    }
    return filled;
}

const CaForm &caPolicyForm()
{
    static const CaForm form = caForm({}, {QStringLiteral("displayName"), QStringLiteral("description"), QStringLiteral("state"),
                                           QStringLiteral("conditions"), QStringLiteral("grantControls"),
                                           QStringLiteral("sessionControls"), QStringLiteral("templateId")});
    return form;
}

namespace {

const CaForm &caConditionsForm()
{
    static const CaForm form =
        caForm({QStringLiteral("clientAppTypes"), QStringLiteral("signInRiskLevels"), QStringLiteral("userRiskLevels"),
                QStringLiteral("servicePrincipalRiskLevels")},
               {QStringLiteral("insiderRiskLevels"), QStringLiteral("platforms"), QStringLiteral("locations"),
                QStringLiteral("devices"), QStringLiteral("clientApplications"), QStringLiteral("authenticationFlows"),
                QStringLiteral("applications"), QStringLiteral("users")});
    return form;
}

const CaForm &caUsersForm()
{
    static const CaForm form =
        caForm({QStringLiteral("includeUsers"), QStringLiteral("excludeUsers"), QStringLiteral("includeGroups"),
                QStringLiteral("excludeGroups"), QStringLiteral("includeRoles"), QStringLiteral("excludeRoles")},
               {QStringLiteral("includeGuestsOrExternalUsers"), QStringLiteral("excludeGuestsOrExternalUsers")});
    return form;
}

const CaForm &caApplicationsForm()
{
    static const CaForm form =
        caForm({QStringLiteral("includeApplications"), QStringLiteral("excludeApplications"),
                QStringLiteral("includeUserActions"), QStringLiteral("includeAuthenticationContextClassReferences")},
               {QStringLiteral("applicationFilter")});
    return form;
}

const CaForm &caGrantForm()
{
    static const CaForm form =
        caForm({QStringLiteral("builtInControls"), QStringLiteral("customAuthenticationFactors"), QStringLiteral("termsOfUse")},
               {QStringLiteral("operator"), QStringLiteral("authenticationStrength"),
                QStringLiteral("authenticationStrength@odata.context")});
    return form;
}

} // namespace

QStringList caList(const QJsonObject &object, const QString &member)
{
    QStringList values;
    for (const auto &entry : object.value(member).toArray())
        values << entry.toString();
    return values;
}

QJsonObject caNormalised(const QJsonObject &policy)
{
    QJsonObject kept = policy;
    QJsonObject conditions = caFilled(policy.value(QLatin1String("conditions")).toObject(), caConditionsForm());
    if (conditions.value(QLatin1String("users")).isObject())
        conditions.insert(QStringLiteral("users"), caFilled(conditions.value(QLatin1String("users")).toObject(), caUsersForm()));
    if (conditions.value(QLatin1String("applications")).isObject())
        conditions.insert(QStringLiteral("applications"),
                          caFilled(conditions.value(QLatin1String("applications")).toObject(), caApplicationsForm()));
    kept.insert(QStringLiteral("conditions"), conditions);
    if (policy.value(QLatin1String("grantControls")).isObject()) {
        QJsonObject grant = caFilled(policy.value(QLatin1String("grantControls")).toObject(), caGrantForm());
        grant.remove(QStringLiteral("authenticationStrength@odata.context"));
        kept.insert(QStringLiteral("grantControls"), grant);
    }
    return kept;
}

std::optional<Response> caUnknownMembers(const QJsonObject &sent)
{
    const auto conditions = sent.value(QLatin1String("conditions")).toObject();
    const std::initializer_list<std::pair<QJsonObject, const CaForm *>> parts{
        {sent, &caPolicyForm()},
        {conditions, &caConditionsForm()},
        {conditions.value(QLatin1String("users")).toObject(), &caUsersForm()},
        {conditions.value(QLatin1String("applications")).toObject(), &caApplicationsForm()},
        {sent.value(QLatin1String("grantControls")).toObject(), &caGrantForm()}};
    for (const auto &[object, form] : parts)
        if (const QString member = caUnknownMember(object, *form); !member.isEmpty())
            return caBadRequest(QStringLiteral("Invalid property '%1' in the request body.").arg(member));
    return {};
}

QString caStateOf(const QString &text)
{
    for (const auto &state :
         {QStringLiteral("enabled"), QStringLiteral("disabled"), QStringLiteral("enabledForReportingButNotEnforced")})
        if (text.compare(state, Qt::CaseInsensitive) == 0)
            return state;
    return {};
}

namespace {

bool caPublicClient(const Store &store, const QString &appId)
{
    const QJsonObject *application = store.findBy(QStringLiteral("applications"), QStringLiteral("appId"), appId);
    return application && application->value(QLatin1String("isFallbackPublicClient")).toBool();
}

QString caApplicationsFault(const Store &store, const QJsonObject &applications)
{
    static const QStringList special{QStringLiteral("All"), QStringLiteral("None"), QStringLiteral("Office365"),
                                     QStringLiteral("MicrosoftAdminPortals")};
    QJsonObject invalid;
    for (const auto &member : {QStringLiteral("includeApplications"), QStringLiteral("excludeApplications")}) {
        for (const QString &appId : caList(applications, member)) {
            if (special.contains(appId))
                continue;
            if (!store.findBy(QStringLiteral("servicePrincipals"), QStringLiteral("appId"), appId))
                invalid.insert(appId, QStringLiteral("ServicePrincipalNotFound"));
            else if (caPublicClient(store, appId))
                invalid.insert(appId, QStringLiteral("PublicClientsAreUnsupported"));
        }
    }
    if (!invalid.isEmpty())
        return QStringLiteral("1034: Policy contains invalid applications: %1")
            .arg(QString::fromUtf8(QJsonDocument(invalid).toJson(QJsonDocument::Compact)));
    for (const QString &claim : caList(applications, QStringLiteral("includeAuthenticationContextClassReferences")))
        if (!store.find(QStringLiteral("authenticationContexts"), claim))
            return QStringLiteral("1028: Invalid authentication context value: %1").arg(claim);
    const bool none = caList(applications, QStringLiteral("includeApplications")).isEmpty() &&
                      caList(applications, QStringLiteral("includeUserActions")).isEmpty() &&
                      caList(applications, QStringLiteral("includeAuthenticationContextClassReferences")).isEmpty();
    return none ? QStringLiteral("1034: Policy contains no applications, user actions or authentication contexts.") : QString();
}

QString caUsersFault(const Store &store, const QJsonObject &users)
{
    static const QStringList special{QStringLiteral("All"), QStringLiteral("None"), QStringLiteral("GuestsOrExternalUsers")};
    for (const auto &member : {QStringLiteral("includeUsers"), QStringLiteral("excludeUsers")})
        for (const QString &id : caList(users, member))
            if (!special.contains(id) && !store.find(QStringLiteral("users"), id))
                return QStringLiteral("1055: Invalid user value: %1").arg(id);
    for (const auto &member : {QStringLiteral("includeGroups"), QStringLiteral("excludeGroups")})
        for (const QString &id : caList(users, member))
            if (!store.find(QStringLiteral("groups"), id))
                return QStringLiteral("1054: Invalid group value: %1").arg(id);
    static const QRegularExpression guid(QStringLiteral("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"));
    for (const auto &member : {QStringLiteral("includeRoles"), QStringLiteral("excludeRoles")})
        for (const QString &id : caList(users, member))
            if (!guid.match(id).hasMatch())
                return QStringLiteral("1056: Invalid role value: %1").arg(id);
    const bool nobody = caList(users, QStringLiteral("includeUsers")).isEmpty() &&
                        caList(users, QStringLiteral("includeGroups")).isEmpty() &&
                        caList(users, QStringLiteral("includeRoles")).isEmpty() &&
                        !users.value(QLatin1String("includeGuestsOrExternalUsers")).isObject();
    return nobody ? QStringLiteral("1059: Policy must include users, groups or roles.") : QString();
}

QString caLocationsFault(const Store &store, const QJsonObject &locations)
{
    for (const auto &member : {QStringLiteral("includeLocations"), QStringLiteral("excludeLocations")})
        for (const QString &id : caList(locations, member))
            if (id != QLatin1String("All") && id != QLatin1String("AllTrusted") &&
                !store.find(QStringLiteral("namedLocations"), id))
                return QStringLiteral("1040: Policy contains an invalid location: %1").arg(id);
    return {};
}

QString caControlsFault(const QJsonObject &policy)
{
    static const QStringList known{QStringLiteral("block"),
                                   QStringLiteral("mfa"),
                                   QStringLiteral("compliantDevice"),
                                   QStringLiteral("domainJoinedDevice"),
                                   QStringLiteral("approvedApplication"),
                                   QStringLiteral("compliantApplication"),
                                   QStringLiteral("passwordChange"),
                                   QStringLiteral("riskRemediation")};
    const QJsonValue grantValue = policy.value(QLatin1String("grantControls"));
    if (!grantValue.isObject())
        return policy.value(QLatin1String("sessionControls")).isObject()
                   ? QString()
                   : QStringLiteral("1011: Policy must contain grantControls or sessionControls.");
    const QJsonObject grant = grantValue.toObject();
    const QStringList controls = caList(grant, QStringLiteral("builtInControls"));
    for (const QString &control : controls)
        if (!known.contains(control, Qt::CaseInsensitive))
            return QStringLiteral("1011: Invalid grant control: %1").arg(control);
    const bool others = controls.size() > 1 || grant.value(QLatin1String("authenticationStrength")).isObject() ||
                        !caList(grant, QStringLiteral("termsOfUse")).isEmpty() ||
                        !caList(grant, QStringLiteral("customAuthenticationFactors")).isEmpty();
    if (controls.contains(QStringLiteral("block"), Qt::CaseInsensitive) && others)
        return QStringLiteral("1011: The block control cannot be combined with other controls.");
    if (controls.isEmpty() && !others)
        return QStringLiteral("1011: grantControls contains no control.");
    const QString op = grant.value(QLatin1String("operator")).toString();
    if (op.compare(QLatin1String("OR"), Qt::CaseInsensitive) != 0 && op.compare(QLatin1String("AND"), Qt::CaseInsensitive) != 0)
        return QStringLiteral("1011: The operator of grantControls must be OR or AND.");
    return {};
}

QString caClientAppsFault(const QJsonObject &conditions)
{
    static const QStringList known{QStringLiteral("all"),
                                   QStringLiteral("browser"),
                                   QStringLiteral("mobileAppsAndDesktopClients"),
                                   QStringLiteral("exchangeActiveSync"),
                                   QStringLiteral("easSupported"),
                                   QStringLiteral("other")};
    const QStringList types = caList(conditions, QStringLiteral("clientAppTypes"));
    const bool valid = !types.isEmpty() && std::all_of(types.begin(), types.end(), [&](const QString &type) {
        return known.contains(type, Qt::CaseInsensitive);
    });
    return valid ? QString() : QStringLiteral("1032: Policy contains invalid client app types.");
}

bool caSecurityDefaultsOn(const Store &store)
{
    const QList<QJsonObject> rows = store.rows(QStringLiteral("securityDefaults"));
    return std::any_of(rows.begin(), rows.end(),
                       [](const QJsonObject &row) { return row.value(QLatin1String("isEnabled")).toBool(); });
}

QString caConditionsFault(const Store &store, const QJsonObject &conditions)
{
    const QJsonValue applications = conditions.value(QLatin1String("applications"));
    const bool workload = conditions.value(QLatin1String("clientApplications")).isObject();
    if (!applications.isObject())
        return QStringLiteral("1034: Policy contains no applications.");
    QString fault = caApplicationsFault(store, applications.toObject());
    if (fault.isEmpty() && !workload)
        fault = caUsersFault(store, conditions.value(QLatin1String("users")).toObject());
    if (fault.isEmpty())
        fault = caLocationsFault(store, conditions.value(QLatin1String("locations")).toObject());
    return fault.isEmpty() ? caClientAppsFault(conditions) : fault;
}

} // namespace

std::optional<Response> caRefused(const Store &store, const QJsonObject &policy, bool conditionsSent)
{
    const QString name = policy.value(QLatin1String("displayName")).toString();
    const QString state = caStateOf(policy.value(QLatin1String("state")).toString());
    if (name.trimmed().isEmpty() || name.size() > 256)
        return caBadRequest(QStringLiteral("The displayName of a policy must have 1 to 256 characters."));
    if (state.isEmpty())
        return caBadRequest(QStringLiteral("Invalid value '%1' for state.").arg(policy.value(QLatin1String("state")).toString()));
    const QJsonObject conditions = policy.value(QLatin1String("conditions")).toObject();
    if (const QString fault = conditionsSent ? caConditionsFault(store, conditions) : QString(); !fault.isEmpty())
        return caBadRequest(fault);
    if (const QString fault = caControlsFault(policy); !fault.isEmpty())
        return caBadRequest(fault);
    if (state == QLatin1String("enabled") && caSecurityDefaultsOn(store)) // P24
        return caBadRequest(
            QStringLiteral("Security Defaults is enabled in the tenant. You must disable Security defaults before "
                           "enabling a Conditional Access policy."));
    return {};
}

} // namespace pimgate::demo
