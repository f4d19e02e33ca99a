#pragma once

#include "demo/store/StateArchive.h"

#include <QDateTime>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <map>
#include <set>

/// What the sign-in host keeps from one request to the next. Codes, tokens and cookies are known by their digests only.
namespace pimgate::demo::oauth {

using Form = QMap<QString, QString>;

/// What a person agreed to at one sign-in; lives on in refresh tokens.
struct Session
{
    QString tid; ///< of the tenant that the tokens are for
    QString userId;
    QString homeTid;
    QString clientId;
    QString resource; ///< appId
    QString prefix;   ///< before the scopes in the token answer
    QStringList scopes;
    QStringList amr{QStringLiteral("pwd")};
    QStringList acrs = {};
    bool cp1 = false;
    int generation = 0; ///< of the user's sessions; revokeSignInSessions counts it up
    QString family;     ///< of the tokens that come from one code
};

struct Grant ///< behind an authorization code
{
    Session session;
    QString redirectUri;
    QString challenge;
    QString nonce;
    QDateTime expires;
    bool used = false;
};
struct RefreshToken
{
    Session session;
    QDateTime issued;
};
struct DeviceGrant
{
    QString userCode;
    QString clientId;
    QString alias;
    QString scope;
    QString claims;
    QDateTime expires;
    QDateTime lastPoll = {}; ///< invalid: never
    int interval = 5;
    QString account = {}; ///< empty: nobody has signed in yet
    bool mfa = false;
    bool declined = false;
};

/// A sign-in under way in a browser, from page to page.
struct Flow
{
    enum class Kind { Authorize, Device, AdminConsent };
    Kind kind = Kind::Authorize;
    QString alias;
    Form form;
    QString secret; ///< digest of the one in a cookie: another browser cannot go on with it
    QDateTime expires;
    QString account = {};
    bool mfa = false;
    bool consented = false;
    bool confirmed = false; ///< that the device is his
    int number = 0;
};

struct BrowserAccount
{
    QString homeTid;
    QString userId;
    QString userPrincipalName;
    int generation = 0;
    bool mfa = false;
    QStringList clients = {};
};

struct Issued ///< an access token
{
    QString family;
    int generation = 0;
    qint64 expires = 0; ///< seconds since 1970
};

/// All of it.
struct Kept
{
    std::map<QString, Grant> grants;
    std::map<QString, RefreshToken> refreshTokens;
    std::map<QString, DeviceGrant> deviceGrants;
    std::map<QString, Flow> flows;
    std::map<QString, QList<BrowserAccount>> browsers;
    std::map<QString, Issued> issued; ///< by uti
    std::set<QString> revokedFamilies;
};

QJsonObject stateOf(const Kept &kept);
Kept keptIn(const QJsonValue &state, const QString &path, StateFault &fault);

} // namespace pimgate::demo::oauth
