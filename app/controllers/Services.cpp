#include "controllers/Services.h"

#include "controllers/Customer.h"
#include "gate/judge/Readiness.h"
#include "graph/Applications.h"
#include "graph/Audit.h"
#include "graph/Directory.h"
#include "graph/GraphService.h"
#include "graph/Groups.h"
#include "identity/Permissions.h"

namespace pimgate {

struct Customer::Areas
{
    explicit Areas(Session &session)
        : graph(session), directory(graph), groups(graph), applications(graph), audit(graph), readiness(graph)
    {
    }
    GraphService graph;
    Directory directory;
    Groups groups;
    Applications applications;
    Audit audit;
    Readiness readiness;
};

Customer::Customer(Http &http, History &history, Cloud cloud, std::unique_ptr<Browser> browser, TokenCache &cache)
    : session(http, std::move(cloud), std::move(browser), &cache), m_areas(std::make_unique<Areas>(session)),
      graph(m_areas->graph), runner(graph, history), directory(m_areas->directory), groups(m_areas->groups),
      applications(m_areas->applications), audit(m_areas->audit), readiness(m_areas->readiness)
{
}

Customer::~Customer() = default;

Services::Services(const QString &dataDir, QObject *parent)
    : QObject(parent), m_http(m_clock), m_history(dataDir), m_registrations(dataDir)
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
    m_customer = std::make_unique<Customer>(m_http, m_history, std::move(cloud), std::move(browser), cacheOf(kept));
    watch(m_customer->session);
    return *m_customer;
}

/// One browser window is one question, whoever asks it.
void Services::watch(Session &session)
{
    connect(&session, &Session::askingChanged, this, [this, &session] {
        if (session.asking())
            m_asking = &session;
        else if (m_asking == &session)
            m_asking.clear();
        else
            return;
        Q_EMIT askingChanged();
    });
    connect(&session, &QObject::destroyed, this, &Services::askingChanged);
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
    session->setScopes(Permissions::toActivate());
    watch(*session);
    return session;
}

std::unique_ptr<Session> Services::visitor(const Cloud &cloud, const QString &userName, Kept kept)
{
    auto session = std::make_unique<Session>(m_http, cloud, browserFor(cloud, userName), &cacheOf(kept));
    watch(*session);
    return session;
}

} // namespace pimgate
