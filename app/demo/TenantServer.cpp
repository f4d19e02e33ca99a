#include "demo/TenantServer.h"

#include "demo/odata/RequestReading.h"
#include "demo/odata/Service.h"
#include "demo/store/Seed.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QLocale>
#include <QUrl>
#include <QUuid>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

bool refersToBeta(const QString &path)
{
    return path.startsWith(u"/beta/"_s) || path == u"/beta";
}

bool isCaseless(const QString &text, QLatin1String other)
{
    return text.compare(other, Qt::CaseInsensitive) == 0;
}

/// A client may send its users here by a form of its own page, and asks for tokens from wherever it runs.
bool isForClients(const QStringList &path)
{
    return path.size() == 4 && isCaseless(path[1], "oauth2"_L1) && isCaseless(path[2], "v2.0"_L1) &&
           (isCaseless(path[3], "authorize"_L1) || isCaseless(path[3], "token"_L1));
}

/// Links that sign somebody in as soon as they are followed.
bool signsInAtOnce(const QStringList &path)
{
    return path.size() >= 3 && ((isCaseless(path[1], "api"_L1) && isCaseless(path[2], "signin"_L1)) ||
                                (isCaseless(path[1], "oauth2"_L1) && isCaseless(path[2], "deviceauth"_L1)));
}

/// Whether a browser fetches it for a page of another site (an image, a frame, a script) and nobody goes there.
bool isEmbeddedElsewhere(const HttpRequest &http)
{
    const auto site = http.header("sec-fetch-site").toLower();
    return (site == "cross-site" || site == "same-site") && http.header("sec-fetch-dest").toLower() != "document";
}

/// Somebody's page has changed the address of its own name to this machine's (DNS rebinding), or a client is lost.
Response wrongHost()
{
    return graphError(421, u"MisdirectedRequest"_s, u"The demo tenant is not served under this host name."_s);
}

} // namespace

TenantServer::TenantServer(const DemoTenant::Options &options, const QString &controlKey)
    : m_options(options), m_controlKey(controlKey), m_clock(options.timeScale), m_store(&m_clock, options.seed),
      m_tenants(m_store, &m_clock), m_oauth(m_tenants, m_router)
{
    fillStore(m_store, options.users, options.apps);
    m_tenants.fill();
    m_oauth.addRoutes();
    addDirectoryRoutes(m_router, m_store);
    addApplicationRoutes(m_router, m_store);
    addPimRoutes(m_router, m_store);
    addPolicyRoutes(m_router, m_store);
    addConditionalAccessRoutes(m_router, m_store);
    addApplicationSignInRoutes(m_router, m_store);
    addAccessReviewRoutes(m_router, m_store);
    addPartnerRoutes(m_router);
}

Outcome TenantServer::listen(std::optional<Wire::Tls> tls)
{
    const bool secure = tls.has_value();
    m_wire = std::make_unique<Wire>([this](const HttpRequest &request) { return handle(request); }, std::move(tls));
    if (!m_wire->listen(m_options.address, m_options.port))
        return failure(Error::Kind::Network,
                       QCoreApplication::translate("pimgate::demo", "The demo tenant cannot listen on %1 port %2: %3.")
                           .arg(m_options.address.toString(), QString::number(m_options.port), m_wire->errorString()));
    auto host = m_options.address.toString();
    if (m_options.address.protocol() == QAbstractSocket::IPv6Protocol)
        host = u'[' + host + u']';
    if (m_options.address == QHostAddress(QHostAddress::AnyIPv4) || m_options.address == QHostAddress(QHostAddress::Any))
        host = u"127.0.0.1"_s;
    m_hosts = ServedHosts(m_options.address, m_wire->serverPort(), secure);
    m_origin = u"%1://%2:%3"_s.arg(secure ? u"https"_s : u"http"_s, host).arg(m_wire->serverPort());
    m_oauth.setOrigin(m_origin);
    return {};
}

