#include "demo/TenantServer.h"
#include "demo/login/Keys.h"
#include "fuzz/FuzzTargets.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QUrl>
#include <QUrlQuery>

namespace pimgate::fuzz {

using namespace pimgate::demo;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A tenant without a wire, and the token of its administrator.
class Tenant
{
public:
    Tenant() : m_server({}, u"key"_s)
    {
        demand(m_server.listen({}).has_value(), "a port"); // only for the origin: nobody connects
        m_host = QUrl(m_server.origin()).authority().toLatin1();
        m_token = signIn();
        demand(!m_token.isEmpty(), "the administrator signs in");
    }

    HttpResponse ask(const QByteArray &method, const QByteArray &target, const QByteArray &body, const QByteArray &type,
                     const QByteArray &authorization)
    {
        HttpRequest request;
        request.method = method;
        request.target = target;
        request.headers = {{"host", m_host}, {"content-type", type}, {"x-demo-key", "key"}, {"x-demo-raw", "1"}};
        if (!authorization.isNull())
            request.headers["authorization"] = authorization;
        request.body = body;
        return m_server.handle(request);
    }
    HttpResponse graph(const QByteArray &method, const QByteArray &target, const QByteArray &body)
    {
        return ask(method, "/v1.0" + target, body, "application/json", "Bearer " + m_token);
    }
    QByteArray state() { return ask("GET", "/demo/state", {}, {}, {}).body; }
    void reset() { ask("POST", "/demo/reset", {}, {}, {}); }

private:
    QByteArray signIn()
    {
        const QByteArray verifier(43, 'v');
        const auto challenge = base64Url(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256));
        const auto cloud = m_server.cloudFile();
        const auto client = cloud["clientId"_L1].toString().toLatin1();
        const auto tenant = '/' + cloud["tenant"_L1].toString().toLatin1() + "/oauth2/v2.0/";
        const QByteArray common = "client_id=" + client + "&redirect_uri=http%3A%2F%2Flocalhost%3A1%2F";
        const auto answer = ask("GET",
                                tenant + "authorize?" + common + "&response_type=code&prompt=none&scope=openid%20.default" +
                                    "&login_hint=" + QUrl::toPercentEncoding(cloud["accounts"_L1]["admin"_L1].toString()) +
                                    "&code_challenge_method=S256&code_challenge=" + challenge,
                                {}, {}, {});
        for (const auto &[name, value] : answer.headers) {
            if (name != "Location")
                continue;
            const auto code = QUrlQuery(QUrl(QString::fromLatin1(value))).queryItemValue(u"code"_s).toLatin1();
            const auto token = ask("POST", tenant + "token",
                                   common + "&grant_type=authorization_code&code=" + code + "&code_verifier=" + verifier,
                                   "application/x-www-form-urlencoded", {});
            return QJsonDocument::fromJson(token.body)["access_token"_L1].toString().toLatin1();
        }
        return {};
    }

    TenantServer m_server;
    QByteArray m_host;
    QByteArray m_token;
};

Tenant &tenant()
{
    static int argc = 1;
    static char name[] = "fuzz";
    static char *argv[] = {name, nullptr};
    static QCoreApplication *application =
        QCoreApplication::instance() ? QCoreApplication::instance() : new QCoreApplication(argc, argv);
    Q_UNUSED(application);
    static auto *made = new Tenant;
    return *made;
}

struct Route
{
    const char *method;
    QByteArray target;
};

/// Everything that takes a body. The ids are those of the seed, so that what is asked exists.
const QList<Route> &routes()
{
    static const QList<Route> list = [] {
        const auto first = [](const QByteArray &collection, const char *filter) {
            const auto found = tenant().graph("GET", '/' + collection + "?$top=1" + filter, {});
            return QJsonDocument::fromJson(found.body)["value"_L1][0]["id"_L1].toString().toLatin1();
        };
        const auto group = first("groups", "");
        const auto user = first("users", "");
        const auto application = first("servicePrincipals", "");
        const QByteArray pim = "/identityGovernance/privilegedAccess/group/";
        return QList<Route>{
            {"POST", "/groups"},
            {"PATCH", "/groups/" + group},
            {"POST", "/groups/" + group + "/members/$ref"},
            {"POST", "/groups/" + group + "/owners/$ref"},
            {"PATCH", "/users/" + user},
            {"POST", "/users/" + user + "/checkMemberGroups"},
            {"POST", "/directoryObjects/getByIds"},
            {"PATCH", "/servicePrincipals/" + application},
            {"POST", "/servicePrincipals/" + application + "/appRoleAssignedTo"},
            {"POST", "/groups/" + group + "/appRoleAssignments"},
            {"POST", pim + "eligibilityScheduleRequests"},
            {"POST", pim + "assignmentScheduleRequests"},
            {"POST", "/identity/conditionalAccess/policies"},
            {"POST", "/identity/conditionalAccess/namedLocations"},
            {"POST", "/identity/conditionalAccess/evaluate"},
            {"PATCH", "/identity/conditionalAccess/authenticationContextClassReferences/c1"},
            {"POST", "/identityGovernance/accessReviews/definitions"},
            {"PATCH", "/policies/identitySecurityDefaultsEnforcementPolicy"},
            {"POST", "/applications"},
            {"POST", "/servicePrincipals"},
            {"POST", "/oauth2PermissionGrants"},
            {"POST", "/$batch"},
        };
    }();
    return list;
}

} // namespace

void json(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return;
    const auto &route = routes().at(data[0] % routes().size());
    const auto body = bytes(data + 1, size - 1);
    // Writing down the whole state is slow, so only some inputs are held against it: always the same ones.
    const auto hash = QCryptographicHash::hash(bytes(data, size), QCryptographicHash::Md5);
    const bool compare = hash.at(0) % 64 == 0;
    const auto before = compare ? tenant().state() : QByteArray();
    const auto answer = tenant().graph(route.method, route.target, body);
    demand(answer.status >= 200 && answer.status < 500, "2xx or 4xx");
    demand(answer.body.isEmpty() || !QJsonDocument::fromJson(answer.body).isNull(), "an answer is JSON");
    if (compare && answer.status >= 400)
        demand(tenant().state() == before, "a refusal changes nothing");
    static int changes = 0;
    if (answer.status < 400 && ++changes % 256 == 0)
        tenant().reset();
}

void token(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return;
    auto text = bytes(data + 1, size - 1);
    if (data[0] % 2 == 1) {
        const auto parts = text.split('\n');
        const auto signedPart = base64Url(parts.first()) + '.' + base64Url(parts.size() > 1 ? parts.at(1) : QByteArray());
        text = signedPart + '.' + base64Url(SigningKey::shared().sign(signedPart));
    }
    const auto answer = tenant().ask("GET", "/v1.0/me", {}, {}, data[0] % 4 < 2 ? "Bearer " + text : text);
    demand(answer.status == 200 || answer.status == 401 || answer.status == 403 || answer.status == 404, "let in or not");
}

} // namespace pimgate::fuzz
