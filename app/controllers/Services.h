#pragma once

#include "gate/History.h"
#include "gate/Runner.h"
#include "graph/GraphService.h"
#include "identity/Session.h"
#include "net/Http.h"

#include <functional>
#include <memory>

namespace pimgate {

/// One tenant that somebody works in: its session and what speaks through it.
struct Customer
{
    Customer(Http &http, History &history, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache *cache);
    Session session;
    GraphService graph;
    Runner runner;
};

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
    /// Null before a tenant was chosen.
    Customer *customer() { return m_customer.get(); }

    /// Chooses where to work; ends the session before. signInAs: loopback only, our HTTP client instead of a browser.
    /// Off loopback the refresh token is kept in the keychain; the demo's never is.
    Customer &choose(Cloud cloud, const QString &signInAs = {});
    void leave();
    /// A session of another person of the same tenant (the eligible person, the approver).
    std::unique_ptr<Session> actor(const QString &upn);

private:
    Clock m_clock;
    Http m_http;
    History m_history;
    std::unique_ptr<TokenCache> m_cache;
    std::unique_ptr<Customer> m_customer;
};

} // namespace pimgate
