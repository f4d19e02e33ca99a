#include "controllers/Services.h"

#include "identity/TokenCache.h"

namespace pimgate {

Customer::Customer(Http &http, History &history, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache *cache)
    : session(http, std::move(cloud), std::move(browser), cache), graph(session), runner(graph, history), directory(graph),
      groups(graph), applications(graph), audit(graph), readiness(graph)
{
}

Services::Services(const QString &dataDir, QObject *parent)
    : QObject(parent), m_http(m_clock), m_history(dataDir), m_cache(std::make_unique<TokenCache>())
{
    launch(this, m_history.open(), [this](const Outcome &opened) {
        if (!opened)
            m_historyProblem = opened.error();
    });
}

Services::~Services()
{
    // What keep() took speaks through the customers: it goes first.
    qDeleteAll(findChildren<QObject *>(QString(), Qt::FindDirectChildrenOnly));
}

std::unique_ptr<Browser> Services::browserFor(const Cloud &cloud, const QString &signInAs)
{
    if (cloud.isDemo() && !signInAs.isEmpty())
        return std::make_unique<HttpBrowser>(m_http, signInAs);
    return std::make_unique<SystemBrowser>();
}

Customer &Services::choose(Cloud cloud, const QString &signInAs, Kept kept)
{
    leave();
    m_clock.setTimeScale(cloud.isDemo() ? cloud.timeScale : 1);
    auto browser = browserFor(cloud, signInAs);
    TokenCache *cache = kept == Kept::Yes ? m_cache.get() : nullptr;
    m_customer = std::make_unique<Customer>(m_http, m_history, std::move(cloud), std::move(browser), cache);
    return *m_customer;
}

void Services::leave()
{
    if (m_customer)
        m_left.push_back(std::move(m_customer));
}

std::unique_ptr<Session> Services::actor(const QString &upn)
{
    if (!m_customer)
        return {};
    const Cloud &cloud = m_customer->session.cloud();
    auto session = std::make_unique<Session>(m_http, cloud, browserFor(cloud, upn), nullptr);
    session->setScopes(Session::memberScopes());
    return session;
}

} // namespace pimgate
