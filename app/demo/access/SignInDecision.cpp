#include "demo/access/ApplicationSignIn.h"
#include "demo/access/ConditionalAccessService.h"
#include "demo/access/SignInFacts.h"

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Only direct assignment and direct membership of an assigned group count: assignment does not cascade (5.2).
bool isAssigned(const Store &store, const QString &userId, const QString &servicePrincipalId)
{
    const std::set<QString> groups = store.directGroupsOf(userId);
    const QList<QJsonObject> assignments = store.rows(u"appRoleAssignments"_s, [&](const QJsonObject &row) {
        const QString principal = row["principalId"_L1].toString().toLower();
        return row["resourceId"_L1].toString().compare(servicePrincipalId, Qt::CaseInsensitive) == 0 &&
               (principal == userId || groups.contains(principal));
    });
    return !assignments.isEmpty();
}

QString notAssignedText(const QJsonObject &servicePrincipal, const QString &userPrincipalName)
{
    return u"Your administrator has configured the application %1 ('%2') to block users unless they are specifically "
           "granted ('assigned') access to the application. The signed in user '%3' is blocked because they are not a "
           "direct member of a group with access, nor had access directly assigned by an administrator."_s.arg(
               servicePrincipal["displayName"_L1].toString(), servicePrincipal["appId"_L1].toString(), userPrincipalName);
}

/// A technician of another tenant with delegated administration, and no user object here (16.2).
bool isPartner(const Store &store, const SignInAttempt &attempt)
{
    return !attempt.homeTid.isEmpty() && attempt.homeTid != store.tenantId() && !store.find(u"users"_s, attempt.userId);
}

/// What the demo knows of a sign-in, and over it what /demo/conditionalAccess says of sign-ins from now on.
SignInFacts factsOf(const Store &store, const SignInAttempt &attempt)
{
    SignInFacts facts = factsAbout(store, attempt.userId);
    const QString resource = attempt.resourceAppId.isEmpty() ? attempt.appId : attempt.resourceAppId;
    const QJsonObject place = signInPlace(store);
    facts.homeTenant = attempt.homeTid;
    if (isPartner(store, attempt)) {
        facts.guestTypes = {u"serviceProvider"_s};
        for (const QString &role : attempt.delegatedRoles)
            facts.roles << role;
    }
    facts.applications = {resource};
    facts.clientAppType = resource != attempt.appId || attempt.deviceCode ? u"mobileAppsAndDesktopClients"_s : u"browser"_s;
    facts.platform = platformOf(attempt.userAgent);
    facts.locations = locationsOf(store, place["ipAddress"_L1].toString(), place["country"_L1].toString());
    facts.signInRisk = facts.userRisk = facts.insiderRisk = u"none"_s;
    facts.transferMethod = attempt.deviceCode ? u"deviceCodeFlow"_s : u"none"_s;
    facts.device = QJsonObject();
    readSignInConditions(store, caManners(store).signInFacts, &facts);
    return facts;
}

/// The same policy for the application and for each authentication context that the token shall carry.
PolicyAnswer answerFor(const QJsonObject &policy, const SignInFacts &facts, const QStringList &contexts)
{
    const PolicyAnswer whole = evaluatePolicy(policy, facts);
    for (const QString &claim : contexts) {
        SignInFacts stepUp = facts;
        stepUp.applications.clear();
        stepUp.authenticationContext = claim;
        if (const PolicyAnswer answer = evaluatePolicy(policy, stepUp); !whole.applies && answer.applies)
            return answer;
    }
    return whole;
}

QString resultWord(const QString &state, const PolicyAnswer &answer, const QStringList &unmet)
{
    if (state == u"disabled")
        return u"notEnabled"_s;
    if (answer.reasons.contains(u"notEnoughInformation"_s))
        return u"unknown"_s;
    if (state == u"enabled")
        return !answer.applies ? u"notApplied"_s : unmet.isEmpty() ? u"success"_s : u"failure"_s;
    if (!answer.applies)
        return u"reportOnlyNotApplied"_s;
    if (unmet.isEmpty())
        return u"reportOnlySuccess"_s;
    // What the person could still do would interrupt him; the rest would fail.
    const bool canBeDone = std::all_of(unmet.begin(), unmet.end(), [](const QString &control) {
        return control == u"mfa" || control == u"authenticationStrength" || control == u"termsOfUse" ||
               control == u"passwordChange";
    });
    return canBeDone ? u"reportOnlyInterrupted"_s : u"reportOnlyFailure"_s;
}

