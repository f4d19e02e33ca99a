#pragma once

#include "demo/Control.h"
#include "demo/DemoTenant.h"
#include "demo/SecondAdmin.h"
#include "demo/http/ServedHosts.h"
#include "demo/http/Wire.h"
#include "demo/login/OAuth.h"
#include "demo/odata/Router.h"
#include "demo/odata/Throttle.h"
#include "demo/store/DemoClock.h"
#include "demo/store/Store.h"
#include "demo/store/Tenants.h"

#include <QJsonObject>

#include <memory>
#include <utility>
#include <vector>

namespace pimgate::demo {

/// Puts wire, router, store, clock and control together; lives on the tenant's thread.
class TenantServer
{
public:
    explicit TenantServer(const DemoTenant::Options &options, const QString &controlKey);

    Outcome listen(std::optional<Wire::Tls> tls);
    QString origin() const { return m_origin; }
    QJsonObject cloudFile() const;
    /// Answers one request; the wire asks here, and so may a test without a wire.
    HttpResponse handle(const HttpRequest &http);

private:
    enum class Api { Graph, Login, Demo };
    /// An answer on its way, with what a fault adds to it.
    struct Served
    {
        Response response;
        int delayMs = 0;
        bool drop = false;
        bool garbage = false;
        bool truncated = false;
        bool fault = false;
    };

    Served serveGraph(const HttpRequest &http, Request request);
    Served serveBatch(const Request &batch, const QString &prefix);
    Served serveBatchPart(const Request &batch, const QJsonObject &part, const QString &prefix);
    /// Runs one request under the faults that match it.
    Served serve(Router::Area area, const Request &request, const QString &pathAndQuery);
    Response answer(Router::Area area, const Request &request);
    Response routed(Store &store, const Request &request);
    void letSecondAdminAct();
    HttpResponse answerSecondAdmin(const HttpRequest &http);
    Served applyFault(const Fault &fault, Router::Area area, const Request &request);
    /// What happens to an answer on its way.
    static void disturb(Served &served, const Fault &fault);
    Store &storeOf(const Request &request);
    Response control(const HttpRequest &http, const Request &request);
    Response tellState(const Request &request);
    Response becomeState(const Request &request);
    static Store storeIn(const Store &tenant, const QJsonObject &state, const QString &path, StateFault &fault);
    void readOthers(const QJsonValue &told, std::vector<std::pair<Store *, Store>> &stores, StateFault &fault);
    static std::optional<QString> faultInSetting(const QJsonObject &row);
    static Response foreignPage();
    bool isDrivenByPage(const HttpRequest &http, const QString &path) const;
    Response setReplication(const Request &request);
    Response advanceClock(const Request &request);
    void reset();
    HttpResponse finish(Served served, const HttpRequest &http, Api api) const;
    void addErrorDetails(Response &response, const QByteArray &requestId, const QByteArray &clientRequestId) const;

    DemoTenant::Options m_options;
    QString m_controlKey;
    DemoClock m_clock;
    Store m_store; ///< of the home tenant
    Tenants m_tenants;
    Router m_router;
    OAuth m_oauth;
    Control m_control;
    SecondAdmin m_secondAdmin;
    Throttle m_throttle;
    std::unique_ptr<Wire> m_wire;
    ServedHosts m_hosts;
    QString m_origin;
    QString m_actor;
};

} // namespace pimgate::demo
