#include "demo/login/OAuth.h"
#include "demo/store/Seed.h"

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

Refusal strongRefusal(bool registered, const QString &resource)
{
    if (registered)
        return {50076, u"Due to a configuration change made by your administrator, or because you moved to a new location, you "
                       "must use multi-factor authentication to access '%1'."_s.arg(resource)};
    return {50079, u"Due to a configuration change made by your administrator, or because you moved to a new location, you must "
                   "enroll in multi-factor authentication to access '%1'."_s.arg(resource)};
}

Refusal consentRefusal(const QString &appId, const QString &name)
{
    return {65001, u"The user or administrator has not consented to use the application with ID '%1' named '%2'. Send an "
                   "interactive authorization request for this user and resource."_s.arg(appId, name)};
}

} // namespace

/// Whether this person gets tokens for this client now: account, assignment, Conditional Access, consent.
OAuth::Decision OAuth::decide(Attempt attempt)
{
    const auto &who = attempt.who;
    if (who.error != 0)
        return {{who.error, who.message}};
    if (attempt.asked.refusal)
        return {attempt.asked.refusal};
    auto &asked = attempt.asked;
    expandDefault(*who.tenant, attempt.client.appId, who.oid, asked);
    if (attempt.deviceCode)
        attempt.wish.acrs.clear(); // cannot satisfy an authentication context (contract 16)

    Session session;
    session.tid = who.tenant->tenantId();
    session.userId = who.oid;
    session.homeTid = who.homeTid;
    session.clientId = attempt.client.appId;
    session.resource = asked.resources.isEmpty() ? graphAppId() : asked.resources.first().appId;
    session.scopes = asked.openId;
    if (!asked.resources.isEmpty()) {
        session.scopes += asked.resources.first().names;
        session.prefix = asked.resources.first().prefix;
    }
    session.scopes.removeDuplicates();
    session.generation = who.user["_sessionGeneration"_L1].toInt();
    session.cp1 = attempt.wish.cp1;

    const bool registered = who.user["_mfaRegistered"_L1].toBool();
    const bool atOnce = attempt.atOnce && registered;
    const bool asksMfa = attempt.wish.mfa || !attempt.wish.acrs.isEmpty();
    const auto missing = missingConsent(*who.tenant, session.clientId, who.oid, asked);
    Refusal own;
    if (!who.user["accountEnabled"_L1].toBool())
        own = {50057, u"The user account is disabled."_s};
    else if (asksMfa && !attempt.mfa && !atOnce)
        own = strongRefusal(registered, session.resource);
    else if (attempt.consent == Attempt::Consent::Declined)
        own = {65004, u"User declined to consent to access the app."_s};
    else if (!missing.isEmpty() || attempt.consent == Attempt::Consent::Asked)
        own = consentRefusal(session.clientId, attempt.client.displayName);

    SignInAttempt question;
    question.userId = who.oid;
    question.appId = session.clientId;
    question.resourceAppId = attempt.client.isPublic ? session.resource : session.clientId;
    question.mfa = attempt.mfa || (asksMfa && atOnce);
    question.acrs = attempt.wish.acrs;
    question.interactive = atOnce;
    question.deviceCode = attempt.deviceCode;
    question.refresh = attempt.refresh;
    question.userAgent = attempt.userAgent;
    question.hostError = own.code;
    question.hostMessage = own.message;
    if (who.delegated) {
        question.homeTid = who.homeTid;
        question.delegatedRoles = m_tenants.delegatedRoles(*who.tenant, who.homeTid, who.oid);
    }
    // One answer for everything, so that the log tells each attempt once: what the tenant says comes first.
    const auto verdict = m_router.checkSignIn(*who.tenant, question);
    if (verdict.errorCode == 50076 || verdict.errorCode == 50079)
        return {strongRefusal(registered, session.resource)};
    if (verdict.errorCode == 50074 && !registered)
        return {strongRefusal(false, session.resource)}; // a strength is out of reach before he has registered
    if (question.mfa || verdict.mfa)
        session.amr.append(u"mfa"_s);
    session.acrs = verdict.acrs;
    if (verdict.errorCode == 65001)
        return {own, missing, session};
    if (verdict.errorCode != 0)
        return {{verdict.errorCode, verdict.message}};
    return {{}, {}, session};
}

} // namespace pimgate::demo
