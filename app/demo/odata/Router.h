#pragma once

#include "demo/http/Wire.h"
#include "demo/store/Store.h"

#include <QHash>
#include <QJsonObject>
#include <QJsonValue>
#include <QRegularExpression>
#include <QUrlQuery>

#include <functional>
#include <initializer_list>
#include <optional>
#include <set>
#include <vector>

namespace pimgate::demo {

/// Who calls, as the access token says.
struct Caller
{
    QString oid;
    QString tid;
    QString clientId;
    QStringList scopes;
    QStringList amr;
    QStringList acrs;
    bool cp1 = false;
    std::set<QString> roles; ///< template ids of the roles active now, asked from the store per request

    bool hasScope(const QString &scope) const { return scopes.contains(scope, Qt::CaseInsensitive); }
    bool hasRole(const QString &templateId) const { return roles.contains(templateId); }
};

struct Request
{
    QByteArray method;
    QString path;                   ///< decoded, without "/v1.0"
    QHash<QString, QString> params; ///< from the template: "/groups/{id}" gives params["id"]
    QHash<QString, QString> query;  ///< decoded; OData options with their "$", in lower case
    std::map<QByteArray, QByteArray> headers;
    QByteArray raw;
    QJsonObject body; ///< {} when there is none
    Caller caller;
    QString origin;         ///< "http://127.0.0.1:4711"
    QDateTime now;          ///< the tenant's time; filled in by the router
    QByteArray pageKey;     ///< signs the page tokens of this tenant; filled in by the router
    bool emptyPage = false; ///< a fault: the page comes without rows but with a nextLink

    QString param(const QString &name) const { return params.value(name); }
    QString option(const QString &name) const { return query.value(name); }
    bool eventual() const; ///< ConsistencyLevel: eventual
};

struct Response
{
    int status = 200;
    QJsonValue json = QJsonValue::Undefined; ///< sent as application/json
    HttpHeaders headers = {};
    QByteArray text = {}; ///< sent instead of json when contentType is set
    QByteArray contentType = {};

    static Response noContent() { return {204}; }
    static Response created(const QJsonObject &row) { return {201, row}; }
    static Response ok(const QJsonValue &value) { return {200, value}; }
};

/// The error envelope of Graph; innerError (date, request-id, client-request-id) is added by the router.
Response graphError(int status, const QString &code, const QString &message, const QJsonArray &details = {});
/// The wrapped form of the PIM service: code UnknownError, message = JSON text {"errorCode","message"}.
Response wrappedError(int status, const QString &code, const QString &message);
Response notFound(const QString &id);        ///< 404 Request_ResourceNotFound
Response badRequest(const QString &message); ///< 400 Request_BadRequest
Response insufficientPrivileges();           ///< 403 Authorization_RequestDenied

/// A refusal when none of the scopes is in the token; nothing when one is.
std::optional<Response> requireScope(const Request &request, std::initializer_list<const char *> anyOf);
/// A refusal when the caller holds none of the roles (Global Administrator is always enough).
std::optional<Response> requireRole(const Request &request, const std::set<QString> &anyOf);

/// One row as Graph shows it: $select applied, "@odata.context" added, members with "_" left out. A member that
/// $expand added is put in as "+name", so that no $select takes it out again.
Response entity(const Request &request, const QJsonObject &row, const QString &context);

struct PageLimits
{
    int usual = 100; ///< rows on a page without $top
    int most = 999;
};
/// Puts what $expand asks for into a row of the page, as "+name".
using RowExpander = std::function<QJsonObject(const QJsonObject &)>;
/// A collection with $filter, $search, $orderby, $count, $select, $top and paging applied, under the rules that Graph
/// has for it (QueryRules.cpp): options, names and operators it does not take are refused.
/// @param context "users", "groups"...
Response collection(const Request &request, const QList<QJsonObject> &rows, const QString &context, int defaultPage = 100,
                    int maxPage = 999);
Response collection(const Request &request, const QList<QJsonObject> &rows, const QString &context, const PageLimits &limits,
                    const RowExpander &expand);
/// The same over a whole table, in the order of the ids; only the rows of the page are touched.
Response collection(const Request &request, const Store &store, const QString &table, const QString &context,
                    const PageLimits &limits = {}, const RowExpander &expand = {});
/// Whether a $filter selects the row; nothing when the expression is not understood.
std::optional<bool> filterMatches(const QString &filter, const QJsonObject &row);
/// The values that a filter requires by "member eq value", joined by and: "groupId eq 'x' and status eq 'y'".
QString requiredValue(const QString &filter, const QString &member);

/// A person signing in to an application, at the moment a token would be issued.
struct SignInAttempt
{
    QString userId;
    QString appId;         ///< the client: an application of the tenant, or the wizard's client
    QString resourceAppId; ///< Graph's, or the application itself
    bool mfa = false;
    QStringList acrs = {};
    bool interactive = true; ///< somebody sits there and does the second factor when a policy asks for it
    bool deviceCode = false;
    QByteArray userAgent = {};
    bool refresh = false; ///< redeems a refresh token: not in the log of interactive sign-ins
    /// Of a partner's technician, who has no user object here (contract 16.2): his tenant and his delegated roles.
    QString homeTid = {};
    std::set<QString> delegatedRoles = {};
    /// AADSTS number with which the sign-in host stops him if the tenant does not (a second factor, consent), and its text.
    int hostError = 0;
    QString hostMessage = {};
};
struct SignInVerdict
{
    int errorCode = 0;         ///< AADSTS number; 0: admitted
    QString message = {};      ///< without "AADSTSnnnnn: "
    bool mfa = false;          ///< a policy asked for it and the person did it
    QStringList acrs = {};     ///< of the contexts asked for, those that a token may carry now
    QStringList policies = {}; ///< names of the Conditional Access policies that stopped it
};

/// Finds the handler for a request, checks the bearer token and the JSON body before, runs the hooks, and takes
/// $batch apart. Templates: "/groups/{id}/members/$ref", "/servicePrincipals(appId='{appId}')",
/// ".../filterByCurrentUser(on='{on}')". Literal text compares without case; "/me" arrives as "/users/{caller}";
/// "microsoft.graph.x" and "graph.x" are the same ("graph.x" in templates); a bound action may carry that prefix;
/// "/users('key')" is "/users/key"; ".../$count" of a collection, "Prefer: return=representation" and the Location of
/// what was created work by themselves.
class Router
{
public:
    using Handler = std::function<Response(Store &, const Request &)>;
    using Hook = std::function<void(Store &, const QDateTime &now)>;
    using SignInCheck = std::function<SignInVerdict(Store &, const SignInAttempt &)>;

