#include "demo/ConditionalAccess.h"

#include "demo/PimAccess.h"
#include "demo/Router.h"

#include <QHostAddress>
#include <QJsonDocument>
#include <QRegularExpression>

#include <algorithm>

namespace pimgate::demo {
namespace {

const QString kCaTable = QStringLiteral("conditionalAccessPolicies");
const QString kCaDeleted = QStringLiteral("deletedConditionalAccessPolicies");
const QString kCaContext = QStringLiteral("identity/conditionalAccess/policies");
const QString kCaBase = QStringLiteral("/identity/conditionalAccess/");

// --- who may --------------------------------------------------------------------------------------------------------

Response caScopesMissing()
{
    return graphError(403, QStringLiteral("AccessDenied"),
                      QStringLiteral("You cannot perform the requested operation, required scopes are missing in the token."));
}

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

/// Creating and changing needs three scopes (P22); deleting needs no view of applications.
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

// --- the form of a policy -------------------------------------------------------------------------------------------

Response caBadRequest(const QString &message)
{
    return graphError(400, QStringLiteral("BadRequest"), message);
}

Response caPolicyMissing(const QString &id)
{
    return graphError(404, QStringLiteral("ResourceNotFound"), QStringLiteral("No policy with id '%1' was found.").arg(id));
}

/// The members of one object of a policy and what stands there when nothing is said.
using CaForm = QList<std::pair<QString, QJsonValue>>;

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

QStringList caList(const QJsonObject &object, const QString &member)
{
    QStringList values;
    for (const auto &entry : object.value(member).toArray())
        values << entry.toString();
    return values;
}

/// A policy as the service keeps it: every member there, unknown ones refused before.
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

// --- judging it -----------------------------------------------------------------------------------------------------

QString caStateOf(const QString &text)
{
    for (const auto &state :
         {QStringLiteral("enabled"), QStringLiteral("disabled"), QStringLiteral("enabledForReportingButNotEnforced")})
        if (text.compare(state, Qt::CaseInsensitive) == 0)
            return state;
    return {};
}

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

/// The whole policy as it would be: a PATCH is judged by its result. Conditions only where they were sent: a policy
/// whose group is gone meanwhile can still be switched (P1).
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

// --- policies -------------------------------------------------------------------------------------------------------

void caAudit(Store &store, const Request &request, const QString &activity, const QString &operation, const QJsonObject &before,
             const QJsonObject &after)
{
    const auto quoted = [](const QJsonObject &policy) {
        return policy.isEmpty() ? QJsonValue()
                                : QJsonValue(QString::fromUtf8(QJsonDocument(policy).toJson(QJsonDocument::Compact)));
    };
    Store::Audit entry;
    entry.activity = activity;
    entry.service = QStringLiteral("Conditional Access");
    entry.category = QStringLiteral("Policy");
    entry.operation = operation;
    entry.actor = request.caller.oid;
    entry.targets = {(after.isEmpty() ? before : after).value(QLatin1String("id")).toString()};
    entry.modified = {QJsonObject{{QStringLiteral("displayName"), QStringLiteral("ConditionalAccessPolicy")},
                                  {QStringLiteral("oldValue"), quoted(before)},
                                  {QStringLiteral("newValue"), quoted(after)}}};
    store.audit(entry);
}

QJsonObject caWithoutMoments(QJsonObject policy)
{
    for (const auto &member :
         {QStringLiteral("createdDateTime"), QStringLiteral("modifiedDateTime"), QStringLiteral("deletedDateTime")})
        policy.remove(member);
    return policy;
}

Response caListPolicies(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    return collection(request, store.rows(kCaTable), kCaContext);
}

Response caRead(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    const QJsonObject *policy = store.find(kCaTable, request.param(QStringLiteral("id")));
    return policy ? entity(request, *policy, kCaContext) : caPolicyMissing(request.param(QStringLiteral("id")));
}

Response caCreate(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    if (auto refused = caUnknownMembers(request.body))
        return *refused;
    QJsonObject policy = caNormalised(caFilled(request.body, caPolicyForm()));
    if (auto refused = caRefused(store, policy, true))
        return *refused;
    policy.insert(QStringLiteral("state"), caStateOf(policy.value(QLatin1String("state")).toString()));
    policy.insert(QStringLiteral("id"), store.newId(kCaTable, policy.value(QLatin1String("displayName")).toString()));
    policy.insert(QStringLiteral("createdDateTime"), store.nowText());
    policy.insert(QStringLiteral("modifiedDateTime"), QJsonValue::Null);
    store.put(kCaTable, policy);
    caAudit(store, request, QStringLiteral("Add conditional access policy"), QStringLiteral("Add"), {}, caWithoutMoments(policy));
    Response response = entity(request, policy, kCaContext);
    response.status = 201;
    return response;
}

/// What is sent replaces; inside conditions member by member.
QJsonObject caMerged(const QJsonObject &before, const QJsonObject &sent)
{
    QJsonObject merged = before;
    for (auto it = sent.begin(); it != sent.end(); ++it)
        if (it.key() != QLatin1String("conditions") && !it.key().contains(QLatin1Char('@')))
            merged.insert(it.key(), it.value());
    QJsonObject conditions = before.value(QLatin1String("conditions")).toObject();
    const QJsonObject sentConditions = sent.value(QLatin1String("conditions")).toObject();
    for (auto it = sentConditions.begin(); it != sentConditions.end(); ++it)
        if (!it.key().contains(QLatin1Char('@')))
            conditions.insert(it.key(), it.value());
    merged.insert(QStringLiteral("conditions"), conditions);
    return caNormalised(merged);
}

Response caChange(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    const QJsonObject *found = store.find(kCaTable, request.param(QStringLiteral("id")));
    if (!found)
        return caPolicyMissing(request.param(QStringLiteral("id")));
    if (auto refused = caUnknownMembers(request.body))
        return *refused;
    const QJsonObject before = *found;
    QJsonObject after = caMerged(before, request.body);
    if (auto refused = caRefused(store, after, request.body.contains(QLatin1String("conditions"))))
        return *refused;
    after.insert(QStringLiteral("state"), caStateOf(after.value(QLatin1String("state")).toString()));
    after.insert(QStringLiteral("modifiedDateTime"), store.nowText());
    store.put(kCaTable, after);
    caAudit(store, request, QStringLiteral("Update conditional access policy"), QStringLiteral("Update"),
            caWithoutMoments(before), caWithoutMoments(after));
    return Response::noContent();
}

Response caDelete(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    const QJsonObject *found = store.find(kCaTable, request.param(QStringLiteral("id")));
    if (!found)
        return caPolicyMissing(request.param(QStringLiteral("id")));
    QJsonObject policy = *found;
    store.remove(kCaTable, request.param(QStringLiteral("id")));
    caAudit(store, request, QStringLiteral("Delete conditional access policy"), QStringLiteral("Delete"),
            caWithoutMoments(policy), {});
    policy.insert(QStringLiteral("deletedDateTime"), store.nowText());
    store.put(kCaDeleted, policy);
    return Response::noContent();
}

const QString kCaDeletedContext = QStringLiteral("identity/conditionalAccess/deletedItems/policies");

Response caListDeleted(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    return collection(request, store.rows(kCaDeleted), kCaDeletedContext);
}

Response caReadDeleted(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    const QJsonObject *policy = store.find(kCaDeleted, request.param(QStringLiteral("id")));
    return policy ? entity(request, *policy, kCaDeletedContext) : caPolicyMissing(request.param(QStringLiteral("id")));
}

Response caPurge(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, false))
        return *denied;
    return store.remove(kCaDeleted, request.param(QStringLiteral("id"))) ? Response::noContent()
                                                                         : caPolicyMissing(request.param(QStringLiteral("id")));
}

