#include "graph/Applications.h"

#include "graph/GraphService.h"
#include "graph/Json.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace pimgate {
namespace {

constexpr auto microsoftTenant = "f8cdef31-a31e-4b4a-93e4-5f571e91255a";

/// Blocking one of these can shut the administrators or this program out (pitfall P2).
constexpr std::array reservedApplications{
    "00000003-0000-0000-c000-000000000000", // Microsoft Graph
    "00000002-0000-0000-c000-000000000000", // Windows Azure Active Directory
    "797f4846-ba00-4fd7-ba43-dac1f8f63013", // Azure management
    "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", // Azure and Entra portals
    "00000002-0000-0ff1-ce00-000000000000", // Office 365 Exchange Online
    "00000003-0000-0ff1-ce00-000000000000", // Office 365 SharePoint Online
    defaultClientId,
};

struct ApplicationWords
{
    Q_DECLARE_TR_FUNCTIONS(Applications)
};

Error refusedBecause(const char *code, const char *message, const char *next)
{
    Error error;
    error.kind = Error::Kind::Unsafe;
    error.code = QString::fromLatin1(code);
    error.message = ApplicationWords::tr(message);
    error.next = ApplicationWords::tr(next);
    return error;
}

QString servicePrincipalFields()
{
    return QStringLiteral("id,appId,displayName,accountEnabled,appOwnerOrganizationId,appRoleAssignmentRequired,appRoles,"
                          "preferredSingleSignOnMode,loginUrl,homepage,replyUrls,servicePrincipalNames,servicePrincipalType,"
                          "preferredTokenSigningKeyThumbprint,keyCredentials,tags");
}

QString servicePrincipalPath(const QString &appId)
{
    return QLatin1String("/servicePrincipals(appId=") + GraphService::literal(appId) + QLatin1Char(')');
}

QList<AppRole> rolesForPeople(const QJsonObject &json)
{
    QList<AppRole> roles;
    for (const auto &value : Json::array(json, "appRoles")) {
        const QJsonObject role = value.toObject();
        if (Json::flag(role, "isEnabled", true) &&
            Json::texts(role, "allowedMemberTypes").contains(QLatin1String("User"), Qt::CaseInsensitive))
            roles << AppRole{Json::text(role, "id"), Json::text(role, "displayName"), Json::text(role, "value")};
    }
    return roles;
}

QDateTime certificateEnd(const QJsonObject &json)
{
    QDateTime latest;
    for (const auto &value : Json::array(json, "keyCredentials")) {
        const QDateTime end = Json::time(value.toObject(), "endDateTime");
        if (end.isValid() && (!latest.isValid() || end > latest))
            latest = end;
    }
    return latest;
}

Application::Sso ssoOf(const QJsonObject &json, bool hasRedirect)
{
    const QString mode = Json::text(json, "preferredSingleSignOnMode");
    if (Json::same(mode, "saml"))
        return Application::Sso::Saml;
    if (Json::same(mode, "oidc"))
        return Application::Sso::Oidc;
    if (Json::same(mode, "password"))
        return Application::Sso::Password;
    // Most OIDC applications say nothing (graph-contract 5.1).
    return mode.isEmpty() && hasRedirect ? Application::Sso::Oidc : Application::Sso::None;
}

Application applicationFrom(const QJsonObject &json)
{
    Application app;
    app.id = Json::text(json, "id");
    app.appId = Json::text(json, "appId");
    app.displayName = Json::text(json, "displayName");
    app.enabled = Json::flag(json, "accountEnabled", true);
    app.assignmentRequired = Json::flag(json, "appRoleAssignmentRequired");
    app.firstParty = Json::same(Json::text(json, "appOwnerOrganizationId"), microsoftTenant);
    app.replyUrls = Json::texts(json, "replyUrls");
    app.sso = ssoOf(json, !app.replyUrls.isEmpty());
    for (const QString &name : Json::texts(json, "servicePrincipalNames"))
        if (app.identifier.isEmpty() && name.compare(app.appId, Qt::CaseInsensitive) != 0)
            app.identifier = name;
    app.certificateEnds = certificateEnd(json);
    app.signInUrl = Json::text(json, "loginUrl");
    if (app.signInUrl.isEmpty())
        app.signInUrl = Json::text(json, "homepage");
    app.roles = rolesForPeople(json);
    return app;
}

QStringList redirectUris(const QJsonObject &registration, const char *platform)
{
    return Json::texts(Json::object(registration, platform), "redirectUris");
}

void addRegistration(Application &app, const QJsonObject &servicePrincipal, const QJsonObject &registration)
{
    const bool hasWeb = !redirectUris(registration, "web").isEmpty() || !redirectUris(registration, "spa").isEmpty();
    app.registeredHere = true;
    app.publicClient =
        Json::flag(registration, "isFallbackPublicClient") || (!hasWeb && !redirectUris(registration, "publicClient").isEmpty());
    app.sso = ssoOf(servicePrincipal, hasWeb || !app.replyUrls.isEmpty());
}

AppAssignment assignmentFrom(const QJsonObject &json)
{
    AppAssignment assignment;
    assignment.id = Json::text(json, "id");
    assignment.principalId = Json::text(json, "principalId");
    assignment.principalName = Json::text(json, "principalDisplayName");
    const QString type = Json::text(json, "principalType");
    if (Json::same(type, "User"))
        assignment.principalType = Principal::Type::User;
    else if (Json::same(type, "Group"))
        assignment.principalType = Principal::Type::Group;
    else if (Json::same(type, "ServicePrincipal"))
        assignment.principalType = Principal::Type::ServicePrincipal;
    assignment.appRoleId = Json::text(json, "appRoleId");
    assignment.resourceId = Json::text(json, "resourceId");
    return assignment;
}

QString assignmentPath(const QString &servicePrincipalId)
{
    return QLatin1String("/servicePrincipals/") + servicePrincipalId + QLatin1String("/appRoleAssignedTo");
}

tl::unexpected<Error> notOne(const QString &name, const QStringList &candidates)
{
    if (candidates.isEmpty())
        return failure(Error::Kind::Input, ApplicationWords::tr("The tenant has no enterprise application “%1”.").arg(name),
                       ApplicationWords::tr("Check the name, or give the application id."));
    return failure(Error::Kind::Input,
                   ApplicationWords::tr("The tenant has %1 applications of this name: %2.")
                       .arg(QString::number(candidates.size()), candidates.join(QLatin1String(", "))),
                   ApplicationWords::tr("Give the application id instead."));
}

} // namespace

