#include "identity/MsalCache.h"

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
// Ours, beside MSAL's members; MSAL may drop them, and then the newest tenant profile still tells who it is.
const QString namedTenant = QStringLiteral("pimgate_tenant");
const QString usedAt = QStringLiteral("pimgate_used");

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

QString accountKey(const CachedAccount &account)
{
    const QStringList parts{account.homeAccountId, account.loginHost, account.tenantId};
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
    return account.homeAccountId.endsWith(QLatin1Char('.') + account.tenantId, Qt::CaseInsensitive);
}

QString tenantProfile(const CachedAccount &account)
{
    const QJsonObject profile{{QStringLiteral("tenantId"), account.tenantId},
                              {QStringLiteral("localAccountId"), account.objectId},
                              {QStringLiteral("name"), account.displayName},
                              {QStringLiteral("username"), account.userName},
                              {QStringLiteral("isHomeTenant"), isHomeTenant(account)}};
    return QString::fromUtf8(QJsonDocument(profile).toJson(QJsonDocument::Compact));
}

QJsonObject accountEntry(const CachedAccount &account)
{
    return {{QStringLiteral("home_account_id"), account.homeAccountId},
            {QStringLiteral("environment"), account.loginHost},
            {QStringLiteral("realm"), account.tenantId},
            {QStringLiteral("local_account_id"), account.objectId},
            {QStringLiteral("username"), account.userName},
            {QStringLiteral("authority_type"), QStringLiteral("MSSTS")},
            {QStringLiteral("name"), account.displayName},
            {QStringLiteral("client_info"), account.clientInfo},
            {QStringLiteral("tenantProfiles"), QJsonArray{tenantProfile(account)}},
            {namedTenant, account.tenant},
            {usedAt, double(QDateTime::currentMSecsSinceEpoch())}};
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

CachedAccount person(const QJsonObject &entry)
{
    CachedAccount account;
    account.homeAccountId = text(entry, "home_account_id");
    account.loginHost = text(entry, "environment");
    account.tenantId = text(entry, "realm");
    account.tenant = entry.value(namedTenant).toString();
    account.objectId = text(entry, "local_account_id");
    account.userName = text(entry, "username");
    account.displayName = text(entry, "name");
    account.clientInfo = text(entry, "client_info");
    return account;
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
        QDateTime::fromSecsSinceEpoch(accessToken.value(QLatin1String("expires_on")).toVariant().toLongLong(), Qt::UTC);
}

} // namespace

QList<CachedAccount> accounts(const QJsonObject &document)
{
    QList<QJsonObject> entries;
    for (const auto &entry : document.value(accountSection).toObject())
        entries << entry.toObject();
    std::stable_sort(entries.begin(), entries.end(), [](const QJsonObject &a, const QJsonObject &b) {
        return a.value(usedAt).toDouble() > b.value(usedAt).toDouble();
    });
    QList<CachedAccount> found;
    for (const auto &entry : entries) {
        // A person who signed in through two clients is two sign-ins of one account.
        for (const auto &token : document.value(refreshTokenSection).toObject()) {
            CachedAccount account = person(entry);
            if (!isOfPerson(token.toObject(), account) || text(token.toObject(), "secret").isEmpty())
                continue;
            addTokens(account, document, token.toObject());
            found << account;
        }
    }
    return found;
}

void put(QJsonObject &document, const CachedAccount &account)
{
    drop(document, account); // an access token for other scopes has another key and would stay
    insert(document, accountSection, accountKey(account), accountEntry(account));
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
    removeWhere(document, accessTokenSection, ofTenant);
    removeWhere(document, idTokenSection, ofTenant);
    // One refresh token serves every tenant of the person; the last of them takes it along.
    const auto elsewhere = [&account](const QJsonObject &entry) {
        return isOfPerson(entry, account) && !same(text(entry, "realm"), account.tenantId);
    };
    if (find(document, accountSection, elsewhere).isEmpty())
        removeWhere(document, refreshTokenSection, [&account](const QJsonObject &entry) { return isOfClient(entry, account); });
    const auto stillThere = [&account](const QJsonObject &entry) {
        return isOfPerson(entry, account) && !same(text(entry, "client_id"), account.clientId);
    };
    if (find(document, refreshTokenSection, stillThere).isEmpty())
        removeWhere(document, accountSection, [&account](const QJsonObject &entry) {
            return isOfPerson(entry, account) && same(text(entry, "realm"), account.tenantId);
        });
}

} // namespace pimgate::MsalCache