Response caRestore(Store &store, const Request &request)
{
    if (auto denied = caMayWrite(store, request, true))
        return *denied;
    const QJsonObject *found = store.find(kCaDeleted, request.param(QStringLiteral("id")));
    if (!found)
        return caPolicyMissing(request.param(QStringLiteral("id")));
    QJsonObject policy = *found;
    store.remove(kCaDeleted, request.param(QStringLiteral("id")));
    policy.remove(QStringLiteral("deletedDateTime"));
    store.put(kCaTable, policy);
    caAudit(store, request, QStringLiteral("Restore conditional access policy"), QStringLiteral("Add"), {},
            caWithoutMoments(policy));
    return entity(request, policy, kCaContext);
}

/// Locations and contexts: read only here.
void caAddReadOnly(Router &router, const QString &set, const QString &table)
{
    const QString context = QStringLiteral("identity/conditionalAccess/") + set;
    const bool contexts = set.startsWith(QLatin1String("authenticationContext"));
    const auto mayRead = [=](const Store &store, const Request &request) -> std::optional<Response> {
        const bool ownScope = contexts && request.caller.hasScope(QStringLiteral("AuthenticationContext.Read.All"));
        if (ownScope && !caLicenceMissing(store))
            return requireRole(request, {roles::conditionalAccessAdministrator(), roles::securityAdministrator(),
                                         roles::globalReader(), roles::securityReader()});
        return caMayRead(store, request);
    };
    router.add("GET", kCaBase + set, [=](Store &store, const Request &request) {
        if (auto denied = mayRead(store, request))
            return *denied;
        return collection(request, store.rows(table), context);
    });
    router.add("GET", kCaBase + set + QStringLiteral("/{id}"), [=](Store &store, const Request &request) {
        if (auto denied = mayRead(store, request))
            return *denied;
        const QJsonObject *row = store.find(table, request.param(QStringLiteral("id")));
        return row ? entity(request, *row, context) : caPolicyMissing(request.param(QStringLiteral("id")));
    });
}

