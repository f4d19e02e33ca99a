#include "demo/access/PolicyEvaluation.h"

#include "demo/access/AttributeFilter.h"
#include "demo/access/ConditionalAccessService.h"

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

/// All that must be so.
Match both(Match a, Match b)
{
    if (a == Match::No || b == Match::No)
        return Match::No;
    return a == Match::Unknown || b == Match::Unknown ? Match::Unknown : Match::Yes;
}

Match notThat(Match match)
{
    return match == Match::Yes ? Match::No : match == Match::No ? Match::Yes : match;
}

/// Guests of the named kinds, of all tenants or of some.
Match guestsListed(const QJsonValue &value, const SignInFacts &facts)
{
    const QStringList kinds = wordsOf(value.toObject().value(QLatin1String("guestOrExternalUserTypes")));
    const bool kind = std::any_of(facts.guestTypes.begin(), facts.guestTypes.end(),
                                  [&](const QString &each) { return kinds.contains(each, Qt::CaseInsensitive); });
    const QJsonObject tenants = value.toObject().value(QLatin1String("externalTenants")).toObject();
    const QStringList members = wordsOf(tenants.value(QLatin1String("members")));
    if (!kind || tenants.value(QLatin1String("membershipKind")).toString() != QLatin1String("enumerated"))
        return kind ? Match::Yes : Match::No;
    if (!facts.homeTenant)
        return Match::Unknown;
    return members.contains(*facts.homeTenant, Qt::CaseInsensitive) ? Match::Yes : Match::No;
}

Match usersListed(const QJsonObject &users, const QString &prefix, const SignInFacts &facts)
{
    const auto list = [&](const char *what) { return wordsOf(users.value(prefix + QLatin1String(what))); };
    const QStringList people = list("Users");
    const bool listed = names(people, QLatin1String("All")) || people.contains(facts.userId, Qt::CaseInsensitive) ||
                        (!facts.guestTypes.isEmpty() && names(people, QLatin1String("GuestsOrExternalUsers"))) ||
                        meets(list("Groups"), facts.groups) || meets(list("Roles"), facts.roles);
    return listed ? Match::Yes : guestsListed(users.value(prefix + QLatin1String("GuestsOrExternalUsers")), facts);
}

Match matchUsers(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject users = conditions.value(QLatin1String("users")).toObject();
    return both(usersListed(users, QStringLiteral("include"), facts),
                notThat(usersListed(users, QStringLiteral("exclude"), facts)));
}

/// Custom security attributes are not in this tenant: what a filter on them would add or take away is not known.
Match withAttributeFilter(bool listed, const QJsonObject &filter)
{
    const bool adds = filter.value(QLatin1String("mode")).toString() == QLatin1String("include");
    if (!filter.isEmpty() && listed != adds)
        return Match::Unknown;
    return listed ? Match::Yes : Match::No;
}

Match matchWorkload(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject apps = conditions.value(QLatin1String("clientApplications")).toObject();
    const QStringList in = wordsOf(apps.value(QLatin1String("includeServicePrincipals")));
    const QStringList out = wordsOf(apps.value(QLatin1String("excludeServicePrincipals")));
    if (apps.isEmpty() || out.contains(facts.servicePrincipalId, Qt::CaseInsensitive))
        return Match::No;
    const bool listed =
        names(in, QLatin1String("ServicePrincipalsInMyTenant")) || in.contains(facts.servicePrincipalId, Qt::CaseInsensitive);
    return withAttributeFilter(listed, apps.value(QLatin1String("servicePrincipalFilter")).toObject());
}

