#include "cli/Context.h"

#include "cli/Words.h"

namespace pimgate {

Result<Cloud> cloudOf(const CommandLine &line)
{
    auto cloud = Cloud::named(line.value("cloud"));
    if (cloud && Cloud::isNamed(line.value("cloud")) && !line.isSet("client-id"))
        cloud = Registrations(line.value("data-dir")).applied(*cloud);
    if (!cloud || (!line.isSet("tenant") && !line.isSet("client-id")))
        return cloud;
    // Through the same door as a cloud file, so that a tenant or client id is checked once and alike.
    QJsonObject json{{QStringLiteral("name"), cloud->name},
                     {QStringLiteral("login"), cloud->login.toString()},
                     {QStringLiteral("graph"), cloud->graph.toString()},
                     {QStringLiteral("portal"), cloud->portal.toString()},
                     {QStringLiteral("clientId"), cloud->clientId},
                     {QStringLiteral("tenant"), cloud->tenant},
                     {QStringLiteral("timeScale"), cloud->timeScale},
                     {QStringLiteral("controlKey"), cloud->controlKey},
                     {QStringLiteral("caFile"), cloud->caFile}};
    if (line.isSet("tenant"))
        json.insert(QStringLiteral("tenant"), line.value("tenant"));
    if (line.isSet("client-id"))
        json.insert(QStringLiteral("clientId"), line.value("client-id"));
    return Cloud::fromJson(json);
}

Outcome signInAsAllowed(const CommandLine &line, const Cloud &cloud)
{
    if (line.value("sign-in-as").isEmpty() || cloud.isDemo())
        return {};
    return failure(Error::Kind::Input,
                   Cli::tr("--sign-in-as is for a demo tenant on this computer alone, and %1 is not one.").arg(cloud.name),
                   Cli::tr("Run pimgate sign-in once; later commands take that sign-in up."));
}

Result<Customer *> chooseTenant(Context &context)
{
    const bool forItself = !context.line.value("sign-in-as").isEmpty() || !context.accessToken.isEmpty();
    return chooseTenant(context, forItself ? Services::Kept::No : Services::Kept::Yes);
}

Result<Customer *> chooseTenant(Context &context, Services::Kept kept)
{
    const auto cloud = cloudOf(context.line);
    if (!cloud)
        return failure(cloud.error());
    const QString person = context.line.value("sign-in-as");
    if (const auto allowed = signInAsAllowed(context.line, *cloud); !allowed)
        return failure(allowed.error());
    if (!cloud->caFile.isEmpty())
        if (const auto trusted = context.services.http().trust(cloud->caFile); !trusted)
            return failure(trusted.error());
    Customer &customer = context.services.choose(*cloud, person, kept);
    Console &console = context.console;
    // Nobody is there to answer in a script: it ends and says why.
    customer.session.setMayAsk(!person.isEmpty() || Console::interactive());
    QObject::connect(&customer.session, &Session::linkReady, &customer.session, [&console](const QUrl &url) {
        console.warn(Cli::tr("Open this link to sign in: %1").arg(url.toString(QUrl::FullyEncoded)));
    });
    return &customer;
}

namespace {

Error nobodySignedIn(const Cloud &cloud)
{
    Error error;
    error.kind = Error::Kind::SignIn;
    const QString tenant = cloud.tenant.isEmpty() ? cloud.name : cloud.tenant;
    error.message = Cli::tr("Nobody is signed in to %1.").arg(tenant);
    error.next = cloud.isDemo() ? Cli::tr("Say who you are, --sign-in-as UPN, or run pimgate sign-in once.")
                                : Cli::tr("Run pimgate sign-in with the same --cloud and --tenant, or set PIMGATE_ACCESS_TOKEN.");
    return error;
}

} // namespace

Task<Outcome> enter(Context &context, QStringList scopes)
{
    const auto chosen = chooseTenant(context);
    if (!chosen)
        co_return failure(chosen.error());
    Session &session = (*chosen)->session;
    if (!context.accessToken.isEmpty()) {
        session.adopt(context.accessToken);
        co_return Outcome();
    }
    const QString person = context.line.value("sign-in-as");
    if (!person.isEmpty()) {
        session.setScopes(scopes);
        const Who who{person, {}};
        const auto account = co_await session.signIn(who, context.stop);
        if (!account)
            co_return failure(account.error());
        co_return Outcome();
    }
    const auto account = co_await session.resume(context.stop);
    const bool nobody = !account && (account.error().is(Error::Kind::NotFound) ||
                                     (session.cloud().isDemo() && account.error().is(Error::Kind::Storage)));
    if (nobody)
        co_return failure(nobodySignedIn(session.cloud()));
    if (!account)
        co_return failure(account.error());
    co_return Outcome();
}

Result<Blueprint> blueprintOf(const CommandLine &line)
{
    return Blueprint::load(line.operand(0));
}

} // namespace pimgate