// --- What-If --------------------------------------------------------------------------------------------------------

std::optional<QString> caSaid(const QJsonObject &conditions, const char *member)
{
    const QString value = conditions.value(QLatin1String(member)).toString();
    return value.isEmpty() ? std::nullopt : std::optional(value);
}

/// Everything the caller supposes, put beside what the directory knows. Nothing when the identity is unknown.
std::optional<SignInFacts> caSupposed(const Store &store, const QJsonObject &identity, QString *fault)
{
    if (identity.value(QLatin1String("@odata.type")).toString() == QLatin1String("#microsoft.graph.userSignIn")) {
        const QJsonObject *user = store.find(QStringLiteral("users"), identity.value(QLatin1String("userId")).toString());
        if (user)
            return factsAbout(store, user->value(QLatin1String("id")).toString());
        *fault = QStringLiteral("The user of signInIdentity was not found.");
        return {};
    }
    if (identity.value(QLatin1String("@odata.type")).toString() == QLatin1String("#microsoft.graph.servicePrincipalSignIn")) {
        const QString id = identity.value(QLatin1String("servicePrincipalId")).toString();
        SignInFacts facts;
        facts.servicePrincipalId = id.toLower();
        if (store.find(QStringLiteral("servicePrincipals"), id))
            return facts;
        *fault = QStringLiteral("The service principal of signInIdentity was not found.");
        return {};
    }
    *fault = QStringLiteral(
        "signInIdentity needs an @odata.type: #microsoft.graph.userSignIn or #microsoft.graph.servicePrincipalSignIn.");
    return {};
}

QString caReadContext(const QJsonObject &context, SignInFacts *facts)
{
    const QString type = context.value(QLatin1String("@odata.type")).toString();
    if (type == QLatin1String("#microsoft.graph.applicationContext"))
        facts->applications = caList(context, QStringLiteral("includeApplications"));
    else if (type == QLatin1String("#microsoft.graph.authContext"))
        facts->authenticationContext = context.value(QLatin1String("authenticationContextValue")).toString();
    else if (type == QLatin1String("#microsoft.graph.userActionContext"))
        facts->userAction =
            context.value(QLatin1String("userAction")).toString().startsWith(QLatin1String("registerSec"), Qt::CaseInsensitive)
                ? QStringLiteral("urn:user:registersecurityinfo")
                : QStringLiteral("urn:user:registerdevice");
    const bool said = !facts->applications.isEmpty() || !facts->authenticationContext.isEmpty() || !facts->userAction.isEmpty();
    return said ? QString() : QStringLiteral("signInContext needs an @odata.type and its application, context or action.");
}

void caReadConditions(const Store &store, const QJsonObject &said, SignInFacts *facts)
{
    facts->clientAppType = caSaid(said, "clientAppType");
    facts->platform = caSaid(said, "devicePlatform");
    facts->signInRisk = caSaid(said, "signInRiskLevel");
    facts->userRisk = caSaid(said, "userRiskLevel");
    facts->servicePrincipalRisk = caSaid(said, "servicePrincipalRiskLevel");
    facts->insiderRisk = caSaid(said, "insiderRiskLevel");
    const auto ip = caSaid(said, "ipAddress"), country = caSaid(said, "country");
    if (ip && country)
        facts->locations = locationsOf(store, *ip, *country);
    const QJsonValue flow = said.value(QLatin1String("authenticationFlow"));
    if (flow.isObject())
        facts->transferMethod = caSaid(flow.toObject(), "transferMethod");
}