QJsonArray shownControls(const QJsonObject &policy)
{
    static const QHash<QString, QString> names{{u"block"_s, u"Block"_s},
                                               {u"mfa"_s, u"Mfa"_s},
                                               {u"compliantDevice"_s, u"RequireCompliantDevice"_s},
                                               {u"domainJoinedDevice"_s, u"RequireDomainJoinedDevice"_s},
                                               {u"approvedApplication"_s, u"RequireApprovedApp"_s},
                                               {u"compliantApplication"_s, u"RequireCompliantApp"_s},
                                               {u"passwordChange"_s, u"PasswordChange"_s},
                                               {u"riskRemediation"_s, u"RiskRemediation"_s}};
    const QJsonObject grant = policy["grantControls"_L1].toObject();
    QJsonArray shown;
    for (const QString &control : caList(grant, u"builtInControls"_s))
        shown.append(names.value(control, control));
    if (const QJsonObject strength = grant["authenticationStrength"_L1].toObject(); !strength.isEmpty())
        shown.append(u"Require authentication strength - %1"_s.arg(strength["displayName"_L1].toString()));
    if (!grant["termsOfUse"_L1].toArray().isEmpty())
        shown.append(u"TermsOfUse"_s);
    return shown;
}

QJsonArray shownSessionControls(const QJsonObject &policy)
{
    static const std::pair<const char *, const char *> names[] = {{"applicationEnforcedRestrictions", "AppEnforcedRestrictions"},
                                                                  {"cloudAppSecurity", "CloudAppSecurity"},
                                                                  {"persistentBrowser", "PersistentBrowserSessionMode"},
                                                                  {"secureSignInSession", "SecureSignInSession"},
                                                                  {"signInFrequency", "SignInFrequency"}};
    const QJsonObject session = policy["sessionControls"_L1].toObject();
    QJsonArray shown;
    for (const auto &[member, name] : names)
        if (session.value(QLatin1String(member)).toObject()["isEnabled"_L1].toBool())
            shown.append(QLatin1String(name));
    return shown;
}

/// The AADSTS number of the first control that is missing; a block comes before all.
SignInVerdict verdictOf(const PolicyRound &round)
{
    static const QString compliance = u"Device is not in required device state: %1. Conditional Access policy requires a "
                                      "%2 device, and the device is not %2."_s;
    static const QList<std::pair<QString, SignInVerdict>> order{
        {u"block"_s,
         {53003, u"Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."_s}},
        {u"mfa"_s,
         {50076, u"Due to a configuration change made by your administrator, or because you moved to a new location, you must "
                 "use multi-factor authentication to access the resource."_s}},
        {u"authenticationStrength"_s, {50074, u"Strong Authentication is required."_s}},
        {u"compliantDevice"_s, {53000, compliance.arg(u"unknown"_s, u"compliant"_s)}},
        {u"domainJoinedDevice"_s, {53001, compliance.arg(u"unknown"_s, u"domain joined"_s)}},
        {u"approvedApplication"_s,
         {53002, u"Application used is not an approved application for Conditional Access. Use one of the approved "
                 "applications to get access."_s}},
        {u"compliantApplication"_s, {53009, u"Application needs to enforce Intune protection policies."_s}},
        {u"passwordChange"_s, {50142, u"Password change is required due to a conditional access policy."_s}},
        {u"riskRemediation"_s, {50142, u"Password change is required due to a conditional access policy."_s}},
        {u"termsOfUse"_s, {50158, u"External security challenge was not satisfied."_s}},
        {u"customAuthenticationFactors"_s, {50158, u"External security challenge was not satisfied."_s}}};
    for (const auto &[control, refusal] : order)
        if (round.unmet.contains(control))
            return refusal;
    SignInVerdict admitted;
    admitted.mfa = round.mfaDone;
    return admitted;
}

/// Who has no second factor yet is told to register one, not to use it (50079).
void askToEnroll(const Store &store, const SignInAttempt &attempt, SignInVerdict *verdict)
{
    const QJsonObject *user = store.find(u"users"_s, attempt.userId);
    if (verdict->errorCode != 50076 || !user || user->value("_mfaRegistered"_L1).toBool())
        return;
    verdict->errorCode = 50079;
    verdict->message = u"Due to a configuration change made by your administrator, or because you moved to a new location, you "
                       "must enroll in multi-factor authentication to access the resource."_s;
}

