#include "controllers/AccountsController.h"

#include "controllers/Customer.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "identity/TenantLookup.h"

#include <QLocale>

#include <algorithm>

namespace pimgate {

/// Kept in the services when it is replaced: its task may still be under way.
struct AccountsController::Visit : QObject
{
    explicit Visit(std::unique_ptr<Session> theSession) : session(std::move(theSession)), graph(*session), directory(graph) {}
    std::unique_ptr<Session> session;
    GraphService graph;
    Directory directory;
};

namespace {

/// As the partner he is: the tenant that his account is at home in.
QString homeTenantOf(const CachedAccount &account)
{
    return account.homeAccountId.section(QLatin1Char('.'), 1);
}

Error noPartner(const QString &userName)
{
    Error error;
    error.kind = Error::Kind::NotFound;
    error.message = AccountsController::tr("The tenant of %1 has no customers: it is no partner's.").arg(userName);
    error.next = AccountsController::tr("Use the account of your own company.");
    return error;
}

struct Read
{
    QList<std::pair<CachedAccount, Services::Kept>> accounts;
    std::optional<Error> keychainProblem;
};

Task<Read> readAccounts(TokenCache *memory, TokenCache *keychain)
{
    Read read;
    const auto passing = co_await memory->accounts();
    for (const CachedAccount &account : passing.value_or(QList<CachedAccount>()))
        read.accounts.emplaceBack(account, Services::Kept::No);
    const auto kept = co_await keychain->accounts();
    for (const CachedAccount &account : kept.value_or(QList<CachedAccount>()))
        read.accounts.emplaceBack(account, Services::Kept::Yes);
    if (!kept)
        read.keychainProblem = kept.error();
    co_return read;
}

} // namespace

AccountsController::AccountsController(Workspace &workspace, WelcomeController &welcome, QObject *parent)
    : QObject(parent), m_workspace(workspace), m_welcome(welcome)
{
    connect(&workspace, &Workspace::signedInChanged, this, [this] {
        if (m_readings > 0) // the keychain may ask its person to unlock it: not before he wants the list
            refresh();
    });
}

AccountsController::~AccountsController()
{
    letGo();
}

void AccountsController::letGo()
{
    if (m_visit)
        m_workspace.services().keep(std::move(m_visit));
}

/// The rows change all at once, with changed(): a press always means what is shown.
void AccountsController::refresh()
{
    Services &services = m_workspace.services();
    launch(this, readAccounts(&services.memory(), &services.keychain()), [this, reading = ++m_readings](const Read &read) {
        if (reading != m_readings)
            return;
        m_keychainProblem = read.keychainProblem;
        m_rows.clear();
        for (const auto &[account, kept] : read.accounts)
            m_rows << Row{account, kept, isCurrent(account)};
        std::stable_partition(m_rows.begin(), m_rows.end(), [](const Row &row) { return row.current; });
        Q_EMIT changed();
    });
}

bool AccountsController::isCurrent(const CachedAccount &account) const
{
    const Customer *customer = m_workspace.customer();
    return customer && customer->session.account().objectId == account.objectId &&
           customer->session.account().tenantId == account.tenantId && customer->session.cloud().clientId == account.clientId;
}

QString AccountsController::tenantOf(const Row &row) const
{
    if (row.current)
        return m_workspace.tenantDomain();
    const CachedAccount &account = row.account;
    if (!account.tenant.isEmpty() && !isTenantId(account.tenant))
        return account.tenant;
    const bool atHome = homeTenantOf(account).compare(account.tenantId, Qt::CaseInsensitive) == 0;
    return atHome ? account.userName.section(QLatin1Char('@'), 1) : account.tenantId;
}

QString AccountsController::untilOf(const Row &row) const
{
    const QDateTime expires = row.account.expires;
    const bool forThisProgram = row.kept == Services::Kept::No || !m_workspace.services().keychain().survivesTheProgram();
    const QString keeps = forThisProgram ? tr("ends with the program") : tr("renews by itself");
    if (!expires.isValid() || expires < m_workspace.services().clock().now())
        return keeps;
    return tr("until %1, %2", "time, what happens then")
        .arg(QLocale().toString(expires.toLocalTime().time(), QLocale::ShortFormat), keeps);
}

void AccountsController::fail(const Error &error)
{
    m_busy = false;
    m_error = error;
    Q_EMIT changed();
}

void AccountsController::use(int row)
{
    if (row < 0 || row >= m_rows.size())
        return;
    const Row chosen = m_rows.at(row);
    m_error.reset();
    const auto cloud = m_welcome.cloudOf(chosen.account);
    if (!cloud)
        return fail(cloud.error());
    m_welcome.signInAs(*cloud, chosen.account, chosen.kept);
    Q_EMIT started();
}

void AccountsController::forget(int row)
{
    if (row < 0 || row >= m_rows.size())
        return;
    const Row chosen = m_rows.at(row);
    m_error.reset();
    if (chosen.current)
        return m_welcome.signOut();
    Services &services = m_workspace.services();
    TokenCache &cache = chosen.kept == Services::Kept::Yes ? services.keychain() : services.memory();
    launch(this, cache.forget(chosen.account), [this](const Outcome &forgotten) {
        if (!forgotten)
            return fail(forgotten.error());
        refresh();
    });
}

Task<Result<QList<PartnerCustomer>>> AccountsController::readCustomers(Visit *visit, CachedAccount account)
{
    const auto resumed = co_await visit->session->resumeAs(account);
    if (!resumed)
        co_return failure(resumed.error());
    co_return co_await visit->directory.customers();
}

void AccountsController::askCustomers(int row)
{
    if (row < 0 || row >= m_rows.size())
        return;
    m_partner = m_rows.at(row).account;
    m_partnerKept = m_rows.at(row).kept;
    m_customers.clear();
    auto cloud = m_welcome.cloudOf(m_partner);
    if (!cloud)
        return fail(cloud.error());
    cloud->tenant = homeTenantOf(m_partner);
    letGo();
    m_visit = std::make_unique<Visit>(
        m_workspace.services().visitor(*cloud, cloud->isDemo() ? m_partner.userName : QString(), m_partnerKept));
    m_busy = true;
    m_error.reset();
    Q_EMIT changed();
    launch(this, readCustomers(m_visit.get(), m_partner),
           [this, visit = m_visit.get()](const Result<QList<PartnerCustomer>> &customers) {
               if (visit != m_visit.get())
                   return;
               if (!customers)
                   return fail(customers.error());
               m_busy = false;
               m_customers = *customers;
               if (m_customers.isEmpty())
                   m_error = noPartner(m_partner.userName);
               refresh(); // the visit may have added the partner's own tenant to what is kept
           });
}

void AccountsController::workAt(int customer)
{
    if (customer < 0 || customer >= m_customers.size())
        return;
    auto cloud = m_welcome.cloudOf(m_partner);
    if (!cloud)
        return fail(cloud.error());
    cloud->tenant = m_customers.at(customer).tenantId;
    m_welcome.signInAs(*cloud, m_partner, m_partnerKept);
    Q_EMIT started();
}

} // namespace pimgate