Error Application::refusal() const
{
    const auto isReserved = [this](const char *reserved) { return Json::same(appId, reserved); };
    if (std::any_of(reservedApplications.begin(), reservedApplications.end(), isReserved))
        return refusedBecause(
            "reserved",
            QT_TRANSLATE_NOOP("Applications",
                              "This application manages the tenant itself: a block could shut administrators out."),
            QT_TRANSLATE_NOOP("Applications", "Choose the application that people sign in to."));
    if (firstParty)
        return refusedBecause(
            "firstParty",
            QT_TRANSLATE_NOOP("Applications", "This application belongs to Microsoft; the gate is for applications of your own."),
            QT_TRANSLATE_NOOP("Applications", "Choose the application that people sign in to."));
    if (publicClient)
        return refusedBecause(
            "publicClient",
            QT_TRANSLATE_NOOP("Applications", "This application is a public client, which Conditional Access cannot target."),
            QT_TRANSLATE_NOOP("Applications", "Have “Allow public client flows” switched off in its registration."));
    if (!enabled)
        return refusedBecause("disabled",
                              QT_TRANSLATE_NOOP("Applications", "This application is disabled: nobody can sign in to it."),
                              QT_TRANSLATE_NOOP("Applications", "Enable it under its properties first."));
    if (sso == Sso::None)
        return refusedBecause(
            "noSso", QT_TRANSLATE_NOOP("Applications", "This application has no single sign-on with this tenant."),
            QT_TRANSLATE_NOOP("Applications", "Set up single sign-on first; without it the gate has nothing to shut."));
    return {};
}

Task<Result<QList<Application>>> Applications::search(QString text, std::stop_token stop)
{
    constexpr int mostShown = 50;
    const QString filter = QStringLiteral("tags/any(t:t eq 'WindowsAzureActiveDirectoryIntegratedApp')");
    const QString top = QString::number(mostShown);
    QString quoted = text;
    quoted.remove(QLatin1Char('"')).remove(QLatin1Char('\\'));
    const QString search = QLatin1String("\"displayName:") + quoted + QLatin1Char('"');
    QString path =
        QLatin1String("/servicePrincipals?") +
        GraphService::query(
            {{"$filter", filter}, {"$select", servicePrincipalFields()}, {"$top", top}, {"$count", QStringLiteral("true")}});
    if (!quoted.trimmed().isEmpty())
        path += QLatin1Char('&') + GraphService::query({{"$search", search}});
    const auto found = co_await m_graph.list(path, true, mostShown, stop);
    if (!found)
        co_return failure(found.error());
    QList<Application> applications;
    for (const auto &value : *found)
        applications << applicationFrom(value.toObject());
    std::sort(applications.begin(), applications.end(), [](const Application &a, const Application &b) {
        return QString::localeAwareCompare(a.displayName, b.displayName) < 0;
    });
    co_return applications;
}

