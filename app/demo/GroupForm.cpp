#include "demo/GroupForm.h"

#include "demo/Directory.h"
#include "demo/Seed.h"

#include <QUrl>

#include <algorithm>

namespace pimgate::demo {

using namespace Qt::Literals::StringLiterals;

namespace {

Response invalidValue(const QString &property)
{
    return graphError(
        400, u"Request_BadRequest"_s, u"Invalid value specified for property '%1' of resource 'Group'."_s.arg(property),
        {QJsonObject{{u"code"_s, u"InvalidValue"_s}, {u"message"_s, u"Invalid value."_s}, {u"target"_s, property}}});
}

} // namespace

bool isNickname(const QString &text)
{
    static const QString forbidden = u"@()\\[]\";:.<>, "_s;
    return !text.isEmpty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c.unicode() > 32 && c.unicode() < 128 && !forbidden.contains(c);
    });
}

Bound boundObjects(const Store &store, const Request &request, const QJsonValue &value)
{
    Bound bound;
    const auto urls = value.isArray() ? value.toArray() : QJsonArray{value};
    for (const auto &each : urls) {
        const auto url = each.toString();
        const auto oid = url.section(u'/', -1).section(u'\'', 0, 0);
        if (!url.startsWith(request.origin + u"/v1.0/"_s) && !url.startsWith(request.origin + u"/beta/"_s)) {
            bound.refusal = badRequest(u"Invalid reference URL '%1'."_s.arg(url));
            return bound;
        }
        const auto *object = store.directoryObject(oid);
        const auto *user = object ? object : store.user(QUrl::fromPercentEncoding(oid.toUtf8()));
        if (!user) {
            bound.refusal = notFound(oid);
            return bound;
        }
        bound.ids.append(user->value("id"_L1).toString());
    }
    return bound;
}

std::optional<Response> refuseGroupBody(const Store &store, const QJsonObject &body, const QString &groupId)
{
    static const QStringList known{u"displayName"_s,
                                   u"description"_s,
                                   u"mailNickname"_s,
                                   u"mailEnabled"_s,
                                   u"securityEnabled"_s,
                                   u"groupTypes"_s,
                                   u"visibility"_s,
                                   u"isAssignableToRole"_s,
                                   u"uniqueName"_s,
                                   u"owners@odata.bind"_s,
                                   u"members@odata.bind"_s,
                                   u"membershipRule"_s,
                                   u"membershipRuleProcessingState"_s,
                                   u"@odata.type"_s};
    for (auto it = body.begin(); it != body.end(); ++it) {
        if (!known.contains(it.key()))
            return badRequest(u"Property '%1' does not exist on type 'microsoft.graph.group' or is not present in the API "
                              "version specified."_s.arg(it.key()));
    }
    if (body.contains("displayName"_L1)) {
        const auto name = body["displayName"_L1].toString();
        if (name.trimmed().isEmpty() || name.size() > 256)
            return invalidValue(u"displayName"_s);
    }
    if (body.contains("description"_L1) && !body["description"_L1].isNull()) {
        const auto text = body["description"_L1].toString();
        if (text.isEmpty() || text.size() > 1024)
            return invalidValue(u"description"_s);
    }
    if (body.contains("mailNickname"_L1)) {
        const auto nickname = body["mailNickname"_L1].toString();
        if (!isNickname(nickname))
            return invalidValue(u"mailNickname"_s);
        const auto *other = store.findBy(groupsTable, u"mailNickname"_s, nickname);
        if (other && isUnified(*other) && other->value("id"_L1).toString() != groupId)
            return graphError(400, u"Request_BadRequest"_s,
                              u"Another object with the same value for property mailNickname already exists."_s,
                              {QJsonObject{{u"code"_s, u"ObjectConflict"_s},
                                           {u"message"_s, u"Another object with the same value for property "
                                                          "mailNickname already exists."_s},
                                           {u"target"_s, u"mailNickname"_s}}});
    }
    return {};
}

