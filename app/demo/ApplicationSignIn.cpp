#include "demo/ApplicationSignIn.h"

#include "demo/ConditionalAccess.h"
#include "demo/PimAccess.h"
#include "demo/Seed.h"

#include <QUrl>

#include <algorithm>

namespace pimgate::demo {
namespace {

const QString kSignIns = QStringLiteral("signIns");
const QString kSignInAddress = QStringLiteral("127.0.0.1");

QString memberText(const QJsonObject *row, const char *member)
{
    return row ? row->value(QLatin1String(member)).toString() : QString();
}

QString signInCountry(const Store &store)
{
    const QList<QJsonObject> organizations = store.rows(QStringLiteral("organization"));
    return organizations.isEmpty() ? QString() : memberText(&organizations.first(), "countryLetterCode");
}

/// Only direct assignment and direct membership of an assigned group count: assignment does not cascade (P7).
bool isAssigned(const Store &store, const QString &userId, const QString &servicePrincipalId)
{
    const std::set<QString> groups = store.directGroupsOf(userId);
    const QList<QJsonObject> assignments = store.rows(QStringLiteral("appRoleAssignments"), [&](const QJsonObject &row) {
        const QString principal = memberText(&row, "principalId").toLower();
        return memberText(&row, "resourceId").compare(servicePrincipalId, Qt::CaseInsensitive) == 0 &&
               (principal == userId || groups.contains(principal));
    });
    return !assignments.isEmpty();
}

QString devicePlatform(const QByteArray &userAgent)
{
    const std::pair<const char *, const char *> marks[] = {
        {"Android", "android"}, {"iPhone", "iOS"}, {"Macintosh", "macOS"}, {"Linux", "linux"}};
    for (const auto &[mark, platform] : marks)
        if (userAgent.contains(mark))
            return QLatin1String(platform);
    return QStringLiteral("windows");
}

/// A real sign-in knows everything that a policy can ask.
SignInFacts factsOf(const Store &store, const SignInAttempt &attempt)
{
    SignInFacts facts = factsAbout(store, attempt.userId);
    const bool ownClient = attempt.resourceAppId != attempt.appId && !attempt.resourceAppId.isEmpty();
    facts.applications = {attempt.resourceAppId.isEmpty() ? attempt.appId : attempt.resourceAppId};
    facts.clientAppType = ownClient ? QStringLiteral("mobileAppsAndDesktopClients") : QStringLiteral("browser");
    facts.platform = devicePlatform(attempt.userAgent);
    facts.locations = locationsOf(store, kSignInAddress, signInCountry(store));
    facts.signInRisk = facts.userRisk = facts.insiderRisk = QStringLiteral("none");
    facts.transferMethod = attempt.deviceCode ? QStringLiteral("deviceCodeFlow") : QStringLiteral("none");
    facts.registeredDevice = false;
    return facts;
}

/// The same policy for the application and for each authentication context that the token shall carry.
bool policyHits(const QJsonObject &policy, const SignInFacts &facts, const QStringList &acrs)
{
    if (evaluatePolicy(policy, facts).applies)
        return true;
    return std::any_of(acrs.begin(), acrs.end(), [&](const QString &claim) {
        SignInFacts context = facts;
        context.applications.clear();
        context.authenticationContext = claim;
        return evaluatePolicy(policy, context).applies;
    });
}

struct PolicyRound
{
    QJsonArray applied; ///< appliedConditionalAccessPolicies
    bool blocked = false;
    bool mfaMissing = false;
    bool mfaDone = false;
    bool deviceMissing = false;
    bool anyEnforced = false;
    QStringList stoppedBy;
};

QString resultWord(bool enforced, bool hit, const QStringList &unmet)
{
    if (!enforced) {
        if (!hit)
            return QStringLiteral("reportOnlyNotApplied");
        if (unmet.isEmpty())
            return QStringLiteral("reportOnlySuccess");
        return unmet.contains(QLatin1String("mfa")) ? QStringLiteral("reportOnlyInterrupted")
                                                    : QStringLiteral("reportOnlyFailure");
    }
    if (!hit)
        return QStringLiteral("notApplied");
    return unmet.isEmpty() ? QStringLiteral("success") : QStringLiteral("failure");
}

QJsonArray shownControls(const QJsonObject &policy)
{
    QJsonArray shown;
    for (const auto &entry :
         policy.value(QLatin1String("grantControls")).toObject().value(QLatin1String("builtInControls")).toArray())
        shown.append(entry.toString().left(1).toUpper() + entry.toString().mid(1));
    return shown;
}

PolicyRound askPolicies(const Store &store, const SignInAttempt &attempt)
{
    const SignInFacts facts = factsOf(store, attempt);
    const QStringList had = attempt.mfa ? QStringList{QStringLiteral("mfa")} : QStringList();
    // Somebody who sits there does the second factor when he is asked; a silent request cannot.
    const QStringList can = attempt.interactive ? QStringList{QStringLiteral("mfa")} : had;
    PolicyRound round;
    for (const QJsonObject &policy : store.rows(QStringLiteral("conditionalAccessPolicies"))) {
        const QString state = memberText(&policy, "state");
        const bool enforced = state == QLatin1String("enabled");
        const bool hit = policyHits(policy, facts, attempt.acrs);
        const QStringList unmet = hit ? unmetControls(policy, enforced ? can : had) : QStringList();
        round.applied.append(
            QJsonObject{{QStringLiteral("id"), policy.value(QLatin1String("id"))},
                        {QStringLiteral("displayName"), policy.value(QLatin1String("displayName"))},
                        {QStringLiteral("enforcedGrantControls"), hit ? shownControls(policy) : QJsonArray()},
                        {QStringLiteral("enforcedSessionControls"), QJsonArray()},
                        {QStringLiteral("result"),
                         state == QLatin1String("disabled") ? QStringLiteral("notEnabled") : resultWord(enforced, hit, unmet)}});
        if (!enforced || !hit)
            continue;
        round.anyEnforced = true;
        if (!unmet.isEmpty())
            round.stoppedBy << memberText(&policy, "displayName");
        round.blocked = round.blocked || unmet.contains(QLatin1String("block"));
        round.mfaMissing = round.mfaMissing || unmet.contains(QLatin1String("mfa"));
        round.deviceMissing = round.deviceMissing || (!unmet.isEmpty() && !unmet.contains(QLatin1String("block")));
        round.mfaDone = round.mfaDone || (unmet.isEmpty() && !unmetControls(policy, had).isEmpty());
    }
    return round;
}

SignInVerdict verdictOf(const PolicyRound &round)
{
    if (round.blocked)
        return {53003,
                QStringLiteral("Access has been blocked by Conditional Access policies. The access policy does not allow token "
                               "issuance.")};
    if (round.mfaMissing)
        return {50076, QStringLiteral(
                           "Due to a configuration change made by your administrator, or because you moved to a new location, "
                           "you must use multi-factor authentication to access the resource.")};
    if (round.deviceMissing)
        return {53000, QStringLiteral("Device is not in required device state: compliant.")};
    SignInVerdict admitted;
    admitted.mfa = round.mfaDone;
    return admitted;
}

QString notAssignedText(const QJsonObject &servicePrincipal, const QString &userPrincipalName)
{
    return QStringLiteral(
               "Your administrator has configured the application %1 ('%2') to block users unless they are specifically "
               "granted ('assigned') access to the application. The signed in user '%3' is blocked because they are not a "
               "direct member of a group with access, nor had access directly assigned by an administrator.")
        .arg(memberText(&servicePrincipal, "displayName"), memberText(&servicePrincipal, "appId"), userPrincipalName);
}

void recordSignIn(Store &store, const SignInAttempt &attempt, const SignInVerdict &verdict, const PolicyRound *round)
{
    const QJsonObject *user = store.find(QStringLiteral("users"), attempt.userId);
    const QJsonObject *application = store.findBy(QStringLiteral("servicePrincipals"), QStringLiteral("appId"), attempt.appId);
    const QString resourceAppId = attempt.resourceAppId.isEmpty() ? attempt.appId : attempt.resourceAppId;
    const QJsonObject *resource = store.findBy(QStringLiteral("servicePrincipals"), QStringLiteral("appId"), resourceAppId);
    const QString conditionalAccess = verdict.errorCode != 0 && round ? QStringLiteral("failure")
                                      : round && round->anyEnforced   ? QStringLiteral("success")
                                                                      : QStringLiteral("notApplied");
    const QString naturalKey = QStringLiteral("%1|%2|%3").arg(attempt.userId, attempt.appId).arg(verdict.errorCode);
    const QString none = QStringLiteral("none");
    const QString id = store.newId(kSignIns, naturalKey);
    store.put(
        kSignIns,
        {{QStringLiteral("id"), id},
         // With milliseconds: the newest comes first.
         {QStringLiteral("createdDateTime"),
          store.now().toUTC().toString(QStringLiteral("yyyy-MM-ddTHH:mm:ss.zzz")) + QLatin1Char('Z')},
         {QStringLiteral("userId"), attempt.userId},
         {QStringLiteral("userDisplayName"), memberText(user, "displayName")},
         {QStringLiteral("userPrincipalName"), memberText(user, "userPrincipalName")},
         {QStringLiteral("appId"), attempt.appId},
         {QStringLiteral("appDisplayName"), memberText(application, "displayName")},
         {QStringLiteral("resourceId"), resourceAppId},
         {QStringLiteral("resourceDisplayName"), memberText(resource, "displayName")},
         {QStringLiteral("ipAddress"), kSignInAddress},
         {QStringLiteral("clientAppUsed"),
          resourceAppId == attempt.appId ? QStringLiteral("Browser") : QStringLiteral("Mobile Apps and Desktop clients")},
         {QStringLiteral("correlationId"), store.id(QStringLiteral("correlation"), id)},
         {QStringLiteral("isInteractive"), true},
         {QStringLiteral("conditionalAccessStatus"), conditionalAccess},
         {QStringLiteral("appliedConditionalAccessPolicies"), round ? round->applied : QJsonArray()},
         {QStringLiteral("riskDetail"), none},
         {QStringLiteral("riskLevelAggregated"), none},
         {QStringLiteral("riskLevelDuringSignIn"), none},
         {QStringLiteral("riskState"), none},
         {QStringLiteral("riskEventTypes_v2"), QJsonArray()},
         {QStringLiteral("status"),
          QJsonObject{{QStringLiteral("errorCode"), verdict.errorCode},
                      {QStringLiteral("failureReason"), verdict.errorCode == 0 ? QStringLiteral("Other.") : verdict.message},
                      {QStringLiteral("additionalDetails"), QJsonValue::Null}}},
         {QStringLiteral("deviceDetail"), QJsonObject{{QStringLiteral("deviceId"), QString()},
                                                      {QStringLiteral("displayName"), QString()},
                                                      {QStringLiteral("operatingSystem"), devicePlatform(attempt.userAgent)},
                                                      {QStringLiteral("browser"), QString()},
                                                      {QStringLiteral("isCompliant"), false},
                                                      {QStringLiteral("isManaged"), false},
                                                      {QStringLiteral("trustType"), QString()}}},
         {QStringLiteral("location"), QJsonObject{{QStringLiteral("city"), QString()},
                                                  {QStringLiteral("state"), QString()},
                                                  {QStringLiteral("countryOrRegion"), signInCountry(store)}}}});
}

// --- the page -------------------------------------------------------------------------------------------------------

Response signInPage(int status, const QString &title, const QString &body)
{
    Response response{status};
    response.contentType = "text/html; charset=utf-8";
    response.text =
        QStringLiteral("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width\"><title>%1</title><style>body{font:16px/1.5 system-ui,sans-serif;"
                       "max-width:36em;margin:12vh auto;padding:0 1em}a{display:block;padding:.4em 0}</style>"
                       "<h1>%1</h1>%2</html>\n")
            .arg(title.toHtmlEscaped(), body)
            .toUtf8();
    response.headers.append(std::pair(QByteArray("Cache-Control"), QByteArray("no-store")));
    return response;
}

Response refusedPage(int code, const QString &message)
{
    const int status = code == 700016 || code == 90002 || code == 50034 ? 404 : 403;
    return signInPage(status, QStringLiteral("You cannot sign in"),
                      QStringLiteral("<p>AADSTS%1: %2</p>").arg(QString::number(code), message.toHtmlEscaped()));
}

Response peoplePage(const Store &store, const Request &request, const QString &applicationName)
{
    QString body;
    for (const QJsonObject &person : peopleToChoose(store)) {
        const QString upn = memberText(&person, "userPrincipalName");
        body += QStringLiteral("<a href=\"%1?login_hint=%2\">%3 (%4)</a>")
                    .arg(request.path.toHtmlEscaped(), QString::fromLatin1(QUrl::toPercentEncoding(upn)),
                         memberText(&person, "displayName").toHtmlEscaped(), upn.toHtmlEscaped());
    }
    return signInPage(200, QStringLiteral("Sign in to %1").arg(applicationName), body);
}

Response signInToApplication(Store &store, const Request &request)
{
    const QString tenant = request.param(QStringLiteral("tenant"));
    if (tenant.compare(store.tenantId(), Qt::CaseInsensitive) != 0 && !store.find(QStringLiteral("domains"), tenant))
        return refusedPage(90002, QStringLiteral("Tenant '%1' not found.").arg(tenant));
    const QString appId = request.param(QStringLiteral("appId"));
    const QJsonObject *application = store.findBy(QStringLiteral("servicePrincipals"), QStringLiteral("appId"), appId);
    if (!application)
        return refusedPage(700016, QStringLiteral("Application with identifier '%1' was not found in the directory.").arg(appId));
    const QString name = memberText(application, "displayName");
    const QString hint = request.option(QStringLiteral("login_hint"));
    if (hint.isEmpty())
        return peoplePage(store, request, name);
    const QJsonObject *user = store.user(hint);
    if (!user)
        return refusedPage(50034, QStringLiteral("The user account %1 does not exist in the directory.").arg(hint));
    SignInAttempt attempt;
    attempt.userId = memberText(user, "id");
    attempt.appId = attempt.resourceAppId = memberText(application, "appId");
    attempt.interactive = request.option(QStringLiteral("prompt")) != QLatin1String("none");
    if (const auto agent = request.headers.find("user-agent"); agent != request.headers.end())
        attempt.userAgent = agent->second;
    const QString person = memberText(user, "displayName");
    const SignInVerdict verdict = decideSignIn(store, attempt);
    if (verdict.errorCode != 0)
        return refusedPage(verdict.errorCode, verdict.message);
    return signInPage(200, QStringLiteral("Signed in to %1").arg(name),
                      QStringLiteral("<p>%1 is signed in to %2.</p>").arg(person.toHtmlEscaped(), name.toHtmlEscaped()));
}

// --- the log --------------------------------------------------------------------------------------------------------

std::optional<Response> deniedSignInLog(const Store &store, const Request &request)
{
    if (auto denied = requireScope(request, {"AuditLog.Read.All"}))
        return denied;
    if (!hasPremiumLicence(store))
        return graphError(403, QStringLiteral("Authentication_RequestFromNonPremiumTenantOrB2CTenant"),
                          QStringLiteral("Neither tenant is B2C or tenant doesn't have premium license"));
    return requireRole(request,
                       {roles::reportsReader(), roles::securityReader(), roles::securityAdministrator(), roles::globalReader()});
}

/// The policies of a record need a scope of their own; without it the list is empty.
QJsonObject shownSignIn(const Request &request, QJsonObject row)
{
    if (requireScope(request, {"Policy.Read.All", "Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"}))
        row.insert(QStringLiteral("appliedConditionalAccessPolicies"), QJsonArray());
    return row;
}

Response listSignIns(Store &store, const Request &request)
{
    if (auto denied = deniedSignInLog(store, request))
        return *denied;
    QList<QJsonObject> rows;
    for (const QJsonObject &row : store.rows(kSignIns))
        rows << shownSignIn(request, row);
    std::stable_sort(rows.begin(), rows.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return memberText(&a, "createdDateTime") > memberText(&b, "createdDateTime");
    });
    return collection(request, rows, QStringLiteral("auditLogs/signIns"), 1000, 1000);
}

Response readSignIn(Store &store, const Request &request)
{
    if (auto denied = deniedSignInLog(store, request))
        return *denied;
    const QJsonObject *row = store.find(kSignIns, request.param(QStringLiteral("id")));
    return row ? entity(request, shownSignIn(request, *row), QStringLiteral("auditLogs/signIns"))
               : notFound(request.param(QStringLiteral("id")));
}

} // namespace

