#include "cli/Commands.h"
#include "cli/Context.h"
#include "cli/Describe.h"
#include "cli/Words.h"
#include "identity/DeviceSignIn.h"
#include "identity/TokenCache.h"

#include <QLocale>

namespace pimgate {
namespace accountcommands {

QJsonObject toJson(const CachedAccount &account)
{
    return {{QStringLiteral("userName"), account.userName},
            {QStringLiteral("displayName"), account.displayName},
            {QStringLiteral("objectId"), account.objectId},
            {QStringLiteral("tenantId"), account.tenantId},
            {QStringLiteral("loginHost"), account.loginHost},
            {QStringLiteral("clientId"), account.clientId},
            {QStringLiteral("tokenExpires"), account.expires.isValid() ? account.expires.toString(Qt::ISODate) : QString()}};
}

bool belongsTo(const CachedAccount &account, const Cloud &cloud, const CommandLine &line)
{
    if (account.loginHost != cloud.login.authority())
        return false;
    if (line.isSet("client-id") && account.clientId != cloud.clientId)
        return false;
    if (!cloud.tenant.isEmpty() && account.tenantId != cloud.tenant && account.tenant != cloud.tenant)
        return false;
    return line.operand(0).isEmpty() || account.userName.compare(line.operand(0), Qt::CaseInsensitive) == 0;
}

Task<Result<Account>> signIn(Context &context, Session &session)
{
    Console &console = context.console;
    session.setMayAsk(true);
    session.setScopes(Permissions::toWork()); // later commands have nobody to ask
    if (context.line.isSet("device-code")) {
        QObject::connect(&session, &Session::deviceCodeReady, &session, [&console](const DeviceCode &code) {
            console.warn(Cli::tr("Open %1 on any device and enter the code %2.").arg(code.page.toString(), code.userCode));
            console.note(Cli::tr("The code is good until %1. Ctrl+C ends the wait.")
                             .arg(QLocale().toString(code.expires.toLocalTime().time(), QLocale::ShortFormat)));
        });
        co_return co_await session.signInByCode(context.stop);
    }
    const QString person = context.line.value("sign-in-as");
    if (person.isEmpty() && session.cloud().mayAskForSignIn())
        console.note(Cli::tr("The sign-in continues in the browser. Ctrl+C ends it."));
    const Who who{person, {}};
    co_return co_await session.signIn(who, context.stop);
}

} // namespace accountcommands

Task<int> signInCommand(Context &context)
{
    Console &console = context.console;
    const auto chosen = chooseTenant(context, Services::Kept::Yes);
    if (!chosen)
        co_return console.fail(chosen.error());
    Session &session = (*chosen)->session;
    QObject::connect(&session, &Session::notKept, &session,
                     [&console](const Error &error) { console.warn(Cli::tr("The sign-in is not kept. %1").arg(error.text())); });
    const auto account = co_await accountcommands::signIn(context, session);
    if (!account)
        co_return console.fail(account.error());
    context.services.registrations().noteSignIn(session.cloud(), *account, session.clock().now());
    console.set(QStringLiteral("account"), QJsonObject{{QStringLiteral("userName"), account->userName},
                                                       {QStringLiteral("displayName"), account->displayName},
                                                       {QStringLiteral("objectId"), account->objectId},
                                                       {QStringLiteral("tenantId"), account->tenantId}});
    console.say(Cli::tr("Signed in as %1 in tenant %2.").arg(account->userName, account->tenantId));
    co_return Exit::Done;
}

Task<int> signOutCommand(Context &context)
{
    Console &console = context.console;
    const auto cloud = cloudOf(context.line);
    if (!cloud)
        co_return console.fail(cloud.error());
    TokenCache cache;
    const auto accounts = co_await cache.accounts();
    if (!accounts)
        co_return console.fail(accounts.error());
    QJsonArray forgotten;
    for (const CachedAccount &account : *accounts) {
        if (!accountcommands::belongsTo(account, *cloud, context.line))
            continue;
        const auto gone = co_await cache.forget(account);
        if (!gone)
            co_return console.fail(gone.error());
        forgotten << accountcommands::toJson(account);
        console.say(Cli::tr("Signed out: %1").arg(account.userName));
    }
    console.set(QStringLiteral("signedOut"), forgotten);
    if (forgotten.isEmpty())
        console.say(Cli::tr("Nobody was signed in here."));
    co_return Exit::Done;
}

Task<int> accountsCommand(Context &context)
{
    Console &console = context.console;
    TokenCache cache;
    const auto accounts = co_await cache.accounts();
    if (!accounts)
        co_return console.fail(accounts.error());
    QJsonArray json;
    QList<QStringList> rows;
    for (const CachedAccount &account : *accounts) {
        json << accountcommands::toJson(account);
        rows << QStringList{
            account.userName, account.displayName, account.tenant.isEmpty() ? account.tenantId : account.tenant,
            account.loginHost,
            account.expires.isValid()
                ? Cli::tr("token until %1").arg(QLocale().toString(account.expires.toLocalTime(), QLocale::ShortFormat))
                : QString()};
    }
    console.set(QStringLiteral("accounts"), json);
    console.say(rows.isEmpty() ? Cli::tr("Nobody is signed in.") : table(rows));
    co_return Exit::Done;
}

} // namespace pimgate