std::optional<Response> refuseNewGroup(const Request &request)
{
    const auto &body = request.body;
    for (const auto &required : {u"displayName"_s, u"mailNickname"_s, u"mailEnabled"_s, u"securityEnabled"_s}) {
        if (!body.contains(required))
            return graphError(400, u"Request_BadRequest"_s, u"A value must be provided for property '%1'."_s.arg(required),
                              {QJsonObject{{u"code"_s, u"InvalidValue"_s},
                                           {u"message"_s, u"A value is required."_s},
                                           {u"target"_s, required}}});
    }
    const bool unified = isUnified(body);
    if (!body["mailEnabled"_L1].isBool() || body["mailEnabled"_L1].toBool() != unified)
        return invalidValue(u"mailEnabled"_s);
    if (!body["securityEnabled"_L1].isBool() || (!unified && !body["securityEnabled"_L1].toBool()))
        return invalidValue(u"securityEnabled"_s);
    if (isDynamic(body) && body["membershipRule"_L1].toString().isEmpty())
        return invalidValue(u"membershipRule"_s);
    const auto visibility = body["visibility"_L1].toString();
    if (isRoleAssignable(body)) {
        if (isDynamic(body) || !body["securityEnabled"_L1].toBool())
            return invalidValue(u"isAssignableToRole"_s);
        if (!visibility.isEmpty() && visibility != u"Private")
            return invalidValue(u"visibility"_s);
        if (auto refusal = requireScope(request, {"RoleManagement.ReadWrite.Directory"}))
            return refusal;
        if (auto refusal = requireRole(request, {roles::privilegedRoleAdministrator()}))
            return refusal;
    } else if (!visibility.isEmpty() && !unified) {
        return invalidValue(u"visibility"_s);
    }
    if (body["owners@odata.bind"_L1].toArray().size() + body["members@odata.bind"_L1].toArray().size() > 20)
        return badRequest(u"The number of references in the request is more than 20."_s);
    return {};
}

QJsonObject newGroupRow(Store &store, const QJsonObject &body)
{
    const QJsonValue null;
    const auto or_null = [&](QLatin1String member) { return body.contains(member) ? body[member] : null; };
    const auto name = body["displayName"_L1].toString();
    return {{u"id"_s, store.newId(u"group"_s, name + u'|' + body["mailNickname"_L1].toString())},
            {u"deletedDateTime"_s, null},
            {u"classification"_s, null},
            {u"createdDateTime"_s, store.nowText()},
            {u"renewedDateTime"_s, store.nowText()},
            {u"expirationDateTime"_s, null},
            {u"displayName"_s, name},
            {u"description"_s, or_null("description"_L1)},
            {u"groupTypes"_s, body["groupTypes"_L1].toArray()},
            {u"isAssignableToRole"_s, or_null("isAssignableToRole"_L1)},
            {u"mail"_s, null},
            {u"mailEnabled"_s, body["mailEnabled"_L1]},
            {u"mailNickname"_s, body["mailNickname"_L1]},
            {u"membershipRule"_s, or_null("membershipRule"_L1)},
            {u"membershipRuleProcessingState"_s, isDynamic(body) ? QJsonValue(u"On"_s) : null},
            {u"onPremisesSyncEnabled"_s, null},
            {u"onPremisesLastSyncDateTime"_s, null},
            {u"preferredLanguage"_s, null},
            {u"proxyAddresses"_s, QJsonArray()},
            {u"resourceProvisioningOptions"_s, QJsonArray()},
            {u"securityEnabled"_s, body["securityEnabled"_L1]},
            {u"securityIdentifier"_s, u"S-1-12-1-%1"_s.arg(store.id(u"sid"_s, name).left(8).toUInt(nullptr, 16))},
            {u"theme"_s, null},
            {u"uniqueName"_s, or_null("uniqueName"_L1)},
            {u"visibility"_s, isRoleAssignable(body) ? QJsonValue(u"Private"_s) : or_null("visibility"_L1)}};
}

} // namespace pimgate::demo
