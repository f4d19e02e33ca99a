#include "identity/MsalCache.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <functional>

namespace pimgate::MsalCache {
namespace {

const QString accountSection = QStringLiteral("Account");
const QString idTokenSection = QStringLiteral("IdToken");
const QString accessTokenSection = QStringLiteral("AccessToken");
const QString refreshTokenSection = QStringLiteral("RefreshToken");
const QString appMetadataSection = QStringLiteral("AppMetadata");
// Ours alone, in a section that MSAL carries through: what its own entries have no place for.
const QString ourSection = QStringLiteral("PimGate");
const QString namedTenant = QStringLiteral("tenant");
const QString namedCloud = QStringLiteral("cloud");
const QString usedAt = QStringLiteral("used");

QString text(const QJsonObject &entry, const char *member)
{
    return entry.value(QLatin1String(member)).toString();
}

bool same(const QString &a, const QString &b)
{
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

/// home_account_id-environment-credential_type-client_id-realm-target-(scheme), all in lower case; a part that a
/// credential does not have stays empty.
QString credentialKey(const CachedAccount &account, const QString &type, const QString &realm = {}, const QString &target = {})
{
    const QStringList parts{account.homeAccountId, account.loginHost, type, account.clientId, realm, target, QString()};
    return parts.join(QLatin1Char('-')).toLower();
}

QString homeTenant(const CachedAccount &account)
{
    const QString utid = account.homeAccountId.section(QLatin1Char('.'), 1);
    return utid.isEmpty() ? account.tenantId : utid;
}

/// One account for a person, under the tenant where he is at home, however many tenants he works in.
QString accountKey(const CachedAccount &account)
{
    const QStringList parts{account.homeAccountId, account.loginHost, homeTenant(account)};
    return parts.join(QLatin1Char('-')).toLower();
}

QString ourKey(const CachedAccount &account)
{
    const QStringList parts{account.homeAccountId, account.loginHost, account.clientId, account.tenantId};
    return parts.join(QLatin1Char('-')).toLower();
}

QJsonObject credential(const CachedAccount &account, const QString &type, const Secret &secret)
{
    return {{QStringLiteral("home_account_id"), account.homeAccountId},
            {QStringLiteral("environment"), account.loginHost},
            {QStringLiteral("credential_type"), type},
            {QStringLiteral("client_id"), account.clientId},
            {QStringLiteral("secret"), QString::fromUtf8(secret.reveal())}};
}

bool isHomeTenant(const CachedAccount &account)
{
    return same(homeTenant(account), account.tenantId);
}

/// A profile says who the person is in one tenant. MSAL keeps each as a text.
QString tenantProfile(const CachedAccount &account)
{
    const QJsonObject profile{{QStringLiteral("tenantId"), account.tenantId},
                              {QStringLiteral("localAccountId"), account.objectId},
                              {QStringLiteral("name"), account.displayName},
                              {QStringLiteral("username"), account.userName},
                              {QStringLiteral("isHomeTenant"), isHomeTenant(account)}};
    return QString::fromUtf8(QJsonDocument(profile).toJson(QJsonDocument::Compact));
}

QJsonObject profileIn(const QJsonValue &text)
{
    return text.isObject() ? text.toObject() : QJsonDocument::fromJson(text.toString().toUtf8()).object();
}

QJsonArray withoutTenant(const QJsonArray &profiles, const QString &tenantId)
{
    QJsonArray others;
    for (const auto &profile : profiles)
        if (!same(text(profileIn(profile), "tenantId"), tenantId))
            others << profile;
    return others;
}

/// @param before what the cache holds of this person
QJsonObject accountEntry(const CachedAccount &account, QJsonObject before)
{
    QJsonArray profiles = withoutTenant(before.value(QLatin1String("tenantProfiles")).toArray(), account.tenantId);
    profiles << tenantProfile(account);
    before.insert(QStringLiteral("tenantProfiles"), profiles);
    if (before.contains(QLatin1String("home_account_id")) && !isHomeTenant(account))
        return before; // who he is at home stays
    const QJsonObject person{{QStringLiteral("home_account_id"), account.homeAccountId},
                             {QStringLiteral("environment"), account.loginHost},
                             {QStringLiteral("realm"), homeTenant(account)},
                             {QStringLiteral("local_account_id"), account.homeAccountId.section(QLatin1Char('.'), 0, 0)},
                             {QStringLiteral("username"), account.userName},
                             {QStringLiteral("authority_type"), QStringLiteral("MSSTS")},
                             {QStringLiteral("name"), account.displayName},
                             {QStringLiteral("client_info"), account.clientInfo}};
    for (auto member = person.begin(); member != person.end(); ++member)
        before.insert(member.key(), member.value());
    return before;
}

QJsonObject ourEntry(const CachedAccount &account)
{
    return {{namedTenant, account.tenant}, {namedCloud, account.cloud}, {usedAt, double(QDateTime::currentMSecsSinceEpoch())}};
}

QString seconds(const QDateTime &moment)
{
    return QString::number(moment.toSecsSinceEpoch());
}

QJsonObject accessTokenEntry(const CachedAccount &account)
{
    QJsonObject entry = credential(account, QStringLiteral("AccessToken"), account.accessToken);
    entry.insert(QStringLiteral("realm"), account.tenantId);
    entry.insert(QStringLiteral("target"), account.scopes.join(QLatin1Char(' ')));
    entry.insert(QStringLiteral("cached_at"), seconds(QDateTime::currentDateTimeUtc()));
    entry.insert(QStringLiteral("expires_on"), seconds(account.expires));
    entry.insert(QStringLiteral("extended_expires_on"), seconds(account.expires));
    entry.insert(QStringLiteral("token_type"), QStringLiteral("Bearer"));
    return entry;
}

void insert(QJsonObject &document, const QString &section, const QString &key, const QJsonObject &entry)
{
    QJsonObject entries = document.value(section).toObject();
    entries.insert(key, entry);
    document.insert(section, entries);
}

using Test = std::function<bool(const QJsonObject &)>;

void removeWhere(QJsonObject &document, const QString &section, const Test &goes)
{
    QJsonObject entries = document.value(section).toObject();
    for (const QString &key : entries.keys())
        if (goes(entries.value(key).toObject()))
            entries.remove(key);
    document.insert(section, entries);
}

bool isOfPerson(const QJsonObject &entry, const CachedAccount &account)
{
    return same(text(entry, "home_account_id"), account.homeAccountId) && same(text(entry, "environment"), account.loginHost);
}

bool isOfClient(const QJsonObject &entry, const CachedAccount &account)
{
    return isOfPerson(entry, account) && same(text(entry, "client_id"), account.clientId);
}

bool isOfTenant(const QJsonObject &entry, const CachedAccount &account)
{
    return isOfClient(entry, account) && same(text(entry, "realm"), account.tenantId);
}

/// The first entry that passes; empty when none does.
QJsonObject find(const QJsonObject &document, const QString &section, const Test &wanted)
{
    const QJsonObject entries = document.value(section).toObject();
    for (const auto &entry : entries)
        if (wanted(entry.toObject()))
            return entry.toObject();
    return {};
}

/// The person in each of his tenants.
QList<CachedAccount> personIn(const QJsonObject &entry)
{
    CachedAccount person;
    person.homeAccountId = text(entry, "home_account_id");
    person.loginHost = text(entry, "environment");
    person.clientInfo = text(entry, "client_info");
    person.tenantId = text(entry, "realm");
    person.objectId = text(entry, "local_account_id");
    person.userName = text(entry, "username");
    person.displayName = text(entry, "name");
    QList<CachedAccount> people;
    for (const auto &value : entry.value(QLatin1String("tenantProfiles")).toArray()) {
        const QJsonObject profile = profileIn(value);
        CachedAccount here = person;
        here.tenantId = text(profile, "tenantId");
        here.objectId = text(profile, "localAccountId");
        here.userName = profile.value(QLatin1String("username")).toString(person.userName);
        here.displayName = profile.value(QLatin1String("name")).toString(person.displayName);
        if (!here.tenantId.isEmpty())
            people << here;
    }
    return people.isEmpty() ? QList<CachedAccount>{person} : people;
}

void addTokens(CachedAccount &account, const QJsonObject &document, const QJsonObject &refreshToken)
{
    account.clientId = text(refreshToken, "client_id");
    account.refreshToken = Secret(text(refreshToken, "secret"));
    const auto ours = [&account](const QJsonObject &entry) { return isOfTenant(entry, account); };
    account.idToken = Secret(text(find(document, idTokenSection, ours), "secret"));
    const QJsonObject accessToken = find(document, accessTokenSection, ours);
    account.accessToken = Secret(text(accessToken, "secret"));
    account.scopes = text(accessToken, "target").split(QLatin1Char(' '), Qt::SkipEmptyParts);
    account.expires =
        QDateTime::fromSecsSinceEpoch(accessToken.value(QLatin1String("expires_on")).toVariant().toLongLong()).toUTC();
}

} // namespace

bool isEmpty(const QJsonObject &document)
{
    return document.value(refreshTokenSection).toObject().isEmpty();
}

QList<CachedAccount> accounts(const QJsonObject &document)
{
    QList<CachedAccount> found;
    QHash<QString, double> used;
    for (const auto &entry : document.value(accountSection).toObject()) {
        const QList<CachedAccount> tenants = personIn(entry.toObject());
        // A person who signed in through two clients is two sign-ins in each tenant.
        for (const auto &token : document.value(refreshTokenSection).toObject())
            for (CachedAccount account : tenants) {
                if (!isOfPerson(token.toObject(), account) || text(token.toObject(), "secret").isEmpty())
                    continue;
                addTokens(account, document, token.toObject());
                if (account.idToken.isEmpty() && tenants.size() > 1) // through this client he never was there
                    continue;
                const QJsonObject ours = document.value(ourSection).toObject().value(ourKey(account)).toObject();
                account.tenant = text(ours, "tenant");
                account.cloud = text(ours, "cloud");
                used.insert(ourKey(account), ours.value(usedAt).toDouble());
                found << account;
            }
    }
    std::stable_sort(found.begin(), found.end(), [&used](const CachedAccount &a, const CachedAccount &b) {
        return used.value(ourKey(a)) > used.value(ourKey(b));
    });
    return found;
}

void put(QJsonObject &document, const CachedAccount &account)
{
    // An access token for other scopes has another key and would stay.
    removeWhere(document, accessTokenSection, [&account](const QJsonObject &entry) { return isOfTenant(entry, account); });
    const QJsonObject before = document.value(accountSection).toObject().value(accountKey(account)).toObject();
    insert(document, accountSection, accountKey(account), accountEntry(account, before));
    insert(document, ourSection, ourKey(account), ourEntry(account));
    insert(document, refreshTokenSection, credentialKey(account, QStringLiteral("refreshtoken")),
           credential(account, QStringLiteral("RefreshToken"), account.refreshToken));
    if (!account.idToken.isEmpty()) {
        QJsonObject entry = credential(account, QStringLiteral("IdToken"), account.idToken);
        entry.insert(QStringLiteral("realm"), account.tenantId);
        insert(document, idTokenSection, credentialKey(account, QStringLiteral("idtoken"), account.tenantId), entry);
    }
    if (!account.accessToken.isEmpty())
        insert(document, accessTokenSection,
               credentialKey(account, QStringLiteral("accesstoken"), account.tenantId, account.scopes.join(QLatin1Char(' '))),
               accessTokenEntry(account));
    if (!document.contains(appMetadataSection))
        document.insert(appMetadataSection, QJsonObject());
}

void drop(QJsonObject &document, const CachedAccount &account)
{
    const auto ofTenant = [&account](const QJsonObject &entry) { return isOfTenant(entry, account); };
    const auto ofClient = [&account](const QJsonObject &entry) { return isOfClient(entry, account); };
    const auto ofPerson = [&account](const QJsonObject &entry) { return isOfPerson(entry, account); };
    removeWhere(document, accessTokenSection, ofTenant);
    removeWhere(document, idTokenSection, ofTenant);
    QJsonObject ours = document.value(ourSection).toObject();
    ours.remove(ourKey(account));
    document.insert(ourSection, ours);
    // One refresh token serves every tenant of the person; the last of them takes it along.
    if (find(document, idTokenSection, ofClient).isEmpty())
        removeWhere(document, refreshTokenSection, ofClient);
    if (find(document, refreshTokenSection, ofPerson).isEmpty()) {
        removeWhere(document, accountSection, ofPerson);
        return;
    }
    const auto stillHere = [&](const QJsonObject &entry) {
        return isOfPerson(entry, account) && same(text(entry, "realm"), account.tenantId);
    };
    QJsonObject person = document.value(accountSection).toObject().value(accountKey(account)).toObject();
    if (person.isEmpty() || !find(document, idTokenSection, stillHere).isEmpty())
        return;
    person.insert(QStringLiteral("tenantProfiles"),
                  withoutTenant(person.value(QLatin1String("tenantProfiles")).toArray(), account.tenantId));
    insert(document, accountSection, accountKey(account), person);
}

} // namespace pimgate::MsalCache