QJsonObject TenantServer::cloudFile() const
{
    const auto upn = [](const QString &name) { return name + u"@contoso.demo"_s; };
    const QString emergency = u"bg1@contosodemo.onmicrosoft.com"_s;
    QJsonArray applications;
    auto rows = m_store.rows(u"servicePrincipals"_s, [](const QJsonObject &row) {
        return row["appOwnerOrganizationId"_L1].toString() != microsoftTenantId();
    });
    std::set<QString> publicClients;
    for (const auto &registration : m_store.rows(u"applications"_s)) {
        if (registration["isFallbackPublicClient"_L1].toBool())
            publicClients.insert(registration["appId"_L1].toString());
    }
    // Those that a gate can be built for come first; the others are there to be refused.
    const auto refused = [&](const QJsonObject &row) {
        return publicClients.contains(row["appId"_L1].toString()) || !row["accountEnabled"_L1].toBool() ||
               row["preferredSingleSignOnMode"_L1].toString() == u"notSupported"_s;
    };
    std::sort(rows.begin(), rows.end(), [&](const QJsonObject &a, const QJsonObject &b) {
        const bool aRefused = refused(a), bRefused = refused(b);
        return aRefused == bRefused ? a["displayName"_L1].toString() < b["displayName"_L1].toString() : bRefused;
    });
    for (const auto &row : rows)
        applications.append(
            QJsonObject{{u"displayName"_s, row["displayName"_L1]}, {u"appId"_s, row["appId"_L1]}, {u"id"_s, row["id"_L1]}});
    return {{u"name"_s, u"Contoso (demo)"_s},
            {u"login"_s, m_origin},
            {u"graph"_s, m_origin},
            {u"portal"_s, m_origin},
            {u"tenant"_s, m_store.tenantId()},
            {u"clientId"_s, defaultClientId()},
            {u"timeScale"_s, m_options.timeScale},
            {u"controlKey"_s, m_controlKey},
            {u"accounts"_s,
             QJsonObject{{u"admin"_s, upn(u"mira.kovac"_s)},
                         {u"secondAdmin"_s, SecondAdmin::userName()},
                         {u"partner"_s, Tenants::partnerAdmin()},
                         {u"eligible"_s, QJsonArray{upn(u"ada.lindqvist"_s), upn(u"jonas.weber"_s), upn(u"priya.raman"_s)}},
                         {u"approvers"_s, QJsonArray{upn(u"lena.fischer"_s), upn(u"omar.haddad"_s)}},
                         {u"breakGlass"_s, emergency},
                         {u"ordinary"_s, upn(u"sam.porter"_s)},
                         {u"guest"_s, u"tom.okafor_northwind-it.com#EXT#@contosodemo.onmicrosoft.com"_s}}},
            {u"tenants"_s, m_tenants.list()},
            {u"applications"_s, applications}};
}

HttpResponse TenantServer::handle(const HttpRequest &http)
{
    if (!m_hosts.serves(http.header("host")) && http.headers.contains("host"))
        return finish({wrongHost()}, http, Api::Login);
    for (auto *store : m_tenants.all())
        m_router.runHooks(*store);
    m_actor.clear();
    auto request = readRequest(http, m_origin);
    const auto target = QUrl::fromPercentEncoding(http.target);
    Served served;
    auto api = Api::Login;
    if (request.path.startsWith(u"/demo/"_s)) {
        api = Api::Demo;
        served.response = control(http, request);
    } else if (withoutVersion(request.path) || refersToBeta(request.path)) {
        api = Api::Graph;
        const bool page = http.method != "GET" && m_hosts.isForeign(http.header("origin"));
        served = page ? Served{foreignPage()} : serveGraph(http, request);
    } else {
        served = isDrivenByPage(http, request.path) ? Served{foreignPage()} : serve(Router::Area::Open, request, target);
    }
    auto response = finish(served, http, api);
    const auto name = api == Api::Graph ? u"graph"_s : api == Api::Login ? u"login"_s : u"demo"_s;
    if (api != Api::Demo || !http.path().endsWith("/exchanges"))
        m_control.exchanges.add({name, http, response, m_actor, served.fault});
    if (api == Api::Graph)
        m_secondAdmin.countRequest();
    letSecondAdminAct();
    return response;
}