SignInVerdict decideSignIn(Store &store, const SignInAttempt &attempt)
{
    const QJsonObject *user = store.find(QStringLiteral("users"), attempt.userId);
    const QJsonObject *application = store.findBy(QStringLiteral("servicePrincipals"), QStringLiteral("appId"), attempt.appId);
    SignInVerdict verdict;
    std::optional<PolicyRound> round;
    if (!user || !user->value(QLatin1String("accountEnabled")).toBool(true)) {
        verdict = {50057, QStringLiteral("The user account is disabled.")};
    } else if (application && application->value(QLatin1String("appRoleAssignmentRequired")).toBool() &&
               !isAssigned(store, attempt.userId, memberText(application, "id"))) {
        verdict = {50105, notAssignedText(*application, memberText(user, "userPrincipalName"))};
    } else {
        round = askPolicies(store, attempt);
        verdict = verdictOf(*round);
        verdict.policies = round->stoppedBy;
        if (verdict.errorCode == 0)
            std::copy_if(attempt.acrs.begin(), attempt.acrs.end(), std::back_inserter(verdict.acrs),
                         [&](const QString &claim) { return store.find(QStringLiteral("authenticationContexts"), claim); });
    }
    recordSignIn(store, attempt, verdict, round ? &*round : nullptr);
    return verdict;
}

void addApplicationSignInRoutes(Router &router, Store &)
{
    router.setSignInCheck(decideSignIn);
    router.addOpen("GET", QStringLiteral("/{tenant}/api/signin/{appId}"), signInToApplication);
    router.add("GET", QStringLiteral("/auditLogs/signIns"), listSignIns);
    router.add("GET", QStringLiteral("/auditLogs/signIns/{id}"), readSignIn);
}

} // namespace pimgate::demo
