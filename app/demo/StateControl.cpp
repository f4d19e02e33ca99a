#include "demo/StateRows.h"
#include "demo/TenantServer.h"

#include <QJsonDocument>

#include <utility>
#include <vector>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The clock as a state tells it.
struct TellClock
{
    DemoClock::Setting setting;
    double scale = 1;
};

template <typename Archive>
void describe(Archive &archive, TellClock &clock)
{
    archive("startDateTime", clock.setting.start);
    archive("advancedSeconds", clock.setting.advanced);
    archive("scale", clock.scale);
}

bool isInReach(const TellClock &clock)
{
    if (!clock.setting.start.isValid())
        return false;
    DemoClock shown(clock.scale);
    shown.set(clock.setting);
    const int year = shown.now().date().year();
    return clock.setting.start.date().year() >= 1970 && year >= 1970 && year < DemoClock::lastYear;
}

Response refusedState(const StateFault &fault)
{
    return graphError(400, u"Request_BadRequest"_s, u"This is no state of this tenant. %1: %2"_s.arg(fault.path, fault.wrong),
                      {QJsonObject{{u"code"_s, u"InvalidValue"_s}, {u"target"_s, fault.path}, {u"message"_s, fault.wrong}}});
}

} // namespace

/// Without a tenant, all of the server: the home tenant's rows at the top, the others' below "tenants", and what the
/// sign-in host and the limits remember. For one tenant, its rows and the time they are meant in. Without times, the
/// rows alone.
Response TenantServer::tellState(const Request &request)
{
    const auto tenant = request.option(u"tenant"_s);
    const auto *store = tenant.isEmpty() ? &m_store : m_tenants.find(tenant);
    if (!store)
        return notFound(tenant);
    const bool times = request.option(u"times"_s) != u"0";
    auto state = store->state(times);
    if (!times)
        return Response::ok(state);
    state.insert(u"clock"_s, StateWriter::written(TellClock{m_clock.setting(), m_clock.scale()}));
    if (!tenant.isEmpty())
        return Response::ok(state);
    QJsonObject others;
    for (const auto *other : m_tenants.all()) {
        if (other != &m_store)
            others.insert(other->tenantId(), other->state(true));
    }
    state.insert(u"tenants"_s, others);
    state.insert(u"signIn"_s, oauth::stateOf(m_oauth.kept()));
    state.insert(u"throttle"_s, m_throttle.state());
    return Response::ok(state);
}

/// A store of the tenant with the rows, links and hidden things of the state.
Store TenantServer::storeIn(const Store &tenant, const QJsonObject &state, const QString &path, StateFault &fault)
{
    auto store = tenant.inState(state, path, fault);
    auto rows = state;
    for (const auto &links : {u"groupMembers"_s, u"groupOwners"_s, u"unseen"_s})
        rows.remove(links);
    checkRows(rows, tenant.tenantId(), path, fault);
    const auto settings = rows["demoSettings"_L1].toArray();
    for (qsizetype i = 0; i < settings.size(); ++i) {
        if (const auto wrong = faultInSetting(settings.at(i).toObject()))
            fault.blame(u"%1/demoSettings/%2"_s.arg(path).arg(i), *wrong);
    }
    return store;
}

/// Everything is read before anything becomes of it: a state with a fault changes nothing.
Response TenantServer::becomeState(const Request &request)
{
    const auto tenant = request.option(u"tenant"_s);
    auto *single = tenant.isEmpty() ? nullptr : m_tenants.find(tenant);
    if (!tenant.isEmpty() && !single)
        return notFound(tenant);
    StateFault fault;
    auto state = QJsonDocument::fromJson(request.raw).object();
    if (state.isEmpty())
        fault.blame({}, u"The body is no JSON object."_s);

    TellClock clock;
    StateReader::read(state.take(u"clock"_s), u"/clock"_s, fault, clock);
    if (clock.scale != m_clock.scale())
        fault.blame(u"/clock/scale"_s, u"This tenant's clock runs at another pace."_s);
    if (!isInReach(clock))
        fault.blame(u"/clock"_s, u"The time is one that no tenant's clock shows."_s);
    std::vector<std::pair<Store *, Store>> stores;
    oauth::Kept kept;
    Throttle::Used used;
    if (!single) {
        kept = oauth::keptIn(state.take(u"signIn"_s), u"/signIn"_s, fault);
        used = Throttle::usedIn(state.take(u"throttle"_s), u"/throttle"_s, fault);
        readOthers(state.take(u"tenants"_s), stores, fault);
    }
    auto &home = single ? *single : m_store;
    stores.emplace_back(&home, storeIn(home, state, {}, fault));
    if (fault)
        return refusedState(fault);

    for (auto &[store, become] : stores)
        *store = std::move(become);
    m_clock.set(clock.setting);
    if (!single) {
        m_oauth.become(std::move(kept));
        m_throttle.become(std::move(used));
    }
    return Response::noContent();
}

/// "tenants": each of the other tenants of this server, and no more.
void TenantServer::readOthers(const QJsonValue &told, std::vector<std::pair<Store *, Store>> &stores, StateFault &fault)
{
    if (!told.isObject())
        fault.blame(u"/tenants"_s, u"It is no object: for one tenant alone, say which (?tenant=ID)."_s);
    auto others = told.toObject();
    for (auto *store : m_tenants.all()) {
        if (store == &m_store)
            continue;
        const auto path = u"/tenants/"_s + store->tenantId();
        if (!others.contains(store->tenantId()))
            fault.blame(path, u"It is missing."_s);
        else
            stores.emplace_back(store, storeIn(*store, others.take(store->tenantId()).toObject(), path, fault));
    }
    if (!others.isEmpty())
        fault.blame(u"/tenants/"_s + others.begin().key(), u"There is no such tenant here."_s);
}

} // namespace pimgate::demo
