#include "demo/Manners.h"
#include "demo/TenantServer.h"
#include "demo/access/ConditionalAccessService.h"
#include "demo/pim/PimManners.h"
#include "demo/store/Seed.h"

#include <QCryptographicHash>
#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Takes as long for a wrong key as for one that is nearly right.
bool sameSecret(const QByteArray &given, const QByteArray &secret)
{
    const auto a = QCryptographicHash::hash(given, QCryptographicHash::Sha256);
    const auto b = QCryptographicHash::hash(secret, QCryptographicHash::Sha256);
    int difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference |= a.at(i) ^ b.at(i);
    return difference == 0;
}

/// How this tenant behaves where tenants, or the field and the documents, differ: rows of the table demoSettings.
struct Manners
{
    QStringView name; ///< below /demo/
    std::optional<QString> (*set)(Store &, const QJsonObject &);
};

const Manners *mannersNamed(QStringView name)
{
    static const std::array all{Manners{u"pim", setPimManners}, Manners{u"directory", setDirectoryManners},
                                Manners{u"logs", setLogManners}, Manners{u"conditionalAccess", setCaManners},
                                Manners{u"throttling", setThrottling}};
    const auto found = std::find_if(all.begin(), all.end(), [&](const Manners &each) { return each.name == name; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace

Response TenantServer::control(const HttpRequest &http, const Request &request)
{
    if (m_hosts.isForeign(http.header("origin")))
        return foreignPage();
    if (!sameSecret(http.header("x-demo-key"), m_controlKey.toUtf8()))
        return graphError(403, u"Forbidden"_s, u"The header X-Demo-Key is missing or wrong."_s);
    const auto name = request.path.mid(6);
    const auto is = [&](const char *method, QStringView path) { return request.method == method && name == path; };
    if (is("GET", u"state"))
        return tellState(request);
    if (is("POST", u"state"))
        return becomeState(request);
    if (is("GET", u"exchanges")) {
        Response response;
        response.contentType = "application/x-ndjson";
        response.text = m_control.exchanges.lines(request.option(u"api"_s));
        response.headers.emplaceBack("X-Demo-Dropped", QByteArray::number(m_control.exchanges.dropped()));
        return response;
    }
    if (is("POST", u"clock"))
        return advanceClock(request);
    if (is("GET", u"faults"))
        return Response::ok(m_control.unusedFaults());
    if (is("POST", u"faults")) {
        const auto document = QJsonDocument::fromJson(request.raw);
        const auto wrong =
            document.isArray() ? m_control.setFaults(document.array()) : std::optional(u"The body is a list of faults."_s);
        return wrong ? badRequest(*wrong) : Response::noContent();
    }
    if (is("GET", u"second-admin"))
        return Response::ok(m_secondAdmin.unused());
    if (is("POST", u"second-admin")) {
        const auto document = QJsonDocument::fromJson(request.raw);
        const auto wrong =
            document.isArray() ? m_secondAdmin.set(document.array()) : std::optional(u"The body is a list of acts."_s);
        return wrong ? badRequest(*wrong) : Response::noContent();
    }
    if (const auto *manners = request.method == "POST" ? mannersNamed(name) : nullptr) {
        const auto document = QJsonDocument::fromJson(request.raw);
        if (!document.isObject())
            return badRequest(u"The body is a JSON object of settings."_s);
        if (const auto wrong = manners->set(m_store, document.object()))
            return badRequest(*wrong);
        if (name == u"throttling")
            m_throttle.reset();
        return Response::noContent();
    }
    if (is("POST", u"replication"))
        return setReplication(request);
    if (is("POST", u"reset")) {
        reset();
        return Response::noContent();
    }
    return graphError(404, u"ResourceNotFound"_s,
                      u"The control plane has no %1 %2."_s.arg(QString::fromLatin1(request.method), name));
}

/// What is wrong with a row of demoSettings: it must be one that could have been set.
std::optional<QString> TenantServer::faultInSetting(const QJsonObject &row)
{
    auto body = row;
    const auto name = body.take(u"id"_s).toString();
    if (name == u"replication")
        return parseDelay(body["delay"_L1].toString()) ? std::nullopt : std::optional(u"Its delay is no duration."_s);
    const auto *manners = mannersNamed(name);
    if (!manners)
        return u"There is no setting '%1'."_s.arg(name);
    if (name == u"throttling" && body.take(u"resourceUnits"_s).toInt() < 1)
        return u"Its resourceUnits are no number."_s;
    DemoClock clock;
    Store unused(&clock, 1);
    return manners->set(unused, body);
}

/// {"delay": "PT20S"}: the row "replication" of demoSettings.
Response TenantServer::setReplication(const Request &request)
{
    const auto body = QJsonDocument::fromJson(request.raw).object();
    const auto text = body["delay"_L1].toString();
    const auto delay = parseDelay(text);
    if (body.size() != 1 || !delay)
        return badRequest(u"Replication has one setting, \"delay\", a duration such as \"PT20S\"."_s);
    m_store.put(u"demoSettings"_s, {{u"id"_s, u"replication"_s}, {u"delay"_s, text}});
    for (auto *store : m_tenants.all())
        store->setReplication(delay->value());
    return Response::noContent();
}

Response TenantServer::advanceClock(const Request &request)
{
    const auto body = QJsonDocument::fromJson(request.raw).object();
    if (body.size() != 1 || !body.contains("advance"_L1))
        return badRequest(u"The clock takes one member, \"advance\", a duration such as \"PT1H\"."_s);
    const auto by = IsoDuration::parse(body["advance"_L1].toString());
    if (!by)
        return badRequest(by.error().message);
    if (m_clock.now().addSecs(by->value().count()).date().year() >= DemoClock::lastYear)
        return badRequest(u"The tenant's clock ends in the year %1."_s.arg(DemoClock::lastYear));
    m_clock.advance(by->value());
    for (auto *store : m_tenants.all())
        m_router.runHooks(*store);
    return Response::ok(QJsonObject{{u"now"_s, m_store.nowText()}});
}

void TenantServer::reset()
{
    m_store = Store(&m_clock, m_options.seed);
    fillStore(m_store, m_options.users, m_options.apps);
    m_tenants.fill();
    m_oauth.reset();
    m_control.reset();
    m_secondAdmin.reset();
    m_throttle.reset();
}

Response TenantServer::foreignPage()
{
    return graphError(403, u"Forbidden"_s, u"Pages of other sites may not do this."_s);
}

} // namespace pimgate::demo