/// Right after the answer that he waited for, and before anybody is served again.
void TenantServer::letSecondAdminAct()
{
    for (const auto &act : m_secondAdmin.takeDue()) {
        m_router.runHooks(m_store);
        const auto http = act.request();
        m_control.exchanges.add({u"graph"_s, http, answerSecondAdmin(http), SecondAdmin::userName()});
    }
}

/// As any other request is answered, only that no fault and no limit is his.
HttpResponse TenantServer::answerSecondAdmin(const HttpRequest &http)
{
    auto request = readRequest(http, m_origin);
    request.path = withoutVersion(request.path).value_or(request.path);
    request.caller = SecondAdmin::caller(m_store, defaultClientId());
    const auto refusal = readJson(request);
    return finish({refusal ? *refusal : routed(m_store, request)}, http, Api::Graph);
}

/// Outside of Graph: a page of another site wants to change something here, or to sign somebody in unseen.
bool TenantServer::isDrivenByPage(const HttpRequest &http, const QString &path) const
{
    const auto segments = path.split(u'/', Qt::SkipEmptyParts);
    if (http.method == "GET")
        return signsInAtOnce(segments) && isEmbeddedElsewhere(http);
    return m_hosts.isForeign(http.header("origin")) && !isForClients(segments);
}

TenantServer::Served TenantServer::serveGraph(const HttpRequest &http, Request request)
{
    const auto path = withoutVersion(request.path);
    if (!path)
        return {graphError(404, u"ResourceNotFound"_s, u"The demo tenant has v1.0 only."_s)};
    auto caller = m_oauth.caller(http.header("authorization"));
    const auto target = QUrl::fromPercentEncoding(http.target);
    if (auto *refusal = std::get_if<Response>(&caller)) {
        if (auto fault = m_control.take(request.method, target)) // the wire can fail before anybody looks at a token
            return applyFault(*fault, Router::Area::Graph, request);
        return {*refusal};
    }
    request.caller = std::get<Caller>(caller);
    request.path = *path;
    if (const auto *user = storeOf(request).user(request.caller.oid))
        m_actor = user->value("userPrincipalName"_L1).toString();
    if (auto refusal = readJson(request))
        return {*refusal};
    if (request.path == u"/$batch")
        return request.method == "POST" ? serveBatch(request, u"/v1.0"_s)
                                        : Served{graphError(405, u"BadRequest"_s, u"A batch is sent by POST."_s)};
    return serve(Router::Area::Graph, request, target);
}

TenantServer::Served TenantServer::serve(Router::Area area, const Request &request, const QString &pathAndQuery)
{
    if (auto fault = m_control.take(request.method, pathAndQuery))
        return applyFault(*fault, area, request);
    return {answer(area, request)};
}

/// Each tenant has data of its own: the token says whose.
Store &TenantServer::storeOf(const Request &request)
{
    auto *store = m_tenants.find(request.caller.tid);
    return store ? *store : m_store;
}

/// The answer of the service that the request is for, within its limits.
Response TenantServer::answer(Router::Area area, const Request &request)
{
    auto &store = storeOf(request);
    if (area == Router::Area::Open)
        return m_router.route(area, store, request);
    auto verdict = m_throttle.admit(m_store, request);
    auto response = verdict.refusal ? *verdict.refusal : routed(store, request);
    response.headers.append(verdict.headers);
    return response;
}

/// A request of Graph, by the service that it is for.
Response TenantServer::routed(Store &store, const Request &request)
{
    store.serveAs(serviceOf(request.method, request.path));
    auto response = m_router.route(Router::Area::Graph, store, request);
    store.serveAs({});
    return response;
}