Task<Result<Application>> Applications::byAppId(QString appId, std::stop_token stop)
{
    const QString principalPath =
        servicePrincipalPath(appId) + QLatin1Char('?') + GraphService::query({{"$select", servicePrincipalFields()}});
    const QString registrationPath =
        QLatin1String("/applications(appId=") + GraphService::literal(appId) + QLatin1String(")?") +
        GraphService::query({{"$select", QStringLiteral("id,appId,web,spa,publicClient,isFallbackPublicClient,signInAudience")}});
    auto principalTask = m_graph.find(principalPath, stop);
    auto registrationTask = m_graph.find(registrationPath, stop);
    const auto principal = co_await principalTask;
    const auto registration = co_await registrationTask;
    if (!principal)
        co_return failure(principal.error());
    if (!registration)
        co_return failure(registration.error());
    if (!*principal)
        co_return failure(Error::Kind::Input,
                          ApplicationWords::tr("The tenant has no enterprise application with the id %1.").arg(appId),
                          ApplicationWords::tr("Add it to the tenant first, or check the application id."));
    Application app = applicationFrom(**principal);
    if (*registration)
        addRegistration(app, **principal, **registration);
    co_return app;
}

Task<Result<QString>> Applications::idNamed(QString displayName, std::stop_token stop)
{
    const QString path = QLatin1String("/servicePrincipals?") +
                         GraphService::query({{"$filter", QLatin1String("displayName eq ") + GraphService::literal(displayName)},
                                              {"$select", QStringLiteral("id,appId,displayName")}});
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QStringList appIds;
    for (const auto &value : *found)
        appIds << Json::text(value.toObject(), "appId");
    if (appIds.size() != 1)
        co_return notOne(displayName, appIds);
    co_return QString(appIds.first());
}

Task<Result<Application>> Applications::named(QString displayName, std::stop_token stop)
{
    const auto appId = co_await idNamed(displayName, stop);
    if (!appId)
        co_return failure(appId.error());
    const QString id = *appId;
    co_return co_await byAppId(id, stop);
}

Task<Result<QList<AppAssignment>>> Applications::assignments(QString appId, std::stop_token stop)
{
    const QString path = servicePrincipalPath(appId) + QLatin1String("/appRoleAssignedTo?") +
                         GraphService::query({{"$top", QStringLiteral("999")}});
    const auto found = co_await m_graph.list(path, false, 0, stop);
    if (!found)
        co_return failure(found.error());
    QList<AppAssignment> assignments;
    for (const auto &value : *found)
        assignments << assignmentFrom(value.toObject());
    co_return assignments;
}

GraphRequest Applications::assignRequest(const QString &servicePrincipalId, const QString &principalId, const QString &appRoleId)
{
    const QString role = appRoleId.isEmpty() ? QString::fromLatin1(defaultAccessRole) : appRoleId;
    const QJsonObject body{{QStringLiteral("principalId"), principalId},
                           {QStringLiteral("resourceId"), servicePrincipalId},
                           {QStringLiteral("appRoleId"), role}};
    return {"POST", assignmentPath(servicePrincipalId), body};
}

Task<Result<AppAssignment>> Applications::assign(QString servicePrincipalId, QString principalId, QString appRoleId,
                                                 std::stop_token stop)
{
    const GraphRequest request = assignRequest(servicePrincipalId, principalId, appRoleId);
    const auto made = co_await m_graph.write(request, stop);
    if (!made)
        co_return failure(made.error());
    co_return assignmentFrom(*made);
}

GraphRequest Applications::unassignRequest(const QString &servicePrincipalId, const QString &assignmentId)
{
    return {"DELETE", assignmentPath(servicePrincipalId) + QLatin1Char('/') + GraphService::segment(assignmentId)};
}

Task<Outcome> Applications::unassign(QString servicePrincipalId, QString assignmentId, std::stop_token stop)
{
    const GraphRequest request = unassignRequest(servicePrincipalId, assignmentId);
    const auto done = co_await m_graph.write(request, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

GraphRequest Applications::requireRequest(const QString &servicePrincipalId, bool required)
{
    const QJsonObject body{{QStringLiteral("appRoleAssignmentRequired"), required}};
    return {"PATCH", QLatin1String("/servicePrincipals/") + servicePrincipalId, body};
}

Task<Outcome> Applications::requireAssignment(QString servicePrincipalId, bool required, std::stop_token stop)
{
    const GraphRequest request = requireRequest(servicePrincipalId, required);
    const auto done = co_await m_graph.write(request, stop);
    if (!done)
        co_return failure(done.error());
    co_return Outcome();
}

} // namespace pimgate
