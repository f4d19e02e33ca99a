#include "gate/judge/PolicyMeets.h"

#include "graph/Json.h"

#include <QVariant>

#include <algorithm>

namespace pimgate {

namespace {

using Lock = Verdict::Lock;
using Reason = Verdict::PolicyReason;

/// Microsoft's own strength that any second factor meets; the other two ask for more.
constexpr auto multifactorStrength = "00000000-0000-0000-0000-000000000002";
constexpr auto guests = "GuestsOrExternalUsers";

struct Found
{
    Truth truth = Truth::No;
    Reason reason = Reason::NotAboutPerson;
};

bool names(const QStringList &list, const QString &id)
{
    return !id.isEmpty() && list.contains(id, Qt::CaseInsensitive);
}

bool meets(const QStringList &list, const QStringList &ids)
{
    return std::any_of(ids.cbegin(), ids.cend(), [&list](const QString &id) { return names(list, id); });
}

QString gateOf(const Snapshot &snapshot)
{
    return snapshot.group ? snapshot.group->id : QString();
}

/// Whether one of the two lists of a policy, whom it includes or leaves out, names somebody.
struct List
{
    const QStringList &users, &groups, &roles;
    QJsonValue guestKinds;
    Reason personReason, groupReason;

    Found find(const Person &person, std::optional<bool> member, const Snapshot &snapshot) const
    {
        const QString gate = gateOf(snapshot);
        if (names(users, QStringLiteral("All")) || names(users, person.who.id) ||
            (person.who.guest && names(users, QLatin1String(guests))))
            return {Truth::Yes, personReason};
        if (names(groups, gate) && (member.value_or(false) || nestedMember(person, snapshot)))
            return {Truth::Yes, groupReason};
        QStringList others = person.groups;
        others.removeAll(gate);
        if (meets(groups, others))
            return {Truth::Yes, Reason::AnotherGroupExcluded};
        if (person.roles && meets(roles, *person.roles))
            return {Truth::Yes, Reason::DirectoryRoles};
        if (names(groups, gate) && !member)
            return {Truth::NotKnown, Reason::MembersUnread};
        QStringList otherGroups = groups;
        otherGroups.removeAll(gate);
        if (!person.groupsRead && !otherGroups.isEmpty())
            return {Truth::NotKnown, Reason::MembersUnread};
        if (!person.roles && !roles.isEmpty())
            return {Truth::NotKnown, Reason::DirectoryRoles};
        if (person.who.guest && !Json::holdsNothing(guestKinds))
            return {Truth::NotKnown, Reason::FurtherConditions};
        return {};
    }
};

QJsonObject conditionsOf(const CaPolicy &policy)
{
    return Json::object(policy.raw, "conditions");
}

List included(const CaPolicy &policy)
{
    const QJsonValue kinds = Json::object(conditionsOf(policy), "users").value(QLatin1String("includeGuestsOrExternalUsers"));
    return {policy.includeUsers, policy.includeGroups, policy.includeRoles, kinds, Reason::Blocks, Reason::Blocks};
}

List excluded(const CaPolicy &policy)
{
    const QJsonValue kinds = Json::object(conditionsOf(policy), "users").value(QLatin1String("excludeGuestsOrExternalUsers"));
    return {policy.excludeUsers, policy.excludeGroups, policy.excludeRoles, kinds, Reason::PersonExcluded, Reason::GroupExcluded};
}

bool everywhere(const QJsonObject &condition, const char *include, const char *exclude)
{
    return Json::texts(condition, include).contains(QLatin1String("all"), Qt::CaseInsensitive) &&
           Json::array(condition, exclude).isEmpty();
}

/// A risk that somebody has at ordinary sign-ins, too.
bool meetsNoRisk(const QJsonValue &levels)
{
    const QString text = levels.toString();
    const QStringList words = levels.isArray() ? levels.toVariant().toStringList() : text.split(QLatin1Char(','));
    return words.contains(QLatin1String("none"), Qt::CaseInsensitive);
}

bool isOfRisk(const QString &condition)
{
    return condition == QLatin1String("signInRiskLevels") || condition == QLatin1String("userRiskLevels") ||
           condition == QLatin1String("insiderRiskLevels");
}

/// Conditions beside whom and where: does a person's ordinary sign-in with a browser meet them?
Found meetsConditions(const CaPolicy &policy)
{
    const QStringList &clients = policy.clientAppTypes;
    const bool browsers = clients.isEmpty() || names(clients, QStringLiteral("all")) || names(clients, QStringLiteral("browser"));
    const QJsonObject conditions = conditionsOf(policy);
    // Old protocols, device codes and a transfer from another device: whole tenants block them, and a browser meets none.
    if (!browsers || !Json::holdsNothing(conditions.value(QLatin1String("authenticationFlows"))))
        return {Truth::No, Reason::SparesBrowsers};
    Found answer{Truth::Yes, Reason::Blocks};
    for (auto it = conditions.begin(); it != conditions.end(); ++it) {
        const QString &name = it.key();
        const bool said = name == QLatin1String("users") || name == QLatin1String("applications") ||
                          name == QLatin1String("clientAppTypes") || name.contains(QLatin1Char('@')) ||
                          Json::holdsNothing(it.value());
        // Half the tenants block sign-ins at a risk; whoever is at none is not meant.
        if (!said && isOfRisk(name) && !meetsNoRisk(it.value()))
            return {Truth::No, Reason::OnlyAtRisk};
        const QJsonObject condition = it.value().toObject();
        const bool always =
            (name == QLatin1String("platforms") && everywhere(condition, "includePlatforms", "excludePlatforms")) ||
            (name == QLatin1String("locations") && everywhere(condition, "includeLocations", "excludeLocations"));
        if (!said && !always)
            answer = {Truth::NotKnown, Reason::FurtherConditions};
    }
    return answer;
}

bool isKnownToPass(const QString &control)
{
    return control.compare(QLatin1String("mfa"), Qt::CaseInsensitive) == 0;
}

} // namespace

bool nestedMember(const Person &person, const Snapshot &snapshot)
{
    if (!person.activeMember && person.groups.contains(gateOf(snapshot)))
        return true;
    return std::any_of(snapshot.members.cbegin(), snapshot.members.cend(),
                       [&](const Principal &p) { return person.groups.contains(p.id); });
}

Meeting meetingOf(const CaPolicy &policy, const Person &person, std::optional<bool> member, const Snapshot &snapshot)
{
    const Found out = excluded(policy).find(person, member, snapshot);
    if (out.truth == Truth::Yes)
        return {Lock::Open, out.reason};
    const Found in = included(policy).find(person, member, snapshot);
    if (in.truth == Truth::No)
        return {Lock::Open, Reason::NotAboutPerson};
    const Found conditions = meetsConditions(policy);
    if (conditions.truth == Truth::No)
        return {Lock::Open, conditions.reason};
    for (const Found &part : {out, in, conditions})
        if (part.truth == Truth::NotKnown)
            return {Lock::Unknown, part.reason};
    return {Lock::Shut, Reason::Blocks};
}

Truth aboutApplication(const CaPolicy &policy, const QString &appId)
{
    if (names(policy.excludeApplications, appId))
        return Truth::No;
    const bool listed = names(policy.includeApplications, QStringLiteral("All")) || names(policy.includeApplications, appId);
    const QJsonObject filter = Json::object(Json::object(conditionsOf(policy), "applications"), "applicationFilter");
    if (Json::holdsNothing(filter))
        return listed ? Truth::Yes : Truth::No;
    // Custom security attributes are not read: what a filter adds or takes away is not known.
    const bool adds = Json::same(Json::text(filter, "mode"), "include");
    return listed == adds ? (listed ? Truth::Yes : Truth::No) : Truth::NotKnown;
}

bool aboutContext(const CaPolicy &policy, const QString &claim)
{
    const QJsonObject applications = Json::object(conditionsOf(policy), "applications");
    return names(Json::texts(applications, "includeAuthenticationContextClassReferences"), claim);
}

Demand demandOf(const CaPolicy &policy)
{
    if (names(policy.builtInControls, QStringLiteral("block")))
        return Demand::Blocks;
    const QJsonObject grant = Json::object(policy.raw, "grantControls");
    int passing = 0, notKnown = 0;
    for (const QString &control : policy.builtInControls)
        ++(isKnownToPass(control) ? passing : notKnown);
    if (const QJsonObject strength = Json::object(grant, "authenticationStrength"); !Json::holdsNothing(strength))
        ++(Json::same(Json::text(strength, "id"), multifactorStrength) ? passing : notKnown);
    notKnown += int(Json::array(grant, "termsOfUse").size() + Json::array(grant, "customAuthenticationFactors").size());
    const bool oneIsEnough = Json::same(policy.grantOperator, "OR");
    return notKnown == 0 || (oneIsEnough && passing > 0) ? Demand::CanBeMet : Demand::NotKnown;
}

} // namespace pimgate
