#include "controllers/WelcomeController.h"

#include "controllers/Customer.h"

#include <QJsonArray>

namespace pimgate {
namespace {

/// "bg1@contoso.demo" reads "bg1", "mira.kovac@contoso.demo" reads "Mira Kovac".
QString nameFromUpn(const QString &upn)
{
    QString local = upn.section(QLatin1Char('@'), 0, 0);
    if (local.contains(QLatin1String("#EXT#"))) // a guest: "tom.okafor_northwind-it.com#EXT#"
        local = local.section(QLatin1Char('_'), 0, -2);
    QStringList words = local.split(QLatin1Char('.'), Qt::SkipEmptyParts);
    if (words.size() < 2)
        return words.value(0);
    for (QString &word : words)
        word[0] = word[0].toUpper();
    return words.join(QLatin1Char(' '));
}

/// What somebody signs in to on this computer ends with the program.
Services::Kept keptFor(const Cloud &cloud)
{
    return cloud.isDemo() ? Services::Kept::No : Services::Kept::Yes;
}

} // namespace

WelcomeController::WelcomeController(Workspace &workspace, DemoCloud demoCloud, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_demoCloud(std::move(demoCloud))
{
    connect(&workspace, &Workspace::signedInChanged, this, [this] {
        if (m_state == State::SignedIn && !m_workspace.signedIn())
            show(State::Idle);
    });
}

WelcomeController::~WelcomeController()
{
    m_stop.request_stop();
}

void WelcomeController::show(State state)
{
    m_state = state;
    switch (state) {
    case State::Idle:
        m_workspace.setState(PageId::Welcome, PageState::ToDo);
        break;
    case State::SigningIn:
        m_workspace.setState(PageId::Welcome, PageState::Working,
                             m_asked.way == Way::Code ? tr("waiting for the code") : tr("working: waiting for the browser"));
        break;
    case State::SignedIn:
        m_workspace.setState(PageId::Welcome, PageState::Verified);
        break;
    case State::Failed:
        m_workspace.setState(PageId::Welcome, PageState::Failed);
        break;
    }
    Q_EMIT changed();
}

void WelcomeController::fail(const Error &error)
{
    m_error = error;
    show(State::Failed);
}

QList<DemoPerson> WelcomeController::demoPeople()
{
    const auto cloud = m_demoCloud();
    if (!cloud)
        return {};
    const QJsonObject accounts = cloud->value(QLatin1String("accounts")).toObject();
    QList<DemoPerson> people;
    const auto add = [&](const char *key, const QString &role) {
        const QJsonValue value = accounts.value(QLatin1String(key));
        const QJsonArray all = value.isArray() ? value.toArray() : QJsonArray{value};
        for (const QJsonValue &upn : all)
            if (!upn.toString().isEmpty())
                people << DemoPerson{upn.toString(), nameFromUpn(upn.toString()), role};
    };
    add("admin", tr("administrator"));
    add("eligible", tr("technician"));
    add("approvers", tr("approver"));
    add("breakGlass", tr("break-glass account"));
    add("ordinary", tr("ordinary user"));
    add("guest", tr("guest"));
    return people;
}

void WelcomeController::signInToDemo(const QString &upn)
{
    const auto described = m_demoCloud();
    if (!described)
        return fail(described.error());
    const auto cloud = Cloud::fromJson(*described);
    if (!cloud)
        return fail(cloud.error());
    start({*cloud, upn, Way::Browser, {}, Services::Kept::No});
}

void WelcomeController::setGiven(const Cloud &cloud, const QString &signInAs)
{
    m_given = cloud;
    m_signInAs = signInAs;
    Q_EMIT changed();
}

void WelcomeController::signIn(const QString &cloudName, const QString &tenant, const QString &clientId)
{
    signInTo(asked(cloudName, tenant, clientId), Way::Browser);
}

void WelcomeController::signInByCode(const QString &cloudName, const QString &tenant, const QString &clientId)
{
    signInTo(asked(cloudName, tenant, clientId), Way::Code);
}

void WelcomeController::signInAgain(Way way)
{
    signInTo(m_asked, way);
}

Result<WelcomeController::Asked> WelcomeController::asked(const QString &cloudName, const QString &tenant,
                                                          const QString &clientId) const
{
    const bool asGiven = m_given && m_given->name == cloudName;
    auto cloud = asGiven ? Result<Cloud>(*m_given) : Cloud::named(cloudName);
    if (!cloud)
        return failure(cloud.error());
    if (!asGiven)
        cloud = m_workspace.services().registrations().applied(*cloud);
    if (!tenant.trimmed().isEmpty())
        cloud->tenant = tenant.trimmed();
    if (!clientId.trimmed().isEmpty())
        cloud->clientId = clientId.trimmed();
    return Asked{*cloud, asGiven ? m_signInAs : QString(), Way::Browser, {}, keptFor(*cloud)};
}

void WelcomeController::signInTo(Result<Asked> asked, Way way)
{
    if (!asked)
        return fail(asked.error());
    asked->way = way;
    asked->account.reset(); // asked for anew
    start(*asked);
}

void WelcomeController::start(const Asked &asked)
{
    m_stop.request_stop();
    m_stop = std::stop_source();
    m_error.reset();
    m_notKept.reset();
    m_link.clear();
    m_code.reset();
    m_asked = asked;
    if (m_workspace.signedIn())
        m_workspace.leave();
    const Cloud &cloud = m_asked.cloud;
    const QString caFile = cloud.isDemo() ? cloud.caFile : QString();
    if (!caFile.isEmpty())
        if (const auto trusted = m_workspace.services().http().trust(caFile); !trusted)
            return fail(trusted.error());
    Customer &customer = m_workspace.services().choose(cloud, m_asked.signInAs, m_asked.kept);
    listen(customer);
    show(State::SigningIn);
    launch(this, signInOf(customer.session, m_stop.get_token()),
           [this, customer = &customer](const Result<Account> &account) { signedIn(customer, account); });
}

Task<Result<Account>> WelcomeController::signInOf(Session &session, std::stop_token stop) const
{
    if (m_asked.account)
        return session.resumeAs(*m_asked.account, stop);
    return m_asked.way == Way::Code ? session.signInByCode(stop) : session.signIn(Who{m_asked.signInAs, {}}, stop);
}

void WelcomeController::listen(Customer &customer)
{
    connect(&customer.session, &Session::linkReady, this, [this, &customer](const QUrl &link) {
        if (m_workspace.services().customer() != &customer || m_state != State::SigningIn)
            return;
        m_link = link;
        Q_EMIT changed();
    });
    connect(&customer.session, &Session::notKept, this, [this, &customer](const Error &error) {
        if (m_workspace.services().customer() != &customer)
            return;
        m_notKept = error;
        Q_EMIT changed();
    });
    connect(&customer.session, &Session::deviceCodeReady, this,
            [this, &customer](const DeviceCode &code) { show(code, &customer); });
}

void WelcomeController::signInAs(const Cloud &cloud, const CachedAccount &account, Services::Kept kept)
{
    start({cloud, cloud.isDemo() ? account.userName : QString(), Way::Browser, account, kept});
}

Result<Cloud> WelcomeController::cloudOf(const CachedAccount &account)
{
    const auto fits = [&account](const Result<Cloud> &cloud) { return cloud && cloud->login.authority() == account.loginHost; };
    QList<Result<Cloud>> candidates;
    if (m_given)
        candidates << *m_given;
    for (const char *name : {"global", "usgov", "usgov-dod", "china"})
        if (account.cloud.isEmpty() || account.cloud == QLatin1String(name))
            candidates << Cloud::named(QLatin1String(name));
    const bool here = Http::isLoopback(QUrl(QLatin1String("http://") + account.loginHost));
    if (const auto demo = here ? m_demoCloud() : Result<QJsonObject>(); demo && here)
        candidates << Cloud::fromJson(*demo);
    const auto found = std::find_if(candidates.cbegin(), candidates.cend(), fits);
    if (found == candidates.cend())
        return failure(Error::Kind::Input, tr("No cloud known here signs people in at %1.").arg(account.loginHost),
                       tr("Start with --cloud and the file that describes it."));
    Cloud cloud = **found;
    cloud.tenant = account.tenantId;
    cloud.clientId = account.clientId;
    return cloud;
}

bool WelcomeController::kept() const
{
    return m_asked.kept == Services::Kept::Yes && !m_notKept && m_workspace.services().keychain().survivesTheProgram();
}

void WelcomeController::keepAgain()
{
    m_notKept.reset();
    Q_EMIT changed();
    if (Customer *customer = m_workspace.services().customer())
        launch(this, customer->session.keep(), [] {});
}

void WelcomeController::thisSessionOnly()
{
    m_workspace.services().keychain().thisSessionOnly();
    keepAgain();
}

void WelcomeController::show(const DeviceCode &code, const Customer *customer)
{
    if (m_workspace.services().customer() != customer || m_state != State::SigningIn)
        return;
    m_code = code;
    Q_EMIT changed();
}

std::chrono::seconds WelcomeController::codeLeft() const
{
    const qint64 left = m_code ? m_workspace.services().clock().now().secsTo(m_code->expires) : 0;
    return std::chrono::seconds(qMax<qint64>(0, left));
}

bool WelcomeController::newCodeHelps() const
{
    return m_error && (m_error->code == QLatin1String(deviceCodeExpired) || m_error->code == QLatin1String(deviceCodeDeclined));
}

void WelcomeController::signedIn(Customer *customer, const Result<Account> &account)
{
    if (customer != m_workspace.services().customer())
        return;
    m_link.clear();
    m_code.reset();
    if (!account) {
        m_workspace.services().leave();
        if (account.error().is(Error::Kind::Cancelled))
            return show(State::Idle);
        return fail(account.error());
    }
    Services &services = m_workspace.services();
    services.registrations().noteSignIn(customer->session.cloud(), *account, services.clock().now());
    show(State::SignedIn);
    m_workspace.enter();
}

void WelcomeController::choosePreset(const QString &presetId)
{
    m_workspace.setPreset(presetId);
    Q_EMIT changed();
}

void WelcomeController::openBlueprint(const QString &fileName)
{
    const auto blueprint = Blueprint::load(fileName);
    m_error = blueprint ? std::nullopt : std::optional(blueprint.error());
    if (blueprint)
        m_workspace.setBlueprint(*blueprint);
    Q_EMIT changed();
}

void WelcomeController::cancel()
{
    if (m_state != State::SigningIn)
        return;
    m_stop.request_stop();
    if (Customer *customer = m_workspace.services().customer())
        customer->session.stopAsking();
}

void WelcomeController::notThisTenant()
{
    m_workspace.leave();
    show(State::Idle);
}

/// The token in the keychain goes as well; where it cannot be removed that is said, and the session ends all the same.
void WelcomeController::signOut()
{
    Customer *customer = m_workspace.services().customer();
    if (!customer)
        return;
    launch(this, customer->session.signOut(), [this](const Outcome &out) {
        if (out)
            return;
        m_error = out.error();
        Q_EMIT changed();
    });
    m_workspace.leave();
    show(State::Idle);
}

} // namespace pimgate
