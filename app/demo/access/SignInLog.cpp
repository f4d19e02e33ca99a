#include "demo/Manners.h"
#include "demo/access/ApplicationSignIn.h"
#include "demo/access/ConditionalAccessService.h"
#include "demo/pim/PimAccess.h"
#include "demo/store/Seed.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

QString signInText(const QJsonObject *row, const char *member)
{
    return row ? row->value(QLatin1String(member)).toString() : QString();
}

QString conditionalAccessStatus(const SignInVerdict &verdict, const PolicyRound *round)
{
    if (!round || !round->anyEnforced)
        return u"notApplied"_s;
    return verdict.errorCode != 0 ? u"failure"_s : u"success"_s;
}

QJsonObject signInStatus(const SignInVerdict &verdict)
{
    return {{u"errorCode"_s, verdict.errorCode},
            {u"failureReason"_s, verdict.errorCode == 0 ? u"Other."_s : verdict.message},
            {u"additionalDetails"_s, verdict.mfa ? QJsonValue(u"MFA completed in Azure AD"_s) : QJsonValue()}};
}

QString browserOf(const QByteArray &userAgent)
{
    for (const char *name : {"Edg", "Firefox", "Chrome", "Safari"})
        if (userAgent.contains(name))
            return QLatin1String(name) == "Edg"_L1 ? u"Edge"_s : QString::fromLatin1(name);
    return {};
}

/// What the browser says, and what /demo/conditionalAccess says of the device.
QJsonObject deviceDetail(const SignInAttempt &attempt, const QJsonObject &said)
{
    const QJsonObject info = said["deviceInfo"_L1].toObject();
    return {{u"deviceId"_s, info["deviceId"_L1].toString(QString())},
            {u"displayName"_s, info["displayName"_L1].toString(QString())},
            {u"operatingSystem"_s, said["devicePlatform"_L1].toString(platformOf(attempt.userAgent))},
            {u"browser"_s, browserOf(attempt.userAgent)},
            {u"isCompliant"_s, info["isCompliant"_L1].toBool()},
            {u"isManaged"_s, info["isCompliant"_L1].toBool()},
            {u"trustType"_s, info["trustType"_L1].toString(QString())}};
}

std::optional<Response> deniedSignInLog(const Store &store, const Request &request)
{
    if (auto denied = requireScope(request, {"AuditLog.Read.All"}))
        return denied;
    if (!hasPremiumLicence(store))
        return graphError(403, u"Authentication_RequestFromNonPremiumTenantOrB2CTenant"_s,
                          u"Neither tenant is B2C or tenant doesn't have premium license"_s);
    return requireRole(request,
                       {roles::reportsReader(), roles::securityReader(), roles::securityAdministrator(), roles::globalReader()});
}

/// The policies of a record need a scope of their own; without it the list is empty.
QJsonObject shownSignIn(const Request &request, QJsonObject row)
{
    if (requireScope(request, {"Policy.Read.All", "Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"}))
        row.insert(u"appliedConditionalAccessPolicies"_s, QJsonArray());
    return row;
}

/// What is late is not there yet; what nobody saw happen is in another log (12).
bool isShown(const QJsonObject &row, const QDateTime &until)
{
    const auto created = QDateTime::fromString(row["createdDateTime"_L1].toString(), Qt::ISODateWithMs);
    return row["isInteractive"_L1].toBool(true) && created <= until;
}

Response listSignIns(Store &store, const Request &request)
{
    if (auto denied = deniedSignInLog(store, request))
        return *denied;
    const QDateTime until = loggedUntil(store, "signInDelay");
    QList<QJsonObject> rows;
    for (const QJsonObject &row : store.rows(kSignInTable))
        if (isShown(row, until))
            rows << shownSignIn(request, row);
    std::stable_sort(rows.begin(), rows.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return signInText(&a, "createdDateTime") > signInText(&b, "createdDateTime");
    });
    return collection(request, rows, u"auditLogs/signIns"_s, 1000, 1000);
}

Response readSignIn(Store &store, const Request &request)
{
    if (auto denied = deniedSignInLog(store, request))
        return *denied;
    const QJsonObject *row = store.find(kSignInTable, request.param(u"id"_s));
    return row && isShown(*row, loggedUntil(store, "signInDelay"))
               ? entity(request, shownSignIn(request, *row), u"auditLogs/signIns"_s)
               : notFound(request.param(u"id"_s));
}

} // namespace

