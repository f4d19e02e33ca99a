#include "demo/PolicyEvaluation.h"

#include <QJsonArray>

#include <algorithm>

namespace pimgate::demo {
namespace {

/// How one condition stands; Silent = the policy does not use it.
enum class Match { Silent, Yes, No, Unknown };

QStringList wordsOf(const QJsonValue &value)
{
    QStringList words;
    if (value.isString())
        for (const QString &word : value.toString().split(QLatin1Char(','), Qt::SkipEmptyParts))
            words << word.trimmed();
    for (const auto &entry : value.toArray())
        words << entry.toString();
    return words;
}

bool names(const QStringList &words, QLatin1String word)
{
    return words.contains(word, Qt::CaseInsensitive);
}

bool meets(const QStringList &words, const QSet<QString> &ids)
{
    return std::any_of(words.begin(), words.end(), [&](const QString &word) { return ids.contains(word.toLower()); });
}

bool guestTypesMatch(const QJsonValue &value, bool guest)
{
    return guest && names(wordsOf(value.toObject().value(QLatin1String("guestOrExternalUserTypes"))),
                          QLatin1String("b2bCollaborationGuest"));
}

bool usersListed(const QJsonObject &users, const QString &prefix, const SignInFacts &facts)
{
    const auto list = [&](const char *what) { return wordsOf(users.value(prefix + QLatin1String(what))); };
    const QStringList people = list("Users");
    return names(people, QLatin1String("All")) || people.contains(facts.userId, Qt::CaseInsensitive) ||
           (facts.guest && names(people, QLatin1String("GuestsOrExternalUsers"))) || meets(list("Groups"), facts.groups) ||
           meets(list("Roles"), facts.roles) ||
           guestTypesMatch(users.value(prefix + QLatin1String("GuestsOrExternalUsers")), facts.guest);
}

Match matchUsers(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject users = conditions.value(QLatin1String("users")).toObject();
    if (!usersListed(users, QStringLiteral("include"), facts) || usersListed(users, QStringLiteral("exclude"), facts))
        return Match::No;
    return Match::Yes;
}

Match matchWorkload(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject apps = conditions.value(QLatin1String("clientApplications")).toObject();
    const QStringList in = wordsOf(apps.value(QLatin1String("includeServicePrincipals")));
    const QStringList out = wordsOf(apps.value(QLatin1String("excludeServicePrincipals")));
    const bool listed =
        names(in, QLatin1String("ServicePrincipalsInMyTenant")) || in.contains(facts.servicePrincipalId, Qt::CaseInsensitive);
    return listed && !out.contains(facts.servicePrincipalId, Qt::CaseInsensitive) ? Match::Yes : Match::No;
}

Match matchApplications(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject apps = conditions.value(QLatin1String("applications")).toObject();
    const QStringList in = wordsOf(apps.value(QLatin1String("includeApplications")));
    const QStringList out = wordsOf(apps.value(QLatin1String("excludeApplications")));
    const auto any = [&](const QStringList &words) {
        return std::any_of(facts.applications.begin(), facts.applications.end(),
                           [&](const QString &appId) { return words.contains(appId, Qt::CaseInsensitive); });
    };
    const bool included = names(in, QLatin1String("All")) || any(in);
    return included && !any(out) ? Match::Yes : Match::No;
}

Match matchContext(const QJsonObject &conditions, const SignInFacts &facts, QString *reason)
{
    const QJsonObject apps = conditions.value(QLatin1String("applications")).toObject();
    if (!facts.authenticationContext.isEmpty()) {
        *reason = QStringLiteral("authenticationContext");
        const QStringList contexts = wordsOf(apps.value(QLatin1String("includeAuthenticationContextClassReferences")));
        return contexts.contains(facts.authenticationContext, Qt::CaseInsensitive) ? Match::Yes : Match::No;
    }
    if (!facts.userAction.isEmpty()) {
        *reason = QStringLiteral("userActions");
        const QStringList actions = wordsOf(apps.value(QLatin1String("includeUserActions")));
        return actions.contains(facts.userAction, Qt::CaseInsensitive) ? Match::Yes : Match::No;
    }
    *reason = QStringLiteral("application");
    return matchApplications(conditions, facts);
}

Match matchOne(const QStringList &wanted, const std::optional<QString> &fact, bool allCounts)
{
    if (wanted.isEmpty() || (allCounts && names(wanted, QLatin1String("all"))))
        return Match::Silent;
    if (!fact)
        return Match::Unknown;
    return wanted.contains(*fact, Qt::CaseInsensitive) ? Match::Yes : Match::No;
}

Match matchPlatforms(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject platforms = conditions.value(QLatin1String("platforms")).toObject();
    const QStringList in = wordsOf(platforms.value(QLatin1String("includePlatforms")));
    const QStringList out = wordsOf(platforms.value(QLatin1String("excludePlatforms")));
    if (in.isEmpty() || (names(in, QLatin1String("all")) && out.isEmpty()))
        return Match::Silent;
    if (!facts.platform)
        return Match::Unknown;
    const bool included = names(in, QLatin1String("all")) || in.contains(*facts.platform, Qt::CaseInsensitive);
    return included && !out.contains(*facts.platform, Qt::CaseInsensitive) ? Match::Yes : Match::No;
}

Match matchLocations(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject locations = conditions.value(QLatin1String("locations")).toObject();
    const QStringList in = wordsOf(locations.value(QLatin1String("includeLocations")));
    const QStringList out = wordsOf(locations.value(QLatin1String("excludeLocations")));
    if (in.isEmpty() || (names(in, QLatin1String("All")) && out.isEmpty()))
        return Match::Silent;
    if (!facts.locations)
        return Match::Unknown;
    const auto here = [&](const QStringList &words) {
        return std::any_of(words.begin(), words.end(), [&](const QString &word) {
            return word.compare(QLatin1String("AllTrusted"), Qt::CaseInsensitive) == 0
                       ? facts.locations->contains(QStringLiteral("AllTrusted"))
                       : facts.locations->contains(word.toLower());
        });
    };
    return (names(in, QLatin1String("All")) || here(in)) && !here(out) ? Match::Yes : Match::No;
}

/// A device that is not registered has no attributes, so a filter with positive rules never catches it.
Match matchDevices(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject filter =
        conditions.value(QLatin1String("devices")).toObject().value(QLatin1String("deviceFilter")).toObject();
    if (filter.isEmpty())
        return Match::Silent;
    if (!facts.registeredDevice || *facts.registeredDevice)
        return Match::Unknown;
    const bool include =
        filter.value(QLatin1String("mode")).toString().compare(QLatin1String("include"), Qt::CaseInsensitive) == 0;
    return include ? Match::No : Match::Yes;
}

} // namespace

PolicyAnswer evaluatePolicy(const QJsonObject &policy, const SignInFacts &facts)
{
    if (policy.value(QLatin1String("state")).toString() == QLatin1String("disabled"))
        return {false, {QStringLiteral("policyNotEnabled")}};

    const QJsonObject conditions = policy.value(QLatin1String("conditions")).toObject();
    const auto words = [&](const char *name) { return wordsOf(conditions.value(QLatin1String(name))); };
    QStringList reasons;
    bool unknown = false;
    const auto judge = [&](Match match, const QString &reason) {
        if (match == Match::No)
            reasons << reason;
        unknown = unknown || match == Match::Unknown;
    };

    if (facts.userId.isEmpty())
        judge(matchWorkload(conditions, facts), QStringLiteral("workloadIdentities"));
    else
        judge(matchUsers(conditions, facts), QStringLiteral("users"));
    QString contextReason;
    const Match context = matchContext(conditions, facts, &contextReason);
    judge(context, contextReason);
    judge(matchPlatforms(conditions, facts), QStringLiteral("devicePlatform"));
    judge(matchDevices(conditions, facts), QStringLiteral("devices"));
    judge(matchOne(words("clientAppTypes"), facts.clientAppType, true), QStringLiteral("clientApps"));
    judge(matchLocations(conditions, facts), QStringLiteral("location"));
    judge(matchOne(words("signInRiskLevels"), facts.signInRisk, false), QStringLiteral("signInRisk"));
    judge(matchOne(words("userRiskLevels"), facts.userRisk, false), QStringLiteral("userRisk"));
    if (facts.userId.isEmpty())
        judge(matchOne(words("servicePrincipalRiskLevels"), facts.servicePrincipalRisk, false), QStringLiteral("signInRisk"));
    judge(matchOne(words("insiderRiskLevels"), facts.insiderRisk, false), QStringLiteral("insiderRisk"));
    const QJsonValue flows =
        conditions.value(QLatin1String("authenticationFlows")).toObject().value(QLatin1String("transferMethods"));
    judge(matchOne(wordsOf(flows), facts.transferMethod, false), QStringLiteral("authenticationFlow"));

    if (!reasons.isEmpty())
        return {false, reasons};
    if (unknown)
        return {false, {QStringLiteral("notEnoughInformation")}};
    return {true, {QStringLiteral("notSet")}};
}

QStringList unmetControls(const QJsonObject &policy, const QStringList &amr)
{
    const QJsonObject grant = policy.value(QLatin1String("grantControls")).toObject();
    QStringList controls = wordsOf(grant.value(QLatin1String("builtInControls")));
    if (names(controls, QLatin1String("block")))
        return {QStringLiteral("block")};
    if (!grant.value(QLatin1String("authenticationStrength")).toObject().isEmpty())
        controls << QStringLiteral("mfa");
    const bool mfa = amr.contains(QLatin1String("mfa"));
    QStringList unmet;
    for (const QString &control : std::as_const(controls))
        if (control != QLatin1String("mfa") || !mfa)
            unmet << control;
    const bool any = grant.value(QLatin1String("operator")).toString().compare(QLatin1String("OR"), Qt::CaseInsensitive) == 0;
    return any && unmet.size() < controls.size() ? QStringList() : unmet;
}

} // namespace pimgate::demo