    /// A Graph operation below /v1.0; needs a valid bearer token.
    void add(const char *method, const QString &pathTemplate, Handler handler);
    /// A path outside Graph (login, applications); no token. The whole path counts.
    void addOpen(const char *method, const QString &pathTemplate, Handler handler);
    /// Runs before every request: expires what is over, lets due things happen.
    void beforeEach(Hook hook) { m_hooks.push_back(std::move(hook)); }
    /// Asked by the sign-in host before a code or token is issued for any client.
    void setSignInCheck(SignInCheck check) { m_signInCheck = std::move(check); }
    SignInVerdict checkSignIn(Store &store, const SignInAttempt &attempt) const;

    void runHooks(Store &store) const;
    enum class Area { Graph, Open };
    /// 404, 405 with Allow, or the handler's answer. The path is decoded and without "/v1.0".
    Response route(Area area, Store &store, Request request) const;

private:
    Response routeGraph(Store &store, Request request) const;
    Response runGraph(Store &store, Request &request) const;
    Response represented(Store &store, const Request &request, const Response &silent) const;

    struct Route
    {
        QByteArray method;
        QRegularExpression pattern;
        QStringList names;
        int literalLength = 0;
        Handler handler;
    };
    using Routes = std::vector<Route>;
    static void insert(Routes &routes, const char *method, const QString &pathTemplate, Handler handler);
    static Response run(const Routes &routes, Store &store, Request &request);

    Routes m_graph;
    Routes m_open;
    std::vector<Hook> m_hooks;
    SignInCheck m_signInCheck;
};

// The areas.
void addDirectoryRoutes(Router &router, Store &store);         // users, groups, roles, organization, licences, audits
void addApplicationRoutes(Router &router, Store &store);       // service principals, applications, app role assignments
void addPimRoutes(Router &router, Store &store);               // PIM for Groups
void addPolicyRoutes(Router &router, Store &store);            // role management policies
void addConditionalAccessRoutes(Router &router, Store &store); // policies, contexts, locations, What-If
void addApplicationSignInRoutes(Router &router, Store &store); // sign-in to the applications, sign-in log
void addAccessReviewRoutes(Router &router, Store &store);      // access reviews: definitions, instances, decisions

} // namespace pimgate::demo