void recordSignIn(Store &store, const SignInAttempt &attempt, const SignInVerdict &verdict, const PolicyRound *round)
{
    const QString resourceAppId = attempt.resourceAppId.isEmpty() ? attempt.appId : attempt.resourceAppId;
    const QJsonObject *user = store.find(u"users"_s, attempt.userId);
    const QJsonObject *application = store.findBy(u"servicePrincipals"_s, u"appId"_s, attempt.appId);
    const QJsonObject *resource = store.findBy(u"servicePrincipals"_s, u"appId"_s, resourceAppId);
    const QString id = store.newId(kSignInTable, u"%1|%2|%3"_s.arg(attempt.userId, attempt.appId).arg(verdict.errorCode));
    const QString none = u"none"_s;
    const bool ownSession = verdict.errorCode == 0 && resourceAppId == attempt.appId;
    const QJsonObject place = signInPlace(store);
    const QJsonObject said = caManners(store).signInFacts;
    const QString homeTid = attempt.homeTid.isEmpty() ? store.tenantId() : attempt.homeTid;
    store.put(kSignInTable,
              {{u"id"_s, id},
               // With milliseconds: the newest comes first.
               {u"createdDateTime"_s, store.now().toUTC().toString(u"yyyy-MM-ddTHH:mm:ss.zzz"_s) + u'Z'},
               {u"userId"_s, attempt.userId},
               {u"userDisplayName"_s, signInText(user, "displayName")},
               {u"userPrincipalName"_s, signInText(user, "userPrincipalName")},
               {u"appId"_s, attempt.appId},
               {u"appDisplayName"_s, signInText(application, "displayName")},
               {u"resourceId"_s, resourceAppId},
               {u"resourceDisplayName"_s, signInText(resource, "displayName")},
               {u"resourceTenantId"_s, store.tenantId()},
               {u"homeTenantId"_s, homeTid},
               {u"ipAddress"_s, place["ipAddress"_L1]},
               {u"userAgent"_s, QString::fromUtf8(attempt.userAgent)},
               {u"clientAppUsed"_s, resourceAppId == attempt.appId ? u"Browser"_s : u"Mobile Apps and Desktop clients"_s},
               {u"correlationId"_s, store.id(u"correlation"_s, id)},
               {u"isInteractive"_s, !attempt.refresh},
               {u"conditionalAccessStatus"_s, conditionalAccessStatus(verdict, round)},
               {u"appliedConditionalAccessPolicies"_s, round ? round->applied : QJsonArray()},
               {u"riskDetail"_s, none},
               {u"riskLevelAggregated"_s, none},
               {u"riskLevelDuringSignIn"_s, said["signInRiskLevel"_L1].toString(none)},
               {u"riskState"_s, none},
               {u"riskEventTypes_v2"_s, QJsonArray()},
               {u"status"_s, signInStatus(verdict)},
               {u"deviceDetail"_s, deviceDetail(attempt, said)},
               {u"location"_s,
                QJsonObject{{u"city"_s, QString()}, {u"state"_s, QString()}, {u"countryOrRegion"_s, place["country"_L1]}}},
               {u"_session"_s, ownSession}});
}

QString openSession(const Store &store, const QString &appId, const QString &userId)
{
    QString newest, id;
    for (const QJsonObject &row : store.rows(kSignInTable)) {
        const bool his = row["userId"_L1].toString() == userId && isOpenSession(row, appId);
        if (his && row["createdDateTime"_L1].toString() >= newest) {
            newest = row["createdDateTime"_L1].toString();
            id = row["id"_L1].toString();
        }
    }
    return id;
}

bool isOpenSession(const QJsonObject &signIn, const QString &appId)
{
    return signIn["_session"_L1].toBool() && signIn["appId"_L1].toString().compare(appId, Qt::CaseInsensitive) == 0;
}

void endSession(Store &store, const QString &signInId)
{
    store.patch(kSignInTable, signInId, {{u"_session"_s, false}});
}

void addSignInLogRoutes(Router &router)
{
    router.add("GET", u"/auditLogs/signIns"_s, listSignIns);
    router.add("GET", u"/auditLogs/signIns/{id}"_s, readSignIn);
}

} // namespace pimgate::demo
