#pragma once

#include "gate/run/History.h"
#include "identity/Registrations.h"
#include "identity/Session.h"
#include "identity/TokenCache.h"
#include "net/Http.h"

#include <QPointer>

#include <functional>
#include <memory>
#include <vector>

namespace pimgate {

struct Customer;

/// Composition, once: made in main and in tests, handed on by reference. No singletons.
class Services : public QObject
{
    Q_OBJECT
public:
    explicit Services(const QString &dataDir, QObject *parent = nullptr);
    ~Services() override;

    Clock &clock() { return m_clock; }
    Http &http() { return m_http; }
    History &history() { return m_history; }
    /// Why history cannot be used; pages may still be looked at, nothing can be written.
    std::optional<Error> historyProblem() const { return m_historyProblem; }
    /// Null before a tenant was chosen.
    Customer *customer() { return m_customer.get(); }

    Registrations &registrations() { return m_registrations; }
    TokenCache &keychain() { return m_keychain; }
    /// Sign-ins that end with the program: of the demo tenant inside it.
    TokenCache &memory() { return m_memory; }

    /// Chooses where to work; ends the session before. signInAs: loopback only, our HTTP client instead of a browser.
    enum class Kept { No, Yes };
    /// @param kept whether the keychain keeps the sign-in and may provide one; never for the demo inside this program
    Customer &choose(Cloud cloud, const QString &signInAs, Kept kept);
    void leave();
    /// A session of another person of the same tenant (the eligible person, the approver). Null before a tenant was chosen.
    std::unique_ptr<Session> actor(const QString &upn);
    /// A session beside the customer's, for a look at a partner's own tenant. @param cache where that account is kept
    std::unique_ptr<Session> visitor(const Cloud &cloud, const QString &userName, Kept kept);
    /// The session that asks its person for something in the browser right now; null: none.
    Session *asking() const { return m_asking; }
    /// Takes what a task may still be using, until the program ends.
    void keep(std::unique_ptr<QObject> object) { object.release()->setParent(this); }

Q_SIGNALS:
    void askingChanged();

private:
    void watch(Session &session);
    TokenCache &cacheOf(Kept kept) { return kept == Kept::Yes ? m_keychain : m_memory; }
    std::unique_ptr<Browser> browserFor(const Cloud &cloud, const QString &signInAs);

    Clock m_clock;
    Http m_http;
    History m_history;
    std::optional<Error> m_historyProblem;
    Registrations m_registrations;
    TokenCache m_keychain, m_memory = TokenCache::inMemory();
    QPointer<Session> m_asking;
    std::unique_ptr<Customer> m_customer;
    /// Customers left behind: a task that was under way still runs in them.
    std::vector<std::unique_ptr<Customer>> m_left;
};

} // namespace pimgate
