#pragma once

#include "controllers/WelcomeController.h"

namespace pimgate {

/// The sign-ins of this computer's person: who, where, until when. Switch, forget, and a partner's customers.
class AccountsController : public QObject
{
    Q_OBJECT
public:
    AccountsController(Workspace &workspace, WelcomeController &welcome, QObject *parent = nullptr);
    ~AccountsController() override;

    struct Row
    {
        CachedAccount account;
        Services::Kept kept = Services::Kept::No; ///< in the keychain, or until the program ends
        bool current = false;                     ///< the wizard works as this one now
    };
    const QList<Row> &rows() const { return m_rows; }
    QString tenantOf(const Row &row) const; ///< "contoso.com", or the id where nobody named it
    QString untilOf(const Row &row) const;  ///< "until 14:05, renews by itself"
    bool busy() const { return m_busy; }
    std::optional<Error> error() const { return m_error; }                     ///< of the last act
    std::optional<Error> keychainProblem() const { return m_keychainProblem; } ///< why nothing kept can be listed

    /// Reads the keychain again; sends nothing.
    void refresh();
    void use(int row);
    /// Out of the keychain and checked; ends the session when it is the current one.
    void forget(int row);

    /// Reads the customers of this account's own tenant, where that is a partner's.
    void askCustomers(int row);
    const QList<PartnerCustomer> &customers() const { return m_customers; }
    QString customersOf() const { return m_partner.userName; } ///< whose customers these are; empty: nobody's
    /// Signs the partner's person in to that customer.
    void workAt(int customer);

Q_SIGNALS:
    void changed();
    void started(); ///< a sign-in is under way: Welcome shows it

private:
    bool isCurrent(const CachedAccount &account) const;
    void letGo();
    void fail(const Error &error);

    Workspace &m_workspace;
    WelcomeController &m_welcome;
    QList<Row> m_rows;
    int m_readings = 0; ///< an older reading that ends later is not shown
    bool m_busy = false;
    std::optional<Error> m_error, m_keychainProblem;
    QList<PartnerCustomer> m_customers;
    CachedAccount m_partner;
    Services::Kept m_partnerKept = Services::Kept::No;
    /// A look at the partner's tenant; lives until the next.
    struct Visit;
    static Task<Result<QList<PartnerCustomer>>> readCustomers(Visit *visit, CachedAccount account);
    std::unique_ptr<Visit> m_visit;
};

} // namespace pimgate
