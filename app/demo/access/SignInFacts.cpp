#include "demo/access/SignInFacts.h"

#include "demo/access/ConditionalAccessService.h"

#include <QHostAddress>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

bool countryListed(const QJsonObject &location, const QString &country)
{
    return caList(location, u"countriesAndRegions"_s).contains(country, Qt::CaseInsensitive) ||
           (country.isEmpty() && location["includeUnknownCountriesAndRegions"_L1].toBool());
}

bool addressListed(const QJsonObject &location, const QHostAddress &address)
{
    const QJsonArray ranges = location["ipRanges"_L1].toArray();
    return std::any_of(ranges.begin(), ranges.end(), [&](const QJsonValue &range) {
        return address.isInSubnet(QHostAddress::parseSubnet(range.toObject()["cidrAddress"_L1].toString()));
    });
}

/// Members that were invited keep #EXT# in their name; guests without it are accounts of this tenant.
QSet<QString> guestTypesOf(const QJsonObject &user)
{
    const bool guest = user["userType"_L1].toString() == u"Guest";
    const bool invited = user["userPrincipalName"_L1].toString().contains("#EXT#"_L1, Qt::CaseInsensitive);
    if (guest)
        return {invited ? u"b2bCollaborationGuest"_s : u"internalGuest"_s};
    return invited ? QSet<QString>{u"b2bCollaborationMember"_s} : QSet<QString>();
}

/// Reads one word of a fixed set; the fault names the member.
QString readWord(const QJsonObject &said, const QString &member, const QStringList &words, std::optional<QString> *fact)
{
    const QJsonValue value = said.value(member);
    if (value.isUndefined() || value.isNull())
        return {};
    for (const QString &word : words) {
        if (value.isString() && word.compare(value.toString(), Qt::CaseInsensitive) == 0) {
            *fact = word;
            return {};
        }
    }
    return u"Invalid value for %1."_s.arg(member);
}

QString readPlace(const Store &store, const QJsonObject &said, SignInFacts *facts)
{
    const QString address = said["ipAddress"_L1].toString(), country = said["country"_L1].toString();
    if (address.isEmpty() && country.isEmpty())
        return {};
    if (address.isEmpty() || country.isEmpty())
        return u"country and ipAddress must be given together."_s;
    if (QHostAddress(address).isNull() || country.size() != 2)
        return u"ipAddress must be an address and country two letters of ISO 3166."_s;
    facts->locations = locationsOf(store, address, country);
    return {};
}

} // namespace

QStringList commaWords(const QString &text)
{
    QStringList words;
    for (const QString &word : text.split(u',', Qt::SkipEmptyParts))
        words << word.trimmed();
    return words;
}

SignInFacts factsAbout(const Store &store, const QString &userId)
{
    SignInFacts facts;
    facts.userId = userId;
    if (const QJsonObject *user = store.find(u"users"_s, userId))
        facts.guestTypes = guestTypesOf(*user);
    for (const QString &group : store.transitiveGroupsOf(userId))
        facts.groups << group;
    for (const QString &role : store.activeRolesOf(userId))
        facts.roles << role;
    return facts;
}

QString readSignInConditions(const Store &store, const QJsonObject &said, SignInFacts *facts)
{
    const QStringList risks{u"low"_s, u"medium"_s, u"high"_s, u"hidden"_s, u"none"_s};
    QStringList faults{
        readWord(said, u"devicePlatform"_s, {u"android"_s, u"iOS"_s, u"windows"_s, u"windowsPhone"_s, u"macOS"_s, u"linux"_s},
                 &facts->platform),
        readWord(said, u"clientAppType"_s,
                 {u"browser"_s, u"mobileAppsAndDesktopClients"_s, u"exchangeActiveSync"_s, u"easSupported"_s, u"other"_s},
                 &facts->clientAppType),
        readWord(said, u"signInRiskLevel"_s, risks, &facts->signInRisk),
        readWord(said, u"userRiskLevel"_s, risks, &facts->userRisk),
        readWord(said, u"servicePrincipalRiskLevel"_s, risks, &facts->servicePrincipalRisk),
        readWord(said, u"insiderRiskLevel"_s, {u"none"_s, u"minor"_s, u"moderate"_s, u"elevated"_s}, &facts->insiderRisk),
        readWord(said["authenticationFlow"_L1].toObject(), u"transferMethod"_s,
                 {u"none"_s, u"deviceCodeFlow"_s, u"authenticationTransfer"_s}, &facts->transferMethod),
        readPlace(store, said, facts)};
    if (said["deviceInfo"_L1].isObject())
        facts->device = said["deviceInfo"_L1].toObject();
    faults.removeAll(QString());
    return faults.value(0);
}

QSet<QString> locationsOf(const Store &store, const QString &ipAddress, const QString &country)
{
    const QHostAddress address(ipAddress);
    QSet<QString> found;
    for (const QJsonObject &location : store.rows(u"namedLocations"_s)) {
        const bool byCountry = location.contains("countriesAndRegions"_L1);
        if (byCountry ? !countryListed(location, country) : !addressListed(location, address))
            continue;
        found << location["id"_L1].toString().toLower();
        if (location["isTrusted"_L1].toBool())
            found << u"AllTrusted"_s;
    }
    return found;
}

} // namespace pimgate::demo
