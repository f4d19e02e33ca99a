#include "identity/Permissions.h"

#include "identity/Cloud.h"
#include "identity/SignIn.h"

#include <QCoreApplication>
#include <QSet>
#include <QUrlQuery>

#include <array>

namespace pimgate::Permissions {
namespace {

enum class Use { Look, Write, Activate };

struct Permission
{
    const char *scope;
    Use use;
    const char *purpose;
};

// graph-contract 2.5
constexpr std::array permissions{
    Permission{"User.Read", Use::Look, QT_TRANSLATE_NOOP("Permissions", "your own account")},
    Permission{"User.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "finding people")},
    Permission{"Directory.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "groups, nested groups and roles")},
    Permission{"Organization.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "licences")},
    Permission{"RoleManagement.Read.Directory", Use::Look, QT_TRANSLATE_NOOP("Permissions", "your roles")},
    Permission{"Application.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "reading applications")},
    Permission{"Synchronization.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "provisioning jobs")},
    Permission{"PrivilegedEligibilitySchedule.Read.AzureADGroup", Use::Look, QT_TRANSLATE_NOOP("Permissions", "who is eligible")},
    Permission{"PrivilegedAssignmentSchedule.Read.AzureADGroup", Use::Look, QT_TRANSLATE_NOOP("Permissions", "who is active")},
    Permission{"RoleManagementPolicy.Read.AzureADGroup", Use::Look, QT_TRANSLATE_NOOP("Permissions", "reading activation rules")},
    Permission{"Policy.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "reading policies")},
    Permission{"AuthenticationContext.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "authentication contexts")},
    Permission{"AuditLog.Read.All", Use::Look, QT_TRANSLATE_NOOP("Permissions", "the sign-in log")},
    Permission{"Group.ReadWrite.All", Use::Write, QT_TRANSLATE_NOOP("Permissions", "creating the group")},
    Permission{"RoleManagement.ReadWrite.Directory", Use::Write,
               QT_TRANSLATE_NOOP("Permissions", "a group guarded by Privileged Role Administrators")},
    Permission{"Application.ReadWrite.All", Use::Write, QT_TRANSLATE_NOOP("Permissions", "requiring assignment")},
    Permission{"AppRoleAssignment.ReadWrite.All", Use::Write, QT_TRANSLATE_NOOP("Permissions", "assigning the group")},
    Permission{"PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup", Use::Write,
               QT_TRANSLATE_NOOP("Permissions", "making people eligible")},
    Permission{"RoleManagementPolicy.ReadWrite.AzureADGroup", Use::Write,
               QT_TRANSLATE_NOOP("Permissions", "setting activation rules")},
    Permission{"Policy.ReadWrite.ConditionalAccess", Use::Write,
               QT_TRANSLATE_NOOP("Permissions", "the Conditional Access policy")},
    Permission{"PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup", Use::Activate,
               QT_TRANSLATE_NOOP("Permissions", "activating, approving and ending access")},
};

QStringList scopesFor(std::initializer_list<Use> uses)
{
    QStringList scopes;
    for (const Use use : uses)
        for (const Permission &permission : permissions)
            if (permission.use == use)
                scopes << QString::fromLatin1(permission.scope);
    return scopes;
}

} // namespace

QStringList toLook()
{
    return scopesFor({Use::Look});
}

QStringList toWork()
{
    return scopesFor({Use::Look, Use::Write});
}

QStringList toActivate()
{
    return QStringList{QStringLiteral("User.Read"), QStringLiteral("PrivilegedEligibilitySchedule.Read.AzureADGroup")} +
           scopesFor({Use::Activate});
}

QStringList all()
{
    return scopesFor({Use::Look, Use::Write, Use::Activate});
}

QString purpose(const QString &scope)
{
    for (const Permission &permission : permissions)
        if (scope.compare(QLatin1String(permission.scope), Qt::CaseInsensitive) == 0)
            return QCoreApplication::translate("Permissions", permission.purpose);
    return scope;
}

QStringList missing(const QStringList &wanted, const QStringList &granted)
{
    QSet<QString> known;
    for (const QString &scope : granted) {
        QString name = scope.mid(scope.lastIndexOf(QLatin1Char('/')) + 1).toLower();
        known << name;
        known << name.replace(QLatin1String(".readwrite."), QLatin1String(".read."));
    }
    QStringList missing;
    for (const QString &scope : wanted)
        if (!known.contains(scope.toLower()))
            missing << scope;
    return missing;
}

QString inWords(const QStringList &scopes)
{
    QStringList words;
    for (const QString &scope : scopes)
        words << QCoreApplication::translate("Permissions", "%1 (%2)", "purpose, scope").arg(purpose(scope), scope);
    return words.join(QLatin1String(", "));
}

QUrl adminConsent(const Cloud &cloud, const QStringList &scopes)
{
    QUrlQuery query;
    const auto add = [&query](const char *name, const QString &value) {
        query.addQueryItem(QLatin1String(name), QString::fromLatin1(QUrl::toPercentEncoding(value)));
    };
    add("client_id", cloud.clientId);
    add("scope", scopeText(cloud, scopes));
    add("redirect_uri", QStringLiteral("http://localhost"));
    QUrl url(cloud.login.toString() + QLatin1Char('/') + cloud.authority() + QLatin1String("/v2.0/adminconsent"));
    url.setQuery(query);
    return url;
}

} // namespace pimgate::Permissions
