#include "demo/SecondAdmin.h"

#include "demo/login/OAuthScopes.h"

#include <QJsonDocument>

#include <algorithm>
#include <climits>
#include <cmath>
#include <tl/expected.hpp>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int actLimit = 1000;

tl::expected<SecondAdmin::Act, QString> readAct(const QJsonValue &value)
{
    static const QStringList methods{u"GET"_s, u"POST"_s, u"PATCH"_s, u"PUT"_s, u"DELETE"_s};
    static const QStringList known{u"after"_s, u"method"_s, u"path"_s, u"body"_s};
    if (!value.isObject())
        return tl::unexpected(u"An act is an object."_s);
    const auto object = value.toObject();
    for (const auto &member : object.keys()) {
        if (!known.contains(member))
            return tl::unexpected(u"An act has no member '%1'."_s.arg(member));
    }
    const double after = object["after"_L1].toDouble(-1);
    if (after != std::floor(after) || after < 0 || after > INT_MAX)
        return tl::unexpected(u"'after' is the number of requests that come before."_s);
    const auto method = object["method"_L1].toString().toUpper();
    if (!methods.contains(method))
        return tl::unexpected(u"'method' is one of %1."_s.arg(methods.join(u", "_s)));
    auto path = object["path"_L1].toString();
    if (path.startsWith(u"/v1.0/"_s))
        path.remove(0, 5);
    if (!path.startsWith(u'/') || path.startsWith(u"/$batch"_s))
        return tl::unexpected(u"'path' begins with /v1.0/ or below it, and is not that of a batch."_s);
    if (object.contains("body"_L1) && !object["body"_L1].isObject())
        return tl::unexpected(u"'body' is an object."_s);
    return SecondAdmin::Act{int(after), method.toLatin1(), path, object["body"_L1].toObject()};
}

} // namespace

QJsonObject SecondAdmin::Act::json() const
{
    QJsonObject object{{u"after"_s, after}, {u"method"_s, QString::fromLatin1(method)}, {u"path"_s, u"/v1.0"_s + path}};
    if (!body.isEmpty())
        object.insert(u"body"_s, body);
    return object;
}

HttpRequest SecondAdmin::Act::request() const
{
    HttpRequest http;
    http.method = method;
    http.target = QUrl::toPercentEncoding(u"/v1.0"_s + path, "/?&=$'(),:@+*;%");
    if (!body.isEmpty()) {
        http.headers["content-type"] = "application/json";
        http.body = QJsonDocument(body).toJson(QJsonDocument::Compact);
    }
    return http;
}

std::optional<QString> SecondAdmin::set(const QJsonArray &acts)
{
    if (acts.size() > actLimit)
        return u"More than %1 acts are no test any more."_s.arg(actLimit);
    QList<Act> list;
    for (const auto &each : acts) {
        const auto act = readAct(each);
        if (!act)
            return act.error();
        list.append(*act);
    }
    std::stable_sort(list.begin(), list.end(), [](const Act &a, const Act &b) { return a.after < b.after; });
    m_acts = list;
    m_answered = 0;
    return {};
}

QJsonArray SecondAdmin::unused() const
{
    QJsonArray list;
    for (const auto &act : m_acts)
        list.append(act.json());
    return list;
}

QList<SecondAdmin::Act> SecondAdmin::takeDue()
{
    QList<Act> due;
    while (!m_acts.isEmpty() && m_acts.first().after <= m_answered)
        due.append(m_acts.takeFirst());
    return due;
}

Caller SecondAdmin::caller(const Store &store, const QString &clientId)
{
    Caller caller;
    caller.oid = store.id(u"user"_s, userName());
    caller.tid = store.tenantId();
    caller.clientId = clientId;
    caller.scopes = graphPermissionNames();
    caller.amr = {u"pwd"_s, u"mfa"_s};
    caller.cp1 = true;
    caller.roles = {roles::globalAdministrator()};
    return caller;
}

} // namespace pimgate::demo