TenantServer::Served TenantServer::applyFault(const Fault &fault, Router::Area area, const Request &request)
{
    Served served;
    disturb(served, fault);
    served.fault = true;
    if (fault.drop == u"before")
        return served;
    if (fault.status != 0) {
        served.response = faultResponse(fault, area == Router::Area::Open);
        return served;
    }
    auto disturbed = request;
    disturbed.emptyPage = fault.emptyPage;
    storeOf(request).hideChanges(m_clock.now().addSecs(fault.invisibleFor.count()), [&] {
        served.response = answer(area, disturbed);
        return fault.invisibleFor.count() > 0 && served.response.status < 300;
    });
    disturb(served, fault);
    return served;
}

void TenantServer::disturb(Served &served, const Fault &fault)
{
    served.delayMs = std::max(served.delayMs, fault.delayMs);
    served.garbage = served.garbage || fault.garbage;
    served.truncated = served.truncated || fault.truncated;
    served.drop = served.drop || !fault.drop.isEmpty();
    // Late or kept back, the answer is still a true one: not an exchange altered on purpose.
    served.fault = served.garbage || served.truncated || served.drop;
}

void TenantServer::addErrorDetails(Response &response, const QByteArray &requestId, const QByteArray &clientRequestId) const
{
    if (response.status < 400 || !response.json.isObject())
        return;
    auto body = response.json.toObject();
    if (!body["error"_L1].isObject()) // the sign-in host's errors have their own form
        return;
    auto error = body["error"_L1].toObject();
    auto inner = error["innerError"_L1].toObject();
    inner.insert(u"date"_s, m_clock.now().toString(u"yyyy-MM-ddTHH:mm:ss"_s));
    inner.insert(u"request-id"_s, QString::fromLatin1(requestId));
    inner.insert(u"client-request-id"_s, QString::fromLatin1(clientRequestId.isEmpty() ? requestId : clientRequestId));
    error.insert(u"innerError"_s, inner);
    body.insert(u"error"_s, error);
    response.json = body;
}

HttpResponse TenantServer::finish(Served served, const HttpRequest &http, Api api) const
{
    const auto requestId = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    const auto clientRequestId = http.header("client-request-id");
    addErrorDetails(served.response, requestId, clientRequestId);
    auto &response = served.response;
    HttpResponse answer;
    answer.status = response.status;
    answer.drop = served.drop;
    answer.truncated = served.truncated;
    answer.delayMs = served.delayMs + (api == Api::Demo ? 0 : m_options.latencyMs);
    if (!response.contentType.isEmpty()) {
        answer.body = response.text;
        answer.headers.emplaceBack("Content-Type", response.contentType);
    } else if (response.json.isObject() || response.json.isArray()) {
        const auto document =
            response.json.isObject() ? QJsonDocument(response.json.toObject()) : QJsonDocument(response.json.toArray());
        answer.body = document.toJson(QJsonDocument::Compact);
        answer.headers.emplaceBack("Content-Type", api == Api::Graph ? "application/json;odata.metadata=minimal;odata.streaming="
                                                                       "true;IEEE754Compatible=false;charset=utf-8"
                                                                     : "application/json; charset=utf-8");
    }
    if (served.garbage) {
        answer.body = "{\"value\":[{\"id\":\"\xff\xfe";
        answer.status = answer.status == 204 ? 200 : answer.status;
    }
    answer.headers.append(response.headers);
    if (api == Api::Graph) {
        answer.headers.emplaceBack("Cache-Control", "no-cache");
        answer.headers.emplaceBack("x-ms-ags-diagnostic", R"({"ServerInfo":{"DataCenter":"Demo","Slice":"E","Ring":"0",)"
                                                          R"("ScaleUnit":"000","RoleInstance":"DEMO00000000"}})");
    }
    const auto stamp = QLocale::c().toString(m_clock.now(), u"ddd, dd MMM yyyy HH:mm:ss"_s) + u" GMT"_s;
    answer.headers.emplaceBack("Date", stamp.toLatin1());
    answer.headers.emplaceBack("request-id", requestId);
    answer.headers.emplaceBack("client-request-id", clientRequestId.isEmpty() ? requestId : clientRequestId);
    return answer;
}

} // namespace pimgate::demo