/// What stands before all policies; errorCode 0: nothing.
SignInVerdict refusedBefore(const Store &store, const SignInAttempt &attempt)
{
    const QJsonObject *user = store.find(u"users"_s, attempt.userId);
    const QJsonObject *application = store.findBy(u"servicePrincipals"_s, u"appId"_s, attempt.appId);
    const bool enabled = user ? user->value("accountEnabled"_L1).toBool(true) : isPartner(store, attempt);
    if (!enabled)
        return {50057, u"The user account is disabled."_s};
    if (application && !application->value("accountEnabled"_L1).toBool(true))
        return {7000112,
                u"Application '%1'(%2) is disabled."_s.arg(attempt.appId, application->value("displayName"_L1).toString())};
    if (application && application->value("appRoleAssignmentRequired"_L1).toBool() &&
        !isAssigned(store, attempt.userId, application->value("id"_L1).toString()))
        return {50105, notAssignedText(*application, user ? user->value("userPrincipalName"_L1).toString() : attempt.userId)};
    return {};
}

} // namespace

QJsonObject signInPlace(const Store &store)
{
    const QJsonObject said = caManners(store).signInFacts;
    const QList<QJsonObject> organizations = store.rows(u"organization"_s);
    const QString country = organizations.isEmpty() ? QString() : organizations.first()["countryLetterCode"_L1].toString();
    return {{u"ipAddress"_s, said["ipAddress"_L1].toString(u"127.0.0.1"_s)},
            {u"country"_s, said["country"_L1].toString(country)}};
}

QString platformOf(const QByteArray &userAgent)
{
    // In this order: an Android browser names Linux, a Windows Phone both Windows and Android.
    const std::pair<const char *, QString> marks[] = {{"Windows Phone", u"windowsPhone"_s},
                                                      {"Android", u"android"_s},
                                                      {"iPhone", u"iOS"_s},
                                                      {"iPad", u"iOS"_s},
                                                      {"Macintosh", u"macOS"_s},
                                                      {"Linux", u"linux"_s},
                                                      {"Windows", u"windows"_s}};
    for (const auto &[mark, platform] : marks)
        if (userAgent.contains(mark))
            return platform;
    return {};
}

PolicyRound askPolicies(const Store &store, const SignInAttempt &attempt)
{
    const SignInFacts facts = factsOf(store, attempt);
    const QString trust = facts.device->value("trustType"_L1).toString();
    GrantMeans had{attempt.mfa, facts.device->value("isCompliant"_L1).toBool(),
                   trust.compare("ServerAD"_L1, Qt::CaseInsensitive) == 0};
    GrantMeans can = had;
    can.mfa = can.mfa || attempt.interactive; // who sits there does the second factor when he is asked
    PolicyRound round;
    for (const QJsonObject &policy : store.rows(kCaTable)) {
        const QString state = policy["state"_L1].toString();
        const bool enforced = state == u"enabled";
        const PolicyAnswer answer = answerFor(policy, facts, attempt.acrs);
        const QStringList unmet = answer.applies ? unmetControls(policy, enforced ? can : had) : QStringList();
        round.applied.append(
            QJsonObject{{u"id"_s, policy["id"_L1]},
                        {u"displayName"_s, policy["displayName"_L1]},
                        {u"enforcedGrantControls"_s, answer.applies ? shownControls(policy) : QJsonArray()},
                        {u"enforcedSessionControls"_s, answer.applies ? shownSessionControls(policy) : QJsonArray()},
                        {u"result"_s, resultWord(state, answer, unmet)}});
        if (!enforced || !answer.applies)
            continue;
        round.anyEnforced = true;
        round.unmet << unmet;
        if (!unmet.isEmpty())
            round.stoppedBy << policy["displayName"_L1].toString();
        round.mfaDone = round.mfaDone || (unmet.isEmpty() && !unmetControls(policy, had).isEmpty());
    }
    return round;
}

SignInVerdict decideSignIn(Store &store, const SignInAttempt &attempt)
{
    SignInVerdict verdict = refusedBefore(store, attempt);
    if (verdict.errorCode != 0) {
        recordSignIn(store, attempt, verdict, nullptr);
        return verdict;
    }
    const PolicyRound round = askPolicies(store, attempt);
    verdict = verdictOf(round);
    askToEnroll(store, attempt, &verdict);
    verdict.policies = round.stoppedBy;
    if (verdict.errorCode == 0 && attempt.hostError != 0)
        verdict = {attempt.hostError, attempt.hostMessage};
    if (verdict.errorCode == 0) // a context that nobody made is no claim of a token
        std::copy_if(attempt.acrs.begin(), attempt.acrs.end(), std::back_inserter(verdict.acrs),
                     [&](const QString &claim) { return store.find(u"authenticationContexts"_s, claim); });
    recordSignIn(store, attempt, verdict, &round);
    return verdict;
}

void addApplicationSignInRoutes(Router &router, Store &)
{
    router.setSignInCheck(decideSignIn);
    addApplicationPageRoutes(router);
    addSignInLogRoutes(router);
}

} // namespace pimgate::demo