/// The applications that stand behind a name for many of them.
bool inSuite(const QString &suite, const QString &appId)
{
    static const QStringList office{QStringLiteral("00000002-0000-0ff1-ce00-000000000000"),   // Exchange Online
                                    QStringLiteral("00000003-0000-0ff1-ce00-000000000000"),   // SharePoint Online
                                    QStringLiteral("00000006-0000-0ff1-ce00-000000000000"),   // Microsoft 365 portal
                                    QStringLiteral("cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"),   // Teams
                                    QStringLiteral("00000005-0000-0ff1-ce00-000000000000")};  // Yammer
    static const QStringList portals{QStringLiteral("c44b4083-3bb0-49c1-b47d-974e53cbdf3c"),  // Azure and Entra
                                     QStringLiteral("00000006-0000-0ff1-ce00-000000000000"),  // Microsoft 365
                                     QStringLiteral("497effe9-df71-4043-a8bb-14cf78c4b63b"),  // Exchange
                                     QStringLiteral("80ccca67-54bd-44ab-8625-4b79c4dc7775")}; // Defender and Purview
    if (suite.compare(QLatin1String("Office365"), Qt::CaseInsensitive) == 0)
        return office.contains(appId, Qt::CaseInsensitive);
    return suite.compare(QLatin1String("MicrosoftAdminPortals"), Qt::CaseInsensitive) == 0 &&
           portals.contains(appId, Qt::CaseInsensitive);
}

bool applicationListed(const QStringList &words, const QStringList &applications)
{
    return std::any_of(applications.begin(), applications.end(), [&](const QString &appId) {
        return words.contains(appId, Qt::CaseInsensitive) ||
               std::any_of(words.begin(), words.end(), [&](const QString &word) { return inSuite(word, appId); });
    });
}

Match matchApplications(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject apps = conditions.value(QLatin1String("applications")).toObject();
    const QStringList in = wordsOf(apps.value(QLatin1String("includeApplications")));
    if (applicationListed(wordsOf(apps.value(QLatin1String("excludeApplications"))), facts.applications))
        return Match::No;
    const bool listed = names(in, QLatin1String("All")) || applicationListed(in, facts.applications);
    return withAttributeFilter(listed, apps.value(QLatin1String("applicationFilter")).toObject());
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

Match matchDevices(const QJsonObject &conditions, const SignInFacts &facts)
{
    const QJsonObject filter =
        conditions.value(QLatin1String("devices")).toObject().value(QLatin1String("deviceFilter")).toObject();
    if (filter.isEmpty())
        return Match::Silent;
    if (!facts.device)
        return Match::Unknown;
    QJsonObject attributes = *facts.device;
    attributes.insert(QStringLiteral("deviceOwnership"), attributes.value(QLatin1String("ownership")));
    const bool include = filter.value(QLatin1String("mode")).toString() == QLatin1String("include");
    const bool hit = attributeFilterMatches(filter.value(QLatin1String("rule")).toString(), attributes);
    return hit == include ? Match::Yes : Match::No;
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

QStringList unmetControls(const QJsonObject &policy, const GrantMeans &means)
{
    const QJsonObject grant = policy.value(QLatin1String("grantControls")).toObject();
    QStringList controls = wordsOf(grant.value(QLatin1String("builtInControls")));
    if (names(controls, QLatin1String("block")))
        return {QStringLiteral("block")};
    const QJsonObject strength = grant.value(QLatin1String("authenticationStrength")).toObject();
    if (!strength.isEmpty())
        controls << QStringLiteral("authenticationStrength");
    for (const auto &list : {QStringLiteral("termsOfUse"), QStringLiteral("customAuthenticationFactors")})
        if (!grant.value(list).toArray().isEmpty())
            controls << list;
    QStringList unmet;
    for (const QString &control : std::as_const(controls)) {
        const bool strong = control == QLatin1String("authenticationStrength") && means.mfa &&
                            strengthMetByMfa(strength.value(QLatin1String("id")).toString());
        const bool met = strong || (means.mfa && names({control}, QLatin1String("mfa"))) ||
                         (means.compliantDevice && names({control}, QLatin1String("compliantDevice"))) ||
                         (means.hybridDevice && names({control}, QLatin1String("domainJoinedDevice")));
        if (!met)
            unmet << control;
    }
    const bool any = grant.value(QLatin1String("operator")).toString().compare(QLatin1String("OR"), Qt::CaseInsensitive) == 0;
    return any && unmet.size() < controls.size() ? QStringList() : unmet;
}

} // namespace pimgate::demo