Response caEvaluate(Store &store, const Request &request)
{
    if (auto denied = caMayRead(store, request))
        return *denied;
    const QJsonValue conditions = request.body.value(QLatin1String("signInConditions"));
    if (!conditions.isObject())
        return caBadRequest(QStringLiteral("signInConditions is required."));
    if (conditions.toObject().contains(QLatin1String("country")) != conditions.toObject().contains(QLatin1String("ipAddress")))
        return caBadRequest(QStringLiteral("country and ipAddress must be given together."));
    QString fault;
    auto facts = caSupposed(store, request.body.value(QLatin1String("signInIdentity")).toObject(), &fault);
    if (facts)
        fault = caReadContext(request.body.value(QLatin1String("signInContext")).toObject(), &*facts);
    if (!fault.isEmpty())
        return caBadRequest(fault);
    caReadConditions(store, conditions.toObject(), &*facts);
    const bool appliedOnly = request.body.value(QLatin1String("appliedPoliciesOnly")).toBool();
    QList<QJsonObject> results;
    for (QJsonObject policy : store.rows(kCaTable)) {
        const PolicyAnswer answer = evaluatePolicy(policy, *facts);
        if (appliedOnly && !answer.applies)
            continue;
        policy.insert(QStringLiteral("policyApplies"), answer.applies);
        policy.insert(QStringLiteral("analysisReasons"), answer.reasons.join(QLatin1Char(',')));
        results << policy;
    }
    return collection(request, results, QStringLiteral("Collection(microsoft.graph.whatIfAnalysisResult)"), 999);
}

bool caCountryListed(const QJsonObject &location, const QString &country)
{
    const QStringList countries = caList(location, QStringLiteral("countriesAndRegions"));
    return countries.contains(country, Qt::CaseInsensitive) ||
           (country.isEmpty() && location.value(QLatin1String("includeUnknownCountriesAndRegions")).toBool());
}

bool caAddressListed(const QJsonObject &location, const QHostAddress &address)
{
    const QJsonArray ranges = location.value(QLatin1String("ipRanges")).toArray();
    return std::any_of(ranges.begin(), ranges.end(), [&](const QJsonValue &range) {
        return address.isInSubnet(QHostAddress::parseSubnet(range.toObject().value(QLatin1String("cidrAddress")).toString()));
    });
}

} // namespace

SignInFacts factsAbout(const Store &store, const QString &userId)
{
    SignInFacts facts;
    facts.userId = userId;
    const QJsonObject *user = store.find(QStringLiteral("users"), userId);
    facts.guest = user && user->value(QLatin1String("userType")).toString() == QLatin1String("Guest");
    for (const QString &group : store.transitiveGroupsOf(userId))
        facts.groups << group;
    for (const QString &role : store.activeRolesOf(userId))
        facts.roles << role;
    return facts;
}

QSet<QString> locationsOf(const Store &store, const QString &ipAddress, const QString &country)
{
    const QHostAddress address(ipAddress);
    QSet<QString> found;
    for (const QJsonObject &location : store.rows(QStringLiteral("namedLocations"))) {
        const bool byCountry = location.contains(QLatin1String("countriesAndRegions"));
        if (byCountry ? !caCountryListed(location, country) : !caAddressListed(location, address))
            continue;
        found << location.value(QLatin1String("id")).toString().toLower();
        if (location.value(QLatin1String("isTrusted")).toBool())
            found << QStringLiteral("AllTrusted");
    }
    return found;
}

void addConditionalAccessRoutes(Router &router, Store &)
{
    const QString policies = kCaBase + QStringLiteral("policies"), deleted = kCaBase + QStringLiteral("deletedItems/policies");
    const QString one = QStringLiteral("/{id}");
    router.add("GET", policies, caListPolicies);
    router.add("POST", policies, caCreate);
    router.add("GET", policies + one, caRead);
    router.add("PATCH", policies + one, caChange);
    router.add("DELETE", policies + one, caDelete);
    router.add("GET", deleted, caListDeleted);
    router.add("GET", deleted + one, caReadDeleted);
    router.add("DELETE", deleted + one, caPurge);
    router.add("POST", deleted + one + QStringLiteral("/restore"), caRestore);
    caAddReadOnly(router, QStringLiteral("namedLocations"), QStringLiteral("namedLocations"));
    caAddReadOnly(router, QStringLiteral("authenticationContextClassReferences"), QStringLiteral("authenticationContexts"));
    router.add("POST", kCaBase + QStringLiteral("evaluate"), caEvaluate);
}

} // namespace pimgate::demo
